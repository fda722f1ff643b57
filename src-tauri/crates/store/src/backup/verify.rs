use super::make::{ids, schema};
use super::{Access, Backup, Depth, Listener, MAIN_FILE, NAMED, Step, tenant_keys};
use crate::StoreError;
use crate::databases::{MAIN, still};
use crate::digest::{content, digest};
use crate::disk::failed;
use paceline_vault::{SealedKind, TenantKey};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use std::collections::HashMap;
use uuid::Uuid;

/// Sealed values that a quick look unseals.
const SAMPLE: usize = 64;

/// What a look at a backup came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Rows of all tables.
    pub rows: u64,
    /// Activities that are not deleted.
    pub activities: u64,
    /// Sealed values that rows name; all are there.
    pub blobs: u64,
    /// How many of them were unsealed.
    pub unsealed: u64,
    /// Of those chosen, how many belong to tenants whose key is not to be had now.
    pub without_key: u64,
}

/// Looks whether a backup can be put in place: it opens with the key, SQLite finds it whole, its
/// rows are those that were copied, and every sealed value that they name is there and opens.
///
/// # Errors
/// [`StoreError::Unsound`] with what is wrong; [`StoreError::NewerSchema`].
pub async fn verify(
    backup: &Backup,
    access: Access<'_>,
    depth: Depth,
    listener: Listener<'_>,
) -> Result<Verified, StoreError> {
    let supported = MAIN.iter().map(|m| m.version).max().unwrap_or(0);
    if backup.schema() > supported {
        return Err(StoreError::NewerSchema {
            found: backup.schema(),
            supported,
        });
    }
    files(backup, depth)?;
    let path = backup.path.join(MAIN_FILE);
    let opened = still(&path, Some(access.database_key_hex)).connect().await;
    let mut connection = opened.map_err(|e| backup.unsound(StoreError::from(e)))?;
    let read = database(backup, access, &mut connection).await;
    connection.close().await?;
    let (named, keys, rows, activities) = read.map_err(|e| match e {
        said @ StoreError::Unsound { .. } => said,
        other => backup.unsound(other),
    })?;
    let (unsealed, without_key) = blobs(backup, &keys, depth, &named, listener).await?;
    Ok(Verified {
        rows,
        activities,
        blobs: backup.blobs(),
        unsealed,
        without_key,
    })
}

/// Every file is there, of its length; with [`Depth::Whole`] of its content.
fn files(backup: &Backup, depth: Depth) -> Result<(), StoreError> {
    for file in &backup.manifest.files {
        let path = backup.path.join(&file.name);
        let meta =
            std::fs::metadata(&path).map_err(|e| backup.unsound(format!("{}: {e}", file.name)))?;
        if meta.len() != file.bytes {
            return Err(backup.unsound(format!(
                "{} has {} bytes of {}",
                file.name,
                meta.len(),
                file.bytes
            )));
        }
        if depth == Depth::Whole {
            let mut hasher = blake3::Hasher::new();
            let open = std::fs::File::open(&path).map_err(failed(&path))?;
            hasher
                .update_reader(open)
                .map_err(|e| backup.unsound(format!("{}: {e}", file.name)))?;
            if hasher.finalize().to_hex().as_str() != file.blake3 {
                return Err(backup.unsound(format!("{} was changed or damaged", file.name)));
            }
        }
    }
    Ok(())
}

type Named = Vec<(Uuid, i64, Vec<u8>)>;
type Keys = HashMap<Uuid, TenantKey>;

async fn database(
    backup: &Backup,
    access: Access<'_>,
    connection: &mut SqliteConnection,
) -> Result<(Named, Keys, u64, u64), StoreError> {
    whole(connection, backup, MAIN_FILE).await?;
    if schema(connection).await? != backup.schema() {
        return Err(backup.unsound("its schema is not the one it states"));
    }
    let tables = digest(connection, None).await?;
    if content(&tables) != backup.content() {
        return Err(backup.unsound("its rows are not those that were copied"));
    }
    let named: Named = sqlx::query_as(NAMED).fetch_all(&mut *connection).await?;
    let (activities,): (i64,) = sqlx::query_as("SELECT count(*) FROM activities WHERE deleted = 0")
        .fetch_one(&mut *connection)
        .await?;
    let rows = tables.iter().map(|t| t.rows).sum();
    let keys = tenant_keys(connection, access).await?;
    Ok((named, keys, rows, activities.unsigned_abs()))
}

async fn whole(
    connection: &mut SqliteConnection,
    backup: &Backup,
    file: &str,
) -> Result<(), StoreError> {
    let findings: Vec<(String,)> = sqlx::query_as("PRAGMA integrity_check(1)")
        .fetch_all(connection)
        .await?;
    match findings.first() {
        Some((text,)) if text != "ok" => Err(backup.unsound(format!("{file}: {text}"))),
        _ => Ok(()),
    }
}

async fn blobs(
    backup: &Backup,
    keys: &Keys,
    depth: Depth,
    named: &Named,
    listener: Listener<'_>,
) -> Result<(u64, u64), StoreError> {
    let mut place: HashMap<Vec<u8>, usize> = HashMap::new();
    let packs: Vec<_> = backup.packs().collect();
    for (at, pack) in packs.iter().enumerate() {
        let found = ids(&backup.path.join(&pack.name)).await;
        let found = found.map_err(|e| backup.unsound(format!("{}: {e}", pack.name)))?;
        place.extend(found.into_iter().map(|id| (id, at)));
    }
    let missing: std::collections::HashSet<&Vec<u8>> = named
        .iter()
        .map(|n| &n.2)
        .filter(|id| !place.contains_key(*id))
        .collect();
    if missing.len() as u64 > backup.missing() {
        return Err(backup.unsound(format!("{} sealed values are not there", missing.len())));
    }
    // Evenly over all of them: ids are hashes, and they come in their order.
    let step = match depth {
        Depth::Whole => 1,
        Depth::Sample => named.len().div_ceil(SAMPLE).max(1),
    };
    let chosen: Vec<_> = named
        .iter()
        .step_by(step)
        .filter(|n| place.contains_key(&n.2))
        .collect();
    let total = chosen.len() as u64;
    let (mut unsealed, mut without_key, mut done) = (0, 0, 0);
    for (at, pack) in packs.iter().enumerate() {
        let path = backup.path.join(&pack.name);
        let mut connection = still(&path, None)
            .connect()
            .await
            .map_err(|e| backup.unsound(format!("{}: {e}", pack.name)))?;
        let mine: Vec<_> = chosen
            .iter()
            .filter(|n| place.get(&n.2) == Some(&at))
            .collect();
        let looked = async {
            if depth == Depth::Whole {
                whole(&mut connection, backup, &pack.name).await?;
            }
            for (tenant, kind, id) in mine {
                match unseal(&mut connection, keys.get(tenant), *kind, id).await {
                    Ok(true) => unsealed += 1,
                    Ok(false) => without_key += 1,
                    Err(e) => return Err(backup.unsound(format!("{}: {e}", pack.name))),
                }
                done += 1;
                if done % 64 == 0 || done == total {
                    listener(Step::Verifying, done, total);
                }
            }
            Ok(())
        }
        .await;
        connection.close().await?;
        looked?;
    }
    Ok((unsealed, without_key))
}

/// Whether the value opens; `false` if there is no key to it.
async fn unseal(
    connection: &mut SqliteConnection,
    key: Option<&TenantKey>,
    kind: i64,
    id: &[u8],
) -> Result<bool, StoreError> {
    let (sealed,): (Vec<u8>,) = sqlx::query_as("SELECT sealed FROM blobs WHERE id = ?")
        .bind(id)
        .fetch_one(connection)
        .await?;
    let Some(key) = key else {
        return Ok(false);
    };
    key.open(id, kind_of(kind), &sealed)?;
    Ok(true)
}

/// The kind of seal of [`NAMED`]'s figure.
pub(crate) const fn kind_of(kind: i64) -> SealedKind {
    if kind == 1 {
        SealedKind::Series
    } else {
        SealedKind::Original
    }
}
