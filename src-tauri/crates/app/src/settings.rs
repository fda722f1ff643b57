//! The settings history and what follows from a change of it.

use crate::wire::{SettingKind, SettingView, iso, parse_iso};
use crate::{App, WireError};
use paceline_model::{Instant, SettingValue};

/// Plausible values of each kind, in its unit: outside is a slip of the finger.
const fn bounds(kind: SettingKind) -> (f64, f64, &'static str) {
    match kind {
        SettingKind::Ftp => (30.0, 700.0, "W"),
        SettingKind::ThresholdHeartRate => (80.0, 220.0, "bpm"),
        SettingKind::MaxHeartRate => (100.0, 240.0, "bpm"),
        SettingKind::RestingHeartRate => (25.0, 120.0, "bpm"),
        SettingKind::ThresholdSpeed => (1.0, 8.0, "m/s"),
        SettingKind::CriticalSwimSpeed => (0.3, 2.5, "m/s"),
        SettingKind::Weight => (25.0, 250.0, "kg"),
        SettingKind::WPrime => (2_000.0, 60_000.0, "J"),
        SettingKind::CriticalPower => (30.0, 700.0, "W"),
        SettingKind::PeakPower => (100.0, 3_000.0, "W"),
        SettingKind::AerobicThresholdHeartRate => (60.0, 210.0, "bpm"),
        SettingKind::Height => (1.0, 2.5, "m"),
    }
}

impl App {
    /// The settings history, by kind and date.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn settings(&self) -> Result<Vec<SettingView>, WireError> {
        let all = self.reader().await?.settings().await?;
        Ok(all
            .into_iter()
            .map(|s| SettingView {
                kind: s.kind,
                value: s.value,
                valid_from: iso(s.valid_from),
            })
            .collect())
    }

    /// Adds or replaces the entry of its kind and date; figures follow in the background.
    ///
    /// # Errors
    /// `validation` of value and date.
    pub async fn save_setting(&self, setting: SettingView) -> Result<(), WireError> {
        let value = valid_setting(&setting)?;
        self.writer().await?.put_setting(&value).await?;
        self.figures_are_stale();
        Ok(())
    }

    /// Takes an entry out of force; figures follow in the background.
    ///
    /// # Errors
    /// `notFound`; `validation` of the date.
    pub async fn delete_setting(
        &self,
        kind: SettingKind,
        valid_from: &str,
    ) -> Result<(), WireError> {
        self.writer()
            .await?
            .delete_setting(kind, date(valid_from)?)
            .await?;
        self.figures_are_stale();
        Ok(())
    }
}

/// A setting that can be meant.
pub(crate) fn valid_setting(setting: &SettingView) -> Result<SettingValue, WireError> {
    let (low, high, unit) = bounds(setting.kind);
    if !(low..=high).contains(&setting.value) {
        let rule = format!("Write a value from {low} to {high} {unit}.");
        return Err(WireError::validation("value", rule));
    }
    Ok(SettingValue {
        kind: setting.kind,
        value: setting.value,
        valid_from: date(&setting.valid_from)?,
    })
}

fn date(text: &str) -> Result<Instant, WireError> {
    parse_iso(text)
        .ok_or_else(|| WireError::validation("validFrom", "Write a date such as 2026-05-31."))
}
