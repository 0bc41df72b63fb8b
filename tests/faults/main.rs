//! Faults through the real daemon: a mail server that talks nonsense or falls silent after the dot,
//! a clock that is set, a machine that sleeps, a disk that is full, mails of unbearable shape.
//!
//! Maildirs, a scripted SMTP sink and `libfaketime`; no mail server is needed. Where a story cannot
//! be told on this machine it says so aloud; with `SIGAP_E2E=require` a missing program fails it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    clippy::wildcard_enum_match_arm,
    clippy::disallowed_methods,
    dead_code
)]

#[path = "../e2e/maildirs.rs"]
mod maildirs;
#[path = "../e2e/place.rs"]
mod place;
#[path = "../hostile/bombs.rs"]
mod shapes;
#[path = "../e2e/sink.rs"]
mod sink;

mod bombs;
mod clocks;
mod disk;
mod dot;
mod injected;
mod limits;
#[path = "../e2e/namespace.rs"]
mod namespace;
mod office;
mod refusals;
mod replies;
mod sleep;
