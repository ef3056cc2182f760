//! The input of a work, as files.

use std::error::Error;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::PathBuf;

use tierra::charger::SerialHash;

/// A directory of columns and texts.
pub struct Input(PathBuf);

impl Input {
    pub fn new(dir: &str) -> Self {
        Self(dir.into())
    }

    /// Where a file of this name stands, or is to stand.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// A file of items of `N` bytes each. Not read as a whole first: the peak of memory is measured.
    fn column<const N: usize, T>(&self, name: &str, item: fn([u8; N]) -> T) -> Result<Vec<T>, Box<dyn Error>> {
        let file = File::open(self.0.join(name))?;
        let count = usize::try_from(file.metadata()?.len())? / N;
        let mut reader = BufReader::with_capacity(1 << 16, file);
        let mut items = Vec::with_capacity(count);
        for _ in 0..count {
            let mut bytes = [0; N];
            reader.read_exact(&mut bytes)?;
            items.push(item(bytes));
        }
        Ok(items)
    }

    pub fn hashes(&self, name: &str) -> Result<Vec<SerialHash>, Box<dyn Error>> {
        self.column(name, SerialHash::from_bytes)
    }

    pub fn days(&self, name: &str) -> Result<Vec<i32>, Box<dyn Error>> {
        self.column(name, i32::from_le_bytes)
    }

    pub fn text(&self, name: &str) -> Result<String, Box<dyn Error>> {
        Ok(std::fs::read_to_string(self.0.join(name))?)
    }
}
