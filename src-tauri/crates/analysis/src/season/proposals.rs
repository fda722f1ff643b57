//! Thresholds that the data suggest. Nothing here changes a setting.

use super::candidates::{
    from_days, from_efforts, ftp, max_hr, swim_speed, threshold_hr, threshold_speed,
};
use super::day::Day;
use paceline_model::{ActivityId, AthleteSettings, SettingKind};
use serde::{Deserialize, Serialize};
use specta::Type;

/// What an effort is evidence of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Watts, best mean power over the duration, cycling.
    Power,
    /// Watts, an FTP estimated from one effort of the duration (eFTP).
    EstimatedFtp,
    /// Watts, critical power of a fit; the duration is the longest effort in it.
    CriticalPower,
    /// Beats a minute, best mean heart rate over the duration.
    HeartRate,
    /// Metres a second, best mean speed over the duration, running (flat or grade-adjusted).
    RunningSpeed,
    /// Metres a second, critical swim speed of a test.
    CriticalSwimSpeed,
}

/// A best effort of one activity: what proposals are made from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Effort {
    /// What was measured.
    pub measure: Measure,
    /// In which activity; none for a fit over several.
    pub activity: Option<ActivityId>,
    /// When.
    pub day: Day,
    /// Seconds.
    pub duration_s: f64,
    /// In the unit of the measure.
    pub value: f64,
}

/// A value of a day, e.g. resting heart rate in beats a minute or weight in kilograms.
pub type DayValue = (Day, f64);

/// How a proposal was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The estimate of another model, as it is.
    EstimatedFtp,
    /// 95 % of the best 20 to 60 minutes' power, 100 % from 60 minutes.
    BestPower,
    /// Critical power, as it is.
    CriticalPower,
    /// 95 % of the best 20 to 30 minutes' heart rate, 100 % from 30 minutes.
    BestHeartRate,
    /// The highest heart rate held for 5 s or more.
    SustainedMaximum,
    /// Speed of an hour by Riegel's law from 20 to 60 minutes.
    RiegelHour,
    /// Critical swim speed, as it is.
    CriticalSwimSpeed,
    /// The tenth percentile of 30 days.
    LowPercentile,
    /// The median of 14 days.
    Median,
}

/// What a proposal rests on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ProposalEvidence {
    /// How it was reached.
    pub method: Method,
    /// The activity of the effort that carries it.
    pub activity: Option<ActivityId>,
    /// The day of the effort, or the last of the measurements.
    pub day: Day,
    /// What was measured, before any factor.
    pub observed: f64,
    /// Seconds of the effort.
    pub duration_s: Option<f64>,
    /// Efforts of other activities, or days of measurements, that say the same within the margin.
    pub support: u32,
}

/// How much a proposal is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Confidence {
    Low,
    Medium,
    High,
}

/// A value of a setting for the athlete to take or refuse.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Proposal {
    /// Which setting.
    pub kind: SettingKind,
    /// Proposed value in the setting's unit.
    pub value: f64,
    /// The value that holds today.
    pub current: Option<f64>,
    /// What it rests on.
    pub evidence: ProposalEvidence,
    /// How much it is worth.
    pub confidence: Confidence,
    /// The same in plain words.
    pub reason: String,
}

/// What proposals are made from.
#[derive(Debug, Clone, Default)]
pub struct ProposalInput<'a> {
    /// Best efforts of any activities and durations.
    pub efforts: &'a [Effort],
    /// Resting heart rates in beats a minute, one a day.
    pub resting_hr: &'a [DayValue],
    /// Weights in kilograms.
    pub weight_kg: &'a [DayValue],
}

/// Days before today whose efforts count.
pub const EFFORT_DAYS: i64 = 90;
/// Days before today whose resting heart rates count.
pub const RESTING_DAYS: i64 = 30;
/// Days before today whose weights count.
pub const WEIGHT_DAYS: i64 = 14;
/// A heart rate of 5 s this far above the best minute of its activity is taken for a spike, beats a
/// minute.
pub const SPIKE_ABOVE_MINUTE: f64 = 12.0;
/// Activities that must say so before a lower value is proposed.
pub const LOWER_NEEDS: usize = 3;

/// By how much a value must differ from the one that holds: the larger of a share of it and an
/// amount in its unit.
#[must_use]
pub fn margin(kind: SettingKind, current: f64) -> f64 {
    let (share, least) = match kind {
        SettingKind::Ftp | SettingKind::CriticalPower => (0.02, 3.0),
        SettingKind::ThresholdHeartRate | SettingKind::RestingHeartRate => (0.0, 2.0),
        SettingKind::MaxHeartRate => (0.0, 1.0),
        SettingKind::ThresholdSpeed | SettingKind::CriticalSwimSpeed => (0.01, 0.01),
        SettingKind::Weight => (0.01, 0.5),
        _ => (0.02, 0.0),
    };
    (share * current.abs()).max(least)
}

/// Share of the value that holds below which efforts were not maximal and say nothing of it.
pub(crate) fn lowest_share(kind: SettingKind) -> f64 {
    match kind {
        SettingKind::Ftp => 0.9,
        SettingKind::ThresholdHeartRate => 0.97,
        SettingKind::ThresholdSpeed | SettingKind::CriticalSwimSpeed => 0.94,
        _ => 1.0,
    }
}

/// The values that are believed, by setting; outside them a sensor or a unit is wrong.
pub(crate) fn believed(kind: SettingKind, value: f64) -> bool {
    let (low, high) = match kind {
        SettingKind::Ftp => (50.0, 600.0),
        SettingKind::ThresholdHeartRate => (90.0, 215.0),
        SettingKind::MaxHeartRate => (120.0, 230.0),
        SettingKind::RestingHeartRate => (25.0, 110.0),
        SettingKind::ThresholdSpeed => (1.2, 7.0),
        SettingKind::CriticalSwimSpeed => (0.3, 2.3),
        SettingKind::Weight => (25.0, 300.0),
        _ => (f64::NEG_INFINITY, f64::INFINITY),
    };
    (low..=high).contains(&value)
}

/// Thresholds that differ from the athlete's by more than [`margin`], or that the athlete never
/// gave: proposals to take or refuse, in the order of [`SettingKind`].
///
/// Efforts count for [`EFFORT_DAYS`]. A value is the highest that an effort gives; a higher one than
/// holds needs one effort; a lower one needs [`LOWER_NEEDS`] activities that agree within 3 % and
/// come within 10 % (FTP), 3 % (heart rate) or 6 % (speeds) of what holds, since a season of easy
/// training has no maximal effort and says nothing. After a long rest, test. Rules ([`Method`]):
/// - FTP: an eFTP or critical power as given; 95 % of the best 20 min (Allen & Coggan), 100 % of
///   the best 60 min, in a straight line between. Critical power lies a few percent above FTP and
///   counts only where no effort does.
/// - Threshold heart rate: mean of the best 30 min or longer up to 60 (Friel takes the last 20 of
///   30 min), 95 % of the best 20 min, in a straight line between.
/// - Maximum heart rate: the highest mean of 5 to 30 s, unless it stands more than
///   [`SPIKE_ABOVE_MINUTE`] above the best of 60 s or more of the same activity, or there is none;
///   never lowered.
/// - Threshold speed: speed over an hour, `v·(3600/t)^(1/1.06 − 1)` (Riegel 1981, Am Sci 69:285)
///   from 20 to 60 min. Friel's 30-minute trial is taken as it is by others and is 4 % higher.
/// - Critical swim speed: as given.
/// - Resting heart rate: tenth percentile of [`RESTING_DAYS`] days, at least 7 values.
/// - Weight: median of [`WEIGHT_DAYS`] days, at least 3 values.
///
/// Values outside what bodies do (FTP 50–600 W, …) are left out. Nothing is applied.
#[must_use]
pub fn propose(input: &ProposalInput, settings: &AthleteSettings, today: Day) -> Vec<Proposal> {
    let within = |day: Day, days: i64| (0..days).contains(&today.since(day));
    let efforts: Vec<&Effort> = input
        .efforts
        .iter()
        .filter(|e| within(e.day, EFFORT_DAYS) && e.duration_s.is_finite() && e.value.is_finite())
        .collect();
    let recent = |values: &[DayValue], days: i64, kind: SettingKind| {
        let mut found: Vec<DayValue> = values
            .iter()
            .copied()
            .filter(|(day, v)| within(*day, days) && believed(kind, *v))
            .collect();
        found.sort_by(|a, b| a.1.total_cmp(&b.1));
        found
    };
    let resting = recent(
        input.resting_hr,
        RESTING_DAYS,
        SettingKind::RestingHeartRate,
    );
    let weight = recent(input.weight_kg, WEIGHT_DAYS, SettingKind::Weight);
    let given = |v: Option<f64>| v.filter(|v| v.is_finite());
    let effort = |kind, current, all| from_efforts(kind, given(current), all);
    let days =
        |kind, current, all: &[DayValue], method| from_days(kind, given(current), all, method);
    [
        effort(SettingKind::Ftp, settings.ftp_w, ftp(&efforts)),
        effort(
            SettingKind::ThresholdHeartRate,
            settings.threshold_hr,
            threshold_hr(&efforts),
        ),
        effort(SettingKind::MaxHeartRate, settings.max_hr, max_hr(&efforts)),
        days(
            SettingKind::RestingHeartRate,
            settings.resting_hr,
            &resting,
            Method::LowPercentile,
        ),
        effort(
            SettingKind::ThresholdSpeed,
            settings.threshold_speed,
            threshold_speed(&efforts),
        ),
        effort(
            SettingKind::CriticalSwimSpeed,
            settings.critical_swim_speed,
            swim_speed(&efforts),
        ),
        days(
            SettingKind::Weight,
            settings.weight_kg,
            &weight,
            Method::Median,
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TODAY: Day = Day(20_000);

    fn effort(measure: Measure, days_ago: i32, duration_s: f64, value: f64) -> Effort {
        Effort {
            measure,
            activity: None,
            day: TODAY.plus(-days_ago),
            duration_s,
            value,
        }
    }

    fn proposed(efforts: &[Effort], settings: &AthleteSettings) -> Vec<Proposal> {
        let input = ProposalInput {
            efforts,
            ..ProposalInput::default()
        };
        propose(&input, settings, TODAY)
    }

    fn with_ftp(watts: f64) -> AthleteSettings {
        AthleteSettings {
            ftp_w: Some(watts),
            ..AthleteSettings::default()
        }
    }

    #[test]
    fn ninety_five_percent_of_twenty_minutes_is_an_ftp_with_its_evidence() {
        let found = proposed(
            &[effort(Measure::Power, 3, 1200.0, 300.0)],
            &with_ftp(270.0),
        );
        assert_eq!(found.len(), 1);
        let p = &found[0];
        assert_eq!(
            (p.kind, p.value, p.current),
            (SettingKind::Ftp, 285.0, Some(270.0))
        );
        assert_eq!(
            (p.evidence.method, p.evidence.observed),
            (Method::BestPower, 300.0)
        );
        assert_eq!((p.evidence.day, p.evidence.support), (Day(19_997), 0));
        assert_eq!(
            p.reason,
            "FTP 285 W in place of 270 W: your best 20 min were 300 W, of which 95 % count; no \
             other activity comes near it."
        );
    }

    #[test]
    fn what_differs_by_less_than_the_margin_is_not_proposed() {
        let efforts = [effort(Measure::Power, 3, 1200.0, 300.0)];
        assert_eq!(proposed(&efforts, &with_ftp(281.0)), []);
        assert_eq!(proposed(&efforts, &with_ftp(279.0)).len(), 1);
    }

    #[test]
    fn a_lower_value_needs_three_activities_and_is_of_low_confidence() {
        let mut efforts = vec![
            effort(Measure::Power, 3, 1200.0, 260.0),
            effort(Measure::Power, 20, 1200.0, 255.0),
        ];
        assert_eq!(proposed(&efforts, &with_ftp(270.0)), []);
        efforts.push(effort(Measure::Power, 40, 1200.0, 258.0));
        let found = proposed(&efforts, &with_ftp(270.0));
        assert_eq!(
            (found[0].value, found[0].confidence),
            (247.0, Confidence::Low)
        );
        assert_eq!(proposed(&efforts, &with_ftp(260.0)).len(), 1);
        // Easy rides only: nothing in them was maximal.
        assert_eq!(proposed(&efforts, &with_ftp(340.0)), []);
        efforts[0].day = TODAY.plus(-120);
        assert_eq!(proposed(&efforts, &with_ftp(260.0)), []);
    }

    #[test]
    fn critical_power_speaks_only_where_no_effort_does() {
        let cp = effort(Measure::CriticalPower, 1, 1200.0, 300.0);
        let none = AthleteSettings::default();
        assert_eq!(proposed(&[cp], &none)[0].confidence, Confidence::Low);
        let both = [cp, effort(Measure::EstimatedFtp, 1, 480.0, 280.0)];
        assert_eq!(
            proposed(&both, &none)[0].evidence.method,
            Method::EstimatedFtp
        );
    }

    #[test]
    fn a_spike_is_no_maximum() {
        let spike = [
            effort(Measure::HeartRate, 1, 5.0, 219.0),
            effort(Measure::HeartRate, 1, 60.0, 182.0),
            effort(Measure::HeartRate, 2, 5.0, 191.0),
            effort(Measure::HeartRate, 2, 60.0, 187.0),
        ];
        let found = proposed(&spike, &AthleteSettings::default());
        assert_eq!(
            (found[0].kind, found[0].value),
            (SettingKind::MaxHeartRate, 191.0)
        );
        let settings = AthleteSettings {
            max_hr: Some(195.0),
            ..AthleteSettings::default()
        };
        assert_eq!(proposed(&spike, &settings), []);
    }

    #[test]
    fn thresholds_of_heart_rate_and_pace_come_from_twenty_to_sixty_minutes() {
        let efforts = [
            effort(Measure::HeartRate, 1, 1200.0, 176.0),
            effort(Measure::HeartRate, 1, 1800.0, 172.0),
            effort(Measure::RunningSpeed, 1, 1200.0, 4.0),
        ];
        let found = proposed(&efforts, &AthleteSettings::default());
        assert_eq!(
            (found[0].kind, found[0].value),
            (SettingKind::ThresholdHeartRate, 172.0)
        );
        assert_eq!(found[1].kind, SettingKind::ThresholdSpeed);
        // Riegel 1981: distance grows with time to the power of 1/1.06, so that 4 m/s for 20 min
        // are 13,535 m in an hour.
        assert!((found[1].value * 3600.0 - 4800.0 * 3.0_f64.powf(1.0 / 1.06)).abs() < 1e-6);
    }

    #[test]
    fn resting_rate_is_low_but_not_the_lowest_and_weight_is_the_middle() {
        let resting: Vec<DayValue> = (0..20)
            .map(|i| {
                (
                    TODAY.plus(-i),
                    if i == 4 {
                        31.0
                    } else {
                        48.0 + f64::from(i % 5)
                    },
                )
            })
            .collect();
        let weight = [
            (TODAY, 71.0),
            (TODAY.plus(-2), 70.0),
            (TODAY.plus(-3), 700.0),
            (TODAY.plus(-5), 70.4),
        ];
        let input = ProposalInput {
            resting_hr: &resting,
            weight_kg: &weight,
            ..ProposalInput::default()
        };
        let settings = AthleteSettings {
            weight_kg: Some(74.0),
            ..AthleteSettings::default()
        };
        let found = propose(&input, &settings, TODAY);
        assert_eq!(
            (found[0].kind, found[0].value),
            (SettingKind::RestingHeartRate, 48.0)
        );
        assert_eq!((found[1].kind, found[1].value), (SettingKind::Weight, 70.4));
        assert_eq!(found[1].evidence.support, 3);
    }

    fn efforts() -> impl Strategy<Value = Vec<Effort>> {
        let measure = proptest::sample::select(vec![
            Measure::Power,
            Measure::EstimatedFtp,
            Measure::CriticalPower,
            Measure::HeartRate,
            Measure::RunningSpeed,
            Measure::CriticalSwimSpeed,
        ]);
        let number = || prop_oneof![any::<f64>(), 0.0..4000.0_f64];
        proptest::collection::vec(
            (measure, -5i32..100, number(), number()).prop_map(|(m, d, t, v)| effort(m, d, t, v)),
            0..30,
        )
    }

    proptest! {
        #[test]
        fn every_proposal_differs_from_what_holds_and_is_of_this_world(
            efforts in efforts(), current in proptest::option::of(any::<f64>()),
            days in proptest::collection::vec((any::<i32>(), any::<f64>()), 0..30), today in any::<i32>(),
        ) {
            let days: Vec<DayValue> = days.into_iter().map(|(d, v)| (Day(d), v)).collect();
            let input = ProposalInput { efforts: &efforts, resting_hr: &days, weight_kg: &days };
            let settings = AthleteSettings {
                ftp_w: current, threshold_hr: current, max_hr: current, resting_hr: current,
                threshold_speed: current, critical_swim_speed: current, weight_kg: current,
                ..AthleteSettings::default()
            };
            for today in [TODAY, Day(today)] {
                for p in propose(&input, &settings, today) {
                    prop_assert!(p.value.is_finite() && believed(p.kind, p.value));
                    prop_assert!(p.current.is_none_or(|c| (p.value - c).abs() >= margin(p.kind, c)));
                    prop_assert!(!p.reason.contains("NaN") && !p.reason.contains("inf "));
                }
            }
        }
    }
}
