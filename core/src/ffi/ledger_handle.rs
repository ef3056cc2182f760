//! A ledger for the bindings: its calls by name, on plain values.
//!
//! A call's input is `{now, caller?, request?, …}`: `request` is the contract's body, ids stand beside it. Error paths name
//! the fields of the body as the contract does.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

#[cfg(feature = "describe")]
use super::call::CallShape;
use super::call::{self, Rooms, json_answer};
use super::calls;
#[cfg(doc)]
use crate::ErrorCode;
use crate::emission::{Authority, EmissionFactors};
use crate::ledger::{Caller, CsvImport, Ledger, LedgerOptions};
use crate::registration::OnConflict;
use crate::wire::{NumberStyle, Read, Sink, Value, Write, parse_json, record};
use crate::{Error, Result};

/// A ledger for bindings: calls by name, answers in the contract's shapes.
///
/// ```
/// use tierra::ffi::{LedgerHandle, parse_json};
/// let ledger = LedgerHandle::open(&parse_json(r#"{"path": null}"#)?)?;
/// let answer = ledger.answer_json(
///     "lookup.by_hash",
///     r#"{"now": "2026-01-01T00:00:00Z",
///         "serial_hash": "59d22d7fa6e58ead23ecd0dbfdf3383c5a2b59504443e33b8483a63a691fe563"}"#,
/// );
/// assert_eq!(answer, r#"{"registered":false,"registration_count":0,"active_period":null}"#);
/// # Ok::<(), tierra::Error>(())
/// ```
#[derive(Debug)]
pub struct LedgerHandle(Ledger);

/// Every call of a ledger, room by room.
const CALLS: Rooms<Ledger> = &[
    calls::access::CALLS,
    calls::lookup::CALLS,
    calls::registrations::CALLS,
    calls::disputes::CALLS,
    calls::webhooks::CALLS,
    calls::ledger_factors::CALLS,
    calls::audit::CALLS,
    calls::file::CALLS,
];

record! {
    /// How a ledger is opened.
    #[wire(snake_case: reads)]
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub struct LedgerSettings<'a> {
        /// The file, which is made where there is none; without one the ledger is in memory.
        pub path: Option<&'a str>,
        /// Whether the file is opened for reading alone.
        #[wire(default)]
        pub read_only: bool,
        /// Whether a call returns only when the disk has the change.
        #[wire(default = true)]
        pub full_sync: bool,
        /// How long a call waits for a lock that another process holds, in milliseconds; 10,000 without.
        pub busy_timeout_ms: Option<u32>,
        /// The secret of the keyed hashes, at least 16 bytes.
        pub identity_key: Option<&'a str>,
        /// What all ids and secrets follow from: for tests and never in earnest.
        pub seed: Option<&'a str>,
    }
}

record! {
    /// A CSV file that is to be imported.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ImportSettings<'a> {
        /// Who registers. Needs the scope `registrations:write`.
        pub caller: Caller,
        /// The file.
        pub path: &'a str,
        /// What to do with rows that conflict and have no `on_conflict` of their own.
        #[wire(default)]
        pub on_conflict: OnConflict,
    }
}

// It does not show the identity key.
impl std::fmt::Debug for LedgerSettings<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LedgerSettings").field("path", &self.path).finish_non_exhaustive()
    }
}

impl LedgerSettings<'_> {
    fn options(&self) -> LedgerOptions {
        let mut options = Ledger::options().full_sync(self.full_sync);
        if self.read_only {
            options = options.read_only();
        }
        if let Some(wait) = self.busy_timeout_ms {
            options = options.busy_timeout(Duration::from_millis(wait.into()));
        }
        if let Some(secret) = self.identity_key {
            options = options.identity_key(secret);
        }
        if let Some(seed) = self.seed {
            options = options.random(seeded(seed));
        }
        options
    }
}

impl LedgerHandle {
    /// Opens a ledger with [`LedgerSettings`]: `{path?, read_only?, full_sync?, busy_timeout_ms?, identity_key?, seed?}`.
    ///
    /// # Errors
    ///
    /// Those of [`LedgerOptions::open`] and of the fields.
    pub fn open(settings: &Value) -> Result<Self> {
        let settings = LedgerSettings::read(settings)?;
        match settings.path {
            Some(path) => settings.options().open(path).map(Self),
            None => settings.options().in_memory().map(Self),
        }
    }

    /// The names of all calls, sorted.
    pub fn call_names() -> impl Iterator<Item = &'static str> {
        call::names(CALLS).into_iter()
    }

    /// What the calls look like to other languages.
    #[cfg(feature = "describe")]
    #[must_use]
    pub fn shapes() -> Vec<CallShape> {
        call::shapes(CALLS)
    }

    /// Makes the call named `name` and hands the answer to `out`.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::UnknownOp`] for another name; those of the fields and of the call. What was handed over before an error is
    /// to be thrown away.
    pub fn call(&self, name: &str, input: &Value, out: &mut dyn Sink) -> Result<()> {
        let call = call::named(CALLS, ("call of a ledger", "one such as `lookup.by_hash`"), name)?;
        (call.answer)(&self.0, input, out)
    }

    /// What is loaded of some authorities, for a binding that counts an inventory of its own. A name that is none is left out:
    /// a row that has it fails by itself.
    ///
    /// # Errors
    ///
    /// Those of [`Factors::of_authorities`](crate::ledger::Factors::of_authorities), at `caller` for one that is none.
    pub fn factors_of(&self, caller: &Value, authorities: &[String]) -> Result<EmissionFactors> {
        let caller = Caller::read(caller).map_err(|error| error.under("caller"))?;
        let authorities: Vec<Authority> = authorities.iter().filter_map(|name| name.parse().ok()).collect();
        self.0.factors().of_authorities(&caller, &authorities)
    }

    /// The JSON twin of [`LedgerHandle::call`].
    ///
    /// # Errors
    ///
    /// As [`LedgerHandle::call`], and those of [`parse_json`].
    pub fn call_json(&self, name: &str, input: &str, style: NumberStyle) -> Result<String> {
        call::json_of(style, |out| self.call(name, &parse_json(input).map_err(in_body)?, out))
    }

    /// [`LedgerHandle::call`] on JSON text, with errors as [`answer_json`](super::answer_json) writes them.
    #[must_use]
    pub fn answer_json(&self, name: &str, input: &str) -> String {
        self.answer_json_in(name, input, NumberStyle::Digits)
    }

    /// The same with decimals as `style` says: those of emission factors, for no other answer has any.
    #[must_use]
    pub fn answer_json_in(&self, name: &str, input: &str, style: NumberStyle) -> String {
        json_answer(style, |out| self.call(name, &parse_json(input).map_err(in_body)?, out))
    }

    /// Opens an import of a CSV file with [`ImportSettings`]: `{caller, path, on_conflict?}`.
    ///
    /// # Errors
    ///
    /// Those of [`CsvImport::open`] and of the fields.
    pub fn import_csv(settings: &Value) -> Result<ImportHandle> {
        let ImportSettings { caller, path, on_conflict } = ImportSettings::read(settings)?;
        let import = CsvImport::open(path, caller, on_conflict)?;
        Ok(ImportHandle(Mutex::new(import)))
    }
}

/// An error of a call's input, found before its fields were read, with the path that the call gives: fields of the contract's
/// body are not said to stand under `request`.
///
/// ```
/// let error = tierra::ffi::parse_json(r#"{"request": {"metadata": {"a": 1, "a": 2}}}"#).unwrap_err();
/// assert_eq!(error.path(), "request.metadata.a");
/// assert_eq!(tierra::ffi::in_body(error).path(), "metadata.a");
/// ```
#[must_use]
pub fn in_body(error: Error) -> Error {
    error.seen_within("request.")
}

/// A CSV file on its way into a ledger, for bindings: [`CsvImport`].
pub struct ImportHandle(Mutex<CsvImport<std::io::BufReader<std::fs::File>>>);

impl ImportHandle {
    /// Takes the next rows at the instant `now`, and hands the progress to `out`.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::InvalidDate`] at `now`, and those of [`CsvImport::step`].
    pub fn step(&self, ledger: &LedgerHandle, now: &Value, out: &mut dyn Sink) -> Result<()> {
        let now = DateTime::<Utc>::read(now).map_err(|error| error.under("now"))?;
        let mut import = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        import.step(&ledger.0, now)?.write(out);
        Ok(())
    }

    /// [`ImportHandle::step`] at an instant given as text, with errors as [`answer_json`](super::answer_json) writes them.
    #[must_use]
    pub fn step_json(&self, ledger: &LedgerHandle, now: &str) -> String {
        json_answer(NumberStyle::Digits, |out| self.step(ledger, &Value::String(now.to_owned()), out))
    }
}

/// SHA-256 of the seed and a counter, block after block.
fn seeded(seed: &str) -> impl FnMut(&mut [u8]) + Send + 'static {
    let seed = seed.to_owned();
    let mut counter = 0_u64;
    move |bytes| {
        for chunk in bytes.chunks_mut(32) {
            let mut digest = Sha256::new();
            digest.update(&seed);
            digest.update(counter.to_be_bytes());
            counter += 1;
            let block: [u8; 32] = digest.finalize().into();
            chunk.iter_mut().zip(block).for_each(|(byte, random)| *byte = random);
        }
    }
}
