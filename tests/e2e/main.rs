//! Journeys through the real app in its real window, driven over WebDriver.
//!
//! Every test here is ignored unless asked for: it needs the built app,
//! tauri-driver, WebKitWebDriver and a display, which `cargo xtask test --only
//! e2e` provides. Start reading at [`journeys`]; [`app`] starts and ends the
//! processes, [`webdriver`] speaks to them.

// Only Linux has a driver for the web view that the tests can start.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    reason = "what a journey's steps share is test code as well"
)]

mod accounts;
mod app;
mod backups;
mod damage;
mod desk;
mod fixtures;
mod http;
mod journeys;
mod pictures;
mod profiles;
mod speed;
mod webdriver;
