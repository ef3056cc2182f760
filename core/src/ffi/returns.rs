//! Returns over plain values.

use std::borrow::Cow;

use super::read::{Fields, boolean, date, decimal, float, integer, items, list, named, object, owned_string};
use super::value::Value;
use crate::returns::{
    self, Breakdown, CashFlow, DayCount, ExchangeRates, InternalRate, Investment, PortfolioSummary, Share, XirrOptions,
};
use crate::{Error, ErrorCode, Result};

/// `{rate, flows, day_count?}` → `{npv}`. Wherever `flows: [{date, amount}]` stands, the two lists `dates` and `amounts`
/// may stand instead.
pub(super) fn xnpv(input: &Value) -> Result<Value> {
    let (rate, flows, day_count) = read_valuation(input)?;
    Ok(Value::field("npv", Value::Float(returns::xnpv(rate, &flows, day_count)?)))
}

/// `{rate, flows, day_count?}` → `{nfv}`.
pub(super) fn xnfv(input: &Value) -> Result<Value> {
    let (rate, flows, day_count) = read_valuation(input)?;
    Ok(Value::field("nfv", Value::Float(returns::xnfv(rate, &flows, day_count)?)))
}

/// `{flows, day_count?, annualize_short_period?}` → `{rate, other_rates}`.
pub(super) fn xirr(input: &Value) -> Result<Value> {
    let fields = Fields::of(input, &["flows", "dates", "amounts", "day_count", "annualize_short_period"])?;
    let flows = read_flows(&fields)?;
    let options = XirrOptions {
        day_count: read_day_count(&fields)?,
        annualize_short_period: fields.optional("annualize_short_period", boolean)?.unwrap_or(false),
    };
    returns::xirr(&flows, options).map(|found| rate_value(&found))
}

/// `{amounts: [number]}` → `{rate, other_rates}`, a period.
pub(super) fn irr(input: &Value) -> Result<Value> {
    let fields = Fields::of(input, &["amounts"])?;
    let amounts = fields.required("amounts", |value| list(value, float))?;
    returns::irr(&amounts).map(|found| rate_value(&found))
}

/// `{total, shares: [{id, weight}], minor_digits?}` → `{allocations: [{id, amount}]}`.
pub(super) fn allocate(input: &Value) -> Result<Value> {
    const CENTS: u32 = 2;
    let fields = Fields::of(input, &["total", "shares", "minor_digits"])?;
    let total = fields.required("total", decimal)?;
    let shares = fields.required("shares", |value| list(value, read_share))?;
    let minor_digits = fields.optional("minor_digits", integer)?.unwrap_or(CENTS);
    let amounts = returns::allocate(total, &shares, minor_digits)?;
    let allocations = Value::list(shares.into_iter().zip(amounts), |(share, amount)| {
        Value::object(vec![("id", Value::String(share.id)), ("amount", Value::decimal(amount))])
    });
    Ok(Value::field("allocations", allocations))
}

/// `{investments, currency?, rates?, top?}` → the summary in the contract's shape.
pub(super) fn summarize_portfolio(input: &Value) -> Result<Value> {
    const TOP: usize = 5;
    let fields = Fields::of(input, &["investments", "currency", "rates", "top"])?;
    let investments = fields.required("investments", |value| list(value, read_investment))?;
    let currency = fields.optional("currency", owned_string)?;
    let rates = fields.optional("rates", read_rates)?;
    let exchange = match (currency, rates) {
        (Some(currency), rates) => Some(ExchangeRates { currency, rates: rates.unwrap_or_default() }),
        (None, Some(_)) => {
            let message = "is missing; expected the currency into which the rates convert";
            return Err(Error::new(ErrorCode::MissingField, "currency", message));
        }
        (None, None) => None,
    };
    let top = fields.optional("top", integer)?.unwrap_or(TOP);
    returns::summarize_portfolio(&investments, exchange.as_ref(), top).map(|summary| summary_value(&summary))
}

fn read_valuation(input: &Value) -> Result<(f64, Vec<CashFlow>, DayCount)> {
    let fields = Fields::of(input, &["rate", "flows", "dates", "amounts", "day_count"])?;
    Ok((fields.required("rate", float)?, read_flows(&fields)?, read_day_count(&fields)?))
}

fn read_flows(fields: &Fields<'_>) -> Result<Vec<CashFlow>> {
    let (dates, amounts) = match (fields.optional("dates", items)?, fields.optional("amounts", items)?) {
        (None, None) => return fields.required("flows", |value| list(value, read_flow)),
        (dates, amounts) => {
            let absent = |name| Error::new(ErrorCode::MissingField, name, "is missing; expected `dates` and `amounts`");
            (dates.ok_or_else(|| absent("dates"))?, amounts.ok_or_else(|| absent("amounts"))?)
        }
    };
    if fields.optional("flows", items)?.is_some() {
        let message = "stands beside `dates` and `amounts`; expected either";
        return Err(Error::new(ErrorCode::UnknownField, "flows", message));
    }
    if dates.len() != amounts.len() {
        let message =
            format!("has length {}, `dates` has length {}; expected equal lengths", amounts.len(), dates.len());
        return Err(Error::new(ErrorCode::LengthMismatch, "amounts", message));
    }
    let mut flows = Vec::with_capacity(dates.len());
    for (index, (day, amount)) in dates.iter().zip(amounts).enumerate() {
        let day = date(day).map_err(|error| error.at_index(index).under("dates"))?;
        flows.push(CashFlow::new(day, float(amount).map_err(|error| error.at_index(index).under("amounts"))?));
    }
    Ok(flows)
}

fn read_flow(flow: &Value) -> Result<CashFlow> {
    let fields = Fields::of(flow, &["date", "amount"])?;
    Ok(CashFlow::new(fields.required("date", date)?, fields.required("amount", float)?))
}

fn read_day_count(fields: &Fields<'_>) -> Result<DayCount> {
    Ok(fields.optional("day_count", named)?.unwrap_or_default())
}

fn read_share(value: &Value) -> Result<Share> {
    let fields = Fields::of(value, &["id", "weight"])?;
    Ok(Share { id: fields.required("id", owned_string)?, weight: fields.required("weight", decimal)? })
}

fn read_investment(value: &Value) -> Result<Investment> {
    let fields = Fields::of(
        value,
        &[
            "id",
            "project_id",
            "project_name",
            "technology",
            "country",
            "stage",
            "currency",
            "amount",
            "distributions_received",
            "valuation",
            "status",
        ],
    )?;
    Ok(Investment {
        id: fields.required("id", owned_string)?,
        project_id: fields.required("project_id", owned_string)?,
        project_name: fields.required("project_name", owned_string)?,
        technology: fields.required("technology", owned_string)?,
        country: fields.required("country", owned_string)?,
        stage: fields.required("stage", owned_string)?,
        currency: fields.required("currency", owned_string)?,
        amount: fields.required("amount", decimal)?,
        distributions_received: fields.optional("distributions_received", decimal)?.unwrap_or_default(),
        valuation: fields.optional("valuation", decimal)?,
        status: fields.optional("status", named)?.unwrap_or_default(),
    })
}

fn read_rates(value: &Value) -> Result<Vec<(String, rust_decimal::Decimal)>> {
    let rates = object(value)?;
    let mut found = Vec::with_capacity(rates.len());
    for (currency, rate) in rates {
        found.push((currency.to_string(), decimal(rate).map_err(|error| error.under(currency))?));
    }
    Ok(found)
}

fn rate_value(found: &InternalRate) -> Value {
    Value::object(vec![
        ("rate", Value::Float(found.rate())),
        ("other_rates", Value::list(found.other_rates(), |rate| Value::Float(*rate))),
    ])
}

fn summary_value(summary: &PortfolioSummary) -> Value {
    Value::object(vec![
        ("currency", Value::optional_text(summary.currency.as_deref())),
        ("total_invested", Value::decimal(summary.total_invested)),
        ("current_value", Value::decimal(summary.current_value)),
        ("total_return", Value::decimal(summary.total_return)),
        ("return_percentage", Value::decimal(summary.return_percentage)),
        ("distributions_received", Value::decimal(summary.distributions_received)),
        ("investment_count", Value::count(summary.investment_count)),
        ("project_count", Value::count(summary.project_count)),
        ("breakdown_by_technology", breakdown_value(&summary.by_technology)),
        ("breakdown_by_country", breakdown_value(&summary.by_country)),
        ("breakdown_by_stage", breakdown_value(&summary.by_stage)),
        (
            "top_investments",
            Value::list(&summary.top_investments, |position| {
                Value::object(vec![
                    ("project_id", Value::text(&position.project_id)),
                    ("project_name", Value::text(&position.project_name)),
                    ("amount", Value::decimal(position.amount)),
                    ("current_value", Value::decimal(position.current_value)),
                    ("return", Value::decimal(position.total_return)),
                    ("return_percentage", Value::decimal(position.return_percentage)),
                ])
            }),
        ),
    ])
}

/// An object by key, in the order of the breakdown.
fn breakdown_value(parts: &[Breakdown]) -> Value {
    let part = |part: &Breakdown| {
        let amounts = vec![("amount", Value::decimal(part.amount)), ("percentage", Value::decimal(part.percentage))];
        (Cow::Owned(part.key.clone()), Value::object(amounts))
    };
    Value::Object(parts.iter().map(part).collect())
}
