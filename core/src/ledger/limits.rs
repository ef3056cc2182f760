//! What no call takes: too many, none, too long, or a time that the file cannot hold.

use chrono::{DateTime, Datelike, Utc};

use crate::{Error, ErrorCode, Result, charger, text};

/// The most rows that a call lists which takes a limit.
pub(super) const MOST_LISTED: usize = 1000;
/// The most items a batch may have.
pub(super) const MOST_ITEMS: usize = 100;

/// Refuses to take on none, or more at once than a call bears.
pub(super) fn check_limit(limit: usize, most: usize) -> Result<()> {
    if (1..=most).contains(&limit) {
        return Ok(());
    }
    Err(Error::new(ErrorCode::OutOfRange, "limit", format!("is `{limit}`; expected 1 to {most}")))
}

/// Refuses a batch of none or too many.
pub(crate) fn check_batch_size(field: &str, size: usize) -> Result<()> {
    if (1..=MOST_ITEMS).contains(&size) {
        return Ok(());
    }
    let message = format!("has {size} items; expected 1 to {MOST_ITEMS}");
    Err(Error::new(ErrorCode::OutOfRange, field, message))
}

/// [`check_batch_size`] of a list while it is read: the reader says where it stands.
pub(super) fn check_item_count(count: usize) -> Result<()> {
    check_batch_size("", count)
}

/// Refuses an instant that the file cannot hold.
pub(super) fn check_now(now: DateTime<Utc>) -> Result<()> {
    if (1970..=9999).contains(&now.year()) {
        return Ok(());
    }
    Err(Error::new(ErrorCode::OutOfRange, "now", format!("`{now}` is out of range; expected a year from 1970 to 9999")))
}

/// Refuses texts that a charger's fields do not take, which makes a batch malformed.
pub(super) fn check_pair(vendor: &str, serial: &str) -> Result<()> {
    text::check_text("vendor", vendor, charger::MAX_VENDOR_CHARS, "the maker's name")?;
    text::check_text("serial", serial, charger::MAX_SERIAL_CHARS, "a serial number")
}
