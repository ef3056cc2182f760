//! Claims as columns, a row a claim: how many of them are handed over at once.

use crate::{Error, ErrorCode, Result, charger::SerialHash, period};

/// Claims as columns: row `i` is one claim on `chargers[i]` from `starts[i]` to `ends[i]`, both days included.
///
/// Days are counted from 1970-01-01, as Arrow's `date32` and numpy's `datetime64[D]` count them. A million claims take 40 MB
/// so, and nothing of them is copied.
///
/// ```
/// use tierra::{charger::identify, overlap::ClaimColumns};
/// let (keba, easee) = (identify("KEBA", "22004711")?.serial_hash(), identify("Easee", "EH123456")?.serial_hash());
/// let chargers = [keba, easee, keba];
/// let claims = ClaimColumns::new(&chargers, &[20454, 20454, 20818], &[20818, 20818, 21183])?;
/// assert_eq!(claims.conflicting_pairs(1000)?, [(0, 2)]);
/// # Ok::<(), tierra::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ClaimColumns<'a> {
    chargers: &'a [SerialHash],
    starts: &'a [i32],
    ends: &'a [i32],
    /// Empty where no row is left out.
    left_out: &'a [bool],
}

impl<'a> ClaimColumns<'a> {
    /// Columns of claims, all of which claim.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::LengthMismatch`] at `starts` or `ends`; [`ErrorCode::InvalidPeriod`] at `starts[i]` for a start after
    /// the end; [`ErrorCode::OutOfRange`] at `starts[i]` or `ends[i]` for a day outside the years 1900 to 9999, and at
    /// `chargers` for more than 4,294,967,295 claims.
    pub fn new(chargers: &'a [SerialHash], starts: &'a [i32], ends: &'a [i32]) -> Result<Self> {
        same_length("starts", starts.len(), chargers.len())?;
        same_length("ends", ends.len(), chargers.len())?;
        if u32::try_from(chargers.len()).is_err() {
            let message = format!("has {} claims; expected at most {}", chargers.len(), u32::MAX);
            return Err(Error::new(ErrorCode::OutOfRange, "chargers", message));
        }
        // A loop without a branch in it, which is taken apart only where something is wrong.
        let days = starts.iter().zip(ends);
        if !days.clone().fold(true, |good, (start, end)| good & period::are_days(*start, *end)) {
            for (index, (start, end)) in days.enumerate() {
                check_days(*start, *end, &|column| format!("{column}s[{index}]"))?;
            }
        }
        Ok(Self { chargers, starts, ends, left_out: &[] })
    }

    /// Columns of one length that were made from periods.
    pub(super) fn of_periods(
        chargers: &'a [SerialHash],
        starts: &'a [i32],
        ends: &'a [i32],
        left_out: &'a [bool],
    ) -> Self {
        Self { chargers, starts, ends, left_out }
    }

    /// The same rows without those where `left_out` is true: cancelled claims, or chargers that were refused.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::LengthMismatch`] at `left_out`.
    ///
    /// ```
    /// use tierra::{charger::identify, overlap::ClaimColumns};
    /// let chargers = [identify("KEBA", "22004711")?.serial_hash(); 3];
    /// let claims = ClaimColumns::new(&chargers, &[20454; 3], &[20818; 3])?;
    /// assert_eq!(claims.leaving_out(&[false, true, false])?.conflicting_pairs(1000)?, [(0, 2)]);
    /// # Ok::<(), tierra::Error>(())
    /// ```
    pub fn leaving_out(self, left_out: &'a [bool]) -> Result<Self> {
        same_length("left_out", left_out.len(), self.chargers.len())?;
        Ok(Self { left_out, ..self })
    }

    /// How many rows there are, those left out included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.chargers.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.chargers.is_empty()
    }

    /// The chargers, a row a claim.
    #[must_use]
    pub fn chargers(&self) -> &'a [SerialHash] {
        self.chargers
    }

    /// The rows that are not left out: their numbers, chargers and days.
    pub(super) fn rows(&self) -> impl Iterator<Item = (u32, &'a SerialHash, i32, i32)> + Clone {
        let left_out = self.left_out.iter().copied().chain(std::iter::repeat(false));
        let rows = (0_u32..).zip(self.chargers).zip(self.starts.iter().zip(self.ends)).zip(left_out);
        rows.filter(|(_, left_out)| !left_out).map(|(((row, charger), (start, end)), _)| (row, charger, *start, *end))
    }
}

fn same_length(column: &str, length: usize, expected: usize) -> Result<()> {
    if length == expected {
        return Ok(());
    }
    let message = format!("has {length} rows; expected {expected}, as many as `chargers`");
    Err(Error::new(ErrorCode::LengthMismatch, column, message))
}

/// Refuses days that no [`Period`](crate::Period) has; `path` is told `start` or `end`.
pub(super) fn check_days(start: i32, end: i32, path: &dyn Fn(&str) -> String) -> Result<()> {
    for (column, day) in [("start", start), ("end", end)] {
        if !period::EPOCH_DAYS.contains(&day) {
            let message = format!(
                "`{day}` is out of range; expected days since 1970-01-01 from {} (1900-01-01) to {} (9999-12-31)",
                period::EPOCH_DAYS.start(),
                period::EPOCH_DAYS.end()
            );
            return Err(Error::new(ErrorCode::OutOfRange, path(column), message));
        }
    }
    if start > end {
        let message = format!("`{start}` is after the end `{end}`; expected a start on or before the end");
        return Err(Error::new(ErrorCode::InvalidPeriod, path("start"), message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_that_do_not_fit_are_refused() {
        let charger = [SerialHash::from_bytes([7; 32]); 2];
        for (starts, ends, code, path) in [
            (&[1][..], &[2, 2][..], ErrorCode::LengthMismatch, "starts"),
            (&[1, 1], &[2, 2, 2], ErrorCode::LengthMismatch, "ends"),
            (&[1, 3], &[2, 2], ErrorCode::InvalidPeriod, "starts[1]"),
            (&[1, -25_568], &[2, 2], ErrorCode::OutOfRange, "starts[1]"),
            // A day written as digits, `20260101`, is no count of days.
            (&[1, 20_260_101], &[2, 20_260_102], ErrorCode::OutOfRange, "starts[1]"),
            (&[1, 2], &[2_932_897, 2], ErrorCode::OutOfRange, "ends[0]"),
        ] {
            let error = ClaimColumns::new(&charger, starts, ends).unwrap_err();
            assert_eq!((error.code(), error.path()), (code, path));
        }
        assert!(ClaimColumns::new(&charger, &[-25_567, 2_932_896], &[2_932_896; 2]).is_ok());
        let claims = ClaimColumns::new(&charger, &[1; 2], &[1; 2]).unwrap();
        assert_eq!(claims.leaving_out(&[true]).unwrap_err().path(), "left_out");
    }
}
