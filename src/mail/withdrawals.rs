//! A requester takes back what they asked: "never mind", "sudah beres".
//!
//! Heard in their own words only, and only where a sentence says so plainly: with a question mark,
//! a condition or a denial it says something else. Who said it, and about what, is weighed by
//! `rules/settle`.

use crate::mail::asks;
use crate::mail::sentences::{Sentence, sentences};
use crate::model::message::Says;
use crate::model::verdict::Wording;

/// In a longer text such words tell a story.
const LONGEST: usize = 120;
/// In a longer sentence they say what else is settled.
const SHORT: usize = 14;
/// Words that ask so much want an answer.
const STILL_ASKS: f64 = 0.4;

/// The judgement of a requester's own words, and whether they take back what they had asked. Then
/// the rest of them is judged; where that still asks, only plain words take something back.
pub fn wording(subject: &str, own: &str) -> (Wording, Option<Says>) {
    let said = sentences(own);
    if let Some(back) = hear(&said) {
        let rest = asks::wording(subject, &back.rest);
        if back.plain || rest.asks < STILL_ASKS {
            return (rest, Some(Says::Withdraws));
        }
    }
    (asks::judged(subject, own, &said), None)
}

/// What somebody says who takes a request back.
struct Withdrawal {
    /// They say so of their request; else only that something is settled.
    plain: bool,
    /// What else they say.
    rest: String,
}

fn hear(said: &[Sentence]) -> Option<Withdrawal> {
    let words: usize = said.iter().map(|sentence| sentence.words).sum();
    if words > LONGEST {
        return None;
    }
    let thanks = said.iter().any(|one| one.says(THANKS) && !one.says(IN_ADVANCE));
    // Who tells of their own case answers somebody's; where it goes on, it is not over.
    let told = said.iter().any(|one| one.says(LIKE_YOURS) || one.opens_with(GOES_ON));
    let (mut plain, mut settled, mut rest) = (false, false, Vec::new());
    for sentence in said {
        let back = takes_back(sentence);
        let done = !told && is_settled(sentence, thanks);
        plain |= back;
        settled |= done;
        if !back && !done {
            rest.push(sentence.text.as_str());
        }
    }
    (plain || settled).then(|| Withdrawal { plain, rest: rest.join("\n") })
}

fn takes_back(sentence: &Sentence) -> bool {
    let plainly = sentence.says(TAKEN_BACK) || sentence.opens_with(TAKEN_BACK_FIRST);
    !sentence.mark && !sentence.says(DOUBTS) && !sentence.says(OTHERS) && plainly
}

/// With a particle that may stand for a question mark only where it is thanked for.
fn is_settled(sentence: &Sentence, thanks: bool) -> bool {
    let last = sentence.padded.trim_end().rsplit(' ').next().unwrap_or("");
    let asking = ["ya", "y", "yah", "yaa", "kan", "bu", "pak"].contains(&last);
    let plain = ![DOUBTS, MORE, OTHERS].iter().any(|words| sentence.says(words));
    let settled = sentence.says(SETTLED)
        || (sentence.says(&["solved", "resolved"])
            && (sentence.words <= 3 || sentence.says(MATTERS)));
    let particle = asking && [" ya ", " yah ", " kan "].iter().any(|p| sentence.padded.contains(p));
    let short = sentence.words <= SHORT;
    plain && !sentence.mark && short && settled && (!particle || thanks)
}

/// What nobody says of anything but their own request.
#[rustfmt::skip]
const TAKEN_BACK: &[&str] = &[
    "please ignore my", "please disregard my", "disregard my previous",
    "disregard my last", "disregard my earlier", "ignore my previous", "ignore my last",
    "ignore my earlier", "ignore my email", "ignore my question", "ignore my request",
    "i found it myself", "i have found it", "i've found it", "i found the answer",
    "figured it out", "worked it out myself", "sorted it out", "we've sorted it",
    "no longer need your", "no longer need it", "no longer need this", "no longer need that",
    "don't need it anymore", "do not need it anymore", "don't need it any more",
    "don't need this anymore", "don't need that anymore", "is no longer needed",
    "no longer necessary", "no longer required", "no longer relevant", "i withdraw my",
    "withdraw my request", "cancel my request", "scrap that", "forget about it",
    "forget my question", "i take it back",
    "abaikan saja", "abaikan email saya", "abaikan pertanyaan saya", "abaikan permintaan saya",
    "abaikan pesan saya", "abaikan email kami", "abaikan permintaan kami", "abaikan surel saya",
    "mohon abaikan", "mohon diabaikan", "harap abaikan", "diabaikan saja", "tolong abaikan",
    "tidak jadi", "gak jadi", "ga jadi", "nggak jadi", "tdk jadi", "batal saja", "lupakan saja",
    "sudah tidak perlu", "sudah tidak diperlukan", "sudah tidak dibutuhkan", "tidak perlu lagi",
    "tidak diperlukan lagi", "tidak dibutuhkan lagi", "udah gak perlu", "udah ga perlu",
    "gak perlu lagi", "ga perlu lagi", "nggak perlu lagi", "saya batalkan permintaan",
    "kami batalkan permintaan", "permintaan saya batalkan", "permintaan kami batalkan",
    "sudah saya temukan", "sudah kami temukan", "sudah ketemu", "udah ketemu",
    "sudah dapat jawabannya", "sudah dapat datanya", "sudah kami dapatkan", "sudah saya dapatkan",
];

/// What says so at the beginning of a sentence only.
const TAKEN_BACK_FIRST: &[&str] = &["never mind", "nevermind", "please disregard this"];

/// What was solved or resolved, so that it was a trouble and not the name of a machine.
#[rustfmt::skip]
const MATTERS: &[&str] = &[
    "problem", "problems", "issue", "issues", "question", "questions", "error", "errors", "it",
    "this", "that", "i", "we", "everything", "all", "matter", "bug", "note", "warning",
    "it's", "that's", "now",
    "masalah", "masalahnya", "kendala", "kendalanya", "isu",
];

/// Whose doing it is, or that it is so for now only.
#[rustfmt::skip]
const OTHERS: &[&str] = &[
    "you figured", "you've figured", "you sorted", "you solved", "you've solved", "you resolved",
    "are solved by", "can be solved", "is solved by", "mostly", "for now", "temporarily",
    "partly", "partially", "sementara", "sebagian",
];

/// With these, who writes has known the same trouble.
#[rustfmt::skip]
const LIKE_YOURS: &[&str] = &[
    "similar problem", "similar issue", "same problem as you", "i also had", "we also had",
    "had the same", "i had a similar", "most likely the same", "not sure this", "not sure that",
    "not sure whether", "not sure if", "seems safe", "other problems",
];

/// A sentence that begins so says what is still the matter.
#[rustfmt::skip]
const GOES_ON: &[&str] = &[
    "however", "but now", "unfortunately", "namun", "tetapi", "sayangnya",
];

/// What is settled, in a short sentence.
#[rustfmt::skip]
const SETTLED: &[&str] = &[
    "all sorted", "sorted now", "been sorted", "it's sorted", "is sorted",
    "taken care of", "problem solved", "issue is fixed", "it works now", "works again",
    "working again", "all good now", "got it sorted", "got the answer", "already got it",
    "i have it now", "received it already", "has been settled",
    "i got it now", "i'm all set", "i am all set", "we're all set", "false alarm",
    "sudah beres", "udah beres", "sdh beres", "sudah selesai", "udah selesai", "sdh selesai",
    "sudah teratasi", "sudah terselesaikan", "sudah diselesaikan", "telah selesai",
    "telah teratasi", "telah terselesaikan", "sudah clear", "sudah oke lagi", "sudah normal",
    "sudah bisa", "udah bisa", "sudah aman", "sudah jalan lagi", "sudah terjawab", "sudah solved",
    "sudah kami terima", "sudah saya terima", "sudah diterima", "telah kami terima",
    "telah saya terima",
];

/// With these it is not taken back, or not yet.
#[rustfmt::skip]
const DOUBTS: &[&str] = &[
    "not resolved", "not yet", "isn't resolved", "hasn't been", "has not been", "unless", "until",
    "once", "if", "when", "not solved", "not sorted", "still", "whether", "until it's",
    "to be resolved", "be resolved", "getting it resolved", "belum", "blm", "kalau", "kalo",
    "jika", "apabila", "bila", "apakah", "masih", "sampai", "sebelum", "setelah", "agar",
    "supaya", "harus", "must", "should", "need to",
];

/// With these beside it something else is still wanted.
#[rustfmt::skip]
const MORE: &[&str] = &[
    "please", "waiting", "but", "however", "could", "mohon", "tolong", "harap", "tunggu",
    "menunggu", "ditunggu", "tapi", "tetapi", "namun", "kecuali", "except", "tinggal",
];

#[rustfmt::skip]
const THANKS: &[&str] = &[
    "thank you", "thanks", "many thanks", "terima kasih", "terimakasih", "makasih", "trims",
];

#[rustfmt::skip]
const IN_ADVANCE: &[&str] = &["in advance", "sebelumnya"];
