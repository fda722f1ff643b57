use paceline_model::Channel;

/// Milliseconds from the start as `1:02:03`.
pub(super) fn clock(ms: i32) -> String {
    let seconds = i64::from(ms).div_euclid(1000);
    let sign = if seconds < 0 { "-" } else { "" };
    let s = seconds.abs();
    format!("{sign}{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
}

/// `45 s`, `12 min` or `1:05 h`.
pub(super) fn lasting(seconds: f64) -> String {
    let s = if seconds.is_finite() {
        seconds.round() as i64
    } else {
        0
    };
    match s {
        ..=119 => format!("{s} s"),
        120..=5_399 => format!("{} min", (s + 30) / 60),
        _ => format!("{}:{:02} h", s / 3600, s / 60 % 60),
    }
}

/// A value with its unit, in the words of a figure on screen; speeds in km/h.
pub(super) fn quantity(channel: &Channel, value: f64) -> String {
    match channel {
        Channel::Power => format!("{} W", whole(value)),
        Channel::HeartRate => format!("{} bpm", whole(value)),
        Channel::Cadence => format!("{} per minute", whole(value)),
        Channel::Speed => format!("{:.1} km/h", value * 3.6),
        Channel::Altitude => format!("{} m", whole(value)),
        _ => format!("{value:.1}"),
    }
}

/// Rounded, thousands apart.
pub(super) fn whole(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 && digits.len() < 16 {
            out.push(',');
        }
        out.push(c);
    }
    if value < 0.0 && digits != "0" {
        out.insert(0, '-');
    }
    out
}

pub(super) const fn name(channel: &Channel) -> &'static str {
    match channel {
        Channel::Power => "Power",
        Channel::HeartRate => "Heart rate",
        Channel::Cadence => "Cadence",
        Channel::Speed => "Speed",
        Channel::Altitude => "Altitude",
        Channel::Latitude | Channel::Longitude => "Position",
        _ => "The sensor",
    }
}
