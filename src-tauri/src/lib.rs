//! The desktop shell: opens the store, shows the window, hands each command to
//! the `app` crate. Holds no logic of its own; start at [`run`].

mod bridge;
mod commands;
mod log;
#[cfg(target_os = "linux")]
mod sleep;

pub use bridge::builder;

use paceline_app::{App, OpenOptions, WireError};
use std::process::ExitCode;
use tauri::{Manager, RunEvent};
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};
use tauri_specta::Event;

/// Opens the data folder and runs the window until it is closed.
pub fn run() -> ExitCode {
    let bridge = builder();
    let result = tauri::Builder::default()
        // First of all, so that a second start ends before it opens the store.
        .plugin(tauri_plugin_single_instance::init(|app, _, _| raise(app)))
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .invoke_handler(bridge.invoke_handler())
        .setup(move |handle| {
            bridge.mount_events(handle);
            match open() {
                Ok(app) => start(handle.handle(), app),
                Err(error) => refuse(handle.handle(), &error),
            }
            Ok(())
        })
        .build(tauri::generate_context!());
    match result {
        Ok(app) => {
            let code = app.run_return(|handle, event| {
                if matches!(event, RunEvent::Exit)
                    && let Some(app) = handle.try_state::<App>()
                {
                    tauri::async_runtime::block_on(app.close());
                }
            });
            ExitCode::from(u8::try_from(code).unwrap_or(1))
        }
        Err(error) => {
            // No window came up; the terminal is all there is.
            eprintln!("Paceline cannot start: {error}");
            ExitCode::FAILURE
        }
    }
}

fn open() -> Result<App, WireError> {
    let options = OpenOptions::from_env()?;
    let dir = options.data_dir.clone();
    let app = tauri::async_runtime::block_on(App::open_even_damaged(options))?;
    log::start(&dir);
    Ok(app)
}

fn start(handle: &tauri::AppHandle, app: App) {
    let mut changes = app.subscribe();
    let events = handle.clone();
    tauri::async_runtime::spawn(async move {
        // A lagging receiver missed only older news of the same kind.
        while !matches!(
            changes
                .recv()
                .await
                .map(|c| bridge::ActivitiesChanged(c).emit(&events)),
            Err(tokio::sync::broadcast::error::RecvError::Closed)
        ) {}
    });
    let mut work = app.subscribe_work();
    let events = handle.clone();
    tauri::async_runtime::spawn(async move {
        // As above: only the newest figure matters.
        while !matches!(
            work.recv()
                .await
                .map(|w| bridge::FiguresProgress(w).emit(&events)),
            Err(tokio::sync::broadcast::error::RecvError::Closed)
        ) {}
    });
    let (told, events) = (app.clone(), handle.clone());
    tauri::async_runtime::spawn(async move {
        let mut unlocked = told.subscribe_unlocked();
        while unlocked.changed().await.is_ok() {
            // A window that went away has nothing to hide.
            let _ = bridge::LockChanged(told.lock_view()).emit(&events);
        }
    });
    let locking = app.clone();
    tauri::async_runtime::spawn(async move { locking.keep_locking().await });
    #[cfg(target_os = "linux")]
    {
        let sleeping = app.clone();
        tauri::async_runtime::spawn(async move { sleep::keep_locking(&sleeping).await });
    }
    let measuring = app.clone();
    tauri::async_runtime::spawn(async move { measuring.prepare_sign_in().await });
    let current = app.clone();
    tauri::async_runtime::spawn(async move {
        // The first screen comes before figures that may wait.
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        current.keep_current().await;
    });
    let resumed = app.clone();
    tauri::async_runtime::spawn(async move { resumed.keep_resuming().await });
    let backed_up = app.clone();
    tauri::async_runtime::spawn(async move { backed_up.keep_backed_up().await });
    handle.manage(app);
}

/// The store cannot be opened: says why and what to do, then ends.
fn refuse(handle: &tauri::AppHandle, error: &WireError) {
    eprintln!("{error}");
    for window in handle.webview_windows().into_values() {
        // The window would have nothing to show.
        let _ = window.hide();
    }
    let ending = handle.clone();
    handle
        .dialog()
        .message(error.to_string())
        .title("Paceline cannot open its data")
        .kind(MessageDialogKind::Error)
        .show(move |_| ending.exit(1));
}

fn raise(app: &tauri::AppHandle) {
    if let Some(window) = app.get_webview_window("main") {
        // A window that cannot be raised is still there.
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
}
