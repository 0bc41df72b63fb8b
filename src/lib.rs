//! Sigap, the floor plan: mail becomes facts; facts, a policy and a moment become a decision; a
//! decision becomes letters.
//!
//! ```text
//!           bytes       message      facts          actions        letters       outcome
//!  IMAP ─► imap ─► mail/parse ─► store ─► rules/decide ─► mail/compose ─► store ─► smtp ─► SMTP
//!  Maildir maildir                 ▲                                        │        │
//!                                  └────────────────── recorded ◄───────────┴────────┘
//! ```
//!
//! # Floors
//!
//! A file imports only from its own floor's folder and from floors below; `tests/tidy.rs` holds
//! the table. There is no re-export: `crate::model::address::Address` is where it is.
//!
//! | floor | folders | says |
//! |---|---|---|
//! | 5 | `cli/` | the command line: reads, acts, explains, proves, shows the demo |
//! | 4 | `daemon/` | time and tasks: the only asynchronous code with time in it |
//! | 3 | `engine/` | store and rules together, one turn after the other |
//! | 3 | `imap/` `maildir` `smtp/` `ical/` `net` | the doors: bytes in and out |
//! | 2 | `rules/` `mail/` `store/` `config/` | what follows, words, memory, what a person wrote |
//! | 1 | `model/` | what is |
//!
//! # What is absent
//!
//! - No clock below `daemon/`: the time comes in as an argument, the next wake-up goes out as a
//!   value.
//! - No letter without a row that was committed before its first byte.
//! - No body of anybody's mail in the store.
//! - No retry that guesses: before the final dot a letter is queued again, after it nobody knows,
//!   and what nobody knows is looked for, or left.
//! - No rule in `store/`, no row in `rules/`, no SQL above `store/`.
//! - No lock around what is remembered: one thread owns the engine and the only writing connection.
//!   (`net` shares the roots that lines trust.)
//!
//! # A question answered late
//!
//! 1. Budi writes to Ani on Monday at 09:00. `daemon/watch` wakes from IDLE, `daemon/folder` reads:
//!    `imap/sync` plans one new UID, `imap/fetch` brings its header, `engine/intake` says that its
//!    text is worth fetching, `imap/changes` tells what became of older ones.
//! 2. `daemon/reading` parses on its own thread, marks what it is at, and hands a batch to the
//!    desk. One transaction: `engine/intake` stores the facts, `rules/triage` finds that it
//!    asks, `engine/ledger` settles the conversation and opens an obligation, `rules/decide`
//!    finds nothing to do before 15:00. The owner's row says so.
//! 3. At 15:00 `rules/escalation` wants a nudge. It is queued; `engine/delivery` finds that Ani's
//!    folders were read too long ago and asks for a reading first.
//! 4. Inbox and Sent are read again. Nobody has answered: the letter is claimed, its bytes are
//!    fixed by `mail/compose`, the claim is committed, the parcel goes to `daemon/send`.
//!    `smtp/send` holds the final dot until the desk has written that it is about to be written.
//! 5. At 16:10 Ani answers from her phone. The copy in Sent settles the conversation: answered by
//!    the owner, in 7 h 10 min of working time.
//!
//! # An absence
//!
//! Ani is away, and Budi writes. `mail/bars` reads what in his message speaks against an automatic
//! answer; `engine/noting` keeps what it tells of Ani's mail server. In the transaction that stores
//! the message `engine/known` gathers the rest, `rules/auto_replies` decides, the decision is
//! written down, and the letter is queued under a key that Budi and this absence have once. Before
//! it is claimed her folders are read again: had she answered meanwhile, it would be recalled.
//! `engine/away_words` and `mail/replies` say what he may learn.
//! On the afternoon before, `rules/farewells` had told Ani what is open and who stands in; when she
//! is back it tells what happened, and `rules/returns` leaves her some time before the reminders go
//! on. That she is away she says herself, or her calendar does (`ical/`, `engine/agenda`). What an
//! answer to a letter does is told in `engine/hearing`, a hand-over to a delegate in
//! `engine/handing`, a weekly report in `engine/reporting`, a crash in `engine/unclear`.

/// Floor 1 — what is. std, serde and jiff only; no clock, no I/O.
pub mod model {
    pub mod action;
    pub mod address;
    pub mod agenda;
    pub mod answering;
    pub mod awaited;
    pub mod away;
    pub mod calendar;
    pub mod contact;
    pub mod conversation;
    pub mod customs;
    pub mod evidence;
    pub mod facts;
    pub mod farewell;
    pub mod handover;
    pub mod hours;
    pub mod ids;
    pub mod lesson;
    pub mod letter;
    pub mod message;
    pub mod obligation;
    pub mod openings;
    pub mod owner;
    pub mod policy;
    pub mod promises;
    pub mod report;
    pub mod requester;
    pub mod sender;
    pub mod stamp;
    pub mod team;
    pub mod threads;
    pub mod verdict;
}
/// Floor 2 — what follows: pure functions over `model`.
pub mod rules {
    pub mod answered;
    pub mod auto_replies;
    pub mod awaiting;
    pub mod counting;
    pub mod deadlines;
    pub mod decide;
    pub mod escalation;
    pub mod farewells;
    pub mod follow_ups;
    pub mod handovers;
    pub mod learning;
    pub mod order;
    pub mod outbox;
    pub mod privacy;
    pub mod reports;
    pub mod resampling;
    pub mod returns;
    pub mod settle;
    pub mod standing;
    pub mod survival;
    pub mod threads;
    pub mod triage;
    pub mod weekly;
}
/// Floor 2 — bytes to words and words to bytes. No sockets.
pub mod mail {
    pub mod absences;
    pub mod alarms;
    pub mod asking;
    pub mod asks;
    pub mod authentication;
    pub mod bars;
    mod blocks;
    pub mod body;
    pub mod clean;
    pub mod clues;
    pub mod command;
    pub mod compose;
    pub mod consent;
    pub mod courtesies;
    pub mod cued;
    pub mod cues;
    pub mod curve;
    pub mod dates;
    pub mod durations;
    pub mod farewells;
    pub mod frequency;
    pub mod gist;
    pub mod greeting;
    pub mod handovers;
    pub mod headers;
    pub mod hearing;
    pub mod hints;
    pub mod identity;
    pub mod intents;
    mod introductions;
    pub mod language;
    pub mod lexicon;
    pub mod linear;
    mod lines;
    pub mod markers;
    pub mod mistakes;
    pub mod original;
    pub mod parse;
    pub mod people;
    pub mod phrases;
    pub mod plain;
    pub mod prescan;
    pub mod promise_times;
    mod promise_words;
    pub mod promises;
    pub mod questions;
    pub mod quoting;
    pub mod replies;
    mod report_samples;
    mod report_threads;
    pub mod reports;
    pub mod returns;
    pub mod salutation;
    pub mod samples;
    pub mod sentences;
    mod signatures;
    pub mod small_words;
    pub mod spellings;
    pub mod structure;
    pub mod subject;
    pub mod templates;
    pub mod token;
    pub mod views;
    pub mod vocabulary;
    pub mod when;
    pub mod whole;
    pub mod withdrawals;
    pub mod wording;
    pub mod words;
    pub mod zone_words;
    pub mod zones;
}
/// Floor 2 — the only memory.
pub mod store {
    pub mod absence_log;
    pub mod addressees;
    pub mod agenda;
    pub mod around;
    pub mod awaiting;
    pub mod away;
    pub mod backup;
    pub mod corrections;
    pub mod db;
    pub mod epoch;
    pub mod erasing;
    pub mod facts;
    pub mod farewells;
    pub mod handovers;
    pub mod header;
    pub mod history;
    pub mod lessons;
    pub mod letters;
    pub mod mailboxes;
    pub mod messages;
    pub mod obligations;
    pub mod outbox;
    pub mod person;
    pub mod poison;
    pub mod profile;
    pub mod promises;
    pub mod replies;
    pub mod unsure;
    pub mod wishes;
}
/// Floor 2 — what a person wrote.
pub mod config {
    pub mod agenda;
    pub mod away;
    pub mod calendars;
    pub mod check;
    pub mod fault;
    pub mod file;
    pub mod fingerprint;
    pub mod holidays;
    pub mod inbox;
    pub mod include;
    pub mod near;
    pub mod owners;
    pub mod places;
    pub mod reader;
    pub mod secret;
    pub mod servers;
    pub mod settings;
    pub mod tiers;
    pub mod units;
    pub mod written;
}
/// Floor 3 — deterministic and synchronous: store and rules together.
pub mod engine {
    pub mod acting;
    pub mod agenda;
    pub mod apart;
    pub mod asking;
    pub mod awaited;
    pub mod awaiting;
    pub mod away_words;
    pub mod beside;
    pub mod calling;
    pub mod covering;
    pub mod delivery;
    pub mod evidence;
    pub mod explain;
    pub mod farewells;
    pub mod handing;
    pub mod handing_words;
    pub mod hearing;
    pub mod intake;
    pub mod judging;
    pub mod known;
    pub mod learning;
    pub mod leaving;
    pub mod ledger;
    pub mod listing;
    pub mod noting;
    pub mod objections;
    pub mod office;
    pub mod outside;
    pub mod pending;
    pub mod progress;
    pub mod promising;
    pub mod readers;
    pub mod record;
    pub mod replying;
    pub mod report_words;
    pub mod reporting;
    pub mod standings;
    pub mod stationery;
    pub mod taught;
    pub mod telling;
    mod threads;
    pub mod turn;
    pub mod unclear;
    pub mod upkeep;
    mod wishing;
}
/// Floor 3 — TCP and TLS, for IMAP and SMTP alike.
pub mod net;
/// Floor 3 — the IMAP door.
pub mod imap {
    pub mod changes;
    pub mod command;
    pub mod fault;
    pub mod fetch;
    pub mod folders;
    pub mod guard;
    pub mod idle;
    pub mod original;
    pub mod rest;
    pub mod session;
    pub mod starttls;
    pub mod sync;
}
/// Floor 3 — the Maildir door.
pub mod maildir;
/// Floor 3 — the SMTP door.
pub mod smtp {
    pub mod folder;
    pub mod open;
    pub mod reply;
    pub mod send;
    pub mod stream;
}
/// Floor 3 — the door to owners' calendars: iCalendar, on the web or on a CalDAV server.
pub mod ical {
    pub mod answer;
    pub mod caldav;
    pub mod dav;
    pub mod discovery;
    pub mod fault;
    pub mod fetch;
    pub mod marks;
    pub mod multistatus;
    pub mod published;
    pub mod read;
    pub mod route;
    pub mod series;
    pub mod times;
}
/// Floor 4 — time and tasks: the only asynchronous code with time in it.
pub mod daemon {
    pub mod agenda;
    pub mod allowance;
    pub mod charter;
    pub mod clock;
    pub mod desk;
    pub mod dialing;
    pub mod folder;
    pub mod lessons;
    pub mod mark;
    pub mod obstacle;
    pub mod once;
    pub mod reading;
    pub mod refresh;
    pub mod run;
    pub mod send;
    pub mod steps;
    pub mod unchanged;
    pub mod waiting;
    pub mod watch;
}
/// Floor 5 — the command line.
pub mod cli {
    pub mod args;
    pub mod asked;
    pub mod awaiting;
    pub mod away;
    pub mod calendars;
    pub mod check;
    pub mod commands;
    pub mod deeds;
    pub mod demo;
    pub mod doctor;
    pub mod exit;
    pub mod ground;
    pub mod inbox;
    pub mod judge;
    pub mod lacks;
    pub mod office;
    pub mod office_form;
    pub mod office_script;
    pub mod office_words;
    pub mod outbox;
    pub mod page;
    pub mod privacy;
    pub mod proofs;
    pub mod render;
    pub mod render_why;
    pub mod report;
    pub mod report_json;
    pub mod reports;
}
