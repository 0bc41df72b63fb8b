//! A configured folder, a past that is always the same, and two ways to call `sigap`: as a library
//! with a fixed moment, and as the program itself.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use clap::Parser;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use sigap::cli::args::Args;
use sigap::cli::commands::execute;
use sigap::cli::exit::Exit;
use sigap::cli::ground::Ground;
use sigap::daemon::clock::Clock;
use sigap::daemon::steps::watched;
use sigap::engine::intake::{Read, read};
use sigap::engine::turn::{Engine, Input};
use sigap::model::ids::MailboxId;
use sigap::model::letter::Outcome;
use sigap::model::message::{Batch, Cursor, Fetched, Flags, Role};
use sigap::store::db::{Access, Db};

pub const CONFIG: &str = r#"
mode = "nudge"

[store]
path = "sigap.db"

[smtp]
folder = "letters"
from = "Sigap <sigap@example.com>"

[admin]
address = "it@example.com"

[[tier]]
name = "everyone"
reply_within = "8h"
ladder = ["nudge 2h", "nudge 6h", "lapse 40h"]

[[owner]]
name = "Ani Wijaya"
addresses = ["ani@example.com"]
language = "en"
time_zone = "Asia/Jakarta"
hours = ["Mon-Fri 09:00-17:00"]
maildir.path = "ani"

[[owner]]
name = "Citra Dewi"
addresses = ["citra@example.com"]
language = "en"
time_zone = "Asia/Jakarta"
hours = ["Mon-Fri 09:00-17:00"]
maildir.path = "citra"
"#;

/// What a call said.
#[derive(Debug)]
pub struct Said {
    pub code: u8,
    pub out: String,
    pub err: String,
}

impl Said {
    pub fn json(&self) -> serde_json::Value {
        assert_eq!(self.code, 0, "{self:?}");
        serde_json::from_str(&self.out).unwrap()
    }

    pub fn pretty(&self) -> String {
        serde_json::to_string_pretty(&self.json()).unwrap()
    }
}

pub struct World {
    pub folder: tempfile::TempDir,
}

impl World {
    /// A configuration and empty Maildirs, no database.
    pub fn new() -> Self {
        Self::with(CONFIG)
    }

    pub fn with(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("sigap.toml"), config).unwrap();
        for owner in ["ani", "citra"] {
            for below in ["", ".Sent"] {
                for part in ["new", "cur", "tmp"] {
                    let path = folder.path().join(owner).join(below).join(part);
                    std::fs::create_dir_all(path).unwrap();
                }
            }
        }
        std::fs::create_dir(folder.path().join("letters")).unwrap();
        Self { folder }
    }

    /// The same with two days behind it, as they would have been with the daemon.
    pub fn with_a_past() -> Self {
        Self::lived(CONFIG, EVENTS)
    }

    /// Another past.
    pub fn lived(config: &str, events: &[Happened]) -> Self {
        let (world, mut past) = Self::beginning(config);
        for (time, role, words) in events {
            past.hear(at(time), *role, words.replace('\n', "\r\n").as_bytes());
        }
        world
    }

    /// The folder, and an engine over it whose past is yet to be told.
    pub fn beginning(config: &str) -> (Self, Past) {
        let world = Self::with(config);
        let ground = Ground::load(Some(&world.config())).unwrap();
        let start = at("2026-11-23 08:00");
        let db = Db::open(&world.store(), Access::Daemon, start).unwrap();
        // Letters' identities follow from this key: with a known one they are the same every time.
        db.connection().execute("UPDATE instance SET secret = zeroblob(32)", []).unwrap();
        let past = Past::begin(Engine::open(db, ground.charter, start).unwrap(), start);
        (world, past)
    }

    pub fn config(&self) -> PathBuf {
        self.folder.path().join("sigap.toml")
    }

    pub fn store(&self) -> PathBuf {
        self.folder.path().join("sigap.db")
    }

    /// At Tuesday 24 November 2026, 14:30 in Jakarta.
    pub fn sigap(&self, words: &[&str]) -> Said {
        self.sigap_at(words, now())
    }

    pub fn sigap_at(&self, words: &[&str], now: Timestamp) -> Said {
        let config = self.config();
        let head = ["sigap", "--config", config.to_str().unwrap()];
        let args = Args::try_parse_from(head.iter().chain(words)).unwrap();
        let clock = Clock::Hand(Arc::new(AtomicI64::new(now.as_second())));
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let exit: Exit = execute(&args, clock, &mut out, &mut err);
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Said { code: exit.code(), out: text(out), err: text(err) }
    }

    /// The program itself, now, in the folder.
    pub fn program(&self, words: &[&str]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sigap"));
        let home = self.folder.path();
        command.current_dir(home).args(words).env("HOME", home).env_remove("XDG_CONFIG_HOME");
        said(command.output().unwrap())
    }

    /// The reference of the only open obligation that Ani has.
    pub fn reference(&self) -> String {
        let list = self.sigap(&["--json", "list"]).json();
        let rows = list["obligations"].as_array().unwrap();
        assert_eq!(rows.len(), 1, "{list}");
        rows[0]["ref"].as_str().unwrap().to_owned()
    }
}

pub fn said(output: Output) -> Said {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let code = u8::try_from(output.status.code().unwrap()).unwrap();
    Said { code, out: text(output.stdout), err: text(output.stderr) }
}

pub fn now() -> Timestamp {
    at("2026-11-24 14:30")
}

/// A time on Jakarta's clocks.
pub fn at(text: &str) -> Timestamp {
    let local: DateTime = text.replace(' ', "T").parse().unwrap();
    local.to_zoned(TimeZone::get("Asia/Jakarta").unwrap()).unwrap().timestamp()
}

/// When, in which folder, and the message; an empty one: nothing came, time has passed.
pub type Happened = (&'static str, Role, &'static str);

const EVENTS: &[Happened] = &[
    ("2026-11-23 09:00", Role::Inbox, ""),
    (
        "2026-11-23 10:00",
        Role::Inbox,
        "From: Budi Santoso <budi@example.org>\nTo: ani@example.com\n\
         Subject: Sample invoice\nMessage-ID: <b1@example.org>\n\n\
         Dear Ani,\n\nCould you please send us the sample invoice?\n\nBudi\n",
    ),
    (
        "2026-11-23 10:05",
        Role::Inbox,
        "From: robi@example.net\nTo: ani@example.com\nSubject: Report\n\
         Message-ID: <r1@example.net>\nAuto-Submitted: auto-generated\n\n\
         Could you please read this?\n",
    ),
    (
        "2026-11-23 11:00",
        Role::Inbox,
        "From: Eka <eka@example.org>\nTo: ani@example.com\nSubject: Friday\n\
         Message-ID: <e1@example.org>\n\nHi Ani,\n\nCan we meet on Friday at ten?\n\nEka\n",
    ),
    (
        "2026-11-23 11:30",
        Role::Sent,
        "From: Ani Wijaya <ani@example.com>\nTo: eka@example.org\nSubject: Re: Friday\n\
         Message-ID: <a1@example.com>\nIn-Reply-To: <e1@example.org>\n\nYes, at ten.\n\nAni\n",
    ),
    ("2026-11-23 12:00", Role::Inbox, ""),
    ("2026-11-23 16:00", Role::Inbox, ""),
    (
        "2026-11-24 09:30",
        Role::Inbox,
        "From: Budi Santoso <budi@example.org>\nTo: ani@example.com\n\
         Subject: Re: Sample invoice\nMessage-ID: <b2@example.org>\n\
         In-Reply-To: <b1@example.org>\n\nDear Ani,\n\n\
         May I ask again for the sample invoice?\n\nBudi\n",
    ),
    ("2026-11-24 09:31", Role::Inbox, ""),
    ("2026-11-24 14:28", Role::Inbox, ""),
];

/// An engine that is fed by hand and whose letters all arrive.
pub struct Past {
    engine: Engine,
    inbox: MailboxId,
    sent: MailboxId,
    uid: u64,
    /// The letters that arrived.
    pub posted: Vec<Vec<u8>>,
    /// What the operator was told.
    pub journal: Vec<String>,
}

impl Past {
    fn begin(mut engine: Engine, start: Timestamp) -> Self {
        let ani = *engine.office().owners.keys().next().unwrap();
        let folders = [(Role::Sent, "Sent".to_owned()), (Role::Inbox, "INBOX".to_owned())];
        let found = watched(&mut engine, ani, &folders).unwrap();
        let (sent, inbox) = (found[0].state.id, found[1].state.id);
        let (posted, journal) = (Vec::new(), Vec::new());
        let mut past = Self { engine, inbox, sent, uid: 0, posted, journal };
        past.hear(start, Role::Inbox, b"");
        past
    }

    /// One message, or none, arrives; whatever is due happens.
    pub fn hear(&mut self, now: Timestamp, role: Role, mail: &[u8]) {
        for folder in [Role::Sent, Role::Inbox] {
            let messages = (folder == role && !mail.is_empty()).then(|| self.read(now, role, mail));
            self.take(folder, messages.into_iter().collect(), now);
        }
        // Whatever is due is sent, with the folders read again as often as that is wished.
        for _ in 0..20 {
            if !self.turn(Input::Tick, now) {
                return;
            }
            self.take(Role::Sent, Vec::new(), now);
            self.take(Role::Inbox, Vec::new(), now);
        }
        panic!("letters do not come to an end");
    }

    /// One turn; a letter that comes out is accepted. Whether there was one, or folders are wished.
    fn turn(&mut self, input: Input, now: Timestamp) -> bool {
        let output = self.engine.turn(&input, now).unwrap();
        self.journal.extend(output.journal);
        let Some(parcel) = output.parcel else { return !output.read_first.is_empty() };
        assert!(self.engine.commit(parcel.id, now).unwrap());
        self.posted.push(parcel.bytes);
        let outcome = Outcome::Accepted("250 2.0.0 accepted".to_owned());
        self.turn(Input::Settled(parcel.id, outcome), now);
        true
    }

    fn read(&mut self, now: Timestamp, role: Role, whole: &[u8]) -> Read {
        self.uid += 1;
        let end = whole.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        let fetched = Fetched {
            uid: self.uid,
            flags: Flags::default(),
            arrived_at: Some(now),
            size: whole.len() as u64,
            provider_id: None,
            provider_thread: None,
            header: whole[..end].to_vec(),
            whole: Some(whole.to_vec()),
        };
        read(&fetched, role)
    }

    fn take(&mut self, folder: Role, messages: Vec<Read>, now: Timestamp) {
        let mailbox = if folder == Role::Sent { self.sent } else { self.inbox };
        let cursor = Cursor { uid_validity: 1, uid_next: self.uid + 1, mod_seq: 0 };
        let batch = Batch {
            mailbox,
            began_at: now,
            cursor,
            messages,
            flags: Vec::new(),
            vanished: Vec::new(),
            renumbered: false,
            caught_up: true,
            reconciled: false,
        };
        self.turn(Input::Arrived(vec![batch]), now);
    }
}
