//! Which device is this?

use crate::Result;
use crate::charger::{self, ChargerIdentity, ChargerPair, IdentityBatch, KeyedHash};
use crate::ffi::call::calls;

calls! {
    /// The calls on the identity of chargers.
    pub(in crate::ffi) CALLS: (), "", "charger";

    identify(vendor: &str, serial: &str) -> ChargerIdentity => |_| charger::identify(vendor, serial)?;
    #[call(doc "charger::IdentityBatch::of")]
    identify_batch(chargers: Vec<Result<ChargerPair<'_>>>) -> IdentityBatch => |_| IdentityBatch::of(&chargers);
    #[call(doc "charger::ChargerIdentity::keyed_hash")]
    keyed_hash(vendor: &str, serial: &str, secret: &str) -> KeyedHash as keyed_hash
        => |_| charger::identify(vendor, serial)?.keyed_hash(secret.as_bytes())?;
}
