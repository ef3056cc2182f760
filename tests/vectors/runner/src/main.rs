//! Reads lines `{"op", "input_text"}` and answers each with `{"ok": text}` or `{"error": {code, path, message, issues?}}`.

use std::io::{self, BufRead, Write};

use serde_json::{Value, json};
use tierra::ffi::{NumberStyle, call_json, error_json};

#[path = "../../../rust/scenario.rs"]
mod scenario;

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let question: Value = serde_json::from_str(&line?)?;
        let text = |name: &str| question.get(name).and_then(Value::as_str).unwrap_or_default();
        let answer = match text("op") {
            "ledger" => scenario::play(text("input_text")),
            op => call_json(op, text("input_text"), NumberStyle::Digits),
        };
        let reply = match answer {
            Ok(answer) => json!({"ok": answer}),
            Err(error) => serde_json::from_str(&error_json(&error))?,
        };
        writeln!(out, "{reply}")?;
    }
    Ok(())
}
