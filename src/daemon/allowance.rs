//! What the system allows this process to have: open files and threads.
//!
//! It asks for as much as there is and says where that is little; it never takes more than a person
//! has granted.

use std::io;
use std::sync::Mutex;
use std::thread::{Builder, available_parallelism, scope};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files beside one line for each mailbox: database, journal, letters, names.
const SPARE_FILES: u64 = 64;
/// Threads beside the runtime's workers; whoever starts more of them says so when there are none.
const SPARE_THREADS: usize = 1;

/// Lets this process open as many files as it may at most: every mailbox is a connection, and many
/// systems begin with 1,024 (setrlimit(2)). How many that are; none: no limit.
pub fn raise_files() -> Option<u64> {
    let before = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: before.maximum, ..before };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => before.maximum,
        Err(_) => before.current,
    }
}

/// What is wrong with so many open files for so many mailboxes.
pub fn too_few_files(allowed: Option<u64>, mailboxes: usize) -> Option<String> {
    let needed = u64::try_from(mailboxes).unwrap_or(u64::MAX).saturating_add(SPARE_FILES);
    let allowed = allowed.filter(|allowed| *allowed < needed)?;
    Some(format!(
        "{mailboxes} mailboxes are watched, and the system allows {allowed} open files: some will \
         not be read. Allow {needed} or more (LimitNOFILE of the service, ulimit -n)."
    ))
}

/// Whether the threads of a runtime can be had: the runtime would break down where they cannot.
pub fn threads() -> io::Result<()> {
    let count = available_parallelism().map_or(1, usize::from) + SPARE_THREADS;
    let gate = Mutex::new(());
    scope(|scope| {
        // All at the same time: each waits until the last one was started.
        let _shut = gate.lock();
        let start = |_| Builder::new().spawn_scoped(scope, || drop(gate.lock())).map(drop);
        (0..count).try_for_each(start)
    })
}
