//! Words that name one of two units, by country or trade (DECISIONS 35).

use super::model::Authority;
use super::units::{Unit, simple, tonne_distance};
use crate::{Error, ErrorCode, text};

/// A word and the units that it may mean.
struct Word {
    /// In upper case and with single spaces.
    names: &'static [&'static str],
    /// The American one first.
    meanings: &'static [&'static str],
}

const WORDS: [Word; 4] = [
    Word { names: &["GALLON", "GALLONS", "GAL", "GALS"], meanings: &["US gallon", "imperial gallon"] },
    Word { names: &["TON", "TONS"], meanings: &["short ton", "long ton"] },
    Word {
        names: &["CWT", "HUNDREDWEIGHT", "HUNDREDWEIGHTS"],
        meanings: &["short hundredweight", "long hundredweight"],
    },
    Word {
        names: &["BARREL", "BARRELS", "BBL", "BBLS"],
        meanings: &["oil barrel", "US beer barrel", "UK beer barrel"],
    },
];

/// Units of energy in which gas is sold, which counts its gross calorific value (in the United Kingdom by the Gas (Calculation
/// of Thermal Energy) Regulations 1996).
const SOLD_BY_GROSS: [&str; 7] = ["THERM", "THERMS", "THM", "DEKATHERM", "DEKATHERMS", "DTH", "DTHS"];

/// Whether a unit of energy that says neither gross nor net is one in which gas is sold.
pub(super) fn is_sold_by_gross(unit: &str) -> bool {
    SOLD_BY_GROSS.contains(&text::folded(unit).as_str())
}

/// The units that a word may mean, the American one first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Meanings(Vec<(String, Unit)>);

impl Meanings {
    /// Those of a text; `None` for a text that has one meaning, or none.
    pub(super) fn of(given: &str) -> Option<Self> {
        of_word(given).or_else(|| {
            // A load by the distance it is carried: `ton-mile`.
            let (load, way) = given.trim().rsplit_once(['.', '-', '·', '*'])?;
            let loads = of_word(load)?;
            let carried = |(name, load): (String, Unit)| Some((format!("{name}-{way}"), tonne_distance(load, way)?));
            loads.0.into_iter().map(carried).collect::<Option<Vec<_>>>().map(Self)
        })
    }

    /// What it means to a publisher who counts in American units.
    fn american(&self) -> Option<Unit> {
        self.0.first().map(|(_, unit)| *unit)
    }

    /// Whether a unit is one of them.
    pub(super) fn have(&self, unit: Unit) -> bool {
        self.0.iter().any(|(_, meaning)| *meaning == unit)
    }

    /// The error for a text that does not say which of them it means.
    pub(super) fn error(&self, given: &str) -> Error {
        let mut names: Vec<String> = self.0.iter().map(|(name, _)| format!("`{name}`")).collect();
        // Many who write `ton` mean neither.
        names.extend(matches!(text::folded(given).as_str(), "TON" | "TONS").then(|| "`tonne`".to_owned()));
        let message = format!("`{}` may be one of {}; expected which of them", text::excerpt(given), names.join(", "));
        Error::new(ErrorCode::UnknownUnit, "", message)
    }
}

fn of_word(given: &str) -> Option<Meanings> {
    let folded = text::folded(given);
    let word = WORDS.iter().find(|word| word.names.contains(&folded.as_str()))?;
    let meanings = word.meanings.iter().filter_map(|name| Some(((*name).to_owned(), simple(name)?)));
    Some(Meanings(meanings.collect()))
}

/// The unit that an authority means by a text: EPA counts in American units.
pub(super) fn unit_by(authority: Authority, given: &str) -> Option<Unit> {
    let is_american = matches!(authority, Authority::Epa | Authority::Egrid);
    Unit::of(given).or_else(|| Meanings::of(given).filter(|_| is_american)?.american())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_meaning_is_a_unit_and_no_word_is_one() {
        for word in &WORDS {
            for name in word.names {
                assert!(Unit::of(name).is_none(), "{name}");
                assert_eq!(Meanings::of(&name.to_lowercase()).unwrap().0.len(), word.meanings.len(), "{name}");
            }
        }
        assert!(Meanings::of("kWh").is_none() && Meanings::of("US gallon").is_none() && Meanings::of("").is_none());
    }

    #[test]
    fn the_american_meaning_is_that_of_epa_alone() {
        let size = |authority, text: &str| unit_by(authority, text).map(|unit| unit.size().to_string());
        assert_eq!(size(Authority::Epa, "gallons"), Some("3.785411784".into()));
        assert_eq!(size(Authority::Epa, "ton-mile"), Some("1.45997231821056".into()));
        assert_eq!(size(Authority::Defra, "gallons"), None);
        assert_eq!(size(Authority::Defra, "litres"), Some("1".into()));
    }
}
