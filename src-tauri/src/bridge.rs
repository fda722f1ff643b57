//! The one list of what the UI can call, from which both the running handler
//! and the committed `ui/src/lib/ipc/bindings.ts` are made.

use crate::commands::{activities, analysis, fitness, imports, profile, wellness};
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
        ])
        .events(collect_events![ActivitiesChanged, FiguresProgress])
        .error_handling(ErrorHandlingMode::Throw)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

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
