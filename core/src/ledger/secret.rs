//! What is known of a secret, and how long a rotated one goes on.

use sha2::{Digest, Sha256};

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

/// What is kept of a secret.
pub(super) fn sha256(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}
