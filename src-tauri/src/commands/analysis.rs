use paceline_app::wire::{
    AbilitiesView, ActivityCurveView, AnalysisView, CurveChannel, CurveView, CurvesQuery, Edit,
    IntervalEdit, SimilarView,
};
use paceline_app::{App, WireError};
use tauri::State;

type Answer<T> = Result<T, WireError>;

#[tauri::command]
#[specta::specta]
pub async fn analysis(app: State<'_, App>, id: String) -> Answer<AnalysisView> {
    app.view().analysis(&id).await
}

#[tauri::command]
#[specta::specta]
pub async fn similar_sessions(app: State<'_, App>, id: String) -> Answer<Vec<SimilarView>> {
    app.view().similar_sessions(&id).await
}

#[tauri::command]
#[specta::specta]
pub async fn set_repairs(app: State<'_, App>, id: String, edits: Vec<Edit>) -> Answer<()> {
    app.view().set_repairs(&id, edits).await
}

#[tauri::command]
#[specta::specta]
pub async fn set_interval_edits(
    app: State<'_, App>,
    id: String,
    edits: Vec<IntervalEdit>,
) -> Answer<()> {
    app.view().set_interval_edits(&id, edits).await
}

#[tauri::command]
#[specta::specta]
pub async fn activity_curve(
    app: State<'_, App>,
    id: String,
    channel: CurveChannel,
) -> Answer<ActivityCurveView> {
    app.view().activity_curve(&id, channel, false).await
}

#[tauri::command]
#[specta::specta]
pub async fn curve(app: State<'_, App>, query: CurvesQuery) -> Answer<CurveView> {
    app.view().curve(query).await
}

#[tauri::command]
#[specta::specta]
pub async fn abilities(app: State<'_, App>, query: CurvesQuery) -> Answer<AbilitiesView> {
    app.view().abilities(query).await
}
