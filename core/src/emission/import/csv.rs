//! One's own emission factors, as CSV.

use super::collector::{Collector, Made};
use super::place::Place;
use super::report::{FactorImport, Refusal, SetAsideReason};
use crate::csv_rows::CsvRows;
use crate::emission::factor_unit::FactorUnit;
use crate::emission::model::check_factor;
use crate::emission::{EmissionFactor, EmissionFactorLibrary, EmissionScope, SourceRow};
use crate::{Decimal, Error, ErrorCode, Result, decimal, text};

const REQUIRED: [&str; 5] = ["category", "fuel_type", "gas", "value", "unit"];
const OPTIONAL: [&str; 10] = [
    "external_id",
    "is_biogenic",
    "oxidation_factor",
    "region",
    "technology",
    "scope",
    "lower",
    "upper",
    "source_table",
    "source_row",
];

/// The largest file that is taken, in bytes.
const MAX_FILE: usize = 64 << 20;

/// Imports emission factors from CSV into a library that the caller describes.
///
/// The first line names the columns: `category`, `fuel_type`, `gas`, `value` and `unit` (mass per unit of activity, such as
/// `kg CO2/litre`) must be there; `external_id`, `is_biogenic` (`true`, `false`), `oxidation_factor`, `region`, `technology`,
/// `scope` (`scope_1` to `scope_3`, `outside_of_scopes`), `lower`, `upper`, `source_table` and `source_row` may be; others are
/// refused. UTF-8, with or without a byte-order mark. A row that makes no valid factor is set aside with its line, column, code
/// and a sentence: so is a unit that is no mass of the row's gas per activity (`kgCO2e/kWh`, `kg CO2e`), and a figure below 0.
/// A stray quote spoils its own row. An example is at [`FactorImport`].
///
/// # Errors
///
/// For the library as [`EmissionFactors::new`](crate::emission::EmissionFactors::new), under `library`. For the file: [`ErrorCode::Empty`];
/// [`ErrorCode::InvalidUnicode`] in the line of columns; [`ErrorCode::OutOfRange`] beyond 64 MiB; at the column:
/// [`ErrorCode::MissingField`], [`ErrorCode::UnknownField`], [`ErrorCode::Duplicate`]; at the line
/// [`ErrorCode::AmbiguousFactor`] for two rows that contradict one another.
pub fn import_factor_csv(bytes: &[u8], library: EmissionFactorLibrary) -> Result<FactorImport> {
    if bytes.len() > MAX_FILE {
        let message = format!("the file has {} bytes; expected at most {MAX_FILE}", bytes.len());
        return Err(Error::new(ErrorCode::OutOfRange, "", message));
    }
    let mut rows = CsvRows::new(bytes);
    let columns = Columns::of(&rows.names()?)?;
    let base = Base { library_id: library.id, created_at: library.created_at };
    let mut collector = Collector::new(library)?;
    while let Some(row) = rows.next()? {
        let line = u32::try_from(row.line).unwrap_or(u32::MAX);
        collector.row(|collector| read_row(row.fields, &columns, &base, line, collector))?;
    }
    Ok(collector.finish())
}

/// What every factor takes from its library.
struct Base {
    library_id: uuid::Uuid,
    created_at: chrono::DateTime<chrono::Utc>,
}

/// The names of the columns, in order.
struct Columns(Vec<String>);

impl Columns {
    fn of(names: &csv::StringRecord) -> Result<Self> {
        if names.is_empty() || (names.len() == 1 && names.get(0) == Some("")) {
            return Err(Error::new(ErrorCode::Empty, "", "the file is empty; expected a line of column names"));
        }
        for (index, name) in names.iter().enumerate() {
            if !REQUIRED.iter().chain(&OPTIONAL).any(|known| *known == name) {
                let known: Vec<_> = REQUIRED.iter().chain(&OPTIONAL).map(|name| format!("`{name}`")).collect();
                let message =
                    format!("`{}` is no column of factors; expected {}", text::excerpt(name), known.join(", "));
                return Err(Error::new(ErrorCode::UnknownField, text::excerpt(name), message));
            }
            if names.iter().take(index).any(|earlier| earlier == name) {
                let message = format!("the column `{name}` stands twice; expected it once");
                return Err(Error::new(ErrorCode::Duplicate, name, message));
            }
        }
        if let Some(missing) = REQUIRED.iter().find(|wanted| !names.iter().any(|name| name == **wanted)) {
            let message = format!("the column `{missing}` is missing; expected `{}`", REQUIRED.join("`, `"));
            return Err(Error::new(ErrorCode::MissingField, *missing, message));
        }
        Ok(Self(names.iter().map(str::to_owned).collect()))
    }
}

/// One row's fields by the names of their columns.
struct Fields<'a> {
    columns: &'a Columns,
    record: &'a csv::StringRecord,
}

impl<'a> Fields<'a> {
    /// The field, without outer blanks; `None` where it is empty or the column absent.
    fn get(&self, name: &str) -> Option<&'a str> {
        let at = self.columns.0.iter().position(|column| column == name)?;
        self.record.get(at).filter(|field| !field.is_empty())
    }

    fn owned(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    fn required(&self, name: &str) -> Result<String> {
        self.owned(name)
            .ok_or_else(|| Error::new(ErrorCode::Empty, name, "is empty; expected a text of at least 1 character"))
    }

    fn decimal(&self, name: &str) -> Result<Option<Decimal>> {
        self.get(name).map(|digits| decimal::parse_decimal(digits).map_err(|error| error.under(name))).transpose()
    }

    fn truth(&self, name: &str) -> Result<bool> {
        match self.get(name).map(str::to_lowercase).as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(other) => Err(text::unknown(other, &["true", "false"]).under(name)),
        }
    }
}

fn read_row(
    record: Result<csv::StringRecord>,
    columns: &Columns,
    base: &Base,
    line: u32,
    collector: &mut Collector,
) -> Result<()> {
    let place = |column: &str| Place { sheet: String::new(), row: line, column: column.to_owned() };
    let factor = record
        .and_then(|record| factor_of(&Fields { columns, record: &record }, base))
        .and_then(|factor| check_factor(&factor).and_then(|()| check_usable(&factor)).map(|()| factor));
    match factor {
        Ok(factor) => collector.made(&place("value"), Made::factor(factor)),
        Err(error) => {
            collector.set_aside(&place(&column_of(error.path())), refusal_of(&error));
            Ok(())
        }
    }
}

/// Refuses what would be a factor and could never count: a unit that is no mass of its gas per activity, or less than nothing.
fn check_usable(factor: &EmissionFactor) -> Result<()> {
    FactorUnit::of(&factor.unit)?.is_co2e(&factor.gas, &factor.unit)?;
    let figures = [("value", Some(factor.value)), ("lower", factor.lower)];
    match figures.into_iter().find(|(_, figure)| figure.is_some_and(|figure| figure < Decimal::ZERO)) {
        Some((column, Some(figure))) => {
            let message = format!("`{figure}` is below 0; expected what is emitted: what is avoided is no factor");
            Err(Error::new(ErrorCode::OutOfRange, column, message))
        }
        _ => Ok(()),
    }
}

/// The column of a field that an error names as in JSON: `fuelType` is `fuel_type`, `source.row` is `source_row`.
fn column_of(path: &str) -> String {
    let mut column = String::with_capacity(path.len() + 2);
    for character in path.chars() {
        match character {
            '.' => column.push('_'),
            upper if upper.is_ascii_uppercase() => {
                column.push('_');
                column.push(upper.to_ascii_lowercase());
            }
            other => column.push(other),
        }
    }
    column
}

fn factor_of(fields: &Fields<'_>, base: &Base) -> Result<EmissionFactor> {
    let scope = fields.get("scope").map(str::parse::<EmissionScope>).transpose();
    let source = match (fields.owned("source_table"), fields.owned("source_row")) {
        (Some(table), Some(row)) => Some(SourceRow { table, row }),
        (None, None) => None,
        (table, _) => {
            let (given, absent) = if table.is_some() { ("table", "row") } else { ("row", "table") };
            let message = format!("is empty, but `source_{given}` is not; expected both or neither");
            return Err(Error::new(ErrorCode::MissingField, format!("source_{absent}"), message));
        }
    };
    Ok(EmissionFactor {
        id: uuid::Uuid::nil(),
        library_id: base.library_id,
        external_id: fields.owned("external_id"),
        category: fields.required("category")?,
        fuel_type: fields.required("fuel_type")?,
        gas: fields.required("gas")?,
        is_biogenic: fields.truth("is_biogenic")?,
        value: fields
            .decimal("value")?
            .ok_or_else(|| Error::new(ErrorCode::Empty, "value", "is empty; expected a number"))?,
        oxidation_factor: fields.decimal("oxidation_factor")?.unwrap_or(Decimal::ONE),
        unit: fields.required("unit")?,
        region: fields.owned("region"),
        technology: fields.owned("technology"),
        scope: scope.map_err(|error| error.under("scope"))?,
        lower: fields.decimal("lower")?,
        upper: fields.decimal("upper")?,
        source,
        created_at: base.created_at,
    })
}

/// Why a row is set aside: a blank or wrong figure is told apart from what else may be wrong.
fn refusal_of(error: &Error) -> Refusal {
    let reason = match (error.path(), error.code()) {
        ("value", ErrorCode::Empty) => SetAsideReason::Blank,
        ("value", ErrorCode::InvalidNumber | ErrorCode::NotFinite) => SetAsideReason::NotANumber,
        _ => SetAsideReason::Invalid,
    };
    Refusal { reason, code: Some(error.code()), text: error.message().to_owned() }
}
