//! The contract's lists: libraries, factors, fuel properties and GWP values that match a filter.

use uuid::Uuid;

use super::factors::EmissionFactors;
use super::model::{
    Authority, EmissionFactor, EmissionFactorLibrary, FuelProperty, FuelPropertyType, GwpValue, GwpVersion, check_name,
    check_year,
};
#[cfg(feature = "json")]
use super::model::{YEAR_BOUNDS, check_given};
use crate::wire::record;
use crate::{Error, ErrorCode, Result, text};

/// The most factors that a page may have, as a bound of what is read.
#[cfg(feature = "json")]
const MOST_A_PAGE: i64 = FactorFilter::MOST_A_PAGE as i64;

record! {
    /// Which libraries are asked for (contract, `GET /emission-factor-libraries`).
    #[wire(camelCase: reads_all)]
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
    pub struct LibraryFilter {
        /// Whose; without, everybody's.
        pub authority: Option<Authority>,
        /// Of which year, 1990 to 2100; without, of any.
        #[wire(range = YEAR_BOUNDS)]
        pub release_year: Option<i32>,
    }
}

record! {
    /// Which factors are asked for (contract, `GET /emission-factors`). Texts match whole values, ignoring case and outer or
    /// repeated blanks.
    #[wire(camelCase: reads_all)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct FactorFilter<'a> {
        /// Of which library.
        #[wire(form = "Invalid library ID")]
        pub library_id: Uuid,
        /// For which fuel.
        #[wire(chars = 1..=super::model::MAX_TEXT, check = check_given)]
        pub fuel_type: Option<&'a str>,
        /// For which gas.
        #[wire(chars = 1..=super::model::MAX_TEXT, check = check_given)]
        pub gas: Option<&'a str>,
        /// In which category.
        #[wire(chars = 1..=super::model::MAX_TEXT, check = check_given)]
        pub category: Option<&'a str>,
        /// In which region.
        #[wire(chars = 1..=super::model::MAX_TEXT, check = check_given)]
        pub region: Option<&'a str>,
        /// By which technology.
        #[wire(chars = 1..=super::model::MAX_TEXT, check = check_given)]
        pub technology: Option<&'a str>,
        /// In which unit.
        #[wire(chars = 1..=super::model::MAX_TEXT, check = check_given)]
        pub unit: Option<&'a str>,
        /// The page's number, from 1.
        #[wire(range = 1..=i64::MAX, default = 1)]
        pub page: u64,
        /// How many factors a page has at most, 1 to 100.
        #[wire(range = 1..=MOST_A_PAGE, default = FactorFilter::PAGE_SIZE)]
        pub page_size: u32,
    }
}

impl FactorFilter<'_> {
    /// The most factors that a page may have.
    pub const MOST_A_PAGE: u32 = 100;
    /// How many a page has where nothing is said.
    pub const PAGE_SIZE: u32 = 20;

    /// The first 20 factors of a library.
    #[must_use]
    pub fn of_library(library_id: Uuid) -> Self {
        Self {
            library_id,
            fuel_type: None,
            gas: None,
            category: None,
            region: None,
            technology: None,
            unit: None,
            page: 1,
            page_size: Self::PAGE_SIZE,
        }
    }

    /// The texts that are filtered by, with their names.
    pub(crate) fn texts(&self) -> [(&'static str, Option<&str>); 6] {
        [
            ("fuelType", self.fuel_type),
            ("gas", self.gas),
            ("category", self.category),
            ("region", self.region),
            ("technology", self.technology),
            ("unit", self.unit),
        ]
    }

    /// Refuses what is no filter: see [`EmissionFactors::search`].
    pub(crate) fn check(&self) -> Result<()> {
        for (name, text) in self.texts() {
            text.map_or(Ok(()), |text| check_name(name, text))?;
        }
        if self.page == 0 {
            return Err(Error::new(ErrorCode::OutOfRange, "page", "is `0`; expected 1 or more"));
        }
        if !(1..=Self::MOST_A_PAGE).contains(&self.page_size) {
            let message = format!("is `{}`; expected 1 to {}", self.page_size, Self::MOST_A_PAGE);
            return Err(Error::new(ErrorCode::OutOfRange, "pageSize", message));
        }
        Ok(())
    }

    /// How many factors stand before the page.
    pub(crate) fn offset(&self) -> u64 {
        self.page.saturating_sub(1).saturating_mul(self.page_size.into())
    }

    fn takes(&self, factor: &EmissionFactor) -> bool {
        let same = |asked: Option<&str>, found: Option<&str>| {
            asked.is_none_or(|asked| found.is_some_and(|found| text::same_folded(asked, found)))
        };
        factor.library_id == self.library_id
            && same(self.fuel_type, Some(&factor.fuel_type))
            && same(self.gas, Some(&factor.gas))
            && same(self.category, Some(&factor.category))
            && same(self.region, factor.region.as_deref())
            && same(self.technology, factor.technology.as_deref())
            && same(self.unit, Some(&factor.unit))
    }
}

record! {
    /// A page of factors (contract, `PaginatedEmissionFactorsDto`).
    #[wire(camelCase: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct FactorPage<T> {
        /// The factors, in the order of the data.
        pub items: Vec<T>,
        /// How many factors match in all.
        pub total: u64,
        /// The page's number, from 1.
        pub page: u64,
        /// How many factors a page has at most.
        pub page_size: u32,
        /// How many pages there are; 0 where nothing matches.
        pub total_pages: u64,
    }
}

impl<T> FactorPage<T> {
    pub(crate) fn of(filter: &FactorFilter<'_>, items: Vec<T>, total: u64) -> Self {
        let total_pages = total.div_ceil(u64::from(filter.page_size.max(1)));
        Self { items, total, page: filter.page, page_size: filter.page_size, total_pages }
    }
}

record! {
    /// Which fuel properties are asked for (contract, `GET /fuel-properties`).
    #[wire(camelCase: reads_all)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct FuelPropertyFilter<'a> {
        /// Of which library.
        #[wire(form = "Invalid library ID")]
        pub library_id: Uuid,
        /// Of which fuel.
        #[wire(chars = 1..=super::model::MAX_TEXT, check = check_given)]
        pub fuel_type: Option<&'a str>,
        /// Which of its properties.
        pub property_type: Option<FuelPropertyType>,
    }
}

record! {
    /// Which GWP values are asked for (contract, `GET /gwp-values`).
    #[wire(camelCase: reads_all)]
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
    pub struct GwpFilter {
        /// Of which report; without, of all.
        pub version: Option<GwpVersion>,
    }
}

impl EmissionFactors {
    /// The libraries that match a filter, in the order of the data.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] at `releaseYear`.
    ///
    /// ```
    /// use tierra::emission::{EmissionFactors, LibraryFilter};
    /// assert!(EmissionFactors::default().find_libraries(&LibraryFilter::default())?.is_empty());
    /// # Ok::<(), tierra::Error>(())
    /// ```
    pub fn find_libraries(&self, filter: &LibraryFilter) -> Result<Vec<&EmissionFactorLibrary>> {
        filter.release_year.map_or(Ok(()), |year| check_year("releaseYear", year))?;
        let takes = |library: &&EmissionFactorLibrary| {
            filter.authority.is_none_or(|authority| library.authority == authority)
                && filter.release_year.is_none_or(|year| library.release_year == year)
        };
        Ok(self.libraries().iter().filter(takes).collect())
    }

    /// A page of a library's factors that match a filter, in the order of the data. A library that is not there has none.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] at `page` or `pageSize`, [`ErrorCode::Empty`] and [`ErrorCode::TooLong`] at a text.
    ///
    /// ```
    /// # #[cfg(feature = "reference-data")] {
    /// use tierra::emission::{EmissionFactors, FactorFilter};
    /// let factors = EmissionFactors::reference()?;
    /// let ipcc = factors.libraries().iter().find(|library| library.name.starts_with("IPCC")).unwrap();
    /// let page = factors.search(&FactorFilter { gas: Some("ch4"), ..FactorFilter::of_library(ipcc.id) })?;
    /// assert!(page.items.len() == 20 && page.total_pages > 1 && page.items.iter().all(|factor| factor.gas == "CH4"));
    /// # }
    /// # Ok::<(), tierra::Error>(())
    /// ```
    pub fn search(&self, filter: &FactorFilter<'_>) -> Result<FactorPage<&EmissionFactor>> {
        filter.check()?;
        let matching = || self.factors().iter().filter(|factor| filter.takes(factor));
        let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let items = matching().skip(count(filter.offset())).take(count(filter.page_size.into())).collect();
        let total = u64::try_from(matching().count()).unwrap_or(u64::MAX);
        Ok(FactorPage::of(filter, items, total))
    }

    /// The fuel properties of a library that match a filter, in the order of the data.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::Empty`] and [`ErrorCode::TooLong`] at `fuelType`.
    pub fn find_fuel_properties(&self, filter: &FuelPropertyFilter<'_>) -> Result<Vec<&FuelProperty>> {
        filter.fuel_type.map_or(Ok(()), |fuel| check_name("fuelType", fuel))?;
        let takes = |property: &&FuelProperty| {
            property.library_id == filter.library_id
                && filter.fuel_type.is_none_or(|fuel| text::same_folded(fuel, &property.fuel_type))
                && filter.property_type.is_none_or(|wanted| property.property_type == wanted)
        };
        Ok(self.fuel_properties().iter().filter(takes).collect())
    }

    /// The GWP values of a report, or of all, in the order of the data.
    #[must_use]
    pub fn find_gwp_values(&self, version: Option<GwpVersion>) -> Vec<&GwpValue> {
        let takes = |value: &&GwpValue| version.is_none_or(|version| value.version == version);
        self.gwp_values().iter().filter(takes).collect()
    }
}
