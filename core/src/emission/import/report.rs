//! What an import read, what it made of it and what it set aside.

use crate::emission::EmissionFactorData;
use crate::named_values::named_values;
use crate::wire::{fields_of, record};
use crate::{Error, ErrorCode};

named_values! {
    /// Why a figure became no factor.
    SetAsideReason {
        /// The cell is empty: the publisher states no figure. It is not zero.
        Blank => "blank",
        /// The cell holds no number, such as `< 1`, a date or a fault of the spreadsheet.
        NotANumber => "not_a_number",
        /// The publisher says `NA`.
        NotAvailable => "not_available",
        /// An energy per unit of activity, such as kWh per km: no emission factor.
        EnergyIntensity => "energy_intensity",
        /// The row does not say what its figure is.
        NoLabel => "no_label",
        /// The row or column says what its figure is in words that are not known.
        UnknownLabel => "unknown_label",
        /// The same figure for the same activity as in an earlier row.
        Duplicate => "duplicate",
        /// A global warming potential, which the reference tables state.
        GwpTable => "gwp_table",
        /// A rate of NOx or SO2, which are no greenhouse gases.
        OtherPollutant => "other_pollutant",
        /// A share of electricity lost in the grid.
        GridLoss => "grid_loss",
        /// What the figure belongs to makes no valid factor; the text says why.
        Invalid => "invalid",
    }
}

record! {
    /// A figure that became no factor, and where it stands.
    #[wire(camelCase: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct SetAside {
        /// The sheet; empty for a CSV file.
        pub sheet: String,
        /// The row of the sheet, or the line of the CSV file, from 1.
        pub row: u32,
        /// The letter of the column, or in a CSV file its name; empty where the row as a whole is to blame.
        pub column: String,
        /// Why.
        pub reason: SetAsideReason,
        /// The error's code, for [`SetAsideReason::Invalid`] and in CSV files.
        pub code: Option<ErrorCode>,
        /// What stands there, or a sentence that says what is wrong.
        pub text: String,
    }
}

/// What an import read, what it made of it and what it set aside.
///
/// A figure is a cell that may hold one: one a row in a DEFRA flat file and in CSV, several in the tables of EPA. A row is used
/// when at least one of its figures is. The counts add up, which [`FactorImport::check`] verifies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// The sheets that were read; none for a CSV file.
    pub sheets: Vec<String>,
    /// The sheets that were not read.
    pub sheets_not_read: Vec<String>,
    /// Rows of tables that were read.
    pub rows_read: u64,
    /// Rows of which at least one figure was used.
    pub rows_used: u64,
    /// Rows of which no figure was used.
    pub rows_set_aside: u64,
    /// Cells that may hold a figure.
    pub figures_read: u64,
    /// Emission factors made.
    pub factors_made: u64,
    /// Fuel properties made.
    pub properties_made: u64,
    /// Figures that became neither.
    pub figures_set_aside: u64,
    /// Each of them, in the order of the file.
    pub set_aside: Vec<SetAside>,
}

impl ImportReport {
    /// How many figures were set aside for a reason.
    ///
    /// ```
    /// use tierra::emission::import::{ImportReport, SetAsideReason};
    /// assert_eq!(ImportReport::default().count(SetAsideReason::Blank), 0);
    /// ```
    #[must_use]
    pub fn count(&self, reason: SetAsideReason) -> usize {
        self.set_aside.iter().filter(|one| one.reason == reason).count()
    }
}

fields_of! {
    camelCase ImportReport {
        sheets: &[String] = |report| &report.sheets,
        sheets_not_read: &[String] = |report| &report.sheets_not_read,
        rows_read: u64 = |report| report.rows_read,
        rows_used: u64 = |report| report.rows_used,
        rows_set_aside: u64 = |report| report.rows_set_aside,
        figures_read: u64 = |report| report.figures_read,
        factors_made: u64 = |report| report.factors_made,
        properties_made: u64 = |report| report.properties_made,
        figures_set_aside: u64 = |report| report.figures_set_aside,
        /// How many figures were set aside for each reason that there was.
        reasons: Reasons<'_> = |report| Reasons(report),
        set_aside: &[SetAside] = |report| &report.set_aside,
    }
}

/// How many figures were set aside, by reason.
#[cfg_attr(not(feature = "json"), expect(dead_code, reason = "only JSON has them"))]
struct Reasons<'r>(&'r ImportReport);

#[cfg(feature = "json")]
impl crate::wire::Write for Reasons<'_> {
    fn write(&self, out: &mut dyn crate::wire::Sink) {
        let counts = SetAsideReason::ALL.map(|reason| (reason.as_str(), self.0.count(reason)));
        crate::wire::write_map(out, counts.into_iter().filter(|(_, times)| *times > 0));
    }
}

#[cfg(feature = "describe")]
impl crate::wire::describe::Describe for Reasons<'_> {
    fn shape() -> crate::wire::describe::Shape {
        crate::wire::describe::Shape::Map(Box::new(crate::wire::describe::Shape::Integer))
    }
}

/// What an import made, and the report of it.
///
/// ```
/// # use tierra::emission::import::import_factor_csv;
/// # use tierra::emission::{Authority, EmissionFactorLibrary, EmissionFactors, library_id};
/// # let library = EmissionFactorLibrary {
/// #     id: library_id(Authority::Iea, "Ours", "1"), name: "Ours".into(), authority: Authority::Iea, version: "1".into(),
/// #     release_year: 2024, is_default: false, values_exclude_oxidation: false, gwp_version: None, calorific_basis: None,
/// #     biogenic_categories: Vec::new(), publication: None, licence: None, created_at: tierra::chrono::DateTime::UNIX_EPOCH,
/// # };
/// let csv = "category,fuel_type,gas,value,unit\nSite,Wood chips,CO2,1.7,kg CO2/kg\nSite,Wood chips,CH4,,kg CH4/kg\n";
/// let import = import_factor_csv(csv.as_bytes(), library)?;
/// assert_eq!((import.report.factors_made, import.report.figures_set_aside), (1, 1));
/// assert!(import.check());
/// let factors = EmissionFactors::new(import.data)?;
/// # assert_eq!(factors.factors().len(), 1);
/// # Ok::<(), tierra::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FactorImport {
    /// The library and its factors, fuel properties and tree of regions, for
    /// [`EmissionFactors::new`](crate::emission::EmissionFactors::new).
    pub data: EmissionFactorData,
    /// What was read and what was set aside.
    pub report: ImportReport,
}

impl FactorImport {
    /// Whether every row and figure that was read is accounted for. It always is.
    ///
    /// Rows read are rows used and rows set aside; figures read are factors, properties and figures set aside, each of which is
    /// listed. An example is at [`FactorImport`].
    #[must_use]
    pub fn check(&self) -> bool {
        let report = &self.report;
        let counted = |list: usize, count: u64| u64::try_from(list) == Ok(count);
        report.rows_read == report.rows_used + report.rows_set_aside
            && report.figures_read == report.factors_made + report.properties_made + report.figures_set_aside
            && counted(report.set_aside.len(), report.figures_set_aside)
            && counted(self.data.factors.len(), report.factors_made)
            && counted(self.data.fuel_properties.len(), report.properties_made)
    }
}

/// Why one figure is set aside, before it is known where it stands.
pub(super) struct Refusal {
    pub(super) reason: SetAsideReason,
    pub(super) code: Option<ErrorCode>,
    pub(super) text: String,
}

impl Refusal {
    pub(super) fn new(reason: SetAsideReason, text: impl Into<String>) -> Self {
        Self { reason, code: None, text: text.into() }
    }

    /// What the figure belongs to is refused with `error`.
    pub(super) fn invalid(error: &Error) -> Self {
        Self { reason: SetAsideReason::Invalid, code: Some(error.code()), text: error.to_string() }
    }
}
