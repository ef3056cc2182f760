//! Allocation, multiples and portfolios.

use serde_json::{Value, json};

use super::{Case, ask, float, near, number};

pub(super) fn multiple(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let list = |list: &str, sum: &str, other: &str| -> Value {
        let sums = [sum, other].iter().find_map(|name| input.get(*name)).map(|value| json!([value]));
        input.get(list).cloned().or(sums).unwrap_or(json!([]))
    };
    let question = json!({
        "contributions": list("contributions", "paid_in", "invested"),
        "distributions": list("distributions", "distributed", "returned"),
        "nav": input.get("nav").cloned().unwrap_or(json!(0)),
    });
    let found = ask("multiples", &question)?;
    if case.op != "dpi_rvpi_tvpi" {
        return near(case, float(&found[case.op.as_str()]), float(&case.expected));
    }
    for name in ["dpi", "rvpi", "tvpi"] {
        near(case, float(&found[name]), float(&case.expected[name])).map_err(|why| format!("{name}: {why}"))?;
    }
    Ok(())
}

/// Whole minor units; ids in the order of the list, by which ties go.
pub(super) fn allocation(case: &Case) -> Value {
    let weights = case.input["weights"].as_array().unwrap();
    let share = |(at, weight): (usize, &Value)| json!({ "id": format!("{at:06}"), "weight": weight });
    let shares: Vec<Value> = weights.iter().enumerate().map(share).collect();
    json!({ "total": case.input["total_minor"], "shares": shares, "minor_digits": 0 })
}

pub(super) fn allocated(case: &Case) -> Result<(), String> {
    let found = ask("allocate", &allocation(case))?;
    let amounts: Vec<Option<f64>> =
        found["allocations"].as_array().unwrap().iter().map(|part| float(&part["amount"])).collect();
    let expected: Vec<Option<f64>> = case.expected.as_array().unwrap().iter().map(float).collect();
    if amounts == expected { Ok(()) } else { Err(format!("{amounts:?}, expected {expected:?}")) }
}

fn investment(id: usize, amount: &Value, more: Value) -> Value {
    let mut investment = json!({
        "id": format!("inv_{id}"), "project_id": "prj", "project_name": "Park", "technology": format!("t{id}"),
        "country": "US", "stage": "operating", "currency": "USD", "amount": amount,
    });
    for (name, value) in more.as_object().unwrap() {
        investment[name.as_str()] = value.clone();
    }
    investment
}

pub(super) fn percentage(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let more = match input.get("value") {
        Some(value) => json!({ "valuation": value }),
        None => json!({ "distributions_received": input["return"] }),
    };
    let question = json!({ "investments": [investment(1, &input["amount"], more)] });
    number(case, "summarize_portfolio", question, "return_percentage")
}

pub(super) fn point(case: &Case) -> Result<(), String> {
    let more = json!({ "valuation": case.input["value"] });
    let found = ask("summarize_portfolio", &json!({ "investments": [investment(1, &case.input["invested"], more)] }))?;
    near(case, float(&found["total_return"]), float(&case.expected["return"]))?;
    near(case, float(&found["return_percentage"]), float(&case.expected["return_percentage"]))
}

pub(super) fn entitled(case: &Case) -> Result<(), String> {
    let holding = json!({ "id": "a", "units": 1, "start": case.input["invested_at"] });
    let question = json!({ "holdings": [holding], "record_date": case.input["distribution_record_date"] });
    near(case, float(&ask("entitlement_weights", &question)?["shares"][0]["weight"]), float(&case.expected))
}

pub(super) fn breakdown(case: &Case) -> Result<(), String> {
    let amounts = case.input["amounts"].as_array().unwrap();
    let investments: Vec<Value> =
        amounts.iter().enumerate().map(|(at, amount)| investment(at, amount, json!({}))).collect();
    let found = ask("summarize_portfolio", &json!({ "investments": investments }))?;
    for (at, expected) in case.expected.as_array().unwrap().iter().enumerate() {
        let part = &found["breakdown_by_technology"][format!("t{at}")]["percentage"];
        near(case, float(part), float(expected))?;
    }
    Ok(())
}
