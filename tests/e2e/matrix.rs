//! The stories about reading, told on every server there is: one server and one daemon each, and a
//! mailbox for every story.
//!
//! On a server that reports, the daemon polls so seldom that only a report can bring its news. By
//! hand: `SIGAP_STORY` names one story, `SIGAP_PYMAP` the program of a pymap.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::courier::Courier;
use crate::cyrus::Cyrus;
use crate::daemon::{Daemon, Setup, WITHIN, plain};
use crate::dovecot::Dovecot;
use crate::dovecot_conf::Kind;
use crate::host::{Host, PASSWORD};
use crate::interop::{STORIES, Story};
use crate::pymap::Pymap;
use crate::sink::{Behaviour, Sink};

/// Polls for servers that report, and for those that may not.
const SELDOM: &str = "10m";
const OFTEN: &str = "4s";
/// What everybody sees of the daemon is asked for at most this often.
const GLANCE: Duration = Duration::from_millis(250);

/// A server with its stories under way.
pub struct Site<'a> {
    /// The server.
    pub host: &'a dyn Host,
    /// The daemon that watches all its mailboxes.
    pub daemon: &'a Daemon,
    glance: Mutex<Option<(Instant, Value)>>,
}

impl Site<'_> {
    /// The daemon's list, closed ones included, as of a moment ago.
    fn listing(&self) -> Value {
        let mut glance = self.glance.lock().unwrap();
        if let Some((at, listing)) = &*glance
            && at.elapsed() < GLANCE
        {
            return listing.clone();
        }
        let listing = self.daemon.json(&["list", "--all"]).unwrap();
        *glance = Some((Instant::now(), listing.clone()));
        listing
    }

    /// What the list says of an owner: `obligations` or `mailboxes`.
    pub fn rows(&self, what: &str, owner: &str) -> Vec<Value> {
        let rows = self.listing()[what].as_array().unwrap().clone();
        rows.into_iter().filter(|row| row["owner"] == owner).collect()
    }

    /// Asks until there is an answer; fails with all that is known.
    pub fn wait<T>(&self, what: &str, owner: &str, mut ask: impl FnMut() -> Option<T>) -> T {
        let began = Instant::now();
        loop {
            if let Some(answer) = ask() {
                return answer;
            }
            if began.elapsed() > WITHIN {
                let rows = |what: &str| Value::from(self.rows(what, owner)).to_string();
                let (asks, folders) = (rows("obligations"), rows("mailboxes"));
                let told = self.daemon.told_so_far();
                let told: Vec<&str> = told.lines().filter(|line| line.contains(owner)).collect();
                panic!("{owner}: {what}: not within {WITHIN:?}\n{asks}\n{folders}\n{told:#?}");
            }
            std::thread::sleep(GLANCE);
        }
    }

    /// What stands in the daemon's database about an owner's folder.
    pub fn number(&self, sql: &str, owner: &str) -> i64 {
        self.daemon.store().query_row(sql, [owner], |row| row.get(0)).unwrap()
    }
}

/// What is to be seen of a server beside the stories.
struct Traits {
    /// The daemon's poll: where the server reports, no story can wait for it.
    poll_every: &'static str,
    /// What `doctor` finds lacking, by the beginnings of its sentences.
    lacks: &'static [&'static str],
}

/// Nobody's mailbox has a story of its own after the restart; this one's has.
const LAST: &str = "last@example.test";

/// Tells every story on a server that `start` starts, or the one that `SIGAP_STORY` names.
fn tell<H: Host>(traits: &Traits, start: impl FnOnce(&[&str]) -> Option<H>) {
    let wanted = std::env::var("SIGAP_STORY").unwrap_or_default();
    let chosen = STORIES.iter().enumerate().filter(|(_, story)| story.name.contains(&wanted));
    let cast: Vec<(String, &Story)> =
        chosen.map(|(number, story)| (format!("ani{number}@example.test"), story)).collect();
    let users: Vec<&str> = cast.iter().map(|(owner, _)| owner.as_str()).chain([LAST]).collect();
    let Some(mut host) = start(&users) else { return };
    cast.iter().for_each(|(owner, story)| (story.before)(&host, owner));

    let sink = Sink::start(|_| Behaviour::Accept);
    let mut setup = Setup::new(LAST, host.account(LAST), plain(sink.port()));
    setup.owners = users.iter().map(|user| ((*user).to_owned(), host.account(user))).collect();
    setup.poll_every = traits.poll_every;
    setup.nudge_after = "500s";
    let mut daemon = Daemon::new(&setup);
    // What lies there already is older than the first reading.
    daemon.next_second();
    daemon.start();
    daemon.settles(2 * users.len());

    let site = Site { host: &host, daemon: &daemon, glance: Mutex::default() };
    let mut untrue = told(&site, &cast);
    if !doctor_says(&site, traits) {
        untrue.push("doctor says what it lacks");
    }
    drop(site);
    host.restart();
    let site = Site { host: &host, daemon: &daemon, glance: Mutex::default() };
    comes_back(&site, LAST);
    let log = host.log();
    let log: Vec<&str> = log.lines().filter(|line| line.contains("rror")).collect();
    assert!(untrue.is_empty(), "not true: {untrue:#?}\n{log:#?}");
    assert!(sink.doubles().is_empty());
}

/// Tells the stories at the same time: they are mostly waits. Whose are not true.
fn told(site: &Site<'_>, cast: &[(String, &'static Story)]) -> Vec<&'static str> {
    std::thread::scope(|scope| {
        let told: Vec<_> = cast
            .iter()
            .map(|(owner, story)| {
                let server = std::thread::current().name().unwrap_or_default().to_owned();
                let thread = std::thread::Builder::new().name((*story.name).to_owned());
                let tell = move || {
                    let began = Instant::now();
                    (story.tell)(site, owner);
                    eprintln!("{server}: {}: {} ms", story.name, began.elapsed().as_millis());
                };
                (story.name, thread.spawn_scoped(scope, tell).unwrap())
            })
            .collect();
        let ended = told.into_iter().map(|(name, thread)| (name, thread.join()));
        ended.filter_map(|(name, end)| end.err().map(|_| name)).collect()
    })
}

/// Every lack in a sentence of its own, none more, and no problem.
fn doctor_says(site: &Site<'_>, traits: &Traits) -> bool {
    let Some(report) = site.daemon.json(&["doctor"]) else {
        eprintln!("{}", site.daemon.sigap(&["doctor"]).1);
        return false;
    };
    let proofs = report["proofs"].as_array().unwrap().iter();
    let of_one = proofs.filter(|proof| proof["about"] == LAST);
    let lacks = of_one.flat_map(|proof| proof["lacks"].as_array().unwrap().clone());
    let lacks: Vec<String> = lacks.map(|lack| lack.as_str().unwrap().to_owned()).collect();
    let met = lacks.len() == traits.lacks.len()
        && lacks.iter().zip(traits.lacks).all(|(lack, begins)| lack.starts_with(begins));
    if !met {
        eprintln!("doctor finds lacking: {lacks:#?}");
    }
    met
}

/// After the restart of its server a mailbox is read again, and what is new is noticed. Others may
/// rest longer: a server that says it is not available is left alone for half a minute and more.
fn comes_back(site: &Site<'_>, owner: &str) {
    site.wait("its folders are read again", owner, || {
        let rows = site.rows("mailboxes", owner);
        rows.iter().all(|row| row["state"] == "live" && row["fault"].is_null()).then_some(())
    });
    crate::interop::a_new_message(site, owner);
}

const NO_CHANGES: &str = "no CONDSTORE and no QRESYNC";
const NO_IDLE: &str = "no IDLE";
const BY_NAME: &str = "no SPECIAL-USE";

/// What a Dovecot says it can, without IDLE, CONDSTORE, QRESYNC and SPECIAL-USE.
macro_rules! dovecot_without {
    ($($more:literal)?) => {
        Some(concat!("IMAP4rev1 SASL-IR ID ENABLE UNSELECT NAMESPACE UIDPLUS LITERAL+", $($more)?))
    };
}

/// Whether a Dovecot tells changes (QRESYNC), and how it may be waited on.
fn dovecot(sdbox: bool, changes: bool, idle: bool, hibernates: bool) {
    let capabilities = match (changes, idle) {
        (true, true) => None,
        (true, false) => dovecot_without!(" CONDSTORE QRESYNC LIST-EXTENDED SPECIAL-USE"),
        (false, true) => dovecot_without!(" IDLE LIST-EXTENDED SPECIAL-USE"),
        (false, false) => dovecot_without!(),
    };
    let kind = Kind { sdbox, capabilities, hibernates, crowded: false, sieve: None };
    let lacks: &[&str] = match (changes, idle) {
        (true, true) => &[],
        (true, false) => &[NO_IDLE],
        (false, true) => &[NO_CHANGES],
        (false, false) => &[NO_CHANGES, NO_IDLE],
    };
    // Mail that comes while a connection is handed to the process that hibernates is not reported.
    let poll_every = if !idle || hibernates { OFTEN } else { SELDOM };
    tell(&Traits { poll_every, lacks }, |users| {
        let users: Vec<(&str, &str)> = users.iter().map(|user| (*user, PASSWORD)).collect();
        Dovecot::start_as(kind, &users)
    });
}

#[test]
fn matrix_dovecot_maildir() {
    dovecot(false, true, true, false);
}

#[test]
fn matrix_dovecot_maildir_without_idle() {
    dovecot(false, true, false, false);
}

#[test]
fn matrix_dovecot_maildir_hibernating() {
    dovecot(false, true, true, true);
}

#[test]
fn matrix_dovecot_maildir_without_changes() {
    dovecot(false, false, true, false);
}

#[test]
fn matrix_dovecot_maildir_without_changes_and_idle() {
    dovecot(false, false, false, false);
}

#[test]
fn matrix_dovecot_maildir_without_changes_hibernating() {
    dovecot(false, false, true, true);
}

#[test]
fn matrix_dovecot_sdbox() {
    dovecot(true, true, true, false);
}

#[test]
fn matrix_dovecot_sdbox_without_idle() {
    dovecot(true, true, false, false);
}

#[test]
fn matrix_dovecot_sdbox_hibernating() {
    dovecot(true, true, true, true);
}

#[test]
fn matrix_dovecot_sdbox_without_changes() {
    dovecot(true, false, true, false);
}

#[test]
fn matrix_dovecot_sdbox_without_changes_and_idle() {
    dovecot(true, false, false, false);
}

#[test]
fn matrix_dovecot_sdbox_without_changes_hibernating() {
    dovecot(true, false, true, true);
}

#[test]
fn matrix_cyrus() {
    tell(&Traits { poll_every: SELDOM, lacks: &[] }, |users| Cyrus::start(false, users));
}

#[test]
fn matrix_cyrus_below_its_inbox() {
    tell(&Traits { poll_every: SELDOM, lacks: &[] }, |users| Cyrus::start(true, users));
}

#[test]
fn matrix_courier() {
    tell(&Traits { poll_every: SELDOM, lacks: &[NO_CHANGES, BY_NAME] }, Courier::start);
}

#[test]
fn matrix_pymap() {
    tell(&Traits { poll_every: SELDOM, lacks: &[NO_CHANGES, BY_NAME] }, Pymap::start);
}
