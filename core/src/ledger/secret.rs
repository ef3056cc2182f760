//! What is known of a secret, and how long a rotated one goes on.

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use crate::webhook::MAX_SIGNATURES;
use crate::wire::record;
use crate::{Error, ErrorCode, Result};

/// The longest a rotated secret goes on beside its successor.
const MOST_OVERLAP_SECONDS: u32 = 30 * 86_400;

pub(super) fn check_overlap(seconds: u32) -> Result<()> {
    if seconds <= MOST_OVERLAP_SECONDS {
        return Ok(());
    }
    let message = format!("is `{seconds}`; expected at most {MOST_OVERLAP_SECONDS} (30 days)");
    Err(Error::new(ErrorCode::OutOfRange, "overlap_seconds", message))
}

/// How many secrets may go on beside the newest: a delivery is signed with all of them.
const MOST_OLD_SECRETS: usize = MAX_SIGNATURES - 1;

/// What the secrets before the newest become with another one.
pub(super) struct Rotation<S, E> {
    /// The one that was the newest, and until when it goes on.
    pub(super) previous: Option<(S, DateTime<Utc>)>,
    /// One that was the previous and goes on until the end that it was given.
    pub(super) goes_on: Option<(S, DateTime<Utc>)>,
    /// Those that are over.
    pub(super) over: Vec<E>,
}

/// Replaces a secret. The others go on until the end that each was given; without an overlap all end at once, which is what
/// one that leaked needs.
pub(super) fn rotated<S, E>(
    newest: S,
    previous: Option<(S, DateTime<Utc>)>,
    earlier: Vec<(E, DateTime<Utc>)>,
    overlap_seconds: u32,
    now: DateTime<Utc>,
) -> Result<Rotation<S, E>> {
    if overlap_seconds == 0 {
        let over = earlier.into_iter().map(|(secret, _)| secret).collect();
        return Ok(Rotation { previous: None, goes_on: None, over });
    }
    let known = earlier.len();
    let over: Vec<_> = earlier.into_iter().filter(|(_, until)| *until <= now).map(|(secret, _)| secret).collect();
    let goes_on = previous.filter(|(_, until)| now < *until);
    if known - over.len() + usize::from(goes_on.is_some()) >= MOST_OLD_SECRETS {
        let message =
            format!("is `{overlap_seconds}` beside {MOST_OLD_SECRETS} old secrets that go on; expected 0, or fewer");
        return Err(Error::new(ErrorCode::InvalidTransition, "overlap_seconds", message));
    }
    let until = now + TimeDelta::seconds(overlap_seconds.into());
    Ok(Rotation { previous: Some((newest, until)), goes_on, over })
}

record! {
    /// A secret before the last two, as the audit log holds it.
    #[wire(snake_case: writes)]
    pub(super) struct EarlierSecret {
        pub(super) secret_sha256: [u8; 32],
        pub(super) expires_at: DateTime<Utc>,
    }
}

/// What is kept of a secret.
pub(super) fn sha256(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}
