//! ARCHITECTURE.md states what is absent, and names the test that holds each
//! absence; here is held that those tests exist.

use crate::tree::{file, files, none};

/// The lines of the list under a heading; a line that is indented continues the one before.
fn items(text: &str, heading: &str) -> Vec<String> {
    let mut items: Vec<String> = vec![];
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with('#') {
            inside = line.trim_start_matches('#').trim() == heading;
        } else if inside && line.starts_with("- ") {
            items.push(line[2..].to_owned());
        } else if inside
            && line.starts_with("  ")
            && let Some(last) = items.last_mut()
        {
            last.push(' ');
            last.push_str(line.trim());
        }
    }
    items
}

/// The words after "Held by" that stand between backticks.
fn holders(item: &str) -> Vec<&str> {
    let Some((_, rest)) = item.split_once("Held by") else {
        return vec![];
    };
    rest.split('`').skip(1).step_by(2).collect()
}

fn unheld(document: &str, tests: &str) -> Vec<String> {
    let mut complaints = vec![];
    for item in items(document, "Invariants") {
        let holders = holders(&item);
        if holders.is_empty() {
            complaints.push(format!("no test holds: {item}"));
        }
        for name in holders {
            let function = format!("fn {name}(");
            if !tests.contains(&function) {
                complaints.push(format!("there is no test {name} for: {item}"));
            }
        }
    }
    complaints
}

#[test]
fn every_invariant_names_a_test_that_exists() {
    let document = file("ARCHITECTURE.md").text;
    assert!(items(&document, "Invariants").len() >= 5);
    let mut sources = files("tests", &[".rs"]);
    sources.extend(files("src-tauri", &[".rs"]));
    let all: Vec<String> = sources.into_iter().map(|file| file.text).collect();
    none(&unheld(&document, &all.join("\n")));
}

#[test]
fn an_invariant_without_its_test_is_named() {
    let document = "## Invariants\n- No a. Held by `kept`.\n- No b.\n- No c.\n  Held by `lost`.\n## Next\n- d\n";
    assert_eq!(
        unheld(document, "fn kept() {}"),
        [
            "no test holds: No b.",
            "there is no test lost for: No c. Held by `lost`."
        ]
    );
}
