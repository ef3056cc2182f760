//! What the bindings call: every capability as a function of one [`Value`], by its name.
//!
//! A binding converts its language's values to a [`Value`], makes a call, and takes the answer with a [`Sink`] that makes its
//! language's own objects, or as JSON text. Field names, unknown fields, types, ranges and error paths are checked here once
//! for all languages; the calls are declared room by room in `calls/`, the records where they live.
//!
//! | form | for |
//! |---|---|
//! | the domain's own functions | Rust |
//! | [`call`] | bindings with native objects (Python) |
//! | [`call_json`] | bindings that hand over text (Node, the browser), and the vectors |
//!
//! ```
//! use tierra::ffi::{NumberStyle, call_json};
//! let answer = call_json("identify", r#"{"vendor": "EVduty Inc.", "serial": "5555"}"#, NumberStyle::Digits)?;
//! assert!(answer.starts_with(r#"{"vendor_canonical":"EVDUTY","serial_normalized":"5555","#));
//! # Ok::<(), tierra::Error>(())
//! ```

mod call;
mod calls;
mod error_body;
mod factors;
#[cfg(feature = "import")]
mod import;
mod inventory;
mod inventory_answer;
#[cfg(feature = "ledger")]
mod ledger_handle;
mod rate_limiter;
#[cfg(feature = "arrow")]
mod tables;

#[cfg(feature = "describe")]
pub use crate::wire::describe;
pub use crate::wire::{
    Field, JsonSink, MAX_DEPTH, NativeKind, NumberStyle, Record, Sink, Value, Write, parse_json, write_json,
};
#[cfg(feature = "describe")]
pub use call::{ArgumentKind, ArgumentShape, CallShape, Http};
pub use call::{Call, error_json};
pub use error_body::{BodyIssue, ErrorAnswer, ErrorBody, ErrorDetails, StatedError, error_body};
pub use factors::{
    FactorCall, FactorDataInput, FactorHandle, emission_factors_from_json, extend_emission_factors, parse_digest,
    read_emission_factors,
};
#[cfg(feature = "import")]
pub use import::import_factors;
pub use inventory::{InventoryHandle, InventoryRows};
#[cfg(feature = "ledger")]
pub use ledger_handle::{ImportHandle, ImportSettings, LedgerHandle, LedgerSettings, in_body};
pub use rate_limiter::{RateLimiterHandle, RateLimiterSettings, RateRequest, UnixSeconds};
#[cfg(feature = "arrow")]
pub use tables::{hashes_table, inventory_table, pairs_table};

use crate::Result;
use call::Rooms;

/// Some of the library's calls: the browser has them in two modules, of which a page loads what it needs.
#[derive(Debug, Clone, Copy)]
pub struct Calls(Rooms<()>);

impl Calls {
    /// Every call.
    pub const ALL: Self = Self(&[
        calls::charger::CALLS,
        calls::overlap::CALLS,
        calls::returns::CALLS,
        calls::webhook::CALLS,
        calls::errors::CALLS,
        calls::emission::CALLS,
        calls::emission::DATA_CALLS,
    ]);
    /// The calls on emission factors.
    pub const EMISSION: Self = Self(&[calls::errors::CALLS, calls::emission::CALLS, calls::emission::DATA_CALLS]);
    /// All calls but those on emission factors.
    pub const OTHER: Self = Self(&[
        calls::charger::CALLS,
        calls::overlap::CALLS,
        calls::returns::CALLS,
        calls::webhook::CALLS,
        calls::errors::CALLS,
    ]);

    /// The names of these calls, sorted.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        call::names(self.0)
    }

    /// What these calls look like to other languages.
    #[cfg(feature = "describe")]
    #[must_use]
    pub fn shapes(self) -> Vec<CallShape> {
        call::shapes(self.0)
    }

    /// [`call`] among these.
    ///
    /// # Errors
    ///
    /// As [`call`].
    pub fn call(self, name: &str, input: &Value, out: &mut dyn Sink) -> Result<()> {
        let call = call::named(self.0, ("call", "one of the names that are listed"), name)?;
        (call.answer)(&(), input, out)
    }

    /// [`answer_json`] among these.
    #[must_use]
    pub fn answer_json(self, name: &str, input: &str, style: NumberStyle) -> String {
        call::json_to_json(style, input, |input, out| self.call(name, input, out))
    }
}

/// The names of all calls, sorted. `check_webhook_url` is there with feature `webhook-delivery` only.
///
/// ```
/// assert!(tierra::ffi::op_names().any(|name| name == "xirr"));
/// ```
pub fn op_names() -> impl Iterator<Item = &'static str> {
    Calls::ALL.names().into_iter()
}

/// The records that handles take and give beside their calls: a rate limiter's, and those of imports.
#[cfg(feature = "describe")]
#[must_use]
pub fn handle_shapes() -> (Vec<describe::Shape>, Vec<describe::Shape>) {
    use describe::Describe;
    let taken = vec![crate::access::RateLimit::shape()];
    let given = vec![
        crate::access::RateDecision::shape(),
        crate::emission::import::ImportReport::shape(),
        crate::ledger::ImportProgress::shape(),
    ];
    (taken, given)
}

/// The identity of a charger that a language holds as plain values: `{vendor, serial}`.
///
/// # Errors
///
/// Those of the fields, and of [`charger::identify`](crate::charger::identify).
pub fn read_identity(value: &Value) -> Result<crate::charger::ChargerIdentity> {
    let pair = <crate::charger::ChargerPair<'_> as crate::wire::Read>::read(value)?;
    crate::charger::identify(pair.vendor, pair.serial)
}

/// Makes the call `name` on plain values and hands the answer to `out`.
///
/// # Errors
///
/// [`ErrorCode::UnknownOp`](crate::ErrorCode::UnknownOp) for another name; `missing_field`, `unknown_field`, `wrong_type` and
/// those of the call itself, each with the path of the field. What was handed over before an error is to be thrown away.
pub fn call(name: &str, input: &Value, out: &mut dyn Sink) -> Result<()> {
    Calls::ALL.call(name, input, out)
}

/// Answers the call `name` on JSON text: the JSON twin of [`call`].
///
/// Numbers are read by their digits. In the answer, decimals are JSON numbers or strings as `style` says, without
/// trailing zeros; binary floats are the shortest digits that read back (ECMAScript's form); fields stand in the
/// order of the contract.
///
/// # Errors
///
/// As [`call`], and `invalid_json`, `invalid_unicode` and `duplicate` for the text.
pub fn call_json(name: &str, input: &str, style: NumberStyle) -> Result<String> {
    call::json_of(style, |out| call(name, &parse_json(input)?, out))
}

/// The answer or the error of a call as one JSON text, for languages in which a thrown error cannot carry fields.
///
/// An error is `{"error": {"code", "path", "message"}}`; no answer has that field at its top.
///
/// ```
/// use tierra::ffi::{NumberStyle, answer_json};
/// let answer = answer_json("identify", r#"{"vendor": "ABB", "serial": ""}"#, NumberStyle::Digits);
/// assert!(answer.starts_with(r#"{"error":{"code":"empty","path":"serial","#));
/// ```
#[must_use]
pub fn answer_json(name: &str, input: &str, style: NumberStyle) -> String {
    Calls::ALL.answer_json(name, input, style)
}
