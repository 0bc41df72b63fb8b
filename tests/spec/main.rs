//! The pure tests: tables, properties and snapshots through the public API. No server, no clock.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    clippy::wildcard_enum_match_arm,
    clippy::disallowed_methods
)]

mod absences;
mod addresses;
mod agenda;
mod answered;
mod authentication;
mod auto_replies;
mod away;
mod beginning;
mod calendar;
mod certificates;
mod cli;
mod commands;
mod config;
mod config_inbox;
mod config_sample;
mod config_secrets;
mod config_units;
mod conversations;
mod customs;
mod dialing;
mod engine;
mod farewells;
mod foreign;
mod holidays;
mod hours;
mod imap;
mod judgement;
mod ladder;
mod learning;
mod letters;
mod maildir;
mod markers;
mod office;
mod oracle;
mod parsing;
mod reporting;
mod shapes;
mod smtp;
mod smtp_script;
mod standing;
mod store;
mod strings;
mod stripped;
mod survival;
mod wakeup;
