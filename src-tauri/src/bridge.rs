//! The one list of what the UI can call, from which both the running handler
//! and the committed `ui/src/lib/ipc/bindings.ts` are made.

use crate::commands::{
    accounts, activities, analysis, backup, coach, fitness, imports, profile, tenants, wellness,
};
use paceline_app::wire;
use serde::{Deserialize, Serialize};
use specta::datatype::DataType;
use specta::{Type, Types};
use tauri::ipc::{InvokeResponseBody, IpcResponse};
use tauri_specta::{Builder, ErrorHandlingMode, collect_commands, collect_events};

/// Something about the stored activities changed.
#[derive(Debug, Clone, Serialize, Deserialize, Type, tauri_specta::Event)]
pub struct ActivitiesChanged(pub wire::ActivitiesChangedView);

/// How far the making of stale figures is.
#[derive(Debug, Clone, Serialize, Deserialize, Type, tauri_specta::Event)]
pub struct FiguresProgress(pub wire::WorkView);

/// The app was locked or unlocked.
#[derive(Debug, Clone, Serialize, Deserialize, Type, tauri_specta::Event)]
pub struct LockChanged(pub wire::LockView);

/// A series frame: raw bytes to the page, never JSON.
pub struct SeriesBytes(pub Vec<u8>);

impl IpcResponse for SeriesBytes {
    fn body(self) -> tauri::Result<InvokeResponseBody> {
        Ok(InvokeResponseBody::Raw(self.0))
    }
}

impl Type for SeriesBytes {
    fn definition(_: &mut Types) -> DataType {
        DataType::Reference(specta_typescript::define("ArrayBuffer"))
    }
}

/// Commands, events and types of the bridge.
#[must_use]
pub fn builder() -> Builder<tauri::Wry> {
    Builder::new()
        .commands(collect_commands![
            profile::app_status,
            profile::create_profile,
            profile::update_profile,
            profile::athlete_settings,
            profile::save_setting,
            profile::delete_setting,
            accounts::accounts,
            accounts::passphrase_strength,
            accounts::sign_up,
            accounts::require_sign_in,
            accounts::require_no_sign_in,
            accounts::add_account,
            accounts::sign_in,
            accounts::sign_in_code,
            accounts::cancel_sign_in,
            accounts::unlock_by_keyring,
            accounts::recover,
            accounts::lock,
            accounts::report_activity,
            accounts::security,
            accounts::change_passphrase,
            accounts::rotate_recovery_key,
            accounts::allow_keyring_unlock,
            accounts::forbid_keyring_unlock,
            accounts::enrol_second_factor,
            accounts::confirm_second_factor,
            accounts::renew_recovery_codes,
            accounts::disable_second_factor,
            accounts::set_auto_lock,
            accounts::sign_ins,
            accounts::end_sign_in,
            imports::load_sample,
            imports::import_paths,
            imports::cancel_import,
            imports::past_imports,
            imports::import_items,
            imports::pick_files,
            imports::pick_folder,
            imports::pick_save_path,
            activities::activity_page,
            activities::activity_facets,
            activities::activity,
            activities::activity_series,
            activities::range_stats,
            activities::update_activity,
            activities::delete_activities,
            activities::export_activity,
            activities::save_original,
            analysis::analysis,
            analysis::similar_sessions,
            analysis::set_repairs,
            analysis::set_interval_edits,
            analysis::activity_curve,
            analysis::curve,
            analysis::abilities,
            fitness::fitness,
            fitness::set_fitness_model,
            fitness::plan_loads,
            fitness::taper,
            wellness::wellness,
            wellness::save_measurements,
            wellness::proposals,
            wellness::dismiss_proposal,
            wellness::activity_hrv,
            tenants::tenants,
            tenants::roles,
            tenants::create_tenant,
            tenants::switch_tenant,
            tenants::switch_athlete,
            tenants::rename_tenant,
            tenants::add_athlete,
            tenants::transfer_athlete,
            tenants::members,
            tenants::put_member,
            tenants::remove_member,
            tenants::export_tenant,
            tenants::import_tenant,
            tenants::delete_tenant,
            tenants::audit_page,
            tenants::verify_audit,
            tenants::export_audit,
            coach::coach_overview,
            coach::comments,
            coach::add_comment,
            coach::edit_comment,
            coach::delete_comment,
            coach::mark_comments_read,
            coach::groups,
            coach::put_group,
            coach::delete_group,
            coach::set_athlete_tags,
            coach::save_setting_of_many,
            backup::backups,
            backup::save_backup_plan,
            backup::back_up,
            backup::verify_backup,
            backup::restore_backup,
            backup::salvage,
            backup::check_data,
        ])
        .events(collect_events![
            ActivitiesChanged,
            FiguresProgress,
            LockChanged
        ])
        .error_handling(ErrorHandlingMode::Throw)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// Commands whose use-case changes what is on screen, or looks at no session.
    const OF_NO_VIEW: [&str; 8] = [
        "create_profile",
        "import_tenant",
        "cancel_import",
        "create_tenant",
        "switch_tenant",
        "switch_athlete",
        "transfer_athlete",
        "delete_tenant",
    ];

    #[test]
    fn every_command_answers_from_the_view_it_was_asked_in() {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/commands");
        let mut asked = 0;
        for file in [
            "activities",
            "analysis",
            "coach",
            "fitness",
            "imports",
            "profile",
            "tenants",
            "wellness",
        ] {
            let text = std::fs::read_to_string(dir.join(file).with_extension("rs")).unwrap();
            let text: String = text.split_whitespace().collect();
            for (at, _) in text.match_indices("app.") {
                let call: String = text[at + 4..]
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                asked += 1;
                let allowed =
                    call == "view" || call == "dialog" || OF_NO_VIEW.contains(&call.as_str());
                assert!(allowed, "{file}: app.{call} should be app.view().{call}");
            }
        }
        assert!(asked > 50, "{asked}");
    }

    #[test]
    fn bindings_are_current() {
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/lib/ipc/bindings.ts");
        let dir = tempfile::tempdir().unwrap();
        let fresh = dir.path().join("bindings.ts");
        builder()
            .export(specta_typescript::Typescript::default(), &fresh)
            .unwrap();
        let fresh = std::fs::read_to_string(fresh).unwrap();
        if std::env::var("PACELINE_BLESS").is_ok_and(|v| v == "1") {
            std::fs::create_dir_all(committed.parent().unwrap()).unwrap();
            std::fs::write(&committed, &fresh).unwrap();
        }
        let there = std::fs::read_to_string(&committed).unwrap();
        assert!(
            there == fresh,
            "ui/src/lib/ipc/bindings.ts is not current: run cargo xtask bless"
        );
    }
}
