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

use std::collections::BTreeMap;

use sigap::mail::language::{Tongue, told};
use sigap::mail::linear::Linear;

use crate::languages::Text;
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
    figures(&texts, file.leak());
}

/// For each set: how many are told right, and how many are taken for the wrong one of the two.
fn figures(texts: &[Text], file: &'static [u8]) {
    let model = Linear::<4>::parse(file).unwrap();
    let ours = |tongue: &Tongue| [Tongue::Indonesian, Tongue::English].contains(tongue);
    let mut sets: BTreeMap<(bool, &str), [usize; 3]> = BTreeMap::new();
    for text in texts {
        let wanted = Some(text.tongue).filter(ours);
        let told = told(model.probabilities(text.sample().features)).filter(ours);
        let [all, right, wrong] = sets.entry((text.held, &text.set)).or_default();
        *all += 1;
        *right += usize::from(told == wanted);
        *wrong += usize::from(told != wanted && told.is_some());
        if std::env::var_os("SIGAP_SHOW").is_some() && told != wanted && !text.held {
            println!("  {} told {told:?}: {}", text.set, text.text);
        }
    }
    for ((held, set), [all, right, wrong]) in sets {
        let part = if held { "held" } else { "learned" };
        let share = right as f64 / all as f64;
        println!("{part:8} {set:32} {right:5} of {all:5} right ({share:.3}), {wrong} the other");
    }
}
