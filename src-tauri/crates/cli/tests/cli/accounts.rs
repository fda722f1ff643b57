use crate::paceline::{Paceline, ride, write};
use std::io::Write as _;
use std::process::Stdio;
use tempfile::tempdir;

const PASSPHRASE: &str = "correct horse battery staple";

#[test]
fn a_script_unlocks_with_a_file_standard_input_or_the_environment() {
    let dir = tempdir().unwrap();
    let app = Paceline::new(&dir.path().join("data"));
    let file = write(dir.path(), "a.fit", &ride(1, 60, 200));
    let (code, _) = app.json(&["import", &file.display().to_string()]);
    assert_eq!(code, 0);
    let kept = dir.path().join("passphrase");
    std::fs::write(&kept, format!("{PASSPHRASE}\n")).unwrap();
    let kept = kept.display().to_string();
    let (code, made) = app.json(&["account", "create", "ada", "--passphrase-file", &kept]);
    assert_eq!(code, 0);
    assert_eq!(made["recoveryKey"].as_str().map(str::len), Some(47));

    // Without one the data stay shut, and what needs none is still told.
    let shut = app.run(&["list", "--json"]);
    assert_eq!(shut.status.code(), Some(5));
    let said: serde_json::Value = serde_json::from_slice(&shut.stderr).unwrap();
    assert_eq!(said["code"], "locked");
    assert_eq!(app.json(&["status"]).1["locked"], true);
    let (code, accounts) = app.json(&["account", "list"]);
    assert_eq!(
        (code, &accounts["accounts"][0]["handle"]),
        (0, &"ada".into())
    );

    let (code, page) = app.json(&["list", "--passphrase-file", &kept]);
    assert_eq!((code, &page["total"]), (0, &1.into()));
    let mut piped = app.command(&["list", "--passphrase-stdin"]);
    let mut piped = piped
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = piped.stdin.take().unwrap();
    input.write_all(PASSPHRASE.as_bytes()).unwrap();
    drop(input);
    assert_eq!(piped.wait().unwrap().code(), Some(0));
    let mut by_env = app.command(&["account", "sessions", "--json"]);
    let by_env = by_env.env("PACELINE_PASSPHRASE", PASSPHRASE);
    let output = by_env.output().unwrap();
    let sessions: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(sessions.as_array().map(Vec::len), Some(4));
    assert_eq!(sessions[0]["current"], true);
    assert_eq!(sessions[1]["ending"], "closed");
    let wrong = app
        .command(&["list"])
        .env("PACELINE_PASSPHRASE", "not this one")
        .output()
        .unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    assert!(!String::from_utf8_lossy(&wrong.stderr).contains("not this one"));
}

#[test]
fn a_lost_passphrase_is_recovered_from_on_the_command_line() {
    let dir = tempdir().unwrap();
    let app = Paceline::new(&dir.path().join("data"));
    assert_eq!(app.run(&["init", "--name", "Ada"]).status.code(), Some(0));
    let keep = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let old = keep("old", PASSPHRASE);
    let new = keep("new", "quite another passphrase");
    let (_, made) = app.json(&["account", "create", "ada", "--passphrase-file", &old]);
    let key = keep("key", made["recoveryKey"].as_str().unwrap());
    let recovered = app.run(&[
        "account",
        "recover",
        "ada",
        "--recovery-key-file",
        &key,
        "--new-passphrase-file",
        &new,
    ]);
    assert_eq!(recovered.status.code(), Some(0));
    let status = |file: &str| app.run(&["status", "--passphrase-file", file]);
    assert_eq!(status(&old).status.code(), Some(2));
    assert_eq!(status(&new).status.code(), Some(0));
}
