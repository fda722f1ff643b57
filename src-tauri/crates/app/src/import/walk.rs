//! Finds the files of an import, in an order that does not depend on the disk.

use std::path::{Path, PathBuf};

/// Folders deeper than this are taken for a loop.
const MAX_DEPTH: usize = 32;

/// Something to read.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// The path as the user knows it.
    pub display: String,
    /// Where the bytes are.
    pub path: PathBuf,
    /// Named by the user himself: then it is never passed over in silence.
    pub explicit: bool,
    /// Why it cannot even be looked at.
    pub error: Option<String>,
}

/// Whether a name's ending says that it is worth reading in full.
pub(super) fn promising(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let lower = lower.strip_suffix(".gz").unwrap_or(&lower);
    let ending = lower.rsplit('.').next().unwrap_or("");
    matches!(
        ending,
        "fit"
            | "tcx"
            | "gpx"
            | "zip"
            | "kmz"
            | "pwx"
            | "srm"
            | "hrm"
            | "srd"
            | "wko"
            | "sml"
            | "slf"
            | "fitlog"
    )
}

/// Calls `visit` for every file below `roots`; ends early when it returns false.
pub(super) fn walk(roots: &[PathBuf], mut visit: impl FnMut(Found) -> bool) {
    for root in roots {
        let ok = match std::fs::metadata(root) {
            Ok(meta) if meta.is_dir() => folder(root, 0, &mut visit),
            Ok(_) => visit(Found {
                display: root.display().to_string(),
                path: root.clone(),
                explicit: true,
                error: None,
            }),
            Err(error) => visit(unreadable(root, &error)),
        };
        if !ok {
            return;
        }
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Found {
    Found {
        display: path.display().to_string(),
        path: path.to_path_buf(),
        explicit: true,
        error: Some(read_error(error)),
    }
}

/// An operating system's read error in words that say what to do.
pub(super) fn read_error(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            "There is no such file or folder. Check the path.".to_owned()
        }
        std::io::ErrorKind::PermissionDenied => {
            "It may not be read. Change its permissions or copy it elsewhere.".to_owned()
        }
        _ => format!("It could not be read: {error}."),
    }
}

fn folder(dir: &Path, depth: usize, visit: &mut impl FnMut(Found) -> bool) -> bool {
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) => return visit(unreadable(dir, &error)),
    };
    let mut entries: Vec<_> = entries.filter_map(Result::ok).collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    let names: Vec<String> = entries
        .iter()
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect();
    for (entry, name) in entries.iter().zip(&names) {
        if name.starts_with('.') || name == "__MACOSX" {
            continue;
        }
        let path = entry.path();
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        // Links are followed to files only, so that a folder cannot hold itself.
        let is_link_to_file = kind.is_symlink() && path.is_file();
        let go_on = if kind.is_dir() {
            if depth >= MAX_DEPTH {
                visit(Found {
                    error: Some(format!(
                        "The folder lies more than {MAX_DEPTH} levels deep. Choose it directly."
                    )),
                    ..unreadable(&path, &std::io::ErrorKind::Other.into())
                })
            } else {
                folder(&path, depth + 1, visit)
            }
        } else if kind.is_file() || is_link_to_file {
            visit(Found {
                display: path.display().to_string(),
                path,
                explicit: false,
                error: None,
            })
        } else {
            true
        };
        if !go_on {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(root: &Path) -> Vec<String> {
        let mut all = Vec::new();
        walk(&[root.to_path_buf()], |f| {
            let name = f.path.strip_prefix(root).unwrap_or(&f.path);
            all.push(name.display().to_string());
            true
        });
        all
    }

    #[test]
    fn files_come_in_name_order_without_hidden_ones() {
        let dir = tempfile::tempdir().unwrap();
        let at = |p: &str| {
            let path = dir.path().join(p);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, b"x").unwrap();
        };
        for name in [
            "b.fit",
            "a.fit",
            ".hidden/x.fit",
            "e/activities.csv",
            "e/activities/1.gpx",
        ] {
            at(name);
        }
        assert_eq!(
            found(dir.path()),
            ["a.fit", "b.fit", "e/activities/1.gpx", "e/activities.csv",]
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_linked_into_itself_ends() {
        let dir = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(dir.path(), dir.path().join("loop")).unwrap();
        std::fs::write(dir.path().join("a.fit"), b"x").unwrap();
        assert_eq!(found(dir.path()).len(), 1);
    }

    #[test]
    fn a_missing_path_is_named_with_what_to_do() {
        let mut all = Vec::new();
        walk(&[PathBuf::from("/no/such/ride.fit")], |f| {
            all.push(f);
            true
        });
        assert_eq!(all.len(), 1);
        assert!(all[0].error.as_ref().unwrap().contains("no such file"));
    }

    #[test]
    fn endings_are_judged_without_case_and_through_gz() {
        assert!(promising("A.FIT") && promising("a.tcx.gz") && !promising("notes.md"));
    }
}
