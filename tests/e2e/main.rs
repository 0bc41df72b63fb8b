//! End to end: Sigap's doors against a real Dovecot and a real Postfix on loopback.
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

mod authority;
mod chorus;
mod daemon;
mod dovecot;
mod lies;
mod mail;
mod operating;
mod place;
mod postfix;
mod script;
mod sink;
mod smoke;
mod stage;
mod story;
mod watching;
mod wire;
