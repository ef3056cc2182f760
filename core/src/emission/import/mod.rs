//! Emission factors from the authorities' own workbooks, and from CSV.
//!
//! Each importer takes the bytes of a file as its publisher offers it and returns a [`FactorImport`]: the library with its
//! factors, and a report in which every row and figure is accounted for. Columns and tables are found by what their headings
//! say, not by where they stood in some edition; a label whose meaning changed between editions is an error, not a guess.
//! Nothing is dropped in silence and nothing blank becomes zero.
//!
//! | file | importer |
//! |---|---|
//! | UK Government GHG conversion factors, flat file, editions from 2016 on | [`import_defra_flat_file`] |
//! | EPA Emission Factors Hub | [`import_epa_hub`] |
//! | eGRID summary tables | [`import_egrid_summary`] |
//! | one's own factors as CSV | [`import_factor_csv`] |
//!
//! Factors in JSON are read by [`ffi::emission_factors_from_json`](crate::ffi) (feature `json`).

mod collector;
mod csv;
mod defra;
mod defra_names;
mod egrid;
mod epa;
mod epa_columns;
mod place;
mod report;
mod sheet;
mod workbook;
mod xls;
mod xlsx;

pub use csv::import_factor_csv;
pub use defra::import_defra_flat_file;
pub use egrid::import_egrid_summary;
pub use epa::import_epa_hub;
pub use report::{FactorImport, ImportReport, SetAside, SetAsideReason};
