//! Emission factors loaded once and asked many times.

use super::call::{self, error_json, json_to_json};
use super::calls::factors::CALLS;
#[cfg(any(doc, not(feature = "reference-data")))]
use crate::ErrorCode;
use crate::emission::{EmissionFactorData, EmissionFactors};
use crate::wire::{NumberStyle, Read, Sink, Value, parse_json, record};
use crate::{Error, Result};

record! {
    /// What factors are loaded from: data of one's own, with the crate's reference data before it where that is asked for.
    #[wire(camelCase: reads)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct FactorDataInput {
        /// Whether the crate's own reference data stands before the lists.
        #[wire(default)]
        pub reference: bool,
        /// Libraries, factors, fuel properties, GWP values and trees of regions; each list may be absent.
        #[wire(flatten)]
        pub data: EmissionFactorData,
    }
}

impl FactorDataInput {
    /// All of the data.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::UnknownValue`] at `reference` in a build without the reference data.
    pub fn into_data(self) -> Result<EmissionFactorData> {
        if !self.reference {
            return Ok(self.data);
        }
        let mut all = reference()?;
        all.extend(self.data);
        Ok(all)
    }
}

#[cfg(feature = "reference-data")]
fn reference() -> Result<EmissionFactorData> {
    crate::emission::reference_data()
}

#[cfg(not(feature = "reference-data"))]
fn reference() -> Result<EmissionFactorData> {
    let message = "is true; expected a build with the reference data, or the data itself";
    Err(Error::new(ErrorCode::UnknownValue, "reference", message))
}

/// Libraries, factors, fuel properties, GWP values and trees of regions from JSON text in the contract's shapes.
///
/// The text is `{"libraries": […], "factors": […], "fuelProperties": […], "gwpValues": […], "regionParents": […]}`; each list
/// may be absent. With `"reference": true` the crate's own reference data stands before them (feature `reference-data`).
///
/// # Errors
///
/// Those of [`parse_json`] and of [`EmissionFactors::new`], and for each field [`ErrorCode::MissingField`],
/// [`ErrorCode::UnknownField`], [`ErrorCode::WrongType`], [`ErrorCode::InvalidUuid`], [`ErrorCode::InvalidDate`] or
/// [`ErrorCode::UnknownValue`] with its path, such as `factors[3].unit`.
///
/// ```
/// let factors = tierra::ffi::emission_factors_from_json(r#"{
///   "gwpValues": [{"id": "550e8400-e29b-41d4-a716-446655440003", "version": "ar5", "gas": "CH4", "value": 28,
///                  "createdAt": "2024-01-15T00:00:00.000Z"}]
/// }"#)?;
/// assert_eq!(factors.gwp_values()[0].value, 28.into());
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn emission_factors_from_json(json: &str) -> Result<EmissionFactors> {
    read_emission_factors(&parse_json(json)?)
}

/// [`emission_factors_from_json`] for a value that is parsed already.
///
/// # Errors
///
/// As [`emission_factors_from_json`], but for the errors of JSON text.
pub fn read_emission_factors(value: &Value) -> Result<EmissionFactors> {
    EmissionFactors::new(FactorDataInput::read(value)?.into_data()?)
}

/// All of a set of factors and those of more data, as [`EmissionFactors::extended`]; the data as for
/// [`read_emission_factors`].
///
/// # Errors
///
/// As [`read_emission_factors`].
pub fn extend_emission_factors(factors: &EmissionFactors, more: &Value) -> Result<EmissionFactors> {
    factors.extended(FactorDataInput::read(more)?.into_data()?)
}

/// The digest of a library, from 64 lower-case hexadecimal digits.
///
/// # Errors
///
/// [`ErrorCode::UnknownValue`] with an empty path.
pub fn parse_digest(digits: &str) -> Result<[u8; 32]> {
    <[u8; 32]>::read(&Value::String(digits.to_owned()))
}

/// A call on emission factors that are loaded already.
#[derive(Debug, Clone, Copy)]
pub struct FactorCall(&'static call::Call<EmissionFactors>);

impl FactorCall {
    /// The call of this name, such as `resolve` or `inventory`.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::UnknownOp`] for another name.
    pub fn named(name: &str) -> Result<Self> {
        call::named(&[CALLS], ("call on factors", "one such as `resolve`"), name).map(Self)
    }

    /// The names of all calls, sorted.
    pub fn names() -> impl Iterator<Item = &'static str> {
        call::names(&[CALLS]).into_iter()
    }

    /// What these calls look like to other languages.
    #[cfg(feature = "describe")]
    #[must_use]
    pub fn shapes() -> Vec<super::CallShape> {
        call::shapes(&[CALLS])
    }

    /// Makes the call and hands the answer to `out`.
    ///
    /// # Errors
    ///
    /// Those of the call of [`EmissionFactors`] that it stands for, and those of the fields. Of the five lists of the
    /// contract and of `explain`, [`Error::issues`] tells all that is wrong with the parameters.
    pub fn answer(self, factors: &EmissionFactors, query: &Value, out: &mut dyn Sink) -> Result<()> {
        (self.0.answer)(factors, query, out)
    }
}

impl<'a> Read<'a> for FactorCall {
    fn read(value: &'a Value) -> Result<Self> {
        Self::named(crate::wire::string(value)?)
    }
}

#[cfg(feature = "describe")]
impl crate::wire::describe::Describe for FactorCall {
    fn shape() -> crate::wire::describe::Shape {
        crate::wire::describe::Shape::Text
    }
}

/// Emission factors loaded once and asked many times, for bindings that speak JSON text.
#[derive(Debug, Clone)]
pub struct FactorHandle(Result<EmissionFactors>);

impl FactorHandle {
    /// Loads the JSON text of [`emission_factors_from_json`]; a refusal is kept for [`FactorHandle::load_error`].
    #[must_use]
    pub fn load(json: &str) -> Self {
        Self(emission_factors_from_json(json))
    }

    /// Reads an official file, as [`import_factors`](super::import_factors) with its options as JSON text; the report as JSON
    /// text stands beside the handle where nothing was refused.
    #[cfg(feature = "import")]
    #[must_use]
    pub fn import_file(kind: &str, bytes: &[u8], options: &str) -> (Self, Option<String>) {
        let read = parse_json(options).and_then(|options| super::import_factors(kind, bytes, &options));
        match read {
            Ok((factors, report)) => (Self(Ok(factors)), Some(crate::wire::write_json(&report, NumberStyle::Digits))),
            Err(error) => (Self(Err(error)), None),
        }
    }

    /// About how many bytes of memory the factors take, which a host's garbage collector cannot see: some 720 a record
    /// with its places in the index, as measured over the reference data.
    #[must_use]
    pub fn weight(&self) -> usize {
        const BYTES_A_RECORD: usize = 720;
        let records = |factors: &EmissionFactors| {
            factors.factors().len() + factors.fuel_properties().len() + factors.gwp_values().len()
        };
        self.0.as_ref().map_or(0, |factors| BYTES_A_RECORD * records(factors))
    }

    /// Why loading was refused, as [`answer_json`](super::answer_json) writes errors; `None` where it was not.
    #[must_use]
    pub fn load_error(&self) -> Option<String> {
        self.0.as_ref().err().map(error_json)
    }

    /// A handle on all of these factors and those of more data, as [`EmissionFactors::extended`].
    #[must_use]
    pub fn extended(&self, json: &str) -> Self {
        let extended = |factors: &EmissionFactors| extend_emission_factors(factors, &parse_json(json)?);
        Self(self.0.as_ref().map_err(Error::clone).and_then(extended))
    }

    /// The answer or the error of the [`FactorCall`] named `call`, as [`answer_json`](super::answer_json) writes them.
    #[must_use]
    pub fn answer_json(&self, call: &str, query: &str, style: NumberStyle) -> String {
        json_to_json(style, query, |query, out| {
            FactorCall::named(call)?.answer(self.0.as_ref().map_err(Error::clone)?, query, out)
        })
    }
}
