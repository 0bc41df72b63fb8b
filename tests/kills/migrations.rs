//! A start that makes or changes the schema is killed at each call that changes the disk: the
//! database has the old schema or the new one, never anything between, and the next start brings it
//! to its end.
//!
//! It goes through every schema that there ever was, by the files in `src/store/schema`.
//! `SIGAP_STEPS=n` kills at every n-th call; 1 for each.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use rusqlite::Connection;

use crate::fsync::can_trace;
use crate::number;
use crate::sink::{Behaviour, Sink};
use crate::site::{Site, open_copy};

/// Far more than a start has.
const MOST: usize = 2_000;
/// "SIGP".
const APPLICATION_ID: i64 = 0x5349_4750;

/// The steps of the schema, in order.
fn steps() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/schema");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| fs::read_to_string(file).unwrap()).collect()
}

/// A database as a version left it that knew so many steps; with none there is no file.
fn lay(path: &Path, steps: &[String]) {
    if steps.is_empty() {
        return;
    }
    let c = Connection::open(path).unwrap();
    c.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
    c.pragma_update(None, "journal_mode", "WAL").unwrap();
    steps.iter().for_each(|step| c.execute_batch(step).unwrap());
    c.pragma_update(None, "user_version", i64::try_from(steps.len()).unwrap()).unwrap();
}

/// Everything that a schema consists of.
fn schema(c: &Connection) -> BTreeSet<String> {
    let mut all = c
        .prepare("SELECT type || ' ' || name || ': ' || coalesce(sql, '') FROM sqlite_schema")
        .unwrap();
    all.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// What each number of steps makes of nothing.
fn schemas(steps: &[String]) -> Vec<BTreeSet<String>> {
    let room = tempfile::tempdir().unwrap();
    let made = (0..=steps.len()).map(|count| {
        let path = room.path().join(format!("{count}.db"));
        lay(&path, &steps[..count]);
        schema(&Connection::open(path).unwrap())
    });
    made.collect()
}

fn once(site: &Site, kill_at: Option<usize>) -> ExitStatus {
    let sigap = env!("CARGO_BIN_EXE_sigap");
    let mut command = match kill_at {
        None => Command::new(sigap),
        Some(k) => {
            let calls = "pwrite64,fsync,fdatasync,ftruncate,rename,unlink,fchmod,chmod";
            let mut command = Command::new("strace");
            command
                .args(["-D", "-f", "-qqq", "-o", "/dev/null", "-e", &format!("trace={calls}")])
                .args(["-e", &format!("inject={calls}:signal=KILL:when={k}")])
                .arg(sigap);
            command
        }
    };
    command.arg("--config").arg(site.config()).args(["run", "--once"]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap()
}

/// Kills at every so-manieth call until one start comes to its end. How many were killed.
fn killed_from(version: usize, steps: &[String], every: usize) -> usize {
    let (known, right) = (steps.len(), schemas(steps));
    for (kills, k) in (1..MOST).step_by(every).enumerate() {
        let sink = Sink::start(|_| Behaviour::Accept);
        let site = Site::lay_out(sink.port(), 1, Duration::from_secs(1));
        lay(&site.database(), &steps[..version]);
        let case = format!("from {version}, killed at call {k}");
        let status = once(&site, Some(k));
        if status.signal() != Some(9) {
            assert!(status.success(), "{case}: {status}");
            return kills;
        }
        if let Some(copy) = open_copy(&site.database(), &site.scratch()) {
            let whole: String = copy.query_row("PRAGMA integrity_check", [], |r| r.get(0)).unwrap();
            assert_eq!(whole, "ok", "{case}");
            let found: i64 = copy.pragma_query_value(None, "user_version", |r| r.get(0)).unwrap();
            let found = usize::try_from(found).unwrap();
            assert!((version..=known).contains(&found), "{case}: schema {found}");
            assert_eq!(schema(&copy), right[found], "{case}: something between");
            let beside = fs::read_dir(site.database().parent().unwrap()).unwrap();
            let names = beside.map(|it| it.unwrap().file_name().to_string_lossy().into_owned());
            let copies = names.filter(|name| name.ends_with(".backup")).count();
            assert!(version == 0 || found == version || copies > 0, "{case}: no backup");
        }
        for _ in 0..2 {
            assert!(once(&site, None).success(), "{case}: it does not go on");
        }
        let c = Connection::open(site.database()).unwrap();
        assert_eq!(schema(&c), right[known], "{case}");
        assert!(sink.doubles().is_empty(), "{case}");
    }
    panic!("it never came to its end");
}

#[test]
fn killed_while_the_schema_is_made_it_has_the_old_one_or_the_new_one() {
    if !can_trace() {
        return;
    }
    let every = number("SIGAP_STEPS", 5);
    let steps = steps();
    for version in 0..steps.len() {
        let kills = killed_from(version, &steps, every);
        println!("from schema {version} to {}: {kills} kills, old or new each time", steps.len());
        assert!(kills > 5, "{kills}");
    }
}
