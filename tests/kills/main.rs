//! SIGKILL at random moments: the real daemon, real SMTP, and a sink that counts what it accepted.
//!
//! Letters to every kind of receiver are put into the outbox; the daemon is killed again and again,
//! at moments drawn relative to what the sink has seen; the sink sometimes accepts and answers late,
//! or accepts and hangs up. Then it may finish. What was accepted is compared with what the outbox
//! says. `SIGAP_KILLS=1000 SIGAP_LETTERS=3000 cargo test --test kills -- --nocapture` for the long run.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::wildcard_enum_match_arm,
    clippy::disallowed_methods,
    dead_code
)]

#[path = "../e2e/sink.rs"]
mod sink;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use sigap::config::settings::load;
use sigap::daemon::charter::charter;
use sigap::engine::record;
use sigap::engine::turn::Engine;
use sigap::mail::token::InstanceKey;
use sigap::model::address::Address;
use sigap::model::letter::{Audience, Draft, Item, Kind, State};
use sigap::store::db::{Access, Db, open_to_read};
use sigap::store::{facts, letters};

use crate::sink::{Behaviour, Sink, seeded};

const OWNERS: usize = 30;
/// Long beyond whatever a slow machine needs.
const AT_MOST: Duration = Duration::from_secs(600);

fn number(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// splitmix64: the same seed, the same moments.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % end
    }
}

fn owner(index: usize) -> String {
    format!("o{}@example.com", index % OWNERS)
}

fn lay_out(folder: &Path, port: u16) -> std::path::PathBuf {
    let mut text = format!(
        "mode = \"full\"\n[store]\npath = \"sigap.db\"\n[smtp]\nurl = \"smtp://127.0.0.1:{port}\"\n\
         tls = \"none\"\nfrom = \"Sigap <sigap@example.com>\"\n[fuse]\nper_hour = 1000000\n\
         per_address_per_day = 1000000\n[reading]\nsettle = \"4s\"\npoll_every = \"1s\"\n\
         [[tier]]\nname = \"everyone\"\nreply_within = \"8h\"\nladder = [\"nudge 6h\"]\n"
    );
    for index in 0..OWNERS {
        for part in ["new", "cur", "tmp", ".Sent/new", ".Sent/cur", ".Sent/tmp"] {
            fs::create_dir_all(folder.join(format!("o{index}")).join(part)).unwrap();
        }
        write!(
            text,
            "[[owner]]\nname = \"Owner {index}\"\naddresses = [\"{}\"]\nlanguage = \"en\"\n\
             time_zone = \"Asia/Jakarta\"\nhours = [\"Mon-Sun 00:00-24:00\"]\n\
             maildir.path = \"o{index}\"\n",
            owner(index)
        )
        .unwrap();
    }
    let config = folder.join("sigap.toml");
    fs::write(&config, text).unwrap();
    config
}

/// Letters to requesters, to watched owners and to leads whose mail nobody watches, in turn.
fn fill(config: &Path, count: usize) {
    let settings = load(config).unwrap().settings;
    let now = Timestamp::now();
    let db = Db::open(&settings.store, Access::Daemon, now).unwrap();
    let mut engine = Engine::open(db, charter(&settings).unwrap(), now).unwrap();
    let key = InstanceKey(facts::instance(engine.db().connection()).unwrap().secret);
    let office = engine.office().clone();
    let step = engine.db_mut().transaction().unwrap();
    for index in 0..count {
        let (audience, kind, to) = match index % 3 {
            0 => (Audience::Requester, Kind::AutoReply, format!("r{index}@example.org")),
            1 => (Audience::Owner, Kind::Escalation, owner(index / 3)),
            _ => (Audience::Lead, Kind::Escalation, format!("lead{index}@example.org")),
        };
        let item = Item { key: format!("kill:{index}"), obligation: None, step: None };
        let to = Address::parse(&to).unwrap();
        let about = String::new();
        let items = vec![item];
        let draft = Draft { kind, audience, to, owner: None, items, about, not_before: now };
        record::queue(&step, &office, &key, &draft, now).unwrap();
    }
    step.commit().unwrap();
    let c = engine.db().connection();
    for letter in letters::all(c, u32::MAX).unwrap() {
        if !letter.draft.items.iter().any(|item| item.key.starts_with("kill:")) {
            continue;
        }
        let bytes = format!(
            "From: sigap@example.com\r\nTo: {}\r\nMessage-ID: <{}>\r\nSubject: {}\r\n\
             Auto-Submitted: auto-generated\r\n\r\nA letter.\r\n",
            letter.draft.to, letter.message_id, letter.id
        );
        c.execute("UPDATE letter SET bytes = ?2 WHERE id = ?1", (letter.id.0, bytes.as_bytes()))
            .unwrap();
    }
}

fn start(config: &Path, log: &Path) -> Child {
    let log = fs::File::options().create(true).append(true).open(log).unwrap();
    Command::new(env!("CARGO_BIN_EXE_sigap"))
        .args(["--config", config.to_str().unwrap(), "run"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap()
}

/// What reaches an owner is in their Maildir at once.
fn deliver(folder: &Path, sink: &Sink, stop: &AtomicBool) {
    let mut known = 0;
    while !stop.load(Ordering::SeqCst) {
        let accepted = sink.accepted();
        for (no, letter) in accepted.iter().enumerate().skip(known) {
            if letter.to.ends_with("@example.com") {
                let name = letter.to.split('@').next().unwrap();
                let draft = folder.join(name).join("tmp").join(format!("{no}.sink"));
                fs::write(&draft, &letter.bytes).unwrap();
                let target = folder.join(name).join("new").join(format!("{no}.sink"));
                fs::rename(draft, target).unwrap();
            }
        }
        known = accepted.len();
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// How many letters are not at their end yet.
fn unsettled(config: &Path) -> usize {
    let store = load(config).unwrap().settings.store;
    let c = open_to_read(&store).unwrap();
    let all = letters::all(&c, u32::MAX).unwrap();
    let never = sigap::store::outbox::never();
    let open = |state: State, next_at: Timestamp| match state {
        State::Queued | State::Sending | State::Committing => true,
        State::Unknown => next_at < never,
        State::Sent | State::Failed | State::Recalled | State::Expired => false,
    };
    all.iter().filter(|letter| open(letter.state, letter.next_at)).count()
}

#[derive(Debug, Default)]
struct Figures {
    letters: usize,
    sent: usize,
    unknown: usize,
    unknown_undelivered: usize,
    doubled: usize,
    lost: usize,
}

#[test]
fn killed_at_random_moments_it_keeps_its_promises() {
    let (kills, count) = (number("SIGAP_KILLS", 50), number("SIGAP_LETTERS", 600));
    let folder = tempfile::tempdir().unwrap();
    let weights = [
        (90, Behaviour::Accept),
        (5, Behaviour::AcceptLate(Duration::from_millis(40))),
        (5, Behaviour::AcceptAndHangUp),
    ];
    let sink = Arc::new(Sink::start(seeded(7, &weights)));
    let config = lay_out(folder.path(), sink.port());
    fill(&config, count);
    let log = folder.path().join("journal.log");
    let stop = Arc::new(AtomicBool::new(false));
    let courier = {
        let (folder, sink, stop) = (folder.path().to_owned(), sink.clone(), stop.clone());
        std::thread::spawn(move || deliver(&folder, &sink, &stop))
    };
    let mut dice = Dice(20_261_124);
    let began = Instant::now();
    let per_life = u64::try_from((count / kills.max(1)).clamp(2, 40)).unwrap();
    for _ in 0..kills {
        let goal = sink.attempts() + 1 + dice.below(per_life);
        let mut child = start(&config, &log);
        let lives = Instant::now();
        while sink.attempts() < goal && lives.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_micros(dice.below(30_000)));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let mut child = start(&config, &log);
    while unsettled(&config) > 0 {
        if began.elapsed() > AT_MOST {
            let journal = fs::read_to_string(&log).unwrap_or_default();
            let tail: Vec<&str> = journal.lines().rev().take(30).collect();
            panic!("{} letters do not come to an end:\n{}", unsettled(&config), tail.join("\n"));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    stop.store(true, Ordering::SeqCst);
    courier.join().unwrap();
    judge(&config, &sink, kills, began.elapsed());
}

fn judge(config: &Path, sink: &Sink, kills: usize, took: Duration) {
    let c = open_to_read(&load(config).unwrap().settings.store).unwrap();
    let whole: String = c.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    let mut copies: BTreeMap<String, usize> = BTreeMap::new();
    for letter in sink.accepted() {
        *copies.entry(letter.message_id).or_default() += 1;
    }
    let mut by_audience: BTreeMap<Audience, Figures> = BTreeMap::new();
    for letter in letters::all(&c, u32::MAX).unwrap() {
        let figures = by_audience.entry(letter.draft.audience).or_default();
        let accepted = copies.get(&letter.message_id).copied().unwrap_or(0);
        figures.letters += 1;
        figures.doubled += accepted.saturating_sub(1);
        match letter.state {
            State::Sent => {
                figures.sent += 1;
                figures.lost += usize::from(accepted == 0);
            }
            State::Unknown => {
                figures.unknown += 1;
                figures.unknown_undelivered += usize::from(accepted == 0);
            }
            State::Queued | State::Sending | State::Committing => figures.lost += 1,
            State::Failed | State::Recalled | State::Expired => figures.lost += 1,
        }
        assert!(accepted <= 1 + usize::try_from(letter.repeats).unwrap(), "{letter:?}");
    }
    println!("{kills} kills, {} accepted, in {} s", sink.accepted().len(), took.as_secs());
    println!("audience   letters   sent  unknown  (undelivered)  doubled  silently lost");
    for (audience, f) in &by_audience {
        println!(
            "{:<10} {:>7} {:>6} {:>8} {:>14} {:>8} {:>14}",
            audience.word(),
            f.letters,
            f.sent,
            f.unknown,
            f.unknown_undelivered,
            f.doubled,
            f.lost
        );
    }
    assert_eq!(whole, "ok");
    let figures = |audience| &by_audience[&audience];
    assert_eq!(figures(Audience::Requester).doubled, 0, "to a requester at most once");
    assert_eq!(figures(Audience::Owner).doubled, 0, "a watched receiver shows what arrived");
    for (audience, f) in &by_audience {
        assert_eq!(f.lost, 0, "nothing is lost in silence: {audience:?}");
    }
}
