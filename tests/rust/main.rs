//! One integration-test binary: the public API, the vectors, and inputs that nobody here wrote.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod emission_engine;
#[cfg(feature = "import")]
mod emission_import;
#[cfg(feature = "reference-data")]
mod emission_reference;
#[cfg(feature = "sqlite")]
mod ledger_contract;
#[cfg(feature = "sqlite")]
mod ledger_crash;
#[cfg(feature = "sqlite")]
mod ledger_factors;
#[cfg(feature = "sqlite")]
mod ledger_faults;
#[cfg(feature = "sqlite")]
mod ledger_model;
#[cfg(feature = "sqlite")]
mod ledger_support;
#[cfg(feature = "sqlite")]
mod ledger_tampering;
#[cfg(feature = "sqlite")]
mod scenario;
mod shared_data;
mod vectors;
mod xirr_cases;
