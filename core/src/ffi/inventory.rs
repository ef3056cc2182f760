//! Inventories that outlive the call that counted them, for bindings whose answers are objects.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::inventory_answer::{InventoryAnswer, RowAnswer, TotalsAnswer};
#[cfg(doc)]
use crate::ErrorCode;
use crate::columns::Columns;
use crate::emission::{
    ActivityColumns, ActivityRow, Authority, EmissionFactors, EmissionScope, FailedRow, GwpVersion, InventoryBuilder,
    InventoryTotals, MethaneGwp, Method, MethodAnswer, RowEmissions, activity_fields, check_defaults, read_row,
};
use crate::wire::{NumberStyle, Read, Sink, Value, Write, missing, write_json, write_list};
use crate::{Decimal, Result};

/// Rows on their way into an inventory, in columns.
#[derive(Debug)]
pub struct InventoryRows<'f> {
    factors: &'f Arc<EmissionFactors>,
    gwp_version: GwpVersion,
    defaults: &'f Columns,
    builder: InventoryBuilder<'f>,
    asked: Vec<Asked>,
}

impl<'f> InventoryRows<'f> {
    /// The names of the columns that rows and defaults have: those of the fields of an activity, in snake case.
    #[must_use]
    pub fn fields() -> Vec<&'static str> {
        activity_fields()
    }

    /// An inventory without rows. The defaults are a table of one row, or of none.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::MissingField`], [`ErrorCode::WrongType`] or [`ErrorCode::UnknownValue`] at `gwpVersion`, and those of
    /// the fields at `defaults`.
    pub fn new(factors: &'f Arc<EmissionFactors>, gwp_version: &Value, defaults: &'f Columns) -> Result<Self> {
        let gwp_version = match gwp_version {
            Value::Null => Err(missing("")),
            given => GwpVersion::read(given),
        };
        let gwp_version = gwp_version.map_err(|error| error.under("gwpVersion"))?;
        let stated = ActivityColumns::new(defaults, &Columns::default()).value(0);
        stated.and_then(|stated| check_defaults(Some(&stated))).map_err(|error| error.under("defaults"))?;
        let builder = InventoryBuilder::new(factors, gwp_version);
        Ok(Self { factors, gwp_version, defaults, builder, asked: Vec::new() })
    }

    /// Takes some rows of a table; one that cannot be read or counted is listed as failed.
    pub fn push_columns(&mut self, table: &Columns, rows: Range<usize>) {
        let columns = ActivityColumns::new(table, self.defaults);
        for at in rows {
            match columns.row(at) {
                Some(row) => self.push(&row),
                None => match columns.value(at) {
                    Ok(row) => self.push_value(&row),
                    Err(error) => self.builder.push_unreadable(error),
                },
            }
        }
    }

    fn push(&mut self, row: &ActivityRow<'_>) {
        self.builder.push(row);
        if self.builder.method_count() > self.asked.len() {
            self.asked.push(Asked::of(row));
        }
    }

    fn push_value(&mut self, row: &Value) {
        match read_row(row, None) {
            Ok(stated) => self.push(&stated.row()),
            Err(error) => self.builder.push_unreadable(error),
        }
    }

    /// How many rows were taken.
    #[must_use]
    pub fn taken(&self) -> usize {
        self.builder.taken()
    }

    /// Adds up.
    ///
    /// # Errors
    ///
    /// As [`InventoryBuilder::finish`].
    pub fn finish(self) -> Result<InventoryHandle> {
        let (rows, failed, totals) = self.builder.finish()?.into_parts();
        let (factors, gwp_version, asked) = (Arc::clone(self.factors), self.gwp_version, self.asked);
        Ok(InventoryHandle { factors, gwp_version, asked, rows, failed, totals })
    }
}

/// All that a row's method depends on.
#[derive(Debug)]
struct Asked {
    authority: Authority,
    reporting_year: i32,
    fuel_type: Box<str>,
    category: Box<str>,
    gas: Option<Box<str>>,
    region: Option<Box<str>>,
    technology: Option<Box<str>>,
    factor_unit: Option<Box<str>>,
    library_digest: Option<[u8; 32]>,
    unit: Box<str>,
    scope: Option<EmissionScope>,
    methane: Option<MethaneGwp>,
}

impl Asked {
    fn of(row: &ActivityRow<'_>) -> Self {
        Self {
            authority: row.authority,
            reporting_year: row.reporting_year,
            fuel_type: row.fuel_type.into(),
            category: row.category.into(),
            gas: row.gas.map(Into::into),
            region: row.region.map(Into::into),
            technology: row.technology.map(Into::into),
            factor_unit: row.factor_unit.map(Into::into),
            library_digest: row.library_digest,
            unit: row.unit.into(),
            scope: row.scope,
            methane: row.methane,
        }
    }

    fn row(&self) -> ActivityRow<'_> {
        ActivityRow {
            authority: self.authority,
            reporting_year: self.reporting_year,
            fuel_type: &self.fuel_type,
            category: &self.category,
            gas: self.gas.as_deref(),
            region: self.region.as_deref(),
            technology: self.technology.as_deref(),
            factor_unit: self.factor_unit.as_deref(),
            library_digest: self.library_digest,
            amount: Decimal::ZERO,
            unit: &self.unit,
            scope: self.scope,
            methane: self.methane,
            instruments: &[],
        }
    }
}

/// An inventory that holds on to the factors that it was counted by. Figures are kept; how they came about is found again
/// when it is asked for.
#[derive(Debug)]
pub struct InventoryHandle {
    factors: Arc<EmissionFactors>,
    gwp_version: GwpVersion,
    /// What the rows of each method ask for.
    asked: Vec<Asked>,
    rows: Vec<RowEmissions>,
    failed: Vec<FailedRow>,
    totals: InventoryTotals,
}

impl InventoryHandle {
    /// The rows that were counted, in the order given.
    #[must_use]
    pub fn rows(&self) -> &[RowEmissions] {
        &self.rows
    }

    /// The rows that could not be counted, in the order given.
    #[must_use]
    pub fn failed(&self) -> &[FailedRow] {
        &self.failed
    }

    /// The report whose GWP values were asked.
    #[must_use]
    pub fn gwp_version(&self) -> GwpVersion {
        self.gwp_version
    }

    /// Hands the totals over, as the call `inventory` answers them.
    pub fn write_totals(&self, out: &mut dyn Sink) {
        TotalsAnswer { totals: &self.totals, failed: self.failed.len() }.write(out);
    }

    /// How many methods there are; [`RowEmissions::method`] is a place among them.
    #[must_use]
    pub fn method_count(&self) -> usize {
        self.asked.len()
    }

    /// The category of each method.
    ///
    /// # Errors
    ///
    /// None: they were found before.
    pub fn categories(&self) -> Result<Vec<&str>> {
        self.asked.iter().map(|asked| self.method(asked).map(|method| method.category())).collect()
    }

    /// Hands a method over, as the call `inventory` answers it; nothing where there is none at this place.
    ///
    /// # Errors
    ///
    /// None: it was found before.
    pub fn write_method(&self, at: usize, out: &mut dyn Sink) -> Result<()> {
        let method = self.asked.get(at).map(|asked| self.method(asked)).transpose()?;
        method.as_ref().map(|method| MethodAnswer { factors: &self.factors, method }).write(out);
        Ok(())
    }

    /// Hands a list of some of the rows that were counted over, as the call `inventory` answers them but for their ids, which
    /// the host has. The range is one of places in [`InventoryHandle::rows`].
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] for a bound of a confidence interval that does not fit.
    pub fn write_rows(&self, places: Range<usize>, out: &mut dyn Sink) -> Result<()> {
        let rows = self.rows.get(places).unwrap_or_default();
        let mut methods: HashMap<usize, Method<'_>> = HashMap::new();
        for row in rows {
            if let (None, Some(asked)) = (methods.get(&row.method), self.asked.get(row.method)) {
                methods.insert(row.method, self.method(asked)?);
            }
        }
        let answer = |row| RowAnswer { row, method: methods.get(&row.method), id: None };
        rows.iter().try_for_each(|row| answer(row).check())?;
        write_list(out, rows.iter().map(answer));
        Ok(())
    }

    /// The JSON text of the call `inventory`, written row by row. `id` tells the id of a row by its place among the rows
    /// given.
    ///
    /// # Errors
    ///
    /// As [`InventoryHandle::write_rows`].
    pub fn to_json(&self, style: NumberStyle, id: impl Fn(usize) -> Option<Value>) -> Result<String> {
        let methods: Vec<Method<'_>> = self.asked.iter().map(|asked| self.method(asked)).collect::<Result<_>>()?;
        let answer = InventoryAnswer {
            factors: &self.factors,
            gwp_version: self.gwp_version,
            totals: &self.totals,
            rows: &self.rows,
            failed: &self.failed,
            methods: &methods,
            ids: &id,
        };
        answer.check()?;
        Ok(write_json(&answer, style))
    }

    fn method(&self, asked: &Asked) -> Result<Method<'_>> {
        self.factors.method(&asked.row(), self.gwp_version)
    }
}
