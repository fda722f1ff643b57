//! One small generated file per peculiarity of FIT.

use crate::fit_builder::{Def, File, T0};
use paceline_formats::{FormatError, fit};
use paceline_model::{Channel, DecodedFile, Recording, Sport, WarningCode};

const RECORD: u16 = 20;

fn decode(bytes: &[u8]) -> DecodedFile {
    fit::decode(bytes).expect("a readable file")
}

fn only(bytes: &[u8]) -> Recording {
    let mut file = decode(bytes);
    assert_eq!(file.recordings.len(), 1);
    file.recordings.remove(0)
}

fn values(r: &Recording, channel: &Channel) -> Vec<f64> {
    r.series.values(channel).expect("the channel")
}

fn has(warnings: &[paceline_model::Warning], code: WarningCode) -> bool {
    warnings.iter().any(|w| w.code == code)
}

/// `n` records a second apart with a heart rate of 100, 101, ….
fn ride(n: u8) -> File {
    let mut f = File::new();
    f.file_id(4);
    f.define(1, &Def::new(RECORD).field(253, 4, 0x86).field(3, 1, 0x02));
    for i in 0..n {
        f.data(1, &[&(T0 + u32::from(i)).to_le_bytes()[..], &[100 + i]]);
    }
    f
}

#[test]
fn records_become_columns_on_their_own_times() {
    let r = only(&ride(3).close());
    assert_eq!(r.series.time_ms, [0, 1000, 2000]);
    assert_eq!(values(&r, &Channel::HeartRate), [100.0, 101.0, 102.0]);
    assert!(r.timed);
    assert_eq!(r.start.unix_s(), 631_065_600 + i64::from(T0));
}

#[test]
fn both_byte_orders_may_alternate_within_one_file() {
    let mut f = File::new();
    f.define(0, &Def::new(RECORD).field(253, 4, 0x86).field(7, 2, 0x84));
    f.data(0, &[&T0.to_le_bytes()[..], &200u16.to_le_bytes()]);
    f.define(
        1,
        &Def::new(RECORD).big().field(253, 4, 0x86).field(7, 2, 0x84),
    );
    f.data(1, &[&(T0 + 1).to_be_bytes()[..], &300u16.to_be_bytes()]);
    assert_eq!(values(&only(&f.close()), &Channel::Power), [200.0, 300.0]);
}

#[test]
fn a_compressed_header_counts_on_from_the_last_full_time_over_its_rollover() {
    let mut f = File::new();
    f.define(0, &Def::new(RECORD).field(253, 4, 0x86).field(3, 1, 0x02));
    f.define(1, &Def::new(RECORD).field(3, 1, 0x02));
    let base = (T0 & !0x1F) + 30;
    f.data(0, &[&base.to_le_bytes()[..], &[90]]);
    f.raw(&[0x80 | (1 << 5) | 31, 91]);
    f.raw(&[0x80 | (1 << 5) | 1, 92]);
    let r = only(&f.close());
    assert_eq!(r.series.time_ms, [0, 1000, 3000]);
}

#[test]
fn compressed_speed_and_distance_are_split_and_the_distance_sums_over_rollovers() {
    let mut f = File::new();
    f.define(0, &Def::new(RECORD).field(253, 4, 0x86).field(8, 3, 0x0D));
    for (i, (speed, distance)) in [(250u32, 4000u32), (300, 4080), (300, 64)]
        .iter()
        .enumerate()
    {
        let packed = speed | (distance << 12);
        let time = (T0 + i as u32).to_le_bytes();
        f.data(0, &[&time[..], &packed.to_le_bytes()[..3]]);
    }
    let r = only(&f.close());
    assert_eq!(values(&r, &Channel::Speed), [2.5, 3.0, 3.0]);
    assert_eq!(values(&r, &Channel::Distance), [250.0, 255.0, 260.0]);
}

#[test]
fn rolling_counters_are_summed() {
    let mut f = File::new();
    f.define(0, &Def::new(RECORD).field(253, 4, 0x86).field(18, 1, 0x02));
    for (i, c) in [250u8, 254, 4].iter().enumerate() {
        f.data(0, &[&(T0 + i as u32).to_le_bytes()[..], &[*c]]);
    }
    let r = only(&f.close());
    let cycles = Channel::Other("total_cycles".to_owned());
    assert_eq!(values(&r, &cycles), [250.0, 254.0, 260.0]);
}

#[test]
fn cadence_includes_its_fraction_and_balance_its_side() {
    let mut f = File::new();
    let def = Def::new(RECORD)
        .field(53, 1, 0x02)
        .field(253, 4, 0x86)
        .field(4, 1, 0x02)
        .field(30, 1, 0x02);
    f.define(0, &def);
    f.data(0, &[&[64][..], &T0.to_le_bytes(), &[80, 0x80 | 48]]);
    f.data(0, &[&[0xFF][..], &(T0 + 1).to_le_bytes(), &[81, 48]]);
    let r = only(&f.close());
    assert_eq!(values(&r, &Channel::Cadence), [80.5, 81.0]);
    assert_eq!(values(&r, &Channel::RightBalance), [48.0, 52.0]);
}

#[test]
fn the_enhanced_field_wins_and_the_plain_one_stands_in() {
    let mut f = File::new();
    let def = Def::new(RECORD)
        .field(73, 4, 0x86)
        .field(6, 2, 0x84)
        .field(253, 4, 0x86);
    f.define(0, &def);
    f.data(
        0,
        &[
            &5000u32.to_le_bytes()[..],
            &4000u16.to_le_bytes(),
            &T0.to_le_bytes(),
        ],
    );
    f.data(
        0,
        &[
            &u32::MAX.to_le_bytes()[..],
            &4000u16.to_le_bytes(),
            &(T0 + 1).to_le_bytes(),
        ],
    );
    assert_eq!(values(&only(&f.close()), &Channel::Speed), [5.0, 4.0]);
}

#[test]
fn a_developer_field_fills_the_native_channel_it_declares_in_its_unit() {
    let mut f = File::new();
    f.developer_field(0, 0x84, "Power", "Watts", Some(7));
    f.developer_field(1, 0x88, "Speed", "km/h", Some(6));
    f.developer_field(2, 0x88, "Doughnuts", "pcs", None);
    let def = Def::new(RECORD)
        .field(253, 4, 0x86)
        .dev(0, 2)
        .dev(1, 4)
        .dev(2, 4);
    f.define(1, &def);
    let data = [
        &T0.to_le_bytes()[..],
        &250u16.to_le_bytes(),
        &36f32.to_le_bytes(),
        &1.5f32.to_le_bytes(),
    ];
    f.data(1, &data);
    let r = only(&f.close());
    assert_eq!(values(&r, &Channel::Power), [250.0]);
    assert_eq!(values(&r, &Channel::Speed), [10.0]);
    let own = Channel::Other("Doughnuts [pcs]".to_owned());
    assert_eq!(values(&r, &own), [1.5]);
}

#[test]
fn a_developer_field_beside_the_native_one_keeps_its_own_name() {
    let mut f = File::new();
    f.developer_field(0, 0x84, "Power", "W", Some(7));
    f.define(
        1,
        &Def::new(RECORD)
            .field(253, 4, 0x86)
            .field(7, 2, 0x84)
            .dev(0, 2),
    );
    f.data(
        1,
        &[
            &T0.to_le_bytes()[..],
            &200u16.to_le_bytes(),
            &250u16.to_le_bytes(),
        ],
    );
    let r = only(&f.close());
    assert_eq!(values(&r, &Channel::Power), [200.0]);
    assert_eq!(values(&r, &Channel::Other("Power [W]".to_owned())), [250.0]);
}

#[test]
fn core_temperature_and_muscle_oxygen_are_known_by_name() {
    let mut f = File::new();
    f.developer_field(0, 0x88, "core_temperature", "°C", None);
    f.developer_field(1, 0x88, "SmO2", "%", None);
    f.define(1, &Def::new(RECORD).field(253, 4, 0x86).dev(0, 4).dev(1, 4));
    f.data(
        1,
        &[
            &T0.to_le_bytes()[..],
            &37.5f32.to_le_bytes(),
            &64.5f32.to_le_bytes(),
        ],
    );
    let r = only(&f.close());
    assert_eq!(values(&r, &Channel::CoreTemperature), [37.5]);
    assert_eq!(values(&r, &Channel::MuscleOxygen), [64.5]);
}

#[test]
fn each_session_of_a_multisport_file_is_a_recording_with_its_own_rows() {
    let mut f = ride(10);
    for (start, end, sport) in [(0u32, 4u32, 5u8), (4, 9, 2)] {
        f.session(T0 + start, T0 + end, sport);
    }
    let file = decode(&f.close());
    let rows: Vec<usize> = file.recordings.iter().map(|r| r.series.len()).collect();
    assert_eq!(rows, [4, 6]);
    assert_eq!(file.recordings[0].sport, Sport::Swimming);
    assert_eq!(file.recordings[1].sport, Sport::Cycling);
    assert_eq!(file.recordings[1].leg.map(|l| l.0), Some(1));
    assert_eq!(values(&file.recordings[1], &Channel::HeartRate)[0], 104.0);
}

#[test]
fn pool_lengths_give_records_without_a_time_their_place() {
    let mut f = File::new();
    f.file_id(4);
    f.define(1, &Def::new(RECORD).field(5, 4, 0x86));
    let length = Def::new(101)
        .field(253, 4, 0x86)
        .field(2, 4, 0x86)
        .field(3, 4, 0x86)
        .field(7, 1, 0x00)
        .field(5, 2, 0x84)
        .field(12, 1, 0x00);
    f.define(2, &length);
    for i in 0..3u32 {
        f.data(1, &[&((i + 1) * 2500).to_le_bytes()[..]]);
        let start = (T0 + i * 30).to_le_bytes();
        let end = (T0 + i * 30 + 30).to_le_bytes();
        let data = [
            &end[..],
            &start,
            &30_000u32.to_le_bytes(),
            &[2],
            &18u16.to_le_bytes(),
            &[1],
        ];
        f.data(2, &data);
    }
    f.session(T0, T0 + 90, 5);
    let r = only(&f.close());
    assert_eq!(r.series.time_ms, [30_000, 60_000, 90_000]);
    assert_eq!(r.lengths[1].start_ms, 30_000);
    assert_eq!(r.lengths[1].stroke.as_deref(), Some("breaststroke"));
    assert_eq!(r.lengths[1].strokes, Some(18));
    assert!(has(&r.warnings, WarningCode::TimeMissing));
}

#[test]
fn beat_intervals_skip_their_padding() {
    let mut f = ride(2);
    f.define(2, &Def::new(78).field(0, 6, 0x84));
    f.data(
        2,
        &[
            &800u16.to_le_bytes()[..],
            &810u16.to_le_bytes(),
            &[0xFF, 0xFF],
        ],
    );
    let r = only(&f.close());
    assert_eq!(r.rr, [(1000, 800), (1810, 810)]);
}

#[test]
fn stored_beats_of_a_chained_part_join_the_activity_before() {
    let mut bytes = File::new();
    bytes.define(1, &Def::new(RECORD).field(253, 4, 0x86).field(5, 4, 0x86));
    for i in 0..4u32 {
        bytes.data(1, &[&(T0 + i).to_le_bytes()[..], &(i * 100).to_le_bytes()]);
    }
    let mut bytes = bytes.close();
    let mut beats = File::new();
    let first = Def::new(132)
        .field(253, 4, 0x86)
        .field(9, 4, 0x86)
        .field(6, 1, 0x02);
    beats.define(0, &first);
    beats.data(0, &[&T0.to_le_bytes()[..], &1024u32.to_le_bytes(), &[60]]);
    beats.define(1, &Def::new(132).field(6, 2, 0x02).field(10, 3, 0x0D));
    // 2048 and 3072 on the strap's clock: one beat a second.
    let (a, b) = (2048u32, 3072u32);
    let packed = [
        a as u8,
        ((a >> 8) as u8) | ((b as u8 & 0x0F) << 4),
        (b >> 4) as u8,
    ];
    beats.data(1, &[&[61, 62][..], &packed]);
    bytes.extend(beats.close());
    let r = only(&bytes);
    assert_eq!(values(&r, &Channel::HeartRate), [60.0, 61.0, 62.0, 62.0]);
    assert_eq!(r.rr, [(1000, 1000), (2000, 1000)]);
}

#[test]
fn two_activities_in_a_row_stay_two() {
    let mut bytes = ride(2).close();
    bytes.extend(ride(3).close());
    let rows: Vec<usize> = decode(&bytes)
        .recordings
        .iter()
        .map(|r| r.series.len())
        .collect();
    assert_eq!(rows, [2, 3]);
}

#[test]
fn junk_behind_a_whole_file_is_a_warning() {
    let mut bytes = ride(2).close();
    bytes.extend([7; 40]);
    let file = decode(&bytes);
    assert_eq!(file.recordings[0].series.len(), 2);
    assert!(has(&file.warnings, WarningCode::Damaged));
}

#[test]
fn a_wrong_checksum_is_a_warning_and_a_missing_one_another() {
    let mut bytes = ride(2).close();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let r = only(&bytes);
    assert_eq!(r.series.len(), 2);
    assert!(has(&r.warnings, WarningCode::ChecksumWrong));
    bytes.truncate(last - 1);
    let r = only(&bytes);
    assert_eq!(r.series.len(), 2);
    assert!(has(&r.warnings, WarningCode::ChecksumMissing));
}

#[test]
fn a_recording_never_closed_is_read_to_its_end() {
    let mut bytes = ride(5).close();
    bytes.truncate(bytes.len() - 2);
    bytes[4..8].fill(0);
    let r = only(&bytes);
    assert_eq!(r.series.len(), 5);
    assert!(has(&r.warnings, WarningCode::HeaderWrong));
}

#[test]
fn a_truncated_file_yields_everything_before_the_damage() {
    let bytes = ride(5).close();
    let r = only(&bytes[..bytes.len() - 2 - 3]);
    assert_eq!(r.series.len(), 4);
    assert!(has(&r.warnings, WarningCode::Truncated));
}

#[test]
fn data_for_an_undefined_message_stops_reading_but_keeps_what_came_before() {
    let mut f = ride(4);
    f.raw(&[0x0B, 1, 2, 3]);
    let r = only(&f.close());
    assert_eq!(r.series.len(), 4);
    assert!(has(&r.warnings, WarningCode::Damaged));
}

#[test]
fn a_record_years_away_does_not_make_the_activity_longer() {
    let mut f = ride(3);
    f.data(1, &[&(T0 + 68_342_641).to_le_bytes()[..], &[120]]);
    f.data(1, &[&(T0 + 4).to_le_bytes()[..], &[121]]);
    let r = only(&f.close());
    assert_eq!(r.series.time_ms, [0, 1000, 2000, 2000, 4000]);
    assert!(has(&r.warnings, WarningCode::TimeJump));
}

#[test]
fn a_file_without_summary_says_so() {
    let r = only(&ride(3).close());
    assert!(has(&r.warnings, WarningCode::NoSession));
}

#[test]
fn a_field_smaller_than_its_base_type_is_read_as_its_bytes() {
    let mut f = File::new();
    f.define(0, &Def::new(RECORD).field(253, 4, 0x86).field(7, 1, 0x84));
    f.data(0, &[&T0.to_le_bytes()[..], &[99]]);
    assert_eq!(values(&only(&f.close()), &Channel::Power), [99.0]);
}

#[test]
fn unknown_messages_and_fields_are_kept_with_a_sample() {
    let mut f = ride(1);
    f.define(2, &Def::new(60_000).field(9, 2, 0x84));
    f.data(2, &[&513u16.to_le_bytes()[..]]);
    f.data(2, &[&514u16.to_le_bytes()[..]]);
    f.define(3, &Def::new(RECORD).field(253, 4, 0x86).field(250, 1, 0x02));
    f.data(3, &[&(T0 + 1).to_le_bytes()[..], &[77]]);
    let extra = only(&f.close()).extra;
    let unknown = extra
        .iter()
        .find(|e| e.name == "message 60000")
        .expect("kept");
    assert_eq!(unknown.count, 2);
    assert_eq!(unknown.fields[0].sample, "513");
    let record = extra.iter().find(|e| e.name == "record").expect("kept");
    assert_eq!(
        (record.fields[0].name.as_str(), record.count),
        ("field 250", 2)
    );
}

#[test]
fn gear_changes_are_read_from_the_bytes_of_their_data() {
    let mut f = ride(1);
    let def = Def::new(21)
        .field(253, 4, 0x86)
        .field(0, 1, 0x00)
        .field(1, 1, 0x00)
        .field(3, 4, 0x86);
    f.define(2, &def);
    let data = u32::from_le_bytes([5, 19, 2, 50]);
    f.data(2, &[&T0.to_le_bytes()[..], &[43, 3], &data.to_le_bytes()]);
    let extra = only(&f.close()).extra;
    let gear = extra
        .iter()
        .find(|e| e.name == "event: rear_gear_change")
        .expect("kept");
    assert_eq!(
        gear.fields[0].sample,
        "front gear 2 (50 teeth), rear gear 5 (19 teeth)"
    );
}

#[test]
fn the_local_time_of_the_activity_gives_the_zone() {
    let mut f = ride(2);
    f.define(2, &Def::new(34).field(253, 4, 0x86).field(5, 4, 0x86));
    f.data(2, &[&T0.to_le_bytes()[..], &(T0 + 7199).to_le_bytes()]);
    assert_eq!(only(&f.close()).utc_offset_s, Some(7200));
}

#[test]
fn nothing_at_all_is_an_error_that_says_so() {
    assert_eq!(fit::decode(&[]), Err(FormatError::Empty));
    assert!(matches!(
        fit::decode(b"not a fit file at all"),
        Err(FormatError::NotRecognised { .. })
    ));
    assert!(matches!(
        fit::decode(&File::new().close()),
        Err(FormatError::Damaged { .. })
    ));
    let mut f = File::new();
    f.file_id(4);
    assert_eq!(fit::decode(&f.close()), Err(FormatError::NoActivity));
}

#[test]
fn sparse_columns_cannot_take_much_more_memory_than_the_file() {
    let mut f = File::new();
    f.define(0, &Def::new(RECORD));
    for _ in 0..200_000 {
        f.raw(&[0]);
    }
    for number in 0..200u8 {
        f.developer_field(number, 0x02, &format!("field {number}"), "x", None);
    }
    let def = (0..200u8).fold(Def::new(RECORD).field(253, 4, 0x86), |d, n| d.dev(n, 1));
    f.define(1, &def);
    f.data(1, &[&T0.to_le_bytes()[..], &[1; 200]]);
    let bytes = f.close();
    let r = only(&bytes);
    let cells: usize = r.series.columns.iter().map(|c| c.values.len()).sum();
    assert!(
        cells <= 16 * bytes.len() + 65_536 + r.series.len(),
        "{cells} cells"
    );
    assert!(has(&r.warnings, WarningCode::ValueImplausible));
}
