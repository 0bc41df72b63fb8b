//! Files that are not taken: each is refused with a sentence that says what is wrong and what would
//! be right, nothing is sent, and it stays as it was, with nothing new beside it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use sigap::store::db::{Access, Db, open_to_read};
use sigap::store::epoch;

use crate::cli::world::{World, now};

/// All files of a folder but the lock, with their bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let all = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let named = all.filter(|path| path.is_file()).map(|path| {
        (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap())
    });
    named.filter(|(name, _)| !name.ends_with(".lock")).collect()
}

/// A database of ours with this changed in it, closed.
fn ours_with(path: &Path, sql: &str) {
    drop(Db::open(path, Access::Daemon, now()).unwrap());
    fs::remove_file(epoch::file(path)).unwrap();
    Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

fn theirs(path: &Path, id: i64) {
    let c = Connection::open(path).unwrap();
    let sql = format!(
        "PRAGMA journal_mode = WAL; PRAGMA application_id = {id}; CREATE TABLE a (b); \
         INSERT INTO a VALUES (1)"
    );
    c.execute_batch(&sql).unwrap();
}

/// Overwrites the middle of a database that has some pages.
fn damaged(path: &Path) {
    ours_with(path, "");
    let mut bytes = fs::read(path).unwrap();
    let (page, noise) = (4096, [0xA5_u8; 4096]);
    bytes[page..2 * page].copy_from_slice(&noise);
    bytes[2 * page..3 * page].copy_from_slice(&noise);
    fs::write(path, bytes).unwrap();
}

type Make = fn(&Path);

/// A file, and what the refusal says is wrong and would be right.
const REFUSED: &[(&str, Make, &str, &str)] = &[
    (
        "a letter",
        |path| fs::write(path, "Dear Ani, this is no database.").unwrap(),
        "cannot be used: it is not a database",
        "restore a backup or name another file",
    ),
    (
        "noise",
        |path| fs::write(path, [0xA5; 8192]).unwrap(),
        "cannot be used: it is not a database",
        "restore a backup or name another file",
    ),
    (
        "another program's",
        |path| theirs(path, 77),
        "cannot be used: it is a database of another program",
        "restore a backup or name another file",
    ),
    (
        "nobody's",
        |path| theirs(path, 0),
        "cannot be used: it is a database of another program",
        "restore a backup or name another file",
    ),
    (
        "a newer one",
        |path| ours_with(path, "PRAGMA user_version = 99"),
        "was written by a newer sigap (schema 99; this one knows 1)",
        "use that one",
    ),
];

/// Both ways to write, and the one to read.
fn refusals(path: &Path) -> Vec<String> {
    let write = |access| Db::open(path, access, now()).unwrap_err().to_string();
    let read = open_to_read(path).unwrap_err().to_string();
    vec![write(Access::Daemon), write(Access::Command), read]
}

#[test]
fn what_is_not_understood_is_refused_and_stays_as_it_is() {
    for (what, make, wrong, right) in REFUSED {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sigap.db");
        make(&path);
        let before = files(folder.path());
        for said in refusals(&path) {
            let named = said.contains(path.to_str().unwrap());
            assert!(named && said.contains(wrong) && said.contains(right), "{what}: {said}");
            let after = files(folder.path());
            assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
            assert!(before == after, "{what}: its bytes changed");
        }
    }
}

#[test]
fn the_daemon_refuses_a_damaged_file_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sigap.db");
    damaged(&path);
    let before = files(folder.path());
    let said = Db::open(&path, Access::Daemon, now()).unwrap_err().to_string();
    assert!(said.contains("cannot be used: ") && said.contains("restore a backup"), "{said}");
    assert!(before == files(folder.path()), "it was changed");
}

#[test]
fn a_newer_schema_that_lies_only_in_the_log_is_refused_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sigap.db");
    ours_with(&path, "");
    let c = Connection::open(&path).unwrap();
    c.execute_batch("PRAGMA user_version = 99").unwrap();
    // As a crash leaves them: the log was not copied into the file.
    let crashed = tempfile::tempdir().unwrap();
    let copy = crashed.path().join("sigap.db");
    for ending in ["", "-wal"] {
        let name = format!("sigap.db{ending}");
        fs::copy(folder.path().join(&name), crashed.path().join(&name)).unwrap();
    }
    let before = files(crashed.path());
    for said in refusals(&copy) {
        assert!(said.contains("schema 99"), "{said}");
        let after = files(crashed.path());
        assert!(before.iter().all(|(name, bytes)| after.get(name) == Some(bytes)), "{said}");
    }
}

#[test]
fn where_a_database_was_lost_none_is_begun() {
    for empty in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sigap.db");
        drop(Db::open(&path, Access::Daemon, now()).unwrap());
        fs::remove_file(&path).unwrap();
        if empty {
            fs::write(&path, "").unwrap();
        }
        let before = files(folder.path());
        for access in [Access::Daemon, Access::Command] {
            let said = Db::open(&path, access, now()).unwrap_err().to_string();
            assert!(said.contains("missing or empty, but its epoch file is there"), "{said}");
            assert!(said.contains("restore a backup"), "{said}");
            assert!(before == files(folder.path()), "something was made or changed");
        }
    }
}

#[test]
fn the_program_refuses_them_aloud_and_sends_nothing() {
    for (what, make, wrong, _) in REFUSED {
        let world = World::new();
        make(&world.store());
        let before = files(world.folder.path());
        for words in [&["run", "--once"][..], &["list"], &["outbox", "release"]] {
            let said = world.program(words);
            assert_eq!(said.code, 1, "{what}, {words:?}: {said:?}");
            assert!(said.err.contains(wrong) && said.out.is_empty(), "{what}: {said:?}");
        }
        assert!(before == files(world.folder.path()), "{what}: something was made or changed");
        let letters = fs::read_dir(world.folder.path().join("letters")).unwrap();
        assert_eq!(letters.count(), 0, "{what}");
    }
}

#[test]
fn a_first_start_that_was_cut_short_is_made_again() {
    let half: [fn(&Path); 2] = [
        |path| {
            let c = Connection::open(path).unwrap();
            c.pragma_update(None, "application_id", 0x5349_4750).unwrap();
        },
        |path| ours_with(path, "DELETE FROM instance"),
    ];
    for make in half {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sigap.db");
        make(&path);
        let db = Db::open(&path, Access::Daemon, now()).unwrap();
        assert_eq!(epoch::standing(&db).unwrap(), epoch::Standing::Same);
    }
}

#[test]
fn the_second_opener_is_told_which_database_is_held() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sigap.db");
    let first = Db::open(&path, Access::Daemon, now()).unwrap();
    let said = Db::open(&path, Access::Daemon, now()).unwrap_err().to_string();
    let right = format!("{} is held by another running sigap; stop that one first", path.display());
    assert_eq!(said, right);
    drop(Db::open(&path, Access::Command, now()).unwrap());
    drop(first);
    drop(Db::open(&path, Access::Daemon, now()).unwrap());
}

#[test]
fn the_lock_is_given_back_though_processes_are_being_started() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sigap.db");
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        // Each holds a copy of every file of ours until its program runs.
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                Command::new("true").status().unwrap();
            }
        });
        let opened: Vec<bool> =
            (0..60).map(|_| Db::open(&path, Access::Daemon, now()).is_ok()).collect();
        stop.store(true, Ordering::Relaxed);
        assert!(opened.iter().all(|opened| *opened), "{opened:?}");
    });
}

#[test]
fn the_lock_of_a_dead_process_stops_nobody() {
    let world = World::new();
    let mut daemon = Command::new(env!("CARGO_BIN_EXE_sigap"))
        .current_dir(world.folder.path())
        .arg("run")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    // Both the file and its epoch are there once the daemon has opened it.
    while !epoch::file(&world.store()).exists() {
        assert!(Instant::now() < deadline, "the daemon did not open its database");
        std::thread::sleep(Duration::from_millis(20));
    }
    let held = Db::open(&world.store(), Access::Daemon, now());
    daemon.kill().unwrap();
    daemon.wait().unwrap();
    assert!(held.unwrap_err().to_string().contains("held by another running sigap"));
    drop(Db::open(&world.store(), Access::Daemon, now()).unwrap());
}
