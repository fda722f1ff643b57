//! Tauri's own generation of context and permissions.
fn main() {
    tauri_build::build();
}
