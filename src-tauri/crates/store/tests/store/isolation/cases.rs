//! How each method is called.

use super::{Ids, MARK, NOW, said};
use crate::fixtures::*;
use paceline_model::*;
use paceline_store::*;
use paceline_vault::{KdfParams, Passphrase};
use std::sync::Arc;
use uuid::Uuid;

macro_rules! say {
    ($call:expr) => {
        said(&$call.await)
    };
}

fn words() -> Passphrase {
    Passphrase::typed("a phrase").unwrap()
}

fn setting() -> SettingValue {
    SettingValue {
        kind: SettingKind::Weight,
        value: 70.0,
        valid_from: Instant(5),
    }
}

pub async fn of_store(
    store: &Arc<Store>,
    own: &Session,
    stale: &Session,
    name: &str,
    x: &Ids,
) -> String {
    match name {
        "first_session" => say!(store.first_session()),
        "create_profile" => say!(store.create_profile("New", Units::Metric, NOW)),
        "create_tenant" => say!(store.create_tenant("New", "New", Units::Metric, NOW)),
        "tenants" => say!(store.tenants()),
        "session" => {
            say!(store.session(x.tenant, None))
                + &say!(store.session(x.tenant, Some(x.athlete)))
                + &say!(store.session(own.tenant(), Some(x.athlete)))
        }
        "note_opened" => say!(store.note_opened(stale, NOW)),
        "audit" => say!(store.audit(stale, &AuditEvent::Switch, NOW)),
        "audit_everywhere" => say!(store.audit_everywhere(&AuditEvent::Backup, NOW)),
        "mark_read" => {
            say!(store.mark_read(own, &[x.comment], NOW))
                + &say!(store.mark_read(stale, &[x.comment], NOW))
        }
        "reader" => say!(store.reader(stale)),
        "writer" => say!(store.writer(stale)),
        "sealer" => say!(store.sealer(stale)),
        "commenter" => say!(store.commenter(stale)),
        "coach" => say!(store.coach(stale)),
        "auditor" => say!(store.auditor(stale)),
        "owner" => say!(store.owner(stale)),
        "import_tenant" => {
            let none = std::io::empty();
            say!(store.import_tenant(none, words(), None, NOW, |_| {}))
        }
        // Of the user whose store it is; whoever else there is, is reached by none of them.
        "sign_ins" => say!(store.sign_ins()),
        "begin_sign_in" => say!(store.begin_sign_in(x.origin, "passphrase", "test", NOW)),
        "end_sign_in" => say!(store.end_sign_in(x.comment.0, "revoked", NOW)),
        "second_factor" => say!(store.second_factor()),
        "swap_second_factor" => say!(store.swap_second_factor(Some(b"x"), None)),
        "user_preference" => say!(store.user_preference::<u32>("name")),
        "put_user_preference" => say!(store.put_user_preference("name", &1)),
        "add_user" => say!(store.add_user(UserId(Uuid::now_v7()), "New", NOW)),
        other => panic!("Store::{other} has no case here"),
    }
}

pub async fn of_reader(r: &Reader, name: &str, x: &Ids) -> String {
    let (from, to) = (Instant(i64::MIN), Instant(i64::MAX));
    let key = CurveKey {
        sport: Sport::Cycling,
        channel: "power",
    };
    match name {
        "activity" => say!(r.activity(x.activity)),
        "series" => say!(r.series(x.activity, &[])),
        "rr" => say!(r.rr(x.activity)),
        "original" => say!(r.original(x.activity, x.origin)),
        "known_rides" => say!(r.known_rides()),
        "activities_by_prefix" => say!(r.activities_by_prefix(&x.activity.to_string())),
        "days" => say!(r.days(from, to)),
        "zone_days" => say!(r.zone_days(from, to)),
        "month_curves" => say!(r.month_curves(key, 0, i32::MAX)),
        "imports" => say!(r.imports()),
        "import_items" => say!(r.import_items(x.import)),
        "activity_page" => {
            let query = Query {
                text: MARK.into(),
                limit: 100,
                ..Query::default()
            };
            say!(r.activity_page(&query))
        }
        "facets" => say!(r.facets()),
        "activity_count" => say!(r.activity_count()),
        "activities_since" => say!(r.activities_since(from)),
        "planned" => say!(r.planned(i32::MIN, i32::MAX)),
        "preference" => say!(r.preference::<String>("p")),
        "profile" => say!(r.profile()),
        "settings" => say!(r.settings()),
        "biometric_count" => say!(r.biometric_count()),
        "biometrics" => say!(r.biometrics(BiometricKind::Weight)),
        "biometrics_between" => say!(r.biometrics_between(from, to)),
        "figures_states" => say!(r.figures_states()),
        "material" => say!(r.material(x.activity)),
        "distance_records" => say!(r.distance_records(Sport::Cycling, from, to)),
        "distance_times" => say!(r.distance_times(Sport::Cycling, from, to)),
        "summaries" => say!(r.summaries(from, to)),
        "sessions" => say!(r.sessions(Sport::Cycling)),
        "metrics" => say!(r.metrics::<String>(x.activity)),
        "comments" => {
            say!(r.comments(CommentQuery::Activity(x.activity)))
                + &say!(r.comments(CommentQuery::Newest(100)))
                + &say!(r.comments(CommentQuery::Days(i32::MIN, i32::MAX)))
        }
        "unread_comments" => say!(r.unread_comments()),
        "labels" => say!(r.labels()),
        other => panic!("Reader::{other} has no case here"),
    }
}

pub async fn of_writer(
    store: &Arc<Store>,
    own: &Session,
    w: &Writer,
    name: &str,
    x: &Ids,
) -> String {
    let key = CurveKey {
        sport: Sport::Cycling,
        channel: "power",
    };
    match name {
        "update_activity" => {
            let edit = ActivityEdit {
                name: "x".into(),
                sport: Sport::Other,
                notes: String::new(),
                rpe: None,
            };
            say!(w.update_activity(x.activity, &edit))
        }
        "delete_activities" => say!(w.delete_activities(&[x.activity])),
        "put_month_curves" => {
            let month = MonthCurve {
                month: 9,
                formula_version: 1,
                members: vec![(x.activity, 0)],
                curve: vec![1],
            };
            say!(w.put_month_curves(key, &[month]))
        }
        "begin_import" => say!(w.begin_import(&[], NOW)),
        "finish_import" => say!(w.finish_import(x.import, &[], true, NOW)),
        "put_planned" => {
            let plan = PlannedLoad {
                day: 3,
                load: 0.0,
                title: String::new(),
            };
            say!(w.put_planned(&[plan]))
        }
        "put_preference" => say!(w.put_preference("p", &"x")),
        "update_profile" => say!(w.update_profile("x", Units::Imperial, None)),
        "mark_sample" => say!(w.mark_sample()),
        "delete_biometric" => say!(w.delete_biometric(BiometricKind::Weight, Instant(8))),
        "put_setting" => say!(w.put_setting(&setting())),
        "delete_setting" => say!(w.delete_setting(SettingKind::MaxHeartRate, Instant(0))),
        "put_biometrics" => say!(w.put_biometrics(&[], SourceKind::File, NOW)),
        "put_figures" => {
            let figures = Figures {
                id: x.activity,
                summary: summary(7.0),
                metrics: "x",
                load: Some(1.0),
                settings_key: 1,
                data_version: 1,
                three_zones: None,
                of_samples: Some(OfSamples::default()),
            };
            say!(w.put_figures(&[figures]))
        }
        "put_repairs" => say!(w.put_repairs(x.activity, &["x"])),
        "put_interval_edits" => say!(w.put_interval_edits(x.activity, &["x"])),
        "stage" | "put" => {
            let mut all = String::new();
            for replace in [false, true] {
                let into = Action::Merge {
                    into: x.activity,
                    replace,
                };
                let mut record = file(store, own, x.import, 90, into).await;
                record.item = None;
                all += &say!(put_files(w, vec![record], NOW));
                let mut record = file(store, own, x.import, 90, into).await;
                record.item = None;
                record.parts.clear();
                record.claims.push(Claim {
                    activity: x.activity,
                    origin: None,
                    external_id: "1".into(),
                    account: Vec::new(),
                    words: Words {
                        name: Some("x".into()),
                        ..Words::default()
                    },
                });
                all += &say!(put_files(w, vec![record], NOW));
            }
            all
        }
        other => panic!("Writer::{other} has no case here"),
    }
}

pub async fn of_others(store: &Arc<Store>, own: &Session, of: &str, name: &str, x: &Ids) -> String {
    let commenter = store.commenter(own).await.unwrap();
    let coach = store.coach(own).await.unwrap();
    let auditor = store.auditor(own).await.unwrap();
    let owner = store.owner(own).await.unwrap();
    match name {
        "add_comment" => say!(commenter.add_comment(CommentOn::Activity(x.activity), "x", NOW)),
        "edit_comment" => say!(commenter.edit_comment(x.comment, "x", NOW)),
        "delete_comment" => say!(commenter.delete_comment(x.comment, NOW)),
        "add_athlete" => say!(coach.add_athlete("x", Units::Metric, NOW)),
        "groups" => say!(coach.groups()),
        "put_group" => {
            say!(coach.put_group(Some(x.group), "x", &[], NOW))
                + &say!(coach.put_group(None, "x", &[x.athlete], NOW))
        }
        "delete_group" => say!(coach.delete_group(x.group)),
        "put_tags" => say!(coach.put_tags(x.athlete, &["x".into()])),
        "put_setting_of" => say!(coach.put_setting_of(&[x.athlete], &setting())),
        "audit_after" => say!(auditor.audit_after(0, 1000)),
        "audit_before" => say!(auditor.audit_before(None, 1000)),
        "verify_audit" => say!(auditor.verify_audit()),
        "rename" => say!(owner.rename("x")),
        "members" => say!(owner.members()),
        "others" => say!(owner.others()),
        "put_member" => {
            say!(owner.put_member(own.user(), Role::Athlete, Some(x.athlete), NOW))
                + &say!(owner.put_member(UserId(Uuid::now_v7()), Role::Viewer, None, NOW))
        }
        "remove_member" => say!(owner.remove_member(UserId(x.athlete.0), NOW)),
        "transfer" => {
            let other = store
                .create_tenant("x", "x", Units::Metric, NOW)
                .await
                .unwrap();
            let to = store.owner(&other).await.unwrap();
            say!(owner.transfer(x.athlete, &to, Transfer::Move, NOW, |_, _| {}))
        }
        "export_tenant" => {
            let file = owner.export_tenant(Vec::new(), words(), KdfParams::FLOOR, NOW, |_, _| {});
            let file = std::io::Cursor::new(file.await.unwrap());
            let read = store
                .import_tenant(file, words(), None, NOW, |_| {})
                .await
                .unwrap();
            let reader = store.reader(&read.session).await.unwrap();
            let query = Query {
                limit: 100,
                ..Query::default()
            };
            say!(reader.activity_page(&query)) + &said(&read.activities)
        }
        "delete_tenant" => {
            let other = store
                .create_tenant("x", "x", Units::Metric, NOW)
                .await
                .unwrap();
            say!(store.owner(&other).await.unwrap().delete_tenant(NOW))
        }
        _ => panic!("{of}::{name} has no case here"),
    }
}
