//! What the source text itself must and must not say.

use crate::tree::{File, files, none};

/// Crates whose own code has no clock, no randomness, no files, no environment.
const PURE: [&str; 3] = [
    "src-tauri/crates/model/src",
    "src-tauri/crates/analysis/src",
    "src-tauri/crates/formats/src",
];

/// Paths that reach outside, as they would be written.
const REACHES_OUT: [&str; 13] = [
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "std::thread",
    "SystemTime",
    "Instant::now",
    "Utc::now",
    "Local::now",
    "now_v7",
    "new_v4",
    "rand::",
    "getrandom",
];

/// Modules of std that reach outside when they are imported in a group.
const GROUPED: [&str; 5] = ["fs", "env", "net", "process", "thread"];

const LONGEST: usize = 500;

/// Files that may be longer than [`LONGEST`] lines, each with its reason.
const LONG: [(&str, &str); 1] = [("ui/src/lib/ipc/bindings.ts", "generated")];

/// The code of a file without its comments and test modules. Relies on rustfmt: a top-level module
/// ends with a bracket in the first column.
fn own_code(text: &str) -> String {
    let mut code = String::new();
    let mut in_tests = false;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if in_tests {
            in_tests = line != "}";
            continue;
        }
        if line == "#[cfg(test)]" {
            let opens = lines
                .peek()
                .is_some_and(|next| next.trim_end().ends_with('{'));
            if opens {
                in_tests = true;
            } else {
                lines.next();
            }
            continue;
        }
        code.push_str(line.split("//").next().unwrap_or_default());
        code.push('\n');
    }
    code
}

/// Modules a crate compiles only for its tests: `#[cfg(test)]` before `mod name;`.
fn test_modules(file: &File) -> Vec<String> {
    let lines: Vec<&str> = file.text.lines().collect();
    lines
        .windows(2)
        .filter(|pair| pair[0].trim() == "#[cfg(test)]")
        .filter_map(|pair| {
            pair[1]
                .trim()
                .strip_prefix("mod ")?
                .strip_suffix(';')
                .map(str::to_owned)
        })
        .collect()
}

fn impure(files: &[File]) -> Vec<String> {
    let tests: Vec<String> = files.iter().flat_map(test_modules).collect();
    let mut complaints = vec![];
    for file in files {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let stem = name.trim_end_matches(".rs");
        let in_test_folder = tests.iter().any(|t| file.path.contains(&format!("/{t}/")));
        if in_test_folder || tests.iter().any(|t| t == stem) {
            continue;
        }
        let code = own_code(&file.text);
        for word in REACHES_OUT {
            if code.contains(word) {
                complaints.push(format!("{} reaches out: {word}", file.path));
            }
        }
        let dense: String = code.split_whitespace().collect();
        for group in dense.split("std::{").skip(1) {
            let inside = group.split(';').next().unwrap_or_default();
            for word in inside.split(['{', '}', ',']) {
                let module = word.split("::").next().unwrap_or_default();
                if GROUPED.contains(&module) {
                    complaints.push(format!("{} reaches out: std::{module}", file.path));
                }
            }
        }
    }
    complaints
}

fn too_long(files: &[File]) -> Vec<String> {
    files
        .iter()
        .filter(|file| !LONG.iter().any(|(path, _)| *path == file.path))
        .filter_map(|file| {
            let lines = file.text.lines().count();
            (lines > LONGEST).then(|| format!("{} has {lines} lines", file.path))
        })
        .collect()
}

fn without_preface(files: &[File]) -> Vec<String> {
    files
        .iter()
        .filter(|file| file.path.ends_with("/lib.rs") || file.path.ends_with("/main.rs"))
        .filter(|file| !file.text.starts_with("//!"))
        .map(|file| format!("{} does not say why it exists", file.path))
        .collect()
}

fn unfinished(files: &[File]) -> Vec<String> {
    // Put together here so that this file does not hold the words it looks for.
    let marks = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("unimpl", "emented!"),
        concat!("to", "do!("),
    ];
    let mut complaints = vec![];
    for file in files {
        for (index, line) in file.text.lines().enumerate() {
            if marks.iter().any(|mark| line.contains(mark)) {
                complaints.push(format!(
                    "{}:{} is unfinished: {}",
                    file.path,
                    index + 1,
                    line.trim()
                ));
            }
        }
    }
    complaints
}

fn rust() -> Vec<File> {
    let mut all = files("src-tauri", &[".rs"]);
    all.extend(files("tests", &[".rs"]));
    assert!(all.len() > 20, "the sources were not found");
    all
}

fn everything() -> Vec<File> {
    let mut all = rust();
    all.extend(files("ui/src", &[".ts", ".svelte", ".css"]));
    all.extend(files("migrations", &[".sql"]));
    all
}

#[test]
fn model_analysis_and_formats_have_no_clock_no_chance_and_no_files() {
    let sources: Vec<File> = PURE.iter().flat_map(|f| files(f, &[".rs"])).collect();
    assert!(sources.len() >= PURE.len(), "the sources were not found");
    none(&impure(&sources));
}

#[test]
fn no_file_is_longer_than_a_reader_s_patience() {
    none(&too_long(&everything()));
}

#[test]
fn every_crate_says_first_why_it_exists() {
    none(&without_preface(&rust()));
}

#[test]
fn nothing_is_left_unfinished() {
    none(&unfinished(&everything()));
}

#[test]
fn reaching_out_is_found_in_code_and_not_in_tests_or_comments() {
    let clean = "//! reads no std::fs\nuse std::io::Read;\n\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n";
    assert!(impure(&[File::new("a/src/lib.rs", clean)]).is_empty());
    let outside = "#[cfg(test)]\nmod corpus;\n";
    let corpus = File::new("a/src/corpus.rs", "use std::fs;\n");
    assert!(impure(&[File::new("a/src/lib.rs", outside), corpus]).is_empty());
    for bad in [
        "fn f() { std::fs::read(\"x\"); }\n",
        "use std::{\n    collections::HashMap,\n    fs,\n};\n",
        "#[cfg(test)]\nmod tests {\n}\n\nfn f() { std::env::var(\"X\"); }\n",
        "fn f() -> u64 { Uuid::now_v7(); }\n",
    ] {
        assert_eq!(impure(&[File::new("a/src/lib.rs", bad)]).len(), 1, "{bad}");
    }
}

#[test]
fn long_silent_and_unfinished_files_are_named() {
    let long = File::new("a/src/table.rs", &"line\n".repeat(LONGEST + 1));
    assert_eq!(too_long(&[long]), ["a/src/table.rs has 501 lines"]);
    let silent = File::new("a/src/lib.rs", "mod x;\n");
    assert_eq!(without_preface(&[silent]).len(), 1);
    let open = File::new(
        "a/src/x.rs",
        concat!("// TO", "DO later\nfn f() { to", "do!() }\n"),
    );
    assert_eq!(unfinished(&[open]).len(), 2);
}
