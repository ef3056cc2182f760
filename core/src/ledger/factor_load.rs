//! Loading libraries of emission factors, each whole or not at all.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, Utc};
use uuid::Uuid;

use super::audited::{AuditedRow, AuditedTable};
use super::change::Change;
use super::factors::{Factors, content_of, holds_factors};
use super::json_text::json_of;
use crate::emission::{
    Authority, EmissionFactorData, EmissionFactorLibrary, EmissionFactors, GwpValue, gwp_digest, library_digest,
};
use crate::store::factors::{self as store, LibraryRow};
use crate::store::{Session, audit as audit_store};
use crate::wire::record;
use crate::{Error, ErrorCode, Result, hex, text};

record! {
    /// What [`Factors::load`] did.
    #[wire(camelCase: writes)]
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    pub struct LoadedFactors {
        /// How much was written.
        pub loaded: FactorCounts,
        /// How much was there already.
        pub already: FactorCounts,
        /// The libraries, in the order given.
        pub libraries: Vec<LoadedLibrary>,
    }
}

record! {
    /// How much was loaded.
    #[wire(camelCase: writes)]
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
    pub struct FactorCounts {
        /// Libraries.
        pub libraries: u64,
        /// Factors.
        pub factors: u64,
        /// Fuel properties.
        pub fuel_properties: u64,
        /// Steps of trees of regions.
        pub region_parents: u64,
        /// GWP values.
        pub gwp_values: u64,
    }
}

record! {
    /// A library that was loaded, or was there already.
    #[wire(camelCase: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct LoadedLibrary {
        /// Its id.
        pub id: Uuid,
        /// Its name.
        pub name: String,
        /// The publisher's version.
        pub version: String,
        /// The SHA-256 of its content, to which queries can be pinned.
        pub digest: [u8; 32],
        /// Whether it was there already.
        pub already: bool,
    }
}

impl Factors<'_> {
    /// Loads libraries with all that belongs to them, and GWP values: all of it, or nothing. It is the host's call; the audit
    /// log has a row for each library and one for the GWP values.
    ///
    /// A library whose id is there already must have the same content, by its digest; nothing is then written, but that a
    /// library which is to be the default from now on, or no longer, becomes so. A GWP that is there already must have the
    /// same value. Instants are kept to the millisecond.
    ///
    /// # Errors
    ///
    /// Those of [`EmissionFactors::new`] for the data by itself; [`ErrorCode::Duplicate`] at `libraries[i].id` for a library
    /// that is there with other content, at `factors[i].id`, `fuelProperties[i].id` and `gwpValues[i].id` for an id that is
    /// there already, and at `gwpValues[i].value` for a gas that has another value there; [`ErrorCode::OutOfRange`] at a
    /// `createdAt` outside the years 1 to 9999.
    pub fn load(&self, data: &EmissionFactorData, now: DateTime<Utc>) -> Result<LoadedFactors> {
        check_instants(data)?;
        // Before the file is locked: hashing takes its time.
        let checked = EmissionFactors::new(data.clone())?;
        let digest_of = |library: &EmissionFactorLibrary| checked.digest(library.id).unwrap_or_default();
        let digests: Vec<_> = data.libraries.iter().map(digest_of).collect();
        self.ledger.change_as_host(now, |change| {
            let mut loading = Loading { change, rows: HashMap::new(), done: LoadedFactors::default() };
            loading.libraries(&data.libraries, &digests)?;
            loading.content(data)?;
            loading.log_libraries(data)?;
            loading.gwp_values(&data.gwp_values)?;
            Ok(loading.done)
        })
    }
}

/// A load while it is made.
struct Loading<'l, 'c> {
    change: &'l mut Change<'c>,
    /// The row of each library that is new; none for one that was there.
    rows: HashMap<Uuid, Option<i64>>,
    done: LoadedFactors,
}

impl Loading<'_, '_> {
    fn libraries(&mut self, libraries: &[EmissionFactorLibrary], digests: &[[u8; 32]]) -> Result<()> {
        for (at, (library, digest)) in libraries.iter().zip(digests).enumerate() {
            let known = store::library(self.change.sql, library.id)?;
            let row = match &known {
                Some(known) => {
                    refuse_other_content(known, digest).map_err(|error| error.under(&format!("libraries[{at}]")))?;
                    self.set_default(known, library.is_default)?;
                    None
                }
                None => Some(store::insert_library(self.change.sql, library, digest)?),
            };
            self.counts(row).libraries += 1;
            self.rows.insert(library.id, row);
            self.done.libraries.push(LoadedLibrary {
                id: library.id,
                name: library.name.clone(),
                version: library.version.clone(),
                digest: *digest,
                already: known.is_some(),
            });
        }
        Ok(())
    }

    /// Whether a library is the default is no part of its content.
    fn set_default(&mut self, known: &LibraryRow, is_default: bool) -> Result<()> {
        if known.library.is_default == is_default {
            return Ok(());
        }
        let before = record_in_file(self.change.sql, known)?;
        store::set_default(self.change.sql, known.id, is_default)?;
        let mut now = known.clone();
        now.library.is_default = is_default;
        let after = record_in_file(self.change.sql, &now)?;
        self.change.log("factors.load", known.library.id.to_string(), Some(before), Some(after))
    }

    fn content(&mut self, data: &EmissionFactorData) -> Result<()> {
        let sql = self.change.sql;
        for (at, factor) in data.factors.iter().enumerate() {
            let row = self.row_of(factor.library_id);
            self.counts(row).factors += 1;
            let Some(row) = row else { continue };
            refuse_known_id("factors", at, factor.id, store::has_factor(sql, factor.id)?)?;
            store::insert_factor(sql, row, factor)?;
        }
        for (at, property) in data.fuel_properties.iter().enumerate() {
            let row = self.row_of(property.library_id);
            self.counts(row).fuel_properties += 1;
            let Some(row) = row else { continue };
            refuse_known_id("fuelProperties", at, property.id, store::has_property(sql, property.id)?)?;
            store::insert_property(sql, row, property)?;
        }
        for step in &data.region_parents {
            let row = self.row_of(step.library_id);
            self.counts(row).region_parents += 1;
            row.map_or(Ok(()), |row| store::insert_region_parent(sql, row, step))?;
        }
        Ok(())
    }

    fn log_libraries(&mut self, data: &EmissionFactorData) -> Result<()> {
        let mut contents: HashMap<Uuid, FactorCounts> = HashMap::new();
        data.factors.iter().for_each(|it| contents.entry(it.library_id).or_default().factors += 1);
        data.fuel_properties.iter().for_each(|it| contents.entry(it.library_id).or_default().fuel_properties += 1);
        data.region_parents.iter().for_each(|it| contents.entry(it.library_id).or_default().region_parents += 1);
        for (library, done) in data.libraries.iter().zip(&self.done.libraries) {
            if !done.already {
                let counts = contents.get(&library.id).copied().unwrap_or_default();
                let record = json_of(&LibraryRecord::of(library, &done.digest, counts));
                self.change.log("factors.load", library.id.to_string(), None, Some(record))?;
            }
        }
        Ok(())
    }

    fn gwp_values(&mut self, values: &[GwpValue]) -> Result<()> {
        let sql = self.change.sql;
        let before = if values.is_empty() { None } else { gwp_record(sql)? };
        for (at, value) in values.iter().enumerate() {
            let known = store::gwp_values_of(sql, &value.gas)?;
            if let Some(known) = known.iter().find(|known| known.version == value.version) {
                refuse_other_value(known, value).map_err(|error| error.under(&format!("gwpValues[{at}]")))?;
                self.done.already.gwp_values += 1;
                continue;
            }
            refuse_known_id("gwpValues", at, value.id, store::has_gwp_value(sql, value.id)?)?;
            store::insert_gwp_value(sql, value)?;
            self.done.loaded.gwp_values += 1;
        }
        if self.done.loaded.gwp_values == 0 {
            return Ok(());
        }
        self.change.log("gwp_values.load", GWP_SUBJECT.to_owned(), before, gwp_record(sql)?)
    }

    /// The row of a library, where it is new. The data was checked: each id names one.
    fn row_of(&self, library: Uuid) -> Option<i64> {
        self.rows.get(&library).copied().flatten()
    }

    /// What is counted for a library with this row, or without one.
    fn counts(&mut self, row: Option<i64>) -> &mut FactorCounts {
        if row.is_some() { &mut self.done.loaded } else { &mut self.done.already }
    }
}

fn refuse_other_content(known: &LibraryRow, digest: &[u8; 32]) -> Result<()> {
    if known.digest == *digest {
        return Ok(());
    }
    let message = format!(
        "`{}` is there already with other content: the digest there is `{}`, that of what is loaded `{}`; expected the \
         same content, or another id for another revision",
        known.library.id,
        hex::digits(&known.digest),
        hex::digits(digest)
    );
    Err(Error::new(ErrorCode::Duplicate, "id", message))
}

fn refuse_other_value(known: &GwpValue, value: &GwpValue) -> Result<()> {
    if known.value == value.value {
        return Ok(());
    }
    let message = format!(
        "`{}` of `{}` is `{}` there already, not `{}`; expected the same value",
        text::excerpt(&value.gas),
        value.version,
        known.value.normalize(),
        value.value.normalize()
    );
    Err(Error::new(ErrorCode::Duplicate, "value", message))
}

fn refuse_known_id(list: &str, at: usize, id: Uuid, is_known: bool) -> Result<()> {
    if !is_known {
        return Ok(());
    }
    let message = format!("`{id}` is there already; expected an id of its own");
    Err(Error::new(ErrorCode::Duplicate, format!("{list}[{at}].id"), message))
}

/// Refuses instants that the file cannot hold.
fn check_instants(data: &EmissionFactorData) -> Result<()> {
    let check = |list: &str, instants: &mut dyn Iterator<Item = DateTime<Utc>>| match instants
        .enumerate()
        .find(|(_, instant)| !(1..=9999).contains(&instant.year()))
    {
        Some((at, instant)) => {
            let message = format!("`{instant}` is out of range; expected a year from 1 to 9999");
            Err(Error::new(ErrorCode::OutOfRange, format!("{list}[{at}].createdAt"), message))
        }
        None => Ok(()),
    };
    check("libraries", &mut data.libraries.iter().map(|it| it.created_at))?;
    check("factors", &mut data.factors.iter().map(|it| it.created_at))?;
    check("fuelProperties", &mut data.fuel_properties.iter().map(|it| it.created_at))?;
    check("gwpValues", &mut data.gwp_values.iter().map(|it| it.created_at))
}

// What the audit log keeps.

/// The subject under which GWP values are logged.
const GWP_SUBJECT: &str = "gwp values";

record! {
    /// A library as the audit log keeps it. The digest stands for its content.
    #[wire(camelCase: writes)]
    struct LibraryRecord<'a> {
        id: Uuid,
        name: &'a str,
        authority: Authority,
        version: &'a str,
        release_year: i32,
        is_default: bool,
        digest: [u8; 32],
        factors: u64,
        fuel_properties: u64,
        region_parents: u64,
    }
}

impl<'a> LibraryRecord<'a> {
    fn of(library: &'a EmissionFactorLibrary, digest: &[u8; 32], counts: FactorCounts) -> Self {
        Self {
            id: library.id,
            name: &library.name,
            authority: library.authority,
            version: &library.version,
            release_year: library.release_year,
            is_default: library.is_default,
            digest: *digest,
            factors: counts.factors,
            fuel_properties: counts.fuel_properties,
            region_parents: counts.region_parents,
        }
    }
}

/// The record of a library with the content that the file holds now.
///
/// [`ErrorCode::CorruptFile`] where that content is not what was loaded, or is found by other words than its own.
fn record_in_file(sql: &dyn Session, row: &LibraryRow) -> Result<String> {
    let content = content_of(sql, row)?;
    let digest = library_digest(&content, &row.library);
    let mut misplaced = store::misplaced_factors(sql, row.id)?;
    misplaced.extend(store::misplaced_properties(sql, row.id)?);
    refuse_misplaced(&misplaced)?;
    if digest != row.digest {
        let message = format!(
            "its content has the digest `{}`; expected `{}`, with which it was loaded",
            hex::digits(&digest),
            hex::digits(&row.digest)
        );
        return Err(Error::new(ErrorCode::CorruptFile, "", message));
    }
    let count = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
    let counts = FactorCounts {
        factors: count(content.factors.len()),
        fuel_properties: count(content.fuel_properties.len()),
        region_parents: count(content.region_parents.len()),
        ..FactorCounts::default()
    };
    Ok(json_of(&LibraryRecord::of(&row.library, &digest, counts)))
}

/// The record of all GWP values; none where there is none.
fn gwp_record(sql: &dyn Session) -> Result<Option<String>> {
    record! {
        #[wire(snake_case: writes)]
        struct GwpRecord {
            values: usize,
            digest: [u8; 32],
        }
    }
    let values = store::gwp_values(sql, None)?;
    if values.is_empty() {
        return Ok(None);
    }
    refuse_misplaced(&store::misplaced_gwp_values(sql)?)?;
    Ok(Some(json_of(&GwpRecord { values: values.len(), digest: gwp_digest(&values) })))
}

fn refuse_misplaced(ids: &[Uuid]) -> Result<()> {
    let Some(first) = ids.first() else { return Ok(()) };
    let message = format!("`{first}` is found by other words than its own; expected the keys that this library wrote");
    Err(Error::new(ErrorCode::CorruptFile, "", message))
}

/// What the log says of the GWP values last; none where it says nothing.
fn logged_gwp_values(sql: &dyn Session) -> Result<Option<String>> {
    Ok(audit_store::last_state(sql, GWP_SUBJECT)?.flatten())
}

/// What the audit log knows of emission factors: the list of GWP values as one record, which is not counted.
pub(super) const TABLES: [AuditedTable; 2] = [
    AuditedTable {
        kind: "library of factors",
        logged_as: Some("factors"),
        each: |sql, visit| {
            if !holds_factors(sql)? {
                return Ok(());
            }
            store::libraries(sql, None)?
                .iter()
                .try_for_each(|row| visit(AuditedRow::of(row.library.id, record_in_file(sql, row))))
        },
    },
    AuditedTable {
        kind: "list of GWP values",
        logged_as: None,
        each: |sql, visit| {
            if !holds_factors(sql)? {
                return Ok(());
            }
            let (logged, found) = (logged_gwp_values(sql)?, gwp_record(sql));
            if logged.is_none() && matches!(found, Ok(None)) {
                return Ok(());
            }
            visit(AuditedRow::of(GWP_SUBJECT, found.map(Option::unwrap_or_default)))
        },
    },
];
