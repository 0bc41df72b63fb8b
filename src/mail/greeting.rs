//! Whom does the sender greet? `Dear Kim,`, `Kim:`, `Yth. Bapak Andi,`, `Pak Andi, …`.
//!
//! Only names are taken: a greeting of everybody (`Dear all`, `Rekan-rekan`) greets nobody in
//! particular. Whether a name is the owner's is for `rules/triage` to say.

use crate::mail::{courtesies, small_words};

/// A greeting has no more words than this.
const LONGEST: usize = 8;

const OPENINGS: &[&str] = &[
    "dear",
    "hi",
    "hello",
    "hey",
    "hai",
    "halo",
    "hallo",
    "helo",
    "yth",
    "kepada",
    "ytk",
    "good",
    "morning",
    "afternoon",
    "evening",
    "selamat",
    "pagi",
    "siang",
    "sore",
    "malam",
    "assalamualaikum",
    "assalamu'alaikum",
    "salam",
    "greetings",
    "to",
    "untuk",
    "attn",
    "up",
];
const TITLES: &[&str] = &[
    "pak", "bapak", "bpk", "bu", "ibu", "sdr", "sdri", "saudara", "saudari", "mas", "mbak", "mba",
    "kak", "kakak", "bang", "bung", "neng", "teh", "kang", "om", "tante", "dr", "drs", "dra",
    "prof", "ir", "mr", "mrs", "ms", "miss", "sir", "madam", "h", "hj", "and", "dan", "or",
];
const EVERYBODY: &[&str] = &[
    "all",
    "team",
    "everyone",
    "everybody",
    "folks",
    "guys",
    "gais",
    "semua",
    "semuanya",
    "tim",
    "rekan",
    "rekan-rekan",
    "teman",
    "teman-teman",
    "colleagues",
    "there",
    "friends",
    "sekalian",
    "customer",
    "pelanggan",
    "list",
    "members",
    "sirs",
    "whom",
    "wb",
    "wr",
];
/// Words that begin sentences with a comma and are nobody's name.
const NO_NAMES: &[&str] = &[
    "yes",
    "no",
    "thanks",
    "thank",
    "ok",
    "okay",
    "oke",
    "however",
    "also",
    "so",
    "well",
    "sorry",
    "maaf",
    "please",
    "tolong",
    "mohon",
    "noted",
    "sure",
    "great",
    "perfect",
    "unfortunately",
    "tomorrow",
    "today",
    "yesterday",
    "besok",
    "kemarin",
    "nanti",
    "sekarang",
    "baik",
    "siap",
    "sip",
    "terima",
    "kasih",
    "oh",
    "ah",
    "eh",
    "actually",
    "again",
    "finally",
    "first",
    "second",
    "third",
    "next",
    "then",
    "now",
    "anyway",
    "btw",
    "fyi",
    "attached",
    "terlampir",
    "berikut",
    "note",
    "ps",
    "pps",
    "nb",
    "update",
    "urgent",
    "mendesak",
    "reminder",
    "agenda",
    "subject",
    "perihal",
    "hal",
    "re",
    "fw",
    "fwd",
    "from",
    "dari",
    "date",
    "tanggal",
    "question",
    "pertanyaan",
    "hopefully",
    "ya",
    "iya",
    "tidak",
    "belum",
    "sudah",
    "jadi",
    "lalu",
    "kemudian",
    "selanjutnya",
    "permisi",
    "sebelumnya",
    "demikian",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "senin",
    "selasa",
    "rabu",
    "kamis",
    "jumat",
    "sabtu",
    "minggu",
    "congratulations",
    "selamat",
    "welcome",
    "agreed",
    "setuju",
    "correct",
    "right",
    "indeed",
    "meanwhile",
    "otherwise",
    "when",
    "where",
    "why",
    "what",
    "how",
    "who",
    "kapan",
    "bagaimana",
    "apa",
    "siapa",
    "berapa",
    "waktu",
    "tempat",
    "acara",
    "info",
    "informasi",
    "importance",
    "priority",
    "via",
    "per",
    "as",
    "in",
    "on",
    "at",
    "by",
    "for",
    "dengan",
    "untuk",
    "pada",
    "bersama",
    "sehubungan",
    "menindaklanjuti",
    "regards",
    "best",
    "cheers",
    "hormat",
    "wassalam",
    "the",
    "summary",
    "background",
    "action",
];

/// The names greeted in the first lines, lower-cased, in their order; empty when there are none.
pub fn greets(own: &str) -> Vec<String> {
    let mut names = Vec::new();
    for line in own.lines().filter(|line| !line.trim().is_empty()).take(3) {
        let found = line_greets(line.trim());
        // `Kepada` / `Yth. Bapak Andi` may stand below one another; a sentence ends the greeting.
        let opening = opens(line);
        names.extend(found);
        if !names.is_empty() || !opening {
            break;
        }
    }
    names.truncate(LONGEST);
    names
}

/// Whether the first line greets everybody (`Dear all,`, `Rekan-rekan,`).
pub fn greets_everybody(own: &str) -> bool {
    let Some(line) = own.lines().find(|line| !line.trim().is_empty()) else { return false };
    let words: Vec<String> = line.split_whitespace().take(LONGEST + 1).map(bare).collect();
    let all = |word: &String| EVERYBODY.contains(&word.as_str()) && word != "there";
    let begins = words.first().is_some_and(|word| OPENINGS.contains(&word.as_str()) || all(word));
    begins && words.len() <= LONGEST && words.iter().any(all)
}

fn opens(line: &str) -> bool {
    let word = line.split_whitespace().next().map(bare).unwrap_or_default();
    OPENINGS.contains(&word.as_str()) || TITLES.contains(&word.as_str())
}

fn line_greets(line: &str) -> Vec<String> {
    let head = line.get(..line.floor_char_boundary(160)).unwrap_or(line);
    let end = head.find([',', ':', '!', '?', ';']).or_else(|| head.find(" - "));
    let (part, marked) = match end {
        Some(end) => (head.get(..end).unwrap_or(head), true),
        None => (head.trim_end_matches(['.', ' ', '-', '–']), false),
    };
    let opening = opens(part);
    let whole = end.is_none_or(|end| head.len() <= end + 2);
    let words: Vec<&str> = part.split(|c: char| c.is_whitespace() || "/&".contains(c)).collect();
    let words: Vec<&str> =
        words.into_iter().filter(|w| w.chars().any(char::is_alphanumeric)).collect();
    let few = if opening { words.len() <= LONGEST } else { words.len() <= 3 };
    // A name in small letters is believed only in a short greeting that ends where it should.
    let small = words.len() <= if marked { 4 } else { 3 } && (marked || whole);
    // Without an opening word only `Kim,`, `Kim:` or a line of its own can be a greeting.
    if !few || words.is_empty() || !(opening || marked || (whole && words.len() == 1)) {
        return Vec::new();
    }
    let question = head.get(part.len()..).is_some_and(|rest| rest.starts_with('?'));
    if question || (!opening && !words.iter().all(|word| named(word))) {
        return Vec::new();
    }
    let names = words.iter().filter(|word| capital(word) || (opening && small));
    names.map(|word| bare(word)).filter(|word| is_name(word)).collect()
}

fn named(word: &str) -> bool {
    let low = bare(word);
    capital(word) && is_name(&low) || low == "and" || low == "dan"
}

fn capital(word: &str) -> bool {
    word.chars().find(|c| c.is_alphanumeric()).is_some_and(char::is_uppercase)
}

fn is_name(word: &str) -> bool {
    let common = [
        courtesies::CLOSER_STARTS,
        courtesies::CLOSER_WORDS,
        small_words::ENGLISH,
        small_words::INDONESIAN,
    ];
    let known = [OPENINGS, TITLES, EVERYBODY, NO_NAMES].into_iter().chain(common);
    word.chars().count() >= 2
        && word.chars().all(|c| c.is_alphabetic() || c == '\'' || c == '-')
        && !known.into_iter().any(|table| table.contains(&word))
}

fn bare(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}
