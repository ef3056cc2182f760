//! An inventory as it is answered: totals, rows, those that failed, and the methods.

use rust_decimal::Decimal;

use crate::emission::{
    Co2eWarning, EmissionFactors, EmissionScope, FailedRow, GasEmission, GasTotal, GroupTotal, GwpVersion,
    InventoryTotals, Method, MethodAnswer, RowEmissions, WarningSeverity, WarningTotal,
};
use crate::wire::{NativeKind, Sink, Value, Write, fields_of, write_list};
use crate::{Error, Result};

/// The id of a row by its place among the rows given.
pub(super) type Ids<'i> = &'i dyn Fn(usize) -> Option<Value>;

/// An inventory beside the factors that it was counted by and the ids of its rows.
#[derive(Clone, Copy)]
pub(super) struct InventoryAnswer<'i> {
    pub(super) factors: &'i EmissionFactors,
    pub(super) gwp_version: GwpVersion,
    pub(super) totals: &'i InventoryTotals,
    pub(super) rows: &'i [RowEmissions],
    pub(super) failed: &'i [FailedRow],
    pub(super) methods: &'i [Method<'i>],
    pub(super) ids: Ids<'i>,
}

/// The totals, and how many rows are in none of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct TotalsAnswer<'i> {
    pub(super) totals: &'i InventoryTotals,
    pub(super) failed: usize,
}

fields_of! {
    camelCase TotalsAnswer<'i> as "InventoryTotals" {
        rows: usize = |of| of.totals.rows,
        /// Rows that were not: they are in no total.
        failed_rows: usize = |of| of.failed,
        co2e_kg: Decimal = |of| of.totals.co2e_kg,
        market_based_co2e_kg: Decimal = |of| of.totals.market_based_co2e_kg,
        biogenic_co2_kg: Decimal = |of| of.totals.biogenic_co2_kg,
        rows_without_biogenic: usize = |of| of.totals.rows_without_biogenic,
        warnings: &[WarningTotal] = |of| &of.totals.warnings,
        by_scope: &[GroupTotal] = |of| &of.totals.by_scope,
        by_category: &[GroupTotal] = |of| &of.totals.by_category,
        /// By gas, in the order in which they were met. What a library publishes by gas is rounded, and need not add up to the
        /// total that it publishes.
        by_gas: &[GasTotal] = |of| &of.totals.by_gas,
    }
}

/// A row that was counted, with its method and its id.
#[derive(Debug, Clone)]
pub(super) struct RowAnswer<'i> {
    pub(super) row: &'i RowEmissions,
    pub(super) method: Option<&'i Method<'i>>,
    pub(super) id: Option<Value>,
}

fields_of! {
    camelCase RowAnswer<'i> as "InventoryRow" {
        /// Its place among the rows given, from 0.
        row: usize = |of| of.row.row,
        /// The row's id, as it was given.
        id: Option<&Value> = |of| of.id.as_ref(),
        /// kg CO2e that count; of bought electricity, heat and steam by the location-based method.
        co2e_kg: Decimal = |of| of.row.co2e_kg,
        /// kg of biogenic CO2, totalled apart; `None` where the library states some that the unit does not reach.
        biogenic_co2_kg: Option<Decimal> = |of| of.row.biogenic_co2_kg,
        /// kg CO2e by the market-based method; `None` outside scope 2.
        market_based_co2e_kg: Option<Decimal> = |of| of.row.market_based_co2e_kg,
        /// The row's own scope, or the one the library states.
        scope: Option<EmissionScope> = |of| of.row.scope,
        /// The category of the factor that counts.
        category: Option<&str> = |of| of.method.map(Method::category),
        /// What each gas contributes.
        gases: Vec<GasEmission<'_>> = |of| of.gases().unwrap_or_default(),
        /// What a reader should know, in a fixed order.
        warnings: Vec<Co2eWarning> = |of| of.method.map(|method| of.row.warnings(method)).unwrap_or_default(),
        /// The severity of the gravest warning: `incomplete`, `caution` or `note`; `None` without a warning.
        severity: Option<WarningSeverity> = |of| of.method.and_then(|method| of.row.severity(method)),
        /// The place of its method among the inventory's.
        method: usize = |of| of.row.method,
    }
}

impl<'i> RowAnswer<'i> {
    /// What each gas contributes; refused where a bound of a confidence interval does not fit.
    fn gases(&self) -> Result<Vec<GasEmission<'i>>> {
        self.method.map_or(Ok(Vec::new()), |method| method.gases(self.row.amount))
    }

    /// Refuses what could not be written.
    pub(super) fn check(&self) -> Result<()> {
        match self.method {
            Some(method) if method.has_bounds() => self.gases().map(|_| ()),
            _ => Ok(()),
        }
    }
}

/// A row that could not be read or counted, and its id.
#[derive(Debug, Clone)]
pub(super) struct FailedAnswer<'i> {
    pub(super) failed: &'i FailedRow,
    pub(super) id: Option<Value>,
}

fields_of! {
    camelCase FailedAnswer<'i> as "FailedRow" {
        row: usize = |of| of.failed.row,
        /// The row's id, as it was given.
        id: Option<&Value> = |of| of.id.as_ref(),
        error: &Error = |of| &of.failed.error,
    }
}

fields_of! {
    camelCase InventoryAnswer<'i> as "Inventory" {
        gwp_version: GwpVersion = |of| of.gwp_version,
        totals: TotalsAnswer<'_> = |of| TotalsAnswer { totals: of.totals, failed: of.failed.len() },
        rows: RowAnswers<'_> = |of| RowAnswers(*of),
        /// The rows that could not be read or counted, in the order given.
        failed: FailedAnswers<'_> = |of| FailedAnswers(*of),
        /// How rows were counted. Rows that ask for the same share one.
        methods: MethodAnswers<'_> = |of| MethodAnswers(*of),
    }
}

impl InventoryAnswer<'_> {
    /// Refuses what could not be written.
    pub(super) fn check(&self) -> Result<()> {
        self.rows.iter().try_for_each(|row| RowAnswer { row, method: self.methods.get(row.method), id: None }.check())
    }

    fn row(&self, at: usize) -> Option<RowAnswer<'_>> {
        let row = self.rows.get(at)?;
        Some(RowAnswer { row, method: self.methods.get(row.method), id: (self.ids)(row.row).filter(is_id) })
    }
}

/// Whether a value is an id that an answer shows: a text, a number or a UUID.
fn is_id(id: &Value) -> bool {
    matches!(id, Value::String(_) | Value::Number(_) | Value::Native(NativeKind::Uuid, _))
}

/// A list of an inventory, each of whose items is made when it is written: memory stays flat however many there are.
macro_rules! listed {
    ($name:ident, $item:ty, |$of:ident| $items:expr) => {
        struct $name<'i>(InventoryAnswer<'i>);

        impl Write for $name<'_> {
            fn write(&self, out: &mut dyn Sink) {
                let $of = &self.0;
                write_list(out, $items);
            }
        }

        #[cfg(feature = "describe")]
        impl crate::wire::describe::Describe for $name<'_> {
            fn shape() -> crate::wire::describe::Shape {
                Vec::<$item>::shape()
            }
        }
    };
}

listed!(RowAnswers, RowAnswer<'_>, |of| (0..of.rows.len()).map(|at| of.row(at)));
listed!(FailedAnswers, FailedAnswer<'_>, |of| {
    of.failed.iter().map(|failed| FailedAnswer { failed, id: (of.ids)(failed.row).filter(is_id) })
});
listed!(MethodAnswers, MethodAnswer<'_>, |of| {
    of.methods.iter().map(|method| MethodAnswer { factors: of.factors, method })
});
