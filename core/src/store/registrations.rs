//! Chargers, registrations and conflicts.

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::{Sql, Text};
use crate::charger::SerialHash;
use crate::{Period, Result};

/// A registration with what stands about it in other tables.
#[derive(Debug, Clone)]
pub(crate) struct RegistrationRow {
    pub(crate) id: i64,
    pub(crate) public_id: Uuid,
    pub(crate) organization: OrganizationRow,
    pub(crate) charger: ChargerRow,
    pub(crate) program_name: String,
    pub(crate) period: Period,
    pub(crate) metadata: String,
    pub(crate) renewed_from: Option<Uuid>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) cancelled_at: Option<DateTime<Utc>>,
    pub(crate) expired_at: Option<DateTime<Utc>>,
}

/// Who registers.
#[derive(Debug, Clone)]
pub(crate) struct OrganizationRow {
    pub(crate) id: i64,
    pub(crate) public_id: Uuid,
    pub(crate) name: String,
}

/// What is registered.
#[derive(Debug, Clone)]
pub(crate) struct ChargerRow {
    pub(crate) serial_hash: SerialHash,
    pub(crate) keyed_hash: Option<[u8; 32]>,
    pub(crate) vendor_canonical: String,
    pub(crate) serial_last4: String,
}

macro_rules! select_registration {
    ($rest:literal) => {
        concat!(
            "SELECT r.id, r.public_id, r.organization_id, o.public_id, o.name, r.serial_hash, r.keyed_hash, r.vendor_canonical, ",
            "r.serial_last4, r.program_name, r.start_date, r.end_date, r.metadata, ",
            "(SELECT source.public_id FROM registrations AS source WHERE source.id = r.renewed_from), ",
            "r.created_at, r.cancelled_at, r.expired_at FROM registrations AS r ",
            "JOIN organizations AS o ON o.id = r.organization_id ",
            $rest
        )
    };
}

pub(crate) fn read_registration(row: &Row<'_>) -> rusqlite::Result<RegistrationRow> {
    let text = |index| row.get::<_, String>(index);
    let instant = |index| row.get::<_, Option<Text<DateTime<Utc>>>>(index).map(|found| found.map(|Text(at)| at));
    Ok(RegistrationRow {
        id: row.get(0)?,
        public_id: row.get::<_, Text<Uuid>>(1)?.0,
        organization: OrganizationRow { id: row.get(2)?, public_id: row.get::<_, Text<Uuid>>(3)?.0, name: text(4)? },
        charger: ChargerRow {
            serial_hash: SerialHash::from_bytes(row.get(5)?),
            keyed_hash: row.get(6)?,
            vendor_canonical: text(7)?,
            serial_last4: text(8)?,
        },
        program_name: text(9)?,
        period: period(row.get::<_, Text<NaiveDate>>(10)?.0, row.get::<_, Text<NaiveDate>>(11)?.0, 10)?,
        metadata: text(12)?,
        renewed_from: row.get::<_, Option<Text<Uuid>>>(13)?.map(|Text(id)| id),
        created_at: row.get::<_, Text<DateTime<Utc>>>(14)?.0,
        cancelled_at: instant(15)?,
        expired_at: instant(16)?,
    })
}

fn period(start: NaiveDate, end: NaiveDate, column: usize) -> rusqlite::Result<Period> {
    let wrong = |error| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error));
    Period::new(start, end).map_err(wrong)
}

/// Whether nothing was registered yet.
pub(crate) fn is_empty(sql: &Connection) -> Result<bool> {
    Ok(sql.count("SELECT EXISTS (SELECT 1 FROM registrations)", ())? == 0)
}

/// Inserts the registration; its `id` is not looked at.
pub(crate) fn insert(sql: &Connection, row: &RegistrationRow, renewed_from: Option<i64>) -> Result<i64> {
    sql.insert(
        "INSERT INTO registrations (public_id, organization_id, serial_hash, keyed_hash, vendor_canonical, serial_last4, \
         program_name, start_date, end_date, metadata, renewed_from, created_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        params![
            Text(row.public_id),
            row.organization.id,
            row.charger.serial_hash.as_bytes(),
            row.charger.keyed_hash,
            row.charger.vendor_canonical,
            row.charger.serial_last4,
            row.program_name,
            Text(row.period.start()),
            Text(row.period.end()),
            row.metadata,
            renewed_from,
            Text(row.created_at),
        ],
    )
}

/// Registrations of a charger that are not cancelled and end on or after `day`, oldest first, at most `most`.
pub(crate) fn ending_from(
    sql: &Connection,
    charger: SerialHash,
    day: NaiveDate,
    most: usize,
) -> Result<Vec<RegistrationRow>> {
    sql.rows(
        select_registration!(
            "WHERE r.serial_hash = ?1 AND r.end_date >= ?2 AND r.cancelled_at IS NULL ORDER BY r.id LIMIT ?3"
        ),
        params![charger.as_bytes(), Text(day), i64::try_from(most).unwrap_or(i64::MAX)],
        read_registration,
    )
}

/// Registrations of a charger that are not cancelled and share a day with the period, oldest first, at most `most`.
pub(crate) fn claiming(
    sql: &Connection,
    charger: SerialHash,
    period: &Period,
    most: usize,
) -> Result<Vec<RegistrationRow>> {
    let mut rows = sql.rows(
        select_registration!(
            "WHERE r.serial_hash = ?1 AND r.end_date >= ?2 AND r.start_date <= ?3 AND r.cancelled_at IS NULL LIMIT ?4"
        ),
        params![charger.as_bytes(), Text(period.start()), Text(period.end()), i64::try_from(most).unwrap_or(i64::MAX)],
        read_registration,
    )?;
    // Sorted here: for its own sorting SQLite would open and close a table with every registration.
    rows.sort_unstable_by_key(|row| row.id);
    Ok(rows)
}

/// The periods of a charger's registrations that are not cancelled and end on or after `day`.
pub(crate) fn periods_ending_from(sql: &Connection, charger: SerialHash, day: NaiveDate) -> Result<Vec<Period>> {
    sql.rows(
        "SELECT start_date, end_date FROM registrations WHERE serial_hash = ?1 AND end_date >= ?2 AND cancelled_at IS NULL",
        params![charger.as_bytes(), Text(day)],
        read_period,
    )
}

/// The same of the charger with this keyed hash.
pub(crate) fn periods_of_keyed_hash(sql: &Connection, charger: &[u8; 32], day: NaiveDate) -> Result<Vec<Period>> {
    sql.rows(
        "SELECT start_date, end_date FROM registrations WHERE keyed_hash = ?1 AND end_date >= ?2 AND cancelled_at IS NULL",
        params![charger, Text(day)],
        read_period,
    )
}

fn read_period(row: &Row<'_>) -> rusqlite::Result<Period> {
    period(row.get::<_, Text<NaiveDate>>(0)?.0, row.get::<_, Text<NaiveDate>>(1)?.0, 0)
}

/// The hashes from `first` to `last`, each with how many registrations are not cancelled and end on or after `day`.
pub(crate) fn counts_between(
    sql: &Connection,
    first: &[u8; 32],
    last: &[u8; 32],
    day: NaiveDate,
) -> Result<Vec<(SerialHash, u32)>> {
    sql.rows(
        "SELECT serial_hash, count(*) FROM registrations \
         WHERE serial_hash BETWEEN ?1 AND ?2 AND end_date >= ?3 AND cancelled_at IS NULL GROUP BY serial_hash",
        params![first, last, Text(day)],
        |row| Ok((SerialHash::from_bytes(row.get(0)?), row.get(1)?)),
    )
}

pub(crate) fn by_public_id(sql: &Connection, public_id: Uuid) -> Result<Option<RegistrationRow>> {
    sql.row(select_registration!("WHERE r.public_id = ?1"), params![Text(public_id)], read_registration)
}

pub(crate) fn by_id(sql: &Connection, id: i64) -> Result<Option<RegistrationRow>> {
    sql.row(select_registration!("WHERE r.id = ?1"), params![id], read_registration)
}

/// Which of an organisation's registrations are listed, by the status that `day` gives them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listed<'a> {
    pub(crate) organization: i64,
    /// `pending`, `active`, `expired` or `cancelled`; all without.
    pub(crate) status: Option<&'a str>,
    pub(crate) day: NaiveDate,
}

pub(crate) fn count_listed(sql: &Connection, listed: Listed<'_>) -> Result<u64> {
    if listed.status.is_none() {
        return sql
            .count("SELECT count(*) FROM registrations WHERE organization_id = ?1", params![listed.organization]);
    }
    sql.count(
        "SELECT count(*) FROM registrations AS r WHERE r.organization_id = ?1 AND ?2 = CASE \
         WHEN r.cancelled_at IS NOT NULL THEN 'cancelled' WHEN r.start_date > ?3 THEN 'pending' \
         WHEN r.end_date >= ?3 THEN 'active' ELSE 'expired' END",
        params![listed.organization, listed.status, Text(listed.day)],
    )
}

/// A page of them, newest first.
pub(crate) fn list(sql: &Connection, listed: Listed<'_>, limit: u32, offset: u64) -> Result<Vec<RegistrationRow>> {
    sql.rows(
        select_registration!(
            "WHERE r.organization_id = ?1 AND (?2 IS NULL OR ?2 = CASE \
             WHEN r.cancelled_at IS NOT NULL THEN 'cancelled' WHEN r.start_date > ?3 THEN 'pending' \
             WHEN r.end_date >= ?3 THEN 'active' ELSE 'expired' END) ORDER BY r.id DESC LIMIT ?4 OFFSET ?5"
        ),
        params![listed.organization, listed.status, Text(listed.day), limit, i64::try_from(offset).unwrap_or(i64::MAX)],
        read_registration,
    )
}

pub(crate) fn set_notes(sql: &Connection, id: i64, program_name: &str, metadata: &str) -> Result<()> {
    sql.run(
        "UPDATE registrations SET program_name = ?2, metadata = ?3 WHERE id = ?1",
        params![id, program_name, metadata],
    )?;
    Ok(())
}

pub(crate) fn set_cancelled(sql: &Connection, id: i64, at: DateTime<Utc>) -> Result<()> {
    sql.run("UPDATE registrations SET cancelled_at = ?2 WHERE id = ?1", params![id, Text(at)])?;
    Ok(())
}

pub(crate) fn set_expired(sql: &Connection, id: i64, at: DateTime<Utc>) -> Result<()> {
    sql.run("UPDATE registrations SET expired_at = ?2 WHERE id = ?1", params![id, Text(at)])?;
    Ok(())
}

/// Enters registrations made since the last time into the queue of those whose expiry is to be told, at most 50,000; whether
/// these were all.
pub(crate) fn queue_expiries(sql: &Connection) -> Result<bool> {
    const QUEUED_TO: &str = "expiry_queued_to";
    const MOST: i64 = 50_000;
    let queued_to = super::settings::get_integer(sql, QUEUED_TO)?.unwrap_or(0);
    let last = sql.row("SELECT max(id) FROM registrations", (), |row| row.get::<_, Option<i64>>(0))?.flatten();
    let Some(last) = last.filter(|last| *last > queued_to) else { return Ok(true) };
    let to = last.min(queued_to + MOST);
    sql.run(
        "INSERT INTO expiry_queue (end_date, registration_id) SELECT end_date, id FROM registrations \
         WHERE id > ?1 AND id <= ?2 AND cancelled_at IS NULL ORDER BY end_date, id",
        params![queued_to, to],
    )?;
    super::settings::set_integer(sql, QUEUED_TO, to)?;
    Ok(to == last)
}

/// Registrations of the queue that ended before `day` and are not cancelled, the longest over first.
pub(crate) fn to_expire(sql: &Connection, day: NaiveDate, limit: usize) -> Result<Vec<RegistrationRow>> {
    sql.rows(
        select_registration!(
            "JOIN expiry_queue AS q ON q.registration_id = r.id WHERE q.end_date < ?1 AND r.cancelled_at IS NULL \
             ORDER BY q.end_date, q.registration_id LIMIT ?2"
        ),
        params![Text(day), i64::try_from(limit).unwrap_or(i64::MAX)],
        read_registration,
    )
}

/// Takes a registration out of the queue.
pub(crate) fn leave_expiry_queue(sql: &Connection, row: &RegistrationRow) -> Result<()> {
    sql.run(
        "DELETE FROM expiry_queue WHERE end_date = ?1 AND registration_id = ?2",
        params![Text(row.period.end()), row.id],
    )?;
    Ok(())
}

/// A pair of registrations that overlapped when the second was made.
#[derive(Debug, Clone)]
pub(crate) struct ConflictRow {
    pub(crate) id: i64,
    pub(crate) public_id: Uuid,
    pub(crate) first_id: i64,
    pub(crate) second_id: i64,
    pub(crate) acknowledged: bool,
    pub(crate) detected_at: DateTime<Utc>,
}

macro_rules! select_conflict {
    ($rest:literal) => {
        concat!("SELECT id, public_id, first_id, second_id, acknowledged, detected_at FROM conflicts ", $rest)
    };
}

fn read_conflict(row: &Row<'_>) -> rusqlite::Result<ConflictRow> {
    Ok(ConflictRow {
        id: row.get(0)?,
        public_id: row.get::<_, Text<Uuid>>(1)?.0,
        first_id: row.get(2)?,
        second_id: row.get(3)?,
        acknowledged: row.get(4)?,
        detected_at: row.get::<_, Text<DateTime<Utc>>>(5)?.0,
    })
}

/// Inserts the conflict; its `id` is not looked at.
pub(crate) fn insert_conflict(sql: &Connection, row: &ConflictRow) -> Result<i64> {
    sql.insert(
        "INSERT INTO conflicts (public_id, first_id, second_id, acknowledged, detected_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![Text(row.public_id), row.first_id, row.second_id, row.acknowledged, Text(row.detected_at)],
    )
}

pub(crate) fn conflict_by_public_id(sql: &Connection, public_id: Uuid) -> Result<Option<ConflictRow>> {
    sql.row(select_conflict!("WHERE public_id = ?1"), params![Text(public_id)], read_conflict)
}

/// The conflicts of a registration, oldest first.
pub(crate) fn conflicts_of(sql: &Connection, registration: i64) -> Result<Vec<ConflictRow>> {
    sql.rows(
        select_conflict!("WHERE first_id = ?1 OR second_id = ?1 ORDER BY id"),
        params![registration],
        read_conflict,
    )
}

/// Shows every registration to `visit`, oldest first.
pub(crate) fn each(sql: &Connection, mut visit: impl FnMut(RegistrationRow) -> Result<()>) -> Result<()> {
    sql.each_row(select_registration!("ORDER BY r.id"), (), |row| {
        visit(read_registration(row).map_err(super::sql_error)?)
    })
}

/// Shows every conflict to `visit`, oldest first.
pub(crate) fn each_conflict(sql: &Connection, mut visit: impl FnMut(ConflictRow) -> Result<()>) -> Result<()> {
    sql.each_row(select_conflict!("ORDER BY id"), (), |row| visit(read_conflict(row).map_err(super::sql_error)?))
}
