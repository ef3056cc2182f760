//! From the unit of an activity to the unit of a factor: by constants, and by what the library says of the fuel.

use rust_decimal::Decimal;

use super::double_meaning::{Meanings, is_sold_by_gross, unit_by};
use super::factor_unit::FactorUnit;
use super::factors::EmissionFactors;
use super::model::{Authority, CalorificBasis, EmissionFactor, EmissionFactorLibrary, FuelProperty, FuelPropertyType};
use super::units::{Dimension, Unit, unknown_unit};
use crate::named_values::named_values;
use crate::wire::record;
use crate::{Error, ErrorCode, Result, decimal, text};

named_values! {
    /// By what an amount was converted.
    ConversionBasis {
        /// By the sizes of two units of one dimension, which are exact.
        Unit => "unit",
        /// By what the library means by energy that says neither gross nor net, or for therms by the gross calorific value,
        /// by which gas is sold.
        CalorificBasis => "calorific_basis",
        /// By the fuel's density.
        Density => "density",
        /// By the fuel's net calorific value.
        Ncv => "ncv",
        /// By the fuel's gross calorific value.
        Gcv => "gcv",
    }
}

record! {
    /// One step from the unit of an activity to the unit of a factor: the amount × `multiplier` ÷ `divisor`, rounded once to 28
    /// decimal places and 96 bits, halves to even.
    #[wire(camelCase: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct Conversion<'a> {
        /// The unit before.
        #[wire(python = "from_unit")]
        pub from: String,
        /// The unit after.
        #[wire(python = "to_unit")]
        pub to: String,
        /// What the amount is multiplied by.
        pub multiplier: Decimal,
        /// What it is then divided by.
        pub divisor: Decimal,
        /// By what it is converted.
        pub basis: ConversionBasis,
        /// The library's figure, where it is one of the fuel's.
        pub property: Option<&'a FuelProperty>,
        /// The amount after the step; `None` in a [`Method`](super::Method), which holds for any amount.
        #[wire(absent)]
        pub amount: Option<Decimal>,
    }
}

impl Conversion<'_> {
    /// Whether it says of a unit that was silent by which calorific value it counts energy.
    pub(super) fn takes_basis(&self) -> bool {
        self.basis == ConversionBasis::CalorificBasis && self.to.len() > self.from.len()
    }

    /// The amount after the step.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] for what does not fit.
    pub fn apply(&self, amount: Decimal) -> Result<Decimal> {
        decimal::multiply_divide(amount, self.multiplier, self.divisor, "amount × conversion")
    }
}

/// The steps with the amount behind each.
pub(super) fn with_amounts<'a>(mut steps: Vec<Conversion<'a>>, amount: Decimal) -> Result<Vec<Conversion<'a>>> {
    let mut amount = amount;
    for step in &mut steps {
        amount = step.apply(amount)?;
        step.amount = Some(amount.normalize());
    }
    Ok(steps)
}

/// How far a unit is from a factor's: the nearest wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Distance {
    Same,
    SameDimension,
    /// Over this many properties of the fuel.
    Properties(usize),
}

/// What a conversion is looked for.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) library_at: usize,
    pub(super) library: &'a EmissionFactorLibrary,
    pub(super) fuel: &'a str,
    pub(super) region: Option<&'a str>,
    /// The activity's unit, as it is written.
    pub(super) unit: &'a str,
}

impl Wanted<'_> {
    /// Therms are counted by gross calorific value, because gas is sold so, unless the factor is by energy that means the same.
    ///
    /// The unit's name and the unit as they are then, and the step there, where one is needed.
    fn by_what_gas_is_sold<'a>(&self, given: Unit, to: Unit) -> (String, Unit, Vec<Conversion<'a>>) {
        let is_net = self.library.calorific_basis == Some(CalorificBasis::Net);
        let as_given = to.dimension() == Dimension::Energy && !is_net;
        if as_given || given.dimension() != Dimension::Energy || !is_sold_by_gross(self.unit) {
            return (self.unit.to_owned(), given, Vec::new());
        }
        let name = Dimension::EnergyGross.named(self.unit);
        let step = Conversion {
            from: self.unit.to_owned(),
            to: name.clone(),
            multiplier: Decimal::ONE,
            divisor: Decimal::ONE,
            basis: ConversionBasis::CalorificBasis,
            property: None,
            amount: None,
        };
        (name, given.by(Dimension::EnergyGross), vec![step])
    }
}

impl EmissionFactors {
    /// The steps from the activity's unit to that of a factor, and how far apart they are.
    ///
    /// At `unit`: [`ErrorCode::UnknownUnit`], and [`ErrorCode::UnitMismatch`] where nothing joins the two.
    pub(super) fn conversions<'a>(
        &'a self,
        wanted: &Wanted<'_>,
        factor: &EmissionFactor,
        factor_unit: &FactorUnit,
    ) -> Result<(Distance, Vec<Conversion<'a>>)> {
        if text::same_words(wanted.unit, &factor_unit.activity) {
            return Ok((Distance::Same, Vec::new()));
        }
        let known = Unit::of(wanted.unit);
        let meanings = if known.is_none() { Meanings::of(wanted.unit) } else { None };
        if meanings.is_some() && meanings == Meanings::of(&factor_unit.activity) {
            // The factor's own word, whichever it means.
            return Ok((Distance::Same, Vec::new()));
        }
        let own = factor_unit.activity_unit.or_else(|| unit_by(wanted.library.authority, &factor_unit.activity));
        let given = match (known, own) {
            (Some(given), _) => given,
            // Of a word with two meanings the one that is the factor's own unit (DECISIONS 35).
            (None, Some(own)) if meanings.is_some_and(|meanings| meanings.have(own)) => own,
            _ => return Err(unknown_unit(wanted.unit).under("unit")),
        };
        let Some(to) = own else {
            return Err(mismatch(wanted, &factor_unit.activity, factor, "is not known well enough to convert into"));
        };
        let (name, given, mut steps) = wanted.by_what_gas_is_sold(given, to);
        if given.dimension() == to.dimension() {
            let distance = if given == to { Distance::Same } else { Distance::SameDimension };
            steps.extend(by_size(&name, given, &factor_unit.activity, to));
            return Ok((distance, steps));
        }
        let links = self.links(wanted)?;
        let Some(path) = shortest_path(&links, given.dimension(), to.dimension()) else {
            let why = if given.is_energy() && to.is_energy() {
                "counts energy by another calorific value, and the library states no ratio of the two for the fuel"
            } else {
                "is another kind of unit, and the library states no density or calorific value of the fuel that joins them"
            };
            return Err(mismatch(wanted, &factor_unit.activity, factor, why));
        };
        let distance = Distance::Properties(path.iter().filter(|(link, _)| link.property.is_some()).count());
        steps.extend(steps_along(&path, (&name, given), (&factor_unit.activity, to)));
        Ok((distance, steps))
    }

    /// What the library says of the fuel, and what it means by energy as such.
    fn links<'a>(&'a self, wanted: &Wanted<'_>) -> Result<Vec<Link<'a>>> {
        let mut links: Vec<Link<'a>> = Vec::new();
        if let Some(basis) = wanted.library.calorific_basis {
            links.push(Link::of_basis(basis));
        }
        let of_region = |property: &&FuelProperty| match (&property.region, wanted.region) {
            (Some(region), Some(wanted)) => text::same_folded(region, wanted),
            (region, _) => region.is_none(),
        };
        let properties = |with_region: bool| {
            let of_fuel = self.properties_of(wanted.library_at, wanted.fuel).filter(of_region);
            of_fuel.filter(move |property| property.region.is_some() == with_region)
        };
        // The figures of the region itself first: they win over those for everywhere.
        for property in properties(true).chain(properties(false)) {
            let Some(link) = Link::of_property(property, wanted.library.authority) else { continue };
            match links.iter().find(|known| known.joins(&link)) {
                None => links.push(link),
                Some(known) => known.refuse_another(&link)?,
            }
        }
        // By mass before by volume where both lead there: the order of the data must not decide.
        links.sort_by_key(|link| (link.property.is_some(), link.one.0.dimension(), link.other.0.dimension()));
        Ok(links)
    }
}

/// Two dimensions that a fuel's property joins: one unit of `one` is `value` of `other`.
#[derive(Clone)]
struct Link<'a> {
    one: (Unit, String),
    other: (Unit, String),
    value: Decimal,
    basis: ConversionBasis,
    property: Option<&'a FuelProperty>,
}

impl<'a> Link<'a> {
    fn of_basis(basis: CalorificBasis) -> Self {
        let (dimension, name) = match basis {
            CalorificBasis::Gross => (Dimension::EnergyGross, "MJ (Gross CV)"),
            CalorificBasis::Net => (Dimension::EnergyNet, "MJ (Net CV)"),
        };
        let energy = Unit::megajoule();
        Self {
            one: (energy, "MJ".to_owned()),
            other: (energy.by(dimension), name.to_owned()),
            value: Decimal::ONE,
            basis: ConversionBasis::CalorificBasis,
            property: None,
        }
    }

    /// Nothing for a property whose unit is none of its kind.
    fn of_property(property: &'a FuelProperty, authority: Authority) -> Option<Self> {
        let (above, below) = property.unit.split_once('/').or_else(|| property.unit.split_once(" per "))?;
        let (above, below) = (above.trim(), below.trim());
        let (other, one) = (unit_by(authority, above)?, unit_by(authority, below)?);
        let energy = |dimension: Dimension| {
            let fits = other.dimension() == Dimension::Energy || other.dimension() == dimension;
            fits.then(|| other.by(dimension))
        };
        let (other, name, basis) = match property.property_type {
            FuelPropertyType::Density => {
                let fits = other.dimension() == Dimension::Mass && one.dimension() != Dimension::Mass;
                (fits.then_some(other)?, above.to_owned(), ConversionBasis::Density)
            }
            FuelPropertyType::Ncv => (energy(Dimension::EnergyNet)?, qualified(above, "Net CV"), ConversionBasis::Ncv),
            FuelPropertyType::Gcv => {
                (energy(Dimension::EnergyGross)?, qualified(above, "Gross CV"), ConversionBasis::Gcv)
            }
        };
        let is_amount = matches!(one.dimension(), Dimension::Mass | Dimension::Volume | Dimension::StandardVolume);
        is_amount.then(|| Self {
            one: (one, below.to_owned()),
            other: (other, name),
            value: property.value,
            basis,
            property: Some(property),
        })
    }

    fn joins(&self, other: &Self) -> bool {
        let dimensions = |link: &Self| (link.one.0.dimension(), link.other.0.dimension());
        dimensions(self) == dimensions(other)
    }

    /// Refuses another figure for the same two dimensions, unless it says the same or is one for everywhere beside one of the
    /// region.
    fn refuse_another(&self, other: &Self) -> Result<()> {
        let has_region = |link: &Self| link.property.is_some_and(|property| property.region.is_some());
        if has_region(self) && !has_region(other) {
            return Ok(());
        }
        let in_base = |link: &Self| {
            let (one, other) = (link.one.0.size(), link.other.0.size());
            decimal::multiply_divide(link.value, other, one, "fuel property")
        };
        if in_base(self)? == in_base(other)? {
            return Ok(());
        }
        let shown = |link: &Self| {
            link.property.map_or(String::new(), |it| format!("`{}` {} (id {})", it.value.normalize(), it.unit, it.id))
        };
        let message = format!(
            "the library states two figures for {} of the fuel: {}, {}; expected one",
            self.basis,
            shown(self),
            shown(other)
        );
        Err(Error::new(ErrorCode::AmbiguousFactor, "unit", message))
    }
}

/// A unit of energy with the calorific value it is counted by.
fn qualified(unit: &str, basis: &str) -> String {
    if unit.contains('(') { unit.to_owned() } else { format!("{unit} ({basis})") }
}

/// Breadth first: the fewest links, of several paths of one length the first in the order of the links.
fn shortest_path<'l, 'a>(links: &'l [Link<'a>], from: Dimension, to: Dimension) -> Option<Vec<(&'l Link<'a>, bool)>> {
    let mut paths: Vec<(Dimension, Vec<(&Link<'a>, bool)>)> = vec![(from, Vec::new())];
    let mut at = 0;
    while let Some((reached, path)) = paths.get(at).cloned() {
        if reached == to {
            return Some(path);
        }
        for link in links {
            let (one, other) = (link.one.0.dimension(), link.other.0.dimension());
            for (start, end, forward) in [(one, other, true), (other, one, false)] {
                if start == reached && !paths.iter().any(|(known, _)| *known == end) {
                    let mut longer = path.clone();
                    longer.push((link, forward));
                    paths.push((end, longer));
                }
            }
        }
        at += 1;
    }
    None
}

fn steps_along<'a>(
    path: &[(&Link<'a>, bool)],
    (name, mut unit): (&str, Unit),
    (last_name, last): (&str, Unit),
) -> Vec<Conversion<'a>> {
    let mut steps = Vec::new();
    let mut name = name.to_owned();
    let names: Vec<_> = path
        .iter()
        .map(|(link, forward)| if *forward { (&link.one, &link.other) } else { (&link.other, &link.one) })
        .collect();
    for ((start, end), (link, forward)) in names.into_iter().zip(path) {
        // Energy as such needs no step by size before it is said to be gross or net: the unit stays.
        if link.basis == ConversionBasis::CalorificBasis {
            let to = end.0.dimension().named(&name);
            steps.push(Conversion {
                from: name,
                to: to.clone(),
                multiplier: Decimal::ONE,
                divisor: Decimal::ONE,
                basis: link.basis,
                property: None,
                amount: None,
            });
            (name, unit) = (to, unit.by(end.0.dimension()));
            continue;
        }
        steps.extend(by_size(&name, unit, &start.1, start.0));
        let (multiplier, divisor) = if *forward { (link.value, Decimal::ONE) } else { (Decimal::ONE, link.value) };
        steps.push(Conversion {
            from: start.1.clone(),
            to: end.1.clone(),
            multiplier,
            divisor,
            basis: link.basis,
            property: link.property,
            amount: None,
        });
        (name, unit) = (end.1.clone(), end.0);
    }
    steps.extend(by_size(&name, unit, last_name, last));
    steps
}

/// The step between two units of one dimension; none where they are equal.
fn by_size<'a>(from: &str, given: Unit, to: &str, wanted: Unit) -> Option<Conversion<'a>> {
    if given.size() == wanted.size() {
        return None;
    }
    // One multiplication where the ratio has few digits, as for MWh and kWh: nothing is then rounded.
    let exact = given
        .size()
        .checked_div(wanted.size())
        .filter(|ratio| ratio.normalize().scale() < 20 && decimal::is_product(given.size(), *ratio, wanted.size()));
    let (multiplier, divisor) = exact.map_or((given.size(), wanted.size()), |ratio| (ratio.normalize(), Decimal::ONE));
    let basis = ConversionBasis::Unit;
    Some(Conversion {
        from: from.to_owned(),
        to: to.to_owned(),
        multiplier,
        divisor,
        basis,
        property: None,
        amount: None,
    })
}

fn mismatch(wanted: &Wanted<'_>, expected: &str, factor: &EmissionFactor, why: &str) -> Error {
    let message = format!(
        "`{}` cannot be converted into the unit of the factor `{}` {} (id {}), which {why}; expected an activity in \
         `{expected}`",
        text::excerpt(wanted.unit),
        factor.value.normalize(),
        factor.unit,
        factor.id
    );
    Error::new(ErrorCode::UnitMismatch, "unit", message)
}
