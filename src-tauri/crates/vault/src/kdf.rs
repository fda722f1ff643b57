//! Keys from passphrases: Argon2id (RFC 9106), never below a floor, and as slow
//! as this machine can afford.

use crate::VaultError;
use crate::secret::Key;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};
use zeroize::Zeroize as _;

/// OWASP's least: 19 MiB, two passes, one lane.
const FLOOR_MEMORY_KIB: u32 = 19 * 1024;
const FLOOR_PASSES: u32 = 2;
/// What calibration goes up to.
const MOST_MEMORY_KIB: u32 = 256 * 1024;
const MOST_PASSES: u32 = 16;
/// What a header may ask for: more is damage, and would only exhaust the machine.
const LIMIT_MEMORY_KIB: u32 = 1024 * 1024;
const LIMIT_PASSES: u32 = 64;
const LIMIT_LANES: u32 = 16;
pub(crate) const SALT: usize = 16;

const SOONEST: Duration = Duration::from_millis(250);
const AIM: Duration = Duration::from_millis(375);
const LATEST: Duration = Duration::from_millis(500);

/// How much work Argon2id (version 1.3) makes of one guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KdfParams {
    /// Memory, KiB.
    #[serde(rename = "m")]
    memory_kib: u32,
    /// Passes over the memory.
    #[serde(rename = "t")]
    passes: u32,
    /// Lanes; computed one after the other.
    #[serde(rename = "p")]
    lanes: u32,
}

impl KdfParams {
    /// The least that is ever used: 19 MiB, 2 passes, 1 lane.
    pub const FLOOR: Self = Self {
        memory_kib: FLOOR_MEMORY_KIB,
        passes: FLOOR_PASSES,
        lanes: 1,
    };

    /// Parameters of one's own; what lies under the floor is lifted to it, and what lies over the
    /// limit (1 GiB, 64 passes, 16 lanes) lowered.
    #[must_use]
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Self {
        Self {
            memory_kib: memory_kib.clamp(FLOOR_MEMORY_KIB, LIMIT_MEMORY_KIB),
            passes: passes.clamp(FLOOR_PASSES, LIMIT_PASSES),
            lanes: lanes.clamp(1, LIMIT_LANES),
        }
    }

    /// Memory in KiB, passes, lanes.
    #[must_use]
    pub const fn costs(self) -> (u32, u32, u32) {
        (self.memory_kib, self.passes, self.lanes)
    }

    /// Whether a header may hold these.
    pub(crate) fn acceptable(self) -> bool {
        self == Self::new(self.memory_kib, self.passes, self.lanes)
    }

    fn work(self) -> u64 {
        u64::from(self.memory_kib) * u64::from(self.passes)
    }

    /// Whether a slot with these should be wrapped anew with `target`: only if they make a guess
    /// clearly (a quarter) cheaper, so that a calibration's noise re-wraps nothing, and never to
    /// something weaker.
    #[must_use]
    pub fn needs_upgrade(self, target: Self) -> bool {
        self.work() * 4 < target.work() * 3
    }

    /// The parameters that take 250 to 500 ms by `time`, which derives a key once with what it is
    /// given and says how long it took; aims at 375 ms.
    ///
    /// Time is taken to grow with memory times passes; memory comes first, up to 256 MiB at three
    /// passes, and then passes. A machine too slow for the floor gets the floor, one too fast for
    /// the most (256 MiB, 16 passes) the most.
    #[must_use]
    pub fn calibrate(mut time: impl FnMut(Self) -> Duration) -> Self {
        let mut params = Self::FLOOR;
        for _ in 0..5 {
            let took = time(params).max(Duration::from_micros(1));
            if (SOONEST..=LATEST).contains(&took) {
                break;
            }
            // Both are far below 2^53.
            let work = params.work() as f64 * AIM.as_secs_f64() / took.as_secs_f64();
            let next = Self::with_work(work);
            if next == params {
                break;
            }
            params = next;
        }
        params
    }

    fn with_work(work: f64) -> Self {
        // A float outside an integer's range becomes its nearest end.
        let memory_kib = ((work / 3.0) as u32).clamp(FLOOR_MEMORY_KIB, MOST_MEMORY_KIB);
        let memory_kib = memory_kib - memory_kib % 1024;
        let passes = (work / f64::from(memory_kib)).round() as u32;
        Self::new(memory_kib, passes.min(MOST_PASSES), 1)
    }

    /// [`KdfParams::calibrate`] on this machine; takes one to three seconds.
    ///
    /// # Errors
    /// [`VaultError::Memory`] if not even the floor's memory is to be had.
    pub fn calibrated() -> Result<Self, VaultError> {
        let mut failed = None;
        let params = Self::calibrate(|params| {
            let start = Instant::now();
            if let Err(e) = params.derive(b"how long does this take", &[7; SALT]) {
                failed = Some(e);
                // Too much memory was asked for: as if it had been far too slow.
                return Duration::from_secs(60);
            }
            failed = None;
            start.elapsed()
        });
        match failed {
            Some(e) if params == Self::FLOOR => Err(e),
            _ => Ok(params),
        }
    }

    /// The key of a passphrase (already normalised) and a salt.
    pub(crate) fn derive(self, passphrase: &[u8], salt: &[u8]) -> Result<Key, VaultError> {
        let memory = VaultError::Memory {
            mib: self.memory_kib / 1024,
        };
        let params = Params::new(self.memory_kib, self.passes, self.lanes, None);
        let params = params.map_err(|_| VaultError::SealBroken)?;
        let count = params.block_count();
        let mut blocks = Blocks(Vec::new());
        if blocks.0.try_reserve_exact(count).is_err() {
            return Err(memory);
        }
        blocks.0.resize(count, Block::new());
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        Key::made(|key| {
            argon
                .hash_password_into_with_memory(passphrase, salt, key, &mut blocks.0[..])
                .map_err(|_| VaultError::SealBroken)
        })
    }
}

/// Argon2's memory: the key can be computed from its last blocks, so it is cleared.
struct Blocks(Vec<Block>);

impl Drop for Blocks {
    fn drop(&mut self) {
        for block in &mut self.0 {
            block.zeroize();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_vector_of_rfc_9106_for_argon2id_is_met() {
        // Section 5.3: 32 KiB, three passes, four lanes, with a secret and associated data.
        let params = argon2::ParamsBuilder::new()
            .m_cost(32)
            .t_cost(3)
            .p_cost(4)
            .data(argon2::AssociatedData::new(&[4; 12]).unwrap())
            .output_len(32)
            .build()
            .unwrap();
        let argon = Argon2::new_with_secret(&[3; 8], Algorithm::Argon2id, Version::V0x13, params);
        let mut tag = [0u8; 32];
        argon
            .unwrap()
            .hash_password_into(&[1; 32], &[2; 16], &mut tag)
            .unwrap();
        assert_eq!(
            crate::secret::hex::encode(&tag),
            "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
        );
    }

    #[test]
    fn the_key_is_the_one_argon2id_gives_without_our_memory() {
        let key = KdfParams::FLOOR.derive(b"passphrase", &[9; SALT]).unwrap();
        let mut expected = [0u8; 32];
        let params = Params::new(19 * 1024, 2, 1, Some(32)).unwrap();
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(b"passphrase", &[9; SALT], &mut expected)
            .unwrap();
        assert_eq!(*key.bytes(), expected);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn calibration_meets_the_band_or_an_end(nanos_per_kib_pass in 1.0f64..200_000.0) {
            let time = |p: KdfParams| {
                Duration::from_secs_f64(p.work() as f64 * nanos_per_kib_pass / 1e9)
            };
            let chosen = KdfParams::calibrate(time);
            prop_assert!(chosen.acceptable());
            let took = time(chosen);
            let most = KdfParams::new(MOST_MEMORY_KIB, MOST_PASSES, 1);
            prop_assert!(
                (SOONEST..=LATEST).contains(&took)
                    || (chosen == KdfParams::FLOOR && took > LATEST)
                    || (chosen == most && took < SOONEST),
                "{chosen:?} took {took:?}"
            );
        }

        #[test]
        fn calibration_never_goes_below_the_floor(times in proptest::collection::vec(0u64..20_000, 5)) {
            let mut times = times.into_iter();
            let chosen = KdfParams::calibrate(|_| Duration::from_millis(times.next().unwrap()));
            prop_assert!(chosen.acceptable());
        }
    }

    #[test]
    fn only_a_clearly_weaker_slot_is_wrapped_anew() {
        let strong = KdfParams::new(64 * 1024, 3, 1);
        assert!(KdfParams::FLOOR.needs_upgrade(strong));
        assert!(!strong.needs_upgrade(KdfParams::FLOOR));
        assert!(!strong.needs_upgrade(strong));
        assert!(!KdfParams::new(60 * 1024, 3, 1).needs_upgrade(strong));
    }

    #[test]
    fn parameters_are_held_between_floor_and_limit() {
        assert_eq!(KdfParams::new(0, 0, 0), KdfParams::FLOOR);
        assert_eq!(
            KdfParams::new(u32::MAX, u32::MAX, u32::MAX).costs(),
            (LIMIT_MEMORY_KIB, LIMIT_PASSES, LIMIT_LANES)
        );
    }
}
