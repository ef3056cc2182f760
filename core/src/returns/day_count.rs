//! Day counts: how many years lie between two days.

use chrono::{Datelike, Months, NaiveDate};

use crate::named_values::named_values;
use crate::wire::record;
use crate::{Error, ErrorCode, Result};

named_values! {
    /// A convention for the share of a year between two days.
    ///
    /// Names follow ISDA; the 30/360 family is that of the ISDA 2006 definitions, section 4.16, and of the SIA's
    /// "Standard Securities Calculation Methods", ACT/ACT ICMA that of the ICMA's rule 251.
    #[derive(Default)]
    DayCount {
        /// Actual days over 365. The default, and what spreadsheets' XIRR uses.
        #[default]
        Actual365Fixed => "ACT/365F",
        /// Actual days over 360.
        Actual360 => "ACT/360",
        /// Actual days over 365.25.
        Actual36525 => "ACT/365.25",
        /// Days of leap years over 366, others over 365.
        ActualActualIsda => "ACT/ACT ISDA",
        /// Whole coupon periods, and of others the days over those of the period. Years from the first day on, unless a
        /// schedule is given.
        ActualActualIcma => "ACT/ACT ICMA",
        /// 30/360, bond basis: a 31st counts as the 30th, an end on the 31st only after a start on the 30th.
        Thirty360Isda => "30/360 ISDA",
        /// 30/360 US (SIA): as the bond basis, and the last of February counts as the 30th.
        Thirty360Sia => "30/360 SIA",
        /// 30/360 US: the rule of 30/360 SIA by its other name.
        Thirty360Us => "30/360 US",
        /// 30E/360, Eurobond basis: every 31st counts as the 30th.
        ThirtyE360 => "30E/360",
        /// 30E/360 ISDA: every 31st and the last of February count as the 30th, but for an end in February on the day of
        /// termination, where one is given.
        ThirtyE360Isda => "30E/360 ISDA",
    }
}

/// What a day count may need to know beside two days: the coupons of ACT/ACT ICMA, the end of 30E/360 ISDA.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CouponSchedule {
    /// Coupons a year: 1, 2, 3, 4, 6 or 12.
    pub frequency: u32,
    /// A day on which a coupon falls due; the first day counted from, where none is given.
    pub coupon: Option<NaiveDate>,
    /// The day on which the contract ends.
    pub termination: Option<NaiveDate>,
}

impl Default for CouponSchedule {
    /// A coupon a year.
    fn default() -> Self {
        Self { frequency: 1, coupon: None, termination: None }
    }
}

record! {
    /// The time between two days by a day count.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, Copy, PartialEq)]
    #[non_exhaustive]
    pub struct YearFraction {
        /// Years, negative when the second day is earlier.
        pub years: f64,
        /// Days as the day count has them: of thirty a month for the 30/360 family, actual ones else.
        pub days: i64,
    }
}

/// The years and days from one day to another by a day count.
///
/// Only ACT/ACT ICMA looks at the coupons, only 30E/360 ISDA at the day of termination. Coupons fall due every `12 /
/// frequency` months before and after the day given, on the last day of a month that is too short for it.
///
/// # Errors
///
/// [`ErrorCode::OutOfRange`] at `frequency` for a number of coupons that does not part a year into whole months.
///
/// ```
/// use tierra::{parse_date, returns::{CouponSchedule, DayCount, year_fraction}};
/// let (start, end) = (parse_date("2003-11-01")?, parse_date("2004-05-01")?);
/// let half_yearly = CouponSchedule { frequency: 2, ..CouponSchedule::default() };
/// let found = year_fraction(start, end, DayCount::ActualActualIcma, half_yearly)?;
/// assert_eq!((found.years, found.days), (0.5, 182));
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn year_fraction(
    start: NaiveDate,
    end: NaiveDate,
    day_count: DayCount,
    schedule: CouponSchedule,
) -> Result<YearFraction> {
    if schedule.frequency == 0 || 12 % schedule.frequency != 0 {
        let message = format!("`{}` is out of range; expected 1, 2, 3, 4, 6 or 12 coupons a year", schedule.frequency);
        return Err(Error::new(ErrorCode::OutOfRange, "frequency", message));
    }
    Ok(YearFraction { years: day_count.count(start, end, schedule), days: day_count.days(start, end, schedule) })
}

impl DayCount {
    /// The years from `from` to `to`, negative when `to` is earlier, with a coupon a year from the earlier day on and no
    /// day of termination: see [`year_fraction`] for others.
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
        self.count(from, to, CouponSchedule::default())
    }

    fn count(self, from: NaiveDate, to: NaiveDate, schedule: CouponSchedule) -> f64 {
        if to < from {
            return -self.count(to, from, schedule);
        }
        let days = as_f64(self.days(from, to, schedule));
        match self {
            Self::Actual365Fixed => days / 365.0,
            Self::Actual360 | Self::Thirty360Isda | Self::Thirty360Sia | Self::Thirty360Us => days / 360.0,
            Self::ThirtyE360 | Self::ThirtyE360Isda => days / 360.0,
            Self::Actual36525 => days / 365.25,
            Self::ActualActualIsda => actual_actual(from, to),
            Self::ActualActualIcma => {
                let coupon = schedule.coupon.unwrap_or(from);
                let (start, end) = (Periods::until(coupon, schedule, from), Periods::until(coupon, schedule, to));
                (as_f64(end.whole - start.whole) + (end.part - start.part)) / f64::from(schedule.frequency)
            }
        }
    }

    /// The days of its year; `None` where a year's own length counts.
    pub(super) fn year_days(self) -> Option<rust_decimal::Decimal> {
        match self {
            Self::Actual365Fixed => Some(365.into()),
            Self::Actual36525 => Some(rust_decimal::Decimal::new(36525, 2)),
            Self::ActualActualIsda | Self::ActualActualIcma => None,
            _ => Some(360.into()),
        }
    }

    pub(super) fn days(self, from: NaiveDate, to: NaiveDate, schedule: CouponSchedule) -> i64 {
        if to < from {
            return -self.days(to, from, schedule);
        }
        match self {
            Self::Actual365Fixed | Self::Actual360 | Self::Actual36525 => (to - from).num_days(),
            Self::ActualActualIsda | Self::ActualActualIcma => (to - from).num_days(),
            _ => self.thirty_360(from, to, schedule.termination),
        }
    }

    fn thirty_360(self, from: NaiveDate, to: NaiveDate, termination: Option<NaiveDate>) -> i64 {
        let (mut first, mut last) = (i64::from(from.day()), i64::from(to.day()));
        if self == Self::ThirtyE360Isda {
            first = if ends_february(from) { 30 } else { first };
            last = if ends_february(to) && termination != Some(to) { 30 } else { last };
        }
        if matches!(self, Self::Thirty360Sia | Self::Thirty360Us) && ends_february(from) {
            if ends_february(to) {
                last = 30;
            }
            first = 30;
        }
        first = first.min(30);
        if matches!(self, Self::ThirtyE360 | Self::ThirtyE360Isda) || first == 30 {
            last = last.min(30);
        }
        let months = 12 * i64::from(to.year() - from.year()) + i64::from(to.month()) - i64::from(from.month());
        30 * months + last - first
    }
}

/// Where a day stands among coupon periods.
struct Periods {
    /// Whole periods since the coupon.
    whole: i64,
    /// The part of the next one.
    part: f64,
}

impl Periods {
    fn until(coupon: NaiveDate, schedule: CouponSchedule, day: NaiveDate) -> Self {
        let step = i64::from(12 / schedule.frequency.max(1));
        let months = 12 * i64::from(day.year() - coupon.year()) + i64::from(day.month()) - i64::from(coupon.month());
        let due = |whole: i64| {
            let months = u32::try_from((whole * step).unsigned_abs()).map_or(Months::new(0), Months::new);
            let moved = if whole < 0 { coupon.checked_sub_months(months) } else { coupon.checked_add_months(months) };
            moved.unwrap_or(day)
        };
        let mut whole = months.div_euclid(step);
        // Not yet due in its month.
        if due(whole) > day {
            whole -= 1;
        }
        let (start, end) = (due(whole), due(whole + 1));
        let length = as_f64((end - start).num_days()).max(1.0);
        Self { whole, part: as_f64((day - start).num_days()) / length }
    }
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
    fn coupons_part_the_years_of_icma() {
        // ISDA, "EMU and Market Conventions: Recent Developments" (1998), its examples of the ICMA's (then ISMA's) method.
        for (from, to, frequency, coupon, years) in [
            ("2003-11-01", "2004-05-01", 2, "2004-05-01", 0.5),
            ("1999-02-01", "1999-07-01", 1, "1999-07-01", 150.0 / 365.0),
            ("1999-07-01", "2000-07-01", 1, "2000-07-01", 1.0),
            ("2002-08-15", "2003-07-15", 2, "2003-07-15", 0.5 + 153.0 / 368.0),
            ("2003-07-15", "2004-01-15", 2, "2004-01-15", 0.5),
            ("1999-07-30", "2000-01-30", 2, "2000-01-30", 0.5),
            ("2000-01-30", "2000-06-30", 2, "2000-01-30", 152.0 / 364.0),
            ("1999-11-30", "2000-04-30", 4, "2000-05-31", 0.25 + 61.0 / 368.0),
        ] {
            let day = |text| parse_date(text).unwrap();
            let schedule = CouponSchedule { frequency, coupon: Some(day(coupon)), termination: None };
            let found = year_fraction(day(from), day(to), DayCount::ActualActualIcma, schedule).unwrap();
            assert!((found.years - years).abs() < 1e-15, "{from} {to}: {} {years}", found.years);
        }
    }

    #[test]
    fn a_coupon_on_the_31st_keeps_to_the_ends_of_months() {
        let day = |text| parse_date(text).unwrap();
        let schedule = CouponSchedule { frequency: 2, coupon: Some(day("2023-08-31")), termination: None };
        let years = |from, to| year_fraction(day(from), day(to), DayCount::ActualActualIcma, schedule).unwrap().years;
        assert_eq!(years("2023-02-28", "2024-02-29"), 1.0);
        assert_eq!(years("2024-02-29", "2019-08-31"), -4.5);
    }

    #[test]
    fn coupons_come_in_whole_months() {
        let (from, to) = (parse_date("2024-01-31").unwrap(), parse_date("2024-03-31").unwrap());
        for frequency in [0, 5, 13, u32::MAX] {
            let schedule = CouponSchedule { frequency, ..CouponSchedule::default() };
            let error = year_fraction(from, to, DayCount::ActualActualIcma, schedule).unwrap_err();
            assert_eq!((error.code(), error.path()), (ErrorCode::OutOfRange, "frequency"));
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
