//! How people are addressed: greeted, opened a letter to, called in the middle of a sentence.
//!
//! Gender is never guessed from a name, and a name is one string: degrees behind its comma are no
//! part of an address, a title before it is the honour already. Next station: `mail/views`,
//! `mail/replies`.

use jiff::Zoned;

use crate::mail::dates;
use crate::mail::plain::clean;
use crate::model::verdict::Language;

/// Characters of a name.
const NAME: usize = 80;
/// Where nothing is known.
const ANYBODY: &str = "Bapak/Ibu";

/// How somebody is called in Indonesian where nothing else was chosen.
pub(crate) fn you(you: &str) -> &str {
    if you.trim().is_empty() { ANYBODY } else { you }
}

/// `Selamat pagi, Pak Andi`.
pub(crate) fn greeting(to: Language, now: &Zoned, greeting: &str, name: &str) -> String {
    let hello = dates::greeting(now, to);
    let greeting = clean(greeting, NAME);
    let name = without_degrees(name);
    match (to, name.is_empty()) {
        _ if !greeting.is_empty() => format!("{hello}, {greeting}"),
        (Language::Id, _) => format!("{hello}, {}", honoured(ANYBODY, &name)),
        (Language::En, true) => hello.to_owned(),
        (Language::En, false) => format!("{hello}, {name}"),
    }
}

/// What follows `Yth.` or `Dear`: `Bapak/Ibu Rina Hapsari`, `Dr. Sudrajad`; empty in English for
/// somebody without a name.
pub(crate) fn opening(to: Language, you: &str, name: &str) -> String {
    let name = without_degrees(name);
    let name = if is_a_name(&name) { name } else { String::new() };
    match to {
        Language::Id => honoured(you, &name),
        Language::En => name,
    }
}

fn honoured(you: &str, name: &str) -> String {
    // `Anda` is a pronoun, and none stands before a name or after `Yth.`.
    let pronoun = you.eq_ignore_ascii_case("anda");
    match (titled(name), name.is_empty()) {
        (_, true) if pronoun => ANYBODY.to_owned(),
        (_, true) => you.to_owned(),
        (true, false) => name.to_owned(),
        (false, false) if pronoun => name.to_owned(),
        (false, false) => format!("{you} {name}"),
    }
}

fn without_degrees(name: &str) -> String {
    let name = clean(name.split(',').next().unwrap_or(""), NAME);
    // Some programs write names in quotes, and quotes around quotes.
    name.trim_matches(['\'', '"', ' ']).to_owned()
}

fn titled(name: &str) -> bool {
    name.split(' ').next().is_some_and(|word| TITLES.contains(&word) || OFFICES.contains(&word))
}

/// An address or a page in the place of a name is nobody's name, and a mail program would make a
/// link of it.
fn is_a_name(name: &str) -> bool {
    // `M.Si` and `A.Md` are degrees, though there are such suffixes.
    let is_place = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let long = word.split_once('.').is_some_and(|(first, _)| first.chars().count() > 2);
        long && psl::suffix(word.as_bytes()).is_some_and(|suffix| suffix.is_known())
    };
    name.chars().any(char::is_alphabetic)
        && !name.contains('@')
        && !name.contains("://")
        && !name.split(' ').any(is_place)
}

/// A title before the name is the honour already.
const TITLES: &[&str] = &[
    "Dr.", "dr.", "Drs.", "Dra.", "Prof.", "Ir.", "H.", "Hj.", "KH.", "Kepala", "Ketua",
    "Direktur", "Pak", "Bu", "Bapak", "Ibu", "Mr.", "Mr", "Mrs.", "Mrs", "Ms.", "Ms",
];

/// What a body begins with that writes under its own name: no man and no woman.
const OFFICES: &[&str] =
    &["PT", "PT.", "CV", "CV.", "UD", "UD.", "Yayasan", "Dinas", "Kantor", "Bagian", "Tim"];
