//! What the web frontend must not import, and where it must not reach.

use crate::tree::{File, file, files, none};

/// The only folder that may know how the host is reached.
const IPC: &str = "ui/src/lib/ipc/";

/// Names of namespaces, which are never fetched.
const NAMESPACES: [&str; 2] = ["http://www.w3.org/", "https://www.w3.org/"];

/// What a file imports: the text in quotes after `from` or inside `import(…)`.
fn imports(text: &str) -> Vec<&str> {
    let mut found = vec![];
    for mark in ["from ", "from\n", "import ", "import("] {
        for (at, _) in text.match_indices(mark) {
            let rest = text[at + mark.len()..].trim_start();
            let Some(quote) = rest.chars().next().filter(|c| matches!(c, '\'' | '"')) else {
                continue;
            };
            if let Some(end) = rest[1..].find(quote) {
                found.push(&rest[1..=end]);
            }
        }
    }
    found
}

fn back_doors(files: &[File]) -> Vec<String> {
    let mut complaints = vec![];
    for file in files.iter().filter(|f| !f.path.starts_with(IPC)) {
        for import in imports(&file.text) {
            if import.starts_with("@tauri-apps/") || import.contains("ipc/bindings") {
                complaints.push(format!("{} imports {import}", file.path));
            }
        }
    }
    complaints
}

fn neighbours(files: &[File]) -> Vec<String> {
    let mut complaints = vec![];
    for file in files {
        let Some(own) = feature(&file.path, "ui/src/features/") else {
            continue;
        };
        for import in imports(&file.text) {
            let other = feature(import, "features/").or_else(|| {
                // `../name/…` from a screen's own folder is the next screen.
                let rest = import.strip_prefix("../")?;
                (!rest.starts_with("../")).then(|| rest.split('/').next())?
            });
            if other.is_some_and(|other| other != own) {
                complaints.push(format!("{} imports {import}", file.path));
            }
        }
    }
    complaints
}

fn feature<'a>(path: &'a str, marker: &str) -> Option<&'a str> {
    let (_, rest) = path.split_once(marker)?;
    rest.split('/').next()
}

fn addresses(files: &[File]) -> Vec<String> {
    let mut complaints = vec![];
    for file in files {
        for scheme in ["http://", "https://", "ws://", "wss://"] {
            for (at, _) in file.text.match_indices(scheme) {
                let address = file.text[at..]
                    .split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ')' | '<'))
                    .next()
                    .unwrap_or_default();
                if !NAMESPACES.iter().any(|n| address.starts_with(n)) {
                    complaints.push(format!("{} names {address}", file.path));
                }
            }
        }
    }
    complaints
}

/// Sources a content security policy allows beyond the app itself.
fn open_policy(policy: &str) -> Vec<String> {
    let mut complaints = vec![];
    for word in policy.split([' ', ';']).filter(|w| !w.is_empty()) {
        let own = matches!(word, "http://ipc.localhost" | "http://asset.localhost");
        let remote = word.contains("://") || word == "*" || word == "https:" || word == "http:";
        if (remote && !own) || word == "'unsafe-eval'" {
            complaints.push(format!("the content security policy allows {word}"));
        }
    }
    if !policy.contains("default-src") {
        complaints.push("the content security policy has no default".to_owned());
    }
    complaints
}

fn ui() -> Vec<File> {
    let all = files("ui/src", &[".ts", ".svelte", ".css", ".html"]);
    assert!(all.len() > 10, "the frontend was not found");
    all
}

#[test]
fn only_the_ipc_folder_knows_the_host() {
    none(&back_doors(&ui()));
}

#[test]
fn no_screen_imports_another_screen() {
    none(&neighbours(&ui()));
}

#[test]
fn the_frontend_names_no_address_on_a_network() {
    let mut all = ui();
    all.push(file("ui/index.html"));
    none(&addresses(&all));
}

#[test]
fn the_window_may_load_nothing_from_a_network() {
    let config: serde_json::Value =
        serde_json::from_str(&file("src-tauri/tauri.conf.json").text).expect("it is JSON");
    let policy = match &config["app"]["security"]["csp"] {
        serde_json::Value::String(policy) => policy.clone(),
        serde_json::Value::Object(parts) => parts
            .iter()
            .map(|(key, value)| format!("{key} {}; ", value.as_str().unwrap_or_default()))
            .collect(),
        _ => String::new(),
    };
    none(&open_policy(&policy));
}

#[test]
fn a_back_door_and_a_neighbour_are_named() {
    let bad = [
        File::new(
            "ui/src/features/list/List.svelte",
            "import { invoke } from '@tauri-apps/api/core';\nimport x from '../activity/state';\n",
        ),
        File::new(
            "ui/src/lib/ui/a.ts",
            "import type { A } from \"$lib/ipc/bindings\";\nconst b = await import('../ipc');\n",
        ),
        File::new(
            "ui/src/lib/ipc/host/tauri.ts",
            "import '@tauri-apps/api/core';\n",
        ),
    ];
    assert_eq!(back_doors(&bad).len(), 2);
    assert_eq!(
        neighbours(&bad),
        ["ui/src/features/list/List.svelte imports ../activity/state"]
    );
}

#[test]
fn an_address_is_named_and_a_namespace_is_not() {
    let bad = File::new(
        "ui/src/a.ts",
        "const a = 'http://www.w3.org/2000/svg'; fetch(\"https://tiles.example/1\");",
    );
    assert_eq!(
        addresses(&[bad]),
        ["ui/src/a.ts names https://tiles.example/1"]
    );
}

#[test]
fn an_open_policy_is_named() {
    assert!(open_policy("default-src 'self' ipc: http://ipc.localhost").is_empty());
    assert_eq!(
        open_policy("default-src 'self'; img-src https://tiles.example *").len(),
        2
    );
    assert_eq!(open_policy("").len(), 1);
}
