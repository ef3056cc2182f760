//! Charger identity over plain values.

use super::read::{Fields, items, texts};
use super::value::{Value, item_answer};
use crate::charger::{self, ChargerIdentity};
use crate::{Error, Result, hex};

/// `{vendor, serial}` → the identity.
pub(super) fn identify(input: &Value) -> Result<Value> {
    read_identity(input).map(|identity| identity_value(&identity))
}

/// `{chargers: [{vendor, serial}]}` → `{results, lookalikes}`. Each result is an identity or `{error}`, in order.
pub(super) fn identify_batch(input: &Value) -> Result<Value> {
    let fields = Fields::of(input, &["chargers"])?;
    let chargers = fields.required("chargers", items)?;
    let located = |(index, charger)| read_identity(charger).map_err(|e: Error| e.at_index(index).under("chargers"));
    let answers: Vec<Result<ChargerIdentity>> = chargers.iter().enumerate().map(located).collect();
    let good: Vec<(usize, &ChargerIdentity)> =
        answers.iter().enumerate().filter_map(|(index, answer)| Some((index, answer.as_ref().ok()?))).collect();
    let groups = charger::lookalike_groups(good.iter().map(|(_, identity)| *identity));
    let lookalikes = Value::list(&groups, |group| {
        let members: Vec<_> = group.iter().filter_map(|at| good.get(*at)).collect();
        group_value(&members)
    });
    let results =
        Value::list(answers.iter().cloned(), |answer| item_answer(answer.map(|identity| identity_value(&identity))));
    Ok(Value::object(vec![("results", results), ("lookalikes", lookalikes)]))
}

/// `{vendor, serial, secret}` → `{keyed_hash}`.
pub(super) fn keyed_hash(input: &Value) -> Result<Value> {
    let [vendor, serial, secret] = texts(input, ["vendor", "serial", "secret"])?;
    let hash = charger::identify(vendor, serial)?.keyed_hash(secret.as_bytes())?;
    Ok(Value::field("keyed_hash", Value::String(hex::digits(hash.as_bytes()))))
}

fn read_identity(input: &Value) -> Result<ChargerIdentity> {
    let [vendor, serial] = texts(input, ["vendor", "serial"])?;
    charger::identify(vendor, serial)
}

fn identity_value(identity: &ChargerIdentity) -> Value {
    Value::object(vec![
        ("vendor_canonical", Value::text(identity.vendor_canonical())),
        ("serial_normalized", Value::text(identity.serial_normalized())),
        ("serial_hash", Value::text(identity.serial_hash())),
        ("serial_last4", Value::text(identity.serial_last4())),
        (
            "lookalikes",
            Value::list(identity.lookalikes(), |lookalike| {
                Value::object(vec![
                    ("position", Value::count(lookalike.position)),
                    ("character", Value::text(lookalike.character)),
                    ("resembles", Value::text(lookalike.resembles)),
                ])
            }),
        ),
    ])
}

/// A group of chargers that a person can misread for one another.
fn group_value(members: &[&(usize, &ChargerIdentity)]) -> Value {
    let vendor = members.first().map_or("", |(_, identity)| identity.vendor_canonical());
    Value::object(vec![
        ("vendor_canonical", Value::text(vendor)),
        (
            "chargers",
            Value::list(members, |(index, identity)| {
                Value::object(vec![
                    ("index", Value::count(*index)),
                    ("serial_normalized", Value::text(identity.serial_normalized())),
                ])
            }),
        ),
    ])
}
