//! Activities as they are stated in a query: a row of an inventory, with defaults for what it does not say.

use rust_decimal::Decimal;

use super::emissions::{ActivityRow, Instrument};
use super::gwp_choice::MethaneGwp;
use super::inventory::InventoryBuilder;
use super::model::{Authority, EmissionScope, GwpVersion};
use crate::Result;
use crate::wire::{Fields, HasRecord, ReadRecord, Record, Value, items, record};

record! {
    /// An activity: what was burned, bought or driven, and whose factors count it.
    #[wire(camelCase: reads)]
    #[derive(Debug, Clone)]
    pub struct StatedActivity<'a> {
        /// The row's id, of any kind; the answer has it as it was given.
        pub id: Option<&'a Value>,
        /// How much. Negative amounts are corrections and give negative emissions.
        pub amount: Decimal,
        /// The contracts that cover the electricity, heat or steam (market-based method), each a part of the amount.
        #[wire(absent)]
        pub instruments: Vec<Instrument<'a>>,
        /// Whose factors: `ipcc`, `defra`, `epa`, `iea` or `egrid`.
        pub authority: Authority,
        /// The year reported on, 1990 to 2100.
        pub reporting_year: i32,
        /// The category.
        pub category: &'a str,
        /// The fuel or activity.
        pub fuel_type: &'a str,
        /// One gas alone; without, all gases that the library has for the fuel and category.
        pub gas: Option<&'a str>,
        /// The region, if one is asked for.
        pub region: Option<&'a str>,
        /// The technology, if one is asked for.
        pub technology: Option<&'a str>,
        /// The factor's unit, or what stands behind its slash, where a library states one fuel by several units.
        pub factor_unit: Option<&'a str>,
        /// The content to which the row is pinned, as 64 hexadecimal digits.
        pub library_digest: Option<[u8; 32]>,
        /// The unit of the amount.
        pub unit: &'a str,
        /// The scope; without, the one under which the library states the factor.
        pub scope: Option<EmissionScope>,
        /// Which GWP counts methane: `by_report`, as without (AR4 and AR5 one value for all, AR6 by origin), or `by_origin`.
        pub methane: Option<MethaneGwp>,
    }
}

/// What is a row's alone and may not stand in the defaults.
const OF_A_ROW: [&str; 3] = ["id", "amount", "instruments"];

record! {
    /// What one activity emitted is asked for.
    #[wire(camelCase: reads)]
    #[derive(Debug, Clone)]
    pub struct EmissionsQuery<'a> {
        /// The activity.
        #[wire(flatten)]
        pub activity: StatedActivity<'a>,
        /// The report whose GWP values count: `ar4`, `ar5` or `ar6`.
        pub gwp_version: GwpVersion,
    }
}

record! {
    /// What many activities emitted is asked for.
    #[wire(camelCase: reads)]
    #[derive(Debug, Clone, Copy)]
    pub struct InventoryQuery<'a> {
        /// The activities, each a row. One that cannot be read is listed as failed.
        pub rows: &'a Value,
        /// The report whose GWP values count: `ar4`, `ar5` or `ar6`.
        pub gwp_version: GwpVersion,
        /// Fields for rows that lack them: all but `id`, `amount` and `instruments`.
        #[wire(check = |defaults| check_defaults(*defaults))]
        pub defaults: Option<&'a Value>,
    }
}

impl StatedActivity<'_> {
    /// The fields of a row.
    #[must_use]
    pub fn record() -> &'static Record {
        <Self as HasRecord>::record()
    }

    /// The row as the domain has it.
    #[must_use]
    pub fn row(&self) -> ActivityRow<'_> {
        ActivityRow {
            authority: self.authority,
            reporting_year: self.reporting_year,
            fuel_type: self.fuel_type,
            category: self.category,
            gas: self.gas,
            region: self.region,
            technology: self.technology,
            factor_unit: self.factor_unit,
            library_digest: self.library_digest,
            amount: self.amount,
            unit: self.unit,
            scope: self.scope,
            methane: self.methane,
            instruments: &self.instruments,
        }
    }
}

/// Refuses defaults that no row could have.
pub(crate) fn check_defaults(defaults: Option<&Value>) -> Result<()> {
    defaults.map_or(Ok(()), |defaults| Fields::check_defaults::<StatedActivity<'_>>(defaults, &OF_A_ROW))
}

/// Reads a row; the defaults passed [`check_defaults`].
pub(crate) fn read_row<'a>(row: &'a Value, defaults: Option<&'a Value>) -> Result<StatedActivity<'a>> {
    let mut fields = Fields::of(row, StatedActivity::record(), false)?.or_defaults(defaults)?;
    let read = StatedActivity::take(&mut fields);
    fields.finish()?;
    crate::wire::taken(read)
}

/// Takes rows into an inventory; one that cannot be read is listed as failed, with its place.
pub(crate) fn push_rows(builder: &mut InventoryBuilder<'_>, rows: &Value, defaults: Option<&Value>) -> Result<()> {
    for row in items(rows)? {
        match read_row(row, defaults) {
            Ok(stated) => builder.push(&stated.row()),
            Err(error) => builder.push_unreadable(error),
        }
    }
    Ok(())
}
