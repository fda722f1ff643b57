//! Strava's list of activities, in the shapes exports have had and in the
//! languages they come in.

#![allow(clippy::unwrap_used)]

use crate::common::{civil, corpus};
use paceline_formats::FormatError;
use paceline_formats::exports::{Listing, strava};
use paceline_model::{AccountEntry, Sport, WarningCode};
use proptest::prelude::*;

const BEFORE: &str = "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance";
const AFTER: &str = "Athlete Weight,Bike Weight,Elapsed Time,Moving Time,Distance,Max Speed,Average Speed,Elevation Gain,Elevation Loss,Elevation Low,Elevation High,Max Grade,Average Grade,Average Positive Grade,Average Negative Grade,Max Cadence,Average Cadence,Max Heart Rate,Average Heart Rate,Max Watts,Average Watts,Calories";

fn read(text: &str) -> Listing {
    strava::activities("activities.csv", text.as_bytes()).unwrap()
}

fn facts(entry: &AccountEntry) -> Vec<(&str, &str)> {
    entry.recording.extra[0]
        .fields
        .iter()
        .map(|f| (f.name.as_str(), f.sample.as_str()))
        .collect()
}

#[test]
fn of_columns_that_stand_twice_the_exact_one_is_read() {
    let list = read(&format!(
        "{BEFORE},Max Heart Rate,Relative Effort,Commute,Activity Private Note,Activity Gear,Filename,{AFTER}\n\
         7,\"Sep 11, 2016, 7:02:11 AM\",\"Morning, \"\"long\"\"\",Ride,\"two\nlines\",3700,24.50,171,12,true,felt good,Patria,activities/9.fit.gz,70,9,3700.5,3600.0,24512.3,15.2,6.8,350.5,340.1,1,2,3,4,5,6,110,88.5,172.0,150.1,810,201.5,900\n"
    ));
    assert_eq!(list.failures, []);
    assert_eq!(list.warnings, []);
    let entry = &list.entries[0];
    assert_eq!(entry.id, "7");
    assert_eq!(entry.file.as_deref(), Some("activities/9.fit.gz"));
    let r = &entry.recording;
    assert_eq!(civil(r.start.0), (2016, 9, 11, 7, 2, 11));
    assert!(r.timed && r.series.is_empty() && r.utc_offset_s.is_none());
    assert_eq!(r.name.as_deref(), Some("Morning, \"long\""));
    assert_eq!(
        r.notes.as_deref(),
        Some("two\nlines\n\nPrivate note: felt good")
    );
    assert_eq!((r.sport, r.sub_sport.as_deref()), (Sport::Cycling, None));
    let t = r.totals;
    assert_eq!(
        (t.elapsed_s, t.timer_s, t.distance_m),
        (Some(3700.5), Some(3600.0), Some(24_512.3))
    );
    assert_eq!((t.ascent_m, t.descent_m), (Some(350.5), Some(340.1)));
    assert_eq!((t.max_hr, t.avg_hr), (Some(172.0), Some(150.1)));
    assert_eq!((t.max_power, t.avg_power), (Some(810.0), Some(201.5)));
    assert_eq!((t.calories_kcal, t.avg_cadence), (Some(900.0), Some(88.5)));
    assert_eq!((t.max_speed, t.avg_speed), (Some(15.2), Some(6.8)));
    let facts = facts(entry);
    assert!(facts.contains(&("Gear", "Patria")) && facts.contains(&("Commute", "yes")));
}

#[test]
fn every_width_the_list_has_had_is_read_alike() {
    let year = |header: &str, row: &str| {
        let list = read(&format!("{header}\n{row}\n"));
        let entry = list.entries[0].clone();
        assert_eq!(entry.file.as_deref(), Some("activities/7.gpx"), "{header}");
        assert!(facts(&entry).contains(&("Gear", "Merida")), "{header}");
        assert!(facts(&entry).contains(&("Commute", "yes")), "{header}");
        let r = entry.recording;
        assert_eq!(civil(r.start.0), (2018, 9, 12, 15, 2, 23), "{header}");
        assert_eq!(r.totals.elapsed_s, Some(783.0));
        (r.totals.distance_m.unwrap(), r.totals.timer_s)
    };
    // Until June 2019, in metres.
    assert_eq!(
        year(
            "id,date,name,type,description,elapsed_time,distance,commute,gear,filename",
            "7,2018-09-12 15:02:23,Evening,Ride,,783,3681.0,true,Merida,activities/7.gpx"
        ),
        (3681.0, Some(783.0))
    );
    // Ten columns with titles.
    assert_eq!(
        year(
            &format!("{BEFORE},Commute,Activity Gear,Filename"),
            "7,\"Sep 12, 2018, 3:02:23 PM\",Evening,Ride,,783,3.68,true,Merida,activities/7.gpx"
        ),
        (3680.0, Some(783.0))
    );
    for (header, row) in [
        (
            "Relative Effort,Commute,Activity Gear,Filename",
            "5,true,Merida",
        ),
        (
            "Max Heart Rate,Relative Effort,Commute,Activity Gear,Filename",
            "170,5,true,Merida",
        ),
        (
            "Max Heart Rate,Relative Effort,Commute,Activity Private Note,Activity Gear,Filename",
            "170,5,true,,Merida",
        ),
    ] {
        let (distance, moving) = year(
            &format!("{BEFORE},{header},{AFTER}"),
            &format!(
                "7,\"Sep 12, 2018, 3:02:23 PM\",Evening,Ride,,783,3.68,{row},activities/7.gpx,,,783.0,700.0,3681.5"
            ),
        );
        assert_eq!((distance, moving), (3681.5, Some(700.0)), "{header}");
    }
}

#[test]
fn translated_lists_are_read_by_their_names() {
    let german = "Aktivitäts-ID,Aktivitätsdatum,Name der Aktivität,Aktivitätsart,Aktivitätsbeschreibung,Verstrichene Zeit,Distanz,Max. Herzfrequenz,Relative Leistung,Pendeln,Hinweis zur Privatsphäre für Aktivitäten,Aktivitätsausrüstung,Dateiname,Sportlergewicht,Fahrradgewicht,Verstrichene Zeit,Bewegungszeit,Distanz\n\
        8228026758,\"09.12.2022, 15:24:49\",2022-12-09 16:24,Radfahrt,\"bewölkt\n---\n\",3189,\"9,44\",,,true,\"\",Patria,activities/8228026758.gpx,,20.0,3189.0,2070.0,9447.0\n";
    let french = "ID de l’activité,Date de l'activité,Nom de l'activité,Type d'activité,Description de l'activité,Temps écoulé,Distance,Fréquence cardiaque max.,Effort relatif,Déplacement-transport,Note privée sur les activités,Matériel utilisé pour l'activité,Nom du fichier,Poids de l'athlète,Poids du vélo,Temps écoulé,Durée de déplacement,Distance\n\
        8228026758,\"9 déc. 2022, 15:24:49\",2022-12-09 16:24,Vélo,bewölkt,3189,\"9,44\",,,true,,Patria,activities/8228026758.gpx,,20.0,3189.0,2070.0,9447.0\n";
    let dutch = "Activiteits-ID,Datum van activiteit,Naam activiteit,Activiteitstype,Beschrijving,Verstreken tijd,Afstand,Max. hartslag,Relatieve inspanning,Woon-werk,Priv,Uitrusting voor activiteit,Bestandsnaam,Gewicht,Fiets,Verstreken tijd,Beweegtijd,Afstand\n\
        8228026758,\"9 dec. 2022, 15:24:49\",2022-12-09 16:24,Fietsrit,bewölkt,3189,\"9,44\",,,true,,Patria,activities/8228026758.gpx,,20.0,3189.0,2070.0,9447.0\n";
    for text in [german, french, dutch] {
        let list = read(text);
        assert_eq!(list.warnings, []);
        let entry = &list.entries[0];
        assert_eq!(entry.id, "8228026758");
        let r = &entry.recording;
        assert_eq!(civil(r.start.0), (2022, 12, 9, 15, 24, 49));
        assert_eq!(r.sport, Sport::Cycling);
        assert_eq!(r.name.as_deref(), Some("2022-12-09 16:24"));
        assert!(r.notes.as_deref().unwrap().starts_with("bewölkt"));
        assert_eq!(
            (r.totals.elapsed_s, r.totals.timer_s, r.totals.distance_m),
            (Some(3189.0), Some(2070.0), Some(9447.0))
        );
        assert!(facts(entry).contains(&("Gear", "Patria")));
        assert!(facts(entry).contains(&("Commute", "yes")));
    }
}

#[test]
fn a_language_not_known_is_read_by_the_columns_order_and_said() {
    let list = read(
        "アクティビティ,日付,名前,種類,説明,時間,距離,心拍,負荷,通勤,メモ,ギア,ファイル,体重,自転車,時間,移動,距離,最高,平均,上昇\n\
         42,2022年12月9日 15:24:49,朝のラン,ラン,,3189,9.44,,,false,,靴,activities/42.fit.gz,,,3189.0,2070.0,9447.0,,,12.5\n",
    );
    assert_eq!(list.warnings.len(), 1);
    assert!(list.warnings[0].message.contains("アクティビティ"));
    let entry = &list.entries[0];
    assert_eq!(entry.file.as_deref(), Some("activities/42.fit.gz"));
    let r = &entry.recording;
    assert_eq!(civil(r.start.0), (2022, 12, 9, 15, 24, 49));
    assert_eq!(r.name.as_deref(), Some("朝のラン"));
    // A type in no known language changes no sport, but is kept.
    assert_eq!(r.sport, Sport::Other);
    assert!(facts(entry).contains(&("Type", "ラン")));
    assert_eq!(r.totals.distance_m, Some(9447.0));
    assert_eq!(r.totals.ascent_m, Some(12.5));
}

#[test]
fn the_day_of_a_date_with_slashes_is_found_out_from_the_others() {
    let head = format!("{BEFORE},Commute,Activity Gear,Filename\n");
    let row = |date: &str| format!("7,\"{date}\",x,Run,,60,1.0,false,,\n");
    let months = |text: &str| -> Vec<_> {
        let list = read(text);
        let months = list.entries.iter().map(|e| civil(e.recording.start.0).1);
        months.collect()
    };
    let uk = format!(
        "{head}{}{}",
        row("3/4/2024, 10:00:00"),
        row("25/12/2024, 10:00:00")
    );
    assert_eq!(months(&uk), [4, 12]);
    let us = format!(
        "{head}{}{}",
        row("3/4/2024, 10:00:00 AM"),
        row("12/25/2024, 10:00:00 AM")
    );
    assert_eq!(months(&us), [3, 12]);
    let unclear = read(&format!("{head}{}", row("3/4/2024, 10:00:00")));
    assert_eq!(unclear.warnings.len(), 1);
}

#[test]
fn a_row_that_says_neither_when_nor_which_file_is_named_and_the_others_are_read() {
    let list = read(&format!(
        "{BEFORE},Commute,Activity Gear,Filename\n\
         1,soon,One,Run,,60,1.0,false,,\n\
         2,,Two,Run,,60,1.0,false,,activities/2.fit\n\
         ,\"Sep 12, 2018, 3:02:23 PM\",Three,Run,,60,1.0,false,,\n\
         \n\
         4,\"Sep 12, 2018, 3:02:23 PM\",Four,Run\n"
    ));
    let ids: Vec<_> = list.entries.iter().map(|e| e.id.as_str()).collect();
    assert_eq!(ids, ["2", "4"]);
    assert!(!list.entries[0].recording.timed);
    assert_eq!(list.failures.len(), 2);
    assert_eq!(list.failures[0].which, "row 2");
    assert!(list.failures[0].why.contains("soon"));
}

#[test]
fn swims_are_shown_in_metres_and_zeros_are_no_measurements() {
    let head = format!("{BEFORE},Commute,Activity Gear,Filename\n");
    let list = read(&format!(
        "{head}1,\"Sep 12, 2018, 3:02:23 PM\",Pool,Swim,,1800,\"1,500\",false,,\n\
         2,\"Sep 12, 2018, 5:02:23 PM\",Weights,Weight Training,,3600,0.00,false,,\n"
    ));
    let totals = |i: usize| list.entries[i].recording.totals;
    assert_eq!(totals(1).distance_m, None);
    assert_eq!(totals(1).ascent_m, None);
    assert_eq!(list.entries[0].recording.sport, Sport::Swimming);
    assert_eq!(totals(0).distance_m, Some(1500.0));
}

#[test]
fn a_list_saved_again_by_a_spreadsheet_is_read() {
    let text = format!("\u{feff}{BEFORE},Commute,Activity Gear,Filename\r\n1,2018-09-12 15:02:23,One,Run,,60,1.5,FALSE,,\r\n")
        .replace(',', ";");
    let list = read(&text);
    assert_eq!(list.entries[0].recording.totals.distance_m, Some(1500.0));
}

#[test]
fn what_is_no_list_of_strava_s_says_so() {
    for text in ["a,b\n1,2\n", "\0\0\0", "Date,Weight\n2020-01-01,70\n"] {
        assert!(matches!(
            strava::activities("x.csv", text.as_bytes()),
            Err(FormatError::NotRecognised { .. })
        ));
    }
    assert_eq!(strava::activities("x.csv", b" \n"), Err(FormatError::Empty));
}

#[test]
fn the_lists_of_the_corpus_give_every_row() {
    let Some(corpus) = corpus() else { return };
    let list = |name: &str| {
        let path = corpus.join("exports").join(name).join("activities.csv");
        strava::activities("activities.csv", &std::fs::read(path).unwrap()).unwrap()
    };
    let full = list("strava_en103");
    assert_eq!((full.entries.len(), full.failures.len()), (5, 0));
    assert_eq!(full.warnings, []);
    let by_id = |id: &str| full.entries.iter().find(|e| e.id == id).unwrap();
    let run = by_id("708752345");
    assert_eq!(run.file.as_deref(), Some("activities/787000001.tcx.gz"));
    assert_eq!(run.recording.name.as_deref(), Some("Morning Run, \"long\""));
    assert_eq!(run.recording.totals.distance_m, Some(15_200.0));
    let turbo = by_id("708752346");
    assert!(facts(turbo).contains(&("Weighted average power [W]", "226.0")));
    assert_eq!(
        turbo.recording.notes.as_deref(),
        Some("line one\nline two, with comma and \"quotes\"")
    );
    let weights = by_id("906581466");
    assert_eq!(
        (weights.file.as_ref(), weights.recording.sport),
        (None, Sport::Strength)
    );
    let small = list("strava_minimal");
    assert_eq!(small.entries.len(), 2);
    assert_eq!(small.entries[1].recording.totals.distance_m, Some(4000.0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..1500)) {
        let _ = strava::activities("x", &bytes);
    }

    #[test]
    fn rows_of_anything_are_read_or_named(
        cells in proptest::collection::vec("\\PC{0,12}|[0-9.,/: -]{0,20}", 0..60),
        wide in any::<bool>(),
    ) {
        let head = if wide {
            format!("{BEFORE},Max Heart Rate,Relative Effort,Commute,Activity Private Note,Activity Gear,Filename,{AFTER}")
        } else {
            format!("{BEFORE},Commute,Activity Gear,Filename")
        };
        let mut text = head;
        for row in cells.chunks(14) {
            text.push('\n');
            let quoted: Vec<_> = row.iter().map(|c| format!("\"{}\"", c.replace('"', "\"\""))).collect();
            text.push_str(&quoted.join(","));
        }
        let list = read(&text);
        for entry in &list.entries {
            let t = entry.recording.totals;
            prop_assert!(t.distance_m.is_none_or(|d| d.is_finite() && d > 0.0));
            prop_assert!(t.elapsed_s.is_none_or(|d| d.is_finite() && d > 0.0));
            let code = |w: &paceline_model::Warning| w.code == WarningCode::Other;
            prop_assert!(list.warnings.iter().all(code));
        }
    }
}
