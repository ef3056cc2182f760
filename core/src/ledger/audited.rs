//! Tables whose rows the audit log knows too, each of which says of itself how the two are compared.

use crate::Result;
use crate::store::Session;

/// A table whose rows are to be as the log left them.
pub(super) struct AuditedTable {
    /// What one of its rows is, as a sentence calls it.
    pub(super) kind: &'static str,
    /// The word before the full stop of the actions that make and delete its rows, by which the log knows how many there are;
    /// none where rows are forgotten without being logged.
    pub(super) logged_as: Option<&'static str>,
    /// Shows each row to `visit`, oldest first.
    pub(super) each: fn(&dyn Session, &mut Visit<'_>) -> Result<()>,
}

/// What looks at rows.
pub(super) type Visit<'v> = dyn FnMut(AuditedRow) -> Result<()> + 'v;

/// A row as it is to be found in the log.
pub(super) struct AuditedRow {
    /// What the log calls it.
    pub(super) subject: String,
    /// What the log should have left of it. None where a row that it names is gone, which is a finding of its own; an error
    /// where it was altered past reading, which must not hide what else is wrong.
    pub(super) record: Result<Option<String>>,
}

impl AuditedRow {
    pub(super) fn of(subject: impl ToString, record: Result<String>) -> Self {
        Self { subject: subject.to_string(), record: record.map(Some) }
    }
}
