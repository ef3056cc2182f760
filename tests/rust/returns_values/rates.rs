//! Rates and day counts.

use serde_json::{Value, json};

use super::{Case, OTHER_ROOT, ask, float, near, number, refused};

pub(super) fn rate(case: &Case, op: &str, question: Value) -> Result<(), String> {
    let found = match ask(op, &question) {
        Err(code) if case.expected.is_null() => return if code == "no_root" { Ok(()) } else { Err(code) },
        found => found?,
    };
    let headline = found["rate"].as_f64().unwrap();
    let mut all: Vec<f64> =
        found["other_rates"].as_array().unwrap().iter().map(|rate| rate.as_f64().unwrap()).collect();
    if found["ambiguous"] != json!(!all.is_empty()) {
        return Err(format!("ambiguous is {}", found["ambiguous"]));
    }
    if case.op == "irr_any_root" || OTHER_ROOT.iter().any(|(id, _)| *id == case.id) {
        all.push(headline);
        let expected = case.expected.as_f64().unwrap();
        let among = all.iter().any(|rate| near(case, Some(*rate), Some(expected)).is_ok());
        return if among { Ok(()) } else { Err(format!("{all:?} lack {expected}")) };
    }
    let Some(roots) = case.expected.get("roots") else { return near(case, Some(headline), float(&case.expected)) };
    all.push(headline);
    all.sort_by(f64::total_cmp);
    let roots: Vec<f64> = roots.as_array().unwrap().iter().map(|root| root.as_f64().unwrap()).collect();
    if all.len() != roots.len() {
        return Err(format!("{all:?}, expected {roots:?}"));
    }
    // In both reports more came back than was paid, and the reporter wants the positive one.
    near(case, Some(headline), roots.last().copied())?;
    all.iter().zip(&roots).try_for_each(|(found, root)| near(case, Some(*found), Some(*root)))
}

pub(super) fn day_count(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let question = json!({
        "start": input["from"], "end": input["to"], "day_count": input["convention"],
        "termination": input.get("termination"),
    });
    number(case, "year_fraction", question, if case.op == "days" { "days" } else { "years" })
}

pub(super) fn mirr(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let question = json!({
        "amounts": input["amounts"], "finance_rate": input["finance_rate"], "reinvest_rate": input["reinvest_rate"],
    });
    if case.expected.is_null() {
        return refused(case, "mirr", question, "one_sign");
    }
    number(case, "mirr", question, "rate")
}

pub(super) fn annualised(case: &Case) -> Result<(), String> {
    let input = &case.input;
    if let Some(weekly) = input.get("returns_weekly") {
        let returns = vec![weekly.clone(); usize::try_from(input["count"].as_u64().unwrap()).unwrap()];
        let total = ask("link_returns", &json!({ "returns": returns }))?["rate"].clone();
        let years = input["days"].as_f64().unwrap() / 365.0;
        let question = json!({ "total_return": total, "years": years, "annualize_short_period": true });
        return number(case, "annualize", question, "rate");
    }
    let held = json!({ "begin_value": input["begin"], "end_value": input["end"] });
    let total = ask("holding_period_return", &held)?["rate"].clone();
    number(case, "annualize", json!({ "total_return": total, "years": input["periods"] }), "rate")
}
