use paceline_app::wire::{
    AuditCheckView, AuditEntryView, ImportedTenantView, MembersView, ProfileView, Role, RoleView,
    TenantInput, TenantProgress, TenantView, TransferKind, Units,
};
use paceline_app::{App, WireError};
use tauri::State;
use tauri::ipc::Channel;

type Answer<T> = Result<T, WireError>;

/// A page that went away no longer listens; the work goes on. At most ten times a second.
fn tell(channel: Channel<TenantProgress>) -> impl FnMut(TenantProgress) + Send {
    let mut told = None::<std::time::Instant>;
    move |progress| {
        let now = std::time::Instant::now();
        let often = told.is_some_and(|t| now.duration_since(t).as_millis() < 100);
        if !often || progress.done == progress.total {
            told = Some(now);
            let _ = channel.send(progress);
        }
    }
}

#[tauri::command]
#[specta::specta]
pub async fn tenants(app: State<'_, App>) -> Answer<Vec<TenantView>> {
    app.view().tenants().await
}

#[tauri::command]
#[specta::specta]
#[must_use]
pub fn roles() -> Vec<RoleView> {
    App::roles()
}

#[tauri::command]
#[specta::specta]
pub async fn create_tenant(app: State<'_, App>, input: TenantInput) -> Answer<String> {
    app.create_tenant(input).await
}

#[tauri::command]
#[specta::specta]
pub async fn switch_tenant(app: State<'_, App>, tenant_id: String) -> Answer<ProfileView> {
    app.switch_tenant(&tenant_id).await
}

#[tauri::command]
#[specta::specta]
pub async fn switch_athlete(app: State<'_, App>, athlete_id: String) -> Answer<ProfileView> {
    app.switch_athlete(&athlete_id).await
}

#[tauri::command]
#[specta::specta]
pub async fn rename_tenant(app: State<'_, App>, name: String) -> Answer<()> {
    app.view().rename_tenant(&name).await
}

#[tauri::command]
#[specta::specta]
pub async fn add_athlete(app: State<'_, App>, name: String, units: Units) -> Answer<String> {
    app.view().add_athlete(&name, units).await
}

#[tauri::command]
#[specta::specta]
pub async fn transfer_athlete(
    app: State<'_, App>,
    athlete_id: String,
    tenant_id: String,
    how: TransferKind,
    on_progress: Channel<TenantProgress>,
) -> Answer<()> {
    app.transfer_athlete(&athlete_id, &tenant_id, how, tell(on_progress))
        .await
}

#[tauri::command]
#[specta::specta]
pub async fn members(app: State<'_, App>) -> Answer<MembersView> {
    app.view().members().await
}

#[tauri::command]
#[specta::specta]
pub async fn put_member(
    app: State<'_, App>,
    user_id: String,
    role: Role,
    athlete_id: Option<String>,
) -> Answer<()> {
    app.view()
        .put_member(&user_id, role, athlete_id.as_deref())
        .await
}

#[tauri::command]
#[specta::specta]
pub async fn remove_member(app: State<'_, App>, user_id: String) -> Answer<()> {
    app.view().remove_member(&user_id).await
}

#[tauri::command]
#[specta::specta]
pub async fn export_tenant(
    app: State<'_, App>,
    path: String,
    passphrase: String,
    on_progress: Channel<TenantProgress>,
) -> Answer<()> {
    app.view()
        .export_tenant(path.as_ref(), &passphrase, tell(on_progress))
        .await
}

#[tauri::command]
#[specta::specta]
pub async fn import_tenant(
    app: State<'_, App>,
    path: String,
    passphrase: String,
    name: Option<String>,
    on_progress: Channel<TenantProgress>,
) -> Answer<ImportedTenantView> {
    app.import_tenant(
        path.as_ref(),
        &passphrase,
        name.as_deref(),
        tell(on_progress),
    )
    .await
}

#[tauri::command]
#[specta::specta]
pub async fn delete_tenant(app: State<'_, App>, tenant_id: String, name: String) -> Answer<()> {
    app.delete_tenant(&tenant_id, &name).await
}

#[tauri::command]
#[specta::specta]
pub async fn audit_page(
    app: State<'_, App>,
    before: Option<u32>,
    limit: u32,
) -> Answer<Vec<AuditEntryView>> {
    app.view().audit_page(before, limit).await
}

#[tauri::command]
#[specta::specta]
pub async fn verify_audit(app: State<'_, App>) -> Answer<AuditCheckView> {
    app.view().verify_audit().await
}

#[tauri::command]
#[specta::specta]
pub async fn export_audit(app: State<'_, App>, path: String) -> Answer<()> {
    app.view().export_audit(path.as_ref()).await
}
