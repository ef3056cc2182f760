//! Has somebody registered this charger?

use chrono::{DateTime, Utc};

use crate::charger::{HashPrefix, KeyedHash, SerialHash};
use crate::ffi::call::calls;
use crate::ledger::{Caller, Ledger, LookupAnswer, LookupRequest, PrefixLookup, PublicLookup};

calls! {
    /// The calls on who has registered a charger.
    pub(in crate::ffi) CALLS: Ledger, "lookup.", "ledger::Lookup";

    #[call(GET "/api/v1/lookup/{serial_hash}" 200)]
    by_hash(serial_hash: SerialHash, now: DateTime<Utc>) -> PublicLookup => |ledger| ledger.lookup().by_hash(serial_hash, now)?;
    by_keyed_hash(keyed_hash: KeyedHash, now: DateTime<Utc>) -> PublicLookup
        => |ledger| ledger.lookup().by_keyed_hash(keyed_hash, now)?;
    by_prefix(prefix: HashPrefix, now: DateTime<Utc>) -> PrefixLookup => |ledger| ledger.lookup().by_prefix(&prefix, now)?;
    #[call(POST "/api/v1/lookup" 200, scope Lookup, doc "ledger::Lookup::ask")]
    charger(caller: Caller, request @body: LookupRequest<'_>, now: DateTime<Utc>) -> LookupAnswer
        => |ledger| ledger.lookup().ask(&caller, &request, now)?;
}
