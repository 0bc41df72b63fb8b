//! Which language is a text written in: Indonesian, English, or not clear enough to say.
//!
//! Small words decide where a text is short; for longer ones the statistics of letters must agree.
//! `None` is an answer: a letter is then written in the language of its receiver's tier or owner.

use std::sync::LazyLock;

use crate::mail::lexicon::Lexicon;
use crate::model::verdict::Language;

/// Enough to tell by.
const LOOKED_AT: usize = 4_000;
/// From so many words on, letter statistics are asked too.
const LONG: usize = 12;

/// The language of a text; `None` when unclear or a third one.
pub fn language(text: &str) -> Option<Language> {
    let text = text.get(..text.floor_char_boundary(LOOKED_AT)).unwrap_or(text);
    let low = text.to_lowercase();
    let words = low.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|w| !w.is_empty());
    let (mut padded, mut many) = (String::with_capacity(low.len() + 2), 0);
    padded.push(' ');
    for word in words {
        padded.extend([word, " "]);
        many += 1;
    }
    let small = SMALL_WORDS.found(&padded);
    let of = |language| small.iter().filter(|word| word.meaning == language).count();
    let (english, indonesian) = (of(Language::En), of(Language::Id));
    // Less than one small word in ten: neither of the two, or no sentences at all.
    if many == 0 || english.max(indonesian) * 10 < many {
        return None;
    }
    if english >= indonesian * 2 + usize::from(indonesian > 0) {
        return Some(Language::En);
    }
    if indonesian >= english * 2 + usize::from(english > 0) {
        return Some(Language::Id);
    }
    (many >= LONG).then(|| by_letters(text)).flatten()
}

/// Mixed small words: the letters decide, and only when they are sure.
fn by_letters(text: &str) -> Option<Language> {
    let detector =
        whatlang::Detector::with_allowlist(vec![whatlang::Lang::Eng, whatlang::Lang::Ind]);
    let found = detector.detect(text).filter(whatlang::Info::is_reliable)?;
    let english = found.lang() == whatlang::Lang::Eng;
    Some(if english { Language::En } else { Language::Id })
}

static SMALL_WORDS: LazyLock<Lexicon<Language>> =
    LazyLock::new(|| Lexicon::new([(ENGLISH, Language::En), (INDONESIAN, Language::Id)]));

/// English words that only work in English text.
#[rustfmt::skip]
pub const ENGLISH: &[&str] = &[
    "the", "and", "is", "are", "was", "were", "to", "of", "you", "your", "i", "we", "it", "that",
    "this", "for", "with", "have", "has", "will", "be", "on", "in", "at", "from", "not", "can",
    "could", "would", "please", "thanks", "thank", "what", "when", "where", "how", "who", "which",
    "do", "does", "did", "my", "our", "me", "us", "as", "if", "but", "or", "an", "a", "by",
    "there", "any", "know", "let", "just", "about", "send", "hi", "hello", "dear", "attached",
    "see", "need", "meeting", "yes", "no", "good", "great", "here", "i'm", "i'll", "don't",
    "should", "noted", "got", "regards",
];

/// Indonesian words that only work in Indonesian text.
#[rustfmt::skip]
pub const INDONESIAN: &[&str] = &[
    "yang", "yg", "dan", "di", "ke", "dari", "untuk", "utk", "dengan", "dgn", "ini", "itu",
    "tidak", "tdk", "ada", "saya", "sy", "kami", "kita", "anda", "bapak", "ibu", "pak", "bu",
    "mas", "mbak", "akan", "sudah", "sdh", "udah", "belum", "blm", "bisa", "bs", "dapat", "mohon",
    "mhn", "tolong", "tlg", "harap", "terima", "kasih", "terimakasih", "makasih", "apakah", "apa",
    "berapa", "brp", "kapan", "bagaimana", "gimana", "gmn", "siapa", "mana", "kenapa", "kalau",
    "kalo", "jika", "bila", "juga", "jg", "saja", "aja", "ya", "nya", "hari", "besok", "bsok",
    "kemarin", "nanti", "ntar", "sekarang", "pagi", "siang", "sore", "malam", "selamat", "siap",
    "baik", "boleh", "atau", "karena", "oleh", "pada", "dalam", "adalah", "sebagai", "sama",
    "lagi", "lg", "masih", "silakan", "silahkan", "yth", "salam", "gak", "ga", "nggak", "aku",
    "kamu", "mau", "jadi", "tapi", "tp", "dulu", "segera", "atas", "telah", "kirim", "kabar",
    "halo", "hai", "perlu", "tidaknya", "berikut", "terlampir", "lampiran", "surat", "minta",
    "setuju", "coba",
];
