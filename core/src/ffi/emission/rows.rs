//! Activities as plain values: a row of an inventory, with defaults for what it does not say.

use crate::emission::{ActivityRow, Instrument, InventoryBuilder};
use crate::ffi::read::{Fields, decimal, integer, items, list, named, string};
use crate::ffi::value::{NativeKind, Value};
use crate::{Error, ErrorCode, Result, hex, text};

/// What is a row's alone.
const OF_A_ROW: &[&str] = &["id", "amount", "instruments"];

/// What may stand in the defaults: all that is not a row's alone.
const DEFAULTS: &[&str] = &[
    "authority",
    "reportingYear",
    "category",
    "fuelType",
    "gas",
    "region",
    "technology",
    "factorUnit",
    "libraryDigest",
    "unit",
    "scope",
];

/// A digest as 64 hexadecimal digits.
pub(super) fn digest(value: &Value) -> Result<[u8; 32]> {
    parse_digest(string(value)?)
}

/// The digest of a library, from 64 lower-case hexadecimal digits.
///
/// # Errors
///
/// [`ErrorCode::UnknownValue`] with an empty path.
pub fn parse_digest(digits: &str) -> Result<[u8; 32]> {
    hex::bytes(digits).ok_or_else(|| {
        let message = format!("`{}` is no digest; expected 64 lower-case hexadecimal digits", text::excerpt(digits));
        Error::new(ErrorCode::UnknownValue, "", message)
    })
}

/// The fields of a row, and the defaults for those that it lacks.
pub(super) struct RowFields<'a> {
    row: Fields<'a>,
    defaults: Option<Fields<'a>>,
}

impl<'a> RowFields<'a> {
    fn optional<T>(&self, name: &str, read: fn(&'a Value) -> Result<T>) -> Result<Option<T>> {
        match (self.row.optional(name, read)?, &self.defaults) {
            (Some(found), _) => Ok(Some(found)),
            // The defaults were read once before any row: what is wrong with one was said there.
            (None, Some(defaults)) => defaults.optional(name, read),
            (None, None) => Ok(None),
        }
    }

    fn required<T>(&self, name: &str, read: fn(&'a Value) -> Result<T>) -> Result<T> {
        let missing = || Error::new(ErrorCode::MissingField, name, "is missing; expected a value");
        self.optional(name, read)?.ok_or_else(missing)
    }
}

/// The row, borrowing from the value; its contracts are read by [`read_instruments`].
pub(super) fn read_row<'a>(fields: &RowFields<'a>, instruments: &'a [Instrument<'a>]) -> Result<ActivityRow<'a>> {
    Ok(ActivityRow {
        authority: fields.required("authority", named)?,
        reporting_year: fields.required("reportingYear", integer)?,
        category: fields.required("category", string)?,
        fuel_type: fields.required("fuelType", string)?,
        gas: fields.optional("gas", string)?,
        region: fields.optional("region", string)?,
        technology: fields.optional("technology", string)?,
        factor_unit: fields.optional("factorUnit", string)?,
        library_digest: fields.optional("libraryDigest", digest)?,
        amount: fields.required("amount", decimal)?,
        unit: fields.required("unit", string)?,
        scope: fields.optional("scope", named)?,
        instruments,
    })
}

fn read_instruments<'a>(fields: &RowFields<'a>) -> Result<Vec<Instrument<'a>>> {
    let found = fields.row.optional("instruments", |value| {
        list(value, |value| {
            let fields = Fields::of(value, &["name", "value", "unit", "amount"])?;
            Ok(Instrument {
                name: fields.required("name", string)?,
                value: fields.required("value", decimal)?,
                unit: fields.required("unit", string)?,
                amount: fields.optional("amount", decimal)?,
            })
        })
    })?;
    Ok(found.unwrap_or_default())
}

/// Reads a row and hands it on. `more` are fields beside those of a row; the defaults passed [`check_defaults`].
pub(super) fn with_row<T>(
    value: &Value,
    defaults: Option<&Value>,
    more: &[&str],
    take: impl FnOnce(&ActivityRow<'_>) -> T,
) -> Result<T> {
    let known: Vec<&str> = OF_A_ROW.iter().chain(DEFAULTS).chain(more).copied().collect();
    let row = Fields::of(value, &known)?;
    let fields = RowFields { row, defaults: defaults.map(Fields::any).transpose()? };
    let instruments = read_instruments(&fields)?;
    read_row(&fields, &instruments).map(|row| take(&row))
}

/// Refuses defaults that no row could have.
pub(super) fn check_defaults(defaults: Option<&Value>) -> Result<()> {
    let Some(value) = defaults else { return Ok(()) };
    let fields = Fields::of(value, DEFAULTS)?;
    fields.optional("authority", named::<crate::emission::Authority>)?;
    fields.optional("scope", named::<crate::emission::EmissionScope>)?;
    fields.optional("reportingYear", integer::<i32>)?;
    fields.optional("libraryDigest", digest)?;
    for name in ["category", "fuelType", "gas", "region", "technology", "factorUnit", "unit"] {
        fields.optional(name, string)?;
    }
    Ok(())
}

/// Takes rows into an inventory; one that cannot be read is listed as failed, with its place.
pub(super) fn push_rows(builder: &mut InventoryBuilder<'_>, rows: &Value, defaults: Option<&Value>) -> Result<()> {
    for row in items(rows)? {
        if let Err(error) = with_row(row, defaults, &[], |row| builder.push(row)) {
            builder.push_unreadable(error);
        }
    }
    Ok(())
}

/// The id of each row, as [`id_value`].
pub(super) fn row_id(rows: &Value, at: usize) -> Value {
    let Value::Array(rows) = rows else { return Value::Null };
    match rows.get(at) {
        Some(Value::Object(fields)) => id_value(fields.iter().find(|(name, _)| name == "id").map(|(_, id)| id)),
        _ => Value::Null,
    }
}

/// The id as it was given; null where there is none or it is no text, number or UUID.
pub(super) fn id_value(id: Option<&Value>) -> Value {
    match id {
        Some(id @ (Value::String(_) | Value::Number(_) | Value::Native(NativeKind::Uuid, _))) => id.clone(),
        _ => Value::Null,
    }
}
