//! How right is the judgement? Every labelled set at hand, bundled or public, in one table:
//!
//! `cargo run --release --example evaluate` (with `SIGAP_SHOW=set` also the rows of that set that
//! were judged wrongly, of the part that may be looked at). Public sets are described in README,
//! Data; what is not there is said aloud. Nothing is asserted: `tests/spec` does that with the
//! bundled part.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::disallowed_methods,
    dead_code
)]

mod alarms;
mod asks;
mod bulk;
mod intents;
mod introductions;
mod languages;
mod learn;
mod mailboxes;
mod owed;
#[path = "../spec/judgement/people.rs"]
mod people;
mod rows;
mod samples;
mod score;
mod speed;
mod threads;
mod zones;

use sigap::mail::asks::wording;
use sigap::mail::intents::of_own_words;
use sigap::mail::language::{Tongue, language};
use sigap::model::verdict::Language;

use crate::rows::{Row, held, own, public};
use crate::score::{Told, reliability, table};

fn main() {
    println!("# asks >= 0.5, the words alone; held: rows that nothing is tuned on");
    sentences();
    println!("# whole messages: listed, and nudged about");
    messages();
    println!("# what words are for: each class's rows, by what they are taken for");
    intents::confusions(false, of_own_words);
    println!("# language: right, where a third one is to be told as none");
    tongues();
    println!("# zones: whole messages exact, introductions cut, samples of other parsers");
    lines();
    println!("# conversations: trees of an IMAP server, a list with its thread headers hidden");
    conversations();
    let stories = include_str!("../spec/answered/stories.rs").matches("\n== ").count();
    println!(
        "# answered: {stories} stories, all as written or `cargo test --test spec answered` fails"
    );
    println!("# mailboxes on a server, with what was answered: cargo test --test e2e grown");
    println!("# speed on one core, medians of five, and size");
    speed::figures();
}

/// Sets whose rows are a sentence or a short message.
fn sentences() {
    let parakweet = public("requests/parakweet_sentences.jsonl").unwrap_or_default();
    asks("parakweet", &parakweet, |row| (held(row.word("id")), row.0["label"] == 1));
    let threads = public("requests/bc3_sentences.jsonl").unwrap_or_default();
    asks("bc3", &threads, |row| (held(row.word("id")), row.0["label"] == 1));
    let dialogues = public("requests/dialogue_acts_en_id_ar_ru_sw.jsonl").unwrap_or_default();
    for code in ["en", "id", "ar", "ru", "sw"] {
        let (rows, _): (Vec<Row>, Vec<Row>) =
            dialogues.iter().cloned().partition(|row| row.word("lang") == code);
        let part = |row: &Row| (held(row.word("dialogue")), row.0["ask"] == 1);
        asks(&format!("dialogues {code}"), &rows, part);
        let closers = rows.iter().filter(|row| row.0["closer"] == 1);
        let told: Vec<f64> = closers.map(|row| wording("", row.word("text")).asks).collect();
        let flagged = told.iter().filter(|asks| **asks >= 0.5).count();
        println!("{:32} {flagged} of {} taken for asking", "  its closers", told.len());
    }
    let customers = public("requests/indonesian_customer_messages.jsonl").unwrap_or_default();
    asks("customers id", &customers, |row| (held(row.word("id")), true));
    let mut sms = public("requests/indonesian_sms.jsonl").unwrap_or_default();
    sms.retain(|row| row.0["spam_or_promo"] != 1 && row.word("needs_reply") != "U");
    let reply = |row: &Row| (held(row.word("id")), row.word("needs_reply") == "Y");
    asks("sms id", &sms, reply);
    let bare: Vec<Row> =
        sms.iter().map(|row| row.with("text", &row.word("text").replace('?', ""))).collect();
    asks("sms id, no question marks", &bare, reply);
    for (set, file) in [("own office id", "office_id.jsonl"), ("own office en", "office_en.jsonl")]
    {
        asks(set, &own(file), |row| (row.word("part") == "test", row.word("class") == "ask"));
    }
}

fn asks(set: &str, rows: &[Row], label: impl Fn(&Row) -> (bool, bool)) {
    let told = rows.iter().map(|row| {
        let (held, wanted) = label(row);
        let told = wording("", row.word("text")).asks;
        Told { held, wanted, told, text: row.word("text").to_owned() }
    });
    table(set, &told.collect::<Vec<_>>(), &[0.5]);
}

/// Whole messages to an owner, judged with their place in To and Cc.
fn messages() {
    let from = [people::policy().unsure_from, people::policy().asks_from];
    for (set, sources) in [
        ("messages en", &["enron5-rand", "enron5-human", "rlist"][..]),
        ("messages en, mailboxes", &["enron5-rand", "enron5-human"]),
        ("messages id", &["id-sms"]),
    ] {
        table(set, &owed::gold(sources), &from);
    }
    let labelled = owed::mails();
    table("labelled mails", &labelled, &from);
    let gold = owed::gold(&["enron5-rand", "enron5-human", "rlist", "id-sms"]);
    println!("# calibration: what is told, and how often it is so");
    reliability(
        "messages and labelled mails",
        &gold.into_iter().chain(labelled).collect::<Vec<_>>(),
    );
    println!("# whole mailboxes, message by message");
    for name in mailboxes::MAILBOXES {
        alarms::figures(name);
    }
    println!("# newsletters, lists and machines");
    bulk::figures();
}

/// What the sender wrote, and what is quoted.
fn lines() {
    zones::messages();
    zones::words();
    introductions::figures();
    zones::samples();
    samples::figures();
}

/// Which messages belong together.
fn conversations() {
    threads::of_a_server();
    threads::hidden();
    threads::prefixes();
}

fn tongues() {
    let texts = languages::texts().unwrap_or_else(languages::own_texts);
    let texts: Vec<_> = texts.into_iter().filter(|text| text.set != "words").collect();
    languages::figures(&texts, |text| match language(&text.text)? {
        Language::Id => Some(Tongue::Indonesian),
        Language::En => Some(Tongue::English),
    });
}
