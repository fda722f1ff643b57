//! Files to import, made here: rides whose figures are known because they were
//! chosen.

use std::fmt::Write;
use std::path::{Path, PathBuf};

/// A ride on a straight road: constant power, so that the average over any range is that power.
pub struct Ride {
    /// Title, shown in the list.
    pub name: &'static str,
    /// Day of June 2026 on which it starts, at 08:00 UTC.
    pub day: u32,
    /// Length at one sample a second.
    pub seconds: u32,
    /// Watts, throughout.
    pub watts: u32,
}

/// Three rides that a reader can tell apart by name and figures.
pub const RIDES: [Ride; 3] = [
    Ride {
        name: "Harbour loop",
        day: 3,
        seconds: 1800,
        watts: 210,
    },
    Ride {
        name: "Long ridge",
        day: 7,
        seconds: 3600,
        watts: 185,
    },
    Ride {
        name: "Short recovery",
        day: 8,
        seconds: 900,
        watts: 120,
    },
];

/// The ride as a GPX 1.1 file with power, heart rate and cadence.
pub fn gpx(ride: &Ride) -> String {
    let mut text = String::with_capacity(ride.seconds as usize * 300);
    text.push_str(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <gpx version=\"1.1\" creator=\"Paceline tests\" xmlns=\"http://www.topografix.com/GPX/1/1\"\n\
         xmlns:gpxtpx=\"http://www.garmin.com/xmlschemas/TrackPointExtension/v1\">\n",
    );
    write_line(
        &mut text,
        format_args!(
            "<trk><name>{}</name><type>cycling</type><trkseg>",
            ride.name
        ),
    );
    for second in 0..ride.seconds {
        let clock = 8 * 3600 + second;
        let (day, clock) = (ride.day + clock / 86_400, clock % 86_400);
        let (hours, minutes, seconds) = (clock / 3600, clock / 60 % 60, clock % 60);
        // 8 m/s to the north; a gentle wave in height and heart rate.
        let latitude = 47.0 + f64::from(second) * 8.0 / 111_195.0;
        let wave = (f64::from(second) / 90.0).sin();
        write_line(
            &mut text,
            format_args!(
                "<trkpt lat=\"{latitude:.7}\" lon=\"8.5\"><ele>{:.1}</ele>\
                 <time>2026-06-{day:02}T{hours:02}:{minutes:02}:{seconds:02}Z</time>\
                 <extensions><power>{}</power><gpxtpx:TrackPointExtension>\
                 <gpxtpx:hr>{:.0}</gpxtpx:hr><gpxtpx:cad>88</gpxtpx:cad>\
                 </gpxtpx:TrackPointExtension></extensions></trkpt>",
                450.0 + 30.0 * wave,
                ride.watts,
                140.0 + 8.0 * wave,
            ),
        );
    }
    text.push_str("</trkseg></trk></gpx>\n");
    text
}

fn write_line(text: &mut String, line: std::fmt::Arguments<'_>) {
    text.write_fmt(line).expect("a string takes any text");
    text.push('\n');
}

/// Writes a ride into a folder.
pub fn write(folder: &Path, ride: &Ride) -> PathBuf {
    let name = ride.name.to_lowercase().replace(' ', "-");
    let path = folder.join(format!("{name}.gpx"));
    std::fs::write(&path, gpx(ride)).expect("the temporary folder is writable");
    path
}

/// A file that calls itself FIT and is not.
pub fn write_damaged(folder: &Path) -> PathBuf {
    let path = folder.join("dropped-watch.fit");
    std::fs::write(&path, [0x5a; 700]).expect("the temporary folder is writable");
    path
}

/// Writes `count` rides of two minutes, each half a day after the one before, so that none can be
/// taken for another.
pub fn write_many(folder: &Path, count: u32) {
    for index in 0..count {
        let (year, month, day) = civil(10_227 + i64::from(index / 2)); // from 1998-01-01
        let hour = 6 + 12 * (index % 2);
        let mut text = String::with_capacity(800);
        text.push_str(
            "<?xml version=\"1.0\"?><gpx version=\"1.1\" creator=\"Paceline tests\" \
             xmlns=\"http://www.topografix.com/GPX/1/1\">",
        );
        write_line(
            &mut text,
            format_args!("<trk><name>Ride {index}</name><type>cycling</type><trkseg>"),
        );
        for minute in 0..3 {
            write_line(
                &mut text,
                format_args!(
                    "<trkpt lat=\"{:.6}\" lon=\"8.5\"><ele>{}</ele>\
                     <time>{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:00Z</time></trkpt>",
                    46.0 + f64::from(minute) * 0.004 + f64::from(index) * 0.000_01,
                    400 + index % 300,
                ),
            );
        }
        text.push_str("</trkseg></trk></gpx>\n");
        std::fs::write(folder.join(format!("{index:05}.gpx")), text)
            .expect("the temporary folder is writable");
    }
}

/// The date of a number of days after 1970-01-01, in the proleptic Gregorian calendar: years are
/// counted from March, so that the leap day is a year's last.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 {
        march_month + 3
    } else {
        march_month - 9
    };
    (era * 400 + year + i64::from(month <= 2), month, day)
}

#[test]
fn days_become_dates_across_leap_years() {
    assert_eq!(civil(0), (1970, 1, 1));
    assert_eq!(civil(10_227), (1998, 1, 1));
    assert_eq!(civil(11_016), (2000, 2, 29));
    assert_eq!(civil(11_017), (2000, 3, 1));
}
