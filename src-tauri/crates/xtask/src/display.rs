//! What a virtual display shows, as a picture: reads X's window dump, judges
//! whether anything is drawn, writes PNG.

use crate::Outcome;
use std::collections::HashSet;
use std::io::{BufWriter, Write};
use std::path::Path;

/// A picture, three bytes a pixel, rows from the top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

impl Picture {
    /// Reads an X window dump (version 7, 32 bits a pixel), as Xvfb keeps its screen in a file.
    pub fn from_window_dump(bytes: &[u8]) -> Outcome<Self> {
        // The header is 25 big-endian words whatever the machine; the pixels' order is in it.
        let word = |index: usize| -> Outcome<usize> {
            let at = index * 4;
            let four = bytes
                .get(at..at + 4)
                .and_then(|b| <[u8; 4]>::try_from(b).ok())
                .ok_or("the display's dump is too short")?;
            Ok(u32::from_be_bytes(four) as usize)
        };
        if word(1)? != 7 || word(11)? != 32 {
            return Err("the display's dump has an unknown form".to_owned());
        }
        let (header, width, height) = (word(0)?, word(4)?, word(5)?);
        let (little_endian, stride, colours) = (word(7)? == 0, word(12)?, word(19)?);
        let pixels = bytes
            .get(header + colours * 12..)
            .ok_or("the display's dump is too short")?;
        if stride < width * 4 || pixels.len() < stride * height {
            return Err("the display's dump is too short".to_owned());
        }
        let mut rgb = Vec::with_capacity(width * height * 3);
        for row in pixels.chunks_exact(stride).take(height) {
            for pixel in row[..width * 4].chunks_exact(4) {
                if little_endian {
                    rgb.extend([pixel[2], pixel[1], pixel[0]]);
                } else {
                    rgb.extend([pixel[1], pixel[2], pixel[3]]);
                }
            }
        }
        Ok(Self {
            width: width as u32,
            height: height as u32,
            rgb,
        })
    }

    /// Whether something is drawn on it: text is smoothed, so a drawn page has many colours, while
    /// an empty display has one and an empty window two or three.
    pub fn is_drawn(&self) -> bool {
        let colours: HashSet<&[u8]> = self.rgb.chunks_exact(3).collect();
        colours.len() >= 16
    }

    /// Writes it as PNG.
    pub fn write(&self, path: &Path) -> Outcome {
        let fail = |e: &dyn std::fmt::Display| format!("{}: {e}", path.display());
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|e| fail(&e))?;
        }
        let mut file = BufWriter::new(std::fs::File::create(path).map_err(|e| fail(&e))?);
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().map_err(|e| fail(&e))?;
        writer.write_image_data(&self.rgb).map_err(|e| fail(&e))?;
        writer.finish().map_err(|e| fail(&e))?;
        file.flush().map_err(|e| fail(&e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dump(width: u32, height: u32, pixel: impl Fn(u32) -> [u8; 4]) -> Vec<u8> {
        let mut words = [0_u32; 25];
        words[0] = 104; // header with a four-byte name
        words[1] = 7;
        words[4] = width;
        words[5] = height;
        words[11] = 32;
        words[12] = width * 4;
        words[19] = 1;
        let mut bytes: Vec<u8> = words.iter().flat_map(|w| w.to_be_bytes()).collect();
        bytes.extend(*b"root");
        bytes.extend([0; 12]);
        for index in 0..width * height {
            bytes.extend(pixel(index));
        }
        bytes
    }

    #[test]
    fn pixels_come_out_in_red_green_blue_order() {
        let picture = Picture::from_window_dump(&dump(2, 1, |i| [i as u8, 20, 30, 0])).unwrap();
        assert_eq!(picture.rgb, [30, 20, 0, 30, 20, 1]);
    }

    #[test]
    fn an_empty_display_is_not_taken_for_a_drawn_one() {
        let black = Picture::from_window_dump(&dump(40, 40, |_| [0; 4])).unwrap();
        assert!(!black.is_drawn());
        let page = Picture::from_window_dump(&dump(40, 40, |i| [i as u8, 0, 0, 0])).unwrap();
        assert!(page.is_drawn());
    }

    #[test]
    fn a_dump_that_is_cut_short_is_refused() {
        let whole = dump(8, 8, |_| [0; 4]);
        for length in [0, 3, 90, 110, whole.len() - 1] {
            assert!(Picture::from_window_dump(&whole[..length]).is_err());
        }
    }
}
