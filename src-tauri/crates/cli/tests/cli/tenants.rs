//! Tenants and the audit log from the command line.

use crate::paceline::{Paceline, ride, write};

#[test]
fn tenants_are_made_switched_exported_imported_and_deleted() {
    let dir = tempfile::tempdir().unwrap();
    let paceline = Paceline::new(&dir.path().join("data"));
    write(&dir.path().join("rides"), "a.fit", &ride(0, 60, 200));
    let rides = dir.path().join("rides").display().to_string();
    let (code, _) = paceline.json(&["import", &rides]);
    assert_eq!(code, 0);
    assert_eq!(paceline.rows().len(), 1);

    let (_, made) = paceline.json(&["tenant", "create", "Club", "--athlete", "Cleo"]);
    assert!(made["id"].is_string());
    let (_, profile) = paceline.json(&["tenant", "switch", "Club"]);
    assert_eq!(profile["name"], "Cleo");
    assert!(paceline.rows().is_empty(), "the next start goes on there");
    let (_, all) = paceline.json(&["tenant", "list"]);
    let all = all.as_array().unwrap().clone();
    assert_eq!(all.len(), 2);
    assert_eq!(all[1]["current"], true);
    assert_eq!(all[1]["role"], "owner");
    assert_eq!(
        paceline.json(&["coach"]).1["athletes"]
            .as_array()
            .unwrap()
            .len(),
        2
    );

    paceline.json(&["tenant", "switch", "Athlete"]);
    let file = dir.path().join("mine.paceline").display().to_string();
    let refused = paceline.run(&["tenant", "export", &file]);
    assert_eq!(refused.status.code(), Some(2), "no passphrase");
    let with = |arguments: &[&str], phrase: &str| {
        let output = paceline
            .command(arguments)
            .arg("--json")
            .env("PACELINE_FILE_PASSPHRASE", phrase)
            .output()
            .unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        )
    };
    assert_eq!(with(&["tenant", "export", &file], "a phrase of words").0, 0);
    assert_eq!(with(&["tenant", "import", &file], "another phrase").0, 1);
    let (code, said) = with(
        &["tenant", "import", &file, "--name", "Copy"],
        "a phrase of words",
    );
    assert_eq!(code, 0);
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["activities"], 1);
    paceline.json(&["tenant", "switch", "Copy"]);
    assert_eq!(paceline.rows().len(), 1);
    assert_eq!(paceline.run(&["check"]).status.code(), Some(0));

    let (code, log) = paceline.json(&["audit"]);
    assert_eq!(code, 0);
    let events: Vec<&str> = log
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["event"].as_str().unwrap())
        .collect();
    assert_eq!(events[..2], ["switch", "tenant_imported"]);
    let (code, found) = paceline.json(&["audit", "verify"]);
    assert_eq!((code, &found["brokenAt"]), (0, &serde_json::Value::Null));
    let lines = dir.path().join("log.jsonl");
    paceline.json(&["audit", "export", &lines.display().to_string()]);
    let lines = std::fs::read_to_string(lines).unwrap();
    assert_eq!(
        lines.lines().count() as u64,
        found["count"].as_u64().unwrap()
    );

    let wrong = paceline.run(&["tenant", "delete", "Copy", "--confirm", "copy"]);
    assert_eq!(wrong.status.code(), Some(2));
    let done = paceline.run(&["tenant", "delete", "Copy", "--confirm", "Copy"]);
    assert_eq!(done.status.code(), Some(0));
    assert_eq!(
        paceline
            .json(&["tenant", "list"])
            .1
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(
        paceline.run(&["tenant", "switch", "Copy"]).status.code(),
        Some(4)
    );
}
