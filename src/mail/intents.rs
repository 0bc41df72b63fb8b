//! What a message is for: asking, promising, closing, informing, an approval by a machine, an
//! invitation.
//!
//! Whether it asks is said by `mail/asks`, and believed half; the rest is weighed by a small
//! learned model over words, beginnings of words and a few marks. Header fields are surer than
//! words: a calendar's request invites, a machine promises nothing. The model:
//! `mail/models/intents-1`, learned by `tests/train`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::mail::linear::{Feature, Hash, Linear};
use crate::model::message::Message;
use crate::model::verdict::{Intent, Wording};

/// Enough to tell by, bytes.
const LOOKED_AT: usize = 2000;
/// How long the features of a text's words are together, whatever its length.
const STRENGTH: f32 = 4.0;
/// How much one of the marks counts.
const MARK: f32 = 1.2;
/// So many letters begin a word.
const BEGINNING: usize = 5;
/// So many words of one kind are counted.
const MOST: usize = 3;

/// All of them, in the model's order.
pub const INTENTS: [Intent; 6] = [
    Intent::Ask,
    Intent::Promise,
    Intent::Closer,
    Intent::Information,
    Intent::Approval,
    Intent::Invitation,
];

static MODEL: LazyLock<Option<Linear<6>>> =
    LazyLock::new(|| Linear::parse(include_bytes!("models/intents-1")));

/// What a message is for; `own`: the sender's own lines, `words`: what they amount to.
pub fn intent(message: &Message, own: &str, words: &Wording) -> Intent {
    let marks = &message.marks;
    match marks.calendar.as_deref() {
        Some("REQUEST") => return Intent::Invitation,
        Some(_) => return Intent::Information,
        None => {}
    }
    let machine = marks.automatic.is_some() || marks.bounce;
    let Some(model) = MODEL.as_ref() else { return Intent::Information };
    let told = told(model.probabilities(features(own)), words);
    let possible = INTENTS.into_iter().zip(told).filter(|(intent, _)| match intent {
        Intent::Ask | Intent::Promise | Intent::Closer => !machine,
        Intent::Information | Intent::Approval | Intent::Invitation => true,
    });
    likeliest(possible)
}

/// What the sender's own words are for, of whatever message they are.
pub fn of_words(model: &Linear<6>, own: &str, words: &Wording) -> Intent {
    likeliest(INTENTS.into_iter().zip(told(model.probabilities(features(own)), words)))
}

/// The same by the model that Sigap carries.
pub fn of_own_words(own: &str, words: &Wording) -> Intent {
    MODEL.as_ref().map_or(Intent::Information, |model| of_words(model, own, words))
}

fn likeliest(told: impl Iterator<Item = (Intent, f64)>) -> Intent {
    told.max_by(|one, other| one.1.total_cmp(&other.1))
        .map_or(Intent::Information, |(intent, _)| intent)
}

/// The model's probabilities and what `mail/asks` says, together.
fn told(model: [f32; 6], words: &Wording) -> [f64; 6] {
    let [ask, promise, closer, information, approval, invitation] = model.map(f64::from);
    let asks = f64::midpoint(words.asks, ask);
    let closes = if words.closer { 1.0 } else { closer };
    let others = [promise, closes, information, approval, invitation];
    let all = others.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    let [promise, closer, information, approval, invitation] =
        others.map(|other| other / all * (1.0 - asks));
    [asks, promise, closer, information, approval, invitation]
}

/// What the model looks at.
pub fn features(text: &str) -> Vec<Feature> {
    let text = text.get(..text.floor_char_boundary(LOOKED_AT)).unwrap_or(text).to_lowercase();
    let words: Vec<String> = text
        .split(|letter: char| !letter.is_alphanumeric() && letter != '\'')
        .filter(|word| !word.is_empty())
        .map(|word| word.replace(|letter: char| letter.is_ascii_digit(), "0"))
        .collect();
    let mut hashes = BTreeSet::new();
    for word in &words {
        hashes.insert(Hash::of(b'w').word(word).get());
        let begin: String = word.chars().take(BEGINNING).collect();
        hashes.insert(Hash::of(b'p').word(&begin).get());
    }
    for (kind, word) in [(b'f', words.first()), (b'l', words.last())] {
        hashes.extend(word.map(|word| Hash::of(kind).word(word).get()));
    }
    hashes.insert(Hash::of(b'n').word(&(words.len() / 4).min(6).to_string()).get());
    let count = f32::from(u16::try_from(hashes.len()).unwrap_or(u16::MAX));
    let each = STRENGTH / count.sqrt();
    let marks = marks(&text, &words).into_iter().map(|mark| (mark, MARK));
    hashes.into_iter().map(|hash| (hash, each)).chain(marks).collect()
}

/// Marks of an intent that words alone do not show.
fn marks(text: &str, words: &[String]) -> BTreeSet<u64> {
    let distinct: BTreeSet<&str> = words.iter().map(String::as_str).collect();
    let mut marks = BTreeSet::new();
    for (name, list) in [
        ("invites", INVITES),
        ("machine", MACHINE),
        ("promises", PROMISES),
        ("closes", CLOSES),
        ("you", YOU),
        ("me", ME),
        ("clock", CLOCK),
    ] {
        let found = list.split_whitespace().filter(|word| distinct.contains(word)).count();
        let counted =
            (0..found.min(MOST)).map(|at| Hash::of(b'm').word(name).word(&at.to_string()));
        marks.extend(counted.map(Hash::get));
    }
    let mark = |name: &str| Hash::of(b'm').word(name).get();
    if text.contains('?') {
        marks.insert(mark("?"));
    }
    if text.split_whitespace().any(is_code) {
        marks.insert(mark("code"));
    }
    marks
}

/// `PR-60418`, `#902`, `77120`.
fn is_code(token: &str) -> bool {
    let token = token.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '#');
    let digits = token.chars().filter(char::is_ascii_digit).count();
    let plain = token.chars().all(|letter| letter.is_alphanumeric() || "#-/".contains(letter));
    let letters = token.starts_with(|letter: char| letter.is_alphabetic());
    plain && ((token.starts_with('#') && digits > 0) || (letters && digits >= 2) || digits >= 4)
}

const INVITES: &str = "undang mengundang undangan diundang undg invite invites inviting invited \
    invitation rsvp webinar workshop seminar pelatihan sosialisasi party gathering conference \
    lokakarya peserta panitia bergabung kehadiran hadir menghadiri attendance attend join yuk ayo \
    yok mari meeting rapat event acara syukuran arisan futsal picnic dinner lunch calendar welcome \
    pengajian reuni bukber briefing";
const MACHINE: &str = "approved declined rejected disetujui ditolak otomatis sistem system bot \
    portal workflow login code otp kode verifikasi ticket tiket case transaksi transaction account \
    akun password order pesanan submitted assigned escalated closed diverifikasi pengajuan \
    terverifikasi antrean menunggu pending approval persetujuan approver penyetuju reimbursement \
    request permintaan resi invoice aplikasi app automatically automated notification notifikasi \
    requisition granted access saldo";
const PROMISES: &str = "i'll ill we'll will shall akan nanti ntar segera besok kabari kabarin \
    janji promise posted kirim";
const CLOSES: &str = "thanks thank thx makasih terima kasih noted siap sip cheers oke ok baik \
    great perfect mantap bye";
const YOU: &str = "you your yours anda kamu";
const ME: &str = "i we my our saya sy kami aku gue kita";
const CLOCK: &str = "jam pukul pkl am pm noon";
