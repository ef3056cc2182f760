//! Plays a scenario of the ledger's vectors. The runner of `tests/vectors` is made of this file too.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use tierra::ffi::{LedgerHandle, NumberStyle, Value, parse_json, write_json};
use tierra::{Error, ErrorCode, Result};

/// Opens a ledger in memory, makes the calls one after the other and joins their answers: `{"answers":[…]}`.
pub(crate) fn play(input: &str) -> Result<String> {
    let input = parse_json(input)?;
    let ledger = LedgerHandle::open(field(&input, "options")?)?;
    let Value::Array(steps) = field(&input, "steps")? else { return Err(refused("steps is no list")) };
    let folder = Folder::new();
    let mut answers = Vec::with_capacity(steps.len());
    let mut texts = Vec::with_capacity(steps.len());
    for step in steps {
        let Value::String(call) = field(step, "call")? else { return Err(refused("call is no text")) };
        let question = resolved(field(step, "input")?, &answers, &folder.0)?;
        let text = ledger.answer_json(call, &write_json(&question, NumberStyle::Digits));
        answers.push(parse_json(&text)?);
        texts.push(text);
    }
    Ok(format!(r#"{{"answers":[{}]}}"#, texts.join(",")))
}

/// A folder of its own for the files that a scenario writes.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("tierra-vectors-{}-{count}", std::process::id())))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Most scenarios write no file.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The value with `{"$answer": index, "at": path}` replaced by what that answer holds there, and `{"$temporary": name}` by the
/// path of a file.
fn resolved(value: &Value, answers: &[Value], folder: &Path) -> Result<Value> {
    let Value::Object(fields) = value else {
        return match value {
            Value::Array(items) => {
                let items: Result<_> = items.iter().map(|item| resolved(item, answers, folder)).collect();
                items.map(Value::Array)
            }
            other => Ok(other.clone()),
        };
    };
    match fields.first() {
        Some((name, Value::Number(index))) if name == "$answer" => {
            let index = index.parse::<usize>().map_err(|_| refused(index))?;
            let answer = answers.get(index).ok_or_else(|| refused("no such answer"))?;
            match fields.get(1) {
                Some((_, Value::String(path))) => path.split('.').try_fold(answer, at).cloned(),
                _ => Ok(answer.clone()),
            }
        }
        Some((name, Value::String(file))) if name == "$temporary" => {
            std::fs::create_dir_all(folder).map_err(|error| refused(&error.to_string()))?;
            Ok(Value::String(folder.join(file).to_string_lossy().into_owned()))
        }
        _ => {
            let resolve = |(name, value): &(Cow<'static, str>, Value)| {
                resolved(value, answers, folder).map(|value| (name.clone(), value))
            };
            fields.iter().map(resolve).collect::<Result<_>>().map(Value::Object)
        }
    }
}

fn at<'a>(value: &'a Value, part: &str) -> Result<&'a Value> {
    match value {
        Value::Array(items) => {
            let item = part.parse::<usize>().ok().and_then(|index| items.get(index));
            item.ok_or_else(|| refused(part))
        }
        other => field(other, part),
    }
}

fn field<'a>(value: &'a Value, name: &str) -> Result<&'a Value> {
    let found = match value {
        Value::Object(fields) => fields.iter().find(|(field, _)| field == name).map(|(_, value)| value),
        _ => None,
    };
    found.ok_or_else(|| refused(name))
}

/// A scenario that cannot be played, whose author is to blame.
fn refused(what: &str) -> Error {
    Error::from_host(ErrorCode::UnknownReference, "scenario", what)
}
