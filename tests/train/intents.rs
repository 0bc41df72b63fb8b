//! What messages are for: learning it from the bundled office rows, and how well it is told.

use sigap::mail::asks::wording;
use sigap::mail::intents::{INTENTS, features};
use sigap::mail::linear::Hash;
use sigap::model::verdict::{Intent, Wording};

use crate::learn::{Manner, Sample, learn};
use crate::rows::{Row, own};

const FILES: [&str; 2] = ["office_en.jsonl", "office_id.jsonl"];

/// The model's file, of the rows that may be looked at; `tune`: without some families of them.
pub fn learned(tune: bool) -> Vec<u8> {
    let rows: Vec<Row> = FILES.into_iter().flat_map(own).collect();
    let rows: Vec<Row> =
        rows.into_iter().filter(|row| !(is_held(row) || tune && is_apart(row))).collect();
    let classes: Vec<usize> = rows.iter().map(class).collect();
    let mut counts = [0_usize; 6];
    classes.iter().for_each(|class| counts[*class] += 1);
    let samples: Vec<Sample> = rows
        .iter()
        .zip(&classes)
        .map(|(row, class)| Sample {
            features: features(row.word("text")),
            class: *class,
            weight: (rows.len() as f32 / (6.0 * counts[*class] as f32)).sqrt(),
        })
        .collect();
    let manner = Manner { buckets: 3300, rounds: 10, step: 0.05, decay: 1e-3 };
    learn::<6>("intents-1", &samples, &manner)
}

/// Prints which class is taken for which, the part that may be looked at and the part held apart;
/// `tune`: of the former the families set apart, and nothing else.
pub fn confusions(tune: bool, judge: impl Fn(&str, &Wording) -> Intent) {
    for file in FILES {
        let rows = own(file);
        for held in [false, true] {
            if tune && held {
                continue;
            }
            let part = |row: &&Row| is_held(row) == held && (!tune || is_apart(row));
            let mut table = [[0_usize; 6]; 6];
            for row in rows.iter().filter(part) {
                let text = row.word("text");
                let told = judge(text, &wording("", text));
                let told = INTENTS.iter().position(|intent| *intent == told).unwrap();
                table[class(row)][told] += 1;
            }
            print(file, if held { "held" } else { "open" }, &table);
        }
    }
}

fn print(file: &str, part: &str, table: &[[usize; 6]; 6]) {
    let all: usize = table.iter().flatten().sum();
    let right: usize = (0..6).map(|at| table[at][at]).sum();
    println!("{file:20} {part:5} {all:5} rows  right {:.3}", right as f64 / all.max(1) as f64);
    for (at, row) in table.iter().enumerate() {
        let told: usize = table.iter().map(|row| row[at]).sum();
        let both = (row.iter().sum::<usize>() + told).max(1) as f64;
        let cells: String = row.iter().map(|count| format!("{count:6}")).collect();
        let name = INTENTS[at].word();
        println!("  {name:12}{cells}  F1 {:.3}", 2.0 * row[at] as f64 / both);
    }
}

fn class(row: &Row) -> usize {
    INTENTS.iter().position(|intent| intent.word() == row.word("class")).unwrap()
}

fn is_held(row: &Row) -> bool {
    row.word("part") == "test"
}

/// Two families of seven.
fn is_apart(row: &Row) -> bool {
    Hash::of(b'h').word(row.word("family")).get() % 7 < 2
}
