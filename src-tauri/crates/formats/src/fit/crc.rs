//! The CRC-16 of FIT (reflected polynomial 0xA001, start 0), sixteen bytes a step:
//! a nibble table would cost three times what the whole decoding does.

const TABLES: [[u16; 256]; 16] = tables();

const fn tables() -> [[u16; 256]; 16] {
    let mut t = [[0u16; 256]; 16];
    let mut i = 0;
    while i < 256 {
        let mut crc = i as u16;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xA001
            } else {
                crc >> 1
            };
            bit += 1;
        }
        t[0][i] = crc;
        i += 1;
    }
    let mut k = 1;
    while k < 16 {
        let mut i = 0;
        while i < 256 {
            let prev = t[k - 1][i];
            t[k][i] = (prev >> 8) ^ t[0][(prev & 0xFF) as usize];
            i += 1;
        }
        k += 1;
    }
    t
}

/// The checksum of `bytes`.
pub(super) fn crc16(bytes: &[u8]) -> u16 {
    let mut crc = 0u16;
    let (blocks, rest) = bytes.as_chunks::<16>();
    for b in blocks {
        let head = crc ^ u16::from_le_bytes([b[0], b[1]]);
        crc = TABLES[15][usize::from(head & 0xFF)] ^ TABLES[14][usize::from(head >> 8)];
        for (i, &byte) in b[2..].iter().enumerate() {
            crc ^= TABLES[13 - i][usize::from(byte)];
        }
    }
    for &b in rest {
        crc = (crc >> 8) ^ TABLES[0][usize::from((crc ^ u16::from(b)) & 0xFF)];
    }
    crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_matches_the_published_check_value() {
        // The check value of CRC-16/ARC over the nine digits.
        assert_eq!(crc16(b"123456789"), 0xBB3D);
    }

    #[test]
    fn every_length_gives_what_single_bits_give() {
        let text: Vec<u8> = (0..100u8).map(|i| i.wrapping_mul(37)).collect();
        for end in 0..text.len() {
            let mut bitwise = 0u16;
            for &b in &text[..end] {
                bitwise ^= u16::from(b);
                for _ in 0..8 {
                    let low = bitwise & 1;
                    bitwise = (bitwise >> 1) ^ (0xA001 * low);
                }
            }
            assert_eq!(crc16(&text[..end]), bitwise);
        }
    }

    #[test]
    fn a_text_followed_by_its_checksum_sums_to_zero() {
        let mut text = b"the quick brown fox jumps over the lazy dog".to_vec();
        let crc = crc16(&text);
        text.extend_from_slice(&crc.to_le_bytes());
        assert_eq!(crc16(&text), 0);
    }
}
