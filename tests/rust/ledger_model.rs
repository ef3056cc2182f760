//! Random operations on a ledger and on a plain model of it: lists in memory and the rules of DECISIONS 4 to 10 written a
//! second time, without a thought for speed. Answers, events and what can be seen must be the same after every step.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tierra::access::{Scope, Scopes};
use tierra::charger::identify;
use tierra::chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use tierra::ledger::{
    BatchItemStatus, Caller, ChargerPair, Conflict, DeliveryOutcome, DeliveryStatus, EndpointRequest, EndpointStatus,
    EndpointUpdate, Ledger, Registered, RegistrationRequest, RegistrationUpdate, RenewalRequest,
};
use tierra::registration::{DisputeStatus, OnConflict, RegistrationStatus};
use tierra::uuid::Uuid;
use tierra::webhook::{EventType, WebhookSecret, verify_signature};
use tierra::{ErrorCode, PageRequest, Period};

use crate::ledger_support::{Rng, TempDir, assert_sound, at, number_from_env};

const KEY: &[u8] = b"a key of sixteen bytes";
const CHARGERS: usize = 12;
/// Two spellings of each charger's serial.
const SPELLINGS: [&str; 2] = ["S/N: wbx-", "WBX"];
const MAKERS: [&str; 2] = ["Wall Box Chargers S.L.", "WALLBOX"];
const URLS: [&str; 3] = ["https://a.example/", "https://b.example/in", "https://8.8.8.8/"];

struct Registration {
    id: Uuid,
    organization: usize,
    charger: usize,
    period: Period,
    program: String,
    metadata: String,
    renewed_from: Option<Uuid>,
    created_at: DateTime<Utc>,
    cancelled: bool,
    told_expired: bool,
}

impl Registration {
    fn status(&self, day: NaiveDate) -> RegistrationStatus {
        if self.cancelled {
            RegistrationStatus::Cancelled
        } else if self.period.start() > day {
            RegistrationStatus::Pending
        } else if self.period.end() < day {
            RegistrationStatus::Expired
        } else {
            RegistrationStatus::Active
        }
    }
}

struct ModelConflict {
    id: Uuid,
    first: usize,
    second: usize,
}

struct Dispute {
    id: Uuid,
    conflict: usize,
    opener: usize,
    other: usize,
    status: DisputeStatus,
    note: Option<String>,
    messages: Vec<(usize, String)>,
}

impl Dispute {
    fn is_live(&self) -> bool {
        matches!(self.status, DisputeStatus::Open | DisputeStatus::UnderReview)
    }
}

struct Endpoint {
    id: i64,
    organization: usize,
    url: String,
    events: Vec<EventType>,
    active: bool,
    deleted: bool,
    failing_since: Option<DateTime<Utc>>,
    secrets: Vec<(String, Option<DateTime<Utc>>)>,
}

struct Delivery {
    id: i64,
    endpoint: usize,
    event: EventType,
    status: DeliveryStatus,
    round: u32,
    due: Option<DateTime<Utc>>,
    completed: bool,
    last_status: Option<u16>,
    last_error: Option<String>,
    /// Whether the outcome of each attempt was recorded.
    recorded: Vec<bool>,
}

/// What a step asks of both sides.
struct Sim {
    seed: u64,
    step: u64,
    rng: Rng,
    now: DateTime<Utc>,
    folder: TempDir,
    ledger: Ledger,
    /// The two random bytes that the ledger last took: the jitter of a retry.
    jitter: Arc<Mutex<u16>>,
    names: Vec<String>,
    organizations: Vec<Uuid>,
    registrations: Vec<Registration>,
    conflicts: Vec<ModelConflict>,
    disputes: Vec<Dispute>,
    endpoints: Vec<Endpoint>,
    deliveries: Vec<Delivery>,
    /// Every event: what, and whose.
    events: Vec<(EventType, usize)>,
    events_compared: i64,
}

impl Drop for Sim {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("failed at step {}: TIERRA_SEED={} TIERRA_STEPS={}", self.step, self.seed, self.step + 1);
        }
    }
}

fn open(folder: &TempDir, seed: u64, jitter: &Arc<Mutex<u16>>) -> Ledger {
    let (mut rng, jitter) = (Rng::new(seed), Arc::clone(jitter));
    let fill = move |bytes: &mut [u8]| {
        bytes.fill_with(|| rng.next().to_be_bytes()[0]);
        if let [high, low] = bytes {
            *jitter.lock().unwrap() = u16::from_be_bytes([*high, *low]);
        }
    };
    let options = Ledger::options().full_sync(false).random(fill).identity_key(KEY);
    options.open(folder.file("model.sqlite")).unwrap()
}

fn error_of<T>(answer: tierra::Result<T>) -> ErrorCode {
    answer.err().expect("the model refuses what the ledger took").code()
}

impl Sim {
    fn new(seed: u64) -> Self {
        let (folder, jitter) = (TempDir::new(), Arc::default());
        let ledger = open(&folder, seed, &jitter);
        let names: Vec<String> = ["Green Miles", "Volt Credits", "Sun Depot"].map(str::to_owned).to_vec();
        let create = |name: &String| ledger.access().create_organization(name, at(0)).unwrap().public_id;
        let organizations = names.iter().map(create).collect();
        Self {
            seed,
            step: 0,
            rng: Rng::new(seed),
            now: at(0),
            folder,
            ledger,
            jitter,
            names,
            organizations,
            registrations: Vec::new(),
            conflicts: Vec::new(),
            disputes: Vec::new(),
            endpoints: Vec::new(),
            deliveries: Vec::new(),
            events: Vec::new(),
            events_compared: 0,
        }
    }

    fn today(&self) -> NaiveDate {
        self.now.date_naive()
    }

    fn organization(&mut self) -> usize {
        self.rng.below(self.organizations.len())
    }

    /// A caller for the organisation, and whether it lacks the scope.
    fn caller(&mut self, organization: usize, scope: Scope) -> (Caller, bool) {
        let lacks = self.rng.chance(6);
        let scopes: Scopes = Scope::ALL.into_iter().filter(|one| !(lacks && *one == scope)).collect();
        (Caller::new(self.organizations[organization], scopes), lacks)
    }

    fn all_scopes(&self, organization: usize) -> Caller {
        Caller::new(self.organizations[organization], Scopes::all())
    }

    /// A period about today; now and then backwards.
    fn dates(&mut self) -> (NaiveDate, NaiveDate, bool) {
        let day = |days: usize| TimeDelta::days(i64::try_from(days).unwrap());
        let start = self.today() - day(40) + day(self.rng.below(100));
        if self.rng.chance(4) {
            return (start, start - day(1), true);
        }
        (start, start + day(self.rng.below(90)), false)
    }

    fn on_conflict(&mut self) -> OnConflict {
        *self.rng.pick(&OnConflict::ALL)
    }

    fn serial(&mut self, charger: usize) -> String {
        format!("{}{charger:04}", self.rng.pick(&SPELLINGS))
    }

    // What the rules say.

    fn overlapping(&self, charger: usize, period: &Period) -> Vec<usize> {
        let claims = |one: &Registration| {
            !one.cancelled
                && one.charger == charger
                && one.period.start() <= period.end()
                && period.start() <= one.period.end()
        };
        (0..self.registrations.len()).filter(|index| claims(&self.registrations[*index])).collect()
    }

    fn emit(&mut self, event: EventType, organization: usize) {
        self.events.push((event, organization));
        for (index, endpoint) in self.endpoints.iter().enumerate() {
            if endpoint.organization == organization
                && endpoint.active
                && !endpoint.deleted
                && endpoint.events.contains(&event)
            {
                self.deliveries.push(Delivery {
                    id: i64::try_from(self.deliveries.len()).unwrap() + 1,
                    endpoint: index,
                    event,
                    status: DeliveryStatus::Pending,
                    round: 0,
                    due: Some(self.now),
                    completed: false,
                    last_status: None,
                    last_error: None,
                    recorded: Vec::new(),
                });
            }
        }
    }

    fn check_conflict(&self, seen: &Conflict, id: Option<Uuid>, other: usize) {
        let other = &self.registrations[other];
        assert_eq!(seen.public_id, id);
        assert_eq!(seen.conflicting_registration.public_id, other.id);
        assert_eq!(seen.conflicting_registration.organization, self.names[other.organization]);
        assert_eq!(seen.conflicting_registration.period, other.period);
    }

    fn check_registration(&self, seen: &tierra::ledger::Registration, index: usize) {
        let expected = &self.registrations[index];
        assert_eq!(seen.public_id, expected.id);
        assert_eq!(seen.status, expected.status(self.today()));
        assert_eq!((&seen.program_name, seen.period), (&expected.program, expected.period));
        let identity = identify(MAKERS[1], &format!("WBX{:04}", expected.charger)).unwrap();
        assert_eq!(seen.charger.serial_hash, identity.serial_hash());
        assert_eq!(seen.charger.serial_last4, format!("{:04}", expected.charger));
    }

    /// Takes a registration that the ledger made into the model, whose conflicts must be those of the model.
    fn take(&mut self, made: &Registered, mut new: Registration) {
        let others = self.overlapping(new.charger, &new.period);
        assert_eq!(made.conflicts.len(), others.len(), "conflicts");
        new.id = made.registration.public_id;
        let (index, organization) = (self.registrations.len(), new.organization);
        self.registrations.push(new);
        self.check_registration(&made.registration, index);
        self.emit(EventType::RegistrationCreated, organization);
        for (seen, other) in made.conflicts.iter().zip(others) {
            let id = seen.public_id.unwrap();
            self.check_conflict(seen, Some(id), other);
            self.conflicts.push(ModelConflict { id, first: other, second: index });
            self.emit(EventType::ConflictDetected, organization);
            let others_organization = self.registrations[other].organization;
            if others_organization != organization {
                self.emit(EventType::ConflictDetected, others_organization);
            }
        }
    }

    fn draft(&self, organization: usize, charger: usize, period: Period, program: &str) -> Registration {
        Registration {
            id: Uuid::nil(),
            organization,
            charger,
            period,
            program: program.to_owned(),
            metadata: "{}".to_owned(),
            renewed_from: None,
            created_at: self.now,
            cancelled: false,
            told_expired: false,
        }
    }

    // The operations.

    fn register(&mut self) {
        let organization = self.organization();
        let (caller, lacks) = self.caller(organization, Scope::RegistrationsWrite);
        let (charger, on_conflict) = (self.rng.below(CHARGERS), self.on_conflict());
        let (start_date, end_date, backwards) = self.dates();
        let serial = self.serial(charger);
        let vendor = *self.rng.pick(&MAKERS);
        let request = RegistrationRequest {
            vendor,
            serial: &serial,
            program_name: "Spring",
            start_date,
            end_date,
            metadata: None,
            on_conflict,
        };
        let answer = self.ledger.registrations().register(&caller, &request, self.now);
        if lacks {
            return assert_eq!(error_of(answer), ErrorCode::InsufficientScope);
        }
        if backwards {
            return assert_eq!(error_of(answer), ErrorCode::InvalidPeriod);
        }
        let period = Period::new(start_date, end_date).unwrap();
        if on_conflict == OnConflict::Fail && !self.overlapping(charger, &period).is_empty() {
            return assert_eq!(error_of(answer), ErrorCode::Conflict);
        }
        let draft = self.draft(organization, charger, period, "Spring");
        self.take(&answer.unwrap(), draft);
    }

    fn batch(&mut self) {
        let organization = self.organization();
        let (caller, lacks) = self.caller(organization, Scope::RegistrationsWrite);
        let items: Vec<_> = (0..1 + self.rng.below(5))
            .map(|_| {
                let charger = self.rng.below(CHARGERS);
                (charger, self.serial(charger), self.dates(), self.on_conflict())
            })
            .collect();
        let requests: Vec<_> = items
            .iter()
            .map(|(_, serial, (start_date, end_date, _), on_conflict)| RegistrationRequest {
                vendor: MAKERS[0],
                serial,
                program_name: "Batch",
                start_date: *start_date,
                end_date: *end_date,
                metadata: None,
                on_conflict: *on_conflict,
            })
            .collect();
        let answer = self.ledger.registrations().register_batch(&caller, &requests, self.now);
        if lacks {
            return assert_eq!(error_of(answer), ErrorCode::InsufficientScope);
        }
        let answer = answer.unwrap();
        let mut counts = [0; 3];
        for (index, (charger, _, (start, end, backwards), on_conflict)) in items.into_iter().enumerate() {
            let item = &answer.results[index];
            assert_eq!(item.index, index);
            if backwards {
                assert_eq!(item.status, BatchItemStatus::Failed);
                counts[2] += 1;
                continue;
            }
            let period = Period::new(start, end).unwrap();
            let others = self.overlapping(charger, &period);
            if on_conflict == OnConflict::Fail && !others.is_empty() {
                assert_eq!(item.status, BatchItemStatus::Conflict);
                let seen = item.conflicts.as_ref().unwrap();
                assert_eq!(seen.len(), others.len());
                seen.iter().zip(others).for_each(|(seen, other)| self.check_conflict(seen, None, other));
                counts[1] += 1;
                continue;
            }
            assert_eq!(item.status, BatchItemStatus::Created);
            counts[0] += 1;
            let registration = item.registration.clone().unwrap();
            let made = Registered { registration, conflicts: item.conflicts.clone().unwrap() };
            let draft = self.draft(organization, charger, period, "Batch");
            self.take(&made, draft);
        }
        let summary = answer.summary;
        assert_eq!([summary.created, summary.conflict, summary.failed], counts);
    }

    /// A registration, mostly the organisation's own; the answer to another's must be `not_found`.
    fn registration(&mut self) -> Option<(usize, usize, bool)> {
        if self.registrations.is_empty() {
            return None;
        }
        let index = self.rng.below(self.registrations.len());
        let owner = self.registrations[index].organization;
        let organization = if self.rng.chance(85) { owner } else { self.organization() };
        Some((index, organization, organization != owner))
    }

    fn renew(&mut self) {
        let Some((source, organization, foreign)) = self.registration() else { return };
        let (caller, lacks) = self.caller(organization, Scope::RegistrationsWrite);
        let (start_date, end_date, backwards) = self.dates();
        let request = RenewalRequest { start_date, end_date, on_conflict: self.on_conflict() };
        let id = self.registrations[source].id;
        let answer = self.ledger.registrations().renew(&caller, id, request, self.now);
        let expected = if lacks {
            Some(ErrorCode::InsufficientScope)
        } else if backwards {
            Some(ErrorCode::InvalidPeriod)
        } else if foreign {
            Some(ErrorCode::NotFound)
        } else if self.registrations[source].cancelled {
            Some(ErrorCode::InvalidTransition)
        } else {
            None
        };
        if let Some(code) = expected {
            return assert_eq!(error_of(answer), code);
        }
        let period = Period::new(start_date, end_date).unwrap();
        let charger = self.registrations[source].charger;
        if request.on_conflict == OnConflict::Fail && !self.overlapping(charger, &period).is_empty() {
            return assert_eq!(error_of(answer), ErrorCode::Conflict);
        }
        let from = &self.registrations[source];
        let mut draft = self.draft(organization, charger, period, &from.program);
        draft.metadata.clone_from(&from.metadata);
        draft.renewed_from = Some(id);
        self.take(&answer.unwrap(), draft);
    }

    fn cancel(&mut self) {
        let Some((index, organization, foreign)) = self.registration() else { return };
        let (caller, lacks) = self.caller(organization, Scope::RegistrationsWrite);
        let answer = self.ledger.registrations().cancel(&caller, self.registrations[index].id, self.now);
        let status = self.registrations[index].status(self.today());
        if lacks {
            assert_eq!(error_of(answer), ErrorCode::InsufficientScope);
        } else if foreign {
            assert_eq!(error_of(answer), ErrorCode::NotFound);
        } else if !matches!(status, RegistrationStatus::Pending | RegistrationStatus::Active) {
            assert_eq!(error_of(answer), ErrorCode::InvalidTransition);
        } else {
            self.registrations[index].cancelled = true;
            self.check_registration(&answer.unwrap(), index);
            self.emit(EventType::RegistrationCancelled, organization);
        }
    }

    fn update(&mut self) {
        let Some((index, organization, foreign)) = self.registration() else { return };
        let (caller, lacks) = self.caller(organization, Scope::RegistrationsWrite);
        let program = self.rng.chance(60).then(|| format!("Program {}", self.rng.below(3)));
        let metadata = self.rng.chance(60).then(|| format!(r#"{{"n":{}.50}}"#, self.rng.below(3)));
        let update = RegistrationUpdate {
            program_name: program.as_deref(),
            metadata: metadata.as_ref().map(|json| json.parse().unwrap()),
        };
        let answer = self.ledger.registrations().update(&caller, self.registrations[index].id, &update, self.now);
        if lacks {
            return assert_eq!(error_of(answer), ErrorCode::InsufficientScope);
        }
        if foreign {
            return assert_eq!(error_of(answer), ErrorCode::NotFound);
        }
        let one = &mut self.registrations[index];
        let before = (one.program.clone(), one.metadata.clone());
        one.program = program.unwrap_or_else(|| before.0.clone());
        one.metadata = metadata.unwrap_or_else(|| before.1.clone());
        if before != (one.program.clone(), one.metadata.clone()) {
            self.emit(EventType::RegistrationUpdated, organization);
        }
        self.check_registration(&answer.unwrap(), index);
    }

    fn expire(&mut self) {
        let (limit, today) = (1 + self.rng.below(6), self.today());
        let over = |one: &Registration| one.period.end() < today && !one.cancelled && !one.told_expired;
        let mut waiting: Vec<_> =
            (0..self.registrations.len()).filter(|index| over(&self.registrations[*index])).collect();
        waiting.sort_by_key(|index| (self.registrations[*index].period.end(), *index));
        let answer = self.ledger.registrations().expire(limit, self.now).unwrap();
        assert_eq!((answer.expired, answer.more), (waiting.len().min(limit), waiting.len() > limit));
        for index in waiting.into_iter().take(limit) {
            self.registrations[index].told_expired = true;
            self.emit(EventType::RegistrationExpired, self.registrations[index].organization);
        }
    }

    fn open_dispute(&mut self) {
        if self.conflicts.is_empty() {
            return;
        }
        let conflict = self.rng.below(self.conflicts.len());
        let ModelConflict { id, first, second } = self.conflicts[conflict];
        let sides = [first, second].map(|index| self.registrations[index].organization);
        let organization = if self.rng.chance(85) { *self.rng.pick(&sides) } else { self.organization() };
        let (caller, lacks) = self.caller(organization, Scope::DisputesWrite);
        let answer = self.ledger.disputes().open(&caller, id, "Ours since 2024.", self.now);
        if lacks {
            assert_eq!(error_of(answer), ErrorCode::InsufficientScope);
        } else if !sides.contains(&organization) {
            assert_eq!(error_of(answer), ErrorCode::NotFound);
        } else if self.disputes.iter().any(|one| one.conflict == conflict && one.is_live()) {
            assert_eq!(error_of(answer), ErrorCode::DisputeExists);
        } else if self.registrations[first].cancelled || self.registrations[second].cancelled {
            assert_eq!(error_of(answer), ErrorCode::InvalidTransition);
        } else {
            let opened = answer.unwrap().dispute;
            assert_eq!(opened.status, DisputeStatus::Open);
            let other = if sides[0] == organization { sides[1] } else { sides[0] };
            self.disputes.push(Dispute {
                id: opened.public_id,
                conflict,
                opener: organization,
                other,
                status: DisputeStatus::Open,
                note: None,
                messages: Vec::new(),
            });
            self.tell_parties(EventType::DisputeCreated, organization, other);
        }
    }

    fn tell_parties(&mut self, event: EventType, opener: usize, other: usize) {
        self.emit(event, opener);
        if opener != other {
            self.emit(event, other);
        }
    }

    fn act_on_dispute(&mut self) {
        if self.disputes.is_empty() {
            return;
        }
        let index = self.rng.below(self.disputes.len());
        let (id, opener, other) = (self.disputes[index].id, self.disputes[index].opener, self.disputes[index].other);
        let organization = if self.rng.chance(80) { *self.rng.pick(&[opener, other]) } else { self.organization() };
        let action = self.rng.below(4);
        let scope = if action < 2 { Scope::DisputesWrite } else { Scope::DisputesResolve };
        let (caller, lacks) = self.caller(organization, scope);
        let is_party = [opener, other].contains(&organization);
        let status = self.disputes[index].status;
        let disputes = self.ledger.disputes();
        let answer = match action {
            0 => disputes.message(&caller, id, "See the invoice.", self.now).map(|message| {
                assert_eq!(message.organization, self.names[organization]);
                status
            }),
            1 => disputes.withdraw(&caller, id, self.now).map(|dispute| dispute.status),
            2 => disputes.review(&caller, id, self.now).map(|dispute| dispute.status),
            _ => disputes.resolve(&caller, id, "They agreed.", self.now).map(|dispute| dispute.status),
        };
        // Open, under review, resolved; or withdrawn by the opener from either of the first two.
        let after = match (action, status) {
            (0, DisputeStatus::Open | DisputeStatus::UnderReview) => Some(status),
            (1, DisputeStatus::Open | DisputeStatus::UnderReview) if organization == opener => {
                Some(DisputeStatus::Withdrawn)
            }
            (2, DisputeStatus::Open) => Some(DisputeStatus::UnderReview),
            (3, DisputeStatus::UnderReview) => Some(DisputeStatus::Resolved),
            _ => None,
        };
        if lacks {
            return assert_eq!(error_of(answer), ErrorCode::InsufficientScope);
        }
        if action < 2 && !is_party {
            return assert_eq!(error_of(answer), ErrorCode::NotFound);
        }
        let Some(after) = after else {
            return assert_eq!(error_of(answer), ErrorCode::InvalidTransition);
        };
        assert_eq!(answer.unwrap(), after);
        let dispute = &mut self.disputes[index];
        dispute.status = after;
        match action {
            0 => dispute.messages.push((organization, "See the invoice.".to_owned())),
            3 => {
                dispute.note = Some("They agreed.".to_owned());
                self.tell_parties(EventType::DisputeResolved, opener, other);
            }
            _ => {}
        }
    }

    fn some_events(&mut self) -> Vec<EventType> {
        let mut events: Vec<_> = EventType::ALL.into_iter().filter(|_| self.rng.chance(55)).collect();
        if events.is_empty() {
            events.push(EventType::ConflictDetected);
        }
        events
    }

    fn create_endpoint(&mut self) {
        let organization = self.organization();
        let (caller, lacks) = self.caller(organization, Scope::WebhooksManage);
        let (url, events) = (*self.rng.pick(&URLS), self.some_events());
        let request = EndpointRequest { url, events: events.clone() };
        let answer = self.ledger.webhooks().create(&caller, &request, self.now);
        if lacks {
            return assert_eq!(error_of(answer), ErrorCode::InsufficientScope);
        }
        let made = answer.unwrap();
        assert_eq!(made.endpoint.id, i64::try_from(self.endpoints.len()).unwrap() + 1, "an id is never given twice");
        self.endpoints.push(Endpoint {
            id: made.endpoint.id,
            organization,
            url: url.to_owned(),
            events,
            active: true,
            deleted: false,
            failing_since: None,
            secrets: vec![(made.secret, None)],
        });
    }

    fn fail_pending(&mut self, endpoint: usize) {
        for one in self.deliveries.iter_mut().filter(|one| one.endpoint == endpoint) {
            if one.status == DeliveryStatus::Pending {
                (one.status, one.due, one.completed) = (DeliveryStatus::Failed, None, true);
                one.last_error = Some("the endpoint was disabled".to_owned());
            }
        }
    }

    fn change_endpoint(&mut self) {
        if self.endpoints.is_empty() {
            return;
        }
        let index = self.rng.below(self.endpoints.len());
        let owner = self.endpoints[index].organization;
        let organization = if self.rng.chance(85) { owner } else { self.organization() };
        let (caller, lacks) = self.caller(organization, Scope::WebhooksManage);
        let (id, webhooks) = (self.endpoints[index].id, self.ledger.webhooks());
        let gone = organization != owner || self.endpoints[index].deleted;
        let refused = match (lacks, gone) {
            (true, _) => Some(ErrorCode::InsufficientScope),
            (_, true) => Some(ErrorCode::NotFound),
            _ => None,
        };
        match self.rng.below(10) {
            0 => {
                let answer = webhooks.delete(&caller, id, self.now);
                match refused {
                    Some(code) => assert_eq!(error_of(answer), code),
                    None => {
                        answer.unwrap();
                        self.endpoints[index].deleted = true;
                    }
                }
            }
            1 | 2 => {
                let overlap = *self.rng.pick(&[0, 86_400]);
                let answer = webhooks.rotate_secret(&caller, id, overlap, self.now);
                let live = |(_, until): &&(_, Option<DateTime<Utc>>)| until.is_some_and(|until| self.now < until);
                let too_many = overlap > 0 && self.endpoints[index].secrets.iter().filter(live).count() >= 15;
                if let Some(code) = refused.or(too_many.then_some(ErrorCode::InvalidTransition)) {
                    return assert_eq!(error_of(answer), code);
                }
                let until = self.now + TimeDelta::seconds(overlap.into());
                let secrets = &mut self.endpoints[index].secrets;
                if overlap == 0 {
                    secrets.truncate(1);
                }
                secrets[0].1 = Some(until);
                secrets.insert(0, (answer.unwrap().secret, None));
            }
            _ => {
                let url = self.rng.chance(30).then(|| *self.rng.pick(&URLS));
                let events = if self.rng.chance(30) { Some(self.some_events()) } else { None };
                let status = self.rng.chance(60).then(|| *self.rng.pick(&EndpointStatus::ALL));
                let update = EndpointUpdate { url, events: events.clone(), status };
                let answer = self.ledger.webhooks().update(&caller, id, &update, self.now);
                if let Some(code) = refused {
                    return assert_eq!(error_of(answer), code);
                }
                let endpoint = &mut self.endpoints[index];
                let before = (endpoint.url.clone(), endpoint.events.clone(), endpoint.active);
                endpoint.url = url.map_or(endpoint.url.clone(), str::to_owned);
                endpoint.events = events.unwrap_or(endpoint.events.clone());
                endpoint.active = status.map_or(endpoint.active, |status| status == EndpointStatus::Active);
                let active = endpoint.active;
                if before != (endpoint.url.clone(), endpoint.events.clone(), active) {
                    endpoint.failing_since = None;
                    if !active {
                        self.fail_pending(index);
                    }
                }
                let seen = answer.unwrap();
                let endpoint = &self.endpoints[index];
                assert_eq!((&seen.url, &seen.events), (&endpoint.url, &endpoint.events));
                assert_eq!(seen.status == EndpointStatus::Active, active);
            }
        }
    }

    fn is_there(&self, delivery: &Delivery) -> bool {
        !self.endpoints[delivery.endpoint].deleted
    }

    /// Hands requests out and records most of them, as a sender does that sometimes dies.
    fn deliver(&mut self) {
        let limit = 1 + self.rng.below(4);
        let mut due: Vec<usize> = (0..self.deliveries.len())
            .filter(|index| {
                let one = &self.deliveries[*index];
                self.is_there(one) && one.status == DeliveryStatus::Pending && one.due.unwrap() <= self.now
            })
            .collect();
        // Endpoints take turns. One that fails has ten at most, more than is ever asked for here.
        due.sort_by_key(|index| (self.deliveries[*index].due, *index));
        let mut turns = vec![0; self.endpoints.len()];
        let mut in_turn: Vec<_> = due
            .into_iter()
            .map(|index| {
                let turn = &mut turns[self.deliveries[index].endpoint];
                *turn += 1;
                (*turn, self.deliveries[index].due, index)
            })
            .collect();
        in_turn.sort_unstable();
        let due: Vec<usize> = in_turn.into_iter().map(|(.., index)| index).take(limit).collect();
        let requests = self.ledger.webhooks().due(u32::try_from(limit).unwrap(), self.now).unwrap();
        let mut requests = requests.into_iter();
        let mut handed_out = Vec::new();
        for index in due {
            let now = self.now;
            let one = &mut self.deliveries[index];
            if one.round == 8 {
                (one.status, one.due, one.completed) = (DeliveryStatus::Failed, None, true);
                one.last_error = Some("the last attempt's outcome was never recorded".to_owned());
                continue;
            }
            one.round += 1;
            one.recorded.push(false);
            let wait = [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000].get(one.round as usize - 1).copied().unwrap_or(0);
            one.due = Some(now + TimeDelta::seconds(i64::max(wait, 120)));
            let request = requests.next().expect("a request is due");
            let endpoint = &self.endpoints[one.endpoint];
            assert_eq!((request.delivery_id, request.attempt as usize), (one.id, one.recorded.len()));
            assert_eq!(request.url, endpoint.url);
            let signature = &request.headers.iter().find(|(name, _)| *name == "EVR-Signature").unwrap().1;
            for (secret, until) in &endpoint.secrets {
                let secrets = [secret.parse::<WebhookSecret>().unwrap()];
                let verdict = verify_signature(signature, request.body.as_bytes(), &secrets, now.timestamp(), 0);
                assert_eq!(verdict.is_ok(), until.is_none_or(|until| now < until), "a live secret signs, no other");
            }
            handed_out.push(index);
        }
        assert!(requests.next().is_none(), "more is handed out than is due");
        for index in handed_out {
            if self.rng.chance(85) {
                self.record(index, self.deliveries[index].recorded.len());
            }
        }
    }

    /// Records an outcome that comes late, twice, or for an attempt that never was.
    fn record_any(&mut self) {
        if self.deliveries.is_empty() {
            return;
        }
        let index = self.rng.below(self.deliveries.len());
        let attempts = self.deliveries[index].recorded.len();
        let attempt = self.rng.below(attempts + 2);
        self.record(index, attempt);
    }

    fn record(&mut self, index: usize, attempt: usize) {
        let statuses = [200, 204, 301, 404, 410, 429, 500, 503];
        // 410 ends an endpoint: seldom.
        let status = if self.rng.chance(15) { *self.rng.pick(&statuses) } else { *self.rng.pick(&[200, 500, 503]) };
        let retry_after = self.rng.chance(40).then(|| self.rng.below(2000));
        let retry_text = retry_after.map(|seconds| seconds.to_string());
        let answered = self.rng.chance(85);
        let outcome = if answered {
            DeliveryOutcome::Answered { status, retry_after: retry_text.as_deref() }
        } else {
            DeliveryOutcome::Unreachable("no route")
        };
        let id = self.deliveries[index].id;
        let answer = self.ledger.webhooks().record(id, u32::try_from(attempt).unwrap(), outcome, self.now);
        if !self.is_there(&self.deliveries[index]) || attempt == 0 || attempt > self.deliveries[index].recorded.len() {
            return assert_eq!(error_of(answer), ErrorCode::NotFound);
        }
        if self.deliveries[index].recorded[attempt - 1] {
            return assert_eq!(error_of(answer), ErrorCode::InvalidTransition);
        }
        let now = self.now;
        let one = &mut self.deliveries[index];
        one.recorded[attempt - 1] = true;
        let endpoint_index = one.endpoint;
        let endpoint = &mut self.endpoints[endpoint_index];
        let (told_status, told_error) =
            if answered { (Some(status), None) } else { (None, Some("no route".to_owned())) };
        let resent = one.status == DeliveryStatus::Pending && one.round == 0;
        let decides = one.status == DeliveryStatus::Pending && attempt == one.recorded.len() && !resent;
        let mut disable = false;
        if answered && (200..300).contains(&status) {
            endpoint.failing_since = None;
            if !resent {
                (one.status, one.due, one.completed) = (DeliveryStatus::Succeeded, None, true);
                (one.last_status, one.last_error) = (told_status, told_error);
            }
        } else {
            disable = answered && status == 410;
            if decides {
                let since = *endpoint.failing_since.get_or_insert(now);
                disable |= now - since >= TimeDelta::days(5);
                (one.last_status, one.last_error) = (told_status, told_error);
                let waits = [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000];
                match waits.get(one.round as usize - 1) {
                    Some(seconds) if !disable => {
                        let millis: i64 = seconds * 1000;
                        let jitter = i64::from(*self.jitter.lock().unwrap());
                        let scheduled = TimeDelta::milliseconds(millis + millis / 10 * jitter / 65_535);
                        let honoured = answered && [429, 502, 503, 504].contains(&status);
                        let asked = retry_after.filter(|_| honoured).unwrap_or(0);
                        let asked = TimeDelta::seconds(i64::try_from(asked).unwrap());
                        one.due = Some(now + scheduled.max(asked));
                    }
                    _ => (one.status, one.due, one.completed) = (DeliveryStatus::Failed, None, true),
                }
            }
        }
        let endpoint = &mut self.endpoints[endpoint_index];
        if disable && endpoint.active {
            endpoint.active = false;
            self.fail_pending(endpoint_index);
        }
        self.check_delivery(&answer.unwrap(), index);
    }

    fn resend(&mut self) {
        if self.deliveries.is_empty() {
            return;
        }
        let index = self.rng.below(self.deliveries.len());
        let endpoint = self.deliveries[index].endpoint;
        let owner = self.endpoints[endpoint].organization;
        let organization = if self.rng.chance(85) { owner } else { self.organization() };
        let (caller, lacks) = self.caller(organization, Scope::WebhooksManage);
        let answer = self.ledger.webhooks().resend(&caller, self.deliveries[index].id, self.now);
        if lacks {
            assert_eq!(error_of(answer), ErrorCode::InsufficientScope);
        } else if organization != owner || self.endpoints[endpoint].deleted {
            assert_eq!(error_of(answer), ErrorCode::NotFound);
        } else if !self.endpoints[endpoint].active {
            assert_eq!(error_of(answer), ErrorCode::InvalidTransition);
        } else {
            let now = self.now;
            let one = &mut self.deliveries[index];
            (one.status, one.due, one.completed, one.round) = (DeliveryStatus::Pending, Some(now), false, 0);
            self.check_delivery(&answer.unwrap(), index);
        }
    }

    // What can be seen.

    fn check_delivery(&self, seen: &tierra::ledger::Delivery, index: usize) {
        let one = &self.deliveries[index];
        assert_eq!((seen.id, seen.endpoint_id, seen.event), (one.id, self.endpoints[one.endpoint].id, one.event));
        assert_eq!((seen.status, seen.attempts as usize), (one.status, one.recorded.len()), "delivery {}", one.id);
        assert_eq!(seen.next_attempt_at, one.due, "delivery {}", one.id);
        assert_eq!((seen.last_response_status, &seen.last_error), (one.last_status, &one.last_error));
        assert_eq!(seen.completed_at.is_some(), one.completed);
    }

    /// The outbox since the last step: the same events, of the same organisations, in the same order.
    fn check_events(&mut self) {
        let seen = self.ledger.webhooks().events(self.events_compared, 1000).unwrap();
        let from = usize::try_from(self.events_compared).unwrap();
        let expected: Vec<_> =
            self.events[from..].iter().map(|(event, owner)| (*event, self.organizations[*owner])).collect();
        assert_eq!(seen.iter().map(|one| (one.event, one.organization)).collect::<Vec<_>>(), expected);
        self.events_compared = i64::try_from(self.events.len()).unwrap();
    }

    fn check_list(&self, organization: usize, status: Option<RegistrationStatus>, page: u32, per_page: u32) {
        let today = self.today();
        let listed = |index: &usize| {
            let one = &self.registrations[*index];
            one.organization == organization && status.is_none_or(|status| one.status(today) == status)
        };
        let expected: Vec<_> = (0..self.registrations.len()).rev().filter(listed).collect();
        let request = PageRequest::new(page, per_page).unwrap();
        let seen = self.ledger.registrations().list(&self.all_scopes(organization), status, request, self.now).unwrap();
        assert_eq!(seen.meta.total, expected.len() as u64);
        assert_eq!(seen.meta.last_page, (expected.len() as u64).div_ceil(per_page.into()).max(1));
        let on_page: Vec<_> =
            expected.into_iter().skip(((page - 1) * per_page) as usize).take(per_page as usize).collect();
        assert_eq!(seen.data.len(), on_page.len());
        seen.data.iter().zip(on_page).for_each(|(seen, index)| self.check_registration(seen, index));
    }

    fn check_shown(&self, index: usize) {
        let one = &self.registrations[index];
        let seen = self.ledger.registrations().show(&self.all_scopes(one.organization), one.id, self.now).unwrap();
        self.check_registration(&seen.registration, index);
        assert_eq!((seen.metadata.as_json(), seen.renewed_from), (one.metadata.as_str(), one.renewed_from));
        assert_eq!(seen.created_at, one.created_at);
        let expected: Vec<_> = self
            .conflicts
            .iter()
            .filter(|conflict| [conflict.first, conflict.second].contains(&index))
            .map(|conflict| (conflict.id, if conflict.first == index { conflict.second } else { conflict.first }))
            .filter(|(_, other)| !one.cancelled && !self.registrations[*other].cancelled)
            .collect();
        assert_eq!(seen.conflicts.len(), expected.len());
        for (seen, (id, other)) in seen.conflicts.iter().zip(expected) {
            self.check_conflict(seen, Some(id), other);
        }
        let stranger = (one.organization + 1) % self.organizations.len();
        let refused = self.ledger.registrations().show(&self.all_scopes(stranger), one.id, self.now);
        assert_eq!(error_of(refused), ErrorCode::NotFound);
    }

    fn check_charger(&mut self, charger: usize) {
        let today = self.today();
        let serial = self.serial(charger);
        let identity = identify(MAKERS[0], &serial).unwrap();
        let live: Vec<&Registration> = self
            .registrations
            .iter()
            .filter(|one| one.charger == charger && !one.cancelled && one.period.end() >= today)
            .collect();
        let active: Vec<_> = live.iter().filter(|one| one.period.start() <= today).map(|one| one.period).collect();
        let cover = active.iter().map(Period::start).min().zip(active.iter().map(Period::end).max());
        let public = self.ledger.lookup().by_hash(identity.serial_hash(), self.now).unwrap();
        assert_eq!((public.registered, public.registration_count), (!live.is_empty(), live.len()));
        assert_eq!(public.active_period, cover.map(|(start, end)| Period::new(start, end).unwrap()));
        let keyed = identity.keyed_hash(KEY).unwrap();
        assert_eq!(self.ledger.lookup().by_keyed_hash(keyed, self.now).unwrap(), public);

        let pair = ChargerPair { vendor: MAKERS[0], serial: &serial };
        let caller = self.all_scopes(0);
        let entitled = self.ledger.lookup().charger(&caller, pair, self.now).unwrap();
        assert_eq!((entitled.registered, entitled.registration_count), (public.registered, live.len()));
        let seen: Vec<_> =
            entitled.registrations.iter().map(|one| (one.public_id, one.organization.as_str(), one.period)).collect();
        let expected: Vec<_> =
            live.iter().map(|one| (one.id, self.names[one.organization].as_str(), one.period)).collect();
        assert_eq!(seen, expected);

        let hash = identity.serial_hash().to_string();
        let prefix = hash.get(..4 + charger).unwrap().parse().unwrap();
        let found = self.ledger.lookup().by_prefix(&prefix, self.now).unwrap();
        assert_eq!(found.suffixes.len() % 64, 0);
        let own = found.suffixes.iter().find(|one| hash == format!("{prefix}{}", one.suffix));
        assert_eq!(own.map_or(0, |one| one.registration_count as usize), live.len());
        let real = found.suffixes.iter().filter(|one| one.registration_count > 0).count();
        assert_eq!(real, usize::from(!live.is_empty()), "no two of the chargers share four digits");
    }

    fn check_dispute(&self, index: usize) {
        let one = &self.disputes[index];
        let seen = self.ledger.disputes().show(&self.all_scopes(one.other), one.id).unwrap();
        assert_eq!((seen.dispute.public_id, seen.dispute.status), (one.id, one.status));
        assert_eq!(seen.conflict, self.conflicts[one.conflict].id);
        assert_eq!((&seen.opened_by, &seen.other_party), (&self.names[one.opener], &self.names[one.other]));
        assert_eq!(seen.resolution_note, one.note);
        let messages: Vec<_> = seen.messages.iter().map(|one| (&one.organization, &one.body)).collect();
        assert_eq!(messages, one.messages.iter().map(|(by, body)| (&self.names[*by], body)).collect::<Vec<_>>());
        let stranger = (0..self.organizations.len()).find(|other| ![one.opener, one.other].contains(other)).unwrap();
        let party_only = Caller::new(self.organizations[stranger], [Scope::DisputesWrite].into_iter().collect());
        assert_eq!(error_of(self.ledger.disputes().show(&party_only, one.id)), ErrorCode::NotFound);
    }

    fn check_all(&mut self) {
        (0..CHARGERS).for_each(|charger| self.check_charger(charger));
        (0..self.registrations.len()).for_each(|index| self.check_shown(index));
        (0..self.disputes.len()).for_each(|index| self.check_dispute(index));
        let most = PageRequest::new(1, 100).unwrap();
        for organization in 0..self.organizations.len() {
            let caller = self.all_scopes(organization);
            let mine = |one: &&Dispute| [one.opener, one.other].contains(&organization);
            let expected: Vec<_> =
                self.disputes.iter().rev().filter(mine).map(|one| (one.id, one.status)).take(100).collect();
            let seen = self.ledger.disputes().list(&caller, most).unwrap();
            assert_eq!(seen.data.iter().map(|one| (one.public_id, one.status)).collect::<Vec<_>>(), expected);
            let seen = self.ledger.webhooks().list(&caller).unwrap();
            let mine = |one: &&Endpoint| one.organization == organization && !one.deleted;
            let expected: Vec<_> = self.endpoints.iter().filter(mine).map(|one| (one.id, one.active)).collect();
            let seen = seen.iter().map(|one| (one.id, one.status == EndpointStatus::Active));
            assert_eq!(seen.collect::<Vec<_>>(), expected);
        }
        for (index, endpoint) in self.endpoints.iter().enumerate() {
            let caller = self.all_scopes(endpoint.organization);
            let seen = self.ledger.webhooks().deliveries(&caller, endpoint.id, most);
            if endpoint.deleted {
                assert_eq!(error_of(seen), ErrorCode::NotFound);
                continue;
            }
            let mine = |delivery: &usize| self.deliveries[*delivery].endpoint == index;
            let expected: Vec<_> = (0..self.deliveries.len()).rev().filter(mine).collect();
            let seen = seen.unwrap();
            assert_eq!(seen.meta.total, expected.len() as u64);
            for (seen, delivery) in seen.data.iter().zip(expected) {
                self.check_delivery(seen, delivery);
                let attempts = self.ledger.webhooks().attempts(&caller, seen.id).unwrap();
                let recorded: Vec<_> = attempts.iter().map(|one| one.recorded_at.is_some()).collect();
                assert_eq!(recorded, self.deliveries[delivery].recorded);
            }
        }
        let waits = self.deliveries.iter().filter(|one| self.is_there(one)).filter_map(|one| one.due).min();
        assert_eq!(self.ledger.webhooks().next_due().unwrap(), waits);
    }

    fn step(&mut self) {
        match self.rng.below(100) {
            0..24 => self.register(),
            24..30 => self.batch(),
            30..36 => self.renew(),
            36..43 => self.cancel(),
            43..50 => self.update(),
            50..54 => self.expire(),
            54..60 => self.open_dispute(),
            60..70 => self.act_on_dispute(),
            70..73 => self.create_endpoint(),
            73..77 => self.change_endpoint(),
            77..90 => self.deliver(),
            90..93 => self.record_any(),
            93..95 => self.resend(),
            95 => {
                self.ledger.close().unwrap();
                self.ledger = open(&self.folder, self.rng.next(), &self.jitter);
            }
            _ => {
                let longest = *self.rng.pick(&[60, 3600, 86_400, 20 * 86_400]);
                self.now += TimeDelta::milliseconds(i64::try_from(self.rng.below(longest * 1000)).unwrap());
            }
        }
        self.check_events();
        let organization = self.organization();
        let status = self.rng.chance(60).then(|| *self.rng.pick(&RegistrationStatus::ALL));
        let (page, per_page) = (1 + self.rng.below(3), 1 + self.rng.below(8));
        self.check_list(organization, status, u32::try_from(page).unwrap(), u32::try_from(per_page).unwrap());
        let charger = self.rng.below(CHARGERS);
        self.check_charger(charger);
        if !self.registrations.is_empty() {
            let index = self.rng.below(self.registrations.len());
            self.check_shown(index);
        }
        if !self.disputes.is_empty() {
            let index = self.rng.below(self.disputes.len());
            self.check_dispute(index);
        }
    }
}

#[test]
fn the_ledger_does_what_the_model_does() {
    let seeds = match std::env::var("TIERRA_SEED") {
        Ok(_) => vec![number_from_env("TIERRA_SEED", 0)],
        Err(_) => vec![1, 2, 3, 4],
    };
    let steps = number_from_env("TIERRA_STEPS", 600);
    for seed in seeds {
        let mut sim = Sim::new(seed);
        for step in 0..steps {
            sim.step = step;
            sim.step();
            if step % 100 == 99 {
                sim.check_all();
            }
        }
        sim.check_all();
        assert_sound(&sim.ledger);
        // The outbox by type, counted from its beginning once more.
        let mut seen = BTreeMap::new();
        let mut after = 0;
        loop {
            let events = sim.ledger.webhooks().events(after, 1000).unwrap();
            let Some(last) = events.last() else { break };
            after = last.seq;
            events.iter().for_each(|one| *seen.entry(one.event.as_str()).or_insert(0) += 1);
        }
        let mut expected = BTreeMap::new();
        sim.events.iter().for_each(|(event, _)| *expected.entry(event.as_str()).or_insert(0) += 1);
        assert_eq!(seen, expected);
        // Of these seeds it is known that they try everything; one that is given need not.
        if steps >= 600 && std::env::var("TIERRA_SEED").is_err() {
            assert_eq!(seen.len(), EventType::ALL.len(), "seed {seed} leaves an event untried: {seen:?}");
            let done = |status| sim.deliveries.iter().filter(|one| one.status == status).count();
            assert!(done(DeliveryStatus::Succeeded) > 0 && done(DeliveryStatus::Failed) > 0);
        }
        println!(
            "seed {seed}: {steps} steps, {} registrations, {} conflicts, {} disputes, {} deliveries, {} events",
            sim.registrations.len(),
            sim.conflicts.len(),
            sim.disputes.len(),
            sim.deliveries.len(),
            sim.events.len()
        );
    }
}
