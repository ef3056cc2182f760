//! The quickstart: four files in, the answers of `tierra` out, as a report for people or as JSON.
//!
//! | module | question |
//! |---|---|
//! | `fleet` | Which device is this? Has someone already claimed it? |
//! | `energy` | What did it emit? |
//! | `returns` | What did it return? |
//! | `csv_file` | reads rows; a bad row is refused with its line and reason, and the rest goes on |
//! | `report`, `page`, `json` | print |
//!
//! There is no rule of the domain here: every figure is the core's, or a sum of the core's figures.

mod csv_file;
mod energy;
mod fleet;
mod groups;
mod json;
mod page;
mod report;
mod returns;

use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use tierra::emission::GwpVersion;

pub use csv_file::Unreadable;
pub use page::Layout;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data");

/// What the columns of each file are, for `--help`.
const COLUMNS_HELP: &str = "\
Columns (in any order, others are ignored; UTF-8, separated by commas, with a header):
  fleet      organization, vendor, serial, start, end, status; optional: registration_id, program_name
  energy     site, start, end, authority, fuel_type, gas, category, quantity, unit;
             optional: row_id, region, technology. A gas is `CO2e`, or a list such as `CO2;CH4;N2O`
  cashflows  date, amount (negative when paid); optional: kind, note. One currency; the last flow of the kind
             `distribution` is shared out among the completed holdings
  holdings   investment_id, project_id, project_name, technology, country, stage, currency, amount,
             distributions_received, status; optional: valuation
  factors    JSON: libraries, factors, fuelProperties and gwpValues, as in examples/data/factors.json

Dates are YYYY-MM-DD, and periods include both their days. A bad row is listed with its line and reason and counts
nowhere; the rest goes on. Exit status: 0 for a report, 2 for a file that cannot be read or a wrong option.";

/// Four questions over your files: which device is this, is it claimed already, what did it emit and return?
#[derive(Debug, Clone, clap::Parser)]
#[command(name = "quickstart", after_help = COLUMNS_HELP)]
pub struct Options {
    /// Registrations of EV chargers, CSV (default: the example's).
    #[arg(long, value_name = "FILE", default_value_os_t = data("fleet.csv"), hide_default_value = true)]
    pub fleet: PathBuf,
    /// Energy use, CSV (default: the example's).
    #[arg(long, value_name = "FILE", default_value_os_t = data("energy.csv"), hide_default_value = true)]
    pub energy: PathBuf,
    /// Emission factors and global warming potentials, JSON (default: the example's).
    #[arg(long, value_name = "FILE", default_value_os_t = data("factors.json"), hide_default_value = true)]
    pub factors: PathBuf,
    /// An investment's cash flows, CSV (default: the example's).
    #[arg(long, value_name = "FILE", default_value_os_t = data("cashflows.csv"), hide_default_value = true)]
    pub cashflows: PathBuf,
    /// The investments of a portfolio, CSV (default: the example's).
    #[arg(long, value_name = "FILE", default_value_os_t = data("holdings.csv"), hide_default_value = true)]
    pub holdings: PathBuf,
    /// Which IPCC report's global warming potentials.
    #[arg(long, default_value = "ar5", value_parser = gwp_versions())]
    pub gwp: GwpVersion,
    /// How many conflicts and look-alikes are shown, also by --json.
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub limit: usize,
    /// Print the report as one JSON document, with amounts exact.
    #[arg(long)]
    pub json: bool,
}

fn data(name: &str) -> PathBuf {
    Path::new(DATA).join(name)
}

fn gwp_versions() -> impl TypedValueParser<Value = GwpVersion> {
    PossibleValuesParser::new(GwpVersion::ALL.map(GwpVersion::as_str)).try_map(|name| name.parse::<GwpVersion>())
}

/// The answers over one set of files.
pub struct Report {
    limit: usize,
    fleet: fleet::Fleet,
    energy: energy::Energy,
    cash: returns::Cash,
    portfolio: returns::Portfolio,
}

/// Reads the files and asks the core.
///
/// # Errors
///
/// A file that cannot be read, or that is not the file it should be. A bad row is no error; the report lists it.
pub fn run(options: &Options) -> Result<Report, Unreadable> {
    let factors = energy::read_factors(&options.factors)?;
    let cash = returns::Cash::read(&options.cashflows)?;
    Ok(Report {
        limit: options.limit,
        portfolio: returns::Portfolio::read(&options.holdings, cash.last_distribution())?,
        cash,
        energy: energy::Energy::read(&options.energy, &factors, options.gwp)?,
        fleet: fleet::Fleet::read(&options.fleet)?,
    })
}

impl Report {
    /// The report as people read it.
    #[must_use]
    pub fn text(&self, layout: &Layout) -> String {
        report::text(self, layout)
    }

    /// The report as one JSON document on one line. Amounts are numbers with all their digits.
    #[must_use]
    pub fn json(&self) -> String {
        json::document(self)
    }
}
