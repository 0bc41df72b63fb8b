//! How a subject begins and what it is about: reply and forward prefixes of many languages.
//!
//! Knows the prefixes that mail programs write, counters (`Re[2]:`, `Re (3):`), tags of lists and
//! gateways (`[EXTERNAL]`). Never decides that a message is an answer: it only compares.
//! Next station: `model/conversation`.

use unicode_normalization::UnicodeNormalization;

use crate::model::message::Prefix;

/// The longest tag in brackets that is taken for one.
const LONGEST_TAG: usize = 40;

/// What a mail program puts before an answer. `vs` is Finnish here, though Danish forwards use it
/// too; `ref` is left out, since people number their letters with it.
const REPLY: &[&str] = &[
    // Latin and English, German, Dutch, Nordic, Finnish and Estonian
    "re",
    "aw",
    "antw",
    "antwort",
    "antwoord",
    "sv",
    "svar",
    "vs",
    "va",
    // Romance
    "rép",
    "rep",
    "réponse",
    "r",
    "rif",
    "res",
    "resp",
    "respuesta",
    "resposta",
    "răsp",
    // Slavic, Baltic, Hungarian, Turkish, Welsh
    "odp",
    "odg",
    "odpověď",
    "на",
    "ha",
    "ответ",
    "відп",
    "відповідь",
    "отг",
    "ats",
    "atb",
    "vá",
    "válasz",
    "ynt",
    "yan",
    // Greek, Hebrew, Arabic, Persian
    "απ",
    "σχετ",
    "השב",
    "תגובה",
    "رد",
    "پاسخ",
    // Indonesian and Malay
    "bls",
    "balas",
    "balasan",
    "tanggapan",
    // East and South-East Asian
    "回复",
    "答复",
    "回覆",
    "回復",
    "返信",
    "회신",
    "답장",
    "trả lời",
    "ตอบกลับ",
    "ตอบ",
];

/// What a mail program puts before something passed on.
const FORWARD: &[&str] = &[
    "fwd",
    "fw",
    "wg",
    "weitergeleitet",
    "doorst",
    "vb",
    "fs",
    "vl",
    "ed",
    "tr",
    "i",
    "inoltra",
    "rv",
    "enc",
    "reenv",
    "redirecţionat",
    "redirecționat",
    "pd",
    "přepos",
    "prosl",
    "пересл",
    "переслать",
    "прпсл",
    "перес",
    "pers",
    "továbbítás",
    "továbbított",
    "i̇lt",
    "ilt",
    "yml",
    "πρθ",
    "הועבר",
    "إعادة توجيه",
    "ارسال",
    "trs",
    "teruskan",
    "terusan",
    "diteruskan",
    "majukan",
    "转发",
    "轉寄",
    "轉發",
    "転送",
    "전달",
    "chuyển tiếp",
    "ส่งต่อ",
];

/// Splits a subject into how it begins and its base: NFC, case-folded, white space collapsed.
/// The base of a base is itself.
pub fn split(subject: &str) -> (Prefix, String) {
    let folded = fold(subject);
    let mut rest = folded.trim();
    let mut tags: Vec<&str> = Vec::new();
    let mut outermost = Prefix::None;
    loop {
        if let Some((tag, tail)) = tag(rest) {
            // A tag with a number in it names a case, not a list: it stays part of the subject.
            if tag.chars().any(char::is_numeric) && !tags.contains(&tag) {
                tags.push(tag);
            }
            rest = tail;
        } else if let Some((kind, tail)) = prefix(rest) {
            if outermost == Prefix::None {
                outermost = kind;
            }
            rest = tail;
        } else if let Some(body) = rest.strip_suffix("(fwd)") {
            if outermost == Prefix::None {
                outermost = Prefix::Forward;
            }
            rest = body.trim();
        } else {
            break;
        }
    }
    tags.push(rest);
    (outermost, tags.join(" ").trim().to_owned())
}

/// One form for comparing: NFC, lower case, final sigma as any sigma, single blanks.
pub fn fold(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    if line.is_ascii() {
        return line.to_ascii_lowercase();
    }
    let once = |text: &str| -> String {
        text.nfc().collect::<String>().to_lowercase().replace('ς', "σ").nfc().collect()
    };
    once(&once(&line))
}

/// `[name] rest`, where something is left.
fn tag(text: &str) -> Option<(&str, &str)> {
    let (inner, tail) = text.strip_prefix('[')?.split_once(']')?;
    let sound = !inner.trim().is_empty()
        && inner.chars().count() <= LONGEST_TAG
        && !inner.contains('[')
        && !tail.trim().is_empty();
    let whole = text.get(..inner.len().checked_add(2)?)?;
    sound.then(|| (whole, tail.trim_start()))
}

/// `re[2]: rest`, `fwd : rest`, `回复：rest`.
fn prefix(text: &str) -> Option<(Prefix, &str)> {
    let (head, tail) = text.split_once([':', '：'])?;
    let word = without_counter(head.trim_end()).trim_end().trim_end_matches('.');
    let kind = if REPLY.contains(&word) {
        Prefix::Reply
    } else if FORWARD.contains(&word) {
        Prefix::Forward
    } else {
        return None;
    };
    Some((kind, tail.trim_start()))
}

/// Takes `[2]`, `(2)`, `{2}`, `^2`, `*2` or `-2` off the end.
fn without_counter(head: &str) -> &str {
    let bare = head.trim_end_matches([']', ')', '}']);
    let stem = bare.trim_end_matches(|c: char| c.is_ascii_digit());
    if stem.len() == bare.len() {
        return head;
    }
    stem.strip_suffix(['[', '(', '{', '^', '*', '-']).unwrap_or(head)
}
