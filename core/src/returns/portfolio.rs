//! The summary of a portfolio (investment contract, `GET /v1/portfolio`).

use rust_decimal::Decimal;

use crate::named_values::named_values;
use crate::returns::exact;
use crate::wire::{fields_of, record};
use crate::{Error, ErrorCode, Result, decimal, order, text};

/// How many positions a summary lists where nothing is said of it.
pub const DEFAULT_TOP: usize = 5;
/// The longest text of an investment, in characters.
const MAX_TEXT: usize = 255;

named_values! {
    /// Whether an investment's payment went through.
    #[derive(Default)]
    InvestmentStatus {
        /// Not yet paid; not part of the portfolio.
        Pending => "pending",
        /// Paid; part of the portfolio.
        #[default]
        Completed => "completed",
        /// Payment failed; not part of the portfolio.
        Failed => "failed",
    }
}

record! {
    /// One investment in a project.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Investment {
        /// The investment's id.
        #[wire(chars = 1..=MAX_TEXT)]
        pub id: String,
        /// The project's id.
        #[wire(chars = 1..=MAX_TEXT)]
        pub project_id: String,
        /// The project's name.
        #[wire(chars = 1..=MAX_TEXT)]
        pub project_name: String,
        /// The project's technology, such as `solar`.
        #[wire(chars = 1..=MAX_TEXT)]
        pub technology: String,
        /// The project's country code, such as `US`.
        #[wire(chars = 1..=MAX_TEXT)]
        pub country: String,
        /// The project's stage, such as `operating`.
        #[wire(chars = 1..=MAX_TEXT)]
        pub stage: String,
        /// The currency of all amounts: three capital letters (ISO 4217).
        pub currency: String,
        /// What was invested, above zero.
        pub amount: Decimal,
        /// What was distributed so far, zero or more.
        #[wire(default)]
        pub distributions_received: Decimal,
        /// What the holding itself is worth by its newest valuation, without what it has paid out, zero or more; without
        /// one it is worth what was invested (DECISIONS 16).
        pub valuation: Option<Decimal>,
        /// Only completed investments are part of the portfolio.
        #[wire(default)]
        pub status: InvestmentStatus,
    }
}

/// The currency to sum in, and what one unit of each other currency is worth in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeRates {
    /// The currency of the summary.
    pub currency: String,
    /// Other currencies, and the units of `currency` for one of theirs, above zero.
    pub rates: Vec<(String, Decimal)>,
}

impl ExchangeRates {
    /// The currency and the rates as they are stated, either of which may be left out.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::MissingField`] at `currency` for rates without one.
    ///
    /// ```
    /// use tierra::{Decimal, returns::ExchangeRates};
    /// assert_eq!(ExchangeRates::stated(None, None)?, None);
    /// assert!(ExchangeRates::stated(Some("USD".into()), None)?.is_some());
    /// let refused = ExchangeRates::stated(None, Some(vec![("EUR".into(), Decimal::ONE)])).unwrap_err();
    /// assert_eq!(refused.path(), "currency");
    /// # Ok::<(), tierra::Error>(())
    /// ```
    pub fn stated(currency: Option<String>, rates: Option<Vec<(String, Decimal)>>) -> Result<Option<Self>> {
        match (currency, rates) {
            (Some(currency), rates) => Ok(Some(Self { currency, rates: rates.unwrap_or_default() })),
            (None, None) => Ok(None),
            (None, Some(_)) => {
                let message = "is missing; expected the currency into which the rates convert";
                Err(Error::new(ErrorCode::MissingField, "currency", message))
            }
        }
    }
}

/// A part of what is invested.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Breakdown {
    /// The technology, country or stage.
    pub key: String,
    /// What is invested in it.
    pub amount: Decimal,
    /// Its share of the total, in per cent, rounded half up to 2 decimal places.
    pub percentage: Decimal,
}

fields_of! {
    snake_case Breakdown {
        amount: Decimal = |part| part.amount,
        percentage: Decimal = |part| part.percentage,
    }
}

#[cfg(feature = "json")]
impl crate::wire::Keyed for Breakdown {
    fn key(&self) -> &str {
        &self.key
    }
}

record! {
    /// All investments in one project together.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct ProjectPosition {
        /// The project's id.
        pub project_id: String,
        /// The project's name.
        pub project_name: String,
        /// What was invested.
        pub amount: Decimal,
        /// What the holdings themselves are worth: the newest valuation, else the amount. Rates end in this value.
        pub holding_value: Decimal,
        /// `holding_value` and the distributions received.
        pub current_value: Decimal,
        /// `current_value - amount`. In JSON `return`.
        #[wire(name = "return")]
        pub total_return: Decimal,
        /// 100 × return / amount, rounded half up to 2 decimal places.
        pub return_percentage: Decimal,
    }
}

record! {
    /// A portfolio's totals, its three breakdowns and its largest positions.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct PortfolioSummary {
        /// The currency of every amount; `None` for a portfolio without investments and without a currency asked for.
        pub currency: Option<String>,
        /// The sum of the amounts.
        pub total_invested: Decimal,
        /// What the holdings themselves are worth, without what they have paid out. Rates end in this value.
        pub holding_value: Decimal,
        /// `holding_value` and `distributions_received`: a valuation never erases income (DECISIONS 16).
        pub current_value: Decimal,
        /// `current_value - total_invested`.
        pub total_return: Decimal,
        /// 100 × return / invested, rounded half up to 2 decimal places; 0 where nothing is invested.
        pub return_percentage: Decimal,
        /// The sum of the distributions.
        pub distributions_received: Decimal,
        /// How many completed investments there are.
        pub investment_count: usize,
        /// In how many projects.
        pub project_count: usize,
        /// By technology, largest amount first, ties by key.
        #[wire(name = "breakdown_by_technology", python = "breakdown_by_technology", keyed)]
        pub by_technology: Vec<Breakdown>,
        /// By country, largest amount first, ties by key.
        #[wire(name = "breakdown_by_country", python = "breakdown_by_country", keyed)]
        pub by_country: Vec<Breakdown>,
        /// By stage, largest amount first, ties by key.
        #[wire(name = "breakdown_by_stage", python = "breakdown_by_stage", keyed)]
        pub by_stage: Vec<Breakdown>,
        /// The projects with the most invested, largest first, ties by id.
        pub top_investments: Vec<ProjectPosition>,
    }
}

/// Sums a portfolio up: totals, breakdowns by technology, country and stage, and the `top` largest positions.
///
/// Amounts in another currency than that of `exchange` are converted and rounded half up to the cent one by one, so that
/// the breakdowns add up to the totals. Without `exchange` all investments must share a currency. Only completed
/// investments count. A holding is worth its valuation, or what was invested where it has none; its current value is that
/// and the distributions received, so that a valuation never erases income (DECISIONS 16).
///
/// # Errors
///
/// With the path of the field (`investments[2].amount`): [`ErrorCode::RateMissing`] at `currency` for a currency
/// without a rate, [`ErrorCode::OutOfRange`] for an amount of zero or less, negative distributions or valuation or a rate
/// of zero or less, [`ErrorCode::UnknownValue`] for a text that is no currency code, [`ErrorCode::Duplicate`] for an
/// id that stands twice, [`ErrorCode::Empty`] or [`ErrorCode::TooLong`] for texts.
///
/// ```
/// use tierra::{Decimal, returns::{Investment, InvestmentStatus, summarize_portfolio}};
/// let investment = Investment {
///     id: "inv_1".into(),
///     project_id: "prj_sunrise_solar".into(),
///     project_name: "Sunrise Solar Farm - Nevada".into(),
///     technology: "solar".into(),
///     country: "US".into(),
///     stage: "construction".into(),
///     currency: "USD".into(),
///     amount: Decimal::from(500),
///     distributions_received: Decimal::new(4250, 2),
///     valuation: None,
///     status: InvestmentStatus::Completed,
/// };
/// let summary = summarize_portfolio(&[investment], None, 5)?;
/// assert_eq!((summary.holding_value, summary.current_value), (Decimal::from(500), Decimal::new(54250, 2)));
/// assert_eq!(summary.return_percentage, Decimal::new(85, 1));
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn summarize_portfolio(
    investments: &[Investment],
    exchange: Option<&ExchangeRates>,
    top: usize,
) -> Result<PortfolioSummary> {
    check_investments(investments)?;
    if let Some(exchange) = exchange {
        check_exchange(exchange)?;
    }
    let completed = investments.iter().enumerate().filter(|(_, i)| i.status == InvestmentStatus::Completed);
    let target = exchange.map(|exchange| exchange.currency.as_str());
    let currency = target.or_else(|| completed.clone().next().map(|(_, investment)| investment.currency.as_str()));
    let mut positions = Vec::new();
    for (index, investment) in completed {
        let rate = rate_to(currency, investment, exchange).map_err(|e| e.at_index(index).under("investments"))?;
        positions.push(Position::of(investment, rate)?);
    }

    let mut total = Money::default();
    positions.iter().try_for_each(|position| total.add(position))?;
    let mut projects = by_key(&positions, |investment| &investment.project_id)?;
    let project_count = projects.len();
    projects.truncate(top);
    let name_of =
        |id: &str| positions.iter().find(|p| p.investment.project_id == id).map(|p| &p.investment.project_name);
    let breakdown = |key: fn(&Investment) -> &String| -> Result<Vec<Breakdown>> {
        let parts = by_key(&positions, key)?;
        let part = |(key, money): (String, Money)| {
            Ok(Breakdown { key, amount: money.amount.normalize(), percentage: percentage(money.amount, total.amount)? })
        };
        parts.into_iter().map(part).collect()
    };
    Ok(PortfolioSummary {
        currency: currency.map(str::to_owned),
        total_invested: total.amount.normalize(),
        holding_value: total.holding_value.normalize(),
        current_value: total.current_value()?.normalize(),
        total_return: total.total_return()?.normalize(),
        return_percentage: percentage(total.total_return()?, total.amount)?,
        distributions_received: total.distributions.normalize(),
        investment_count: positions.len(),
        project_count,
        by_technology: breakdown(|investment| &investment.technology)?,
        by_country: breakdown(|investment| &investment.country)?,
        by_stage: breakdown(|investment| &investment.stage)?,
        top_investments: projects
            .into_iter()
            .map(|(id, money)| {
                Ok(ProjectPosition {
                    project_name: name_of(&id).cloned().unwrap_or_default(),
                    project_id: id,
                    amount: money.amount.normalize(),
                    holding_value: money.holding_value.normalize(),
                    current_value: money.current_value()?.normalize(),
                    total_return: money.total_return()?.normalize(),
                    return_percentage: percentage(money.total_return()?, money.amount)?,
                })
            })
            .collect::<Result<_>>()?,
    })
}

/// Cents, for converted amounts.
const MINOR_DIGITS: u32 = 2;
/// Decimal places of a percentage.
const PERCENTAGE_PLACES: u32 = 2;

#[derive(Debug, Clone, Copy, Default)]
struct Money {
    amount: Decimal,
    holding_value: Decimal,
    distributions: Decimal,
}

impl Money {
    fn add(&mut self, position: &Position<'_>) -> Result<()> {
        let Self { amount, holding_value, distributions } = position.money;
        self.amount = decimal::add(self.amount, amount, "the amounts")?;
        self.holding_value = decimal::add(self.holding_value, holding_value, "the values of the holdings")?;
        self.distributions = decimal::add(self.distributions, distributions, "the distributions")?;
        Ok(())
    }

    fn current_value(&self) -> Result<Decimal> {
        decimal::add(self.holding_value, self.distributions, "holding value + distributions")
    }

    fn total_return(&self) -> Result<Decimal> {
        decimal::add(self.current_value()?, -self.amount, "the return")
    }
}

struct Position<'a> {
    investment: &'a Investment,
    money: Money,
}

impl<'a> Position<'a> {
    fn of(investment: &'a Investment, rate: Option<Decimal>) -> Result<Self> {
        let converted = |value: Decimal| match rate {
            Some(rate) => Ok(decimal::round_half_up(decimal::multiply(value, rate, "amount × rate")?, MINOR_DIGITS)),
            None => Ok(value),
        };
        let amount = converted(investment.amount)?;
        let distributions = converted(investment.distributions_received)?;
        let holding_value = investment.valuation.map_or(Ok(amount), converted)?;
        Ok(Self { investment, money: Money { amount, holding_value, distributions } })
    }
}

/// The rate to multiply by, `None` for the currency of the summary.
fn rate_to(
    currency: Option<&str>,
    investment: &Investment,
    exchange: Option<&ExchangeRates>,
) -> Result<Option<Decimal>> {
    if currency == Some(investment.currency.as_str()) {
        return Ok(None);
    }
    if let Some((_, rate)) =
        exchange.and_then(|exchange| exchange.rates.iter().find(|(from, _)| *from == investment.currency))
    {
        return Ok(Some(*rate));
    }
    let target = currency.unwrap_or_default();
    let message = format!("`{}` has no rate to `{target}`; expected an exchange rate for it", investment.currency);
    Err(Error::new(ErrorCode::RateMissing, "currency", message))
}

/// Positions summed by a key, largest amount first, ties by key.
fn by_key(positions: &[Position<'_>], key: fn(&Investment) -> &String) -> Result<Vec<(String, Money)>> {
    let by_key = order::ranked_by(positions, |left, right| key(left.investment).cmp(key(right.investment)));
    let mut sums: Vec<(String, Money)> = Vec::new();
    for position in by_key.into_iter().filter_map(|at| positions.get(at)) {
        let key = key(position.investment);
        if sums.last().is_none_or(|(last, _)| last != key) {
            sums.push((key.clone(), Money::default()));
        }
        if let Some((_, money)) = sums.last_mut() {
            money.add(position)?;
        }
    }
    // By key already, so that ranks keep keys in order within one amount.
    let largest_first = order::ranked_by(&sums, |(_, left), (_, right)| right.amount.cmp(&left.amount));
    Ok(largest_first.into_iter().filter_map(|at| sums.get(at).cloned()).collect())
}

fn percentage(part: Decimal, whole: Decimal) -> Result<Decimal> {
    if whole.is_zero() {
        return Ok(Decimal::ZERO);
    }
    let percent = decimal::multiply(part, Decimal::ONE_HUNDRED, "the percentage")?.checked_div(whole);
    let percent = percent.ok_or_else(|| {
        Error::new(ErrorCode::OutOfRange, "", "the percentage does not fit; expected smaller amounts")
    })?;
    Ok(decimal::round_half_up(percent, PERCENTAGE_PLACES).normalize())
}

fn check_investments(investments: &[Investment]) -> Result<()> {
    for (index, investment) in investments.iter().enumerate() {
        let located = |error: Error| error.at_index(index).under("investments");
        for (path, text) in [
            ("id", &investment.id),
            ("project_id", &investment.project_id),
            ("project_name", &investment.project_name),
            ("technology", &investment.technology),
            ("country", &investment.country),
            ("stage", &investment.stage),
        ] {
            text::check_text(path, text, MAX_TEXT, "a text of at least 1 character").map_err(located)?;
        }
        check_currency("currency", &investment.currency).map_err(located)?;
        exact::check_sign("amount", investment.amount, false).map_err(located)?;
        exact::check_sign("distributions_received", investment.distributions_received, true).map_err(located)?;
        if let Some(valuation) = investment.valuation {
            exact::check_sign("valuation", valuation, true).map_err(located)?;
        }
    }
    let ids = investments.iter().map(|investment| investment.id.as_str());
    order::refuse_repeat("id", ids).map_err(|error| error.under("investments"))
}

fn check_exchange(exchange: &ExchangeRates) -> Result<()> {
    check_currency("currency", &exchange.currency)?;
    for (currency, rate) in &exchange.rates {
        check_currency(currency, currency).map_err(|error| error.under("rates"))?;
        exact::check_sign(currency, *rate, false).map_err(|error| error.under("rates"))?;
    }
    Ok(())
}

fn check_currency(path: &str, code: &str) -> Result<()> {
    if code.len() == 3 && code.bytes().all(|letter| letter.is_ascii_uppercase()) {
        return Ok(());
    }
    let message =
        format!("`{}` is not a currency code; expected three capital letters, such as `USD`", text::excerpt(code));
    Err(Error::new(ErrorCode::UnknownValue, path, message))
}
