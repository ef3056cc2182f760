//! When a delivery is tried again, and when an endpoint is given up.

use std::time::UNIX_EPOCH;

use chrono::{DateTime, TimeDelta, Utc};

/// How long each attempt waits for the one before it, in seconds: eight attempts (DECISIONS 10).
pub const RETRY_SCHEDULE: [i64; 8] = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 36_000];
/// How long an endpoint may fail without one success before it is disabled, in seconds: five days (DECISIONS 10).
pub const DISABLE_AFTER: i64 = 5 * 86_400;
/// The longest wait that a `Retry-After` may ask for, in seconds: a day, so that no endpoint puts its events off for good.
pub const MAX_RETRY_AFTER: i64 = 86_400;

/// What became of one attempt to deliver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptOutcome<'a> {
    /// The endpoint answered. Redirects are not followed: a 3xx is an answer like any other.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The text of the `Retry-After` header, where there was one.
        retry_after: Option<&'a str>,
    },
    /// No answer: the name did not resolve, the connection failed, TLS failed, time ran out.
    Unreachable,
}

/// What is to become of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It arrived.
    Succeeded,
    /// It is tried again at this instant.
    Retry(DateTime<Utc>),
    /// It is not tried again.
    GaveUp,
}

/// What follows from an attempt, for the delivery and for its endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttemptVerdict {
    /// What is to become of the delivery.
    pub verdict: Verdict,
    /// Since when the endpoint has failed without one success; `None` once it succeeds.
    pub failing_since: Option<DateTime<Utc>>,
    /// Whether the endpoint is to be disabled; its delivery is then given up.
    pub disable_endpoint: bool,
}

/// What follows from attempt number `attempt`, counted from 1 (DECISIONS 10).
///
/// - 2xx succeeds; every other status and no answer at all fail, a redirect too.
/// - A failed attempt is followed by the next of [`RETRY_SCHEDULE`], and the eighth by none. The wait is lengthened by up
///   to a tenth, `jitter / 65535` of it, so that what failed together does not come back together; draw `jitter` at random.
/// - 429, 502, 503 and 504 may say `Retry-After`, in seconds or as an HTTP date: the later of that and the schedule counts,
///   but of the header at most [`MAX_RETRY_AFTER`]. A text that is neither is passed over.
/// - 410 gives up at once and disables the endpoint; so does having failed for [`DISABLE_AFTER`] since `failing_since`,
///   which is the endpoint's, over all its deliveries, as the last call for it returned it.
///
/// ```
/// use tierra::chrono::{DateTime, TimeDelta};
/// use tierra::webhook::{AttemptOutcome, Verdict, after_attempt};
/// let now = DateTime::from_timestamp(1_767_225_600, 0).unwrap();
/// let failed = after_attempt(1, AttemptOutcome::Unreachable, now, None, 0);
/// assert_eq!(failed.verdict, Verdict::Retry(now + TimeDelta::seconds(5)));
/// assert_eq!(failed.failing_since, Some(now));
/// let gone = after_attempt(2, AttemptOutcome::Answered { status: 410, retry_after: None }, now, Some(now), 0);
/// assert!(gone.verdict == Verdict::GaveUp && gone.disable_endpoint);
/// ```
#[must_use]
pub fn after_attempt(
    attempt: u32,
    outcome: AttemptOutcome<'_>,
    now: DateTime<Utc>,
    failing_since: Option<DateTime<Utc>>,
    jitter: u16,
) -> AttemptVerdict {
    const GONE: u16 = 410;
    let (status, retry_after) = match outcome {
        AttemptOutcome::Answered { status: 200..=299, .. } => {
            return AttemptVerdict { verdict: Verdict::Succeeded, failing_since: None, disable_endpoint: false };
        }
        AttemptOutcome::Answered { status, retry_after } => (Some(status), retry_after),
        AttemptOutcome::Unreachable => (None, None),
    };
    let since = failing_since.unwrap_or(now);
    let disable_endpoint = status == Some(GONE) || (now - since).num_seconds() >= DISABLE_AFTER;
    let next = usize::try_from(attempt).ok().and_then(|next| RETRY_SCHEDULE.get(next));
    let verdict = match next {
        Some(seconds) if !disable_endpoint => {
            let scheduled = jittered(*seconds, jitter);
            let asked = retry_after.filter(|_| matches!(status, Some(429 | 502..=504)));
            let asked = asked.and_then(|text| asked_wait(text, now)).unwrap_or(TimeDelta::zero());
            Verdict::Retry(now.checked_add_signed(scheduled.max(asked)).unwrap_or(DateTime::<Utc>::MAX_UTC))
        }
        _ => Verdict::GaveUp,
    };
    AttemptVerdict { verdict, failing_since: Some(since), disable_endpoint }
}

/// The wait and up to a tenth of it, rounded down to the millisecond.
fn jittered(seconds: i64, jitter: u16) -> TimeDelta {
    let millis = seconds * 1_000;
    TimeDelta::milliseconds(millis + millis / 10 * i64::from(jitter) / i64::from(u16::MAX))
}

/// The wait that a `Retry-After` asks for (RFC 9110, section 10.2.3): seconds, or the instant of an HTTP date.
fn asked_wait(text: &str, now: DateTime<Utc>) -> Option<TimeDelta> {
    let text = text.trim();
    let seconds = if !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit()) {
        // More digits than an integer holds ask for more than the longest wait.
        text.parse().unwrap_or(MAX_RETRY_AFTER)
    } else {
        let date = httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).ok()?;
        let date = DateTime::from_timestamp(i64::try_from(date.as_secs()).ok()?, 0)?;
        // Dates have whole seconds: never before the instant that was named.
        return Some((date - now).min(TimeDelta::seconds(MAX_RETRY_AFTER)));
    };
    Some(TimeDelta::seconds(seconds.min(MAX_RETRY_AFTER)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn now() -> DateTime<Utc> {
        // Sun, 06 Nov 1994 08:49:37 GMT, the example date of RFC 9110.
        DateTime::from_timestamp(784_111_777, 0).unwrap()
    }

    fn answered(status: u16, retry_after: Option<&str>) -> AttemptOutcome<'_> {
        AttemptOutcome::Answered { status, retry_after }
    }

    fn wait(attempt: u32, outcome: AttemptOutcome<'_>, jitter: u16) -> Option<i64> {
        match after_attempt(attempt, outcome, now(), None, jitter).verdict {
            Verdict::Retry(at) => Some((at - now()).num_milliseconds()),
            _ => None,
        }
    }

    #[test]
    fn the_schedule_of_a_dead_endpoint() {
        let waits: Vec<_> = (1..=9).map(|attempt| wait(attempt, AttemptOutcome::Unreachable, 0)).collect();
        let seconds = [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000].map(|s| Some(s * 1_000));
        assert_eq!(waits, [&seconds[..], &[None, None]].concat());
        assert_eq!(wait(1, AttemptOutcome::Unreachable, u16::MAX), Some(5_500));
        assert_eq!(wait(u32::MAX, AttemptOutcome::Unreachable, 0), None);
    }

    #[test]
    fn statuses() {
        for status in [200, 204, 299] {
            let verdict = after_attempt(8, answered(status, None), now(), Some(now()), 0);
            let success = AttemptVerdict { verdict: Verdict::Succeeded, failing_since: None, disable_endpoint: false };
            assert_eq!(verdict, success);
        }
        for status in [0, 100, 199, 300, 301, 304, 307, 400, 404, 429, 500, 503, 600, u16::MAX] {
            assert_eq!(wait(1, answered(status, None), 0), Some(5_000), "{status}");
        }
    }

    #[test]
    fn retry_after_lengthens_and_never_shortens() {
        for (status, text, expected) in [
            (429, "120", 120_000),
            (503, " 120 ", 120_000),
            (502, "3", 5_000),
            (504, "999999999999999999999999", 86_400_000),
            (503, "86401", 86_400_000),
            (503, "Sun, 06 Nov 1994 08:50:37 GMT", 60_000),
            (503, "Sunday, 06-Nov-94 08:50:37 GMT", 60_000),
            (503, "Sun, 06 Nov 1994 08:49:37 GMT", 5_000),
            (503, "Fri, 31 Dec 9999 23:59:59 GMT", 86_400_000),
            (503, "-5", 5_000),
            (503, "soon", 5_000),
            (503, "", 5_000),
            (500, "120", 5_000),
            (301, "120", 5_000),
        ] {
            assert_eq!(wait(1, answered(status, Some(text)), 0), Some(expected), "{status} {text}");
        }
    }

    #[test]
    fn an_endpoint_is_disabled_after_five_days_without_a_success() {
        let failed = |days| {
            let since = now() - TimeDelta::seconds(days);
            after_attempt(1, AttemptOutcome::Unreachable, now(), Some(since), 0)
        };
        assert!(!failed(DISABLE_AFTER - 1).disable_endpoint && failed(DISABLE_AFTER).disable_endpoint);
        assert_eq!(failed(DISABLE_AFTER).verdict, Verdict::GaveUp);
        // A clock that was set back disables nothing.
        assert!(!failed(-DISABLE_AFTER * 10).disable_endpoint);
    }

    proptest! {
        #[test]
        fn the_next_attempt_is_never_before_the_schedule_nor_a_day_and_a_bit_after(
            attempt in 1u32..8, status: u16, text in "([0-9]{0,30}|.{0,40})", jitter: u16,
        ) {
            if let Verdict::Retry(at) = after_attempt(attempt, answered(status, Some(&text)), now(), None, jitter).verdict {
                let waited = (at - now()).num_seconds();
                prop_assert!(waited >= RETRY_SCHEDULE[usize::try_from(attempt).unwrap()]);
                prop_assert!(waited <= MAX_RETRY_AFTER);
            }
        }

        #[test]
        fn no_instant_panics(now in any::<i64>(), since in any::<i64>(), text in ".{0,40}") {
            let instant = |millis: i64| DateTime::from_timestamp_millis(millis % 8_000_000_000_000_000).unwrap_or_default();
            let _ = after_attempt(1, answered(503, Some(&text)), instant(now), Some(instant(since)), 9);
            let _ = after_attempt(1, answered(503, Some("9")), DateTime::<Utc>::MAX_UTC, Some(DateTime::<Utc>::MIN_UTC), 9);
        }
    }
}
