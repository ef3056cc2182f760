//! Counts what an import reads, and keeps what it makes.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use uuid::Uuid;

use super::place::Place;
use super::report::{FactorImport, ImportReport, Refusal, SetAside, SetAsideReason};
use crate::emission::model::{check_factor, check_fuel_property, check_library};
use crate::emission::{
    EmissionFactor, EmissionFactorLibrary, EmissionScope, FuelProperty, FuelPropertyType, RegionParent, SourceRow,
    factor_id, fuel_property_id,
};
use crate::{Decimal, Error, ErrorCode, Result};

/// The beginning of a day, UTC.
pub(super) fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

/// A factor before its figure is known.
#[derive(Debug, Clone, Default)]
pub(super) struct FactorDraft {
    pub(super) external_id: Option<String>,
    pub(super) category: String,
    pub(super) fuel_type: String,
    pub(super) gas: String,
    pub(super) is_biogenic: bool,
    pub(super) unit: String,
    pub(super) region: Option<String>,
    pub(super) technology: Option<String>,
    pub(super) scope: Option<EmissionScope>,
    pub(super) source: Option<SourceRow>,
}

/// What a figure becomes.
pub(super) enum Draft {
    Factor(FactorDraft),
    /// A gross calorific value of a fuel, in a unit.
    GrossCalorificValue {
        fuel_type: String,
        unit: String,
        source: SourceRow,
    },
}

/// A factor or property with its figure.
pub(super) enum Made {
    Factor(Box<EmissionFactor>),
    Property(Box<FuelProperty>),
}

/// Gathers the factors of one library, and the report.
pub(super) struct Collector {
    library: EmissionFactorLibrary,
    import: FactorImport,
    /// The value and the place of each id.
    seen: HashMap<Uuid, (Decimal, Place)>,
}

impl Collector {
    /// Begins an import into a library, whose texts and year are checked.
    pub(super) fn new(library: EmissionFactorLibrary) -> Result<Self> {
        check_library(&library).map_err(|error| error.under("library"))?;
        Ok(Self { library, import: FactorImport::default(), seen: HashMap::new() })
    }

    pub(super) fn library_id(&self) -> Uuid {
        self.library.id
    }

    pub(super) fn report(&mut self) -> &mut ImportReport {
        &mut self.import.report
    }

    /// Ends the import.
    pub(super) fn finish(mut self) -> FactorImport {
        self.import.data.libraries.push(self.library);
        debug_assert!(self.import.check());
        self.import
    }

    /// Reads one row of a table.
    pub(super) fn row(&mut self, read: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let made = |report: &ImportReport| report.factors_made + report.properties_made;
        let before = made(&self.import.report);
        read(self)?;
        let report = &mut self.import.report;
        report.rows_read += 1;
        if made(report) > before {
            report.rows_used += 1
        } else {
            report.rows_set_aside += 1
        }
        Ok(())
    }

    /// Reads one figure: what it becomes, or why it is set aside.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::AmbiguousFactor`] for a second figure of one id that says another value.
    pub(super) fn figure(&mut self, place: &Place, figure: Result<Decimal, Refusal>, draft: Draft) -> Result<()> {
        match figure {
            Ok(value) => self.made(place, self.completed(draft, value)),
            Err(refusal) => {
                self.set_aside(place, refusal);
                Ok(())
            }
        }
    }

    /// Counts a figure and sets it aside.
    pub(super) fn set_aside(&mut self, place: &Place, refusal: Refusal) {
        let Refusal { reason, code, text } = refusal;
        let Place { sheet, row, column } = place.clone();
        let report = &mut self.import.report;
        report.figures_read += 1;
        report.figures_set_aside += 1;
        report.set_aside.push(SetAside { sheet, row, column, reason, code, text });
    }

    /// Adds a factor or property, if it is valid and its id is new.
    pub(super) fn made(&mut self, place: &Place, made: Made) -> Result<()> {
        if let Err(error) = made.check() {
            self.set_aside(place, Refusal::invalid(&error));
            return Ok(());
        }
        match self.seen.entry(made.id()) {
            Entry::Vacant(entry) => {
                entry.insert((made.value(), place.clone()));
            }
            Entry::Occupied(entry) => {
                let (earlier, at) = entry.get();
                if *earlier != made.value() {
                    let value = made.value();
                    let message =
                        format!("`{value}` for {} contradicts `{earlier}` at {at}; expected one value", made.name());
                    return Err(Error::new(ErrorCode::AmbiguousFactor, place.to_string(), message));
                }
                let text = format!("`{earlier}`, as at {at}");
                self.set_aside(place, Refusal::new(SetAsideReason::Duplicate, text));
                return Ok(());
            }
        }
        let FactorImport { data, report } = &mut self.import;
        report.figures_read += 1;
        match made {
            Made::Factor(factor) => {
                report.factors_made += 1;
                data.factors.push(*factor);
            }
            Made::Property(property) => {
                report.properties_made += 1;
                data.fuel_properties.push(*property);
            }
        }
        Ok(())
    }

    /// Adds a step of the library's tree of regions.
    pub(super) fn region_parents(&mut self, steps: impl IntoIterator<Item = RegionParent>) {
        self.import.data.region_parents.extend(steps);
    }

    fn completed(&self, draft: Draft, value: Decimal) -> Made {
        let (library_id, created_at) = (self.library.id, self.library.created_at);
        match draft {
            Draft::Factor(draft) => Made::factor(EmissionFactor {
                id: Uuid::nil(),
                library_id,
                external_id: draft.external_id,
                category: draft.category,
                fuel_type: draft.fuel_type,
                gas: draft.gas,
                is_biogenic: draft.is_biogenic,
                value,
                oxidation_factor: Decimal::ONE,
                unit: draft.unit,
                region: draft.region,
                technology: draft.technology,
                scope: draft.scope,
                lower: None,
                upper: None,
                source: draft.source,
                created_at,
            }),
            Draft::GrossCalorificValue { fuel_type, unit, source } => Made::property(FuelProperty {
                id: Uuid::nil(),
                library_id,
                fuel_type,
                property_type: FuelPropertyType::Gcv,
                value,
                unit,
                region: None,
                source: Some(source),
                created_at,
            }),
        }
    }
}

impl Made {
    /// The factor with the id that follows from what it says.
    pub(super) fn factor(factor: EmissionFactor) -> Self {
        Self::Factor(Box::new(EmissionFactor { id: factor_id(&factor), ..factor }))
    }

    fn property(property: FuelProperty) -> Self {
        Self::Property(Box::new(FuelProperty { id: fuel_property_id(&property), ..property }))
    }

    fn check(&self) -> Result<()> {
        match self {
            Self::Factor(factor) => check_factor(factor),
            Self::Property(property) => check_fuel_property(property),
        }
    }

    fn id(&self) -> Uuid {
        match self {
            Self::Factor(factor) => factor.id,
            Self::Property(property) => property.id,
        }
    }

    fn value(&self) -> Decimal {
        match self {
            Self::Factor(factor) => factor.value,
            Self::Property(property) => property.value,
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Factor(factor) => {
                format!("`{}`, `{}` of `{}` in `{}`", factor.category, factor.gas, factor.fuel_type, factor.unit)
            }
            Self::Property(property) => {
                format!("the {} of `{}` in `{}`", property.property_type, property.fuel_type, property.unit)
            }
        }
    }
}
