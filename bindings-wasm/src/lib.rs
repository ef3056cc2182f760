//! The browser's two modules: they take and give JSON text, and nothing else.
//!
//! With the feature `emission` this is the module of emission factors, without it that of all other calls: a page loads what
//! it needs. What a JavaScript user sees is `emission.js` and `index.js`; the wrapper `api.js` is the one of the Node package.
#![allow(missing_docs, reason = "wasm-bindgen makes items of its own; the declarations document the calls")]

#[cfg(feature = "emission")]
use tierra::ffi::FactorHandle;
use tierra::ffi::{Calls, NumberStyle};
use wasm_bindgen::prelude::wasm_bindgen;

const CALLS: Calls = if cfg!(feature = "emission") { Calls::EMISSION } else { Calls::OTHER };

/// Lets the memory grow once, by what a long input will need: growing page by page has the host look through its heap
/// each time, which took minutes for a million rows.
fn make_room(input: &str) {
    const ROOM_PER_BYTE: usize = 12;
    const LONG: usize = 1 << 16;
    if input.len() > LONG {
        drop(std::hint::black_box(Vec::<u8>::with_capacity(input.len().saturating_mul(ROOM_PER_BYTE).min(1 << 30))));
    }
}

/// The answer or the error of the call `op` as JSON text, decimals as strings.
#[wasm_bindgen(js_name = answerJson)]
pub fn answer_json(op: &str, input: &str) -> String {
    make_room(input);
    CALLS.answer_json(op, input, NumberStyle::Strings)
}

/// The same with decimals as JSON numbers, digit for digit.
#[wasm_bindgen(js_name = answerJsonDigits)]
pub fn answer_json_digits(op: &str, input: &str) -> String {
    CALLS.answer_json(op, input, NumberStyle::Digits)
}

/// The names of all calls, separated by commas: a list would carry code of its own.
#[wasm_bindgen(js_name = opNames)]
pub fn op_names() -> String {
    CALLS.names().join(",")
}

/// Libraries, factors, fuel properties and GWP values, loaded once.
#[cfg(feature = "emission")]
#[wasm_bindgen]
pub struct FactorData(FactorHandle);

#[cfg(feature = "emission")]
#[wasm_bindgen]
impl FactorData {
    #[wasm_bindgen(constructor)]
    pub fn new(json: &str) -> Self {
        Self(FactorHandle::load(json))
    }

    /// All of these and more.
    #[must_use]
    pub fn extended(&self, json: &str) -> Self {
        Self(self.0.extended(json))
    }

    /// Why loading was refused.
    #[wasm_bindgen(js_name = loadError)]
    pub fn load_error(&self) -> Option<String> {
        self.0.load_error()
    }

    #[wasm_bindgen(js_name = answerJson)]
    pub fn answer_json(&self, call: &str, query: &str) -> String {
        make_room(query);
        self.0.answer_json(call, query, NumberStyle::Strings)
    }
}
