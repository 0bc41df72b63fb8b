//! The words of the command grammar, Indonesian and English together.
//!
//! Tables only; `mail/command` and `mail/when` say what may stand where. A word that means two
//! things (`minggu`: week, Sunday; `hr`: hours, *hari*; `jam`: hours, o'clock) stands in both
//! tables.

use jiff::civil::Weekday;

use crate::model::away::Reason;

/// What a verb asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Nothing more to do.
    Done,
    /// Remind again later.
    Snooze,
    /// No request.
    Not,
    /// No nudges for a while.
    Pause,
    /// No letters any more.
    Stop,
    /// Nobody is here for some days, for that reason.
    Away(Reason),
    /// Nudges again; the absence is over.
    Back,
    /// Take back the last command.
    Undo,
    /// The current list.
    List,
    /// Which commands there are.
    Help,
    /// A delegate takes what was handed over.
    Accept,
    /// A delegate cannot.
    Decline,
    /// A delegate says that it can wait for its owner.
    NotUrgent,
    /// Yes to what a letter asks.
    Agree,
    /// What a letter announces is not to be.
    Cancel,
    /// Somebody stands in.
    Cover,
    /// A report of one's own.
    Report,
    /// Of the grammar, not yet carried out.
    Later,
}

/// A unit of a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Minutes.
    Minute,
    /// Hours.
    Hour,
    /// Days.
    Day,
    /// Weeks.
    Week,
    /// `hr`: English hours or Indonesian *hari*.
    HourOrDay,
}

/// A part of the day that tells which of two hours is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// Before noon.
    Morning,
    /// *Siang*, from ten to three.
    Noon,
    /// After noon.
    Afternoon,
}

/// Words that open a letter and say nothing; a line of them is passed over.
pub const GREETINGS: &str = "hi hello hey dear halo hai sigap selamat pagi siang sore malam good \
    morning afternoon evening yth salam";
/// Words that change nothing wherever they stand.
pub const POLITE: &str = "please pls plz kindly thanks thank you thx cheers best regards tolong \
    mohon silakan ya yah yaa dong saja aja terimakasih makasih trims tks ok oke okay okey baik \
    siap sip pak bu bapak ibu mas mbak very much banyak now needed dibalas was";
/// Words for every item of a letter.
pub const ALL: &str = "all semua semuanya";
/// Words that may stand between the numbers of items.
pub const JOINTS: &str = "and dan & + no nomor nomer number numbers item items email";
/// Words that point at one email rather than at all of them.
pub const POINTERS: &str = "this that one about ini itu tentang soal yang";
/// Words that join a verb and its time and say nothing.
pub const LINKS: &str = "until till til by sampai hingga s/d sd for selama in on pada dalam";
/// Words that may stand before a day of an absence.
pub const FROM_WORDS: &str = "from on dari mulai sejak pada tanggal tgl dengan";
/// Words between the first and the last day of an absence.
pub const UNTIL_WORDS: &str = "until till til to through thru sampai hingga s/d s.d sd";
/// Parts of a day; absences are whole days.
pub const DAY_PARTS: &str = "am pm pagi siang sore malam morning noon afternoon evening night";
/// What a requester writes so that it is passed on at once.
pub const URGENT: &str = "urgent mendesak urgen";
/// Words before a time of day.
pub const CLOCK_WORDS: &str = "jam pukul pkl at";

/// Whether `word` is one of the words of `list`.
pub fn one_of(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|listed| listed == word)
}

/// The verb of that name, lower-cased; some names are two words.
pub fn verb_named(name: &str) -> Option<Verb> {
    let verb = match name {
        "done" | "selesai" | "beres" => Verb::Done,
        "noreply" | "no-reply" | "no reply" | "takperlu" | "tak perlu" | "tidak perlu" => {
            Verb::Done
        }
        "snooze" | "tunda" => Verb::Snooze,
        "not" | "bukan" => Verb::Not,
        "pause" | "jeda" => Verb::Pause,
        "stop" => Verb::Stop,
        "back" | "kembali" => Verb::Back,
        "undo" | "batal" => Verb::Undo,
        "list" | "daftar" => Verb::List,
        "help" | "bantuan" => Verb::Help,
        "delegate" | "alihkan" | "serahkan" | "waiting" | "menunggu" | "hold" => Verb::Later,
        "away" => Verb::Away(Reason::Unsaid),
        "dinas" => Verb::Away(Reason::Travel),
        "cuti" => Verb::Away(Reason::Leave),
        "cancel" | "batalkan" => Verb::Cancel,
        "cover" | "pengganti" => Verb::Cover,
        "accept" | "terima" => Verb::Accept,
        "decline" | "tolak" => Verb::Decline,
        "not urgent" | "tidak mendesak" => Verb::NotUrgent,
        "setuju" => Verb::Agree,
        "my report" | "laporan saya" => Verb::Report,
        "balas-sementara" | "change" | "ubah" => Verb::Later,
        _ => return None,
    };
    Some(verb)
}

/// The number of an item, in digits.
pub fn item(word: &str) -> Option<u32> {
    let digits = word.len() <= 9 && word.chars().all(|c| c.is_ascii_digit());
    word.parse().ok().filter(|_| digits)
}

/// `1-3`: the first and the last of several items.
pub fn range(word: &str) -> Option<(u32, u32)> {
    let (from, to) = word.split_once('-')?;
    let (from, to) = (item(from)?, item(to)?);
    (from < to && to - from < 50).then_some((from, to))
}

/// A small number, in digits or in words.
pub fn counted(word: &str) -> Option<u32> {
    if word.len() <= 6 && word.chars().all(|c| c.is_ascii_digit()) {
        return word.parse().ok();
    }
    let count = match word {
        "a" | "an" | "one" | "satu" => 1,
        "two" | "dua" => 2,
        "three" | "tiga" => 3,
        "four" | "empat" => 4,
        "five" | "lima" => 5,
        "six" | "enam" => 6,
        "seven" | "tujuh" => 7,
        "eight" | "delapan" => 8,
        "nine" | "sembilan" => 9,
        "ten" | "sepuluh" => 10,
        _ => return None,
    };
    Some(count)
}

/// The unit of that name.
pub fn unit(word: &str) -> Option<Unit> {
    match word {
        "m" | "min" | "mins" | "minute" | "minutes" | "menit" | "mnt" => Some(Unit::Minute),
        "h" | "hour" | "hours" | "hrs" | "j" | "jam" => Some(Unit::Hour),
        "d" | "day" | "days" | "hari" => Some(Unit::Day),
        "w" | "wk" | "week" | "weeks" | "minggu" | "mgg" | "pekan" => Some(Unit::Week),
        "hr" => Some(Unit::HourOrDay),
        _ => None,
    }
}

/// The day of the week of that name.
pub fn weekday(word: &str) -> Option<Weekday> {
    let day = match word {
        "monday" | "mon" | "senin" => Weekday::Monday,
        "tuesday" | "tue" | "selasa" => Weekday::Tuesday,
        "wednesday" | "wed" | "rabu" => Weekday::Wednesday,
        "thursday" | "thu" | "kamis" => Weekday::Thursday,
        "friday" | "fri" | "jumat" | "jum'at" => Weekday::Friday,
        "saturday" | "sat" | "sabtu" => Weekday::Saturday,
        "sunday" | "sun" | "minggu" | "ahad" => Weekday::Sunday,
        _ => return None,
    };
    Some(day)
}

/// The month of that name, whole or as three letters.
pub fn month(word: &str) -> Option<i8> {
    let month = match word {
        "jan" | "january" | "januari" => 1,
        "feb" | "february" | "februari" => 2,
        "mar" | "march" | "maret" => 3,
        "apr" | "april" => 4,
        "may" | "mei" => 5,
        "jun" | "june" | "juni" => 6,
        "jul" | "july" | "juli" => 7,
        "aug" | "agu" | "agt" | "august" | "agustus" => 8,
        "sep" | "sept" | "september" => 9,
        "oct" | "okt" | "october" | "oktober" => 10,
        "nov" | "november" | "nopember" => 11,
        "dec" | "des" | "december" | "desember" => 12,
        _ => return None,
    };
    Some(month)
}

/// The part of the day of that name.
pub fn day_part(word: &str) -> Option<Half> {
    match word {
        "am" | "pagi" => Some(Half::Morning),
        "siang" => Some(Half::Noon),
        "pm" | "sore" | "malam" => Some(Half::Afternoon),
        _ => None,
    }
}
