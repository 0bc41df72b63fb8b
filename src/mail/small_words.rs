//! Small words of English and Indonesian: people write them all the time, and nobody is called so.
//!
//! Used where a word might be a name (`mail/greeting`), and to learn languages (`tests/train`).

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
