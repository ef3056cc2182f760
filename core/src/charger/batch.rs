//! The identities of many chargers at once, and which of them can be misread for one another.

use std::ops::Range;

use super::{ChargerIdentity, identify, lookalike_groups};
use crate::Result;
use crate::wire::record;

record! {
    /// A charger as people write it.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct ChargerPair<'a> {
        /// The maker, 1 to 120 characters.
        #[wire(chars = 1..=super::MAX_VENDOR_CHARS)]
        pub vendor: &'a str,
        /// The serial number, 1 to 255 characters.
        #[wire(chars = 1..=super::MAX_SERIAL_CHARS)]
        pub serial: &'a str,
    }
}

record! {
    /// The identities of many chargers.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq)]
    pub struct IdentityBatch {
        /// One for each charger, in the order given: its identity, or why it was refused.
        pub results: Vec<Result<ChargerIdentity>>,
        /// Groups of chargers that a person can misread for one another.
        pub lookalikes: Vec<LookalikeGroup>,
    }
}

record! {
    /// Different chargers of one maker whose serials differ only in `O/0`, `I/1`, `S/5` or `B/8`, or in letters at the front that
    /// may be a label (`SN-22004711` and `22004711`).
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct LookalikeGroup {
        /// The maker in canonical form.
        pub vendor_canonical: String,
        /// The chargers, in the order of the list.
        pub chargers: Vec<LookalikeCharger>,
    }
}

record! {
    /// A charger of a [`LookalikeGroup`].
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct LookalikeCharger {
        /// Where it first stands in the list given, from 0.
        pub index: usize,
        /// Its serial in canonical form.
        pub serial_normalized: String,
    }
}

impl IdentityBatch {
    /// The identities of many chargers, each with its own answer, in the order given.
    ///
    /// A refused charger leaves the others untouched; its error has its place in the list, `chargers[3].serial`. Chargers of
    /// one maker whose serials a person can misread for one another are listed beside.
    ///
    /// ```
    /// use tierra::charger::{ChargerPair, IdentityBatch};
    /// let pair = |vendor, serial| Ok(ChargerPair { vendor, serial });
    /// let batch = IdentityBatch::of(&[pair("Easee", "EH10"), pair("KEBA", ""), pair("easee", "EHIO")]);
    /// assert_eq!(batch.results[1].as_ref().unwrap_err().path(), "chargers[1].serial");
    /// assert_eq!(batch.lookalikes[0].chargers[1].index, 2);
    /// ```
    #[must_use]
    pub fn of(chargers: &[Result<ChargerPair<'_>>]) -> Self {
        Self::of_answers(Self::answers(chargers, 0..chargers.len()).collect())
    }

    /// The answers for some of the chargers, for a host that shows how far it is; [`IdentityBatch::of_answers`] takes all of them.
    pub fn answers<'c>(
        chargers: &'c [Result<ChargerPair<'_>>],
        places: Range<usize>,
    ) -> impl Iterator<Item = Result<ChargerIdentity>> + 'c {
        let first = places.start;
        let of_place = chargers.get(places).unwrap_or_default().iter().enumerate();
        of_place.map(move |(index, charger)| {
            let identity = charger.clone().and_then(|charger| identify(charger.vendor, charger.serial));
            identity.map_err(|error| error.at_index(first + index).under("chargers"))
        })
    }

    /// A batch of answers that were found one by one.
    #[must_use]
    pub fn of_answers(results: Vec<Result<ChargerIdentity>>) -> Self {
        let good: Vec<(usize, &ChargerIdentity)> =
            results.iter().enumerate().filter_map(|(index, result)| Some((index, result.as_ref().ok()?))).collect();
        let groups = lookalike_groups(good.iter().map(|(_, identity)| *identity));
        let group = |group: &Vec<usize>| group_of(group.iter().filter_map(|at| good.get(*at)));
        let lookalikes = groups.iter().map(group).collect();
        Self { results, lookalikes }
    }
}

fn group_of<'a>(members: impl Iterator<Item = &'a (usize, &'a ChargerIdentity)>) -> LookalikeGroup {
    let mut vendor_canonical = String::new();
    let mut chargers = Vec::new();
    for (index, identity) in members {
        identity.vendor_canonical().clone_into(&mut vendor_canonical);
        let serial_normalized = identity.serial_normalized().to_owned();
        chargers.push(LookalikeCharger { index: *index, serial_normalized });
    }
    LookalikeGroup { vendor_canonical, chargers }
}
