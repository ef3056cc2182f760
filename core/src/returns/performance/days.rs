//! The days of a holding: flows, values, and when within a day a flow falls.

use chrono::NaiveDate;

use crate::named_values::named_values;
use crate::returns::CashFlow;
use crate::returns::cash_flow::{check_amounts, check_count};
use crate::wire::record;
use crate::{Error, ErrorCode, Result, float, order};

named_values! {
    /// When within their day flows fall.
    #[derive(Default)]
    DayTiming {
        /// What is paid in at the start of the day, what is paid out at its end (DECISIONS 42).
        #[default]
        InAtStartOutAtEnd => "in_at_start_out_at_end",
        /// All at the start of the day.
        Start => "start",
        /// All at the end of the day.
        End => "end",
    }
}

record! {
    /// What a holding is worth at the end of a day, after the day's flows.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, Copy, PartialEq)]
    pub struct Valuation {
        /// The day.
        pub date: NaiveDate,
        /// What the holding itself is worth, zero or more, in the currency of the flows.
        pub value: f64,
    }
}

impl Valuation {
    /// A valuation.
    #[must_use]
    pub fn new(date: NaiveDate, value: f64) -> Self {
        Self { date, value }
    }
}

/// A day on which something was paid or valued.
#[derive(Debug, Clone, Copy)]
pub(super) struct Day {
    pub(super) date: NaiveDate,
    /// What was paid in and out at the start of the day, as the timing has it.
    pub(super) at_start: f64,
    /// The same at its end.
    pub(super) at_end: f64,
    pub(super) value: Option<f64>,
    /// The place of one of its flows in the list.
    pub(super) flow: Option<usize>,
}

/// A holding day by day.
#[derive(Debug)]
pub(super) struct Days {
    /// What it was worth, and at the end of which day, before the first of the days.
    pub(super) begin: Option<Valuation>,
    /// Ascending, each once.
    pub(super) days: Vec<Day>,
}

impl Days {
    /// Flows and valuations by day. The earliest valuation is the value at the beginning where it precedes all flows.
    pub(super) fn of(flows: &[CashFlow], values: &[Valuation], timing: DayTiming) -> Result<Self> {
        if !flows.is_empty() {
            check_amounts("flows", "amount", flows.iter().map(|flow| flow.amount))?;
        }
        check_values(values)?;
        let mut days: Vec<Day> = Vec::with_capacity(flows.len() + values.len());
        let empty = |date| Day { date, at_start: 0.0, at_end: 0.0, value: None, flow: None };
        days.extend(flows.iter().enumerate().map(|(at, flow)| {
            let starts = timing == DayTiming::Start || (timing == DayTiming::InAtStartOutAtEnd && flow.amount < 0.0);
            let amount = -flow.amount;
            let (at_start, at_end) = if starts { (amount, 0.0) } else { (0.0, amount) };
            Day { at_start, at_end, flow: Some(at), ..empty(flow.date) }
        }));
        days.extend(values.iter().map(|valuation| Day { value: Some(valuation.value), ..empty(valuation.date) }));
        let by_day = order::ranked_by(&days, |left, right| left.date.cmp(&right.date));
        let mut merged: Vec<Day> = Vec::with_capacity(days.len());
        for day in by_day.into_iter().filter_map(|at| days.get(at)) {
            match merged.last_mut() {
                Some(last) if last.date == day.date => {
                    last.at_start += day.at_start;
                    last.at_end += day.at_end;
                    last.value = last.value.or(day.value);
                    last.flow = last.flow.or(day.flow);
                }
                _ => merged.push(*day),
            }
        }
        let begin = merged.first().filter(|day| day.flow.is_none());
        let begin = begin.and_then(|day| day.value.map(|value| Valuation::new(day.date, value)));
        if begin.is_some() {
            merged.remove(0);
        }
        let days = Self { begin, days: merged };
        days.check_end()?;
        Ok(days)
    }

    /// Refuses days that do not end in a value.
    fn check_end(&self) -> Result<()> {
        let Some(last) = self.days.last() else {
            let message = "have nothing to compare with; expected a value at the end, and flows or a value before it";
            return Err(Error::new(ErrorCode::NoValuation, "values", message));
        };
        if last.value.is_none() {
            let message =
                format!("have none on or after `{}`; expected what is left at the end, 0 where nothing is", last.date);
            return Err(Error::new(ErrorCode::NoValuation, "values", message));
        }
        Ok(())
    }

    /// The instant from which the holding is looked at, in days: the end of a day is the start of the next one.
    pub(super) fn start(&self) -> i64 {
        let first =
            self.days.first().map_or(0, |day| i64::from(day.date.to_epoch_days()) + i64::from(day.at_start == 0.0));
        self.begin.map_or(first, |begin| i64::from(begin.date.to_epoch_days()) + 1)
    }

    /// The instant at which its last day ends.
    pub(super) fn end(&self) -> i64 {
        self.days.last().map_or(0, |day| i64::from(day.date.to_epoch_days()) + 1)
    }
}

fn check_values(values: &[Valuation]) -> Result<()> {
    check_count("values", "valuations", values.len())?;
    for (index, Valuation { value, .. }) in values.iter().enumerate() {
        let located = |error: Error| error.at_index(index).under("values");
        if !value.is_finite() {
            let message = format!("`{}` is not finite; expected zero or more", float::written(*value));
            return Err(located(Error::new(ErrorCode::NotFinite, "value", message)));
        }
        if *value < 0.0 {
            let message = format!("`{}` is out of range; expected zero or more", float::written(*value));
            return Err(located(Error::new(ErrorCode::OutOfRange, "value", message)));
        }
    }
    // Equal days stay in their order, so that the later place is told.
    let by_day = order::ranked_by(values, |left, right| left.date.cmp(&right.date));
    let repeats = by_day.windows(2).filter_map(|pair| match pair {
        [first, again] if values.get(*first).map(|one| one.date) == values.get(*again).map(|one| one.date) => {
            Some(*again)
        }
        _ => None,
    });
    if let Some((index, valuation)) = repeats.min().and_then(|again| Some((again, values.get(again)?))) {
        let message = format!("`{}` has a value already; expected one a day", valuation.date);
        return Err(Error::new(ErrorCode::Duplicate, "date", message).at_index(index).under("values"));
    }
    Ok(())
}

/// The error for a return on nothing.
pub(super) fn no_capital(date: NaiveDate, capital: f64) -> Error {
    let message = format!(
        "leave a capital of `{}` up to `{date}`, on which nothing can be earned; expected more than zero",
        float::written(capital)
    );
    Error::new(ErrorCode::NoCapital, "flows", message)
}
