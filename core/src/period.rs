//! Civil dates and periods of whole days.

use std::fmt;

use chrono::{Datelike, NaiveDate};

use crate::wire::record;
use crate::{Error, ErrorCode, Result, text};

/// The years a date may have. 9999 is the usual mark of an open end.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=9999;
/// The days of those years, counted from 1970-01-01.
pub(crate) const EPOCH_DAYS: std::ops::RangeInclusive<i32> = -25_567..=2_932_896;

record! {
    /// A period of whole days that includes both its first and its last day (DECISIONS 4).
    ///
    /// ```
    /// use tierra::Period;
    /// let year = Period::parse("2026-01-01", "2026-12-31")?;
    /// assert_eq!(year.days(), 365);
    /// assert!(year.overlaps(&Period::parse("2026-12-31", "2027-06-30")?));
    /// # Ok::<(), tierra::Error>(())
    /// ```
    #[wire(snake_case: reads writes, check = Period::check)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub struct Period {
        /// The first day.
        start: NaiveDate,
        /// The last day, which belongs to the period.
        end: NaiveDate,
    }
}

impl Period {
    /// A period from `start` to `end`, both included.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::InvalidPeriod`] at `start` when it is after `end`; [`ErrorCode::OutOfRange`] for a year outside
    /// 1900 to 9999.
    pub fn new(start: NaiveDate, end: NaiveDate) -> Result<Self> {
        let period = Self { start, end };
        period.check()?;
        Ok(period)
    }

    fn check(&self) -> Result<()> {
        let Self { start, end } = self;
        check_year("start", *start)?;
        check_year("end", *end)?;
        if start > end {
            let message = format!("`{start}` is after the end `{end}`; expected a start on or before the end");
            return Err(Error::new(ErrorCode::InvalidPeriod, "start", message));
        }
        Ok(())
    }

    /// A period from two ISO 8601 dates, `YYYY-MM-DD`, both included.
    ///
    /// # Errors
    ///
    /// As [`Period::new`], and [`ErrorCode::InvalidDate`] at `start` or `end` for a text that is no calendar date.
    pub fn parse(start: &str, end: &str) -> Result<Self> {
        let start = parse_date(start).map_err(|error| error.under("start"))?;
        let end = parse_date(end).map_err(|error| error.under("end"))?;
        Self::new(start, end)
    }

    /// The first day.
    #[must_use]
    pub fn start(&self) -> NaiveDate {
        self.start
    }

    /// The last day, which belongs to the period.
    #[must_use]
    pub fn end(&self) -> NaiveDate {
        self.end
    }

    /// How many days the period has, at least 1.
    #[must_use]
    pub fn days(&self) -> i64 {
        (self.end - self.start).num_days() + 1
    }

    /// Whether `day` is one of the period's days.
    #[must_use]
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.start <= day && day <= self.end
    }

    /// Whether the two periods share a day.
    #[must_use]
    pub fn overlaps(&self, other: &Period) -> bool {
        self.start <= other.end && other.start <= self.end
    }

    /// The days that both periods have, if any.
    ///
    /// ```
    /// use tierra::Period;
    /// let spring = Period::parse("2026-03-01", "2026-05-31")?;
    /// let may_on = Period::parse("2026-05-01", "2026-12-31")?;
    /// assert_eq!(spring.shared_days(&may_on), Some(Period::parse("2026-05-01", "2026-05-31")?));
    /// # Ok::<(), tierra::Error>(())
    /// ```
    #[must_use]
    pub fn shared_days(&self, other: &Period) -> Option<Period> {
        let start = self.start.max(other.start);
        let end = self.end.min(other.end);
        (start <= end).then_some(Period { start, end })
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.start, self.end)
    }
}

/// Whether two counts of days since 1970-01-01 make a period: the start on or before the end, the years 1900 to 9999.
pub(crate) fn are_days(start: i32, end: i32) -> bool {
    // `&`, not `&&`: without branches the loop over a column takes several at once.
    (start >= *EPOCH_DAYS.start()) & (start <= end) & (end <= *EPOCH_DAYS.end())
}

fn check_year(path: &str, date: NaiveDate) -> Result<()> {
    if YEARS.contains(&date.year()) {
        return Ok(());
    }
    let message = format!("`{date}` is out of range; expected a year from {} to {}", YEARS.start(), YEARS.end());
    Err(Error::new(ErrorCode::OutOfRange, path, message))
}

/// Reads an ISO 8601 calendar date, `YYYY-MM-DD` and nothing else.
///
/// # Errors
///
/// [`ErrorCode::InvalidDate`] for another form or a day that the calendar does not have; [`ErrorCode::OutOfRange`]
/// for a year outside 1900 to 9999. The error's path is empty.
///
/// ```
/// assert_eq!(tierra::parse_date("2024-02-29")?.to_string(), "2024-02-29");
/// assert!(tierra::parse_date("2023-02-29").is_err());
/// assert!(tierra::parse_date("29/02/2024").is_err());
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn parse_date(text: &str) -> Result<NaiveDate> {
    let invalid = || {
        let message = format!("`{}` is not a calendar date; expected `YYYY-MM-DD`", text::excerpt(text));
        Error::new(ErrorCode::InvalidDate, "", message)
    };
    // chrono's own reader would also take `+2024-2-9`, and weighs a tenth of the browser module.
    let (digits, [first, second]) = match text.as_bytes() {
        [y1, y2, y3, y4, first, m1, m2, second, d1, d2] => ([y1, y2, y3, y4, m1, m2, d1, d2], [first, second]),
        _ => return Err(invalid()),
    };
    if [first, second] != [&b'-'; 2] || !digits.iter().all(|digit| digit.is_ascii_digit()) {
        return Err(invalid());
    }
    let number = |digits: &[&u8]| digits.iter().fold(0, |number, digit| number * 10 + u32::from(**digit - b'0'));
    let (year, month_and_day) = digits.split_at(4);
    let (month, day) = month_and_day.split_at(2);
    let year = i32::try_from(number(year)).map_err(|_| invalid())?;
    let date = NaiveDate::from_ymd_opt(year, number(month), number(day)).ok_or_else(invalid)?;
    check_year("", date)?;
    Ok(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_belong() {
        let day = Period::parse("2026-01-01", "2026-01-01").unwrap();
        assert_eq!(day.days(), 1);
        assert!(day.contains(day.start()) && day.contains(day.end()));
    }

    #[test]
    fn days_since_1970_have_the_same_limits_as_dates() {
        for (day, text) in [(EPOCH_DAYS.start(), "1900-01-01"), (EPOCH_DAYS.end(), "9999-12-31")] {
            assert_eq!(parse_date(text).unwrap().to_epoch_days(), *day);
        }
    }

    #[test]
    fn bad_dates_are_told_apart() {
        for (text, code) in [
            ("", ErrorCode::InvalidDate),
            ("2026-1-01", ErrorCode::InvalidDate),
            ("+026-01-01", ErrorCode::InvalidDate),
            ("2026-13-01", ErrorCode::InvalidDate),
            ("2026-01-01T00:00:00Z", ErrorCode::InvalidDate),
            ("1800-01-01", ErrorCode::OutOfRange),
            ("２０２６-01-01", ErrorCode::InvalidDate),
        ] {
            assert_eq!(parse_date(text).unwrap_err().code(), code, "{text}");
        }
    }
}
