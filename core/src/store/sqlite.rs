//! The driver for SQLite, and the one file that knows rusqlite: opening, the schema's version, one writer and several readers.

use std::borrow::Cow;
use std::io::ErrorKind;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode as SqlCode, OpenFlags, Params, TransactionBehavior};

use super::driver::{Driver, Row, Session};
use super::private_file;
use super::value::{Value, unreadable};
use crate::{Error, ErrorCode, Result};

/// `Tier` in ASCII: what an SQLite file of this library says of itself (PRAGMA application_id).
const APPLICATION_ID: i32 = 0x5469_6572;

/// What brings a file from one version of the schema to the next; the first makes a new file.
const MIGRATIONS: &[&str] = &[include_str!("schema_1.sql"), include_str!("schema_2.sql"), include_str!("schema_3.sql")];

/// The version of the schema that this library writes.
pub(crate) const SCHEMA_VERSION: usize = MIGRATIONS.len();

/// How a file is opened.
#[derive(Debug, Clone)]
pub(crate) struct StoreSettings {
    /// How long to wait for a lock that another connection holds.
    pub(crate) busy_timeout: Duration,
    /// Whether a commit waits until the disk has it. Without, the last changes may be lost with the power, never the order.
    pub(crate) full_sync: bool,
    /// Whether the file is opened for reading alone.
    pub(crate) read_only: bool,
}

/// The file, or memory.
#[derive(Debug)]
pub(super) struct Sqlite {
    /// Connections that nobody uses now; none once closed. A reader sees one state of the file and never waits for a writer,
    /// which is why it does not ask the writer's lock whether the file is closed.
    ///
    /// Before the writer, because fields are dropped in this order: the last connection brings the log into the file, which
    /// one for reading alone cannot.
    idle_readers: Mutex<Option<Vec<Connection>>>,
    /// None once closed.
    writer: Mutex<Option<Connection>>,
    /// None in memory, where the writer reads as well.
    path: Option<PathBuf>,
    settings: StoreSettings,
}

impl Sqlite {
    /// How many connections for reading are kept for the next call.
    const MOST_IDLE: usize = 16;

    pub(super) fn in_memory() -> Result<Self> {
        let settings = StoreSettings { busy_timeout: Duration::ZERO, full_sync: false, read_only: false };
        let mut connection = Connection::open_in_memory().map_err(sql_error)?;
        connection.pragma_update(None, "foreign_keys", true).map_err(sql_error)?;
        keep_statements(&connection)?;
        migrate(&mut connection, MIGRATIONS)?;
        let idle_readers = Mutex::new(Some(Vec::new()));
        Ok(Self { writer: Mutex::new(Some(connection)), idle_readers, path: None, settings })
    }

    pub(super) fn open(path: &Path, settings: StoreSettings) -> Result<Self> {
        // Whole: a reader is opened later, when the process may stand in another folder. And SQLite takes some bare names for
        // memory or a URI.
        let path = &absolute(path)?;
        let writer = open_writer(path, &settings).map_err(|error| naming_the_file(error, path))?;
        Ok(Self {
            writer: Mutex::new(Some(writer)),
            idle_readers: Mutex::new(Some(Vec::new())),
            path: Some(path.to_owned()),
            settings,
        })
    }
}

impl Driver for Sqlite {
    /// The transaction holds the file's write lock from its first statement on.
    fn write<T>(&self, change: impl FnOnce(&dyn Session) -> Result<T>) -> Result<T> {
        let mut writer = lock(&self.writer);
        let connection = writer.as_mut().ok_or_else(closed)?;
        if self.settings.read_only {
            let message = "the ledger was opened for reading alone; expected one that can be written";
            return Err(Error::new(ErrorCode::ReadOnly, "", message));
        }
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sql_error)?;
        // Dropped without a commit, the transaction is rolled back.
        let answer = change(&*transaction)?;
        transaction.commit().map_err(sql_error)?;
        Ok(answer)
    }

    fn read<T>(&self, question: impl FnOnce(&dyn Session) -> Result<T>) -> Result<T> {
        self.read_connection(|connection| question(connection))
    }

    fn back_up(&self, to: &Path, progress: &mut dyn FnMut(u64, u64) -> bool) -> Result<()> {
        const PAGES_A_STEP: i32 = 256;
        let whole = &absolute(to)?;
        let mut is_ours = false;
        let copied = self.read_connection(|connection| {
            private_file::create_new(whole).map_err(|error| {
                let message = match error.kind() {
                    ErrorKind::AlreadyExists => format!("`{}` exists already; expected a new file", to.display()),
                    _ => format!("`{}` cannot be made ({error}); expected a new file", to.display()),
                };
                Error::new(ErrorCode::FileError, "path", message)
            })?;
            is_ours = true;
            // A transaction holds its state of the file from its first question on. Without one, each step would see what was
            // written since the last, and the copy would begin anew for as long as others write.
            session(connection).count("SELECT count(*) FROM sqlite_schema", &[])?;
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let mut target = Connection::open_with_flags(whole, flags).map_err(sql_error)?;
            let backup = Backup::new(connection, &mut target).map_err(sql_error)?;
            loop {
                let step = backup.step(PAGES_A_STEP).map_err(sql_error)?;
                let pages = backup.progress();
                let total = u64::try_from(pages.pagecount).unwrap_or(0);
                let done = total.saturating_sub(u64::try_from(pages.remaining).unwrap_or(0));
                if !progress(done, total) {
                    return Ok(false);
                }
                match step {
                    rusqlite::backup::StepResult::Done => return Ok(true),
                    rusqlite::backup::StepResult::More => {}
                    _ => std::thread::sleep(Duration::from_millis(5)),
                }
            }
        });
        if is_ours && !matches!(copied, Ok(true)) {
            // Half a copy must not be taken for a whole one.
            let _ = std::fs::remove_file(whole);
        }
        copied.map(|_| ())
    }

    fn close(&self) -> Result<()> {
        lock(&self.idle_readers).take();
        let Some(connection) = lock(&self.writer).take() else { return Ok(()) };
        connection.close().map_err(|(_, error)| sql_error(error))
    }
}

impl Sqlite {
    /// Gives the question a connection that sees one state of the file.
    fn read_connection<T>(&self, question: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let Some(path) = &self.path else {
            let writer = lock(&self.writer);
            return question(writer.as_ref().ok_or_else(closed)?);
        };
        let idle = lock(&self.idle_readers).as_mut().ok_or_else(closed)?.pop();
        let connection = match idle {
            Some(connection) => connection,
            None => connect(path, &StoreSettings { read_only: true, ..self.settings.clone() })?,
        };
        let answer = {
            let snapshot = connection.unchecked_transaction().map_err(sql_error)?;
            question(&snapshot)
        };
        match lock(&self.idle_readers).as_mut() {
            Some(idle) if idle.len() < Self::MOST_IDLE => idle.push(connection),
            // One too many, or the ledger was closed meanwhile: this was its last use.
            _ => drop(connection),
        }
        answer
    }
}

/// Has a connection compile each statement once.
///
/// Without the planner's guarantee of stability SQLite compiles a statement anew for every value that a range is bound to:
/// a fifth of the time of a registration.
fn keep_statements(connection: &Connection) -> Result<()> {
    // All there are.
    const STATEMENTS: usize = 256;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(sql_error)?;
    Ok(())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic of the host's while it held the lock left the connection as SQLite keeps it: rolled back.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).map_err(|error| {
        let message = format!("`{}` names no file ({error}); expected a path", path.display());
        Error::new(ErrorCode::FileError, "path", message)
    })
}

fn closed() -> Error {
    Error::new(ErrorCode::Closed, "", "the ledger was closed; expected an open one")
}

fn connect(path: &Path, settings: &StoreSettings) -> Result<Connection> {
    let access = if settings.read_only {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
    };
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(|error| {
        let message = format!("`{}` cannot be opened ({error}); expected a file that can be", path.display());
        Error::new(ErrorCode::FileError, "path", message)
    })?;
    connection.busy_timeout(settings.busy_timeout).map_err(sql_error)?;
    keep_statements(&connection)?;
    // 16 MB a connection: memory stays flat however large the file grows.
    connection.pragma_update(None, "cache_size", -16_384).map_err(sql_error)?;
    Ok(connection)
}

fn open_writer(path: &Path, settings: &StoreSettings) -> Result<Connection> {
    let is_new = !settings.read_only && path.try_exists().is_ok_and(|exists| !exists);
    let mut writer = connect(path, settings)?;
    if is_new {
        private_file::restrict(path);
    }
    if settings.read_only {
        refuse_version(&writer, path)?;
    } else {
        prepare(&mut writer, path, settings)?;
    }
    Ok(writer)
}

/// Brings a file that may be new, or of an earlier version, to the present one.
fn prepare(connection: &mut Connection, path: &Path, settings: &StoreSettings) -> Result<()> {
    refuse_version(connection, path)?;
    let mode = keep_log(connection, settings.busy_timeout)?;
    if mode != "wal" {
        let message = format!("`{}` cannot keep a write-ahead log (it stays in `{mode}`)", path.display());
        return Err(Error::new(ErrorCode::ReadOnly, "path", format!("{message}; expected a disk that can")));
    }
    let synchronous = if settings.full_sync { "FULL" } else { "NORMAL" };
    connection.pragma_update(None, "synchronous", synchronous).map_err(sql_error)?;
    connection.pragma_update(None, "foreign_keys", true).map_err(sql_error)?;
    // 32 MB of log before it is brought into the file: a page that many changes touch is then written once for all of them.
    connection.pragma_update(None, "wal_autocheckpoint", 8192).map_err(sql_error)?;
    // A row that was altered by hand must not pass for one that was read.
    connection.pragma_update(None, "trusted_schema", false).map_err(sql_error)?;
    migrate(connection, MIGRATIONS)
}

/// Asks for a write-ahead log and tells how the file is kept then.
///
/// While a file is being made, several may ask at once. SQLite refuses all but one of them and waits for none, as it does for
/// other locks.
fn keep_log(connection: &Connection, longest: Duration) -> Result<String> {
    const PAUSE: Duration = Duration::from_millis(5);
    let mut waited = Duration::ZERO;
    loop {
        let asked = connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0));
        match asked.map_err(sql_error) {
            Err(error) if error.code() == ErrorCode::Busy && waited < longest => {
                std::thread::sleep(PAUSE);
                waited += PAUSE;
            }
            answer => return answer,
        }
    }
}

/// Names the file in SQLite's word that it is none of its own.
///
/// SQLite is asked, and the file is never opened beside it: closing a file lets go of all locks that the process has on it,
/// those of other ledgers too, whose log another program could then delete.
fn naming_the_file(error: Error, path: &Path) -> Error {
    if error.code() != ErrorCode::NotADatabase || !error.path().is_empty() {
        return error;
    }
    let message = format!("`{}` is not an SQLite file; expected one that this library made, or none", path.display());
    Error::new(ErrorCode::NotADatabase, "path", message)
}

/// Refuses the file of another program, and that of a newer version of this library.
fn refuse_version(connection: &Connection, path: &Path) -> Result<()> {
    // All three of one state: another process may just make the file.
    let state = connection.unchecked_transaction().map_err(sql_error)?;
    let pragma = |name: &str| state.pragma_query_value(None, name, |row| row.get::<_, i32>(0)).map_err(sql_error);
    let (application, version) = (pragma("application_id")?, pragma("user_version")?);
    let tables = session(&state).count("SELECT count(*) FROM sqlite_schema", &[])?;
    drop(state);
    let is_new = application == 0 && version == 0 && tables == 0;
    if !is_new && application != APPLICATION_ID {
        let message =
            format!("`{}` is the SQLite file of another program; expected one of this library", path.display());
        return Err(Error::new(ErrorCode::NotADatabase, "path", message));
    }
    if usize::try_from(version).is_ok_and(|version| version > SCHEMA_VERSION) {
        let message = format!(
            "`{}` has version {version} of the schema; expected at most {SCHEMA_VERSION}, so update this library",
            path.display()
        );
        return Err(Error::new(ErrorCode::NewerVersion, "path", message));
    }
    Ok(())
}

/// Takes the steps that the file has not seen, all in one transaction.
fn migrate(connection: &mut Connection, steps: &[&str]) -> Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sql_error)?;
    // Read within the transaction: another process may have been quicker.
    let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(sql_error)?;
    for (step, sql) in (1_i64..).zip(steps).filter(|(step, _)| *step > version) {
        transaction.execute_batch(sql).map_err(sql_error)?;
        transaction.pragma_update(None, "user_version", step).map_err(sql_error)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(sql_error)?;
    transaction.commit().map_err(sql_error)
}

impl Session for Connection {
    fn run(&self, sql: &'static str, params: &[Value<'_>]) -> Result<usize> {
        statement(self, sql)?.execute(bound(params)).map_err(sql_error)
    }

    fn insert(&self, sql: &'static str, params: &[Value<'_>]) -> Result<i64> {
        statement(self, sql)?.insert(bound(params)).map_err(sql_error)
    }

    fn query(
        &self,
        sql: &'static str,
        params: &[Value<'_>],
        visit: &mut dyn FnMut(&dyn Row) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let mut statement = statement(self, sql)?;
        let mut rows = statement.query(bound(params)).map_err(sql_error)?;
        while let Some(row) = rows.next().map_err(sql_error)? {
            if visit(row)?.is_break() {
                break;
            }
        }
        Ok(())
    }
}

impl Row for rusqlite::Row<'_> {
    fn value(&self, at: usize) -> Result<Value<'_>> {
        match self.get_ref(at).map_err(sql_error)? {
            ValueRef::Null => Ok(Value::Null),
            ValueRef::Integer(integer) => Ok(Value::Integer(integer)),
            ValueRef::Text(text) => match std::str::from_utf8(text) {
                Ok(text) => Ok(Value::Text(Cow::Borrowed(text))),
                Err(_) => Err(foreign(self, at, "text that is not UTF-8")),
            },
            ValueRef::Blob(bytes) => Ok(Value::Blob(bytes)),
            ValueRef::Real(_) => Err(foreign(self, at, "a floating-point number")),
        }
    }
}

/// A value of a kind that no column has.
fn foreign(row: &rusqlite::Row<'_>, at: usize, what: &str) -> Error {
    unreadable(row.as_ref().column_name(at).unwrap_or("an answer"), what)
}

/// The connection with what the store asks of one.
fn session(connection: &Connection) -> &dyn Session {
    connection
}

fn statement<'c>(connection: &'c Connection, sql: &'static str) -> Result<CachedStatement<'c>> {
    connection.prepare_cached(sql).map_err(sql_error)
}

/// A value as SQLite takes it, from where it stands.
struct Bound<'p>(&'p Value<'p>);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            Value::Integer(integer) => ValueRef::Integer(*integer),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn bound<'p>(params: &'p [Value<'p>]) -> impl Params + 'p {
    rusqlite::params_from_iter(params.iter().map(Bound))
}

/// What SQLite says, as an error of the library.
fn sql_error(error: rusqlite::Error) -> Error {
    let sentence = error.to_string();
    let (code, expected) = match error.sqlite_error_code() {
        Some(SqlCode::DatabaseBusy | SqlCode::DatabaseLocked) => {
            (ErrorCode::Busy, "another program to let go of it within the time waited")
        }
        Some(SqlCode::DiskFull) => (ErrorCode::DiskFull, "room on the disk; nothing of the change was kept"),
        Some(SqlCode::ReadOnly | SqlCode::PermissionDenied) => (ErrorCode::ReadOnly, "a file that can be written"),
        Some(SqlCode::NotADatabase) => (ErrorCode::NotADatabase, "a file that this library made"),
        Some(SqlCode::DatabaseCorrupt) => (ErrorCode::CorruptFile, "an undamaged file; restore a backup"),
        Some(_) => (ErrorCode::FileError, "a file that can be read and written"),
        // An answer that is not of the kind asked for: somebody else wrote it.
        None => (ErrorCode::CorruptFile, "values that this library wrote"),
    };
    Error::new(code, "", format!("the ledger's file answered `{sentence}`; expected {expected}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(connection: &Connection) -> i64 {
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
    }

    #[test]
    fn steps_are_taken_once_and_in_order() {
        let mut connection = Connection::open_in_memory().unwrap();
        let steps = ["CREATE TABLE a (x)", "INSERT INTO a VALUES (1)", "INSERT INTO a VALUES (2)"];
        migrate(&mut connection, &steps[..2]).unwrap();
        assert_eq!(version(&connection), 2);
        migrate(&mut connection, &steps).unwrap();
        migrate(&mut connection, &steps).unwrap();
        assert_eq!(version(&connection), 3);
        assert_eq!(session(&connection).count("SELECT count(*) FROM a", &[]).unwrap(), 2);
    }

    #[test]
    fn a_step_that_fails_leaves_the_file_as_it_was() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, &["CREATE TABLE a (x)"]).unwrap();
        let steps = ["CREATE TABLE a (x)", "INSERT INTO a VALUES (1); INSERT INTO none VALUES (1)"];
        assert!(migrate(&mut connection, &steps).is_err());
        assert_eq!(version(&connection), 1);
        assert_eq!(session(&connection).count("SELECT count(*) FROM a", &[]).unwrap(), 0);
    }
}
