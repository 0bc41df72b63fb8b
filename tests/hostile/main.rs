//! Hostile input where it is read: mails of unbearable shape and servers that flood, with every
//! byte of memory counted. Nothing here is measured by a clock.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    clippy::wildcard_enum_match_arm,
    clippy::disallowed_methods,
    dead_code
)]

#[path = "../kills/dice.rs"]
mod dice;

mod bombs;
mod floods;
mod mutations;
mod shapes;
