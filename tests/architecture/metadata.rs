//! What `cargo metadata` says of the workspace and everything it stands on.

use serde_json::Value;
use std::process::Command;
use std::sync::OnceLock;

/// One package in the resolved graph for this platform.
#[derive(Debug, Clone)]
pub struct Package {
    pub name: String,
    pub version: String,
    pub license: Option<String>,
    pub in_workspace: bool,
    /// Names it declares, development and build dependencies included.
    pub declared: Vec<String>,
    /// Names it declares for its own code alone.
    pub normal: Vec<String>,
}

/// The graph, read once. Packages for other platforms are not in it. A package that no feature in
/// use asks for may still have to be fetched to read its manifest, once a machine.
pub fn packages() -> &'static [Package] {
    static PACKAGES: OnceLock<Vec<Package>> = OnceLock::new();
    PACKAGES.get_or_init(|| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["metadata", "--format-version", "1", "--locked"])
            .args(["--filter-platform", &host()])
            .current_dir(crate::tree::root())
            .output()
            .expect("cargo is what runs this test");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        parse(&serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON"))
    })
}

fn host() -> String {
    let output = Command::new("rustc")
        .arg("-vV")
        .output()
        .expect("rustc stands beside cargo");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .expect("rustc names its host")
        .to_owned()
}

fn parse(metadata: &Value) -> Vec<Package> {
    let strings = |value: &Value| -> Vec<String> {
        value
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|v| v.as_str().map(str::to_owned))
            .collect()
    };
    let members = strings(&metadata["workspace_members"]);
    let resolved: Vec<&str> = metadata["resolve"]["nodes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|node| node["id"].as_str())
        .collect();
    metadata["packages"]
        .as_array()
        .expect("cargo metadata lists packages")
        .iter()
        .filter(|p| p["id"].as_str().is_some_and(|id| resolved.contains(&id)))
        .map(|p| {
            let text = |key: &str| p[key].as_str().unwrap_or_default().to_owned();
            let declared = |normal_only: bool| {
                let mut names: Vec<String> = p["dependencies"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter(|d| !normal_only || d["kind"].is_null())
                    .filter_map(|d| d["name"].as_str().map(str::to_owned))
                    .collect();
                names.sort();
                names.dedup();
                names
            };
            Package {
                name: text("name"),
                version: text("version"),
                license: p["license"].as_str().map(str::to_owned),
                in_workspace: members.contains(&text("id")),
                declared: declared(false),
                normal: declared(true),
            }
        })
        .collect()
}
