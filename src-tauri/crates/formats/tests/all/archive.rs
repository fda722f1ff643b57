//! Zip archives as programs make them, and as downloads break them.

#![allow(clippy::unwrap_used)]

use crate::common::corpus;
use paceline_formats::archive::{Archive, ArchiveError, is_zip};
use proptest::prelude::*;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const LIMIT: u64 = 64 << 20;

fn zipped(files: &[(&str, &[u8])], options: SimpleFileOptions) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// As programs that cannot go back write it: sizes follow the bytes.
fn streamed(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new_stream(Vec::new());
    for (name, bytes) in files {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn open(bytes: Vec<u8>) -> Archive<Cursor<Vec<u8>>> {
    Archive::open(Cursor::new(bytes)).unwrap()
}

fn names(archive: &Archive<Cursor<Vec<u8>>>) -> Vec<&str> {
    archive.entries().iter().map(|e| e.name.as_str()).collect()
}

fn read(archive: &mut Archive<Cursor<Vec<u8>>>, index: usize) -> Result<Vec<u8>, ArchiveError> {
    let unpacked = archive.read(index, LIMIT, &|| true)?;
    assert_eq!(unpacked.damage, None);
    Ok(unpacked.bytes)
}

/// Bytes that do not pack well.
fn noise(n: usize) -> Vec<u8> {
    let mut x = 0x1234_5678_9abc_def1u64;
    (0..n)
        .map(|_| {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            x as u8
        })
        .collect()
}

#[test]
fn every_entry_is_read_whatever_the_program_packed_it_with() {
    let files: [(&str, &[u8]); 3] = [("a/1.fit", b"one"), ("a/2.gpx", b""), ("3.txt", b"three")];
    for method in [
        CompressionMethod::Stored,
        CompressionMethod::Deflated,
        CompressionMethod::Zstd,
    ] {
        let options = SimpleFileOptions::default().compression_method(method);
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.add_directory("a", options).unwrap();
        for (name, bytes) in files {
            writer.start_file(name, options).unwrap();
            writer.write_all(bytes).unwrap();
        }
        let bytes = writer.finish().unwrap().into_inner();
        assert!(is_zip(&bytes));
        let mut archive = open(bytes);
        assert_eq!(names(&archive), ["a/1.fit", "a/2.gpx", "3.txt"], "{method}");
        assert_eq!(archive.trouble(), None);
        for (i, (_, bytes)) in files.iter().enumerate() {
            assert_eq!(&read(&mut archive, i).unwrap(), bytes, "{method}");
        }
    }
}

#[test]
fn sizes_beyond_four_gigabytes_are_understood() {
    let options = SimpleFileOptions::default().large_file(true);
    let mut archive = open(zipped(&[("1.fit", b"one")], options));
    assert_eq!(read(&mut archive, 0).unwrap(), b"one");
}

#[test]
fn entries_of_the_same_name_are_all_read() {
    let bytes = zipped(
        &[("run1.fit", b"one"), ("run2.fit", b"two")],
        SimpleFileOptions::default(),
    );
    // The writer refuses a name twice, so the second is renamed in the bytes.
    let renamed: Vec<u8> = {
        let mut bytes = bytes;
        let at: Vec<usize> = (0..bytes.len() - 8)
            .filter(|&i| &bytes[i..i + 8] == b"run2.fit")
            .collect();
        for i in at {
            bytes[i + 3] = b'1';
        }
        bytes
    };
    let mut archive = open(renamed);
    assert_eq!(names(&archive), ["run1.fit", "run1.fit"]);
    assert_eq!(read(&mut archive, 0).unwrap(), b"one");
    assert_eq!(read(&mut archive, 1).unwrap(), b"two");
}

#[test]
fn a_name_that_points_outside_is_cleaned_and_marked() {
    let bytes = zipped(
        &[("xx/xx/evil.fit", b"one"), ("ok.fit", b"two")],
        SimpleFileOptions::default(),
    );
    let text = |b: &[u8], from: &[u8], to: &[u8]| -> Vec<u8> {
        let mut b = b.to_vec();
        for i in 0..b.len() - from.len() {
            if b[i..].starts_with(from) {
                b[i..i + to.len()].copy_from_slice(to);
            }
        }
        b
    };
    let mut archive = open(text(&bytes, b"xx/xx/evil", b"../../evil"));
    assert_eq!(names(&archive), ["evil.fit", "ok.fit"]);
    assert_eq!(
        archive
            .entries()
            .iter()
            .map(|e| e.astray)
            .collect::<Vec<_>>(),
        [true, false]
    );
    assert_eq!(read(&mut archive, 0).unwrap(), b"one");
}

#[test]
fn names_of_old_programs_are_shown_somehow_and_never_lost() {
    let bytes = zipped(&[("xyz.fit", b"one")], SimpleFileOptions::default());
    // 0x84 is ä in the code page of DOS, and no UTF-8.
    let mut bytes = bytes;
    for i in 0..bytes.len() - 7 {
        if &bytes[i..i + 7] == b"xyz.fit" {
            bytes[i] = 0x84;
        }
    }
    let mut archive = open(bytes);
    assert_eq!(names(&archive), ["äyz.fit"]);
    assert_eq!(read(&mut archive, 0).unwrap(), b"one");
}

#[test]
fn a_protected_entry_says_what_to_do_and_the_others_are_read() {
    let mut bytes = zipped(
        &[("secret.fit", b"one"), ("open.fit", b"two")],
        SimpleFileOptions::default(),
    );
    // The flag of the first entry, in its own header and in the table of contents.
    bytes[6] |= 1;
    let directory = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    bytes[directory + 8] |= 1;
    let mut archive = open(bytes);
    assert_eq!(read(&mut archive, 0), Err(ArchiveError::Encrypted));
    assert_eq!(read(&mut archive, 1).unwrap(), b"two");
}

#[test]
fn a_method_that_is_not_read_is_named() {
    let mut bytes = zipped(&[("1.fit", b"one")], SimpleFileOptions::default());
    let directory = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    bytes[8] = 12;
    bytes[directory + 10] = 12;
    let error = read(&mut open(bytes), 0).unwrap_err();
    assert_eq!(
        error,
        ArchiveError::Method {
            method: "bzip2".into()
        }
    );
}

#[test]
fn a_bomb_is_left_alone_before_it_unpacks() {
    let zeros = vec![0u8; 32 << 20];
    let mut archive = open(zipped(
        &[("bomb.gpx", &zeros), ("ride.fit", b"one")],
        SimpleFileOptions::default(),
    ));
    assert!(matches!(
        read(&mut archive, 0),
        Err(ArchiveError::Bomb { times }) if times > 200
    ));
    assert_eq!(read(&mut archive, 1).unwrap(), b"one");
}

#[test]
fn an_entry_that_lies_about_its_size_is_not_believed() {
    let text = b"lat lon ele ".repeat(200_000);
    let mut bytes = zipped(&[("1.gpx", &text)], SimpleFileOptions::default());
    let directory = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    bytes[directory + 24..directory + 28].copy_from_slice(&10u32.to_le_bytes());
    match open(bytes).read(0, 1 << 20, &|| true) {
        Err(ArchiveError::TooLarge { .. } | ArchiveError::EntryDamaged { .. }) => {}
        Ok(unpacked) => assert!(unpacked.damage.is_some() && unpacked.bytes.len() <= 1 << 20),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn entries_over_the_same_bytes_are_read_once() {
    let bytes = zipped(
        &[("1.fit", &noise(4000)), ("2.fit", &noise(4000))],
        SimpleFileOptions::default(),
    );
    let mut bytes = bytes;
    let second = bytes
        .windows(4)
        .enumerate()
        .filter(|(_, w)| *w == b"PK\x01\x02")
        .map(|(i, _)| i)
        .nth(1)
        .unwrap();
    // The second entry points at the first one's header.
    bytes[second + 42..second + 46].copy_from_slice(&0u32.to_le_bytes());
    let mut archive = open(bytes);
    assert_eq!(read(&mut archive, 0).unwrap(), noise(4000));
    assert_eq!(read(&mut archive, 1), Err(ArchiveError::Overlap));
}

#[test]
fn a_download_that_broke_off_gives_everything_before_the_break() {
    let files: Vec<(String, Vec<u8>)> = (0..20)
        .map(|i| (format!("activities/{i}.fit"), noise(3000 + i)))
        .collect();
    let borrowed: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(n, b)| (n.as_str(), b.as_slice()))
        .collect();
    for whole in [
        zipped(&borrowed, SimpleFileOptions::default()),
        streamed(&borrowed),
    ] {
        let cut = whole[..whole.len() / 2].to_vec();
        let mut archive = open(cut);
        let n = archive.entries().len();
        assert!((9..=11).contains(&n), "{n}");
        let trouble = archive.trouble().unwrap().to_owned();
        assert!(trouble.contains("download it again"), "{trouble}");
        for (i, (name, bytes)) in files.iter().enumerate().take(n - 1) {
            assert_eq!(archive.entries()[i].name, *name);
            assert_eq!(&read(&mut archive, i).unwrap(), bytes);
        }
        // The entry in which it broke gives its beginning.
        let last = archive.read(n - 1, LIMIT, &|| true).unwrap();
        assert!(last.damage.is_some());
        assert!(files[n - 1].1.starts_with(&last.bytes));
    }
}

#[test]
fn a_damaged_table_of_contents_is_made_up_for() {
    let files: [(&str, &[u8]); 3] = [("1.fit", b"one"), ("2.fit", b"two"), ("3.fit", b"three")];
    let mut bytes = zipped(&files, SimpleFileOptions::default());
    let second = bytes
        .windows(4)
        .enumerate()
        .filter(|(_, w)| *w == b"PK\x01\x02")
        .map(|(i, _)| i)
        .nth(1)
        .unwrap();
    bytes[second] = b'X';
    let mut archive = open(bytes);
    assert_eq!(names(&archive), ["1.fit", "2.fit", "3.fit"]);
    assert!(archive.trouble().is_some());
    for (i, (_, bytes)) in files.iter().enumerate() {
        assert_eq!(&read(&mut archive, i).unwrap(), bytes);
    }
}

#[test]
fn a_damaged_entry_gives_what_comes_before_and_says_so() {
    let content = noise(100_000);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut bytes = zipped(&[("1.fit", &content)], options);
    bytes[50_000] ^= 0xff;
    let unpacked = open(bytes).read(0, LIMIT, &|| true).unwrap();
    assert!(unpacked.damage.is_some());
    assert_eq!(unpacked.bytes[..40_000], content[..40_000]);
}

#[test]
fn no_zip_and_an_empty_file_say_so() {
    assert!(matches!(
        Archive::open(Cursor::new(Vec::new())),
        Err(ArchiveError::Empty)
    ));
    assert!(matches!(
        Archive::open(Cursor::new(noise(1000))),
        Err(ArchiveError::Damaged { .. })
    ));
    // An archive without files is one.
    let empty = ZipWriter::new(Cursor::new(Vec::new())).finish().unwrap();
    assert!(open(empty.into_inner()).entries().is_empty());
}

#[test]
fn unpacking_stops_when_it_is_asked_to() {
    let content = noise(8 << 20);
    let mut archive = open(zipped(&[("1.fit", &content)], SimpleFileOptions::default()));
    let asked = std::cell::Cell::new(0);
    let outcome = archive.read(0, LIMIT, &|| {
        asked.set(asked.get() + 1);
        asked.get() < 4
    });
    assert_eq!(outcome, Err(ArchiveError::Stopped));
    assert_eq!(asked.get(), 4);
}

#[test]
fn the_head_of_an_entry_and_an_entry_too_large_for_memory_are_given() {
    let content = noise(1 << 20);
    let mut archive = open(zipped(&[("1.fit", &content)], SimpleFileOptions::default()));
    assert_eq!(archive.head(0, 1000).unwrap(), content[..1000]);
    let mut out = Vec::new();
    let damage = archive.copy_to(0, LIMIT, &mut out, &|| true).unwrap();
    assert_eq!((damage, out), (None, content));
}

#[test]
fn archives_of_the_corpus_are_read_whole() {
    let Some(corpus) = corpus() else { return };
    for (file, count) in [
        ("exports/strava_en103.zip", 4),
        ("ft_gpx_test.zip", 4),
        ("ft_example.kmz", 1),
    ] {
        let mut archive = open(std::fs::read(corpus.join(file)).unwrap());
        assert_eq!(archive.entries().len(), count, "{file}");
        for i in 0..count {
            let bytes = read(&mut archive, i).unwrap();
            assert_eq!(bytes.len() as u64, archive.entries()[i].size, "{file}");
        }
    }
}

fn drain(bytes: Vec<u8>) {
    if let Ok(mut archive) = Archive::open(Cursor::new(bytes)) {
        for i in 0..archive.entries().len() {
            let _ = archive.read(i, 1 << 20, &|| true);
            let _ = archive.head(i, 100);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        drain(bytes);
    }

    #[test]
    fn damaged_archives_never_panic(
        flips in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..12),
        cut in any::<proptest::sample::Index>(),
        stream in any::<bool>(),
    ) {
        let (one, two) = (noise(700), b"text ".repeat(200));
        let files: [(&str, &[u8]); 3] = [("a/1.fit", &one), ("2.gpx", &two), ("3.zip", b"PK\x03\x04")];
        let mut bytes = if stream { streamed(&files) } else { zipped(&files, SimpleFileOptions::default()) };
        for (at, value) in flips {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let keep = cut.index(bytes.len() * 2);
        bytes.truncate(keep.max(1));
        drain(bytes);
    }
}
