use paceline_app::wire::{ImportItem, ImportProgress, ImportReport, ImportSummaryView};
use paceline_app::{App, WireError};
use tauri::ipc::Channel;
use tauri::{AppHandle, State};
use tauri_plugin_dialog::{DialogExt, FilePath};

type Answer<T> = Result<T, WireError>;

/// A page that went away no longer listens; the import goes on.
fn tell(channel: Channel<ImportProgress>) -> impl Fn(ImportProgress) + Send + Sync + 'static {
    move |progress| {
        let _ = channel.send(progress);
    }
}

#[tauri::command]
#[specta::specta]
pub async fn load_sample(
    app: State<'_, App>,
    on_progress: Channel<ImportProgress>,
) -> Answer<ImportReport> {
    app.view().load_sample(tell(on_progress)).await
}

#[tauri::command]
#[specta::specta]
pub async fn import_paths(
    app: State<'_, App>,
    paths: Vec<String>,
    on_progress: Channel<ImportProgress>,
) -> Answer<ImportReport> {
    let paths = paths.into_iter().map(Into::into).collect();
    app.view().import_paths(paths, tell(on_progress)).await
}

#[tauri::command]
#[specta::specta]
pub fn cancel_import(app: State<'_, App>) {
    app.cancel_import();
}

#[tauri::command]
#[specta::specta]
pub async fn past_imports(app: State<'_, App>) -> Answer<Vec<ImportSummaryView>> {
    app.view().past_imports().await
}

#[tauri::command]
#[specta::specta]
pub async fn import_items(app: State<'_, App>, import_id: String) -> Answer<Vec<ImportItem>> {
    app.view().import_items(&import_id).await
}

fn texts(paths: Option<Vec<FilePath>>) -> Vec<String> {
    paths
        .unwrap_or_default()
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[tauri::command]
#[specta::specta]
pub async fn pick_files(handle: AppHandle) -> Answer<Vec<String>> {
    let (tx, rx) = tokio::sync::oneshot::channel();
    let endings = ["fit", "FIT", "tcx", "gpx", "gz", "zip"];
    let dialog = handle
        .dialog()
        .file()
        .add_filter("Recordings and archives", &endings);
    dialog.add_filter("All files", &["*"]).pick_files(|paths| {
        let _ = tx.send(paths);
    });
    Ok(texts(rx.await.unwrap_or_default()))
}

#[tauri::command]
#[specta::specta]
pub async fn pick_folder(handle: AppHandle) -> Answer<Vec<String>> {
    let (tx, rx) = tokio::sync::oneshot::channel();
    handle.dialog().file().pick_folders(|paths| {
        let _ = tx.send(paths);
    });
    Ok(texts(rx.await.unwrap_or_default()))
}

#[tauri::command]
#[specta::specta]
pub async fn pick_save_path(handle: AppHandle, suggested_name: String) -> Answer<Option<String>> {
    let (tx, rx) = tokio::sync::oneshot::channel();
    handle
        .dialog()
        .file()
        .set_file_name(suggested_name)
        .save_file(|path| {
            let _ = tx.send(path);
        });
    Ok(rx.await.ok().flatten().map(|p| p.to_string()))
}
