//! Overlapping claims.

use serde_json::json;
use tierra::overlap::{ClaimColumns, PairBuffers, PeriodIndex};

use crate::files::Input;
use crate::{Answer, measured, peak_bytes, timed};

/// All conflicting pairs: how many, and a sum over them that no other pairs are likely to have.
pub fn overlap(input: &Input, runs: usize) -> Answer {
    let (chargers, starts, ends) = (input.hashes("chargers")?, input.days("starts")?, input.days("ends")?);
    let input_bytes = chargers.len() * (32 + 4 + 4);
    // Kept from run to run, as DuckDB keeps its own memory.
    let mut buffers = PairBuffers::default();
    let (seconds, answer) = timed(runs, || -> tierra::Result<_> {
        let (mut count, mut sum) = (0_u64, 0_u128);
        ClaimColumns::new(&chargers, &starts, &ends)?.for_each_pair_in(&mut buffers, |first, second| {
            count += 1;
            sum += u128::from(first) * u128::from(second);
        });
        Ok((count, sum))
    });
    let (count, sum) = answer.ok_or("no run")??;
    let mut answer = measured(&seconds, &json!([count, sum.to_string()]));
    if let (Some(fields), Some(peak)) = (answer.as_object_mut(), peak_bytes()) {
        // Of the whole process, the input included.
        fields.insert("peak_memory_of_input".into(), json!(peak as f64 / input_bytes as f64));
    }
    Ok(answer)
}

/// New claims against those in memory, one call each; `seconds` is for all of them, after a first round that warms up.
pub fn claim(input: &Input, runs: usize) -> Answer {
    let (chargers, starts, ends) = (input.hashes("chargers")?, input.days("starts")?, input.days("ends")?);
    let new = input.hashes("new_chargers")?;
    let (new_starts, new_ends) = (input.days("new_starts")?, input.days("new_ends")?);
    let index = PeriodIndex::new(&ClaimColumns::new(&chargers, &starts, &ends)?);
    drop((chargers, starts, ends));
    let (seconds, answer) = timed(runs, || -> tierra::Result<_> {
        let (mut count, mut sum) = (0_u64, 0_u64);
        for ((charger, start), end) in new.iter().zip(&new_starts).zip(&new_ends) {
            let rows = index.conflicts_with(charger, *start, *end)?;
            count += rows.len() as u64;
            sum += rows.iter().map(|row| u64::from(*row)).sum::<u64>();
        }
        Ok((count, sum))
    });
    let (count, sum) = answer.ok_or("no run")??;
    Ok(measured(&seconds, &json!([count, sum])))
}
