//! Whether an answer over all gases holds the CO2 of what was burned (DECISIONS 34).

use super::emissions::ActivityRow;
use super::factors::EmissionFactors;
use super::method::{EmissionRole, Method};
use crate::text;
use crate::wire::record;

record! {
    /// A fuel in a category, as a library names them.
    #[wire(camelCase: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct StatedCategory {
        /// The category.
        pub category: String,
        /// The fuel or activity.
        pub fuel_type: String,
    }
}

/// How many places a method lists in which the CO2 stands.
const LISTED: usize = 10;

impl Method<'_> {
    /// The gases that the answer holds, biogenic CO2 among them, as the library writes each; `CO2e` for a figure of all gases.
    #[must_use]
    pub fn gases_stated(&self) -> Vec<&str> {
        let mut stated: Vec<&str> = Vec::new();
        for (_, used) in &self.uses {
            let gas = used.factor.gas.as_str();
            if !stated.iter().any(|known| text::same_folded(known, gas)) {
                stated.push(gas);
            }
        }
        stated
    }

    fn holds(&self, gas: &str) -> bool {
        self.uses.iter().any(|(_, used)| text::same_folded(&used.factor.gas, gas))
    }
}

impl EmissionFactors {
    /// Where the library states the CO2 that an answer over all gases does not hold; `None` where it holds it, or where nothing
    /// says that there is any.
    ///
    /// Burning gives CH4 and N2O beside CO2. Where only one of the two stands (the CH4 of a landfill, the N2O of a soil), CO2
    /// is missing only if the library states it for the same fuel elsewhere.
    pub(super) fn co2_missing(&self, method: &Method<'_>, row: &ActivityRow<'_>) -> Option<Vec<StatedCategory>> {
        let (ch4, n2o) = (method.holds("CH4"), method.holds("N2O"));
        let biogenic = method.uses.iter().any(|(role, _)| *role == EmissionRole::Biogenic);
        if row.gas.is_some() || biogenic || method.holds("CO2") || method.holds("CO2e") || !(ch4 || n2o) {
            return None;
        }
        let elsewhere = self.co2_of_fuel(method, row);
        (!elsewhere.is_empty() || (ch4 && n2o)).then_some(elsewhere)
    }

    /// The fuels and categories in which a library states CO2 of a fuel that may be named otherwise there: `Gasoline` is
    /// `Motor Gasoline` in another of EPA's tables. Those of the nearest categories alone.
    fn co2_of_fuel(&self, method: &Method<'_>, row: &ActivityRow<'_>) -> Vec<StatedCategory> {
        let Some(library) = method.library() else { return Vec::new() };
        let of_library = self.factors().iter().filter(|factor| factor.library_id == library.id);
        let states_co2 =
            of_library.filter(|it| text::same_folded(&it.gas, "CO2") || text::same_folded(&it.gas, "CO2e"));
        let mut stated: Vec<StatedCategory> = Vec::new();
        for factor in states_co2 {
            let known = |it: &StatedCategory| it.category == factor.category && it.fuel_type == factor.fuel_type;
            if !stated.iter().any(known) {
                stated.push(StatedCategory { category: factor.category.clone(), fuel_type: factor.fuel_type.clone() });
            }
        }
        let asked = words_of(row.fuel_type.split('(').next().unwrap_or_default());
        let has_all = |it: &StatedCategory| asked.iter().all(|word| words_of(&it.fuel_type).contains(word));
        let has_first = |it: &StatedCategory| asked.first().is_some_and(|word| words_of(&it.fuel_type).contains(word));
        let any_has_all = stated.iter().any(has_all);
        stated.retain(|it| if any_has_all { has_all(it) } else { has_first(it) });
        // `Mobile combustion` before `Stationary combustion` for a row of `Mobile combustion, non-road`.
        let nearness = |it: &StatedCategory| shared_start(&it.category, row.category);
        let nearest = stated.iter().map(nearness).max().unwrap_or_default();
        stated.retain(|it| nearness(it) == nearest);
        stated.truncate(LISTED);
        stated
    }
}

/// The words of a text in upper case, without marks.
fn words_of(text: &str) -> Vec<String> {
    let words = text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(text::folded).collect()
}

/// How many words two texts begin with alike.
fn shared_start(one: &str, other: &str) -> usize {
    words_of(one).iter().zip(words_of(other)).take_while(|(one, other)| *one == other).count()
}
