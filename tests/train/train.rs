//! Learns the small models that Sigap carries, and says how well they do on rows that they were not
//! shown.
//!
//! `cargo run --release --example train` writes them into `src/mail/models/`. With `--tune` nothing
//! is written: three in seven of the rows that may be looked at are set apart and reported on, so
//! that no choice is made by the rows held apart. Seed and order are fixed: the same data give the
//! same bytes. Which model learns from a text depends on its language: where the languages' model
//! has become another one, run it twice; with `--intents` only the model of what words are for is
//! learned, which needs the bundled rows alone. With `--curve` nothing is written either: it prints
//! what fewer rows come to, and how far labels agree. Bundled data: `tests/train/own`; public data
//! (see README): without it nothing is learned, because the models would be others.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::disallowed_methods,
    dead_code
)]

mod asks;
mod curve;
mod intents;
mod languages;
mod learn;
mod mailboxes;
mod rows;
mod score;

use std::collections::BTreeSet;

use sigap::mail::intents::of_words;
use sigap::mail::language::told;
use sigap::mail::linear::Linear;

use crate::asks::{Models, Said};
use crate::languages::{Text, figures};
use crate::learn::{Manner, Sample, learn};
use crate::score::{Told, table};

fn main() {
    let given = |name: &str| std::env::args().any(|word| word == name);
    let tune = given("--tune");
    if given("--curve") {
        let (Some(texts), Some(said)) = (languages::texts(), asks::texts()) else { nothing() };
        return curve::print(&texts, &said);
    }
    let file = intents::learned(tune);
    println!("intents-1: {} bytes", file.len());
    if tune {
        let model = Linear::<6>::parse(file.leak()).unwrap();
        intents::confusions(tune, |text, words| of_words(&model, text, words));
    } else {
        write("intents-1", &file);
    }
    if given("--intents") {
        return;
    }
    let (Some(texts), Some(said)) = (languages::texts(), asks::texts()) else { nothing() };
    if !tune {
        tongues(&texts);
    }
    asking(&said, tune);
}

fn nothing() -> ! {
    eprintln!("Public data is not there: nothing is learned.");
    std::process::exit(1);
}

fn learn_tongues(samples: &[Sample]) -> Vec<u8> {
    let manner = Manner { buckets: 24_500, rounds: 8, step: 0.1, decay: 1e-4 };
    learn::<4>("language-1", samples, &manner)
}

fn tongues(texts: &[Text]) {
    let samples: Vec<Sample> = texts.iter().filter(|text| !text.held).map(Text::sample).collect();
    let file = learn_tongues(&samples);
    println!("language-1: {} samples, {} bytes", samples.len(), file.len());
    write("language-1", &file);
    let model = Linear::<4>::parse(file.leak()).unwrap();
    figures(texts, |text| told(model.probabilities(text.sample().features)));
}

fn asking(said: &[Said], tune: bool) {
    let apart = if tune { 3..6 } else { 0..3 };
    let from = apart.end;
    let learned: Vec<&Said> = said.iter().filter(|said| (from..10).contains(&said.tenth)).collect();
    let models = Models::learn(&learned);
    println!(
        "asks: {} texts, {} + {} bytes",
        learned.len(),
        models.english.len(),
        models.other.len()
    );
    print!("{}", models.whole_file());
    if !tune {
        write("asks-english-1", &models.english);
        write("asks-other-1", &models.other);
        write("asks-whole-1", models.whole_file().as_bytes());
    }
    let judge = models.judge();
    let sets: BTreeSet<&str> = said.iter().map(|said| said.set.as_str()).collect();
    for set in sets {
        let rows = said.iter().filter(|said| said.set == set && apart.contains(&said.tenth));
        let told = rows.map(|said| Told {
            held: !tune,
            wanted: said.asks,
            told: judge.asks(&said.text),
            text: said.text.clone(),
        });
        let told: Vec<Told> = told.collect();
        table(set, &told, &[0.5]);
        if ["customers", "sms"].contains(&set) {
            let bare = told.into_iter().map(|told| {
                let text = told.text.replace('?', "");
                Told { told: judge.asks(&text), text, ..told }
            });
            table(&format!("{set}, unmarked"), &bare.collect::<Vec<_>>(), &[0.5]);
        }
    }
}

fn write(name: &str, file: &[u8]) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/mail/models");
    std::fs::write(format!("{folder}/{name}"), file).unwrap();
}
