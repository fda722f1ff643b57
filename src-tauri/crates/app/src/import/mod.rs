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
use paceline_store::{
    Action, FileRecord, ItemRow, Outcome as Stored, Session, Staged, Store, StoreError, Writer,
};
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
    let reader = store.reader(session).await?;
    let writer = store.writer(session).await?;
    let mut ledger = Ledger::new(reader.known_rides().await?);
    let before: HashMap<String, ItemRow> = reader
        .import_items(id)
        .await?
        .into_iter()
        .map(|i| (i.path.clone(), i))
        .collect();
    let context = Arc::new(Context {
        sealer: store.sealer(session).await?,
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
    let (done, mut finished) = tokio::sync::mpsc::channel::<Processed>(2 * BATCH);
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
    let mut staged: Option<Batch> = None;
    let mut failure = None;
    let mut restyled = BTreeSet::new();
    while !cancel.is_cancelled() {
        // Only where nothing is left to write is a unit waited for.
        if staged.is_none() && !waiting.contains_key(&next) {
            // What is being read when the user cancels is not waited for.
            let unit = tokio::select! {
                unit = finished.recv() => unit,
                () = cancel.cancelled() => None,
            };
            let Some(unit) = unit else { break };
            waiting.insert(unit.seq, unit);
        }
        while let Ok(unit) = finished.try_recv() {
            waiting.insert(unit.seq, unit);
        }
        let mut batch = Batch::default();
        while batch.files.len() < BATCH
            && let Some(unit) = waiting.remove(&next)
        {
            next += 1;
            match before.get(&unit.display) {
                Some(item) if item.outcome == Stored::Added => {
                    tally.count(item, unit.bytes, item.activities.len());
                }
                Some(item) => tally.count(item, unit.bytes, 0),
                None => batch.take(unit, &mut ledger, id, next),
            }
        }
        // The bytes of this batch and the rows of the one before go to different files.
        let (put, stage) = tokio::join!(rows(&writer, staged.take()), bytes(&writer, batch));
        match put {
            Ok(Some((done, changed))) => {
                restyled.extend(changed);
                done.count(&mut tally);
            }
            Ok(None) => {}
            Err(error) => failure = Some(error),
        }
        match stage {
            Ok(batch) => staged = batch,
            Err(error) => failure = failure.or(Some(error)),
        }
        tally.tell(false);
        if failure.is_some() {
            cancel.cancel();
        }
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

/// Files on their way into the store.
#[derive(Default)]
struct Batch {
    files: Vec<FileRecord>,
    sizes: Vec<u64>,
    tickets: Vec<Option<budget::Ticket>>,
    staged: Option<Staged>,
}

impl Batch {
    fn take(&mut self, mut unit: Processed, ledger: &mut Ledger, id: ImportId, position: u64) {
        self.tickets.push(unit.ticket.take());
        self.sizes.push(unit.bytes);
        self.files.push(ledger.record(unit, id, position, now()));
    }

    fn count(self, tally: &mut Tally) {
        let files = self.staged.as_ref().map_or(&[][..], Staged::files);
        for (file, bytes) in files.iter().zip(self.sizes) {
            if let Some(item) = &file.item {
                let new = |p: &&paceline_store::Part| matches!(p.action, Action::Add(_));
                tally.count(item, bytes, file.parts.iter().filter(new).count());
            }
        }
    }
}

/// First half of storing: the batch with its bytes in the blob store; `None` of an empty one.
async fn bytes(writer: &Writer, mut batch: Batch) -> Result<Option<Batch>, StoreError> {
    if batch.files.is_empty() {
        return Ok(None);
    }
    let files = std::mem::take(&mut batch.files);
    batch.staged = Some(writer.stage(files).await?);
    Ok(Some(batch))
}

/// Second half: the rows. Gives the batch with what became of its files, and the activities whose
/// figures no longer fit their sport.
async fn rows(
    writer: &Writer,
    batch: Option<Batch>,
) -> Result<Option<(Batch, Vec<ActivityId>)>, StoreError> {
    let Some(mut batch) = batch else {
        return Ok(None);
    };
    let Some(staged) = &mut batch.staged else {
        return Ok(None);
    };
    let changed = writer.put(staged, now()).await?;
    Ok(Some((batch, changed)))
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
