//! The file as a whole.

use chrono::{DateTime, Utc};

use crate::ffi::call::calls;
use crate::ledger::Ledger;

calls! {
    /// The calls on the file as a whole.
    pub(in crate::ffi) CALLS: Ledger, "", "ledger::Ledger";

    #[call(slow)]
    back_up(
        /// Where no file stands yet.
        path: &str,
        now @ignored: DateTime<Utc>,
    ) -> () => |ledger| ledger.back_up(path, |_, _| true)?;
    close(now @ignored: DateTime<Utc>) -> () => |ledger| ledger.close()?;
}
