//! Strava's activity types: English as on the site and in its API, and the
//! words of translated exports as far as they are known.

use paceline_model::Sport::{self, *};

/// Sport and finer word of a type; `None` where the word is not known.
pub(super) fn sport(text: &str) -> Option<(Sport, Option<&'static str>)> {
    let key: String = super::fold(text)
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    TYPES
        .iter()
        .find(|(words, ..)| words.split(' ').any(|w| w == key))
        .map(|(_, sport, finer)| (*sport, *finer))
}

/// Words without accents, spaces and hyphens; English first, then German, French, Dutch.
const TYPES: [(&str, Sport, Option<&str>); 59] = [
    ("ride radfahrt velo fietsrit", Cycling, None),
    (
        "virtualride virtuelleradfahrt virtuelefietsrit",
        Cycling,
        Some("virtual_activity"),
    ),
    (
        "mountainbikeride mountainbikefahrt",
        Cycling,
        Some("mountain"),
    ),
    ("gravelride gravelfahrt", Cycling, Some("gravel_cycling")),
    (
        "ebikeride ebikefahrt ebikeradfahrt",
        Cycling,
        Some("e_bike_fitness"),
    ),
    ("emountainbikeride", Cycling, Some("e_bike_mountain")),
    ("velomobile", Cycling, Some("recumbent")),
    ("handcycle", Cycling, Some("hand_cycling")),
    ("run lauf courseapied hardloopsessie", Running, None),
    ("trailrun traillauf", Running, Some("trail")),
    (
        "virtualrun virtuellerlauf",
        Running,
        Some("virtual_activity"),
    ),
    ("swim schwimmen natation zwemmen", Swimming, None),
    ("walk spaziergang marche wandeling", Walking, None),
    ("hike wandern wanderung randonnee hiken", Hiking, None),
    ("snowshoe schneeschuhwanderung", Hiking, Some("snowshoeing")),
    ("rowing rudern", Rowing, None),
    ("virtualrow", Rowing, Some("indoor_rowing")),
    ("canoeing canoe kanufahrt", Paddling, Some("canoeing")),
    ("kayaking kajakfahren kayakken", Paddling, Some("kayaking")),
    ("standuppaddling", Paddling, Some("stand_up_paddleboarding")),
    ("nordicski langlauf skinordique", CrossCountrySkiing, None),
    ("rollerski", CrossCountrySkiing, Some("roller_skiing")),
    ("alpineski skialpin", AlpineSkiing, None),
    (
        "backcountryski skitouren",
        AlpineSkiing,
        Some("backcountry"),
    ),
    ("snowboard snowboarden", AlpineSkiing, Some("snowboarding")),
    ("iceskate eislaufen", Skating, Some("ice_skating")),
    ("inlineskate", Skating, Some("inline_skating")),
    (
        "weighttraining gewichtstraining krafttraining entrainementauxpoids krachttraining",
        Strength,
        None,
    ),
    ("crossfit", Strength, Some("crossfit")),
    ("workout training entrainement", Other, Some("workout")),
    ("highintensityintervaltraining hiit", Other, Some("hiit")),
    ("yoga", Other, Some("yoga")),
    ("pilates", Other, Some("pilates")),
    ("elliptical ellipsentrainer", Other, Some("elliptical")),
    ("stairstepper stepapparaat", Other, Some("stair_climbing")),
    ("rockclimbing rockclimb", Other, Some("rock_climbing")),
    ("wheelchair", Other, Some("wheelchair")),
    ("skateboard", Other, Some("skateboarding")),
    ("surfing", Other, Some("surfing")),
    ("kitesurf", Other, Some("kitesurfing")),
    ("windsurf", Other, Some("windsurfing")),
    ("sail", Other, Some("sailing")),
    ("golf", Other, Some("golf")),
    ("soccer footballsoccer", Other, Some("soccer")),
    ("tennis", Other, Some("tennis")),
    ("tabletennis", Other, Some("table_tennis")),
    ("badminton", Other, Some("badminton")),
    ("squash", Other, Some("squash")),
    ("racquetball", Other, Some("racquetball")),
    ("pickleball", Other, Some("pickleball")),
    ("padel", Other, Some("padel")),
    ("basketball", Other, Some("basketball")),
    ("volleyball", Other, Some("volleyball")),
    ("cricket", Other, Some("cricket")),
    ("dance", Other, Some("dance")),
    ("physicaltherapy", Other, Some("physical_therapy")),
    ("triathlon", Multisport, None),
    ("icehockey", Other, Some("ice_hockey")),
    ("other", Other, None),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_known_with_or_without_spaces_and_in_other_languages() {
        for (text, expected) in [
            ("Ride", (Cycling, None)),
            ("Virtual Ride", (Cycling, Some("virtual_activity"))),
            ("VirtualRide", (Cycling, Some("virtual_activity"))),
            ("E-Bike Ride", (Cycling, Some("e_bike_fitness"))),
            ("Radfahrt", (Cycling, None)),
            ("Course à pied", (Running, None)),
            ("Hardloopsessie", (Running, None)),
            ("Weight Training", (Strength, None)),
            ("Entraînement aux poids", (Strength, None)),
            ("Workout", (Other, Some("workout"))),
        ] {
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
