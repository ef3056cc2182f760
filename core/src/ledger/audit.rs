//! The append-only log of changes, each row's hash over the one before it.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::json_text::JsonText;
use super::limits::{MOST_LISTED, check_limit};
use super::open::Ledger;
use crate::charger::SerialHash;
use crate::instant::parse_instant;
use crate::store::audit::{self as store, AuditRow, HeadRow};
use crate::store::{Session, unreadable};
use crate::wire::record;
use crate::{Error, ErrorCode, Result, hex};

/// The log of changes: [`Ledger::audit`].
#[derive(Debug, Clone, Copy)]
pub struct Audit<'a> {
    pub(super) ledger: &'a Ledger,
}

record! {
    /// One change: who, what, when, before and after.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct AuditEntry {
        /// Its number, from 1, without gaps.
        pub seq: i64,
        /// When, in UTC with milliseconds.
        pub at: DateTime<Utc>,
        /// Who: `host`, or an organisation and the credential it showed.
        pub actor: String,
        /// What, such as `registration.created`.
        pub action: String,
        /// The id of what was changed.
        pub subject: String,
        /// The record before as JSON; none where it was made.
        pub before: Option<JsonText>,
        /// The record after as JSON; none where it was deleted.
        pub after: Option<JsonText>,
        /// SHA-256 over the hash before and this row, as 64 hexadecimal digits.
        pub hash: String,
    }
}

record! {
    /// Where the log ends.
    #[wire(snake_case: reads writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct AuditHead {
        /// The number of the last row; 0 for an empty log.
        pub seq: i64,
        /// Its hash, as 64 hexadecimal digits.
        #[wire(check = |hash| hash.parse::<SerialHash>().map(drop))]
        pub hash: String,
    }
}

impl Audit<'_> {
    /// Rows of the log after number `after`, oldest first, at most `limit` (1 to 1,000); of one subject where one is named.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] at `limit`; [`ErrorCode::CorruptFile`] for a record that is no JSON.
    pub fn entries(&self, subject: Option<&str>, after: i64, limit: u32) -> Result<Vec<AuditEntry>> {
        check_limit(limit as usize, MOST_LISTED)?;
        let rows = self.ledger.store.read(|sql| store::list(sql, subject, after, limit))?;
        rows.into_iter().map(entry).collect()
    }

    /// Where the log ends now.
    ///
    /// Kept elsewhere (printed, sent to a partner, put in a public log), it proves later that nothing up to there was changed:
    /// give it to [`Audit::verify`].
    ///
    /// # Errors
    ///
    /// Those of the file.
    pub fn head(&self) -> Result<AuditHead> {
        let HeadRow { seq, hash } = self.ledger.store.read(head)?;
        Ok(AuditHead { seq, hash: hex::digits(&hash) })
    }
}

fn entry(row: AuditRow) -> Result<AuditEntry> {
    Ok(AuditEntry {
        seq: row.seq,
        at: parse_instant(&row.at).ok_or_else(|| unreadable("at", &row.at))?,
        actor: row.actor,
        action: row.action,
        subject: row.subject,
        before: row.before.map(JsonText::stored).transpose()?,
        after: row.after.map(JsonText::stored).transpose()?,
        hash: hex::digits(&row.hash),
    })
}

pub(super) fn head(sql: &dyn Session) -> Result<HeadRow> {
    store::head(sql)?.ok_or_else(|| {
        let message = "the audit log's head is missing; expected it where this library left it";
        Error::new(ErrorCode::CorruptFile, "audit_head", message)
    })
}

/// SHA-256 over the hash of the row before, the number, and each field with its length; an absent one has none.
pub(super) fn row_hash(previous: &[u8; 32], row: &AuditRow) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(previous);
    digest.update(row.seq.to_be_bytes());
    let fields = [
        Some(&row.at),
        Some(&row.actor),
        Some(&row.action),
        Some(&row.subject),
        row.before.as_ref(),
        row.after.as_ref(),
    ];
    for field in fields {
        // A length no text has marks the absent one.
        let length = field.map_or(u64::MAX, |text| text.len() as u64);
        digest.update(length.to_be_bytes());
        digest.update(field.map_or("", String::as_str));
    }
    digest.finalize().into()
}
