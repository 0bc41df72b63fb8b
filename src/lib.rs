//! Sigap: the floor plan.
#![doc = "Being written; see the floors below."]

/// Floor 1 — what is. std, serde and jiff only; no clock, no I/O.
pub mod model {
    pub mod action;
    pub mod address;
    pub mod calendar;
    pub mod conversation;
    pub mod facts;
    pub mod ids;
    pub mod letter;
    pub mod message;
    pub mod obligation;
    pub mod owner;
    pub mod policy;
    pub mod requester;
    pub mod verdict;
}
/// Floor 2 — what follows: pure functions over `model`.
pub mod rules {
    pub mod deadlines;
    pub mod decide;
    pub mod escalation;
    pub mod outbox;
    pub mod settle;
    pub mod triage;
}
/// Floor 2 — bytes to words and words to bytes. No sockets.
pub mod mail {
    pub mod asks;
    pub mod command;
    pub mod compose;
    pub mod markers;
    pub mod parse;
    pub mod prescan;
    pub mod subject;
    pub mod token;
    pub mod wording;
    pub mod zones;
}
/// Floor 2 — the only memory.
pub mod store {
    pub mod backup;
    pub mod corrections;
    pub mod db;
    pub mod epoch;
    pub mod facts;
    pub mod letters;
    pub mod mailboxes;
    pub mod messages;
    pub mod obligations;
    pub mod person;
}
/// Floor 2 — what a person wrote.
pub mod config {
    pub mod file;
    pub mod holidays;
    pub mod secret;
    pub mod settings;
}
/// Floor 3 — deterministic and synchronous: store and rules together.
pub mod engine {
    pub mod acting;
    pub mod delivery;
    pub mod explain;
    pub mod intake;
    pub mod turn;
}
/// Floor 3 — TCP and TLS, for IMAP and SMTP alike.
pub mod net;
/// Floor 3 — the IMAP door.
pub mod imap {
    pub mod command;
    pub mod fetch;
    pub mod folders;
    pub mod guard;
    pub mod session;
    pub mod sync;
}
/// Floor 3 — the Maildir door.
pub mod maildir;
/// Floor 3 — the SMTP door.
pub mod smtp {
    pub mod folder;
    pub mod reply;
    pub mod send;
    pub mod stream;
}
/// Floor 4 — the command line.
pub mod cli {
    pub mod args;
    pub mod commands;
    pub mod demo;
    pub mod doctor;
    pub mod judge;
    pub mod render;
}
/// Floor 5 — time and tasks.
pub mod daemon {
    pub mod clock;
    pub mod once;
    pub mod run;
    pub mod send;
    pub mod watch;
}
