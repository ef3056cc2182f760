//! What a record is called, and its fields.

/// What an object of the wire is: its name and its fields, in order.
#[derive(Debug)]
pub struct Record {
    /// The name of the type.
    pub name: &'static str,
    /// Its fields, in the order in which they are written.
    pub fields: &'static [Field],
}

/// A field of a [`Record`].
#[derive(Debug)]
pub struct Field {
    /// Its name in JSON, as the contract has it.
    pub json: &'static str,
    /// Its name in Rust and Python.
    pub name: &'static str,
    /// The record whose fields stand in its place.
    pub flattened: Option<fn() -> &'static Record>,
}

impl Record {
    /// Whether a field of this name in JSON stands in it.
    #[must_use]
    pub fn has(&self, json: &str) -> bool {
        self.fields.iter().any(|field| match field.flattened {
            Some(record) => record().has(json),
            None => field.json == json,
        })
    }

    /// The names in JSON of all its fields.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        let of_field = |field: &Field| field.flattened.map_or_else(|| vec![field.json], |record| record().names());
        self.fields.iter().flat_map(of_field).collect()
    }
}

/// A type that is declared as a record.
pub(crate) trait HasRecord {
    /// What it is.
    const RECORD: &'static Record;

    /// What it is.
    fn record() -> &'static Record {
        Self::RECORD
    }
}

/// How long [`camel_bytes`] makes a name.
pub(crate) const fn camel_length(name: &str) -> usize {
    let mut rest = name.as_bytes();
    let mut length = 0;
    while let [first, behind @ ..] = rest {
        if *first != b'_' {
            length += 1;
        }
        rest = behind;
    }
    length
}

/// A name in snake case in camel case: `library_id` is `libraryId`.
#[expect(
    clippy::indexing_slicing,
    reason = "evaluated when the crate is compiled: a place beyond the end is an error of the compiler"
)]
pub(crate) const fn camel_bytes<const LENGTH: usize>(name: &str) -> [u8; LENGTH] {
    let mut rest = name.as_bytes();
    let mut camel = [0; LENGTH];
    let (mut length, mut is_start) = (0, false);
    while let [first, behind @ ..] = rest {
        if *first == b'_' {
            is_start = true;
        } else {
            camel[length] = if is_start { first.to_ascii_uppercase() } else { *first };
            is_start = false;
            length += 1;
        }
        rest = behind;
    }
    camel
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_in_camel_case() {
        assert_eq!(crate::wire::camel_case!("market_based_co2e_kg"), "marketBasedCo2eKg");
        assert_eq!(crate::wire::camel_case!("id"), "id");
    }
}
