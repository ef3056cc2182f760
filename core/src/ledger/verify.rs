//! Whether the file still says what was done.

use super::audit::{Audit, AuditHead, head, row_hash};
use super::audited::{AuditedRow, AuditedTable};
use super::tables::TABLES;
use crate::store::Session;
use crate::store::audit::{self as log, HeadRow};
use crate::store::checks::{self, PairRow};
use crate::wire::record;
use crate::{Result, hex};

record! {
    /// Something that is not as it should be.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Finding {
        /// Which check found it: `integrity`, `references`, `audit_chain`, `audit_state`, `overlaps`, `conflicts`.
        pub check: &'static str,
        /// The id of what is wrong; empty for the file as a whole.
        pub subject: String,
        /// What is wrong, in a sentence.
        pub message: String,
    }
}

record! {
    /// What [`Audit::verify`](super::Audit::verify) found.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct VerifyReport {
        /// Whether nothing is wrong.
        pub ok: bool,
        /// How many rows of the audit log were checked.
        pub audit_rows: u64,
        /// How many records (organisations, keys, tokens, registrations, conflicts, disputes, messages, endpoints, libraries of
        /// emission factors, and all GWP values as one) were compared with the log.
        pub records: u64,
        /// Where the log ends.
        pub head: AuditHead,
        /// What is wrong, at most 1,000 findings.
        pub findings: Vec<Finding>,
        /// How many findings more there are.
        pub more_findings: u64,
    }
}

/// Findings, of which only the first are kept.
#[derive(Default)]
struct Findings {
    kept: Vec<Finding>,
    more: u64,
}

impl Findings {
    const MOST: usize = 1000;

    fn add(&mut self, check: &'static str, subject: impl ToString, message: impl Into<String>) {
        if self.kept.len() == Self::MOST {
            self.more += 1;
            return;
        }
        self.kept.push(Finding { check, subject: subject.to_string(), message: message.into() });
    }
}

impl Audit<'_> {
    /// Checks the whole file: SQLite's own integrity, the log's chain, that every record is as the log left it, and that every
    /// overlap has its conflict.
    ///
    /// With `known`, a head that was kept elsewhere, a log that was rewritten from some row on is found too: whoever can
    /// write the file can also compute a new chain.
    ///
    /// # Errors
    ///
    /// Those of the file, where it is too damaged to be read. What is found is in the report and no error.
    pub fn verify(&self, known: Option<&AuditHead>) -> Result<VerifyReport> {
        self.ledger.store.read(|sql| report(sql, known))
    }
}

fn report(sql: &dyn Session, known: Option<&AuditHead>) -> Result<VerifyReport> {
    let mut findings = Findings::default();
    for line in checks::integrity(sql)? {
        findings.add("integrity", "", line);
    }
    for line in checks::dangling(sql)? {
        findings.add("references", "", line);
    }
    let audit_rows = check_chain(sql, known, &mut findings)?;
    let records = check_records(sql, &mut findings)?;
    check_overlaps(sql, &mut findings)?;
    let HeadRow { seq, hash } = head(sql)?;
    Ok(VerifyReport {
        ok: findings.kept.is_empty(),
        audit_rows,
        records,
        head: AuditHead { seq, hash: hex::digits(&hash) },
        findings: findings.kept,
        more_findings: findings.more,
    })
}

/// Every row's hash over the one before it, from nothing to the head.
fn check_chain(sql: &dyn Session, known: Option<&AuditHead>, findings: &mut Findings) -> Result<u64> {
    let (mut rows, mut last_seq, mut last_hash) = (0, 0, [0; 32]);
    let mut met_known = known.is_none_or(|known| known.seq == 0);
    log::each(sql, |row| {
        rows += 1;
        if row.seq != last_seq + 1 {
            let message = format!("the log goes from row {last_seq} to row {}: rows were removed", row.seq);
            findings.add("audit_chain", row.seq, message);
        }
        if row_hash(&last_hash, &row) != row.hash {
            findings.add(
                "audit_chain",
                row.seq,
                format!("row {} of the log was altered, or the one before it", row.seq),
            );
        }
        if let Some(known) = known.filter(|known| known.seq == row.seq) {
            met_known = true;
            if known.hash != hex::digits(&row.hash) {
                let message = format!("row {} is not the one that was known: the log was rewritten up to it", row.seq);
                findings.add("audit_chain", row.seq, message);
            }
        }
        // From the stored hash: one altered row is one finding.
        (last_seq, last_hash) = (row.seq, row.hash);
        Ok(())
    })?;
    if !met_known {
        findings.add("audit_chain", "", "the log ends before the head that was known: rows were removed");
    }
    let HeadRow { seq, hash } = head(sql)?;
    if (seq, hash) != (last_seq, last_hash) {
        findings.add("audit_chain", last_seq, "the log does not end where its head says: rows were removed or added");
    }
    Ok(rows)
}

/// Every record as the last row of the log about it left it, and no fewer than the log knows.
fn check_records(sql: &dyn Session, findings: &mut Findings) -> Result<u64> {
    let mut records = 0;
    let mut counts = Vec::new();
    for table in TABLES.into_iter().flatten() {
        let mut standing = 0;
        (table.each)(sql, &mut |row| {
            standing += 1;
            records += u64::from(check_record(sql, table, row, findings)?);
            Ok(())
        })?;
        counts.extend(table.logged_as.map(|kind| (kind, standing)));
    }
    for (kind, standing) in counts {
        let logged = log::count_standing(sql, kind)?;
        if standing != logged {
            let message =
                format!("the log knows {logged} of kind {kind}, the file holds {standing}: rows were removed or added");
            findings.add("audit_state", kind, message);
        }
    }
    Ok(records)
}

/// Whether the row could be compared with the log.
fn check_record(sql: &dyn Session, table: &AuditedTable, row: AuditedRow, findings: &mut Findings) -> Result<bool> {
    let AuditedRow { subject, record } = row;
    let kind = table.kind;
    let now = match record {
        Ok(Some(now)) => now,
        Ok(None) => return Ok(false),
        Err(error) => {
            findings.add("audit_state", &subject, format!("the {kind} cannot be read: {}", error.message()));
            return Ok(true);
        }
    };
    match log::last_state(sql, &subject)? {
        Some(Some(logged)) if logged == now => {}
        Some(_) => findings.add("audit_state", &subject, format!("the {kind} is not as the log left it")),
        None => findings.add("audit_state", &subject, format!("the {kind} is not in the log")),
    }
    Ok(true)
}

fn check_overlaps(sql: &dyn Session, findings: &mut Findings) -> Result<()> {
    for PairRow { first, second } in checks::overlaps_without_conflict(sql, Findings::MOST)? {
        findings.add(
            "overlaps",
            first,
            format!("claims a day that {second} claims too, and there is no conflict of the two"),
        );
    }
    for conflict in checks::conflicts_without_overlap(sql, Findings::MOST)? {
        findings.add("conflicts", conflict, "its registrations share no day of one charger");
    }
    Ok(())
}
