//! The pure tests: tables, properties and snapshots through the public API. No server, no clock.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    clippy::wildcard_enum_match_arm,
    clippy::disallowed_methods
)]

mod addresses;
mod calendar;
mod commands;
mod config;
mod conversations;
mod holidays;
mod imap;
mod judgement;
mod letters;
mod maildir;
mod parsing;
mod smtp;
