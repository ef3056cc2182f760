//! Claims in columns of any kind, made into those that conflicts are found in.

use super::ClaimColumns;
use crate::charger::SerialHash;
use crate::columns::{Cells, Column, Columns};
use crate::registration::RegistrationStatus;
use crate::wire::Value;
use crate::{Error, ErrorCode, Result};

/// The names of the columns of claims. `left_out` and `status` may be absent.
pub const CLAIM_FIELDS: [&str; 5] = ["serial_hash", "start", "end", "left_out", "status"];

/// Claims that own their columns.
///
/// ```
/// use tierra::{charger::identify, overlap::ClaimTable};
/// use tierra::columns::{Cells, Column};
/// let keba = *identify("KEBA", "22004711")?.serial_hash().as_bytes();
/// let (hashes, starts, ends) = (vec![keba, keba], vec![20454, 20818], vec![20818, 21183]);
/// let days = |days| Column::new(Cells::Days(days));
/// let claims = ClaimTable::new(&Column::new(Cells::Hashes(hashes)), &days(starts), &days(ends), None, &[])?;
/// assert_eq!(claims.columns()?.conflicting_pairs(10)?, [(0, 1)]);
/// # Ok::<(), tierra::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ClaimTable {
    chargers: Vec<SerialHash>,
    starts: Vec<i32>,
    ends: Vec<i32>,
    /// Empty where no row is left out.
    left_out: Vec<bool>,
}

impl ClaimTable {
    /// Claims of three columns: 32 bytes or 64 hexadecimal digits a charger, and days. Rows that `left_out` is true for, and
    /// those that `refused` names, conflict with nothing; what stands in the others of their columns is not looked at.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::LengthMismatch`] at a column; [`ErrorCode::MissingField`], [`ErrorCode::InvalidDate`],
    /// [`ErrorCode::UnknownValue`], [`ErrorCode::OutOfRange`] and [`ErrorCode::WrongType`] at `chargers[i]`, `starts[i]`,
    /// `ends[i]` or `left_out[i]`: nothing is a value, and a claim without a day is none.
    pub fn new(
        chargers: &Column,
        starts: &Column,
        ends: &Column,
        left_out: Option<&Column>,
        refused: &[usize],
    ) -> Result<Self> {
        let mut without = match left_out {
            Some(mask) => mask.mask().map_err(|error| error.under("left_out"))?,
            None => Vec::new(),
        };
        if left_out.is_some() && without.len() != chargers.len() {
            let message = format!("has {} rows; expected {}, as many as `chargers`", without.len(), chargers.len());
            return Err(Error::new(ErrorCode::LengthMismatch, "left_out", message));
        }
        if !refused.is_empty() {
            without.resize(chargers.len(), false);
            refused.iter().for_each(|row| without.get_mut(*row).into_iter().for_each(|without| *without = true));
        }
        let is_left_out = |row: usize| without.get(row).copied().unwrap_or(false);
        let chargers = hashes(chargers, is_left_out).map_err(|error| error.under("chargers"))?;
        let mut starts = starts.days(is_left_out).map_err(|error| error.under("starts"))?;
        let mut ends = ends.days(is_left_out).map_err(|error| error.under("ends"))?;
        // A row that claims nothing has the days of one that is no period's fault.
        let days = starts.iter_mut().zip(&mut ends).enumerate();
        for (_, (start, end)) in days.filter(|(row, _)| is_left_out(*row)) {
            (*start, *end) = (0, 0);
        }
        Ok(Self { chargers, starts, ends, left_out: without })
    }

    /// Claims of a table with the columns of [`CLAIM_FIELDS`]. A cancelled one claims nothing.
    ///
    /// # Errors
    ///
    /// As [`ClaimTable::new`]; [`ErrorCode::MissingField`] at a column that must be there, [`ErrorCode::UnknownValue`] at
    /// `status[i]`.
    pub fn of(table: &Columns) -> Result<Self> {
        let column = |name: &str| {
            table.get(name).ok_or_else(|| {
                let message = "is missing; expected the columns `serial_hash`, `start` and `end`, or `columns` to say which they are";
                Error::new(ErrorCode::MissingField, name, message)
            })
        };
        let mut cancelled = Vec::new();
        if let Some(status) = table.get("status") {
            for row in 0..status.len() {
                if is_cancelled(status, row).map_err(|error| error.at_index(row).under("status"))? {
                    cancelled.push(row);
                }
            }
        }
        Self::new(column("serial_hash")?, column("start")?, column("end")?, table.get("left_out"), &cancelled)
    }

    /// The claims as conflicts are found in.
    ///
    /// # Errors
    ///
    /// As [`ClaimColumns::new`].
    pub fn columns(&self) -> Result<ClaimColumns<'_>> {
        let claims = ClaimColumns::new(&self.chargers, &self.starts, &self.ends)?;
        if self.left_out.is_empty() { Ok(claims) } else { claims.leaving_out(&self.left_out) }
    }
}

fn is_cancelled(status: &Column, row: usize) -> Result<bool> {
    let Some(text) = status.text(row) else {
        return Err(crate::wire::wrong_type(&status.value(row)?, "a status"));
    };
    Ok(text.parse::<RegistrationStatus>()? == RegistrationStatus::Cancelled)
}

/// The chargers of all rows.
fn hashes(column: &Column, is_left_out: impl Fn(usize) -> bool) -> Result<Vec<SerialHash>> {
    if let (Cells::Hashes(hashes), true) = (column.cells(), column.is_full()) {
        return Ok(hashes.iter().copied().map(SerialHash::from_bytes).collect());
    }
    let hash = |row| match hash(column, row) {
        Err(error) if !is_left_out(row) => Err(error.at_index(row)),
        hash => Ok(hash.unwrap_or(SerialHash::from_bytes([0; 32]))),
    };
    (0..column.len()).map(hash).collect()
}

fn hash(column: &Column, row: usize) -> Result<SerialHash> {
    if column.is_missing(row) {
        return Err(Error::new(ErrorCode::MissingField, "", "is missing; expected a charger's hash"));
    }
    match (column.cells(), column.text(row)) {
        (Cells::Hashes(hashes), _) => Ok(SerialHash::from_bytes(hashes.get(row).copied().unwrap_or_default())),
        (_, Some(digits)) => digits.parse(),
        _ => match column.value(row)? {
            Value::String(digits) => digits.parse(),
            other => Err(crate::wire::wrong_type(&other, "a hash as 64 hexadecimal digits or 32 bytes")),
        },
    }
}
