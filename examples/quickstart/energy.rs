//! What did it emit?

use std::collections::HashMap;
use std::path::Path;

use chrono::Datelike;
use tierra::decimal::parse_decimal;
use tierra::emission::{
    Activity, Co2e, Co2eWarning, EmissionFactor, EmissionFactors, GwpVersion, LibraryMatch, ResolutionTier,
    ResolveQuery,
};
use tierra::{Decimal, Error, ErrorCode, Period, ffi};

use crate::csv_file::{Columns, Row, Tally, Unreadable, read_rows, shown_path};
use crate::fleet::repeated;
use crate::groups::Groups;

const COLUMNS: Columns = Columns {
    needed: &["site", "start", "end", "authority", "fuel_type", "gas", "category", "quantity", "unit"],
    optional: &["row_id", "region", "technology"],
};

/// Libraries, factors and GWP values.
pub(crate) struct Factors {
    file: String,
    factors: EmissionFactors,
}

pub(crate) fn read_factors(path: &Path) -> Result<Factors, Unreadable> {
    let expected = "emission factors as JSON, as in examples/data/factors.json";
    let json = std::fs::read_to_string(path).map_err(|error| Unreadable::of_io(path, &error, expected))?;
    let factors = ffi::emission_factors_from_json(json.trim_start_matches('\u{FEFF}'))
        .map_err(|error| Unreadable::of_core(path, &error))?;
    Ok(Factors { file: shown_path(path), factors })
}

/// What was emitted: kg CO2e, and apart from it kg of biogenic CO2.
#[derive(Clone, Copy, Default)]
pub(crate) struct Emitted {
    pub(crate) co2e_kg: Decimal,
    pub(crate) biogenic_co2_kg: Decimal,
}

impl Emitted {
    fn plus(self, other: Self) -> tierra::Result<Self> {
        let sum = || {
            Some(Self {
                co2e_kg: self.co2e_kg.checked_add(other.co2e_kg)?,
                biogenic_co2_kg: self.biogenic_co2_kg.checked_add(other.biogenic_co2_kg)?,
            })
        };
        sum().ok_or_else(|| {
            let message = "takes the total beyond 7.9e28 kg; expected a smaller quantity";
            Error::from_host(ErrorCode::OutOfRange, "quantity", message)
        })
    }
}

/// What a site emitted.
#[derive(Default)]
pub(crate) struct Site {
    pub(crate) rows: usize,
    pub(crate) emitted: Emitted,
}

/// A factor, how it was found, and how often.
pub(crate) struct FactorUse {
    pub(crate) factor: EmissionFactor,
    pub(crate) library: String,
    pub(crate) library_version: String,
    pub(crate) library_match: LibraryMatch,
    pub(crate) tier: ResolutionTier,
    /// The GWP that was multiplied, `None` for a factor that is CO2e already.
    pub(crate) gwp: Option<Decimal>,
    pub(crate) uses: usize,
}

/// A file of energy use and what the core says about it.
pub(crate) struct Energy {
    pub(crate) tally: Tally,
    pub(crate) factors_file: String,
    pub(crate) gwp: GwpVersion,
    /// In the order of the file.
    pub(crate) sites: Groups<Site>,
    pub(crate) total: Emitted,
    /// In the order of their first use.
    pub(crate) factors: Vec<FactorUse>,
    pub(crate) warnings: Vec<(Co2eWarning, usize)>,
}

impl Energy {
    pub(crate) fn read(path: &Path, factors: &Factors, gwp: GwpVersion) -> Result<Self, Unreadable> {
        let mut reader = Reader::new(&factors.factors, gwp);
        let tally = read_rows(path, &COLUMNS, |row| reader.take(row))?;
        Ok(Self {
            tally,
            factors_file: factors.file.clone(),
            gwp,
            sites: reader.sites,
            total: reader.total,
            factors: reader.used,
            warnings: reader.warnings.into(),
        })
    }

    /// How many factors were looked up: one for each gas of each row.
    pub(crate) fn lookups(&self) -> usize {
        self.factors.iter().map(|used| used.uses).sum()
    }

    pub(crate) fn lookups_in_tier(&self, tier: ResolutionTier) -> usize {
        self.factors.iter().filter(|used| used.tier == tier).map(|used| used.uses).sum()
    }

    pub(crate) fn lookups_with_match(&self, library_match: LibraryMatch) -> usize {
        self.factors.iter().filter(|used| used.library_match == library_match).map(|used| used.uses).sum()
    }
}

/// What is gathered while the rows are read.
struct Reader<'a> {
    factors: &'a EmissionFactors,
    gwp: GwpVersion,
    sites: Groups<Site>,
    total: Emitted,
    used: Vec<FactorUse>,
    used_places: HashMap<(u128, ResolutionTier, LibraryMatch), usize>,
    warnings: [(Co2eWarning, usize); Co2eWarning::ALL.len()],
    /// On which line each id stands.
    ids: HashMap<String, u64>,
}

impl<'a> Reader<'a> {
    fn new(factors: &'a EmissionFactors, gwp: GwpVersion) -> Self {
        Self {
            factors,
            gwp,
            sites: Groups::default(),
            total: Emitted::default(),
            used: Vec::new(),
            used_places: HashMap::new(),
            warnings: Co2eWarning::ALL.map(|warning| (warning, 0)),
            ids: HashMap::new(),
        }
    }

    /// Counts a row as a whole: where one of its gases fails, nothing of it counts.
    fn take(&mut self, row: &Row<'_>) -> tierra::Result<()> {
        let name = row.name("site")?;
        let period = Period::parse(row.text("start")?, row.text("end")?)?;
        let quantity = parse_decimal(row.text("quantity")?).map_err(|error| error.under("quantity"))?;
        let activity = Activity { amount: quantity, unit: row.text("unit")? };
        let query = ResolveQuery {
            authority: row.text("authority")?.parse().map_err(|error: Error| error.under("authority"))?,
            reporting_year: period.start().year(),
            fuel_type: row.text("fuel_type")?,
            gas: "",
            category: row.text("category")?,
            region: Some(row.text("region")?).filter(|region| !region.is_empty()),
            technology: Some(row.text("technology")?).filter(|technology| !technology.is_empty()),
            factor_unit: None,
            library_digest: None,
        };
        let gases = gases(row.text("gas")?)?;
        let answers: Vec<Co2e<'a>> = gases
            .into_iter()
            .map(|gas| self.factors.co2e(&ResolveQuery { gas, ..query }, &activity, self.gwp))
            .collect::<tierra::Result<_>>()?;
        let emitted = answers.iter().try_fold(Emitted::default(), |sum, answer| {
            sum.plus(Emitted { co2e_kg: answer.co2e_kg, biogenic_co2_kg: answer.biogenic_co2_kg })
        })?;
        let total = self.total.plus(emitted)?;
        let id = row.optional_name("row_id")?;
        if let Some((id, first)) = id.and_then(|id| Some((id, self.ids.get(id)?))) {
            return Err(repeated("row_id", id, *first));
        }
        self.sites.update(name, |site| {
            site.emitted = site.emitted.plus(emitted)?;
            site.rows += 1;
            Ok(())
        })?;
        self.total = total;
        self.ids.extend(id.map(|id| (id.to_owned(), row.line)));
        answers.iter().for_each(|answer| self.count(answer));
        Ok(())
    }

    fn count(&mut self, answer: &Co2e<'_>) {
        for (warning, count) in &mut self.warnings {
            *count += usize::from(answer.warnings.contains(warning));
        }
        let resolved = &answer.resolved;
        let key = (resolved.factor.id.as_u128(), resolved.tier, resolved.library_match);
        let place = *self.used_places.entry(key).or_insert(self.used.len());
        if let Some(used) = self.used.get_mut(place) {
            used.uses += 1;
            return;
        }
        self.used.push(FactorUse {
            factor: resolved.factor.clone(),
            library: resolved.library.name.clone(),
            library_version: resolved.library.version.clone(),
            library_match: resolved.library_match,
            tier: resolved.tier,
            gwp: answer.gwp,
            uses: 1,
        });
    }
}

/// The gases of a row: `CO2e`, or a list such as `CO2;CH4;N2O`, none of which may count twice.
fn gases(list: &str) -> tierra::Result<Vec<&str>> {
    let gases: Vec<&str> = list.split(';').map(str::trim).collect();
    let twice =
        gases.iter().enumerate().find(|(place, gas)| gases.iter().skip(place + 1).any(|g| g.eq_ignore_ascii_case(gas)));
    if let Some((_, gas)) = twice {
        let message = format!("`{gas}` stands twice; expected each gas once");
        return Err(Error::from_host(ErrorCode::Duplicate, "gas", &message));
    }
    if gases.len() > 1 && gases.iter().any(|gas| gas.eq_ignore_ascii_case("CO2e")) {
        let message = format!("`{list}` counts gases twice; expected `CO2e` alone, or the gases");
        return Err(Error::from_host(ErrorCode::Duplicate, "gas", &message));
    }
    Ok(gases)
}
