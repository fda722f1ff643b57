//! The engine's answers as tables.

use crate::print::{clock, or_dash};
use paceline_app::wire::{
    AbilitiesView, ActivityCurveView, AnalysisView, CurveView, FitnessView, WeekView, ZoneTimesView,
};
use std::fmt::Write as _;

/// A word as it is stored, for reading: `heart_rate` is “heart rate”.
pub fn words<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text.replace('_', " "),
        _ => String::new(),
    }
}

pub fn analysis(a: &AnalysisView) -> String {
    let mut out = String::new();
    if let Some(load) = &a.load {
        let _ = writeln!(
            out,
            "Training load {:.1}, from {}",
            load.value,
            words(&load.method)
        );
    }
    for group in &a.groups {
        let _ = writeln!(out, "\n{}", words(&group.group));
        for f in &group.figures {
            let _ = writeln!(out, "  {:32} {:>12.3}  {}", f.name, f.value, words(&f.unit));
        }
    }
    if let Some(b) = &a.balance {
        let _ = writeln!(
            out,
            "\nW′bal lowest {:.1} of {:.1} kJ at {} (CP {:.0} W)",
            b.lowest / 1000.0,
            b.w_prime / 1000.0,
            clock(f64::from(b.lowest_at_s)),
            b.critical_power
        );
    }
    if let Some(session) = &a.session {
        let _ = writeln!(out, "\nSession: {session}");
    }
    for i in &a.intervals {
        let _ = writeln!(
            out,
            "  {:9} {} to {}  {:>5} W  {:>4} bpm",
            words(&i.kind),
            clock(f64::from(i.start_s)),
            clock(f64::from(i.end_s)),
            or_dash(i.figures.avg_power, 1.0, 0),
            or_dash(i.figures.avg_hr, 1.0, 0)
        );
    }
    for c in &a.climbs {
        let _ = writeln!(
            out,
            "climb at {:.1} km: {:.1} km, {:.0} m, {:.1} %, {}",
            c.start_m / 1000.0,
            c.length_m / 1000.0,
            c.gain_m,
            c.grade,
            words(&c.category)
        );
    }
    for f in &a.findings {
        let _ = writeln!(out, "{}  {}", words(&f.severity), f.message);
    }
    out
}

pub fn fitness(f: &FitnessView) -> String {
    let mut out = format!(
        "{:10}  {:>7}  {:>6}  {:>6}  {:>6}\n",
        "day", "load", "CTL", "ATL", "TSB"
    );
    let days = f
        .first
        .parse::<chrono::NaiveDate>()
        .unwrap_or_default()
        .iter_days();
    for (i, (load, day)) in f.load.iter().zip(days).enumerate() {
        let planned = f.today.is_some_and(|t| i > t as usize);
        let _ = writeln!(
            out,
            "{day}  {load:>7.1}  {:>6.1}  {:>6.1}  {:>6.1}{}",
            f.ctl[i],
            f.atl[i],
            f.tsb[i],
            if planned { "  planned" } else { "" }
        );
    }
    if let Some(n) = &f.now {
        let _ = writeln!(
            out,
            "today: fitness {:.1}, fatigue {:.1}, form {:.1}, ramp {}, week {:.0}, monotony {}, strain {}",
            n.ctl,
            n.atl,
            n.tsb,
            or_dash(n.ramp, 1.0, 1),
            n.week_load,
            or_dash(n.monotony, 1.0, 2),
            or_dash(n.strain, 1.0, 0)
        );
    }
    if f.without_load > 0 {
        let _ = writeln!(out, "{} activities have no load", f.without_load);
    }
    out
}

/// A duration as riders say it.
fn span(seconds: u32) -> String {
    match seconds {
        s if s < 60 => format!("{s} s"),
        s if s < 3600 && s.is_multiple_of(60) => format!("{} min", s / 60),
        s => clock(f64::from(s)),
    }
}

/// Durations that a table tells of.
fn told(seconds: u32) -> bool {
    [
        1, 5, 15, 30, 60, 120, 180, 300, 480, 600, 1200, 1800, 3600, 7200, 10_800, 18_000,
    ]
    .contains(&seconds)
}

pub fn activity_curve(c: &ActivityCurveView) -> String {
    let mut out = format!("{:>10}  {:>8}  {:>8}\n", "", "activity", "90 days");
    let few = c.points.iter().all(|p| !told(p.seconds));
    for p in c.points.iter().filter(|p| few || told(p.seconds)) {
        let season = c.season.iter().find(|s| s.seconds == p.seconds);
        let _ = writeln!(
            out,
            "{:>10}  {:>8.1}  {:>8}",
            span(p.seconds),
            p.value,
            or_dash(season.map(|s| s.value), 1.0, 1)
        );
    }
    out
}

pub fn curve(c: &CurveView, a: &AbilitiesView) -> String {
    let mut out = format!("{} activities from {} to {}\n", c.count, c.from, c.to);
    for p in c.points.iter().filter(|p| told(p.seconds)) {
        let day = c.activities.get(p.activity as usize).map_or("", |h| &h.day);
        let _ = writeln!(out, "{:>10}  {:>8.1}  {day}", span(p.seconds), p.value);
    }
    for m in &a.models {
        let _ = match (&m.fit, &m.reason) {
            (Some(fit), _) => writeln!(
                out,
                "{:34} CP {:.0} W, W′ {:.1} kJ{}, R² {:.4}, off by {:.1} W",
                m.name,
                fit.cp.value,
                fit.w_prime.value / 1000.0,
                fit.p_max
                    .as_ref()
                    .map_or_else(String::new, |p| format!(", Pmax {:.0} W", p.value)),
                fit.r_squared,
                fit.rmse
            ),
            (None, reason) => writeln!(out, "{:34} {}", m.name, reason.as_deref().unwrap_or("")),
        };
    }
    for r in &a.records {
        let what = match (r.seconds, r.distance_m) {
            (Some(s), _) => span(s),
            (None, Some(m)) if m < 1000.0 => format!("{m:.0} m"),
            (None, Some(m)) => format!("{:.3} km", m / 1000.0),
            (None, None) => continue,
        };
        if let Some(best) = &r.all_time {
            let value = if r.distance_m.is_some() {
                clock(best.value)
            } else {
                format!("{:.1}", best.value)
            };
            let _ = writeln!(out, "record {what:>10}  {value:>9}  {}", best.day);
        }
    }
    out
}

pub fn zones(all: &[ZoneTimesView]) -> String {
    let mut out = String::new();
    for quantity in all {
        let _ = writeln!(out, "{} by {}", quantity.channel, quantity.basis);
        let total: f64 = quantity.zones.iter().map(|z| z.seconds).sum();
        for z in &quantity.zones {
            let share = if total > 0.0 {
                100.0 * z.seconds / total
            } else {
                0.0
            };
            let _ = writeln!(
                out,
                "  {:20} {:>9}  {share:>5.1} %",
                z.name,
                clock(z.seconds)
            );
        }
    }
    out
}

pub fn weeks(all: &[WeekView]) -> String {
    let mut out = format!(
        "{:10}  {:>6}  {:>9}  {:>9}  {:>9}  {:>9}\n",
        "week of", "load", "moving", "easy", "moderate", "hard"
    );
    for w in all {
        let _ = writeln!(
            out,
            "{:10}  {:>6.0}  {:>9}  {:>9}  {:>9}  {:>9}  {}",
            w.monday,
            w.load,
            clock(w.moving_s),
            clock(w.easy_s),
            clock(w.moderate_s),
            clock(w.hard_s),
            w.distribution.as_ref().map(words).unwrap_or_default()
        );
    }
    out
}
