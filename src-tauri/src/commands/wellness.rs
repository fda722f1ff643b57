use paceline_app::wire::{HrvView, MeasurementInput, ProposalView, SettingKind, WellnessView};
use paceline_app::{App, WireError};
use tauri::State;

type Answer<T> = Result<T, WireError>;

#[tauri::command]
#[specta::specta]
pub async fn wellness(
    app: State<'_, App>,
    from: Option<String>,
    to: Option<String>,
) -> Answer<WellnessView> {
    app.view().wellness(from, to).await
}

#[tauri::command]
#[specta::specta]
pub async fn save_measurements(app: State<'_, App>, all: Vec<MeasurementInput>) -> Answer<()> {
    app.view().save_measurements(all).await
}

#[tauri::command]
#[specta::specta]
pub async fn proposals(app: State<'_, App>) -> Answer<Vec<ProposalView>> {
    app.view().proposals().await
}

#[tauri::command]
#[specta::specta]
pub async fn dismiss_proposal(app: State<'_, App>, kind: SettingKind, value: f64) -> Answer<()> {
    app.view().dismiss_proposal(kind, value).await
}

#[tauri::command]
#[specta::specta]
pub async fn activity_hrv(app: State<'_, App>, id: String) -> Answer<Option<HrvView>> {
    app.view().activity_hrv(&id).await
}
