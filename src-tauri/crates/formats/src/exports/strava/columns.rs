//! Which column of Strava's list holds what.
//!
//! The list has grown from 10 columns to more than 100, its names are
//! translated, and several stand twice: the first as the site shows it (km, in
//! the language's own notation), the second exact. The order has never changed
//! but by insertion. So a column is looked up by its name where the language is
//! known, and by its place from the file's name where it is not.

/// What is read of a row. The order is that of the names in [`LANGUAGES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Id,
    Date,
    Name,
    Type,
    Description,
    ShownElapsed,
    ShownDistance,
    Commute,
    PrivateNote,
    Gear,
    Filename,
    Elapsed,
    Moving,
    Distance,
    MaxSpeed,
    AverageSpeed,
    Gain,
    Loss,
    AverageCadence,
    MaxHeartRate,
    AverageHeartRate,
    MaxWatts,
    AverageWatts,
    Calories,
    WeightedWatts,
    Exertion,
}

const COUNT: usize = Column::Exertion as usize + 1;

/// Names by language; empty where no export in that language has been seen with it.
const LANGUAGES: [(&str, [&str; COUNT]); 5] = [
    (
        ENGLISH,
        [
            "Activity ID",
            "Activity Date",
            "Activity Name",
            "Activity Type",
            "Activity Description",
            "Elapsed Time",
            "Distance",
            "Commute",
            "Activity Private Note",
            "Activity Gear",
            "Filename",
            "Elapsed Time",
            "Moving Time",
            "Distance",
            "Max Speed",
            "Average Speed",
            "Elevation Gain",
            "Elevation Loss",
            "Average Cadence",
            "Max Heart Rate",
            "Average Heart Rate",
            "Max Watts",
            "Average Watts",
            "Calories",
            "Weighted Average Power",
            "Perceived Exertion",
        ],
    ),
    (
        "German",
        [
            "Aktivitäts-ID",
            "Aktivitätsdatum",
            "Name der Aktivität",
            "Aktivitätsart",
            "Aktivitätsbeschreibung",
            "Verstrichene Zeit",
            "Distanz",
            "Pendeln",
            "Hinweis zur Privatsphäre für Aktivitäten",
            "Aktivitätsausrüstung",
            "Dateiname",
            "Verstrichene Zeit",
            "Bewegungszeit",
            "Distanz",
            "Höchstgeschw.",
            "Durchschnittliche Geschwindigkeit",
            "Höhenzunahme",
            "Höhenunterschied",
            "Durchschnittliche Trittfrequenz",
            "Max. Herzfrequenz",
            "Durchschnittliche Herzfrequenz",
            "Max. Watt",
            "Durchschnittliche Watt",
            "Kalorien",
            "Gewichtete durchschnittliche Leistung",
            "Gefühlte Anstrengung",
        ],
    ),
    (
        "French",
        [
            "ID de l'activité",
            "Date de l'activité",
            "Nom de l'activité",
            "Type d'activité",
            "Description de l'activité",
            "Temps écoulé",
            "Distance",
            "Déplacement-transport",
            "Note privée sur les activités",
            "Matériel utilisé pour l'activité",
            "Nom du fichier",
            "Temps écoulé",
            "Durée de déplacement",
            "Distance",
            "Vitesse max.",
            "Vitesse moyenne",
            "Dénivelé positif",
            "Dénivelé négatif",
            "Cadence moyenne",
            "Fréquence cardiaque max.",
            "Fréquence cardiaque moyenne",
            "Puissance max.",
            "Puissance moyenne",
            "Calories",
            "Puissance moyenne pondérée",
            "Effort ressenti",
        ],
    ),
    (
        "Dutch",
        [
            "Activiteits-ID",
            "Datum van activiteit",
            "Naam activiteit",
            "Activiteitstype",
            "",
            "Verstreken tijd",
            "Afstand",
            "",
            "",
            "Uitrusting voor activiteit",
            "Bestandsnaam",
            "Verstreken tijd",
            "Beweegtijd",
            "Afstand",
            "Max. snelheid",
            "Gemiddelde snelheid",
            "Totale stijging",
            "Totale daling",
            "Gemiddelde cadans",
            "Max. hartslag",
            "Gemiddelde hartslag",
            "Maximaal wattage",
            "Gemiddeld wattage",
            "Calorieën",
            "",
            "Ervaren inspanning",
        ],
    ),
    (
        OLDEST,
        [
            "id",
            "date",
            "name",
            "type",
            "description",
            "elapsed_time",
            "distance",
            "commute",
            "",
            "gear",
            "filename",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
        ],
    ),
];

const ENGLISH: &str = "English";
/// Exports until June 2019; their distance is in metres.
const OLDEST: &str = "until 2019";

/// Places after the file's name, in exports since 2020.
const AFTER_FILENAME: [(Column, usize); 12] = [
    (Column::Elapsed, 3),
    (Column::Moving, 4),
    (Column::Distance, 5),
    (Column::MaxSpeed, 6),
    (Column::AverageSpeed, 7),
    (Column::Gain, 8),
    (Column::Loss, 9),
    (Column::AverageCadence, 17),
    (Column::MaxHeartRate, 18),
    (Column::AverageHeartRate, 19),
    (Column::MaxWatts, 20),
    (Column::AverageWatts, 21),
];

/// Where each column stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    places: [Option<usize>; COUNT],
    /// Absent if the names are in none of the languages known.
    pub language: Option<&'static str>,
}

fn same(a: &str, b: &str) -> bool {
    let plain = |s: &str| s.trim().replace('’', "'").to_lowercase();
    !b.is_empty() && plain(a) == plain(b)
}

/// Whether a value names a file of the export.
fn is_file(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    value.starts_with("activities/") && value.len() > "activities/".len()
}

impl Layout {
    /// The layout of a list with this header; `sample` are some of its rows. `None` if it is no
    /// list of Strava's.
    pub(super) fn of(header: &[String], sample: &[Vec<String>]) -> Option<Self> {
        let has = |name: &str| header.iter().any(|h| same(h, name));
        let language = LANGUAGES.iter().find(|(_, names)| {
            [Column::Id, Column::Date, Column::Name, Column::Filename]
                .iter()
                .all(|c| has(names[*c as usize]))
        });
        if let Some((language, names)) = language {
            return Some(Self::by_name(header, language, names));
        }
        let filename = (9..header.len().min(20))
            .find(|&i| sample.iter().any(|r| r.get(i).is_some_and(|v| is_file(v))))?;
        let numbered = sample
            .iter()
            .filter(|r| r.first().is_some_and(|id| id.parse::<u64>().is_ok()))
            .count();
        if numbered == 0 || numbered * 2 < sample.len() {
            return None;
        }
        let mut layout = Self {
            places: [None; COUNT],
            language: None,
        };
        layout.by_place(filename, header.len());
        Some(layout)
    }

    fn by_name(header: &[String], language: &'static str, names: &[&str; COUNT]) -> Self {
        let mut places = [None; COUNT];
        for (i, name) in names.iter().enumerate() {
            // Of names that stand twice the second is the exact one.
            let earlier = names[..i].iter().filter(|n| same(n, name)).count();
            let second = i == Column::MaxHeartRate as usize;
            let mut found = header
                .iter()
                .enumerate()
                .filter(|(_, h)| same(h, name))
                .map(|(at, _)| at);
            places[i] = if second {
                found.next_back()
            } else {
                found.nth(earlier)
            };
        }
        let mut layout = Self {
            places,
            language: Some(language),
        };
        if let Some(filename) = layout.place(Column::Filename) {
            layout.by_place(filename, header.len());
        }
        layout
    }

    /// Fills what is not known by name.
    fn by_place(&mut self, filename: usize, columns: usize) {
        let first = [
            (Column::Id, 0),
            (Column::Date, 1),
            (Column::Name, 2),
            (Column::Type, 3),
            (Column::Description, 4),
            (Column::ShownElapsed, 5),
            (Column::ShownDistance, 6),
            (Column::Gear, filename - 1),
            (Column::Filename, filename),
        ];
        // A private note came between commute and gear in 2022.
        let noted = filename >= 12;
        let commute = if noted { filename - 3 } else { filename - 2 };
        let note = noted.then(|| (Column::PrivateNote, filename - 2));
        let after = AFTER_FILENAME
            .iter()
            .map(|(column, offset)| (*column, filename + offset));
        let calories = [(Column::Calories, filename + 22)];
        let all = first
            .into_iter()
            .chain([(Column::Commute, commute)])
            .chain(note)
            .chain(after)
            .chain(calories);
        for (column, place) in all {
            let known = self.places.contains(&Some(place));
            let slot = &mut self.places[column as usize];
            if slot.is_none() && place < columns && !known {
                *slot = Some(place);
            }
        }
    }

    pub(super) fn place(&self, column: Column) -> Option<usize> {
        self.places[column as usize]
    }

    /// Whether the shown distance is in metres.
    pub(super) fn shows_metres(&self) -> bool {
        self.language == Some(OLDEST)
    }

    /// Whether a comma in shown numbers groups thousands.
    pub(super) fn groups_by_comma(&self) -> bool {
        self.language == Some(ENGLISH)
    }

    pub(super) fn get<'r>(&self, row: &'r [String], column: Column) -> Option<&'r str> {
        let value = row.get(self.place(column)?)?.trim();
        (!value.is_empty()).then_some(value)
    }
}
