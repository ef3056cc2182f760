//! The calls on emission factors that take the data beside the query: for one question, and for the vectors.

use crate::emission::{EmissionFactors, Unit};
use crate::ffi::call::{Call, calls};
use crate::ffi::factors::{FactorCall, FactorDataInput};
use crate::wire::{Fields, Sink, Value, taken};
use crate::{Decimal, Error, Result};

calls! {
    /// The call on units.
    pub(in crate::ffi) CALLS: (), "", "emission";

    #[call(doc "emission::Unit::convert")]
    convert_unit(
        /// How much.
        amount: Decimal,
        /// The unit that it is in, such as `kWh`.
        from: Unit,
        /// The unit that is wanted, of the same dimension.
        to: Unit,
    ) -> Decimal as amount => |_| from.convert(amount, to).map_err(|error| error.under("to"))?;
}

/// `{data, query}` → the answer of the call on loaded factors of that name; `factors` is `{data, call, query}`.
pub(in crate::ffi) const DATA_CALLS: &[Call<()>] = &[
    Call {
        name: "co2e",
        answer: |(), input, out| ask(input, Some("co2e"), out),
        #[cfg(feature = "describe")]
        describe: || shape("co2e"),
    },
    Call {
        name: "factors",
        answer: |(), input, out| ask(input, None, out),
        #[cfg(feature = "describe")]
        describe: || shape("factors"),
    },
    Call {
        name: "resolve",
        answer: |(), input, out| ask(input, Some("resolve"), out),
        #[cfg(feature = "describe")]
        describe: || shape("resolve"),
    },
];

fn ask(input: &Value, name: Option<&str>, out: &mut dyn Sink) -> Result<()> {
    let names: &[&str] = if name.is_some() { &["data", "query"] } else { &["data", "call", "query"] };
    let mut fields = Fields::named(input, names)?;
    let call = match name {
        Some(name) => Some(FactorCall::named(name)?),
        None => fields.take::<FactorCall>("call"),
    };
    let loaded = fields.take::<FactorDataInput>("data").map(|data| {
        let loaded = data.into_data().and_then(EmissionFactors::new);
        loaded.map_err(|error| error.under("data"))
    });
    let factors = loaded.and_then(|loaded| fields.settle(loaded));
    let query = fields.take::<&Value>("query");
    fields.finish()?;
    let (call, factors, query) = (taken(call)?, taken(factors)?, taken(query)?);
    call.answer(&factors, query, out).map_err(|error: Error| {
        // What a factor itself gets wrong stands in the data.
        let parent = if error.path().starts_with("factors[") { "data" } else { "query" };
        error.under(parent)
    })
}

/// Of no declaration: other languages have these calls as methods of loaded factors.
#[cfg(feature = "describe")]
fn shape(name: &'static str) -> crate::ffi::CallShape {
    crate::ffi::CallShape::new(name, "emission::EmissionFactors::resolve", crate::wire::describe::Shape::Any, None)
}
