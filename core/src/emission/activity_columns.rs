//! Activities in columns: rows of an inventory by the million, none of them made into an object first.

use super::emissions::ActivityRow;
use super::stated_activity::StatedActivity;
use crate::columns::{Column, Columns};
use crate::wire::Value;
use crate::{Result, hex};

/// Rows in columns that are named as the fields of [`StatedActivity`] are in Rust and Python.
pub(crate) struct ActivityColumns<'c> {
    table: &'c Columns,
    defaults: &'c Columns,
    category: Cell<'c>,
    fuel_type: Cell<'c>,
    unit: Cell<'c>,
    gas: Cell<'c>,
    region: Cell<'c>,
    technology: Cell<'c>,
    factor_unit: Cell<'c>,
    authority: Cell<'c>,
    reporting_year: Cell<'c>,
    library_digest: Cell<'c>,
    scope: Cell<'c>,
    methane: Cell<'c>,
}

/// What fields a row may leave out by an empty text.
const MAY_BE_BLANK: [&str; 7] = ["gas", "region", "technology", "factor_unit", "library_digest", "scope", "methane"];

/// The names that the columns of activities have.
pub(crate) fn activity_fields() -> Vec<&'static str> {
    StatedActivity::record().fields.iter().map(|field| field.name).collect()
}

/// A field: its column, and the one row that holds where a row of it has nothing.
#[derive(Clone, Copy)]
struct Cell<'c> {
    column: Option<&'c Column>,
    default: Option<&'c Column>,
    may_be_blank: bool,
}

impl<'c> Cell<'c> {
    fn of(name: &str, table: &'c Columns, defaults: &'c Columns) -> Self {
        Self {
            column: table.get(name),
            default: defaults.get(name).filter(|default| !default.is_missing(0)),
            may_be_blank: table.has_blanks() && MAY_BE_BLANK.contains(&name),
        }
    }

    /// The column and the row in it that say what stands in a row; nothing where neither does.
    fn stated(&self, row: usize) -> Option<(&'c Column, usize)> {
        let is_blank = |column: &Column| self.may_be_blank && column.text(row) == Some("");
        let own = self.column.filter(|column| !column.is_missing(row) && !is_blank(column));
        own.map(|column| (column, row)).or(self.default.map(|default| (default, 0)))
    }

    /// A text that may be absent; `None` for anything else.
    fn optional_text(&self, row: usize) -> Option<Option<&'c str>> {
        match self.stated(row) {
            None => Some(None),
            Some((column, row)) => column.text(row).map(Some),
        }
    }

    fn text(&self, row: usize) -> Option<&'c str> {
        self.stated(row).and_then(|(column, row)| column.text(row))
    }
}

impl<'c> ActivityColumns<'c> {
    /// Rows, and what holds for those that do not say: a table of one row without missing values.
    pub(crate) fn new(table: &'c Columns, defaults: &'c Columns) -> Self {
        let cell = |name: &str| Cell::of(name, table, defaults);
        Self {
            table,
            defaults,
            category: cell("category"),
            fuel_type: cell("fuel_type"),
            unit: cell("unit"),
            gas: cell("gas"),
            region: cell("region"),
            technology: cell("technology"),
            factor_unit: cell("factor_unit"),
            authority: cell("authority"),
            reporting_year: cell("reporting_year"),
            library_digest: cell("library_digest"),
            scope: cell("scope"),
            methane: cell("methane"),
        }
    }

    /// A row whose fields are what they mostly are; `None` for one that [`ActivityColumns::value`] must be read of, or refused.
    pub(crate) fn row(&self, row: usize) -> Option<ActivityRow<'c>> {
        let has_instruments = self.table.get("instruments").is_some_and(|column| !column.is_missing(row));
        if has_instruments || self.table.refused(row).is_some() {
            return None;
        }
        let year = self.reporting_year.stated(row)?;
        let scope = self.scope.optional_text(row)?.map(str::parse).transpose().ok()?;
        let digest = match self.library_digest.optional_text(row)? {
            Some(digits) => Some(hex::bytes(digits)?),
            None => None,
        };
        Some(ActivityRow {
            authority: self.authority.text(row)?.parse().ok()?,
            reporting_year: i32::try_from(year.0.whole(year.1)?).ok()?,
            fuel_type: self.fuel_type.text(row)?,
            category: self.category.text(row)?,
            gas: self.gas.optional_text(row)?,
            region: self.region.optional_text(row)?,
            technology: self.technology.optional_text(row)?,
            factor_unit: self.factor_unit.optional_text(row)?,
            library_digest: digest,
            amount: self.table.get("amount")?.decimal(row)?,
            unit: self.unit.text(row)?,
            scope,
            methane: self.methane.optional_text(row)?.map(str::parse).transpose().ok()?,
            instruments: &[],
        })
    }

    /// A row as the plain values of the JSON form, what holds without it being said among them.
    ///
    /// # Errors
    ///
    /// Why the host could not read it or one of its cells.
    pub(crate) fn value(&self, row: usize) -> Result<Value> {
        if let Some(error) = self.table.refused(row) {
            return Err(error.clone());
        }
        let mut fields = Vec::new();
        for field in StatedActivity::record().fields {
            let cell = Cell::of(field.name, self.table, self.defaults);
            // An amount that is not a number is a mistake, not an amount left out.
            let stated = match (field.name, cell.column) {
                ("amount", Some(column)) if !column.is_null(row) => Some((column, row)),
                _ => cell.stated(row),
            };
            if let Some((column, row)) = stated {
                fields.push((field.json.into(), column.value(row).map_err(|error| error.under(field.json))?));
            }
        }
        Ok(Value::Object(fields))
    }
}
