//! `cargo run --release --example quickstart`: what tierra answers over a fleet, a year of energy and an investment.

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use clap::Parser;
use quickstart::{Layout, Options};

/// For a file that cannot be read, as for a command line that makes no sense.
const UNUSABLE: u8 = 2;

fn main() -> ExitCode {
    let options = Options::parse();
    let report = match quickstart::run(&options) {
        Ok(report) => report,
        Err(unreadable) => return refuse(&unreadable.to_string()),
    };
    let text = if options.json { report.json() } else { report.text(&Layout::of_stdout()) };
    match io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads has seen enough: `quickstart | head`.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => refuse(&format!("cannot write the report: {error}")),
    }
}

fn refuse(reason: &str) -> ExitCode {
    // When standard error is closed too, the exit status still tells.
    let _ = writeln!(io::stderr(), "quickstart: {reason}");
    ExitCode::from(UNUSABLE)
}
