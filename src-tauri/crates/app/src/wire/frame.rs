//! The binary frame in which samples cross to the UI: columns as typed arrays
//! that JavaScript views in place, instead of JSON numbers (a 36,000-sample
//! ride is 1.2 MB here and about 4 MB of text).

use paceline_model::{Channel, Instant, Series};
use serde::{Deserialize, Serialize};

const MAGIC: &[u8; 4] = b"PLSF";
const VERSION: u32 = 1;

/// What precedes the columns of a frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FrameHeader {
    /// Session epoch.
    pub epoch: u32,
    /// Samples in every column.
    pub count: u32,
    /// Start of the activity, ISO 8601.
    pub start: String,
    /// Byte offset of the time column: i32 milliseconds from `start`.
    pub time_offset: u32,
    /// The other columns.
    pub channels: Vec<ChannelHeader>,
}

/// One column of a frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChannelHeader {
    /// The model's channel key.
    pub key: String,
    /// Unit, empty if none is known.
    pub unit: String,
    /// `f64` for positions, else `f32`; missing samples are NaN.
    #[serde(rename = "type")]
    pub kind: String,
    /// Byte offset from the start of the frame, a multiple of 8.
    pub offset: u32,
}

const fn align(n: usize) -> usize {
    n.next_multiple_of(8)
}

/// Version 1, little endian: `PLSF`, u32 version, u32 header length, JSON
/// header, zero padding to a multiple of 8, then the columns, each starting on
/// a multiple of 8.
#[must_use]
pub fn encode_frame(epoch: u32, start: Instant, series: &Series) -> Vec<u8> {
    let count = series.len();
    let mut header = FrameHeader {
        epoch,
        count: u32::try_from(count).unwrap_or(u32::MAX),
        start: super::iso(start),
        time_offset: 0,
        channels: series
            .columns
            .iter()
            .map(|c| ChannelHeader {
                key: c.channel.key().into_owned(),
                unit: channel_unit(&c.channel),
                kind: if wide(&c.channel) { "f64" } else { "f32" }.to_owned(),
                offset: 0,
            })
            .collect(),
    };
    // Offsets are part of the header whose length they depend on: settle until they stand still.
    let mut json = Vec::new();
    for _ in 0..4 {
        let mut at = align(12 + json.len());
        header.time_offset = clamp(at);
        at = align(at + 4 * count);
        for (c, column) in header.channels.iter_mut().zip(&series.columns) {
            c.offset = clamp(at);
            at = align(at + if wide(&column.channel) { 8 } else { 4 } * count);
        }
        let next = serde_json::to_vec(&header).unwrap_or_default();
        let settled = next.len() == json.len();
        json = next;
        if settled {
            break;
        }
    }
    let mut out =
        Vec::with_capacity(align(12 + json.len()) + align(8 * count) * (1 + series.columns.len()));
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&clamp(json.len()).to_le_bytes());
    out.extend_from_slice(&json);
    pad(&mut out);
    for t in &series.time_ms {
        out.extend_from_slice(&t.to_le_bytes());
    }
    pad(&mut out);
    for column in &series.columns {
        let values = column.values.to_f64();
        if wide(&column.channel) {
            values
                .iter()
                .for_each(|v| out.extend_from_slice(&v.to_le_bytes()));
        } else {
            #[allow(clippy::cast_possible_truncation)]
            values
                .iter()
                .for_each(|v| out.extend_from_slice(&(*v as f32).to_le_bytes()));
        }
        pad(&mut out);
    }
    out
}

fn pad(out: &mut Vec<u8>) {
    out.resize(align(out.len()), 0);
}

fn clamp(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Positions need more than f32's 7 digits.
const fn wide(channel: &Channel) -> bool {
    matches!(channel, Channel::Latitude | Channel::Longitude)
}

/// The unit of a channel's samples, empty if none is known.
#[must_use]
pub fn channel_unit(channel: &Channel) -> String {
    match channel {
        Channel::Latitude | Channel::Longitude => "°",
        Channel::Altitude | Channel::Distance => "m",
        Channel::Speed => "m/s",
        Channel::HeartRate => "bpm",
        Channel::Cadence => "rpm",
        Channel::Power => "W",
        Channel::Temperature | Channel::CoreTemperature => "°C",
        Channel::Grade
        | Channel::RightBalance
        | Channel::LeftTorqueEffectiveness
        | Channel::RightTorqueEffectiveness
        | Channel::LeftPedalSmoothness
        | Channel::RightPedalSmoothness
        | Channel::VerticalRatio
        | Channel::GroundContactBalance
        | Channel::MuscleOxygen => "%",
        Channel::VerticalOscillation | Channel::StepLength => "mm",
        Channel::GroundContactTime => "ms",
        Channel::RespirationRate => "br/min",
        Channel::TotalHemoglobin => "g/dL",
        Channel::Other(name) => {
            return name
                .rsplit_once('[')
                .and_then(|(_, unit)| unit.strip_suffix(']'))
                .unwrap_or("")
                .to_owned();
        }
    }
    .to_owned()
}

/// The channel's name for reading.
#[must_use]
pub fn channel_label(channel: &Channel) -> String {
    match channel {
        Channel::Other(name) => name.split('[').next().unwrap_or(name).trim().to_owned(),
        Channel::HeartRate => "Heart rate".to_owned(),
        Channel::RightBalance => "Balance (right)".to_owned(),
        named => {
            let key = named.key().replace('_', " ");
            let mut letters = key.chars();
            letters.next().map_or_else(String::new, |first| {
                first.to_uppercase().collect::<String>() + letters.as_str()
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use paceline_model::{Column, Values};

    fn series() -> Series {
        Series {
            time_ms: vec![0, 1000, 2500],
            columns: vec![
                Column {
                    channel: Channel::Latitude,
                    values: Values::Scaled {
                        raw: vec![473_712_345, Values::MISSING, 1],
                        scale: 1e7,
                        offset: 0.0,
                    },
                },
                Column {
                    channel: Channel::Other("Skin [°C]".into()),
                    values: Values::Float(vec![30.5, f32::NAN, 31.0]),
                },
            ],
        }
    }

    #[test]
    fn a_frame_gives_back_every_sample_at_aligned_offsets() {
        let bytes = encode_frame(7, Instant(1_700_000_000_000), &series());
        assert_eq!(&bytes[..4], MAGIC);
        let len = u32::from_le_bytes(bytes[8..12].try_into().unwrap()) as usize;
        let header: FrameHeader = serde_json::from_slice(&bytes[12..12 + len]).unwrap();
        assert_eq!((header.epoch, header.count), (7, 3));
        assert_eq!(header.start, "2023-11-14T22:13:20Z");
        let at = header.time_offset as usize;
        assert_eq!(at % 8, 0);
        assert!(at >= 12 + len, "columns must not overlap the header");
        let t: Vec<i32> = bytes[at..at + 12]
            .chunks(4)
            .map(|b| i32::from_le_bytes(b.try_into().unwrap()))
            .collect();
        assert_eq!(t, [0, 1000, 2500]);
        let lat = &header.channels[0];
        assert_eq!((lat.kind.as_str(), lat.offset % 8), ("f64", 0));
        let o = lat.offset as usize;
        let first = f64::from_le_bytes(bytes[o..o + 8].try_into().unwrap());
        assert!((first - 47.371_234_5).abs() < 1e-12);
        assert!(f64::from_le_bytes(bytes[o + 8..o + 16].try_into().unwrap()).is_nan());
        let skin = &header.channels[1];
        assert_eq!(
            (skin.key.as_str(), skin.unit.as_str()),
            ("x:Skin [°C]", "°C")
        );
        let o = skin.offset as usize;
        assert_eq!(
            f32::from_le_bytes(bytes[o..o + 4].try_into().unwrap()).to_bits(),
            30.5f32.to_bits()
        );
        assert_eq!(o % 8, 0);
        assert_eq!(bytes.len() % 8, 0);
    }
}
