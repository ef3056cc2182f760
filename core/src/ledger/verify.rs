//! Whether the file still says what was done.

use serde::Serialize;

use super::access::{self, Organization};
use super::audit::{AuditHead, head, row_hash};
use super::disputes::{self, MessageRecord};
use super::factor_load::{GWP_SUBJECT, gwp_record, logged_gwp_values, record_in_file};
use super::factors::holds_factors;
use super::registrations::{ConflictRecord, RegistrationRecord};
use super::webhooks;
use super::wire::json_of;
use crate::store::audit as log;
use crate::store::{Connection, access as access_store, checks, disputes as dispute_store, factors as factor_store};
use crate::store::{registrations as registration_store, webhooks as webhook_store};
use crate::{Result, hex};

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which check found it: `integrity`, `references`, `audit_chain`, `audit_state`, `overlaps`, `conflicts`.
    pub check: &'static str,
    /// The id of what is wrong; empty for the file as a whole.
    pub subject: String,
    /// What is wrong, in a sentence.
    pub message: String,
}

/// What [`Audit::verify`](super::Audit::verify) found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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

pub(super) fn report(sql: &Connection, known: Option<&AuditHead>) -> Result<VerifyReport> {
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
    let (seq, hash) = head(sql)?;
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
fn check_chain(sql: &Connection, known: Option<&AuditHead>, findings: &mut Findings) -> Result<u64> {
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
    if head(sql)? != (last_seq, last_hash) {
        findings.add("audit_chain", last_seq, "the log does not end where its head says: rows were removed or added");
    }
    Ok(rows)
}

/// Every record as the last row of the log about it left it, and no fewer than the log knows.
fn check_records(sql: &Connection, findings: &mut Findings) -> Result<u64> {
    let mut records = 0;
    let mut compare = |kind: &'static str, counted: &mut u64, subject: String, now: Result<String>| -> Result<()> {
        *counted += 1;
        records += 1;
        let now = match now {
            Ok(now) => now,
            // One record that was altered past reading must not hide what else is wrong.
            Err(error) => {
                findings.add("audit_state", &subject, format!("the {kind} cannot be read: {}", error.message()));
                return Ok(());
            }
        };
        match log::last_state(sql, &subject)? {
            Some(Some(logged)) if logged == now => {}
            Some(_) => findings.add("audit_state", &subject, format!("the {kind} is not as the log left it")),
            None => findings.add("audit_state", &subject, format!("the {kind} is not in the log")),
        }
        Ok(())
    };
    let mut counts = Vec::new();

    let mut count = 0;
    access_store::each_organization(sql, |entry| {
        let organization = Organization::of(entry);
        compare("organization", &mut count, organization.public_id.to_string(), json_of(&organization))
    })?;
    counts.push(("organization", count));

    let mut count = 0;
    access_store::each_credential(sql, |row| {
        compare("credential", &mut count, row.public_id.to_string(), access::record_of(&row))
    })?;
    counts.push(("credential", count));

    // Not counted against the log: tokens that are long over are forgotten.
    let mut count = 0;
    access_store::each_token(sql, |row, client| {
        compare("token", &mut count, access::token_subject(&row.sha256), access::token_record(&row, client))
    })?;

    let mut count = 0;
    registration_store::each(sql, |row| {
        compare("registration", &mut count, row.public_id.to_string(), json_of(&RegistrationRecord::of(&row)))
    })?;
    counts.push(("registration", count));

    let mut count = 0;
    registration_store::each_conflict(sql, |row| {
        let sides = (registration_store::by_id(sql, row.first_id)?, registration_store::by_id(sql, row.second_id)?);
        let (Some(first), Some(second)) = sides else {
            // A side that is missing was found as a dangling reference; the conflict itself is there.
            count += 1;
            return Ok(());
        };
        let record = json_of(&ConflictRecord::of(&row, &first, &second));
        compare("conflict", &mut count, row.public_id.to_string(), record)
    })?;
    counts.push(("conflict", count));

    let mut count = 0;
    dispute_store::each(sql, |row| {
        compare("dispute", &mut count, row.public_id.to_string(), disputes::record_of(&row))
    })?;
    counts.push(("dispute", count));

    let mut count = 0;
    dispute_store::each_message(sql, |row| {
        compare("message", &mut count, row.public_id.to_string(), json_of(&MessageRecord::of(&row)))
    })?;
    counts.push(("message", count));

    let mut count = 0;
    webhook_store::each_endpoint(sql, |row| {
        compare("endpoint", &mut count, format!("endpoint {}", row.id), webhooks::record_of(&row))
    })?;
    counts.push(("endpoint", count));

    if holds_factors(sql)? {
        let mut count = 0;
        for row in factor_store::libraries(sql, None)? {
            compare("library of factors", &mut count, row.library.id.to_string(), record_in_file(sql, &row))?;
        }
        counts.push(("factors", count));
        let (logged, found) = (logged_gwp_values(sql)?, gwp_record(sql));
        if logged.is_some() || found.as_ref().is_ok_and(Option::is_some) {
            let found = found.map(Option::unwrap_or_default);
            compare("list of GWP values", &mut 0, GWP_SUBJECT.to_owned(), found)?;
        }
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

fn check_overlaps(sql: &Connection, findings: &mut Findings) -> Result<()> {
    for (first, second) in checks::overlaps_without_conflict(sql, Findings::MOST)? {
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
