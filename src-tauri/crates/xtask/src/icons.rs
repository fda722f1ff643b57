//! `cargo xtask icons`: renders the mark from its two drawings, one of them
//! simplified for small sizes, into every form the bundles ask for.

use crate::process::{command, root, run as finish};
use crate::{Outcome, only_flags, system};
use std::path::{Path, PathBuf};

/// Below this many pixels the simplified drawing is used.
const SMALL: u32 = 48;

/// File name and edge in pixels of each single picture.
const PICTURES: [(&str, u32); 16] = [
    ("32x32.png", 32),
    ("64x64.png", 64),
    ("128x128.png", 128),
    ("128x128@2x.png", 256),
    ("icon.png", 512),
    ("StoreLogo.png", 50),
    ("Square30x30Logo.png", 30),
    ("Square44x44Logo.png", 44),
    ("Square71x71Logo.png", 71),
    ("Square89x89Logo.png", 89),
    ("Square107x107Logo.png", 107),
    ("Square142x142Logo.png", 142),
    ("Square150x150Logo.png", 150),
    ("Square284x284Logo.png", 284),
    ("Square310x310Logo.png", 310),
    ("16x16.png", 16),
];

/// Edges inside `icon.ico`; the largest must be written as 0.
const WINDOWS: [u32; 6] = [16, 24, 32, 48, 64, 256];

/// Type and edge of each picture inside `icon.icns`.
const APPLE: [(&[u8; 4], u32); 8] = [
    (b"ic11", 32),
    (b"ic12", 64),
    (b"ic07", 128),
    (b"ic13", 256),
    (b"ic08", 256),
    (b"ic14", 512),
    (b"ic09", 512),
    (b"ic10", 1024),
];

/// Renders everything.
pub fn run(arguments: &[String]) -> Outcome {
    only_flags(arguments, &[])?;
    system::install(&["librsvg2-bin"])?;
    let folder = root().join("icons");
    for (name, edge) in PICTURES {
        render(&folder, edge, &folder.join(name))?;
    }
    let scratch = root().join("target/xtask/icons");
    std::fs::create_dir_all(&scratch).map_err(|e| e.to_string())?;
    let rendered = |edge: u32| -> Outcome<Vec<u8>> {
        let path: PathBuf = scratch.join(format!("{edge}.png"));
        render(&folder, edge, &path)?;
        std::fs::read(&path).map_err(|e| format!("{}: {e}", path.display()))
    };
    let mut pictures = vec![];
    for edge in WINDOWS {
        pictures.push((edge, rendered(edge)?));
    }
    write(&folder.join("icon.ico"), &ico(&pictures))?;
    let mut pictures = vec![];
    for (kind, edge) in APPLE {
        pictures.push((*kind, rendered(edge)?));
    }
    write(&folder.join("icon.icns"), &icns(&pictures))
}

fn render(folder: &Path, edge: u32, to: &Path) -> Outcome {
    let drawing = if edge < SMALL {
        "paceline-small.svg"
    } else {
        "paceline.svg"
    };
    let edge = edge.to_string();
    finish(
        command("rsvg-convert")
            .args(["-w", &edge, "-h", &edge, "-o"])
            .arg(to)
            .arg(folder.join(drawing)),
    )
}

fn write(path: &Path, bytes: &[u8]) -> Outcome {
    std::fs::write(path, bytes).map_err(|e| format!("{}: {e}", path.display()))
}

/// Windows' icon container around PNG pictures.
fn ico(pictures: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 1, 0];
    bytes.extend((pictures.len() as u16).to_le_bytes());
    let mut offset = 6 + 16 * pictures.len();
    for (edge, png) in pictures {
        let edge = if *edge >= 256 { 0 } else { *edge as u8 };
        bytes.extend([edge, edge, 0, 0, 1, 0, 32, 0]);
        bytes.extend((png.len() as u32).to_le_bytes());
        bytes.extend((offset as u32).to_le_bytes());
        offset += png.len();
    }
    for (_, png) in pictures {
        bytes.extend(png);
    }
    bytes
}

/// Apple's icon container around PNG pictures.
fn icns(pictures: &[([u8; 4], Vec<u8>)]) -> Vec<u8> {
    let length = 8 + pictures.iter().map(|(_, png)| 8 + png.len()).sum::<usize>();
    let mut bytes = b"icns".to_vec();
    bytes.extend((length as u32).to_be_bytes());
    for (kind, png) in pictures {
        bytes.extend(kind);
        bytes.extend((8 + png.len() as u32).to_be_bytes());
        bytes.extend(png);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_picture_stands_where_the_windows_directory_says() {
        let file = ico(&[(16, vec![1, 2, 3]), (256, vec![4, 5])]);
        for (entry, content) in [(0, &[1, 2, 3][..]), (1, &[4, 5])] {
            let at = 6 + 16 * entry;
            let number =
                |from: usize| u32::from_le_bytes(file[from..from + 4].try_into().unwrap()) as usize;
            let (length, offset) = (number(at + 8), number(at + 12));
            assert_eq!(&file[offset..offset + length], content);
        }
        assert_eq!(file[6], 16);
        assert_eq!(file[22], 0);
    }

    #[test]
    fn the_apple_container_states_its_own_length() {
        let file = icns(&[(*b"ic07", vec![9; 5])]);
        assert_eq!(file.len(), 21);
        assert_eq!(file[4..8], 21_u32.to_be_bytes());
        assert_eq!(&file[8..16], b"ic07\0\0\0\x0d");
    }
}
