//! A crowd of owners, mail all the time, and whatever can go wrong going wrong at random: nothing is
//! lost, nothing is sent twice, nothing grows.
//!
//! A few owners for half a minute; `SIGAP_SOAK=3600` for two hundred owners and an hour, five mails
//! a second. The seed is printed; `SIGAP_SOAK_SEED=n` for the same faults again.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use sigap::config::settings::{Account, Tls};

use crate::daemon::{Daemon, Setup, plain};
use crate::dovecot::Dovecot;
use crate::mail::{ask, newsletter, reply};
use crate::mailboxes::Mailboxes as _;
use crate::proxy::{End, Fault, Proxy};
use crate::sink::{Behaviour, Sink, Verb};

const PASSWORD: &str = "rahasia";
/// Five mails in a second.
const EVERY: Duration = Duration::from_millis(200);
/// After the last fault everything is known within this.
const HEALED: Duration = Duration::from_secs(900);

/// A seeded stream of numbers (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(limit).unwrap()).unwrap()
    }
}

/// What was delivered, and what must follow.
#[derive(Default)]
struct Truth {
    /// Asks that wait: Message-ID; owner and requester.
    open: BTreeMap<String, (String, String)>,
    /// Every Message-ID that was delivered.
    known: BTreeSet<String>,
    mails: usize,
}

impl Truth {
    /// One more mail: mostly an ask, now and then an answer or a newsletter.
    fn goes_on(&mut self, dovecot: &Dovecot, owners: &[String], dice: &mut Dice) {
        self.mails += 1;
        let (owner, id) = (&owners[dice.below(owners.len())], format!("m{}", self.mails));
        let answered = self.open.keys().nth(dice.below(self.open.len().max(1))).cloned();
        match (dice.below(5), answered) {
            (0, _) => {
                dovecot.lmtp_deliver(owner, &newsletter(owner, &id));
                self.known.insert(format!("{id}@news.example.org"));
            }
            (1, Some(asked)) => {
                let (owner, from) = self.open.remove(&asked).unwrap();
                let answer = reply(&owner, &id, &from, &asked, "Attached.");
                dovecot.append(&owner, "Sent", &answer);
                self.known.insert(format!("{id}@example.test"));
            }
            _ => {
                // Nobody writes twice, so that each ask is an obligation of its own.
                let from = format!("budi{}@example.org", self.mails);
                dovecot.lmtp_deliver(owner, &ask(owner, &id, &from, &format!("Report {id}")));
                self.open.insert(format!("{id}@example.org"), (owner.clone(), from));
                self.known.insert(format!("{id}@example.org"));
            }
        }
    }
}

/// What the network does from now on.
fn storm(proxy: &Proxy, dice: &mut Dice, long: bool) {
    let bytes = 200 + dice.below(20_000);
    let end = if dice.below(2) == 0 { End::Eof } else { End::Reset };
    match dice.below(9) {
        0 => proxy.cut(end),
        // Noticed after minutes.
        1 if long => proxy.leave_half_open(),
        5 if long => proxy.next(Fault::BlackHole),
        2 => proxy.always(Fault::CutFromServer(bytes, end)),
        3 => proxy.always(Fault::CutFromClient(bytes / 20, end)),
        4 => proxy.always(Fault::Delay(Duration::from_millis(300))),
        6 => proxy.always(Fault::Garbage(bytes)),
        _ => proxy.always(Fault::None),
    }
}

/// What the mail server does with the letter of a number.
fn humour(number: u64) -> Behaviour {
    match number % 23 {
        3 => Behaviour::AcceptAndHangUp,
        7 => Behaviour::Defer(Verb::Rcpt),
        11 => Behaviour::HangUpBeforeDot,
        15 => Behaviour::AcceptLate(Duration::from_secs(1)),
        _ => Behaviour::Accept,
    }
}

#[test]
fn a_crowd_in_bad_weather_loses_nothing_doubles_nothing_and_does_not_grow() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let long = number("SIGAP_SOAK");
    let lasts = Duration::from_secs(long.unwrap_or(30));
    let seed = number("SIGAP_SOAK_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    let mut dice = Dice(seed);
    let owners: Vec<String> = (1..=if long.is_some() { 200 } else { 6 })
        .map(|number| format!("ani{number}@example.test"))
        .collect();
    let users: Vec<(&str, &str)> = owners.iter().map(|name| (name.as_str(), PASSWORD)).collect();
    let Some(dovecot) = Dovecot::start(&users) else { return };
    let (proxy, sink) = (Proxy::start(dovecot.ports.imaps), Sink::start(humour));
    let mut daemon = daemon(&dovecot, &owners, proxy.port(), sink.port());
    let (mut truth, mut kills, mut faults) = (Truth::default(), 0, 0);
    let mut samples: Vec<(u64, usize)> = Vec::new();
    let began = Instant::now();
    let part = |eighths: u32| began.elapsed() >= lasts * eighths / 8;
    let (mut next_storm, mut next_kill) = (Duration::from_secs(5), lasts / 5);
    while !part(8) {
        truth.goes_on(&dovecot, &owners, &mut dice);
        if began.elapsed() > next_storm {
            storm(&proxy, &mut dice, long.is_some());
            (faults, next_storm) = (faults + 1, began.elapsed() + Duration::from_secs(7));
        }
        // A process that goes on shows whether it grows.
        if !part(4) && began.elapsed() > next_kill {
            daemon.kill();
            daemon.start();
            (kills, next_kill) = (kills + 1, began.elapsed() + lasts / 10);
        }
        if part(4) && samples.len() < truth.mails / 25 {
            samples.push(size(&daemon));
        }
        std::thread::sleep(EVERY);
    }
    proxy.always(Fault::None);
    proxy.cut(End::Eof);
    heals(&mut daemon, &truth, seed);
    let letters = once_each(&daemon, &sink, seed);
    println!(
        "seed {seed}: {} mails to {} owners in {lasts:?}, {faults} faults of the network, {kills} \
         kills, {letters} letters; 0 lost, 0 doubled",
        truth.mails,
        owners.len()
    );
    grows_not(&samples, long.is_some());
}

fn daemon(dovecot: &Dovecot, owners: &[String], imap: u16, smtp: u16) -> Daemon {
    let usual = Setup::new("", plain(1), plain(smtp));
    let mut setup = Setup { poll_every: "30s", owners: Vec::new(), ..usual };
    for owner in owners {
        let account = Account { port: imap, ..dovecot.account(owner, Tls::Implicit) };
        setup.owners.push((owner.clone(), account));
    }
    let mut daemon = Daemon::new(&setup);
    // Everybody is welcomed and nudged at once: nothing is wrong with that here. Few pages of the
    // database are kept in memory, so that it is full before anything is measured.
    let text = setup.text().replace("[store]\n", "[store]\ncache_mb = 4\n");
    daemon.write(&format!("{text}[fuse]\nper_hour = 100000\n"));
    daemon.start();
    daemon.wait_for("all folders are known", |it| {
        let states = it.states();
        (states.len() == 2 * owners.len() && states.iter().all(|s| s == "live")).then_some(())
    });
    daemon.next_second();
    daemon
}

/// In the end everything that was delivered is known, and exactly what waits is listed.
fn heals(daemon: &mut Daemon, truth: &Truth, seed: u64) {
    let began = Instant::now();
    loop {
        let known: BTreeSet<String> = column(daemon, "SELECT key FROM message");
        let open: BTreeSet<String> =
            column(daemon, "SELECT asked_key FROM obligation WHERE closed_at IS NULL");
        let waiting: BTreeSet<String> = truth.open.keys().cloned().collect();
        if truth.known.is_subset(&known) && open == waiting {
            return;
        }
        let lost: Vec<_> = truth.known.difference(&known).take(5).collect();
        let wrong: Vec<_> = open.symmetric_difference(&waiting).take(5).collect();
        assert!(
            began.elapsed() < HEALED,
            "seed {seed}: not known {lost:?}, waiting or listed alone {wrong:?}\n{}",
            daemon.told()
        );
        std::thread::sleep(Duration::from_millis(500));
    }
}

/// No letter was accepted twice but where nobody could know; no item is in two letters. How many
/// letters were accepted.
fn once_each(daemon: &Daemon, sink: &Sink, seed: u64) -> usize {
    let mut copies: BTreeMap<String, (usize, bool)> = BTreeMap::new();
    for letter in sink.accepted() {
        let entry = copies.entry(letter.message_id).or_default();
        (entry.0, entry.1) = (entry.0 + 1, entry.1 || letter.silent);
    }
    for (id, (count, silent)) in &copies {
        // Also a kill leaves it unknown whether a letter went; then it may go once more.
        let repeated = format!(
            "SELECT key FROM letter l, (SELECT '{id}' AS key) \
                                WHERE l.message_id = '{id}' AND l.repeats = 1"
        );
        let most = 1 + usize::from(*silent || !column(daemon, &repeated).is_empty());
        assert!(*count <= most, "seed {seed}: {id} was accepted {count} times");
    }
    let twice = "SELECT i.key FROM letter_item i JOIN letter l ON l.id = i.letter_id \
                 WHERE l.state = 'sent' GROUP BY i.key HAVING count(*) > 1";
    assert_eq!(column(daemon, twice), BTreeSet::new(), "seed {seed}");
    copies.len()
}

fn column(daemon: &Daemon, sql: &str) -> BTreeSet<String> {
    let store = daemon.store();
    let mut statement = store.prepare(sql).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// Resident memory (KiB) and open files of the daemon.
fn size(daemon: &Daemon) -> (u64, usize) {
    let id = daemon.id();
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    let files = std::fs::read_dir(format!("/proc/{id}/fd")).unwrap().count();
    (line.trim().trim_end_matches(" kB").parse().unwrap(), files)
}

/// Over the second half: the last quarter of it is no larger than the first.
fn grows_not(samples: &[(u64, usize)], long: bool) {
    let most = |part: &[(u64, usize)]| {
        (part.iter().map(|s| s.0).max().unwrap_or(0), part.iter().map(|s| s.1).max().unwrap_or(0))
    };
    let quarter = (samples.len() / 4).max(1);
    let (first, last) = (most(&samples[..quarter]), most(&samples[samples.len() - quarter..]));
    println!(
        "memory {} KiB, then {} KiB; open files {}, then {}",
        first.0, last.0, first.1, last.1
    );
    if long {
        assert!(last.0 <= first.0 + 4 * 1024, "it grows");
        assert!(last.1 <= first.1 + 16, "files stay open");
    }
}
