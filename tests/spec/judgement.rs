//! Zones, wording, triage and `judge`: tables and properties.

mod command;
mod introductions;
mod languages;
pub mod people;
mod places;
mod returns;
mod wordings;
mod zones;
