//! The native Node addon: takes and gives JSON text, and nothing else.
//!
//! What a JavaScript user sees is `index.js`; the wrapper `api.js` is the one of the browser package too.
#![allow(missing_docs, reason = "napi makes items of its own; index.d.ts documents the calls")]

use napi_derive::napi;
use tierra::ffi::{self, FactorHandle, NumberStyle, RateLimiterHandle};

/// The answer or the error of the call `op` as JSON text, decimals as strings.
#[napi]
pub fn answer_json(op: String, input: String) -> String {
    ffi::answer_json(&op, &input, NumberStyle::Strings)
}

/// The same with decimals as JSON numbers, digit for digit.
#[napi]
pub fn answer_json_digits(op: String, input: String) -> String {
    ffi::answer_json(&op, &input, NumberStyle::Digits)
}

/// The names of all calls, separated by commas.
#[napi]
pub fn op_names() -> String {
    ffi::op_names().collect::<Vec<_>>().join(",")
}

/// Libraries, factors, fuel properties and GWP values, loaded once.
#[napi]
pub struct FactorData(FactorHandle);

#[napi]
impl FactorData {
    #[napi(constructor)]
    pub fn new(json: String) -> Self {
        Self(FactorHandle::load(&json))
    }

    /// Why loading was refused.
    #[napi]
    pub fn load_error(&self) -> Option<String> {
        self.0.load_error()
    }

    #[napi]
    pub fn answer_json(&self, call: String, query: String) -> String {
        self.0.answer_json(&call, &query, NumberStyle::Strings)
    }
}

/// A rate limiter.
#[napi]
pub struct RateLimiterData(RateLimiterHandle);

#[napi]
impl RateLimiterData {
    #[napi(constructor)]
    pub fn new(limits: String) -> Self {
        Self(RateLimiterHandle::load(&limits))
    }

    /// Why the limits were refused.
    #[napi]
    pub fn load_error(&self) -> Option<String> {
        self.0.load_error()
    }

    #[napi]
    pub fn check_json(&self, request: String) -> String {
        self.0.check_json(&request, NumberStyle::Strings)
    }
}
