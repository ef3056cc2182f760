//! The engine against a plain reading of the rules, on small random libraries, and against real libraries.
//!
//! `TIERRA_SEED` and `TIERRA_STEPS` choose other libraries, and more questions.

use tierra::emission::*;
use tierra::uuid::Uuid;
use tierra::{Decimal, ErrorCode};

/// Numbers below a limit, the same for a seed.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % limit as u64) as usize
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn maybe<'a>(&mut self, of: &[&'a str]) -> Option<&'a str> {
        let at = self.below(of.len() + 1);
        of.get(at).copied()
    }
}

fn from_environment(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().unwrap())
}

const FUELS: [&str; 3] = ["Natural gas", "Diesel", "Öl"];
const REGIONS: [&str; 5] = ["Leaf", "Twig", "Branch", "Root", "Elsewhere"];
const TECHNOLOGIES: [&str; 2] = ["Boiler", "Turbine"];
const UNITS: [&str; 4] = ["kg/kWh", "kg/MWh", "kg/litres", "g/kWh"];

/// Up to three editions with a few factors each, on purpose often the same but for one thing.
fn random_data(numbers: &mut Numbers) -> EmissionFactorData {
    let mut data = EmissionFactorData::default();
    for edition in 0..1 + numbers.below(3) {
        let year = 2020 + numbers.below(5) as i32;
        let version = format!("{}", numbers.below(3));
        let name = format!("edition {edition}");
        let library = EmissionFactorLibrary {
            id: library_id(Authority::Iea, &name, &version),
            name,
            authority: Authority::Iea,
            version,
            release_year: year,
            is_default: numbers.below(2) == 0,
            values_exclude_oxidation: numbers.below(4) == 0,
            gwp_version: None,
            calorific_basis: None,
            biogenic_categories: vec![],
            publication: None,
            licence: None,
            created_at: "2024-01-15T00:00:00Z".parse().unwrap(),
        };
        for number in 0..numbers.below(14) {
            let mut factor = EmissionFactor {
                id: library.id,
                library_id: library.id,
                external_id: Some(number.to_string()),
                category: "Fuels".into(),
                fuel_type: numbers.one(&FUELS).into(),
                gas: "CO2".into(),
                is_biogenic: false,
                value: Decimal::new(1 + numbers.below(3) as i64, 1),
                oxidation_factor: Decimal::ONE,
                unit: numbers.one(&UNITS).into(),
                region: numbers.maybe(&REGIONS[..4]).map(str::to_owned),
                technology: numbers.maybe(&TECHNOLOGIES).map(str::to_owned),
                scope: None,
                lower: None,
                upper: None,
                source: None,
                created_at: library.created_at,
            };
            factor.id = uuid(&factor_id(&factor), number);
            data.factors.push(factor);
        }
        for (region, parent) in [("Leaf", "Twig"), ("Twig", "Branch"), ("Leaf", "Branch"), ("Branch", "Root")] {
            if numbers.below(3) > 0 {
                let (region, parent) = (region.to_owned(), parent.to_owned());
                data.region_parents.push(RegionParent { library_id: library.id, region, parent });
            }
        }
        data.libraries.push(library);
    }
    data
}

/// An id of its own for factors that are found by the same.
fn uuid(id: &Uuid, number: usize) -> Uuid {
    Uuid::from_u128(id.as_u128() ^ number as u128)
}

fn same(left: &str, right: &str) -> bool {
    let words = |text: &str| text.to_uppercase().split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    words(left) == words(right)
}

/// DECISIONS 12: the authority's newest library not after the year, else its newest default.
fn plain_library<'a>(data: &'a EmissionFactorData, year: i32) -> Option<&'a EmissionFactorLibrary> {
    let newest = |libraries: Vec<&'a EmissionFactorLibrary>| {
        libraries.into_iter().max_by(|a, b| {
            (a.release_year, a.created_at, &a.version, a.id).cmp(&(b.release_year, b.created_at, &b.version, b.id))
        })
    };
    let until_then = data.libraries.iter().filter(|library| library.release_year <= year).collect();
    newest(until_then).or_else(|| newest(data.libraries.iter().filter(|library| library.is_default).collect()))
}

/// The region and those above it, step by step.
fn plain_levels(data: &EmissionFactorData, library: &EmissionFactorLibrary, region: &str) -> Vec<Vec<String>> {
    let mut levels = vec![vec![region.to_owned()]];
    let mut seen = levels[0].clone();
    loop {
        let mut above: Vec<String> = Vec::new();
        for step in data.region_parents.iter().filter(|step| step.library_id == library.id) {
            let under = levels.last().unwrap().iter().any(|region| same(region, &step.region));
            if under && !seen.contains(&step.parent) {
                seen.push(step.parent.clone());
                above.push(step.parent.clone());
            }
        }
        if above.is_empty() {
            return levels;
        }
        levels.push(above);
    }
}

/// DECISIONS 13 and 14, one tier after the other.
fn plain_group<'a>(
    data: &'a EmissionFactorData,
    library: &EmissionFactorLibrary,
    query: &ResolveQuery<'_>,
) -> Option<(ResolutionTier, u32, Vec<&'a EmissionFactor>)> {
    let candidates: Vec<_> = data
        .factors
        .iter()
        .filter(|factor| factor.library_id == library.id && same(&factor.fuel_type, query.fuel_type))
        .filter(|factor| query.factor_unit.is_none_or(|unit| factor.unit.ends_with(&format!("/{unit}"))))
        // Another technology than the one asked for is never an answer.
        .filter(|factor| match (&factor.technology, query.technology) {
            (Some(found), Some(asked)) => same(found, asked),
            _ => true,
        })
        .collect();
    let technology = |factor: &EmissionFactor| match (&factor.technology, query.technology) {
        (Some(found), Some(asked)) => same(found, asked),
        (found, asked) => found.is_none() && asked.is_none(),
    };
    let best = |members: Vec<&'a EmissionFactor>| {
        let equal: Vec<_> = members.iter().copied().filter(|factor| technology(factor)).collect();
        let without: Vec<_> = members.iter().copied().filter(|factor| factor.technology.is_none()).collect();
        [equal, without, members].into_iter().find(|group| !group.is_empty())
    };
    let levels = query.region.map_or(Vec::new(), |region| plain_levels(data, library, region));
    for (steps, level) in levels.iter().enumerate() {
        let here: Vec<_> = candidates
            .iter()
            .copied()
            .filter(|factor| factor.region.as_ref().is_some_and(|own| level.iter().any(|region| same(region, own))))
            .collect();
        let specific: Vec<_> =
            here.iter().copied().filter(|factor| query.technology.is_some() && technology(factor)).collect();
        if !specific.is_empty() {
            return Some((ResolutionTier::Specific, steps as u32, specific));
        }
        if let Some(group) = best(here) {
            return Some((ResolutionTier::Regional, steps as u32, group));
        }
    }
    let global = candidates.into_iter().filter(|factor| factor.region.is_none()).collect();
    best(global).map(|group| (ResolutionTier::Global, 0, group))
}

/// What a factor says whatever its unit: kg per kWh, or by another kind of unit. All figures have one digit, so that those that
/// are not equal are further apart than their rounding.
fn figure(factor: &EmissionFactor) -> (Decimal, &str) {
    match factor.unit.as_str() {
        "kg/MWh" | "g/kWh" => ((factor.value / Decimal::ONE_THOUSAND).normalize(), "kg/kWh"),
        unit => (factor.value, unit),
    }
}

#[test]
fn resolving_is_the_plain_reading_of_the_rules() {
    let (seed, steps) = (from_environment("TIERRA_SEED", 20_261_127), from_environment("TIERRA_STEPS", 400));
    let mut numbers = Numbers(seed);
    let mut counts = std::collections::BTreeMap::new();
    for _ in 0..steps {
        let data = random_data(&mut numbers);
        let factors = EmissionFactors::new(data.clone()).unwrap();
        for _ in 0..20 {
            let query = ResolveQuery {
                region: numbers.maybe(&["leaf", " TWIG", "Branch", "Root", "Elsewhere", "Nowhere"]),
                technology: numbers.maybe(&["boiler", "Turbine ", "Kiln"]),
                factor_unit: numbers.maybe(&["kWh"]).filter(|_| numbers.below(3) == 0),
                ..ResolveQuery::new(
                    Authority::Iea,
                    2018 + numbers.below(9) as i32,
                    numbers.one(&["natural  GAS", "Diesel", "öl", "Peat"]),
                    "co2",
                    "fuels",
                )
            };
            let found = factors.resolve(&query);
            let expected = plain_library(&data, query.reporting_year)
                .and_then(|library| Some((library, plain_group(&data, library, &query)?)));
            let kind = match (&found, &expected) {
                (Ok(None), None) => "none",
                (Ok(Some(found)), Some((library, (tier, steps, group)))) => {
                    assert_eq!((found.library.id, found.tier, found.region_steps), (library.id, *tier, *steps));
                    let of_unit = group.iter().filter(|it| it.unit == found.factor.unit);
                    assert_eq!(found.factor.id, of_unit.map(|factor| factor.id).min().unwrap(), "{query:?}");
                    assert!(group.iter().all(|it| figure(it) == figure(found.factor)));
                    tier.as_str()
                }
                (Err(error), Some((_, (_, _, group)))) => {
                    assert_eq!(error.code(), ErrorCode::AmbiguousFactor);
                    // One figure in two units is one factor only where nothing else differs (DECISIONS 36).
                    let kind = |it: &EmissionFactor| (it.region.clone(), it.technology.clone());
                    let differs = |it: &EmissionFactor| figure(it) != figure(group[0]) || kind(it) != kind(group[0]);
                    assert!(group.iter().any(|it| differs(it)), "{query:?}");
                    "ambiguous"
                }
                other => panic!("{query:?}: {other:?}"),
            };
            *counts.entry(kind).or_insert(0) += 1;
            check_explanation(&factors, &query, found);
            check_pin(&factors, &query);
        }
    }
    println!("resolved as by the plain reading: {counts:?}");
    assert!(counts.len() == 5 && counts.values().all(|count| *count > 20), "{counts:?}");
}

/// An explanation tells the same answer, and one outcome of every candidate.
fn check_explanation(
    factors: &EmissionFactors,
    query: &ResolveQuery<'_>,
    found: tierra::Result<Option<ResolvedFactor<'_>>>,
) {
    let why = factors.explain(query).unwrap();
    assert_eq!(why.refused.as_ref().map(tierra::Error::code), found.as_ref().err().map(tierra::Error::code));
    let found = found.ok().flatten();
    assert_eq!(why.resolved, found);
    let count = |outcome| why.candidates.iter().filter(|candidate| candidate.outcome == outcome).count();
    assert_eq!(count(CandidateOutcome::Chosen), usize::from(found.is_some()));
    assert_eq!(count(CandidateOutcome::Tied) > 1, why.refused.is_some());
    if let (Some(found), Some(last)) = (found, why.tiers.last()) {
        assert_eq!(last.tier, found.tier);
        assert!(last.matched > 0 && why.tiers.iter().rev().skip(1).all(|tried| tried.matched == 0), "{:?}", why.tiers);
    }
    let chosen = why.libraries.iter().filter(|library| library.outcome == LibraryOutcome::Chosen).count();
    assert_eq!(chosen, usize::from(why.library_match.is_some()));
}

/// A query that is pinned to the library that answers it answers the same; one pinned to another content is refused.
fn check_pin(factors: &EmissionFactors, query: &ResolveQuery<'_>) {
    let Ok(Some(found)) = factors.resolve(query) else { return };
    let digest = factors.digest(found.library.id);
    let pinned = factors.resolve(&ResolveQuery { library_digest: digest, ..*query }).unwrap().unwrap();
    assert_eq!((pinned.factor, pinned.library.id), (found.factor, found.library.id));
    let other = ResolveQuery { library_digest: Some([7; 32]), ..*query };
    assert_eq!(factors.resolve(&other).unwrap_err().code(), ErrorCode::DigestNotFound);
}

#[test]
fn a_digest_follows_the_content_and_not_its_order() {
    let mut numbers = Numbers(7);
    for _ in 0..50 {
        let data = random_data(&mut numbers);
        let digests = |data: &EmissionFactorData| -> Vec<_> {
            let factors = EmissionFactors::new(data.clone()).unwrap();
            data.libraries.iter().map(|library| factors.digest(library.id).unwrap()).collect()
        };
        let before = digests(&data);
        let mut turned = data.clone();
        turned.factors.reverse();
        turned.region_parents.reverse();
        assert_eq!(digests(&turned), before);
        if let Some(factor) = turned.factors.first_mut() {
            factor.value += Decimal::new(1, 10);
            let changed = factor.library_id;
            for ((library, before), after) in turned.libraries.iter().zip(&before).zip(digests(&turned)) {
                assert_eq!(*before == after, library.id != changed);
            }
        }
    }
}

/// Every figure of an inventory is the one that the row has alone, and the totals are their sums.
#[test]
fn an_inventory_is_the_sum_of_its_rows() {
    let factors = EmissionFactors::new(random_data_with_gwp()).unwrap();
    let mut numbers = Numbers(99);
    let texts: Vec<[String; 2]> = (0..2000)
        .map(|_| {
            let unit = numbers.one(&["kWh", "MWh", "litres", "therms", "gallon", "furlong", "kWh (Gross CV)"]);
            [numbers.one(&["Natural gas", "Diesel", "Öl", "Peat"]).to_owned(), unit.to_owned()]
        })
        .collect();
    let rows: Vec<ActivityRow<'_>> = texts
        .iter()
        .map(|[fuel, unit]| ActivityRow {
            region: numbers.maybe(&REGIONS),
            scope: [None, Some(EmissionScope::Scope1), Some(EmissionScope::Scope2)][numbers.below(3)],
            ..ActivityRow::new(
                Authority::Iea,
                2019 + numbers.below(7) as i32,
                "Fuels",
                fuel,
                Decimal::new(numbers.below(2_000_000) as i64 - 500_000, 3),
                unit,
            )
        })
        .collect();
    let inventory = factors.inventory(rows.iter().copied(), GwpVersion::Ar5).unwrap();
    assert_eq!(inventory.rows().len() + inventory.failed().len(), rows.len());
    assert!(inventory.rows().len() > 200 && inventory.failed().len() > 200);
    let mut sum = Decimal::ZERO;
    for row in inventory.rows() {
        let alone = factors.emissions(&rows[row.row], GwpVersion::Ar5).unwrap();
        assert_eq!((row.co2e_kg, row.biogenic_co2_kg), (alone.co2e_kg, alone.biogenic_co2_kg));
        assert_eq!((row.market_based_co2e_kg, row.scope), (alone.market_based_co2e_kg, alone.scope));
        assert_eq!(inventory.gases(row).unwrap(), alone.gases);
        assert_eq!(inventory.warnings(row), alone.warnings);
        sum += row.co2e_kg;
    }
    for failed in inventory.failed() {
        let alone = factors.emissions(&rows[failed.row], GwpVersion::Ar5).unwrap_err();
        assert_eq!(failed.error, alone.under(&format!("rows[{}]", failed.row)));
    }
    let totals = inventory.totals();
    assert!((totals.co2e_kg - sum).abs() < Decimal::new(1, 15));
    for groups in [&totals.by_scope, &totals.by_category] {
        assert_eq!(groups.iter().map(|group| group.rows).sum::<usize>(), totals.rows);
        let parts: Decimal = groups.iter().map(|group| group.co2e_kg).sum();
        assert!((parts - totals.co2e_kg).abs() < Decimal::new(1, 15));
    }
}

fn random_data_with_gwp() -> EmissionFactorData {
    let mut numbers = Numbers(4);
    loop {
        let data = random_data(&mut numbers);
        if data.factors.len() > 20 {
            return data;
        }
    }
}

/// There and back again, and by way of a third unit, within the rounding.
#[test]
fn conversions_can_be_undone() {
    let units = [
        "g",
        "kg",
        "tonnes",
        "lb",
        "short ton",
        "long ton",
        "litres",
        "m3",
        "US gallon",
        "imperial gallon",
        "oil barrel",
        "cubic feet",
        "scf",
        "Mcf",
        "kWh",
        "MWh",
        "GJ",
        "mmBtu",
        "therms",
        "toe",
        "kWh (Gross CV)",
        "mmBtu (HHV)",
        "GJ (Net CV)",
        "MWh (Net CV)",
        "km",
        "miles",
        "nautical mile",
        "passenger.km",
        "passenger-mile",
        "tonne.km",
        "short ton-mile",
        "Room per night",
        "FTE Working Hour",
    ];
    let amount = Decimal::new(123_456_789, 4);
    let mut pairs = 0;
    for from in units {
        for to in units {
            let (one, other): (Unit, Unit) = (from.parse().unwrap(), to.parse().unwrap());
            let there = one.convert(amount, other);
            if one.dimension() != other.dimension() {
                assert_eq!(there.unwrap_err().code(), ErrorCode::UnitMismatch, "{from} {to}");
                continue;
            }
            let back = other.convert(there.unwrap(), one).unwrap();
            assert!((back - amount).abs() < Decimal::new(1, 15), "{from} {to}: {back}");
            pairs += 1;
        }
    }
    assert_eq!(pairs, 6 * 6 + 6 * 6 + 2 * 2 + 6 * 6 + 2 * 2 + 2 * 2 + 3 * 3 + 2 * 2 + 2 * 2 + 1 + 1);
}

#[test]
fn a_library_that_is_added_again_takes_the_place_of_its_older_self_whole() {
    let factors = EmissionFactors::new(random_data(&mut Numbers(7))).unwrap();
    let library = factors.data().libraries[0].clone();
    assert_eq!(factors.extended(factors.data().clone()).unwrap().data(), factors.data());

    let replacement = EmissionFactorLibrary { is_default: false, licence: Some("OGL".into()), ..library.clone() };
    let more = EmissionFactorData { libraries: vec![replacement], ..EmissionFactorData::default() };
    let extended = factors.extended(more).unwrap();
    let replaced = extended.library(library.id).unwrap();
    assert_eq!((replaced.licence.as_deref(), replaced.is_default), (Some("OGL"), library.is_default));
    let own = |data: &EmissionFactorData| data.factors.iter().filter(|factor| factor.library_id == library.id).count();
    assert!(own(factors.data()) > 0);
    assert_eq!(own(extended.data()), 0);
    assert_eq!(extended.data().factors.len(), factors.data().factors.len() - own(factors.data()));

    let twice = EmissionFactorData { libraries: vec![library.clone(), library], ..EmissionFactorData::default() };
    assert_eq!(factors.extended(twice).unwrap_err().code(), ErrorCode::Duplicate);
}
