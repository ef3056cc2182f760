//! Webhook endpoints, the outbox and deliveries.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::{Sql, Text};
use crate::Result;

/// Where an organisation wants its events sent.
#[derive(Debug, Clone)]
pub(crate) struct EndpointRow {
    pub(crate) id: i64,
    pub(crate) organization_id: i64,
    pub(crate) organization: Uuid,
    pub(crate) url: String,
    pub(crate) events: String,
    pub(crate) status: String,
    pub(crate) secret: String,
    pub(crate) previous_secret: Option<String>,
    pub(crate) previous_secret_expires_at: Option<DateTime<Utc>>,
    pub(crate) failing_since: Option<DateTime<Utc>>,
    pub(crate) created_at: DateTime<Utc>,
}

macro_rules! select_endpoint {
    ($rest:literal) => {
        concat!(
            "SELECT e.id, e.organization_id, o.public_id, e.url, e.events, e.status, e.secret, e.previous_secret, ",
            "e.previous_secret_expires_at, e.failing_since, e.created_at FROM webhook_endpoints AS e ",
            "JOIN organizations AS o ON o.id = e.organization_id ",
            $rest
        )
    };
}

fn read_endpoint(row: &Row<'_>) -> rusqlite::Result<EndpointRow> {
    let instant = |at| row.get::<_, Option<Text<DateTime<Utc>>>>(at).map(|found| found.map(|Text(at)| at));
    Ok(EndpointRow {
        id: row.get(0)?,
        organization_id: row.get(1)?,
        organization: row.get::<_, Text<Uuid>>(2)?.0,
        url: row.get(3)?,
        events: row.get(4)?,
        status: row.get(5)?,
        secret: row.get(6)?,
        previous_secret: row.get(7)?,
        previous_secret_expires_at: instant(8)?,
        failing_since: instant(9)?,
        created_at: row.get::<_, Text<DateTime<Utc>>>(10)?.0,
    })
}

/// Inserts the endpoint; its `id` is not looked at.
pub(crate) fn insert_endpoint(sql: &Connection, row: &EndpointRow) -> Result<i64> {
    sql.insert(
        "INSERT INTO webhook_endpoints (organization_id, url, events, status, secret, created_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![row.organization_id, row.url, row.events, row.status, row.secret, Text(row.created_at)],
    )
}

pub(crate) fn endpoint(sql: &Connection, id: i64) -> Result<Option<EndpointRow>> {
    sql.row(select_endpoint!("WHERE e.id = ?1"), params![id], read_endpoint)
}

pub(crate) fn endpoints_of(sql: &Connection, organization: i64) -> Result<Vec<EndpointRow>> {
    sql.rows(select_endpoint!("WHERE e.organization_id = ?1 ORDER BY e.id"), params![organization], read_endpoint)
}

pub(crate) fn each_endpoint(sql: &Connection, mut visit: impl FnMut(EndpointRow) -> Result<()>) -> Result<()> {
    sql.each_row(select_endpoint!("ORDER BY e.id"), (), |row| visit(read_endpoint(row).map_err(super::sql_error)?))
}

/// An organisation's active endpoints and the events that each wants, separated by spaces.
pub(crate) fn live_endpoints(sql: &Connection, organization: i64) -> Result<Vec<(i64, String)>> {
    sql.rows(
        "SELECT id, events FROM webhook_endpoints WHERE organization_id = ?1 AND status = 'active' ORDER BY id",
        params![organization],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

pub(crate) fn set_endpoint(sql: &Connection, row: &EndpointRow) -> Result<()> {
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
            row.previous_secret_expires_at.map(Text),
            row.failing_since.map(Text),
        ],
    )?;
    Ok(())
}

pub(crate) fn delete_endpoint(sql: &Connection, id: i64) -> Result<()> {
    sql.run("DELETE FROM webhook_endpoints WHERE id = ?1", params![id])?;
    Ok(())
}

pub(crate) fn insert_event(
    sql: &Connection,
    public_id: Uuid,
    event: &str,
    organization: i64,
    body: &str,
    at: &str,
) -> Result<i64> {
    sql.insert(
        "INSERT INTO events (public_id, type, organization_id, body, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![Text(public_id), event, organization, body, at],
    )
}

/// An event as the outbox holds it.
#[derive(Debug, Clone)]
pub(crate) struct EventRow {
    pub(crate) id: i64,
    pub(crate) public_id: Uuid,
    pub(crate) event: String,
    pub(crate) organization: Uuid,
    pub(crate) body: String,
    pub(crate) created_at: String,
}

/// The outbox after an event, oldest first.
pub(crate) fn events_after(sql: &Connection, after: i64, limit: u32) -> Result<Vec<EventRow>> {
    sql.rows(
        "SELECT e.id, e.public_id, e.type, o.public_id, e.body, e.created_at FROM events AS e \
         JOIN organizations AS o ON o.id = e.organization_id WHERE e.id > ?1 ORDER BY e.id LIMIT ?2",
        params![after, limit],
        |row| {
            Ok(EventRow {
                id: row.get(0)?,
                public_id: row.get::<_, Text<Uuid>>(1)?.0,
                event: row.get(2)?,
                organization: row.get::<_, Text<Uuid>>(3)?.0,
                body: row.get(4)?,
                created_at: row.get(5)?,
            })
        },
    )
}

pub(crate) fn insert_delivery(sql: &Connection, event: i64, endpoint: i64, at: &str) -> Result<()> {
    sql.insert(
        "INSERT INTO deliveries (event_id, endpoint_id, status, attempts, round_attempts, due_at, created_at) \
         VALUES (?1, ?2, 'pending', 0, 0, ?3, ?3)",
        params![event, endpoint, at],
    )?;
    Ok(())
}

/// An event on its way to an endpoint.
#[derive(Debug, Clone)]
pub(crate) struct DeliveryRow {
    pub(crate) id: i64,
    pub(crate) event_id: Uuid,
    pub(crate) event: String,
    pub(crate) endpoint_id: i64,
    pub(crate) status: String,
    /// All attempts ever.
    pub(crate) attempts: u32,
    /// Attempts since it was last sent off.
    pub(crate) round_attempts: u32,
    pub(crate) due_at: Option<DateTime<Utc>>,
    pub(crate) last_response_status: Option<u16>,
    pub(crate) last_error: Option<String>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) completed_at: Option<DateTime<Utc>>,
}

macro_rules! select_delivery {
    ($rest:literal) => {
        concat!(
            "SELECT d.id, v.public_id, v.type, d.endpoint_id, d.status, d.attempts, d.round_attempts, d.due_at, ",
            "d.last_response_status, d.last_error, d.created_at, d.completed_at FROM deliveries AS d ",
            "JOIN events AS v ON v.id = d.event_id ",
            $rest
        )
    };
}

fn read_delivery(row: &Row<'_>) -> rusqlite::Result<DeliveryRow> {
    let instant = |at| row.get::<_, Option<Text<DateTime<Utc>>>>(at).map(|found| found.map(|Text(at)| at));
    Ok(DeliveryRow {
        id: row.get(0)?,
        event_id: row.get::<_, Text<Uuid>>(1)?.0,
        event: row.get(2)?,
        endpoint_id: row.get(3)?,
        status: row.get(4)?,
        attempts: row.get(5)?,
        round_attempts: row.get(6)?,
        due_at: instant(7)?,
        last_response_status: row.get(8)?,
        last_error: row.get(9)?,
        created_at: row.get::<_, Text<DateTime<Utc>>>(10)?.0,
        completed_at: instant(11)?,
    })
}

pub(crate) fn delivery(sql: &Connection, id: i64) -> Result<Option<DeliveryRow>> {
    sql.row(select_delivery!("WHERE d.id = ?1"), params![id], read_delivery)
}

/// Pending deliveries whose time has come, the longest due first.
pub(crate) fn due(sql: &Connection, now: DateTime<Utc>, limit: u32) -> Result<Vec<DeliveryRow>> {
    sql.rows(
        select_delivery!("WHERE d.status = 'pending' AND d.due_at <= ?1 ORDER BY d.due_at, d.id LIMIT ?2"),
        params![Text(now), limit],
        read_delivery,
    )
}

/// When the next pending delivery is due.
pub(crate) fn next_due(sql: &Connection) -> Result<Option<DateTime<Utc>>> {
    let found = sql.row("SELECT min(due_at) FROM deliveries WHERE status = 'pending'", (), |row| {
        row.get::<_, Option<Text<DateTime<Utc>>>>(0)
    })?;
    Ok(found.flatten().map(|Text(at)| at))
}

pub(crate) fn body_of_delivery(sql: &Connection, id: i64) -> Result<Option<String>> {
    sql.row(
        "SELECT v.body FROM events AS v JOIN deliveries AS d ON d.event_id = v.id WHERE d.id = ?1",
        params![id],
        |row| row.get(0),
    )
}

pub(crate) fn set_delivery(sql: &Connection, row: &DeliveryRow) -> Result<()> {
    sql.run(
        "UPDATE deliveries SET status = ?2, attempts = ?3, round_attempts = ?4, due_at = ?5, last_response_status = ?6, \
         last_error = ?7, completed_at = ?8 WHERE id = ?1",
        params![
            row.id,
            row.status,
            row.attempts,
            row.round_attempts,
            row.due_at.map(Text),
            row.last_response_status,
            row.last_error,
            row.completed_at.map(Text),
        ],
    )?;
    Ok(())
}

/// Ends what waits for an endpoint.
pub(crate) fn fail_pending(sql: &Connection, endpoint: i64, error: &str, at: DateTime<Utc>) -> Result<()> {
    sql.run(
        "UPDATE deliveries SET status = 'failed', due_at = NULL, last_error = ?2, completed_at = ?3 \
         WHERE endpoint_id = ?1 AND status = 'pending'",
        params![endpoint, error, Text(at)],
    )?;
    Ok(())
}

/// Whether anything waits for an endpoint.
pub(crate) fn has_pending(sql: &Connection, endpoint: i64) -> Result<bool> {
    let pending = "SELECT EXISTS (SELECT 1 FROM deliveries WHERE endpoint_id = ?1 AND status = 'pending')";
    Ok(sql.count(pending, params![endpoint])? == 1)
}

pub(crate) fn count_deliveries(sql: &Connection, endpoint: i64) -> Result<u64> {
    sql.count("SELECT count(*) FROM deliveries WHERE endpoint_id = ?1", params![endpoint])
}

/// A page of an endpoint's deliveries, newest first.
pub(crate) fn list_deliveries(sql: &Connection, endpoint: i64, limit: u32, offset: u64) -> Result<Vec<DeliveryRow>> {
    sql.rows(
        select_delivery!("WHERE d.endpoint_id = ?1 ORDER BY d.id DESC LIMIT ?2 OFFSET ?3"),
        params![endpoint, limit, i64::try_from(offset).unwrap_or(i64::MAX)],
        read_delivery,
    )
}

pub(crate) fn insert_attempt(sql: &Connection, delivery: i64, attempt: u32, at: DateTime<Utc>) -> Result<()> {
    sql.insert(
        "INSERT INTO delivery_attempts (delivery_id, attempt, started_at) VALUES (?1, ?2, ?3)",
        params![delivery, attempt, Text(at)],
    )?;
    Ok(())
}

/// Whether the attempt's outcome was recorded; none where there was no such attempt.
pub(crate) fn attempt_is_recorded(sql: &Connection, delivery: i64, attempt: u32) -> Result<Option<bool>> {
    sql.row(
        "SELECT recorded_at IS NOT NULL FROM delivery_attempts WHERE delivery_id = ?1 AND attempt = ?2",
        params![delivery, attempt],
        |row| row.get(0),
    )
}

pub(crate) fn record_attempt(
    sql: &Connection,
    delivery: i64,
    attempt: u32,
    at: DateTime<Utc>,
    response_status: Option<u16>,
    error: Option<&str>,
) -> Result<()> {
    sql.run(
        "UPDATE delivery_attempts SET recorded_at = ?3, response_status = ?4, error = ?5 \
         WHERE delivery_id = ?1 AND attempt = ?2",
        params![delivery, attempt, Text(at), response_status, error],
    )?;
    Ok(())
}

/// One try to deliver.
#[derive(Debug, Clone)]
pub(crate) struct AttemptRow {
    pub(crate) attempt: u32,
    pub(crate) started_at: String,
    pub(crate) recorded_at: Option<String>,
    pub(crate) response_status: Option<u16>,
    pub(crate) error: Option<String>,
}

/// A delivery's attempts, oldest first.
pub(crate) fn attempts(sql: &Connection, delivery: i64) -> Result<Vec<AttemptRow>> {
    sql.rows(
        "SELECT attempt, started_at, recorded_at, response_status, error FROM delivery_attempts \
         WHERE delivery_id = ?1 ORDER BY attempt",
        params![delivery],
        |row| {
            Ok(AttemptRow {
                attempt: row.get(0)?,
                started_at: row.get(1)?,
                recorded_at: row.get(2)?,
                response_status: row.get(3)?,
                error: row.get(4)?,
            })
        },
    )
}
