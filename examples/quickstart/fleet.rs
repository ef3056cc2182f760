//! Which device is this? Has someone already claimed it?

use std::collections::HashSet;
use std::collections::hash_map::{Entry, HashMap};
use std::path::Path;
use std::rc::Rc;

use tierra::charger::{self, ChargerIdentity, SerialHash};
use tierra::overlap::{Claim, ClaimConflict, find_conflicts};
use tierra::registration::RegistrationStatus;
use tierra::{Error, ErrorCode, Period};

use crate::csv_file::{Columns, Row, Tally, Unreadable, read_rows};

const COLUMNS: Columns = Columns {
    needed: &["organization", "vendor", "serial", "start", "end", "status"],
    optional: &["registration_id", "program_name"],
};

/// A row of the fleet, with its texts as they were written.
pub(crate) struct Registration {
    pub(crate) line: u64,
    pub(crate) id: Option<Rc<str>>,
    pub(crate) organization: Rc<str>,
    pub(crate) program: Option<Rc<str>>,
    pub(crate) vendor: Rc<str>,
    pub(crate) serial: Box<str>,
    pub(crate) period: Period,
    pub(crate) status: RegistrationStatus,
    pub(crate) charger: SerialHash,
}

impl Registration {
    /// Whether a comparison of texts, without canonical forms, sees that the two name one charger.
    pub(crate) fn is_written_as(&self, other: &Self) -> bool {
        self.vendor == other.vendor && self.serial == other.serial
    }
}

/// A file of registrations and what the core says about it.
pub(crate) struct Fleet {
    pub(crate) tally: Tally,
    pub(crate) registrations: Vec<Registration>,
    pub(crate) organizations: usize,
    pub(crate) vendor_spellings: usize,
    pub(crate) makers: usize,
    pub(crate) chargers: usize,
    pub(crate) by_status: Vec<(RegistrationStatus, usize)>,
    /// Indices of registrations whose chargers can be misread for one another.
    pub(crate) lookalikes: Vec<Vec<usize>>,
    pub(crate) conflicts: Vec<ClaimConflict>,
    pub(crate) conflicts_same_organization: usize,
    /// Conflicts whose two rows spell vendor and serial alike.
    pub(crate) conflicts_in_raw_text: usize,
    pub(crate) chargers_in_conflict: usize,
}

impl Fleet {
    pub(crate) fn read(path: &Path) -> Result<Self, Unreadable> {
        let mut reader = Reader::default();
        let tally = read_rows(path, &COLUMNS, |row| reader.take(row))?;
        let Reader { registrations, by_maker, names, ids } = reader;
        drop((names, ids));
        let count = |status| registrations.iter().filter(|registration| registration.status == status).count();
        let conflicts = conflicts(&registrations);
        let (in_raw_text, in_conflict) = spellings_and_chargers(&registrations, &conflicts);
        Ok(Self {
            tally,
            organizations: distinct(registrations.iter().map(|registration| &registration.organization)),
            vendor_spellings: distinct(registrations.iter().map(|registration| &registration.vendor)),
            makers: by_maker.len(),
            chargers: distinct_chargers(registrations.iter().map(|registration| registration.charger)),
            by_status: RegistrationStatus::ALL.map(|status| (status, count(status))).into(),
            lookalikes: lookalikes(&registrations, &by_maker),
            conflicts_same_organization: conflicts.iter().filter(|conflict| conflict.same_organization).count(),
            conflicts_in_raw_text: in_raw_text,
            chargers_in_conflict: in_conflict,
            conflicts,
            registrations,
        })
    }

    /// A conflict's two registrations.
    pub(crate) fn parties(&self, conflict: &ClaimConflict) -> Option<(&Registration, &Registration)> {
        Some((self.registrations.get(conflict.first)?, self.registrations.get(conflict.second)?))
    }
}

/// What is gathered while the rows are read.
#[derive(Default)]
struct Reader {
    registrations: Vec<Registration>,
    /// Which registrations are of each maker.
    by_maker: HashMap<String, Vec<usize>>,
    names: Names,
    /// On which line each id stands.
    ids: HashMap<Rc<str>, u64>,
}

impl Reader {
    fn take(&mut self, row: &Row<'_>) -> tierra::Result<()> {
        let organization = row.name("organization")?;
        let program = row.optional_name("program_name")?;
        let (vendor, serial) = (row.text("vendor")?, row.text("serial")?);
        let identity = charger::identify(vendor, serial)?;
        let period = Period::parse(row.text("start")?, row.text("end")?)?;
        let status = row.text("status")?.parse().map_err(|error: Error| error.under("status"))?;
        let id = match row.optional_name("registration_id")? {
            Some(id) => Some(self.new_id(id, row.line)?),
            None => None,
        };
        let place = self.registrations.len();
        match self.by_maker.get_mut(identity.vendor_canonical()) {
            Some(places) => places.push(place),
            None => drop(self.by_maker.insert(identity.vendor_canonical().to_owned(), vec![place])),
        }
        self.registrations.push(Registration {
            line: row.line,
            id,
            organization: self.names.shared(organization),
            program: program.map(|program| self.names.shared(program)),
            vendor: self.names.shared(vendor),
            serial: serial.into(),
            period,
            status,
            charger: identity.serial_hash(),
        });
        Ok(())
    }

    fn new_id(&mut self, id: &str, line: u64) -> tierra::Result<Rc<str>> {
        match self.ids.entry(id.into()) {
            Entry::Occupied(first) => Err(repeated("registration_id", id, *first.get())),
            Entry::Vacant(place) => {
                let id = Rc::clone(place.key());
                place.insert(line);
                Ok(id)
            }
        }
    }
}

/// The refusal of an id that an earlier row of the file has.
pub(crate) fn repeated(column: &str, id: &str, first_line: u64) -> Error {
    let message = format!("`{id}` is the id of line {first_line} too; expected an id of its own");
    Error::from_host(ErrorCode::Duplicate, column, &message)
}

/// Texts that many rows share, each held once.
#[derive(Default)]
struct Names(HashSet<Rc<str>>);

impl Names {
    fn shared(&mut self, text: &str) -> Rc<str> {
        if let Some(name) = self.0.get(text) {
            return Rc::clone(name);
        }
        let name: Rc<str> = text.into();
        self.0.insert(Rc::clone(&name));
        name
    }
}

fn distinct<'a>(names: impl Iterator<Item = &'a Rc<str>>) -> usize {
    names.collect::<HashSet<_>>().len()
}

fn distinct_chargers(chargers: impl Iterator<Item = SerialHash>) -> usize {
    // A sorted list is a third of a hash set in size.
    let mut hashes: Vec<SerialHash> = chargers.collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes.len()
}

fn conflicts(registrations: &[Registration]) -> Vec<ClaimConflict> {
    let claims: Vec<Claim<'_>> = registrations
        .iter()
        .map(|registration| Claim {
            // Conflicts are told by place: a row may have no id.
            public_id: registration.id.as_deref().unwrap_or_default(),
            organization: &registration.organization,
            charger: registration.charger,
            period: registration.period,
            status: registration.status,
        })
        .collect();
    find_conflicts(&claims)
}

/// How many conflicts the texts as written show, and how many chargers are in conflict.
fn spellings_and_chargers(registrations: &[Registration], conflicts: &[ClaimConflict]) -> (usize, usize) {
    let parties = || {
        conflicts
            .iter()
            .filter_map(|conflict| Some((registrations.get(conflict.first)?, registrations.get(conflict.second)?)))
    };
    let in_raw_text = parties().filter(|(first, second)| first.is_written_as(second)).count();
    (in_raw_text, distinct_chargers(parties().map(|(first, _)| first.charger)))
}

/// Groups of registrations whose chargers a person can misread for one another.
///
/// Maker by maker, because the core groups only one maker's chargers: the identities of a large fleet, all held at once,
/// would be a third of the memory.
fn lookalikes(registrations: &[Registration], by_maker: &HashMap<String, Vec<usize>>) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for places in by_maker.values() {
        let of_maker = places.iter().filter_map(|place| Some((*place, registrations.get(*place)?)));
        let identities = of_maker.filter_map(|(place, registration)| {
            Some((place, charger::identify(&registration.vendor, &registration.serial).ok()?))
        });
        let identities: Vec<(usize, ChargerIdentity)> = identities.collect();
        let found = charger::lookalike_groups(identities.iter().map(|(_, identity)| identity));
        let placed = |group: Vec<usize>| group.iter().filter_map(|at| Some(identities.get(*at)?.0)).collect();
        groups.extend(found.into_iter().map(placed));
    }
    groups.sort_unstable();
    groups
}
