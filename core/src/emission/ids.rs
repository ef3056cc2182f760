//! Ids that follow from what they name, so that two who load one edition have the same ids.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::model::{Authority, EmissionFactor, FuelProperty, GwpVersion};

/// The id of a library: the same wherever authority, name and version are.
#[must_use]
pub fn library_id(authority: Authority, name: &str, version: &str) -> Uuid {
    derived_id(&["library", authority.as_str(), name, version])
}

/// The id of a factor, from its library and what it is found by: category, fuel, technology, region, gas and unit.
///
/// Two factors that differ in none of these have one id, and [`EmissionFactors::new`](super::EmissionFactors::new) refuses
/// the second.
#[must_use]
pub fn factor_id(factor: &EmissionFactor) -> Uuid {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    derived_id(&[
        "factor",
        &factor.library_id.to_string(),
        &factor.category,
        &factor.fuel_type,
        &text(&factor.technology),
        &text(&factor.region),
        &factor.gas,
        &factor.unit,
    ])
}

/// The id of a fuel property, from its library and what it is found by.
#[must_use]
pub fn fuel_property_id(property: &FuelProperty) -> Uuid {
    derived_id(&[
        "fuel property",
        &property.library_id.to_string(),
        &property.fuel_type,
        property.property_type.as_str(),
        property.region.as_deref().unwrap_or_default(),
        &property.unit,
    ])
}

/// The id of a GWP value, from its report and gas.
#[must_use]
pub fn gwp_value_id(version: GwpVersion, gas: &str) -> Uuid {
    derived_id(&["gwp value", version.as_str(), gas])
}

/// A UUID of version 8 (RFC 9562): the first 16 bytes of the SHA-256 of the parts, joined by U+001F.
fn derived_id(parts: &[&str]) -> Uuid {
    let digest: [u8; 32] = Sha256::digest(parts.join("\u{1F}")).into();
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest).for_each(|(byte, of_digest)| *byte = of_digest);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_from_what_they_name() {
        let id = library_id(Authority::Defra, "DEFRA 2024", "1.1");
        assert_eq!(id, library_id(Authority::Defra, "DEFRA 2024", "1.1"));
        assert_ne!(id, library_id(Authority::Defra, "DEFRA 2024", "1.0"));
        assert_eq!(id.get_version_num(), 8);
        assert_ne!(gwp_value_id(GwpVersion::Ar5, "CH4"), gwp_value_id(GwpVersion::Ar6, "CH4"));
    }
}
