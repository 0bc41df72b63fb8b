//! The words of promises, Indonesian and English: tables for `mail/promises`.

/// What must stand behind a verb, so that it delivers something to the other side.
pub(in crate::mail) enum Object {
    /// Whatever stands there, but for somebody else.
    Any,
    /// Anything but these words.
    But(&'static [&'static str]),
    /// One of these phrases.
    Of(&'static [&'static str]),
    /// One of these phrases, or that it is for the other side, later.
    ToYou(&'static [&'static str]),
    /// The other side, or nobody named.
    Caller,
}

/// The writer speaks of what they will do.
#[rustfmt::skip]
pub(in crate::mail) const EN_OPENINGS: &[&str] = &[
    "i'll", "i will", "we'll", "we will", "ill", "i shall", "we shall", "let me", "lemme",
    "i am going to", "i'm going to", "we are going to", "we're going to",
    "i'm gonna", "im gonna", "i plan to", "we plan to", "i intend to", "we intend to",
    "i promise to", "we promise to", "i aim to", "we aim to", "i should be able to",
    "we should be able to", "i undertake to", "we undertake to",
];

/// With these only what is surely for the other side counts.
#[rustfmt::skip]
pub(in crate::mail) const EN_HALF: &[&str] = &[
    "i can", "we can", "i should", "we should", "i hope to", "we hope to",
];

#[rustfmt::skip]
pub(in crate::mail) const EN_SURELY: &[&str] = &["get", "give", "have", "send", "let"];

#[rustfmt::skip]
pub(in crate::mail) const ADVERBS: &[&str] = &[
    "also", "then", "certainly", "definitely", "be able to", "be sure to", "make sure to",
    "try to", "try and", "do my best to", "do our best to", "just", "probably", "personally",
    "gladly", "happily", "immediately", "be happy to", "be glad to", "again", "first", "still",
    "now", "quickly", "go ahead and", "surely", "properly", "officially",
];

#[rustfmt::skip]
pub(in crate::mail) const EN_VERBS: &[(&[&str], Object)] = &[
    (&["send", "resend", "forward", "mail", "email", "e-mail", "fax", "ship", "deliver", "share",
       "provide", "supply", "submit", "upload", "reply", "respond", "answer", "revert", "confirm",
       "clarify", "prepare", "finish", "finalize", "finalise", "complete", "circulate",
       "distribute", "inform", "notify", "advise", "update", "investigate", "transfer", "refund",
       "reimburse", "correct", "amend", "revise", "hand", "draft", "post"], Object::Any),
    (&["check"], Object::But(&["messages", "e-mail", "e:mail", "email", "emails", "voice",
       "voicemail", "my", "in", "out"])),
    (&["fix"], Object::But(&["up"])),
    (&["call", "phone", "ring", "text", "ping", "contact", "write", "tell", "show"],
       Object::Caller),
    (&["get"], Object::ToYou(&["you", "u", "back", "it done", "it out", "it over", "it to",
       "this done", "this out", "this over", "that done", "that out", "to it", "to this",
       "to that", "on it", "on this", "right on", "those out", "them out", "these out"])),
    (&["have"], Object::ToYou(&["it for", "it to", "it done", "it ready", "it by", "it finished",
       "this for", "this to", "this done", "this ready", "this by", "that for", "that to",
       "that done", "that ready", "that by", "them for", "them to", "them ready", "them done",
       "an answer", "a look", "another look", "something for", "something to"])),
    (&["let"], Object::Of(&["you know", "u know", "you have", "everyone know", "all of you know",
       "y'all know", "everybody know"])),
    (&["keep"], Object::Of(&["you posted", "you informed", "you updated", "you in the loop"])),
    (&["give"], Object::Of(&["you", "u", "ya", "it a", "it another", "this a"])),
    (&["do"], Object::Of(&["it", "this", "that", "so", "them", "tomorrow", "today", "tonight",
       "first thing"])),
    (&["take"], Object::Of(&["care", "a look", "another look", "a close look",
       "a closer look"])),
    (&["look"], Object::Of(&["into", "at", "it over", "this over", "that over", "over"])),
    (&["find"], Object::Of(&["out"])),
    (&["see"], Object::Of(&["if i can", "whether i can", "what i can", "what we can"])),
    (&["follow"], Object::Of(&["up"])),
    (&["report"], Object::Of(&["back", "the", "to you"])),
    (&["review", "read", "study", "sign", "process", "handle", "sort", "wrap", "publish", "test",
       "try", "return", "pay"],
       Object::Of(&["it", "this", "that", "them", "these", "those", "the", "your", "you",
       "tomorrow",
       "tonight", "again", "back"])),
    (&["work"], Object::Of(&["on it", "on this", "on that", "on your", "on these"])),
    (&["pass"], Object::Of(&["it", "this", "that", "them", "the", "your", "on"])),
    (&["put"], Object::Of(&["together", "it together", "something together"])),
    (&["bring", "drop"], Object::Of(&["it", "them", "this", "that", "you", "the", "off"])),
    (&["be"], Object::Of(&["in touch", "back to you", "back with you", "sending", "forwarding",
       "getting back", "calling you", "mailing", "emailing", "e-mailing", "in contact"])),
    (&["come"], Object::Of(&["back to you", "back with"])),
    (&["make"], Object::Of(&["sure you get", "sure you have", "sure you receive",
       "sure it reaches"])),
];

/// Where a phrase says for whom something is.
#[rustfmt::skip]
pub(in crate::mail) const TO_YOU: &[&str] = &[
    "to you", "to u", "over to you", "back to you", "for you", "ready", "done by", "out to you",
    "to y'all", "to all of you",
];

/// Behind a verb that needs nobody: "call you", "call back", "write again".
#[rustfmt::skip]
pub(in crate::mail) const MEANT_FOR_YOU: &[&str] = &[
    "you", "your", "u", "ya", "back", "again", "on", "by", "first", "later", "this", "next", "at",
    "before", "up", "it", "the", "and",
];

#[rustfmt::skip]
pub(in crate::mail) const YOUR_OPENINGS: &[&str] = &[
    "you'll", "youll", "you will", "you should", "you shall", "you can",
];

/// What the other side will have, get or hear.
#[rustfmt::skip]
pub(in crate::mail) const YOURS: &[&str] = &[
    "have it", "have this", "have that", "have them", "have the", "have my", "have our",
    "have an answer", "have a reply", "have a response", "have a draft", "have a copy",
    "have everything", "get it", "get this", "get them", "get the", "get my", "get our",
    "get an answer", "get a reply", "get a response", "get a draft", "get a copy", "receive it",
    "receive them", "receive the", "receive my", "receive our", "receive an answer",
    "receive a reply", "hear from me", "hear from us", "expect it", "expect my", "expect our",
    "expect an answer", "expect a reply", "expect a response",
];

#[rustfmt::skip]
pub(in crate::mail) const PASSIVES: &[&str] = &[
    "will reach you", "will be with you", "will be sent to you", "will be in your inbox",
    "will be on your desk", "you hear from me", "you hear from us",
];

/// What joins a second verb.
pub(in crate::mail) const JOINTS: &[&str] = &["and", "but", "then", "so", "ok", "yes"];

/// A question that is going to be looked at.
#[rustfmt::skip]
pub(in crate::mail) const ABOUT_CHECKING: &[&str] = &[
    "see if", "check if", "know if", "find out if", "ask if", "confirm if",
];

/// With these it is asked, uncertain, or somebody else's.
#[rustfmt::skip]
pub(in crate::mail) const NOT_PROMISED: &[&str] = &[
    "please", "could you", "can you", "would you", "unless", "won't", "will not", "can't",
    "cannot", "not able", "you could", "waiting", "need you", "never", "doubt", "not sure",
    "perhaps", "may not", "might not", "not have time", "otherwise", "don't know", "should you",
    "mohon", "tolong", "harap", "silakan", "silahkan", "kalau", "kalo", "klo", "jika", "apabila",
    "bila", "tunggu", "tidak", "gak", "nggak", "minta", "jangan", "apakah", "boleh",
];

/// Shortly before a promise, or behind it, these say that it is done, or not to be.
#[rustfmt::skip]
pub(in crate::mail) const OVER: &[&str] = &[
    "already", "have sent", "sudah", "udah", "sdh", "udh", "telah", "tadi", "kemarin", "belum",
    "blm", "ga",
];

/// Who writes.
#[rustfmt::skip]
pub(in crate::mail) const WRITERS: &[&str] = &[
    "saya", "kami", "kita", "aku", "sy", "gue", "gw", "kt", "ane",
];

/// Whose is what stands before a first person: `petugas kami akan`.
#[rustfmt::skip]
pub(in crate::mail) const SOMEBODY: &[&str] = &[
    "petugas", "staf", "tim", "rekan", "sekretaris", "atasan", "supervisor", "kepada", "ke",
    "bagian", "untuk", "dari", "dengan",
];

#[rustfmt::skip]
pub(in crate::mail) const FUTURE: &[&str] = &[
    "akan", "segera", "nanti", "ntar", "besok", "bsk", "lusa",
];

/// What may stand between the writer and the verb.
#[rustfmt::skip]
pub(in crate::mail) const BETWEEN: &[&str] = &[
    "akan", "bakal", "segera", "juga", "jg", "coba", "langsung", "lgsg", "usahakan", "pasti",
    "bisa", "dapat", "nanti", "ntar", "baru", "kembali", "lagi", "paling", "lambat", "lambatnya",
    "selambat-lambatnya", "selambatnya", "lama", "sekalian", "usaha", "siap", "janji", "berjanji",
    "insyaallah", "insya", "allah", "aja", "saja", "yang", "yg", "dulu", "dl", "sendiri",
];

/// What the writer would like, instead of promising it.
#[rustfmt::skip]
pub(in crate::mail) const WISHES: &[&str] = &["mau", "ingin", "pengen", "boleh", "minta"];

/// Nothing of the writer's behind these.
pub(in crate::mail) const COMPANY: &[&str] = &["bapak", "ibu", "anda", "kamu"];

/// Beginnings of words.
#[rustfmt::skip]
pub(in crate::mail) const ID_STEMS: &[&str] = &[
    "kirim", "mengirim", "ngirim", "kabari", "kabarin", "kabarkan", "mengabari", "mengabarkan",
    "balas", "membalas", "bales", "jawab", "menjawab", "cek", "mengecek", "ngecek", "periksa",
    "memeriksa", "konfirmasi", "mengonfirmasi", "mengkonfirmasi", "sampaikan", "menyampaikan",
    "selesaikan", "menyelesaikan", "siapkan", "menyiapkan", "siapin", "infokan", "menginfokan",
    "infoin", "informasikan", "menginformasikan", "hubungi", "menghubungi", "lampirkan",
    "melampirkan", "teruskan", "meneruskan", "terusin", "review", "mereview", "berikan",
    "memberikan", "memberi", "beri", "serahkan", "menyerahkan", "update", "mengupdate", "lengkapi",
    "melengkapi", "follow", "tindaklanjuti", "tindak", "menindaklanjuti", "rampungkan", "email",
    "forward", "susulkan", "menyusulkan", "transfer", "mentransfer", "tf", "bayar", "membayar",
    "antar", "anter", "mengantar", "bereskan", "beresin", "kerjakan", "mengerjakan", "revisi",
    "merevisi", "perbaiki", "memperbaiki", "share", "upload", "laporkan", "melaporkan", "telepon",
    "menelepon", "telpon", "proses", "memproses", "buatkan", "kumpulkan", "submit",
    "release", "rilis", "unggah", "mengunggah", "cairkan", "lunasi", "susun", "menyusun",
    "telusuri",
    "menelusuri", "pastiin", "pastikan", "tanyakan", "tanyain",
];

/// What is going to be done by a writer who does not name themselves.
#[rustfmt::skip]
pub(in crate::mail) const ID_PASSIVE: &[&str] = &[
    "dikirim", "dikirimkan", "dikabari", "dikabarin", "dibalas", "dijawab", "disampaikan",
    "diselesaikan", "disiapkan", "diinfokan", "diteruskan", "diserahkan", "diinformasikan",
    "ditindaklanjuti", "dilengkapi", "dikerjakan", "ditransfer", "dibayar", "dibayarkan",
    "diantar", "diproses",
];
