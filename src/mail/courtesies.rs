//! Courtesies that end a conversation: thanks, goodbye, acknowledgement, and nothing else.
//!
//! A courtesy with a promise, a question or news beside it is none. Whether such a letter closes
//! anything is not decided here: `mail/asks` reports it and `rules/triage` gives it its class.

use crate::mail::hearing::{Heard, Sense};

/// A courtesy has no more words than this.
const LONGEST: usize = 30;
/// Courtesies so warm that what follows them belongs to them.
const WARM: &[&str] = &[
    "thank",
    "thanks",
    "many thanks",
    "terima kasih",
    "terimakasih",
    "makasih",
    "trims",
    "selamat",
    "have a",
    "have an",
    "enjoy your",
    "enjoy the",
    "congratulations",
    "semoga",
    "sama-sama",
    "happy",
];

/// Whether the sentences are courtesies all of them. `words` is how many words they have.
pub fn is_courtesy(spoken: &[Heard<'_>], words: usize) -> bool {
    (1..=LONGEST).contains(&words)
        && spoken.iter().any(|heard| heard.sentence.leads_with(CLOSER_STARTS))
        && spoken.iter().filter(|heard| heard.sentence.words > 0).all(is_courteous)
}

fn is_courteous(heard: &Heard<'_>) -> bool {
    let sentence = heard.sentence;
    let words: Vec<&str> = sentence.padded.split_whitespace().collect();
    if sentence.mark || sentence.says(&["have a look", "have a word", "have a question"]) {
        return false;
    }
    if heard.says(Sense::Promises) {
        // "Will do" promises nothing but itself.
        return words.len() <= 4 && sentence.says(&["will do"]);
    }
    let plain = words.iter().filter(|word| CLOSER_WORDS.contains(word)).count();
    let share = plain * 10 / words.len().max(1);
    (sentence.leads_with(WARM) && words.len() <= 16)
        || (sentence.leads_with(CLOSER_STARTS) && (share >= 4 || words.len() <= 2))
        || share >= 7
        || words.len() == 1
}

/// How courtesies begin.
#[rustfmt::skip]
pub const CLOSER_STARTS: &[&str] = &[
    "thanks", "thank you", "thank u", "thx", "tks", "ty", "many thanks", "noted", "well noted",
    "well received", "received", "got it", "ok", "okay", "oke", "okey", "okay thanks", "great",
    "perfect", "excellent", "sounds good", "looks good", "will do", "sure", "no problem",
    "no worries", "my pleasure", "you're welcome", "you are welcome", "welcome", "anytime",
    "cheers", "have a nice", "have a good", "have a great", "enjoy your", "see you",
    "talk to you", "much appreciated", "really appreciate", "i appreciate", "appreciate it",
    "appreciated", "good luck", "congratulations", "congrats", "happy", "understood", "agreed",
    "acknowledged", "copy that", "lovely", "awesome", "cool", "fine", "good job", "well done",
    "nice work", "great job", "good work", "bye", "goodbye", "terima kasih", "terimakasih",
    "trima kasih", "trimakasih", "makasih", "makasi", "trims", "thanks ya", "matur nuwun",
    "nuhun", "hatur nuhun", "suwun", "sama-sama", "sama sama", "siap", "baik", "baiklah", "sip",
    "mantap", "oke siap", "ok siap", "noted pak", "noted bu", "sudah saya terima",
    "sudah kami terima", "sudah diterima", "telah kami terima", "telah saya terima",
    "kami terima", "diterima", "salam", "selamat", "semoga", "sampai jumpa", "sampai ketemu",
    "sukses", "kembali kasih", "dengan senang hati", "setuju", "beres", "alhamdulillah", "aamiin",
    "amin", "sehat selalu", "hati-hati", "met", "sangat membantu", "dimengerti", "paham", "dah",
    "have an", "have a", "enjoy", "that's all", "that is all", "that will be all", "nope",
    "no thanks", "no thank you", "glad", "nothing for now", "that's good", "tidak ada",
    "itu saja", "sampai nanti",
];

/// Words of courtesies that carry nothing else.
#[rustfmt::skip]
pub const CLOSER_WORDS: &[&str] = &[
    "thanks", "thank", "you", "u", "so", "much", "very", "again", "for", "your", "the", "this",
    "that", "it", "info", "information", "help", "helping", "update", "reply", "prompt", "quick",
    "response", "support", "everything", "all", "noted", "ok", "okay", "oke", "got", "great",
    "perfect", "good", "received", "well", "will", "do", "sure", "with", "and", "a", "lot",
    "many", "kind", "regards", "best", "nice", "day", "weekend", "evening", "sir", "madam", "mr",
    "mrs", "ms", "too", "welcome", "most", "dear", "have", "to", "i", "my", "is", "of", "in",
    "advance", "clear", "now", "feedback", "assistance", "cooperation", "attention", "time",
    "email", "mail", "sending", "file", "document", "documents", "confirmation", "confirming",
    "yes", "baik", "siap", "sip", "pak", "bu", "bapak", "ibu", "mas", "mbak", "kak", "bang",
    "terima", "kasih", "terimakasih", "makasih", "banyak", "atas", "bantuan", "bantuannya",
    "informasi", "informasinya", "infonya", "balasan", "balasannya", "jawaban", "jawabannya",
    "konfirmasi", "konfirmasinya", "perhatian", "perhatiannya", "kerja", "kerjasama",
    "kerjasamanya", "samanya", "sama", "sudah", "telah", "saya", "kami", "diterima", "emailnya",
    "filenya", "datanya", "ya", "yaa", "nya", "sekali", "lagi", "sangat", "membantu", "dan",
    "selamat", "pagi", "siang", "sore", "malam", "hari", "berakhir", "pekan", "salam", "hormat",
    "untuk", "waktunya", "masukannya", "masukan", "dukungannya", "dukungan", "mantap", "juga",
    "semua", "tim", "that's", "no", "nope", "nothing", "else", "am", "at", "glad", "rest",
    "amazing", "wonderful", "moment", "tidak", "ada", "itu", "nanti", "sampai", "perlu",
];
