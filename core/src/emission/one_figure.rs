//! One figure that a library publishes in several units is one factor (DECISIONS 36).

use rust_decimal::Decimal;

use super::double_meaning::unit_by;
use super::factor_unit::FactorUnit;
use super::factors::EmissionFactors;
use super::model::EmissionFactor;
use super::units::Unit;
use crate::text;

/// A factor's figure in kg per base unit of its activity, and half of its last place.
struct Stated<'a> {
    place: usize,
    factor: &'a EmissionFactor,
    unit: Unit,
    in_base: Decimal,
    half: Decimal,
}

impl EmissionFactors {
    /// Of factors that state one figure in several units of one dimension, where the one with the most digits stands.
    ///
    /// Each must agree with that one within its own rounding; `None` where one does not, or where they differ in more than
    /// their units.
    pub(super) fn most_exact(&self, places: impl Iterator<Item = usize>) -> Option<usize> {
        let stated = places.map(|place| self.stated(place)).collect::<Option<Vec<_>>>()?;
        let exact =
            stated.iter().min_by(|left, right| (left.half, left.factor.id).cmp(&(right.half, right.factor.id)))?;
        let agree = stated.iter().all(|one| one.is_of_kind(exact) && one.agrees_with(exact));
        agree.then_some(exact.place)
    }

    fn stated(&self, place: usize) -> Option<Stated<'_>> {
        let (factor, own) = (self.factor_at(place)?, self.unit_at(place).ok()?);
        let unit = unit_by(self.library(factor.library_id)?.authority, &own.activity)?;
        let in_base = |figure: Decimal| in_base(figure, own, unit);
        let value = factor.value.normalize();
        let half = Decimal::new(5, value.scale().checked_add(1).filter(|scale| *scale <= Decimal::MAX_SCALE)?);
        Some(Stated { place, factor, unit, in_base: in_base(value)?, half: in_base(half)? })
    }
}

fn in_base(figure: Decimal, own: &FactorUnit, unit: Unit) -> Option<Decimal> {
    figure.checked_mul(own.kg_per_mass_unit)?.checked_div(unit.size())
}

impl Stated<'_> {
    /// Whether two factors differ in nothing but unit and figure.
    fn is_of_kind(&self, other: &Self) -> bool {
        let same = |left: &Option<String>, right: &Option<String>| match (left, right) {
            (Some(left), Some(right)) => text::same_folded(left, right),
            (left, right) => left.is_none() && right.is_none(),
        };
        let (one, two) = (self.factor, other.factor);
        self.unit.dimension() == other.unit.dimension()
            && same(&one.technology, &two.technology)
            && same(&one.region, &two.region)
            && (one.is_biogenic, one.oxidation_factor) == (two.is_biogenic, two.oxidation_factor)
    }

    fn agrees_with(&self, other: &Self) -> bool {
        // In one unit there are no two ways to round: another figure is another value. And a published zero is no small figure.
        if self.unit == other.unit || self.in_base.is_zero() || other.in_base.is_zero() {
            return self.in_base == other.in_base;
        }
        (self.in_base - other.in_base).abs() <= self.half
    }
}
