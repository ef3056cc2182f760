//! What the tests of the ledger share: fresh folders, seeds, callers and children.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};

use tierra::access::Scopes;
use tierra::chrono::{DateTime, TimeDelta, Utc};
use tierra::ledger::{Caller, Ledger, Registered, RegistrationRequest};
use tierra::registration::OnConflict;
use tierra::{Result, parse_date};

/// 2026-01-01 00:00 UTC and some seconds.
pub fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).unwrap() + TimeDelta::seconds(seconds)
}

/// A folder of its own for a test, gone when dropped.
pub struct TempDir(PathBuf);

impl TempDir {
    pub fn new() -> Self {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("tierra-test-{}-{number}", std::process::id()));
        // Of an earlier process with this id that was killed.
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A generator that any seed makes the same everywhere (SplitMix64).
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound).unwrap()).unwrap()
    }

    /// True `percent` times in a hundred.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// The number in an environment variable, or the default.
pub fn number_from_env(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")))
}

/// The seed of a test: that of `TIERRA_SEED`, or its own.
pub fn seed(default: u64) -> u64 {
    number_from_env("TIERRA_SEED", default)
}

/// Prints the seed of a test that fails.
pub struct SeedOnFailure(pub u64);

impl Drop for SeedOnFailure {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("failed with TIERRA_SEED={}", self.0);
        }
    }
}

/// A ledger in a file that does not wait for the disk: what is tested here are crashes of processes, not of power.
pub fn open(path: &Path) -> Result<Ledger> {
    Ledger::options().full_sync(false).open(path)
}

/// A caller with every scope, of a new organisation.
pub fn new_caller(ledger: &Ledger, name: &str) -> Caller {
    Caller::new(ledger.access().create_organization(name, at(0)).unwrap().public_id, Scopes::all())
}

/// The caller of the only organisation there is.
pub fn only_caller(ledger: &Ledger) -> Caller {
    let organizations = ledger.access().organizations(tierra::PageRequest::default()).unwrap();
    Caller::new(organizations.data[0].public_id, Scopes::all())
}

/// A registration of this serial for 2026.
pub fn request(serial: &str, on_conflict: OnConflict) -> RegistrationRequest<'_> {
    RegistrationRequest {
        vendor: "KEBA",
        serial,
        program_name: "Spring Rebate",
        start_date: parse_date("2026-01-01").unwrap(),
        end_date: parse_date("2026-12-31").unwrap(),
        metadata: None,
        on_conflict,
    }
}

pub fn register(ledger: &Ledger, caller: &Caller, serial: &str, on_conflict: OnConflict) -> Result<Registered> {
    ledger.registrations().register(caller, &request(serial, on_conflict), at(1))
}

/// Fails with the findings where the file does not hold together.
pub fn assert_sound(ledger: &Ledger) {
    let report = ledger.audit().verify(None).unwrap();
    assert!(report.ok, "{:#?}", report.findings);
}

/// This program again, to run the named test, which knows by the variable that it is the child.
pub fn child_of(test: &str, variable: &str, value: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]).env(variable, value);
    command
}

/// Runs a Python program on a file; what is wrong is told. Python writes the files that this library must doubt.
pub fn python(program: &str, arguments: &[&str]) -> String {
    let mut command = Command::new("python3");
    let output = command.arg("-c").arg(program).args(arguments).output().expect("python3 is needed");
    assert!(output.status.success(), "{program}\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
