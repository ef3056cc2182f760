//! What a holding returned over time, from the flows into and out of it and from what it was worth.
//!
//! Flows have the signs of [`CashFlow`](super::CashFlow): what is paid into the holding is negative, what it pays out
//! positive. A valuation is what the holding itself is worth at the end of its day, after the flows of the day.

mod days;
mod modified_dietz;
mod money_weighted;
mod time_weighted;

pub use days::{DayTiming, Valuation};
pub use modified_dietz::modified_dietz;
pub use money_weighted::money_weighted_return;
pub use time_weighted::{LinkMethod, PeriodReturn, TimeWeightedReturn, time_weighted_return};
