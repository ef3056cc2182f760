//! Random bytes for ids and secrets.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use crate::{Error, ErrorCode, Result};

type Fill = Box<dyn FnMut(&mut [u8]) + Send>;

/// Where random bytes come from.
pub(super) struct Random(Option<Mutex<Fill>>);

impl Random {
    /// The operating system's.
    pub(super) fn of_system() -> Self {
        Self(None)
    }

    /// The host's own.
    pub(super) fn of_host(fill: impl FnMut(&mut [u8]) + Send + 'static) -> Self {
        Self(Some(Mutex::new(Box::new(fill))))
    }

    pub(super) fn bytes<const N: usize>(&self) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    pub(super) fn fill(&self, bytes: &mut [u8]) -> Result<()> {
        if let Some(fill) = &self.0 {
            (fill.lock().unwrap_or_else(PoisonError::into_inner))(bytes);
            return Ok(());
        }
        getrandom::fill(bytes).map_err(|error| {
            let message = format!("the operating system gave no random bytes ({error}); expected some for an id");
            Error::new(ErrorCode::FileError, "", message)
        })
    }
}

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Random(host)" } else { "Random(system)" })
    }
}
