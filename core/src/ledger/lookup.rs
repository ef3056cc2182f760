//! Has somebody registered this charger? (charger-registry contract, `/api/v1/lookup`)

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::caller::{Caller, organization_of};
use super::limits::{check_batch_size, check_item_count, check_now, check_pair};
use super::open::Ledger;
use crate::access::Scope;
use crate::charger::{
    self, ChargerIdentity, ChargerPair, HashPrefix, KeyedHash, SerialHash, SuffixCount, pad_suffixes,
};
use crate::store::Session;
use crate::store::registrations as store;
#[cfg(feature = "describe")]
use crate::wire::describe::{Describe, Shape};
use crate::wire::{Read, Sink, Value, Write, record};
use crate::{Error, ErrorCode, Period, Result};

/// Look-ups: [`Ledger::lookup`].
#[derive(Debug, Clone, Copy)]
pub struct Lookup<'a> {
    pub(super) ledger: &'a Ledger,
}

record! {
    /// What anybody may know of a charger (contract, schema `PublicLookupResult`).
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct PublicLookup {
        /// Whether a pending or active registration names it.
        pub registered: bool,
        /// How many do.
        pub registration_count: usize,
        /// The smallest period that covers those active today.
        pub active_period: Option<Period>,
    }
}

record! {
    /// A registration as an authenticated party may see it.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct EntitledRegistration {
        /// Its id.
        pub public_id: Uuid,
        /// The programme that it is for.
        pub program_name: String,
        /// The name of the organisation that made it.
        pub organization: String,
        /// The days claimed.
        pub period: Period,
    }
}

record! {
    /// What an authenticated party may know of a charger.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct EntitledLookup {
        /// Whether a pending or active registration names it.
        pub registered: bool,
        /// How many do.
        pub registration_count: usize,
        /// Those registrations, oldest first.
        pub registrations: Vec<EntitledRegistration>,
    }
}

record! {
    /// The answer for one charger of a batch.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct LookupItem {
        /// The maker as asked.
        pub vendor: String,
        /// The serial as asked.
        pub serial: String,
        /// What may be known of it; nothing where it names no charger.
        #[wire(flatten)]
        pub found: EntitledLookup,
        /// Why vendor and serial name no charger.
        #[wire(absent)]
        pub error: Option<Error>,
    }
}

record! {
    /// The rest of a hash and how many registrations it has.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Suffix {
        /// The rest of the hash.
        pub suffix: String,
        /// Pending and active registrations; 0 for padding.
        pub registration_count: u32,
    }
}

record! {
    /// The answer to a prefix.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct PrefixLookup {
        /// The prefix asked for.
        pub prefix: String,
        /// Real and made-up suffixes, sorted.
        pub suffixes: Vec<Suffix>,
    }
}

record! {
    /// Chargers that are looked up at once.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct LookupItems<'a> {
        /// 1 to 100 chargers.
        #[wire(items = 1..=super::limits::MOST_ITEMS, count = check_item_count)]
        pub items: Vec<ChargerPair<'a>>,
    }
}

record! {
    /// The answers for chargers that are looked up at once.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct LookupResults {
        /// One answer a charger, in order.
        pub results: Vec<LookupItem>,
    }
}

/// What is looked up (contract, `POST /api/v1/lookup`): one charger, or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LookupRequest<'a> {
    /// One charger.
    Charger(ChargerPair<'a>),
    /// Several.
    Items(LookupItems<'a>),
}

impl<'a> Read<'a> for LookupRequest<'a> {
    fn read(value: &'a Value) -> Result<Self> {
        let is_batch = matches!(value, Value::Object(fields) if fields.iter().any(|(name, _)| name == "items"));
        if is_batch { LookupItems::read(value).map(Self::Items) } else { ChargerPair::read(value).map(Self::Charger) }
    }
}

#[cfg(feature = "describe")]
impl Describe for LookupRequest<'_> {
    fn shape() -> Shape {
        Shape::OneOf(vec![ChargerPair::shape(), LookupItems::shape()])
    }
}

/// What is answered to a [`LookupRequest`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LookupAnswer {
    /// For one charger.
    Charger(EntitledLookup),
    /// For several.
    Items(LookupResults),
}

impl Write for LookupAnswer {
    fn write(&self, out: &mut dyn Sink) {
        match self {
            Self::Charger(found) => found.write(out),
            Self::Items(results) => results.write(out),
        }
    }
}

#[cfg(feature = "describe")]
impl Describe for LookupAnswer {
    fn shape() -> Shape {
        Shape::OneOf(vec![EntitledLookup::shape(), LookupResults::shape()])
    }
}

impl Lookup<'_> {
    /// What anybody may know of the charger with this hash. Anybody may call; the host limits the rate.
    ///
    /// Nothing tells an unknown charger from one whose registrations are over, and nothing tells who registers (DECISIONS 7).
    ///
    /// # Errors
    ///
    /// Those of the file.
    pub fn by_hash(&self, hash: SerialHash, now: DateTime<Utc>) -> Result<PublicLookup> {
        check_now(now)?;
        self.ledger.store.read(|sql| {
            let periods = store::periods_ending_from(sql, hash, now.date_naive())?;
            Ok(public_of(&periods, now.date_naive()))
        })
    }

    /// [`Lookup::by_hash`] by the keyed hash (DECISIONS 3), in a ledger that was made with an identity key.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::MissingField`] at `identity_key` where the ledger was opened without one.
    pub fn by_keyed_hash(&self, hash: KeyedHash, now: DateTime<Utc>) -> Result<PublicLookup> {
        check_now(now)?;
        if !self.ledger.identity_key.is_given() {
            let message = "is missing; expected a ledger opened with the secret of its keyed hashes";
            return Err(Error::new(ErrorCode::MissingField, "identity_key", message));
        }
        self.ledger.store.read(|sql| {
            let periods = store::periods_of_keyed_hash(sql, hash, now.date_naive())?;
            Ok(public_of(&periods, now.date_naive()))
        })
    }

    /// Every registered charger whose hash begins with `prefix`, padded: the ledger does not learn which one was meant, nor
    /// an onlooker how many there are. Anybody may call.
    ///
    /// # Errors
    ///
    /// Those of the file.
    pub fn by_prefix(&self, prefix: &HashPrefix, now: DateTime<Utc>) -> Result<PrefixLookup> {
        check_now(now)?;
        let (first, last) = (filled(prefix, '0')?, filled(prefix, 'f')?);
        let counts = self.ledger.store.read(|sql| store::counts_between(sql, &first, &last, now.date_naive()))?;
        let found = counts.into_iter().filter_map(|found| {
            let suffix = prefix.suffix_of(&found.serial_hash.to_string())?.to_owned();
            Some(SuffixCount { suffix, count: found.count })
        });
        let padded = pad_suffixes(prefix, found.collect(), &self.ledger.random.bytes()?)?;
        let suffixes = padded.into_iter().map(|one| Suffix { suffix: one.suffix, registration_count: one.count });
        Ok(PrefixLookup { prefix: prefix.to_string(), suffixes: suffixes.collect() })
    }

    /// Who has registered a charger. Needs the scope `lookup`.
    ///
    /// # Errors
    ///
    /// Those of [`charger::identify`]; [`ErrorCode::InsufficientScope`].
    pub fn charger(&self, caller: &Caller, charger: ChargerPair<'_>, now: DateTime<Utc>) -> Result<EntitledLookup> {
        caller.require(Scope::Lookup)?;
        check_now(now)?;
        let identity = charger::identify(charger.vendor, charger.serial)?;
        self.ledger.store.read(|sql| {
            organization_of(sql, caller)?;
            entitled(sql, &identity, now.date_naive())
        })
    }

    /// Who has registered 1 to 100 chargers, one answer each, in order. Needs the scope `lookup`.
    ///
    /// A charger whose vendor or serial is no good has its `error` and counts as unregistered.
    ///
    /// # Errors
    ///
    /// At `items`: [`ErrorCode::OutOfRange`] for none or more than 100, [`ErrorCode::Empty`], [`ErrorCode::TooLong`] and
    /// [`ErrorCode::InvalidCharacter`] for a text that its field does not take; [`ErrorCode::InsufficientScope`].
    pub fn chargers(
        &self,
        caller: &Caller,
        chargers: &[ChargerPair<'_>],
        now: DateTime<Utc>,
    ) -> Result<Vec<LookupItem>> {
        caller.require(Scope::Lookup)?;
        check_now(now)?;
        check_batch_size("items", chargers.len())?;
        for (index, pair) in chargers.iter().enumerate() {
            check_pair(pair.vendor, pair.serial).map_err(|error| error.at_index(index).under("items"))?;
        }
        self.ledger.store.read(|sql| {
            organization_of(sql, caller)?;
            let answer = |(index, pair): (usize, &ChargerPair<'_>)| {
                let (found, error) = match charger::identify(pair.vendor, pair.serial) {
                    Ok(identity) => (entitled(sql, &identity, now.date_naive())?, None),
                    Err(error) => (EntitledLookup::none(), Some(error.at_index(index).under("items"))),
                };
                Ok(LookupItem { vendor: pair.vendor.to_owned(), serial: pair.serial.to_owned(), found, error })
            };
            chargers.iter().enumerate().map(answer).collect()
        })
    }
}

impl Lookup<'_> {
    /// Who has registered one charger, or each of several: [`Lookup::charger`] and [`Lookup::chargers`] in one, as the contract
    /// has them at one path. Needs the scope `lookup`.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn ask(&self, caller: &Caller, request: &LookupRequest<'_>, now: DateTime<Utc>) -> Result<LookupAnswer> {
        match request {
            LookupRequest::Charger(charger) => self.charger(caller, *charger, now).map(LookupAnswer::Charger),
            LookupRequest::Items(LookupItems { items }) => {
                let results = self.chargers(caller, items, now)?;
                Ok(LookupAnswer::Items(LookupResults { results }))
            }
        }
    }
}

impl EntitledLookup {
    fn none() -> Self {
        Self { registered: false, registration_count: 0, registrations: Vec::new() }
    }
}

/// The prefix filled up with one digit to a whole hash.
fn filled(prefix: &HashPrefix, digit: char) -> Result<[u8; 32]> {
    let digits: String = prefix.as_str().chars().chain(std::iter::repeat(digit)).take(64).collect();
    Ok(*digits.parse::<SerialHash>()?.as_bytes())
}

/// What may be told of registrations that are pending or active.
fn public_of(periods: &[Period], today: NaiveDate) -> PublicLookup {
    let active = || periods.iter().filter(|period| period.contains(today));
    let start = active().map(Period::start).min();
    let end = active().map(Period::end).max();
    let active_period = start.zip(end).and_then(|(start, end)| Period::new(start, end).ok());
    PublicLookup { registered: !periods.is_empty(), registration_count: periods.len(), active_period }
}

fn entitled(sql: &dyn Session, identity: &ChargerIdentity, today: NaiveDate) -> Result<EntitledLookup> {
    const MOST: usize = 1000;
    let charger = identity.serial_hash();
    let registration_count = store::periods_ending_from(sql, charger, today)?.len();
    let rows = store::ending_from(sql, charger, today, MOST)?;
    let registrations: Vec<_> = rows
        .into_iter()
        .map(|row| EntitledRegistration {
            public_id: row.public_id,
            program_name: row.program_name,
            organization: row.organization.name,
            period: row.period,
        })
        .collect();
    Ok(EntitledLookup { registered: registration_count > 0, registration_count, registrations })
}
