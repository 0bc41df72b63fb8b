//! Wording beside what asks, in Indonesian and English: tables of what lowers or colours it.
//!
//! Phrases are written as in `mail/cues` and found by `mail/hearing`. No decision here.

/// Sentences with these say nothing to be answered, whatever else stands in them.
#[rustfmt::skip]
pub const EMPTY_PHRASES: &[&str] = &[
    "if you have any question", "if you have any questions", "if you have questions",
    "if you have further questions", "have any questions", "have any further questions",
    "any questions or", "any questions please", "any question please", "if you have any concerns",
    "if you have any problems", "if there are any questions", "should you have any",
    "if you need anything", "if you need any", "if you need further",
    "if you need more information", "if you require", "if any questions", "any questions",
    "with any questions", "with questions", "if i can help", "if i can be of", "if i can assist",
    "if there is anything", "if there's anything", "if you need help", "if you need assistance",
    "if you have any comments", "if you have any difficulties", "if you have any trouble",
    "if you have any issues", "if there are any problems", "if there are any issues",
    "if you run into", "if you have concerns", "don't hesitate", "do not hesitate", "feel free",
    "how are you", "how are you doing", "how have you been", "how is everything",
    "how's everything", "how's it going", "hope you are", "hope you're", "hope this helps",
    "hope all is well", "hope everything", "please note that", "please be informed",
    "please be advised", "please be aware", "please keep in mind", "please bear with",
    "please accept my", "please accept our", "please forgive", "please excuse", "please ignore",
    "please disregard", "please do not reply", "do not reply to", "please don't reply",
    "please remember that", "please give my regards", "please enjoy", "who knows", "guess what",
    "why bother", "what a", "how nice", "how great", "jangan ragu", "tidak perlu ragu",
    "jangan sungkan", "apabila ada pertanyaan", "jika ada pertanyaan", "bila ada pertanyaan",
    "kalau ada pertanyaan", "apabila terdapat pertanyaan", "jika terdapat pertanyaan",
    "bila terdapat pertanyaan", "apabila ada yang ingin ditanyakan",
    "jika ada yang ingin ditanyakan", "jika ada yang perlu", "apabila ada yang perlu",
    "kalau ada yang ditanyakan", "kalau ada apa-apa", "kalau perlu apa-apa", "bila ada kendala",
    "jika ada kendala", "apabila ada kendala", "jika membutuhkan", "jika memerlukan",
    "apabila memerlukan", "apabila membutuhkan", "bila memerlukan", "bila membutuhkan",
    "jika masih ada", "apa kabar", "semoga bapak", "semoga ibu", "semoga sehat", "mohon maklum",
    "mohon dimaklumi", "harap maklum", "mohon pengertian", "mohon pengertiannya", "mohon doa",
    "mohon doanya", "mohon doa restu", "mohon bersabar", "mohon ditunggu", "mohon menunggu",
    "mohon diabaikan", "mohon abaikan", "abaikan email", "mohon tidak membalas",
    "mohon untuk tidak membalas", "mohon jangan membalas", "jangan membalas", "mohon maaf lahir",
    "mohon dicatat bahwa", "mohon diperhatikan bahwa", "mohon diketahui bahwa",
    "mohon diingat bahwa", "harap diperhatikan bahwa", "harap diketahui", "perlu kami sampaikan",
];

/// Phrases that look like asking and are not; the rest of the sentence still counts.
#[rustfmt::skip]
pub const HARMLESS: &[&str] = &[
    "please let me know if you are unable", "let me know if you are unable",
    "please let me know if you are not able", "let me know if you are not able",
    "please let me know if you cannot", "let me know if you cannot",
    "please let me know if you can't", "let me know if you can't",
    "please let me know if you can not", "let me know if you can not",
    "please let me know if you won't", "let me know if you won't", "please let me know if not",
    "let me know if not", "please let me know if this does not", "let me know if this does not",
    "please let me know if that does not", "let me know if that does not",
    "please let us know if you are unable", "let us know if you are unable",
    "please let us know if you are not able", "let us know if you are not able",
    "please let us know if you cannot", "let us know if you cannot",
    "please let us know if you can't", "let us know if you can't",
    "please let us know if you can not", "let us know if you can not",
    "please let us know if you won't", "let us know if you won't", "please let us know if not",
    "let us know if not", "please let us know if this does not", "let us know if this does not",
    "please let us know if that does not", "let us know if that does not",
    "kabari jika berhalangan", "kabari bila berhalangan", "mohon mengabari jika berhalangan",
    "infokan jika berhalangan", "please find attached", "please find enclosed",
    "please find below", "please find the", "please see attached", "please see the attached",
    "please see below", "please see the", "please refer to", "kindly find", "kindly refer to",
    "mohon maaf", "mohon ampun", "please note", "kindly note", "i will let you know",
    "i'll let you know", "we will let you know", "we'll let you know", "will let you know",
    "will let us know", "as you requested", "as requested", "you requested", "you asked for",
    "your feedback is", "thanks for your feedback", "thank you for your feedback",
    "thanks for the feedback", "for your request", "terima kasih atas masukannya",
    "seperti yang diminta", "yang bapak minta", "yang ibu minta", "sesuai permintaan",
    "yang anda minta", "yang diminta", "could you imagine", "i don't know what", "i know what",
    "i need to", "we need to", "i should", "we should", "no need to", "entah apa", "apa pun",
    "apapun", "siapa pun", "siapapun", "apa adanya", "kapan pun", "kapanpun", "kapan saja",
    "bagaimanapun", "apa yang", "apa-apa", "please find the attached", "please find our",
    "please find herewith", "tidak tahu kenapa", "gak tau kenapa", "entah kenapa", "tidak mau",
    "gak mau", "what we need", "all we need", "all i need", "that's all i need", "please click",
    "please visit", "please add", "please follow the link", "please follow this link",
    "please use the link", "please log in", "please log on", "please sign in to", "please go to",
    "please download", "please join us", "please watch for", "please rate us", "silakan klik",
    "silahkan klik", "silakan kunjungi", "silahkan kunjungi", "silakan unduh", "silahkan unduh",
    "silakan login", "why don't they", "please use", "sudah saya minta", "sudah kami minta",
    "telah saya minta", "telah kami minta", "saya sudah minta", "yang saya minta",
    "sudah saya tanyakan", "sudah saya mohon", "let me know once", "let us know once",
    "silakan datang", "silakan dipelajari",
];

/// A sentence of the sender's own promise; a request beside it must be a clear one.
#[rustfmt::skip]
pub const PROMISES: &[&str] = &[
    "i'll", "i will", "we'll", "we will", "i am going to", "i'm going to", "will send you",
    "will get back", "will do", "akan saya", "akan kami", "saya akan", "kami akan", "nanti saya",
    "nanti kami", "segera saya", "segera kami", "saya kirim", "saya kirimkan", "saya usahakan",
    "kami usahakan", "saya cek dulu", "kami cek dulu", "saya kabari", "kami kabari", "besok saya",
    "saya coba", "akan dikirim", "akan segera",
];

/// Openings of offers to everybody: what is asked then is asked of those whom it concerns.
#[rustfmt::skip]
pub const CONDITIONS: &[&str] = &[
    "if you need", "if you wish", "if you want", "if you prefer", "if you'd like",
    "if you would like", "if you would prefer", "if you no longer", "if you continue",
    "if you do not want", "if you don't want", "if you did not", "if you didn't",
    "if you haven't", "if you have not", "if you have already", "if you have received this",
    "if you have suggestions", "if you have a question", "if you'd rather", "if you'd no longer",
    "if you would no longer", "should you wish", "should you need", "should you want",
    "in case you", "anyone who", "those who", "for those who", "to ensure", "to be sure that you",
    "jika anda tidak", "jika anda ingin", "jika ingin", "jika anda memiliki",
    "apabila anda ingin", "apabila anda tidak", "apabila ingin", "bila ingin", "bila anda ingin",
    "bagi yang", "untuk yang", "yang ingin", "yang berminat", "yang belum", "yang mau",
    "if this did not", "if this does not", "if that does not", "if the problem", "jika masalah",
    "apabila masalah",
];

/// The sender says that nothing is expected.
#[rustfmt::skip]
pub const NO_REPLY: &[&str] = &[
    "no reply needed", "no reply necessary", "no reply required", "no reply is needed",
    "no reply is necessary", "no reply is required", "no need to reply", "no need to respond",
    "no need to answer", "no response needed", "no response necessary", "no response required",
    "no response is needed", "no response is required", "no action needed", "no action required",
    "no action is needed", "no action is required", "no action necessary",
    "not necessary to reply", "don't need to reply", "do not need to reply", "no further action",
    "nothing to do on your side", "nothing for you to do", "tidak perlu dibalas",
    "tidak perlu membalas", "tak perlu dibalas", "tak perlu membalas", "tidak usah dibalas",
    "tidak usah membalas", "gak usah dibalas", "ga usah dibalas", "nggak usah dibalas",
    "gak perlu dibalas", "ga perlu dibalas", "nggak perlu dibalas", "tidak perlu ditanggapi",
    "tidak perlu tindakan", "tidak perlu tindak lanjut", "tidak memerlukan balasan",
    "tidak memerlukan tanggapan", "tidak perlu dijawab", "tidak memerlukan tindakan",
];

/// The sender says that this is for the record.
#[rustfmt::skip]
pub const FOR_INFORMATION: &[&str] = &[
    "fyi", "for your information", "for information only", "for info only", "for your info",
    "for your records", "for your reference", "just to let you know", "just letting you know",
    "just so you know", "just a heads up", "just a heads-up", "heads up", "for the record",
    "just to inform", "this is to inform", "for your files", "just an update",
    "just a quick update", "just wanted to let you know", "i wanted to let you know",
    "sekadar informasi", "sekedar informasi", "sekadar info", "sekedar info", "sebagai informasi",
    "untuk diketahui", "untuk informasi", "utk info", "sekadar mengabarkan",
    "sekedar mengabarkan", "sekadar memberi tahu", "sekedar memberi tahu", "sekadar memberitahu",
    "sekedar memberitahu", "hanya menginformasikan", "hanya informasi", "cuma mau kasih tahu",
    "cuma mau info", "cuma info", "hanya memberitahukan", "bersama ini kami sampaikan",
    "dengan ini kami informasikan", "dengan ini kami sampaikan", "kami informasikan bahwa",
    "kami beritahukan bahwa", "diberitahukan bahwa", "sebagai arsip", "untuk arsip",
];

/// Marks of mass mail in the text itself.
#[rustfmt::skip]
pub const MASS: &[&str] = &[
    "unsubscribe", "click here", "view in browser", "view this email", "view online",
    "privacy policy", "all rights reserved", "terms and conditions", "manage your preferences",
    "special offer", "limited time", "free shipping", "shop now", "sign up today", "order now",
    "buy now", "berhenti berlangganan", "klik di sini", "klik disini", "syarat dan ketentuan",
    "kebijakan privasi", "promo", "diskon", "gratis ongkir", "belanja sekarang",
    "daftar sekarang",
];

/// Words of urgency.
#[rustfmt::skip]
pub const URGENT: &[&str] = &[
    "urgent", "urgently", "asap", "a.s.a.p", "as soon as possible", "immediately",
    "time-critical", "time critical", "high priority", "top priority", "emergency",
    "by end of day", "by eod", "by cob", "mendesak", "darurat", "penting sekali",
    "sangat penting", "segera mungkin", "sesegera mungkin", "secepatnya", "mohon segera",
    "tolong segera", "harap segera", "segera ya", "segera dibalas", "segera ditindaklanjuti",
    "urgen", "cito", "hari ini juga", "paling lambat hari ini", "amat segera", "sangat segera",
];

/// Words of letters to a crowd: events, courses, campaigns, orders to a whole staff.
#[rustfmt::skip]
pub const CROWD: &[&str] = &[
    "employees", "subscribers", "registration", "conference", "seminar", "workshop", "newsletter",
    "offer", "customers", "website", "visit", "register", "free", "online", "webinar", "survey",
    "pendaftaran", "diundang", "seluruh", "pegawai", "karyawan", "peserta", "undangan",
    "sosialisasi", "daftarkan", "pelatihan", "survei",
];
