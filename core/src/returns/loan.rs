//! Loans: their schedules and the interest that accrues on them.

use chrono::{Months, NaiveDate};
use rust_decimal::Decimal;

use super::{CouponSchedule, DayCount};
use crate::named_values::named_values;
use crate::returns::exact;
use crate::wire::record;
use crate::{Error, ErrorCode, Result, decimal};

/// The most instalments of a loan.
const MAX_INSTALMENTS: u32 = 1_200;

named_values! {
    /// How a loan is paid back.
    #[derive(Default)]
    Repayment {
        /// Equal instalments of interest and principal.
        #[default]
        Annuity => "annuity",
        /// Equal parts of the principal, and the interest on what is left.
        Linear => "linear",
        /// Interest alone, and all of the principal with the last instalment.
        Bullet => "bullet",
    }
}

record! {
    /// A loan. Money to the cent.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Loan {
        /// What is lent, above zero.
        pub principal: Decimal,
        /// The nominal yearly rate as a fraction, zero or more: 0.05 is 5 %.
        pub annual_rate: Decimal,
        /// How many instalments there are, 1 to 1,200.
        pub instalments: u32,
        /// How many of them fall due a year: 1, 2, 3, 4, 6 or 12.
        #[wire(default = 12)]
        pub per_year: u32,
        /// How it is paid back.
        #[wire(default)]
        pub repayment: Repayment,
        /// The day on which the first instalment falls due; the others follow on the same day of the month, or the last one of
        /// a month that is too short.
        pub first_due: Option<NaiveDate>,
    }
}

record! {
    /// An instalment of a loan.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct Instalment {
        /// Which one, from 1.
        pub number: u32,
        /// The day on which it falls due.
        pub due: Option<NaiveDate>,
        /// What is paid: interest and principal.
        pub payment: Decimal,
        /// The interest on what was left.
        pub interest: Decimal,
        /// What it pays back.
        pub principal: Decimal,
        /// What is left then.
        pub balance: Decimal,
    }
}

/// The instalments of a loan, to the cent.
///
/// The interest of an instalment is the balance times the yearly rate over the instalments a year (months of equal length),
/// rounded half up to the cent. An annuity is principal × i / (1 - (1 + i)^-n), rounded likewise; the last instalment pays what
/// is left, so that the parts of the principal add up to it exactly.
///
/// # Errors
///
/// [`ErrorCode::OutOfRange`] at `loan.principal` for zero or less or a fraction of a cent, at `loan.annual_rate` below zero,
/// `loan.instalments` outside 1 to 1,200 or `loan.per_year`, or where a value does not fit.
///
/// ```
/// use tierra::{Decimal, returns::{Loan, Repayment, loan_schedule}};
/// let loan = Loan {
///     principal: Decimal::from(1000),
///     annual_rate: Decimal::new(12, 2),
///     instalments: 3,
///     per_year: 12,
///     repayment: Repayment::Annuity,
///     first_due: None,
/// };
/// let schedule = loan_schedule(&loan)?;
/// assert_eq!(schedule[0].payment, Decimal::new(34002, 2));
/// assert_eq!((schedule[2].payment, schedule[2].balance), (Decimal::new(34003, 2), Decimal::ZERO));
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn loan_schedule(loan: &Loan) -> Result<Vec<Instalment>> {
    check(loan).map_err(|error| error.under("loan"))?;
    let annuity = annuity(loan)?;
    let mut balance = loan.principal;
    let mut schedule = Vec::new();
    for number in 1..=loan.instalments {
        let interest = interest_on(balance, loan)?;
        let is_last = number == loan.instalments;
        let principal = match loan.repayment {
            _ if is_last => balance,
            Repayment::Annuity => (annuity - interest).min(balance),
            Repayment::Linear => balance - left_after(number, loan)?,
            Repayment::Bullet => Decimal::ZERO,
        };
        balance -= principal;
        schedule.push(Instalment {
            number,
            due: due_day(loan, number)?,
            payment: (interest + principal).normalize(),
            interest: interest.normalize(),
            principal: principal.normalize(),
            balance: balance.normalize(),
        });
    }
    Ok(schedule)
}

/// The interest that accrues on a principal between two days, rounded half up to the cent.
///
/// principal × rate × years, the years by the day count as an exact fraction of days where it is one of days over a fixed
/// number. Simple: nothing is compounded.
///
/// # Errors
///
/// [`ErrorCode::OutOfRange`] at `principal` or `annual_rate` below zero; [`ErrorCode::InvalidPeriod`] at `end` before `start`;
/// [`ErrorCode::UnknownValue`] at `day_count` for one whose years are no days over a fixed number (the ACT/ACT family).
///
/// ```
/// use tierra::{Decimal, parse_date, returns::{DayCount, accrued_interest}};
/// let (start, end) = (parse_date("2025-01-01")?, parse_date("2025-03-02")?);
/// let interest = accrued_interest(Decimal::from(1000), Decimal::new(73, 3), start, end, DayCount::Actual365Fixed)?;
/// assert_eq!(interest, Decimal::from(12));
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn accrued_interest(
    principal: Decimal,
    annual_rate: Decimal,
    start: NaiveDate,
    end: NaiveDate,
    day_count: DayCount,
) -> Result<Decimal> {
    exact::check_sign("principal", principal, true)?;
    exact::check_sign("annual_rate", annual_rate, true)?;
    if end < start {
        let message = format!("`{end}` is before `{start}`; expected a day on or after it");
        return Err(Error::new(ErrorCode::InvalidPeriod, "end", message));
    }
    let Some(year) = day_count.year_days() else {
        let message = format!("`{day_count}` has years of several lengths; expected days over a fixed number of them");
        return Err(Error::new(ErrorCode::UnknownValue, "day_count", message));
    };
    let days = Decimal::from(day_count.days(start, end, CouponSchedule::default()));
    let yearly = decimal::multiply(principal, annual_rate, "principal × rate")?;
    Ok(cents(decimal::multiply_divide(yearly, days, year, "the interest")?).normalize())
}

fn interest_on(balance: Decimal, loan: &Loan) -> Result<Decimal> {
    let per_year = Decimal::from(loan.per_year);
    Ok(cents(decimal::multiply_divide(balance, loan.annual_rate, per_year, "the interest")?))
}

/// What is left after an instalment of equal parts, so that rounding never adds up.
fn left_after(number: u32, loan: &Loan) -> Result<Decimal> {
    let open = Decimal::from(loan.instalments - number);
    let left = decimal::multiply_divide(loan.principal, open, Decimal::from(loan.instalments), "the principal")?;
    Ok(cents(left))
}

/// The equal instalment.
fn annuity(loan: &Loan) -> Result<Decimal> {
    let count = Decimal::from(loan.instalments);
    let rate = decimal::multiply_divide(loan.annual_rate, Decimal::ONE, Decimal::from(loan.per_year), "the rate")?;
    if rate.is_zero() {
        return Ok(cents(decimal::multiply_divide(loan.principal, Decimal::ONE, count, "the instalment")?));
    }
    // principal × i × g / (g - 1), g = (1 + i)^n.
    let growth = decimal::add(Decimal::ONE, rate, "1 + rate")?;
    let mut grown = Decimal::ONE;
    for _ in 0..loan.instalments {
        grown = decimal::multiply(grown, growth, "the growth of the loan")?;
    }
    let gain = decimal::add(grown, Decimal::NEGATIVE_ONE, "the growth of the loan")?;
    let interest = decimal::multiply(loan.principal, rate, "the interest")?;
    Ok(cents(decimal::multiply_divide(interest, grown, gain, "the instalment")?))
}

fn due_day(loan: &Loan, number: u32) -> Result<Option<NaiveDate>> {
    let Some(first) = loan.first_due else { return Ok(None) };
    let months = Months::new((number - 1) * (12 / loan.per_year));
    first.checked_add_months(months).map(Some).ok_or_else(|| {
        let message = format!("`{first}` is too late for instalment {number}; expected an earlier day");
        Error::new(ErrorCode::OutOfRange, "loan.first_due", message)
    })
}

fn cents(value: Decimal) -> Decimal {
    decimal::round_half_up(value, 2)
}

fn check(loan: &Loan) -> Result<()> {
    exact::check_sign("principal", loan.principal, false)?;
    if loan.principal.normalize().scale() > 2 {
        let message = format!("`{}` has a fraction of a cent; expected at most 2 decimal places", loan.principal);
        return Err(Error::new(ErrorCode::OutOfRange, "principal", message));
    }
    exact::check_sign("annual_rate", loan.annual_rate, true)?;
    if loan.instalments == 0 || loan.instalments > MAX_INSTALMENTS {
        let message = format!("`{}` is out of range; expected 1 to {MAX_INSTALMENTS} instalments", loan.instalments);
        return Err(Error::new(ErrorCode::OutOfRange, "instalments", message));
    }
    if loan.per_year == 0 || 12 % loan.per_year != 0 {
        let message = format!("`{}` is out of range; expected 1, 2, 3, 4, 6 or 12 a year", loan.per_year);
        return Err(Error::new(ErrorCode::OutOfRange, "per_year", message));
    }
    Ok(())
}
