//! Results in bulk as tables of Apache Arrow. A refused row has nothing but its reason.

use arrow_array::RecordBatch;

use super::InventoryHandle;
use crate::Result;
use crate::charger::HashBatch;
use crate::columns::arrow::ResultTable;
use crate::emission::RowEmissions;

/// The hashes of many chargers: `serial_hash` (32 bytes), `error_code` and `error`.
///
/// # Errors
///
/// None: a batch's columns are of one length.
pub fn hashes_table(batch: &HashBatch) -> Result<RecordBatch> {
    let mut table = ResultTable::default();
    let mut refused = batch.errors().iter().map(|(row, _)| *row).peekable();
    let hashes = batch.hashes().iter().enumerate().map(|(row, hash)| {
        let is_refused = refused.next_if_eq(&row).is_some();
        (!is_refused).then(|| *hash.as_bytes())
    });
    table.hashes("serial_hash", hashes)?;
    table.errors(batch.hashes().len(), batch.errors().iter().map(|(row, error)| (*row, error)));
    table.into_batch()
}

/// Conflicting pairs: `first` and `second`, places of rows.
///
/// # Errors
///
/// None: the columns are of one length.
pub fn pairs_table(pairs: &[(u32, u32)]) -> Result<RecordBatch> {
    let mut table = ResultTable::default();
    table.rows("first", pairs.iter().map(|pair| pair.0));
    table.rows("second", pairs.iter().map(|pair| pair.1));
    table.into_batch()
}

/// The figures of an inventory, a row a row given: `row`, the figures in kg, `scope`, `category`, `method`, `error_code` and
/// `error`.
///
/// # Errors
///
/// None: the columns are of one length.
pub fn inventory_table(inventory: &InventoryHandle) -> Result<RecordBatch> {
    let rows = inventory.rows().len() + inventory.failed().len();
    let mut by_place: Vec<Option<&RowEmissions>> = vec![None; rows];
    for counted in inventory.rows() {
        if let Some(place) = by_place.get_mut(counted.row) {
            *place = Some(counted);
        }
    }
    let categories = inventory.categories()?;
    let all = || by_place.iter().copied();
    let mut table = ResultTable::default();
    table.whole("row", (0_u64..).take(rows).map(Some));
    table.decimals("co2e_kg", all().map(|row| row.map(|row| row.co2e_kg)))?;
    table.decimals("biogenic_co2_kg", all().map(|row| row.and_then(|row| row.biogenic_co2_kg)))?;
    table.decimals("market_based_co2e_kg", all().map(|row| row.and_then(|row| row.market_based_co2e_kg)))?;
    table.texts("scope", all().map(|row| row.and_then(|row| row.scope).map(|scope| scope.as_str())));
    table.texts("category", all().map(|row| row.and_then(|row| categories.get(row.method).copied())));
    table.whole("method", all().map(|row| row.map(|row| row.method as u64)));
    table.errors(rows, inventory.failed().iter().map(|failed| (failed.row, &failed.error)));
    table.into_batch()
}
