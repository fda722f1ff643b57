//! Second stage, on every core: bytes to recordings, figures and sealed columns.

use super::budget::Ticket;
use super::read::{Input, Payload};
use super::walk::promising;
use paceline_analysis::{ActivityInput, summarise};
use paceline_formats::exports::garmin;
use paceline_formats::{FormatError, decode};
use paceline_model::{
    AccountEntry, AthleteSettings, Biometric, DecodedFile, FileKind, Instant, Recording,
    SettingKind, SettingValue, SourceKind, Sport, Warning, WarningCode,
};
use paceline_store::{Blob, Prepared, Sealer, StoreError, Words};
use std::collections::HashSet;
use std::sync::Arc;

/// What the workers need to know.
pub(super) struct Context {
    pub sealer: Sealer,
    pub settings: Vec<SettingValue>,
    /// Hashes of the files stored before this import.
    pub known: HashSet<[u8; 32]>,
}

/// A unit after its second stage.
pub(super) struct Processed {
    pub seq: u64,
    pub display: String,
    pub file_name: String,
    pub bytes: u64,
    pub source: SourceKind,
    /// What an account says of it.
    pub entry: Option<Arc<AccountEntry>>,
    pub remarks: Vec<Warning>,
    pub result: Outcome,
    /// Held until the unit is stored.
    pub ticket: Option<Ticket>,
}

pub(super) enum Outcome {
    Failed(String),
    Skipped(String, Vec<Warning>, Vec<Biometric>),
    Known([u8; 32]),
    File(Box<Decoded>),
    /// Recorded under this import already.
    Done,
}

/// What is stored of a file, or of an entry without one.
pub(super) struct Decoded {
    pub hash: [u8; 32],
    pub format: &'static str,
    /// Absent for an entry without a file.
    pub original: Option<Blob>,
    pub parts: Vec<Decoding>,
    pub biometrics: Vec<Biometric>,
    /// Whether nothing is said of an entry that only names a ride that is there.
    pub quiet: bool,
}

pub(super) struct Decoding {
    pub title: String,
    pub prepared: Prepared,
    pub words: Option<Words>,
}

/// The settings in force at an instant: of each kind the last entry that begins by then, or the
/// first ever, since a ride before the first test is better judged by it than by nothing.
pub(crate) fn settings_at(history: &[SettingValue], at: Instant) -> AthleteSettings {
    let of = |kind: SettingKind| {
        let entries = || history.iter().filter(move |s| s.kind == kind);
        entries()
            .filter(|s| s.valid_from <= at)
            .max_by_key(|s| s.valid_from)
            .or_else(|| entries().min_by_key(|s| s.valid_from))
            .map(|s| s.value)
    };
    AthleteSettings {
        ftp_w: of(SettingKind::Ftp),
        threshold_hr: of(SettingKind::ThresholdHeartRate),
        max_hr: of(SettingKind::MaxHeartRate),
        resting_hr: of(SettingKind::RestingHeartRate),
        threshold_speed: of(SettingKind::ThresholdSpeed),
        critical_swim_speed: of(SettingKind::CriticalSwimSpeed),
        weight_kg: of(SettingKind::Weight),
        w_prime_j: of(SettingKind::WPrime),
        critical_power_w: of(SettingKind::CriticalPower),
        peak_power_w: of(SettingKind::PeakPower),
        aerobic_threshold_hr: of(SettingKind::AerobicThresholdHeartRate),
        height_m: of(SettingKind::Height),
        ..AthleteSettings::default()
    }
}

pub(super) fn process(input: Input, context: &Context) -> Processed {
    let size = match &input.payload {
        Payload::Bytes(Ok(bytes)) | Payload::Body(_, Ok(bytes)) => bytes.len() as u64,
        _ => 0,
    };
    let entry = input.entry.as_deref();
    let result = match input.payload {
        Payload::Skip(reason) => Outcome::Skipped(reason, Vec::new(), Vec::new()),
        Payload::Done => Outcome::Done,
        Payload::Made(recording) => made(*recording, context),
        Payload::Entry { quiet } => match entry {
            Some(entry) => totals(entry, input.source, &input.remarks, quiet, context),
            None => Outcome::Failed("The list says nothing of it.".to_owned()),
        },
        Payload::Body(_, Err(reason)) => Outcome::Failed(reason),
        Payload::Body(list, Ok(bytes)) => match garmin::body(list, &bytes) {
            Ok(read) => without_recording(read.kind, read.biometrics, read.warnings),
            Err(error) => Outcome::Failed(error.to_string()),
        },
        Payload::Bytes(bytes) => {
            let outcome = match bytes {
                Ok(bytes) => {
                    let unit = Unit {
                        name: &input.file_name,
                        explicit: input.explicit,
                        entry,
                        remarks: &input.remarks,
                    };
                    file(&unit, &bytes, context)
                }
                Err(reason) => Outcome::Failed(reason),
            };
            instead(outcome, entry, input.source, context)
        }
    };
    Processed {
        seq: input.seq,
        display: input.display,
        file_name: input.file_name,
        bytes: size,
        source: input.source,
        entry: input.entry,
        remarks: input.remarks,
        result,
        ticket: input.ticket,
    }
}

/// Where a file gives no recording, what the account's list says of it is kept.
fn instead(
    outcome: Outcome,
    entry: Option<&AccountEntry>,
    source: SourceKind,
    context: &Context,
) -> Outcome {
    let Some(entry) = entry.filter(|e| e.recording.timed) else {
        return outcome;
    };
    let reason = match outcome {
        Outcome::Failed(reason) => reason,
        Outcome::Skipped(reason, _, biometrics) if biometrics.is_empty() => reason,
        other => return other,
    };
    let file = entry.file.as_deref().unwrap_or_default();
    let warning = Warning {
        code: WarningCode::MissingFile,
        message: format!(
            "Its file {file} gave no recording, so only the totals of the account's list are here. {reason}"
        ),
    };
    totals(entry, source, &[warning], false, context)
}

/// An activity of an account's list, from its totals alone.
fn totals(
    entry: &AccountEntry,
    source: SourceKind,
    remarks: &[Warning],
    quiet: bool,
    context: &Context,
) -> Outcome {
    // Known again by what the account knows it by, whichever export it comes from.
    let hash = *blake3::Hasher::new()
        .update(b"account entry ")
        .update(source.key().as_bytes())
        .update(b" ")
        .update(entry.id.as_bytes())
        .finalize()
        .as_bytes();
    let recording = Recording {
        extra: Vec::new(),
        warnings: remarks.to_vec(),
        ..entry.recording.clone()
    };
    let name = recording.name.clone().unwrap_or_default();
    match prepare(recording, &name, Some(words(entry, true)), context) {
        Ok(part) => Outcome::File(Box::new(Decoded {
            hash,
            format: match source {
                SourceKind::GarminExport => "garmin",
                _ => "strava",
            },
            original: None,
            parts: vec![part],
            biometrics: Vec::new(),
            quiet,
        })),
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

/// What an account says of one of its files; of a file of several sports no sport.
pub(super) fn words(entry: &AccountEntry, single: bool) -> Words {
    let r = &entry.recording;
    let clipped = |text: &Option<String>, letters: usize| {
        text.as_deref()
            .map(str::trim)
            .filter(|t| !t.is_empty())
            .map(|t| t.chars().take(letters).collect())
    };
    let sport = Some(r.sport).filter(|s| single && *s != Sport::Other);
    Words {
        name: clipped(&r.name, 200),
        notes: clipped(&r.notes, 20_000),
        sport,
        sub_sport: sport.and(r.sub_sport.clone()),
    }
}

fn prepare(
    mut recording: Recording,
    file_name: &str,
    words: Option<Words>,
    context: &Context,
) -> Result<Decoding, StoreError> {
    if let Some(words) = &words {
        let Words {
            name,
            notes,
            sport,
            sub_sport,
        } = words.clone();
        recording.name = name.or(recording.name);
        recording.notes = notes.or(recording.notes);
        if let Some(sport) = sport {
            let finer = Some(recording.sub_sport).filter(|_| sport == recording.sport);
            recording.sub_sport = sub_sport.or(finer.flatten());
            recording.sport = sport;
        }
    }
    let settings = settings_at(&context.settings, recording.start);
    let summary = summarise(&ActivityInput::from(&recording), &settings);
    Ok(Decoding {
        title: title(&recording, file_name),
        prepared: context.sealer.prepare(recording, summary)?,
        words,
    })
}

/// A file's bytes beside what else is known of it.
struct Unit<'u> {
    name: &'u str,
    explicit: bool,
    entry: Option<&'u AccountEntry>,
    remarks: &'u [Warning],
}

fn file(unit: &Unit, bytes: &[u8], context: &Context) -> Outcome {
    let hash = *blake3::hash(bytes).as_bytes();
    if context.known.contains(&hash) {
        return Outcome::Known(hash);
    }
    let decoded = match decode(unit.name, bytes) {
        Ok(decoded) => decoded,
        // A file that calls itself a recording and is none has failed; others were only looked at.
        Err(FormatError::NotRecognised { .. }) if !unit.explicit && !promising(unit.name) => {
            return Outcome::Skipped("Not a training file.".to_owned(), Vec::new(), Vec::new());
        }
        Err(error) => return Outcome::Failed(error.to_string()),
    };
    if decoded.recordings.is_empty() || decoded.kind == FileKind::Course {
        return without_recording(decoded.kind, decoded.biometrics, decoded.warnings);
    }
    match stored(unit, hash, bytes, decoded, context) {
        Ok(decoded) => Outcome::File(Box::new(decoded)),
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

fn stored(
    unit: &Unit,
    hash: [u8; 32],
    bytes: &[u8],
    decoded: DecodedFile,
    context: &Context,
) -> Result<Decoded, StoreError> {
    let original = context.sealer.original(bytes)?;
    let single = decoded.recordings.len() == 1;
    let damage = |w: &&Warning| w.code == WarningCode::Damaged;
    let warnings: Vec<Warning> = unit
        .remarks
        .iter()
        .filter(damage)
        .chain(&decoded.warnings)
        .cloned()
        .collect();
    let parts = decoded
        .recordings
        .into_iter()
        .map(|mut recording| {
            recording.warnings.splice(0..0, warnings.iter().cloned());
            let words = unit
                .entry
                .map(|e| words(e, single && recording.leg.is_none()));
            prepare(recording, unit.name, words, context)
        })
        .collect::<Result<_, StoreError>>()?;
    Ok(Decoded {
        hash,
        format: decoded.format,
        original: Some(original),
        parts,
        biometrics: decoded.biometrics,
        quiet: false,
    })
}

const SAMPLE: Unit = Unit {
    name: "sample.fit",
    explicit: true,
    entry: None,
    remarks: &[],
};

/// Generated recordings are written as FIT and read back, so that their originals exist like all others.
fn made(recording: Recording, context: &Context) -> Outcome {
    let (name, notes) = (recording.name.clone(), recording.notes.clone());
    match paceline_formats::fit::encode(&recording) {
        Ok(bytes) => match file(&SAMPLE, &bytes, context) {
            Outcome::File(mut decoded) => {
                for part in &mut decoded.parts {
                    // FIT has no room for a title of this length.
                    if let Some(name) = &name {
                        part.title.clone_from(name);
                    }
                    part.prepared.head.notes.clone_from(&notes);
                }
                Outcome::File(decoded)
            }
            other => other,
        },
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

fn without_recording(
    kind: FileKind,
    biometrics: Vec<Biometric>,
    warnings: Vec<Warning>,
) -> Outcome {
    let what = match kind {
        FileKind::Course => "A course to ride, not a ride.",
        FileKind::Workout => "A planned workout, not a recorded one.",
        FileKind::Settings => "A device's settings.",
        _ if !biometrics.is_empty() => "Measurements of the body.",
        FileKind::Monitoring | FileKind::Sleep | FileKind::Weight | FileKind::Wellness => {
            "A day's monitoring without a measurement that is kept."
        }
        FileKind::Activity => {
            return Outcome::Failed(FormatError::NoActivity.to_string());
        }
        FileKind::Other => "Holds no activity.",
    };
    Outcome::Skipped(what.to_owned(), warnings, biometrics)
}

/// The recorder's title, else what and when in the words of the place: "Morning ride".
pub(crate) fn title(recording: &Recording, file_name: &str) -> String {
    if let Some(name) = recording
        .name
        .as_deref()
        .map(str::trim)
        .filter(|n| !n.is_empty())
    {
        return name.chars().take(200).collect();
    }
    if !recording.timed {
        let stem = file_name.split('.').next().unwrap_or(file_name);
        return if stem.is_empty() {
            "Route".to_owned()
        } else {
            stem.to_owned()
        };
    }
    let local = recording.start.unix_s() + i64::from(recording.utc_offset_s.unwrap_or(0));
    let part = match local.rem_euclid(86_400) / 3600 {
        5..=10 => "Morning",
        11..=13 => "Lunch",
        14..=16 => "Afternoon",
        17..=21 => "Evening",
        _ => "Night",
    };
    let what = match recording.sport {
        Sport::Cycling => "ride",
        Sport::Running => "run",
        Sport::Swimming => "swim",
        Sport::Walking => "walk",
        Sport::Hiking => "hike",
        Sport::Rowing => "row",
        Sport::Paddling => "paddle",
        Sport::CrossCountrySkiing | Sport::AlpineSkiing => "ski",
        Sport::Skating => "skate",
        Sport::Strength => "strength session",
        Sport::Transition => "transition",
        Sport::Multisport | Sport::Other => "activity",
    };
    // Without a zone the hour says nothing about the time of day.
    if recording.utc_offset_s.is_none() {
        let mut letters = what.chars();
        return letters
            .next()
            .map_or_else(String::new, |c| c.to_uppercase().chain(letters).collect());
    }
    format!("{part} {what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ride_without_a_title_is_named_by_its_local_hour() {
        let mut r = Recording {
            timed: true,
            start: Instant::from_unix_s(6 * 3600),
            sport: Sport::Cycling,
            ..Recording::default()
        };
        assert_eq!(title(&r, "x.fit"), "Ride");
        r.utc_offset_s = Some(2 * 3600);
        assert_eq!(title(&r, "x.fit"), "Morning ride");
        r.name = Some("  Club run ".into());
        assert_eq!(title(&r, "x.fit"), "Club run");
    }

    #[test]
    fn a_setting_holds_from_its_date_and_the_first_one_before_it_too() {
        let ftp = |value, at| SettingValue {
            kind: SettingKind::Ftp,
            value,
            valid_from: Instant(at),
        };
        let history = [ftp(240.0, 100), ftp(260.0, 200)];
        let at = |t| settings_at(&history, Instant(t)).ftp_w;
        assert_eq!(
            (at(50), at(100), at(199), at(200)),
            (Some(240.0), Some(240.0), Some(240.0), Some(260.0))
        );
        assert_eq!(settings_at(&history, Instant(0)).weight_kg, None);
    }
}
