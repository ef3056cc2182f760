//! The ledger when processes are killed, race, or find a log that is torn.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Lines, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use tierra::access::Scopes;
use tierra::ledger::{AuditHead, Caller, Ledger, RegistrationRequest};
use tierra::registration::OnConflict;
use tierra::uuid::Uuid;
use tierra::{ErrorCode, PageRequest};

use crate::ledger_support::{
    Rng, SeedOnFailure, TempDir, assert_sound, at, child_of, new_caller, only_caller, open, python, register, request,
    seed,
};

fn count(ledger: &Ledger, caller: &Caller) -> u64 {
    let page = PageRequest::new(1, 1).unwrap();
    ledger.registrations().list(caller, None, page, at(1)).unwrap().meta.total
}

/// Registers without end, one or twenty at a time, and says so of each when it is done.
fn register_until_killed(path: &Path) {
    // The runner's own line ends here: what is read stands on lines of its own.
    println!();
    let ledger = open(path).unwrap();
    let organizations = ledger.access().organizations(PageRequest::default()).unwrap();
    let caller = if organizations.data.is_empty() { new_caller(&ledger, "Killed") } else { only_caller(&ledger) };
    for round in 0_u64.. {
        let serials: Vec<_> = (0..if round % 5 == 0 { 20 } else { 1 })
            .map(|item| format!("{}A{round}A{item}", std::process::id()))
            .collect();
        let requests: Vec<_> = serials.iter().map(|serial| request(serial, OnConflict::Warn)).collect();
        let made = match requests.as_slice() {
            [one] => vec![ledger.registrations().register(&caller, one, at(1)).unwrap().registration],
            batch => {
                let results = ledger.registrations().register_batch(&caller, batch, at(1)).unwrap().results;
                results.into_iter().map(|item| item.registration.unwrap()).collect()
            }
        };
        made.iter().for_each(|registration| println!("ack {}", registration.public_id));
    }
}

#[test]
fn a_killed_process_loses_nothing_that_it_acknowledged() {
    const CHILD: &str = "TIERRA_KILLED_CHILD";
    if let Ok(path) = std::env::var(CHILD) {
        return register_until_killed(Path::new(&path));
    }
    let seed = seed(5);
    let (_told, mut rng) = (SeedOnFailure(seed), Rng::new(seed));
    let folder = TempDir::new();
    let path = folder.file("killed.sqlite");
    let (mut acknowledged, mut rounds_with_some) = (Vec::new(), 0);
    const KILLS: usize = 36;
    for kill in 0..KILLS {
        let test = "ledger_crash::a_killed_process_loses_nothing_that_it_acknowledged";
        let mut child = child_of(test, CHILD, &path).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        // The first ones die while the file is made, the others once they have registered something.
        let mut text = String::new();
        while kill >= 6 && !text.contains("ack ") {
            assert!(output.read_line(&mut text).unwrap() > 0, "the child fell silent");
        }
        let most = if kill < 6 { 40_000 } else { 60_000 };
        thread::sleep(Duration::from_micros(rng.below(most) as u64));
        child.kill().unwrap();
        assert_eq!(child.wait().unwrap().signal(), Some(9), "the child ended by itself");
        output.read_to_string(&mut text).unwrap();
        // A line without its end may be cut.
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        let new: Vec<Uuid> =
            whole.lines().filter_map(|line| line.strip_prefix("ack ")).map(|id| id.parse().unwrap()).collect();
        let ledger = open(&path).unwrap();
        assert_sound(&ledger);
        rounds_with_some += usize::from(!new.is_empty());
        if !new.is_empty() {
            let caller = only_caller(&ledger);
            for id in &new {
                let shown = ledger.registrations().show(&caller, *id, at(1));
                assert!(shown.is_ok(), "{id} was acknowledged and is gone after kill {kill}");
            }
        }
        acknowledged.extend(new);
    }
    let ledger = open(&path).unwrap();
    let caller = only_caller(&ledger);
    for id in &acknowledged {
        assert!(ledger.registrations().show(&caller, *id, at(1)).is_ok(), "{id} was acknowledged and is gone");
    }
    assert!(count(&ledger, &caller) >= acknowledged.len() as u64);
    println!("{KILLS} kills, {rounds_with_some} with acknowledged registrations, {} of these", acknowledged.len());
    assert!(rounds_with_some >= KILLS - 6);
}

/// Claims the charger of each line of the input for one of two organisations and says whether it won.
fn claim_chargers(path: &Path) {
    let ledger = open(path).unwrap();
    let mine = std::env::var("TIERRA_RACER").unwrap();
    let organizations = ledger.access().organizations(PageRequest::default()).unwrap();
    let organization = organizations.data.iter().find(|one| one.name == mine).unwrap().public_id;
    let caller = Caller::new(organization, Scopes::all());
    println!("\nanswer ready");
    for charger in std::io::stdin().lines() {
        match register(&ledger, &caller, &charger.unwrap(), OnConflict::Fail) {
            Ok(_) => println!("answer won"),
            Err(error) => println!("answer {}", error.code()),
        }
    }
}

/// A process that claims chargers.
struct Racer {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Racer {
    fn start(test: &str, variable: &str, path: &Path, name: &str) -> Self {
        let mut command = child_of(test, variable, path);
        command.env("TIERRA_RACER", name).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, input, output: BufReader::new(output).lines() }
    }

    fn answer(&mut self) -> String {
        let line = self.output.find_map(|line| line.unwrap().strip_prefix("answer ").map(str::to_owned));
        line.expect("the racer fell silent")
    }
}

#[test]
fn of_two_processes_that_claim_a_charger_one_wins() {
    const CHILD: &str = "TIERRA_RACING_CHILD";
    const CHARGERS: usize = 1000;
    if let Ok(path) = std::env::var(CHILD) {
        return claim_chargers(Path::new(&path));
    }
    let folder = TempDir::new();
    let path = folder.file("race.sqlite");
    let ledger = open(&path).unwrap();
    let test = "ledger_crash::of_two_processes_that_claim_a_charger_one_wins";
    let start = |name| {
        new_caller(&ledger, name);
        Racer::start(test, CHILD, &path, name)
    };
    let mut racers = ["Green Miles", "Volt Credits"].map(start);
    racers.iter_mut().for_each(|racer| assert_eq!(racer.answer(), "ready"));
    let mut wins = [0; 2];
    for charger in 0..CHARGERS {
        // Each is the first to hear of a charger every other time.
        for index in [charger % 2, 1 - charger % 2] {
            writeln!(racers[index].input, "{charger}").unwrap();
        }
        let answers = racers.each_mut().map(Racer::answer);
        let won = answers.each_ref().map(|answer| usize::from(answer == "won"));
        assert_eq!(won.iter().sum::<usize>(), 1, "charger {charger}: {answers:?}");
        assert!(answers.iter().all(|answer| answer == "won" || answer == "conflict"), "charger {charger}: {answers:?}");
        wins.iter_mut().zip(won).for_each(|(wins, won)| *wins += won);
    }
    for Racer { mut child, input, .. } in racers {
        drop(input);
        assert!(child.wait().unwrap().success());
    }
    println!("of {CHARGERS} chargers the two processes won {wins:?}");
    assert!(wins.iter().all(|count| *count > 0), "there was no race: {wins:?}");
    assert_sound(&ledger);
}

/// Closing a file lets go of all locks that a process has on it: a second ledger of the process must not open it otherwise
/// than SQLite does, or an auditor's shell that is the last to look deletes the log of the first.
#[test]
fn a_shell_that_looks_leaves_the_log_of_two_ledgers_of_a_process() {
    let folder = TempDir::new();
    let path = folder.file("shared.sqlite");
    let first = open(&path).unwrap();
    let caller = new_caller(&first, "Green Miles");
    let second = open(&path).unwrap();
    register(&first, &caller, "1", OnConflict::Fail).unwrap();
    let look = "import sqlite3, sys\nc = sqlite3.connect(sys.argv[1])\nprint(c.execute('SELECT count(*) FROM registrations')\
                .fetchone()[0])\nc.close()";
    let named = path.to_str().unwrap();
    assert_eq!(python(look, &[named]).trim(), "1");
    // The log is there, and another process sees what is written next.
    assert!(folder.file("shared.sqlite-wal").exists(), "the shell took the log away");
    register(&first, &caller, "2", OnConflict::Fail).unwrap();
    assert_eq!(python(look, &[named]).trim(), "2");
    assert_eq!(count(&second, &caller), 2);
    drop((first, second));
    assert_sound(&open(&path).unwrap());
}

#[test]
fn of_many_threads_that_claim_a_charger_one_wins() {
    const THREADS: usize = 8;
    const CHARGERS: usize = 100;
    let folder = TempDir::new();
    let ledger = open(&folder.file("threads.sqlite")).unwrap();
    let callers: Vec<_> = (0..THREADS).map(|number| new_caller(&ledger, &format!("Organisation {number}"))).collect();
    let (barrier, wins) = (Barrier::new(THREADS), AtomicUsize::new(0));
    thread::scope(|scope| {
        for caller in &callers {
            scope.spawn(|| {
                for charger in 0..CHARGERS {
                    barrier.wait();
                    match register(&ledger, caller, &charger.to_string(), OnConflict::Fail) {
                        Ok(_) => drop(wins.fetch_add(1, Ordering::Relaxed)),
                        Err(error) => assert_eq!(error.code(), ErrorCode::Conflict, "{error}"),
                    }
                    barrier.wait();
                    // Whoever lost sees the winner's claim.
                    let hash = tierra::charger::identify("KEBA", &charger.to_string()).unwrap().serial_hash();
                    assert_eq!(ledger.lookup().by_hash(hash, at(1)).unwrap().registration_count, 1);
                }
            });
        }
    });
    assert_eq!(wins.into_inner(), CHARGERS);
    assert_sound(&ledger);
}

#[test]
fn many_may_open_a_file_that_is_being_made() {
    const THREADS: usize = 8;
    let folder = TempDir::new();
    for round in 0..15 {
        let path = folder.file(&format!("new-{round}.sqlite"));
        let barrier = Barrier::new(THREADS);
        let opened: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS)
                .map(|number| {
                    let (path, barrier) = (&path, &barrier);
                    scope.spawn(move || {
                        barrier.wait();
                        let ledger = open(path)?;
                        ledger.access().create_organization(&number.to_string(), at(0)).map(|_| ())
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(opened.iter().all(Result::is_ok), "round {round}: {opened:?}");
        let ledger = open(&path).unwrap();
        assert_eq!(ledger.access().organizations(PageRequest::default()).unwrap().meta.total, THREADS as u64);
        assert_sound(&ledger);
    }
}

#[test]
fn readers_do_not_wait_for_a_writer() {
    let folder = TempDir::new();
    let (in_change, from_change) = mpsc::channel();
    let (to_change, go_on) = mpsc::channel::<()>();
    let hold = std::sync::Arc::new(AtomicBool::new(false));
    let mut rng = Rng::new(1);
    let held = std::sync::Arc::clone(&hold);
    // Ids are made within the change's transaction: there the writer is held.
    let fill = move |bytes: &mut [u8]| {
        bytes.fill_with(|| rng.next().to_be_bytes()[0]);
        if held.swap(false, Ordering::SeqCst) {
            in_change.send(()).unwrap();
            // The test fails if nobody comes; the change must end all the same.
            let _ = go_on.recv_timeout(Duration::from_secs(20));
        }
    };
    let path = folder.file("readers.sqlite");
    let ledger = Ledger::options().full_sync(false).random(fill).open(&path).unwrap();
    let caller = new_caller(&ledger, "Green Miles");
    let before = ledger.audit().head().unwrap();
    thread::scope(|scope| {
        hold.store(true, Ordering::SeqCst);
        scope.spawn(|| register(&ledger, &caller, "1", OnConflict::Warn).unwrap());
        from_change.recv_timeout(Duration::from_secs(20)).unwrap();
        let started = Instant::now();
        assert_eq!(ledger.audit().head().unwrap(), before);
        // A reader within a reader: the second needs a connection of its own.
        let nested = |_, _| ledger.audit().head().unwrap() == before;
        ledger.back_up(folder.file("copy.sqlite"), nested).unwrap();
        assert!(started.elapsed() < Duration::from_secs(10), "the readers waited for the writer");
        to_change.send(()).unwrap();
    });
    assert_eq!(count(&ledger, &caller), 1);
    assert_eq!(open(&folder.file("copy.sqlite")).unwrap().audit().head().unwrap(), before);
}

/// A ledger's file and log after many commits, as they lay on the disk, and the state after each commit.
struct Torn {
    file: Vec<u8>,
    log: Vec<u8>,
    states: Vec<(AuditHead, u64)>,
}

impl Torn {
    fn new(folder: &TempDir) -> Self {
        let path = folder.file("whole.sqlite");
        let ledger = open(&path).unwrap();
        let caller = new_caller(&ledger, "Green Miles");
        for serial in 0..20 {
            register(&ledger, &caller, &serial.to_string(), OnConflict::Warn).unwrap();
        }
        // Closing brings the log into the file; what follows is in the log alone.
        ledger.close().unwrap();
        let ledger = open(&path).unwrap();
        let mut states = vec![(ledger.audit().head().unwrap(), count(&ledger, &caller))];
        for serial in 10..40 {
            register(&ledger, &caller, &serial.to_string(), OnConflict::Warn).unwrap();
            states.push((ledger.audit().head().unwrap(), count(&ledger, &caller)));
        }
        let log = std::fs::read(folder.file("whole.sqlite-wal")).unwrap();
        let file = std::fs::read(&path).unwrap();
        ledger.close().unwrap();
        Self { file, log, states }
    }

    /// Opens a copy with another log and tells which of the states it is in; none where it was refused.
    fn reopened(&self, log: &[u8], what: &str) -> Option<usize> {
        let folder = TempDir::new();
        let path = folder.file("torn.sqlite");
        std::fs::write(&path, &self.file).unwrap();
        std::fs::write(folder.file("torn.sqlite-wal"), log).unwrap();
        let state = open(&path).and_then(|ledger| Ok((ledger.audit().head()?, ledger)));
        let (head, ledger) = match state {
            Ok(opened) => opened,
            Err(error) => {
                let clear = [ErrorCode::CorruptFile, ErrorCode::NotADatabase, ErrorCode::FileError];
                assert!(clear.contains(&error.code()), "{what}: {error}");
                return None;
            }
        };
        assert_sound(&ledger);
        let caller = only_caller(&ledger);
        let found = self.states.iter().position(|known| *known == (head.clone(), count(&ledger, &caller)));
        assert!(found.is_some(), "{what} left a state that there never was: {head:?}");
        register(&ledger, &caller, "99", OnConflict::Fail).unwrap();
        assert_sound(&ledger);
        found
    }
}

#[test]
fn a_torn_log_leaves_a_state_that_there_was() {
    let seed = seed(6);
    let (_told, mut rng) = (SeedOnFailure(seed), Rng::new(seed));
    let folder = TempDir::new();
    let torn = Torn::new(&folder);
    let last = torn.states.len() - 1;
    assert_eq!(torn.reopened(&torn.log, "the whole log"), Some(last));
    assert_eq!(torn.reopened(&[], "no log"), Some(0));
    let mut met = BTreeSet::new();
    for _ in 0..70 {
        let length = rng.below(torn.log.len());
        met.extend(torn.reopened(&torn.log[..length], &format!("a log cut at {length}")));
    }
    for number in 0..70 {
        // The log's own header and that of its first page now and then: the rest is mostly pages.
        let at = if number % 7 == 0 { rng.below(56) } else { rng.below(torn.log.len()) };
        let mut log = torn.log.clone();
        log[at] ^= 1 << rng.below(8);
        met.extend(torn.reopened(&log, &format!("a log with another bit at {at}")));
    }
    println!("a torn log of {} bytes left {} of {} states", torn.log.len(), met.len(), torn.states.len());
    assert!(met.len() > 15, "{met:?}");
}

#[test]
fn a_damaged_file_is_refused_or_found_out_or_says_the_same() {
    let seed = seed(7);
    let (_told, mut rng) = (SeedOnFailure(seed), Rng::new(seed));
    let folder = TempDir::new();
    let torn = Torn::new(&folder);
    let whole = std::fs::read(folder.file("whole.sqlite")).unwrap();
    let path = folder.file("damaged.sqlite");
    let listed = |ledger: &Ledger, caller: &Caller| {
        let page = PageRequest::new(1, 100).unwrap();
        ledger.registrations().list(caller, None, page, at(1)).map(|page| page.data)
    };
    std::fs::write(&path, &whole).unwrap();
    let (caller, expected) = {
        let ledger = open(&path).unwrap();
        let caller = only_caller(&ledger);
        let expected = listed(&ledger, &caller).unwrap();
        (caller, expected)
    };
    assert_eq!(expected.len() as u64, torn.states.last().unwrap().1);
    let (mut refused, mut found, mut same) = (0, 0, 0);
    for _ in 0..120 {
        let mut bytes = whole.clone();
        let at = rng.below(bytes.len());
        let length = 1 + rng.below(64);
        bytes.iter_mut().skip(at).take(length).for_each(|byte| *byte = rng.next().to_be_bytes()[0]);
        std::fs::write(&path, &bytes).unwrap();
        for beside in ["damaged.sqlite-wal", "damaged.sqlite-shm"] {
            let _ = std::fs::remove_file(folder.file(beside));
        }
        let report = open(&path).and_then(|ledger| Ok((ledger.audit().verify(None)?, ledger)));
        match report {
            Err(error) => {
                let clear =
                    [ErrorCode::CorruptFile, ErrorCode::NotADatabase, ErrorCode::FileError, ErrorCode::NewerVersion];
                assert!(clear.contains(&error.code()), "{length} bytes at {at}: {error}");
                refused += 1;
            }
            Ok((report, _)) if !report.ok => found += 1,
            // Room that nothing uses, or what no record says.
            Ok((_, ledger)) => {
                assert_eq!(listed(&ledger, &caller).as_ref(), Ok(&expected), "{length} bytes at {at}");
                same += 1;
            }
        }
    }
    println!("damage: refused {refused}, found {found}, harmless {same}");
    assert!(refused + found > 8, "refused {refused}, found {found}, harmless {same}");
}

/// A ledger of several megabytes, for a copy takes several steps then.
fn large(path: &Path) -> (Ledger, Caller) {
    let ledger = open(path).unwrap();
    let caller = new_caller(&ledger, "Green Miles");
    for batch in 0..16 {
        let serials: Vec<_> = (0..100).map(|item| format!("L{batch}A{item}")).collect();
        let requests: Vec<RegistrationRequest<'_>> =
            serials.iter().map(|serial| request(serial, OnConflict::Warn)).collect();
        ledger.registrations().register_batch(&caller, &requests, at(1)).unwrap();
    }
    (ledger, caller)
}

#[test]
fn a_backup_is_one_state_however_much_is_written_meanwhile() {
    let folder = TempDir::new();
    let (ledger, caller) = large(&folder.file("large.sqlite"));
    let copy = folder.file("copy.sqlite");
    let (heads, stop) = (Mutex::new(vec![ledger.audit().head().unwrap()]), AtomicBool::new(false));
    let written = || heads.lock().unwrap().len();
    let mut steps = Vec::new();
    thread::scope(|scope| {
        scope.spawn(|| {
            for serial in 0.. {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                register(&ledger, &caller, &format!("W{serial}"), OnConflict::Warn).unwrap();
                heads.lock().unwrap().push(ledger.audit().head().unwrap());
            }
        });
        let copied = ledger.back_up(&copy, |done, total| {
            steps.push((done, total));
            // Something is written between any two steps.
            let (before, started) = (written(), Instant::now());
            while written() == before && started.elapsed() < Duration::from_secs(10) {
                thread::yield_now();
            }
            // A copy that begins anew with every change would never end.
            steps.len() < 200
        });
        stop.store(true, Ordering::Relaxed);
        copied.unwrap();
    });
    assert!(steps.len() > 2, "the file is too small to show anything: {steps:?}");
    assert!(steps.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 == pair[1].1), "{steps:?}");
    assert!(written() > steps.len());
    let copied = open(&copy).unwrap();
    assert_sound(&copied);
    let head = copied.audit().head().unwrap();
    assert!(heads.lock().unwrap().contains(&head), "the copy is no state that there was");
    assert!(ledger.audit().verify(Some(&head)).unwrap().ok);
}

#[test]
fn a_backup_that_stops_or_finds_a_file_leaves_all_as_it_was() {
    let folder = TempDir::new();
    let (ledger, _) = large(&folder.file("large.sqlite"));
    let copy = folder.file("copy.sqlite");
    ledger.back_up(&copy, |done, total| done * 2 < total).unwrap();
    assert!(!copy.exists(), "half a copy was left");
    std::fs::write(&copy, "mine").unwrap();
    let error = ledger.back_up(&copy, |_, _| true).unwrap_err();
    assert_eq!((error.code(), error.path()), (ErrorCode::FileError, "path"));
    assert_eq!(std::fs::read(&copy).unwrap(), b"mine");
    let nowhere = folder.file("none").join("copy.sqlite");
    assert_eq!(ledger.back_up(&nowhere, |_, _| true).unwrap_err().code(), ErrorCode::FileError);
}

/// A question that is being answered while the ledger is closed must not keep the file open for later ones.
#[test]
fn closed_during_a_question_it_stays_closed() {
    let folder = TempDir::new();
    let (ledger, _) = large(&folder.file("large.sqlite"));
    let mut closed = false;
    ledger
        .back_up(folder.file("copy.sqlite"), |_, _| {
            if !closed {
                ledger.close().unwrap();
                closed = true;
            }
            true
        })
        .unwrap();
    assert!(closed);
    assert_eq!(ledger.audit().head().unwrap_err().code(), ErrorCode::Closed);
    assert_sound(&open(&folder.file("copy.sqlite")).unwrap());
}
