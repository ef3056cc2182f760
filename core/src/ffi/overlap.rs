//! Overlapping registrations over plain values.

use super::read::{Fields, date, list, named, string};
use super::value::Value;
use crate::charger::SerialHash;
use crate::overlap::{self, Claim};
use crate::registration::RegistrationStatus;
use crate::{Error, ErrorCode, Period, Result, order, text};

/// A registration as the caller names it, and the claim it makes.
struct Registration<'a> {
    public_id: &'a str,
    claim: Claim<'a>,
}

/// `{registrations}` → `{conflicts: [{type, serial_hash, shared_days, same_organization, first, second}]}`.
pub(super) fn find_conflicts(input: &Value) -> Result<Value> {
    let fields = Fields::of(input, &["registrations"])?;
    let registrations = fields.required("registrations", read_registrations)?;
    let claims: Vec<Claim<'_>> = registrations.iter().map(|registration| registration.claim).collect();
    refuse_too_many(overlap::count_conflicts(&claims))?;
    let conflicts = overlap::find_conflicts(&claims);
    let side = |index: usize| registrations.get(index).map_or(Value::Null, |one| registration_value(index, one));
    let charger = |index: usize| claims.get(index).map_or(Value::Null, |claim| Value::text(claim.charger));
    Ok(Value::object(vec![(
        "conflicts",
        Value::list(conflicts, |conflict| {
            Value::object(vec![
                ("type", Value::text("overlap")),
                ("serial_hash", charger(conflict.first)),
                ("shared_days", period_value(&conflict.shared_days)),
                ("same_organization", Value::Bool(conflict.same_organization)),
                ("first", side(conflict.first)),
                ("second", side(conflict.second)),
            ])
        }),
    )]))
}

/// A placeholder for a serial, such as `N/A`, on a few thousand registrations makes millions of pairs.
fn refuse_too_many(pairs: usize) -> Result<()> {
    const MOST_PAIRS: usize = 1_000_000;
    if pairs <= MOST_PAIRS {
        return Ok(());
    }
    let message = format!(
        "have {pairs} conflicting pairs; expected at most {MOST_PAIRS}, so leave out chargers whose serial is a placeholder"
    );
    Err(Error::new(ErrorCode::OutOfRange, "registrations", message))
}

/// `{registration, registrations}` → `{conflicts: [{type, shared_days, conflicting_registration}]}`.
///
/// A registration of the list with the new one's `public_id` is the new one itself and no conflict.
pub(super) fn conflicts_with(input: &Value) -> Result<Value> {
    let fields = Fields::of(input, &["registration", "registrations"])?;
    let new = fields.required("registration", read_registration)?;
    let registrations = fields.required("registrations", read_registrations)?;
    let claims: Vec<Claim<'_>> = registrations.iter().map(|registration| registration.claim).collect();
    let found = overlap::conflicts_with(&new.claim, &claims);
    let others = found.into_iter().filter_map(|(index, shared)| Some((index, registrations.get(index)?, shared)));
    let others = others.filter(|(_, other, _)| other.public_id != new.public_id);
    Ok(Value::object(vec![(
        "conflicts",
        Value::list(others, |(index, other, shared)| {
            Value::object(vec![
                ("type", Value::text("overlap")),
                ("shared_days", period_value(&shared)),
                ("conflicting_registration", registration_value(index, other)),
            ])
        }),
    )]))
}

fn read_registrations(value: &Value) -> Result<Vec<Registration<'_>>> {
    let registrations = list(value, read_registration)?;
    order::refuse_repeat("public_id", registrations.iter().map(|registration| registration.public_id))?;
    Ok(registrations)
}

fn read_registration(value: &Value) -> Result<Registration<'_>> {
    let fields = Fields::of(value, &["public_id", "organization", "serial_hash", "period", "status"])?;
    let public_id = fields.required("public_id", name)?;
    let claim = Claim {
        charger: fields.required("serial_hash", named::<SerialHash>)?,
        period: fields.required("period", read_period)?,
        organization: fields.required("organization", name)?,
        status: fields.required("status", named::<RegistrationStatus>)?,
    };
    Ok(Registration { public_id, claim })
}

/// An id or a name.
fn name(value: &Value) -> Result<&str> {
    const MAX_NAME: usize = 255;
    let name = string(value)?;
    text::check_text("", name, MAX_NAME, "a text of at least 1 character")?;
    Ok(name)
}

fn read_period(value: &Value) -> Result<Period> {
    let fields = Fields::of(value, &["start", "end"])?;
    Period::new(fields.required("start", date)?, fields.required("end", date)?)
}

fn period_value(period: &Period) -> Value {
    Value::object(vec![("start", Value::text(period.start())), ("end", Value::text(period.end()))])
}

fn registration_value(index: usize, registration: &Registration<'_>) -> Value {
    Value::object(vec![
        ("index", Value::count(index)),
        ("public_id", Value::text(registration.public_id)),
        ("organization", Value::text(registration.claim.organization)),
        ("period", period_value(&registration.claim.period)),
    ])
}
