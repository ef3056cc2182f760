//! What a ledger's calls cost, in memory: without the disk, so that two runs are like.
#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark that cannot run may say so by a panic")]

use std::cell::Cell;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tierra::access::Scopes;
use tierra::charger::identify;
use tierra::chrono::{DateTime, Days, Utc};
use tierra::ledger::{Caller, Ledger, RegistrationRequest};
use tierra::{NaiveDate, parse_date, registration::OnConflict};

const BATCH: usize = 100;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).unwrap()
}

fn new_ledger() -> (Ledger, Caller) {
    let ledger = Ledger::in_memory().unwrap();
    let organization = ledger.access().create_organization("Green Miles", now()).unwrap();
    (ledger, Caller::new(organization.public_id, Scopes::all()))
}

/// Registers a batch of chargers that nobody has claimed before.
fn register(ledger: &Ledger, caller: &Caller, first: NaiveDate, from: usize) {
    let serials: Vec<String> = (from..from + BATCH).map(|number| format!("{number:08}")).collect();
    let requests: Vec<_> = serials
        .iter()
        .map(|serial| RegistrationRequest {
            vendor: "KEBA",
            serial,
            program_name: "Spring Rebate",
            start_date: first,
            end_date: first + Days::new(364),
            metadata: None,
            on_conflict: OnConflict::Fail,
        })
        .collect();
    let outcome = ledger.registrations().register_batch(caller, &requests, now()).unwrap();
    assert_eq!(outcome.summary.created, BATCH);
}

fn ledger(criterion: &mut Criterion) {
    let first = parse_date("2026-01-01").unwrap();
    let mut group = criterion.benchmark_group("ledger");
    group.throughput(Throughput::Elements(BATCH as u64));
    let (filling, caller) = new_ledger();
    let count = Cell::new(0);
    group.bench_function("register_batch_of_100", |bench| {
        bench.iter(|| register(&filling, &caller, first, count.replace(count.get() + BATCH)));
    });
    group.throughput(Throughput::Elements(1));
    let (filled, caller) = new_ledger();
    (0..500).for_each(|batch| register(&filled, &caller, first, batch * BATCH));
    let hash = identify("KEBA", "00004711").unwrap().serial_hash();
    group.bench_function("public_lookup_among_50000", |bench| {
        bench.iter(|| filled.lookup().by_hash(hash, now()).unwrap());
    });
    group.finish();
}

criterion_group!(benches, ledger);
criterion_main!(benches);
