//! Who changed what, and whether the file still says so.

use chrono::{DateTime, Utc};

use crate::ffi::call::calls;
use crate::ledger::{AuditEntry, AuditHead, Ledger, VerifyReport};

calls! {
    /// The calls on the log of changes.
    pub(in crate::ffi) CALLS: Ledger, "audit.", "ledger::Audit";

    entries(
        /// The id of what was changed; rows about anything without.
        subject: Option<&str>,
        /// The number of the last row that is known already.
        after: i64 = 0,
        /// The most rows, 1 to 1,000.
        limit: u32 = 100,
        now @ignored: DateTime<Utc>,
    ) -> Vec<AuditEntry> as data => |ledger| ledger.audit().entries(subject, after, limit)?;
    head(now @ignored: DateTime<Utc>) -> AuditHead => |ledger| ledger.audit().head()?;
    #[call(slow)]
    verify(
        /// A head that was kept elsewhere.
        known: Option<AuditHead>,
        now @ignored: DateTime<Utc>,
    ) -> VerifyReport => |ledger| ledger.audit().verify(known.as_ref())?;
}
