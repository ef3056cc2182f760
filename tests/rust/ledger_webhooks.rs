//! Webhooks as a host drives them: endpoints that are dead beside one that is well, long queues, and who may read the secrets.

use tierra::chrono::TimeDelta;
use tierra::ledger::{DeliveryOutcome, EndpointRequest, EndpointStatus, Ledger};
use tierra::registration::OnConflict;
use tierra::webhook::EventType;

use crate::ledger_support::{TempDir, at, new_caller, request};

const DEAD: &str = "https://dead.example/hook";
const WELL: &str = "https://well.example/hook";

fn endpoint(url: &str) -> EndpointRequest<'_> {
    EndpointRequest { url, events: vec![EventType::RegistrationCreated] }
}

/// An event every two days and nothing but 500s: gone after five days, with a sender that looks every minute.
#[test]
fn five_days_of_failures_disable_an_endpoint_that_has_few_events() {
    let ledger = Ledger::in_memory().unwrap();
    let caller = new_caller(&ledger, "Green Miles");
    let id = ledger.webhooks().create(&caller, &endpoint(DEAD), at(0)).unwrap().endpoint.id;
    let mut disabled_after = None;
    for hour in 0..40 * 24 {
        let now = at(0) + TimeDelta::hours(hour);
        if hour % 48 == 0 {
            let serial = hour.to_string();
            ledger.registrations().register(&caller, &request(&serial, OnConflict::Warn), now).unwrap();
        }
        for sent in ledger.webhooks().due(100, now).unwrap() {
            let refused = DeliveryOutcome::Answered { status: 500, retry_after: None };
            ledger.webhooks().record(sent.delivery_id, sent.attempt, refused, now).unwrap();
        }
        if ledger.webhooks().show(&caller, id).unwrap().status == EndpointStatus::Disabled {
            disabled_after = Some(hour);
            break;
        }
    }
    assert!(disabled_after.is_some_and(|hours| (120..=144).contains(&hours)), "{disabled_after:?}");
}

/// 1,500 deliveries to an endpoint that never answers, and one to another: it is among the first that are handed out.
#[test]
fn a_dead_endpoint_delays_no_other() {
    let ledger = Ledger::in_memory().unwrap();
    let dead = new_caller(&ledger, "Dead");
    let well = new_caller(&ledger, "Well");
    ledger.webhooks().create(&dead, &endpoint(DEAD), at(0)).unwrap();
    ledger.webhooks().create(&well, &endpoint(WELL), at(0)).unwrap();
    for number in 0..1_500 {
        let serial = number.to_string();
        ledger.registrations().register(&dead, &request(&serial, OnConflict::Warn), at(0)).unwrap();
    }
    ledger.registrations().register(&well, &request("W1", OnConflict::Warn), at(1)).unwrap();
    let first = ledger.webhooks().due(2, at(1)).unwrap();
    assert!(first.iter().any(|sent| sent.url == WELL));
    let refused = DeliveryOutcome::Unreachable("timed out");
    let failed = first.iter().find(|sent| sent.url == DEAD).unwrap();
    ledger.webhooks().record(failed.delivery_id, failed.attempt, refused, at(30)).unwrap();
    // It fails, so a few show whether it is well again; the sender is not kept busy by it.
    ledger.registrations().register(&well, &request("W2", OnConflict::Warn), at(31)).unwrap();
    let next = ledger.webhooks().due(100, at(31)).unwrap();
    assert_eq!(next.iter().filter(|sent| sent.url == WELL).count(), 1);
    assert_eq!(next.iter().filter(|sent| sent.url == DEAD).count(), 10);
    // One success, and all that waited goes out.
    let sent = next.iter().find(|sent| sent.url == DEAD).unwrap();
    let well_again = DeliveryOutcome::Answered { status: 200, retry_after: None };
    ledger.webhooks().record(sent.delivery_id, sent.attempt, well_again, at(32)).unwrap();
    assert_eq!(ledger.webhooks().due(1_000, at(33)).unwrap().len(), 1_000);
}

/// A sender works a queue off, four seconds each, and keeps the rest for itself: nothing is handed out twice.
#[test]
fn a_slow_sender_that_extends_sends_nothing_twice() {
    let ledger = Ledger::in_memory().unwrap();
    let caller = new_caller(&ledger, "Green Miles");
    ledger.webhooks().create(&caller, &endpoint(WELL), at(0)).unwrap();
    for number in 0..100 {
        let serial = number.to_string();
        ledger.registrations().register(&caller, &request(&serial, OnConflict::Warn), at(0)).unwrap();
    }
    let queue = ledger.webhooks().due(100, at(0)).unwrap();
    assert_eq!(queue.len(), 100);
    let mut now = at(0);
    for (index, sent) in queue.iter().enumerate() {
        now += TimeDelta::seconds(4);
        let answered = DeliveryOutcome::Answered { status: 200, retry_after: None };
        ledger.webhooks().record(sent.delivery_id, sent.attempt, answered, now).unwrap();
        for waiting in &queue[index + 1..] {
            ledger.webhooks().extend_lease(waiting.delivery_id, waiting.attempt, 60, now).unwrap();
        }
        assert!(ledger.webhooks().due(100, now).unwrap().is_empty(), "{index}");
    }
}

/// The file of a ledger holds secrets as they are, so nobody else may read it: nor its log, nor a copy.
#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new();
    let path = folder.file("registry.sqlite");
    let ledger = Ledger::open(&path).unwrap();
    new_caller(&ledger, "Green Miles");
    ledger.back_up(folder.file("copy.sqlite"), |_, _| true).unwrap();
    let mode = |name: &str| std::fs::metadata(folder.file(name)).unwrap().permissions().mode() & 0o777;
    for name in ["registry.sqlite", "registry.sqlite-wal", "registry.sqlite-shm", "copy.sqlite"] {
        assert_eq!(mode(name), 0o600, "{name}");
    }
    ledger.close().unwrap();
    // What the host decides afterwards is not undone.
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let ledger = Ledger::open(&path).unwrap();
    ledger.access().create_organization("Volt Credits", at(1)).unwrap();
    assert_eq!((mode("registry.sqlite"), mode("registry.sqlite-wal")), (0o640, 0o640));
}
