//! The native Node addon: takes and gives JSON text, and nothing else.
//!
//! What a JavaScript user sees is `index.js`; the wrapper `api.js` is the browser package's too, `ledger.js` is not.
#![allow(missing_docs, reason = "napi makes items of its own; index.d.ts documents the calls")]

use std::sync::Arc;

use napi::bindgen_prelude::{AsyncTask, ObjectFinalize};
use napi::{Env, Task};
use napi_derive::napi;
use tierra::ffi::{self, FactorHandle, ImportHandle, LedgerHandle, NumberStyle, RateLimiterHandle};

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

/// The bytes that V8 was told of: it cannot see them, and would look for garbage only when the process has no more.
struct Weight(i64);

impl Weight {
    fn told(env: Env, bytes: usize) -> Self {
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        let _ = env.adjust_external_memory(bytes);
        Self(bytes)
    }

    fn taken_back(&mut self, env: Env) {
        let _ = env.adjust_external_memory(-std::mem::take(&mut self.0));
    }
}

/// Libraries, factors, fuel properties and GWP values, loaded once.
#[napi(custom_finalize)]
pub struct FactorData {
    factors: Arc<FactorHandle>,
    weight: Weight,
}

impl FactorData {
    fn held(env: Env, factors: Arc<FactorHandle>) -> Self {
        let weight = Weight::told(env, factors.weight());
        Self { factors, weight }
    }
}

impl ObjectFinalize for FactorData {
    fn finalize(mut self, env: Env) -> napi::Result<()> {
        self.weight.taken_back(env);
        Ok(())
    }
}

#[napi]
impl FactorData {
    #[napi(constructor)]
    pub fn new(env: Env, json: String) -> Self {
        Self::held(env, Arc::new(FactorHandle::load(&json)))
    }

    /// All of these and more.
    #[napi]
    pub fn extended(&self, env: Env, json: String) -> Self {
        Self::held(env, Arc::new(self.factors.extended(&json)))
    }

    /// Why loading was refused.
    #[napi]
    pub fn load_error(&self) -> Option<String> {
        self.factors.load_error()
    }

    #[napi]
    pub fn answer_json(&self, call: String, query: String) -> String {
        self.factors.answer_json(&call, &query, NumberStyle::Strings)
    }

    /// The same on a thread of libuv's pool, for what takes long.
    #[napi]
    pub fn answer_json_async(&self, call: String, query: String) -> AsyncTask<Work> {
        let factors = Arc::clone(&self.factors);
        Work::task(move || factors.answer_json(&call, &query, NumberStyle::Strings))
    }

    /// Lets go of the factors, of which nothing is asked any more.
    #[napi]
    pub fn close(&mut self, env: Env) {
        self.factors = Arc::new(FactorHandle::load("{}"));
        self.weight.taken_back(env);
    }
}

/// The factors in an official file, and the report of what was read, made and set aside.
#[napi]
pub struct ImportedFactors {
    factors: Arc<FactorHandle>,
    report: Option<String>,
}

#[napi]
impl ImportedFactors {
    #[napi(constructor)]
    pub fn new(kind: String, bytes: &[u8], options: String) -> Self {
        let (factors, report) = FactorHandle::import_file(&kind, bytes, &options);
        Self { factors: Arc::new(factors), report }
    }

    #[napi]
    pub fn factors(&self, env: Env) -> FactorData {
        FactorData::held(env, Arc::clone(&self.factors))
    }

    /// The report as JSON text, or the error.
    #[napi]
    pub fn report_json(&self) -> String {
        self.report.clone().or_else(|| self.factors.load_error()).unwrap_or_default()
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

/// The names of a ledger's calls, separated by commas.
#[napi]
pub fn ledger_call_names() -> String {
    LedgerHandle::call_names().collect::<Vec<_>>().join(",")
}

/// A ledger: one SQLite file, or memory.
#[napi(custom_finalize)]
pub struct LedgerData(Result<Arc<LedgerHandle>, String>, Weight);

impl ObjectFinalize for LedgerData {
    fn finalize(mut self, env: Env) -> napi::Result<()> {
        self.1.taken_back(env);
        Ok(())
    }
}

#[napi]
impl LedgerData {
    #[napi(constructor)]
    pub fn new(env: Env, options: String) -> Self {
        // An empty one, as measured: of its file SQLite keeps more as it is read.
        const BYTES: usize = 350_000;
        let opened = ffi::parse_json(&options).and_then(|options| LedgerHandle::open(&options));
        Self(opened.map(Arc::new).map_err(|error| ffi::error_json(&error)), Weight::told(env, BYTES))
    }

    /// Why opening was refused.
    #[napi]
    pub fn load_error(&self) -> Option<String> {
        self.0.as_ref().err().cloned()
    }

    /// The answer, on the calling thread.
    #[napi]
    pub fn call_json(&self, name: String, input: String) -> String {
        self.0.as_ref().map_or_else(String::clone, |ledger| ledger.answer_json(&name, &input))
    }

    /// The answer with decimals as texts, because a number of JavaScript's would lose digits.
    #[napi]
    pub fn call_exact_json(&self, name: String, input: String) -> String {
        let exact = |ledger: &Arc<LedgerHandle>| ledger.answer_json_in(&name, &input, NumberStyle::Strings);
        self.0.as_ref().map_or_else(String::clone, exact)
    }

    /// The same on a thread of libuv's pool, for what takes long.
    #[napi]
    pub fn call_json_async(&self, name: String, input: String) -> AsyncTask<Work> {
        let ledger = self.0.clone();
        Work::task(move || ledger.map_or_else(|refused| refused, |ledger| ledger.answer_json(&name, &input)))
    }
}

/// A CSV file on its way into a ledger.
#[napi]
pub struct ImportData(Result<Arc<ImportHandle>, String>);

#[napi]
impl ImportData {
    #[napi(constructor)]
    pub fn new(input: String) -> Self {
        let opened = ffi::parse_json(&input).and_then(|input| LedgerHandle::import_csv(&input));
        Self(opened.map(Arc::new).map_err(|error| ffi::error_json(&error)))
    }

    /// Why the file was refused.
    #[napi]
    pub fn load_error(&self) -> Option<String> {
        self.0.as_ref().err().cloned()
    }

    /// Takes the next rows, on a thread of libuv's pool.
    #[napi]
    pub fn step_json(&self, ledger: &LedgerData, now: String) -> AsyncTask<Work> {
        let (import, ledger) = (self.0.clone(), ledger.0.clone());
        Work::task(move || match (import, ledger) {
            (Ok(import), Ok(ledger)) => import.step_json(&ledger, &now),
            (Err(refused), _) | (_, Err(refused)) => refused,
        })
    }
}

/// Work for another thread, done once; it keeps what it works on alive.
pub struct Work(Option<Box<dyn FnOnce() -> String + Send>>);

impl Work {
    fn task(work: impl FnOnce() -> String + Send + 'static) -> AsyncTask<Self> {
        AsyncTask::new(Self(Some(Box::new(work))))
    }
}

impl Task for Work {
    type Output = String;
    type JsValue = String;

    fn compute(&mut self) -> napi::Result<String> {
        let work = self.0.take().ok_or_else(|| napi::Error::from_reason("the work was done already"))?;
        Ok(work())
    }

    fn resolve(&mut self, _: Env, answer: String) -> napi::Result<String> {
        Ok(answer)
    }
}
