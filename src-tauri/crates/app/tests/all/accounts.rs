//! A folder that belongs to an account: locked and unlocked.

use crate::common::*;
use paceline_app::WireError;
use paceline_vault::{KdfParams, KeyPolicy, Passphrase, Vault};
use std::path::Path;

/// Gives the folder of a closed app a passphrase and takes its other way in.
fn require_sign_in(dir: &Path, user: paceline_model::UserId) {
    let vault = Vault::open(&dir.join("data"), KeyPolicy::KeyFileOnly).unwrap();
    let vault = vault.into_unlocked(user).unwrap();
    let passphrase = Passphrase::chosen("four uncommon words here").unwrap();
    vault
        .add_passphrase("ada", &passphrase, KdfParams::FLOOR)
        .unwrap();
    vault.require_sign_in().unwrap();
}

async fn first_user(dir: &Path) -> paceline_model::UserId {
    let vault = Vault::open(&dir.join("data"), KeyPolicy::KeyFileOnly).unwrap();
    let store = paceline_store::Store::open(&dir.join("data"), vault)
        .await
        .unwrap();
    let user = store.user();
    store.close().await;
    user
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_belongs_to_an_account_opens_locked_and_gives_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let app = ready(dir.path()).await;
    import(&app, &write(dir.path(), "a.fit", &rides(1)[0])).await;
    app.close().await;
    require_sign_in(dir.path(), first_user(dir.path()).await);

    let app = open(dir.path()).await;
    assert!(app.is_locked());
    let status = app.status().await.unwrap();
    assert!(status.locked);
    assert_eq!((status.profile, status.activity_count), (None, 0));
    assert_eq!(app.activity_facets().await.unwrap_err(), WireError::Locked);
    assert_eq!(app.check().await.unwrap_err(), WireError::Locked);
    let imported = app.import_paths(vec![dir.path().join("a.fit")], |_| {});
    assert_eq!(imported.await.unwrap_err(), WireError::Locked);
    assert_eq!(app.refresh(|_, _| {}).await.unwrap_err(), WireError::Locked);
    app.close().await;
}
