//! Strava's activity types: English as on the site and in its API, and the
//! words of translated exports as far as they are known.

use crate::xml::words;
use paceline_model::Sport;

/// Sport and finer word of a type; `None` where the word is not known.
pub(super) fn sport(text: &str) -> Option<(Sport, Option<String>)> {
    let key: String = super::fold(text)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    TYPES
        .iter()
        .find(|(types, _)| types.split(' ').any(|t| t == key))
        .map(|(_, word)| words::sport(word))
}

/// Types without accents, spaces and hyphens, English first, then German, French, Dutch; and the
/// word other files have for them.
const TYPES: [(&str, &str); 59] = [
    ("ride radfahrt velo fietsrit", "ride"),
    (
        "virtualride virtuelleradfahrt virtuelefietsrit",
        "virtualride",
    ),
    ("mountainbikeride mountainbikefahrt", "mountainbikeride"),
    ("gravelride gravelfahrt", "gravelride"),
    ("ebikeride ebikefahrt ebikeradfahrt", "ebikeride"),
    ("emountainbikeride", "emountainbikeride"),
    ("velomobile", "velomobile"),
    ("handcycle", "handcycle"),
    ("run lauf courseapied hardloopsessie", "run"),
    ("trailrun traillauf", "trailrun"),
    ("virtualrun virtuellerlauf", "virtualrun"),
    ("swim schwimmen natation zwemmen", "swim"),
    ("walk spaziergang marche wandeling", "walk"),
    ("hike wandern wanderung randonnee hiken", "hike"),
    ("snowshoe schneeschuhwanderung", "snowshoe"),
    ("rowing rudern", "rowing"),
    ("virtualrow", "virtualrow"),
    ("canoeing canoe kanufahrt", "canoeing"),
    ("kayaking kajakfahren kayakken", "kayaking"),
    ("standuppaddling", "standuppaddling"),
    ("nordicski langlauf skinordique", "nordicski"),
    ("rollerski", "rollerski"),
    ("alpineski skialpin", "alpineski"),
    ("backcountryski skitouren", "backcountryski"),
    ("snowboard snowboarden", "snowboard"),
    ("iceskate eislaufen", "iceskate"),
    ("inlineskate", "inlineskate"),
    (
        "weighttraining gewichtstraining krafttraining entrainementauxpoids krachttraining",
        "weighttraining",
    ),
    ("crossfit", "crossfit"),
    ("workout training entrainement", "workout"),
    ("highintensityintervaltraining hiit", "hiit"),
    ("yoga", "yoga"),
    ("pilates", "pilates"),
    ("elliptical ellipsentrainer", "elliptical"),
    ("stairstepper stepapparaat", "stair_climbing"),
    ("rockclimbing rockclimb", "rock_climbing"),
    ("wheelchair", "wheelchair"),
    ("skateboard", "skateboarding"),
    ("surfing", "surfing"),
    ("kitesurf", "kitesurfing"),
    ("windsurf", "windsurfing"),
    ("sail", "sailing"),
    ("golf", "golf"),
    ("soccer footballsoccer", "soccer"),
    ("tennis", "tennis"),
    ("tabletennis", "table_tennis"),
    ("badminton", "badminton"),
    ("squash", "squash"),
    ("racquetball", "racquetball"),
    ("pickleball", "pickleball"),
    ("padel", "padel"),
    ("basketball", "basketball"),
    ("volleyball", "volleyball"),
    ("cricket", "cricket"),
    ("dance", "dance"),
    ("physicaltherapy", "physical_therapy"),
    ("triathlon", "triathlon"),
    ("icehockey", "ice_hockey"),
    ("other", "other"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use Sport::{Cycling, Other, Running, Strength};

    #[test]
    fn a_type_is_known_with_or_without_spaces_and_in_other_languages() {
        for (text, expected) in [
            ("Ride", (Cycling, None)),
            ("Virtual Ride", (Cycling, Some("virtual_activity"))),
            ("VirtualRide", (Cycling, Some("virtual_activity"))),
            ("E-Bike Ride", (Cycling, Some("e_biking"))),
            ("Radfahrt", (Cycling, None)),
            ("Course à pied", (Running, None)),
            ("Hardloopsessie", (Running, None)),
            ("Weight Training", (Strength, None)),
            ("Entraînement aux poids", (Strength, None)),
            ("Workout", (Other, Some("workout"))),
            ("Rock Climbing", (Other, Some("rock_climbing"))),
        ] {
            let expected = (expected.0, expected.1.map(str::to_owned));
            assert_eq!(sport(text), Some(expected), "{text}");
        }
        assert_eq!(sport("Underwater Basket Weaving"), None);
        assert_eq!(sport(""), None);
    }

    #[test]
    fn no_word_means_two_sports() {
        let mut words: Vec<&str> = TYPES.iter().flat_map(|t| t.0.split(' ')).collect();
        let count = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
    }
}
