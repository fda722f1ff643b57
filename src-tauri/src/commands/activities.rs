use crate::bridge::SeriesBytes;
use paceline_app::wire::{
    ActivityEdit, ActivityFacets, ActivityPageView, ActivityView, ExportFormat, ListQuery,
    RangeStatsView,
};
use paceline_app::{App, WireError};
use std::path::Path;
use tauri::State;

type Answer<T> = Result<T, WireError>;

#[tauri::command]
#[specta::specta]
pub async fn activity_page(app: State<'_, App>, query: ListQuery) -> Answer<ActivityPageView> {
    app.view().activity_page(query).await
}

#[tauri::command]
#[specta::specta]
pub async fn activity_facets(app: State<'_, App>) -> Answer<ActivityFacets> {
    app.view().activity_facets().await
}

#[tauri::command]
#[specta::specta]
pub async fn activity(app: State<'_, App>, id: String) -> Answer<ActivityView> {
    app.view().activity(&id).await
}

#[tauri::command]
#[specta::specta]
pub async fn activity_series(
    app: State<'_, App>,
    id: String,
    channels: Vec<String>,
) -> Answer<SeriesBytes> {
    app.view()
        .activity_series(&id, channels)
        .await
        .map(SeriesBytes)
}

#[tauri::command]
#[specta::specta]
pub async fn range_stats(
    app: State<'_, App>,
    id: String,
    from: u32,
    to: u32,
) -> Answer<RangeStatsView> {
    app.view().range_stats(&id, from, to).await
}

#[tauri::command]
#[specta::specta]
pub async fn update_activity(app: State<'_, App>, id: String, edit: ActivityEdit) -> Answer<()> {
    app.view().update_activity(&id, edit).await
}

#[tauri::command]
#[specta::specta]
pub async fn delete_activities(app: State<'_, App>, ids: Vec<String>) -> Answer<()> {
    app.view().delete_activities(ids).await
}

#[tauri::command]
#[specta::specta]
pub async fn export_activity(
    app: State<'_, App>,
    id: String,
    format: ExportFormat,
    path: String,
) -> Answer<()> {
    app.view()
        .export_activity(&id, format, Path::new(&path))
        .await
}

#[tauri::command]
#[specta::specta]
pub async fn save_original(
    app: State<'_, App>,
    id: String,
    origin_id: String,
    path: String,
) -> Answer<()> {
    app.view()
        .save_original(&id, &origin_id, Path::new(&path))
        .await
}
