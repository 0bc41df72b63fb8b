//! What an owner promises in an answer: "I'll send it Friday", "besok saya kirim".
//!
//! A sentence counts where its writer says that they will deliver something, and names a day or a
//! time. What is asked of the other side, done already, or said on a condition is no promise. When
//! a time is meant depends on the writer's zone, which the caller knows (`engine/promising`).

use jiff::civil::{Date, Weekday};
use jiff::{ToSpan, Zoned};

use crate::mail::sentences::{Sentence, sentences};
use crate::mail::vocabulary::weekday;
use crate::mail::when::{self, Reading, Unclear, When};

/// A time has no more words than this.
const WORDS: usize = 4;

/// The first sentence that promises something, in small letters; whether it names a time is seen
/// later.
pub fn promise(own: &str) -> Option<String> {
    let said = sentences(own);
    let found = said.iter().find(|sentence| promises(sentence))?;
    Some(found.padded.trim().to_owned())
}

fn promises(sentence: &Sentence) -> bool {
    let delivers = |word: &str| {
        EN.contains(&word)
            || ID.iter().any(|stem| {
                let bare = word.strip_prefix("di").unwrap_or(word);
                [word, bare].iter().any(|word| word.starts_with(stem))
            })
    };
    !sentence.mark
        && sentence.says(WRITER)
        && !sentence.says(NOT_PROMISED)
        && sentence.padded.split_whitespace().any(delivers)
}

/// The time that a sentence names, as its writer meant it at that moment.
pub fn named(sentence: &str, now: &Zoned) -> Option<When> {
    let words: Vec<String> = sentence.split_whitespace().map(str::to_owned).collect();
    (0..words.len()).find_map(|from| {
        let longest = WORDS.min(words.len() - from);
        (1..=longest).rev().find_map(|count| time(words.get(from..from + count)?, now))
    })
}

fn time(words: &[String], now: &Zoned) -> Option<When> {
    let plain: Vec<&str> = words.iter().map(String::as_str).collect();
    let today = now.date();
    match plain.as_slice() {
        ["today" | "tonight"]
        | ["hari" | "siang" | "sore" | "malam", "ini"]
        | ["nanti", "siang" | "sore" | "malam"]
        | ["this", "morning" | "afternoon" | "evening"] => Some(When::Day(today)),
        ["this", "week"] | ["minggu" | "pekan", "ini"] => friday(today).map(When::Day),
        ["next", "week"] | ["minggu" | "pekan", "depan"] => {
            let monday = today.nth_weekday(1, Weekday::Monday).ok()?;
            friday(monday).map(When::Day)
        }
        // A week, unless it is called a day.
        ["minggu"] => None,
        _ => match when::read(words, now) {
            Ok(when) => Some(when),
            // Of two days the later one: rather a reminder too few.
            Err(Unclear::Ambiguous(Reading::On(one), Reading::On(other))) => {
                Some(When::Day(one.max(other)))
            }
            Err(Unclear::Past) if plain.iter().any(|word| weekday(word).is_some()) => None,
            Err(_) => None,
        },
    }
}

/// The last working day of most weeks.
fn friday(day: Date) -> Option<Date> {
    let ahead = 5 - i64::from(day.weekday().to_monday_one_offset());
    day.checked_add(ahead.max(0).days()).ok()
}

/// The writer speaks of what they will do.
#[rustfmt::skip]
const WRITER: &[&str] = &[
    "i'll", "i will", "we'll", "we will", "i can", "we can", "let me", "you'll have",
    "you will have", "you'll get", "you will get", "i'm going to", "i am going to", "i plan to",
    "i shall", "we shall", "will get back", "will send", "i intend to", "i promise",
    "saya", "kami", "kita", "aku", "akan", "nanti", "besok", "lusa",
];

#[rustfmt::skip]
const EN: &[&str] = &[
    "send", "get", "reply", "answer", "respond", "check", "confirm", "share", "deliver", "finish",
    "complete", "update", "call", "forward", "have", "prepare", "review", "submit", "provide",
    "revert", "email", "mail", "follow", "let", "write", "pass",
];

/// Beginnings of words.
#[rustfmt::skip]
const ID: &[&str] = &[
    "kirim", "kabari", "kabarkan", "balas", "jawab", "cek", "konfirmasi", "sampaikan",
    "selesaikan", "siapkan", "infokan", "hubungi", "lampirkan", "teruskan", "review", "berikan",
    "usahakan", "serahkan", "update", "lengkapi", "follow", "tindaklanjuti", "rampungkan",
];

/// With these it is asked, over, uncertain, or somebody else's.
#[rustfmt::skip]
const NOT_PROMISED: &[&str] = &[
    "please", "could you", "can you", "would you", "if", "unless", "won't", "will not", "can't",
    "cannot", "not able", "already", "have sent", "you can", "you could", "waiting", "need you",
    "mohon", "tolong", "harap", "silakan", "silahkan", "kalau", "kalo", "jika", "apabila", "bila",
    "sudah", "udah", "telah", "tadi", "kemarin", "tunggu", "tidak", "gak", "nggak", "belum",
    "minta",
];
