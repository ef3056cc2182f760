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
nowhere; the rest goes on. Without any file of your own the example's are read; with one, only what you give. The
reporting year of an energy row is the year of its start; negative quantities are corrections. Exit status: 0 for a report, 2 for a file that cannot be read or a wrong option.";

/// Four questions over your files: which device is this, is it claimed already, what did it emit and return?
#[derive(Debug, Clone, clap::Parser)]
#[command(name = "quickstart", after_help = COLUMNS_HELP)]
pub struct Options {
    /// Registrations of EV chargers, CSV.
    #[arg(long, value_name = "FILE")]
    pub fleet: Option<PathBuf>,
    /// Energy use, CSV.
    #[arg(long, value_name = "FILE")]
    pub energy: Option<PathBuf>,
    /// Emission factors and global warming potentials, JSON (default: the example's).
    #[arg(long, value_name = "FILE", default_value_os_t = data("factors.json"), hide_default_value = true)]
    pub factors: PathBuf,
    /// An investment's cash flows, CSV.
    #[arg(long, value_name = "FILE")]
    pub cashflows: Option<PathBuf>,
    /// The investments of a portfolio, CSV.
    #[arg(long, value_name = "FILE")]
    pub holdings: Option<PathBuf>,
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

impl Options {
    /// The file of a section: the one given, or the example's when no file is. With files of one's own, a section whose
    /// file was not given is left out: the example's figures beside them would be taken for theirs.
    fn file(&self, given: Option<&PathBuf>, example: &str) -> Option<PathBuf> {
        let own = [&self.fleet, &self.energy, &self.cashflows, &self.holdings].iter().any(|file| file.is_some());
        given.cloned().or_else(|| (!own).then(|| data(example)))
    }
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
    fleet: Option<fleet::Fleet>,
    energy: Option<energy::Energy>,
    cash: Option<returns::Cash>,
    portfolio: Option<returns::Portfolio>,
}

/// Reads the files and asks the core.
///
/// # Errors
///
/// A file that cannot be read, or that is not the file it should be. A bad row is no error; the report lists it.
pub fn run(options: &Options) -> Result<Report, Unreadable> {
    let factors = energy::read_factors(&options.factors)?;
    let cash = options.file(options.cashflows.as_ref(), "cashflows.csv").map(|file| returns::Cash::read(&file));
    let cash = cash.transpose()?;
    let distribution = cash.as_ref().and_then(returns::Cash::last_distribution);
    let portfolio = options.file(options.holdings.as_ref(), "holdings.csv");
    let energy = options.file(options.energy.as_ref(), "energy.csv");
    let fleet = options.file(options.fleet.as_ref(), "fleet.csv");
    Ok(Report {
        limit: options.limit,
        portfolio: portfolio.map(|file| returns::Portfolio::read(&file, distribution)).transpose()?,
        energy: energy.map(|file| energy::Energy::read(&file, &factors, options.gwp)).transpose()?,
        fleet: fleet.map(|file| fleet::Fleet::read(&file)).transpose()?,
        cash,
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
