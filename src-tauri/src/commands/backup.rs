use paceline_app::wire::{
    BackupPlan, BackupProgress, BackupView, BackupsView, CheckView, RestoreReport, SalvageReport,
    VerifiedView,
};
use paceline_app::{App, WireError};
use std::path::Path;
use tauri::State;
use tauri::ipc::Channel;

type Answer<T> = Result<T, WireError>;

/// A page that went away no longer listens; the work goes on.
fn tell(channel: Channel<BackupProgress>) -> impl Fn(BackupProgress) + Send + Sync + 'static {
    move |progress| {
        let _ = channel.send(progress);
    }
}

#[tauri::command]
#[specta::specta]
pub async fn backups(app: State<'_, App>) -> Answer<BackupsView> {
    app.backups()
}

#[tauri::command]
#[specta::specta]
pub async fn save_backup_plan(app: State<'_, App>, plan: BackupPlan) -> Answer<BackupsView> {
    app.save_backup_plan(plan)
}

#[tauri::command]
#[specta::specta]
pub async fn back_up(
    app: State<'_, App>,
    folder: Option<String>,
    whole: bool,
    on_progress: Channel<BackupProgress>,
) -> Answer<BackupView> {
    app.back_up(folder.map(Into::into), whole, tell(on_progress))
        .await
}

#[tauri::command]
#[specta::specta]
pub async fn verify_backup(
    app: State<'_, App>,
    name: String,
    on_progress: Channel<BackupProgress>,
) -> Answer<VerifiedView> {
    app.verify_backup(&name, tell(on_progress)).await
}

#[tauri::command]
#[specta::specta]
pub async fn restore_backup(
    app: State<'_, App>,
    name: String,
    on_progress: Channel<BackupProgress>,
) -> Answer<RestoreReport> {
    app.restore_backup(&name, tell(on_progress)).await
}

#[tauri::command]
#[specta::specta]
pub async fn salvage(
    app: State<'_, App>,
    folder: String,
    on_progress: Channel<BackupProgress>,
) -> Answer<SalvageReport> {
    app.salvage(Path::new(&folder), tell(on_progress)).await
}

#[tauri::command]
#[specta::specta]
pub async fn check_data(app: State<'_, App>) -> Answer<CheckView> {
    app.check().await
}
