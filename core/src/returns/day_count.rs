//! Day counts: how many years lie between two days.

use chrono::{Datelike, NaiveDate};

use crate::named_values::named_values;

named_values! {
    /// A convention for the share of a year between two days.
    ///
    /// Names follow ISDA; the 30/360 family is that of the ISDA 2006 definitions, section 4.16, and of the SIA's
    /// "Standard Securities Calculation Methods".
    #[derive(Default)]
    DayCount {
        /// Actual days over 365. The default, and what spreadsheets' XIRR uses.
        #[default]
        Actual365Fixed => "ACT/365F",
        /// Actual days over 360.
        Actual360 => "ACT/360",
        /// Days of leap years over 366, others over 365.
        ActualActualIsda => "ACT/ACT ISDA",
        /// 30/360, bond basis: a 31st counts as the 30th, an end on the 31st only after a start on the 30th.
        Thirty360Isda => "30/360 ISDA",
        /// 30/360 US (SIA): as the bond basis, and the last of February counts as the 30th.
        Thirty360Sia => "30/360 SIA",
        /// 30E/360, Eurobond basis: every 31st counts as the 30th.
        ThirtyE360 => "30E/360",
    }
}

impl DayCount {
    /// The years from `from` to `to`, negative when `to` is earlier.
    ///
    /// ```
    /// use tierra::{parse_date, returns::DayCount};
    /// let (from, to) = (parse_date("2023-01-31")?, parse_date("2024-01-31")?);
    /// assert_eq!(DayCount::Actual365Fixed.years(from, to), 1.0);
    /// assert_eq!(DayCount::Actual360.years(from, to), 365.0 / 360.0);
    /// assert_eq!(DayCount::Thirty360Isda.years(from, to), 1.0);
    /// # Ok::<(), tierra::Error>(())
    /// ```
    #[must_use]
    pub fn years(self, from: NaiveDate, to: NaiveDate) -> f64 {
        if to < from {
            return -self.years(to, from);
        }
        match self {
            Self::Actual365Fixed => actual_days(from, to) / 365.0,
            Self::Actual360 => actual_days(from, to) / 360.0,
            Self::ActualActualIsda => actual_actual(from, to),
            Self::Thirty360Isda | Self::Thirty360Sia | Self::ThirtyE360 => self.thirty_360(from, to),
        }
    }

    fn thirty_360(self, from: NaiveDate, to: NaiveDate) -> f64 {
        let (mut first, mut last) = (i64::from(from.day()), i64::from(to.day()));
        if self == Self::Thirty360Sia && ends_february(from) {
            if ends_february(to) {
                last = 30;
            }
            first = 30;
        }
        first = first.min(30);
        if self == Self::ThirtyE360 || first == 30 {
            last = last.min(30);
        }
        let months = 12 * i64::from(to.year() - from.year()) + i64::from(to.month()) - i64::from(from.month());
        as_f64(30 * months + last - first) / 360.0
    }
}

fn actual_days(from: NaiveDate, to: NaiveDate) -> f64 {
    as_f64((to - from).num_days())
}

#[expect(clippy::cast_precision_loss, reason = "days between two dates of four-digit years are far below 2^53")]
fn as_f64(days: i64) -> f64 {
    days as f64
}

fn ends_february(date: NaiveDate) -> bool {
    date.month() == 2 && date.succ_opt().is_none_or(|next| next.month() == 3)
}

fn actual_actual(from: NaiveDate, to: NaiveDate) -> f64 {
    let year_length = |year: i32| if NaiveDate::from_ymd_opt(year, 2, 29).is_some() { 366.0 } else { 365.0 };
    let since_new_year = |date: NaiveDate| f64::from(date.ordinal0()) / year_length(date.year());
    f64::from(to.year() - from.year()) + since_new_year(to) - since_new_year(from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse_date;

    #[test]
    fn thirty_360_family_differs_at_month_ends() {
        // Days by the three rules, for the month ends on which they part.
        for (from, to, isda, sia, euro) in [
            ("2007-01-31", "2007-02-28", 28, 28, 28),
            ("2007-02-28", "2007-03-31", 33, 30, 32),
            ("2008-02-29", "2009-02-28", 359, 360, 359),
            ("2007-01-15", "2007-01-31", 16, 16, 15),
            ("2007-01-30", "2007-01-31", 0, 0, 0),
        ] {
            let (from, to) = (parse_date(from).unwrap(), parse_date(to).unwrap());
            for (count, days) in
                [(DayCount::Thirty360Isda, isda), (DayCount::Thirty360Sia, sia), (DayCount::ThirtyE360, euro)]
            {
                assert_eq!((count.years(from, to) * 360.0).round(), f64::from(days), "{count} {from} {to}");
            }
        }
    }

    #[test]
    fn going_back_is_negative() {
        let (from, to) = (parse_date("2024-01-31").unwrap(), parse_date("2024-03-31").unwrap());
        for count in DayCount::ALL {
            assert_eq!(count.years(to, from), -count.years(from, to));
        }
    }
}
