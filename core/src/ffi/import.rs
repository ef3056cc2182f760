//! Emission factors from official files, for bindings: bytes in, factors and a report out.

use uuid::Uuid;

use crate::emission::import::{
    FactorImport, ImportReport, import_defra_flat_file, import_egrid_summary, import_epa_hub, import_factor_csv,
};
use crate::emission::{EmissionFactorLibrary, EmissionFactors, library_id};
use crate::wire::{Fields, HasRecord, Read, ReadRecord, Value, missing, record};
use crate::{Error, ErrorCode, Result, text};

/// The kinds of files, as [`import_factors`] names them.
const KINDS: [&str; 4] = ["csv", "defra", "egrid", "epa_hub"];

record! {
    /// How a file is imported.
    #[wire(camelCase: reads)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ImportOptions {
        /// Whether the library stands in for years that no edition covers; false unless said.
        pub is_default: Option<bool>,
        /// The library of a CSV file, whose id follows from authority, name and version where it is absent.
        pub library: Option<ImportLibrary>,
    }
}

/// The library of factors that are imported from a file of one's own: its id follows from what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportLibrary(EmissionFactorLibrary);

impl<'a> Read<'a> for ImportLibrary {
    fn read(value: &'a Value) -> Result<Self> {
        let record = <EmissionFactorLibrary as HasRecord>::record();
        let is_named = Fields::any(value)?.get("id").is_some();
        let stand_in = Value::Object(vec![
            ("id".into(), Value::String(Uuid::nil().to_string())),
            ("isDefault".into(), Value::Bool(false)),
        ]);
        let mut fields = Fields::of(value, record, false)?.or_defaults(Some(&stand_in))?;
        let read = EmissionFactorLibrary::take(&mut fields);
        fields.finish()?;
        let mut library = crate::wire::taken(read)?;
        if !is_named {
            library.id = library_id(library.authority, &library.name, &library.version);
        }
        Ok(Self(library))
    }
}

#[cfg(feature = "describe")]
impl crate::wire::describe::Describe for ImportLibrary {
    fn shape() -> crate::wire::describe::Shape {
        EmissionFactorLibrary::shape()
    }
}

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
pub fn import_factors(kind: &str, bytes: &[u8], options: &Value) -> Result<(EmissionFactors, ImportReport)> {
    let options = ImportOptions::read(options)?;
    let FactorImport { mut data, report } = match kind {
        "defra" => import_defra_flat_file(bytes)?,
        "egrid" => import_egrid_summary(bytes)?,
        "epa_hub" => import_epa_hub(bytes)?,
        "csv" => {
            let library = options.library.clone().ok_or_else(|| missing("library"))?;
            import_factor_csv(bytes, library.0)?
        }
        other => return Err(text::unknown(other, &KINDS).under("kind")),
    };
    if kind != "csv" && options.library.is_some() {
        let message = "is stated by the file itself; expected it for `csv` alone";
        return Err(Error::new(ErrorCode::UnknownField, "library", message));
    }
    for library in &mut data.libraries {
        library.is_default = options.is_default.unwrap_or(library.is_default);
    }
    Ok((EmissionFactors::new(data)?, report))
}
