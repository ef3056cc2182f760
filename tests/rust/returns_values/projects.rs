//! Energy, levelised cost, waterfall and the contract's sample project.

use serde_json::{Value, json};

use super::{Case, ask, float, near, number};

pub(super) fn degraded(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let question = json!({
        "first_year": input.get("year1_kwh").cloned().unwrap_or(json!(1)),
        "degradation": input["degradation_annual"],
        "years": input["year"],
        "method": input.get("method"),
    });
    let found = ask("degraded_energy", &question)?;
    near(case, float(found["energy"].as_array().unwrap().last().unwrap()), float(&case.expected))
}

/// One figure of a project's terms.
pub(super) fn figure(case: &Case, terms: &Value, field: &str) -> Result<(), String> {
    number(case, "project_figures", json!({ "terms": terms }), field)
}

pub(super) fn levelised(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let question = json!({
        "costs": input["costs"],
        "energy": input["energy_kwh"],
        "nominal_discount_rate": input["nominal_discount_rate"],
        "real_discount_rate": input.get("real_discount_rate"),
    });
    let found = ask("lcoe", &question)?;
    let basis = if case.op.contains("real") { "real" } else { "nominal" };
    assert_eq!(found["basis"], basis, "{}", case.id);
    near(case, float(&found["lcoe"]), float(&case.expected))
}

pub(super) fn timed(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let years = usize::try_from(input["years"].as_u64().unwrap()).unwrap();
    let column = |first: &Value, yearly: &Value| -> Vec<Value> {
        std::iter::once(first.clone()).chain(std::iter::repeat_n(yearly.clone(), years)).collect()
    };
    assert_eq!(input["timing"], "start_of_year");
    let question = json!({
        "costs": column(&input["capex"], &input["opex"]),
        "energy": column(&json!(0), &input["energy"]),
        "nominal_discount_rate": input["rate"],
        "timing": "start",
    });
    number(case, "lcoe", question, "lcoe")
}

pub(super) fn recovery(case: &Case) -> Result<(), String> {
    let question = json!({ "rate": case.input["rate"], "years": case.input["years"] });
    number(case, "capital_recovery_factor", question, "factor")
}

pub(super) fn simple(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let factor = ask("capital_recovery_factor", &json!({ "rate": input["rate"], "years": input["years"] }))?;
    let question = json!({
        "capital_cost": input["capex_per_kw"],
        "fixed_operating_cost": input["fixed_om_per_kw_year"],
        "variable_operating_cost": input["variable_om_per_kwh"],
        "fixed_charge_rate": factor["factor"],
        "annual_energy": 8760.0 * input["capacity_factor"].as_f64().unwrap(),
    });
    number(case, "lcoe_fixed_charge", question, "lcoe")
}

pub(super) fn shared(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let terms = json!({
        "preferred_rate": input["preferred_rate"], "years": input["years"], "catch_up": input["catch_up"],
        "carry": input["carry"],
    });
    let question = json!({ "contributed": input["contributed"], "proceeds": input["proceeds"], "terms": terms });
    let found = ask("waterfall", &question)?;
    near(case, float(&found["investors"]), float(&case.expected["lp"]))?;
    near(case, float(&found["manager"]), float(&case.expected["gp"]))
}
