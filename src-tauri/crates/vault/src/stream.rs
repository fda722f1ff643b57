//! A file sealed under a passphrase of its own, written and read as a stream.
//!
//! ```text
//! "PACELINE" version:u16 memory_kib:u32 passes:u32 lanes:u32 salt:16   (little endian)
//! then pieces: last:u8 length:u32 nonce+ciphertext+tag
//! ```
//!
//! The key is Argon2id's of the passphrase, bound to the whole head. Each piece
//! vouches for its number and for whether it is the last, so that none can be
//! changed, left out, doubled, put elsewhere or cut off. The first piece is
//! empty: what does not open there is the passphrase.

use crate::kdf::SALT;
use crate::secret::{Key, random};
use crate::{KdfParams, Passphrase, VaultError};
use std::io::{self, Read, Write};

const MAGIC: &[u8; 8] = b"PACELINE";
const VERSION: u16 = 1;
const HEAD: usize = 8 + 2 + 12 + SALT;
/// Plain bytes of a piece.
const PIECE: usize = 256 * 1024;
/// Nonce and tag.
const OVERHEAD: usize = 40;

fn key_of(passphrase: &Passphrase, params: KdfParams, head: &[u8]) -> Result<Key, VaultError> {
    let salt = &head[HEAD - SALT..];
    let slow = params.derive(passphrase.bytes(), salt)?;
    Ok(Key::derived(
        "paceline 2026 sealed file v1",
        &[slow.bytes(), head],
    ))
}

fn associated(number: u64, last: bool) -> [u8; 9] {
    let mut all = [0; 9];
    all[..8].copy_from_slice(&number.to_le_bytes());
    all[8] = u8::from(last);
    all
}

fn broken(error: VaultError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

/// Seals what is written to it. Nothing opens unless [`SealedWriter::finish`] wrote the end.
pub struct SealedWriter<W> {
    inner: W,
    key: Key,
    number: u64,
    waiting: Vec<u8>,
}

impl<W: Write> SealedWriter<W> {
    /// Begins a sealed file in `inner`.
    ///
    /// # Errors
    /// [`VaultError::Memory`], [`VaultError::Random`], [`VaultError::Stream`] if `inner` refuses.
    pub fn new(
        mut inner: W,
        passphrase: &Passphrase,
        params: KdfParams,
    ) -> Result<Self, VaultError> {
        let (memory, passes, lanes) = params.costs();
        let mut head = Vec::with_capacity(HEAD);
        head.extend_from_slice(MAGIC);
        head.extend_from_slice(&VERSION.to_le_bytes());
        for cost in [memory, passes, lanes] {
            head.extend_from_slice(&cost.to_le_bytes());
        }
        head.extend_from_slice(&*random::<SALT>()?);
        let key = key_of(passphrase, params, &head)?;
        inner.write_all(&head)?;
        let mut writer = Self {
            inner,
            key,
            number: 0,
            waiting: Vec::with_capacity(PIECE),
        };
        writer.piece(false)?;
        Ok(writer)
    }

    fn piece(&mut self, last: bool) -> io::Result<()> {
        let sealed = self
            .key
            .seal(&associated(self.number, last), &self.waiting)
            .map_err(broken)?;
        self.inner.write_all(&[u8::from(last)])?;
        // A piece is far below 4 GB.
        self.inner.write_all(&(sealed.len() as u32).to_le_bytes())?;
        self.inner.write_all(&sealed)?;
        self.number += 1;
        self.waiting.clear();
        Ok(())
    }

    /// Writes the end and gives back what it wrote to.
    ///
    /// # Errors
    /// Those of writing.
    pub fn finish(mut self) -> io::Result<W> {
        self.piece(true)?;
        self.inner.flush()?;
        Ok(self.inner)
    }
}

impl<W: Write> Write for SealedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(PIECE - self.waiting.len());
        self.waiting.extend_from_slice(&bytes[..taken]);
        if self.waiting.len() == PIECE {
            self.piece(false)?;
        }
        Ok(taken)
    }

    /// Only whole pieces are sealed; the rest goes with the end.
    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Opens what a [`SealedWriter`] wrote. Bytes it gives out are vouched for one piece at a time; that
/// nothing is missing is known only once it has given the last.
pub struct SealedReader<R> {
    inner: R,
    key: Key,
    number: u64,
    open: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<R: Read> SealedReader<R> {
    /// Reads the head and derives the key.
    ///
    /// # Errors
    /// [`VaultError::NotSealed`], [`VaultError::SealedNewer`], [`VaultError::FilePassphrase`],
    /// [`VaultError::Memory`]; [`VaultError::Stream`] if `inner` cannot be read.
    pub fn new(mut inner: R, passphrase: &Passphrase) -> Result<Self, VaultError> {
        let mut head = [0; HEAD];
        inner.read_exact(&mut head).map_err(|e| match e.kind() {
            io::ErrorKind::UnexpectedEof => VaultError::NotSealed,
            _ => VaultError::Stream(e),
        })?;
        if &head[..8] != MAGIC {
            return Err(VaultError::NotSealed);
        }
        let version = u16::from_le_bytes([head[8], head[9]]);
        if version != VERSION {
            return Err(VaultError::SealedNewer { version });
        }
        let cost =
            |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let asked = (cost(10), cost(14), cost(18));
        let params = KdfParams::new(asked.0, asked.1, asked.2);
        // More than a header may ask for would only exhaust the machine.
        if params.costs() != asked {
            return Err(VaultError::FileDamaged);
        }
        let key = key_of(passphrase, params, &head)?;
        let mut reader = Self {
            inner,
            key,
            number: 0,
            open: Vec::new(),
            at: 0,
            ended: false,
        };
        match reader.piece() {
            Ok(()) if reader.open.is_empty() && !reader.ended => Ok(reader),
            Err(e) if e.kind() != io::ErrorKind::InvalidData => Err(VaultError::Stream(e)),
            _ => Err(VaultError::FilePassphrase),
        }
    }

    fn piece(&mut self) -> io::Result<()> {
        let mut front = [0; 5];
        let cut = |e: io::Error| match e.kind() {
            io::ErrorKind::UnexpectedEof => broken(VaultError::FileDamaged),
            _ => e,
        };
        self.inner.read_exact(&mut front).map_err(cut)?;
        let length = u32::from_le_bytes([front[1], front[2], front[3], front[4]]) as usize;
        if front[0] > 1 || length > PIECE + OVERHEAD {
            return Err(broken(VaultError::FileDamaged));
        }
        let mut sealed = vec![0; length];
        self.inner.read_exact(&mut sealed).map_err(cut)?;
        let last = front[0] == 1;
        self.open = self
            .key
            .open(&associated(self.number, last), &sealed)
            .map_err(|_| broken(VaultError::FileDamaged))?;
        self.at = 0;
        self.number += 1;
        self.ended = last;
        Ok(())
    }
}

impl<R: Read> Read for SealedReader<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        while self.at == self.open.len() {
            if self.ended || bytes.is_empty() {
                return Ok(0);
            }
            self.piece()?;
        }
        let given = bytes.len().min(self.open.len() - self.at);
        bytes[..given].copy_from_slice(&self.open[self.at..self.at + given]);
        self.at += given;
        Ok(given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::typed(text).unwrap()
    }

    fn sealed(plain: &[u8]) -> Vec<u8> {
        let words = passphrase("correct horse");
        let mut writer = SealedWriter::new(Vec::new(), &words, KdfParams::FLOOR).unwrap();
        writer.write_all(plain).unwrap();
        writer.finish().unwrap()
    }

    fn opened(sealed: &[u8], words: &str) -> Result<Vec<u8>, String> {
        let said = |e: &dyn std::fmt::Display| e.to_string();
        let mut reader = SealedReader::new(sealed, &passphrase(words)).map_err(|e| said(&e))?;
        let mut plain = Vec::new();
        reader.read_to_end(&mut plain).map_err(|e| said(&e))?;
        Ok(plain)
    }

    /// Where the pieces of a sealed file begin, and where it ends.
    fn pieces(sealed: &[u8]) -> Vec<usize> {
        let mut at = HEAD;
        let mut all = vec![at];
        while at < sealed.len() {
            let length: [u8; 4] = sealed[at + 1..at + 5].try_into().unwrap();
            at += 5 + u32::from_le_bytes(length) as usize;
            all.push(at);
        }
        all
    }

    #[test]
    fn files_of_every_length_around_a_piece_come_back() {
        for n in [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 7] {
            let plain: Vec<u8> = (0..n).map(|i| (i % 251) as u8).collect();
            assert!(
                opened(&sealed(&plain), "correct horse").unwrap() == plain,
                "{n}"
            );
        }
    }

    #[test]
    fn another_passphrase_is_said_to_be_the_wrong_one() {
        let error = opened(&sealed(b"plain"), "incorrect horse").unwrap_err();
        assert_eq!(error, VaultError::FilePassphrase.to_string());
    }

    #[test]
    fn a_file_cut_short_anywhere_is_never_taken_for_whole() {
        let whole = sealed(&vec![7; PIECE + 100]);
        let mut cuts = pieces(&whole);
        cuts.pop();
        cuts.extend([0, 5, HEAD - 1, HEAD + 3, whole.len() - 1]);
        for cut in cuts {
            assert!(opened(&whole[..cut], "correct horse").is_err(), "{cut}");
        }
    }

    #[test]
    fn pieces_cannot_change_places_or_be_left_out() {
        let whole = sealed(&vec![7; 2 * PIECE + 100]);
        let at = pieces(&whole);
        let piece = |i: usize| &whole[at[i]..at[i + 1]];
        let head = &whole[..HEAD];
        let built = |order: &[usize]| {
            let mut all = head.to_vec();
            order.iter().for_each(|i| all.extend_from_slice(piece(*i)));
            opened(&all, "correct horse")
        };
        assert!(built(&[0, 1, 2, 3]).is_ok());
        for order in [
            &[0, 2, 1, 3][..],
            &[0, 1, 3],
            &[0, 1, 1, 3],
            &[1, 2, 3],
            &[0, 1, 2],
        ] {
            assert!(built(order).is_err(), "{order:?}");
        }
    }

    #[test]
    fn a_head_that_asks_for_absurd_work_is_refused_at_once() {
        let mut file = sealed(b"plain");
        file[10..14].copy_from_slice(&u32::MAX.to_le_bytes());
        let error = opened(&file, "correct horse").unwrap_err();
        assert_eq!(error, VaultError::FileDamaged.to_string());
    }

    #[test]
    fn a_file_of_a_later_format_is_named_as_such() {
        let mut file = sealed(b"plain");
        file[8] = 9;
        assert!(
            opened(&file, "correct horse")
                .unwrap_err()
                .contains("newer")
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn any_changed_byte_is_noticed(at in 0usize..400, by in 1u8..=255) {
            let mut file = sealed(&[5; 200]);
            let i = at % file.len();
            // Costs within the limits would only take long to be refused.
            prop_assume!(!(10..22).contains(&i));
            file[i] ^= by;
            prop_assert!(opened(&file, "correct horse").is_err());
        }

        #[test]
        fn any_bytes_are_refused_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(opened(&bytes, "x").is_err());
        }
    }
}
