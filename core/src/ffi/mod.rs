//! What the bindings call: every capability as a function of one [`Value`], and its JSON twin.
//!
//! A binding converts its language's values to a [`Value`], calls [`call`] or one of the typed readers, and converts the
//! answer back. Field names, unknown fields, types, ranges and error paths are checked here once for all languages.
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

#[cfg(feature = "ledger")]
mod access;
mod charger;
mod emission;
#[cfg(feature = "import")]
mod import;
mod json;
#[cfg(feature = "ledger")]
mod ledger;
mod overlap;
mod params;
mod read;
mod returns;
mod value;
mod webhook;

#[cfg(feature = "ledger")]
pub use access::RateLimiterHandle;
pub use emission::{
    FactorCall, FactorHandle, InventoryHandle, InventoryRows, emission_factors_from_json, extend_emission_factors,
    parse_digest, read_emission_factors,
};
#[cfg(feature = "import")]
pub use import::import_factors;
pub use json::{NumberStyle, parse_json, write_json};
#[cfg(feature = "ledger")]
pub use ledger::{ImportHandle, LedgerHandle};
pub use params::error_body;
pub use value::{MAX_DEPTH, NativeKind, Value};

use crate::{Error, ErrorCode, Result, text};

/// A call: its name and the function that answers it.
type Op = (&'static str, fn(&Value) -> Result<Value>);

/// The calls on emission factors, sorted by name.
const EMISSION_OPS: &[Op] = &[
    ("co2e", emission::co2e),
    ("convert_unit", emission::convert_unit),
    ("error_body", error_body_of),
    ("factors", emission::factors),
    ("resolve", emission::resolve),
];

/// The call that a page needs whichever module it loads: wherever there are calls there are errors.
const ERROR_OPS: &[Op] = &[("http_status", http_status)];

/// All other calls, sorted by name. `check_webhook_url` is there with feature `webhook-delivery` only.
const OTHER_OPS: &[Op] = &[
    ("allocate", returns::allocate),
    ("check_webhook_address", webhook::check_webhook_address),
    #[cfg(feature = "webhook-delivery")]
    ("check_webhook_url", webhook::check_webhook_url),
    ("conflicts_with", overlap::conflicts_with),
    ("find_conflicts", overlap::find_conflicts),
    ("identify", charger::identify),
    ("identify_batch", charger::identify_batch),
    ("irr", returns::irr),
    ("keyed_hash", charger::keyed_hash),
    ("sign_body", webhook::sign_body),
    ("sign_webhook", webhook::sign_webhook),
    ("summarize_portfolio", returns::summarize_portfolio),
    ("verify_body", webhook::verify_body),
    ("verify_webhook", webhook::verify_webhook),
    ("xirr", returns::xirr),
    ("xnfv", returns::xnfv),
    ("xnpv", returns::xnpv),
];

/// Some of the library's calls: the browser has them in two modules, of which a page loads what it needs.
#[derive(Debug, Clone, Copy)]
pub struct Ops(&'static [&'static [Op]]);

impl Ops {
    /// Every call.
    pub const ALL: Self = Self(&[EMISSION_OPS, ERROR_OPS, OTHER_OPS]);
    /// The calls on emission factors, and that for an error's status.
    pub const EMISSION: Self = Self(&[EMISSION_OPS, ERROR_OPS]);
    /// All calls but those on emission factors.
    pub const OTHER: Self = Self(&[ERROR_OPS, OTHER_OPS]);

    /// The names of these calls, sorted.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.0.iter().flat_map(|ops| ops.iter().map(|(name, _)| *name)).collect();
        names.sort_unstable();
        names
    }

    /// [`call`] among these.
    ///
    /// # Errors
    ///
    /// As [`call`].
    pub fn call(self, op: &str, input: &Value) -> Result<Value> {
        let found = self.0.iter().flat_map(|ops| ops.iter()).find(|(name, _)| *name == op);
        let Some((_, answer)) = found else {
            // Without the names, which differ by feature: the sentence is the same in every language.
            let message = format!("`{}` is no call; expected one of the names that are listed", text::excerpt(op));
            return Err(Error::new(ErrorCode::UnknownOp, "", message));
        };
        answer(input)
    }

    /// [`answer_json`] among these.
    #[must_use]
    pub fn answer_json(self, op: &str, input: &str, style: NumberStyle) -> String {
        write_answer(parse_json(input).and_then(|input| self.call(op, &input)), style)
    }
}

/// The names of all calls, sorted. `check_webhook_url` is there with feature `webhook-delivery` only.
///
/// ```
/// assert!(tierra::ffi::op_names().any(|name| name == "xirr"));
/// ```
pub fn op_names() -> impl Iterator<Item = &'static str> {
    Ops::ALL.names().into_iter()
}

/// Answers the call named `op` on plain values.
///
/// # Errors
///
/// [`ErrorCode::UnknownOp`] for another name; [`ErrorCode::MissingField`], [`ErrorCode::UnknownField`],
/// [`ErrorCode::WrongType`] and those of the call itself, each with the path of the field.
pub fn call(op: &str, input: &Value) -> Result<Value> {
    Ops::ALL.call(op, input)
}

/// Answers the call named `op` on JSON text: the JSON twin of [`call`].
///
/// Numbers are read by their digits. In the answer, decimals are JSON numbers or strings as `style` says, without
/// trailing zeros; binary floats are the shortest digits that read back (ECMAScript's form); fields stand in the
/// order of the contract.
///
/// # Errors
///
/// As [`call`], and [`ErrorCode::InvalidJson`], [`ErrorCode::InvalidUnicode`] and [`ErrorCode::Duplicate`] for the text.
pub fn call_json(op: &str, input: &str, style: NumberStyle) -> Result<String> {
    Ok(write_json(&call(op, &parse_json(input)?)?, style))
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
pub fn answer_json(op: &str, input: &str, style: NumberStyle) -> String {
    Ops::ALL.answer_json(op, input, style)
}

/// An error as [`answer_json`] writes it, for what a binding makes by a call of its own.
#[must_use]
pub fn error_json(error: &Error) -> String {
    write_answer(Err(error.clone()), NumberStyle::Digits)
}

/// `{code, issues?}` of an error → `{status}`: with which HTTP status a service answers it.
fn http_status(input: &Value) -> Result<Value> {
    let fields = read::Fields::of(input, &["code", "issues"])?;
    let code = fields.required("code", params::error_code)?;
    let error = Error::new(code, "", "").with_issues(params::read_issues(&fields)?);
    Ok(Value::field("status", Value::Integer(error.http_status().into())))
}

/// `{code, path, message, issues?}` of an error → `{status, body}`: what a service over this library answers.
fn error_body_of(input: &Value) -> Result<Value> {
    let (status, body) = error_body(&params::read_error(input)?);
    Ok(Value::object(vec![("status", Value::Integer(status.into())), ("body", body)]))
}

fn write_answer(answer: Result<Value>, style: NumberStyle) -> String {
    write_json(&value::item_answer(answer), style)
}
