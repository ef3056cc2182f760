//! The ledger: many registrations into one file, and look-ups in a large one.

use std::error::Error;
use std::path::PathBuf;

use serde_json::{Value, json};
use tierra::access::Scopes;
use tierra::charger::identify;
use tierra::chrono::{DateTime, TimeDelta, Utc};
use tierra::ledger::{Caller, EndpointRequest, Ledger, RegistrationRequest};
use tierra::webhook::EventType;
use tierra::{parse_date, registration::OnConflict};

use super::files::Input;
use super::{Answer, measured, peak_bytes, timed};

/// A registration as the driver writes it: serial, first and last day.
fn requests(text: &str) -> Result<Vec<RegistrationRequest<'_>>, Box<dyn Error>> {
    let request = |line: &'_ str| -> Result<_, Box<dyn Error>> {
        let mut fields = line.split('\t');
        let mut field = || fields.next().ok_or("a row lacks a field");
        let (serial, start, end) = (field()?, field()?, field()?);
        Ok((serial.len(), parse_date(start)?, parse_date(end)?))
    };
    let mut requests = Vec::new();
    for line in text.lines() {
        let (length, start_date, end_date) = request(line)?;
        let serial = line.get(..length).ok_or("a serial is ASCII")?;
        requests.push(RegistrationRequest {
            vendor: "ABB",
            serial,
            program_name: "Spring Rebate",
            start_date,
            end_date,
            metadata: None,
            on_conflict: OnConflict::Warn,
        });
    }
    Ok(requests)
}

fn start() -> Result<DateTime<Utc>, Box<dyn Error>> {
    // 2026-01-01.
    Ok(DateTime::from_timestamp(1_767_225_600, 0).ok_or("no instant")?)
}

/// A new file with one organisation and an endpoint that wants every event.
fn new_ledger(path: &PathBuf) -> Result<(Ledger, Caller), Box<dyn Error>> {
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", path.display()));
    }
    let (ledger, now) = (Ledger::open(path)?, start()?);
    let organization = ledger.access().create_organization("Green Miles", now)?;
    let caller = Caller::new(organization.public_id, Scopes::all());
    let endpoint = EndpointRequest { url: "https://hooks.example.com/", events: EventType::ALL.to_vec() };
    ledger.webhooks().create(&caller, &endpoint, now)?;
    Ok((ledger, caller))
}

/// Registers all in batches of 100, each a transaction; the conflicts found, and the peak of memory after a quarter.
fn fill(
    ledger: &Ledger,
    caller: &Caller,
    requests: &[RegistrationRequest<'_>],
) -> Result<(usize, u64), Box<dyn Error>> {
    let mut now = start()?;
    let (mut conflicts, mut quarter) = (0, 0);
    for (index, batch) in requests.chunks(100).enumerate() {
        now += TimeDelta::milliseconds(1);
        let outcome = ledger.registrations().register_batch(caller, batch, now)?;
        conflicts += outcome.results.iter().filter_map(|item| item.conflicts.as_ref()).map(Vec::len).sum::<usize>();
        if (index + 1) * 400 <= requests.len() {
            quarter = peak_bytes().unwrap_or(0);
        }
    }
    Ok((conflicts, quarter))
}

/// Every registration with conflict check, outbox, delivery and audit row, each batch on disk before the next.
pub fn register(input: &Input, runs: usize) -> Answer {
    let text = input.text("rows")?;
    let requests = requests(&text)?;
    let path = input.path("registry.sqlite");
    let mut seconds = Vec::new();
    let (mut conflicts, mut quarter) = (0, 0);
    for _ in 0..runs {
        let (ledger, caller) = new_ledger(&path)?;
        let (took, outcome) = timed(1, || fill(&ledger, &caller, &requests).map_err(|error| error.to_string()));
        seconds.extend(took);
        let (found, peak) = outcome.ok_or("no run")??;
        conflicts = found;
        quarter = if quarter == 0 { peak } else { quarter };
        ledger.close()?;
    }
    let mut answer = measured(&seconds, &json!([requests.len(), conflicts]));
    if let Value::Object(fields) = &mut answer {
        fields.insert("peak_mb_at_a_quarter".into(), json!(quarter / 1_000_000));
        fields.insert("peak_mb".into(), json!(peak_bytes().unwrap_or(0) / 1_000_000));
        fields.insert("file_mb".into(), json!(std::fs::metadata(&path)?.len() / 1_000_000));
    }
    Ok(answer)
}

/// Public look-ups by hash in the file that is filled first.
pub fn lookup(input: &Input, runs: usize) -> Answer {
    let text = input.text("rows")?;
    let requests = requests(&text)?;
    let (ledger, caller) = new_ledger(&input.path("registry.sqlite"))?;
    fill(&ledger, &caller, &requests)?;
    let now = start()?;
    let serials = input.text("asked")?;
    let hashes =
        serials.lines().map(|serial| Ok(identify("ABB", serial)?.serial_hash())).collect::<tierra::Result<Vec<_>>>()?;
    let ask = || -> tierra::Result<usize> {
        let mut found = 0;
        for hash in &hashes {
            found += ledger.lookup().by_hash(*hash, now)?.registration_count;
        }
        Ok(found)
    };
    let (seconds, found) = timed(runs, ask);
    let found = found.ok_or("no run")??;
    let mut answer = measured(&seconds, &json!(found));
    if let Value::Object(fields) = &mut answer {
        let mut sorted = seconds.clone();
        sorted.sort_by(f64::total_cmp);
        let median = sorted.get(sorted.len() / 2).copied().unwrap_or(0.0);
        fields.insert("us_each".into(), json!(median / hashes.len().max(1) as f64 * 1e6));
    }
    Ok(answer)
}
