//! What comes in from outside: licences, second versions, crates refused.
//!
//! Advisories and yanked versions need a registry and are not checked here;
//! `cargo deny check` does both where it is installed (deny.toml).

use crate::metadata::{Package, packages};
use crate::spdx::permits;
use crate::tree::none;
use std::collections::BTreeMap;

/// Licences that allow Paceline to stay MIT OR Apache-2.0. deny.toml repeats them.
const ALLOWED: [&str; 12] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Crates refused whoever asks for them, and why.
const REFUSED: [(&str, &str); 3] = [
    ("openssl", "TLS is rustls; OpenSSL serves SQLCipher alone"),
    ("native-tls", "TLS is rustls"),
    ("rusqlite", "one crate may link SQLite, and sqlx does"),
];

/// Crates of which a second major version is a fault: they link C or hold global state.
const SINGLE: [&str; 7] = [
    "libsqlite3-sys",
    "openssl-sys",
    "reqwest",
    "rustls",
    "tauri",
    "tokio",
    "sqlx-core",
];

/// Crates that may come in several versions before somebody has to look.
const DUPLICATES: usize = 40;

/// Packages in the graph of this platform before somebody has to look.
const PACKAGES: usize = 520;

fn unlicensed(packages: &[Package]) -> Vec<String> {
    packages
        .iter()
        .filter(|p| !p.in_workspace)
        .filter_map(|p| match p.license.as_deref() {
            None => Some(format!("{} {} names no licence", p.name, p.version)),
            Some(expression) => match permits(expression, &ALLOWED) {
                Some(true) => None,
                Some(false) => Some(format!("{} {} is under {expression}", p.name, p.version)),
                None => Some(format!(
                    "{} {}: '{expression}' is no licence expression",
                    p.name, p.version
                )),
            },
        })
        .collect()
}

fn refused(packages: &[Package]) -> Vec<String> {
    packages
        .iter()
        .filter_map(|p| {
            let (_, why) = REFUSED.iter().find(|(name, _)| *name == p.name)?;
            Some(format!("{} came in: {why}", p.name))
        })
        .collect()
}

fn versions(packages: &[Package]) -> BTreeMap<&str, Vec<&str>> {
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in packages {
        versions
            .entry(&package.name)
            .or_default()
            .push(&package.version);
    }
    versions
}

fn doubled(packages: &[Package]) -> Vec<String> {
    versions(packages)
        .into_iter()
        .filter(|(name, versions)| SINGLE.contains(name) && versions.len() > 1)
        .map(|(name, versions)| format!("{name} comes in twice: {}", versions.join(", ")))
        .collect()
}

#[test]
fn every_dependency_has_a_licence_that_fits_ours() {
    none(&unlicensed(packages()));
}

#[test]
fn refused_crates_do_not_come_in() {
    none(&refused(packages()));
}

#[test]
fn sqlite_tls_and_the_runtime_come_in_once() {
    none(&doubled(packages()));
    assert!(versions(packages()).contains_key("libsqlite3-sys"));
}

#[test]
fn the_number_of_packages_stays_within_the_budget() {
    let all = packages().len();
    let several: Vec<String> = versions(packages())
        .into_iter()
        .filter(|(_, versions)| versions.len() > 1)
        .map(|(name, versions)| format!("{name} {}", versions.join(" ")))
        .collect();
    println!("{all} packages, {} in several versions", several.len());
    assert!(all <= PACKAGES, "{all} packages, {PACKAGES} allowed");
    assert!(
        several.len() <= DUPLICATES,
        "{} crates in several versions, {DUPLICATES} allowed:\n{}",
        several.len(),
        several.join("\n")
    );
}

fn outside(name: &str, version: &str, license: Option<&str>) -> Package {
    Package {
        name: name.to_owned(),
        version: version.to_owned(),
        license: license.map(str::to_owned),
        in_workspace: false,
        declared: vec![],
        normal: vec![],
    }
}

#[test]
fn a_licence_that_does_not_fit_is_named() {
    let bad = [
        outside("free", "1.0.0", Some("MIT OR GPL-3.0")),
        outside("bound", "1.0.0", Some("GPL-3.0-only")),
        outside("silent", "2.0.0", None),
        outside("odd", "3.0.0", Some("MIT OR")),
    ];
    assert_eq!(
        unlicensed(&bad),
        [
            "bound 1.0.0 is under GPL-3.0-only",
            "silent 2.0.0 names no licence",
            "odd 3.0.0: 'MIT OR' is no licence expression",
        ]
    );
}

#[test]
fn a_refused_or_doubled_crate_is_named() {
    let bad = [
        outside("native-tls", "0.2.0", Some("MIT")),
        outside("reqwest", "0.12.0", Some("MIT")),
        outside("reqwest", "0.13.0", Some("MIT")),
    ];
    assert_eq!(refused(&bad), ["native-tls came in: TLS is rustls"]);
    assert_eq!(doubled(&bad), ["reqwest comes in twice: 0.12.0, 0.13.0"]);
}
