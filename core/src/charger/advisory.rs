//! What a person should look at before a serial is trusted. An advisory never makes two devices one.

use super::serial::{after_possible_labels, is_shortened_number};
use super::{ChargerIdentity, SerialHash};
use crate::named_values::named_values;
use crate::wire::record;

named_values! {
    /// Why an identity should be looked at.
    AdvisoryKind {
        /// The serial begins with the letters of a label, such as `SN-22004711`: others may write it without them.
        PossibleLabel => "possible_label",
        /// The serial is such as `1.00E12`: a spreadsheet may have shortened a long number to its first digits, and then many
        /// devices share it.
        ShortenedNumber => "shortened_number",
    }
}

record! {
    /// Something about a serial that a person should look at.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq, Hash)]
    pub struct IdentityAdvisory {
        /// What it is.
        pub kind: AdvisoryKind,
        /// The serial that the same device may go by, in canonical form; none where that cannot be known.
        pub serial_normalized: Option<String>,
        /// The hash of the charger with that serial.
        pub serial_hash: Option<SerialHash>,
        /// A sentence for a person.
        pub message: String,
    }
}

impl ChargerIdentity {
    /// What a person should look at before the serial is trusted: an advisory, and no error (DECISIONS 2).
    ///
    /// It follows from the normalised serial alone, so it is the same however the serial was written.
    ///
    /// ```
    /// use tierra::charger::{AdvisoryKind, identify};
    /// let advisories = identify("KEBA", "SN-22004711")?.advisories();
    /// assert_eq!(advisories[0].kind, AdvisoryKind::PossibleLabel);
    /// assert_eq!(advisories[0].serial_hash, Some(identify("KEBA", "22004711")?.serial_hash()));
    /// assert_eq!(identify("KEBA", "1.00E12")?.advisories()[0].kind, AdvisoryKind::ShortenedNumber);
    /// # Ok::<(), tierra::Error>(())
    /// ```
    #[must_use]
    pub fn advisories(&self) -> Vec<IdentityAdvisory> {
        self.possible_label().into_iter().chain(self.shortened_number()).collect()
    }

    fn possible_label(&self) -> Option<IdentityAdvisory> {
        let serial = self.serial_normalized();
        let proper = after_possible_labels(serial)?;
        Some(IdentityAdvisory {
            kind: AdvisoryKind::PossibleLabel,
            serial_normalized: Some(proper.to_owned()),
            serial_hash: Some(SerialHash::of(self.vendor_canonical(), proper)),
            message: format!("`{serial}` begins with the letters of a label; the same device may go by `{proper}`"),
        })
    }

    fn shortened_number(&self) -> Option<IdentityAdvisory> {
        let serial = self.serial_normalized();
        is_shortened_number(serial).then(|| IdentityAdvisory {
            kind: AdvisoryKind::ShortenedNumber,
            serial_normalized: None,
            serial_hash: None,
            message: format!(
                "`{serial}` may be a long number that a spreadsheet shortened, which many devices share; expected it as \
                 the device shows it"
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::charger::identify;

    #[test]
    fn what_may_be_a_label_and_what_may_be_a_number() {
        let kinds = |serial: &str| -> Vec<String> {
            let advisories = identify("KEBA", serial).unwrap().advisories();
            advisories.into_iter().map(|one| one.serial_normalized.unwrap_or_else(|| one.kind.to_string())).collect()
        };
        for (serial, expected) in [
            ("SN-22004711", "22004711"),
            ("sn22004711", "22004711"),
            ("SN-SN-1", "1"),
            ("Serial-No-A7", "A7"),
            ("1.00E12", "shortened_number"),
            ("2.2004711e07", "shortened_number"),
            ("1E2", "shortened_number"),
        ] {
            assert_eq!(kinds(serial), [expected], "{serial}");
        }
        for none in ["22004711", "SN", "SNOW", "S/N: 7", "EH123456", "1.005E2", "01E12", "1E123", "E12", "12E", "1E2E3"]
        {
            assert!(kinds(none).is_empty(), "{none}");
        }
    }
}
