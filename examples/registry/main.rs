//! `cargo run --release --example registry`: two programmes, one charger, and the ledger that keeps the story.
//!
//! Its Node twin is examples/node/registry.mjs; both tell the same, line by line (story.txt).

mod receiver;
mod story;

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    match story::tell(&mut std::io::stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "registry: {error}");
            ExitCode::FAILURE
        }
    }
}
