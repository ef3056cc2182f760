//! Tables as they are handed over in bulk: columns of one length, each with a name.
//!
//! Every call on many rows reads its columns here: those of chargers, claims, activities and cash flows, from whichever
//! language and library they come. With the feature `arrow`, record batches of Apache Arrow become such tables.

mod column;

#[cfg(feature = "arrow")]
pub mod arrow;

use std::collections::BTreeMap;

pub use column::{Cells, Column, Texts};

use crate::{Error, ErrorCode, Result, text};

/// A table: columns of one length, each with a name.
///
/// ```
/// use tierra::columns::{Cells, Column, Columns};
/// let table = Columns::new(vec![("amount".into(), Column::new(Cells::Floats(vec![1.5, 2.0])))])?;
/// assert_eq!((table.rows(), table.get("amount").and_then(|amounts| amounts.decimal(0))), (2, Some("1.5".parse()?)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Columns {
    columns: Vec<(String, Column)>,
    /// Rows that the host could not take apart into columns, and why.
    refused: BTreeMap<usize, Error>,
    rows: usize,
    has_blanks: bool,
}

/// How alike two names must be (Jaro-Winkler, 1 for equal ones) for one to be taken for a slip of the other.
const ALIKE: f64 = 0.9;

impl Columns {
    /// A table of these columns.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::LengthMismatch`] at a column that has more or fewer rows than the first; [`ErrorCode::Duplicate`] at one
    /// whose name stands twice.
    pub fn new(columns: Vec<(String, Column)>) -> Result<Self> {
        let rows = columns.first().map_or(0, |(_, column)| column.len());
        for (at, (name, column)) in columns.iter().enumerate() {
            if column.len() != rows {
                let first = columns.first().map_or("", |(first, _)| first);
                let message = format!("has {} rows; expected {rows}, as `{first}` has", column.len());
                return Err(Error::new(ErrorCode::LengthMismatch, name, message));
            }
            if columns.iter().take(at).any(|(other, _)| other == name) {
                let message = format!("`{}` stands twice; expected a name for each column", text::excerpt(name));
                return Err(Error::new(ErrorCode::Duplicate, name, message));
            }
        }
        Ok(Self { columns, refused: BTreeMap::new(), rows, has_blanks: true })
    }

    /// The same table where it was made of rows, each with its own fields: an empty text is one then, and does not stand for
    /// nothing. `refused` are the rows that the host could not take apart, each with its reason; they have nothing in any
    /// column.
    #[must_use]
    pub fn of_rows(self, refused: BTreeMap<usize, Error>) -> Self {
        Self { refused, has_blanks: false, ..self }
    }

    /// Whether an empty text is how the table leaves out what may be left out.
    #[must_use]
    pub fn has_blanks(&self) -> bool {
        self.has_blanks
    }

    /// The same table, of so many rows where it has no column to count them by.
    #[must_use]
    pub fn with_rows(self, rows: usize) -> Self {
        Self { rows: if self.columns.is_empty() { rows } else { self.rows }, ..self }
    }

    /// How many rows it has.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Why the host could not take a row apart.
    #[must_use]
    pub fn refused(&self, row: usize) -> Option<&Error> {
        self.refused.get(&row)
    }

    /// The column of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|(found, _)| found == name).map(|(_, column)| column)
    }
}

/// Where the columns of some fields stand among the names of a table, in the order of the fields; nothing for a field that has
/// none. `renamed` says which column a field has where that is not the one of its name. Other columns are left alone.
///
/// ```
/// use tierra::columns::pick;
/// let renamed = [("serial".to_owned(), "Seriennummer".to_owned())];
/// assert_eq!(pick(&["site", "vendor", "Seriennummer"], &["vendor", "serial"], &renamed)?, [Some(1), Some(2)]);
/// assert_eq!(pick(&["vendor", "serail"], &["vendor", "serial"], &[]).unwrap_err().path(), "serail");
/// # Ok::<(), tierra::Error>(())
/// ```
///
/// # Errors
///
/// At `columns.FIELD`: [`ErrorCode::UnknownField`] for a field that there is not; [`ErrorCode::UnknownValue`] for a column that
/// the table lacks, with the nearest one. At the column: [`ErrorCode::UnknownField`] for one that is most like a field without
/// a column, such as `regoin`: a slip would leave the field out and say nothing.
pub fn pick(names: &[&str], fields: &[&str], renamed: &[(String, String)]) -> Result<Vec<Option<usize>>> {
    for (field, _) in renamed {
        if !fields.contains(&field.as_str()) {
            let message = format!("`{}` is not a known field; expected {}", text::excerpt(field), quoted(fields));
            return Err(Error::new(ErrorCode::UnknownField, format!("columns.{field}"), message));
        }
    }
    let place_of = |name: &str| names.iter().position(|found| *found == name);
    let mut picked = Vec::with_capacity(fields.len());
    for field in fields {
        let column = renamed.iter().find(|(of, _)| of == field).map(|(_, column)| column);
        picked.push(match column {
            None => place_of(field),
            Some(column) => Some(place_of(column).ok_or_else(|| unknown_column(field, column, names))?),
        });
    }
    let others = names.iter().enumerate().filter(|(place, _)| !picked.contains(&Some(*place)));
    for (_, name) in others {
        let free = fields.iter().zip(&picked).filter(|(_, picked)| picked.is_none()).map(|(field, _)| *field);
        if let Some(field) = nearest(name, free) {
            let message = format!(
                "`{}` is not a field, and most like `{field}`, for which there is no column; expected `{field}`, or \
                 `columns` to say which column it has",
                text::excerpt(name)
            );
            return Err(Error::new(ErrorCode::UnknownField, *name, message));
        }
    }
    Ok(picked)
}

fn unknown_column(field: &str, column: &str, names: &[&str]) -> Error {
    let near = nearest(column, names.iter().copied()).map(|near| format!(" (the nearest is `{near}`)"));
    let message = format!(
        "`{}` is no column of the table; expected one of {}{}",
        text::excerpt(column),
        quoted(names),
        near.unwrap_or_default()
    );
    Error::new(ErrorCode::UnknownValue, format!("columns.{field}"), message)
}

/// The name that is most like another one, where one is much like it.
fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let folded = folded(name);
    let alike = names.map(|other| (strsim::jaro_winkler(&folded, &self::folded(other)), other));
    let best = alike.max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.filter(|(alike, _)| *alike >= ALIKE).map(|(_, name)| name)
}

/// A name without what people write now so and now otherwise.
fn folded(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Names as a sentence lists them, at most twenty.
fn quoted(names: &[&str]) -> String {
    const MOST: usize = 20;
    let mut shown: Vec<_> = names.iter().take(MOST).map(|name| format!("`{}`", text::excerpt(name))).collect();
    if names.len() > MOST {
        shown.push(format!("{} more", names.len() - MOST));
    }
    shown.join(", ")
}
