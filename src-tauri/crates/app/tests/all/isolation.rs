//! No use-case of one tenant reaches what is in another: read from the source,
//! so that a new use-case without a case here fails. The window and the command
//! line call these and nothing else.

use crate::common::*;
use crate::tenants::{current, second};
use paceline_app::App;
use paceline_app::wire::*;
use std::collections::BTreeSet;
use std::path::Path;

/// Use-cases of accounts, locks and backups: of the folder, before and beside any tenant.
const OF_THE_FOLDER: [&str; 8] = [
    "accounts.rs",
    "sign_in.rs",
    "second_factor.rs",
    "sessions.rs",
    "lock.rs",
    "backup.rs",
    "salvage.rs",
    "check.rs",
];

/// What is meant to reach beyond the tenant on screen, each tried in a test of its own.
const ACROSS: [&str; 18] = [
    "open",
    "open_on",
    "open_even_damaged",
    "close",
    "create_profile",
    "status",
    "tenants",
    "create_tenant",
    "switch_tenant",
    "transfer_athlete",
    "import_tenant",
    "delete_tenant",
    "coach_overview",
    "audit",
    "audit_everywhere",
    "keep_current",
    "refresh",
    "resume_imports",
];

const MARK: &str = "FOREIGN";

fn use_cases() -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() || OF_THE_FOLDER.contains(&name.as_str()) {
            continue;
        }
        let mut inside = false;
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            if line.starts_with("impl App ") {
                inside = true;
            } else if line.starts_with('}') {
                inside = false;
            } else if inside && let Some(rest) = line.strip_prefix("    pub async fn ") {
                let name: String = rest
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                if !ACROSS.contains(&name.as_str()) {
                    all.insert(name);
                }
            }
        }
    }
    all
}

/// Ids of things in another tenant, or nowhere.
struct Ids {
    athlete: String,
    activity: String,
    origin: String,
    import: String,
    comment: String,
    group: String,
}

macro_rules! say {
    ($call:expr) => {
        format!("{:?};", $call.await)
    };
}

async fn of_activity(app: &App, name: &str, x: &Ids, out: &Path) -> Option<String> {
    let id = &x.activity;
    Some(match name {
        "activity" => say!(app.activity(id)),
        "resolve_activity" => say!(app.resolve_activity(id)),
        "update_activity" => {
            let edit = ActivityEdit {
                name: "x".into(),
                sport: "cycling".into(),
                notes: String::new(),
                rpe: None,
            };
            say!(app.update_activity(id, edit))
        }
        "delete_activities" => say!(app.delete_activities(vec![id.clone()])),
        "export_bytes" => say!(app.export_bytes(id, ExportFormat::Fit)),
        "export_activity" => say!(app.export_activity(id, ExportFormat::Fit, out)),
        "save_original" => say!(app.save_original(id, &x.origin, out)),
        "activity_series" => say!(app.activity_series(id, vec![])),
        "range_stats" => say!(app.range_stats(id, 0, 10)),
        "analysis" => say!(app.analysis(id)),
        "set_repairs" => say!(app.set_repairs(id, vec![])),
        "set_interval_edits" => say!(app.set_interval_edits(id, vec![])),
        "activity_curve" => say!(app.activity_curve(id, CurveChannel::Power, false)),
        "similar_sessions" => say!(app.similar_sessions(id)),
        "activity_hrv" => say!(app.activity_hrv(id)),
        "comments" => {
            say!(app.comments(CommentsQuery::Activity { id: id.clone() }))
                + &say!(app.comments(CommentsQuery::Newest { limit: 99 }))
        }
        "add_comment" => {
            let on = CommentTarget::Activity { id: id.clone() };
            say!(app.add_comment(on, "x"))
        }
        _ => return None,
    })
}

async fn of_tenant(app: &App, name: &str, x: &Ids, out: &Path) -> String {
    let curves = || CurvesQuery {
        sport: "cycling".into(),
        channel: CurveChannel::Power,
        from: None,
        to: None,
        every_second: false,
    };
    let setting = || SettingView {
        kind: SettingKind::Ftp,
        value: 250.0,
        valid_from: "2026-01-01".into(),
    };
    match name {
        "activity_page" => {
            let query = ListQuery {
                limit: 100,
                ..ListQuery::default()
            };
            say!(app.activity_page(query))
        }
        "activity_facets" => say!(app.activity_facets()),
        "update_profile" => {
            let input = ProfileInput {
                name: "Ada".into(),
                units: Units::Metric,
                sex: None,
            };
            say!(app.update_profile(input))
        }
        "import_paths" => say!(app.import_paths(vec![], |_| {})),
        "load_sample" => String::new(),
        "past_imports" => say!(app.past_imports()),
        "import_items" => say!(app.import_items(&x.import)),
        "curve" => say!(app.curve(curves())),
        "abilities" => say!(app.abilities(curves())),
        "fitness" => say!(app.fitness(FitnessQuery::default())),
        "set_fitness_model" => say!(app.set_fitness_model(FitnessModel::default())),
        "plan_loads" => say!(app.plan_loads(vec![])),
        "taper" => {
            let query = TaperQuery {
                race: "1999-01-01".into(),
                target_tsb: 5.0,
                daily_load: None,
            };
            say!(app.taper(query))
        }
        "settings" => say!(app.settings()),
        "save_setting" => say!(app.save_setting(setting())),
        "delete_setting" => say!(app.delete_setting(SettingKind::MaxHeartRate, "2026-01-01")),
        "wellness" => say!(app.wellness(None, None)),
        "save_measurements" => say!(app.save_measurements(vec![])),
        "proposals" => say!(app.proposals()),
        "dismiss_proposal" => say!(app.dismiss_proposal(SettingKind::Ftp, 1.0)),
        "switch_athlete" => say!(app.switch_athlete(&x.athlete)),
        "rename_tenant" => say!(app.rename_tenant("Ada")),
        "add_athlete" => say!(app.add_athlete("", Units::Metric)),
        "members" => format!("{}", app.members().await.unwrap().members.len()),
        "put_member" => say!(app.put_member(&x.athlete, Role::Athlete, Some(&x.athlete))),
        "remove_member" => say!(app.remove_member(&x.athlete)),
        "export_tenant" => say!(app.export_tenant(out, "short", |_| {})),
        "audit_page" | "export_audit" => {
            app.export_audit(out).await.unwrap();
            let text = std::fs::read_to_string(out).unwrap();
            std::fs::remove_file(out).unwrap();
            assert!(!text.contains(MARK));
            String::new()
        }
        "verify_audit" => format!("{:?}", app.verify_audit().await.unwrap().broken_at),
        "edit_comment" => say!(app.edit_comment(&x.comment, "x")),
        "delete_comment" => say!(app.delete_comment(&x.comment)),
        "mark_comments_read" => say!(app.mark_comments_read(vec![x.comment.clone()])),
        "groups" => say!(app.groups()),
        "put_group" => {
            let group = GroupInput {
                id: Some(x.group.clone()),
                name: "x".into(),
                athlete_ids: vec![],
            };
            let other = GroupInput {
                id: None,
                name: "x".into(),
                athlete_ids: vec![x.athlete.clone()],
            };
            say!(app.put_group(group)) + &say!(app.put_group(other))
        }
        "delete_group" => say!(app.delete_group(&x.group)),
        "set_athlete_tags" => say!(app.set_athlete_tags(&x.athlete, vec!["x".into()])),
        "save_setting_of_many" => {
            let bulk = BulkSetting {
                athlete_ids: vec![x.athlete.clone()],
                setting: setting(),
            };
            say!(app.save_setting_of_many(bulk))
        }
        other => panic!("App::{other} has no case here"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_use_case_reaches_beyond_the_tenant_on_screen() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let ride = write(dir.path(), "a.fit", &rides(1)[0]);
    import(&app, &ride).await;
    let home = current(&app).await;
    let club = second(&app, MARK).await;
    app.switch_tenant(&club).await.unwrap();
    let twin = write(dir.path(), "FOREIGN/b.fit", &rides(1)[0]);
    let report = import(&app, &twin).await;
    let activity = all(&app).await[0].id.clone();
    let edit = ActivityEdit {
        name: MARK.into(),
        sport: "cycling".into(),
        notes: MARK.into(),
        rpe: None,
    };
    app.update_activity(&activity, edit).await.unwrap();
    let on = CommentTarget::Activity {
        id: activity.clone(),
    };
    let theirs = Ids {
        athlete: current(&app).await.athletes[0].id.clone(),
        origin: app.activity(&activity).await.unwrap().origins[0]
            .origin_id
            .clone(),
        import: report.import_id,
        comment: app.add_comment(on, MARK).await.unwrap(),
        group: app
            .put_group(GroupInput {
                id: None,
                name: MARK.into(),
                athlete_ids: vec![],
            })
            .await
            .unwrap(),
        activity,
    };
    let id = || uuid::Uuid::now_v7().to_string();
    let nowhere = Ids {
        athlete: id(),
        activity: id(),
        origin: id(),
        import: id(),
        comment: id(),
        group: id(),
    };
    app.refresh(|_, _| {}).await.unwrap();
    let shown = app.activity(&theirs.activity).await.unwrap();
    app.switch_tenant(&home.id).await.unwrap();
    app.refresh(|_, _| {}).await.unwrap();
    let out = dir.path().join("out");
    let cases = use_cases();
    assert!(cases.len() > 50, "{}", cases.len());
    for name in &cases {
        let mut answers = Vec::new();
        for ids in [&theirs, &nowhere] {
            let view = app.view();
            let answer = match of_activity(&view, name, ids, &out).await {
                Some(answer) => answer,
                None => of_tenant(&view, name, ids, &out).await,
            };
            assert!(!out.exists(), "{name} writes a file");
            answers.push(
                answer
                    .replace(&ids.activity, "ID")
                    .replace(&ids.athlete, "ID"),
            );
        }
        assert!(!answers[0].contains(MARK), "{name} shows {}", answers[0]);
        assert_eq!(answers[0], answers[1], "{name} betrays");
    }
    app.switch_tenant(&club).await.unwrap();
    let after = app.activity(&theirs.activity).await.unwrap();
    assert_eq!(
        format!("{:?}", (after.row, after.notes, after.summary)),
        format!("{:?}", (shown.row, shown.notes, shown.summary))
    );
    let comments = app
        .comments(CommentsQuery::Newest { limit: 9 })
        .await
        .unwrap();
    assert_eq!((comments.len(), comments[0].text.as_str()), (1, MARK));
    assert_eq!(app.groups().await.unwrap().len(), 1);
    assert!(app.settings().await.unwrap().is_empty());
}

/// Use-cases of the folder, of nobody, or tried elsewhere, by the files they are in.
fn of_the_folder() -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for name in OF_THE_FOLDER {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(name);
        // One of them may be all there is to its group.
        for line in std::fs::read_to_string(path).unwrap_or_default().lines() {
            let line = line.trim_start();
            let rest = line
                .strip_prefix("pub async fn ")
                .or_else(|| line.strip_prefix("pub fn "));
            if let Some(rest) = rest {
                all.extend(rest.split(['(', '<']).next().map(str::to_owned));
            }
        }
    }
    all
}

/// The names behind `what` in a text.
fn named<'t>(text: &'t str, what: &str) -> Vec<&'t str> {
    text.split(what)
        .skip(1)
        .filter_map(|rest| {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
            rest.get(..end).filter(|name| !name.is_empty())
        })
        .collect()
}

#[test]
fn every_command_of_the_window_calls_use_cases_that_are_tried() {
    // The system's own dialogs, a table of constants, and what stops work.
    const NOTHING_TO_READ: [&str; 5] = [
        "pick_files",
        "pick_folder",
        "pick_save_path",
        "roles",
        "cancel_import",
    ];
    let mut tried = use_cases();
    tried.extend(of_the_folder());
    tried.extend(ACROSS.map(str::to_owned));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(3)
        .unwrap();
    let bindings = std::fs::read_to_string(root.join("ui/src/lib/ipc/bindings.ts")).unwrap();
    let commands: BTreeSet<&str> = bindings
        .split("__TAURI_INVOKE<")
        .skip(1)
        .filter_map(|rest| rest.split_once("(\"")?.1.split('"').next())
        .collect();
    assert!(commands.len() > 90, "{commands:?}");
    let mut source = String::new();
    for entry in std::fs::read_dir(root.join("src-tauri/src/commands")).unwrap() {
        source += &std::fs::read_to_string(entry.unwrap().path()).unwrap();
    }
    for command in commands {
        if NOTHING_TO_READ.contains(&command) {
            continue;
        }
        let bodies = ["(", "<"].map(|open| format!("fn {command}{open}"));
        let body = bodies.iter().find_map(|head| source.split_once(head));
        let body = body.unwrap_or_else(|| panic!("no source of {command}")).1;
        let body = body.split_once("\n}").unwrap().0;
        let body: String = body.split_whitespace().collect();
        let calls: Vec<&str> = named(&body, "app.")
            .into_iter()
            .chain(named(&body, "app.view()."))
            .filter(|name| *name != "view")
            .collect();
        assert!(!calls.is_empty(), "{command} calls no use-case: {body}");
        for call in calls {
            assert!(
                tried.contains(call),
                "{command} calls {call}, which has no case"
            );
        }
    }
}
