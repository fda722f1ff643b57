//! Which crate of the workspace may import which, and which outside crates are
//! the business of one crate alone.

use crate::metadata::{Package, packages};
use crate::tree::none;

/// Each package of the workspace and what of the workspace it may declare. A package that is not
/// here fails: it must be given its place first.
const ARROWS: [(&str, &[&str]); 12] = [
    ("paceline-model", &[]),
    ("paceline-analysis", &["paceline-model"]),
    ("paceline-formats", &["paceline-model"]),
    ("paceline-vault", &["paceline-model"]),
    ("paceline-store", &["paceline-model", "paceline-vault"]),
    ("paceline-providers", &["paceline-model"]),
    (
        "paceline-app",
        &[
            "paceline-analysis",
            "paceline-formats",
            "paceline-model",
            "paceline-providers",
            "paceline-store",
            "paceline-vault",
        ],
    ),
    ("paceline-cli", &["paceline-app"]),
    ("paceline-desktop", &["paceline-app"]),
    // These two look at every layer from outside, and nothing looks at them.
    ("paceline-bench", EVERY_LAYER),
    ("paceline-tests", EVERY_LAYER),
    ("xtask", &[]),
];

const EVERY_LAYER: &[&str] = &[
    "paceline-analysis",
    "paceline-app",
    "paceline-formats",
    "paceline-model",
    "paceline-store",
    "paceline-vault",
];

/// What the tests of a crate over `app` may use besides, to make files to feed it.
const FIXTURES: [&str; 3] = ["paceline-analysis", "paceline-formats", "paceline-model"];

/// Outside crates and the only packages that may name them.
const OWNED: [(&str, &[&str]); 18] = [
    ("tauri", &["paceline-desktop"]),
    ("tauri-build", &["paceline-desktop"]),
    ("tauri-specta", &["paceline-desktop"]),
    ("sqlx", &["paceline-store"]),
    ("libsqlite3-sys", &["paceline-store"]),
    ("rusqlite", &[]),
    ("reqwest", &["paceline-providers"]),
    ("oauth2", &["paceline-providers"]),
    ("hyper", &[]),
    ("keyring", &["paceline-vault"]),
    ("keyring-core", &["paceline-vault"]),
    ("argon2", &["paceline-vault"]),
    ("chacha20poly1305", &["paceline-vault"]),
    ("aes-gcm", &["paceline-vault"]),
    ("zeroize", &["paceline-vault"]),
    ("getrandom", &["paceline-vault"]),
    ("openssl", &[]),
    ("openssl-sys", &[]),
];

/// Crates without a clock, randomness, files or an executor of futures.
const PURE: [&str; 3] = ["paceline-model", "paceline-analysis", "paceline-formats"];

/// What a pure crate's own code must not name.
const IMPURE: [&str; 8] = [
    "async-std",
    "chrono",
    "fs-err",
    "rand",
    "smol",
    "tempfile",
    "tokio",
    "tracing",
];

fn broken_arrows(packages: &[Package]) -> Vec<String> {
    let mut complaints = vec![];
    let members: Vec<&Package> = packages.iter().filter(|p| p.in_workspace).collect();
    for package in &members {
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == package.name) else {
            complaints.push(format!("{} has no place among the arrows", package.name));
            continue;
        };
        for dependency in &package.declared {
            let inside = members.iter().any(|m| m.name == *dependency);
            let for_fixtures = !package.normal.contains(dependency)
                && allowed.contains(&"paceline-app")
                && FIXTURES.contains(&dependency.as_str());
            if inside && !for_fixtures && !allowed.contains(&dependency.as_str()) {
                complaints.push(format!("{} must not import {dependency}", package.name));
            }
        }
    }
    complaints
}

fn trespassers(packages: &[Package]) -> Vec<String> {
    let mut complaints = vec![];
    for package in packages.iter().filter(|p| p.in_workspace) {
        for dependency in &package.declared {
            let owners = OWNED
                .iter()
                .find(|(name, _)| name == dependency)
                .map(|(_, owners)| *owners)
                // Plugins are part of the shell whatever they are called.
                .or_else(|| {
                    dependency
                        .starts_with("tauri-plugin-")
                        .then_some(&["paceline-desktop"] as &[&str])
                });
            if owners.is_some_and(|owners| !owners.contains(&package.name.as_str())) {
                complaints.push(format!("{} must not use {dependency}", package.name));
            }
        }
        if PURE.contains(&package.name.as_str()) {
            for dependency in &package.normal {
                if IMPURE.contains(&dependency.as_str()) {
                    complaints.push(format!("{} must not use {dependency}", package.name));
                }
            }
        }
    }
    complaints
}

#[test]
fn crates_import_only_along_the_arrows() {
    none(&broken_arrows(packages()));
}

#[test]
fn windows_databases_networks_and_ciphers_each_live_in_one_crate() {
    none(&trespassers(packages()));
}

fn member(name: &str, declared: &[&str]) -> Package {
    let declared: Vec<String> = declared.iter().map(|d| (*d).to_owned()).collect();
    Package {
        name: name.to_owned(),
        version: "0.1.0".to_owned(),
        license: None,
        in_workspace: true,
        normal: declared.clone(),
        declared,
    }
}

#[test]
fn an_arrow_against_the_house_is_named() {
    let bad = [
        member("paceline-model", &[]),
        member("paceline-store", &["paceline-model", "paceline-formats"]),
        member("paceline-formats", &["paceline-model", "serde"]),
        member("paceline-extra", &[]),
        member("paceline-desktop", &["paceline-formats"]),
        Package {
            normal: vec![],
            ..member("paceline-cli", &["paceline-formats", "paceline-store"])
        },
    ];
    assert_eq!(
        broken_arrows(&bad),
        [
            "paceline-store must not import paceline-formats",
            "paceline-extra has no place among the arrows",
            "paceline-desktop must not import paceline-formats",
            "paceline-cli must not import paceline-store",
        ]
    );
}

#[test]
fn a_crate_outside_its_owner_is_named() {
    let bad = [
        member("paceline-app", &["sqlx", "tokio", "tauri-plugin-dialog"]),
        member("paceline-formats", &["tokio"]),
        member("paceline-vault", &["keyring"]),
    ];
    assert_eq!(
        trespassers(&bad),
        [
            "paceline-app must not use sqlx",
            "paceline-app must not use tauri-plugin-dialog",
            "paceline-formats must not use tokio",
        ]
    );
}
