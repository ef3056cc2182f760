//! The story, told to whoever listens.

use std::error::Error as AnyError;
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use tierra::access::{Scope, Scopes};
use tierra::charger::identify;
use tierra::chrono::{DateTime, TimeDelta, Utc};
use tierra::ledger::{Caller, DeliveryOutcome, EndpointRequest, Ledger, RegistrationRequest};
use tierra::registration::OnConflict;
use tierra::webhook::{DEFAULT_TOLERANCE_S, EventType, WebhookSecret, verify_headers};
use tierra::{Error, Result, parse_date};

use crate::receiver::{Receiver, send};

type Told = std::result::Result<(), Box<dyn AnyError>>;

/// Tells the story over a ledger in a file of its own, which is removed at the end.
pub(crate) fn tell(out: &mut dyn Write) -> Told {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let folder = Folder(std::env::temp_dir().join(format!("tierra-registry-{}-{number}", std::process::id())));
    std::fs::create_dir_all(&folder.0)?;
    let ledger = Ledger::open(folder.0.join("registry.sqlite"))?;
    // The story's own clock: the ledger has none, so a year may pass in a second.
    let now = DateTime::from_timestamp(1_767_603_600, 0).ok_or("expected an instant")?; // 2026-01-05 09:00
    let told = Story { ledger: &ledger, out, now, secret: None }.tell();
    ledger.close()?;
    told
}

/// A folder that goes when the story is over.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

struct Story<'a> {
    ledger: &'a Ledger,
    out: &'a mut dyn Write,
    now: DateTime<Utc>,
    /// What Green Miles's server checks its webhooks with.
    secret: Option<WebhookSecret>,
}

impl Story<'_> {
    fn later(&mut self, minutes: i64) {
        self.now += TimeDelta::minutes(minutes);
    }

    fn say(&mut self, line: &str) -> std::io::Result<()> {
        writeln!(self.out, "{}  {line}", self.now.format("%H:%M"))
    }

    /// An organisation with a key, as whoever shows that key.
    fn organization(&self, name: &str, scopes: Scopes) -> Result<Caller> {
        let id = self.ledger.access().create_organization(name, self.now)?.public_id;
        let key = self.ledger.access().issue_key(id, "server", scopes, None, self.now)?;
        self.ledger.access().verify(&format!("Bearer {}", key.secret), self.now)
    }

    fn tell(mut self) -> Told {
        let ledger = self.ledger;
        let own = [Scope::Lookup, Scope::RegistrationsWrite, Scope::DisputesWrite, Scope::WebhooksManage];
        let green = self.organization("Green Miles", own.into_iter().collect())?;
        let volt = self.organization("Volt Credits", own.into_iter().collect())?;
        let operator = self.organization("The Registry", [Scope::DisputesResolve].into_iter().collect())?;
        let wanted = EndpointRequest {
            url: "https://hooks.green-miles.example/registry",
            events: vec![EventType::ConflictDetected, EventType::DisputeCreated, EventType::DisputeResolved],
        };
        let endpoint = ledger.webhooks().create(&green, &wanted, self.now)?;
        self.secret = Some(endpoint.secret.parse()?); // shown this once

        writeln!(self.out, "Two programmes, one charger\n")?;
        let claim = RegistrationRequest {
            vendor: "WALLBOX",
            serial: "WBX00482913",
            program_name: "Spring Rebate",
            start_date: parse_date("2026-01-01")?,
            end_date: parse_date("2026-12-31")?,
            metadata: None,
            on_conflict: OnConflict::Warn,
        };
        let first = ledger.registrations().register(&green, &claim, self.now)?;
        let last4 = &first.registration.charger.serial_last4;
        self.say(&format!("Green Miles registers WALLBOX …{last4} for 2026. Nobody else claims it."))?;

        self.later(1);
        let hash = identify("WALLBOX", "WBX00482913")?.serial_hash();
        let count = ledger.lookup().by_hash(hash, self.now)?.registration_count;
        self.say(&format!("A buyer looks it up by its hash: registered {count} time, by whom is not said."))?;

        self.later(1);
        let twice = RegistrationRequest {
            vendor: "Wall Box Chargers S.L.",
            serial: "S/N: wbx-0048.2913",
            program_name: "Fleet Credits",
            start_date: parse_date("2026-07-01")?,
            end_date: parse_date("2027-06-30")?,
            ..claim
        };
        let if_free = RegistrationRequest { on_conflict: OnConflict::Fail, ..twice.clone() };
        let refused = refusal(ledger.registrations().register(&volt, &if_free, self.now))?;
        let named = format!("{}, {}", twice.vendor, twice.serial);
        self.say(&format!("Volt Credits asks for \"{named}\" from July, if it is free: {refused}."))?;

        self.later(1);
        let second = ledger.registrations().register(&volt, &twice, self.now)?;
        let conflict = second.conflicts.first().ok_or("expected a conflict")?;
        let other = &conflict.conflicting_registration.organization;
        self.say(&format!("It registers all the same. Both stand, and so does a conflict with {other}."))?;
        self.deliver_what_is_due(503)?;

        self.now = ledger.webhooks().next_due()?.ok_or("expected another attempt")?;
        self.deliver_what_is_due(204)?;

        self.later(10);
        let reason = "We bought this charger new in 2025.";
        let conflict = conflict.public_id.ok_or("expected the conflict's id")?;
        let dispute = ledger.disputes().open(&green, conflict, reason, self.now)?.dispute;
        self.say(&format!("Green Miles opens a dispute: \"{reason}\""))?;
        self.deliver_what_is_due(204)?;

        self.later(10);
        let answer = "Ours is the one beside it: we misread an 8 as a 3.";
        let message = ledger.disputes().message(&volt, dispute.public_id, answer, self.now)?;
        self.say(&format!("{} answers: \"{}\"", message.organization, message.body))?;

        self.later(1);
        let status = ledger.registrations().cancel(&volt, second.registration.public_id, self.now)?.status;
        let right = RegistrationRequest { serial: "WBX-0048.2918", ..twice };
        let right = ledger.registrations().register(&volt, &right, self.now)?;
        let (last4, conflicts) = (&right.registration.charger.serial_last4, right.conflicts.len());
        self.say(&format!("Its registration is {status}; it registers …{last4}, with {conflicts} conflicts."))?;

        self.later(5);
        ledger.disputes().review(&operator, dispute.public_id, self.now)?;
        let note = "A misread digit. Volt Credits withdrew.";
        let resolved = ledger.disputes().resolve(&operator, dispute.public_id, note, self.now)?;
        self.say(&format!("The registry's operator records it as {}: \"{note}\"", resolved.status))?;
        self.deliver_what_is_due(204)?;

        self.later(1);
        let report = ledger.audit().verify(Some(&ledger.audit().head()?))?;
        let verdict = if report.ok { "still says what was done" } else { "was altered" };
        self.say(&format!("The log holds {} changes, and the file {verdict}.", report.audit_rows))?;
        Ok(())
    }

    /// Sends what is due to Green Miles's server, which answers with `status`.
    fn deliver_what_is_due(&mut self, status: u16) -> Told {
        for request in self.ledger.webhooks().due(100, self.now)? {
            let receiver = Receiver::answering(status)?;
            let sent = send(&request, receiver.address).map_err(|error| error.to_string());
            let outcome = match &sent {
                Ok(status) => DeliveryOutcome::Answered { status: *status, retry_after: None },
                Err(error) => DeliveryOutcome::Unreachable(error),
            };
            self.ledger.webhooks().record(request.delivery_id, request.attempt, outcome, self.now)?;
            if status == 503 {
                self.say("  Green Miles's server is down: 503.")?;
                continue;
            }

            // The body as it came, byte for byte, before anybody parses it.
            let received = receiver.received()?;
            let headers = || received.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            let (seconds, secrets) = (self.now.timestamp(), self.secret.as_slice());
            verify_headers(headers(), &received.body, secrets, seconds, DEFAULT_TOLERANCE_S)?;
            let more = [received.body.as_slice(), b" "].concat();
            let altered = refusal(verify_headers(headers(), &more, secrets, seconds, DEFAULT_TOLERANCE_S))?;
            let body: serde_json::Value = serde_json::from_slice(&received.body)?;
            let event = body.get("type").and_then(serde_json::Value::as_str).unwrap_or_default();
            self.say(&format!("  {event} arrives and is genuine; with one blank more: {altered}."))?;
        }
        Ok(())
    }
}

/// The code that a call was refused with.
fn refusal<T>(answer: Result<T>) -> std::result::Result<&'static str, &'static str> {
    answer.err().map(|error: Error| error.code().as_str()).ok_or("expected a refusal")
}
