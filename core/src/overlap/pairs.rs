//! All conflicting pairs of many claims: partition, bucket, compare.
//!
//! A tree or a sort of everything would touch each claim some twenty times, at the price of main memory. Here a claim is
//! moved twice: into one of the partitions by the first bits of its charger's hash, small enough for the cache, and there
//! into a bucket of about one charger's claims by the next bits. The claims of a bucket are compared each with each by 32
//! further bits of the hash and their days; only what agrees in both is compared by the whole hash.
//!
//! Hashes need not be spread evenly for the answer to be right and to come in time in proportion to `n log n`: a bucket of
//! many claims is sorted.

use std::mem::take;

use super::columns::ClaimColumns;
use crate::charger::SerialHash;

/// Claims of one partition: two copies of them, 16 bytes a claim, fit a second-level cache.
const PARTITION: usize = 1 << 13;
/// The most partitions: more would have more open places in memory than a processor has entries for pages.
const MOST_PARTITION_BITS: u32 = 11;
/// Claims of one bucket, on average: about those of one charger.
const BUCKET: usize = 4;
/// From how many claims on a bucket is sorted, for which fewer would not pay.
const SORTED_FROM: usize = 32;
/// How many pairs are compared by the whole hash at once.
const FOUND: usize = 1 << 12;

/// A claim on its way through: 16 bytes, so that four share a line of the cache.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Entry {
    /// The 32 bits of the hash behind those that chose the partition.
    tag: u32,
    pub(super) start: i32,
    pub(super) end: i32,
    pub(super) row: u32,
}

/// Shows each claim with claims that conflict with it, so that every conflicting pair is shown once.
pub(super) fn for_each_run(claims: &ClaimColumns<'_>, show: &mut dyn FnMut(u32, &[u32])) {
    let mut sweep = Sweep { chargers: claims.chargers(), found: Vec::new(), rows: Vec::new(), show };
    for_each_bucket(claims, &mut |bucket| {
        if bucket.len() < SORTED_FROM {
            sweep.each_with_each(bucket);
        } else {
            sweep.sorted(bucket);
        }
    });
    sweep.flush();
}

/// Shows the claims that are not cancelled, bucket by bucket, in ascending order of their first bits. All claims of a
/// charger stand in one bucket.
pub(super) fn for_each_bucket(claims: &ClaimColumns<'_>, show: &mut dyn FnMut(&mut [Entry])) {
    let bits = bits_for(claims.len(), PARTITION).min(MOST_PARTITION_BITS);
    let (entries, partition_ends) = partition(claims, bits);
    let (mut bucketed, mut bucket_ends) = (Vec::new(), Vec::new());
    for_each_part(&mut entries.into_boxed_slice(), &partition_ends, &mut |partition| {
        bucket(partition, &mut bucketed, &mut bucket_ends);
        for_each_part(&mut bucketed, &bucket_ends, show);
    });
}

/// Shows the parts of a list that end at the places given.
fn for_each_part(mut list: &mut [Entry], ends: &[usize], show: &mut dyn FnMut(&mut [Entry])) {
    let mut from = 0;
    for to in ends {
        let Some((part, rest)) = take(&mut list).split_at_mut_checked(to - from) else { return };
        (list, from) = (rest, *to);
        show(part);
    }
}

/// The order of a charger's claims together: by the whole hash, then by start, then by row.
pub(super) fn sort(bucket: &mut [Entry], chargers: &[SerialHash]) {
    let charger = |entry: &Entry| chargers.get(entry.row as usize);
    bucket.sort_unstable_by(|left, right| {
        let by_charger = || left.tag.cmp(&right.tag).then_with(|| charger(left).cmp(&charger(right)));
        by_charger().then(left.start.cmp(&right.start)).then(left.row.cmp(&right.row))
    });
}

/// How many bits part `count` things into groups of `size`.
pub(super) fn bits_for(count: usize, size: usize) -> u32 {
    (count / size).checked_ilog2().map_or(0, |bits| bits + 1)
}

/// The first 64 bits of a hash.
pub(super) fn prefix(charger: &SerialHash) -> u64 {
    charger.as_bytes().first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// All claims that are not cancelled, those of a partition together, and where each partition ends.
fn partition(claims: &ClaimColumns<'_>, bits: u32) -> (Vec<Entry>, Vec<usize>) {
    // A shift by 64 is none: without bits there is one partition.
    let partition_of = |prefix: u64| prefix.checked_shr(64 - bits).unwrap_or(0) as usize;
    let mut places = vec![0_usize; 1 << bits];
    for (_, charger, _, _) in claims.rows() {
        if let Some(count) = places.get_mut(partition_of(prefix(charger))) {
            *count += 1;
        }
    }
    let total = starts_of(&mut places);
    let mut entries = vec![Entry::default(); total];
    for (row, charger, start, end) in claims.rows() {
        let prefix = prefix(charger);
        let Some(place) = places.get_mut(partition_of(prefix)) else { continue };
        if let Some(entry) = entries.get_mut(*place) {
            *entry = Entry { tag: ((prefix << bits) >> 32) as u32, start, end, row };
        }
        *place += 1;
    }
    // Each place has moved from its partition's start to its end.
    (entries, places)
}

/// Turns counts into the places where each begins; the answer is their sum.
fn starts_of(counts: &mut [usize]) -> usize {
    counts.iter_mut().fold(0, |sum, count| sum + std::mem::replace(count, sum))
}

/// The entries of a partition, those of a bucket together, and where each bucket ends.
fn bucket(entries: &[Entry], bucketed: &mut Vec<Entry>, places: &mut Vec<usize>) {
    let bits = bits_for(entries.len(), BUCKET);
    let bucket_of = |entry: &Entry| entry.tag.checked_shr(32 - bits).unwrap_or(0) as usize;
    places.clear();
    places.resize(1 << bits, 0);
    for entry in entries {
        if let Some(count) = places.get_mut(bucket_of(entry)) {
            *count += 1;
        }
    }
    starts_of(places);
    bucketed.resize(entries.len(), Entry::default());
    for entry in entries {
        let Some(place) = places.get_mut(bucket_of(entry)) else { continue };
        if let Some(slot) = bucketed.get_mut(*place) {
            *slot = *entry;
        }
        *place += 1;
    }
}

struct Sweep<'a> {
    chargers: &'a [SerialHash],
    /// Pairs that agree in their tags and days, to be compared by the whole hash: many at once, so that the waits for
    /// memory overlap.
    found: Vec<(u32, u32)>,
    /// The rows of a sorted bucket, kept for its memory.
    rows: Vec<u32>,
    show: &'a mut dyn FnMut(u32, &[u32]),
}

impl Sweep<'_> {
    fn each_with_each(&mut self, mut bucket: &[Entry]) {
        while let [first, rest @ ..] = bucket {
            for second in rest {
                // `&`, not `&&`: three guesses of the processor would cost more than the two further comparisons.
                if (first.tag == second.tag) & (first.start <= second.end) & (second.start <= first.end) {
                    self.found.push((first.row, second.row));
                }
            }
            bucket = rest;
        }
        if self.found.len() >= FOUND {
            self.flush();
        }
    }

    fn flush(&mut self) {
        for (first, second) in &self.found {
            if self.chargers.get(*first as usize) == self.chargers.get(*second as usize) {
                (self.show)(*first, std::slice::from_ref(second));
            }
        }
        self.found.clear();
    }

    /// Many claims in one bucket: a charger that is claimed very often, or hashes that are not spread evenly.
    fn sorted(&mut self, bucket: &mut [Entry]) {
        let chargers = self.chargers;
        let charger = |entry: &Entry| chargers.get(entry.row as usize);
        sort(bucket, chargers);
        for group in bucket.chunk_by(|left, right| charger(left) == charger(right)) {
            self.rows.clear();
            self.rows.extend(group.iter().map(|entry| entry.row));
            for (at, first) in group.iter().enumerate() {
                // Sorted by start: the first that starts after the end closes the run.
                let to = group.partition_point(|entry| entry.start <= first.end);
                if let Some(run) = self.rows.get(at + 1..to) {
                    (self.show)(first.row, run);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_part_into_groups_of_a_size() {
        assert_eq!([0, 1, 8191, 8192, 16384].map(|count| bits_for(count, 8192)), [0, 0, 0, 1, 2]);
    }
}
