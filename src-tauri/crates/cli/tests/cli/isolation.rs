//! No verb shows one account what is another's: walked by the program's own
//! help, so that a new verb without a case here fails.

use crate::paceline::{Paceline, ride, write};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

const PASSPHRASE: &str = "correct horse battery staple";
/// In every name, title and value of Ada's, and nowhere else.
const MARK: &str = "ZWIRN";
const WEIGHT: &str = "71.375";

/// Every verb that does something, as the words that are typed.
fn verbs(app: &Paceline, before: &[&str]) -> BTreeSet<String> {
    let output = app.run(&[before, &["--help"]].concat());
    let help = String::from_utf8(output.stdout).unwrap();
    let listed = help.split_once("Commands:\n").map(|(_, rest)| {
        rest.lines()
            .take_while(|line| !line.is_empty())
            .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
            .filter(|verb| !verb.is_empty() && *verb != "help")
            .collect::<Vec<_>>()
    });
    match listed {
        None => BTreeSet::from([before.join(" ")]),
        Some(all) => all
            .iter()
            .flat_map(|verb| verbs(app, &[before, &[*verb]].concat()))
            .collect(),
    }
}

/// Ids of what is Ada's, or of nothing.
#[derive(Clone)]
struct Ids {
    activity: String,
    tenant: String,
    athlete: String,
    sign_in: String,
}

/// What to type behind a verb: every way that may reach further than it should.
fn cases(verb: &str, x: &Ids, dir: &Path) -> Option<Vec<Vec<String>>> {
    let path = |name: &str| dir.join(name).display().to_string();
    let (phrase, wrong) = (path("phrase"), path("wrong"));
    let rides = path("rides of Bob");
    let id = x.activity.as_str();
    let all: Vec<Vec<&str>> = match verb {
        "account list"
        | "account security"
        | "account strength"
        | "account recovery-key"
        | "account sessions"
        | "account second-factor"
        | "status"
        | "check"
        | "list"
        | "fitness"
        | "curve"
        | "zones"
        | "coach"
        | "tenant list"
        | "tenant members"
        | "audit list"
        | "audit verify"
        | "settings list"
        | "backups" => vec![vec![]],
        "init" => vec![vec!["--name", "Again"]],
        "account create" => vec![vec!["ada"]],
        "account add" => vec![vec!["ada", "--new-passphrase-file", &phrase]],
        "account change-passphrase" => vec![vec!["--new-passphrase-file", &phrase]],
        "account recover" => vec![vec![
            "ada",
            "--recovery-key-file",
            &wrong,
            "--new-passphrase-file",
            &phrase,
        ]],
        "account keyring" => vec![vec!["forbid"]],
        "account opens-by-itself" => vec![vec!["no"], vec!["yes"]],
        "account auto-lock" => vec![vec!["7"]],
        "account end-session" => vec![vec![&x.sign_in]],
        "backup" => vec![vec!["--to", "OUT"]],
        "restore" => vec![vec![&x.tenant]],
        "salvage" => vec![vec!["OUT"]],
        "import" => vec![vec![&rides], vec!["--resume"]],
        "show" | "analyse" => vec![vec![id], vec![&id[..30]]],
        "export" => vec![
            vec![id, "-o", "OUT"],
            vec![id, "-o", "-", "--format", "gpx"],
        ],
        "tenant create" => vec![vec!["Bob’s club"]],
        "tenant switch" => vec![vec![&x.tenant], vec!["Bob", "--athlete", &x.athlete]],
        "tenant rename" => vec![vec!["Bob"]],
        "tenant add-athlete" => vec![vec!["Bea"]],
        "tenant transfer" => vec![
            vec![&x.athlete, "Bob’s club"],
            vec!["Bob", &x.tenant],
            vec!["Bob", &x.tenant, "--move"],
        ],
        "tenant export" => vec![vec!["OUT"]],
        "tenant import" => vec![vec![&phrase]],
        "tenant delete" => vec![vec![&x.tenant, "--confirm", MARK]],
        "audit export" => vec![vec!["OUT"]],
        "settings set" => vec![vec!["weight", "80", "--from", "2026-01-01"]],
        "settings unset" => vec![vec!["weight", "--from", "2026-02-02"]],
        _ => return None,
    };
    let mut all = all;
    // With an id as well as over a span of days.
    if verb == "curve" || verb == "zones" {
        all.push(vec![id]);
    }
    let out = path("out");
    let words = |case: Vec<&str>| {
        let word = |word: &str| {
            if word == "OUT" {
                out.clone()
            } else {
                word.to_owned()
            }
        };
        case.into_iter().map(word).collect()
    };
    Some(all.into_iter().map(words).collect())
}

struct Person<'a> {
    app: &'a Paceline,
    name: &'a str,
}

impl Person<'_> {
    /// Exit code, and all that is printed.
    fn says(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let mut command = self.app.command(arguments);
        command
            .env("PACELINE_USER", self.name)
            .env("PACELINE_PASSPHRASE", PASSPHRASE)
            .env("PACELINE_FILE_PASSPHRASE", "another phrase of words");
        let output = command.output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (
            output.status.code(),
            String::from_utf8_lossy(&said).into_owned(),
        )
    }

    #[track_caller]
    fn json(&self, arguments: &[&str]) -> Value {
        let (code, said) = self.says(&[arguments, &["--json", "--quiet"]].concat());
        assert_eq!(code, Some(0), "{arguments:?}: {said}");
        serde_json::from_str(&said).unwrap_or_else(|e| panic!("{arguments:?}: {e}: {said}"))
    }

    /// What must stay as it is, whatever others do.
    fn all(&self) -> Vec<Value> {
        let verbs: [&[&str]; 3] = [&["list"], &["settings"], &["tenant", "list"]];
        verbs.iter().map(|verb| self.json(verb)).collect()
    }
}

/// Ada's and Bob's accounts over one folder, with the same rides, differently named.
fn two<'a>(app: &'a Paceline, dir: &Path) -> (Person<'a>, Person<'a>) {
    std::fs::write(dir.join("phrase"), PASSPHRASE).unwrap();
    std::fs::write(dir.join("wrong"), "0000").unwrap();
    let phrase = dir.join("phrase").display().to_string();
    let (ada, bob) = (Person { app, name: "ada" }, Person { app, name: "bob" });
    let done = |who: &Person<'_>, arguments: &[&str]| {
        let (code, said) = who.says(arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {said}");
    };
    done(&ada, &["init", "--name", MARK]);
    done(&ada, &["account", "create", "ada"]);
    done(
        &ada,
        &["account", "add", "bob", "--new-passphrase-file", &phrase],
    );
    done(&bob, &["init", "--name", "Bob"]);
    for (who, name) in [(&ada, MARK), (&bob, "Bob")] {
        let rides = dir.join(format!("rides of {name}"));
        for day in 0..2 {
            write(&rides, &format!("{name} {day}.fit"), &ride(day, 240, 200));
        }
        done(who, &["import", &rides.display().to_string()]);
    }
    done(
        &ada,
        &["settings", "set", "weight", WEIGHT, "--from", "2026-02-02"],
    );
    (ada, bob)
}

#[test]
fn no_verb_of_accounts_shows_one_what_is_anothers_or_changes_it() {
    try_all(|verb| verb.starts_with("account "));
}

#[test]
fn no_verb_of_tenants_and_backups_shows_one_what_is_anothers_or_changes_it() {
    try_all(of_tenants);
}

#[test]
fn no_other_verb_shows_one_account_what_is_anothers_or_changes_it() {
    try_all(|verb| !verb.starts_with("account ") && !of_tenants(verb));
}

fn of_tenants(verb: &str) -> bool {
    ["tenant", "audit", "backup", "restore", "salvage"]
        .iter()
        .any(|group| verb.starts_with(group))
}

/// As Bob, with what is Ada's. Every sign-in costs what Argon2id is set to: hence in parts.
fn try_all(part: impl Fn(&str) -> bool) {
    let dir = tempfile::tempdir().unwrap();
    let app = Paceline::new(&dir.path().join("data"));
    let verbs = verbs(&app, &[]);
    assert!(verbs.len() > 40, "{verbs:#?}");
    let (ada, bob) = two(&app, dir.path());
    let before = ada.all();
    let shown = serde_json::to_string(&before).unwrap();
    assert!(shown.contains(MARK) && shown.contains(WEIGHT), "{shown}");
    let id = |of: &Value| of["id"].as_str().unwrap().to_owned();
    let theirs = Ids {
        activity: id(&before[0]["rows"][0]),
        tenant: id(&before[2][0]),
        athlete: id(&before[2][0]["athletes"][0]),
        sign_in: id(&ada.json(&["account", "sessions"])[0]),
    };
    let nothing = |i: u8| format!("01a00000-0000-7000-8000-0000000000{i:02}");
    let nowhere = Ids {
        activity: nothing(1),
        tenant: nothing(2),
        athlete: nothing(3),
        sign_in: nothing(4),
    };
    let out = dir.path().join("out");
    for verb in verbs.iter().filter(|verb| part(verb)) {
        let of = |ids| cases(verb, ids, dir.path());
        let (Some(near), Some(far)) = (of(&theirs), of(&nowhere)) else {
            panic!("“paceline {verb}” has no case here");
        };
        for (reaching, harmless) in near.iter().zip(&far) {
            let run = |case: &Vec<String>, ids: &Ids| {
                let words = verb.split(' ').chain(case.iter().map(String::as_str));
                let (code, said) = bob.says(&words.collect::<Vec<_>>());
                for what in [MARK, WEIGHT] {
                    let typed = case.iter().any(|word| word.contains(what));
                    assert!(typed || !said.contains(what), "{verb} {case:?}: {said}");
                }
                assert!(!plain(&out).contains(MARK), "{verb} {case:?} writes it");
                let _ = std::fs::remove_file(&out);
                let _ = std::fs::remove_dir_all(&out);
                let all = [&ids.activity, &ids.tenant, &ids.athlete, &ids.sign_in];
                let said = all.iter().fold(said, |said, id| said.replace(*id, "ID"));
                (code, said.replace(&ids.activity[..30], "ID"))
            };
            let answer = run(reaching, &theirs);
            if reaching != harmless {
                assert_eq!(answer, run(harmless, &nowhere), "{verb} betrays");
                assert_ne!(answer.0, Some(0), "{verb} {reaching:?} is done");
            }
        }
    }
    assert_eq!(ada.all(), before);
}

/// Whatever can be read below a path.
fn plain(path: &Path) -> String {
    if let Ok(entries) = std::fs::read_dir(path) {
        return entries.map(|e| plain(&e.unwrap().path())).collect();
    }
    let bytes = std::fs::read(path).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}
