//! One column: a value a row, or nothing.

use rust_decimal::Decimal;

use crate::decimal::parse_decimal;
use crate::wire::{NativeKind, Value};
use crate::{Error, ErrorCode, NaiveDate, Result, float, hex, parse_date, text};

/// A column: a value a row, or nothing.
///
/// ```
/// use tierra::columns::{Column, Texts};
/// let mut makers = Texts::default();
/// makers.push("KEBA");
/// makers.repeat();
/// let column = Column::texts(makers).with_nulls(vec![false, true]);
/// assert_eq!((column.len(), column.text(0), column.text(1)), (2, Some("KEBA"), None));
/// ```
#[derive(Debug, Clone)]
pub struct Column {
    cells: Cells,
    /// Which rows have nothing; empty where every row has a value.
    nulls: Vec<bool>,
}

/// The values of a column, by what they are.
#[derive(Debug, Clone)]
pub enum Cells {
    /// Texts.
    Texts(Texts),
    /// Days, counted from 1970-01-01.
    Days(Vec<i32>),
    /// Whole numbers.
    Whole(Vec<i64>),
    /// Binary floats.
    Floats(Vec<f64>),
    /// Exact numbers: so many units of 10^-scale.
    Decimals(Vec<i128>, u32),
    /// True or false.
    Booleans(Vec<bool>),
    /// 32 bytes a row: a SHA-256.
    Hashes(Vec<[u8; 32]>),
    /// Values of any kind, and why one could not be read.
    Values(Vec<Result<Value>>),
}

/// Texts one behind the other. One that stands in row after row is held once.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    bytes: String,
    /// Where each text ends.
    ends: Vec<usize>,
    /// Which text each row has.
    rows: Vec<u32>,
}

impl Texts {
    /// The next row has this text.
    pub fn push(&mut self, text: &str) {
        self.define(text);
        self.repeat();
    }

    /// A text that rows may have, by its place among those defined.
    pub fn define(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
    }

    /// The next row has the text that was defined last; an empty one where there is none.
    pub fn repeat(&mut self) {
        if self.ends.is_empty() {
            self.define("");
        }
        self.point(self.ends.len() - 1);
    }

    /// The next row has the text at this place among those defined.
    pub fn point(&mut self, place: usize) {
        // More than 4 billion texts do not fit into a column's memory.
        self.rows.push(u32::try_from(place).unwrap_or(u32::MAX));
    }

    /// The text that was defined last.
    #[must_use]
    pub fn last(&self) -> Option<&str> {
        let end = *self.ends.last()?;
        let start = self.ends.iter().rev().nth(1).copied().unwrap_or(0);
        self.bytes.get(start..end)
    }

    fn append(&mut self, other: &Self) {
        let (bytes, places) = (self.bytes.len(), self.ends.len());
        self.bytes.push_str(&other.bytes);
        self.ends.extend(other.ends.iter().map(|end| bytes + end));
        other.rows.iter().for_each(|place| self.point(places + *place as usize));
    }

    fn get(&self, row: usize) -> Option<&str> {
        let place = *self.rows.get(row)? as usize;
        let end = *self.ends.get(place)?;
        let start = if place == 0 { 0 } else { *self.ends.get(place - 1)? };
        self.bytes.get(start..end)
    }
}

impl Column {
    /// A column of these cells, each of which has a value.
    #[must_use]
    pub fn new(cells: Cells) -> Self {
        Self { cells, nulls: Vec::new() }
    }

    /// A column of texts.
    #[must_use]
    pub fn texts(texts: Texts) -> Self {
        Self::new(Cells::Texts(texts))
    }

    /// The same column without values where `nulls` is true; it has a place for each row.
    #[must_use]
    pub fn with_nulls(self, nulls: Vec<bool>) -> Self {
        Self { nulls: if nulls.contains(&true) { nulls } else { Vec::new() }, ..self }
    }

    /// The same column with the rows of another one behind its own.
    #[must_use]
    pub fn append(mut self, other: Self) -> Self {
        let (length, more) = (self.len(), other.len());
        if !(self.is_full() && other.is_full()) {
            self.nulls.resize(length, false);
            self.nulls.extend((0..more).map(|row| other.is_null(row)));
        }
        match (&mut self.cells, other.cells) {
            (Cells::Texts(texts), Cells::Texts(more)) => texts.append(&more),
            (Cells::Days(days), Cells::Days(more)) => days.extend(more),
            (Cells::Whole(numbers), Cells::Whole(more)) => numbers.extend(more),
            (Cells::Floats(numbers), Cells::Floats(more)) => numbers.extend(more),
            (Cells::Decimals(numbers, scale), Cells::Decimals(more, other)) if *scale == other => numbers.extend(more),
            (Cells::Booleans(values), Cells::Booleans(more)) => values.extend(more),
            (Cells::Hashes(hashes), Cells::Hashes(more)) => hashes.extend(more),
            (_, cells) => {
                let other = Self { cells, nulls: Vec::new() };
                let own = (0..length).map(|row| self.value(row));
                let values = own.chain((0..more).map(|row| other.value(row))).collect();
                self.cells = Cells::Values(values);
            }
        }
        self
    }

    /// How many rows it has.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.cells {
            Cells::Texts(texts) => texts.rows.len(),
            Cells::Days(days) => days.len(),
            Cells::Whole(numbers) => numbers.len(),
            Cells::Floats(numbers) => numbers.len(),
            Cells::Decimals(numbers, _) => numbers.len(),
            Cells::Booleans(values) => values.len(),
            Cells::Hashes(hashes) => hashes.len(),
            Cells::Values(values) => values.len(),
        }
    }

    /// Whether it has no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values, those of rows that have none among them.
    #[must_use]
    pub fn cells(&self) -> &Cells {
        &self.cells
    }

    /// Whether every row has a value.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.nulls.is_empty()
    }

    /// Whether a row has nothing.
    #[must_use]
    pub fn is_null(&self, row: usize) -> bool {
        self.nulls.get(row).copied().unwrap_or(false)
            || matches!(&self.cells, Cells::Values(values) if matches!(values.get(row), Some(Ok(Value::Null))))
    }

    /// Whether a row has nothing, or a float that is not a number, which is how numpy and pandas leave a value out.
    #[must_use]
    pub fn is_missing(&self, row: usize) -> bool {
        let is_nan = match &self.cells {
            Cells::Floats(numbers) => numbers.get(row).is_some_and(|number| number.is_nan()),
            Cells::Values(values) => matches!(values.get(row), Some(Ok(Value::Float(number))) if number.is_nan()),
            _ => false,
        };
        is_nan || self.is_null(row)
    }

    /// The text of a row; nothing where it has none or something else.
    #[must_use]
    pub fn text(&self, row: usize) -> Option<&str> {
        if self.is_null(row) {
            return None;
        }
        match &self.cells {
            Cells::Texts(texts) => texts.get(row),
            Cells::Values(values) => match values.get(row) {
                Some(Ok(Value::String(text))) => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    /// The whole number of a row; nothing where it has none or something else. A float without a fraction is one: so a column
    /// of numbers comes in which some are missing.
    #[must_use]
    pub fn whole(&self, row: usize) -> Option<i64> {
        // Beyond, floats do not tell neighbours apart.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if self.is_null(row) {
            return None;
        }
        let of_float = |number: f64| (number.fract() == 0.0 && number.abs() < EXACT).then_some(number as i64);
        match &self.cells {
            Cells::Whole(numbers) => numbers.get(row).copied(),
            Cells::Floats(numbers) => numbers.get(row).copied().and_then(of_float),
            Cells::Decimals(numbers, scale) => {
                let unit = 10_i128.checked_pow(*scale)?;
                let number = *numbers.get(row)?;
                if number % unit == 0 { (number / unit).try_into().ok() } else { None }
            }
            Cells::Values(values) => match values.get(row)?.as_ref().ok()? {
                Value::Number(digits) => digits.parse().ok(),
                Value::Float(number) => of_float(*number),
                _ => None,
            },
            _ => None,
        }
    }

    /// The exact number of a row, a float by its shortest digits and a text by its own; nothing where it has none, or something
    /// that is no number.
    #[must_use]
    pub fn decimal(&self, row: usize) -> Option<Decimal> {
        if self.is_null(row) {
            return None;
        }
        match &self.cells {
            Cells::Whole(numbers) => numbers.get(row).copied().map(Decimal::from),
            Cells::Floats(numbers) => numbers.get(row).copied().and_then(float::decimal_of),
            Cells::Decimals(numbers, scale) => Decimal::try_from_i128_with_scale(*numbers.get(row)?, *scale).ok(),
            Cells::Texts(texts) => parse_decimal(texts.get(row)?).ok(),
            Cells::Values(values) => match values.get(row)?.as_ref().ok()? {
                Value::Number(digits) | Value::String(digits) => parse_decimal(digits).ok(),
                Value::Float(number) => float::decimal_of(*number),
                _ => None,
            },
            _ => None,
        }
    }

    /// What stands in a row as a plain value, [`Value::Null`] for nothing.
    ///
    /// # Errors
    ///
    /// Why the host could not read it.
    pub fn value(&self, row: usize) -> Result<Value> {
        if self.is_null(row) {
            return Ok(Value::Null);
        }
        let value = match &self.cells {
            Cells::Texts(texts) => texts.get(row).map(|text| Value::String(text.to_owned())),
            Cells::Days(days) => days.get(row).map(|day| Value::Native(NativeKind::Date, day_text(*day))),
            Cells::Whole(numbers) => numbers.get(row).map(|number| Value::Number(number.to_string())),
            Cells::Floats(numbers) => numbers.get(row).map(|number| Value::Float(*number)),
            Cells::Decimals(numbers, scale) => numbers.get(row).map(|number| Value::Number(digits(*number, *scale))),
            Cells::Booleans(values) => values.get(row).map(|value| Value::Bool(*value)),
            Cells::Hashes(hashes) => hashes.get(row).map(|hash| Value::String(hex::digits(hash))),
            Cells::Values(values) => return values.get(row).cloned().unwrap_or(Ok(Value::Null)),
        };
        Ok(value.unwrap_or(Value::Null))
    }

    /// The days of all rows, counted from 1970-01-01: days as they are, texts `YYYY-MM-DD`, whole numbers of 32 bits as counts.
    ///
    /// # Errors
    ///
    /// At `[row]`: [`ErrorCode::MissingField`] for nothing, [`ErrorCode::InvalidDate`] for a text or an instant that is no
    /// day, [`ErrorCode::OutOfRange`], [`ErrorCode::WrongType`] for anything else. Rows that `is_left_out` names are not
    /// looked at.
    pub fn days(&self, is_left_out: impl Fn(usize) -> bool) -> Result<Vec<i32>> {
        if let (Cells::Days(days), []) = (&self.cells, self.nulls.as_slice()) {
            return Ok(days.clone());
        }
        let day = |row| match self.day(row) {
            Err(error) if !is_left_out(row) => Err(error.at_index(row)),
            day => Ok(day.unwrap_or_default()),
        };
        (0..self.len()).map(day).collect()
    }

    fn day(&self, row: usize) -> Result<i32> {
        if self.is_missing(row) {
            return Err(Error::new(ErrorCode::MissingField, "", "is missing; expected a day"));
        }
        let read = |text: &str| parse_date(text).map(|day| day.to_epoch_days());
        match &self.cells {
            Cells::Days(days) => Ok(days.get(row).copied().unwrap_or_default()),
            Cells::Texts(texts) => read(texts.get(row).unwrap_or_default()),
            _ => match self.value(row)? {
                Value::String(text) | Value::Native(NativeKind::Date, text) => read(&text),
                Value::Number(digits) => digits.parse().map_err(|_| {
                    let message =
                        format!("`{}` is out of range; expected days since 1970-01-01", text::excerpt(&digits));
                    Error::new(ErrorCode::OutOfRange, "", message)
                }),
                other => Err(expected(&other, "a day")),
            },
        }
    }

    /// The binary floats of all rows; an exact number becomes the nearest.
    ///
    /// # Errors
    ///
    /// At `[row]`: [`ErrorCode::MissingField`] for nothing, [`ErrorCode::NotFinite`], [`ErrorCode::InvalidNumber`],
    /// [`ErrorCode::WrongType`] for what is no number.
    pub fn floats(&self) -> Result<Vec<f64>> {
        (0..self.len()).map(|row| self.float(row).map_err(|error| error.at_index(row))).collect()
    }

    fn float(&self, row: usize) -> Result<f64> {
        if self.is_null(row) {
            return Err(Error::new(ErrorCode::MissingField, "", "is missing; expected a number"));
        }
        match &self.cells {
            Cells::Floats(numbers) => match numbers.get(row) {
                Some(number) if number.is_finite() => Ok(*number),
                _ => crate::wire::Read::read(&self.value(row)?),
            },
            Cells::Whole(numbers) => Ok(numbers.get(row).copied().unwrap_or_default() as f64),
            _ => crate::wire::Read::read(&self.value(row)?),
        }
    }

    /// A mask: booleans, or whole numbers of which zero is false.
    ///
    /// # Errors
    ///
    /// At `[row]`: [`ErrorCode::MissingField`] for nothing, [`ErrorCode::WrongType`] for anything else.
    pub fn mask(&self) -> Result<Vec<bool>> {
        let cell = |row| {
            if self.is_missing(row) {
                return Err(Error::new(ErrorCode::MissingField, "", "is missing; expected true or false").at_index(row));
            }
            match (&self.cells, self.whole(row)) {
                (Cells::Booleans(values), _) => Ok(values.get(row).copied().unwrap_or_default()),
                (_, Some(number)) => Ok(number != 0),
                _ => match self.value(row)? {
                    Value::Bool(value) => Ok(value),
                    other => Err(expected(&other, "true or false").at_index(row)),
                },
            }
        };
        (0..self.len()).map(cell).collect()
    }
}

fn expected(value: &Value, expected: &str) -> Error {
    crate::wire::wrong_type(value, expected)
}

/// A day counted from 1970-01-01 as people write it.
fn day_text(day: i32) -> String {
    NaiveDate::from_epoch_days(day).map_or_else(|| day.to_string(), |day| day.to_string())
}

/// So many units of 10^-scale, in digits.
fn digits(units: i128, scale: u32) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", units.unsigned_abs(), width = scale as usize + 1);
    let (whole, fraction) = digits.split_at_checked(digits.len() - scale as usize).unwrap_or((&digits, ""));
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}
