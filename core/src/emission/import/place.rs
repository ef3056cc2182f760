//! Where in a file a figure stands.

use std::fmt;

/// A cell of a sheet, or a field of a CSV file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Empty for a CSV file.
    pub(super) sheet: String,
    /// From 1.
    pub(super) row: u32,
    /// The column's letter or name; empty for the whole row.
    pub(super) column: String,
}

impl Place {
    /// The cell of a sheet at `row`, from 1, and `column`, from 0.
    pub(super) fn of_cell(sheet: &str, row: u32, column: u32) -> Self {
        Self { sheet: sheet.to_owned(), row, column: column_letter(column) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.sheet.is_empty() {
            return write!(f, "{}!{}{}", self.sheet, self.column, self.row);
        }
        let joint = if self.column.is_empty() { "" } else { "." };
        write!(f, "line {}{joint}{}", self.row, self.column)
    }
}

/// The letters of a column, counted from 0: `A`, `Z`, `AA`.
pub(super) fn column_letter(column: u32) -> String {
    let letter = char::from(b'A' + u8::try_from(column % 26).unwrap_or_default());
    let before = column / 26;
    if before == 0 {
        return letter.to_string();
    }
    format!("{}{letter}", column_letter(before - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        let letters =
            [(0, "A"), (8, "I"), (25, "Z"), (26, "AA"), (51, "AZ"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")];
        for (column, letter) in letters {
            assert_eq!(column_letter(column), letter);
        }
        assert_eq!(Place::of_cell("Factors by Category", 12, 8).to_string(), "Factors by Category!I12");
        let line = Place { sheet: String::new(), row: 3, column: "value".to_owned() };
        assert_eq!(line.to_string(), "line 3.value");
    }
}
