//! What a file says of itself.

use super::Session;
use super::value::params;
use crate::Result;

pub(crate) fn get(sql: &dyn Session, name: &str) -> Result<Option<Vec<u8>>> {
    sql.value("SELECT value FROM settings WHERE name = ?1", params![name])
}

pub(crate) fn set(sql: &dyn Session, name: &str, value: &[u8]) -> Result<()> {
    sql.run("INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)", params![name, value])?;
    Ok(())
}

pub(crate) fn get_integer(sql: &dyn Session, name: &str) -> Result<Option<i64>> {
    let stored = get(sql, name)?;
    Ok(stored.and_then(|bytes| Some(i64::from_be_bytes(bytes.try_into().ok()?))))
}

pub(crate) fn set_integer(sql: &dyn Session, name: &str, value: i64) -> Result<()> {
    set(sql, name, &value.to_be_bytes())
}
