//! How mail programs of many languages mark what their user did not write: tables only.
//!
//! Facts about widespread mail programs (quote introductions, header labels, separators), all in
//! lower case. Nothing is decided here; `mail/zones` compares the heads of lines with them.

/// Verbs of quote introductions (`On … wrote:`).
#[rustfmt::skip]
pub const WROTE: &[&str] = &[
    "wrote", "writes", "menulis", "tulis", "schrieb", "schreef", "schreift", "skreau", "escribió",
    "escribio", "escribi", "escribiu", "escreveu", "escribeu", "a écrit", "a ecrit", "ha scritto",
    "hà scrittu", "scrit", "escrit", "escrich", "scribite", "escriure", "scris", "skrev",
    "skreiv", "skrifa", "skriva", "skrivet", "følgende", "kirjoitti", "kirjutas", "napisał",
    "napisal", "napísal", "napsal", "napisao", "piše", "pise", "sporoča", "rakstīja", "rašė",
    "parašė", "yazdı", "yazmış", "yazıb", "yozgan", "nivîsî", "írta", "viết", "έγραψε",
    "написа", "напиша", "напісаў", "пише", "пишет", "піша", "писал", "写道", "寫到", "寫道", "寫下",
    "より", "書きました", "작성", "씀", "쓴 내용", "כתב", "נכתב", "كتب", "كَتَب", "الرسالة", "نوشت", "يازدى",
    "ने लिखा", "लिहीले", "എഴുതി", "எழுதப்பட்டது", "எழுதியது", "დაწერა", "მოგწერათ", "សរសេរ",
    "เขียน", "shkroi", "skribis", "scríobh", "sgrìobh", "ysgrifennodd", "idatzi", "գրեց",
    "գրել է", "said",
];

/// Of these such as say other things as well: a date beside them is not enough.
#[rustfmt::skip]
pub const DOUBTFUL: &[&str] = &[
    "said", "より", "작성", "씀", "쓴 내용", "الرسالة", "følgende", "scris", "скри", "pise", "scrit",
    "tulis",
];

/// How an introduction may begin when it is wrapped.
#[rustfmt::skip]
pub const OPENERS: &[&str] = &[
    "on ", "pada ", "dalam ", "am ", "le ", "el ", "il ", "op ", "em ", "en ", "den ", "w dniu",
    "dnia ", "dne ", "dňa ", "a ", "ai ", "în ", "la ", "στις ", "в ", "на ", "а ", "在", "於", "于",
    "ב", "vào ", "na ", "dana ", "no ", "o ", "ekkor", "më ", "þann ", "tann ", "je ", "pe ",
    "tgl", "tanggal ", "quoting ", "\"", "*on ", "بتاريخ", "في ", "كتب ", "در ", "u ", "ar ",
    "d'an", "di ", "lo ", "je ", "datumā ", "dňa ", "дана ", "дня ", "του ", "בתאריך", ":כתב",
    "նկ", "კ", "თარიღში", "កាលពី",
];

/// Labels of the author.
#[rustfmt::skip]
pub const FROM: &[&str] = &[
    "from", "author", "dari", "pengirim", "von", "de", "da", "van", "od", "fra", "från", "frá",
    "lähettäjä",
    "expeditor", "feladó", "gönderici", "kimden", "gửi từ", "từ", "από", "от", "від", "від кого",
    "ад", "发件人", "寄件者", "差出人", "보낸 사람", "מאת", "من", "المرسل", "expéditeur", "mittente",
    "afzender", "avsändare", "daripada", "remitente", "saatja", "no", "nuo", "dari/from",
];

/// Labels of the time.
#[rustfmt::skip]
pub const DATE: &[&str] = &[
    "sent", "date", "dikirim", "terkirim", "tanggal", "gesendet", "datum", "envoyé", "enviado",
    "enviado el", "envoyé le", "message du", "enviada em", "fecha", "data", "inviato",
    "inviata", "verzonden", "wysłano",
    "wysłane", "odesláno", "sendt", "dato", "skickat", "lähetetty", "päiväys", "trimis",
    "elküldve", "gönderilme", "tarih", "đã gửi", "ngày", "αποστολή", "ημερομηνία", "отправлено",
    "дата", "надіслано", "发送时间", "日期", "寄送日期", "送信日", "日付", "보낸 날짜", "날짜", "נשלח", "תאריך",
    "hantar", "tarikh", "hari/tanggal", "waktu",
];

/// Labels of the recipient.
#[rustfmt::skip]
pub const TO: &[&str] = &[
    "to", "kepada", "penerima", "an", "à", "para", "a", "aan", "do", "komu", "til", "till",
    "vastaanottaja", "către", "címzett", "kime", "alıcı", "tới", "προς", "кому", "до", "каму",
    "收件人", "收件者", "宛先", "받는 사람", "אל", "إلى", "ke", "untuk", "un", "al", "pentru",
];

/// Labels of the copy.
#[rustfmt::skip]
pub const CC: &[&str] = &[
    "cc", "c.c.", "copie à", "kopie", "kopie (cc)", "copia", "cópia", "copie", "kopi", "kopia",
    "kopio",
    "másolat", "tembusan", "lampiran", "dw", "κοιν", "копия", "копія", "抄送", "副本", "참조", "bilgi",
];

/// Labels of the subject.
#[rustfmt::skip]
pub const SUBJECT: &[&str] = &[
    "subject", "sujet", "subjek", "perihal", "judul", "hal", "betreff", "objet", "asunto",
    "assunto",
    "oggetto", "onderwerp", "temat", "předmět", "predmet", "emne", "ämne", "aihe", "subiect",
    "tárgy", "konu", "chủ đề", "tiêu đề", "θέμα", "тема", "тэма", "主题", "主旨", "件名", "제목", "נושא",
    "الموضوع", "tajuk", "zadeva", "assumpte", "teema",
];

/// Between dashes: an original follows.
#[rustfmt::skip]
pub const ORIGINAL: &[&str] = &[
    "original message", "reply separator", "original-message", "original appointment",
    "original email",
    "reply message", "pesan asli", "pesan orisinal", "email asli", "surel asli", "mesej asal",
    "ursprüngliche nachricht", "originalnachricht", "message original", "message d'origine",
    "courriel", "mensaje original", "correo original", "mensagem original", "messaggio originale",
    "oorspronkelijk", "origineel", "orgineel", "wiadomość oryginalna", "původní zpráva",
    "pôvodná správa", "original besked", "oprindelig", "original melding", "opprinnelig",
    "ursprungligt", "originalmeddelande", "alkuperäinen viesti", "mesaj original",
    "eredeti üzenet", "özgün ileti", "thư gốc", "πρωτότυπο", "αρχικό μήνυμα",
    "исходное сообщение", "оригинал", "оригінальне", "зыходны ліст", "原始邮件", "原始郵件", "元のメッセージ",
    "元メール", "원본 메시지", "הודעה מקורית", "الرسالة الأصلية",
];

/// Between dashes: something forwarded follows.
#[rustfmt::skip]
pub const FORWARDED: &[&str] = &[
    "forwarded", "pesan terusan", "pesan yang diteruskan", "diteruskan", "dimajukan",
    "weitergeleitete", "message transféré", "mensaje reenviado", "mensagem encaminhada",
    "mensagem reencaminhada", "messaggio inoltrato", "doorgestuurd", "przekazywana", "přeposlaná",
    "preposlaná", "videresendt", "vidarebefordrat", "edelleenlähetetty", "továbbított",
    "yönlendirilen", "chuyển tiếp", "προωθημένο", "пересылаемое", "пересланное", "пересланий",
    "转发", "轉寄", "הועברה", "معاد توجيهها",
];

/// Lines without dashes that begin a forwarded part.
#[rustfmt::skip]
pub const FORWARD_LINES: &[&str] = &[
    "begin forwarded message", "mulai pesan terusan", "awal pesan yang diteruskan",
    "awal pesan terusan", "anfang der weitergeleiteten", "début du message", "inicio del mensaje",
    "início da mensagem", "inizio messaggio inoltrato", "vidarebefordrat brev",
    "begin doorgestuurd", "start på videresendt", "pesan yang diteruskan:",
];

/// Lines by which programs sign for their user.
#[rustfmt::skip]
pub const DEVICES: &[&str] = &[
    "sent from my", "sent from mail for", "sent from [mail", "sent from outlook",
    "sent from windows mail", "sent from yahoo", "sent from gmail", "sent from a ",
    "sent from samsung", "sent from an ", "sent from iphone", "sent from android",
    "sent from mobile", "sent from blackberry", "sent from bluemail", "sent from typeapp",
    "sent from proton", "sent from nine", "from my iphone", "from my android", "sent on the go",
    "get outlook for", "get [outlook for", "télécharger outlook", "obtenir outlook",
    "obtener outlook", "outlook für ", "diperoleh dari outlook", "dapatkan outlook",
    "unduh outlook", "powered by telkomsel", "von meinem iphone", "envoyé de mon",
    "envoyé depuis mon", "enviado desde mi", "enviado do meu", "发自我的", "iphoneから", "从我的", "從我的",
    "outlook for android", "outlook for ios",
];

/// Beginnings of such lines that only a program's or a device's name makes one.
#[rustfmt::skip]
pub const DEVICE_VERBS: &[&str] = &[
    "sent from ", "sent via ", "sent with ", "sent using", "sent by ", "dikirim dari ",
    "dikirim menggunakan", "dikirim melalui", "dikirim lewat", "dikirim via", "terkirim dari ",
    "gesendet von", "gesendet mit", "von meinem", "diese nachricht wurde von mein",
    "envoyé depuis",
    "envoyé à partir de", "envoyé avec", "enviado desde", "enviado de ", "inviato da",
    "verzonden met", "verstuurd vanaf", "verzonden vanaf", "skickat från", "sendt fra",
    "lähetetty", "wysłane z", "odesláno z", "отправлено с", "отправлено из",
];

/// Programs and devices.
#[rustfmt::skip]
pub const PROGRAMS: &[&str] = &[
    "iphone", "ipad", "ipod", "ios", "android", "ponsel", "smartphone", "telepon", "perangkat",
    "samsung", "galaxy", "xiaomi", "redmi", "oppo", "vivo", "realme", "huawei", "blackberry",
    "nokia", "mobile", "mobilgerät", "phone", "handy", "tablet", "outlook", "gmail", "yahoo",
    "mailbox", "airmail", "webmail", "bluemail", "telkomsel", "windows", "device", "sparrow",
    "телефон",
];

/// Excuses for what thumbs write, and what else only programs say of themselves.
#[rustfmt::skip]
pub const EXCUSES: &[&str] = &[
    "excuse", "typo", "brevity", "apologi", "forgive", "pardon", "maaf", "harap maklum",
    "entschuldig", "tippfehler", "http", "k-9 mail",
];

/// Partings that say nothing else; the name follows.
#[rustfmt::skip]
pub const SIGN_OFFS: &[&str] = &[
    "regards", "best regards", "kind regards", "kindest regards", "warm regards",
    "warmest regards", "with kind regards", "with best regards", "many regards", "best",
    "all the best", "best wishes", "sincerely", "yours sincerely", "sincerely yours",
    "yours faithfully", "yours truly", "yours", "respectfully", "cordially", "cheers", "br",
    "rgds", "kr", "b.r", "ciao", "love", "take care", "salam", "salam hormat", "salam hangat",
    "hormat saya", "hormat kami", "dengan hormat", "wassalam", "wassalamualaikum",
    "wassalamu'alaikum", "wassalamualaikum wr. wb", "wassalamu'alaikum wr. wb",
    "wassalamu'alaikum wr.wb", "wassalamualaikum wr wb", "wasalam", "hormat", "ttd", "tertanda",
    "salam sejahtera", "salam sehat", "salam sukses", "mit freundlichen grüßen", "cordialement",
    "saludos", "atenciosamente", "cordiali saluti", "met vriendelijke groet", "hälsningar",
];

/// Partings that thank: they stay, the name goes.
#[rustfmt::skip]
pub const THANKS: &[&str] = &[
    "thanks", "thank you", "many thanks", "thanks again", "thanks a lot", "thx", "thanx", "tks",
    "tq",
    "thanks and regards", "thanks & regards", "thank you and regards", "thanks in advance",
    "thank you in advance", "thank you very much", "thanks so much", "thank you so much",
    "terima kasih", "terimakasih", "makasih", "trims", "trimakasih", "terima kasih banyak",
    "terima kasih sebelumnya", "terima kasih dan salam", "tks & rgds", "matur nuwun", "nuhun",
    "suwun", "demikian, terima kasih", "terima kasih, salam", "terima kasih atas perhatiannya",
    "atas perhatiannya saya ucapkan terima kasih", "atas perhatiannya kami ucapkan terima kasih",
    "terima kasih atas perhatian dan kerja samanya",
    "terima kasih atas perhatian dan kerjasamanya", "noted", "noted with thanks", "noted, thanks",
    "siap", "baik", "ok", "sip",
];

/// Phrases that only a disclaimer has.
#[rustfmt::skip]
pub const DISCLAIMERS: &[&str] = &[
    "intended recipient", "intended solely for", "intended only for", "intended for the use of",
    "intended for the sole use", "this email and any", "this e-mail and any",
    "this message and any", "this email is confidential", "this e-mail is confidential",
    "this e-mail, and any", "this e-mail (including", "this email (including",
    "this message (including", "this communication is confidential", "confidentiality notice",
    "confidentiality note", "disclaimer:", "legal notice:", "information contained in this e",
    "information contained in this message", "privileged and confidential information",
    "may contain confidential", "may contain privileged", "confidential and privileged",
    "this message is confidential", "this e-mail is the property", "this email is the property",
    "consider the environment before", "think before you print", "email ini dan",
    "email ini beserta", "e-mail ini dan", "surel ini dan", "email ini bersifat rahasia",
    "pesan ini bersifat rahasia", "pesan ini beserta", "pesan ini dan lampiran",
    "informasi yang terkandung dalam", "penerima yang dituju", "bukan penerima yang",
    "bukan penerima email", "penyangkalan:", "pikirkan lingkungan", "mohon hapus email ini",
];

/// How the footers of lists and services begin.
#[rustfmt::skip]
pub const LIST_FOOTERS: &[&str] = &[
    "you received this message because", "you are receiving this", "to unsubscribe",
    "unsubscribe:", "unsubscribe from", "anda menerima pesan ini karena",
    "anda menerima email ini karena", "untuk berhenti berlangganan", "berhenti berlangganan",
    "reply to this email directly", "view this email in", "mailing list", "to post to this group",
    "to view this discussion", "for more options, visit", "please do not print",
    "this email has been scanned", "this email was scanned", "virus-free.", "scanned by",
    "do you yahoo", "get your free", "get your private, free",
];

/// What free mail services praise below a rule.
#[rustfmt::skip]
pub const ADVERTISERS: &[&str] = &[
    "hotmail", "msn ", "yahoo!", "free e-mail", "free email", "e-mail service", "avast", "avg ",
];

/// Words of a line that announces an address or a number.
#[rustfmt::skip]
pub const ANNOUNCES: &[&str] = &[
    "contact", "please call", "can call", "to call", "should call", "his number", "her number",
    "their number", "the number", "this number",
    "address is", "address for", "send it to", "send them to", "ask for", "hubungi", "telepon",
    "telp", "nomor", "kontak", "alamat", "kirim ke",
    "dikirim ke", "rekening", "transfer", "dengan data", "atas nama",
];

/// Words of a line that announces anything.
pub const HERE: &[&str] =
    &["here is", "here's", "here are", "as follows", "following", "below", "berikut", "di bawah"];

/// Answers that look like a name where they stand alone.
#[rustfmt::skip]
pub const ANSWERS: &[&str] = &[
    "fyi", "ok", "oke", "okay", "yes", "no", "ya", "tidak", "baik", "siap", "setuju", "noted",
    "agreed", "approved", "done", "sudah", "beres", "please", "pls", "mohon", "tolong", "see",
    "attached", "terlampir", "thanks", "thanx", "thank", "terima", "makasih", "hi", "hello",
    "dear", "yth", "yth.", "halo", "via", "cc", "ps",
];

/// Of the words that announce a number such as speak of the signature itself.
#[rustfmt::skip]
pub const OF_MYSELF: &[&str] = &[
    "contact me", "contact us", "call me", "call us", "reach me", "hubungi saya", "hubungi kami",
    "menghubungi saya", "menghubungi kami", "any questions",
];

/// How the labels of numbers and addresses on a card begin.
#[rustfmt::skip]
pub const WAYS: &[&str] = &[
    "phone", "tel", "tlp", "fax", "facs", "mob", "cell", "mail", "email", "web", "www", "url",
    "site", "skype", "office", "direct", "desk", "ph", "hp", "wa", "whatsapp", "voice", "pager",
    "kantor", "kontak", "linkedin", "twitter", "instagram", "ext", "extension", "toll", "main",
];

/// Positions and houses.
#[rustfmt::skip]
pub const POSITIONS: &[&str] = &[
    "manager", "director", "president", "counsel", "officer", "engineer", "analyst", "consultant",
    "assistant", "coordinator", "specialist", "administrator", "supervisor", "head of",
    "department", "dept.", "division", "corp.", "inc.", "ltd", "llc", "pt ", "cv ", "tbk",
    "universitas", "university", "institute", "manajer", "direktur", "kepala", "staf ", "ketua",
    "koordinator", "sekretaris", "divisi", "departemen",
];

/// Words of a line with numbers that is no part of a signature.
#[rustfmt::skip]
pub const NO_CARD: &[&str] = &[
    "rekening", "norek", "no. rek", "a.n.", "a/n", "iban", "swift", "invoice", "faktur", "resi",
    "npwp", "nik ", "account n", "acct", "rp ", "rp.", "idr", "usd", "dial-in", "passcode",
    "bridge",
    "access code", "code ", "pin ",
    "meeting id", "participant", "conference call", "conference id",
];

/// Ends of words that are cut short and no sentence's end.
pub const SHORTENED: &[&str] =
    &["inc.", "corp.", "ltd.", "co.", "dept.", "tbk.", "llc.", "jr.", "ph."];

/// Phrases of gateway warnings.
#[rustfmt::skip]
pub const WARNINGS: &[&str] = &[
    "this email originated from outside", "this email originated outside",
    "this message originated from outside", "this e-mail originated from outside",
    "external email:", "[external email", "[external sender", "email ini berasal dari luar",
    "pesan ini berasal dari luar", "you don't often get email from",
    "anda tidak sering menerima email", "be careful with this message", "caution: external",
];
