//! What a file says of itself.

use rusqlite::{Connection, params};

use super::Sql;
use crate::Result;

pub(crate) fn get(sql: &Connection, name: &str) -> Result<Option<Vec<u8>>> {
    sql.row("SELECT value FROM settings WHERE name = ?1", params![name], |row| row.get(0))
}

pub(crate) fn set(sql: &Connection, name: &str, value: &[u8]) -> Result<()> {
    sql.run("INSERT INTO settings (name, value) VALUES (?1, ?2)", params![name, value])?;
    Ok(())
}
