//! Factor libraries, checked and made ready for queries.

use std::num::NonZeroU32;
use std::sync::OnceLock;

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use uuid::Uuid;

use super::digest::library_digest;
use super::factor_unit::FactorUnit;
use super::model::{
    Authority, EmissionFactor, EmissionFactorData, EmissionFactorLibrary, FuelProperty, GwpValue, GwpVersion,
    RegionParent, check_data,
};
use super::revision::by_revision;
use crate::text::FoldedKey;
use crate::{Error, ErrorCode, Result, order, text};

/// Libraries, factors, fuel properties, GWP values and trees of regions, checked and made ready for queries.
#[derive(Debug, Clone, Default)]
pub struct EmissionFactors {
    data: EmissionFactorData,
    pub(super) index: Index,
    /// Whether the data is a part of other data, in which a factor's place means nothing.
    is_part: bool,
}

/// What queries are answered from: places in the data, by folded texts.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    library_at: HashMap<Uuid, usize>,
    /// For each authority, in their order, its editions in ascending order of revision.
    editions: [Vec<usize>; Authority::ALL.len()],
    /// Factors by library, fuel, gas and category, in the order of the data.
    by_activity: HashMap<Box<[u8]>, Vec<Candidate>>,
    /// For each library, fuel and category the gases that it has factors for, as the first of each is written.
    gases: HashMap<Box<[u8]>, Vec<String>>,
    /// For each library and fuel the categories in which it has factors, as the first of each is written.
    categories: HashMap<Box<[u8]>, Vec<String>>,
    /// Places of fuel properties by library and fuel.
    properties: HashMap<Box<[u8]>, Vec<usize>>,
    gwp_by_gas: HashMap<Box<[u8]>, usize>,
    /// Regions and technologies by number, so that candidates are compared by numbers.
    names: HashMap<Box<[u8]>, Name>,
    /// Where each factor's unit stands.
    unit_of: Vec<usize>,
    /// Each unit that a factor has, taken apart once; or why it cannot be.
    units: Vec<Result<FactorUnit>>,
    /// For each library and region of its tree the regions to look in and how many steps up each is, nearest first.
    ancestors: HashMap<(usize, Name), Vec<(Name, u32)>>,
    /// The digest of each library's content, once it was asked for.
    digests: Vec<OnceLock<[u8; 32]>>,
}

/// A region or technology, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Name(NonZeroU32);

impl Name {
    /// A name that no factor has.
    pub(super) const UNKNOWN: Self = Self(NonZeroU32::MAX);
}

/// A factor among those of its fuel, gas and category, and what is compared of it.
///
/// Small, and beside one another: a query reads one or two lines of memory for all of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    place: u32,
    pub(super) region: Option<Name>,
    pub(super) technology: Option<Name>,
}

impl Candidate {
    /// Where the factor stands.
    pub(super) fn place(self) -> usize {
        usize::try_from(self.place).unwrap_or(usize::MAX)
    }
}

impl EmissionFactors {
    /// Checks a set of libraries, factors, fuel properties and GWP values and makes it ready for queries.
    ///
    /// # Errors
    ///
    /// With the path of the element (`factors[3].libraryId`): [`ErrorCode::Duplicate`] for an id or a GWP that stands
    /// twice, [`ErrorCode::UnknownReference`] for a library id that names no library, [`ErrorCode::OutOfRange`] for a
    /// release year outside 1990 to 2100, an oxidation factor outside 0 to 1, a negative GWP, a fuel property that is
    /// not above zero, bounds that do not enclose the figure, and a region that is a part of itself,
    /// [`ErrorCode::Empty`] and [`ErrorCode::TooLong`] (500 characters) for texts.
    ///
    /// An example with all parts is at [`ResolveQuery`](super::ResolveQuery).
    pub fn new(data: EmissionFactorData) -> Result<Self> {
        check_data(&data)?;
        let index = Index::of(&data)?;
        Ok(Self { data, index, is_part: false })
    }

    /// A part of data that was checked as a whole: what a query can touch.
    ///
    /// `digests` are those of the libraries' whole content, in the order of the libraries.
    ///
    /// # Errors
    ///
    /// As [`EmissionFactors::new`].
    #[cfg(feature = "ledger")]
    pub(crate) fn part(data: EmissionFactorData, digests: Vec<[u8; 32]>) -> Result<Self> {
        let mut part = Self::new(data)?;
        part.index.digests = digests.into_iter().map(OnceLock::from).collect();
        part.is_part = true;
        Ok(part)
    }

    /// A set that holds all of this one and of another.
    ///
    /// A library that stands in both is taken from the other one, whole: so an official file of a publisher takes the place of
    /// the excerpt in the reference data. It stays its authority's default where it was. A GWP value that both state alike
    /// is held once.
    ///
    /// # Errors
    ///
    /// As [`EmissionFactors::new`], which sees the other set behind this one.
    pub fn extended(&self, more: EmissionFactorData) -> Result<Self> {
        let mut data = self.data.clone();
        let mut more = more;
        let replaced: HashSet<Uuid> = more.libraries.iter().map(|library| library.id).collect();
        for library in &mut more.libraries {
            library.is_default |= self.library(library.id).is_some_and(|before| before.is_default);
        }
        let stays = |id: &Uuid| !replaced.contains(id);
        data.libraries.retain(|library| stays(&library.id));
        data.factors.retain(|factor| stays(&factor.library_id));
        data.fuel_properties.retain(|property| stays(&property.library_id));
        data.region_parents.retain(|step| stays(&step.library_id));
        more.gwp_values
            .retain(|value| self.gwp_of(value.version, &value.gas).is_none_or(|known| known.value != value.value));
        data.extend(more);
        Self::new(data)
    }

    /// All that it was made from, in the order given.
    #[must_use]
    pub fn data(&self) -> &EmissionFactorData {
        &self.data
    }

    /// The libraries, in the order given.
    #[must_use]
    pub fn libraries(&self) -> &[EmissionFactorLibrary] {
        &self.data.libraries
    }

    /// The factors, in the order given.
    #[must_use]
    pub fn factors(&self) -> &[EmissionFactor] {
        &self.data.factors
    }

    /// The fuel properties, in the order given.
    #[must_use]
    pub fn fuel_properties(&self) -> &[FuelProperty] {
        &self.data.fuel_properties
    }

    /// The GWP values, in the order given.
    #[must_use]
    pub fn gwp_values(&self) -> &[GwpValue] {
        &self.data.gwp_values
    }

    /// The steps of the libraries' trees of regions, in the order given.
    #[must_use]
    pub fn region_parents(&self) -> &[RegionParent] {
        &self.data.region_parents
    }

    /// The SHA-256 of a library's content: itself, its factors, fuel properties and tree of regions, whatever their order.
    ///
    /// Two revisions of an edition have different digests, however they are called; a query that is pinned to a digest
    /// ([`ResolveQuery::library_digest`](super::ResolveQuery::library_digest)) is answered from that content or not at all.
    /// `None` for an id that names no library.
    ///
    /// Hashed are lines of fields, sorted as bytes: the fields in the order of their JSON form and parted by U+001F, decimals
    /// without trailing zeros, instants in ISO 8601 with milliseconds, what is absent as an empty text, `true` or `false`
    /// where a field is one of the two, each line behind the name of its kind (`library`, `factor`, `fuelProperty`,
    /// `regionParent`) and followed by a line feed. A source is its table and its row, two empty texts where it is absent; the
    /// biogenic categories are both texts of each pair. Not hashed are `libraryId`, which is the same in all lines, and whether
    /// the library is its authority's default: a host may say so otherwise.
    #[must_use]
    pub fn digest(&self, library: Uuid) -> Option<[u8; 32]> {
        self.digest_at(*self.index.library_at.get(&library)?)
    }

    /// The digest of the library at this place.
    pub(super) fn digest_at(&self, at: usize) -> Option<[u8; 32]> {
        let (known, library) = (self.index.digests.get(at)?, self.library_at(at)?);
        Some(*known.get_or_init(|| library_digest(&self.data, library)))
    }

    /// The library of this id.
    #[must_use]
    pub fn library(&self, id: Uuid) -> Option<&EmissionFactorLibrary> {
        self.libraries().get(*self.index.library_at.get(&id)?)
    }

    pub(super) fn library_at(&self, at: usize) -> Option<&EmissionFactorLibrary> {
        self.libraries().get(at)
    }

    pub(super) fn factor_at(&self, at: usize) -> Option<&EmissionFactor> {
        self.factors().get(at)
    }

    /// How an error names the factor at this place: by the place, or by its id where the data is a part of other data.
    pub(super) fn path_of(&self, at: usize) -> String {
        match self.factor_at(at) {
            Some(factor) if self.is_part => format!("factors[{}]", factor.id),
            _ => format!("factors[{at}]"),
        }
    }

    /// The unit of the factor at this place, taken apart.
    ///
    /// [`ErrorCode::UnknownValue`] at `factors[i].unit`.
    pub(super) fn unit_at(&self, at: usize) -> Result<&FactorUnit> {
        let unit = self.index.unit_of.get(at).and_then(|unit| self.index.units.get(*unit));
        match unit {
            Some(Ok(unit)) => Ok(unit),
            Some(Err(error)) => Err(error.clone().under(&self.path_of(at))),
            None => Err(Error::new(ErrorCode::UnknownReference, self.path_of(at), "is no factor")),
        }
    }

    /// A region as a library's tree first writes it, where something is a part of it.
    pub(super) fn written_in_tree(&self, library: usize, region: Name) -> Option<&str> {
        let id = self.library_at(library)?.id;
        let mut steps = self.region_parents().iter().filter(|step| step.library_id == id);
        steps.find(|step| self.index.name(&step.parent) == region).map(|step| step.parent.as_str())
    }

    /// The places of the properties of a library's fuel.
    pub(super) fn properties_of(&self, library: usize, fuel: &str) -> impl Iterator<Item = &FuelProperty> {
        let places = self.index.properties.get(library_key(library, [fuel]).as_bytes()).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|at| self.fuel_properties().get(*at))
    }

    /// The GWP of a gas by its name.
    pub(super) fn gwp_of(&self, version: GwpVersion, gas: &str) -> Option<&GwpValue> {
        self.gwp_values().get(*self.index.gwp_by_gas.get(gwp_key(version, gas).as_bytes())?)
    }
}

impl Index {
    fn of(data: &EmissionFactorData) -> Result<Self> {
        let mut index = Self::default();
        for (at, library) in data.libraries.iter().enumerate() {
            index.library_at.insert(library.id, at);
            if let Some(editions) = index.editions.get_mut(library.authority as usize) {
                editions.push(at);
            }
        }
        for editions in &mut index.editions {
            let libraries: Vec<_> = editions.iter().filter_map(|at| data.libraries.get(*at)).collect();
            let ranks = order::ranked_by(&libraries, |left, right| by_revision(left, right));
            *editions = ranks.into_iter().filter_map(|rank| editions.get(rank).copied()).collect();
        }
        index.enter_factors(data);
        for (at, property) in data.fuel_properties.iter().enumerate() {
            let key = library_key(index.place_of(property.library_id), [&property.fuel_type]);
            index.properties.entry(key.to_box()).or_default().push(at);
        }
        index.enter_gwp_values(&data.gwp_values)?;
        index.enter_regions(&data.region_parents)?;
        index.digests = vec![OnceLock::new(); data.libraries.len()];
        Ok(index)
    }

    /// Where a library stands. The data was checked: each id names one.
    fn place_of(&self, library: Uuid) -> usize {
        self.library_at.get(&library).copied().unwrap_or_default()
    }

    fn enter_factors(&mut self, data: &EmissionFactorData) {
        let mut unit_at: HashMap<&str, usize> = HashMap::default();
        self.unit_of.reserve(data.factors.len());
        self.by_activity.reserve(data.factors.len() / 2);
        for (at, factor) in data.factors.iter().enumerate() {
            let library = self.place_of(factor.library_id);
            let key = library_key(library, [&factor.fuel_type, &factor.gas, &factor.category]);
            let region = factor.region.as_deref().map(|region| self.enter_name(region));
            let technology = factor.technology.as_deref().map(|technology| self.enter_name(technology));
            let candidate = Candidate { place: u32::try_from(at).unwrap_or(u32::MAX), region, technology };
            self.by_activity.entry(key.to_box()).or_default().push(candidate);
            let key = library_key(library, [&factor.fuel_type, &factor.category]);
            let gases = self.gases.entry(key.to_box()).or_default();
            if !gases.iter().any(|gas| text::same_folded(gas, &factor.gas)) {
                gases.push(factor.gas.clone());
            }
            let categories = self.categories.entry(library_key(library, [&factor.fuel_type]).to_box()).or_default();
            // Factors of a category mostly stand together.
            if !categories.iter().rev().any(|category| text::same_folded(category, &factor.category)) {
                categories.push(factor.category.clone());
            }
            let unit = *unit_at.entry(&factor.unit).or_insert_with(|| {
                self.units.push(FactorUnit::of(&factor.unit));
                self.units.len() - 1
            });
            self.unit_of.push(unit);
        }
    }

    fn enter_name(&mut self, name: &str) -> Name {
        let next = u32::try_from(self.names.len() + 1).ok().and_then(NonZeroU32::new);
        let next = next.map_or(Name::UNKNOWN, Name);
        *self.names.entry(FoldedKey::of(name).to_box()).or_insert(next)
    }

    fn enter_gwp_values(&mut self, values: &[GwpValue]) -> Result<()> {
        for (at, value) in values.iter().enumerate() {
            if self.gwp_by_gas.insert(gwp_key(value.version, &value.gas).to_box(), at).is_some() {
                let message = format!(
                    "`{}` stands twice for `{}`; expected one value a gas and report",
                    value.gas, value.version
                );
                return Err(Error::new(ErrorCode::Duplicate, format!("gwpValues[{at}].gas"), message));
            }
        }
        Ok(())
    }

    fn enter_regions(&mut self, steps: &[RegionParent]) -> Result<()> {
        let mut parents: HashMap<(usize, Name), Vec<Name>> = HashMap::default();
        for step in steps {
            let (library, region) = (self.place_of(step.library_id), self.enter_name(&step.region));
            let parent = self.enter_name(&step.parent);
            parents.entry((library, region)).or_default().push(parent);
        }
        for (at, step) in steps.iter().enumerate() {
            let (library, region) = (self.place_of(step.library_id), self.enter_name(&step.region));
            let Some(ancestors) = ancestors_of(&parents, library, region) else {
                let message = format!("`{}` is a part of itself; expected a tree", text::excerpt(&step.region));
                return Err(Error::new(ErrorCode::OutOfRange, format!("regionParents[{at}].parent"), message));
            };
            self.ancestors.insert((library, region), ancestors);
        }
        Ok(())
    }

    /// The editions of an authority in ascending order of revision.
    pub(super) fn editions(&self, authority: Authority) -> &[usize] {
        self.editions.get(authority as usize).map_or(&[][..], Vec::as_slice)
    }

    /// A library's factors for a fuel, gas and category.
    pub(super) fn candidates(&self, library: usize, fuel: &str, gas: &str, category: &str) -> &[Candidate] {
        let key = library_key(library, [fuel, gas, category]);
        self.by_activity.get(key.as_bytes()).map_or(&[][..], Vec::as_slice)
    }

    /// The gases that a library has factors for, of a fuel in a category.
    pub(super) fn gases(&self, library: usize, fuel: &str, category: &str) -> &[String] {
        self.gases.get(library_key(library, [fuel, category]).as_bytes()).map_or(&[][..], Vec::as_slice)
    }

    /// The categories in which a library has factors for a fuel.
    pub(super) fn categories(&self, library: usize, fuel: &str) -> &[String] {
        self.categories.get(library_key(library, [fuel]).as_bytes()).map_or(&[][..], Vec::as_slice)
    }

    /// The number of a region or technology.
    pub(super) fn name(&self, name: &str) -> Name {
        self.names.get(FoldedKey::of(name).as_bytes()).copied().unwrap_or(Name::UNKNOWN)
    }

    /// Where to look for a region of a library's tree; nothing for one that stands in none.
    pub(super) fn ancestors(&self, library: usize, region: Name) -> &[(Name, u32)] {
        self.ancestors.get(&(library, region)).map_or(&[][..], Vec::as_slice)
    }
}

/// A region and all above it, with how many steps up each is, nearest first; `None` for a region that is above itself.
fn ancestors_of(parents: &HashMap<(usize, Name), Vec<Name>>, library: usize, region: Name) -> Option<Vec<(Name, u32)>> {
    let mut found = vec![(region, 0)];
    let mut at = 0;
    while let Some((child, steps)) = found.get(at).copied() {
        for parent in parents.get(&(library, child)).into_iter().flatten() {
            if *parent == region {
                return None;
            }
            if !found.iter().any(|(known, _)| known == parent) {
                found.push((*parent, steps + 1));
            }
        }
        at += 1;
    }
    Some(found)
}

/// A library and some texts, such as a fuel, gas and category, as one key.
fn library_key<const N: usize>(library: usize, texts: [&str; N]) -> FoldedKey {
    let mut key = FoldedKey::of_number(library);
    for text in texts {
        key.push(text);
    }
    key
}

fn gwp_key(version: GwpVersion, gas: &str) -> FoldedKey {
    let mut key = FoldedKey::of(version.as_str());
    key.push(gas);
    key
}
