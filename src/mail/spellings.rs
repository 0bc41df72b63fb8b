//! Informal spellings and their standard form: what is written in ten ways is learned once.
//!
//! Only for looking at words (`mail/asking`); nothing that people read passes through here. Forms
//! of address fall together too: who is addressed says nothing about whether they are asked.

/// The standard form of a word in small letters; the word itself where none is known.
pub fn standard(word: &str) -> &str {
    STANDARD
        .binary_search_by(|(informal, _)| informal.cmp(&word))
        .ok()
        .and_then(|at| STANDARD.get(at))
        .map_or(word, |(_, standard)| standard)
}

/// Sorted by the informal form.
#[rustfmt::skip]
pub static STANDARD: &[(&str, &str)] = &[
    ("2moro", "tomorrow"), ("acc", "setuju"), ("aj", "saja"), ("aja", "saja"), ("aku", "saya"),
    ("ama", "sama"), ("ampe", "sampai"), ("ane", "saya"), ("ap", "apa"), ("apakah", "apa"),
    ("ape", "apa"), ("apkh", "apa"), ("appt", "appointment"), ("ataw", "atau"), ("ato", "atau"),
    ("atw", "atau"), ("b4", "before"), ("bagaimanakah", "bagaimana"), ("bales", "balas"),
    ("bang", "pak"), ("banget", "sangat"), ("bapak", "pak"), ("belom", "belum"),
    ("bener", "benar"), ("berapakah", "berapa"), ("bgm", "bagaimana"), ("bgmn", "bagaimana"),
    ("bgt", "sangat"), ("bisakah", "bisa"), ("blm", "belum"), ("bln", "bulan"), ("blom", "belum"),
    ("bls", "balas"), ("blum", "belum"), ("bnyk", "banyak"), ("bpk", "pak"), ("bpk2", "pak"),
    ("brapa", "berapa"), ("bro", "pak"), ("brp", "berapa"), ("brpa", "berapa"), ("bs", "bisa"),
    ("bsa", "bisa"), ("bsk", "besok"), ("bsok", "besok"), ("bu", "pak"), ("buat", "untuk"),
    ("bwt", "untuk"), ("cant", "can't"), ("cekin", "cek"), ("cepet", "cepat"), ("cpt", "cepat"),
    ("cuman", "cuma"), ("dah", "sudah"), ("dapet", "dapat"), ("dg", "dengan"), ("dgn", "dengan"),
    ("dikonfirmasi", "konfirmasi"), ("dimana", "mana"), ("dimn", "mana"), ("dl", "dulu"),
    ("dlm", "dalam"), ("dlu", "dulu"), ("dmn", "mana"), ("dngn", "dengan"), ("dont", "don't"),
    ("dpt", "dapat"), ("dr", "dari"), ("drmn", "mana"), ("dtg", "datang"), ("elo", "anda"),
    ("emang", "memang"), ("enggak", "tidak"), ("entar", "nanti"), ("esok", "besok"),
    ("fup", "follow"), ("fwd", "forward"), ("g", "tidak"), ("ga", "tidak"), ("gak", "tidak"),
    ("gan", "pak"), ("gimana", "bagaimana"), ("gimn", "bagaimana"), ("gini", "begini"),
    ("gitu", "begitu"), ("gk", "tidak"), ("gmana", "bagaimana"), ("gmn", "bagaimana"),
    ("gmna", "bagaimana"), ("gonna", "going"), ("gua", "saya"), ("gue", "saya"), ("gw", "saya"),
    ("hp", "telepon"), ("hrg", "harga"), ("hrga", "harga"), ("hri", "hari"), ("hrs", "harus"),
    ("hub", "hubungi"), ("ibu", "pak"), ("ijin", "izin"), ("info", "informasi"),
    ("infonya", "informasi"), ("informasinya", "informasi"), ("iya", "ya"), ("jd", "jadi"),
    ("jg", "juga"), ("jgn", "jangan"), ("jwb", "jawab"), ("kabarin", "kabari"), ("kagak", "tidak"),
    ("kak", "pak"), ("kakak", "pak"), ("kalian", "anda"), ("kalo", "kalau"), ("kalu", "kalau"),
    ("kamu", "anda"), ("kapankah", "kapan"), ("kapn", "kapan"), ("karna", "karena"),
    ("kasi", "kasih"), ("kayak", "seperti"), ("kemana", "mana"), ("kemaren", "kemarin"),
    ("kindly", "please"), ("kirimin", "kirim"), ("kirimkan", "kirim"), ("kl", "kalau"),
    ("klo", "kalau"), ("klw", "kalau"), ("km", "anda"), ("kmarin", "kemarin"), ("kmn", "mana"),
    ("kmrn", "kemarin"), ("knp", "kenapa"), ("konfirm", "konfirmasi"),
    ("konfirmasikan", "konfirmasi"), ("konfirmasinya", "konfirmasi"), ("kpd", "kepada"),
    ("kpn", "kapan"), ("krg", "kurang"), ("krm", "kirim"), ("krn", "karena"), ("krna", "karena"),
    ("ksh", "kasih"), ("kyk", "seperti"), ("lbh", "lebih"), ("lg", "lagi"), ("lgi", "lagi"),
    ("lht", "lihat"), ("liat", "lihat"), ("liatin", "lihat"), ("lo", "anda"), ("loe", "anda"),
    ("lu", "anda"), ("makasi", "makasih"), ("mas", "pak"), ("mba", "pak"), ("mbak", "pak"),
    ("mbk", "pak"), ("mengapa", "kenapa"), ("mhn", "mohon"), ("min", "pak"), ("mksd", "maksud"),
    ("mksh", "makasih"), ("mnt", "minta"), ("mo", "mau"), ("msg", "message"), ("msh", "masih"),
    ("mtg", "meeting"), ("mtr", "meter"), ("mw", "mau"), ("nanya", "tanya"), ("nanyain", "tanya"),
    ("napa", "kenapa"), ("ndak", "tidak"), ("ngak", "tidak"), ("ngecek", "cek"), ("ngga", "tidak"),
    ("nggak", "tidak"), ("nmor", "nomor"), ("nmr", "nomor"), ("ntar", "nanti"),
    ("nunggu", "tunggu"), ("nyampe", "sampai"), ("om", "pak"), ("org", "orang"), ("pa", "pak"),
    ("pake", "pakai"), ("pd", "pada"), ("pk", "pakai"), ("plis", "please"), ("pliz", "please"),
    ("pls", "please"), ("plz", "please"), ("q", "saya"), ("r", "are"), ("rek", "rekening"),
    ("sampe", "sampai"), ("sapa", "siapa"), ("saudara", "anda"), ("sbb", "sebab"),
    ("sblm", "sebelum"), ("sdg", "sedang"), ("sdh", "sudah"), ("sgt", "sangat"),
    ("siapakah", "siapa"), ("silahkan", "silakan"), ("sis", "pak"), ("sj", "saja"),
    ("skr", "sekarang"), ("skrg", "sekarang"), ("skrng", "sekarang"), ("sm", "sama"),
    ("smp", "sampai"), ("spt", "seperti"), ("spy", "supaya"), ("stlh", "setelah"),
    ("sudh", "sudah"), ("sy", "saya"), ("tak", "tidak"), ("tanyain", "tanya"), ("tar", "nanti"),
    ("tdk", "tidak"), ("telp", "telepon"), ("telpon", "telepon"), ("terimakasih", "makasih"),
    ("tgl", "tanggal"), ("thank", "thanks"), ("thankyou", "thanks"), ("thn", "tahun"),
    ("thx", "thanks"), ("tks", "thanks"), ("tlg", "tolong"), ("tlong", "tolong"),
    ("tlp", "telepon"), ("tlpn", "telepon"), ("tmr", "tomorrow"), ("tmrw", "tomorrow"),
    ("tnx", "thanks"), ("tolongin", "tolong"), ("tp", "tapi"), ("tpi", "tapi"),
    ("trimakasih", "makasih"), ("trims", "makasih"), ("trs", "terus"), ("trus", "terus"),
    ("tsb", "tersebut"), ("ttg", "tentang"), ("tuk", "untuk"), ("tungguin", "tunggu"),
    ("tx", "thanks"), ("txt", "text"), ("u", "you"), ("uda", "sudah"), ("udah", "sudah"),
    ("udh", "sudah"), ("untk", "untuk"), ("ur", "your"), ("utk", "untuk"), ("wanna", "want"),
    ("wkt", "waktu"), ("y", "ya"), ("yaa", "ya"), ("yah", "ya"), ("yg", "yang"), ("yng", "yang"),
];
