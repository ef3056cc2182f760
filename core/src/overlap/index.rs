//! Claims held to be asked about, one new claim after the other.

use std::collections::HashMap;

use super::columns::{ClaimColumns, check_days};
use super::pairs::{self, Entry, PairBuffers, bits_for, prefix};
use crate::{Error, ErrorCode, Result, charger::SerialHash};

/// Claims of one slot of the directory, on average: one or two chargers.
const SLOT: usize = 8;

/// Claims by charger, to be asked what a new claim conflicts with: some hundred nanoseconds among ten million.
///
/// It is made once from columns, and takes what is claimed afterwards. A claim takes about 20 bytes (five on a charger), one
/// inserted later about three times that.
///
/// ```
/// use tierra::{charger::identify, overlap::{ClaimColumns, PeriodIndex}};
/// let (keba, easee) = (identify("KEBA", "22004711")?.serial_hash(), identify("Easee", "EH123456")?.serial_hash());
/// let mut index = PeriodIndex::new(&ClaimColumns::new(&[keba, easee], &[20454, 20454], &[20818, 20818])?);
/// assert_eq!(index.conflicts_with(&keba, 20818, 21183)?, [0]);
/// assert_eq!(index.insert(&keba, 20818, 21183)?, 2);
/// assert_eq!(index.conflicts_with(&keba, 20000, 30000)?, [0, 2]);
/// # Ok::<(), tierra::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct PeriodIndex {
    /// How many rows there are, those left out included.
    rows: u32,
    /// How many of the first bits of a hash choose its slot in the directory.
    bits: u32,
    /// Where in `chargers` each slot begins, and one behind the last.
    directory: Vec<u32>,
    /// The chargers in ascending order of their hashes, and where in `claims` each begins; one without a hash behind the last.
    chargers: Vec<(SerialHash, u32)>,
    /// The claims of one charger after the other.
    claims: Vec<Days>,
    /// What was inserted afterwards.
    added: Added,
}

/// One claim's days and row.
#[derive(Debug, Clone, Copy)]
struct Days {
    start: i32,
    end: i32,
    row: u32,
}

impl Days {
    fn shows_in(&self, start: i32, end: i32) -> bool {
        self.start <= end && start <= self.end
    }
}

/// Claims in the order of their coming, each with the place of its charger's claim before it.
#[derive(Debug, Clone, Default)]
struct Added {
    last: HashMap<SerialHash, u32>,
    claims: Vec<(Days, Option<u32>)>,
}

impl PeriodIndex {
    /// Sorts the claims of columns.
    #[must_use]
    pub fn new(columns: &ClaimColumns<'_>) -> Self {
        let mut chargers: Vec<(SerialHash, u32)> = Vec::new();
        let mut claims: Vec<Days> = Vec::with_capacity(columns.len());
        pairs::for_each_bucket(columns, &mut PairBuffers::default(), &mut |bucket| {
            pairs::sort(bucket, columns.chargers());
            for Entry { start, end, row, .. } in bucket.iter().copied() {
                let Some(charger) = columns.chargers().get(row as usize) else { continue };
                if chargers.last().is_none_or(|(last, _)| last != charger) {
                    chargers.push((*charger, claims.len() as u32));
                }
                claims.push(Days { start, end, row });
            }
        });
        let bits = bits_for(columns.len(), SLOT);
        let directory = directory(&chargers, bits);
        chargers.push((SerialHash::from_bytes([0xff; 32]), claims.len() as u32));
        chargers.shrink_to_fit();
        Self { rows: columns.len() as u32, bits, directory, chargers, claims, added: Added::default() }
    }

    /// How many rows there are, those left out included: the row that the next one inserted gets.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows as usize
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The rows of the claims that a new one on `charger` from `start` to `end` would conflict with, in ascending order.
    ///
    /// Days are counted from 1970-01-01, both are included.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::InvalidPeriod`] at `start` when it is after `end`; [`ErrorCode::OutOfRange`] at `start` or `end` for a
    /// day outside the years 1900 to 9999.
    pub fn conflicts_with(&self, charger: &SerialHash, start: i32, end: i32) -> Result<Vec<u32>> {
        check_days(start, end, &str::to_owned)?;
        let mut rows = Vec::new();
        self.visit_conflicts(charger, start, end, &mut |row| rows.push(row));
        rows.sort_unstable();
        Ok(rows)
    }

    /// Takes a new claim, whether it conflicts or not, and tells its row.
    ///
    /// # Errors
    ///
    /// As [`conflicts_with`](Self::conflicts_with), and [`ErrorCode::OutOfRange`] with an empty path for more than
    /// 4,294,967,295 claims.
    pub fn insert(&mut self, charger: &SerialHash, start: i32, end: i32) -> Result<u32> {
        check_days(start, end, &str::to_owned)?;
        let row = self.rows;
        let Some(rows) = row.checked_add(1) else {
            let message = format!("the index holds {row} claims; expected at most as many");
            return Err(Error::new(ErrorCode::OutOfRange, "", message));
        };
        self.rows = rows;
        self.added.insert(charger, Days { start, end, row });
        Ok(row)
    }

    pub(super) fn visit_conflicts(&self, charger: &SerialHash, start: i32, end: i32, visit: &mut dyn FnMut(u32)) {
        let sorted = self.claims_of(charger).iter();
        let added = self.added.claims_of(charger);
        sorted.chain(added).filter(|days| days.shows_in(start, end)).for_each(|days| visit(days.row));
    }

    /// The claims of a charger among those sorted.
    fn claims_of(&self, charger: &SerialHash) -> &[Days] {
        let slot = slot_of(charger, self.bits);
        let Some([from, to]) = self.directory.get(slot..).and_then(<[u32]>::first_chunk) else { return &[] };
        let of_slot = self.chargers.get(*from as usize..*to as usize).unwrap_or_default();
        // As good as always one or two, but hashes need not be spread evenly.
        let Ok(at) = of_slot.binary_search_by(|(other, _)| other.cmp(charger)) else { return &[] };
        let found = self.chargers.get(*from as usize + at..).and_then(<[_]>::first_chunk);
        let Some([(_, from), (_, to)]) = found else { return &[] };
        self.claims.get(*from as usize..*to as usize).unwrap_or_default()
    }
}

impl Added {
    fn insert(&mut self, charger: &SerialHash, days: Days) {
        let before = self.last.insert(*charger, self.claims.len() as u32);
        self.claims.push((days, before));
    }

    fn claims_of(&self, charger: &SerialHash) -> impl Iterator<Item = &Days> {
        let claim_at = |place: u32| self.claims.get(place as usize);
        // Nothing to look for is no hash to make.
        let last = if self.claims.is_empty() { None } else { self.last.get(charger) };
        let claims =
            std::iter::successors(last.and_then(|last| claim_at(*last)), move |(_, before)| claim_at((*before)?));
        claims.map(|(days, _)| days)
    }
}

fn slot_of(charger: &SerialHash, bits: u32) -> usize {
    prefix(charger).checked_shr(64 - bits).unwrap_or(0) as usize
}

/// Where each slot begins, and one behind the last.
fn directory(chargers: &[(SerialHash, u32)], bits: u32) -> Vec<u32> {
    let mut begins = vec![0_u32; (1 << bits) + 1];
    for (charger, _) in chargers {
        if let Some(count) = begins.get_mut(slot_of(charger, bits) + 1) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for begin in &mut begins {
        sum += *begin;
        *begin = sum;
    }
    begins
}
