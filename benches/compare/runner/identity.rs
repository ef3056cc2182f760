//! Identities in bulk.

use serde_json::json;
use tierra::charger;

use crate::files::Input;
use crate::{Answer, measured, timed};

/// Hashes of vendors and serials that stand in two texts, a line each. The answer is a sum over the hashes' first bytes and
/// the number of refused ones, from the bulk call and from one call a charger, which is timed too.
pub fn identity(input: &Input, runs: usize) -> Answer {
    let (vendors, serials) = (input.text("vendors")?, input.text("serials")?);
    let chargers: Vec<(&str, &str)> = vendors.lines().zip(serials.lines()).collect();
    let (singly, one_by_one) = timed(runs, || -> Vec<_> {
        chargers
            .iter()
            .map(|(vendor, serial)| charger::identify(vendor, serial).ok().map(|one| one.serial_hash()))
            .collect()
    });
    Ok(json!([singly, one_by_one.map(|answers| answers.len())]))
}
