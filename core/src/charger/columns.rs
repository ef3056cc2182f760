//! Chargers in columns.

use super::ChargerPair;
use crate::columns::Columns;
use crate::wire::{Read, missing};
use crate::{Error, Result};

/// The names of the columns of chargers.
pub const CHARGER_FIELDS: [&str; 2] = ["vendor", "serial"];

/// The chargers of a table with the columns of [`CHARGER_FIELDS`], each with what is wrong with it.
///
/// ```
/// use tierra::charger::charger_pairs;
/// use tierra::columns::{Cells, Column, Columns};
/// let serials = Column::new(Cells::Whole(vec![22004711]));
/// let table = Columns::new(vec![("serial".into(), serials)])?;
/// assert_eq!(charger_pairs(&table)[0].as_ref().unwrap_err().path(), "vendor");
/// # Ok::<(), tierra::Error>(())
/// ```
#[must_use]
pub fn charger_pairs(table: &Columns) -> Vec<Result<ChargerPair<'_>>> {
    let [vendors, serials] = CHARGER_FIELDS.map(|field| table.get(field));
    let pair = |row| match (vendors.and_then(|column| column.text(row)), serials.and_then(|column| column.text(row))) {
        (Some(vendor), Some(serial)) => Ok(ChargerPair { vendor, serial }),
        _ => Err(refusal(table, row)),
    };
    (0..table.rows()).map(pair).collect()
}

/// Why a row is no pair of texts.
pub(super) fn refusal(table: &Columns, row: usize) -> Error {
    if let Some(error) = table.refused(row) {
        return error.clone();
    }
    for field in CHARGER_FIELDS {
        let Some(column) = table.get(field).filter(|column| !column.is_missing(row)) else { return missing(field) };
        let read = column.value(row).and_then(|value| <&str>::read(&value).map(|_| ()));
        if let Err(error) = read {
            return error.under(field);
        }
    }
    // Both are texts: the caller has an answer.
    missing("")
}
