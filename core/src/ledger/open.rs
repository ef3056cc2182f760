//! A ledger, and how it is opened and closed.

use std::path::Path;
use std::time::Duration;

use super::identity_key::IdentityKey;
use super::random::Random;
use crate::store::{Store, StoreSettings};
use crate::{Error, ErrorCode, Result, text};

/// The registry in one SQLite file, or in memory.
///
/// It may be shared between threads (`&Ledger` is all that a call needs).
pub struct Ledger {
    pub(super) store: Store,
    pub(super) random: Random,
    pub(super) identity_key: IdentityKey,
}

/// How a ledger is opened: [`Ledger::options`].
pub struct LedgerOptions {
    settings: StoreSettings,
    random: Random,
    identity_key: IdentityKey,
}

// Neither shows the identity key.
impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ledger").field("store", &self.store).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for LedgerOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LedgerOptions").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Default for LedgerOptions {
    fn default() -> Self {
        let settings = StoreSettings { busy_timeout: Duration::from_secs(10), full_sync: true, read_only: false };
        Self { settings, random: Random::of_system(), identity_key: IdentityKey::default() }
    }
}

impl LedgerOptions {
    /// How long a call waits for a lock that another process holds before it answers [`ErrorCode::Busy`]; 10 s unless said.
    #[must_use]
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.settings.busy_timeout = timeout;
        self
    }

    /// Whether a call returns only when the disk has the change (true unless said).
    ///
    /// Without, a loss of power may take the last changes with it, never earlier ones without later ones; a killed process
    /// loses nothing either way.
    #[must_use]
    pub fn full_sync(mut self, full: bool) -> Self {
        self.settings.full_sync = full;
        self
    }

    /// Opens the file for reading alone: every change is refused as [`ErrorCode::ReadOnly`], and a missing file is an error.
    ///
    /// A file of an earlier version stays as it is: what came later, such as emission factors, is then refused as
    /// [`ErrorCode::ReadOnly`] too. Opened for writing, it is brought to the present version.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.settings.read_only = true;
        self
    }

    /// Takes the random bytes for ids and secrets from `fill` in place of the operating system.
    ///
    /// For a host with a source of its own, and for tests. Whoever can foretell the bytes can foretell every secret.
    #[must_use]
    pub fn random(mut self, fill: impl FnMut(&mut [u8]) + Send + 'static) -> Self {
        self.random = Random::of_host(fill);
        self
    }

    /// The secret of the keyed hashes (DECISIONS 3), at least 16 bytes: chargers are then found by their keyed hash too.
    ///
    /// It is given when the file is made and from then on; the file holds a check of it and never the secret.
    #[must_use]
    pub fn identity_key(mut self, secret: impl Into<Vec<u8>>) -> Self {
        self.identity_key = IdentityKey::of(secret.into());
        self
    }

    /// Opens the file, which is made where there is none.
    ///
    /// # Errors
    ///
    /// At `path`: [`ErrorCode::UnknownValue`] for a name that SQLite takes for memory or a URI (`:memory:`, `file:…`), which
    /// would be a file of that name here; [`ErrorCode::NotADatabase`] for a file of another kind, [`ErrorCode::NewerVersion`] for one of a newer
    /// version, [`ErrorCode::FileError`] and [`ErrorCode::ReadOnly`] where it cannot be opened or written. At `identity_key`:
    /// [`ErrorCode::OutOfRange`] for a short one, [`ErrorCode::UnknownValue`] for another than the file was made with.
    pub fn open(self, path: impl AsRef<Path>) -> Result<Ledger> {
        check_name(path.as_ref())?;
        let store = Store::open(path.as_ref(), self.settings.clone())?;
        self.over(store)
    }

    /// A ledger in memory, which is gone when it is dropped.
    ///
    /// # Errors
    ///
    /// At `identity_key`, as [`LedgerOptions::open`].
    pub fn in_memory(self) -> Result<Ledger> {
        let store = Store::in_memory()?;
        self.over(store)
    }

    fn over(self, store: Store) -> Result<Ledger> {
        self.identity_key.check(&store, self.settings.read_only)?;
        Ok(Ledger { store, random: self.random, identity_key: self.identity_key })
    }
}

/// Refuses what another program over SQLite would not take for a file's name. As a whole path (`./:memory:`) it is one.
fn check_name(path: &Path) -> Result<()> {
    let Some(name) = path.to_str().filter(|name| *name == ":memory:" || name.starts_with("file:")) else {
        return Ok(());
    };
    let message = match name {
        ":memory:" => {
            "is `:memory:`, which is no file; expected a path, or a ledger that is opened in memory".to_owned()
        }
        uri => format!("is the URI `{}`; expected a path", text::excerpt(uri)),
    };
    Err(Error::new(ErrorCode::UnknownValue, "path", message))
}

impl Ledger {
    /// Opens the ledger in this file, which is made where there is none.
    ///
    /// # Errors
    ///
    /// As [`LedgerOptions::open`].
    ///
    /// ```
    /// let folder = std::env::temp_dir().join(format!("tierra-doc-{}", std::process::id()));
    /// std::fs::create_dir_all(&folder).unwrap();
    /// let ledger = tierra::ledger::Ledger::open(folder.join("registry.sqlite"))?;
    /// ledger.close()?;
    /// # std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), tierra::Error>(())
    /// ```
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        LedgerOptions::default().open(path)
    }

    /// A ledger in memory, which is gone when it is dropped.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::FileError`] where SQLite has no memory.
    pub fn in_memory() -> Result<Self> {
        LedgerOptions::default().in_memory()
    }

    /// How the ledger is to be opened, where the defaults are not what is wanted.
    #[must_use]
    pub fn options() -> LedgerOptions {
        LedgerOptions::default()
    }

    /// The version of the file's schema that this library reads and writes.
    pub const SCHEMA_VERSION: usize = crate::store::SCHEMA_VERSION;

    /// Copies the whole ledger to a new file while others read and write; the copy is one state of it.
    ///
    /// `progress` is told the pages copied and the pages in all, and returns whether to go on; stopped or failed, no file is
    /// left behind.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::FileError`] at `path` where a file stands there already; those of the disk; [`ErrorCode::Closed`].
    pub fn back_up(&self, path: impl AsRef<Path>, mut progress: impl FnMut(u64, u64) -> bool) -> Result<()> {
        self.store.back_up(path.as_ref(), &mut progress)
    }

    /// Closes the file. Every later call answers [`ErrorCode::Closed`]; closing again does nothing.
    ///
    /// # Errors
    ///
    /// Those of the disk.
    pub fn close(&self) -> Result<()> {
        self.store.close()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sqlite_takes_for_memory_or_a_uri_makes_no_file() {
        for name in
            [":memory:", "file::memory:?cache=shared", "file:ledger.sqlite?mode=ro", "file:///tmp/ledger.sqlite"]
        {
            let error = Ledger::open(name).unwrap_err();
            assert_eq!((error.code(), error.path()), (ErrorCode::UnknownValue, "path"), "{name}");
            assert!(!Path::new(name).exists(), "{name}");
        }
    }
}
