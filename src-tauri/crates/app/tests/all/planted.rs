//! Two hundred secrets as they would be found by who looks for them: in every
//! spelling a copy of the folder or of the memory may have them in.

use paceline_model::{Channel, Column, Instant, Recording, Series, Sport, Values};
use std::path::Path;

pub const RIDES: usize = 30;
const POINTS: i32 = 60;
const PER_DEGREE: f64 = 1e7;

/// A word that occurs nowhere by chance.
pub fn word(kind: &str, i: usize) -> String {
    let hash = blake3::hash(format!("planted {kind} {i}").as_bytes());
    format!("{kind} {}", &hash.to_hex()[..14])
}

pub fn words(kind: &str, n: usize) -> Vec<String> {
    (0..n).map(|i| word(kind, i)).collect()
}

pub fn file_name(i: usize) -> String {
    format!("{}.fit", word("Aufnahme", i))
}

pub fn mail(i: usize) -> String {
    format!("{}@mail.example", word("m", i).replace(' ', "."))
}

/// Latitude and longitude of a ride's point, in ten millionths of a degree. Their sixth and seventh
/// decimals are 5 and 0: no rounding on the way changes the first five.
fn point(ride: usize, i: i32) -> [i32; 2] {
    let hash = blake3::hash(format!("planted place {ride}").as_bytes());
    let start = |at: usize, least: i32, span: u32| {
        let bytes = hash.as_bytes()[at..at + 4].try_into().unwrap();
        (least + (u32::from_le_bytes(bytes) % span) as i32 + i) * 100 + 50
    };
    [start(0, 4_500_000, 500_000), start(4, 1_000_000, 500_000)]
}

pub fn ride(n: usize) -> Recording {
    let place = |which: usize| Values::Scaled {
        raw: (0..POINTS).map(|i| point(n, i)[which]).collect(),
        scale: PER_DEGREE,
        offset: 0.0,
    };
    let column = |channel, values| Column { channel, values };
    Recording {
        start: Instant::from_unix_s(1_700_000_000 + n as i64 * 86_400),
        timed: true,
        sport: Sport::Cycling,
        series: Series {
            time_ms: (0..POINTS).map(|i| i * 1000).collect(),
            columns: vec![
                column(Channel::Latitude, place(0)),
                column(Channel::Longitude, place(1)),
            ],
        },
        ..Recording::default()
    }
}

/// A place in the numbers that files and databases keep it in. What is shorter than eight bytes is
/// taken with its neighbour: four would be found by chance.
fn place(ride: usize) -> Vec<Vec<u8>> {
    let [here, next] = [point(ride, 10), point(ride, 11)];
    let degrees = |p: [i32; 2]| p.map(|x| f64::from(x) / PER_DEGREE);
    let circles = |p: [i32; 2]| degrees(p).map(|x| (x * 2f64.powi(31) / 180.0).round() as i32);
    let (d, c, after, c_after) = (degrees(here), circles(here), degrees(next), circles(next));
    let mut all = Vec::new();
    for [a, b] in [
        here,
        [here[0], next[0]],
        [here[1], next[1]],
        c,
        [c[0], c_after[0]],
        [c[1], c_after[1]],
    ] {
        all.push([a.to_le_bytes(), b.to_le_bytes()].concat());
        all.push([a.to_be_bytes(), b.to_be_bytes()].concat());
    }
    for [a, b] in [d, [d[0], after[0]], [d[1], after[1]]] {
        all.push([(a as f32).to_le_bytes(), (b as f32).to_le_bytes()].concat());
        all.push([(a as f32).to_be_bytes(), (b as f32).to_be_bytes()].concat());
    }
    for x in d {
        all.push(x.to_le_bytes().to_vec());
        all.push(x.to_be_bytes().to_vec());
        let text = format!("{x:.7}");
        all.extend(spellings(&text.as_bytes()[..text.len() - 2]));
    }
    all
}

fn base64(bytes: &[u8]) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits = bytes.len() * 8 / 6;
    (0..bits)
        .map(|i| {
            let (at, shift) = (i * 6 / 8, i * 6 % 8);
            let two = u16::from(bytes[at]) << 8 | u16::from(*bytes.get(at + 1).unwrap_or(&0));
            LETTERS[usize::from(two << shift >> 10)]
        })
        .collect()
}

/// Bytes as they are, as UTF-16, in hexadecimal digits and in base 64 wherever in it they begin.
pub fn spellings(bytes: &[u8]) -> Vec<Vec<u8>> {
    let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    let mut all = vec![
        bytes.to_vec(),
        bytes.iter().flat_map(|&b| [b, 0]).collect(),
        hex.to_uppercase().into_bytes(),
        hex.into_bytes(),
    ];
    for before in 0..3 {
        let padded = [&vec![0; before], bytes].concat();
        let of_it = base64(&padded);
        // The letters that also hold bits of what stands before.
        all.push(of_it[(before * 8).div_ceil(6)..].to_vec());
    }
    all
}

/// Looks for many things at once.
#[derive(Default)]
pub struct Search {
    things: Vec<(String, Vec<Vec<u8>>)>,
    by_start: std::collections::HashMap<u32, Vec<(usize, Vec<u8>)>>,
    /// Whether anything begins with these two bytes.
    begins: Vec<bool>,
}

impl Search {
    pub fn secrets() -> Self {
        let mut search = Self::default();
        for (kind, n) in [
            ("Ausfahrt", RIDES),
            ("Notiz", RIDES),
            ("Kommentar", 20),
            ("Mensch", 10),
            ("Verein", 5),
            ("Gruppe", 10),
            ("Marke", 15),
        ] {
            words(kind, n).iter().for_each(|word| search.add_word(word));
        }
        (0..20).for_each(|i| search.add_word(&mail(i)));
        for i in 0..RIDES {
            search.add_word(&file_name(i));
            search.add(format!("place {i}"), place(i));
        }
        search
    }

    pub fn len(&self) -> usize {
        self.things.len()
    }

    pub fn add_word(&mut self, word: &str) {
        self.add(word.to_owned(), spellings(word.as_bytes()));
    }

    pub fn add(&mut self, name: String, spelled: Vec<Vec<u8>>) {
        self.begins.resize(1 << 16, false);
        for bytes in &spelled {
            let start = u32::from_le_bytes(bytes[..4].try_into().unwrap());
            self.begins[(start & 0xffff) as usize] = true;
            let here = self.by_start.entry(start).or_default();
            here.push((self.things.len(), bytes.clone()));
        }
        self.things.push((name, spelled));
    }

    /// The longest spelling, in bytes.
    pub fn longest(&self) -> usize {
        let all = self.things.iter().flat_map(|t| &t.1);
        all.map(Vec::len).max().unwrap()
    }

    pub fn found(&self, bytes: &[u8]) -> Vec<&str> {
        let mut found = Vec::new();
        for (at, two) in bytes.windows(2).enumerate() {
            if !self.begins[usize::from(u16::from_le_bytes([two[0], two[1]]))] {
                continue;
            }
            let Some(start) = bytes.get(at..at + 4) else {
                continue;
            };
            let start = u32::from_le_bytes(start.try_into().unwrap());
            for (which, spelled) in self.by_start.get(&start).into_iter().flatten() {
                if bytes[at..].starts_with(spelled) {
                    found.push(self.things[*which].0.as_str());
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// What is found in any file below, or in the name of one, and how many bytes were looked at.
    pub fn found_below(&self, folder: &Path) -> (Vec<String>, usize) {
        let (mut found, mut bytes) = (Vec::new(), 0);
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let mut here = self.found(name.as_bytes());
            let content = if path.is_dir() {
                let (below, n) = self.found_below(&path);
                found.extend(below);
                bytes += n;
                Vec::new()
            } else {
                std::fs::read(&path).unwrap()
            };
            bytes += content.len();
            here.extend(self.found(&content));
            found.extend(
                here.iter()
                    .map(|what| format!("{what} in {}", path.display())),
            );
        }
        (found, bytes)
    }
}
