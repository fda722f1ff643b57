//! Names of manufacturers and of the products whose numbers are only known by
//! their maker.

const MANUFACTURERS: [(u16, &str); 38] = [
    (1, "Garmin"),
    (2, "Garmin"),
    (6, "SRM"),
    (7, "Quarq"),
    (9, "Saris"),
    (13, "Dynastream"),
    (15, "Dynastream"),
    (23, "Suunto"),
    (32, "Wahoo Fitness"),
    (38, "o_synce"),
    (40, "Concept2"),
    (48, "Pioneer"),
    (60, "Rotor"),
    (63, "Specialized"),
    (69, "Stages Cycling"),
    (70, "Sigma Sport"),
    (71, "TomTom"),
    (73, "Wattbike"),
    (76, "Moxy"),
    (86, "Elite"),
    (89, "Tacx"),
    (95, "Stryd"),
    (115, "iGPSPORT"),
    (123, "Polar"),
    (255, "Development"),
    (258, "Lezyne"),
    (260, "Zwift"),
    (261, "Watteam"),
    (262, "Recon"),
    (263, "Favero Electronics"),
    (265, "Strava"),
    (267, "Bryton"),
    (268, "SRAM"),
    (281, "TrainerRoad"),
    (282, "The Sufferfest"),
    (289, "Hammerhead"),
    (294, "COROS"),
    (331, "MyWhoosh"),
];

const GARMIN_PRODUCTS: [(u16, &str); 62] = [
    (717, "Forerunner 405"),
    (782, "Forerunner 50"),
    (988, "Forerunner 60"),
    (1018, "Forerunner 310XT"),
    (1036, "Edge 500"),
    (1124, "Forerunner 110"),
    (1169, "Edge 800"),
    (1325, "Edge 200"),
    (1328, "Forerunner 910XT"),
    (1345, "Forerunner 610"),
    (1499, "Swim"),
    (1551, "fēnix"),
    (1561, "Edge 510"),
    (1567, "Edge 810"),
    (1623, "Forerunner 620"),
    (1632, "Forerunner 220"),
    (1736, "Edge Touring"),
    (1765, "Forerunner 920XT"),
    (1836, "Edge 1000"),
    (1903, "Forerunner 15"),
    (1907, "vívoactive"),
    (1967, "fēnix 2"),
    (2050, "fēnix 3"),
    (2067, "Edge 520"),
    (2147, "Edge 25"),
    (2148, "Forerunner 25"),
    (2153, "Forerunner 225"),
    (2156, "Forerunner 630"),
    (2157, "Forerunner 230"),
    (2158, "Forerunner 735XT"),
    (2337, "vívoactive HR"),
    (2413, "fēnix 3 HR"),
    (2431, "Forerunner 235"),
    (2503, "Forerunner 35"),
    (2530, "Edge 820"),
    (2544, "fēnix 5S"),
    (2604, "fēnix 5X"),
    (2691, "Forerunner 935"),
    (2697, "fēnix 5"),
    (2700, "vívoactive 3"),
    (2713, "Edge 1030"),
    (2886, "Forerunner 645"),
    (3076, "Forerunner 245"),
    (3110, "fēnix 5 Plus"),
    (3112, "Edge 520 Plus"),
    (3113, "Forerunner 945"),
    (3121, "Edge 530"),
    (3122, "Edge 830"),
    (3126, "Instinct"),
    (3282, "Forerunner 45"),
    (3288, "fēnix 6S"),
    (3290, "fēnix 6"),
    (3291, "fēnix 6X"),
    (3570, "Edge 1030 Plus"),
    (3589, "Forerunner 745"),
    (3843, "Edge 1040"),
    (3869, "Forerunner 55"),
    (3906, "fēnix 7"),
    (3992, "Forerunner 255"),
    (4024, "Forerunner 955"),
    (4061, "Edge 540"),
    (4315, "Forerunner 965"),
];

const FAVERO_PRODUCTS: [(u16, &str); 2] = [(10, "Assioma UNO"), (12, "Assioma DUO")];

/// The maker's name, or its number as words.
pub(in crate::fit) fn manufacturer(code: u16) -> String {
    MANUFACTURERS
        .iter()
        .find(|m| m.0 == code)
        .map_or_else(|| format!("manufacturer {code}"), |m| m.1.to_owned())
}

/// The number of a maker's name; 255 (development) for names without one.
pub(in crate::fit) fn manufacturer_code(name: &str) -> u16 {
    MANUFACTURERS
        .iter()
        .find(|m| m.1 == name)
        .map(|m| m.0)
        .or_else(|| name.strip_prefix("manufacturer ")?.parse().ok())
        .unwrap_or(255)
}

/// The product's name: whose numbers `code` belongs to depends on the maker.
pub(in crate::fit) fn product(manufacturer: Option<u16>, code: u16) -> String {
    let table: &[(u16, &str)] = match manufacturer {
        Some(1 | 2 | 13 | 15) => &GARMIN_PRODUCTS,
        Some(263) => &FAVERO_PRODUCTS,
        _ => &[],
    };
    table
        .iter()
        .find(|p| p.0 == code)
        .map_or_else(|| code.to_string(), |p| p.1.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_number_is_read_in_the_list_of_its_own_maker() {
        assert_eq!(product(Some(1), 1036), "Edge 500");
        assert_eq!(product(Some(263), 12), "Assioma DUO");
        assert_eq!(product(Some(32), 1036), "1036");
    }
}
