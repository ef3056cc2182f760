//! Packs the reference tables into one compressed file. Without the feature `reference-data` there is nothing to do.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "reference-data")]
    reference::pack()?;
    Ok(())
}

/// Reads and checks `src/emission/reference/tables/*.csv` and writes `OUT_DIR/reference.bin`.
///
/// The file is a zlib stream of: the texts, each once, in order of first use; then the tables, each a count of rows and its
/// columns. `src/emission/reference/packed.rs` reads it. A length or count is a LEB128 number. A column of texts is its
/// length in bytes, then for each row the step from the number of the row before (zigzag), 0 for no text. A column of
/// figures is two such columns of numbers: decimal places + 1, 0 for no figure; and the digits.
#[cfg(feature = "reference-data")]
mod reference {
    use std::collections::{HashMap, HashSet};
    use std::error::Error;
    use std::path::Path;

    type Result<T> = std::result::Result<T, Box<dyn Error>>;
    /// A row's cells by the name of the column.
    type Row = HashMap<String, String>;

    const FOLDER: &str = "src/emission/reference/tables";

    /// The columns of a table: the texts, those of them that may be empty, and the figures.
    struct Shape {
        texts: &'static [&'static str],
        optional: &'static [&'static str],
        figures: &'static [&'static str],
        /// What tells a row from every other.
        key: &'static [&'static str],
    }

    const LIBRARIES: Shape = Shape {
        texts: &[
            "library",
            "authority",
            "name",
            "version",
            "release_year",
            "is_default",
            "gwp_version",
            "calorific_basis",
            "publication",
            "licence",
            "created_at",
        ],
        optional: &["is_default", "gwp_version", "calorific_basis"],
        figures: &[],
        key: &["library"],
    };
    const BIOGENIC_CATEGORIES: Shape = Shape {
        texts: &["library", "category", "biogenic_category"],
        optional: &[],
        figures: &[],
        key: &["library", "category"],
    };
    const FACTORS: Shape = Shape {
        texts: &[
            "library",
            "category",
            "fuel_type",
            "technology",
            "region",
            "gas",
            "unit",
            "biogenic",
            "scope",
            "external_id",
            "table",
            "row",
        ],
        optional: &["technology", "region", "biogenic", "scope", "external_id"],
        figures: &["value", "lower", "upper"],
        key: &["library", "category", "fuel_type", "technology", "region", "gas", "unit"],
    };
    const FUEL_PROPERTIES: Shape = Shape {
        texts: &["library", "fuel_type", "property", "unit", "region", "table", "row"],
        optional: &["region"],
        figures: &["value"],
        key: &["library", "fuel_type", "property", "unit", "region"],
    };
    const GWP: Shape = Shape {
        texts: &["version", "gas", "published", "table", "row"],
        optional: &[],
        figures: &["value"],
        key: &["version", "gas"],
    };

    /// The tables in the order in which they are packed, each with its files.
    const TABLES: [(&Shape, &[&str]); 5] = [
        (&LIBRARIES, &["libraries.csv"]),
        (&BIOGENIC_CATEGORIES, &["biogenic_categories.csv"]),
        (&FACTORS, &["defra.csv", "epa_hub.csv", "egrid.csv", "ipcc_2006.csv"]),
        (&FUEL_PROPERTIES, &["fuel_properties.csv"]),
        (&GWP, &["gwp.csv"]),
    ];

    pub fn pack() -> Result<()> {
        let mut texts = Texts::default();
        let mut tables = Vec::new();
        let mut libraries = HashSet::new();
        for (shape, files) in TABLES {
            let mut rows = Vec::new();
            for file in files {
                rows.extend(read(shape, file)?);
            }
            check_rows(shape, &rows, &mut libraries)?;
            pack_table(shape, &rows, &mut texts, &mut tables)?;
        }
        let mut packed = Vec::new();
        push_sized(&mut packed, texts.in_order.join("\n").as_bytes());
        packed.extend(tables);
        let packed = miniz_oxide::deflate::compress_to_vec_zlib(&packed, 10);
        let folder = std::env::var("OUT_DIR")?;
        Ok(std::fs::write(Path::new(&folder).join("reference.bin"), packed)?)
    }

    /// The rows of a file, each with every column of the shape; a fault is told with its line.
    fn read(shape: &Shape, file: &str) -> Result<Vec<Row>> {
        let path = Path::new(FOLDER).join(file);
        println!("cargo::rerun-if-changed={}", path.display());
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let mut lines = text.lines();
        let names = cells(lines.next().unwrap_or_default())?;
        if let Some(missing) = shape.texts.iter().chain(shape.figures).find(|name| !names.iter().any(|it| it == *name))
        {
            return Err(format!("{file}: has no column `{missing}`").into());
        }
        let row = |line: &str| -> Result<Row> {
            let cells = cells(line)?;
            if cells.len() != names.len() {
                return Err(format!("has {} cells; expected {}", cells.len(), names.len()).into());
            }
            let row = names.iter().cloned().zip(cells).collect();
            check_row(shape, &row)?;
            Ok(row)
        };
        let at = |number: usize, error: Box<dyn Error>| format!("{file}: line {}: {error}", number + 2).into();
        lines.enumerate().map(|(number, line)| row(line).map_err(|error| at(number, error))).collect()
    }

    /// The cells of a line of comma-separated values. The `csv` crate is not asked: cargo cannot give it to a build script
    /// alone when the feature `ledger` gives it to the library, and no cell here holds a line break.
    fn cells(line: &str) -> Result<Vec<String>> {
        let mut cells = Vec::new();
        let mut rest = line;
        loop {
            let (cell, behind) = match rest.strip_prefix('"') {
                Some(quoted) => quoted_cell(quoted)?,
                None => rest.find(',').map_or((rest.to_owned(), ""), |comma| {
                    let (cell, behind) = rest.split_at(comma);
                    (cell.to_owned(), behind)
                }),
            };
            cells.push(cell);
            match behind.strip_prefix(',') {
                Some(next) => rest = next,
                None if behind.is_empty() => return Ok(cells),
                None => return Err(format!("`{behind}` follows a closing quote").into()),
            }
        }
    }

    /// The cell up to its closing quote, and what is behind that.
    fn quoted_cell(quoted: &str) -> Result<(String, &str)> {
        let mut cell = String::new();
        let mut rest = quoted;
        while let Some((part, behind)) = rest.split_once('"') {
            cell.push_str(part);
            let Some(doubled) = behind.strip_prefix('"') else { return Ok((cell, behind)) };
            cell.push('"');
            rest = doubled;
        }
        Err("a quoted cell has no end".into())
    }

    fn cell<'a>(row: &'a Row, name: &str) -> &'a str {
        row.get(name).map_or("", String::as_str)
    }

    fn check_row(shape: &Shape, row: &Row) -> Result<()> {
        for name in shape.texts {
            let text = cell(row, name);
            if text.is_empty() && !shape.optional.contains(name) {
                return Err(format!("`{name}` is empty").into());
            }
            if text.trim() != text || text.contains(char::is_control) {
                return Err(format!("`{name}` has outer blanks or control characters: `{text}`").into());
            }
        }
        if shape.figures.contains(&"value") && cell(row, "value").is_empty() {
            return Err("`value` is empty".into());
        }
        if shape.texts.contains(&"unit") {
            check_unit(cell(row, "unit"))?;
        }
        for name in shape.figures {
            figure(cell(row, name)).map_err(|error| format!("`{name}`: {error}"))?;
        }
        Ok(())
    }

    fn check_unit(unit: &str) -> Result<()> {
        let parts = unit.split_once('/').filter(|(mass, activity)| !mass.is_empty() && !activity.is_empty());
        parts
            .map(|_| ())
            .ok_or_else(|| format!("`unit` is `{unit}`; expected `mass and label/unit of activity`").into())
    }

    /// Refuses a row that stands twice and a library that is none.
    fn check_rows(shape: &Shape, rows: &[Row], libraries: &mut HashSet<String>) -> Result<()> {
        let mut seen = HashSet::new();
        for row in rows {
            let key: Vec<&str> = shape.key.iter().map(|name| cell(row, name)).collect();
            if shape.texts.contains(&"authority") {
                libraries.insert(cell(row, "library").to_owned());
            } else if shape.texts.contains(&"library") && !libraries.contains(cell(row, "library")) {
                return Err(format!("{key:?} is of no library").into());
            }
            if !seen.insert(key.clone()) {
                return Err(format!("{key:?} stands twice").into());
            }
        }
        Ok(())
    }

    /// The texts and their numbers, from 1.
    #[derive(Default)]
    struct Texts {
        in_order: Vec<String>,
        numbers: HashMap<String, usize>,
    }

    impl Texts {
        fn number(&mut self, text: &str) -> usize {
            if text.is_empty() {
                return 0;
            }
            if let Some(number) = self.numbers.get(text) {
                return *number;
            }
            self.in_order.push(text.to_owned());
            self.numbers.insert(text.to_owned(), self.in_order.len());
            self.in_order.len()
        }
    }

    fn pack_table(shape: &Shape, rows: &[Row], texts: &mut Texts, packed: &mut Vec<u8>) -> Result<()> {
        push_number(packed, rows.len() as u64);
        for name in shape.texts {
            let mut column = Vec::new();
            let mut before = 0;
            for row in rows {
                let number = i64::try_from(texts.number(cell(row, name)))?;
                push_number(&mut column, zigzag(number - before));
                before = number;
            }
            push_sized(packed, &column);
        }
        for name in shape.figures {
            let (mut places, mut digits) = (Vec::new(), Vec::new());
            for row in rows {
                let figure = figure(cell(row, name))?;
                push_number(&mut places, figure.map_or(0, |(_, places)| u64::from(places) + 1));
                figure.into_iter().for_each(|(number, _)| push_number(&mut digits, number));
            }
            push_sized(packed, &places);
            push_sized(packed, &digits);
        }
        Ok(())
    }

    /// A figure's digits as a number, and its decimal places, without trailing zeros; `None` for an empty cell.
    fn figure(text: &str) -> Result<Option<(u64, u8)>> {
        if text.is_empty() {
            return Ok(None);
        }
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let plain = whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !plain {
            return Err(format!("`{text}` is no plain decimal number").into());
        }
        if fraction.ends_with('0') || text.ends_with('.') {
            return Err(format!("`{text}` ends with zeros").into());
        }
        Ok(Some((format!("{whole}{fraction}").parse()?, u8::try_from(fraction.len())?)))
    }

    fn zigzag(number: i64) -> u64 {
        ((number << 1) ^ (number >> 63)) as u64
    }

    fn push_number(out: &mut Vec<u8>, mut number: u64) {
        while number >= 0x80 {
            out.push((number & 0x7F) as u8 | 0x80);
            number >>= 7;
        }
        out.push(number as u8);
    }

    fn push_sized(out: &mut Vec<u8>, bytes: &[u8]) {
        push_number(out, bytes.len() as u64);
        out.extend_from_slice(bytes);
    }
}
