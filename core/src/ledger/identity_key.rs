//! The secret of the keyed hashes (DECISIONS 3), which the file does not hold but for a check of it.

use crate::charger::{ChargerIdentity, KeyedHash};
use crate::store::{Session, Store, registrations, settings};
use crate::{Error, ErrorCode, Result, mac};

/// The setting that holds the code of a fixed text under the identity key.
const CHECK: &str = "identity_key_check";

/// The secret, where a ledger was opened with one.
#[derive(Default)]
pub(super) struct IdentityKey(Option<Vec<u8>>);

impl IdentityKey {
    pub(super) fn of(secret: Vec<u8>) -> Self {
        Self(Some(secret))
    }

    pub(super) fn is_given(&self) -> bool {
        self.0.is_some()
    }

    /// The charger's keyed hash, in a ledger with an identity key.
    pub(super) fn keyed_hash(&self, identity: &ChargerIdentity) -> Result<Option<KeyedHash>> {
        let keyed = self.0.as_deref().map(|secret| identity.keyed_hash(secret)).transpose();
        keyed.map_err(|error| error.under("identity_key"))
    }

    /// Refuses another identity key than the file was made with, and keeps a check of the first.
    ///
    /// A file with registrations cannot be given one later: it does not hold the serials.
    pub(super) fn check(&self, store: &Store, read_only: bool) -> Result<()> {
        let Some(secret) = &self.0 else {
            return if read_only { Ok(()) } else { store.read(|sql| self.refuse_other(sql)) };
        };
        // The same limit as the keyed hash itself.
        KeyedHash::of(secret, "", "").map_err(|error| Error::new(error.code(), "identity_key", error.message()))?;
        if store.read(|sql| settings::get(sql, CHECK))?.is_some() || read_only {
            return store.read(|sql| self.refuse_other(sql));
        }
        store.write(|sql| {
            if settings::get(sql, CHECK)?.is_none() && registrations::is_empty(sql)? {
                settings::set(sql, CHECK, &mac::bytes(code_of(secret)))?;
            }
            self.refuse_other(sql)
        })
    }

    /// Refuses to go on with another identity key than the file's, which another process may have given it meanwhile.
    pub(super) fn refuse_other(&self, sql: &dyn Session) -> Result<()> {
        let refuse = |message: &str| Err(Error::new(ErrorCode::UnknownValue, "identity_key", message));
        let stored = settings::get(sql, CHECK)?.map(|check| <[u8; 32]>::try_from(check).unwrap_or_default());
        match (stored, &self.0) {
            (None, None) => Ok(()),
            (Some(stored), Some(secret)) if mac::received(stored) == code_of(secret) => Ok(()),
            (Some(_), Some(_)) => refuse("is another than the ledger was made with; expected that one"),
            (Some(_), None) => refuse("is missing; expected the one that the ledger was made with"),
            (None, Some(_)) => refuse("was not given when the ledger was made; expected none, or a new file"),
        }
    }
}

fn code_of(secret: &[u8]) -> mac::Code {
    mac::hmac_sha256(secret, CHECK, b"")
}
