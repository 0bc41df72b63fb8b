//! The wording by which people ask, thank, inform and promise, in Indonesian and English: tables.
//!
//! Phrases are lower case and compared word by word (`mail/asks` pads with spaces), so that `ada`
//! never matches inside `adalah`. Weights are probabilities that a sentence with this phrase asks
//! its reader for an answer; they were set by hand and checked on held-out mail. No decision here.

use crate::model::verdict::Clue;

/// A table of phrases that mean the same, and how surely they ask.
pub struct Cue {
    /// What it is called in the verdict.
    pub clue: Clue,
    /// How surely.
    pub weight: f64,
    /// Where in the sentence it must stand.
    pub place: Place,
    /// The phrases.
    pub phrases: &'static [&'static str],
}

/// Where in a sentence a phrase counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Anywhere.
    Anywhere,
    /// At the beginning, after a greeting or a filler.
    First,
}

/// What asks. All that match are looked at; the surest counts.
#[rustfmt::skip]
pub static ASKING: [Cue; 10] = [
    Cue { clue: Clue::Confirmation, weight: 0.90, place: Place::Anywhere, phrases: &[
        "please confirm", "pls confirm", "kindly confirm", "please approve", "kindly approve",
        "can you confirm", "could you confirm", "please let me know if you approve",
        "need your approval", "need your confirmation", "for your approval",
        "awaiting your approval", "await your approval", "waiting for your approval",
        "await your confirmation", "awaiting your confirmation", "please rsvp", "rsvp by",
        "your sign-off", "need your sign off", "need your go-ahead", "requires your approval",
        "your approval is needed", "your approval is required", "do you approve",
        "please acknowledge", "just wanted to confirm", "want to confirm that",
        "mohon konfirmasi", "mohon konfirmasinya", "mohon dikonfirmasi", "minta konfirmasi",
        "mohon persetujuan", "mohon persetujuannya", "mohon disetujui", "minta persetujuan",
        "mohon approval", "mohon approvalnya", "tolong konfirmasi", "tolong dikonfirmasi",
        "harap konfirmasi", "harap dikonfirmasi", "mohon paraf", "mohon tanda tangan",
        "mohon acc", "minta acc", "kami tunggu konfirmasi", "kami tunggu konfirmasinya",
        "saya tunggu konfirmasinya", "ditunggu konfirmasinya", "menunggu persetujuan",
        "menunggu konfirmasi dari", "butuh persetujuan", "mohon dapat disetujui",
        "mohon kiranya dapat disetujui", "ditunggu approvalnya", "silakan konfirmasi",
        "silahkan konfirmasi", "konfirmasi kehadiran", "konfirmasikan",
    ]},
    Cue { clue: Clue::Request, weight: 0.88, place: Place::Anywhere, phrases: &[
        "could you", "can you", "would you", "will you please", "can u", "could u",
        "would it be possible", "is it possible to", "please advise", "pls advise",
        "kindly advise", "please let me know", "pls let me know", "please let us know",
        "kindly let me know", "kindly let us know", "please tell me", "please respond",
        "please reply", "please get back to", "please send me", "please send us", "pls send",
        "kindly send", "please provide", "kindly provide", "please clarify", "please explain",
        "please give me", "please help", "need your help", "need your input",
        "need your feedback", "need your advice", "need an answer", "need your answer",
        "i need you to", "we need you to", "need to know", "need to hear from you",
        "get back to me", "let me know what", "let me know when", "let me know whether",
        "let me know how", "let me know which", "let me know who", "let me know where",
        "let me know your", "let me know asap", "let us know what", "let us know when",
        "let us know whether", "let us know your", "let me know if you can",
        "let me know if you could", "let me know if you want", "let me know if you would",
        "let me know if that works", "let me know if this works", "let me know if you agree",
        "let me know if this is", "let me know if that is", "let me know if it is",
        "let me know if you are up", "let me know by", "would appreciate your",
        "would appreciate it if", "would appreciate if", "appreciate if you",
        "appreciate it if you", "appreciate your feedback", "appreciate your thoughts",
        "would be great if you", "it would be great if", "would be grateful if",
        "grateful if you", "would you mind", "do you mind", "your thoughts", "any thoughts",
        "any ideas", "what do you think", "i was wondering if", "i was wondering whether",
        "wondering if you", "wondering whether", "i am wondering", "i'm wondering",
        "we were wondering", "wondered if", "would like to know", "i'd like to know",
        "want to know", "i would like to ask", "i'd like to ask", "like to request",
        "want to ask you", "waiting for your reply", "waiting for your response",
        "waiting for your answer", "waiting for your feedback", "await your reply",
        "await your response", "awaiting your reply", "awaiting your response",
        "awaiting your feedback", "await your feedback", "have not heard back",
        "haven't heard back", "have not heard from you", "haven't heard from you",
        "still waiting for", "any update", "any updates", "any news", "gentle reminder",
        "friendly reminder", "following up on my", "can i get", "could i get", "could i have",
        "may i have", "can i have", "may i ask", "can we get", "could we", "can we meet",
        "please share", "kindly share", "please review and", "please comment",
        "your comments please", "please forward me", "please call me back",
        "please give me a call", "send me your", "please look into", "please check and",
        "please check whether", "please check if", "please have your", "if you could",
        "i need your", "we need your", "please email me", "please sign and", "please return",
        "please complete and", "please fill in", "please fill out", "please submit",
        "please schedule", "please arrange", "please prepare", "please revise", "please correct",
        "please resend", "please reschedule", "please book", "please handle", "please pay",
        "please process", "please fix", "mohon bantuan", "mohon bantuannya", "mohon dibantu",
        "mohon info", "mohon infonya", "mohon informasi", "mohon informasinya",
        "mohon penjelasan", "mohon penjelasannya", "mohon arahan", "mohon arahannya",
        "mohon petunjuk", "mohon tanggapan", "mohon tanggapannya", "mohon balasan",
        "mohon dibalas", "mohon dijawab", "mohon jawaban", "mohon jawabannya", "mohon kabar",
        "mohon kabarnya", "mohon dikirim", "mohon dikirimkan", "mohon kirim", "mohon kirimkan",
        "mohon masukan", "mohon masukannya", "mohon segera", "mohon dicek", "mohon cek",
        "mohon diperiksa", "mohon direview", "mohon review", "mohon reviewnya",
        "mohon ditindaklanjuti", "mohon tindak lanjut", "mohon tindak lanjutnya",
        "mohon kesediaan", "mohon kesediaannya", "mohon dapat", "mohon kiranya", "mohon agar",
        "mohon untuk", "mohon bapak", "mohon ibu", "mohon diinformasikan", "mohon diberitahukan",
        "mohon beri tahu", "mohon update", "mohon updatenya", "mohon dijelaskan",
        "mohon dipertimbangkan", "mohon diproses", "mohon dijadwalkan", "mohon disiapkan",
        "mohon dilengkapi", "mohon diisi", "mohon diperbaiki", "mohon direvisi",
        "mohon diteruskan", "mohon kerja samanya untuk", "mohon kerjasamanya untuk", "mohon izin",
        "minta tolong", "minta bantuan", "minta bantuannya", "minta info", "minta infonya",
        "minta data", "minta waktu", "minta masukan", "minta pendapat", "minta file",
        "boleh minta", "bisa minta", "boleh saya minta", "mau minta", "ingin minta", "saya minta",
        "kami minta", "saya mohon", "kami mohon", "kami memohon", "bermaksud meminta",
        "bisa dibantu", "bisa tolong", "bisa bantu", "bisa kirim", "bisa kirimkan",
        "bisa dikirim", "bisa dikirimkan", "bisa kabari", "bisa dicek", "boleh dibantu",
        "boleh dikirim", "boleh tolong", "boleh tanya", "boleh tahu", "boleh tau", "tolong kirim",
        "tolong kirimkan", "tolong dikirim", "tolong dikirimkan", "tolong cek", "tolong dicek",
        "tolong kabari", "tolong infokan", "tolong info", "tolong bantu", "tolong dibantu",
        "tolong balas", "tolong jawab", "tolong jelaskan", "tolong beri", "tolong segera",
        "tolong review", "tolong direview", "tolong siapkan", "tolong disiapkan",
        "tolong hubungi", "tolong carikan", "tolong buatkan", "tolong kasih", "tolong periksa",
        "tolong update", "tolong perbaiki", "tlg", "mhn", "ingin bertanya", "ingin menanyakan",
        "ingin tanya", "mau bertanya", "mau tanya", "mau menanyakan", "hendak bertanya",
        "hendak menanyakan", "numpang tanya", "izin bertanya", "izin menanyakan", "izin tanya",
        "ijin bertanya", "ijin tanya", "ijin menanyakan", "saya bertanya", "menanyakan",
        "ingin tahu", "ingin mengetahui", "ingin memastikan", "ingin konfirmasi",
        "mau konfirmasi", "ingin mengonfirmasi", "ingin mengkonfirmasi", "kami tunggu",
        "saya tunggu jawaban", "saya tunggu kabar", "saya tunggu balasan",
        "saya tunggu tanggapan", "saya tunggu info", "ditunggu kabarnya", "ditunggu jawabannya",
        "ditunggu balasannya", "ditunggu infonya", "ditunggu tanggapannya",
        "ditunggu feedbacknya", "ditunggu updatenya", "ditunggu responnya", "menunggu jawaban",
        "menunggu kabar", "menunggu balasan", "menunggu tanggapan", "menunggu arahan",
        "belum ada balasan", "belum ada jawaban", "belum ada tanggapan", "belum dibalas",
        "belum mendapat balasan", "belum mendapat jawaban", "belum menerima balasan",
        "belum menerima jawaban", "belum mendapatkan jawaban", "kabari saya", "kabari kami",
        "kabarin", "beri tahu saya", "beritahu saya", "infokan ke saya", "infokan kepada",
        "balas ya", "dibalas ya", "silakan kirim", "silahkan kirim", "silakan kirimkan",
        "silakan lengkapi", "silakan isi", "silakan pilih", "kirimkan ke saya",
        "kirimkan kepada saya", "kirim ke saya", "berkenan untuk", "berkenankah",
        "apakah berkenan", "bersedia untuk", "butuh bantuan", "perlu bantuan", "perlu masukan",
        "perlu arahan", "butuh arahan", "membutuhkan data", "kami membutuhkan",
        "saya membutuhkan", "kami perlukan", "kami memerlukan", "diharapkan kehadiran",
        "wanted to know if", "wanted to know whether", "wanted to ask if", "wanted to ask you",
        "want to ask if", "can someone", "can somebody", "can anyone", "could someone",
        "could somebody", "could anyone", "does anyone", "does anybody", "anyone know",
        "just checking whether", "just checking if", "checking whether you", "checking if you",
        "ada yang bisa bantu", "apakah ada yang", "never got an answer", "never got a reply",
        "never received an answer", "never received a reply", "no answer so far",
        "no reply so far", "have not received a reply", "have not received an answer",
        "haven't received a reply", "haven't received an answer",
    ]},
    Cue { clue: Clue::Request, weight: 0.80, place: Place::First, phrases: &[
        "mohon", "tolong", "minta", "bisa", "boleh", "bisakah", "bolehkah", "dapatkah", "maukah",
        "sudikah", "coba",
    ]},
    Cue { clue: Clue::Request, weight: 0.74, place: Place::First, phrases: &[
        "please", "kindly", "pls", "plz", "harap", "send me", "send us", "give me", "tell me",
        "call me", "email me", "remind me", "let me know", "let us know", "advise", "confirm",
        "kirim", "kirimkan", "cek", "check", "review", "kasih", "need the", "need your",
    ]},
    Cue { clue: Clue::Request, weight: 0.60, place: Place::Anywhere, phrases: &[
        "please", "kindly", "pls", "tolong", "mohon", "let me know", "let us know", "permohonan",
        "asking for", "asking if", "asking whether", "do i need to", "should i",
    ]},
    Cue { clue: Clue::Request, weight: 0.66, place: Place::Anywhere, phrases: &[
        "would like to order", "would like to book", "would like to schedule",
        "would like to cancel", "would like to change", "would like to arrange",
        "would like to meet", "would like to discuss", "would like to apply",
        "would like to register", "would like to return", "would like to reserve",
        "would like to reschedule", "would like to set up", "like to invite you",
        "i'd like to order", "i'd like to book", "i'd like to schedule", "i'd like to cancel",
        "i'd like to change", "i'd like to meet", "i'd like to discuss", "ingin memesan",
        "mau pesan", "mau pesen", "ingin mengajukan", "bermaksud mengajukan",
        "mengajukan permohonan", "ingin mendaftar", "mau daftar", "ingin berlangganan",
        "ingin membatalkan", "ingin mengundang", "mengundang bapak", "mengundang ibu",
        "ingin bertemu", "ingin menjadwalkan", "butuh info", "butuh data", "butuh informasi",
        "butuh file", "boleh kasih", "perlu data", "perlu file", "asked me to ask",
        "that would be great", "that would be helpful", "would be helpful if", "would help if",
        "it would be better", "still need your", "still need the", "still going to need",
        "going to need your", "i request", "we request", "kami harapkan", "mohon bisa",
        "bisa segera", "copy of your", "why don't you", "why don't we", "i would like you to",
        "we would like you to", "i'd like you to",
    ]},
    Cue { clue: Clue::Request, weight: 0.46, place: Place::Anywhere, phrases: &[
        "harap", "silakan", "silahkan", "look forward to hearing", "looking forward to hearing",
        "look forward to your", "looking forward to your", "diharapkan", "dimohon", "i need",
        "we need", "i'd like you to", "we would like you to", "i want you to", "don't forget to",
        "jangan lupa", "make sure you", "you need to", "you must", "you have to", "saya mau",
        "kami mau", "saya ingin", "kami ingin", "tidak bisa akses", "tidak bisa login",
        "tidak berfungsi", "tidak dapat diakses", "mengalami kendala", "ada kendala",
        "not working", "doesn't work", "does not work", "cannot log in", "can't log in",
        "cannot access", "can't access", "let's discuss", "lets discuss", "let's meet",
        "lets meet", "let's talk",
    ]},
    Cue { clue: Clue::QuestionWords, weight: 0.78, place: Place::Anywhere, phrases: &[
        "apakah", "berapakah", "kapankah", "bagaimanakah", "siapakah", "dimanakah", "adakah",
        "benarkah", "sudahkah", "apa bisa", "apa boleh", "apa sudah", "apa ada", "apa masih",
        "apa benar", "kira-kira kapan", "kapan bisa", "kapan kira-kira", "bagaimana kalau",
        "gimana kalau", "bagaimana menurut", "gimana menurut", "jam berapa ya", "ada yang tahu",
        "ada yg tau",
    ]},
    Cue { clue: Clue::QuestionWords, weight: 0.74, place: Place::First, phrases: &[
        "berapa", "kapan", "bagaimana", "siapa", "dimana", "di mana", "kemana", "ke mana",
        "mengapa", "kenapa", "apa", "gimana", "gmn", "gmana", "gmna", "brp", "knp", "kpn", "dmn",
        "dmana", "yang mana", "jadi kapan", "jadi gimana", "jadi bagaimana", "sudah", "udah",
        "ada", "masih", "jam berapa", "emang", "what is", "what are", "what was", "what do",
        "what does", "what did", "what time", "what about", "what should", "what would",
        "when is", "when are", "when do", "when does", "when did", "when will", "when can",
        "when would", "where is", "where are", "where do", "where can", "where should", "who is",
        "who are", "who should", "who will", "which one", "which of", "why is", "why are",
        "why did", "why do", "how is", "how are", "how do", "how does", "how much", "how many",
        "how long", "how about", "how should", "how can", "do you", "does it", "does this",
        "does that", "did you", "have you", "has the", "are you", "are we", "are there",
        "is there", "is this", "is it", "is that", "will you", "will it", "shall we", "should we",
        "can i", "may i", "do we", "do they", "are they", "can we", "is the", "is your",
        "are the", "are your", "has your", "was the", "were the", "will the", "can the",
        "could the", "should the",
    ]},
    Cue { clue: Clue::QuestionWords, weight: 0.62, place: Place::Anywhere, phrases: &[
        "kapan ya", "berapa ya", "gimana ya", "bagaimana ya", "dimana ya", "siapa ya", "apa ya",
        "brp ya", "gmn ya", "berapa harganya", "berapa biayanya", "jam berapa", "jam brp",
        "hari apa", "apa saja", "apa aja", "siapa saja", "kenapa ya", "gak ya", "ga ya",
        "nggak ya", "tidak ya", "bisa gak", "bisa ga", "bisa nggak", "boleh gak", "boleh ga",
        "ada gak", "ada ga", "gimana", "gmn", "gmana", "bagaimana caranya", "caranya gimana",
        "caranya bagaimana", "adakah", "tanya dong", "belum ya", "belum yah",
    ]},
];

/// Words that also open statements (`ada`, `sudah`): asking only with a mark or a particle.
#[rustfmt::skip]
pub const WEAK_OPENERS: &[&str] = &[
    "ada", "sudah", "udah", "masih", "apa", "bisa", "boleh", "coba", "emang", "kasih", "cek",
    "check", "review", "confirm", "advise", "siapa", "minta", "is this", "is that",
];

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
