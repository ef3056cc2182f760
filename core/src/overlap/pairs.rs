//! All conflicting pairs of many claims: partition, bucket, compare.
//!
//! A tree or a sort of everything would touch each claim some twenty times, at the price of main memory. Here a claim is
//! moved twice: into one of the partitions by the first bits of its charger's hash, small enough for the cache, and there
//! into a bucket of about one charger's claims by the next bits. The claims of a bucket are compared each with each by their
//! days and 32 bits of the hash; only what agrees in both is compared by the whole hash.
//!
//! Hashes need not be spread evenly for the answer to be right and to come in time in proportion to `n log n`: a bucket of
//! many claims is sorted.

use std::mem::take;

use super::columns::ClaimColumns;
use crate::{Error, ErrorCode, Result, charger::SerialHash};

/// Claims of one partition: two copies of them, 16 bytes a claim, fit a second-level cache.
const PARTITION: usize = 1 << 12;
/// The most partitions: with more, ten million claims take longer, for more places in memory are written to at once than the
/// processor keeps addresses of.
const MOST_PARTITION_BITS: u32 = 9;
/// Claims of one bucket, on average.
const BUCKET: usize = 2;
/// From how many claims on a bucket is sorted, for which fewer would not pay.
const SORTED_FROM: usize = 32;
/// How many pairs are compared by the whole hash at once; a power of two.
const FOUND: usize = 1 << 11;
/// Places of a chunk of a partition: enough to be read in one stretch.
const CHUNK: usize = 1 << 8;

/// A claim on its way through: 16 bytes, so that four share a line of the cache.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Entry {
    /// The 32 bits of the hash behind those that chose the partition.
    tag: u32,
    pub(super) start: i32,
    pub(super) end: i32,
    pub(super) row: u32,
}

/// Memory that a search for pairs works in, to be used again by the next.
///
/// A quarter of a search's time is the system's, which clears fresh memory: a program that searches often keeps this.
///
/// ```
/// use tierra::{charger::identify, overlap::{ClaimColumns, PairBuffers}};
/// let charger = identify("KEBA", "22004711")?.serial_hash();
/// let mut buffers = PairBuffers::default();
/// for ends in [[5, 8, 9], [5, 9, 9]] {
///     let (chargers, starts) = ([charger; 3], [1, 5, 9]);
///     let claims = ClaimColumns::new(&chargers, &starts, &ends)?;
///     let mut count = 0;
///     claims.for_each_pair_in(&mut buffers, |_, _| count += 1);
///     assert_eq!(count, claims.count_pairs());
/// }
/// # Ok::<(), tierra::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct PairBuffers {
    /// What was written before is never read: how much of it counts, the chunks say.
    entries: Vec<Entry>,
    chunks: Vec<Chunk>,
    bucketed: Vec<Entry>,
    places: Vec<u32>,
}

impl ClaimColumns<'_> {
    /// Shows every conflicting pair once, by the rows of its claims, the smaller first. The pairs come in no order to rely
    /// on: those of one charger stand together.
    ///
    /// A million claims take some 25 ms, and memory of less than half the columns' own. A charger that is claimed `n` times
    /// over has `n·(n-1)/2` pairs: [`count_pairs`](Self::count_pairs) tells how many will come.
    ///
    /// ```
    /// use tierra::{charger::identify, overlap::ClaimColumns};
    /// let charger = identify("KEBA", "22004711")?.serial_hash();
    /// let mut seen = Vec::new();
    /// ClaimColumns::new(&[charger; 3], &[1, 5, 9], &[5, 8, 9])?.for_each_pair(|first, second| seen.push((first, second)));
    /// assert_eq!(seen, [(0, 1)]);
    /// # Ok::<(), tierra::Error>(())
    /// ```
    pub fn for_each_pair(&self, visit: impl FnMut(u32, u32)) {
        self.for_each_pair_in(&mut PairBuffers::default(), visit);
    }

    /// [`for_each_pair`](Self::for_each_pair) in memory that is used again.
    pub fn for_each_pair_in(&self, buffers: &mut PairBuffers, mut visit: impl FnMut(u32, u32)) {
        for_each_run(self, buffers, &mut |first, others| {
            for other in others {
                visit(first.min(*other), first.max(*other));
            }
        });
    }

    /// How many conflicting pairs there are. Takes time in proportion to the claims even where one charger has millions.
    ///
    /// ```
    /// use tierra::{charger::identify, overlap::ClaimColumns};
    /// let charger = identify("KEBA", "22004711")?.serial_hash();
    /// assert_eq!(ClaimColumns::new(&[charger; 1000], &[20454; 1000], &[20818; 1000])?.count_pairs(), 499_500);
    /// # Ok::<(), tierra::Error>(())
    /// ```
    #[must_use]
    pub fn count_pairs(&self) -> u64 {
        let mut count = 0;
        for_each_run(self, &mut PairBuffers::default(), &mut |_, others| count += others.len() as u64);
        count
    }

    /// All conflicting pairs, each once, by the rows of its claims, the smaller first, in ascending order.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] at `chargers` where there are more than `most` pairs, for each takes 8 bytes: a placeholder
    /// for a serial, such as `N/A`, on a million claims makes half a million million.
    ///
    /// ```
    /// use tierra::{ErrorCode, charger::identify, overlap::ClaimColumns};
    /// let chargers = [identify("KEBA", "N/A")?.serial_hash(); 3];
    /// let claims = ClaimColumns::new(&chargers, &[20454; 3], &[20818; 3])?;
    /// assert_eq!(claims.conflicting_pairs(3)?, [(0, 1), (0, 2), (1, 2)]);
    /// assert_eq!(claims.conflicting_pairs(2).unwrap_err().code(), ErrorCode::OutOfRange);
    /// # Ok::<(), tierra::Error>(())
    /// ```
    pub fn conflicting_pairs(&self, most: usize) -> Result<Vec<(u32, u32)>> {
        let mut found = Vec::new();
        let mut count = 0_u64;
        for_each_run(self, &mut PairBuffers::default(), &mut |first, others| {
            count += others.len() as u64;
            // Counted on to the end, so that the error can say how many there are.
            if count <= most as u64 {
                found.extend(others.iter().map(|other| (first.min(*other), first.max(*other))));
            }
        });
        if count > most as u64 {
            let message = format!(
                "have {count} conflicting pairs; expected at most {most}, so leave out chargers whose serial is a placeholder"
            );
            return Err(Error::new(ErrorCode::OutOfRange, "chargers", message));
        }
        found.sort_unstable();
        Ok(found)
    }

    /// [`conflicting_pairs`](Self::conflicting_pairs), however many there are.
    pub(super) fn sorted_pairs(&self) -> Vec<(u32, u32)> {
        self.conflicting_pairs(usize::MAX).unwrap_or_default()
    }
}

/// Shows each claim with claims that conflict with it, so that every conflicting pair is shown once.
pub(super) fn for_each_run(claims: &ClaimColumns<'_>, buffers: &mut PairBuffers, show: &mut dyn FnMut(u32, &[u32])) {
    let mut sweep =
        Sweep { chargers: claims.chargers(), found: Box::new([(0, 0); FOUND]), count: 0, rows: Vec::new(), show };
    for_each_bucket(claims, buffers, &mut |bucket| {
        if bucket.len() < SORTED_FROM {
            sweep.each_with_each(bucket);
        } else {
            sweep.sorted(bucket);
        }
    });
    sweep.flush();
}

/// Shows the claims that are not left out, bucket by bucket, in ascending order of their first bits. All claims of a
/// charger stand in one bucket.
pub(super) fn for_each_bucket(
    claims: &ClaimColumns<'_>,
    buffers: &mut PairBuffers,
    show: &mut impl FnMut(&mut [Entry]),
) {
    let PairBuffers { entries, chunks, bucketed, places } = buffers;
    partition(claims, entries, chunks);
    for chunks in chunks.chunk_by(|left, right| left.partition == right.partition) {
        let taken = |chunk: &Chunk| entries.get(chunk.begin..chunk.begin + chunk.length).unwrap_or_default();
        bucket(chunks.iter().flat_map(taken), bucketed, places);
        let mut rest = bucketed.as_mut_slice();
        let mut from = 0;
        for to in &*places {
            let Some((bucket, after)) = take(&mut rest).split_at_mut_checked((to - from) as usize) else { break };
            (rest, from) = (after, *to);
            show(bucket);
        }
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

/// Where a chunk begins and how many of its places are taken.
#[derive(Debug, Clone, Copy)]
struct Chunk {
    partition: u32,
    begin: usize,
    length: usize,
}

/// Parts all claims that are not left out by the first bits of their chargers' hashes.
///
/// `entries` becomes chunks of `CHUNK` places, each of one partition, so that no count of how many come is needed
/// beforehand; `chunks` tells them, those of a partition together and in order.
fn partition(claims: &ClaimColumns<'_>, entries: &mut Vec<Entry>, chunks: &mut Vec<Chunk>) {
    let bits = bits_for(claims.len(), PARTITION).min(MOST_PARTITION_BITS);
    // Of a partition only the last chunk is not full. What is not written to takes no memory.
    let most = claims.len() + (CHUNK << bits);
    if entries.is_empty() {
        *entries = vec![Entry::default(); most];
    } else if entries.len() < most {
        entries.resize(most, Entry::default());
    }
    chunks.clear();
    chunks.reserve(most / CHUNK);
    // The next place of each partition; at the edge of a chunk there is none yet.
    let mut places = vec![0_usize; 1 << bits];
    for (row, charger, start, end) in claims.rows() {
        let prefix = prefix(charger);
        // A shift by 64 is none: without bits there is one partition.
        let partition = prefix.checked_shr(64 - bits).unwrap_or(0) as usize;
        let Some(place) = places.get_mut(partition) else { continue };
        if place.is_multiple_of(CHUNK) {
            let begin = chunks.len() * CHUNK;
            chunks.push(Chunk { partition: partition as u32, begin, length: CHUNK });
            *place = begin;
        }
        if let Some(entry) = entries.get_mut(*place) {
            *entry = Entry { tag: ((prefix << bits) >> 32) as u32, start, end, row };
        }
        *place += 1;
    }
    for place in places.into_iter().filter(|place| !place.is_multiple_of(CHUNK)) {
        if let Some(last) = chunks.get_mut(place / CHUNK) {
            last.length = place % CHUNK;
        }
    }
    chunks.sort_unstable_by_key(|chunk| (chunk.partition, chunk.begin));
}

/// The entries of a partition, those of a bucket together, and where each bucket ends.
fn bucket<'a>(entries: impl Iterator<Item = &'a Entry> + Clone, bucketed: &mut Vec<Entry>, places: &mut Vec<u32>) {
    let length = entries.clone().count();
    let bits = bits_for(length, BUCKET);
    let bucket_of = |entry: &Entry| entry.tag.checked_shr(32 - bits).unwrap_or(0) as usize;
    places.clear();
    places.resize(1 << bits, 0);
    entries.clone().for_each(|entry| {
        if let Some(count) = places.get_mut(bucket_of(entry)) {
            *count += 1;
        }
    });
    let mut sum = 0;
    for count in places.iter_mut() {
        sum += std::mem::replace(count, sum);
    }
    bucketed.resize(length, Entry::default());
    entries.for_each(|entry| {
        let Some(place) = places.get_mut(bucket_of(entry)) else { return };
        if let Some(slot) = bucketed.get_mut(*place as usize) {
            *slot = *entry;
        }
        *place += 1;
    });
}

struct Sweep<'a> {
    chargers: &'a [SerialHash],
    /// Pairs that agree in their tags and days, to be compared by the whole hash: many at once, so that the waits for
    /// memory overlap.
    found: Box<[(u32, u32); FOUND]>,
    /// How many of `found` there are so far.
    count: usize,
    /// The rows of a sorted bucket, kept for its memory.
    rows: Vec<u32>,
    show: &'a mut dyn FnMut(u32, &[u32]),
}

impl Sweep<'_> {
    fn each_with_each(&mut self, mut bucket: &[Entry]) {
        if self.count + SORTED_FROM * SORTED_FROM > FOUND {
            self.flush();
        }
        let mut count = self.count;
        while let [first, rest @ ..] = bucket {
            for second in rest {
                // Each pair is written and only those that agree are kept: a branch that no processor can guess would cost
                // more than the writing. There is always room; the mask tells the compiler so.
                if let Some(place) = self.found.get_mut(count & (FOUND - 1)) {
                    *place = (first.row, second.row);
                }
                let same_tag = usize::from(first.tag == second.tag);
                count += same_tag & usize::from(first.start <= second.end) & usize::from(second.start <= first.end);
            }
            bucket = rest;
        }
        self.count = count;
    }

    fn flush(&mut self) {
        self.fetch();
        for (first, second) in self.found.iter().take(self.count) {
            if self.chargers.get(*first as usize) == self.chargers.get(*second as usize) {
                (self.show)(*first, std::slice::from_ref(second));
            }
        }
        self.count = 0;
    }

    /// Asks for the hashes of all pairs found: without comparisons in between, more waits for memory overlap.
    fn fetch(&self) {
        let ends = |row: u32| {
            self.chargers.get(row as usize).map_or(0, |charger| charger.as_bytes()[0] ^ charger.as_bytes()[31])
        };
        let pairs = self.found.iter().take(self.count);
        std::hint::black_box(pairs.fold(0, |sum, (first, second)| sum ^ ends(*first) ^ ends(*second)));
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
