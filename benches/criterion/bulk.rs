//! What millions of rows go through, at sizes that one run of a benchmark bears.
#![allow(
    missing_docs,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a benchmark that cannot run may say so by a panic"
)]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use tierra::charger::{SerialHash, hash_batch, identify};
use tierra::overlap::{ClaimColumns, PeriodIndex};

const CLAIMS: usize = 200_000;
const CHARGERS: usize = 20_000;

/// Numbers below a limit, the same in every run.
fn numbers() -> impl FnMut(u64) -> u64 {
    let mut state = 20_261_122_u64;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    }
}

struct Claims {
    chargers: Vec<SerialHash>,
    starts: Vec<i32>,
    ends: Vec<i32>,
}

impl Claims {
    fn new() -> Self {
        let mut next = numbers();
        let charger = |number: u64| SerialHash::of("KEBA", &number.to_string());
        let chargers = (0..CLAIMS).map(|_| charger(next(CLAIMS as u64 / 5))).collect();
        let starts: Vec<i32> = (0..CLAIMS).map(|_| 18_000 + next(3650) as i32).collect();
        let ends = starts.iter().map(|start| start + 29 + next(366) as i32).collect();
        Self { chargers, starts, ends }
    }

    fn columns(&self) -> ClaimColumns<'_> {
        ClaimColumns::new(&self.chargers, &self.starts, &self.ends).unwrap()
    }
}

fn overlap(criterion: &mut Criterion) {
    let claims = Claims::new();
    let mut group = criterion.benchmark_group("overlap");
    group.throughput(Throughput::Elements(CLAIMS as u64));
    group.bench_function("count_pairs", |bench| bench.iter(|| claims.columns().count_pairs()));
    group.bench_function("conflicting_pairs", |bench| {
        bench.iter(|| claims.columns().conflicting_pairs(CLAIMS).unwrap())
    });
    group.bench_function("index", |bench| bench.iter(|| PeriodIndex::new(&claims.columns())));
    group.finish();

    let index = PeriodIndex::new(&claims.columns());
    let mut next = numbers();
    let mut question = || (claims.chargers[next(CLAIMS as u64) as usize], 18_000 + next(3650) as i32);
    criterion.bench_function("overlap/one_new_claim", |bench| {
        let ask = |(charger, start): (SerialHash, i32)| index.conflicts_with(&charger, start, start + 200).unwrap();
        bench.iter_batched(&mut question, ask, BatchSize::SmallInput);
    });
}

fn identity(criterion: &mut Criterion) {
    let mut next = numbers();
    let vendors = ["KEBA", "Keba AG", "Wall Box Chargers S.L.", "easee as", "Alfen B.V.", "Bösch"];
    let mut serial = || match next(3) {
        0 => format!("S/N: {}", next(1 << 30)),
        1 => format!("ace-{:012}", next(1 << 30)),
        _ => format!("WBX{:08}", next(1 << 26)),
    };
    let chargers: Vec<(&str, String)> = vendors.iter().copied().cycle().take(CHARGERS).map(|v| (v, serial())).collect();
    let mut group = criterion.benchmark_group("identity");
    group.throughput(Throughput::Elements(CHARGERS as u64));
    group.bench_function("hash_batch", |bench| {
        bench.iter(|| hash_batch(chargers.iter().map(|(vendor, serial)| (*vendor, serial.as_str()))));
    });
    group.bench_function("identify", |bench| {
        bench.iter(|| chargers.iter().for_each(|(vendor, serial)| drop(black_box(identify(vendor, serial)))));
    });
    group.finish();
}

criterion_group!(benches, overlap, identity);
criterion_main!(benches);
