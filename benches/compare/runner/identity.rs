//! Identities in bulk.

use serde_json::json;
use tierra::charger::{SerialHash, hash_batch, identify};

use crate::files::Input;
use crate::{Answer, measured, timed};

/// Hashes of vendors and serials that stand in two texts, a line each, in bulk; the peer is one call a charger.
pub fn identity(input: &Input, runs: usize) -> Answer {
    let (vendors, serials) = (input.text("vendors")?, input.text("serials")?);
    let chargers: Vec<(&str, &str)> = vendors.lines().zip(serials.lines()).collect();
    let (seconds, bulk) = timed(runs, || hash_batch(chargers.iter().copied()));
    let (singly_seconds, singly) = timed(runs, || -> Vec<Option<SerialHash>> {
        chargers.iter().map(|(vendor, serial)| identify(vendor, serial).ok().map(|one| one.serial_hash())).collect()
    });
    let (bulk, singly) = (bulk.ok_or("no run")?, singly.ok_or("no run")?);
    let refused = singly.iter().filter(|hash| hash.is_none()).count();
    let mut answer = measured(&seconds, &json!([bulk.errors().len(), sum(bulk.hashes().iter())]));
    if let Some(fields) = answer.as_object_mut() {
        fields.insert("peer_seconds".into(), json!(singly_seconds));
        fields.insert("peer_answer".into(), json!([refused, sum(singly.iter().flatten())]));
    }
    Ok(answer)
}

/// A sum over all bytes that another set of hashes is not likely to have.
fn sum<'a>(hashes: impl Iterator<Item = &'a SerialHash>) -> u64 {
    let word =
        |hash: &SerialHash| hash.as_bytes().as_chunks().0.iter().fold(0, |sum, word| sum ^ u64::from_le_bytes(*word));
    hashes.map(word).fold(0, u64::wrapping_add)
}
