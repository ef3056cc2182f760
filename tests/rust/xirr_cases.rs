//! The 232 published XIRR, XNPV, XNFV and IRR cases of `../shared/data/xirr/cases.json`.
//!
//! Each case has the publisher's answer and, found independently of us, every real root to 60 digits.

use serde::Deserialize;
use tierra::returns::{CashFlow, DayCount, InternalRate, XirrOptions, irr, xirr, xnfv, xnpv};
use tierra::{ErrorCode, parse_date};

use crate::shared_data::shared_data;

#[derive(Deserialize)]
struct Case {
    name: String,
    #[serde(rename = "fn")]
    function: String,
    dates: Vec<String>,
    amounts: Vec<f64>,
    expected: Option<f64>,
    tolerance: f64,
    tolerance_kind: String,
    rate: Option<f64>,
    day_count: Option<String>,
    all_roots: Option<Vec<f64>>,
}

impl Case {
    fn flows(&self) -> Vec<CashFlow> {
        let dates = self.dates.iter().map(|date| parse_date(date).unwrap());
        dates.zip(&self.amounts).map(|(date, amount)| CashFlow::new(date, *amount)).collect()
    }

    /// Whether a value is the publisher's, within the publisher's own tolerance.
    fn accepts(&self, value: f64) -> bool {
        let Some(expected) = self.expected else { return false };
        let difference = (value - expected).abs();
        match self.tolerance_kind.as_str() {
            "abs" => difference <= self.tolerance,
            "rel_max1" => difference <= self.tolerance * expected.abs().max(1.0),
            "round4" => difference <= 0.00005 + 1e-12,
            "sig6" => difference <= 5e-6 * expected.abs().max(0.1),
            other => panic!("unknown tolerance {other}"),
        }
    }
}

/// Publishers whose answer is not a root: the reason for each.
const PUBLISHER_DIFFERS: &[(&str, &str)] = &[
    ("libreoffice/rate/near-total-loss", "LibreOffice gave up; the root -0.99898 exists and is ours"),
    ("tarioch/test_cleanXirr/4", "tarioch hides rates of tiny amounts; the root 0 exists and is ours"),
];

/// How far a rate may be from the independently found root.
fn close(left: f64, right: f64) -> bool {
    (left - right).abs() <= 1e-11 * (1.0 + right.abs())
}

#[test]
fn every_published_case_comes_out() {
    let Some(path) = shared_data("xirr/cases.json") else { return };
    let cases: Vec<Case> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(cases.len(), 232);
    let mut failures = Vec::new();
    let mut counts = std::collections::BTreeMap::new();
    for case in &cases {
        match outcome(case) {
            Ok(kind) => *counts.entry(kind).or_insert(0) += 1,
            Err(why) => failures.push(format!("{}: {why}", case.name)),
        }
    }
    println!("published cases: {counts:?}");
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), cases.len(), failures.join("\n"));
}

/// What came of a case, or what is wrong with it.
fn outcome(case: &Case) -> Result<&'static str, String> {
    let day_count: DayCount = case.day_count.as_deref().map_or(Ok(DayCount::default()), str::parse).unwrap();
    let within = |value: f64, kind| if case.accepts(value) { Ok(kind) } else { Err(format!("got {value}")) };
    match case.function.as_str() {
        "xnpv" => within(xnpv(case.rate.unwrap(), &case.flows(), day_count).unwrap(), "value"),
        "xnfv" => within(xnfv(case.rate.unwrap(), &case.flows(), day_count).unwrap(), "value"),
        "irr" => {
            let found = irr(&case.amounts).unwrap();
            let rates = std::iter::once(found.rate()).chain(found.other_rates().iter().copied());
            for rate in rates.clone() {
                assert!(npv_changes_sign(&case.amounts, rate), "{rate} is no root");
            }
            if rates.clone().any(|rate| case.accepts(rate)) {
                return Ok("publisher's rate is among the roots");
            }
            Err(format!("roots {:?}", rates.collect::<Vec<_>>()))
        }
        _ => {
            let options = XirrOptions { day_count, annualize_short_period: true };
            rate_outcome(case, xirr(&case.flows(), options))
        }
    }
}

/// Whether the value of periodic amounts has opposite signs just below and just above a rate.
fn npv_changes_sign(amounts: &[f64], rate: f64) -> bool {
    let value = |rate: f64| amounts.iter().rev().fold(0.0, |sum, amount| sum / (1.0 + rate) + amount);
    let nudge = 1e-9 * (1.0 + rate);
    value(rate - nudge) * value(rate + nudge) < 0.0
}

/// The same for dated flows, valued on the last day.
fn changes_sign_around(flows: &[CashFlow], rate: f64) -> bool {
    let value = |rate| xnpv(rate, flows, DayCount::default()).unwrap();
    value(rate * (1.0 - 1e-9)) * value(rate * (1.0 + 1e-9)) < 0.0
}

/// Of several roots, those of the sign of the plain sum, else all, and of these the smallest |ln(1+r)| (DECISIONS 17).
fn headline(amounts: &[f64], roots: &[f64]) -> f64 {
    let sum: f64 = amounts.iter().sum();
    let of_its_sign: Vec<f64> = roots.iter().copied().filter(|root| root * sum > 0.0).collect();
    let candidates = if of_its_sign.is_empty() { roots } else { &of_its_sign };
    candidates.iter().copied().min_by(|a, b| a.ln_1p().abs().total_cmp(&b.ln_1p().abs())).unwrap()
}

fn rate_outcome(case: &Case, found: tierra::Result<InternalRate>) -> Result<&'static str, String> {
    let Some(roots) = &case.all_roots else {
        let rate = found.map_err(|error| error.to_string())?.rate();
        return if case.accepts(rate) { Ok("rate") } else { Err(format!("got {rate}")) };
    };
    let found = match found {
        Ok(found) => found,
        Err(error) if roots.is_empty() => {
            let says_why = [ErrorCode::NoRoot, ErrorCode::OneSign, ErrorCode::OneDay].contains(&error.code());
            return if says_why { Ok("no rate exists") } else { Err(format!("error {error}")) };
        }
        Err(error) => return Err(format!("{error}, but {roots:?} are roots")),
    };
    if roots.is_empty() && case.accepts(found.rate()) {
        return Ok("total loss");
    }
    let mut ours: Vec<f64> = found.other_rates().iter().copied().chain([found.rate()]).collect();
    ours.sort_unstable_by(f64::total_cmp);
    // The reference searched rates up to 1e18; roots beyond are checked by the sign of the value around them.
    let far_flows = case.flows();
    ours.retain(|rate| *rate < 1e18 || !changes_sign_around(&far_flows, *rate));
    if ours.len() != roots.len() || !ours.iter().zip(roots).all(|(ours, theirs)| close(*ours, *theirs)) {
        return Err(format!("roots {ours:?}, expected {roots:?}"));
    }
    let headline = headline(&case.amounts, roots);
    if !close(found.rate(), headline) {
        return Err(format!("returned {}, by DECISIONS 17 it is {headline}", found.rate()));
    }
    if found.is_ambiguous() != (roots.len() > 1) && found.other_rates().len() + 1 == roots.len() {
        return Err(format!("ambiguous is {} for {} roots", found.is_ambiguous(), roots.len()));
    }
    if case.accepts(found.rate()) {
        let several = roots.len() > 1;
        return Ok(if several { "publisher's rate is the headline of several" } else { "publisher's rate" });
    }
    if case.function == "xirr_any_root" {
        return Ok("publisher takes any root");
    }
    if ours.iter().any(|rate| case.accepts(*rate)) {
        return Ok("publisher's rate is another root, which is reported");
    }
    if PUBLISHER_DIFFERS.iter().any(|(name, _)| *name == case.name) {
        return Ok("publisher's answer is no root");
    }
    // Some publishers stopped early: their rate is a root to fewer digits than their tolerance claims.
    let expected = case.expected.unwrap_or(f64::NAN);
    if ours.iter().any(|rate| (rate - expected).abs() <= 1e-7 * (1.0 + expected.abs())) {
        return Ok("publisher's rate is a root to 7 digits");
    }
    Err(format!("roots {ours:?} are right, the publisher says {expected}"))
}
