//! Names under which one maker trades.

/// The version of [`VENDOR_ALIASES`]. It grows by one with every change, because a changed alias changes hashes.
pub const VENDOR_ALIASES_VERSION: u32 = 1;

/// The day on which [`VENDOR_ALIASES`] last changed.
pub const VENDOR_ALIASES_DATE: &str = "2026-11-22";

/// A maker's other names and its canonical one, both in canonical letters, sorted by the other name.
///
/// An entry stands only where both names are those of one manufacturer: the maker's own longer company name, or its
/// former name. Brands that one company makes under several names stay apart, and an operator or a charging network is
/// not a maker.
pub const VENDOR_ALIASES: &[(&str, &str)] = &[
    ("ABBEMOBILITY", "ABB"),
    ("ABLSURSUM", "ABL"),
    ("ABLSURSUMBAYERISCHEELEKTROZUBEHÖR", "ABL"),
    ("ALFENICUCHARGINGEQUIPMENT", "ALFEN"),
    ("AUTELENERGY", "AUTEL"),
    ("AUTELINTELLIGENTTECHNOLOGY", "AUTEL"),
    ("COMPLEOCHARGINGSOLUTIONS", "COMPLEO"),
    ("COMPLEOCHARGINGTECHNOLOGIES", "COMPLEO"),
    ("DELTAELECTRONICS", "DELTA"),
    ("EASEENORWAY", "EASEE"),
    ("ENPHASEENERGY", "ENPHASE"),
    ("EVBOXGROUP", "EVBOX"),
    ("FRONIUSINTERNATIONAL", "FRONIUS"),
    ("HAGERGROUP", "HAGER"),
    ("HUAWEIDIGITALPOWER", "HUAWEI"),
    ("HUAWEITECHNOLOGIES", "HUAWEI"),
    ("KATHREINDIGITALSYSTEMS", "KATHREIN"),
    ("KEBAENERGYAUTOMATION", "KEBA"),
    ("KEBAINDUSTRIALAUTOMATION", "KEBA"),
    ("KOSTALINDUSTRIEELEKTRIK", "KOSTAL"),
    ("MENNEKESELEKTROTECHNIK", "MENNEKES"),
    ("OHMETECHNOLOGIES", "OHME"),
    ("OHMETECHNOLOGIESUK", "OHME"),
    ("PHOENIXCONTACTELECTRONICS", "PHOENIXCONTACT"),
    ("PHOENIXCONTACTEMOBILITY", "PHOENIXCONTACT"),
    ("SCHNEIDERELECTRICINDUSTRIES", "SCHNEIDERELECTRIC"),
    ("SIEMENSEMOBILITY", "SIEMENS"),
    ("SMASOLARTECHNOLOGY", "SMA"),
    ("SOLAREDGETECHNOLOGIES", "SOLAREDGE"),
    ("TESLAMOTORS", "TESLA"),
    ("VESTELELEKTRONIK", "VESTEL"),
    ("VICTRON", "VICTRONENERGY"),
    ("WALLBOXCHARGERS", "WALLBOX"),
    ("WEBASTOGROUP", "WEBASTO"),
    ("WEBASTOTHERMOCOMFORT", "WEBASTO"),
    ("ZAPTECCHARGER", "ZAPTEC"),
];

/// The canonical name of a maker whose name has canonical letters already.
pub(super) fn resolve(letters: String) -> String {
    match VENDOR_ALIASES.binary_search_by(|(name, _)| (*name).cmp(letters.as_str())) {
        Ok(found) => VENDOR_ALIASES.get(found).map_or(letters, |(_, canonical)| (*canonical).to_owned()),
        Err(_) => letters,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charger::canonicalize_vendor;

    #[test]
    fn aliases_are_sorted_unique_and_final() {
        assert!(VENDOR_ALIASES.windows(2).all(|pair| pair[0].0 < pair[1].0), "not sorted");
        for (name, canonical) in VENDOR_ALIASES {
            assert!(!VENDOR_ALIASES.iter().any(|(other, _)| other == canonical), "{canonical} is itself an alias");
            assert_eq!(canonicalize_vendor(name).unwrap(), *canonical, "{name} is not in canonical letters");
            assert_eq!(canonicalize_vendor(canonical).unwrap(), *canonical);
        }
    }
}
