//! Zones, wording, triage and `judge`: tables and properties.

mod command;
mod intents;
mod introductions;
mod languages;
pub mod people;
mod places;
mod promises;
mod returns;
mod wordings;
mod zones;
