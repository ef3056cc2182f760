//! The real inputs beside the checkout, which are not part of the project.

use std::path::PathBuf;

/// The path of a file under `../shared/data`, or `None`, said aloud, where that folder is absent.
///
/// `tests/run` fails when a test skipped although the folder was there.
pub fn shared_data(file: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    if !folder.is_dir() {
        println!("SKIPPED: {file} needs ../shared/data, which is absent");
        return None;
    }
    let path = folder.join(file);
    assert!(path.is_file(), "{} is missing although ../shared/data is there", path.display());
    Some(path)
}
