//! Rates of many portfolios at once, from columns.

use chrono::NaiveDate;

use super::xirr::{InternalRate, XirrOptions, xirr};
use crate::period::EPOCH_DAYS;
use crate::returns::DayCount;
use crate::returns::cash_flow::CashFlow;
use crate::{Error, ErrorCode, Result};

/// The rates of many portfolios, whose flows stand in columns one portfolio behind the other.
///
/// Portfolio `i` has the flows from `offsets[i]` up to `offsets[i + 1]`, so that there is one offset more than portfolios.
/// `days` count from 1970-01-01, `amounts` are negative when paid. Each portfolio is answered as [`xirr`] answers it, to within
/// some units in the last place, and refused for the same reasons, without touching the others. Portfolios in the order of
/// their days whose flows change sign once, as nearly all do, take a tenth of the time of others.
///
/// # Errors
///
/// [`ErrorCode::LengthMismatch`] at `amounts`; [`ErrorCode::OutOfRange`] at `offsets[i]` for offsets that do not go from 0
/// upwards to the length of the columns. What is wrong with a portfolio's own flows is its own answer.
///
/// ```
/// use tierra::returns::{XirrOptions, xirr_batch};
/// // Two portfolios: -100 and 110 a year later, and all lost.
/// let found = xirr_batch(&[0, 2, 4], &[18_628, 18_993, 18_628, 18_993], &[-100.0, 110.0, -100.0, 0.0], XirrOptions::default())?;
/// assert!((found[0].as_ref().unwrap().rate() - 0.1).abs() < 1e-15);
/// assert_eq!(found[1].as_ref().unwrap().rate(), -1.0);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn xirr_batch(
    offsets: &[usize],
    days: &[i32],
    amounts: &[f64],
    options: XirrOptions,
) -> Result<Vec<Result<InternalRate>>> {
    check_columns(offsets, days, amounts)?;
    let mut powers = Powers::default();
    let portfolios = offsets.windows(2).filter_map(|ends| match ends {
        [from, to] => days.get(*from..*to).zip(amounts.get(*from..*to)),
        _ => None,
    });
    let answer = |(days, amounts): (&[i32], &[f64])| match quick(days, amounts, options, &mut powers) {
        Some(rate) => Ok(InternalRate::only(rate)),
        None => thorough(days, amounts, options),
    };
    Ok(portfolios.map(answer).collect())
}

fn check_columns(offsets: &[usize], days: &[i32], amounts: &[f64]) -> Result<()> {
    if days.len() != amounts.len() {
        let message = format!("has length {}, `days` has length {}; expected equal lengths", amounts.len(), days.len());
        return Err(Error::new(ErrorCode::LengthMismatch, "amounts", message));
    }
    let refused = |at: usize, offset: usize, expected: String| {
        let message = format!("`{offset}` is out of range; expected {expected}");
        Err(Error::new(ErrorCode::OutOfRange, "", message).at_index(at).under("offsets"))
    };
    let mut before = 0;
    for (at, offset) in offsets.iter().enumerate() {
        if *offset < before || (at == 0 && *offset != 0) {
            return refused(at, *offset, if at == 0 { "0".to_owned() } else { format!("{before} or more") });
        }
        before = *offset;
    }
    if before != days.len() {
        return refused(offsets.len().saturating_sub(1), before, format!("{}, the length of the columns", days.len()));
    }
    Ok(())
}

/// As [`xirr`] does it.
fn thorough(days: &[i32], amounts: &[f64], options: XirrOptions) -> Result<InternalRate> {
    let date = |(at, day): (usize, &i32)| {
        NaiveDate::from_epoch_days(*day).filter(|_| EPOCH_DAYS.contains(day)).ok_or_else(|| {
            let message = format!("`{day}` is out of range; expected days since 1970-01-01 from 1900 to 9999");
            Error::new(ErrorCode::OutOfRange, "date", message).at_index(at).under("flows")
        })
    };
    let dates = days.iter().enumerate().map(date).collect::<Result<Vec<_>>>()?;
    let flows: Vec<CashFlow> =
        dates.into_iter().zip(amounts).map(|(date, amount)| CashFlow::new(date, *amount)).collect();
    xirr(&flows, options)
}

/// The days of a year, where a day count counts days alone.
fn year_of(day_count: DayCount) -> Option<f64> {
    match day_count {
        DayCount::Actual365Fixed => Some(365.0),
        DayCount::Actual360 => Some(360.0),
        DayCount::Actual36525 => Some(365.25),
        _ => None,
    }
}

/// The only rate of flows in the order of their days that change sign once; `None` for all others, and wherever doubt is left.
fn quick(days: &[i32], amounts: &[f64], options: XirrOptions, powers: &mut Powers) -> Option<f64> {
    let year = year_of(options.day_count)?;
    let (first, last) = (*days.first()?, *days.last()?);
    if !EPOCH_DAYS.contains(&first) || !EPOCH_DAYS.contains(&last) {
        return None;
    }
    let span = f64::from(last - first);
    // A year by the day count, which is a year to `xirr` too; what is less it looks at more closely.
    if span < year && !(options.annualize_short_period && span > 0.0) {
        return None;
    }
    let mut sides = Sides::default();
    let (mut changes, mut sign, mut before) = (0_u32, 0.0_f64, first);
    let mut ordered = true;
    for (day, amount) in days.iter().zip(amounts) {
        // A comparison with NaN picks the other side, which would leave the flow out.
        ordered &= (*day >= before) & amount.is_finite();
        before = *day;
        let side = if *amount > 0.0 { 1.0 } else { -1.0 };
        let counts = *amount != 0.0;
        changes += u32::from(counts && sign * side < 0.0);
        sign = if counts { side } else { sign };
        sides.add(*amount, f64::from(*day) - f64::from(first));
    }
    if !ordered || changes != 1 {
        return None;
    }
    // As if each side stood at its mean day; then the same again, with the means of the discounted sides.
    let mut log_rate = sides.step()?;
    for _ in 0..MOST_STEPS {
        let step = powers.sides(days, amounts, first, log_rate)?.step()?;
        log_rate += step;
        if step.abs() * span < CLOSE {
            let last = powers.sides(days, amounts, first, log_rate)?.step()?;
            let settles = last.abs() * span < CLOSE * CLOSE * 1e3;
            // Near the ends of what a float holds, `xirr` decides.
            let exponent = (log_rate + last) * year;
            return (settles && (-36.0..700.0).contains(&exponent)).then(|| libm::expm1(exponent));
        }
    }
    None
}

/// Steps of a day's rate; two or three are the rule.
const MOST_STEPS: usize = 12;
/// How little a step moves the last flow's weight when one more is the last: each squares what is left.
const CLOSE: f64 = 1e-4;

/// What is received and what is paid, each with its mean day.
#[derive(Debug, Default)]
struct Sides {
    received: f64,
    received_days: f64,
    paid: f64,
    paid_days: f64,
}

impl Sides {
    // Without a branch: which side it is changes from flow to flow.
    fn add(&mut self, present: f64, day: f64) {
        let (received, paid) = (present.max(0.0), (-present).max(0.0));
        self.received += received;
        self.received_days += received * day;
        self.paid += paid;
        self.paid_days += paid * day;
    }

    /// Newton's step on ln(received) - ln(paid), which is nearly a line in the logarithm of the rate.
    fn step(&self) -> Option<f64> {
        let between = self.received_days / self.received - self.paid_days / self.paid;
        let step = libm::log(self.received / self.paid) / between;
        step.is_finite().then_some(step)
    }
}

/// Powers of a day's discount factor, so that a flow's needs two multiplications and no exponential.
#[derive(Debug)]
struct Powers {
    /// For the days within 32, for 32 days each within 1024, and for 1024 days each.
    columns: [[f64; 32]; 3],
}

impl Default for Powers {
    fn default() -> Self {
        Self { columns: [[1.0; 32]; 3] }
    }
}

impl Powers {
    fn of(&mut self, log_rate: f64) {
        for (column, days) in self.columns.iter_mut().zip([1.0, 32.0, 1024.0]) {
            // Doubled, so that none is the product of more than five.
            let mut factor = libm::exp(-days * log_rate);
            let mut known = 1;
            while known < column.len() {
                let (lower, upper) = column.split_at_mut(known);
                upper.iter_mut().zip(lower).for_each(|(power, half)| *power = *half * factor);
                factor *= factor;
                known *= 2;
            }
        }
    }

    /// Both sides, discounted; `None` beyond 32,768 days.
    fn sides(&mut self, days: &[i32], amounts: &[f64], first: i32, log_rate: f64) -> Option<Sides> {
        self.of(log_rate);
        let [single, months, ages] = &self.columns;
        let mut sides = Sides::default();
        for (day, amount) in days.iter().zip(amounts) {
            let time = usize::try_from(day - first).ok()?;
            let factor = single.get(time % 32)? * months.get(time / 32 % 32)? * ages.get(time / 1024)?;
            sides.add(amount * factor, f64::from(day - first));
        }
        Some(sides)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn columns_say_what_is_wrong_with_them() {
        for (offsets, days, amounts, code, path) in [
            (&[0, 1][..], &[1][..], &[][..], ErrorCode::LengthMismatch, "amounts"),
            (&[1, 1], &[1], &[1.0], ErrorCode::OutOfRange, "offsets[0]"),
            (&[0, 2, 1], &[1], &[1.0], ErrorCode::OutOfRange, "offsets[2]"),
            (&[0, 2], &[1], &[1.0], ErrorCode::OutOfRange, "offsets[1]"),
            (&[0], &[1], &[1.0], ErrorCode::OutOfRange, "offsets[0]"),
            (&[], &[1], &[1.0], ErrorCode::OutOfRange, "offsets[0]"),
        ] {
            let error = xirr_batch(offsets, days, amounts, XirrOptions::default()).unwrap_err();
            assert_eq!((error.code(), error.path()), (code, path), "{offsets:?}: {error}");
        }
        assert!(xirr_batch(&[], &[], &[], XirrOptions::default()).unwrap().is_empty());
    }

    #[test]
    fn a_portfolio_that_is_refused_leaves_the_others() {
        let portfolios: [(&[i32], &[f64], Option<ErrorCode>); 8] = [
            (&[0, 365], &[-1.0, 1.1], None),
            (&[0, 100, 365], &[-1.0, f64::NAN, 1.1], Some(ErrorCode::NotFinite)),
            (&[0, 100, 365], &[-1.0, f64::INFINITY, 1.1], Some(ErrorCode::NotFinite)),
            (&[0, 9_000_000], &[-1.0, 2.0], Some(ErrorCode::OutOfRange)),
            (&[0, i32::MIN, i32::MAX, 365], &[-1.0, 1.0, 1.0, 2.0], Some(ErrorCode::OutOfRange)),
            (&[], &[], Some(ErrorCode::Empty)),
            (&[0, 365], &[-1e17, 1.0], Some(ErrorCode::NoRoot)),
            (&[0, 364], &[-1.0, 2.0], Some(ErrorCode::ShortPeriod)),
        ];
        let (mut offsets, mut days, mut amounts) = (vec![0], Vec::new(), Vec::new());
        for (own_days, own_amounts, _) in portfolios {
            days.extend(own_days);
            amounts.extend(own_amounts);
            offsets.push(days.len());
        }
        let found = xirr_batch(&offsets, &days, &amounts, XirrOptions::default()).unwrap();
        let codes: Vec<_> = found.iter().map(|one| one.as_ref().map_err(Error::code).err()).collect();
        assert_eq!(codes, portfolios.map(|(_, _, code)| code));
    }

    proptest! {
        #[test]
        fn a_batch_answers_as_one_by_one(
            portfolios in prop::collection::vec(
                prop::collection::vec((0_i32..9000, -100_000_i32..100_000), 0..12), 1..20,
            ),
            sorted in any::<bool>(),
            one_change in any::<bool>(),
            short in any::<bool>(),
        ) {
            let options = XirrOptions { annualize_short_period: short, ..XirrOptions::default() };
            let (mut offsets, mut days, mut amounts) = (vec![0], Vec::new(), Vec::new());
            for mut portfolio in portfolios {
                if sorted {
                    portfolio.sort_unstable();
                }
                if one_change {
                    let half = portfolio.len() / 2;
                    for (at, (_, cents)) in portfolio.iter_mut().enumerate() {
                        *cents = if at < half { -cents.abs() } else { cents.abs() };
                    }
                }
                days.extend(portfolio.iter().map(|(day, _)| *day));
                amounts.extend(portfolio.iter().map(|(_, cents)| f64::from(*cents) / 100.0));
                offsets.push(days.len());
            }
            let batch = xirr_batch(&offsets, &days, &amounts, options).unwrap();
            prop_assert_eq!(batch.len(), offsets.len() - 1);
            for (found, ends) in batch.iter().zip(offsets.windows(2)) {
                let single = thorough(&days[ends[0]..ends[1]], &amounts[ends[0]..ends[1]], options);
                match (found, &single) {
                    (Ok(found), Ok(single)) => {
                        let near = (found.rate() - single.rate()).abs() <= 1e-12 * (1.0 + single.rate().abs());
                        prop_assert!(near, "{:?} {:?}", found, single);
                        prop_assert_eq!(found.other_rates().len(), single.other_rates().len());
                    }
                    (Err(found), Err(single)) => prop_assert_eq!(found, single),
                    _ => prop_assert!(false, "{:?} {:?}", found, single),
                }
            }
        }
    }
}
