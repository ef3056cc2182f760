//! The report as one JSON document.

use std::borrow::Cow;

use tierra::charger;
use tierra::emission::{LibraryMatch, ResolutionTier};
use tierra::ffi::{NumberStyle, Value, write_json};
use tierra::overlap::ClaimConflict;
use tierra::returns::{Breakdown, PortfolioSummary};
use tierra::{Decimal, Error, Period};

use crate::Report;
use crate::csv_file::Tally;
use crate::energy::{Emitted, Energy, FactorUse};
use crate::fleet::{Fleet, Registration};
use crate::returns::{Allocation, Cash, Portfolio};

pub(crate) fn document(report: &Report) -> String {
    let sections = [
        ("fleet", report.fleet.as_ref().map(|all| fleet(all, report.limit))),
        ("conflicts", report.fleet.as_ref().map(|all| conflicts(all, report.limit))),
        ("emissions", report.energy.as_ref().map(emissions)),
        ("returns", report.cash.as_ref().map(returns)),
        ("portfolio", report.portfolio.as_ref().map(portfolio)),
    ];
    let document = object(sections.into_iter().filter_map(|(name, section)| Some((name, section?))));
    write_json(&document, NumberStyle::Digits) + "\n"
}

fn object<'a>(fields: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    Value::Object(fields.into_iter().map(|(name, value)| (Cow::Owned(name.to_owned()), value)).collect())
}

fn list<T>(items: impl IntoIterator<Item = T>, value: impl FnMut(T) -> Value) -> Value {
    Value::Array(items.into_iter().map(value).collect())
}

fn text(value: impl ToString) -> Value {
    Value::String(value.to_string())
}

fn optional(value: Option<impl ToString>) -> Value {
    value.map_or(Value::Null, text)
}

fn count(number: usize) -> Value {
    Value::Number(number.to_string())
}

fn decimal(value: Decimal) -> Value {
    Value::Number(value.normalize().to_string())
}

fn error(error: &Error) -> Value {
    object([("code", text(error.code())), ("path", text(error.path())), ("message", text(error.message()))])
}

/// An answer, or `{error}`.
fn answer<T>(answer: &tierra::Result<T>, value: impl FnOnce(&T) -> Value) -> Value {
    answer.as_ref().map_or_else(|refused| object([("error", error(refused))]), value)
}

fn days(period: Period) -> Vec<(&'static str, Value)> {
    vec![("start", text(period.start())), ("end", text(period.end()))]
}

/// The fields that every file of rows has.
fn rows(tally: &Tally) -> Vec<(&'static str, Value)> {
    let refused = list(&tally.refused, |refusal| {
        object([
            ("line", Value::Number(refusal.line.to_string())),
            ("id", optional(refusal.id.as_deref())),
            ("code", text(refusal.error.code())),
            ("path", text(refusal.error.path())),
            ("message", text(refusal.error.message())),
        ])
    });
    vec![
        ("file", text(&tally.file)),
        ("rows_read", count(tally.read)),
        ("rows_used", count(tally.used)),
        ("rows_refused", count(tally.refused.len())),
        ("refused", refused),
    ]
}

fn fleet(fleet: &Fleet, limit: usize) -> Value {
    let by_status = fleet.by_status.iter().map(|(status, number)| (status.as_str(), count(*number)));
    let lookalikes = list(fleet.lookalikes.iter().take(limit), |group| {
        list(group.iter().filter_map(|at| fleet.registrations.get(*at)), registration)
    });
    let mut fields = rows(&fleet.tally);
    fields.extend([
        ("chargers", count(fleet.chargers)),
        ("vendor_spellings", count(fleet.vendor_spellings)),
        ("makers", count(fleet.makers)),
        ("organizations", count(fleet.organizations)),
        ("rows_by_status", object(by_status)),
        ("lookalike_groups", count(fleet.lookalikes.len())),
        ("first_lookalikes", lookalikes),
    ]);
    object(fields)
}

fn registration(registration: &Registration) -> Value {
    let mut fields = vec![
        ("line", Value::Number(registration.line.to_string())),
        ("registration_id", optional(registration.id.as_deref())),
        ("organization", text(&registration.organization)),
        ("program_name", optional(registration.program.as_deref())),
        ("vendor", text(&registration.vendor)),
        ("serial", text(&registration.serial)),
    ];
    fields.extend(days(registration.period));
    fields.push(("status", text(registration.status)));
    object(fields)
}

fn conflicts(fleet: &Fleet, limit: usize) -> Value {
    let pairs = fleet.conflicts.len();
    let first = fleet.conflicts.iter().take(limit).filter_map(|found| conflict(fleet, found));
    object([
        ("pairs", count(pairs)),
        ("between_organizations", count(pairs - fleet.conflicts_same_organization)),
        ("within_one_organization", count(fleet.conflicts_same_organization)),
        ("visible_in_the_raw_text", count(fleet.conflicts_in_raw_text)),
        ("found_only_by_canonicalisation", count(pairs - fleet.conflicts_in_raw_text)),
        ("chargers", count(fleet.chargers_in_conflict)),
        ("first_conflicts", Value::Array(first.collect())),
    ])
}

fn conflict(fleet: &Fleet, conflict: &ClaimConflict) -> Option<Value> {
    let (first, second) = fleet.parties(conflict)?;
    let charger = charger::identify(&first.vendor, &first.serial).ok()?;
    let mut shared = days(conflict.shared_days);
    shared.push(("days", Value::Number(conflict.shared_days.days().to_string())));
    Some(object([
        ("vendor_canonical", text(charger.vendor_canonical())),
        ("serial_normalized", text(charger.serial_normalized())),
        ("serial_hash", text(charger.serial_hash())),
        ("first", registration(first)),
        ("second", registration(second)),
        ("shared_days", object(shared)),
        ("same_organization", Value::Bool(conflict.same_organization)),
        ("visible_in_the_raw_text", Value::Bool(first.is_written_as(second))),
    ]))
}

fn emissions(energy: &Energy) -> Value {
    let tiers = ResolutionTier::ALL.map(|tier| (tier.as_str(), count(energy.lookups_in_tier(tier))));
    let matches = LibraryMatch::ALL.map(|found| (found.as_str(), count(energy.lookups_with_match(found))));
    let warnings = energy.warnings.iter().map(|(warning, number)| (warning.as_str(), count(*number)));
    let sites = list(energy.sites.iter(), |(name, site)| {
        let mut fields = vec![("site", text(name)), ("rows", count(site.rows))];
        fields.extend(emitted(&site.emitted));
        object(fields)
    });
    let mut fields = rows(&energy.tally);
    fields.extend([("factors_file", text(&energy.factors_file)), ("gwp_version", text(energy.gwp))]);
    fields.extend(emitted(&energy.total));
    fields.extend([
        ("sites", sites),
        ("factors_looked_up", count(energy.lookups())),
        ("tiers", object(tiers)),
        ("library_matches", object(matches)),
        ("warnings", object(warnings)),
        ("factors", list(&energy.factors, factor)),
    ]);
    object(fields)
}

fn emitted(emitted: &Emitted) -> [(&'static str, Value); 2] {
    [("co2e_kg", decimal(emitted.co2e_kg)), ("biogenic_co2_kg", decimal(emitted.biogenic_co2_kg))]
}

fn factor(used: &FactorUse) -> Value {
    let factor = &used.factor;
    object([
        ("id", text(factor.id)),
        ("library", text(&used.library)),
        ("library_version", text(&used.library_version)),
        ("library_match", text(used.library_match)),
        ("tier", text(used.tier)),
        ("category", text(&factor.category)),
        ("fuel_type", text(&factor.fuel_type)),
        ("gas", text(&factor.gas)),
        ("region", optional(factor.region.as_deref())),
        ("technology", optional(factor.technology.as_deref())),
        ("value", decimal(factor.value)),
        ("unit", text(&factor.unit)),
        ("external_id", optional(factor.external_id.as_deref())),
        ("gwp", used.gwp.map_or(Value::Null, decimal)),
        ("uses", count(used.uses)),
    ])
}

fn returns(cash: &Cash) -> Value {
    let kinds = list(cash.kinds.iter(), |(name, kind)| {
        object([("kind", text(name)), ("flows", count(kind.flows)), ("amount", decimal(kind.amount))])
    });
    let rate = answer(&cash.rate, |found| {
        let others = list(found.other_rates(), |rate| Value::Float(*rate));
        object([
            ("rate", Value::Float(found.rate())),
            ("other_rates", others),
            ("ambiguous", Value::Bool(found.is_ambiguous())),
        ])
    });
    let present_values = list(&cash.present_values, |(rate, value)| {
        object([("rate", Value::Float(*rate)), ("value", answer(value, |value| Value::Float(*value)))])
    });
    let mut fields = rows(&cash.tally);
    fields.extend([
        ("first_day", optional(cash.first_day)),
        ("last_day", optional(cash.last_day)),
        ("received", decimal(cash.received)),
        ("paid", decimal(cash.paid)),
        ("kinds", kinds),
        ("xirr", rate),
        ("xnpv", present_values),
    ]);
    object(fields)
}

fn portfolio(portfolio: &Portfolio) -> Value {
    let mut fields = rows(&portfolio.tally);
    fields.extend([
        ("not_completed", count(portfolio.not_completed)),
        ("summary", answer(&portfolio.summary, summary)),
        ("allocation", portfolio.allocation.as_ref().map_or(Value::Null, allocation)),
    ]);
    object(fields)
}

fn summary(summary: &PortfolioSummary) -> Value {
    let positions = list(&summary.top_investments, |position| {
        object([
            ("project_id", text(&position.project_id)),
            ("project_name", text(&position.project_name)),
            ("amount", decimal(position.amount)),
            ("holding_value", decimal(position.holding_value)),
            ("current_value", decimal(position.current_value)),
            ("return", decimal(position.total_return)),
            ("return_percentage", decimal(position.return_percentage)),
        ])
    });
    object([
        ("currency", optional(summary.currency.as_deref())),
        ("total_invested", decimal(summary.total_invested)),
        ("holding_value", decimal(summary.holding_value)),
        ("current_value", decimal(summary.current_value)),
        ("total_return", decimal(summary.total_return)),
        ("return_percentage", decimal(summary.return_percentage)),
        ("distributions_received", decimal(summary.distributions_received)),
        ("investment_count", count(summary.investment_count)),
        ("project_count", count(summary.project_count)),
        ("breakdown_by_technology", breakdown(&summary.by_technology)),
        ("breakdown_by_country", breakdown(&summary.by_country)),
        ("breakdown_by_stage", breakdown(&summary.by_stage)),
        ("top_investments", positions),
    ])
}

fn breakdown(parts: &[Breakdown]) -> Value {
    object(parts.iter().map(|part| {
        let amounts = [("amount", decimal(part.amount)), ("percentage", decimal(part.percentage))];
        (part.key.as_str(), object(amounts))
    }))
}

fn allocation(allocation: &Allocation) -> Value {
    let distribution = &allocation.distribution;
    let parts = answer(&allocation.parts, |parts| {
        list(parts, |part| {
            object([
                ("investment_id", text(&part.investment_id)),
                ("project_name", text(&part.project_name)),
                ("invested", decimal(part.invested)),
                ("amount", decimal(part.amount)),
            ])
        })
    });
    let sum = allocation.parts.as_ref().map_or(Value::Null, |parts| decimal(Allocation::sum(parts)));
    object([
        ("date", text(distribution.date)),
        ("note", text(&distribution.note)),
        ("total", decimal(distribution.amount)),
        ("shares", parts),
        ("sum_of_shares", sum),
    ])
}
