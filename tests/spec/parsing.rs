//! Bytes to facts: odd and hostile mails of `tests/data`.
//! Markers stand in `markers`; what holds for any bytes whatever in `shapes`.

use std::path::Path;

use sigap::mail::{identity, parse, subject};
use sigap::model::message::{Fetched, Flags, Message, Prefix};

pub fn bytes(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/{name}.eml"));
    std::fs::read(&path).unwrap_or_else(|_| panic!("{} is not there", path.display()))
}

pub fn every_mail() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let mut mails: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "eml"))
        .map(|path| {
            (path.file_stem().unwrap().to_string_lossy().into(), std::fs::read(&path).unwrap())
        })
        .collect();
    mails.sort();
    mails
}

pub fn fetched(bytes: &[u8]) -> Fetched {
    Fetched {
        uid: 1,
        flags: Flags::default(),
        arrived_at: Some("2026-11-24T03:00:00Z".parse().unwrap()),
        size: u64::try_from(bytes.len()).unwrap(),
        provider_id: None,
        provider_thread: None,
        header: Vec::new(),
        whole: Some(bytes.to_vec()),
    }
}

fn header_of(bytes: &[u8]) -> Fetched {
    let mut fetched = fetched(bytes);
    fetched.header = fetched.whole.take().unwrap();
    fetched
}

pub fn read(name: &str) -> Message {
    parse::message(&fetched(&bytes(name)))
}

pub fn field(line: &str) -> Message {
    let mail = format!("From: budi@example.org\r\nTo: ani@example.com\r\n{line}\r\n\r\nHalo\r\n");
    parse::message(&fetched(mail.as_bytes()))
}

fn ids(keys: &[sigap::model::message::MessageKey]) -> Vec<&str> {
    keys.iter().map(|key| key.0.as_str()).collect()
}

// --- Identity and people ------------------------------------------------------------------------

#[test]
fn identity_of_odd_mails() {
    for (name, key) in [
        ("plain", "plain@example.org"),
        ("id_without_end", "noend@example.org"),
        ("id_hostile", "\"ab\"@example.org"),
        ("id_rewritten", "own@example.org"),
        ("mbox_line", "mbox@example.org"),
        ("nuls", "nul@example.org"),
        ("bare_lf", "lf@example.org"),
    ] {
        assert_eq!(read(name).key.0, key, "{name}");
    }
    for name in ["no_id", "id_not_ascii", "empty", "no_headers", "one_line"] {
        assert!(read(name).key.0.starts_with("hash:"), "{name}: {}", read(name).key);
    }
}

#[test]
fn identity_is_the_same_with_and_without_the_body() {
    for (name, bytes) in every_mail() {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").map_or(0, |at| at + 4);
        if end == 0 || bytes.starts_with(b"\r\n") {
            continue;
        }
        let (whole, mut head) = (fetched(&bytes), header_of(&bytes[..end]));
        head.size = whole.size;
        let (whole, head) = (parse::message(&whole), parse::message(&head));
        assert_eq!((whole.key, whole.fingerprint), (head.key, head.fingerprint), "{name}");
        assert_eq!(whole.subject, head.subject, "{name}");
    }
}

#[test]
fn threads_of_odd_mails() {
    let broken = read("id_without_end");
    assert_eq!(ids(&broken.in_reply_to), ["plain@example.org"]);
    assert_eq!(ids(&broken.references), ["a@example.org", "b@example.org"]);
    assert_eq!(ids(&read("id_hostile").in_reply_to), ["x@example.org", "y@example.org"]);
    let long = read("huge_references");
    assert_eq!(long.references.len(), 40);
    assert_eq!(long.references[0].0, "r000@example.org");
    assert_eq!(long.references[19].0, "r019@example.org");
    assert_eq!(long.references[20].0, "r280@example.org");
    assert_eq!(long.references[39].0, "r299@example.org");
    assert_eq!(read("thread_index").thread_index.unwrap().len(), 44);
    for (value, expected) in [
        ("<a@b><c@d>", vec!["a@b", "c@d"]),
        ("a@b", vec!["a@b"]),
        ("some words a@b", vec![]),
        ("<>", vec![]),
        ("<a@b c@d>", vec!["a@b"]),
        ("<a@b <c@d>", vec!["a@b", "c@d"]),
        ("<a@\tb>", vec!["a@b"]),
    ] {
        assert_eq!(ids(&identity::ids(value)), expected, "{value}");
    }
}

#[test]
fn people_of_odd_mails() {
    let author = |name: &str| {
        let mail = read(name);
        let from = mail.from.map(|party| format!("{} <{}>", party.name, party.address));
        (mail.from_count, from.unwrap_or_default())
    };
    for (name, count, from) in [
        ("plain", 1, "Budi <budi@example.org>"),
        ("two_from", 2, ""),
        ("two_from_one_field", 2, ""),
        ("from_loose_comma", 1, "Santoso, Budi <budi@example.org>"),
        ("groups", 1, "Budi (di rumah) <budi@example.org>"),
        ("idn", 1, "Budi <budi@xn--bcher-kva.example>"),
        ("encoded_line_breaks", 1, "Evil Bcc: citra@example.test <budi@example.org>"),
        ("bidi_name", 1, "ina Ani <budi@example.org>"),
        ("nuls", 1, "Budi <budi@example.org>"),
        ("empty", 0, ""),
        ("no_headers", 0, ""),
    ] {
        assert_eq!(author(name), (count, from.to_owned()), "{name}");
    }
    let to = |name: &str| {
        read(name).to.iter().map(|party| party.address.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(to("groups"), ["ani@example.com", "citra@example.com"]);
    assert_eq!(to("idn"), ["ani@example.com", "citra@example.com"]);
    assert!(read("groups").cc.is_empty());
    assert_eq!(read("two_from_one_field").sender.unwrap().address.as_str(), "budi@example.org");
    for (from, address) in [
        ("<ani@example.com", "ani@example.com"),
        ("ani@example.com <ani@example.com>", "ani@example.com"),
        ("\"citra@example.test\" <ani@example.com>", "ani@example.com"),
        ("\"ani\"@example.com", "ani@example.com"),
        ("Ani ani@example.com", "ani@example.com"),
        ("ani(x)@example.com", ""),
        ("\"ani b\"@example.com", ""),
        ("ani at example.com", ""),
        ("citra@example.test ani@example.com", ""),
        ("", ""),
    ] {
        let mail = format!("From: {from}\r\n\r\n");
        let read = parse::message(&fetched(mail.as_bytes()));
        assert_eq!(read.author().map_or("", |a| a.as_str()), address, "{from}");
    }
}

#[test]
fn crowds_are_cut() {
    let crowd: Vec<String> = (0..500).map(|n| format!("p{n}@example.com")).collect();
    let mail = format!("To: {}\r\nCc: x@example.com\r\n\r\n", crowd.join(", "));
    assert_eq!(parse::message(&fetched(mail.as_bytes())).to.len(), 100);
}

// --- Words and times ----------------------------------------------------------------------------

#[test]
fn subjects_of_odd_mails() {
    for (name, shown, prefix, base) in [
        ("eight_bit_latin", "Résumé de Zoë", Prefix::None, "résumé de zoë"),
        ("eight_bit_utf8", "Tolong kirim résumé", Prefix::None, "tolong kirim résumé"),
        (
            "encoded_line_breaks",
            "hi Bcc: citra@example.test",
            Prefix::None,
            "hi bcc: citra@example.test",
        ),
        ("bidi_name", "hello", Prefix::None, "hello"),
        ("nuls", "null here", Prefix::None, "null here"),
        ("bare_lf", "only LF", Prefix::None, "only lf"),
        ("koi8", "Привет", Prefix::None, "привет"),
        ("list_mail", "Re: [tim] Kontrak", Prefix::Reply, "kontrak"),
        (
            "indonesian_quoted_printable",
            "Bls: Mohon konfirmasi – segera",
            Prefix::Reply,
            "mohon konfirmasi – segera",
        ),
        ("one_line", "no break at the end", Prefix::None, "no break at the end"),
    ] {
        let mail = read(name);
        assert_eq!(mail.subject, shown, "{name}");
        assert_eq!((mail.prefix, mail.base_subject.as_str()), (prefix, base), "{name}");
    }
}

#[test]
fn encoded_words_are_joined() {
    for (written, shown) in [
        ("=?utf-8?q?caf=C3?= =?UTF-8?Q?=A9?=", "café"),
        ("=?utf-8?B?Y2Fm?=\r\n =?utf-8?B?w6k=?=", "café"),
        ("=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
        ("=?utf-8?q?a?= =?iso-8859-1?q?=E9?=", "aé"),
        ("=?utf-8?q?a?= =?broken", "a =?broken"),
        ("=?nonsense?q?a?=", "a"),
    ] {
        assert_eq!(field(&format!("Subject: {written}")).subject, shown, "{written}");
    }
}

#[test]
fn every_prefix_is_known_in_every_form() {
    let replies = "re aw antw antwort antwoord sv svar vs va rép rep réponse r rif res resp \
                   respuesta resposta răsp odp odg odpověď на ha ответ відп відповідь отг ats atb \
                   vá válasz ynt yan απ σχετ השב תגובה رد پاسخ bls balas balasan tanggapan 回复 \
                   答复 回覆 回復 返信 회신 답장 ตอบกลับ ตอบ trả_lời";
    let forwards = "fwd fw wg weitergeleitet doorst vb fs vl ed tr i inoltra rv enc reenv \
                    redirecţionat redirecționat pd přepos prosl пересл переслать továbbítás i̇lt \
                    ilt yml πρθ הועבר إعادة_توجيه ارسال trs teruskan terusan diteruskan majukan \
                    转发 轉寄 轉發 転送 전달 chuyển_tiếp ส่งต่อ";
    for (words, prefix) in [(replies, Prefix::Reply), (forwards, Prefix::Forward)] {
        for word in words.split_whitespace().map(|word| word.replace('_', " ")) {
            for form in [": x", " : x", "\u{a0}: x", "\u{ff1a}x", "[2]: x", "(3): x", "^2: x"] {
                for word in [word.clone(), word.to_uppercase()] {
                    let line = format!("{word}{form}");
                    assert_eq!(subject::split(&line), (prefix, "x".to_owned()), "{line}");
                }
            }
        }
    }
}

#[test]
fn prefixes_of_many_languages() {
    use Prefix::{Forward, None, Reply};
    for (line, prefix, base) in [
        ("Re: x", Reply, "x"),
        ("RE : x", Reply, "x"),
        ("Re[2]: x", Reply, "x"),
        ("Re (3): x", Reply, "x"),
        ("Re^2: x", Reply, "x"),
        ("AW: WG: x", Reply, "x"),
        ("Antw: x", Reply, "x"),
        ("SV: x", Reply, "x"),
        ("Odp: x", Reply, "x"),
        ("Rép: x", Reply, "x"),
        ("R: x", Reply, "x"),
        ("RES: x", Reply, "x"),
        ("YNT: x", Reply, "x"),
        ("Vá: x", Reply, "x"),
        ("ΑΠ: x", Reply, "x"),
        ("Balas: x", Reply, "x"),
        ("Bls: Bls: x", Reply, "x"),
        ("回复：x", Reply, "x"),
        ("答复: x", Reply, "x"),
        ("返信: x", Reply, "x"),
        ("Trả lời: x", Reply, "x"),
        ("Fwd: x", Forward, "x"),
        ("FW: Re: x", Forward, "x"),
        ("WG: x", Forward, "x"),
        ("TR: x", Forward, "x"),
        ("RV: x", Forward, "x"),
        ("Trs: x", Forward, "x"),
        ("Terusan: x", Forward, "x"),
        ("转发: x", Forward, "x"),
        ("İLT: x", Forward, "x"),
        ("x (fwd)", Forward, "x"),
        ("[EXTERNAL] x", None, "x"),
        ("[EXTERNAL] Re: [tim] x", Reply, "x"),
        ("Re: [#12] Re: x", Reply, "[#12] x"),
        ("[only]", None, "[only]"),
        ("Regarding: x", None, "regarding: x"),
        ("Ref: 12/2026", None, "ref: 12/2026"),
        ("12: x", None, "12: x"),
        ("Re:", Reply, ""),
        ("Rev 2: x", None, "rev 2: x"),
        ("", None, ""),
    ] {
        assert_eq!(subject::split(line), (prefix, base.to_owned()), "{line}");
    }
    assert_eq!(subject::split("Cafe\u{301}").1, subject::split("CAFÉ").1);
}

#[test]
fn dates_are_believed_within_reason() {
    for (date, expected) in [
        ("Mon, 23 Nov 2026 10:15:00 +0700", "2026-11-23T03:15:00Z"),
        ("Sun, 23 Nov 2026 10:15:00 +0700", "2026-11-23T03:15:00Z"),
        ("23 Nov 2026 10:15 GMT", "2026-11-23T10:15:00Z"),
        ("Mon, 23 Nov 2026 10:15:00 +0700 (WIB)", "2026-11-23T03:15:00Z"),
        ("Mon, 23 Nov 2026 10:15:00 GMT+0700 (WIB)", "2026-11-23T03:15:00Z"),
        ("Mon, 23 Nov 2026 10:15:00", "2026-11-23T10:15:00Z"),
        ("23-Nov-2026 10:15:00 +0000", "2026-11-23T10:15:00Z"),
        ("Mon, 23 Nov 2026 9:39:22 +0100", "2026-11-23T08:39:22Z"),
        ("Fri, 31 Feb 2026 10:00:00 +0000", ""),
        ("Wed, 1 Jan 3000 00:00:00 +0100", ""),
        ("Thu, 1 Jan 1970 00:00:00 +0000", ""),
        ("Mon, 1 Jan 10000 00:00:00 +0000", ""),
        ("yesterday", ""),
        ("", ""),
    ] {
        let read = field(&format!("Date: {date}")).dated.map(|at| at.to_string());
        assert_eq!(read.unwrap_or_default(), expected, "{date}");
    }
}
