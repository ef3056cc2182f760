//! Units of activities and of factors: what they measure and how large they are.
//!
//! A table of our own: crates for units work with types known when the program is compiled, or with binary floats, and none
//! keeps gross and net calorific value apart or knows a passenger kilometre.

use rust_decimal::Decimal;

use super::double_meaning::Meanings;
use crate::named_values::named_values;
use crate::{Error, ErrorCode, Result, decimal, text};

named_values! {
    /// What a unit measures. Units of one dimension convert into each other, others never by a constant.
    Dimension {
        /// Mass.
        Mass => "mass",
        /// Volume as it is.
        Volume => "volume",
        /// Volume of a gas at standard conditions (60 °F, 14.7 psi): `scf`. How much of it a cubic metre at other
        /// conditions is, is not guessed.
        StandardVolume => "standard_volume",
        /// Energy that is not a fuel's, or of a fuel without saying by which calorific value.
        Energy => "energy",
        /// A fuel's energy by gross calorific value (HHV).
        EnergyGross => "energy_gross",
        /// A fuel's energy by net calorific value (LHV).
        EnergyNet => "energy_net",
        /// The way of a vehicle.
        Distance => "distance",
        /// Passengers by distance.
        PassengerDistance => "passenger_distance",
        /// Goods by distance.
        TonneDistance => "tonne_distance",
        /// Nights in a hotel room.
        RoomNights => "room_nights",
        /// Hours worked.
        WorkingHours => "working_hours",
    }
}

impl Dimension {
    /// The name of a unit of energy when it counts by this calorific value, or by none.
    pub(super) fn named(self, unit: &str) -> String {
        match self {
            Self::EnergyGross => format!("{unit} (Gross CV)"),
            Self::EnergyNet => format!("{unit} (Net CV)"),
            _ => unit.rsplit_once(" (").filter(|_| unit.ends_with(')')).map_or(unit, |(bare, _)| bare).to_owned(),
        }
    }
}

/// A unit: what it measures, and its size in the base unit of that.
///
/// The base units are kg, litre, scf, MJ, km, passenger.km, tonne.km, room-night and hour. All sizes are exact:
///
/// | unit | size | source |
/// |---|---|---|
/// | lb, short ton, long ton | 0.45359237, 907.18474, 1016.0469088 kg | international pound of 1959 (NIST Handbook 44, appendix C) |
/// | mile, nautical mile, foot | 1.609344, 1.852 km, 0.3048 m | international foot of 1959; First International Hydrographic Conference, 1929 |
/// | short, long hundredweight | 45.359237, 50.80234544 kg | 100 and 112 lb (NIST Handbook 44, appendix C) |
/// | US gallon, oil barrel | 231, 9702 cubic inches: 3.785411784, 158.987294928 l | NIST Handbook 44, appendix C |
/// | US beer barrel | 31 US gallons | NIST Handbook 44, appendix C |
/// | imperial gallon, UK beer barrel | 4.54609 l, and 36 of them | UK Weights and Measures Act 1985 |
/// | Btu, mmBtu, therm, dekatherm | 1055.05585262 J and multiples | International Table Btu (ISO 31-4; NIST SP 811, B.8) |
/// | cal, toe | 4.1868 J, 41.868 GJ | International Table calorie; IEA |
/// | kWh | 3.6 MJ | SI Brochure |
///
/// Words with two meanings (`ton`, `gallon`, `cwt`, `barrel`) are no units by themselves; for an activity they are taken where
/// one of the meanings is the factor's own unit (DECISIONS 35).
///
/// ```
/// use tierra::emission::{Dimension, Unit};
/// let unit: Unit = "kWh (Gross CV)".parse()?;
/// assert_eq!(unit.dimension(), Dimension::EnergyGross);
/// assert_eq!("short ton-mile".parse::<Unit>()?.size().to_string(), "1.45997231821056");
/// assert_eq!("ton".parse::<Unit>().unwrap_err().code(), tierra::ErrorCode::UnknownUnit);
/// # Ok::<(), tierra::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    dimension: Dimension,
    size: Decimal,
}

impl Unit {
    /// What it measures.
    #[must_use]
    pub fn dimension(self) -> Dimension {
        self.dimension
    }

    /// How many base units it is.
    #[must_use]
    pub fn size(self) -> Decimal {
        self.size
    }

    pub(super) fn is_energy(self) -> bool {
        matches!(self.dimension, Energy | Dimension::EnergyGross | Dimension::EnergyNet)
    }

    /// The base unit of energy.
    pub(super) fn megajoule() -> Self {
        Self { dimension: Energy, size: Decimal::ONE }
    }

    /// The same amount of energy, counted by a calorific value.
    pub(super) fn by(self, dimension: Dimension) -> Self {
        Self { dimension, ..self }
    }

    /// An amount of this unit in another unit of the same dimension, rounded once as [`decimal`] says.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::UnitMismatch`] for another dimension, [`ErrorCode::OutOfRange`] for what does not fit.
    ///
    /// ```
    /// use tierra::{Decimal, emission::Unit};
    /// let (mile, km): (Unit, Unit) = ("miles".parse()?, "km".parse()?);
    /// assert_eq!(mile.convert(Decimal::TEN, km)?.to_string(), "16.09344");
    /// # Ok::<(), tierra::Error>(())
    /// ```
    pub fn convert(self, amount: Decimal, to: Self) -> Result<Decimal> {
        if self.dimension != to.dimension {
            let message = format!("measures {}; expected a unit of {}", self.dimension, to.dimension);
            return Err(Error::new(ErrorCode::UnitMismatch, "", message));
        }
        decimal::multiply_divide(amount, self.size, to.size, "amount × unit").map(|amount| amount.normalize())
    }

    /// The unit that a text names; `None` for one that is not known.
    pub(in crate::emission) fn of(given: &str) -> Option<Self> {
        let given = given.trim();
        simple(given).or_else(|| qualified_energy(given)).or_else(|| by_distance(given))
    }
}

#[cfg(feature = "json")]
impl<'a> crate::wire::Read<'a> for Unit {
    fn read(value: &'a crate::wire::Value) -> Result<Self> {
        crate::wire::string(value)?.parse()
    }
}

#[cfg(feature = "describe")]
impl crate::wire::describe::Describe for Unit {
    fn shape() -> crate::wire::describe::Shape {
        crate::wire::describe::Shape::Text
    }
}

impl std::str::FromStr for Unit {
    type Err = Error;

    /// Reads a unit. Symbols are taken as they are written (`mWh` is no `MWh`), words in any case.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::UnknownUnit`] with an empty path, for a word with two meanings as well.
    fn from_str(given: &str) -> Result<Self> {
        Self::of(given).ok_or_else(|| unknown_unit(given))
    }
}

/// The error for a text that names no unit, or one of several.
pub(super) fn unknown_unit(given: &str) -> Error {
    if let Some(meanings) = Meanings::of(given) {
        return meanings.error(given);
    }
    let folded = text::folded(given);
    let expected = match folded.as_str() {
        "" => "a unit such as `kWh`, `litres` or `tonnes`",
        "MT" => "`tonnes` or `Mt`, a million of them",
        _ => {
            "one such as `kWh`, `kWh (Gross CV)`, `mmBtu`, `litres`, `US gallon`, `scf`, `tonnes`, `short ton` or `km`"
        }
    };
    let message = format!("`{}` is not a known unit; expected {expected}", text::excerpt(given));
    Error::new(ErrorCode::UnknownUnit, "", message)
}

/// A unit's names and its size as mantissa and decimal places.
struct Entry {
    dimension: Dimension,
    mantissa: i64,
    places: u32,
    /// Taken as they are written, where another case is another unit.
    symbols: &'static [&'static str],
    /// Taken in any case; here in upper case and with single spaces.
    words: &'static [&'static str],
}

const fn entry(
    dimension: Dimension,
    (mantissa, places): (i64, u32),
    symbols: &'static [&'static str],
    words: &'static [&'static str],
) -> Entry {
    Entry { dimension, mantissa, places, symbols, words }
}

use Dimension::{Distance, Energy, Mass, RoomNights, StandardVolume, Volume, WorkingHours};

const UNITS: &[Entry] = &[
    entry(Mass, (1, 6), &["mg"], &["MILLIGRAM", "MILLIGRAMS"]),
    entry(Mass, (1, 3), &["g"], &["GRAM", "GRAMS", "GRAMME", "GRAMMES"]),
    entry(Mass, (1, 0), &["kg"], &["KG", "KILOGRAM", "KILOGRAMS", "KILOGRAMME", "KILOGRAMMES"]),
    entry(
        Mass,
        (1000, 0),
        &["t", "Mg"],
        &["TONNE", "TONNES", "METRIC TON", "METRIC TONS", "METRIC TONNE", "METRIC TONNES"],
    ),
    entry(Mass, (1_000_000, 0), &["kt", "Gg"], &["KILOTONNE", "KILOTONNES", "GIGAGRAM", "GIGAGRAMS"]),
    entry(Mass, (1_000_000_000, 0), &["Mt", "Tg"], &["MEGATONNE", "MEGATONNES", "MILLION TONNES"]),
    entry(Mass, (45_359_237, 8), &["lb", "lbs"], &["LB", "LBS", "POUND", "POUNDS"]),
    entry(Mass, (90_718_474, 5), &[], &["SHORT TON", "SHORT TONS", "US TON", "US TONS"]),
    entry(Mass, (10_160_469_088, 7), &[], &["LONG TON", "LONG TONS", "IMPERIAL TON", "IMPERIAL TONS"]),
    entry(
        Mass,
        (45_359_237, 6),
        &[],
        &["SHORT HUNDREDWEIGHT", "SHORT HUNDREDWEIGHTS", "SHORT CWT", "US HUNDREDWEIGHT", "US CWT"],
    ),
    entry(
        Mass,
        (5_080_234_544, 8),
        &[],
        &["LONG HUNDREDWEIGHT", "LONG HUNDREDWEIGHTS", "LONG CWT", "IMPERIAL HUNDREDWEIGHT", "IMPERIAL CWT", "UK CWT"],
    ),
    entry(Volume, (1, 3), &["ml", "mL"], &["MILLILITRE", "MILLILITRES", "MILLILITER", "MILLILITERS"]),
    entry(Volume, (1, 0), &["l", "L"], &["LITRE", "LITRES", "LITER", "LITERS"]),
    entry(
        Volume,
        (1000, 0),
        &["m3", "m³", "m^3", "kl", "kL"],
        &["CUBIC METRE", "CUBIC METRES", "CUBIC METER", "CUBIC METERS"],
    ),
    entry(Volume, (1_000_000, 0), &["Ml", "ML"], &["MILLION LITRES", "MILLION LITERS", "MEGALITRE", "MEGALITRES"]),
    entry(Volume, (3_785_411_784, 9), &[], &["US GALLON", "US GALLONS", "US GAL"]),
    entry(
        Volume,
        (454_609, 5),
        &[],
        &["IMPERIAL GALLON", "IMPERIAL GALLONS", "UK GALLON", "UK GALLONS", "IMP GAL", "IMPERIAL GAL", "UK GAL"],
    ),
    entry(Volume, (158_987_294_928, 9), &[], &["OIL BARREL", "OIL BARRELS", "BARREL OF OIL", "BARRELS OF OIL"]),
    entry(Volume, (117_347_765_304, 9), &[], &["US BEER BARREL", "US BEER BARRELS"]),
    entry(Volume, (16_365_924, 5), &[], &["UK BEER BARREL", "UK BEER BARRELS"]),
    entry(Volume, (28_316_846_592, 9), &["ft3", "ft³", "ft^3", "cf"], &["CUBIC FOOT", "CUBIC FEET"]),
    entry(StandardVolume, (1, 0), &["scf"], &["SCF", "STANDARD CUBIC FOOT", "STANDARD CUBIC FEET"]),
    entry(StandardVolume, (100, 0), &["ccf", "Ccf", "CCF"], &["HUNDRED CUBIC FEET"]),
    entry(StandardVolume, (1000, 0), &["Mcf", "MCF", "mcf", "Mscf"], &["THOUSAND CUBIC FEET"]),
    entry(StandardVolume, (1_000_000, 0), &["MMcf", "MMCF", "MMscf"], &["MILLION CUBIC FEET"]),
    entry(Energy, (1, 6), &["J"], &["JOULE", "JOULES"]),
    entry(Energy, (1, 3), &["kJ"], &["KILOJOULE", "KILOJOULES"]),
    entry(Energy, (1, 0), &["MJ"], &["MEGAJOULE", "MEGAJOULES"]),
    entry(Energy, (1000, 0), &["GJ"], &["GJ", "GIGAJOULE", "GIGAJOULES"]),
    entry(Energy, (1_000_000, 0), &["TJ"], &["TJ", "TERAJOULE", "TERAJOULES"]),
    entry(Energy, (1_000_000_000, 0), &["PJ"], &["PETAJOULE", "PETAJOULES"]),
    entry(Energy, (36, 4), &["Wh"], &["WATT HOUR", "WATT HOURS"]),
    entry(Energy, (36, 1), &["kWh"], &["KWH", "KILOWATT HOUR", "KILOWATT HOURS", "KILOWATT-HOUR", "KILOWATT-HOURS"]),
    entry(Energy, (3600, 0), &["MWh", "MWH"], &["MEGAWATT HOUR", "MEGAWATT HOURS", "MEGAWATT-HOUR", "MEGAWATT-HOURS"]),
    entry(Energy, (3_600_000, 0), &["GWh"], &["GWH", "GIGAWATT HOUR", "GIGAWATT HOURS", "GIGAWATT-HOURS"]),
    entry(Energy, (3_600_000_000, 0), &["TWh"], &["TWH", "TERAWATT HOUR", "TERAWATT HOURS"]),
    entry(Energy, (105_505_585_262, 14), &["Btu", "BTU", "btu"], &["BRITISH THERMAL UNIT", "BRITISH THERMAL UNITS"]),
    entry(
        Energy,
        (105_505_585_262, 8),
        &["mmBtu", "MMBtu"],
        &["MMBTU", "MILLION BTU", "DEKATHERM", "DEKATHERMS", "DTH"],
    ),
    entry(Energy, (105_505_585_262, 9), &["thm"], &["THERM", "THERMS"]),
    entry(Energy, (41868, 7), &["kcal"], &["KILOCALORIE", "KILOCALORIES"]),
    entry(Energy, (41868, 1), &["Gcal"], &["GIGACALORIE", "GIGACALORIES"]),
    entry(Energy, (41868, 0), &["toe"], &["TOE", "TONNE OF OIL EQUIVALENT", "TONNES OF OIL EQUIVALENT"]),
    entry(Energy, (41_868_000, 0), &["ktoe"], &["KTOE"]),
    entry(Distance, (1, 3), &["m"], &["METRE", "METRES", "METER", "METERS"]),
    entry(
        Distance,
        (1, 0),
        &["km", "vkm", "vehicle.km", "vehicle-km"],
        &["KM", "KMS", "KILOMETRE", "KILOMETRES", "KILOMETER", "KILOMETERS", "VEHICLE-KM", "VEHICLE KM"],
    ),
    entry(
        Distance,
        (1_609_344, 6),
        &["mi"],
        &["MILE", "MILES", "VEHICLE-MILE", "VEHICLE-MILES", "VEHICLE MILE", "VEHICLE MILES"],
    ),
    entry(Distance, (1852, 3), &["nmi"], &["NAUTICAL MILE", "NAUTICAL MILES"]),
    entry(RoomNights, (1, 0), &[], &["ROOM PER NIGHT", "ROOM NIGHT", "ROOM NIGHTS", "ROOM-NIGHT", "ROOM-NIGHTS"]),
    entry(WorkingHours, (1, 0), &[], &["FTE WORKING HOUR", "FTE WORKING HOURS", "PER FTE WORKING HOUR"]),
];

/// The unit of one word or symbol.
pub(super) fn simple(given: &str) -> Option<Unit> {
    let unit = |entry: &Entry| Unit { dimension: entry.dimension, size: Decimal::new(entry.mantissa, entry.places) };
    if let Some(entry) = UNITS.iter().find(|entry| entry.symbols.contains(&given)) {
        return Some(unit(entry));
    }
    let folded = text::folded(given);
    UNITS.iter().find(|entry| entry.words.contains(&folded.as_str())).map(unit)
}

/// `kWh (Gross CV)`, `mmBtu HHV`: energy by a calorific value.
fn qualified_energy(given: &str) -> Option<Unit> {
    const GROSS: &[&str] = &["GROSS CV", "GROSS", "GCV", "HHV"];
    const NET: &[&str] = &["NET CV", "NET", "NCV", "LHV"];
    let upper = given.to_uppercase();
    let bare = upper.trim_end_matches(')');
    let names = [(Dimension::EnergyGross, GROSS), (Dimension::EnergyNet, NET)];
    let (dimension, rest) = names.into_iter().find_map(|(dimension, names)| {
        names.iter().find_map(|name| Some((dimension, bare.strip_suffix(name)?.trim_end_matches('('))))
    })?;
    // The unit itself is read as it was written: the upper case has as many characters.
    let unit: String = given.chars().take(rest.chars().count()).collect();
    if !rest.ends_with(' ') && !upper.contains('(') {
        return None;
    }
    simple(unit.trim()).filter(|unit| unit.dimension == Energy).map(|unit| unit.by(dimension))
}

/// `passenger.km`, `tonne-km`, `short ton-mile`: something by the distance it is carried.
fn by_distance(given: &str) -> Option<Unit> {
    match text::folded(given).as_str() {
        "PKM" => return by_distance("passenger.km"),
        "TKM" => return by_distance("tonne.km"),
        _ => {}
    }
    let (load, way) = given.rsplit_once(['.', '-', '·', '*'])?;
    let way = simple(way.trim()).filter(|unit| unit.dimension == Distance)?;
    if text::folded(load) == "PASSENGER" {
        return Some(way.by(Dimension::PassengerDistance));
    }
    carried(simple(load.trim()).filter(|unit| unit.dimension == Mass)?, way)
}

/// A load by the distance of this name.
pub(super) fn tonne_distance(load: Unit, way: &str) -> Option<Unit> {
    let way = simple(way.trim()).filter(|unit| unit.dimension == Distance)?;
    carried(Some(load).filter(|unit| unit.dimension == Mass)?, way)
}

fn carried(load: Unit, way: Unit) -> Option<Unit> {
    // Exact: sizes have few digits.
    let size = load.size.checked_mul(way.size)?.checked_div(Decimal::ONE_THOUSAND)?;
    Some(Unit { dimension: Dimension::TonneDistance, size: size.normalize() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(text: &str) -> (Dimension, String) {
        let unit: Unit = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        (unit.dimension, unit.size.to_string())
    }

    #[test]
    fn units_of_the_real_libraries_are_known() {
        for (text, dimension, size) in [
            ("tonnes", Mass, "1000"),
            ("short ton", Mass, "907.18474"),
            ("litres", Volume, "1"),
            ("million litres", Volume, "1000000"),
            ("cubic metres", Volume, "1000"),
            ("US gallon", Volume, "3.785411784"),
            ("oil barrel", Volume, "158.987294928"),
            ("US beer barrel", Volume, "117.347765304"),
            ("UK beer barrel", Volume, "163.65924"),
            ("short cwt", Mass, "45.359237"),
            ("long cwt", Mass, "50.80234544"),
            ("scf", StandardVolume, "1"),
            ("kWh", Energy, "3.6"),
            ("kWh (Gross CV)", Dimension::EnergyGross, "3.6"),
            ("kWh (Net CV)", Dimension::EnergyNet, "3.6"),
            ("kwh (gross cv)", Dimension::EnergyGross, "3.6"),
            ("mmBtu", Energy, "1055.05585262"),
            ("mmBtu (HHV)", Dimension::EnergyGross, "1055.05585262"),
            ("MWh LHV", Dimension::EnergyNet, "3600"),
            ("therms", Energy, "105.505585262"),
            ("TJ", Energy, "1000000"),
            ("miles", Distance, "1.609344"),
            ("vehicle-mile", Distance, "1.609344"),
            ("passenger.km", Dimension::PassengerDistance, "1"),
            ("passenger-mile", Dimension::PassengerDistance, "1.609344"),
            ("tonne.km", Dimension::TonneDistance, "1"),
            ("short ton-mile", Dimension::TonneDistance, "1.45997231821056"),
            ("Room per night", RoomNights, "1"),
            ("FTE Working Hour", WorkingHours, "1"),
        ] {
            assert_eq!(unit(text), (dimension, size.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_may_be_two_things_is_refused() {
        for text in [
            "",
            "ton",
            "tons",
            "gallon",
            "gal",
            "barrels",
            "bbl",
            "cwt",
            "ton-mile",
            "mWh",
            "mj",
            "MT",
            "kWh (gross",
            "kWhgross",
            "passenger",
            "km.passenger",
            "()",
            "net",
        ] {
            let refused = text.parse::<Unit>();
            let taken = text == "kWh (gross";
            assert_eq!(refused.is_ok(), taken, "{text}");
        }
    }

    #[test]
    fn no_name_stands_twice() {
        let mut seen = std::collections::HashSet::new();
        for entry in UNITS {
            for name in
                entry.symbols.iter().map(|name| format!("s {name}")).chain(entry.words.iter().map(|n| format!("w {n}")))
            {
                assert!(seen.insert(name.clone()), "{name}");
            }
            assert!(entry.words.iter().all(|word| text::folded(word) == *word));
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,30}") {
            let _ = Unit::of(&text);
        }
    }
}
