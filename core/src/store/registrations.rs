//! Chargers, registrations and conflicts.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::Session;
use super::organizations::OrganizationRow;
use super::table::{Cells, Columns, row, select};
use super::value::{Value, params, unreadable};
use crate::charger::{KeyedHash, SerialHash};
use crate::instant::day_text;
use crate::{Period, Result};

row! {
    /// A registration with what stands about it in other tables.
    struct RegistrationRow in "registrations" as "r" with "JOIN organizations AS o ON o.id = r.organization_id", recorded {
        key id: i64,
        column public_id: Uuid,
        joined organization: OrganizationRow = "o" on "organization_id",
        part charger: ChargerRow,
        column program_name: String,
        part period: Period,
        json metadata: String,
        hidden renewed_from_id: Option<i64> = "renewed_from",
        seen renewed_from: Option<Uuid> =
            "(SELECT source.public_id FROM registrations AS source WHERE source.id = r.renewed_from)",
        column created_at: DateTime<Utc>,
        column cancelled_at: Option<DateTime<Utc>>,
        column expired_at: Option<DateTime<Utc>>,
    }
}

row! {
    /// What a list shows of a registration.
    struct ShownRow {
        column public_id: Uuid,
        column program_name: String,
        part period: Period,
        column vendor_canonical: String,
        column serial_last4: String,
        column serial_hash: SerialHash,
        column cancelled_at: Option<DateTime<Utc>>,
    }
}

row! {
    /// What is registered.
    struct ChargerRow, recorded {
        column serial_hash: SerialHash,
        column keyed_hash: Option<KeyedHash>,
        column vendor_canonical: String,
        column serial_last4: String,
    }
}

row! {
    /// The two columns of a period.
    struct Days {
        column start_date: NaiveDate,
        column end_date: NaiveDate,
    }
}

impl Columns for Period {
    fn select(alias: &str, list: &mut Vec<String>) {
        Days::select(alias, list);
    }

    fn read(cells: &mut Cells<'_>) -> Result<Self> {
        let Days { start_date, end_date } = Days::read(cells)?;
        Period::new(start_date, end_date).map_err(|_| unreadable("end_date", &end_date.to_string()))
    }

    fn names(names: &mut Vec<&'static str>) {
        Days::names(names);
    }

    fn values<'v>(&'v self, values: &mut Vec<Value<'v>>) {
        values.extend([self.start(), self.end()].map(|day| Value::Text(day_text(day).into())));
    }
}

/// Whether nothing was registered yet.
pub(crate) fn is_empty(sql: &dyn Session) -> Result<bool> {
    Ok(sql.count("SELECT EXISTS (SELECT 1 FROM registrations)", &[])? == 0)
}

/// Inserts the registration; its `id` is not looked at.
pub(crate) fn insert(sql: &dyn Session, row: &RegistrationRow) -> Result<i64> {
    sql.insert_row(row)
}

/// Registrations of a charger that are not cancelled and end on or after `day`, oldest first, at most `most`.
pub(crate) fn ending_from(
    sql: &dyn Session,
    charger: SerialHash,
    day: NaiveDate,
    most: usize,
) -> Result<Vec<RegistrationRow>> {
    sql.rows(
        select!(
            RegistrationRow,
            "WHERE r.serial_hash = ?1 AND r.end_date >= ?2 AND r.cancelled_at IS NULL ORDER BY r.id LIMIT ?3"
        ),
        params![charger, day, most],
    )
}

/// Registrations of a charger that are not cancelled and share a day with the period, oldest first, at most `most`.
pub(crate) fn claiming(
    sql: &dyn Session,
    charger: SerialHash,
    period: &Period,
    most: usize,
) -> Result<Vec<RegistrationRow>> {
    let mut rows: Vec<RegistrationRow> = sql.rows(
        select!(
            RegistrationRow,
            "WHERE r.serial_hash = ?1 AND r.end_date >= ?2 AND r.start_date <= ?3 AND r.cancelled_at IS NULL LIMIT ?4"
        ),
        params![charger, period.start(), period.end(), most],
    )?;
    // Sorted here: for its own sorting SQLite would open and close a table with every registration.
    rows.sort_unstable_by_key(|row| row.id);
    Ok(rows)
}

/// The periods of a charger's registrations that are not cancelled and end on or after `day`.
pub(crate) fn periods_ending_from(sql: &dyn Session, charger: SerialHash, day: NaiveDate) -> Result<Vec<Period>> {
    sql.rows(
        select!(
            Period as "r",
            "FROM registrations AS r WHERE r.serial_hash = ?1 AND r.end_date >= ?2 AND r.cancelled_at IS NULL"
        ),
        params![charger, day],
    )
}

/// The same of the charger with this keyed hash.
pub(crate) fn periods_of_keyed_hash(sql: &dyn Session, charger: KeyedHash, day: NaiveDate) -> Result<Vec<Period>> {
    sql.rows(
        select!(
            Period as "r",
            "FROM registrations AS r WHERE r.keyed_hash = ?1 AND r.end_date >= ?2 AND r.cancelled_at IS NULL"
        ),
        params![charger, day],
    )
}

row! {
    /// A charger and how many registrations it has.
    struct ChargerCount {
        column serial_hash: SerialHash,
        seen count: u32 = "count(*)",
    }
}

/// The hashes from `first` to `last`, each with how many registrations are not cancelled and end on or after `day`.
pub(crate) fn counts_between(
    sql: &dyn Session,
    first: &[u8; 32],
    last: &[u8; 32],
    day: NaiveDate,
) -> Result<Vec<ChargerCount>> {
    sql.rows(
        select!(
            ChargerCount as "r",
            "FROM registrations AS r WHERE r.serial_hash BETWEEN ?1 AND ?2 AND r.end_date >= ?3 \
             AND r.cancelled_at IS NULL GROUP BY r.serial_hash"
        ),
        params![first, last, day],
    )
}

pub(crate) fn by_public_id(sql: &dyn Session, public_id: Uuid) -> Result<Option<RegistrationRow>> {
    sql.row(select!(RegistrationRow, "WHERE r.public_id = ?1"), params![public_id])
}

pub(crate) fn by_id(sql: &dyn Session, id: i64) -> Result<Option<RegistrationRow>> {
    sql.row(select!(RegistrationRow, "WHERE r.id = ?1"), params![id])
}

/// Which of an organisation's registrations are listed, by the status that `day` gives them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listed<'a> {
    pub(crate) organization: i64,
    /// `pending`, `active`, `expired` or `cancelled`; all without.
    pub(crate) status: Option<&'a str>,
    pub(crate) day: NaiveDate,
}

/// The status of a registration on the day ?3, as [`RegistrationStatus::by_day`](crate::registration::RegistrationStatus)
/// has it.
macro_rules! status_by_day {
    () => {
        "CASE WHEN r.cancelled_at IS NOT NULL THEN 'cancelled' WHEN r.start_date > ?3 THEN 'pending' \
         WHEN r.end_date >= ?3 THEN 'active' ELSE 'expired' END"
    };
}

pub(crate) fn count_listed(sql: &dyn Session, listed: Listed<'_>) -> Result<u64> {
    if listed.status.is_none() {
        return sql
            .count("SELECT count(*) FROM registrations WHERE organization_id = ?1", params![listed.organization]);
    }
    sql.count(
        concat!("SELECT count(*) FROM registrations AS r WHERE r.organization_id = ?1 AND ?2 = ", status_by_day!()),
        params![listed.organization, listed.status, listed.day],
    )
}

/// A page of them, newest first.
pub(crate) fn list(sql: &dyn Session, listed: Listed<'_>, limit: u32, offset: u64) -> Result<Vec<ShownRow>> {
    sql.rows(
        select!(
            ShownRow as "r",
            "FROM registrations AS r WHERE r.organization_id = ?1 AND (?2 IS NULL OR ?2 = ",
            status_by_day!(),
            ") ORDER BY r.id DESC LIMIT ?4 OFFSET ?5"
        ),
        params![listed.organization, listed.status, listed.day, limit, offset],
    )
}

pub(crate) fn set_notes(sql: &dyn Session, id: i64, program_name: &str, metadata: &str) -> Result<()> {
    sql.run(
        "UPDATE registrations SET program_name = ?2, metadata = ?3 WHERE id = ?1",
        params![id, program_name, metadata],
    )?;
    Ok(())
}

pub(crate) fn set_cancelled(sql: &dyn Session, id: i64, at: DateTime<Utc>) -> Result<()> {
    sql.run("UPDATE registrations SET cancelled_at = ?2 WHERE id = ?1", params![id, at])?;
    Ok(())
}

pub(crate) fn set_expired(sql: &dyn Session, id: i64, at: DateTime<Utc>) -> Result<()> {
    sql.run("UPDATE registrations SET expired_at = ?2 WHERE id = ?1", params![id, at])?;
    Ok(())
}

/// Enters registrations made since the last time into the queue of those whose expiry is to be told, at most 50,000; whether
/// these were all.
pub(crate) fn queue_expiries(sql: &dyn Session) -> Result<bool> {
    const QUEUED_TO: &str = "expiry_queued_to";
    const MOST: i64 = 50_000;
    let queued_to = super::settings::get_integer(sql, QUEUED_TO)?.unwrap_or(0);
    let last: Option<i64> = sql.value("SELECT max(id) FROM registrations", &[])?.flatten();
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
pub(crate) fn to_expire(sql: &dyn Session, day: NaiveDate, limit: usize) -> Result<Vec<RegistrationRow>> {
    sql.rows(
        select!(
            RegistrationRow,
            "JOIN expiry_queue AS q ON q.registration_id = r.id WHERE q.end_date < ?1 AND r.cancelled_at IS NULL \
             ORDER BY q.end_date, q.registration_id LIMIT ?2"
        ),
        params![day, limit],
    )
}

/// Takes a registration out of the queue.
pub(crate) fn leave_expiry_queue(sql: &dyn Session, row: &RegistrationRow) -> Result<()> {
    sql.run(
        "DELETE FROM expiry_queue WHERE end_date = ?1 AND registration_id = ?2",
        params![row.period.end(), row.id],
    )?;
    Ok(())
}

/// Shows every registration to `visit`, oldest first.
pub(crate) fn each(sql: &dyn Session, visit: impl FnMut(RegistrationRow) -> Result<()>) -> Result<()> {
    sql.each(select!(RegistrationRow, "ORDER BY r.id"), &[], visit)
}

row! {
    /// A pair of registrations that overlapped when the second was made.
    struct ConflictRow in "conflicts" as "c", recorded {
        key id: i64,
        column public_id: Uuid,
        hidden first_id: i64,
        hidden second_id: i64,
        /// None where the registration is gone, which no call of this library does.
        seen first: Option<Uuid> = "(SELECT side.public_id FROM registrations AS side WHERE side.id = c.first_id)",
        seen second: Option<Uuid> = "(SELECT side.public_id FROM registrations AS side WHERE side.id = c.second_id)",
        column acknowledged: bool,
        column detected_at: DateTime<Utc>,
    }
}

/// Inserts the conflict; its `id` is not looked at.
pub(crate) fn insert_conflict(sql: &dyn Session, row: &ConflictRow) -> Result<i64> {
    sql.insert_row(row)
}

pub(crate) fn conflict_by_public_id(sql: &dyn Session, public_id: Uuid) -> Result<Option<ConflictRow>> {
    sql.row(select!(ConflictRow, "WHERE c.public_id = ?1"), params![public_id])
}

/// The conflicts of a registration, oldest first.
pub(crate) fn conflicts_of(sql: &dyn Session, registration: i64) -> Result<Vec<ConflictRow>> {
    sql.rows(select!(ConflictRow, "WHERE c.first_id = ?1 OR c.second_id = ?1 ORDER BY c.id"), params![registration])
}

/// Shows every conflict to `visit`, oldest first.
pub(crate) fn each_conflict(sql: &dyn Session, visit: impl FnMut(ConflictRow) -> Result<()>) -> Result<()> {
    sql.each(select!(ConflictRow, "ORDER BY c.id"), &[], visit)
}
