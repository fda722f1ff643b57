use paceline_app::wire::{
    AccountsView, Credentials, EnrolmentView, KeyProtection, NewAccountView, RecoveryCodesView,
    Secret, SecurityView, SignInEntryView, SignInView, StrengthView,
};
use paceline_app::{App, WireError};
use tauri::State;

type Answer<T> = Result<T, WireError>;

#[tauri::command]
#[specta::specta]
pub async fn accounts(app: State<'_, App>) -> Answer<AccountsView> {
    app.accounts().await
}

#[tauri::command]
#[specta::specta]
pub async fn passphrase_strength(
    app: State<'_, App>,
    passphrase: Secret,
    known: Vec<String>,
) -> Answer<StrengthView> {
    app.passphrase_strength(passphrase, known).await
}

#[tauri::command]
#[specta::specta]
pub async fn sign_up(app: State<'_, App>, input: Credentials) -> Answer<NewAccountView> {
    app.sign_up(input).await
}

#[tauri::command]
#[specta::specta]
pub async fn require_sign_in(app: State<'_, App>) -> Answer<()> {
    app.require_sign_in().await
}

#[tauri::command]
#[specta::specta]
pub async fn require_no_sign_in(app: State<'_, App>, passphrase: Secret) -> Answer<KeyProtection> {
    app.require_no_sign_in(passphrase).await
}

#[tauri::command]
#[specta::specta]
pub async fn add_account(app: State<'_, App>, input: Credentials) -> Answer<NewAccountView> {
    app.add_account(input).await
}

#[tauri::command]
#[specta::specta]
pub async fn sign_in(app: State<'_, App>, input: Credentials) -> Answer<SignInView> {
    app.sign_in(input).await
}

#[tauri::command]
#[specta::specta]
pub async fn sign_in_code(app: State<'_, App>, code: Secret) -> Answer<SignInView> {
    app.sign_in_code(code).await
}

#[tauri::command]
#[specta::specta]
pub async fn cancel_sign_in(app: State<'_, App>) -> Answer<()> {
    app.cancel_sign_in().await;
    Ok(())
}

#[tauri::command]
#[specta::specta]
pub async fn unlock_by_keyring(app: State<'_, App>, handle: String) -> Answer<SignInView> {
    app.unlock_by_keyring(&handle).await
}

#[tauri::command]
#[specta::specta]
pub async fn recover(
    app: State<'_, App>,
    input: Credentials,
    recovery_key: Secret,
) -> Answer<SignInView> {
    app.recover(input, recovery_key).await
}

#[tauri::command]
#[specta::specta]
pub async fn lock(app: State<'_, App>) -> Answer<()> {
    app.lock().await
}

#[tauri::command]
#[specta::specta]
pub fn report_activity(app: State<'_, App>) {
    app.report_activity();
}

#[tauri::command]
#[specta::specta]
pub async fn security(app: State<'_, App>) -> Answer<SecurityView> {
    app.security().await
}

#[tauri::command]
#[specta::specta]
pub async fn change_passphrase(
    app: State<'_, App>,
    passphrase: Secret,
    new_passphrase: Secret,
) -> Answer<()> {
    app.change_passphrase(passphrase, new_passphrase).await
}

#[tauri::command]
#[specta::specta]
pub async fn rotate_recovery_key(app: State<'_, App>, passphrase: Secret) -> Answer<Secret> {
    app.rotate_recovery_key(passphrase).await
}

#[tauri::command]
#[specta::specta]
pub async fn allow_keyring_unlock(app: State<'_, App>, passphrase: Secret) -> Answer<()> {
    app.allow_keyring_unlock(passphrase).await
}

#[tauri::command]
#[specta::specta]
pub async fn forbid_keyring_unlock(app: State<'_, App>) -> Answer<()> {
    app.forbid_keyring_unlock().await
}

#[tauri::command]
#[specta::specta]
pub async fn enrol_second_factor(app: State<'_, App>, passphrase: Secret) -> Answer<EnrolmentView> {
    app.enrol_second_factor(passphrase).await
}

#[tauri::command]
#[specta::specta]
pub async fn confirm_second_factor(app: State<'_, App>, code: Secret) -> Answer<RecoveryCodesView> {
    app.confirm_second_factor(code).await
}

#[tauri::command]
#[specta::specta]
pub async fn renew_recovery_codes(app: State<'_, App>, code: Secret) -> Answer<RecoveryCodesView> {
    app.renew_recovery_codes(code).await
}

#[tauri::command]
#[specta::specta]
pub async fn disable_second_factor(
    app: State<'_, App>,
    passphrase: Secret,
    code: Secret,
) -> Answer<()> {
    app.disable_second_factor(passphrase, code).await
}

#[tauri::command]
#[specta::specta]
pub async fn set_auto_lock(app: State<'_, App>, minutes: Option<u32>) -> Answer<()> {
    app.set_auto_lock(minutes).await
}

#[tauri::command]
#[specta::specta]
pub async fn sign_ins(app: State<'_, App>) -> Answer<Vec<SignInEntryView>> {
    app.sign_ins().await
}

#[tauri::command]
#[specta::specta]
pub async fn end_sign_in(app: State<'_, App>, id: String) -> Answer<()> {
    app.end_sign_in(&id).await
}
