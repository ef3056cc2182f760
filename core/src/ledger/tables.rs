//! The tables that the audit log knows, in the order in which they are checked.

use super::audited::AuditedTable;
use super::{access, disputes, factor_load, registrations, webhooks};

pub(super) const TABLES: [&[AuditedTable]; 5] =
    [&access::TABLES, &registrations::TABLES, &disputes::TABLES, &webhooks::TABLES, &factor_load::TABLES];
