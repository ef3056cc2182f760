//! The ledger where the disk is full, the file cannot be written or is not one of its own, and at its limits.

use std::path::{Path, PathBuf};
use std::process::Command;

use tierra::access::Scopes;
use tierra::chrono::TimeDelta;
use tierra::ledger::{Caller, Ledger, RegistrationRequest};
use tierra::registration::OnConflict;
use tierra::uuid::Uuid;
use tierra::{ErrorCode, parse_date};

use crate::ledger_support::{
    TempDir, assert_sound, at, child_of, new_caller, only_caller, open, python, register, request,
};

/// Registers batches until one is refused; nothing of it may be kept, and what was there can still be read.
fn fill(ledger: &Ledger, caller: &Caller) -> tierra::Error {
    for batch in 0..200 {
        let head = ledger.audit().head().unwrap();
        let serials: Vec<_> = (0..50).map(|item| format!("{}A{batch}A{item}", std::process::id())).collect();
        let requests: Vec<RegistrationRequest<'_>> =
            serials.iter().map(|serial| request(serial, OnConflict::Warn)).collect();
        if let Err(error) = ledger.registrations().register_batch(caller, &requests, at(1)) {
            assert_eq!(ledger.audit().head().unwrap(), head, "something of the refused change was kept");
            assert_eq!(ledger.audit().entries(None, head.seq, 10).unwrap(), []);
            assert_sound(ledger);
            return error;
        }
    }
    panic!("10,000 registrations fit where there is no room for them");
}

#[test]
fn a_file_that_may_not_grow_keeps_what_it_holds() {
    const CHILD: &str = "TIERRA_LIMITED_CHILD";
    if let Ok(path) = std::env::var(CHILD) {
        let ledger = open(Path::new(&path)).unwrap();
        let error = fill(&ledger, &only_caller(&ledger));
        assert!([ErrorCode::FileError, ErrorCode::DiskFull].contains(&error.code()), "{error}");
        println!("limited: {} at {}", error.code(), ledger.audit().head().unwrap().hash);
        // Without closing, as a process that gives up.
        std::process::exit(0);
    }
    let folder = TempDir::new();
    let path = folder.file("limited.sqlite");
    let ledger = open(&path).unwrap();
    let caller = new_caller(&ledger, "Green Miles");
    ledger.close().unwrap();
    let test = "ledger_faults::a_file_that_may_not_grow_keeps_what_it_holds";
    let child = child_of(test, CHILD, &path);
    // The signal that comes with the limit is ignored, so that the write fails and not the process.
    let mut limited = Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 2000; exec \"$0\" \"$@\""]).arg(child.get_program());
    limited.args(child.get_args()).env(CHILD, &path);
    let output = limited.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let told = text.lines().find_map(|line| line.split_once("limited: ")).unwrap_or_else(|| panic!("{text}"));
    println!("a file that may not grow: {}", told.1);
    let ledger = open(&path).unwrap();
    assert!(told.1.ends_with(&ledger.audit().head().unwrap().hash), "{text}");
    assert_sound(&ledger);
    register(&ledger, &caller, "1", OnConflict::Fail).unwrap();
    assert_sound(&ledger);
}

/// A small disk in memory, taken away when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: PathBuf) -> Option<Self> {
        std::fs::create_dir(&at).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=3m", "tmpfs"]).arg(&at).output();
        mounted.is_ok_and(|output| output.status.success()).then_some(Self(at))
    }

    fn grow(&self) {
        assert!(Command::new("mount").args(["-o", "remount,size=12m"]).arg(&self.0).status().unwrap().success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_takes_nothing_and_works_again_once_there_is_room() {
    let folder = TempDir::new();
    let Some(disk) = SmallDisk::mount(folder.file("disk")) else {
        println!("no disk may be mounted here: a full one is tried by the limit on a file's size alone");
        return;
    };
    let path = disk.0.join("full.sqlite");
    let ledger = open(&path).unwrap();
    let caller = new_caller(&ledger, "Green Miles");
    let error = fill(&ledger, &caller);
    assert_eq!(error.code(), ErrorCode::DiskFull, "{error}");
    // One may fit where fifty did not; before long none does.
    let error = (0..60).find_map(|serial| register(&ledger, &caller, &serial.to_string(), OnConflict::Warn).err());
    assert_eq!(error.map(|error| error.code()), Some(ErrorCode::DiskFull));
    assert_sound(&ledger);
    disk.grow();
    register(&ledger, &caller, "ROOM1", OnConflict::Fail).unwrap();
    assert_sound(&ledger);
    ledger.close().unwrap();
    let ledger = open(&path).unwrap();
    assert_sound(&ledger);
    ledger.close().unwrap();
}

#[test]
fn opened_for_reading_alone_a_file_stays_as_it_is() {
    let folder = TempDir::new();
    let path = folder.file("read.sqlite");
    let ledger = open(&path).unwrap();
    let caller = new_caller(&ledger, "Green Miles");
    register(&ledger, &caller, "1", OnConflict::Warn).unwrap();
    let head = ledger.audit().head().unwrap();
    ledger.close().unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let reader = Ledger::options().read_only().open(&path).unwrap();
    assert_sound(&reader);
    assert_eq!(reader.audit().head().unwrap(), head);
    for refused in [
        register(&reader, &caller, "2", OnConflict::Warn).unwrap_err(),
        reader.registrations().expire(1, at(1)).unwrap_err(),
        reader.access().create_organization("Late", at(1)).unwrap_err(),
    ] {
        assert_eq!(refused.code(), ErrorCode::ReadOnly, "{refused}");
    }
    assert!(std::fs::read(&path).unwrap() == bytes);
    // It sees what another process writes.
    let writer = open(&path).unwrap();
    register(&writer, &caller, "2", OnConflict::Warn).unwrap();
    assert_ne!(reader.audit().head().unwrap(), head);
    drop(reader);
    // Dropped without a close, the last ledger brings the log into the file all the same.
    drop(writer);
    assert!(!folder.file("read.sqlite-wal").exists() && std::fs::read(&path).unwrap() != bytes);
    let missing = folder.file("missing.sqlite");
    let error = Ledger::options().read_only().open(&missing).unwrap_err();
    assert_eq!((error.code(), error.path()), (ErrorCode::FileError, "path"));
    assert!(!missing.exists());
}

#[test]
fn a_file_that_may_not_be_written_is_refused_untouched() {
    let folder = TempDir::new();
    let path = folder.file("fixed.sqlite");
    let ledger = open(&path).unwrap();
    let caller = new_caller(&ledger, "Green Miles");
    register(&ledger, &caller, "1", OnConflict::Warn).unwrap();
    ledger.close().unwrap();
    let bytes = std::fs::read(&path).unwrap();
    // Root may write what its permissions forbid, but not what is immutable.
    let immutable = |flag: &str| Command::new("chattr").arg(flag).arg(&path).output().is_ok_and(|o| o.status.success());
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    let is_immutable = immutable("+i");
    let is_fixed = std::fs::OpenOptions::new().append(true).open(&path).is_err();
    let opened = open(&path).and_then(|ledger| register(&ledger, &caller, "2", OnConflict::Warn));
    let after = std::fs::read(&path).unwrap();
    if is_immutable {
        assert!(immutable("-i"));
    }
    if !is_fixed {
        println!("root may write everything here: only an immutable file would be refused, and there is none");
        return;
    }
    let error = opened.unwrap_err();
    assert!([ErrorCode::ReadOnly, ErrorCode::FileError].contains(&error.code()), "{error}");
    assert!(after == bytes);
}

#[test]
fn what_is_no_ledger_is_refused_untouched() {
    let folder = TempDir::new();
    let text = folder.file("text.sqlite");
    std::fs::write(&text, "vendor,serial\nKEBA,1\n").unwrap();
    let foreign = folder.file("foreign.sqlite");
    let program = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.close()";
    python(program, &[foreign.to_str().unwrap(), "CREATE TABLE notes (x); INSERT INTO notes VALUES (1)"]);
    let newer = folder.file("newer.sqlite");
    open(&newer).unwrap().close().unwrap();
    let version = Ledger::SCHEMA_VERSION + 1;
    python(program, &[newer.to_str().unwrap(), &format!("PRAGMA user_version = {version}")]);
    let start = folder.file("start.sqlite");
    std::fs::write(&start, b"SQLite format 3\0 and then something else").unwrap();
    for (path, code) in [
        (&text, ErrorCode::NotADatabase),
        (&foreign, ErrorCode::NotADatabase),
        (&newer, ErrorCode::NewerVersion),
        (&start, ErrorCode::NotADatabase),
    ] {
        let bytes = std::fs::read(path).unwrap();
        for error in [open(path).unwrap_err(), Ledger::options().read_only().open(path).unwrap_err()] {
            assert_eq!(error.code(), code, "{}: {error}", path.display());
            assert!(!error.message().is_empty());
        }
        assert!(std::fs::read(path).unwrap() == bytes, "{}", path.display());
    }
    assert_eq!(open(folder.path()).unwrap_err().code(), ErrorCode::FileError, "a folder");
    let nowhere = folder.file("none").join("ledger.sqlite");
    assert_eq!(open(&nowhere).unwrap_err().code(), ErrorCode::FileError);
    // An empty file is a new one.
    let empty = folder.file("empty.sqlite");
    std::fs::write(&empty, "").unwrap();
    assert_sound(&open(&empty).unwrap());
}

#[test]
fn a_lock_that_is_held_too_long_is_told() {
    let folder = TempDir::new();
    let path = folder.file("busy.sqlite");
    let options = || Ledger::options().full_sync(false).busy_timeout(std::time::Duration::from_millis(50));
    let ledger = options().open(&path).unwrap();
    let caller = new_caller(&ledger, "Green Miles");
    let holder = "import sqlite3, sys\nc = sqlite3.connect(sys.argv[1], isolation_level=None)\n\
                  c.execute('BEGIN IMMEDIATE')\nprint('held', flush=True)\nsys.stdin.read()";
    let mut child = Command::new("python3")
        .args(["-c", holder, path.to_str().unwrap()])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut held = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.take().unwrap()), &mut held).unwrap();
    assert_eq!(held, "held\n");
    let head = ledger.audit().head().unwrap();
    assert_eq!(register(&ledger, &caller, "1", OnConflict::Warn).unwrap_err().code(), ErrorCode::Busy);
    assert_eq!(ledger.audit().head().unwrap(), head);
    drop(child.stdin.take());
    child.wait().unwrap();
    register(&ledger, &caller, "1", OnConflict::Fail).unwrap();
}

/// Thousands of claims of other days come before the one that matters.
#[test]
fn a_claim_among_thousands_of_one_charger_is_not_overlooked() {
    let ledger = Ledger::in_memory().unwrap();
    let caller = new_caller(&ledger, "Green Miles");
    let other = new_caller(&ledger, "Volt Credits");
    let first = parse_date("2030-01-01").unwrap();
    let day = |number: i64| RegistrationRequest {
        start_date: first + TimeDelta::days(number),
        end_date: first + TimeDelta::days(number),
        ..request("1", OnConflict::Fail)
    };
    for batch in 0..21 {
        let requests: Vec<_> = (0..100).map(|item| day(batch * 100 + item)).collect();
        let summary = ledger.registrations().register_batch(&other, &requests, at(1)).unwrap().summary;
        assert_eq!(summary.created, 100);
    }
    register(&ledger, &caller, "1", OnConflict::Fail).unwrap();
    let error = register(&ledger, &caller, "1", OnConflict::Fail).unwrap_err();
    assert_eq!(error.code(), ErrorCode::Conflict);
    assert_eq!(register(&ledger, &caller, "1", OnConflict::Warn).unwrap().conflicts.len(), 1);
    assert_sound(&ledger);
    // More conflicts than one registration may have: a placeholder in place of a serial.
    let all = RegistrationRequest { start_date: first, end_date: first + TimeDelta::days(1000), ..day(0) };
    for on_conflict in OnConflict::ALL {
        let error =
            ledger.registrations().register(&caller, &RegistrationRequest { on_conflict, ..all.clone() }, at(1));
        let error = error.unwrap_err();
        assert_eq!((error.code(), error.path()), (ErrorCode::OutOfRange, "serial"));
    }
    let most = RegistrationRequest { end_date: first + TimeDelta::days(999), on_conflict: OnConflict::Warn, ..all };
    // Not by the one that claims them all itself: it would fill the charger's place for the others.
    let own = ledger.registrations().register(&other, &most, at(1)).unwrap_err();
    assert_eq!((own.code(), own.path()), (ErrorCode::OutOfRange, "serial"));
    let fifty = RegistrationRequest { end_date: first + TimeDelta::days(49), ..most.clone() };
    assert!(ledger.registrations().register(&other, &fifty, at(1)).is_ok());
    assert_eq!(ledger.registrations().register(&caller, &most, at(1)).unwrap_err().code(), ErrorCode::OutOfRange);
    let rest = RegistrationRequest { end_date: first + TimeDelta::days(998), ..most };
    assert_eq!(ledger.registrations().register(&caller, &rest, at(1)).unwrap().conflicts.len(), 1000);
    assert_sound(&ledger);
}

/// Of an organisation that the ledger did not make nothing is asked and nothing is written.
#[test]
fn a_caller_of_no_organisation_is_not_found() {
    let ledger = Ledger::in_memory().unwrap();
    let nobody = Caller::new(Uuid::from_u128(7), Scopes::all());
    let error = register(&ledger, &nobody, "1", OnConflict::Warn).unwrap_err();
    assert_eq!((error.code(), error.path()), (ErrorCode::NotFound, "caller.organization"));
    assert_eq!(ledger.audit().head().unwrap().seq, 0);
}

/// The most memory that this process ever held, in bytes.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim().trim_end_matches("kB").trim().parse::<u64>().unwrap() * 1024
}

/// In a process of its own, where no other test's memory is counted.
#[test]
fn memory_stays_flat_however_much_is_registered() {
    const CHILD: &str = "TIERRA_MEASURED_CHILD";
    const MEGABYTE: u64 = 1024 * 1024;
    if let Ok(path) = std::env::var(CHILD) {
        // The runner's own line ends here: what is read stands on lines of its own.
        println!();
        let ledger = open(Path::new(&path)).unwrap();
        let caller = new_caller(&ledger, "Green Miles");
        for batch in 0..200 {
            let serials: Vec<_> = (0..100).map(|item| format!("{batch}A{item}")).collect();
            let requests: Vec<_> = serials.iter().map(|serial| request(serial, OnConflict::Warn)).collect();
            ledger.registrations().register_batch(&caller, &requests, at(1)).unwrap();
            // By then the cache of pages is full.
            if batch == 99 || batch == 199 {
                println!("peak {}", peak_memory());
            }
        }
        return ledger.close().unwrap();
    }
    let folder = TempDir::new();
    let path = folder.file("large.sqlite");
    let test = "ledger_faults::memory_stays_flat_however_much_is_registered";
    let output = child_of(test, CHILD, &path).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let peaks: Vec<u64> = text.lines().filter_map(|l| l.strip_prefix("peak ")).map(|l| l.parse().unwrap()).collect();
    let [half, whole] = peaks.as_slice() else { panic!("{text}") };
    let size = std::fs::metadata(&path).unwrap().len();
    let [grown, size] = [whole - half, size].map(|bytes| bytes / MEGABYTE);
    println!("20,000 registrations: a file of {size} MB, the second half of which took {grown} MB of memory");
    assert!(size > 24 && grown < 4, "a file of {size} MB, the second half of which took {grown} MB of memory");
}
