//! Second stage, on every core: bytes to recordings, figures and sealed columns.

use super::read::{Input, Payload, Ticket};
use super::walk::promising;
use paceline_analysis::{ActivityInput, summarise};
use paceline_formats::{FormatError, decode};
use paceline_model::{
    AthleteSettings, Biometric, FileKind, Instant, Recording, SettingKind, SettingValue, Sport,
    Warning,
};
use paceline_store::{Blob, Prepared, Sealer, StoreError};
use std::collections::HashSet;

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
    pub result: Outcome,
    /// Held until the unit is stored.
    pub ticket: Option<Ticket>,
}

pub(super) enum Outcome {
    Failed(String),
    Skipped(String, Vec<Warning>, Vec<Biometric>),
    Known([u8; 32]),
    File(Box<Decoded>),
}

pub(super) struct Decoded {
    pub hash: [u8; 32],
    pub format: &'static str,
    pub original: Blob,
    pub parts: Vec<(String, Prepared)>,
    pub biometrics: Vec<Biometric>,
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
        ..AthleteSettings::default()
    }
}

pub(super) fn process(input: Input, context: &Context) -> Processed {
    let size = match &input.payload {
        Payload::Bytes(Ok(bytes)) => bytes.len() as u64,
        _ => 0,
    };
    let result = match input.payload {
        Payload::Skip(reason) => Outcome::Skipped(reason.to_owned(), Vec::new(), Vec::new()),
        Payload::Bytes(Err(reason)) => Outcome::Failed(reason),
        Payload::Made(recording) => made(*recording, context),
        Payload::Bytes(Ok(bytes)) => file(&input.file_name, &bytes, input.explicit, context),
    };
    Processed {
        seq: input.seq,
        display: input.display,
        file_name: input.file_name,
        bytes: size,
        result,
        ticket: input.ticket,
    }
}

fn file(name: &str, bytes: &[u8], explicit: bool, context: &Context) -> Outcome {
    let hash = *blake3::hash(bytes).as_bytes();
    if context.known.contains(&hash) {
        return Outcome::Known(hash);
    }
    let decoded = match decode(name, bytes) {
        Ok(decoded) => decoded,
        // A file that calls itself a recording and is none has failed; others were only looked at.
        Err(FormatError::NotRecognised { .. }) if !explicit && !promising(name) => {
            return Outcome::Skipped("Not a training file.".to_owned(), Vec::new(), Vec::new());
        }
        Err(error) => return Outcome::Failed(error.to_string()),
    };
    if decoded.recordings.is_empty() || decoded.kind == FileKind::Course {
        return without_recording(decoded.kind, decoded.biometrics, decoded.warnings);
    }
    let stored = context.sealer.original(bytes).and_then(|original| {
        let warnings = decoded.warnings;
        let parts = decoded
            .recordings
            .into_iter()
            .map(|mut recording| {
                recording.warnings.splice(0..0, warnings.iter().cloned());
                let settings = settings_at(&context.settings, recording.start);
                let summary = summarise(&ActivityInput::from(&recording), &settings);
                let title = title(&recording, name);
                Ok((title, context.sealer.prepare(recording, summary)?))
            })
            .collect::<Result<_, StoreError>>()?;
        Ok(Decoded {
            hash,
            format: decoded.format,
            original,
            parts,
            biometrics: decoded.biometrics,
        })
    });
    match stored {
        Ok(decoded) => Outcome::File(Box::new(decoded)),
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

/// Generated recordings are written as FIT and read back, so that their originals exist like all others.
fn made(recording: Recording, context: &Context) -> Outcome {
    let (name, notes) = (recording.name.clone(), recording.notes.clone());
    match paceline_formats::fit::encode(&recording) {
        Ok(bytes) => match file("sample.fit", &bytes, true, context) {
            Outcome::File(mut decoded) => {
                for (title, prepared) in &mut decoded.parts {
                    // FIT has no room for a title of this length.
                    if let Some(name) = &name {
                        title.clone_from(name);
                    }
                    prepared.head.notes.clone_from(&notes);
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
