//! The import: files, folders, archives and exports of accounts into the store.
//!
//! One thread reads, every core decodes, one writer commits in the order of the
//! files, so the outcome does not depend on timing. Known bytes are recognised
//! before they are decoded; what is under way is bounded in bytes. Start at
//! [`run`].

mod budget;
mod lists;
mod process;
mod read;
mod record;
mod same_ride;
mod tree;
mod walk;

pub(crate) use process::settings_at;

use crate::wire::{ImportItem, ImportOutcome, ImportProgress, WarningView};
use paceline_model::{ActivityId, ImportId, Instant, Recording};
use paceline_store::{Action, FileRecord, ItemRow, Outcome as Stored, Session, Store, StoreError};
use process::{Context, Processed, process};
use read::{Input, Reader};
use record::Ledger;
use std::collections::{BTreeMap, BTreeSet, HashMap};
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
    /// Activities whose figures were made for another sport than theirs is now.
    pub restyled: BTreeSet<ActivityId>,
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
    fn count(&mut self, item: &ItemRow, bytes: u64, new: usize) {
        let p = &mut self.progress;
        p.done += 1;
        #[allow(clippy::cast_precision_loss)]
        {
            p.bytes_done += bytes as f64;
        }
        p.new_activities += u32::try_from(new).unwrap_or(u32::MAX);
        match item.outcome {
            Stored::Added => p.added += 1,
            Stored::Merged => p.merged += 1,
            Stored::Known => p.known += 1,
            Stored::Biometrics => p.biometrics += 1,
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
    let reading = Reading {
        to_workers,
        found: Arc::clone(&found),
        cancel: cancel.clone(),
        before: before.keys().cloned().collect(),
        spool: store.dir().to_path_buf(),
    };
    spawn_reader(what, reading);
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
    let mut restyled = BTreeSet::new();
    'units: loop {
        // What is being read when the user cancels is not waited for.
        let unit = tokio::select! {
            unit = finished.recv() => unit,
            () = cancel.cancelled() => None,
        };
        let Some(unit) = unit else { break };
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
                    let new = if item.outcome == Stored::Added {
                        item.activities.len()
                    } else {
                        0
                    };
                    tally.count(item, unit.bytes, new);
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
            let (mut records, sizes): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
            match writer.put_files(&mut records, now()).await {
                Ok(changed) => restyled.extend(changed),
                Err(error) => {
                    failure = Some(error);
                    cancel.cancel();
                    break 'units;
                }
            }
            for (record, bytes) in records.iter().zip(sizes) {
                if let Some(item) = &record.item {
                    let new = |p: &&paceline_store::Part| matches!(p.action, Action::Add(_));
                    tally.count(item, bytes, record.parts.iter().filter(new).count());
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
    if !cancelled {
        // Files may have vanished, and entries come to nothing, since they were counted.
        found.store(u64::from(tally.progress.done), Ordering::Relaxed);
    }
    tally.tell(true);
    if let Some(error) = failure {
        return Err(error);
    }
    Ok(Totals {
        progress: tally.progress,
        cancelled,
        restyled,
    })
}

fn split(
    mut unit: Processed,
    ledger: &mut Ledger,
    id: ImportId,
    position: u64,
) -> (FileRecord, Option<budget::Ticket>) {
    let ticket = unit.ticket.take();
    (ledger.record(unit, id, position, now()), ticket)
}

/// A panic in a decoder is a fault of ours, not a reason to lose the other files.
fn guarded(input: Input, context: &Context) -> Processed {
    let (seq, display, file_name) = (input.seq, input.display.clone(), input.file_name.clone());
    let source = input.source;
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| process(input, context)))
        .unwrap_or_else(|_| {
            tracing::error!("a file made the decoder panic");
            Processed {
                seq,
                display,
                file_name,
                bytes: 0,
                source,
                entry: None,
                remarks: Vec::new(),
                result: process::Outcome::Failed(
                    "Reading this file hit a fault in Paceline. Please report it with the file."
                        .to_owned(),
                ),
                ticket: None,
            }
        })
}

/// What the reading thread works with.
struct Reading {
    to_workers: mpsc::SyncSender<Input>,
    found: Arc<AtomicU64>,
    cancel: CancellationToken,
    before: std::collections::HashSet<String>,
    spool: PathBuf,
}

fn spawn_reader(what: What, reading: Reading) {
    std::thread::spawn(move || {
        let (cancel, found) = (reading.cancel, reading.found);
        let mut deliver =
            |input: Input| !cancel.is_cancelled() && reading.to_workers.send(input).is_ok();
        let mut reader = Reader::new(
            &mut deliver,
            cancel.clone(),
            Arc::clone(&found),
            reading.before,
            reading.spool,
        );
        match what {
            What::Paths(roots) => {
                let mut all = Vec::new();
                walk::walk(&roots, |f| {
                    all.push(f);
                    !cancel.is_cancelled()
                });
                found.store(all.len() as u64, Ordering::Relaxed);
                reader.read_all(all);
            }
            What::Made(count, make) => {
                found.store(count as u64, Ordering::Relaxed);
                reader.make_all(count, make.as_ref());
            }
        }
    });
}
