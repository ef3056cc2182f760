//! What an activity emitted: all gases, biogenic CO2 apart, electricity by location and by market.

use rust_decimal::Decimal;

use super::co2e::FactorUse;
use super::factor_unit::FactorUnit;
use super::factors::EmissionFactors;
use super::gwp_choice::{GwpChoice, MethaneGwp};
use super::method::{EmissionRole, Figures, GasEmission, Method};
use super::model::{Authority, EmissionScope, GwpVersion, check_name};
use super::resolve::ResolveQuery;
use super::search::TechnologyMatch;
use super::units::Unit;
use super::warnings::{Co2eWarning, WarningSeverity, gravest};
use crate::decimal::RoundedSum;
use crate::wire::record;
use crate::{Error, ErrorCode, Result, decimal, text};

/// An activity: what was burned, bought or driven, and whose factors count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActivityRow<'a> {
    /// Whose factors.
    pub authority: Authority,
    /// The year reported on, 1990 to 2100.
    pub reporting_year: i32,
    /// The fuel or activity.
    pub fuel_type: &'a str,
    /// The category.
    pub category: &'a str,
    /// One gas alone; without, all gases that the library has for the fuel and category.
    pub gas: Option<&'a str>,
    /// The region, if one is asked for.
    pub region: Option<&'a str>,
    /// The technology, if one is asked for.
    pub technology: Option<&'a str>,
    /// The factor's unit, as in [`ResolveQuery::factor_unit`].
    pub factor_unit: Option<&'a str>,
    /// The content to which the row is pinned, as in [`ResolveQuery::library_digest`].
    pub library_digest: Option<[u8; 32]>,
    /// How much. Negative amounts are corrections and give negative emissions.
    pub amount: Decimal,
    /// The unit of the amount.
    pub unit: &'a str,
    /// The scope; without, the one under which the library states the factor.
    pub scope: Option<EmissionScope>,
    /// Which GWP counts methane; without, as the report's users count.
    pub methane: Option<MethaneGwp>,
    /// The contracts that cover the electricity, heat or steam (market-based method), each a part of the amount.
    pub instruments: &'a [Instrument<'a>],
}

record! {
    /// A contractual instrument of the market-based method: a supplier's rate, a certificate, a power purchase agreement
    /// (GHG Protocol Scope 2 Guidance, chapter 6).
    #[wire(camelCase: reads)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Instrument<'a> {
        /// What it is, such as `REGO 2024`.
        pub name: &'a str,
        /// Its emission factor, in `unit`.
        pub value: Decimal,
        /// A mass of CO2e per unit, such as `kg CO2e/kWh`.
        pub unit: &'a str,
        /// How much of the row it covers, in the row's unit; without, all of it.
        pub amount: Option<Decimal>,
    }
}

/// What an activity emitted.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Emissions<'f> {
    /// kg CO2e that count; of bought electricity, heat and steam by the location-based method.
    pub co2e_kg: Decimal,
    /// kg of biogenic CO2, totalled apart; `None` where the library states some that the unit does not reach.
    pub biogenic_co2_kg: Option<Decimal>,
    /// kg CO2e by the market-based method; `None` outside scope 2.
    pub market_based_co2e_kg: Option<Decimal>,
    /// The scope: the row's own, or the one the library states.
    pub scope: Option<EmissionScope>,
    /// What each gas contributes.
    pub gases: Vec<GasEmission<'f>>,
    /// What a reader of the figure should know, in a fixed order.
    pub warnings: Vec<Co2eWarning>,
    /// How it was counted.
    pub method: Method<'f>,
}

impl Emissions<'_> {
    /// The severity of the gravest warning; `None` without a warning.
    #[must_use]
    pub fn severity(&self) -> Option<WarningSeverity> {
        gravest(&self.warnings)
    }
}

/// The figures of a row by its method.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowFigures {
    pub(super) co2e_kg: Decimal,
    pub(super) biogenic_co2_kg: Option<Decimal>,
    pub(super) market_based_co2e_kg: Option<Decimal>,
    pub(super) scope: Option<EmissionScope>,
    pub(super) without_residual_mix: bool,
}

impl<'a> ActivityRow<'a> {
    /// A row that asks for all gases, no region, technology, unit or revision, and has no contracts.
    #[must_use]
    pub fn new(
        authority: Authority,
        reporting_year: i32,
        category: &'a str,
        fuel_type: &'a str,
        amount: Decimal,
        unit: &'a str,
    ) -> Self {
        Self {
            authority,
            reporting_year,
            fuel_type,
            category,
            gas: None,
            region: None,
            technology: None,
            factor_unit: None,
            library_digest: None,
            amount,
            unit,
            scope: None,
            methane: None,
            instruments: &[],
        }
    }

    fn gwp_choice(&self, version: GwpVersion) -> GwpChoice {
        GwpChoice { version, methane: self.methane.unwrap_or(MethaneGwp::ByReport) }
    }

    /// The query for the factor of one of its gases.
    pub(crate) fn query<'q>(&'q self, gas: &'q str) -> ResolveQuery<'q> {
        ResolveQuery {
            authority: self.authority,
            reporting_year: self.reporting_year,
            fuel_type: self.fuel_type,
            gas,
            category: self.category,
            region: self.region,
            technology: self.technology,
            factor_unit: self.factor_unit,
            library_digest: self.library_digest,
        }
    }

    /// The figures by a method, which is one for this row, and kg CO2e of each of its factors in `by_use`.
    pub(super) fn figures(&self, method: &Method<'_>, by_use: &mut Vec<Decimal>) -> Result<RowFigures> {
        let Figures { co2e_kg, biogenic_co2_kg } = method.figures_by_use(self.amount, by_use)?;
        let scope = self.scope.or(method.scope);
        let mut found = RowFigures {
            co2e_kg,
            biogenic_co2_kg: (!method.biogenic_not_stated).then_some(biogenic_co2_kg),
            market_based_co2e_kg: None,
            scope,
            without_residual_mix: false,
        };
        if !self.instruments.is_empty() {
            // A row that says so itself does not make burned diesel bought energy.
            [scope, method.scope.or(scope)].into_iter().try_for_each(check_bought)?;
        }
        if scope == Some(EmissionScope::Scope2) {
            let (market, uncovered) = self.market_based(method, co2e_kg)?;
            found.market_based_co2e_kg = Some(market);
            found.without_residual_mix = uncovered && method.residual.is_empty();
        }
        Ok(found)
    }

    /// kg CO2e by the contracts, and by the residual mix or else the grid's factor for what they leave; and whether they
    /// leave something.
    fn market_based(&self, method: &Method<'_>, location_based: Decimal) -> Result<(Decimal, bool)> {
        let mut left = self.amount;
        let mut total = RoundedSum::default();
        for (index, instrument) in self.instruments.iter().enumerate() {
            let covered = instrument.amount.unwrap_or(left);
            let kg = instrument.co2e_kg(covered, self.unit);
            let kg = kg.map_err(|error| error.under(&format!("instruments[{index}]")))?;
            total.add(kg);
            // A part has the sign of the whole, and is no larger than what is left of it.
            let other_sign = !covered.is_zero() && covered.is_sign_negative() != self.amount.is_sign_negative();
            if other_sign || covered.abs() > left.abs() {
                let message = format!(
                    "`{}` is no part of the `{}` {} that are left of the row; expected its part of the amount",
                    covered.normalize(),
                    left.normalize(),
                    self.unit
                );
                return Err(Error::new(ErrorCode::OutOfRange, format!("instruments[{index}].amount"), message));
            }
            left = decimal::add(left, -covered, "amount left")?;
        }
        let covered = left.is_zero() && !self.instruments.is_empty();
        if !covered && method.residual.is_empty() {
            total.add(if left == self.amount { location_based } else { method.figures(left)?.co2e_kg });
        } else if !covered {
            for used in &method.residual {
                total.add(used.mass(left)?.co2e_kg);
            }
        }
        Ok((total.total("market-based sum")?, !covered))
    }
}

/// Refuses contracts on what is not bought energy.
fn check_bought(scope: Option<EmissionScope>) -> Result<()> {
    if scope == Some(EmissionScope::Scope2) {
        return Ok(());
    }
    let shown = scope.map_or("no scope".to_owned(), |scope| format!("`{scope}`"));
    let message = format!("stand on a row of {shown}; expected them on bought energy, `scope_2`, alone");
    Err(Error::new(ErrorCode::UnknownValue, "instruments", message))
}

impl Instrument<'_> {
    /// kg CO2e of an amount that it covers.
    fn co2e_kg(&self, amount: Decimal, unit: &str) -> Result<Decimal> {
        check_name("name", self.name)?;
        if self.value < Decimal::ZERO {
            let message = format!("`{}` is negative; expected an emission factor of zero or more", self.value);
            return Err(Error::new(ErrorCode::OutOfRange, "value", message));
        }
        let own = FactorUnit::of(self.unit)?;
        own.is_co2e("CO2e", self.unit)?;
        let amount = if text::same_words(unit, &own.activity) {
            amount
        } else {
            let units = Unit::of(unit).zip(own.activity_unit).filter(|(from, to)| from.dimension() == to.dimension());
            let Some((from, to)) = units else {
                let message = format!(
                    "`{}` is not per a unit that `{}` converts into; expected such as `kg CO2e/{unit}`",
                    text::excerpt(self.unit),
                    text::excerpt(unit)
                );
                return Err(Error::new(ErrorCode::UnitMismatch, "unit", message));
            };
            from.convert(amount, to)?
        };
        let mass = decimal::multiply(amount, self.value, "amount × factor")?;
        decimal::multiply(mass, own.kg_per_mass_unit, "mass in kg")
    }
}

impl EmissionFactors {
    /// What an activity emitted: by gas and in total, biogenic CO2 apart, bought energy by location and by market.
    ///
    /// Where the library has a factor for all gases (`CO2e`) for the fuel and category, that one counts and the gases that it
    /// has beside it are shown as parts of it; else every gas counts with its GWP. Biogenic CO2 is that of a biogenic
    /// factor, or the one that the library states for the same fuel under another category
    /// ([`biogenic_categories`](super::EmissionFactorLibrary::biogenic_categories)). Sums are rounded to 28 decimal places and 96 bits, halves to even;
    /// all else is as [`EmissionFactors::co2e`] says. Which gases the answer holds stands in its method, and
    /// [`Co2eWarning::Co2NotStated`] says that the CO2 of what was burned is not among them (DECISIONS 34).
    ///
    /// Of a row of scope 2 the market-based figure takes each contract's own factor for the part that it covers; the rest is
    /// counted by the library's factor of technology `Residual mix`, or else by the location-based one, which
    /// [`Co2eWarning::NoResidualMix`] says (GHG Protocol Scope 2 Guidance, table 6.3).
    ///
    /// # Errors
    ///
    /// Those of [`EmissionFactors::co2e`], with the unit at `unit`; at `instruments` [`ErrorCode::UnknownValue`] outside
    /// scope 2, [`ErrorCode::OutOfRange`] for more than the row's amount, [`ErrorCode::UnitMismatch`].
    ///
    /// ```
    /// # #[cfg(feature = "reference-data")] {
    /// use tierra::emission::*;
    /// let factors = EmissionFactors::reference()?;
    /// let (category, fuel) = ("Fuels / Liquid fuels", "Diesel (average biofuel blend)");
    /// let row = ActivityRow::new(Authority::Defra, 2024, category, fuel, 1000.into(), "litres");
    /// let diesel = factors.emissions(&row, GwpVersion::Ar5)?;
    /// assert_eq!((diesel.co2e_kg.to_string(), diesel.biogenic_co2_kg), ("2512.79".to_owned(), Some(160.into())));
    /// # }
    /// # Ok::<(), tierra::Error>(())
    /// ```
    pub fn emissions(&self, row: &ActivityRow<'_>, gwp_version: GwpVersion) -> Result<Emissions<'_>> {
        let method = self.method(row, gwp_version)?;
        let figures = row.figures(&method, &mut Vec::new())?;
        Ok(Emissions {
            co2e_kg: figures.co2e_kg.normalize(),
            biogenic_co2_kg: figures.biogenic_co2_kg.map(|kg| kg.normalize()),
            market_based_co2e_kg: figures.market_based_co2e_kg.map(|kg| kg.normalize()),
            scope: figures.scope,
            gases: method.gases(row.amount)?,
            warnings: method.row_warnings(figures.without_residual_mix),
            method,
        })
    }

    /// How a row is to be counted, whatever its amount.
    ///
    /// # Errors
    ///
    /// As [`EmissionFactors::emissions`], but for those of the amount and of the contracts.
    pub fn method<'f>(&'f self, row: &ActivityRow<'_>, gwp_version: GwpVersion) -> Result<Method<'f>> {
        row.query(row.gas.unwrap_or("CO2e")).check()?;
        let mut method = Method {
            uses: Vec::new(),
            residual: Vec::new(),
            gases_not_stated: Vec::new(),
            biogenic_not_stated: false,
            co2_missing: None,
            gwp_version,
            scope: None,
        };
        match row.gas {
            Some(gas) => self.use_gas(&mut method, row, gas)?,
            None => self.use_all_gases(&mut method, row)?,
        }
        method.scope = method.main().and_then(|used| used.factor.scope);
        if row.gas.is_none() {
            self.use_biogenic_category(&mut method, row)?;
            method.co2_missing = self.co2_missing(&method, row);
        }
        if row.scope.or(method.scope) == Some(EmissionScope::Scope2) {
            method.residual = self.residual_mix(row, gwp_version)?;
        }
        Ok(method)
    }

    /// Counts one gas, which must be there.
    fn use_gas<'f>(&'f self, method: &mut Method<'f>, row: &ActivityRow<'_>, gas: &str) -> Result<()> {
        let query = row.query(gas);
        let used = self.factor_use(&query, row.unit, row.gwp_choice(method.gwp_version))?;
        let used = used.ok_or_else(|| self.factor_not_found(&query))?;
        let role = if used.is_biogenic_co2() { EmissionRole::Biogenic } else { EmissionRole::Counted };
        method.uses.push((role, used));
        Ok(())
    }

    /// Counts the factor of all gases where there is one, else every gas.
    fn use_all_gases<'f>(&'f self, method: &mut Method<'f>, row: &ActivityRow<'_>) -> Result<()> {
        let of_all = row.query("CO2e");
        let Some((library, _)) = self.library_for(&of_all)? else { return Err(self.factor_not_found(&of_all)) };
        let gases = self.index.gases(library, row.fuel_type, row.category);
        let total = gases.iter().find(|gas| text::same_folded(gas, "CO2e"));
        if let Some(total) = total {
            self.use_gas(method, row, total)?;
        }
        for gas in gases.iter().filter(|gas| Some(*gas) != total) {
            let found = self.factor_use(&row.query(gas), row.unit, row.gwp_choice(method.gwp_version));
            match (found, total) {
                (Ok(Some(used)), _) if used.is_biogenic_co2() => method.uses.push((EmissionRole::Biogenic, used)),
                (Ok(Some(used)), Some(_)) => method.uses.push((EmissionRole::PartOfTotal, used)),
                (Ok(Some(used)), None) => method.uses.push((EmissionRole::Counted, used)),
                // What is missing of the parts is in the total all the same.
                (_, Some(_)) => {}
                (Ok(None), None) => method.gases_not_stated.push(gas.clone()),
                (Err(error), None) => return Err(error),
            }
        }
        if method.uses.is_empty() {
            return Err(self.factor_not_found(&gases.first().map_or(of_all, |gas| row.query(gas))));
        }
        Ok(())
    }

    /// Adds the biogenic CO2 that the library states for the fuel under another category.
    fn use_biogenic_category<'f>(&'f self, method: &mut Method<'f>, row: &ActivityRow<'_>) -> Result<()> {
        let Some(library) = method.library() else { return Ok(()) };
        let pairs = library.biogenic_categories.iter();
        for pair in pairs.filter(|pair| text::same_folded(&pair.category, row.category)) {
            let query = ResolveQuery { category: &pair.biogenic_category, factor_unit: None, ..row.query("CO2") };
            match self.factor_use(&query, row.unit, row.gwp_choice(method.gwp_version)) {
                Ok(Some(used)) => method.uses.push((EmissionRole::Biogenic, used)),
                // Some for other regions or technologies, whose figures are no answer.
                Ok(None) => method.biogenic_not_stated |= self.has_candidates(&query),
                Err(error) => match error.code() {
                    // A unit that is not known may still be the other factor's own.
                    ErrorCode::UnitMismatch | ErrorCode::UnknownUnit | ErrorCode::AmbiguousFactor => {
                        method.biogenic_not_stated = true;
                    }
                    _ => return Err(error),
                },
            }
        }
        Ok(())
    }

    /// The library's residual mix for bought energy; nothing where it has none.
    fn residual_mix(&self, row: &ActivityRow<'_>, gwp_version: GwpVersion) -> Result<Vec<FactorUse<'_>>> {
        let of_residual = ActivityRow { technology: Some("Residual mix"), ..*row };
        let Some((library, _)) = self.library_for(&of_residual.query("CO2e"))? else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        let gases = |all: bool| {
            let gases = self.index.gases(library, row.fuel_type, row.category).iter();
            gases.filter(move |gas| text::same_folded(gas, "CO2e") == all)
        };
        // Where there is a factor of all gases, the others are parts of it.
        for gas in gases(true).chain(gases(false)) {
            let query = of_residual.query(gas);
            // Factors of other technologies are none, even where they tie.
            let rank = self.search_in(library, &query).best_rank(self);
            if rank.is_none_or(|rank| rank.technology != TechnologyMatch::Equal) {
                continue;
            }
            let Some(used) = self.factor_use(&query, row.unit, row.gwp_choice(gwp_version))? else { continue };
            if text::same_folded(gas, "CO2e") {
                return Ok(vec![used]);
            }
            found.extend((!used.is_biogenic_co2()).then_some(used));
        }
        Ok(found)
    }
}
