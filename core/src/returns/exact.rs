//! What is asked of exact amounts.

use std::cmp::Ordering;

use ethnum::U256;
use rust_decimal::Decimal;

use crate::{Error, ErrorCode, Result};

/// Refuses a value below zero, and zero itself unless it is allowed.
pub(crate) fn check_sign(path: &str, value: Decimal, zero_allowed: bool) -> Result<()> {
    if value > Decimal::ZERO || (zero_allowed && value.is_zero()) {
        return Ok(());
    }
    let expected = if zero_allowed { "zero or more" } else { "more than zero" };
    Err(Error::new(ErrorCode::OutOfRange, path, format!("`{value}` is out of range; expected {expected}")))
}

/// How `left × right` compares with `value`, to the last digit, none of them negative.
pub(crate) fn compare_products(left: Decimal, right: Decimal, value: Decimal) -> Ordering {
    let size = |value: Decimal| U256::from(value.mantissa().unsigned_abs());
    // Two mantissas of 96 bits fit into 192, and a power of ten that 64 more cannot hold makes its side the larger.
    let scaled =
        |value: U256, places: u32| U256::new(10).checked_pow(places).and_then(|power| value.checked_mul(power));
    let (product, value_size) = (size(left) * size(right), size(value));
    let places = left.scale() + right.scale();
    let (ours, theirs) = match places.checked_sub(value.scale()) {
        Some(more) => (Some(product), scaled(value_size, more)),
        None => (scaled(product, value.scale() - places), Some(value_size)),
    };
    match (ours, theirs) {
        (Some(ours), Some(theirs)) => ours.cmp(&theirs),
        (None, _) => Ordering::Greater,
        (_, None) => Ordering::Less,
    }
}
