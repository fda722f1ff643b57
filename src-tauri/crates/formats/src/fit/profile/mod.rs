//! What FIT's numbers mean: tables of message and field numbers, scales,
//! offsets and units, and the words of its enumerations.
//!
//! Facts of the public protocol, written out here for what Paceline reads.
//! What no table names is kept by the decoder under its number.

mod names;
mod products;
mod record;

pub(super) use names::{
    event_name, field_name, intensity, kind_of_file, lap_trigger, message_name, sport, sport_codes,
    stroke, stroke_code, sub_sport,
};
pub(super) use products::{manufacturer, manufacturer_code, product};
pub(super) use record::{Canonical, Meaning, canonical, record_field};

/// Message numbers.
pub(super) mod message {
    pub const FILE_ID: u16 = 0;
    pub const USER_PROFILE: u16 = 3;
    pub const SPORT: u16 = 12;
    pub const SESSION: u16 = 18;
    pub const LAP: u16 = 19;
    pub const RECORD: u16 = 20;
    pub const EVENT: u16 = 21;
    pub const DEVICE_INFO: u16 = 23;
    pub const WORKOUT: u16 = 26;
    pub const WEIGHT_SCALE: u16 = 30;
    pub const ACTIVITY: u16 = 34;
    pub const BLOOD_PRESSURE: u16 = 51;
    pub const MONITORING: u16 = 55;
    pub const HRV: u16 = 78;
    pub const LENGTH: u16 = 101;
    pub const MONITORING_INFO: u16 = 103;
    pub const HR: u16 = 132;
    pub const TIMESTAMP_CORRELATION: u16 = 162;
    pub const FIELD_DESCRIPTION: u16 = 206;
    pub const DEVELOPER_DATA_ID: u16 = 207;
    pub const MONITORING_HR_DATA: u16 = 211;
    pub const STRESS_LEVEL: u16 = 227;
    pub const SPO2_DATA: u16 = 269;
    pub const SLEEP_LEVEL: u16 = 275;
    pub const RESPIRATION_RATE: u16 = 297;
    pub const SLEEP_ASSESSMENT: u16 = 346;
    pub const HRV_STATUS_SUMMARY: u16 = 370;
}
