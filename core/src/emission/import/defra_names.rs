//! What the editions of DEFRA's flat file call by different names, so that one query finds it in each.

use crate::emission::units::{Dimension, Unit};
use crate::text;

/// What a column's text says of the unit in editions up to 2021, and what the unit measures then.
const MEASURES: [(&str, &[Dimension]); 5] = [
    ("ENERGY - GROSS CV", &[Dimension::EnergyGross]),
    ("ENERGY - NET CV", &[Dimension::EnergyNet]),
    ("ENERGY", &[Dimension::Energy, Dimension::EnergyGross, Dimension::EnergyNet]),
    ("VOLUME", &[Dimension::Volume]),
    ("MASS", &[Dimension::Mass]),
];

/// A unit of energy with the calorific value that the column's text states, where the unit does not.
pub(super) fn with_basis(unit: String, column_text: &str) -> String {
    let is_silent = Unit::of(&unit).is_some_and(|known| known.dimension() == Dimension::Energy);
    match (is_silent, text::folded(column_text).as_str()) {
        (true, "ENERGY - GROSS CV") => format!("{unit} (Gross CV)"),
        (true, "ENERGY - NET CV") => format!("{unit} (Net CV)"),
        _ => unit,
    }
}

/// Whether a detail says more than the row's other cells, so that one query finds the row in every edition.
///
/// The unit stands again in level 4 (since 2023) or in words in the column's text (up to 2021); the year of the grid's data
/// stands in level 4 up to 2022, and a zero where a formula found nothing in 2021.
pub(super) fn says_more(detail: &str, unit: &str) -> bool {
    let folded = text::folded(detail);
    let is_number = !folded.is_empty() && folded.bytes().all(|digit| digit.is_ascii_digit());
    let is_year = is_number && folded.len() == 4;
    let measures = MEASURES.iter().find(|(words, _)| *words == folded);
    let is_measure = measures
        .is_some_and(|(_, dimensions)| Unit::of(unit).is_some_and(|unit| dimensions.contains(&unit.dimension())));
    folded != text::folded(unit) && !is_year && folded != "0" && !is_measure
}

/// Categories that were called otherwise in earlier editions, by both levels: what they were, and are since 2023.
const RENAMED: [(&str, &str, &str, &str); 15] = [
    ("Managed assets- electricity", "UK electricity generated (managed assets)", "", "Electricity generated"),
    ("Refrigerant & other", "Kyoto protocol - standard", "", "Kyoto protocol products"),
    ("Refrigerant & other", "Kyoto protocol- blends", "", "Blends"),
    ("Refrigerant & other", "Montreal protocol - blends", "", "Blends"),
    ("Refrigerant & other", "Montreal protocol - standard", "", "Montreal protocol products"),
    ("Refrigerant & other", "Other refrigerants", "", "Other products"),
    ("WTT- UK & overseas elec", "WTT- UK electricity (generation)", "WTT- UK electricity", ""),
    ("WTT- UK & overseas elec", "WTT- UK electricity (T&D)", "WTT- UK electricity", ""),
    ("WTT- fuels", "WTT- gaseous fuels", "", "Gaseous fuels"),
    ("WTT- fuels", "WTT- liquid fuels", "", "Liquid fuels"),
    ("WTT- fuels", "WTT- solid fuels", "", "Solid fuels"),
    ("UK electricity for Evs", "", "UK electricity for EVs", ""),
    ("WTT- business travel (air)", "", "WTT- business travel- air", ""),
    ("WTT- business travel (sea)", "", "WTT- business travel- sea", ""),
    ("WTT- pass vehs & travel (land)", "", "WTT- pass vehs & travel- land", ""),
];

/// The category by its present name, so that one query finds it in every edition; the source names the row.
pub(super) fn category_today(level_1: &str, level_2: &str) -> String {
    let is_of = |(one, two, ..): &&(&str, &str, &str, &str)| *one == level_1 && (two.is_empty() || *two == level_2);
    let or = |name: &str, published: &str| if name.is_empty() { published.to_owned() } else { name.to_owned() };
    let (level_1, level_2) = match RENAMED.iter().find(is_of) {
        Some((_, _, one, two)) => (or(one, level_1), or(two, level_2)),
        None => (level_1.to_owned(), level_2.to_owned()),
    };
    if level_2.is_empty() { level_1 } else { format!("{level_1} / {level_2}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_that_restates_the_unit_is_no_technology() {
        for (detail, unit) in [
            ("Energy - Gross CV", "kWh (Gross CV)"),
            ("Energy - Net CV", "kWh (Net CV)"),
            ("Volume", "cubic metres"),
            ("Tonnes", "tonnes"),
            ("kWh", "kWh"),
            ("2020", "kWh"),
            ("0", "km"),
        ] {
            assert!(!says_more(detail, unit), "{detail} {unit}");
        }
        for (detail, unit) in [("Volume", "tonnes"), ("Diesel", "km"), ("10", "km"), ("With RF", "passenger.km")] {
            assert!(says_more(detail, unit), "{detail} {unit}");
        }
        assert_eq!(with_basis("kWh".into(), "Energy - Net CV"), "kWh (Net CV)");
        assert_eq!(with_basis("tonnes".into(), "Energy - Net CV"), "tonnes");
    }

    #[test]
    fn categories_have_their_present_names() {
        assert_eq!(category_today("WTT- fuels", "WTT- liquid fuels"), "WTT- fuels / Liquid fuels");
        assert_eq!(category_today("UK electricity for Evs", "Vans"), "UK electricity for EVs / Vans");
        let overseas = ("WTT- UK & overseas elec", "WTT- overseas electricity (generation)");
        assert_eq!(category_today(overseas.0, overseas.1), format!("{} / {}", overseas.0, overseas.1));
        assert_eq!(category_today("Hotel stay", ""), "Hotel stay");
    }
}
