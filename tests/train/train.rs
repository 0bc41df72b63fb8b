//! Learns the small models that Sigap carries, and says how well they do on rows that they were not
//! shown.
//!
//! `cargo run --release --example train` writes them into `src/mail/models/`; with `--look` it
//! writes nothing. Seed and order are fixed: the same data give the same bytes. Bundled data:
//! `tests/train/own`; public data (see README, Data): without it nothing is learned, because the
//! models would be others.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::disallowed_methods,
    dead_code
)]

mod languages;
mod learn;
mod rows;

use sigap::mail::language::told;
use sigap::mail::linear::Linear;

use crate::languages::{Text, figures};
use crate::learn::{Manner, Sample, learn};

fn main() {
    let Some(texts) = languages::texts() else {
        eprintln!("Public data is not there: nothing is learned.");
        std::process::exit(1);
    };
    let samples: Vec<Sample> = texts.iter().filter(|text| !text.held).map(Text::sample).collect();
    let manner = Manner { buckets: 1 << 14, rounds: 8, step: 0.1, decay: 1e-4 };
    let file = learn::<4>("language-1", &samples, &manner);
    println!("language-1: {} samples, {} bytes", samples.len(), file.len());
    let place = concat!(env!("CARGO_MANIFEST_DIR"), "/src/mail/models/language-1");
    if !std::env::args().any(|word| word == "--look") {
        std::fs::write(place, &file).unwrap();
    }
    let model = Linear::<4>::parse(file.leak()).unwrap();
    figures(&texts, |text| told(model.probabilities(text.sample().features)));
}
