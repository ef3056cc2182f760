//! Tierra's side of the works of `benches/compare/run`, in a process of its own.
//!
//! Reads one task a line from standard input, `{"work", "dir", "runs"}`, and answers each with a line, `{"seconds", "answer",
//! …}`. `dir` holds the input as files, made by the driver: columns as raw little-endian numbers, texts one a line. Reading
//! them is outside the times.

mod claims;
mod emission;
mod files;
mod identity;
mod ledger;

use std::error::Error;
use std::io::{BufRead, Write};
use std::time::Instant;

use files::Input;
use serde_json::{Value, json};

/// What a work answers: an object with `seconds`, a number a run, and `answer`, which the driver compares with the peer's.
/// Fields beside these are reported.
type Answer = Result<Value, Box<dyn Error>>;

/// A work: a function of its input and the number of runs.
type Work = fn(&Input, usize) -> Answer;

/// The works by name.
const WORKS: &[(&str, Work)] = &[
    ("overlap", claims::overlap),
    ("claim", claims::claim),
    ("identity", identity::identity),
    ("import-defra", emission::import_defra),
    ("inventory", emission::inventory),
    ("ledger-register", ledger::register),
    ("ledger-lookup", ledger::lookup),
    ("reference-load", emission::reference_load),
    ("resolve", emission::resolve),
];

fn main() -> Result<(), Box<dyn Error>> {
    for line in std::io::stdin().lock().lines() {
        let task: Value = serde_json::from_str(&line?)?;
        let field = |name: &str| task.get(name).and_then(Value::as_str).ok_or(format!("the task lacks `{name}`"));
        let work = field("work")?;
        let (_, run) = WORKS.iter().find(|(name, _)| *name == work).ok_or(format!("`{work}` is no work"))?;
        let runs = task.get("runs").and_then(Value::as_u64).ok_or("the task lacks `runs`")?;
        let answer = run(&Input::new(field("dir")?), usize::try_from(runs)?)?;
        writeln!(std::io::stdout(), "{answer}")?;
    }
    Ok(())
}

/// Runs a piece of work several times: the seconds of each, and the last answer.
fn timed<T>(runs: usize, mut work: impl FnMut() -> T) -> (Vec<f64>, Option<T>) {
    let mut seconds = Vec::new();
    let mut last = None;
    for _ in 0..runs {
        // Gone before the clock starts: giving its memory back is not part of the next run.
        drop(last.take());
        let started = Instant::now();
        last = Some(work());
        seconds.push(started.elapsed().as_secs_f64());
    }
    (seconds, last)
}

/// The most memory that this process has held so far, in bytes, where the system tells.
fn peak_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

fn measured(seconds: &[f64], answer: &Value) -> Value {
    json!({"seconds": seconds, "answer": answer})
}
