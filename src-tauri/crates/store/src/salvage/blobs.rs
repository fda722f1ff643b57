//! Every sealed value of the damaged file that a salvaged row names and that opens.

use super::Salvaged;
use super::pages::Pages;
use super::records::{Kind, Value, node};
use crate::StoreError;
use crate::backup::{Access, BLOB_FILE, Listener, NAMED, Step, kind_of, tenant_keys};
use sqlx::{Connection as _, SqliteConnection};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use uuid::Uuid;

/// Pages between two commits.
const BATCH: u32 = 4096;

pub(crate) async fn read(
    dir: &Path,
    main: &mut SqliteConnection,
    sealed: &mut SqliteConnection,
    access: Access<'_>,
    report: &mut Salvaged,
    listener: Listener<'_>,
) -> Result<(), StoreError> {
    let keys = tenant_keys(main, access).await?;
    let rows: Vec<(Uuid, i64, Vec<u8>)> = sqlx::query_as(NAMED).fetch_all(main).await?;
    let named: HashMap<Vec<u8>, (Uuid, i64)> =
        rows.into_iter().map(|r| (r.2, (r.0, r.1))).collect();
    let path = dir.join(BLOB_FILE);
    let mut kept: HashSet<Vec<u8>> = HashSet::new();
    if path.exists() {
        let mut pages = Pages::plain(&path)?;
        let count = pages.count();
        report.pages[1] = u64::from(count);
        for from in (1..=count).step_by(BATCH as usize) {
            let mut tx = sealed.begin().await?;
            for number in from..=count.min(from.saturating_add(BATCH - 1)) {
                let Some(node) = node(&mut pages, number).filter(|n| n.kind == Kind::TableLeaf)
                else {
                    continue;
                };
                for record in node.records {
                    let [Value::Blob(id), Value::Blob(value)] = &record.values[..] else {
                        continue;
                    };
                    let Some((tenant, kind)) = named.get(id) else {
                        continue;
                    };
                    // Without the tenant's key a value cannot be judged; it is kept.
                    let opens = keys
                        .get(tenant)
                        .is_none_or(|key| key.open(id, kind_of(*kind), value).is_ok());
                    if !opens || !kept.insert(id.clone()) {
                        continue;
                    }
                    sqlx::query("INSERT OR IGNORE INTO blobs (id, sealed) VALUES (?, ?)")
                        .bind(id)
                        .bind(value)
                        .execute(&mut *tx)
                        .await?;
                }
            }
            tx.commit().await?;
            let done = from.saturating_add(BATCH - 1).min(count);
            listener(Step::Blobs, u64::from(done), u64::from(count));
        }
    }
    report.blobs = kept.len() as u64;
    report.lost_blobs = (named.len() - kept.len()) as u64;
    Ok(())
}
