//! Which files of a folder or archive make up an account's export, and what
//! each of them is in it.

use super::garmin;
use paceline_model::SourceKind;

/// An account's export somewhere in a tree of files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Whose.
    pub kind: SourceKind,
    /// What its files' names begin with: empty, or ending in a slash.
    pub prefix: String,
}

/// What a file is in an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The account's list of activities.
    List,
    /// A recording, or an archive of recordings.
    Recording,
    /// Measurements of the body.
    Body,
    /// Planned routes, photos, settings, badges: nothing that was trained.
    LeftOut,
}

const STRAVA_LIST: &str = "activities.csv";

/// The exports among files, by their names with forward slashes.
#[must_use]
pub fn find<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<Export> {
    let mut found: Vec<Export> = Vec::new();
    let mut lists: Vec<&str> = Vec::new();
    let mut recordings: Vec<&str> = Vec::new();
    for name in names {
        let (folder, base) = split(name);
        if base.eq_ignore_ascii_case(STRAVA_LIST) {
            lists.push(folder);
        } else if let Some(above) = folder.strip_suffix("activities/") {
            if recordings.last() != Some(&above) {
                recordings.push(above);
            }
        } else if let Some(prefix) = garmin_prefix(name)
            && !found.iter().any(|e| e.prefix == prefix)
        {
            found.push(Export {
                kind: SourceKind::GarminExport,
                prefix: prefix.to_owned(),
            });
        }
    }
    for folder in lists {
        if recordings.contains(&folder) {
            found.push(Export {
                kind: SourceKind::StravaExport,
                prefix: folder.to_owned(),
            });
        }
    }
    // The innermost export decides what a file is.
    found.sort_by_key(|e| std::cmp::Reverse(e.prefix.len()));
    found
}

impl Export {
    /// What the file of this name is in the export; `None` if it is not part of it.
    #[must_use]
    pub fn role(&self, name: &str) -> Option<Role> {
        let inside = name.strip_prefix(self.prefix.as_str())?;
        let (folder, base) = split(inside);
        if self.kind == SourceKind::GarminExport {
            // What else lies beside Garmin's folders may be anything.
            if !inside.starts_with("DI_") && !inside.starts_with("DI-Connect-") {
                return None;
            }
            return Some(match garmin::file(base) {
                Some(garmin::File::Activities) => Role::List,
                Some(_) => Role::Body,
                None if recorded(base) => Role::Recording,
                None => Role::LeftOut,
            });
        }
        Some(match folder {
            "" if base.eq_ignore_ascii_case(STRAVA_LIST) => Role::List,
            // Files without an ending are recordings here too.
            "activities/" => Role::Recording,
            "routes/" => Role::LeftOut,
            _ if recorded(base) => Role::Recording,
            _ => Role::LeftOut,
        })
    }
}

/// Folder with its slash, and the name in it.
fn split(name: &str) -> (&str, &str) {
    name.split_at(name.rfind('/').map_or(0, |i| i + 1))
}

fn recorded(base: &str) -> bool {
    let lower = base.to_ascii_lowercase();
    let lower = lower.strip_suffix(".gz").unwrap_or(&lower);
    [".fit", ".tcx", ".gpx", ".zip"]
        .iter()
        .any(|e| lower.ends_with(e))
}

/// What stands before Garmin's own folder names.
fn garmin_prefix(name: &str) -> Option<&str> {
    let mut start = 0;
    for part in name.split_inclusive('/') {
        if part == "DI_CONNECT/" || part.starts_with("DI-Connect-") && part.ends_with('/') {
            return Some(&name[..start]);
        }
        start += part.len();
    }
    None
}

/// The name with the account's e-mail address taken out, as in Garmin's
/// `athlete@example.com_0_summarizedActivities.json`.
#[must_use]
pub fn without_account(name: &str) -> String {
    name.split('/').map(mask).collect::<Vec<_>>().join("/")
}

fn mask(part: &str) -> String {
    let Some(at) = part.find('@') else {
        return part.to_owned();
    };
    let (before, after) = (&part[..at], &part[at + 1..]);
    let local = before
        .rfind(|c: char| c.is_whitespace() || matches!(c, '(' | '<'))
        .map_or(0, |i| {
            i + before[i..].chars().next().map_or(1, char::len_utf8)
        });
    let mut end = after
        .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-'))
        .unwrap_or(after.len());
    if end == after.len() {
        // The last ending is the file's, not the domain's.
        end = after.rfind('.').unwrap_or(end);
    }
    if before[local..].is_empty() || !after[..end].contains('.') {
        return part.to_owned();
    }
    format!("{}account{}", &before[..local], mask(&after[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_strava_export_is_found_anywhere_in_the_tree() {
        let names = [
            "/home/a/export_1/activities.csv",
            "/home/a/export_1/activities/1.fit.gz",
            "/home/a/export_1/activities/2",
            "/home/a/export_1/routes/3.gpx",
            "/home/a/export_1/media/4.jpg",
            "/home/a/export_1/bikes.csv",
            "/home/a/other/5.fit",
            "/home/a/other/activities.csv",
        ];
        let found = find(names);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].kind, found[0].prefix.as_str()),
            (SourceKind::StravaExport, "/home/a/export_1/")
        );
        let roles: Vec<_> = names.iter().map(|n| found[0].role(n)).collect();
        assert_eq!(
            roles,
            [
                Some(Role::List),
                Some(Role::Recording),
                Some(Role::Recording),
                Some(Role::LeftOut),
                Some(Role::LeftOut),
                Some(Role::LeftOut),
                None,
                None,
            ]
        );
    }

    #[test]
    fn a_garmin_export_is_found_by_its_folders() {
        for (name, prefix) in [
            ("DI_CONNECT/DI-Connect-Fitness/x.json", ""),
            ("4bdb_1/DI_CONNECT/DI-Connect-Wellness/x.json", "4bdb_1/"),
            ("/d/DI-Connect-Aggregator/UDSFile_1.json", "/d/"),
        ] {
            let found = find([name]);
            assert_eq!(found.len(), 1, "{name}");
            assert_eq!(found[0].prefix, prefix);
            assert_eq!(found[0].kind, SourceKind::GarminExport);
        }
        assert!(find(["a/b.fit", "DI_CONNECT"]).is_empty());
        let export = &find(["DI_CONNECT/x"])[0];
        for (name, role) in [
            ("DI_CONNECT/F/a_0_summarizedActivities.json", Role::List),
            ("DI_CONNECT/W/2023_1_sleepData.json", Role::Body),
            ("DI_CONNECT/U/UploadedFiles_0-_Part1.zip", Role::Recording),
            ("DI_CONNECT/U/1.fit", Role::Recording),
            ("DI_CONNECT/W/1_fitnessAgeData.json", Role::LeftOut),
            ("DI_GOLF/scores.json", Role::LeftOut),
        ] {
            assert_eq!(export.role(name), Some(role), "{name}");
        }
        assert_eq!(export.role("customer_data/customer.json"), None);
    }

    #[test]
    fn the_e_mail_address_is_taken_out_of_names() {
        for (name, masked) in [
            (
                "DI/athlete@example.invalid_0_summarizedActivities.json",
                "DI/account_0_summarizedActivities.json",
            ),
            ("john_doe.x+y@mail.co.uk_1234.fit", "account_1234.fit"),
            ("me@example.com.fit", "account.fit"),
            ("copy of me@example.com_1.fit", "copy of account_1.fit"),
            ("ride @ noon.fit", "ride @ noon.fit"),
            ("5km@pb.fit", "5km@pb.fit"),
            ("a/b.fit", "a/b.fit"),
        ] {
            assert_eq!(without_account(name), masked, "{name}");
        }
    }

    proptest! {
        #[test]
        fn no_address_survives(
            user in "[a-z][a-z0-9._+-]{0,12}",
            host in "[a-z][a-z0-9-]{0,10}",
            top in "[a-z]{2,6}",
            number in 0u64..1_000_000_000,
        ) {
            let name = format!("DI_CONNECT/{user}@{host}.{top}_{number}.fit");
            prop_assert_eq!(without_account(&name), format!("DI_CONNECT/account_{number}.fit"));
        }

        #[test]
        fn any_name_is_taken(name in "\\PC{0,60}|[@./a-c _]{0,20}") {
            let _ = without_account(&name);
            let _ = find([name.as_str()]);
        }
    }
}
