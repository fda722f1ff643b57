use paceline_app::wire::{
    FitnessModel, FitnessQuery, FitnessView, PlannedLoadView, TaperQuery, TaperSearch,
};
use paceline_app::{App, WireError};
use tauri::State;

type Answer<T> = Result<T, WireError>;

#[tauri::command]
#[specta::specta]
pub async fn fitness(app: State<'_, App>, query: FitnessQuery) -> Answer<FitnessView> {
    app.view().fitness(query).await
}

#[tauri::command]
#[specta::specta]
pub async fn set_fitness_model(app: State<'_, App>, model: FitnessModel) -> Answer<()> {
    app.view().set_fitness_model(model).await
}

#[tauri::command]
#[specta::specta]
pub async fn plan_loads(app: State<'_, App>, plans: Vec<PlannedLoadView>) -> Answer<()> {
    app.view().plan_loads(plans).await
}

#[tauri::command]
#[specta::specta]
pub async fn taper(app: State<'_, App>, query: TaperQuery) -> Answer<Option<TaperSearch>> {
    app.view().taper(query).await
}
