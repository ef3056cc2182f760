//! Emission factors from official files, for bindings: bytes in, factors and a report out.

use super::emission::read_import_library;
use super::read::{Fields, boolean};
use super::value::Value;
use crate::emission::EmissionFactors;
use crate::emission::import::{
    FactorImport, ImportReport, SetAside, SetAsideReason, import_defra_flat_file, import_egrid_summary, import_epa_hub,
    import_factor_csv,
};
use crate::{Error, ErrorCode, Result, text};

/// The kinds of files, as [`import_factors`] names them.
const KINDS: [&str; 4] = ["csv", "defra", "egrid", "epa_hub"];

/// The factors in a file of a kind, and the report of what was read, made and set aside.
///
/// `kind` is `defra` (a flat file of the UK Government's conversion factors), `epa_hub` (EPA's Emission Factors Hub), `egrid`
/// (eGRID's summary tables) or `csv` (one's own factors). `options` is `{isDefault?, library?}`: whether the library stands in
/// for years that no edition covers (false unless said), and for `csv` the library, in the contract's shape; its id follows
/// from authority, name and version where it is absent.
///
/// # Errors
///
/// [`ErrorCode::UnknownValue`] at `kind`; those of the options; those of the importers
/// ([`emission::import`](crate::emission::import)) with the sheet and cell, such as `Factors by Category!I12`.
///
/// ```
/// use tierra::ffi::{NumberStyle, import_factors, parse_json, write_json};
/// let options = parse_json(r#"{"library": {"name": "Ours", "authority": "iea", "version": "1", "releaseYear": 2024,
///                              "createdAt": "2024-01-15T00:00:00.000Z"}}"#)?;
/// let csv = "category,fuel_type,gas,value,unit\nSite,Wood chips,CO2e,1.7,kg CO2e/kg\n";
/// let (factors, report) = import_factors("csv", csv.as_bytes(), &options)?;
/// assert_eq!(factors.factors().len(), 1);
/// assert!(write_json(&report, NumberStyle::Digits).contains(r#""rowsRead":1,"rowsUsed":1,"rowsSetAside":0"#));
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn import_factors(kind: &str, bytes: &[u8], options: &Value) -> Result<(EmissionFactors, Value)> {
    let fields = Fields::of(options, &["isDefault", "library"])?;
    let is_default = fields.optional("isDefault", boolean)?;
    let FactorImport { mut data, report } = match kind {
        "defra" => import_defra_flat_file(bytes)?,
        "egrid" => import_egrid_summary(bytes)?,
        "epa_hub" => import_epa_hub(bytes)?,
        "csv" => import_factor_csv(bytes, fields.required("library", read_import_library)?)?,
        other => return Err(text::unknown(other, &KINDS).under("kind")),
    };
    if kind != "csv" && fields.optional("library", Ok)?.is_some() {
        let message = "is stated by the file itself; expected it for `csv` alone";
        return Err(Error::new(ErrorCode::UnknownField, "library", message));
    }
    for library in &mut data.libraries {
        library.is_default = is_default.unwrap_or(library.is_default);
    }
    Ok((EmissionFactors::new(data)?, report_value(&report)))
}

fn report_value(report: &ImportReport) -> Value {
    let count = |number: u64| Value::Integer(i64::try_from(number).unwrap_or(i64::MAX));
    let reasons = SetAsideReason::ALL.into_iter().map(|reason| (reason.as_str(), report.count(reason)));
    let reasons = reasons.filter(|(_, times)| *times > 0).map(|(reason, times)| (reason, Value::count(times)));
    Value::object(vec![
        ("sheets", Value::list(&report.sheets, Value::text)),
        ("sheetsNotRead", Value::list(&report.sheets_not_read, Value::text)),
        ("rowsRead", count(report.rows_read)),
        ("rowsUsed", count(report.rows_used)),
        ("rowsSetAside", count(report.rows_set_aside)),
        ("figuresRead", count(report.figures_read)),
        ("factorsMade", count(report.factors_made)),
        ("propertiesMade", count(report.properties_made)),
        ("figuresSetAside", count(report.figures_set_aside)),
        ("reasons", Value::object(reasons.collect())),
        ("setAside", Value::list(&report.set_aside, set_aside_value)),
    ])
}

fn set_aside_value(aside: &SetAside) -> Value {
    Value::object(vec![
        ("sheet", Value::text(&aside.sheet)),
        ("row", Value::Integer(aside.row.into())),
        ("column", Value::text(&aside.column)),
        ("reason", Value::text(aside.reason)),
        ("code", Value::optional_text(aside.code.map(ErrorCode::as_str))),
        ("text", Value::text(&aside.text)),
    ])
}
