//! What did it return?

use std::collections::HashMap;
use std::path::Path;

use tierra::decimal::parse_decimal;
use tierra::returns::{
    CashFlow, DayCount, InternalRate, Investment, InvestmentStatus, PortfolioSummary, Share, XirrOptions, allocate,
    summarize_portfolio, xirr, xnpv,
};
use tierra::{Decimal, Error, ErrorCode, NaiveDate, parse_date};

use crate::csv_file::{Columns, Row, Tally, Unreadable, read_rows};
use crate::fleet::repeated;
use crate::groups::Groups;

const CASH_COLUMNS: Columns = Columns { needed: &["date", "amount"], optional: &["kind", "note"] };

const HOLDING_COLUMNS: Columns = Columns {
    needed: &[
        "investment_id",
        "project_id",
        "project_name",
        "technology",
        "country",
        "stage",
        "currency",
        "amount",
        "distributions_received",
        "status",
    ],
    optional: &["valuation"],
};

/// The yearly rates at which the cash flows are discounted.
const DISCOUNT_RATES: [f64; 3] = [0.05, 0.08, 0.10];
/// The kind of a cash flow that is shared out among investors.
const DISTRIBUTION: &str = "distribution";
/// Cents.
const MINOR_DIGITS: u32 = 2;
/// How many of the largest positions are shown.
const TOP: usize = 5;

/// Cash flows of one kind.
#[derive(Default)]
pub(crate) struct Kind {
    pub(crate) flows: usize,
    pub(crate) amount: Decimal,
}

/// A sum of money to be shared out.
#[derive(Clone)]
pub(crate) struct Distribution {
    pub(crate) date: NaiveDate,
    pub(crate) amount: Decimal,
    pub(crate) note: String,
}

/// A file of cash flows and what the core says about it.
pub(crate) struct Cash {
    pub(crate) tally: Tally,
    pub(crate) first_day: Option<NaiveDate>,
    pub(crate) last_day: Option<NaiveDate>,
    pub(crate) paid: Decimal,
    pub(crate) received: Decimal,
    /// In the order of the file.
    pub(crate) kinds: Groups<Kind>,
    pub(crate) rate: tierra::Result<InternalRate>,
    /// By the rate at which the flows are discounted.
    pub(crate) present_values: Vec<(f64, tierra::Result<f64>)>,
    last_distribution: Option<Distribution>,
}

impl Cash {
    pub(crate) fn read(path: &Path) -> Result<Self, Unreadable> {
        let mut reader = CashReader::default();
        let tally = read_rows(path, &CASH_COLUMNS, |row| reader.take(row))?;
        let flows = &reader.flows;
        let present_value = |rate| (rate, xnpv(rate, flows, DayCount::default()));
        Ok(Self {
            tally,
            first_day: flows.iter().map(|flow| flow.date).min(),
            last_day: flows.iter().map(|flow| flow.date).max(),
            rate: xirr(flows, XirrOptions::default()),
            present_values: DISCOUNT_RATES.map(present_value).into(),
            paid: reader.paid,
            received: reader.received,
            kinds: reader.kinds,
            last_distribution: reader.last_distribution,
        })
    }

    pub(crate) fn last_distribution(&self) -> Option<&Distribution> {
        self.last_distribution.as_ref()
    }
}

/// What is gathered while the cash flows are read.
#[derive(Default)]
struct CashReader {
    flows: Vec<CashFlow>,
    paid: Decimal,
    received: Decimal,
    kinds: Groups<Kind>,
    last_distribution: Option<Distribution>,
}

impl CashReader {
    fn take(&mut self, row: &Row<'_>) -> tierra::Result<()> {
        let date = parse_date(row.text("date")?).map_err(|error| error.under("date"))?;
        let amount = parse_decimal(row.text("amount")?).map_err(|error| error.under("amount"))?;
        let kind = row.optional_name("kind")?.unwrap_or_default();
        let note = row.optional_name("note")?.unwrap_or_default();
        let side = if amount < Decimal::ZERO { &mut self.paid } else { &mut self.received };
        // No kind can overflow before its side does: all its flows of one sign are in it.
        *side = sum(*side, amount)?;
        self.flows.push(CashFlow::from_decimal(date, amount));
        self.kinds.update(kind, |kind| {
            kind.amount = sum(kind.amount, amount)?;
            kind.flows += 1;
            Ok(())
        })?;
        let is_last = self.last_distribution.as_ref().is_none_or(|last| date >= last.date);
        if kind == DISTRIBUTION && is_last {
            self.last_distribution = Some(Distribution { date, amount, note: note.to_owned() });
        }
        Ok(())
    }
}

fn sum(total: Decimal, amount: Decimal) -> tierra::Result<Decimal> {
    total.checked_add(amount).ok_or_else(|| {
        let message = "takes the total beyond 7.9e28; expected a smaller amount";
        Error::from_host(ErrorCode::OutOfRange, "amount", message)
    })
}

/// An investor's part of a distribution.
pub(crate) struct Part {
    pub(crate) investment_id: String,
    pub(crate) project_name: String,
    pub(crate) invested: Decimal,
    pub(crate) amount: Decimal,
}

/// A distribution shared out among the completed investments.
pub(crate) struct Allocation {
    pub(crate) distribution: Distribution,
    pub(crate) parts: tierra::Result<Vec<Part>>,
}

impl Allocation {
    /// What the parts add up to.
    pub(crate) fn sum(parts: &[Part]) -> Decimal {
        parts.iter().fold(Decimal::ZERO, |sum, part| sum.saturating_add(part.amount))
    }
}

/// A file of investments and what the core says about it.
pub(crate) struct Portfolio {
    pub(crate) tally: Tally,
    pub(crate) not_completed: usize,
    pub(crate) summary: tierra::Result<PortfolioSummary>,
    /// `None` where the cash flows have no distribution, or the investments no common currency to weigh them in.
    pub(crate) allocation: Option<Allocation>,
}

impl Portfolio {
    pub(crate) fn read(path: &Path, distribution: Option<&Distribution>) -> Result<Self, Unreadable> {
        let mut investments: Vec<Investment> = Vec::new();
        let mut ids: HashMap<String, u64> = HashMap::new();
        let tally = read_rows(path, &HOLDING_COLUMNS, |row| {
            let investment = investment(row)?;
            if let Some(first) = ids.get(&investment.id) {
                return Err(repeated("investment_id", &investment.id, *first));
            }
            check_alone(&investment)?;
            ids.insert(investment.id.clone(), row.line);
            investments.push(investment);
            Ok(())
        })?;
        let summary = summarize_portfolio(&investments, None, TOP);
        let allocation = distribution.filter(|_| summary.is_ok()).map(|distribution| Allocation {
            distribution: distribution.clone(),
            parts: share_out(distribution.amount, &investments),
        });
        let not_completed = investments.iter().filter(|one| one.status != InvestmentStatus::Completed).count();
        Ok(Self { tally, not_completed, summary, allocation })
    }
}

fn investment(row: &Row<'_>) -> tierra::Result<Investment> {
    let amount = |column: &str| parse_decimal(row.text(column)?).map_err(|error| error.under(column));
    let valuation = row.text("valuation")?;
    Ok(Investment {
        id: row.name("investment_id")?.to_owned(),
        project_id: row.name("project_id")?.to_owned(),
        project_name: row.name("project_name")?.to_owned(),
        technology: row.name("technology")?.to_owned(),
        country: row.name("country")?.to_owned(),
        stage: row.name("stage")?.to_owned(),
        currency: row.text("currency")?.to_owned(),
        amount: amount("amount")?,
        distributions_received: amount("distributions_received")?,
        valuation: if valuation.is_empty() { None } else { Some(amount("valuation")?) },
        status: row.text("status")?.parse().map_err(|error: Error| error.under("status"))?,
    })
}

/// The core's checks of one investment: a portfolio with a bad one is refused as a whole, and here only its row is.
fn check_alone(investment: &Investment) -> tierra::Result<()> {
    let Err(error) = summarize_portfolio(std::slice::from_ref(investment), None, 0) else { return Ok(()) };
    let column = error.path().strip_prefix("investments[0].").unwrap_or(error.path());
    Err(Error::from_host(error.code(), column, error.message()))
}

/// Shares a distribution out by the amounts invested.
fn share_out(total: Decimal, investments: &[Investment]) -> tierra::Result<Vec<Part>> {
    let completed: Vec<&Investment> =
        investments.iter().filter(|investment| investment.status == InvestmentStatus::Completed).collect();
    let shares: Vec<Share> =
        completed.iter().map(|investment| Share { id: investment.id.clone(), weight: investment.amount }).collect();
    let amounts = allocate(total, &shares, MINOR_DIGITS)?;
    let part = |(investment, amount): (&&Investment, Decimal)| Part {
        investment_id: investment.id.clone(),
        project_name: investment.project_name.clone(),
        invested: investment.amount,
        amount,
    };
    Ok(completed.iter().zip(amounts).map(part).collect())
}
