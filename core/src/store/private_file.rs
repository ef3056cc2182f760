//! Files that only their owner may read: a ledger holds the secrets of webhooks as they are.

use std::fs::{File, OpenOptions};
use std::io::Result;
use std::path::Path;

/// Makes a new file that only its owner may read and write.
pub(super) fn create_new(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Lets only its owner read and write a file that SQLite has just made and that is empty yet.
///
/// By its name, because to open and close it here would drop the locks that the process has on it. SQLite gives the log and
/// its index the file's mode. A disk that knows no modes is taken as it is.
pub(super) fn restrict(path: &Path) {
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        let _ = std::fs::set_permissions(path, mode);
    }
    #[cfg(not(unix))]
    let _ = path;
}
