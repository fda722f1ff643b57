//! What a reader of this process's memory finds. Stacks are included, so this
//! also holds the habit of never moving a key by value.

use super::*;
use std::os::unix::fs::FileExt as _;

const MASK: u8 = 0xa5;
const CHUNK: usize = 1 << 20;

/// A key that a scan for the key does not find.
struct Masked([u8; 32]);

impl Masked {
    fn of(key: &[u8; 32]) -> Self {
        let mut masked = [0; 32];
        for (to, from) in masked.iter_mut().zip(key) {
            *to = from ^ MASK;
        }
        Self(masked)
    }

    fn is_at(&self, bytes: &[u8]) -> bool {
        bytes.len() >= 32 && (0..32).all(|i| bytes[i] ^ MASK == self.0[i])
    }
}

/// Where each of the keys lies in the writable memory of this process.
fn found(keys: &[(&'static str, Masked)]) -> Vec<String> {
    let memory = std::fs::File::open("/proc/self/mem").unwrap();
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let mut buffer = vec![0u8; CHUNK + 32];
    let mut places = vec![];
    for line in maps.lines() {
        let mut fields = line.split_whitespace();
        let (Some(range), Some(rights)) = (fields.next(), fields.next()) else {
            continue;
        };
        let ends = range
            .split_once('-')
            .map(|(a, b)| [a, b].map(|end| u64::from_str_radix(end, 16).unwrap()));
        let (Some([start, end]), true) = (ends, rights.starts_with("rw")) else {
            continue;
        };
        for at in (start..end).step_by(CHUNK) {
            let length = usize::try_from(end - at).unwrap().min(buffer.len());
            // Other threads unmap what they please.
            if memory.read_exact_at(&mut buffer[..length], at).is_err() {
                continue;
            }
            for i in 0..length {
                for (name, key) in keys {
                    if buffer[i] ^ MASK == key.0[0] && key.is_at(&buffer[i..length]) {
                        places.push(format!("{name} in {line}"));
                    }
                }
            }
        }
        buffer.fill(0);
    }
    places
}

#[test]
fn after_locking_no_key_is_found_in_memory() {
    let dir = tempfile::tempdir().unwrap();
    signed_up(dir.path());
    let open = sign_in(dir.path(), 1, RIGHT, 0).unwrap();
    let (tenant_key, wrapped) = open.new_tenant_key(tenant(7)).unwrap();
    let me = open.user_key().member();
    let again = open.tenant_key(tenant(7), &me, &wrapped).unwrap();
    let sealed = again.seal(b"id", SealedKind::Secret, b"v").unwrap();
    let keys = [
        ("user key", Masked::of(open.user_key().key.bytes())),
        ("database key", Masked::of(open.database_bytes())),
        (
            "tenant key",
            tenant_key.with(|key| Ok(Masked::of(key.bytes()))).unwrap(),
        ),
    ];
    let before = found(&keys);
    for (name, _) in &keys {
        assert!(
            before.iter().any(|place| place.starts_with(name)),
            "{name} was not found"
        );
    }
    let _locked = open.lock();
    assert!(again.open(b"id", SealedKind::Secret, &sealed).is_err());
    let after = found(&keys);
    assert!(after.is_empty(), "{after:#?}");
}
