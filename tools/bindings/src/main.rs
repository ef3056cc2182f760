//! Writes what the other languages declare from the records and calls of the core.
//!
//! `cargo run --package tierra-bindings` writes the files; with `--check` it says which of them differ and fails.

mod catalog;
#[cfg(test)]
mod contract;
mod docs;
mod openapi;
mod python;
mod refusals;
mod schema;
mod shapes;
mod typescript;
mod vectors;
mod words;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use catalog::Catalog;

/// A file that is written: where it stands in the repository, and its text.
pub struct Written {
    /// The path from the top of the repository.
    pub path: String,
    /// The whole text.
    pub text: String,
}

fn written(catalog: &Catalog) -> Result<Vec<Written>, String> {
    let mut files = python::written(catalog);
    files.extend(typescript::written(catalog));
    files.push(openapi::written(catalog)?);
    files.push(vectors::written(catalog)?);
    Ok(files)
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_check = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => false,
        ["--check"] => true,
        _ => {
            eprintln!("tierra-bindings: expected no argument, or --check");
            return ExitCode::FAILURE;
        }
    };
    match run(is_check) {
        Ok(()) => ExitCode::SUCCESS,
        Err(told) => {
            eprintln!("tierra-bindings: {told}");
            ExitCode::FAILURE
        }
    }
}

fn run(is_check: bool) -> Result<(), String> {
    let top = top();
    let catalog = Catalog::read(&top.join("core/src"))?;
    let mut differing = Vec::new();
    for file in written(&catalog)? {
        let path = top.join(&file.path);
        let told = |error: std::io::Error| format!("{}: {error}", file.path);
        let is_same = std::fs::read_to_string(&path).is_ok_and(|found| found == file.text);
        if is_same {
            continue;
        }
        if is_check {
            differing.push(file.path);
            continue;
        }
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(told)?;
        }
        std::fs::write(&path, &file.text).map_err(told)?;
        println!("{}", file.path);
    }
    if differing.is_empty() {
        return Ok(());
    }
    let files = differing.join(", ");
    Err(format!(
        "{files}: differs from what the core declares; expected `cargo run --package tierra-bindings` to be run"
    ))
}

/// The top of the repository.
fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
