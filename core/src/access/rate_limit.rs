//! How often: token buckets that the host asks before it answers.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::wire::record;
use crate::{Error, ErrorCode, Result, named_values::named_values};

/// How many buckets of one kind a limiter holds unless told otherwise.
pub const DEFAULT_MAX_BUCKETS: usize = 100_000;
/// The longest name of a bucket, in bytes.
pub const MAX_BUCKET_NAME_BYTES: usize = 256;
const MICROS: u64 = 1_000_000;
/// The most tokens of a bucket and the most that a period brings.
const MOST_TOKENS: u32 = 1_000_000;
/// The longest period: a day.
const LONGEST_PERIOD_S: u32 = 86_400;
/// How long a sweep that freed too little is not repeated.
const SWEEP_PAUSE_MICROS: u64 = MICROS;

named_values! {
    /// What a limit counts by.
    BucketKind {
        /// The API key or token.
        Key => "key",
        /// The address of the asking host.
        Ip => "ip",
        /// The charger asked for, so that no one charger can be watched.
        SerialHash => "serial_hash",
    }
}

record! {
    /// A token bucket's size and how it fills: `capacity` at once, then `refill` every `period_seconds`, evenly.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct RateLimit {
        /// The most requests at once, 1 to 1,000,000.
        #[wire(range = 1..=MOST_TOKENS.into())]
        capacity: u32,
        /// How many requests a period brings back, 1 to 1,000,000.
        #[wire(range = 1..=MOST_TOKENS.into())]
        refill: u32,
        /// How long a period is, in seconds, 1 to 86,400.
        #[wire(range = 1..=LONGEST_PERIOD_S.into())]
        period_seconds: u32,
    }
}

impl RateLimit {
    /// A limit of `capacity` requests at once and `refill` requests every `period_seconds` after that.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::OutOfRange`] at `capacity` or `refill` outside 1 to 1,000,000, at `period_seconds` outside 1 to 86,400.
    ///
    /// ```
    /// let limit = tierra::access::RateLimit::new(30, 60, 60)?; // 30 at once, and one a second
    /// assert_eq!(limit.capacity(), 30);
    /// # Ok::<(), tierra::Error>(())
    /// ```
    pub fn new(capacity: u32, refill: u32, period_seconds: u32) -> Result<Self> {
        check_range("capacity", capacity, MOST_TOKENS)?;
        check_range("refill", refill, MOST_TOKENS)?;
        check_range("period_seconds", period_seconds, LONGEST_PERIOD_S)?;
        Ok(Self { capacity, refill, period_seconds })
    }

    /// The most requests at once.
    #[must_use]
    pub fn capacity(&self) -> u32 {
        self.capacity
    }

    // A bucket counts in parts so small that a microsecond brings a whole number of them, `refill`: nothing is ever
    // rounded. The fullest bucket, 10^6 tokens of 86,400 × 10^6 parts, holds 8.64 × 10^16: far below what a u64 takes.

    /// The parts of one token.
    fn token(&self) -> u64 {
        u64::from(self.period_seconds) * MICROS
    }

    /// The parts of a full bucket.
    fn full(&self) -> u64 {
        u64::from(self.capacity) * self.token()
    }
}

fn check_range(path: &str, value: u32, most: u32) -> Result<()> {
    if (1..=most).contains(&value) {
        return Ok(());
    }
    Err(Error::new(ErrorCode::OutOfRange, path, format!("`{value}` is out of range; expected 1 to {most}")))
}

record! {
    /// The limit of each kind of bucket.
    #[wire(snake_case: reads)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct RateLimits {
        /// For a key or token.
        pub key: RateLimit,
        /// For an address.
        pub ip: RateLimit,
        /// For a charger.
        pub serial_hash: RateLimit,
    }
}

record! {
    /// What a limiter says of one request; enough for the headers `RateLimit-*` and `Retry-After`.
    #[wire(snake_case: writes)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct RateDecision {
        /// Whether the request may go on. Its tokens are taken then, and only then.
        pub allowed: bool,
        /// The capacity of the bucket that `remaining` speaks of.
        pub limit: u32,
        /// Whole tokens left in the emptiest bucket asked; 0 when refused.
        pub remaining: u32,
        /// Seconds, rounded up, after which the request would be allowed if nothing else asked; 0 when allowed.
        pub retry_after: u64,
        /// The bucket that refused, of several the one that takes longest, the first asked of those.
        pub refused_by: Option<BucketKind>,
    }
}

/// Token buckets by key, address and charger, in bounded memory.
///
/// It has no clock: the host hands in the instant. All arithmetic is in whole numbers, so that every platform answers the
/// same; nothing is granted beyond `capacity + refill × elapsed / period` in any span of time. A clock that goes back
/// brings no tokens and takes none.
///
/// A bucket that has filled up again is forgotten, for a new one is as full. Each kind keeps at most `max_buckets` of the
/// others. None is ever dropped to make room, because whoever floods a limiter with names could so have his own bucket
/// forgotten; names beyond the limit share one bucket of the kind's limit until there is room, and a name that then gets a
/// bucket of its own begins with what the shared one holds.
///
/// ```
/// use tierra::access::{BucketKind, RateLimit, RateLimiter, RateLimits};
/// use tierra::chrono::{DateTime, TimeDelta};
/// let limit = RateLimit::new(2, 1, 10)?; // two at once, then one every ten seconds
/// let mut limiter = RateLimiter::new(RateLimits { key: limit, ip: limit, serial_hash: limit });
/// let now = DateTime::from_timestamp(1_767_225_600, 0).unwrap();
/// let mut ask = |seconds| limiter.check(&[(BucketKind::Ip, "192.0.2.1")], now + TimeDelta::seconds(seconds));
/// assert!(ask(0)?.allowed && ask(0)?.allowed);
/// let refused = ask(1)?;
/// assert_eq!((refused.allowed, refused.retry_after, refused.refused_by), (false, 9, Some(BucketKind::Ip)));
/// assert!(ask(10)?.allowed);
/// # Ok::<(), tierra::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct RateLimiter {
    key: Kind,
    ip: Kind,
    serial_hash: Kind,
}

impl RateLimiter {
    /// A limiter with these limits and room for [`DEFAULT_MAX_BUCKETS`] of each kind.
    #[must_use]
    pub fn new(limits: RateLimits) -> Self {
        Self::with_max_buckets(limits, DEFAULT_MAX_BUCKETS)
    }

    /// A limiter with room for `max_buckets` of each kind; with 0 all names of a kind share one bucket.
    #[must_use]
    pub fn with_max_buckets(limits: RateLimits, max_buckets: usize) -> Self {
        let kind = |limit| Kind::new(limit, max_buckets);
        Self { key: kind(limits.key), ip: kind(limits.ip), serial_hash: kind(limits.serial_hash) }
    }

    /// Whether a request that counts against these buckets may go on at `now`; at most one bucket of each kind.
    ///
    /// Every bucket must hold a token, and tokens are taken only when all do. A refused request costs nothing.
    ///
    /// # Errors
    ///
    /// At `buckets`: [`ErrorCode::Empty`] without a bucket. At a kind's name: [`ErrorCode::Duplicate`] for a second bucket
    /// of the kind, [`ErrorCode::Empty`] and [`ErrorCode::TooLong`] for its name, of 1 to [`MAX_BUCKET_NAME_BYTES`] bytes.
    pub fn check(&mut self, buckets: &[(BucketKind, &str)], now: DateTime<Utc>) -> Result<RateDecision> {
        check_buckets(buckets)?;
        let now = now.timestamp_micros();
        let levels = buckets.iter().map(|(kind, name)| (*kind, self.kind(*kind).level(name, now)));
        let levels: Vec<(BucketKind, u64)> = levels.collect();
        let limit_of = |kind: BucketKind| self.kind(kind).limit;
        // Backwards, because the last of equal waits is found, and the first asked is to be named.
        let waits = levels.iter().rev().map(|(kind, level)| (*kind, wait_micros(limit_of(*kind), *level)));
        if let Some((kind, micros)) = waits.filter(|(_, micros)| *micros > 0).max_by_key(|(_, micros)| *micros) {
            return Ok(RateDecision {
                allowed: false,
                limit: limit_of(kind).capacity,
                remaining: 0,
                retry_after: micros.div_ceil(MICROS),
                refused_by: Some(kind),
            });
        }
        let left = levels.iter().map(|(kind, level)| {
            let limit = limit_of(*kind);
            // At most the capacity, which is a u32.
            (u32::try_from(level / limit.token()).unwrap_or(limit.capacity).saturating_sub(1), limit.capacity)
        });
        let (remaining, limit) = left.min().unwrap_or_default();
        for ((kind, name), (_, level)) in buckets.iter().zip(&levels) {
            self.kind_mut(*kind).take(name, *level, now);
        }
        Ok(RateDecision { allowed: true, limit, remaining, retry_after: 0, refused_by: None })
    }

    /// How many buckets the limiter holds now.
    #[must_use]
    pub fn bucket_count(&self) -> usize {
        [&self.key, &self.ip, &self.serial_hash].into_iter().map(|kind| kind.buckets.len()).sum()
    }

    fn kind(&self, kind: BucketKind) -> &Kind {
        match kind {
            BucketKind::Key => &self.key,
            BucketKind::Ip => &self.ip,
            BucketKind::SerialHash => &self.serial_hash,
        }
    }

    fn kind_mut(&mut self, kind: BucketKind) -> &mut Kind {
        match kind {
            BucketKind::Key => &mut self.key,
            BucketKind::Ip => &mut self.ip,
            BucketKind::SerialHash => &mut self.serial_hash,
        }
    }
}

fn check_buckets(buckets: &[(BucketKind, &str)]) -> Result<()> {
    if buckets.is_empty() {
        return Err(Error::new(ErrorCode::Empty, "buckets", "is empty; expected a key, an address or a charger"));
    }
    for (index, (kind, name)) in buckets.iter().enumerate() {
        let path = kind.as_str();
        if buckets.iter().take(index).any(|(earlier, _)| earlier == kind) {
            return Err(Error::new(ErrorCode::Duplicate, path, format!("`{path}` stands twice; expected it once")));
        }
        if name.is_empty() {
            return Err(Error::new(ErrorCode::Empty, path, "is empty; expected a name to count by"));
        }
        if name.len() > MAX_BUCKET_NAME_BYTES {
            let message = format!("has {} bytes; expected at most {MAX_BUCKET_NAME_BYTES}", name.len());
            return Err(Error::new(ErrorCode::TooLong, path, message));
        }
    }
    Ok(())
}

/// The microseconds until a bucket of this level holds a token, rounded up.
fn wait_micros(limit: RateLimit, level: u64) -> u64 {
    limit.token().saturating_sub(level).div_ceil(u64::from(limit.refill))
}

/// A bucket's parts at an instant.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    level: u64,
    at_micros: i64,
}

impl Bucket {
    /// The parts at a later instant; at an earlier one those there were.
    fn level_at(&self, limit: RateLimit, now: i64) -> u64 {
        let elapsed = if now > self.at_micros { now.abs_diff(self.at_micros) } else { 0 };
        elapsed.saturating_mul(limit.refill.into()).saturating_add(self.level).min(limit.full())
    }
}

/// The buckets of one kind.
#[derive(Debug, Clone)]
struct Kind {
    limit: RateLimit,
    max_buckets: usize,
    buckets: HashMap<String, Bucket>,
    /// What the names share for which there is no room.
    shared: Option<Bucket>,
    /// When a sweep last found too little to drop.
    swept_at: Option<i64>,
}

impl Kind {
    fn new(limit: RateLimit, max_buckets: usize) -> Self {
        Self { limit, max_buckets, buckets: HashMap::new(), shared: None, swept_at: None }
    }

    /// What the bucket of a name holds. A name without one has a full one, or what the shared one holds.
    fn level(&self, name: &str, now: i64) -> u64 {
        let bucket = self.buckets.get(name).or(self.shared.as_ref());
        bucket.map_or(self.limit.full(), |bucket| bucket.level_at(self.limit, now))
    }

    /// Takes a token from the bucket of a name, whose level holds one.
    fn take(&mut self, name: &str, level: u64, now: i64) {
        let known = self.buckets.get(name).or(self.shared.as_ref());
        // A clock that goes back and forth must not fill the same time twice.
        let at_micros = known.map_or(now, |bucket| bucket.at_micros.max(now));
        let bucket = Bucket { level: level.saturating_sub(self.limit.token()), at_micros };
        if let Some(own) = self.buckets.get_mut(name) {
            *own = bucket;
            return;
        }
        if self.has_room(now) {
            self.buckets.insert(name.to_owned(), bucket);
        } else {
            self.shared = Some(bucket);
        }
    }

    /// Whether one more bucket fits, once those that have filled up are forgotten.
    fn has_room(&mut self, now: i64) -> bool {
        let pausing = self.swept_at.is_some_and(|at| now.abs_diff(at) < SWEEP_PAUSE_MICROS);
        if self.buckets.len() >= self.max_buckets && !pausing {
            let (limit, full) = (self.limit, self.limit.full());
            self.buckets.retain(|_, bucket| bucket.level_at(limit, now) < full);
            self.shared = self.shared.filter(|bucket| bucket.level_at(limit, now) < full);
            // A look at every bucket is dear: not for each newcomer of a flood.
            self.swept_at = Some(now);
        }
        self.buckets.len() < self.max_buckets
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use proptest::prelude::*;

    fn at(micros: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_767_225_600, 0).unwrap() + TimeDelta::microseconds(micros)
    }

    fn limiter(limit: RateLimit, max_buckets: usize) -> RateLimiter {
        RateLimiter::with_max_buckets(RateLimits { key: limit, ip: limit, serial_hash: limit }, max_buckets)
    }

    #[test]
    fn tokens_are_taken_only_when_every_bucket_has_one() {
        let wide = RateLimit::new(10, 1, 60).unwrap();
        let narrow = RateLimit::new(1, 1, 60).unwrap();
        let mut limiter = RateLimiter::new(RateLimits { key: wide, ip: wide, serial_hash: narrow });
        let both = [(BucketKind::Key, "k"), (BucketKind::SerialHash, "h")];
        let first = limiter.check(&both, at(0)).unwrap();
        assert_eq!((first.allowed, first.limit, first.remaining), (true, 1, 0));
        for _ in 0..50 {
            let refused = limiter.check(&both, at(0)).unwrap();
            assert_eq!((refused.refused_by, refused.retry_after), (Some(BucketKind::SerialHash), 60));
        }
        assert_eq!(limiter.check(&both[..1], at(0)).unwrap().remaining, 8);
    }

    #[test]
    fn a_clock_that_goes_back_and_forth_fills_no_time_twice() {
        let mut limiter = limiter(RateLimit::new(10, 1, 1).unwrap(), 10);
        let ask = [(BucketKind::Ip, "a")];
        let granted = (0..1000).filter(|turn| limiter.check(&ask, at(turn % 2 * 10_000_000)).unwrap().allowed).count();
        assert!((10..=20).contains(&granted), "{granted}");
    }

    #[test]
    fn waits_are_rounded_up_and_hold() {
        let mut limiter = limiter(RateLimit::new(1, 3, 10).unwrap(), 10);
        let ask = [(BucketKind::Ip, "a")];
        assert!(limiter.check(&ask, at(0)).unwrap().allowed);
        // A token every 3 1/3 s.
        assert_eq!(limiter.check(&ask, at(0)).unwrap().retry_after, 4);
        assert!(!limiter.check(&ask, at(3_333_333)).unwrap().allowed);
        assert!(limiter.check(&ask, at(3_333_334)).unwrap().allowed);
    }

    #[test]
    fn refusals() {
        let mut limiter = limiter(RateLimit::new(1, 1, 1).unwrap(), 10);
        let long = "x".repeat(257);
        for (buckets, code, path) in [
            (vec![], ErrorCode::Empty, "buckets"),
            (vec![(BucketKind::Ip, "")], ErrorCode::Empty, "ip"),
            (vec![(BucketKind::Key, long.as_str())], ErrorCode::TooLong, "key"),
            (vec![(BucketKind::SerialHash, "a"), (BucketKind::SerialHash, "b")], ErrorCode::Duplicate, "serial_hash"),
        ] {
            let error = limiter.check(&buckets, at(0)).unwrap_err();
            assert_eq!((error.code(), error.path()), (code, path));
        }
        for (limit, path) in [
            (RateLimit::new(0, 1, 1), "capacity"),
            (RateLimit::new(1, 1_000_001, 1), "refill"),
            (RateLimit::new(1, 1, 86_401), "period_seconds"),
        ] {
            assert_eq!(limit.unwrap_err().path(), path);
        }
        assert_eq!(limiter.bucket_count(), 0);
    }

    #[test]
    fn a_flood_of_names_forgets_no_bucket_and_takes_no_more_room() {
        let mut limiter = limiter(RateLimit::new(2, 1, 3_600).unwrap(), 100);
        let mine = [(BucketKind::Ip, "mine")];
        assert!(limiter.check(&mine, at(0)).unwrap().allowed && limiter.check(&mine, at(1)).unwrap().allowed);
        let flood = |limiter: &mut RateLimiter, n: i64| {
            limiter.check(&[(BucketKind::Ip, &format!("flood {n}"))], at(2 + n)).unwrap().allowed
        };
        let granted = (0..10_000).filter(|n| flood(&mut limiter, *n)).count();
        // 99 with a bucket of their own, and the two tokens that all the others share.
        assert_eq!((granted, limiter.bucket_count()), (101, 100));
        assert!(!limiter.check(&mine, at(20_000)).unwrap().allowed);
        // Two hours on all are full again, and forgotten once a newcomer needs the room.
        let later = 7_300 * 1_000_000;
        assert!(limiter.check(&[(BucketKind::Ip, "late")], at(later)).unwrap().allowed);
        assert_eq!(limiter.bucket_count(), 1);
    }

    #[test]
    fn a_clock_set_back_neither_grants_nor_freezes() {
        let mut limiter = limiter(RateLimit::new(1, 1, 10).unwrap(), 10);
        let ask = [(BucketKind::Key, "k")];
        assert!(limiter.check(&ask, at(0)).unwrap().allowed);
        assert!(!limiter.check(&ask, at(-1_000_000_000_000)).unwrap().allowed);
        assert!(!limiter.check(&ask, at(0)).unwrap().allowed);
        assert!(limiter.check(&ask, DateTime::<Utc>::MAX_UTC).unwrap().allowed);
        assert!(!limiter.check(&ask, DateTime::<Utc>::MIN_UTC).unwrap().allowed);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        /// In every span of time each name is granted at most what its bucket holds and what flows in.
        #[test]
        fn never_more_than_capacity_and_refill(
            capacity in 1u32..6, refill in 1u32..4, period in 1u32..20, max_buckets in 0usize..4,
            asks in prop::collection::vec((0i64..4_000_000, 0usize..6, 0usize..4), 1..200),
        ) {
            let limit = RateLimit::new(capacity, refill, period).unwrap();
            let mut limiter = limiter(limit, max_buckets);
            let (mut now, mut grants) = (0, vec![Vec::new(); 6]);
            for (step, ip, key) in asks {
                now += step;
                let (ip_name, key_name) = (ip.to_string(), key.to_string());
                let buckets = [(BucketKind::Ip, ip_name.as_str()), (BucketKind::Key, key_name.as_str())];
                let decision = limiter.check(&buckets, at(now)).unwrap();
                if decision.allowed {
                    grants[ip].push(now);
                } else {
                    prop_assert!(decision.retry_after >= 1 && decision.remaining == 0);
                    let after = at(now + i64::try_from(decision.retry_after).unwrap() * 1_000_000);
                    prop_assert!(limiter.clone().check(&buckets, after).unwrap().allowed);
                }
                prop_assert!(limiter.bucket_count() <= 2 * max_buckets);
            }
            for times in grants {
                for (first, start) in times.iter().enumerate() {
                    for (last, end) in times.iter().enumerate().skip(first) {
                        let count = i64::try_from(last - first + 1).unwrap();
                        let flowed = (end - start) * i64::from(refill);
                        prop_assert!((count - i64::from(capacity)) * i64::from(period) * 1_000_000 <= flowed);
                    }
                }
            }
        }
    }
}
