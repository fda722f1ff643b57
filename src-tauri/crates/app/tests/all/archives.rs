//! Zip archives through the whole import.

use crate::common::*;
use paceline_app::wire::*;

#[tokio::test(flavor = "multi_thread")]
async fn the_recordings_of_an_archive_come_in_and_a_second_time_add_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let rides = rides(3);
    let archive = put(
        dir.path(),
        "rides.zip",
        zipped([
            ("2024/a.fit", fit_bytes(&rides[0])),
            ("2024/b.fit", fit_bytes(&rides[1])),
            ("notes.md", b"not a ride".to_vec()),
            ("broken.fit", vec![0x0e, 0x10, 1, 2, 3]),
        ]),
    );
    let report = import(&app, &archive).await;
    assert_eq!(counts(&report), [2, 0, 0, 0, 1, 1]);
    assert_eq!(
        (report.found, report.done, report.new_activities),
        (4, 4, 2)
    );
    let items = items(&app, &report).await;
    let shown = format!("{} › 2024/a.fit", archive.display());
    assert_eq!(items[0].path, shown);
    assert_eq!(item(&items, "broken.fit").outcome, ImportOutcome::Failed);
    let again = import(&app, &archive).await;
    assert_eq!(counts(&again), [0, 0, 2, 0, 1, 1]);
    // The same ride unpacked is known too, and keeps the name it had in the archive.
    let unpacked = write(dir.path(), "unpacked.fit", &rides[0]);
    assert_eq!(import(&app, &unpacked).await.known, 1);
    let view = app.activity(&all(&app).await[0].id).await.unwrap();
    assert!(["a.fit", "b.fit"].contains(&view.origins[0].file_name.as_str()));
    assert_eq!(view.origins.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn archives_within_archives_are_opened_to_a_depth_and_no_deeper() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let rides = rides(5);
    let mut nested = zipped([("deep.fit", fit_bytes(&rides[4]))]);
    for (level, ride) in rides[..4].iter().enumerate().rev() {
        let name = format!("{level}.fit");
        nested = zipped([(name.as_str(), fit_bytes(ride)), ("inner.zip", nested)]);
    }
    let archive = put(dir.path(), "all.zip", nested);
    let report = import(&app, &archive).await;
    assert_eq!(counts(&report), [4, 0, 0, 0, 0, 1]);
    let items = items(&app, &report).await;
    let deepest = item(&items, "inner.zip › inner.zip › inner.zip › inner.zip");
    assert!(deepest.reason.as_ref().unwrap().contains("Unpack this one"));
    item(
        &items,
        "all.zip › inner.zip › inner.zip › inner.zip › 3.fit",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_within_an_archive_may_be_larger_than_what_is_kept_in_memory() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let noise = noise(18 << 20);
    let inner = zipped([("photo.jpg", noise), ("a.fit", fit_bytes(&rides(1)[0]))]);
    assert!(inner.len() > 17 << 20);
    let archive = put(dir.path(), "big.zip", zipped([("inner.zip", inner)]));
    let data = || -> std::collections::BTreeSet<String> {
        let entries = std::fs::read_dir(dir.path().join("data")).unwrap();
        let name = |e: std::io::Result<std::fs::DirEntry>| e.unwrap().file_name();
        entries.map(|e| name(e).into_string().unwrap()).collect()
    };
    let before = data();
    let report = import(&app, &archive).await;
    assert_eq!(counts(&report), [1, 0, 0, 0, 1, 0]);
    assert_eq!(data(), before, "what it went through is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_of_an_archive_is_said_entry_by_entry() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let rides = rides(2);
    let mut bytes = zipped([
        ("secret.fit", fit_bytes(&rides[0])),
        ("open.fit", fit_bytes(&rides[1])),
        ("zeros.gpx", vec![0; 40 << 20]),
    ]);
    // The first entry is marked as protected with a password.
    bytes[6] |= 1;
    let directory = bytes.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    bytes[directory + 8] |= 1;
    let report = import(&app, &put(dir.path(), "mixed.zip", bytes)).await;
    assert_eq!(counts(&report), [1, 0, 0, 0, 0, 2]);
    let items = items(&app, &report).await;
    let reason = |end| item(&items, end).reason.clone().unwrap();
    assert!(reason("secret.fit").contains("password"));
    assert!(reason("zeros.gpx").contains("times its size"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_that_broke_off_gives_what_is_there_and_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let rides = rides(4);
    let names: Vec<String> = (0..4).map(|i| format!("{i}.fit")).collect();
    let files = names.iter().zip(&rides);
    let bytes = zipped(files.map(|(n, r)| (n.as_str(), fit_bytes(r))));
    let cut = bytes[..bytes.len() * 3 / 5].to_vec();
    let report = import(&app, &put(dir.path(), "cut.zip", cut)).await;
    let items = items(&app, &report).await;
    let archive = item(&items, "cut.zip");
    assert_eq!(archive.outcome, ImportOutcome::Failed);
    assert!(
        archive
            .reason
            .as_ref()
            .unwrap()
            .contains("download it again")
    );
    assert!(report.added >= 2, "{report:?}");
    // The recording in which it broke gives its beginning, with a warning.
    let last = items.iter().rfind(|i| i.path.ends_with(".fit")).unwrap();
    assert!(!last.warnings.is_empty(), "{last:?}");
    let no_archive = import(
        &app,
        &put(dir.path(), "none.zip", b"PK\x03\x04 and no more"),
    )
    .await;
    assert_eq!(counts(&no_archive), [0, 0, 0, 0, 0, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_used_twice_and_names_that_point_outside_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let rides = rides(3);
    let mut bytes = zipped([
        ("xx/run1.fit", fit_bytes(&rides[0])),
        ("xx/run2.fit", fit_bytes(&rides[1])),
        ("../run3.fit", fit_bytes(&rides[2])),
    ]);
    for i in 0..bytes.len() - 11 {
        if &bytes[i..i + 11] == b"xx/run2.fit" {
            bytes[i + 6] = b'1';
        }
    }
    let report = import(&app, &put(dir.path(), "odd.zip", bytes)).await;
    assert_eq!(counts(&report), [3, 0, 0, 0, 0, 0]);
    let items = items(&app, &report).await;
    item(&items, "odd.zip › xx/run1.fit");
    item(&items, "odd.zip › xx/run1.fit (2)");
    let astray = item(&items, "odd.zip › run3.fit");
    assert!(astray.warnings[0].message.contains("points outside"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_without_recordings_is_left_out_and_an_empty_one_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let map = put(
        dir.path(),
        "map.kmz",
        zipped([("doc.kml", b"<kml/>".to_vec())]),
    );
    let report = import(&app, &map).await;
    assert_eq!(counts(&report), [0, 0, 0, 0, 1, 0]);
    let report = import(&app, &put(dir.path(), "empty.zip", zipped([]))).await;
    let items = items(&app, &report).await;
    assert_eq!(
        items[0].reason.as_deref(),
        Some("The archive holds no files.")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn archives_of_the_corpus_come_in() {
    let Some(corpus) = corpus() else { return };
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    let report = import(&app, &corpus.join("ft_example.kmz")).await;
    assert_eq!((report.done, report.failed), (1, 0));
}
