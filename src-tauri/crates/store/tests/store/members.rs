//! Who may do what, the log of what was done, and comments.

use crate::fixtures::*;
use crate::sharing::{NOW, run, whole};
use paceline_model::*;
use paceline_store::*;
use paceline_vault::{KdfParams, LockedVault, Now, Passphrase};
use std::path::Path;

/// Gives the user of the folder another role in every tenant, as another owner would.
async fn become_(dir: &Path, role: &str, athlete: Option<AthleteId>) {
    let athlete = athlete.map_or("NULL".to_owned(), |a| format!("x'{}'", a.0.simple()));
    let sql = format!("UPDATE memberships SET role = '{role}', athlete_id = {athlete}");
    run(dir, &sql).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_door_opens_only_for_a_role_that_may_and_looks_anew_each_time() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, ids) = filled(dir.path(), 1).await;
    for role in Role::ALL {
        become_(dir.path(), role.key(), Some(session.athlete())).await;
        let doors = [
            (Permission::View, store.reader(&session).await.map(drop)),
            (Permission::Edit, store.writer(&session).await.map(drop)),
            (Permission::Edit, store.sealer(&session).await.map(drop)),
            (
                Permission::Comment,
                store.commenter(&session).await.map(drop),
            ),
            (Permission::Coach, store.coach(&session).await.map(drop)),
            (Permission::Audit, store.auditor(&session).await.map(drop)),
            (Permission::Manage, store.owner(&session).await.map(drop)),
        ];
        for (permission, door) in doors {
            match door {
                Ok(()) => assert!(role.allows(permission), "{role:?} {permission:?}"),
                Err(StoreError::Forbidden { .. }) => {
                    assert!(!role.allows(permission), "{role:?} {permission:?}");
                }
                Err(other) => panic!("{role:?} {permission:?}: {other:?}"),
            }
        }
    }
    run(dir.path(), "DELETE FROM memberships").await.unwrap();
    let gone = store.reader(&session).await.unwrap_err();
    assert!(matches!(gone, StoreError::NotFound { .. }), "{gone:?}");
    assert!(!ids.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_an_athlete_reaches_no_other_athlete_of_the_tenant() {
    let dir = tempfile::tempdir().unwrap();
    let (store, session, ids) = filled(dir.path(), 1).await;
    let coach = store.coach(&session).await.unwrap();
    let other = coach.add_athlete("Eve", Units::Metric, NOW).await.unwrap();
    let eve = store.session(session.tenant(), Some(other)).await.unwrap();
    become_(dir.path(), "athlete", Some(other)).await;
    assert!(store.reader(&session).await.is_err());
    assert!(
        store
            .session(session.tenant(), Some(session.athlete()))
            .await
            .is_err()
    );
    let reader = store.reader(&eve).await.unwrap();
    assert_eq!(reader.activity_count().await.unwrap(), 0);
    assert!(reader.activity(ids[0]).await.is_err());
    assert!(reader.series(ids[0], &[]).await.is_err());
    assert!(reader.rr(ids[0]).await.unwrap().is_empty());
    let writer = store.writer(&eve).await.unwrap();
    assert!(writer.delete_activities(&ids).await.is_err());
    let tenants = store.tenants().await.unwrap();
    assert_eq!(tenants[0].athletes.len(), 1);
    assert_eq!(tenants[0].athletes[0].id, other);
    assert_eq!(store.first_session().await.unwrap(), Some(eve));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_neither_changed_nor_shortened_and_tampering_shows() {
    let dir = tempfile::tempdir().unwrap();
    let (store, ada, _) = filled(dir.path(), 0).await;
    for n in 1..=5 {
        let event = AuditEvent::SignInFailed { attempts: n };
        store
            .audit(&ada, &event, Instant(i64::from(n)))
            .await
            .unwrap();
    }
    let log = store.auditor(&ada).await.unwrap();
    let sound = log.verify_audit().await.unwrap();
    assert_eq!((sound.head.count, sound.broken_at), (6, None));
    for sql in [
        "UPDATE audit_log SET detail = '{}'",
        "DELETE FROM audit_log WHERE seq = 6",
        "INSERT OR REPLACE INTO audit_log SELECT * FROM audit_log WHERE seq = 3",
        "DELETE FROM tenants",
    ] {
        assert!(run(dir.path(), sql).await.is_err(), "{sql}");
    }
    // Who holds the key can take the triggers away; the chain still tells.
    run(dir.path(), "DROP TRIGGER audit_log_is_not_changed")
        .await
        .unwrap();
    run(
        dir.path(),
        "UPDATE audit_log SET detail = '{\"attempts\":0}' WHERE seq = 4",
    )
    .await
    .unwrap();
    assert_eq!(log.verify_audit().await.unwrap().broken_at, Some(4));
    run(dir.path(), "DROP TRIGGER audit_log_is_not_shortened")
        .await
        .unwrap();
    run(dir.path(), "DELETE FROM audit_log WHERE seq = 2")
        .await
        .unwrap();
    assert_eq!(log.verify_audit().await.unwrap().broken_at, Some(3));
    let page = log.audit_before(Some(6), 2).await.unwrap();
    assert_eq!(page.iter().map(|e| e.seq).collect::<Vec<_>>(), [5, 4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_with_an_account_is_let_in_and_out_again() {
    let dir = tempfile::tempdir().unwrap();
    let (store, ada, ids) = filled(dir.path(), 1).await;
    let bob = UserId(uuid::Uuid::now_v7());
    let phrase = Passphrase::chosen("a phrase for tests").unwrap();
    {
        let keys = store.keys().unwrap();
        keys.add_passphrase("ada", &phrase, KdfParams::FLOOR)
            .unwrap();
        keys.add_account(bob, "bob", &phrase, KdfParams::FLOOR)
            .unwrap();
    }
    let sql = format!("INSERT INTO users VALUES (x'{}', 'Bob', 2)", bob.0.simple());
    run(dir.path(), &sql).await.unwrap();
    let owner = store.owner(&ada).await.unwrap();
    assert_eq!(owner.others().await.unwrap()[0].id, bob);
    let last = owner.put_member(ada.user(), Role::Viewer, None, NOW).await;
    assert!(matches!(last, Err(StoreError::LastOwner)), "{last:?}");
    owner
        .put_member(bob, Role::Viewer, None, NOW)
        .await
        .unwrap();
    let before = whole(&store, &ada, ids[0]).await;

    let clock = Now {
        wall_ms: 1,
        run: 1,
        running_ms: 1,
    };
    let vault = LockedVault::open(dir.path())
        .unwrap()
        .sign_in(bob, &phrase, KdfParams::FLOOR, &clock)
        .unwrap();
    let theirs = Store::open_for(dir.path(), vault).await.unwrap();
    let session = theirs.first_session().await.unwrap().unwrap();
    assert_eq!(whole(&theirs, &session, ids[0]).await, before);
    let refused = theirs.writer(&session).await.unwrap_err();
    assert!(
        matches!(refused, StoreError::Forbidden { .. }),
        "{refused:?}"
    );
    owner.remove_member(bob, NOW).await.unwrap();
    assert!(theirs.reader(&session).await.is_err());
    assert_eq!(theirs.first_session().await.unwrap(), None);
    let log = store.auditor(&ada).await.unwrap();
    let events: Vec<String> = log
        .audit_before(None, 2)
        .await
        .unwrap()
        .into_iter()
        .map(|e| e.event)
        .collect();
    assert_eq!(events, ["role_change", "role_change"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn comments_are_unread_until_read_and_again_once_changed() {
    let dir = tempfile::tempdir().unwrap();
    let (store, ada, ids) = filled(dir.path(), 1).await;
    let door = store.commenter(&ada).await.unwrap();
    let on = CommentOn::Activity(ids[0]);
    let id = door
        .add_comment(on, "How was it?", Instant(10))
        .await
        .unwrap();
    door.add_comment(CommentOn::Day(7), "Rest", Instant(11))
        .await
        .unwrap();
    assert!(
        door.add_comment(CommentOn::Activity(new_id()), "?", NOW)
            .await
            .is_err()
    );
    let reader = store.reader(&ada).await.unwrap();
    assert_eq!(
        reader.unread_comments().await.unwrap(),
        0,
        "one's own are read"
    );
    // As if somebody else had written them.
    let other = "UPDATE comments SET author_id = x'00000000000000000000000000000009'";
    run(dir.path(), other).await.unwrap();
    assert_eq!(reader.unread_comments().await.unwrap(), 2);
    store.mark_read(&ada, &[id], Instant(20)).await.unwrap();
    assert_eq!(reader.unread_comments().await.unwrap(), 1);
    assert!(door.edit_comment(id, "mine?", NOW).await.is_err());
    run(dir.path(), "UPDATE comments SET edited_at = 30")
        .await
        .unwrap();
    assert_eq!(reader.unread_comments().await.unwrap(), 2);
    let days = reader.comments(CommentQuery::Days(7, 7)).await.unwrap();
    assert_eq!(days.len(), 1);
    assert_eq!(days[0].text, "Rest");
    let of = reader
        .comments(CommentQuery::Activity(ids[0]))
        .await
        .unwrap();
    assert_eq!(of.len(), 1);
}
