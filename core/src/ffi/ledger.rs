//! The ledger over plain values: what the bindings call.
//!
//! A call's input is `{now, caller?, request?, …}`: `request` is the contract's body, ids stand beside it. Error paths name
//! the fields of the body as the contract does.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::emission::in_ledger::{self, LedgerFactorCall};
use super::emission::read_data;
use super::json::{NumberStyle, parse_json, write_json};
use super::read::{Fields, boolean, date, instant, integer, items, list, named, string, uuid};
use super::value::Value;
use crate::access::{Scope, Scopes};
use crate::charger::{HashPrefix, KeyedHash, SerialHash};
use crate::ledger::{
    AuditHead, Caller, ChargerPair, CredentialKind, CsvImport, DeliveryOutcome, EndpointRequest, EndpointStatus,
    EndpointUpdate, Ledger, Metadata, RegistrationRequest, RegistrationUpdate, RenewalRequest, TokenRequest,
    check_batch_size, instant_text, json_of,
};
use crate::page::PageRequest;
use crate::registration::{OnConflict, RegistrationStatus};
use crate::webhook::EventType;
use crate::{Error, ErrorCode, Result, text};

/// A ledger for bindings: calls by name, answers as JSON text in the contract's shapes.
///
/// ```
/// use tierra::ffi::{LedgerHandle, parse_json};
/// let ledger = LedgerHandle::open(&parse_json(r#"{"path": null}"#)?)?;
/// let answer = ledger.answer_json(
///     "lookup.by_hash",
///     r#"{"now": "2026-01-01T00:00:00Z",
///         "serial_hash": "59d22d7fa6e58ead23ecd0dbfdf3383c5a2b59504443e33b8483a63a691fe563"}"#,
/// );
/// assert_eq!(answer, r#"{"registered":false,"registration_count":0,"active_period":null}"#);
/// # Ok::<(), tierra::Error>(())
/// ```
#[derive(Debug)]
pub struct LedgerHandle(Ledger);

/// A call: its name, the fields that it takes beside `now`, and the function that answers it.
type LedgerCall = (&'static str, &'static [&'static str], fn(&Ledger, &Input<'_>) -> Result<String>);

/// What a query for emission factors takes.
const FACTOR_QUERY: &[&str] = &["caller", "query"];

/// Every call of the ledger, sorted by name.
const CALLS: &[LedgerCall] = &[
    ("access.create_client", &["organization", "name", "scopes"], create_client),
    ("access.create_organization", &["name"], create_organization),
    ("access.credentials", &["organization", "kind"], credentials),
    ("access.issue_key", &["organization", "name", "scopes", "expires_at"], issue_key),
    ("access.organizations", &["page", "per_page"], organizations),
    ("access.revoke", &["id"], revoke),
    ("access.revoke_token", &["token"], revoke_token),
    ("access.rotate", &["id", "overlap_seconds"], rotate),
    ("access.token", &["request"], token),
    ("access.verify", &["token"], verify_token),
    ("audit.entries", &["subject", "after", "limit"], audit_entries),
    ("audit.head", &[], audit_head),
    ("audit.verify", &["known"], audit_verify),
    ("back_up", &["path"], back_up),
    ("close", &[], close),
    ("disputes.list", &["caller", "page", "per_page"], disputes_list),
    ("disputes.message", &["caller", "public_id", "request"], disputes_message),
    ("disputes.open", &["caller", "request"], disputes_open),
    ("disputes.resolve", &["caller", "public_id", "request"], disputes_resolve),
    ("disputes.review", &["caller", "public_id"], disputes_review),
    ("disputes.show", &["caller", "public_id"], disputes_show),
    ("disputes.withdraw", &["caller", "public_id"], disputes_withdraw),
    ("factors.co2e", FACTOR_QUERY, |ledger, input| factor_answer(ledger, input, in_ledger::co2e)),
    ("factors.digest", FACTOR_QUERY, |ledger, input| factor_answer(ledger, input, in_ledger::digest)),
    ("factors.emissions", FACTOR_QUERY, |ledger, input| factor_answer(ledger, input, in_ledger::emissions)),
    ("factors.explain", FACTOR_QUERY, |ledger, input| factor_answer(ledger, input, in_ledger::explain)),
    ("factors.fuel_properties", FACTOR_QUERY, |ledger, input| factor_answer(ledger, input, in_ledger::fuel_properties)),
    ("factors.gwp_values", FACTOR_QUERY, |ledger, input| factor_answer(ledger, input, in_ledger::gwp_values)),
    ("factors.inventory", FACTOR_QUERY, |ledger, input| factor_answer(ledger, input, in_ledger::inventory)),
    ("factors.libraries", FACTOR_QUERY, |ledger, input| factor_answer(ledger, input, in_ledger::libraries)),
    ("factors.load", &["data"], factors_load),
    ("factors.resolve", FACTOR_QUERY, |ledger, input| factor_answer(ledger, input, in_ledger::resolve)),
    ("factors.search", FACTOR_QUERY, |ledger, input| factor_answer(ledger, input, in_ledger::search)),
    ("lookup.by_hash", &["serial_hash"], lookup_by_hash),
    ("lookup.by_keyed_hash", &["keyed_hash"], lookup_by_keyed_hash),
    ("lookup.by_prefix", &["prefix"], lookup_by_prefix),
    ("lookup.charger", &["caller", "request"], lookup_charger),
    ("registrations.cancel", &["caller", "public_id"], registrations_cancel),
    ("registrations.expire", &["limit"], registrations_expire),
    ("registrations.list", &["caller", "status", "page", "per_page"], registrations_list),
    ("registrations.register", &["caller", "request"], registrations_register),
    ("registrations.register_batch", &["caller", "request"], registrations_register_batch),
    ("registrations.renew", &["caller", "public_id", "request"], registrations_renew),
    ("registrations.show", &["caller", "public_id"], registrations_show),
    ("registrations.update", &["caller", "public_id", "request"], registrations_update),
    ("webhooks.attempts", &["caller", "id"], webhooks_attempts),
    ("webhooks.create", &["caller", "request"], webhooks_create),
    ("webhooks.delete", &["caller", "id"], webhooks_delete),
    ("webhooks.deliveries", &["caller", "id", "page", "per_page"], webhooks_deliveries),
    ("webhooks.due", &["limit"], webhooks_due),
    ("webhooks.events", &["after", "limit"], webhooks_events),
    ("webhooks.list", &["caller"], webhooks_list),
    ("webhooks.next_due", &[], webhooks_next_due),
    ("webhooks.record", &["delivery_id", "attempt", "outcome"], webhooks_record),
    ("webhooks.resend", &["caller", "id"], webhooks_resend),
    ("webhooks.rotate_secret", &["caller", "id", "overlap_seconds"], webhooks_rotate_secret),
    ("webhooks.show", &["caller", "id"], webhooks_show),
    ("webhooks.update", &["caller", "id", "request"], webhooks_update),
];

impl LedgerHandle {
    /// Opens a ledger: `{path, read_only?, full_sync?, busy_timeout_ms?, identity_key?, seed?}`.
    ///
    /// Without a `path` it is in memory. With a `seed` all ids and secrets follow from it: for tests and never in earnest.
    ///
    /// # Errors
    ///
    /// Those of [`LedgerOptions::open`](crate::ledger::LedgerOptions::open) and of the fields.
    pub fn open(options: &Value) -> Result<Self> {
        let known = ["path", "read_only", "full_sync", "busy_timeout_ms", "identity_key", "seed"];
        let fields = Fields::of(options, &known)?;
        let mut opening = Ledger::options();
        if fields.optional("read_only", boolean)?.unwrap_or(false) {
            opening = opening.read_only();
        }
        if let Some(full) = fields.optional("full_sync", boolean)? {
            opening = opening.full_sync(full);
        }
        if let Some(wait) = fields.optional("busy_timeout_ms", integer::<u32>)? {
            opening = opening.busy_timeout(Duration::from_millis(wait.into()));
        }
        if let Some(secret) = fields.optional("identity_key", string)? {
            opening = opening.identity_key(secret);
        }
        if let Some(seed) = fields.optional("seed", string)? {
            opening = opening.random(seeded(seed));
        }
        match fields.optional("path", string)? {
            Some(path) => opening.open(path).map(Self),
            None => opening.in_memory().map(Self),
        }
    }

    /// The names of all calls, sorted.
    pub fn call_names() -> impl Iterator<Item = &'static str> {
        CALLS.iter().map(|(name, _, _)| *name)
    }

    /// Answers the call named `name` with JSON text in the contract's shape.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::UnknownOp`] for another name; those of the fields and of the call.
    pub fn call(&self, name: &str, input: &Value) -> Result<String> {
        self.call_in(name, input, NumberStyle::Digits)
    }

    /// [`LedgerHandle::call`] with decimals as `style` says: those of emission factors, for no other answer has any.
    ///
    /// # Errors
    ///
    /// As [`LedgerHandle::call`].
    pub fn call_in(&self, name: &str, input: &Value, style: NumberStyle) -> Result<String> {
        let Some((_, fields, answer)) = CALLS.iter().find(|(known, _, _)| *known == name) else {
            let message =
                format!("`{}` is no call of a ledger; expected one such as `lookup.by_hash`", text::excerpt(name));
            return Err(Error::new(ErrorCode::UnknownOp, "", message));
        };
        let known: Vec<&str> = fields.iter().copied().chain(["now"]).collect();
        answer(&self.0, &Input(Fields::of(input, &known)?, style))
    }

    /// [`LedgerHandle::call`] on JSON text, with errors as [`answer_json`](super::answer_json) writes them.
    #[must_use]
    pub fn answer_json(&self, name: &str, input: &str) -> String {
        self.answer_json_in(name, input, NumberStyle::Digits)
    }

    /// [`LedgerHandle::call_in`] on JSON text, with errors as [`answer_json`](super::answer_json) writes them.
    #[must_use]
    pub fn answer_json_in(&self, name: &str, input: &str, style: NumberStyle) -> String {
        or_error(parse_json(input).and_then(|input| self.call_in(name, &input, style)))
    }

    /// Opens an import of a CSV file: `{caller, path, on_conflict?}`.
    ///
    /// # Errors
    ///
    /// Those of [`CsvImport::open`] and of the fields.
    pub fn import_csv(input: &Value) -> Result<ImportHandle> {
        let input = Input(Fields::of(input, &["caller", "path", "on_conflict"])?, NumberStyle::Digits);
        let on_conflict = input.0.optional("on_conflict", named::<OnConflict>)?.unwrap_or_default();
        let import = CsvImport::open(input.0.required("path", string)?, input.caller()?, on_conflict)?;
        Ok(ImportHandle(Mutex::new(import)))
    }
}

/// The answer, or the error as the JSON that all bindings know.
pub(super) fn or_error(answer: Result<String>) -> String {
    answer.unwrap_or_else(|error| super::error_json(&error))
}

/// A CSV file on its way into a ledger, for bindings: [`CsvImport`].
pub struct ImportHandle(Mutex<CsvImport<std::io::BufReader<std::fs::File>>>);

impl ImportHandle {
    /// Takes the next rows at the instant `now`; the answer is the progress as JSON text.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::InvalidDate`] at `now`, and those of [`CsvImport::step`].
    pub fn step(&self, ledger: &LedgerHandle, now: &Value) -> Result<String> {
        let now = instant(now).map_err(|error| error.under("now"))?;
        let mut import = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        to_json(&import.step(&ledger.0, now)?)
    }

    /// [`ImportHandle::step`] at an instant given as text, with errors as [`answer_json`](super::answer_json) writes them.
    #[must_use]
    pub fn step_json(&self, ledger: &LedgerHandle, now: &str) -> String {
        or_error(self.step(ledger, &Value::String(now.to_owned())))
    }
}

/// SHA-256 of the seed and a counter, block after block.
fn seeded(seed: &str) -> impl FnMut(&mut [u8]) + Send + 'static {
    let seed = seed.to_owned();
    let mut counter = 0_u64;
    move |bytes| {
        for chunk in bytes.chunks_mut(32) {
            let mut digest = Sha256::new();
            digest.update(&seed);
            digest.update(counter.to_be_bytes());
            counter += 1;
            let block: [u8; 32] = digest.finalize().into();
            chunk.iter_mut().zip(block).for_each(|(byte, random)| *byte = random);
        }
    }
}

fn to_json(value: &impl Serialize) -> Result<String> {
    json_of(value)
}

/// A list that the contract puts into `data`.
fn data_json(items: &impl Serialize) -> Result<String> {
    Ok(format!(r#"{{"data":{}}}"#, to_json(items)?))
}

/// The input of a call, and how decimals are written in its answer.
struct Input<'a>(Fields<'a>, NumberStyle);

impl<'a> Input<'a> {
    fn now(&self) -> Result<DateTime<Utc>> {
        self.0.required("now", instant)
    }

    fn caller(&self) -> Result<Caller> {
        self.0.required("caller", read_caller)
    }

    fn public_id(&self) -> Result<Uuid> {
        self.0.required("public_id", uuid)
    }

    fn id(&self) -> Result<i64> {
        self.0.required("id", integer)
    }

    fn page(&self) -> Result<PageRequest> {
        let first = PageRequest::default();
        let page = self.0.optional("page", integer)?.unwrap_or(first.page());
        let per_page = self.0.optional("per_page", integer)?.unwrap_or(first.per_page());
        PageRequest::new(page, per_page)
    }

    /// The contract's body, whose fields are not said to stand under `request`.
    fn request(&self, known: &[&str]) -> Result<Fields<'a>> {
        Fields::of(self.0.required("request", Ok)?, known)
    }

    fn overlap_seconds(&self) -> Result<u32> {
        Ok(self.0.optional("overlap_seconds", integer)?.unwrap_or(0))
    }

    fn limit(&self, default: u32) -> Result<u32> {
        Ok(self.0.optional("limit", integer)?.unwrap_or(default))
    }
}

fn read_caller(value: &Value) -> Result<Caller> {
    let fields = Fields::of(value, &["organization", "scopes", "credential"])?;
    let caller = Caller::new(fields.required("organization", uuid)?, fields.required("scopes", scopes)?);
    Ok(match fields.optional("credential", uuid)? {
        Some(credential) => caller.with_credential(credential),
        None => caller,
    })
}

/// Scopes as a list of names, or as a text with spaces between them.
fn scopes(value: &Value) -> Result<Scopes> {
    match value {
        Value::String(text) => text.parse(),
        other => Ok(list(other, named::<Scope>)?.into_iter().collect()),
    }
}

fn metadata(value: &Value) -> Result<Metadata> {
    match value {
        Value::Object(_) => {
            check_finite(value)?;
            write_json(value, NumberStyle::Digits).parse()
        }
        other => Err(Error::new(ErrorCode::WrongType, "", format!("is {}; expected an object", other.describe()))),
    }
}

/// Refuses NaN and the infinities, which JSON cannot say: they would be kept as null.
fn check_finite(value: &Value) -> Result<()> {
    match value {
        Value::Float(number) if !number.is_finite() => {
            Err(Error::new(ErrorCode::NotFinite, "", format!("is {}; expected a finite number", value.describe())))
        }
        Value::Array(items) => {
            items.iter().enumerate().try_for_each(|(index, item)| check_finite(item).map_err(|e| e.at_index(index)))
        }
        Value::Object(fields) => {
            fields.iter().try_for_each(|(name, field)| check_finite(field).map_err(|e| e.under(name)))
        }
        _ => Ok(()),
    }
}

fn events(value: &Value) -> Result<Vec<EventType>> {
    list(value, named::<EventType>)
}

// Access.

fn create_organization(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    to_json(&ledger.access().create_organization(input.0.required("name", string)?, input.now()?)?)
}

fn organizations(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    to_json(&ledger.access().organizations(input.page()?)?)
}

fn issue_key(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    let (name, scopes) = (input.0.required("name", string)?, input.0.required("scopes", scopes)?);
    let expires_at = input.0.optional("expires_at", instant)?;
    let organization = input.0.required("organization", uuid)?;
    to_json(&ledger.access().issue_key(organization, name, scopes, expires_at, input.now()?)?)
}

fn create_client(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    let (name, scopes) = (input.0.required("name", string)?, input.0.required("scopes", scopes)?);
    to_json(&ledger.access().create_client(input.0.required("organization", uuid)?, name, scopes, input.now()?)?)
}

fn credentials(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    let kind = input.0.optional("kind", named::<CredentialKind>)?.unwrap_or(CredentialKind::ApiKey);
    data_json(&ledger.access().credentials(input.0.required("organization", uuid)?, kind)?)
}

fn rotate(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    to_json(&ledger.access().rotate(input.0.required("id", uuid)?, input.overlap_seconds()?, input.now()?)?)
}

fn revoke(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    to_json(&ledger.access().revoke(input.0.required("id", uuid)?, input.now()?)?)
}

fn token(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    let fields = input.request(&["grant_type", "client_id", "client_secret", "scope"])?;
    let request = TokenRequest {
        grant_type: fields.required("grant_type", string)?,
        client_id: fields.required("client_id", string)?,
        client_secret: fields.required("client_secret", string)?,
        scope: fields.optional("scope", string)?,
    };
    to_json(&ledger.access().token(&request, input.now()?)?)
}

fn revoke_token(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    ledger.access().revoke_token(input.0.required("token", string)?, input.now()?)?;
    Ok("{}".to_owned())
}

fn verify_token(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    let caller = ledger.access().verify(input.0.required("token", string)?, input.now()?)?;
    let value = Value::object(vec![
        ("organization", Value::text(caller.organization())),
        ("scopes", Value::list(caller.scopes().iter(), Value::text)),
        ("credential", Value::optional_text(caller.credential())),
    ]);
    Ok(write_json(&value, NumberStyle::Digits))
}

// Lookup.

fn lookup_by_hash(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    to_json(&ledger.lookup().by_hash(input.0.required("serial_hash", named::<SerialHash>)?, input.now()?)?)
}

fn lookup_by_keyed_hash(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    to_json(&ledger.lookup().by_keyed_hash(input.0.required("keyed_hash", named::<KeyedHash>)?, input.now()?)?)
}

fn lookup_by_prefix(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    to_json(&ledger.lookup().by_prefix(&input.0.required("prefix", named::<HashPrefix>)?, input.now()?)?)
}

/// The contract's one path for a pair and for a batch: `{vendor, serial}` or `{items: […]}`.
fn lookup_charger(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    let (caller, now) = (input.caller()?, input.now()?);
    let request = input.0.required("request", Ok)?;
    let is_batch = matches!(request, Value::Object(fields) if fields.iter().any(|(name, _)| name == "items"));
    if !is_batch {
        return to_json(&ledger.lookup().charger(&caller, read_pair(request)?, now)?);
    }
    let fields = Fields::of(request, &["items"])?;
    check_batch_size("items", fields.required("items", items)?.len())?;
    let pairs = fields.required("items", |value| list(value, read_pair))?;
    Ok(format!(r#"{{"results":{}}}"#, to_json(&ledger.lookup().chargers(&caller, &pairs, now)?)?))
}

fn read_pair(value: &Value) -> Result<ChargerPair<'_>> {
    let fields = Fields::of(value, &["vendor", "serial"])?;
    Ok(ChargerPair { vendor: fields.required("vendor", string)?, serial: fields.required("serial", string)? })
}

// Registrations.

fn registrations_register(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    let request = read_registration(input.0.required("request", Ok)?)?;
    to_json(&ledger.registrations().register(&input.caller()?, &request, input.now()?)?)
}

fn registrations_register_batch(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    let fields = input.request(&["registrations"])?;
    // The size before the items: of a batch of a million none is read.
    check_batch_size("registrations", fields.required("registrations", items)?.len())?;
    let (caller, now) = (input.caller()?, input.now()?);
    let requests = fields.required("registrations", |value| list(value, read_registration))?;
    to_json(&ledger.registrations().register_batch(&caller, &requests, now)?)
}

fn read_registration(value: &Value) -> Result<RegistrationRequest<'_>> {
    let known = ["vendor", "serial", "program_name", "start_date", "end_date", "metadata", "on_conflict"];
    let fields = Fields::of(value, &known)?;
    Ok(RegistrationRequest {
        vendor: fields.required("vendor", string)?,
        serial: fields.required("serial", string)?,
        program_name: fields.required("program_name", string)?,
        start_date: fields.required("start_date", date)?,
        end_date: fields.required("end_date", date)?,
        metadata: fields.optional("metadata", metadata)?,
        on_conflict: fields.optional("on_conflict", named::<OnConflict>)?.unwrap_or_default(),
    })
}

fn registrations_list(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    let status = input.0.optional("status", named::<RegistrationStatus>)?;
    to_json(&ledger.registrations().list(&input.caller()?, status, input.page()?, input.now()?)?)
}

fn registrations_show(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    to_json(&ledger.registrations().show(&input.caller()?, input.public_id()?, input.now()?)?)
}

fn registrations_update(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    let fields = input.request(&["program_name", "metadata"])?;
    let update = RegistrationUpdate {
        program_name: fields.optional("program_name", string)?,
        metadata: fields.optional("metadata", metadata)?,
    };
    to_json(&ledger.registrations().update(&input.caller()?, input.public_id()?, &update, input.now()?)?)
}

fn registrations_cancel(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    to_json(&ledger.registrations().cancel(&input.caller()?, input.public_id()?, input.now()?)?)
}

fn registrations_renew(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    let fields = input.request(&["start_date", "end_date", "on_conflict"])?;
    let request = RenewalRequest {
        start_date: fields.required("start_date", date)?,
        end_date: fields.required("end_date", date)?,
        on_conflict: fields.optional("on_conflict", named::<OnConflict>)?.unwrap_or_default(),
    };
    to_json(&ledger.registrations().renew(&input.caller()?, input.public_id()?, request, input.now()?)?)
}

fn registrations_expire(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    let limit = usize::try_from(input.limit(1000)?).unwrap_or(usize::MAX);
    to_json(&ledger.registrations().expire(limit, input.now()?)?)
}

// Disputes.

fn disputes_open(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    let fields = input.request(&["conflict", "reason"])?;
    let (conflict, reason) = (fields.required("conflict", uuid)?, fields.required("reason", string)?);
    to_json(&ledger.disputes().open(&input.caller()?, conflict, reason, input.now()?)?)
}

fn disputes_list(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    to_json(&ledger.disputes().list(&input.caller()?, input.page()?)?)
}

fn disputes_show(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    to_json(&ledger.disputes().show(&input.caller()?, input.public_id()?)?)
}

fn disputes_message(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    let body = input.request(&["body"])?.required("body", string)?;
    to_json(&ledger.disputes().message(&input.caller()?, input.public_id()?, body, input.now()?)?)
}

fn disputes_withdraw(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    to_json(&ledger.disputes().withdraw(&input.caller()?, input.public_id()?, input.now()?)?)
}

fn disputes_review(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    to_json(&ledger.disputes().review(&input.caller()?, input.public_id()?, input.now()?)?)
}

fn disputes_resolve(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    let note = input.request(&["resolution_note"])?.required("resolution_note", string)?;
    to_json(&ledger.disputes().resolve(&input.caller()?, input.public_id()?, note, input.now()?)?)
}

// Webhooks.

fn webhooks_create(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    let fields = input.request(&["url", "events"])?;
    let request = EndpointRequest { url: fields.required("url", string)?, events: fields.required("events", events)? };
    to_json(&ledger.webhooks().create(&input.caller()?, &request, input.now()?)?)
}

fn webhooks_list(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    data_json(&ledger.webhooks().list(&input.caller()?)?)
}

fn webhooks_show(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    to_json(&ledger.webhooks().show(&input.caller()?, input.id()?)?)
}

fn webhooks_update(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    let fields = input.request(&["url", "events", "status"])?;
    let update = EndpointUpdate {
        url: fields.optional("url", string)?,
        events: fields.optional("events", events)?,
        status: fields.optional("status", named::<EndpointStatus>)?,
    };
    to_json(&ledger.webhooks().update(&input.caller()?, input.id()?, &update, input.now()?)?)
}

fn webhooks_delete(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    ledger.webhooks().delete(&input.caller()?, input.id()?, input.now()?)?;
    Ok("{}".to_owned())
}

fn webhooks_rotate_secret(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    let overlap = input.overlap_seconds()?;
    to_json(&ledger.webhooks().rotate_secret(&input.caller()?, input.id()?, overlap, input.now()?)?)
}

fn webhooks_deliveries(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    to_json(&ledger.webhooks().deliveries(&input.caller()?, input.id()?, input.page()?)?)
}

fn webhooks_attempts(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    data_json(&ledger.webhooks().attempts(&input.caller()?, input.id()?)?)
}

fn webhooks_resend(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    to_json(&ledger.webhooks().resend(&input.caller()?, input.id()?, input.now()?)?)
}

fn webhooks_events(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    let after = input.0.optional("after", integer)?.unwrap_or(0);
    data_json(&ledger.webhooks().events(after, input.limit(100)?)?)
}

fn webhooks_due(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    data_json(&ledger.webhooks().due(input.limit(100)?, input.now()?)?)
}

fn webhooks_next_due(ledger: &Ledger, _: &Input<'_>) -> Result<String> {
    let due = ledger.webhooks().next_due()?.map(instant_text);
    Ok(write_json(&Value::object(vec![("due_at", Value::optional_text(due))]), NumberStyle::Digits))
}

fn webhooks_record(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    let outcome = input.0.required("outcome", read_outcome)?;
    let (delivery, attempt) = (input.0.required("delivery_id", integer)?, input.0.required("attempt", integer)?);
    to_json(&ledger.webhooks().record(delivery, attempt, outcome, input.now()?)?)
}

/// `{status, retry_after?}` of an answer, or `{error}` where there was none.
fn read_outcome(value: &Value) -> Result<DeliveryOutcome<'_>> {
    let fields = Fields::of(value, &["status", "retry_after", "error"])?;
    let retry_after = fields.optional("retry_after", string)?;
    match (fields.optional("status", integer::<u16>)?, fields.optional("error", string)?) {
        (Some(status), None) => Ok(DeliveryOutcome::Answered { status, retry_after }),
        (None, Some(error)) => Ok(DeliveryOutcome::Unreachable(error)),
        _ => {
            let message = "has both or neither of `status` and `error`; expected one of them";
            Err(Error::new(ErrorCode::MissingField, "", message))
        }
    }
}

// Emission factors. As under `request`, fields are not said to stand under `query` or `data`: the paths are the contract's.

fn factors_load(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    let data = read_data(input.0.required("data", Ok)?)?;
    to_json(&ledger.factors().load(&data, input.now()?)?)
}

/// A query without parameters need not be there.
fn factor_answer(ledger: &Ledger, input: &Input<'_>, call: LedgerFactorCall) -> Result<String> {
    static NO_PARAMETERS: Value = Value::Object(Vec::new());
    let query = input.0.optional("query", Ok)?.unwrap_or(&NO_PARAMETERS);
    Ok(write_json(&call(ledger.factors(), &input.caller()?, query)?, input.1))
}

// The file as a whole.

fn audit_entries(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    let subject = input.0.optional("subject", string)?;
    let after = input.0.optional("after", integer)?.unwrap_or(0);
    data_json(&ledger.audit().entries(subject, after, input.limit(100)?)?)
}

fn audit_head(ledger: &Ledger, _: &Input<'_>) -> Result<String> {
    to_json(&ledger.audit().head()?)
}

fn audit_verify(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    let known = input.0.optional("known", |value| {
        let fields = Fields::of(value, &["seq", "hash"])?;
        let hash = fields.required("hash", named::<SerialHash>)?.to_string();
        Ok(AuditHead { seq: fields.required("seq", integer)?, hash })
    })?;
    to_json(&ledger.audit().verify(known.as_ref())?)
}

fn back_up(ledger: &Ledger, input: &Input<'_>) -> Result<String> {
    ledger.back_up(input.0.required("path", string)?, |_, _| true)?;
    Ok("{}".to_owned())
}

fn close(ledger: &Ledger, _: &Input<'_>) -> Result<String> {
    ledger.close()?;
    Ok("{}".to_owned())
}
