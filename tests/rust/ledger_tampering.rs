//! What somebody with the file in his hands changes, `verify` finds and names.

use std::path::{Path, PathBuf};

use tierra::access::Scopes;
use tierra::ledger::{AuditHead, Caller, EndpointRequest, Ledger};
use tierra::registration::OnConflict;
use tierra::webhook::EventType;
use tierra::{ErrorCode, PageRequest};

use crate::ledger_support::{TempDir, at, new_caller, open, python, register};

/// The tools of the trade: SQL, with the log's guards gone.
const SCRIPT: &str = "
import sqlite3, sys
c = sqlite3.connect(sys.argv[1])
c.execute('PRAGMA foreign_keys = OFF')
c.execute('DROP TRIGGER audit_log_keeps_rows')
c.execute('DROP TRIGGER audit_log_keeps_values')
changed = c.total_changes
c.executescript(sys.argv[2])
assert c.total_changes > changed, 'nothing was changed'
c.commit()
";

/// The log with a row altered and every hash after it computed anew, as this library computes them.
const REWRITE: &str = "
import hashlib, sqlite3, sys
c = sqlite3.connect(sys.argv[1])
c.execute('DROP TRIGGER audit_log_keeps_values')
c.executescript(sys.argv[2])
previous = bytes(32)
for row in c.execute('SELECT seq, at, actor, action, subject, before, after FROM audit_log ORDER BY seq').fetchall():
    digest = hashlib.sha256(previous + row[0].to_bytes(8, 'big'))
    for field in row[1:]:
        text = None if field is None else field.encode()
        digest.update(b'\\xff' * 8 if text is None else len(text).to_bytes(8, 'big'))
        digest.update(text or b'')
    previous = digest.digest()
    c.execute('UPDATE audit_log SET hash = ? WHERE seq = ?', (previous, row[0]))
    c.execute('UPDATE audit_head SET seq = ?, hash = ?', (row[0], previous))
c.commit()
";

/// A ledger with two of most things, closed; what is done to it is done to a copy.
struct Original {
    folder: TempDir,
    copies: std::cell::Cell<usize>,
    head: AuditHead,
    organization: String,
    credential: String,
    /// Two of one charger, in conflict, and one of another.
    registrations: Vec<String>,
    conflict: String,
    dispute: String,
    message: String,
}

impl Original {
    fn new() -> Self {
        let folder = TempDir::new();
        let ledger = open(&folder.file("original.sqlite")).unwrap();
        let caller = new_caller(&ledger, "Green Miles");
        let other = new_caller(&ledger, "Volt Credits");
        let key = ledger.access().issue_key(caller.organization(), "main", Scopes::all(), None, at(1)).unwrap();
        let request = EndpointRequest { url: "https://hooks.example.com/", events: vec![EventType::ConflictDetected] };
        ledger.webhooks().create(&caller, &request, at(1)).unwrap();
        let made: Vec<_> = [(&caller, "1"), (&other, "1"), (&caller, "2")]
            .into_iter()
            .map(|(caller, serial)| register(&ledger, caller, serial, OnConflict::Warn).unwrap())
            .collect();
        let conflict = made[1].conflicts[0].public_id.unwrap();
        let dispute = ledger.disputes().open(&caller, conflict, "Ours.", at(2)).unwrap().dispute.public_id;
        let message = ledger.disputes().message(&other, dispute, "No.", at(3)).unwrap().public_id;
        let head = ledger.audit().head().unwrap();
        ledger.close().unwrap();
        Self {
            folder,
            copies: std::cell::Cell::default(),
            head,
            organization: caller.organization().to_string(),
            credential: key.credential.id.to_string(),
            registrations: made.iter().map(|one| one.registration.public_id.to_string()).collect(),
            conflict: conflict.to_string(),
            dispute: dispute.to_string(),
            message: message.to_string(),
        }
    }

    fn copy(&self) -> PathBuf {
        self.copies.set(self.copies.get() + 1);
        let copy = self.folder.file(&format!("copy-{}.sqlite", self.copies.get()));
        std::fs::copy(self.folder.file("original.sqlite"), &copy).unwrap();
        copy
    }

    fn tampered(&self, program: &str, sql: &str) -> Ledger {
        let copy = self.copy();
        python(program, &[copy.to_str().unwrap(), sql]);
        open(&copy).unwrap()
    }
}

/// The check and the subject of every finding.
fn findings(ledger: &Ledger, known: Option<&AuditHead>) -> Vec<(String, String)> {
    let report = ledger.audit().verify(known).unwrap();
    assert_eq!(report.ok, report.findings.is_empty());
    report.findings.into_iter().map(|one| (one.check.to_owned(), one.subject)).collect()
}

#[test]
fn every_altered_record_is_found_and_named() {
    let original = Original::new();
    let [first, second, third] = original.registrations.as_slice() else { panic!("three registrations") };
    assert_eq!(findings(&open(&original.copy()).unwrap(), Some(&original.head)), []);
    let insert = "INSERT INTO registrations (public_id, serial_hash, vendor_canonical, serial_last4, organization_id, program_name, \
                  start_date, end_date, metadata, created_at) SELECT '01890a5d-ac96-774b-bcce-b302099a8057', serial_hash, \
                  vendor_canonical, serial_last4, organization_id, 'New', start_date, end_date, metadata, \
                  created_at FROM registrations WHERE id = 3";
    let new = "01890a5d-ac96-774b-bcce-b302099a8057";
    for (sql, expected) in [
        ("UPDATE registrations SET program_name = 'Other' WHERE id = 1", vec![("audit_state", first)]),
        ("UPDATE registrations SET metadata = 'no JSON' WHERE id = 2", vec![("audit_state", second)]),
        ("UPDATE registrations SET organization_id = 2 WHERE id = 1", vec![("audit_state", first)]),
        (
            "UPDATE registrations SET cancelled_at = '2026-01-01T00:00:01.000Z' WHERE id = 3",
            vec![("audit_state", third)],
        ),
        ("UPDATE registrations SET renewed_from = 1 WHERE id = 3", vec![("audit_state", third)]),
        (
            "UPDATE registrations SET start_date = '2025-01-01', end_date = '2025-12-31' WHERE id = 1",
            vec![("audit_state", first), ("conflicts", &original.conflict)],
        ),
        ("UPDATE registrations SET serial_last4 = '9999' WHERE id = 3", vec![("audit_state", third)]),
        ("UPDATE organizations SET name = 'Brown Miles' WHERE id = 1", vec![("audit_state", &original.organization)]),
        ("UPDATE credentials SET scopes = 'lookup'", vec![("audit_state", &original.credential)]),
        ("UPDATE credentials SET secret_sha256 = zeroblob(32)", vec![("audit_state", &original.credential)]),
        ("UPDATE conflicts SET acknowledged = 1", vec![("audit_state", &original.conflict)]),
        ("UPDATE disputes SET status = 'withdrawn'", vec![("audit_state", &original.dispute)]),
        ("UPDATE disputes SET reason = 'Theirs.'", vec![("audit_state", &original.dispute)]),
        ("UPDATE dispute_messages SET body = 'Yes.'", vec![("audit_state", &original.message)]),
        ("UPDATE webhook_endpoints SET url = 'https://evil.example/'", vec![("audit_state", &"endpoint 1".to_owned())]),
        ("UPDATE webhook_endpoints SET events = 'all'", vec![("audit_state", &"endpoint 1".to_owned())]),
        ("UPDATE webhook_endpoints SET secret = 'whsec_AAAA'", vec![("audit_state", &"endpoint 1".to_owned())]),
        // The pair of the conflict that is gone, and that one is gone at all.
        (
            "DELETE FROM disputes; DELETE FROM dispute_messages; DELETE FROM conflicts",
            vec![
                ("audit_state", &"conflict".to_owned()),
                ("audit_state", &"dispute".to_owned()),
                ("audit_state", &"message".to_owned()),
                ("overlaps", first),
            ],
        ),
        (
            insert,
            vec![("audit_state", &new.to_owned()), ("audit_state", &"registration".to_owned()), ("overlaps", third)],
        ),
        ("DELETE FROM registrations WHERE id = 3", vec![("audit_state", &"registration".to_owned())]),
        (
            "DELETE FROM registrations WHERE id = 1",
            vec![("references", &String::new()), ("audit_state", &"registration".to_owned())],
        ),
        ("DELETE FROM credentials", vec![("audit_state", &"credential".to_owned())]),
    ] {
        let found = findings(&original.tampered(SCRIPT, sql), None);
        for (check, subject) in &expected {
            assert!(found.contains(&((*check).to_owned(), (*subject).clone())), "{sql}: {found:?}");
        }
        // Nothing that was not touched is accused.
        let others = found.iter().filter(|(check, subject)| {
            !expected.iter().any(|(known, of)| known == check && *of == subject) && check != "references"
        });
        assert_eq!(others.count(), 0, "{sql}: {found:?}");
    }
}

#[test]
fn every_change_of_the_log_is_found() {
    let original = Original::new();
    let last = original.head.seq;
    let chain = |seq: i64| ("audit_chain".to_owned(), seq.to_string());
    for (sql, expected) in [
        ("DELETE FROM audit_log WHERE seq = 5", chain(6)),
        ("UPDATE audit_log SET actor = 'nobody' WHERE seq = 5", chain(5)),
        ("UPDATE audit_log SET at = '2025-01-01T00:00:00.000Z' WHERE seq = 1", chain(1)),
        ("UPDATE audit_log SET before = '' WHERE seq = 2", chain(2)),
        ("UPDATE audit_log SET hash = zeroblob(32) WHERE seq = 4", chain(4)),
        ("DELETE FROM audit_log WHERE seq > (SELECT max(seq) - 2 FROM audit_log)", chain(last - 2)),
        ("DELETE FROM audit_log WHERE seq = 1", chain(2)),
        ("DELETE FROM audit_log", chain(0)),
        ("UPDATE audit_head SET seq = 3", chain(last)),
        (
            "INSERT INTO audit_log SELECT seq + 100, at, actor, action, subject || 'x', before, after, hash FROM audit_log \
             WHERE seq = 1",
            chain(101),
        ),
    ] {
        let found = findings(&original.tampered(SCRIPT, sql), None);
        assert!(found.contains(&expected), "{sql}: {found:?}");
    }
    // Cut with its head moved, the log holds together; what it no longer knows does not, nor what was known of it.
    let cut = "DELETE FROM audit_log WHERE seq > (SELECT max(seq) - 2 FROM audit_log);
               UPDATE audit_head SET (seq, hash) = (SELECT seq, hash FROM audit_log ORDER BY seq DESC LIMIT 1)";
    let ledger = original.tampered(SCRIPT, cut);
    let state = |subject: &str| ("audit_state".to_owned(), subject.to_owned());
    let found = findings(&ledger, None);
    assert!(found.contains(&state(&original.message)) && found.contains(&state(&original.dispute)), "{found:?}");
    assert!(findings(&ledger, Some(&original.head)).contains(&("audit_chain".to_owned(), String::new())));
    let gone = original.tampered(SCRIPT, "DELETE FROM audit_head");
    assert_eq!(gone.audit().verify(None).unwrap_err().code(), ErrorCode::CorruptFile);
    assert_eq!(gone.access().create_organization("Late", at(9)).unwrap_err().code(), ErrorCode::CorruptFile);
}

#[test]
fn a_log_that_was_computed_anew_is_found_by_a_head_that_was_kept() {
    let original = Original::new();
    // With nothing altered the chain comes out the same: the program below computes it as the library does.
    let same = original.tampered(REWRITE, "");
    assert_eq!(same.audit().head().unwrap(), original.head);
    let forgery = "UPDATE registrations SET program_name = 'Forged' WHERE id = 1;
                   UPDATE audit_log SET after = replace(after, 'Spring Rebate', 'Forged')
                   WHERE subject = (SELECT public_id FROM registrations WHERE id = 1)";
    let forged = original.tampered(REWRITE, forgery);
    let page = PageRequest::default();
    let caller = Caller::new(original.organization.parse().unwrap(), Scopes::all());
    let names = forged.registrations().list(&caller, None, page, at(9)).unwrap().data;
    assert!(names.iter().any(|one| one.program_name == "Forged"));
    assert_eq!(findings(&forged, None), [], "the file alone cannot tell");
    let seq = original.head.seq.to_string();
    assert_eq!(findings(&forged, Some(&original.head)), [("audit_chain".to_owned(), seq)]);
    // An earlier head, kept before the altered row, says nothing of it.
    let first = original.tampered(REWRITE, "").audit().entries(None, 0, 1).unwrap().remove(0);
    assert_eq!(findings(&forged, Some(&AuditHead { seq: first.seq, hash: first.hash })), []);
}

#[test]
fn the_log_refuses_changes_by_plain_sql() {
    let original = Original::new();
    let copy = original.copy();
    let refused = "
import sqlite3, sys
c = sqlite3.connect(sys.argv[1])
for sql in ['DELETE FROM audit_log WHERE seq = 1', \"UPDATE audit_log SET actor = 'me' WHERE seq = 1\"]:
    try:
        c.execute(sql)
        print('taken')
    except sqlite3.Error as error:
        print(error)
";
    let told = python(refused, &[copy.to_str().unwrap()]);
    assert_eq!(told, "the audit log is append-only\n".repeat(2));
    assert_eq!(findings(&open(Path::new(&copy)).unwrap(), Some(&original.head)), []);
}
