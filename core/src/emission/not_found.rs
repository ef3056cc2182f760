//! Why a query has no factor, and what there is instead.

use super::factors::{Candidate, EmissionFactors};
use super::model::EmissionFactor;
use super::resolve::ResolveQuery;
use crate::nearest::{nearest, quoted};
use crate::{Error, ErrorCode, text};

impl EmissionFactors {
    /// The error for a query without a factor: what was asked, and how far the search came.
    pub(super) fn factor_not_found(&self, query: &ResolveQuery<'_>) -> Error {
        let place = query.region.map_or(String::new(), |region| format!(" in `{region}`"));
        let technology = query.technology.map_or(String::new(), |name| format!(" by `{name}`"));
        let message = format!(
            "no `{}` factor for {} of `{}`, category `{}`{place}{technology}, {}: {}",
            query.authority,
            query.gas,
            query.fuel_type,
            query.category,
            query.reporting_year,
            self.why_not_found(query)
        );
        let code = if self.not_in_excerpt(query) { ErrorCode::NotInExcerpt } else { ErrorCode::FactorNotFound };
        Error::new(code, "", message)
    }

    /// Whether the query is answered from an excerpt that does not have its fuel and category: the publication may.
    pub(super) fn not_in_excerpt(&self, query: &ResolveQuery<'_>) -> bool {
        let Ok(Some((at, _))) = self.library_for(query) else { return false };
        let is_excerpt = self.library_at(at).is_some_and(|library| library.excerpt().is_some());
        is_excerpt && self.index.gases(at, query.fuel_type, query.category).is_empty()
    }

    /// Whether the library has factors for the query's fuel, gas and category, of whatever region or technology.
    pub(super) fn has_candidates(&self, query: &ResolveQuery<'_>) -> bool {
        let found = self.library_for(query).ok().flatten();
        found.is_some_and(|(at, _)| !self.search_in(at, query).candidates.is_empty())
    }

    /// Why a query has no factor, and what was expected instead.
    fn why_not_found(&self, query: &ResolveQuery<'_>) -> String {
        let Ok(Some((at, _))) = self.library_for(query) else {
            return format!("no library of `{}` covers the year; expected one, or a default", query.authority);
        };
        let name = self.library_at(at).map_or("", |library| library.name.as_str());
        let search = self.search_in(at, query);
        let has_unit =
            |candidate: &&Candidate| query.factor_unit.is_none_or(|asked| self.has_unit(candidate.place(), asked));
        let in_region = |candidate: &&Candidate| search.region_match(**candidate).is_some();
        let every = || search.candidates.iter();
        let texts = |text: fn(&EmissionFactor) -> Option<&str>, kept: &dyn Fn(&&Candidate) -> bool| -> Vec<&str> {
            let factors = every().filter(|candidate| kept(candidate)).filter_map(|it| self.factor_at(it.place()));
            factors.map(|factor| text(factor).unwrap_or_default()).collect()
        };
        if let (true, Some(held)) = (self.not_in_excerpt(query), self.library_at(at).and_then(|it| it.excerpt())) {
            return format!(
                "the excerpt of `{name}` that is loaded ({held}) does not have this fuel and category; expected the publisher's \
                 whole file, or of the excerpt: {}",
                self.expected_names(at, query)
            );
        }
        if search.candidates.is_empty() {
            return format!("`{name}` has none for this fuel, gas and category; {}", self.expected_names(at, query));
        }
        if !every().any(|candidate| has_unit(&candidate)) {
            let units = texts(|factor| Some(&factor.unit), &|_| true);
            let units = quoted(&nearest(query.factor_unit.unwrap_or_default(), units));
            return format!("`{name}` has some in other units; expected the `factorUnit` of one of them: {units}");
        }
        if !every().filter(has_unit).any(|candidate| in_region(&candidate)) {
            let regions = texts(|factor| factor.region.as_deref(), &has_unit);
            let regions = quoted(&nearest(query.region.unwrap_or_default(), regions));
            return format!("`{name}` has some for other regions only; expected one of {regions}");
        }
        let technologies = texts(|factor| factor.technology.as_deref(), &|it| has_unit(it) && in_region(it));
        let technologies = quoted(&nearest(query.technology.unwrap_or_default(), technologies));
        format!("`{name}` has some for other technologies only; expected one of {technologies}")
    }

    /// What the library has instead of a fuel, gas and category that it does not have together.
    fn expected_names(&self, library: usize, query: &ResolveQuery<'_>) -> String {
        let gases = self.index.gases(library, query.fuel_type, query.category);
        if !gases.is_empty() {
            let gases: Vec<&str> = gases.iter().map(String::as_str).collect();
            return format!("for this fuel and category it has {}; expected one of these gases", quoted(&gases));
        }
        let categories: Vec<&str> =
            self.index.categories(library, query.fuel_type).iter().map(String::as_str).collect();
        if !categories.is_empty() {
            let listed = nearest(query.category, categories);
            let of_fuel = |category: &str| {
                let of_category = self.factors_of(library).filter(move |it| it.category == category);
                of_category.filter(|it| text::same_folded(&it.fuel_type, query.fuel_type)).collect::<Vec<_>>()
            };
            let told = |it: &&str| format!("`{it}`{}", lacking(of_fuel(it).into_iter()));
            let listed: Vec<String> = listed.iter().map(told).collect();
            return format!("expected one of the categories in which it has this fuel: {}", listed.join(", "));
        }
        let of_library = || self.factors_of(library);
        let in_category = || of_library().filter(|it| text::same_folded(&it.category, query.category));
        let fuels = |names: Vec<&str>| quoted(&nearest(query.fuel_type, names));
        if in_category().next().is_some() {
            let named = fuels(in_category().map(|it| it.fuel_type.as_str()).collect());
            let lacking = lacking(in_category());
            return format!("it has no such fuel; the nearest in this category{lacking} are {named}");
        }
        let named = fuels(of_library().map(|it| it.fuel_type.as_str()).collect());
        if named.is_empty() {
            return "it has no factors at all; expected some".to_owned();
        }
        let categories = nearest(query.category, of_library().map(|it| it.category.as_str()));
        let told = |category: &&str| {
            let lacking = lacking(of_library().filter(|it| it.category == **category));
            format!("`{category}`{lacking}")
        };
        let categories = categories.iter().map(told).collect::<Vec<_>>().join(", ");
        format!(
            "it has neither such a fuel nor such a category; the nearest are the fuels {named} and the categories {categories}"
        )
    }

    /// A library's factors, in the order of the data.
    pub(super) fn factors_of(&self, library: usize) -> impl Iterator<Item = &EmissionFactor> {
        let id = self.library_at(library).map(|library| library.id);
        self.factors().iter().filter(move |factor| Some(factor.library_id) == id)
    }
}

/// What some factors lack of the whole, for a message that names them: those of CH4 and N2O alone must not look like an
/// answer.
fn lacking<'a>(factors: impl Iterator<Item = &'a EmissionFactor>) -> String {
    let mut gases: Vec<&str> = Vec::new();
    for factor in factors {
        if !gases.iter().any(|known| text::same_folded(known, &factor.gas)) {
            gases.push(&factor.gas);
        }
    }
    let has = |wanted: &str| gases.iter().any(|gas| text::same_folded(gas, wanted));
    if has("CO2") || has("CO2e") || !(has("CH4") || has("N2O")) {
        return String::new();
    }
    format!(" ({} only, without CO2)", gases.join(" and "))
}
