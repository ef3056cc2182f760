//! The calls, declared room by room.

pub(super) mod charger;
pub(super) mod errors;
pub(super) mod overlap;
pub(super) mod returns;
pub(super) mod webhook;
