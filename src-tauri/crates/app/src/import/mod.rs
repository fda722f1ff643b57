//! The import: files and folders into the store.
//!
//! One thread reads, every core decodes, one writer commits in the order of the
//! files, so the outcome does not depend on timing. Known bytes are recognised
//! before they are decoded; what is under way is bounded in bytes. Start at
//! [`run`].

mod process;
mod read;
mod record;
mod same_ride;
mod walk;

pub(crate) use process::settings_at;

use crate::wire::{ImportItem, ImportOutcome, ImportProgress, WarningView};
use paceline_model::{ImportId, Instant, Recording};
use paceline_store::{FileRecord, ItemRow, Outcome as Stored, Session, Store, StoreError};
use process::{Context, Processed, process};
use read::{Budget, Input, Reader};
use record::Ledger;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant as Clock};
use tokio_util::sync::CancellationToken;

/// Files committed together at most; their blobs share one commit.
const BATCH: usize = 24;
/// Ten messages a second.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// Takes progress messages.
pub(crate) type Listener = Arc<dyn Fn(ImportProgress) + Send + Sync>;

/// What is imported.
pub(crate) enum What {
    /// Files and folders.
    Paths(Vec<PathBuf>),
    /// Recordings made up on the spot: how many, and the one at a place.
    Made(usize, Arc<dyn Fn(usize) -> Option<Recording> + Send + Sync>),
}

/// What came of it.
pub(crate) struct Totals {
    pub progress: ImportProgress,
    pub cancelled: bool,
}

pub(crate) fn now() -> Instant {
    Instant(chrono::Utc::now().timestamp_millis())
}

pub(crate) fn item_view(item: &ItemRow) -> ImportItem {
    ImportItem {
        path: item.path.clone(),
        outcome: match item.outcome {
            Stored::Added => ImportOutcome::Added,
            Stored::Merged => ImportOutcome::Merged,
            Stored::Known => ImportOutcome::Known,
            Stored::Biometrics => ImportOutcome::Biometrics,
            Stored::Skipped => ImportOutcome::Skipped,
            Stored::Failed => ImportOutcome::Failed,
        },
        activity_ids: item.activities.iter().map(ToString::to_string).collect(),
        reason: item.reason.clone(),
        warnings: item.warnings.iter().map(WarningView::from).collect(),
    }
}

struct Tally {
    progress: ImportProgress,
    started: Clock,
    told: Clock,
    listener: Listener,
    found: Arc<AtomicU64>,
}

impl Tally {
    fn count(&mut self, item: &ItemRow, bytes: u64) {
        let p = &mut self.progress;
        p.done += 1;
        #[allow(clippy::cast_precision_loss)]
        {
            p.bytes_done += bytes as f64;
        }
        match item.outcome {
            Stored::Added => p.added += 1,
            Stored::Merged => p.merged += 1,
            Stored::Known => p.known += 1,
            Stored::Biometrics => {}
            Stored::Skipped => p.skipped += 1,
            Stored::Failed => p.failed += 1,
        }
        p.current = Some(item.path.clone());
        p.items.push(item_view(item));
    }

    fn tell(&mut self, always: bool) {
        if !always && self.told.elapsed() < PROGRESS_EVERY {
            return;
        }
        self.told = Clock::now();
        let p = &mut self.progress;
        p.found = u32::try_from(self.found.load(Ordering::Relaxed))
            .unwrap_or(u32::MAX)
            .max(p.done);
        p.elapsed_s = self.started.elapsed().as_secs_f64();
        (self.listener)(p.clone());
        p.items.clear();
    }
}

/// Imports `what` under the import `id`, which may be one that was interrupted:
/// files already recorded under it are not looked at again, but counted.
pub(crate) async fn run(
    store: &Arc<Store>,
    session: &Session,
    id: ImportId,
    what: What,
    listener: Listener,
    cancel: CancellationToken,
) -> Result<Totals, StoreError> {
    let reader = store.reader(session);
    let writer = store.writer(session);
    let mut ledger = Ledger::new(reader.known_rides().await?);
    let before: HashMap<String, ItemRow> = reader
        .import_items(id)
        .await?
        .into_iter()
        .map(|i| (i.path.clone(), i))
        .collect();
    let context = Arc::new(Context {
        sealer: store.sealer(session),
        settings: reader.settings().await?,
        known: ledger.hashes(),
    });
    let found = Arc::new(AtomicU64::new(0));
    let mut tally = Tally {
        progress: ImportProgress::default(),
        started: Clock::now(),
        told: Clock::now(),
        listener,
        found: Arc::clone(&found),
    };
    tally.tell(true);

    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let (to_workers, inputs) = mpsc::sync_channel::<Input>(2 * cores);
    let inputs = Arc::new(Mutex::new(inputs));
    let (done, mut finished) = tokio::sync::mpsc::channel::<Processed>(4 * cores);
    spawn_reader(what, to_workers, Arc::clone(&found), cancel.clone());
    for _ in 0..cores {
        let (inputs, done, context) = (Arc::clone(&inputs), done.clone(), Arc::clone(&context));
        std::thread::spawn(move || {
            loop {
                let next = inputs.lock().map(|r| r.recv());
                let Ok(Ok(input)) = next else { return };
                let unit = guarded(input, &context);
                if done.blocking_send(unit).is_err() {
                    return;
                }
            }
        });
    }
    drop(done);

    let mut waiting: BTreeMap<u64, Processed> = BTreeMap::new();
    let mut next = 0u64;
    let mut failure = None;
    'units: while let Some(unit) = finished.recv().await {
        waiting.insert(unit.seq, unit);
        while let Ok(unit) = finished.try_recv() {
            waiting.insert(unit.seq, unit);
        }
        loop {
            let mut batch: Vec<(FileRecord, u64)> = Vec::new();
            let mut tickets = Vec::new();
            while batch.len() < BATCH
                && let Some(unit) = waiting.remove(&next)
            {
                next += 1;
                if let Some(item) = before.get(&unit.display) {
                    tally.count(item, unit.bytes);
                    continue;
                }
                let bytes = unit.bytes;
                let (record, ticket) = split(unit, &mut ledger, id, next);
                tickets.push(ticket);
                batch.push((record, bytes));
            }
            if batch.is_empty() {
                break;
            }
            let (records, sizes): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
            if let Err(error) = writer.put_files(&records, now()).await {
                failure = Some(error);
                cancel.cancel();
                break 'units;
            }
            for (record, bytes) in records.iter().zip(sizes) {
                if let Some(item) = &record.item {
                    tally.count(item, bytes);
                }
            }
            tally.tell(false);
            if cancel.is_cancelled() {
                break 'units;
            }
        }
        tally.tell(false);
    }
    // Workers that still hold a unit find the channel closed and end.
    drop(finished);
    let cancelled = cancel.is_cancelled();
    tally.tell(true);
    if let Some(error) = failure {
        return Err(error);
    }
    Ok(Totals {
        progress: tally.progress,
        cancelled,
    })
}

fn split(
    mut unit: Processed,
    ledger: &mut Ledger,
    id: ImportId,
    position: u64,
) -> (FileRecord, Option<read::Ticket>) {
    let ticket = unit.ticket.take();
    (ledger.record(unit, id, position, now()), ticket)
}

/// A panic in a decoder is a fault of ours, not a reason to lose the other files.
fn guarded(input: Input, context: &Context) -> Processed {
    let (seq, display, file_name) = (input.seq, input.display.clone(), input.file_name.clone());
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| process(input, context)))
        .unwrap_or_else(|_| {
            tracing::error!("a file made the decoder panic");
            Processed {
                seq,
                display,
                file_name,
                bytes: 0,
                result: process::Outcome::Failed(
                    "Reading this file hit a fault in Paceline. Please report it with the file."
                        .to_owned(),
                ),
                ticket: None,
            }
        })
}

fn spawn_reader(
    what: What,
    to_workers: mpsc::SyncSender<Input>,
    found: Arc<AtomicU64>,
    cancel: CancellationToken,
) {
    std::thread::spawn(move || {
        let budget = Arc::new(Budget::default());
        let mut deliver = |input: Input| !cancel.is_cancelled() && to_workers.send(input).is_ok();
        let mut reader = Reader {
            deliver: &mut deliver,
            budget,
            seq: 0,
        };
        match what {
            What::Paths(roots) => {
                let mut all = Vec::new();
                walk::walk(&roots, |f| {
                    all.push(f);
                    !cancel.is_cancelled()
                });
                found.store(all.len() as u64, Ordering::Relaxed);
                reader.read_all(&all);
            }
            What::Made(count, make) => {
                found.store(count as u64, Ordering::Relaxed);
                reader.make_all(count, make.as_ref());
            }
        }
    });
}
