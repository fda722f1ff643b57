use paceline_app::wire::{
    BulkSetting, CoachView, CommentTarget, CommentView, CommentsQuery, GroupInput, GroupView,
};
use paceline_app::{App, WireError};
use tauri::State;

type Answer<T> = Result<T, WireError>;

#[tauri::command]
#[specta::specta]
pub async fn coach_overview(app: State<'_, App>) -> Answer<CoachView> {
    app.view().coach_overview().await
}

#[tauri::command]
#[specta::specta]
pub async fn comments(app: State<'_, App>, query: CommentsQuery) -> Answer<Vec<CommentView>> {
    app.view().comments(query).await
}

#[tauri::command]
#[specta::specta]
pub async fn add_comment(app: State<'_, App>, on: CommentTarget, text: String) -> Answer<String> {
    app.view().add_comment(on, &text).await
}

#[tauri::command]
#[specta::specta]
pub async fn edit_comment(app: State<'_, App>, id: String, text: String) -> Answer<()> {
    app.view().edit_comment(&id, &text).await
}

#[tauri::command]
#[specta::specta]
pub async fn delete_comment(app: State<'_, App>, id: String) -> Answer<()> {
    app.view().delete_comment(&id).await
}

#[tauri::command]
#[specta::specta]
pub async fn mark_comments_read(app: State<'_, App>, ids: Vec<String>) -> Answer<()> {
    app.view().mark_comments_read(ids).await
}

#[tauri::command]
#[specta::specta]
pub async fn groups(app: State<'_, App>) -> Answer<Vec<GroupView>> {
    app.view().groups().await
}

#[tauri::command]
#[specta::specta]
pub async fn put_group(app: State<'_, App>, group: GroupInput) -> Answer<String> {
    app.view().put_group(group).await
}

#[tauri::command]
#[specta::specta]
pub async fn delete_group(app: State<'_, App>, id: String) -> Answer<()> {
    app.view().delete_group(&id).await
}

#[tauri::command]
#[specta::specta]
pub async fn set_athlete_tags(
    app: State<'_, App>,
    athlete_id: String,
    tags: Vec<String>,
) -> Answer<()> {
    app.view().set_athlete_tags(&athlete_id, tags).await
}

#[tauri::command]
#[specta::specta]
pub async fn save_setting_of_many(app: State<'_, App>, bulk: BulkSetting) -> Answer<()> {
    app.view().save_setting_of_many(bulk).await
}
