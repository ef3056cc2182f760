//! What an activity emitted: all gases, biogenic CO2 apart, electricity by location and by market.

use rust_decimal::Decimal;

use super::co2e::FactorUse;
use super::conversion::Conversion;
use super::factors::EmissionFactors;
use super::model::{
    Authority, EmissionFactor, EmissionFactorLibrary, EmissionScope, GwpChoice, GwpValue, GwpVersion, MethaneGwp,
    check_name,
};
use super::resolve::{LibraryMatch, ResolutionTier, ResolveQuery, TechnologyMatch};
use super::units::{FactorUnit, Unit};
use super::warnings::{Co2eWarning, WarningSeverity, gravest};
use super::whole::StatedCategory;
use crate::decimal::RoundedSum;
use crate::named_values::named_values;
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

named_values! {
    /// What a factor's emissions are to the total.
    EmissionRole {
        /// They count.
        Counted => "counted",
        /// They are a part of the CO2e that counts already, published beside it.
        PartOfTotal => "part_of_total",
        /// They are biogenic CO2, totalled apart.
        Biogenic => "biogenic",
    }
}

/// How a row is counted: the factors, conversions and GWPs. Rows that ask for the same share one.
#[derive(Debug, Clone)]
pub struct Method<'f> {
    pub(super) uses: Vec<(EmissionRole, FactorUse<'f>)>,
    /// What counts the part of bought energy that no contract covers, market-based; empty where that is the grid's factor.
    pub(super) residual: Vec<FactorUse<'f>>,
    pub(super) gases_not_stated: Vec<String>,
    pub(super) biogenic_not_stated: bool,
    /// Where the library states the CO2 that is missing; `None` where none is.
    co2_missing: Option<Vec<StatedCategory>>,
    gwp_version: GwpVersion,
    scope: Option<EmissionScope>,
}

impl<'f> Method<'f> {
    /// The library of its factors.
    #[must_use]
    pub fn library(&self) -> Option<&'f EmissionFactorLibrary> {
        self.main().map(|used| used.library)
    }

    /// The category of the factor that counts.
    #[must_use]
    pub fn category(&self) -> &'f str {
        self.main().map_or("", |used| used.factor.category.as_str())
    }

    /// The scope under which the library states the factor; `None` where it states none.
    #[must_use]
    pub fn scope(&self) -> Option<EmissionScope> {
        self.scope
    }

    /// The report whose GWP values were asked.
    #[must_use]
    pub fn gwp_version(&self) -> GwpVersion {
        self.gwp_version
    }

    /// The gases of the fuel that the library does not state for this region, technology or unit.
    #[must_use]
    pub fn gases_not_stated(&self) -> &[String] {
        &self.gases_not_stated
    }

    /// Where the library states the CO2 that an answer over all gases lacks ([`Co2eWarning::Co2NotStated`]): the nearest
    /// categories with the fuels as they are named there. Empty where the CO2 is there, or stands nowhere in the library.
    #[must_use]
    pub fn co2_stated_in(&self) -> &[StatedCategory] {
        self.co2_missing.as_deref().unwrap_or_default()
    }

    /// How the library's year relates to the reporting year.
    #[must_use]
    pub fn library_match(&self) -> Option<LibraryMatch> {
        self.main().map(|used| used.library_match)
    }

    /// The factors, with every number that an amount is multiplied by.
    #[must_use]
    pub fn factors(&self) -> Vec<MethodFactor<'_>> {
        self.uses.iter().map(|(role, used)| MethodFactor::of(*role, used)).collect()
    }

    /// The factors of the residual mix, which count bought energy that no contract covers; none where it is the grid's.
    #[must_use]
    pub fn residual_mix(&self) -> Vec<MethodFactor<'_>> {
        self.residual.iter().map(|used| MethodFactor::of(EmissionRole::Counted, used)).collect()
    }

    /// The factor that counts, or that of biogenic CO2 where nothing else is stated.
    fn main(&self) -> Option<&FactorUse<'f>> {
        let of = |wanted| self.uses.iter().find(move |(role, _)| *role == wanted);
        of(EmissionRole::Counted).or_else(|| of(EmissionRole::Biogenic)).map(|(_, used)| used)
    }

    /// What a reader of its figures should know, in a fixed order; what concerns contracts is not in it.
    #[must_use]
    pub fn warnings(&self) -> Vec<Co2eWarning> {
        let counting = self.uses.iter().filter(|(role, _)| *role != EmissionRole::PartOfTotal);
        let mut warnings: Vec<_> = counting.flat_map(|(_, used)| used.warnings(self.gwp_version)).collect();
        warnings.extend(self.biogenic_not_stated.then_some(Co2eWarning::BiogenicNotStated));
        warnings.extend((!self.gases_not_stated.is_empty()).then_some(Co2eWarning::GasNotStated));
        warnings.extend(self.co2_missing.is_some().then_some(Co2eWarning::Co2NotStated));
        warnings.sort_unstable();
        warnings.dedup();
        warnings
    }

    /// [`Method::warnings`], and that of a row whose contracts leave something that no residual mix counts.
    pub(super) fn row_warnings(&self, without_residual_mix: bool) -> Vec<Co2eWarning> {
        let mut warnings = self.warnings();
        warnings.extend(without_residual_mix.then_some(Co2eWarning::NoResidualMix));
        warnings.sort_unstable();
        warnings
    }

    /// The figures for an amount.
    fn figures(&self, amount: Decimal) -> Result<Figures> {
        self.figures_by_use(amount, &mut Vec::with_capacity(self.uses.len()))
    }

    /// The figures for an amount, and kg CO2e of each factor in `by_use`, in place of what was in it.
    fn figures_by_use(&self, amount: Decimal, by_use: &mut Vec<Decimal>) -> Result<Figures> {
        by_use.clear();
        let (mut counted, mut biogenic) = (RoundedSum::default(), RoundedSum::default());
        for (role, used) in &self.uses {
            let kg = used.mass(amount)?.co2e_kg;
            by_use.push(kg);
            match role {
                EmissionRole::PartOfTotal => {}
                EmissionRole::Counted => counted.add(kg),
                EmissionRole::Biogenic => biogenic.add(kg),
            }
        }
        Ok(Figures { co2e_kg: counted.total("sum of gases")?, biogenic_co2_kg: biogenic.total("sum of gases")? })
    }

    /// Whether some of its factors have a confidence interval, whose bounds may not fit where the figure does.
    #[cfg(feature = "json")]
    pub(crate) fn has_bounds(&self) -> bool {
        self.uses.iter().any(|(_, used)| used.factor.lower.is_some() || used.factor.upper.is_some())
    }

    /// What each gas of an amount contributes.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] for what does not fit.
    pub fn gases(&self, amount: Decimal) -> Result<Vec<GasEmission<'f>>> {
        let gas = |(role, used): &(EmissionRole, FactorUse<'f>)| -> Result<GasEmission<'f>> {
            let mass = used.mass(amount)?;
            let at = |figure: Option<Decimal>| figure.map(|it| used.co2e_at(mass.amount, it)).transpose();
            Ok(GasEmission {
                gas: &used.factor.gas,
                role: *role,
                emitted_kg: mass.emitted_kg.normalize(),
                gwp: used.gwp.map(|gwp| gwp.value),
                co2e_kg: mass.co2e_kg.normalize(),
                lower_co2e_kg: at(used.factor.lower)?,
                upper_co2e_kg: at(used.factor.upper)?,
            })
        };
        self.uses.iter().map(gas).collect()
    }
}

/// A factor of a [`Method`], with every number that an amount is multiplied by, in this order: the conversions, the factor's
/// value, `kg_per_mass_unit`, the oxidation factor and the GWP.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct MethodFactor<'m> {
    /// The factor.
    pub factor: &'m EmissionFactor,
    /// What its emissions are to the total.
    pub role: EmissionRole,
    /// How closely it matches.
    pub tier: ResolutionTier,
    /// How many steps up the library's tree of regions it was found.
    pub region_steps: u32,
    /// The steps from the row's unit to the factor's.
    pub conversions: &'m [Conversion<'m>],
    /// kg in one of the factor's mass units.
    pub kg_per_mass_unit: Decimal,
    /// `None` where the library's values include it.
    pub oxidation_factor: Option<Decimal>,
    /// `None` where the factor is CO2e already.
    pub gwp: Option<Decimal>,
    /// Where the GWP stands; `None` for CO2, whose GWP is 1 and may be absent.
    pub gwp_entry: Option<&'m GwpValue>,
}

impl<'m> MethodFactor<'m> {
    fn of(role: EmissionRole, used: &'m FactorUse<'_>) -> Self {
        Self {
            factor: used.factor,
            role,
            tier: used.rank.tier,
            region_steps: used.rank.region_steps(),
            conversions: &used.conversions,
            kg_per_mass_unit: used.kg_per_mass_unit,
            oxidation_factor: used.oxidation_factor,
            gwp: used.gwp.map(|gwp| gwp.value),
            gwp_entry: used.gwp.and_then(|gwp| gwp.entry),
        }
    }
}

/// The totals of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Figures {
    co2e_kg: Decimal,
    biogenic_co2_kg: Decimal,
}

record! {
    /// What one gas contributes.
    #[wire(camelCase: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct GasEmission<'f> {
        /// The gas as the library writes it; `CO2e` for a figure of all gases.
        pub gas: &'f str,
        /// What it is to the total.
        pub role: EmissionRole,
        /// kg of the gas, or of CO2e where the factor is CO2e already.
        pub emitted_kg: Decimal,
        /// The GWP that was multiplied; `None` where the factor is CO2e already.
        pub gwp: Option<Decimal>,
        /// kg CO2e.
        pub co2e_kg: Decimal,
        /// kg CO2e at the lower end of the factor's 95 % confidence interval, where the library states it.
        #[wire(absent)]
        pub lower_co2e_kg: Option<Decimal>,
        /// kg CO2e at its upper end.
        #[wire(absent)]
        pub upper_co2e_kg: Option<Decimal>,
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
    /// ([`EmissionFactorLibrary::biogenic_categories`]). Sums are rounded to 28 decimal places and 96 bits, halves to even;
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
