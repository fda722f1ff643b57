//! Every row of the damaged database, with the table it belongs to as far as the
//! trees tell.

use super::Salvaged;
use super::pages::Pages;
use super::records::{Kind, Record, Value, node, u32_at};
use crate::StoreError;
use crate::backup::{Listener, MAIN_FILE, Step};
use std::collections::{BTreeMap, HashSet};
use std::path::Path;

const LEDGER: &str = "_sqlx_migrations";

/// Rows as they were found.
#[derive(Default)]
pub(crate) struct Found {
    /// By table.
    pub tables: BTreeMap<String, Vec<Record>>,
    /// Rows of pages that no tree leads to any more, page by page, with their kind.
    pub strays: Vec<(Kind, Vec<Record>)>,
    /// The version of the schema, if the list of migrations could be read.
    pub version: Option<i64>,
}

pub(crate) fn read(
    dir: &Path,
    key_hex: &str,
    report: &mut Salvaged,
    listener: Listener<'_>,
) -> Result<Found, StoreError> {
    let (path, log) = (dir.join(MAIN_FILE), dir.join("paceline.db-wal"));
    let mut pages = Pages::encrypted(&path, &log, key_hex)?;
    let mut found = Found::default();
    let count = pages.count();
    report.pages[0] = u64::from(count);
    let mut seen = HashSet::new();
    let mut overflow: HashSet<u32> = HashSet::new();
    let mut torn = false;
    let mut records = |pages: &mut Pages, root: u32, seen: &mut HashSet<u32>| {
        let mut all = Vec::new();
        let mut waiting = vec![root];
        while let Some(number) = waiting.pop() {
            if !seen.insert(number) {
                continue;
            }
            let Some(node) = node(pages, number) else {
                // A page that leads to others may be lost with this one.
                torn = true;
                continue;
            };
            waiting.extend(&node.children);
            overflow.extend(&node.overflow);
            report.unreadable_rows += node.broken;
            all.extend(node.records);
        }
        all
    };
    for entry in records(&mut pages, 1, &mut seen) {
        let [
            Value::Text(kind),
            Value::Text(name),
            _,
            Value::Int(root),
            ..,
        ] = &entry.values[..]
        else {
            continue;
        };
        let Ok(root) = u32::try_from(*root) else {
            continue;
        };
        let rows = records(&mut pages, root, &mut seen);
        if kind == "table" && (!name.starts_with("sqlite_") || name == LEDGER) {
            found.tables.entry(name.clone()).or_default().extend(rows);
        }
    }
    seen.extend(overflow);
    free(&mut pages, &mut seen);
    for number in 1..=count {
        if pages.page(number).is_none() {
            report.bad_pages[0] += 1;
        } else if torn
            && !seen.contains(&number)
            && let Some(node) = node(&mut pages, number)
        {
            found.strays.push((node.kind, node.records));
        }
        if number % 256 == 0 || number == count {
            listener(Step::Rows, u64::from(number), u64::from(count));
        }
    }
    let ledger = found.tables.remove(LEDGER).unwrap_or_default();
    let versions = ledger.iter().filter_map(|r| match r.values.first() {
        Some(Value::Int(version)) => Some(*version),
        _ => None,
    });
    found.version = versions.max();
    Ok(found)
}

/// Pages that hold what was deleted.
fn free(pages: &mut Pages, seen: &mut HashSet<u32>) {
    let mut next = pages.page(1).and_then(|p| u32_at(&p, 32)).unwrap_or(0);
    while next != 0 && seen.insert(next) {
        let Some(page) = pages.page(next) else {
            return;
        };
        let leaves = u32_at(&page, 4).unwrap_or(0) as usize;
        for at in 0..leaves.min(pages.usable() / 4) {
            seen.extend(u32_at(&page, 8 + 4 * at));
        }
        next = u32_at(&page, 0).unwrap_or(0);
    }
}
