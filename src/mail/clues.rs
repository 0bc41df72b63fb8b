//! Why a message is thought to wait for a reply, as words for its owner.
//!
//! The clues are codes in the store (`model/verdict`), so that a stored verdict reads the same in
//! every language; here they become short phrases. Next station: `mail/views`.

use crate::mail::plain::clean;
use crate::model::verdict::{Clue, Language};

/// Phrases beyond this would not be read.
const SHOWN: usize = 3;

/// The phrases of a nudge, most telling first, each once.
pub fn reasons(clues: &[Clue], asks: u32, you: &str, to: Language) -> Vec<String> {
    let mut sorted: Vec<&Clue> = clues.iter().collect();
    sorted.sort_by_key(|clue| rank(clue));
    let only = sorted.contains(&&Clue::OnlyRecipient);
    let mut phrases: Vec<String> = Vec::new();
    for clue in sorted.into_iter().filter(|clue| !(only && **clue == Clue::InTo)) {
        let phrase = phrase(clue, you, to);
        if phrases.len() < SHOWN && !phrases.contains(&phrase) {
            phrases.push(phrase);
        }
    }
    if asks > 1 {
        phrases.insert(
            0,
            match to {
                Language::Id => format!("ditanyakan {asks} kali"),
                Language::En => format!("asked {asks} times"),
            },
        );
    }
    phrases
}

/// The smaller, the more a reader learns from it.
fn rank(clue: &Clue) -> u8 {
    match clue {
        Clue::Called | Clue::Urgent => 0,
        Clue::Confirmation => 1,
        Clue::Request | Clue::Worded => 2,
        Clue::QuestionMark | Clue::QuestionWords => 3,
        Clue::SubjectAsks => 4,
        Clue::GreetsOwner => 5,
        Clue::OnlyRecipient => 6,
        Clue::AnswersOwner => 7,
        Clue::ThroughGroup => 8,
        Clue::InTo => 9,
        Clue::InCc | Clue::NotNamed | Clue::GreetsOther | Clue::ManyRecipients => 10,
        Clue::HeaderOnly | Clue::NoWords | Clue::BeyondHistory => 11,
        Clue::Machine(_) | Clue::PerhapsMachine(_) | Clue::CalendarMethod(_) => 12,
        Clue::ListFields | Clue::Unsubscribe | Clue::SeveralFrom => 13,
        Clue::FromOwner | Clue::ClaimsOwner | Clue::CorrectedNot | Clue::Learned => 14,
        Clue::Courtesy | Clue::Statement => 15,
    }
}

/// One clue in words; `you` is how the owner is addressed in Indonesian.
pub fn phrase(clue: &Clue, you: &str, to: Language) -> String {
    match to {
        Language::Id => in_indonesian(clue, you),
        Language::En => in_english(clue),
    }
}

fn in_english(clue: &Clue) -> String {
    let words = match clue {
        Clue::QuestionMark | Clue::QuestionWords => "a question to you",
        Clue::Request => "a request to you",
        Clue::Worded => "worded like a request",
        Clue::Confirmation => "a request for confirmation",
        Clue::Urgent => "the sender calls it urgent",
        Clue::Called => "answered the absence notice with URGENT",
        Clue::SubjectAsks => "the subject asks for an answer",
        Clue::Courtesy => "thanks or greetings only",
        Clue::Statement => "tells something and asks nothing",
        Clue::NoWords => "too few words to judge by",
        Clue::HeaderOnly => "judged without its text",
        Clue::BeyondHistory => "arrived too long before the first reading",
        Clue::OnlyRecipient => "you are the only recipient",
        Clue::InTo => "addressed to you",
        Clue::InCc => "you are in Cc",
        Clue::NotNamed => "you are not among the recipients",
        Clue::ThroughGroup => "came through a group address",
        Clue::GreetsOwner => "greets you by name",
        Clue::GreetsOther => "greets somebody else",
        Clue::ManyRecipients => "many recipients",
        Clue::AnswersOwner => "answers an email of yours",
        Clue::Machine(rule) => return format!("written by a program (rule {})", clean(rule, 40)),
        Clue::PerhapsMachine(rule) => {
            return format!("perhaps written by a program (rule {})", clean(rule, 40));
        }
        Clue::ListFields => "came through a mailing list",
        Clue::Unsubscribe => "looks like mass mail",
        Clue::CalendarMethod(method) => return format!("a calendar item ({})", clean(method, 40)),
        Clue::FromOwner => "sent by you",
        Clue::ClaimsOwner => "bears your address but is not in Sent",
        Clue::SeveralFrom => "names several senders",
        Clue::CorrectedNot => "you marked it as not a request",
        Clue::Learned => "you marked similar mail as not a request",
    };
    words.to_owned()
}

fn in_indonesian(clue: &Clue, you: &str) -> String {
    let words = match clue {
        Clue::QuestionMark | Clue::QuestionWords => return format!("pertanyaan kepada {you}"),
        Clue::Request => return format!("permintaan kepada {you}"),
        Clue::Worded => "kalimatnya seperti permintaan",
        Clue::Confirmation => "permintaan konfirmasi",
        Clue::Urgent => "disebut mendesak oleh pengirim",
        Clue::Called => "menjawab pemberitahuan ketidakhadiran dengan kata MENDESAK",
        Clue::SubjectAsks => "subjeknya meminta tanggapan",
        Clue::Courtesy => "hanya berisi ucapan terima kasih atau salam",
        Clue::Statement => "berisi pemberitahuan, tanpa permintaan",
        Clue::NoWords => "terlalu singkat untuk dinilai",
        Clue::HeaderOnly => "dinilai tanpa membaca isinya",
        Clue::BeyondHistory => "masuk terlalu lama sebelum pembacaan pertama",
        Clue::OnlyRecipient => return format!("{you} satu-satunya penerima"),
        Clue::InTo => return format!("ditujukan kepada {you}"),
        Clue::InCc => return format!("{you} menerima tembusan (Cc)"),
        Clue::NotNamed => return format!("{you} tidak tercantum sebagai penerima"),
        Clue::ThroughGroup => "masuk melalui alamat grup",
        Clue::GreetsOwner => return format!("menyapa {you} dengan nama"),
        Clue::GreetsOther => "menyapa orang lain",
        Clue::ManyRecipients => "banyak penerima",
        Clue::AnswersOwner => return format!("menjawab email dari {you}"),
        Clue::Machine(rule) => return format!("ditulis oleh program (aturan {})", clean(rule, 40)),
        Clue::PerhapsMachine(rule) => {
            return format!("mungkin ditulis oleh program (aturan {})", clean(rule, 40));
        }
        Clue::ListFields => "masuk melalui milis",
        Clue::Unsubscribe => "tampak seperti email massal",
        Clue::CalendarMethod(method) => {
            return format!("undangan kalender ({})", clean(method, 40));
        }
        Clue::FromOwner => return format!("dikirim oleh {you}"),
        Clue::ClaimsOwner => {
            return format!("memakai alamat {you}, tetapi tidak ada di folder Terkirim");
        }
        Clue::SeveralFrom => "mencantumkan beberapa pengirim",
        Clue::CorrectedNot => return format!("{you} menandainya bukan permintaan"),
        Clue::Learned => {
            return format!("{you} pernah menandai email serupa bukan permintaan");
        }
    };
    words.to_owned()
}
