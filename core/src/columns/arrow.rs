//! Apache Arrow: record batches in, and results as record batches.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowDictionaryKeyType, Date32Type, Date64Type, Decimal128Type, Decimal256Type, Float16Type, Float32Type,
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, ArrayRef, ArrowPrimitiveType, Decimal128Array, Decimal256Array, DictionaryArray, FixedSizeBinaryArray,
    RecordBatch, StringArray, UInt32Array, UInt64Array,
};
use arrow_buffer::i256;
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use rust_decimal::Decimal;

use super::{Cells, Column, Columns, Texts, pick};
use crate::wire::{NativeKind, Value};
use crate::{Error, ErrorCode, Result};

/// The columns of some fields of record batches of one schema, each under the name of its field. Columns of no field are left alone, of
/// whatever type they are.
///
/// Texts, whole numbers, floats, decimals, dates, timestamps, booleans and binaries of 32 bytes are read, dictionaries of them
/// too. A timestamp without a zone that is a midnight is a day; every other one is an instant.
///
/// # Errors
///
/// Those of [`pick`]; [`ErrorCode::WrongType`] at a field whose column is of another type; [`ErrorCode::Duplicate`] for two
/// columns of one name.
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, RecordBatch, StringArray};
/// use tierra::columns::arrow::fields_of;
/// let column = |texts: Vec<&str>| Arc::new(StringArray::from(texts)) as ArrayRef;
/// let batch = RecordBatch::try_from_iter([("vendor", column(vec!["KEBA"])), ("serial", column(vec!["22004711"]))])?;
/// let table = fields_of(&[batch], &["vendor", "serial"], &[])?;
/// assert_eq!(table.get("serial").and_then(|serials| serials.text(0)), Some("22004711"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn fields_of(batches: &[RecordBatch], fields: &[&str], renamed: &[(String, String)]) -> Result<Columns> {
    let Some(schema) = batches.first().map(RecordBatch::schema_ref) else { return Ok(Columns::default()) };
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let places = pick(&names, fields, renamed)?;
    let mut columns = Vec::new();
    for (field, place) in fields.iter().zip(places) {
        let Some(place) = place else { continue };
        let arrays: Vec<_> = batches.iter().filter_map(|batch| batch.columns().get(place).cloned()).collect();
        columns.push(((*field).to_owned(), column_of_chunks(&arrays).map_err(|error| error.under(field))?));
    }
    let rows = batches.iter().map(RecordBatch::num_rows).sum();
    Ok(Columns::new(columns)?.with_rows(rows))
}

/// A column of arrays of one type that stand one behind the other.
///
/// # Errors
///
/// As [`column_of`].
pub fn column_of_chunks(arrays: &[ArrayRef]) -> Result<Column> {
    let mut chunks = arrays.iter();
    let first = chunks.next().map_or_else(|| Ok(Column::new(Cells::Booleans(Vec::new()))), column_of)?;
    chunks.try_fold(first, |column, chunk| Ok(column.append(column_of(chunk)?)))
}

/// A column of an array of Arrow's.
///
/// # Errors
///
/// [`ErrorCode::WrongType`] for an array of a type that no field takes.
pub fn column_of(array: &ArrayRef) -> Result<Column> {
    let column = match array.data_type() {
        DataType::Utf8 => texts(array.as_string::<i32>().iter()),
        DataType::LargeUtf8 => texts(array.as_string::<i64>().iter()),
        DataType::Utf8View => texts(array.as_string_view().iter()),
        DataType::Dictionary(key, _) => return dictionary(key, array),
        DataType::Int8 => whole::<Int8Type>(array),
        DataType::Int16 => whole::<Int16Type>(array),
        DataType::Int32 => whole::<Int32Type>(array),
        DataType::Int64 => whole::<Int64Type>(array),
        DataType::UInt8 => whole::<UInt8Type>(array),
        DataType::UInt16 => whole::<UInt16Type>(array),
        DataType::UInt32 => whole::<UInt32Type>(array),
        DataType::UInt64 => {
            values(array.as_primitive::<UInt64Type>().values(), |number| Value::Number(number.to_string()))
        }
        DataType::Float16 => floats::<Float16Type>(array, f64::from),
        DataType::Float32 => floats::<Float32Type>(array, f64::from),
        DataType::Float64 => floats::<Float64Type>(array, |number| number),
        DataType::Decimal128(_, scale) => match u32::try_from(*scale) {
            Ok(scale) => Column::new(Cells::Decimals(array.as_primitive::<Decimal128Type>().values().to_vec(), scale)),
            Err(_) => {
                values(array.as_primitive::<Decimal128Type>().values(), |units| shifted(units.to_string(), *scale))
            }
        },
        DataType::Decimal256(_, scale) => {
            values(array.as_primitive::<Decimal256Type>().values(), |units| shifted(units.to_string(), *scale))
        }
        DataType::Date32 => Column::new(Cells::Days(array.as_primitive::<Date32Type>().values().to_vec())),
        DataType::Date64 => values(array.as_primitive::<Date64Type>().values(), |millis| instant(millis, 1_000, false)),
        DataType::Timestamp(unit, zone) => timestamps(array, *unit, zone.is_some())?,
        DataType::Boolean => {
            Column::new(Cells::Booleans(array.as_boolean().iter().map(Option::unwrap_or_default).collect()))
        }
        DataType::FixedSizeBinary(32) => hashes(array.as_fixed_size_binary().iter()),
        DataType::Binary => hashes(array.as_binary::<i32>().iter()),
        DataType::LargeBinary => hashes(array.as_binary::<i64>().iter()),
        DataType::BinaryView => hashes(array.as_binary_view().iter()),
        DataType::FixedSizeList(item, 32) if *item.data_type() == DataType::UInt8 => byte_lists(array),
        DataType::Null => Column::new(Cells::Booleans(vec![false; array.len()])).with_nulls(vec![true; array.len()]),
        other => return Err(of_no_field(other)),
    };
    if array.null_count() == 0 {
        return Ok(column);
    }
    Ok(column.with_nulls((0..array.len()).map(|row| array.is_null(row)).collect()))
}

fn of_no_field(kind: &DataType) -> Error {
    let message = format!(
        "is a column of Arrow's type `{kind}`; expected texts, numbers, dates, timestamps, booleans or binaries of 32 bytes"
    );
    Error::new(ErrorCode::WrongType, "", message)
}

fn texts<'a>(array: impl Iterator<Item = Option<&'a str>>) -> Column {
    let mut texts = Texts::default();
    let mut last = None;
    for text in array {
        let text = text.unwrap_or_default();
        if last == Some(text) {
            texts.repeat()
        } else {
            texts.push(text)
        }
        last = Some(text);
    }
    Column::texts(texts)
}

fn whole<T: ArrowPrimitiveType>(array: &ArrayRef) -> Column
where
    T::Native: Into<i64>,
{
    Column::new(Cells::Whole(array.as_primitive::<T>().values().iter().map(|number| (*number).into()).collect()))
}

fn floats<T: ArrowPrimitiveType>(array: &ArrayRef, wide: fn(T::Native) -> f64) -> Column {
    Column::new(Cells::Floats(array.as_primitive::<T>().values().iter().map(|number| wide(*number)).collect()))
}

fn values<T: Copy>(items: &[T], value: impl Fn(T) -> Value) -> Column {
    Column::new(Cells::Values(items.iter().map(|item| Ok(value(*item))).collect()))
}

/// A number of so many units of 10^-scale, for the units that do not fit a column of exact numbers.
fn shifted(units: String, scale: i8) -> Value {
    Value::Number(if scale == 0 { units } else { format!("{units}e{}", -i32::from(scale)) })
}

fn hashes<'a>(array: impl Iterator<Item = Option<&'a [u8]>>) -> Column {
    let mut hashes = Vec::new();
    for bytes in array {
        match bytes.map(<[u8; 32]>::try_from) {
            Some(Ok(hash)) => hashes.push(Ok(hash)),
            None => hashes.push(Ok([0; 32])),
            Some(Err(_)) => hashes.push(Err(bytes.map_or(0, <[u8]>::len))),
        }
    }
    if hashes.iter().all(std::result::Result::is_ok) {
        return Column::new(Cells::Hashes(hashes.into_iter().flatten().collect()));
    }
    let cell = |hash: std::result::Result<[u8; 32], usize>| match hash {
        Ok(hash) => Ok(Value::String(crate::hex::digits(&hash))),
        Err(length) => {
            let message = format!("has {length} bytes; expected the 32 of a SHA-256");
            Err(Error::new(ErrorCode::WrongType, "", message))
        }
    };
    Column::new(Cells::Values(hashes.into_iter().map(cell).collect()))
}

fn byte_lists(array: &ArrayRef) -> Column {
    let lists = array.as_fixed_size_list();
    let bytes = lists.values().as_primitive::<UInt8Type>().values();
    let first = lists.value_offset_at(0);
    let rows = bytes.get(first..).unwrap_or_default().as_chunks::<32>().0.iter().take(lists.len());
    Column::new(Cells::Hashes(rows.copied().collect()))
}

/// Timestamps as days where all of them are, and as instants.
fn timestamps(array: &ArrayRef, unit: TimeUnit, has_zone: bool) -> Result<Column> {
    let per_second = match unit {
        TimeUnit::Second => 1,
        TimeUnit::Millisecond => 1_000,
        TimeUnit::Microsecond => 1_000_000,
        TimeUnit::Nanosecond => 1_000_000_000,
    };
    let data = array.to_data();
    let buffer = data.buffers().first().ok_or_else(|| of_no_field(array.data_type()))?;
    let ticks = arrow_buffer::ScalarBuffer::<i64>::new(buffer.clone(), data.offset(), data.len());
    let per_day = 86_400 * per_second;
    if !has_zone && ticks.iter().enumerate().all(|(row, tick)| array.is_null(row) || tick.rem_euclid(per_day) == 0) {
        let day = |tick: &i64| i32::try_from(tick.div_euclid(per_day)).unwrap_or(i32::MAX);
        return Ok(Column::new(Cells::Days(ticks.iter().map(day).collect())));
    }
    Ok(values(&ticks, |tick| instant(tick, per_second, has_zone)))
}

/// So many ticks since 1970-01-01: a day where it is a midnight without a zone, an instant otherwise.
fn instant(ticks: i64, per_second: i64, has_zone: bool) -> Value {
    let (seconds, rest) = (ticks.div_euclid(per_second), ticks.rem_euclid(per_second));
    let nanos = u32::try_from(rest * (1_000_000_000 / per_second)).unwrap_or_default();
    let text = match chrono::DateTime::from_timestamp(seconds, nanos) {
        Some(at) if !has_zone && seconds.rem_euclid(86_400) == 0 && rest == 0 => at.date_naive().to_string(),
        // Without a zone it is no instant, and no field takes it: the message shows what stood there.
        Some(at) if !has_zone => at.naive_utc().format("%Y-%m-%dT%H:%M:%S%.f").to_string(),
        Some(at) => at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
        None => ticks.to_string(),
    };
    Value::Native(NativeKind::Date, text)
}

fn dictionary(key: &DataType, array: &ArrayRef) -> Result<Column> {
    match key {
        DataType::Int8 => spread::<Int8Type>(array),
        DataType::Int16 => spread::<Int16Type>(array),
        DataType::Int32 => spread::<Int32Type>(array),
        DataType::Int64 => spread::<Int64Type>(array),
        DataType::UInt8 => spread::<UInt8Type>(array),
        DataType::UInt16 => spread::<UInt16Type>(array),
        DataType::UInt32 => spread::<UInt32Type>(array),
        DataType::UInt64 => spread::<UInt64Type>(array),
        _ => Err(of_no_field(array.data_type())),
    }
}

/// The rows of a dictionary. Texts stay where they are, however many rows have them.
fn spread<K: ArrowDictionaryKeyType>(array: &ArrayRef) -> Result<Column> {
    let rows: &DictionaryArray<K> = array.as_dictionary::<K>();
    let distinct = column_of(rows.values())?;
    let nulls: Vec<bool> = rows.keys_iter().map(|key| key.is_none_or(|key| distinct.is_null(key))).collect();
    if matches!(distinct.cells(), Cells::Texts(_)) {
        let mut texts = Texts::default();
        (0..distinct.len()).for_each(|place| texts.define(distinct.text(place).unwrap_or_default()));
        texts.define("");
        rows.keys_iter().for_each(|key| texts.point(key.unwrap_or(distinct.len())));
        return Ok(Column::texts(texts).with_nulls(nulls));
    }
    let cell = |key: Option<usize>| key.map_or(Ok(Value::Null), |key| distinct.value(key));
    Ok(Column::new(Cells::Values(rows.keys_iter().map(cell).collect())).with_nulls(nulls))
}

/// A result as it leaves: columns of one length, each with a name.
#[derive(Debug, Default)]
pub struct ResultTable {
    fields: Vec<Field>,
    columns: Vec<ArrayRef>,
}

impl ResultTable {
    fn push(&mut self, name: &str, column: ArrayRef) {
        self.fields.push(Field::new(name, column.data_type().clone(), true));
        self.columns.push(column);
    }

    /// A column of texts.
    pub fn texts<'a>(&mut self, name: &str, texts: impl Iterator<Item = Option<&'a str>>) {
        self.push(name, Arc::new(texts.collect::<StringArray>()));
    }

    /// A column of whole numbers of 64 bits.
    pub fn whole(&mut self, name: &str, numbers: impl Iterator<Item = Option<u64>>) {
        self.push(name, Arc::new(numbers.collect::<UInt64Array>()));
    }

    /// A column of whole numbers of 32 bits.
    pub fn rows(&mut self, name: &str, numbers: impl Iterator<Item = u32>) {
        self.push(name, Arc::new(UInt32Array::from_iter_values(numbers)));
    }

    /// A column of 32 bytes a row.
    ///
    /// # Errors
    ///
    /// None: all have 32 bytes.
    pub fn hashes(&mut self, name: &str, hashes: impl Iterator<Item = Option<[u8; 32]>>) -> Result<()> {
        let array = FixedSizeBinaryArray::try_from_sparse_iter_with_size(hashes, 32);
        self.push(name, Arc::new(array.map_err(|error| cannot_be_held(&error))?));
        Ok(())
    }

    /// A column of exact numbers, with as many decimal places as the one that has most: `decimal128`, or `decimal256` where
    /// 38 digits do not hold them. Nothing is rounded.
    ///
    /// # Errors
    ///
    /// None: 76 digits hold every number.
    pub fn decimals(&mut self, name: &str, numbers: impl Iterator<Item = Option<Decimal>>) -> Result<()> {
        const DIGITS: u8 = 38;
        let numbers: Vec<Option<Decimal>> = numbers.map(|number| number.map(|number| number.normalize())).collect();
        let scale = numbers.iter().flatten().map(Decimal::scale).max().unwrap_or(0);
        let most = 10_i128.pow(u32::from(DIGITS)) - 1;
        let narrow = |number: &Decimal| {
            let units = number.mantissa().checked_mul(10_i128.checked_pow(scale - number.scale())?)?;
            (units.abs() <= most).then_some(units)
        };
        let places = i8::try_from(scale).unwrap_or(i8::MAX);
        if numbers.iter().flatten().all(|number| narrow(number).is_some()) {
            let units = numbers.iter().map(|number| number.as_ref().and_then(narrow));
            let array = units.collect::<Decimal128Array>().with_precision_and_scale(DIGITS, places);
            self.push(name, Arc::new(array.map_err(|error| cannot_be_held(&error))?));
            return Ok(());
        }
        let wide = |number: &Decimal| {
            let power = i256::from_i128(10).wrapping_pow(scale - number.scale());
            i256::from_i128(number.mantissa()).wrapping_mul(power)
        };
        let units = numbers.iter().map(|number| number.as_ref().map(wide));
        let array = units.collect::<Decimal256Array>().with_precision_and_scale(76, places);
        self.push(name, Arc::new(array.map_err(|error| cannot_be_held(&error))?));
        Ok(())
    }

    /// Two columns, `error_code` and `error`: why a row was refused; nothing for the others. `errors` are in the order of rows.
    pub fn errors<'a>(&mut self, rows: usize, errors: impl Iterator<Item = (usize, &'a Error)>) {
        let mut at: Vec<Option<&Error>> = vec![None; rows];
        for (row, error) in errors {
            if let Some(place) = at.get_mut(row) {
                *place = Some(error);
            }
        }
        let sentences: Vec<_> = at.iter().map(|error| error.map(ToString::to_string)).collect();
        self.texts("error_code", at.iter().map(|error| error.map(|error| error.code().as_str())));
        self.texts("error", sentences.iter().map(Option::as_deref));
    }

    /// The record batch.
    ///
    /// # Errors
    ///
    /// None: the columns are of one length.
    pub fn into_batch(self) -> Result<RecordBatch> {
        let schema = Arc::new(Schema::new(self.fields));
        RecordBatch::try_new(schema, self.columns).map_err(|error| cannot_be_held(&error))
    }
}

fn cannot_be_held(error: &arrow_schema::ArrowError) -> Error {
    Error::new(ErrorCode::OutOfRange, "", format!("cannot be held in a table of Arrow's: {error}"))
}
