//! One integration-test binary: the public API, the vectors, and inputs that nobody here wrote.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

#[cfg(feature = "import")]
mod emission_editions;
mod emission_engine;
#[cfg(all(feature = "import", feature = "reference-data"))]
mod emission_facts;
#[cfg(feature = "import")]
mod emission_import;
#[cfg(feature = "reference-data")]
mod emission_reference;
mod fixtures;
#[cfg(feature = "ledger")]
mod ledger_contract;
#[cfg(feature = "ledger")]
mod ledger_crash;
#[cfg(feature = "ledger")]
mod ledger_factors;
#[cfg(feature = "ledger")]
mod ledger_faults;
#[cfg(feature = "ledger")]
mod ledger_model;
#[cfg(feature = "ledger")]
mod ledger_support;
#[cfg(feature = "ledger")]
mod ledger_tampering;
#[cfg(feature = "ledger")]
mod ledger_webhooks;
mod returns_properties;
mod returns_roots;
mod returns_values;
#[cfg(feature = "ledger")]
mod scenario;
mod shared_data;
mod vectors;
#[cfg(all(feature = "ledger", feature = "reference-data"))]
mod vectors_schema;
mod xirr_cases;
