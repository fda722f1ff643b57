use paceline_app::wire::{AppStatusView, ProfileInput, ProfileView, SettingKind, SettingView};
use paceline_app::{App, WireError};
use tauri::State;

type Answer<T> = Result<T, WireError>;

#[tauri::command]
#[specta::specta]
pub async fn app_status(app: State<'_, App>) -> Answer<AppStatusView> {
    app.view().status().await
}

#[tauri::command]
#[specta::specta]
pub async fn create_profile(app: State<'_, App>, input: ProfileInput) -> Answer<ProfileView> {
    app.create_profile(input).await
}

#[tauri::command]
#[specta::specta]
pub async fn update_profile(app: State<'_, App>, input: ProfileInput) -> Answer<ProfileView> {
    app.view().update_profile(input).await
}

#[tauri::command]
#[specta::specta]
pub async fn athlete_settings(app: State<'_, App>) -> Answer<Vec<SettingView>> {
    app.view().settings().await
}

#[tauri::command]
#[specta::specta]
pub async fn save_setting(app: State<'_, App>, setting: SettingView) -> Answer<()> {
    app.view().save_setting(setting).await
}

#[tauri::command]
#[specta::specta]
pub async fn delete_setting(
    app: State<'_, App>,
    kind: SettingKind,
    valid_from: String,
) -> Answer<()> {
    app.view().delete_setting(kind, &valid_from).await
}
