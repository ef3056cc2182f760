//! Webhook endpoints, the outbox and deliveries.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Session;
use super::checks::holds_earlier_secrets;
use super::organizations::OrganizationRow;
use super::table::{row, select};
use super::value::params;
use crate::Result;
use crate::instant::instant_text;
use crate::webhook::EventType;

row! {
    /// Where an organisation wants its events sent.
    struct EndpointRow in "webhook_endpoints" as "e" with "JOIN organizations AS o ON o.id = e.organization_id" {
        key id: i64,
        column organization_id: i64,
        seen organization: Uuid = "o.public_id",
        column url: String,
        column events: String,
        column status: String,
        column secret: String,
        column previous_secret: Option<String>,
        column previous_secret_expires_at: Option<DateTime<Utc>>,
        column failing_since: Option<DateTime<Utc>>,
        column created_at: DateTime<Utc>,
    }
}

/// Inserts the endpoint; its `id` is not looked at.
pub(crate) fn insert_endpoint(sql: &dyn Session, row: &EndpointRow) -> Result<i64> {
    sql.insert_row(row)
}

pub(crate) fn endpoint(sql: &dyn Session, id: i64) -> Result<Option<EndpointRow>> {
    sql.row(select!(EndpointRow, "WHERE e.id = ?1"), params![id])
}

pub(crate) fn endpoints_of(sql: &dyn Session, organization: i64) -> Result<Vec<EndpointRow>> {
    sql.rows(select!(EndpointRow, "WHERE e.organization_id = ?1 ORDER BY e.id"), params![organization])
}

/// Shows every endpoint to `visit`, oldest first.
pub(crate) fn each_endpoint(sql: &dyn Session, visit: impl FnMut(EndpointRow) -> Result<()>) -> Result<()> {
    sql.each(select!(EndpointRow, "ORDER BY e.id"), &[], visit)
}

row! {
    /// What an endpoint wants.
    struct WantedRow in "webhook_endpoints" as "e" {
        key id: i64,
        /// Names of events, separated by spaces.
        column events: String,
    }
}

/// An organisation's active endpoints, and what each wants.
pub(crate) fn live_endpoints(sql: &dyn Session, organization: i64) -> Result<Vec<WantedRow>> {
    sql.rows(
        select!(WantedRow, "WHERE e.organization_id = ?1 AND e.status = 'active' ORDER BY e.id"),
        params![organization],
    )
}

pub(crate) fn set_endpoint(sql: &dyn Session, row: &EndpointRow) -> Result<()> {
    sql.run(
        "UPDATE webhook_endpoints SET url = ?2, events = ?3, status = ?4, secret = ?5, previous_secret = ?6, \
         previous_secret_expires_at = ?7, failing_since = ?8 WHERE id = ?1",
        params![
            row.id,
            row.url,
            row.events,
            row.status,
            row.secret,
            row.previous_secret,
            row.previous_secret_expires_at,
            row.failing_since,
        ],
    )?;
    Ok(())
}

row! {
    /// A secret of an endpoint that goes on beside its last two.
    struct EarlierSecretRow in "endpoint_earlier_secrets" as "s" {
        key id: i64,
        column endpoint_id: i64,
        column secret: String,
        column expires_at: DateTime<Utc>,
    }
}

/// An endpoint's secrets before its last two, oldest first.
pub(crate) fn earlier_secrets(sql: &dyn Session, endpoint: i64) -> Result<Vec<EarlierSecretRow>> {
    if !holds_earlier_secrets(sql)? {
        return Ok(Vec::new());
    }
    sql.rows(select!(EarlierSecretRow, "WHERE s.endpoint_id = ?1 ORDER BY s.id"), params![endpoint])
}

pub(crate) fn insert_earlier_secret(
    sql: &dyn Session,
    endpoint_id: i64,
    secret: String,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    sql.insert_row(&EarlierSecretRow { id: 0, endpoint_id, secret, expires_at })?;
    Ok(())
}

pub(crate) fn forget_earlier_secret(sql: &dyn Session, id: i64) -> Result<()> {
    sql.run("DELETE FROM endpoint_earlier_secrets WHERE id = ?1", params![id])?;
    Ok(())
}

pub(crate) fn delete_endpoint(sql: &dyn Session, id: i64) -> Result<()> {
    sql.run("DELETE FROM webhook_endpoints WHERE id = ?1", params![id])?;
    Ok(())
}

row! {
    /// An event as the outbox holds it.
    struct EventRow in "events" as "e" with "JOIN organizations AS o ON o.id = e.organization_id" {
        key id: i64,
        column public_id: Uuid,
        column event: EventType = "type",
        joined organization: OrganizationRow = "o" on "organization_id",
        column body: String,
        column created_at: DateTime<Utc>,
    }
}

/// Inserts the event; its `id` is not looked at.
pub(crate) fn insert_event(sql: &dyn Session, row: &EventRow) -> Result<i64> {
    sql.insert_row(row)
}

/// The outbox after an event, oldest first.
pub(crate) fn events_after(sql: &dyn Session, after: i64, limit: u32) -> Result<Vec<EventRow>> {
    sql.rows(select!(EventRow, "WHERE e.id > ?1 ORDER BY e.id LIMIT ?2"), params![after, limit])
}

row! {
    /// An event on its way to an endpoint.
    struct DeliveryRow in "deliveries" as "d" with "JOIN events AS v ON v.id = d.event_id" {
        key id: i64,
        /// The event's number in the outbox.
        column event_seq: i64 = "event_id",
        seen event_id: Uuid = "v.public_id",
        seen event: EventType = "v.type",
        column endpoint_id: i64,
        column status: String,
        /// All attempts ever.
        column attempts: u32,
        /// Attempts since it was last sent off.
        column round_attempts: u32,
        column due_at: Option<DateTime<Utc>>,
        column last_response_status: Option<u16>,
        column last_error: Option<String>,
        column created_at: DateTime<Utc>,
        column completed_at: Option<DateTime<Utc>>,
    }
}

/// Inserts a delivery of the event with this number in the outbox, which is due at once.
pub(crate) fn insert_delivery(
    sql: &dyn Session,
    event_seq: i64,
    event: &EventRow,
    endpoint_id: i64,
    now: DateTime<Utc>,
) -> Result<()> {
    sql.insert_row(&DeliveryRow {
        id: 0,
        event_seq,
        event_id: event.public_id,
        event: event.event,
        endpoint_id,
        status: "pending".to_owned(),
        attempts: 0,
        round_attempts: 0,
        due_at: Some(now),
        last_response_status: None,
        last_error: None,
        created_at: now,
        completed_at: None,
    })?;
    Ok(())
}

pub(crate) fn delivery(sql: &dyn Session, id: i64) -> Result<Option<DeliveryRow>> {
    sql.row(select!(DeliveryRow, "WHERE d.id = ?1"), params![id])
}

row! {
    /// An endpoint that something is due to.
    struct DueEndpointRow in "webhook_endpoints" as "e" {
        key id: i64,
        column failing_since: Option<DateTime<Utc>>,
    }
}

row! {
    /// A delivery's place in its endpoint's queue.
    struct QueuedRow in "deliveries" as "d" {
        key id: i64,
        column due_at: Option<DateTime<Utc>>,
    }
}

/// Pending deliveries whose time has come. Endpoints take turns, each with the one that is due the longest, and one that fails
/// has `most_failing` at most.
///
/// Of each queue its front alone is read, however long it is: numbering a hundred thousand took a fifth of a second.
pub(crate) fn due(sql: &dyn Session, now: DateTime<Utc>, limit: u32, most_failing: u32) -> Result<Vec<DeliveryRow>> {
    let endpoints: Vec<DueEndpointRow> = sql.rows(
        select!(
            DueEndpointRow,
            "WHERE EXISTS (SELECT 1 FROM deliveries AS d WHERE d.status = 'pending' AND d.endpoint_id = e.id \
             AND d.due_at <= ?1) ORDER BY e.id"
        ),
        params![now],
    )?;
    let mut each = limit.div_ceil(u32::try_from(endpoints.len().max(1)).unwrap_or(u32::MAX));
    loop {
        let mut queued = Vec::new();
        let mut has_more = false;
        for endpoint in &endpoints {
            let most = if endpoint.failing_since.is_some() { each.min(most_failing) } else { each };
            let front: Vec<QueuedRow> = sql.rows(
                select!(
                    QueuedRow,
                    "WHERE d.status = 'pending' AND d.endpoint_id = ?1 AND d.due_at <= ?2 ORDER BY d.due_at, d.id LIMIT ?3"
                ),
                params![endpoint.id, now, most],
            )?;
            has_more |= most == each && front.len() >= each as usize;
            queued.extend(front.into_iter().enumerate().map(|(turn, one)| (turn, one.due_at, one.id)));
        }
        // All that stand among the first `each` of a queue are known, so the first of them all are.
        if queued.len() >= limit as usize || !has_more {
            queued.sort_unstable();
            let first = queued.into_iter().take(limit as usize);
            return first.filter_map(|(_, _, id)| delivery(sql, id).transpose()).collect();
        }
        each = each.saturating_mul(2);
    }
}

/// When the next pending delivery is due.
pub(crate) fn next_due(sql: &dyn Session) -> Result<Option<DateTime<Utc>>> {
    Ok(sql.value("SELECT min(due_at) FROM deliveries WHERE status = 'pending'", &[])?.flatten())
}

pub(crate) fn body_of_delivery(sql: &dyn Session, id: i64) -> Result<Option<String>> {
    sql.value("SELECT v.body FROM events AS v JOIN deliveries AS d ON d.event_id = v.id WHERE d.id = ?1", params![id])
}

pub(crate) fn set_delivery(sql: &dyn Session, row: &DeliveryRow) -> Result<()> {
    sql.run(
        "UPDATE deliveries SET status = ?2, attempts = ?3, round_attempts = ?4, due_at = ?5, last_response_status = ?6, \
         last_error = ?7, completed_at = ?8 WHERE id = ?1",
        params![
            row.id,
            row.status,
            row.attempts,
            row.round_attempts,
            row.due_at,
            row.last_response_status,
            row.last_error,
            row.completed_at,
        ],
    )?;
    Ok(())
}

/// Ends what waits for an endpoint.
pub(crate) fn fail_pending(sql: &dyn Session, endpoint: i64, error: &str, at: DateTime<Utc>) -> Result<()> {
    sql.run(
        "UPDATE deliveries SET status = 'failed', due_at = NULL, last_error = ?2, completed_at = ?3 \
         WHERE endpoint_id = ?1 AND status = 'pending'",
        params![endpoint, error, at],
    )?;
    Ok(())
}

pub(crate) fn count_deliveries(sql: &dyn Session, endpoint: i64) -> Result<u64> {
    sql.count("SELECT count(*) FROM deliveries WHERE endpoint_id = ?1", params![endpoint])
}

/// A page of an endpoint's deliveries, newest first.
pub(crate) fn list_deliveries(sql: &dyn Session, endpoint: i64, limit: u32, offset: u64) -> Result<Vec<DeliveryRow>> {
    sql.rows(
        select!(DeliveryRow, "WHERE d.endpoint_id = ?1 ORDER BY d.id DESC LIMIT ?2 OFFSET ?3"),
        params![endpoint, limit, offset],
    )
}

row! {
    /// One try to deliver.
    struct AttemptRow in "delivery_attempts" as "t" {
        column delivery_id: i64,
        column attempt: u32,
        column started_at: String,
        column recorded_at: Option<String>,
        column response_status: Option<u16>,
        column error: Option<String>,
    }
}

/// Inserts an attempt that begins now.
pub(crate) fn insert_attempt(sql: &dyn Session, delivery_id: i64, attempt: u32, now: DateTime<Utc>) -> Result<()> {
    let started_at = instant_text(now);
    let (recorded_at, response_status, error) = (None, None, None);
    sql.insert_row(&AttemptRow { delivery_id, attempt, started_at, recorded_at, response_status, error })?;
    Ok(())
}

/// Whether the attempt's outcome was recorded; none where there was no such attempt.
pub(crate) fn attempt_is_recorded(sql: &dyn Session, delivery: i64, attempt: u32) -> Result<Option<bool>> {
    sql.value(
        "SELECT recorded_at IS NOT NULL FROM delivery_attempts WHERE delivery_id = ?1 AND attempt = ?2",
        params![delivery, attempt],
    )
}

pub(crate) fn record_attempt(
    sql: &dyn Session,
    delivery: i64,
    attempt: u32,
    at: DateTime<Utc>,
    response_status: Option<u16>,
    error: Option<&str>,
) -> Result<()> {
    sql.run(
        "UPDATE delivery_attempts SET recorded_at = ?3, response_status = ?4, error = ?5 \
         WHERE delivery_id = ?1 AND attempt = ?2",
        params![delivery, attempt, at, response_status, error],
    )?;
    Ok(())
}

/// A delivery's attempts, oldest first.
pub(crate) fn attempts(sql: &dyn Session, delivery: i64) -> Result<Vec<AttemptRow>> {
    sql.rows(select!(AttemptRow, "WHERE t.delivery_id = ?1 ORDER BY t.attempt"), params![delivery])
}
