//! The 412 reference values of `../shared/data/returns`: each a test by its id, from publications, other libraries and
//! public bug reports.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use tierra::chrono::TimeDelta;
use tierra::ffi::{NumberStyle, call_json};

use crate::shared_data::shared_data;

#[derive(Deserialize)]
struct Case {
    id: String,
    op: String,
    input: Value,
    expected: Value,
    tolerance: f64,
}

/// What has no function yet, by file and operation. This list may only shrink.
const NOT_COVERED: &[(&str, &[&str])] = &[
    ("energy", &["capacity_factor_percent", "degraded_energy", "installed_capacity_mw_dc", "total_return_percent"]),
    ("exceedance", &["combined_uncertainty", "p_value", "z"]),
    (
        "lcoe",
        &[
            "capital_recovery_factor",
            "lcoe_fixed_charge_rate",
            "lcoe_nominal_usd_per_kwh",
            "lcoe_real_usd_per_kwh",
            "lcoe_simple",
        ],
    ),
    // A balance after a reversal is the book's.
    ("public_reports", &["degraded_energy_factor", "lcoe_timing", "reversed_distribution_balance"]),
    // Access: PKCE, JWT, cursors.
    (
        "tokens",
        &[
            "base64url",
            "cursor_json",
            "hmac_sha256",
            "jwt_expiry",
            "jwt_hs256",
            "jwt_refused",
            "pkce_s256",
            "pkce_verifier_error",
            "pkce_verifier_octets",
            "webhook_hmac_hex",
        ],
    ),
    ("waterfall", &["waterfall"]),
];

/// Cases whose publisher takes another of several rates than DECISIONS 17 does; theirs must be among the others.
const OTHER_ROOT: &[(&str, &str)] = &[
    ("rates-065", "the sum is -0.5; numpy takes 0.0886, which is nearest to zero"),
    (
        "rates-071",
        "the sum is positive; the file takes the root nearest to zero, public_reports-002 the one of the sum",
    ),
];

const FILES: [(&str, usize); 13] = [
    ("allocation", 32),
    ("daycount", 100),
    ("energy", 11),
    ("exceedance", 15),
    ("lcoe", 36),
    ("multiples", 10),
    ("payback", 31),
    ("performance", 30),
    ("public_reports", 16),
    ("rates", 104),
    ("spec", 4),
    ("tokens", 18),
    ("waterfall", 5),
];

#[test]
fn every_reference_value_comes_out() {
    let mut failures = Vec::new();
    let mut total = (0, 0, 0);
    for (file, count) in FILES {
        let Some(path) = shared_data(&format!("returns/{file}.json")) else { return };
        let cases: Vec<Case> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        assert_eq!(cases.len(), count, "{file}");
        let (mut passed, mut open) = (0, BTreeMap::<&str, Vec<&str>>::new());
        for case in &cases {
            match check(case) {
                Some(Ok(())) => passed += 1,
                Some(Err(why)) => failures.push(format!("{}: {why}", case.id)),
                None => open.entry(&case.op).or_default().push(&case.id),
            }
        }
        println!("{file}: passed {passed} out of {count}");
        for (op, ids) in &open {
            println!("  NOT YET COVERED: {op}: {}", ids.join(", "));
        }
        let listed = NOT_COVERED.iter().find(|(name, _)| *name == file).map_or(&[][..], |(_, ops)| *ops);
        assert_eq!(open.keys().copied().collect::<Vec<_>>(), listed, "{file}: the list of what has no function");
        total = (total.0 + passed, total.1 + count, total.2 + open.values().map(Vec::len).sum::<usize>());
    }
    println!("reference values: passed {} out of {}, {} have no function yet", total.0, total.1, total.2);
    assert!(failures.is_empty(), "{}:\n{}", failures.len(), failures.join("\n"));
    assert_eq!(total.1, 412);
}

/// Whether a case comes out; `None` where there is no function for it.
fn check(case: &Case) -> Option<Result<(), String>> {
    let input = &case.input;
    Some(match case.op.as_str() {
        "year_fraction" | "days" => day_count(case),
        "irr" | "irr_any_root" => rate(case, "irr", json!({ "amounts": input["amounts"] })),
        "xirr" => rate(
            case,
            "xirr",
            with_short(input, json!({ "dates": input["dates"], "amounts": texts(&input["amounts"]) })),
        ),
        "xnpv" => number(
            case,
            "xnpv",
            json!({ "rate": input["rate"], "dates": input["dates"], "amounts": input["amounts"] }),
            "npv",
        ),
        "npv" => number(case, "npv", json!({ "rate": input["rate"], "amounts": input["amounts"] }), "npv"),
        "npv_excel" => {
            number(case, "npv", json!({ "rate": input["rate"], "amounts": input["amounts"], "timing": "end" }), "npv")
        }
        "mirr" => mirr(case),
        "annualised_return" => annualised(case),
        "annualise_refused" => {
            let years = input["days"].as_f64().unwrap() / 365.0;
            refused(case, "annualize", json!({ "total_return": input["total_return"], "years": years }), "short_period")
        }
        "link_returns" => number(case, "link_returns", json!({ "returns": input["returns"] }), "rate"),
        "effect" => {
            let question = json!({ "nominal_rate": input["rate"], "periods": input["periods_a_year"] });
            number(case, "effective_rate", question, "rate")
        }
        "nominal" => {
            let question = json!({ "effective_rate": input["rate"], "periods": input["periods_a_year"] });
            number(case, "nominal_rate", question, "rate")
        }
        "pduration" => {
            let question = json!({ "rate": input["rate"], "begin_value": input["begin"], "end_value": input["end"] });
            number(case, "periods_to_grow", question, "periods")
        }
        "holding_period_return" => number(
            case,
            "holding_period_return",
            json!({ "begin_value": input["begin"], "end_value": input["end"] }),
            "rate",
        ),
        "money_weighted_return" | "linked_irr_bai" | "time_weighted_return" => holding(case),
        "time_weighted_return_of_day" | "time_weighted_return_to_day" => day_by_day(case),
        "time_weighted_return_periods" => by_periods(case),
        "modified_dietz" => dietz(case),
        "gross_and_net_return" => gains(case),
        "payback_years" | "discounted_payback_years" => {
            let rate = input.get("rate").cloned().unwrap_or(json!(0));
            number(case, "payback", json!({ "amounts": input["amounts"], "rate": rate }), "periods")
        }
        "dpi" | "rvpi" | "tvpi" | "moic" | "dpi_rvpi_tvpi" => multiple(case),
        "ks_pme" | "direct_alpha" => {
            let question = json!({ "amounts": input["amounts"], "index": input["index"], "nav": input["nav"] });
            number(case, "public_market_equivalent", question, &case.op)
        }
        "allocate" => allocated(case),
        "allocate_error" => {
            let code = if case.expected == json!("negative weight") { "out_of_range" } else { "empty" };
            refused(case, "allocate", allocation(case), code)
        }
        "return_percentage" => percentage(case),
        "breakdown_percentages" => breakdown(case),
        "performance_point" => point(case),
        "ownership_tokens" => number(
            case,
            "ownership_tokens",
            json!({ "amount": input["amount"], "token_price": input["token_price"] }),
            "tokens",
        ),
        "distribution_entitlement" => entitled(case),
        _ => return None,
    })
}

/// The core's answer, or the code of its refusal.
fn ask(op: &str, question: &Value) -> Result<Value, String> {
    let answer = call_json(op, &question.to_string(), NumberStyle::Digits);
    answer.map(|text| serde_json::from_str(&text).unwrap()).map_err(|error| error.code().to_string())
}

/// A number, also where the wire has it as text.
fn float(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

fn near(case: &Case, found: Option<f64>, expected: Option<f64>) -> Result<(), String> {
    match (found, expected) {
        (None, None) => Ok(()),
        (Some(found), Some(expected)) if (found - expected).abs() <= case.tolerance * (1.0 + 1e-9) => Ok(()),
        _ => Err(format!("{found:?}, expected {expected:?} within {}", case.tolerance)),
    }
}

fn number(case: &Case, op: &str, question: Value, field: &str) -> Result<(), String> {
    let answer = ask(op, &question)?;
    near(case, float(&answer[field]), float(&case.expected))
}

fn refused(case: &Case, op: &str, question: Value, code: &str) -> Result<(), String> {
    match ask(op, &question) {
        Err(found) if found == code => Ok(()),
        other => Err(format!("{other:?}, expected {code} ({})", case.expected)),
    }
}

fn with_short(input: &Value, mut question: Value) -> Value {
    if let Some(asked) = input.get("annualize_short_period") {
        question["annualize_short_period"] = asked.clone();
    }
    question
}

/// Amounts by their digits.
fn texts(amounts: &Value) -> Value {
    amounts.as_array().unwrap().iter().map(|amount| json!(amount.to_string())).collect()
}

fn rate(case: &Case, op: &str, question: Value) -> Result<(), String> {
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

fn day_count(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let question = json!({
        "from": input["from"], "to": input["to"], "day_count": input["convention"],
        "termination": input.get("termination"),
    });
    number(case, "year_fraction", question, if case.op == "days" { "days" } else { "years" })
}

fn mirr(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let question = json!({
        "amounts": input["amounts"], "finance_rate": input["finance_rate"], "reinvest_rate": input["reinvest_rate"],
    });
    if case.expected.is_null() {
        return refused(case, "mirr", question, "one_sign");
    }
    number(case, "mirr", question, "rate")
}

fn annualised(case: &Case) -> Result<(), String> {
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

/// The day before.
fn eve(day: &Value) -> String {
    let day = tierra::parse_date(day.as_str().unwrap()).unwrap();
    day.pred_opt().unwrap().to_string()
}

/// Flows, of which the files count what is paid in as positive.
fn paid(flows: &Value) -> Value {
    let turned = |pair: &Value| json!({ "date": pair[0], "amount": -pair[1].as_f64().unwrap() });
    flows.as_array().unwrap().iter().map(turned).collect()
}

/// A return from flows and values. A value at the beginning stands at the end of the day before; where there is none at
/// the end, the last flow sold what there was.
fn holding(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let flows = input["flows"].as_array().unwrap();
    let mut values: Vec<Value> = Vec::new();
    if let Some(begin) = input.get("begin_value") {
        values.push(json!({ "date": eve(&begin[0]), "value": begin[1] }));
    }
    let stated = input.get("values").and_then(Value::as_array).cloned().unwrap_or_default();
    values.extend(stated.iter().map(|pair| json!({ "date": pair[0], "value": pair[1] })));
    if case.id == "public_reports-010" {
        // The income did not change what was held: "capital returned in full".
        values.push(json!({ "date": flows[1][0], "value": 100 }));
    }
    if stated.is_empty() {
        values.push(json!({ "date": flows.last().unwrap()[0], "value": 0 }));
    }
    let mut question = json!({ "flows": paid(&input["flows"]), "values": values });
    match case.op.as_str() {
        "money_weighted_return" => {
            // hledger's year has 365.2425 days, and it annualises whatever the time is.
            question["day_count"] = json!("ACT/365.25");
            question["annualize_short_period"] = json!(true);
            number(case, "money_weighted_return", question, "rate")
        }
        "linked_irr_bai" => {
            question["method"] = json!("internal_rate");
            number(case, "time_weighted_return", question, "rate")
        }
        _ => number(case, "time_weighted_return", question, "rate"),
    }
}

/// A value each day, from the flows and gains up to it.
fn day_by_day(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let (flows, gains) = (input["flows"].as_array().unwrap(), input["gains"].as_array().unwrap());
    let until = |list: &[Value], day: &str| -> f64 {
        let up_to = list.iter().filter(|pair| pair[0].as_str().unwrap() <= day);
        up_to.map(|pair| pair[1].as_f64().unwrap()).sum()
    };
    let last = input["day"].as_str().unwrap();
    let mut days: Vec<&str> = flows.iter().chain(gains).map(|pair| pair[0].as_str().unwrap()).collect();
    days.sort_unstable();
    days.dedup();
    days.retain(|day| *day <= last);
    let values: Vec<Value> =
        days.iter().map(|day| json!({ "date": day, "value": until(flows, day) + until(gains, day) })).collect();
    let shown: Vec<Value> = flows.iter().filter(|pair| pair[0].as_str().unwrap() <= last).cloned().collect();
    let found = ask("time_weighted_return", &json!({ "flows": paid(&json!(shown)), "values": values }))?;
    let of_day = &found["periods"].as_array().unwrap().last().unwrap()["rate"];
    let rate = if case.op == "time_weighted_return_of_day" { of_day } else { &found["rate"] };
    near(case, float(rate), float(&case.expected))
}

/// Periods of a year, each with its flow at the beginning.
fn by_periods(case: &Case) -> Result<(), String> {
    let periods = case.input["periods"].as_array().unwrap();
    let mut flows = Vec::new();
    let mut values = vec![json!({ "date": "2000-12-31", "value": periods[0]["begin"] })];
    for (at, period) in (1..).zip(periods) {
        let (start, end) = (format!("{}-01-01", 2000 + at), format!("{}-12-31", 2000 + at));
        let (begin, flow) = (period["begin"].as_f64().unwrap(), period["flow_at_begin"].as_f64().unwrap());
        let before = values.last().unwrap()["value"].as_f64().unwrap();
        // What was paid out between two periods of which the second begins with less.
        flows.push(json!({ "date": start, "amount": (before - begin) - flow }));
        values.push(json!({ "date": end, "value": period["end"] }));
    }
    number(case, "time_weighted_return", json!({ "flows": flows, "values": values, "timing": "start" }), "rate")
}

/// Flows by the number of days into the period, at the end of which they fall.
fn dietz(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let begin = tierra::parse_date("2020-12-31").unwrap();
    let after = |days: &Value| (begin + TimeDelta::days(days.as_i64().unwrap())).to_string();
    let flows: Vec<Value> = input["flows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|flow| json!({ "date": after(&flow[0]), "amount": -flow[1].as_f64().unwrap() }))
        .collect();
    let question = json!({
        "begin": { "date": begin.to_string(), "value": input["begin"] },
        "end": { "date": after(&input["days"]), "value": input["end"] },
        "flows": flows,
        "timing": "end",
    });
    number(case, "modified_dietz", question, "rate")
}

fn gains(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let float_of = |value: &Value| value.as_f64().unwrap();
    let question = match input.get("bought") {
        None => json!({ "invested": input["invested"], "value": input["value"], "fees": input["fee"] }),
        Some(bought) => {
            let left = float_of(&bought[0]) - float_of(&input["sold"][0]);
            json!({
                "invested": float_of(&bought[0]) * float_of(&bought[1]),
                "received": float_of(&input["sold"][0]) * float_of(&input["sold"][1]),
                "value": left * float_of(&input["price"]),
                "fees": input["fees"],
            })
        }
    };
    let found = ask("gain", &question)?;
    let fields =
        [("gross", "gross"), ("net", "net"), ("gross_percentage", "gross_return"), ("net_percentage", "net_return")];
    for (theirs, ours) in fields {
        if let Some(expected) = case.expected.get(theirs) {
            near(case, float(&found[ours]), float(expected)).map_err(|why| format!("{theirs}: {why}"))?;
        }
    }
    Ok(())
}

fn multiple(case: &Case) -> Result<(), String> {
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
fn allocation(case: &Case) -> Value {
    let weights = case.input["weights"].as_array().unwrap();
    let share = |(at, weight): (usize, &Value)| json!({ "id": format!("{at:06}"), "weight": weight });
    let shares: Vec<Value> = weights.iter().enumerate().map(share).collect();
    json!({ "total": case.input["total_minor"], "shares": shares, "minor_digits": 0 })
}

fn allocated(case: &Case) -> Result<(), String> {
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

fn percentage(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let more = match input.get("value") {
        Some(value) => json!({ "valuation": value }),
        None => json!({ "distributions_received": input["return"] }),
    };
    let question = json!({ "investments": [investment(1, &input["amount"], more)] });
    number(case, "summarize_portfolio", question, "return_percentage")
}

fn point(case: &Case) -> Result<(), String> {
    let more = json!({ "valuation": case.input["value"] });
    let found = ask("summarize_portfolio", &json!({ "investments": [investment(1, &case.input["invested"], more)] }))?;
    near(case, float(&found["total_return"]), float(&case.expected["return"]))?;
    near(case, float(&found["return_percentage"]), float(&case.expected["return_percentage"]))
}

fn entitled(case: &Case) -> Result<(), String> {
    let holding = json!({ "id": "a", "units": 1, "from": case.input["invested_at"] });
    let question = json!({ "holdings": [holding], "record_date": case.input["distribution_record_date"] });
    near(case, float(&ask("entitlement_weights", &question)?["shares"][0]["weight"]), float(&case.expected))
}

fn breakdown(case: &Case) -> Result<(), String> {
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
