//! Thousands of activities: each row's figures, the totals, and the rows that failed.

use rust_decimal::Decimal;
use rustc_hash::FxHashMap as HashMap;

use super::emissions::{ActivityRow, RowFigures};
use super::factors::EmissionFactors;
use super::gwp_choice::MethaneGwp;
use super::method::{EmissionRole, GasEmission, Method};
use super::model::{Authority, EmissionScope, GwpVersion};
use super::warnings::{Co2eWarning, WarningSeverity, WarningTotal, gravest};
use crate::decimal::Sum;
use crate::wire::record;
use crate::{Error, Result};

/// An inventory while rows are taken: a host reads rows as it can, shows how far it is, and may stop between two.
///
/// ```
/// # #[cfg(feature = "reference-data")] {
/// use tierra::emission::*;
/// let factors = EmissionFactors::reference()?;
/// let mut inventory = InventoryBuilder::new(&factors, GwpVersion::Ar5);
/// let gas = |amount: i64, unit| {
///     ActivityRow::new(Authority::Defra, 2024, "Fuels / Gaseous fuels", "Natural gas", amount.into(), unit)
/// };
/// inventory.push(&gas(1000, "kWh (Gross CV)"));
/// inventory.push(&gas(1000, "kWh")); // gross or net? Not guessed.
/// let inventory = inventory.finish()?;
/// assert_eq!(inventory.totals().co2e_kg.to_string(), "182.9");
/// assert_eq!((inventory.rows().len(), inventory.failed().len()), (1, 1));
/// assert_eq!(inventory.failed()[0].error.path(), "rows[1].unit");
/// # }
/// # Ok::<(), tierra::Error>(())
/// ```
#[derive(Debug)]
pub struct InventoryBuilder<'f> {
    factors: &'f EmissionFactors,
    gwp_version: GwpVersion,
    methods: Vec<MethodTotals<'f>>,
    /// The place of the method of rows that ask for the same, or why they are refused.
    known: HashMap<Box<[u8]>, std::result::Result<usize, Error>>,
    /// What the row before asked for: rows of one kind often stand together.
    last: (Vec<u8>, usize),
    /// kg CO2e of the factors of the row that is being counted.
    by_use: Vec<Decimal>,
    taken: usize,
    rows: Vec<RowEmissions>,
    failed: Vec<FailedRow>,
}

/// A method, and the sums of its rows. By method, because all that totals are grouped by follows from it.
#[derive(Debug)]
struct MethodTotals<'f> {
    method: Method<'f>,
    scope: Option<EmissionScope>,
    sums: Sums,
    /// kg CO2e of each of the method's factors.
    by_use: Vec<Sum>,
}

/// What a row emitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RowEmissions {
    /// Its place among the rows given, from 0.
    pub row: usize,
    /// The place of its method in [`Inventory::methods`].
    pub method: usize,
    /// The amount, in the row's unit.
    pub amount: Decimal,
    /// kg CO2e that count; of bought electricity, heat and steam by the location-based method.
    pub co2e_kg: Decimal,
    /// kg of biogenic CO2, totalled apart; `None` where the library states some that the unit does not reach.
    pub biogenic_co2_kg: Option<Decimal>,
    /// kg CO2e by the market-based method; `None` outside scope 2.
    pub market_based_co2e_kg: Option<Decimal>,
    /// The scope: the row's own, or the one the library states.
    pub scope: Option<EmissionScope>,
    without_residual_mix: bool,
}

impl RowEmissions {
    /// What a reader of the figure should know, in a fixed order; `method` is the one that the row was counted by.
    #[must_use]
    pub fn warnings(&self, method: &Method<'_>) -> Vec<Co2eWarning> {
        method.row_warnings(self.without_residual_mix)
    }

    /// The severity of the gravest warning; `None` without a warning.
    #[must_use]
    pub fn severity(&self, method: &Method<'_>) -> Option<WarningSeverity> {
        gravest(&self.warnings(method))
    }
}

/// A row that could not be counted. It is in no total, and it is not zero.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailedRow {
    /// Its place among the rows given, from 0.
    pub row: usize,
    /// Why, with the path of the field: `rows[3].unit`.
    pub error: Error,
}

/// An inventory of emissions.
#[derive(Debug)]
pub struct Inventory<'f> {
    gwp_version: GwpVersion,
    methods: Vec<Method<'f>>,
    rows: Vec<RowEmissions>,
    failed: Vec<FailedRow>,
    totals: InventoryTotals,
}

/// The totals of an inventory. All are sums of rows, rounded once at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InventoryTotals {
    /// Rows that were counted.
    pub rows: usize,
    /// kg CO2e, bought energy by the location-based method.
    pub co2e_kg: Decimal,
    /// kg CO2e, bought energy by the market-based method.
    pub market_based_co2e_kg: Decimal,
    /// kg of biogenic CO2, in none of the others.
    pub biogenic_co2_kg: Decimal,
    /// Rows whose biogenic CO2 the library states by a unit that the row's does not reach: it is missing above.
    pub rows_without_biogenic: usize,
    /// How many rows carry each warning, the gravest first; those that none carries are left out.
    pub warnings: Vec<WarningTotal>,
    /// By scope, those without one last.
    pub by_scope: Vec<GroupTotal>,
    /// By scope and category.
    pub by_category: Vec<GroupTotal>,
    /// By gas, in the order in which they were met; `CO2e` where the library does not break a figure down. What a library
    /// publishes by gas is rounded, and need not add up to the total that it publishes.
    pub by_gas: Vec<GasTotal>,
}

record! {
    /// The totals of some of the rows.
    #[wire(camelCase: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct GroupTotal {
        /// The scope; `None` for rows that state none and whose library states none.
        pub scope: Option<EmissionScope>,
        /// The category; `None` for all of a scope.
        #[wire(absent)]
        pub category: Option<String>,
        /// Rows that were counted.
        pub rows: usize,
        /// kg CO2e, bought energy by the location-based method.
        pub co2e_kg: Decimal,
        /// kg CO2e by the market-based method; `None` outside scope 2.
        pub market_based_co2e_kg: Option<Decimal>,
        /// kg of biogenic CO2.
        pub biogenic_co2_kg: Decimal,
    }
}

record! {
    /// The total of one gas.
    #[wire(camelCase: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct GasTotal {
        /// The gas; `CO2e` where the library does not break a figure down.
        pub gas: String,
        /// kg CO2e.
        pub co2e_kg: Decimal,
    }
}

impl<'f> InventoryBuilder<'f> {
    /// An inventory without rows.
    #[must_use]
    pub fn new(factors: &'f EmissionFactors, gwp_version: GwpVersion) -> Self {
        Self {
            factors,
            gwp_version,
            methods: Vec::new(),
            known: HashMap::default(),
            last: (Vec::new(), 0),
            by_use: Vec::new(),
            taken: 0,
            rows: Vec::new(),
            failed: Vec::new(),
        }
    }

    /// How many rows were taken.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.taken
    }

    /// How many methods rows have been counted by so far: a row that makes it grow is the first of its kind.
    #[must_use]
    pub fn method_count(&self) -> usize {
        self.methods.len()
    }

    /// Takes a row. One that cannot be counted is listed with its reason and leaves the others.
    pub fn push(&mut self, row: &ActivityRow<'_>) {
        let at = self.taken;
        self.taken += 1;
        if let Err(error) = self.count(at, row) {
            self.fail(at, error);
        }
    }

    /// Takes a row that could not even be read, with its reason.
    pub fn push_unreadable(&mut self, error: Error) {
        let at = self.taken;
        self.taken += 1;
        self.fail(at, error);
    }

    fn fail(&mut self, row: usize, error: Error) {
        self.failed.push(FailedRow { row, error: error.under(&format!("rows[{row}]")) });
    }

    fn count(&mut self, at: usize, row: &ActivityRow<'_>) -> Result<()> {
        let place = self.method_of(row)?;
        let Some(entry) = self.methods.get_mut(place) else { return Ok(()) };
        let figures = row.figures(&entry.method, &mut self.by_use)?;
        entry.add(&figures, &self.by_use);
        self.rows.push(RowEmissions {
            row: at,
            method: place,
            amount: row.amount,
            co2e_kg: figures.co2e_kg,
            biogenic_co2_kg: figures.biogenic_co2_kg,
            market_based_co2e_kg: figures.market_based_co2e_kg,
            scope: figures.scope,
            without_residual_mix: figures.without_residual_mix,
        });
        Ok(())
    }

    /// The place of a row's method, found or made.
    fn method_of(&mut self, row: &ActivityRow<'_>) -> Result<usize> {
        let mut key = Vec::with_capacity(self.last.0.len());
        write_key(&mut key, row);
        if key == self.last.0 {
            return Ok(self.last.1);
        }
        let found = match self.known.get(key.as_slice()) {
            Some(known) => known.clone(),
            None => {
                let made = self.factors.method(row, self.gwp_version).map(|method| {
                    self.methods.push(MethodTotals::of(method, row.scope));
                    self.methods.len() - 1
                });
                self.known.insert(key.clone().into_boxed_slice(), made.clone());
                made
            }
        }?;
        self.last = (key, found);
        Ok(found)
    }

    /// Adds up.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`](crate::ErrorCode::OutOfRange) for a total beyond 7.9e28 kg.
    pub fn finish(self) -> Result<Inventory<'f>> {
        let totals = InventoryTotals::of(&self.methods, &self.rows)?;
        Ok(Inventory {
            gwp_version: self.gwp_version,
            methods: self.methods.into_iter().map(|entry| entry.method).collect(),
            rows: self.rows,
            failed: self.failed,
            totals,
        })
    }
}

/// All that a row's method depends on, with the length of each text before it.
fn write_key(key: &mut Vec<u8>, row: &ActivityRow<'_>) {
    let of_authority = |authority: Authority| Authority::ALL.iter().position(|it| *it == authority).unwrap_or(0);
    let of_scope = |scope: Option<EmissionScope>| match scope {
        Some(scope) => 1 + EmissionScope::ALL.iter().position(|it| *it == scope).unwrap_or(0),
        None => 0,
    };
    key.extend_from_slice(&row.reporting_year.to_le_bytes());
    let of_methane = |methane: Option<MethaneGwp>| methane.map_or(0, |methane| 1 + methane as usize);
    for number in [of_authority(row.authority), of_scope(row.scope), of_methane(row.methane)] {
        key.push(u8::try_from(number).unwrap_or(u8::MAX));
    }
    let texts = [Some(row.fuel_type), Some(row.category), row.gas, row.region, row.technology, row.factor_unit];
    for text in texts.into_iter().chain([Some(row.unit)]) {
        let length = text.map_or(u32::MAX, |text| u32::try_from(text.len()).unwrap_or(u32::MAX - 1));
        key.extend_from_slice(&length.to_le_bytes());
        key.extend_from_slice(text.unwrap_or_default().as_bytes());
    }
    key.extend_from_slice(row.library_digest.as_ref().map_or(&[][..], |digest| digest.as_slice()));
}

impl<'f> MethodTotals<'f> {
    fn of(method: Method<'f>, scope: Option<EmissionScope>) -> Self {
        Self {
            scope: scope.or(method.scope()),
            sums: Sums::default(),
            by_use: vec![Sum::default(); method.uses.len()],
            method,
        }
    }

    fn add(&mut self, figures: &RowFigures, by_use: &[Decimal]) {
        for (sum, kg) in self.by_use.iter_mut().zip(by_use) {
            sum.add(*kg);
        }
        self.sums.add(figures);
    }
}

impl<'f> Inventory<'f> {
    /// The report whose GWP values were asked.
    #[must_use]
    pub fn gwp_version(&self) -> GwpVersion {
        self.gwp_version
    }

    /// How rows were counted; [`RowEmissions::method`] is a place in this list.
    #[must_use]
    pub fn methods(&self) -> &[Method<'f>] {
        &self.methods
    }

    /// The rows that were counted, in the order given.
    #[must_use]
    pub fn rows(&self) -> &[RowEmissions] {
        &self.rows
    }

    /// The rows that could not be counted, in the order given. With [`Inventory::rows`] they are all rows.
    #[must_use]
    pub fn failed(&self) -> &[FailedRow] {
        &self.failed
    }

    /// The totals of the rows that were counted.
    #[must_use]
    pub fn totals(&self) -> &InventoryTotals {
        &self.totals
    }

    /// What each gas of a row contributes.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`](crate::ErrorCode::OutOfRange) for a bound that does not fit.
    pub fn gases(&self, row: &RowEmissions) -> Result<Vec<GasEmission<'f>>> {
        self.methods.get(row.method).map_or(Ok(Vec::new()), |method| method.gases(row.amount))
    }

    /// What a reader of a row's figure should know, in a fixed order.
    #[must_use]
    pub fn warnings(&self, row: &RowEmissions) -> Vec<Co2eWarning> {
        self.methods.get(row.method).map(|method| row.warnings(method)).unwrap_or_default()
    }

    /// The rows that were counted, those that were not, and the totals, without what is borrowed from the factors.
    #[must_use]
    pub fn into_parts(self) -> (Vec<RowEmissions>, Vec<FailedRow>, InventoryTotals) {
        (self.rows, self.failed, self.totals)
    }
}

/// The sums of some of the rows.
#[derive(Debug, Default)]
struct Sums {
    rows: usize,
    co2e_kg: Sum,
    biogenic_co2_kg: Sum,
    market_based_co2e_kg: Sum,
}

impl Sums {
    fn add(&mut self, figures: &RowFigures) {
        self.rows += 1;
        self.co2e_kg.add(figures.co2e_kg);
        self.biogenic_co2_kg.add(figures.biogenic_co2_kg.unwrap_or_default());
        self.market_based_co2e_kg.add(figures.market_based_co2e_kg.unwrap_or(figures.co2e_kg));
    }

    fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        self.co2e_kg.merge(other.co2e_kg);
        self.biogenic_co2_kg.merge(other.biogenic_co2_kg);
        self.market_based_co2e_kg.merge(other.market_based_co2e_kg);
    }

    fn total(&self, scope: Option<EmissionScope>, category: Option<String>) -> Result<GroupTotal> {
        let market = self.market_based_co2e_kg.total("total")?;
        Ok(GroupTotal {
            scope,
            category,
            rows: self.rows,
            co2e_kg: self.co2e_kg.total("total")?,
            market_based_co2e_kg: (scope == Some(EmissionScope::Scope2)).then_some(market),
            biogenic_co2_kg: self.biogenic_co2_kg.total("total")?,
        })
    }
}

/// The groups of one kind: by scope, those without one last, then by category.
fn group_totals<'m>(
    methods: &'m [MethodTotals<'_>],
    category: impl Fn(&'m MethodTotals<'_>) -> Option<&'m str>,
) -> Result<Vec<GroupTotal>> {
    let mut groups: std::collections::BTreeMap<(bool, Option<EmissionScope>, Option<&str>), Sums> = Default::default();
    for entry in methods.iter().filter(|entry| entry.sums.rows > 0) {
        groups.entry((entry.scope.is_none(), entry.scope, category(entry))).or_default().merge(&entry.sums);
    }
    groups.iter().map(|((_, scope, category), sums)| sums.total(*scope, category.map(str::to_owned))).collect()
}

impl InventoryTotals {
    fn of(methods: &[MethodTotals<'_>], rows: &[RowEmissions]) -> Result<Self> {
        let mut all = Sums::default();
        methods.iter().for_each(|entry| all.merge(&entry.sums));
        Ok(Self {
            rows: rows.len(),
            co2e_kg: all.co2e_kg.total("total")?,
            market_based_co2e_kg: all.market_based_co2e_kg.total("total")?,
            biogenic_co2_kg: all.biogenic_co2_kg.total("total")?,
            rows_without_biogenic: rows.iter().filter(|row| row.biogenic_co2_kg.is_none()).count(),
            warnings: warning_totals(methods, rows),
            by_scope: group_totals(methods, |_| None)?,
            by_category: group_totals(methods, |entry| Some(entry.method.category()))?,
            by_gas: by_gas(methods)?,
        })
    }
}

/// How many rows carry each warning.
fn warning_totals(methods: &[MethodTotals<'_>], rows: &[RowEmissions]) -> Vec<WarningTotal> {
    let mut counts = [0_usize; Co2eWarning::ALL.len()];
    let mut count = |warning: Co2eWarning, rows: usize| {
        if let Some(counted) = counts.get_mut(warning as usize) {
            *counted += rows;
        }
    };
    for entry in methods.iter().filter(|entry| entry.sums.rows > 0) {
        entry.method.warnings().into_iter().for_each(|warning| count(warning, entry.sums.rows));
    }
    count(Co2eWarning::NoResidualMix, rows.iter().filter(|row| row.without_residual_mix).count());
    let counted = Co2eWarning::ALL.into_iter().zip(counts).filter(|(_, rows)| *rows > 0);
    counted.map(|(warning, rows)| WarningTotal { warning, severity: warning.severity(), rows }).collect()
}

fn by_gas(methods: &[MethodTotals<'_>]) -> Result<Vec<GasTotal>> {
    let mut gases: Vec<(&str, Sum)> = Vec::new();
    for entry in methods.iter().filter(|entry| entry.sums.rows > 0) {
        let broken_down = entry.method.uses.iter().any(|(role, _)| *role == EmissionRole::PartOfTotal);
        for ((role, used), sum) in entry.method.uses.iter().zip(&entry.by_use) {
            // A total beside its parts would count them twice.
            let is_total = broken_down && *role == EmissionRole::Counted;
            if *role == EmissionRole::Biogenic || is_total {
                continue;
            }
            let gas = used.factor.gas.as_str();
            match gases.iter_mut().find(|(known, _)| crate::text::same_folded(known, gas)) {
                Some((_, known)) => known.merge(*sum),
                None => gases.push((gas, *sum)),
            }
        }
    }
    let total = |(gas, sum): (&str, Sum)| Ok(GasTotal { gas: gas.to_owned(), co2e_kg: sum.total("total")? });
    gases.into_iter().map(total).collect()
}

impl EmissionFactors {
    /// The inventory of many activities: [`InventoryBuilder`] over all rows at once.
    ///
    /// # Errors
    ///
    /// As [`InventoryBuilder::finish`]. A row that cannot be counted is no error: it is in [`Inventory::failed`].
    pub fn inventory<'r>(
        &self,
        rows: impl IntoIterator<Item = ActivityRow<'r>>,
        gwp_version: GwpVersion,
    ) -> Result<Inventory<'_>> {
        let mut builder = InventoryBuilder::new(self, gwp_version);
        for row in rows {
            builder.push(&row);
        }
        builder.finish()
    }
}
