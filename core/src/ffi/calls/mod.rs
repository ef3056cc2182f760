//! The calls, declared room by room.

pub(super) mod charger;
pub(super) mod emission;
pub(super) mod errors;
pub(super) mod factors;
pub(super) mod overlap;
pub(super) mod returns;
pub(super) mod webhook;

// The rooms of a ledger.
#[cfg(feature = "ledger")]
pub(super) mod access;
#[cfg(feature = "ledger")]
pub(super) mod audit;
#[cfg(feature = "ledger")]
pub(super) mod disputes;
#[cfg(feature = "ledger")]
pub(super) mod file;
#[cfg(feature = "ledger")]
pub(super) mod ledger_factors;
#[cfg(feature = "ledger")]
pub(super) mod lookup;
#[cfg(feature = "ledger")]
pub(super) mod registrations;
#[cfg(feature = "ledger")]
pub(super) mod webhooks;
