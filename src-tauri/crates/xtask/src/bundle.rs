//! `cargo xtask bundle`: packages a user can install.

use crate::process::{command, root, run as finish};
use crate::{Outcome, system, tools, ui};

/// Makes the packages named after `--bundles`, by default a Debian package and an AppImage.
pub fn run(arguments: &[String]) -> Outcome {
    let bundles = match arguments {
        [] => "deb,appimage",
        [flag, list] if flag == "--bundles" => list.as_str(),
        _ => return Err("it takes only --bundles LIST".to_owned()),
    };
    system::ensure()?;
    ui::install()?;
    let cli = tools::ensure(&tools::TAURI_CLI)?;
    finish(
        command(cli)
            .args(["build", "--bundles", bundles])
            .current_dir(root().join("src-tauri")),
    )?;
    println!(
        "Bundles: {}",
        crate::process::target().join("release/bundle").display()
    );
    Ok(())
}
