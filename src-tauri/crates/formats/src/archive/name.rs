//! Names of entries as they are shown: archives may say anything.

/// The name cleaned, and whether it pointed outside the archive.
pub(super) fn clean(text: &str) -> (String, bool) {
    // Some programs on Windows write its own separator.
    let backslashes = !text.contains('/') && text.contains('\\');
    let separator = if backslashes { '\\' } else { '/' };
    let mut astray = text.starts_with(separator);
    let mut parts: Vec<String> = Vec::new();
    for part in text.split(separator) {
        let part = match part.as_bytes() {
            [drive, b':', ..] if drive.is_ascii_alphabetic() && parts.is_empty() => {
                astray = true;
                &part[2..]
            }
            _ => part,
        };
        match part {
            "" | "." => {}
            ".." => astray = true,
            part => parts.push(
                part.chars()
                    .map(|c| if c.is_control() { '\u{fffd}' } else { c })
                    .collect(),
            ),
        }
    }
    if parts.is_empty() {
        parts.push("unnamed".to_owned());
    }
    (parts.join("/"), astray)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_that_point_outside_are_cleaned_and_said() {
        for (text, name, astray) in [
            ("activities/1.fit", "activities/1.fit", false),
            ("/etc/passwd", "etc/passwd", true),
            ("a/../../b.fit", "a/b.fit", true),
            ("C:\\rides\\1.fit", "rides/1.fit", true),
            ("rides\\1.fit", "rides/1.fit", false),
            ("./x//y.gpx", "x/y.gpx", false),
            ("a\u{0}b\n.fit", "a\u{fffd}b\u{fffd}.fit", false),
            ("..", "unnamed", true),
            ("", "unnamed", false),
        ] {
            assert_eq!(clean(text), (name.to_owned(), astray), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_cleaned_name_never_leaves_its_folder(text in "\\PC{0,40}|[./\\\\:a-zA-Z]{0,20}") {
            let (name, _) = clean(&text);
            prop_assert!(!name.is_empty() && !name.starts_with('/'));
            prop_assert!(name.split('/').all(|p| !p.is_empty() && p != ".." && p != "."));
        }
    }
}
