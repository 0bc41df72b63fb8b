//! What more rows would bring, and how far the labels can be believed.
//!
//! The learning curve: the same learning on an eighth, a quarter, half and all of the rows, each
//! judged on the rows held apart. A conversation or a family of templates is taken as a whole or
//! not at all. The labels: how often the same words bear different ones within a set.

use std::collections::BTreeMap;

use sigap::mail::language::{Tongue, told};
use sigap::mail::linear::Linear;

use crate::asks::{Judge, Models, Said};
use crate::languages::Text;
use crate::learn::Sample;
use crate::learn_tongues;
use crate::score::{Told, area, balance, recall};

/// How many eighths of the rows.
const SHARES: [u64; 4] = [1, 2, 4, 8];
/// So many different choices of them; what is printed is their mean.
const CHOICES: u64 = 3;

/// What is printed of a set.
#[derive(Clone, Copy)]
enum Figure {
    F1,
    Area,
    Recall,
}

const ASKS: [(&str, bool, Figure); 9] = [
    ("parakweet", true, Figure::F1),
    ("parakweet", true, Figure::Area),
    ("dialogues en", true, Figure::F1),
    ("dialogues id", true, Figure::F1),
    ("sms", true, Figure::F1),
    ("sms", true, Figure::Area),
    ("sms", false, Figure::F1),
    ("customers", true, Figure::Recall),
    ("mail", true, Figure::Area),
];

/// Prints both; nothing is written.
pub fn print(texts: &[Text], said: &[Said]) {
    println!("# held figures by the share of the rows that are learned from");
    println!("{:32} {:>7} {:>7} {:>7} {:>7}", "", "12.5 %", "25 %", "50 %", "100 %");
    let mut table: BTreeMap<String, [f64; SHARES.len()]> = BTreeMap::new();
    for (at, share) in SHARES.into_iter().enumerate() {
        let choices = if share == 8 { 1 } else { CHOICES };
        for choice in 0..choices {
            let chosen = |eighth: u64| (eighth + choice * 3) % 8 < share;
            for (name, figure) in tongues(texts, &chosen).into_iter().chain(asking(said, &chosen)) {
                table.entry(name).or_default()[at] += figure / choices as f64;
            }
        }
    }
    for (name, figures) in table {
        let figures: String = figures.iter().map(|figure| format!(" {figure:7.3}")).collect();
        println!("{name:32}{figures}");
    }
    println!("# the same words with different labels");
    labels(said);
}

fn tongues(texts: &[Text], chosen: &impl Fn(u64) -> bool) -> Vec<(String, f64)> {
    let learned = texts.iter().filter(|text| !text.held && chosen(text.eighth));
    let samples: Vec<Sample> = learned.map(Text::sample).collect();
    let model = Linear::<4>::parse(learn_tongues(&samples).leak()).unwrap();
    let ours = |tongue: &Tongue| [Tongue::Indonesian, Tongue::English].contains(tongue);
    let mut sets: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for text in texts.iter().filter(|text| text.held && text.set.starts_with("short")) {
        let told = told(model.probabilities(text.sample().features)).filter(ours);
        let (right, all) = sets.entry(&text.set).or_default();
        *right += f64::from(u8::from(told == Some(text.tongue).filter(ours)));
        *all += 1.0;
    }
    sets.into_iter().map(|(set, (right, all))| (format!("language {set}"), right / all)).collect()
}

fn asking(said: &[Said], chosen: &impl Fn(u64) -> bool) -> Vec<(String, f64)> {
    let learned: Vec<&Said> =
        said.iter().filter(|said| said.tenth >= 3 && chosen(said.eighth)).collect();
    let judge = Models::learn(&learned).judge();
    let mut figures = Vec::new();
    for (set, marked, figure) in ASKS {
        let told = held(&judge, said, set, marked);
        let told: Vec<&Told> = told.iter().collect();
        let (name, figure) = match figure {
            Figure::F1 => ("F1", balance(&told, 0.5)),
            Figure::Area => ("AUC", area(&told).unwrap_or_default()),
            Figure::Recall => ("recall", recall(&told, 0.5)),
        };
        let unmarked = if marked { "" } else { ", unmarked" };
        figures.push((format!("{set}{unmarked} {name}"), figure));
    }
    figures
}

/// The rows of a set that are held apart, as they are judged.
fn held(judge: &Judge, said: &[Said], set: &str, marked: bool) -> Vec<Told> {
    let rows = said.iter().filter(|said| said.set == set && said.tenth < 3);
    let told = rows.map(|said| {
        let text = if marked { said.text.clone() } else { said.text.replace('?', "") };
        Told { held: true, wanted: said.asks, told: judge.asks(&text), text }
    });
    told.collect()
}

/// Of two rows with the same words, how often does one ask and the other not? Where labels are
/// wrong by chance, about half as many are wrong.
fn labels(said: &[Said]) {
    let mut sets: BTreeMap<&str, BTreeMap<String, [usize; 2]>> = BTreeMap::new();
    for said in said {
        let words = plain(&said.text);
        let counts = sets.entry(&said.set).or_default().entry(words).or_default();
        counts[usize::from(said.asks)] += 1;
    }
    for (set, texts) in sets {
        let (mut pairs, mut apart) = (0, 0);
        for [no, yes] in texts.values() {
            let all = no + yes;
            pairs += all * (all - 1) / 2;
            apart += no * yes;
        }
        let share = apart as f64 / pairs.max(1) as f64;
        let again = texts.values().filter(|counts| counts.iter().sum::<usize>() > 1).count();
        println!("{set:32} {again:4} texts again, {pairs:5} pairs, {share:.3} of them apart");
    }
}

/// The words alone, in small letters; numbers are one word.
fn plain(text: &str) -> String {
    let low = text.to_lowercase();
    let words = low.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let number = |word: &str| word.chars().all(|letter| letter.is_ascii_digit());
    words.map(|word| if number(word) { "0" } else { word }).collect::<Vec<_>>().join(" ")
}
