//! End to end: Sigap's doors against real servers on loopback: a Dovecot and a Postfix, and others
//! for what is about reading (`matrix`).
//!
//! Without the servers these tests say aloud that they are skipped; with `SIGAP_E2E=require`, as
//! `tests/run` sets it, a missing server is a failure.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    clippy::wildcard_enum_match_arm,
    clippy::disallowed_methods,
    dead_code
)]

mod absences;
mod agenda;
mod authority;
mod beside;
mod caldav;
mod chorus;
mod courier;
mod crowd;
mod cyrus;
mod daemon;
mod dovecot;
mod dovecot_conf;
mod first;
mod grown;
mod handovers;
mod host;
mod interop;
mod lies;
mod lines;
mod mail;
mod mailboxes;
mod maildirs;
mod matrix;
mod namespace;
mod operating;
mod place;
mod postfix;
mod proxy;
mod pymap;
mod radicale;
mod replies;
mod rings;
mod script;
mod sink;
mod smoke;
mod soak;
mod stage;
mod story;
mod watching;
mod wire;
