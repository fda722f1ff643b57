//! The fields of a record message and the columns they go to.

use paceline_model::Channel;

/// What a field of a record message means.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::fit) enum Meaning {
    /// Goes to a column of its own, raw value as it stands.
    Column {
        channel: Channel,
        scale: f64,
        offset: f64,
    },
    /// Whole revolutions per minute.
    Cadence,
    /// 128ths of a revolution, added to the whole ones.
    CadenceFraction,
    /// Cadence in 256ths.
    Cadence256,
    /// Bit 7: the percent in the low bits are the right pedal's.
    Balance,
    /// Three bytes: 12 bits of speed in cm/s, 12 bits of distance in 1/16 m that roll over.
    SpeedDistance,
    /// A counter of the given bits that rolls over, summed into a column.
    Rolling { name: &'static str, bits: u8 },
}

/// Where a channel stands in files Paceline writes, and the scale its column has.
#[derive(Debug, Clone, Copy)]
pub(in crate::fit) struct Canonical {
    pub channel: &'static Channel,
    pub field: u8,
    /// Base type byte.
    pub base: u8,
    pub scale: f64,
    pub offset: f64,
}

/// 2³¹ semicircles are 180°.
const SEMICIRCLES: f64 = 2_147_483_648.0 / 180.0;

const U8: u8 = 0x02;
const I8: u8 = 0x01;
const U16: u8 = 0x84;
const I16: u8 = 0x83;
const U32: u8 = 0x86;
const I32: u8 = 0x85;

const fn row(channel: &'static Channel, field: u8, base: u8, scale: f64, offset: f64) -> Canonical {
    Canonical {
        channel,
        field,
        base,
        scale,
        offset,
    }
}

/// Every named channel: field, base type, scale, offset. Cadence and balance
/// are put together from more than their bare field.
pub(in crate::fit) const CANONICAL: [Canonical; 24] = [
    row(&Channel::Latitude, 0, I32, SEMICIRCLES, 0.0),
    row(&Channel::Longitude, 1, I32, SEMICIRCLES, 0.0),
    row(&Channel::Altitude, 78, U32, 5.0, 500.0),
    row(&Channel::Distance, 5, U32, 100.0, 0.0),
    row(&Channel::Speed, 73, U32, 1000.0, 0.0),
    row(&Channel::HeartRate, 3, U8, 1.0, 0.0),
    row(&Channel::Cadence, 4, U8, 128.0, 0.0),
    row(&Channel::Power, 7, U16, 1.0, 0.0),
    row(&Channel::Temperature, 13, I8, 1.0, 0.0),
    row(&Channel::Grade, 9, I16, 100.0, 0.0),
    row(&Channel::RightBalance, 30, U8, 1.0, 0.0),
    row(&Channel::LeftTorqueEffectiveness, 43, U8, 2.0, 0.0),
    row(&Channel::RightTorqueEffectiveness, 44, U8, 2.0, 0.0),
    row(&Channel::LeftPedalSmoothness, 45, U8, 2.0, 0.0),
    row(&Channel::RightPedalSmoothness, 46, U8, 2.0, 0.0),
    row(&Channel::VerticalOscillation, 39, U16, 10.0, 0.0),
    row(&Channel::VerticalRatio, 83, U16, 100.0, 0.0),
    row(&Channel::GroundContactTime, 41, U16, 10.0, 0.0),
    row(&Channel::GroundContactBalance, 84, U16, 100.0, 0.0),
    row(&Channel::StepLength, 85, U16, 10.0, 0.0),
    row(&Channel::RespirationRate, 108, U16, 100.0, 0.0),
    row(&Channel::MuscleOxygen, 57, U16, 10.0, 0.0),
    row(&Channel::TotalHemoglobin, 54, U16, 100.0, 0.0),
    row(&Channel::CoreTemperature, 139, U16, 100.0, 0.0),
];

/// The canonical row of a named channel.
pub(in crate::fit) fn canonical(channel: &Channel) -> Option<&'static Canonical> {
    CANONICAL.iter().find(|c| c.channel == channel)
}

/// Fields with a name of their own but no named channel: number, name with
/// unit, scale, offset.
const OTHERS: [(u8, &str, f64, f64); 45] = [
    (10, "resistance", 1.0, 0.0),
    (11, "time_from_course [s]", 1000.0, 0.0),
    (12, "cycle_length [m]", 100.0, 0.0),
    (19, "total_cycles", 1.0, 0.0),
    (29, "accumulated_power [W]", 1.0, 0.0),
    (31, "gps_accuracy [m]", 1.0, 0.0),
    (32, "vertical_speed [m/s]", 1000.0, 0.0),
    (33, "calories [kcal]", 1.0, 0.0),
    (40, "stance_time_percent [%]", 100.0, 0.0),
    (42, "activity_type", 1.0, 0.0),
    (47, "combined_pedal_smoothness [%]", 2.0, 0.0),
    (48, "time128 [s]", 128.0, 0.0),
    (49, "stroke_type", 1.0, 0.0),
    (50, "zone", 1.0, 0.0),
    (51, "ball_speed [m/s]", 100.0, 0.0),
    (55, "total_hemoglobin_min [g/dL]", 100.0, 0.0),
    (56, "total_hemoglobin_max [g/dL]", 100.0, 0.0),
    (58, "muscle_oxygen_min [%]", 10.0, 0.0),
    (59, "muscle_oxygen_max [%]", 10.0, 0.0),
    (62, "device_index", 1.0, 0.0),
    (67, "left_platform_center_offset [mm]", 1.0, 0.0),
    (68, "right_platform_center_offset [mm]", 1.0, 0.0),
    (81, "battery_soc [%]", 2.0, 0.0),
    (82, "motor_power [W]", 1.0, 0.0),
    (87, "cycle_length16 [m]", 100.0, 0.0),
    (91, "absolute_pressure [Pa]", 1.0, 0.0),
    (92, "depth [m]", 1000.0, 0.0),
    (93, "next_stop_depth [m]", 1000.0, 0.0),
    (94, "next_stop_time [s]", 1.0, 0.0),
    (95, "time_to_surface [s]", 1.0, 0.0),
    (96, "ndl_time [s]", 1.0, 0.0),
    (97, "cns_load [%]", 1.0, 0.0),
    (98, "n2_load [%]", 1.0, 0.0),
    (114, "grit", 1.0, 0.0),
    (115, "flow", 1.0, 0.0),
    (116, "current_stress", 100.0, 0.0),
    (117, "ebike_travel_range [km]", 1.0, 0.0),
    (118, "ebike_battery_level [%]", 1.0, 0.0),
    (119, "ebike_assist_mode", 1.0, 0.0),
    (120, "ebike_assist_level [%]", 1.0, 0.0),
    (123, "air_time_remaining [s]", 1.0, 0.0),
    (124, "pressure_sac [bar/min]", 100.0, 0.0),
    (125, "volume_sac [L/min]", 100.0, 0.0),
    (126, "rmv [L/min]", 100.0, 0.0),
    (127, "ascent_rate [m/s]", 1000.0, 0.0),
];

/// The meaning of a record's field; `None` if no table knows it.
pub(in crate::fit) fn record_field(number: u8) -> Option<Meaning> {
    let special = match number {
        2 => return column(&Channel::Altitude),
        6 => return column(&Channel::Speed),
        4 => Some(Meaning::Cadence),
        52 => Some(Meaning::Cadence256),
        53 => Some(Meaning::CadenceFraction),
        30 => Some(Meaning::Balance),
        8 => Some(Meaning::SpeedDistance),
        18 => Some(Meaning::Rolling {
            name: "total_cycles",
            bits: 8,
        }),
        28 => Some(Meaning::Rolling {
            name: "accumulated_power [W]",
            bits: 16,
        }),
        // Whole breaths; the enhanced field below has hundredths.
        99 => Some(Meaning::Column {
            channel: Channel::RespirationRate,
            scale: 1.0,
            offset: 0.0,
        }),
        _ => None,
    };
    special
        .or_else(|| {
            CANONICAL
                .iter()
                .find(|c| c.field == number)
                .and_then(|c| column(c.channel))
        })
        .or_else(|| {
            OTHERS
                .iter()
                .find(|o| o.0 == number)
                .map(|&(_, name, scale, offset)| Meaning::Column {
                    channel: Channel::Other(name.to_owned()),
                    scale,
                    offset,
                })
        })
}

fn column(channel: &Channel) -> Option<Meaning> {
    canonical(channel).map(|c| Meaning::Column {
        channel: channel.clone(),
        scale: c.scale,
        offset: c.offset,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_named_channel_has_one_place_in_a_written_file() {
        for channel in &Channel::NAMED {
            assert!(canonical(channel).is_some(), "{channel:?}");
        }
    }
}
