//! The part of storing that needs no database: columns packed and sealed,
//! texts written. Made to run on every core while one writer commits.

use crate::{StoreError, codec};
use paceline_model::{ActivitySummary, Channel, Recording, Warning};
use paceline_vault::{SealedKind, TenantKey};

/// Sealed bytes and their content address.
#[derive(Debug, Clone)]
pub struct Blob {
    pub(crate) id: [u8; 32],
    pub(crate) sealed: Vec<u8>,
}

/// Seals for one tenant; cheap to clone, fit for worker threads.
#[derive(Debug, Clone)]
pub struct Sealer {
    key: TenantKey,
}

impl Sealer {
    pub(crate) const fn new(key: TenantKey) -> Self {
        Self { key }
    }

    pub(crate) const fn key(&self) -> &TenantKey {
        &self.key
    }

    pub(crate) fn seal(&self, kind: SealedKind, plain: &[u8]) -> Result<Blob, StoreError> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.key.tenant().0.as_bytes());
        hasher.update(&[kind as u8]);
        hasher.update(plain);
        let id = *hasher.finalize().as_bytes();
        let sealed = self.key.seal(&id, kind, plain)?;
        Ok(Blob { id, sealed })
    }

    /// An original file, compressed and sealed.
    ///
    /// # Errors
    /// If the system gives no randomness or memory.
    pub fn original(&self, bytes: &[u8]) -> Result<Blob, StoreError> {
        let packed = codec::compress(bytes)?;
        let mut plain = Vec::with_capacity(packed.len() + 8);
        plain.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        plain.extend_from_slice(&packed);
        self.seal(SealedKind::Original, &plain)
    }

    /// Everything of `recording` and its `summary` in the form in which it is stored.
    ///
    /// # Errors
    /// If the system gives no randomness.
    pub fn prepare(
        &self,
        recording: Recording,
        summary: ActivitySummary,
    ) -> Result<Prepared, StoreError> {
        let mut series = Vec::with_capacity(recording.series.columns.len() + 2);
        let mut blobs = Vec::with_capacity(series.capacity());
        let mut add = |channel: String, plain: &[u8]| -> Result<(), StoreError> {
            let blob = self.seal(SealedKind::Series, plain)?;
            series.push((channel, blob.id));
            blobs.push(blob);
            Ok(())
        };
        let axis = codec::encode_integers(recording.series.time_ms.iter().copied())?;
        add(TIME.to_owned(), &axis)?;
        if !recording.rr.is_empty() {
            let at = recording.rr.iter().map(|r| r.0);
            let beats: Vec<i32> = at
                .chain(recording.rr.iter().map(|r| i32::from(r.1)))
                .collect();
            add(RR.to_owned(), &codec::encode_integers(beats.into_iter())?)?;
        }
        for column in &recording.series.columns {
            if !column.values.all_missing() {
                add(
                    column.channel.key().into_owned(),
                    &codec::encode(&column.values)?,
                )?;
            }
        }
        let json = |e: serde_json::Error| crate::error::damaged(e);
        let texts = Texts {
            device: recording
                .device
                .as_ref()
                .map(serde_json::to_string)
                .transpose()
                .map_err(json)?,
            totals: serde_json::to_string(&recording.totals).map_err(json)?,
            timer: serde_json::to_string(&recording.timer).map_err(json)?,
            extra: serde_json::to_string(&recording.extra).map_err(json)?,
            warnings: serde_json::to_string(&recording.warnings).map_err(json)?,
            summary: serde_json::to_string(&summary).map_err(json)?,
            laps: recording
                .laps
                .iter()
                .map(|lap| serde_json::to_string(lap).map(|text| (lap.start_ms, lap.end_ms, text)))
                .collect::<Result<_, _>>()
                .map_err(json)?,
        };
        let sample_count = recording.series.len();
        let richness = richness(&recording);
        let mut head = recording;
        // The samples are in the blobs now; the memory is wanted for the next file.
        head.series = paceline_model::Series::default();
        head.rr = Vec::new();
        Ok(Prepared {
            head,
            summary,
            sample_count,
            richness,
            series,
            blobs,
            texts,
        })
    }
}

/// The time axis's name among the channels.
pub(crate) const TIME: &str = "time";
/// The R-R intervals' name among the channels.
pub(crate) const RR: &str = "rr";

pub(crate) struct Texts {
    pub device: Option<String>,
    pub totals: String,
    pub timer: String,
    pub extra: String,
    pub warnings: String,
    pub summary: String,
    pub laps: Vec<(i32, i32, String)>,
}

/// An activity ready to be written.
pub struct Prepared {
    /// The recording without its samples.
    pub head: Recording,
    /// Its figures.
    pub summary: ActivitySummary,
    pub(crate) sample_count: usize,
    /// How much the recording holds; of two recordings of one ride the richer is shown.
    pub richness: i64,
    pub(crate) series: Vec<(String, [u8; 32])>,
    /// What must be in the blob store before the activity is.
    pub blobs: Vec<Blob>,
    pub(crate) texts: Texts,
}

/// Present samples of the channels that matter, weighted by how much an analysis loses without them.
fn richness(recording: &Recording) -> i64 {
    let present = |c: &Channel| {
        let column = recording.series.column(c);
        column.map_or(0, |c| c.values.present() as i64)
    };
    let damaged = recording.warnings.iter().any(|w: &Warning| {
        matches!(
            w.code,
            paceline_model::WarningCode::Truncated | paceline_model::WarningCode::Damaged
        )
    });
    let weighted = 3 * present(&Channel::Power)
        + 2 * present(&Channel::HeartRate)
        + 2 * present(&Channel::Latitude)
        + present(&Channel::Altitude)
        + present(&Channel::Cadence)
        + present(&Channel::Speed).max(present(&Channel::Distance))
        + present(&Channel::Temperature) / 2
        + 20 * recording.laps.len() as i64
        + 20 * recording.lengths.len() as i64
        + recording.rr.len() as i64;
    if damaged { weighted / 2 } else { weighted }
}
