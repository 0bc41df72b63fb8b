//! How soon whoever writes to an absent owner is answered, beside Pigeonhole's `vacation` on the
//! same server, and what deciding about it costs.
//!
//! `cargo bench --bench away`: a hundred owners on a real Dovecot who are all away, a hundred
//! others with a vacation script, and a thousand messages to each hundred by LMTP, twenty at a time
//! (`SIGAP_MESSAGES` for another number). Whoever answers sends to the same small mail server.
//! Pigeonhole answers while it delivers: nobody who reads a mailbox can be as soon. Nothing is
//! asserted: a machine's speed is no promise.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    clippy::wildcard_enum_match_arm,
    clippy::disallowed_methods,
    dead_code
)]

#[path = "../e2e/authority.rs"]
mod authority;
mod configured;
mod desk;
#[path = "../e2e/dovecot.rs"]
mod dovecot;
#[path = "../e2e/dovecot_conf.rs"]
mod dovecot_conf;
#[path = "../e2e/mailboxes.rs"]
mod mailboxes;
mod office;
#[path = "../e2e/place.rs"]
mod place;
#[path = "../e2e/wire.rs"]
mod wire;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags};
use sigap::engine::intake::{Read, read};
use sigap::engine::noting::Fresh;
use sigap::engine::office::Charter;
use sigap::engine::replying::{Desk, consider};
use sigap::mail::token::InstanceKey;
use sigap::model::away::Plan;
use sigap::model::message::{Fetched, Flags, Role};
use sigap::model::policy::Mode;
use sigap::store::db::{Access, Db};
use sigap::store::{away, facts, messages};

use crate::configured::{Place, configure};
use crate::desk::{Bench, T};
use crate::dovecot::Dovecot;
use crate::dovecot_conf::Kind;
use crate::mailboxes::Mailboxes as _;

const PASSWORD: &str = "rahasia";
const OWNERS: usize = 100;
/// So many messages are on their way at the same time.
const AT_ONCE: usize = 20;
const PATIENCE: Duration = Duration::from_secs(300);

fn main() {
    if !std::env::args().any(|word| word == "--bench") {
        println!("The benchmark runs with `cargo bench --bench away`.");
        return;
    }
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let messages = number("SIGAP_MESSAGES").unwrap_or(1_000);
    decisions(messages);
    replies(messages);
}

// ---- what a decision costs ---------------------------------------------------------------------

/// The turn that stores a message whose owner is there; whose owner is away, from somebody who was
/// answered before; and from somebody new: then the letter is queued, written and claimed besides.
/// The decision alone, with all that it asks of the store and its record.
fn decisions(messages: usize) {
    println!(
        "{:<52} {:>10} {:>10}",
        "a turn that takes one message in, in memory", "median", "p95"
    );
    let shm = Path::new("/dev/shm");
    let parent = if shm.is_dir() { shm.to_owned() } else { std::env::temp_dir() };
    let stories = [
        ("its owner is there", false, false),
        ("its owner is away, it is not answered", true, false),
        ("its owner is away, it is answered", true, true),
    ];
    for (what, is_away, is_new) in stories {
        let room = tempfile::tempdir_in(&parent).unwrap();
        let mut bench = Bench::new(room.path(), OWNERS);
        if is_away {
            let ids: Vec<_> = bench.engine.office().owners.keys().copied().collect();
            let instant = |at| Timestamp::from_second(at).unwrap();
            let plan = Plan::bare((instant(T), instant(T + 86_400 * 30)));
            let step = bench.engine.db_mut().transaction().unwrap();
            for id in ids {
                away::add(&step, id, &plan, instant(T)).unwrap();
            }
            step.commit().unwrap();
        }
        let charter = Charter { mode: Mode::Full, ..office::charter(OWNERS) };
        bench.engine.reload(charter, Timestamp::from_second(T).unwrap()).unwrap();
        let (mut now, mut times) = (T + 60, Vec::new());
        bench.send_all(now);
        for no in 0..messages {
            now += 30;
            let owner = no % OWNERS;
            let arrival = arrival(owner, no, if is_new { no } else { owner }, now);
            let began = Instant::now();
            let output = bench.arrive(owner, Role::Inbox, vec![arrival], now);
            times.push(began.elapsed());
            bench.follow(output, now);
        }
        // Whoever writes for the first time is answered in any case.
        let settled = OWNERS.min(messages / 2);
        print(what, times.split_off(settled));
        if is_away && !is_new {
            let anew = (settled..messages).map(|no| decided_anew(&mut bench, no, now));
            print("of that, the decision and its record", anew.collect());
        }
    }
    println!();
}

/// Decides once more about a message that was decided about, and takes that back.
fn decided_anew(bench: &mut Bench, no: usize, now: i64) -> Duration {
    let owner = no % OWNERS;
    let read = arrival(owner, no, owner, now);
    let office = bench.engine.office().clone();
    let owner = office.owner_of(&read.message.to[0].address).unwrap().clone();
    let c = bench.engine.db().connection();
    let key = InstanceKey(facts::instance(c).unwrap().secret);
    let stored = messages::with_key(c, &read.message.key).unwrap().remove(0);
    let step = bench.engine.db_mut().transaction().unwrap();
    step.execute("DELETE FROM auto_reply WHERE message_id = ?1", [stored.id.0]).unwrap();
    let now = Timestamp::from_second(now).unwrap();
    let desk = Desk { c: &step, office: &office, key: &key, now };
    let (flags, answering) = (Flags::default(), read.answering);
    let fresh = [Fresh { message: stored.id, flags, answering, language: None }];
    let began = Instant::now();
    assert!(consider(&desk, &owner, &fresh).unwrap().is_empty(), "it is not answered");
    began.elapsed()
}

fn arrival(owner: usize, no: usize, sender: usize, at: i64) -> Read {
    let sender = format!("r{sender}@d{sender}.example.org");
    let header = format!(
        "Return-Path: <{sender}>\r\nFrom: A Person <{sender}>\r\n\
         To: {}\r\nSubject: Figures {no}\r\nMessage-ID: <a{no}@example.org>\r\n\r\n",
        office::address_of(owner)
    );
    let whole = format!("{header}Hello,\r\n\r\nCould you send me the figures?\r\n");
    let fetched = Fetched {
        uid: no as u64 + 1,
        flags: Flags::default(),
        arrived_at: Timestamp::from_second(at).ok(),
        size: whole.len() as u64,
        provider_id: None,
        provider_thread: None,
        header: header.into_bytes(),
        whole: Some(whole.into_bytes()),
    };
    read(&fetched, Role::Inbox)
}

// ---- how soon somebody is answered ---------------------------------------------------------------

fn replies(messages: usize) {
    let (post, answered) = post_office();
    let owners: Vec<String> = (1..=OWNERS).map(|no| format!("user{no}@example.com")).collect();
    let others: Vec<String> = (1..=OWNERS).map(|no| format!("vina{no}@example.com")).collect();
    let all = owners.iter().chain(&others);
    let users: Vec<(&str, &str)> = all.map(|name| (name.as_str(), PASSWORD)).collect();
    let kind = Kind { crowded: true, ..Kind::default() };
    let Some(mut dovecot) = Dovecot::start_as(kind, &users) else { return };
    let Some(()) = dovecot.filter_through(post) else { return };
    for other in &others {
        let script = format!(
            "require [\"vacation\"];\nvacation :days 1 :addresses [\"{other}\"] \"I am away.\";\n"
        );
        dovecot.write_sieve(other, &script);
    }
    let daemon = Daemon::start(&dovecot, &owners, post);
    println!("{:<52} {:>10} {:>10}", format!("{messages} messages by LMTP"), "median", "p95");
    let exists = heard(&dovecot, &owners);
    print("EXISTS heard by a client in IDLE", exists);
    for (who, names) in [("Pigeonhole vacation", &others), ("Sigap", &owners)] {
        let began = Instant::now();
        let times = answers(&dovecot, who, names, messages, &answered);
        let each = began.elapsed().as_secs_f64() / messages as f64 * 1e3;
        print(&format!("answered by {who} ({each:.1} ms each)"), times);
    }
    drop(daemon);
}

/// From the end of each delivery to its answer.
fn answers(
    dovecot: &Dovecot,
    who: &str,
    names: &[String],
    messages: usize,
    answered: &Receiver<(String, Instant)>,
) -> Vec<Duration> {
    let mut times = Vec::new();
    let numbers: Vec<usize> = (0..messages).collect();
    for wave in numbers.chunks(AT_ONCE) {
        let mut delivered = BTreeMap::new();
        for no in wave {
            let (to, from) =
                (&names[no % names.len()], format!("{}{no}@d{no}.example.org", &who[..1]));
            let mail = format!(
                "From: A Person <{from}>\r\nTo: <{to}>\r\nSubject: Figures {no}\r\n\
                 Message-ID: <{from}>\r\n\r\nCould you send me the figures?\r\n"
            );
            // Pigeonhole may answer before the delivery is over.
            let began = Instant::now();
            dovecot.lmtp_from(&from, to, mail.as_bytes());
            delivered.insert(from, (began, Instant::now()));
        }
        while !delivered.is_empty() {
            let (to, at) = answered.recv_timeout(PATIENCE).expect("everybody is answered");
            if let Some((began, over)) = delivered.remove(&to) {
                times.push(if at < over { at - began } else { at - over });
            }
        }
    }
    times
}

/// How long after the end of a delivery a client that waits in IDLE hears of it.
fn heard(dovecot: &Dovecot, owners: &[String]) -> Vec<Duration> {
    let mut times = Vec::new();
    for (no, owner) in owners.iter().enumerate().take(AT_ONCE) {
        let mut wire = dovecot.login(owner);
        wire.imap_command("EXAMINE INBOX");
        wire.send(b"a IDLE\r\n");
        wire.line();
        wire.waits_long();
        // Nobody answers a list.
        let mail = format!(
            "From: list@example.org\r\nTo: <{owner}>\r\nList-Id: <l.example.org>\r\n\
             Subject: News\r\nMessage-ID: <{no}.news@example.org>\r\n\r\nNews.\r\n"
        );
        dovecot.lmtp_from("list@example.org", owner, mail.as_bytes());
        let over = Instant::now();
        while !wire.line_or_end().unwrap().ends_with("EXISTS") {}
        times.push(over.elapsed());
    }
    times
}

fn print(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)];
    println!("{what:<52} {:>10.1?} {:>10.1?}", at(50), at(95));
}

/// A mail server that takes everything and tells who was written to, and when.
fn post_office() -> (u16, Receiver<(String, Instant)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (told, answered) = mpsc::channel();
    std::thread::spawn(move || {
        for tcp in listener.incoming().flatten() {
            let told = told.clone();
            std::thread::spawn(move || drop(take(&tcp, &told)));
        }
    });
    (port, answered)
}

fn take(tcp: &TcpStream, told: &Sender<(String, Instant)>) -> std::io::Result<()> {
    let (mut lines, mut out) = (BufReader::new(tcp), tcp);
    out.write_all(b"220 post ESMTP\r\n")?;
    let (mut to, mut line) = (String::new(), String::new());
    loop {
        line.clear();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" | "LHLO" => out.write_all(b"250-post\r\n250 8BITMIME\r\n")?,
            "RCPT" => {
                let whom = line.split(['<', '>']).nth(1).unwrap_or_default();
                to = whom.to_owned();
                out.write_all(b"250 ok\r\n")?;
            }
            "DATA" => {
                out.write_all(b"354 go on\r\n")?;
                loop {
                    line.clear();
                    if lines.read_line(&mut line)? == 0 {
                        return Ok(());
                    }
                    if line == ".\r\n" {
                        break;
                    }
                }
                let _gone = told.send((std::mem::take(&mut to), Instant::now()));
                out.write_all(b"250 taken\r\n")?;
            }
            "QUIT" => {
                out.write_all(b"221 bye\r\n")?;
                return Ok(());
            }
            _ => out.write_all(b"250 ok\r\n")?,
        }
    }
}

/// Sigap over owners who are all away.
struct Daemon {
    _folder: tempfile::TempDir,
    child: Child,
}

impl Daemon {
    fn start(dovecot: &Dovecot, owners: &[String], post: u16) -> Self {
        let folder = place::folder();
        let ca = dovecot.authority.ca.clone();
        let place = Place { port: dovecot.ports.imaps, ca };
        let config = configure(folder.path(), &place, owners, PASSWORD);
        let text = fs::read_to_string(&config).unwrap();
        let smtp = format!("url = \"smtp://127.0.0.1:{post}\"\ntls = \"none\"");
        let text = text
            .replace("mode = \"observe\"", "mode = \"full\"")
            .replace("folder = \"letters\"", &smtp)
            .replace("nudge 6h", "nudge 39h");
        let fuse = "[fuse]\nper_hour = 1000000\nper_owner_per_hour = 1000000\n";
        fs::write(&config, format!("{text}{fuse}")).unwrap();
        let journal = File::create(folder.path().join("journal.log")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_sigap"));
        command.arg("--config").arg(config).arg("run").stdin(Stdio::null());
        let child = command.stdout(Stdio::null()).stderr(journal).spawn().unwrap();
        let store = folder.path().join("sigap.db");
        let count = |sql: &str| -> Option<usize> {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
            let c = Connection::open_with_flags(&store, flags).ok()?;
            let count: i64 = c.query_row(sql, [], |row| row.get(0)).ok()?;
            usize::try_from(count).ok()
        };
        let live = "SELECT count(*) FROM mailbox WHERE health = 'live'";
        let welcomed = "SELECT count(*) FROM letter WHERE kind = 'welcome' AND state = 'sent'";
        for (sql, wanted) in [(live, 2 * owners.len()), (welcomed, owners.len())] {
            place::wait_for(sql, PATIENCE, || (count(sql)? == wanted).then_some(()));
        }
        let now = Timestamp::now();
        let mut db = Db::open(&store, Access::Command, now).unwrap();
        let week = now + Duration::from_secs(7 * 86_400);
        let step = db.transaction().unwrap();
        for owner in 1..=owners.len() {
            let id = sigap::model::ids::OwnerId(owner as i64);
            away::add(&step, id, &Plan::bare((now, week)), now).unwrap();
        }
        step.commit().unwrap();
        std::thread::sleep(Duration::from_secs(2));
        Self { _folder: folder, child }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
