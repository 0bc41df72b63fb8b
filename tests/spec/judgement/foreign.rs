//! Figures on labelled mail of others: printed when it lies beside the project, never asserted.
use std::path::PathBuf;

use serde_json::Value;
use sigap::mail::asks::wording;
use sigap::mail::zones::own_words;
use sigap::model::message::Role;
use sigap::model::verdict::{Class, Wording};
use sigap::rules::triage::{Answers, triage};

use super::people::{letter, owner, party, policy};

pub(super) fn place() -> Option<PathBuf> {
    let named = std::env::var_os("SIGAP_DATA").map(PathBuf::from);
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let found = named.unwrap_or(beside);
    if found.is_dir() {
        return Some(found);
    }
    println!("labelled mail is not there ({}): figures not taken", found.display());
    None
}

pub(super) fn rows(file: &str) -> Vec<Value> {
    let Some(place) = place() else { return Vec::new() };
    let text = std::fs::read_to_string(place.join(file)).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// Precision and recall of one set of (asks?, told probability), and of a looser threshold.
fn figures(name: &str, told: &[(bool, f64)]) {
    for from in [0.6, 0.5, 0.35] {
        let hits = told.iter().filter(|(gold, p)| *gold && *p >= from).count();
        let all = told.iter().filter(|(_, p)| *p >= from).count();
        let gold = told.iter().filter(|(gold, _)| *gold).count();
        let precision = hits as f64 / all.max(1) as f64;
        let recall = hits as f64 / gold.max(1) as f64;
        println!(
            "{name:28} from {from:.2}: precision {precision:.3} recall {recall:.3} \
             ({hits} of {all} told, {gold} asked, {} rows)",
            told.len(),
        );
    }
}

/// Even rows were looked at while the rules were written, odd ones were not.
fn half(row: &Value) -> usize {
    let id = row["id"].as_str().unwrap_or("");
    id.bytes().fold(7usize, |h, b| h.wrapping_mul(31).wrapping_add(usize::from(b))) >> 3 & 1
}

fn say(row: &Value, wanted: bool, p: f64, clue: &str) {
    if std::env::var_os("SIGAP_SHOW").is_some() && half(row) == 0 && wanted != (p >= 0.6) {
        let text: String = row["text"].as_str().unwrap_or("").chars().take(300).collect();
        println!(
            "  {} wanted {wanted} told {p:.2} {clue} | {} | {}",
            row["id"],
            row["subject"],
            text.replace('\n', " / ")
        );
    }
}

#[test]
fn messages_of_others() {
    let (owner, policy) = (owner(), policy());
    for source in ["enron5-rand", "enron5-human", "rlist", "id-sms"] {
        for part in [0, 1] {
            let mut told = Vec::new();
            for row in rows("requests/messages_gold.jsonl") {
                let answer = row["needs_reply"].as_str().unwrap_or("U");
                if row["src"] != source || half(&row) != part || answer == "U" {
                    continue;
                }
                let subject = row["subject"].as_str().unwrap_or("");
                // This source has lost its reply prefixes.
                let again = if row["addressed"] == "REPLY" { "Re: " } else { "" };
                let subject = &format!("{again}{subject}");
                let words = wording(subject, &own_words(row["text"].as_str().unwrap_or("")).own);
                let mut message = letter("budi@example.org", subject);
                let others = row["n_rcpt"].as_u64().unwrap_or(1).saturating_sub(1).min(60);
                message.to = vec![party("", "ani@example.com")];
                message.to.extend((0..others).map(|n| party("", &format!("p{n}@example.org"))));
                if row["addressed"] == "CC" {
                    message.to.rotate_left(1);
                    message.cc = message.to.pop().into_iter().collect();
                }
                // The recipients' names are not in this set.
                let unnamed = Wording { greets: Vec::new(), ..words };
                let verdict =
                    triage(&message, Some(&unnamed), Role::Inbox, &owner, &policy, Answers::Other);
                let p = if verdict.class == Class::Closer { 0.0 } else { verdict.probability };
                told.push((answer == "Y", p));
                say(&row, answer == "Y", p, &format!("{:?}", verdict.clues));
            }
            figures(&format!("{source} {}", ["tuned", "held"][part]), &told);
        }
    }
}

#[test]
fn sentences_of_others() {
    for (file, label) in [
        ("requests/dialogue_acts_en_id_ar_ru_sw.jsonl", "ask"),
        ("requests/dialogue_acts_en_id_ar_ru_sw.jsonl", "closer"),
        ("requests/indonesian_customer_messages.jsonl", ""),
        ("requests/parakweet_sentences.jsonl", "label"),
        ("requests/bc3_sentences.jsonl", "label"),
    ] {
        for lang in ["en", "id"] {
            for part in [0, 1] {
                let mut told = Vec::new();
                for row in rows(file) {
                    if row["lang"].as_str().unwrap_or("en") != lang || half(&row) != part {
                        continue;
                    }
                    let words = wording("", row["text"].as_str().unwrap_or(""));
                    let wanted = label.is_empty() || row[label] == 1;
                    let p = if label == "closer" {
                        f64::from(u8::from(words.closer))
                    } else {
                        words.asks
                    };
                    told.push((wanted, p));
                    say(&row, wanted, p, &format!("{:?}", words.clue));
                }
                if !told.is_empty() {
                    let name = file.trim_start_matches("requests/").get(..14).unwrap_or("");
                    figures(&format!("{name} {label} {lang} {}", ["tuned", "held"][part]), &told);
                }
            }
        }
    }
}
