//! Mails of unbearable shape, texts of bearable ones, and what holds for any bytes whatever.

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use proptest::prelude::*;
use sigap::mail::clean::{clean_lines, clean_text, is_hidden};
use sigap::mail::prescan::{self, Reason, Shape};
use sigap::mail::{parse, subject};
use sigap::model::message::Message;

use crate::parsing::{bytes, every_mail, fetched};

// --- Shapes -------------------------------------------------------------------------------------

#[test]
fn shapes_of_odd_mails() {
    for (name, shape) in [
        ("plain", Shape::Sound),
        ("empty", Shape::Sound),
        ("dsn", Shape::Sound),
        ("huge_references", Shape::Sound),
        ("many_fields", Shape::HeaderOnly(Reason::ManyFields)),
        ("many_parts", Shape::HeaderOnly(Reason::ManyParts)),
        ("nested_rfc822", Shape::HeaderOnly(Reason::Deep)),
        ("nested_multipart", Shape::HeaderOnly(Reason::Deep)),
    ] {
        assert_eq!(prescan::scan(&bytes(name)), shape, "{name}");
    }
    let long_header = [b"X: ".to_vec(), b"y".repeat(300 * 1024)].concat();
    assert_eq!(prescan::scan(&long_header), Shape::HeaderOnly(Reason::LongHeader));
    let long_body = [b"Subject: x\r\n\r\n".to_vec(), b"words\r\n".repeat(60_000)].concat();
    assert_eq!(prescan::scan(&long_body), Shape::Truncated);
    assert!(parse::text(&long_body).unwrap().truncated);
    let dashes = [b"Subject: x\r\n\r\n".to_vec(), b"-----\r\n".repeat(1000)].concat();
    assert_eq!(prescan::scan(&dashes), Shape::Sound);
}

#[test]
fn what_is_refused_keeps_its_header() {
    for name in ["nested_rfc822", "nested_multipart"] {
        let mail = parse::message(&fetched(&bytes(name)));
        assert_eq!((mail.key.0.as_str(), mail.subject.as_str()), ("nest@example.org", "outer"));
        assert_eq!(parse::text(&bytes(name)), None, "{name}");
    }
}

#[test]
fn floods_are_read_in_time() {
    let head = |line: &str| format!("From: budi@example.org\r\n{line}\r\n\r\nx\r\n");
    let nested = "Content-Type: message/rfc822\r\n\r\n".repeat(8_000);
    for flood in [
        nested.clone(),
        nested.replace("message", "Message"),
        head(&format!("To: {}", "(".repeat(200_000))),
        head(&format!("To: {}", "<".repeat(200_000))),
        head(&format!("To: {}", "=?utf-8?q?".repeat(20_000))),
        head(&format!("Subject: {}", "=?utf-8?b?".repeat(20_000))),
        head(&format!("Subject: {}", "=?=?=?".repeat(30_000))),
        head(&format!("Subject: {}", "[x] Re: ".repeat(25_000))),
        head(&format!("References: {}", "<".repeat(200_000))),
        head(&format!("Content-Type: multipart/mixed; {}", "boundary=a; ".repeat(15_000))),
        head(&format!(
            "Content-Type: multipart/mixed; boundary=a\r\n\r\n{}",
            "--a\r\n".repeat(40_000)
        )),
        head(&format!("Content-Type: text/html\r\n\r\n{}", "<blockquote>".repeat(20_000))),
        head(&format!("Content-Type: text/html\r\n\r\n{}", "<!--".repeat(60_000))),
        head(&format!("Auto-Submitted: {}", "no (".repeat(60_000))),
    ] {
        let _ = parse::message(&fetched(flood.as_bytes()));
        let _ = parse::text(flood.as_bytes());
    }
}

// --- Texts --------------------------------------------------------------------------------------

#[test]
fn texts_of_odd_mails() {
    for (name, text) in [
        ("plain", "Bisa dikirim hari ini?\n"),
        ("bare_lf", "line one\nline two\n"),
        ("nuls", "body\n"),
        ("koi8", "Привет\n"),
        ("eight_bit_latin", "Voilà\n"),
        ("alternative", "Plain words?\n"),
        ("broken_boundary", "--two\nContent-Type: text/plain\n\nKapan selesai?\n--two--\n"),
        ("unclosed_boundary", "Kapan selesai?\n"),
        ("dsn_forwarded", "Kenapa ini gagal?\n"),
        ("no_headers", "Only a body.\n"),
        (
            "indonesian_quoted_printable",
            "Selamat pagi Bu Ani, \nmohon konfirmasinya sebelum pukul 12.00 – terima kasih.\n",
        ),
        ("html_only", "Halo Ani,\nbisa besok?\nPada Senin, Ani menulis:\n> Kapan?\n"),
        ("base64_cut", "Mohon dibalas hari ini, terima kasih\n"),
        ("flowed", "One line \nthat goes on.\n"),
        ("empty", ""),
        ("encrypted", ""),
        ("dmarc_report", ""),
    ] {
        let read = parse::text(&bytes(name)).map(|body| body.text).unwrap_or_default();
        assert_eq!(read, text, "{name}");
    }
    assert!(parse::text(&bytes("html_only")).unwrap().html);
    assert!(parse::text(&bytes("flowed")).unwrap().format_flowed);
}

#[test]
fn a_text_that_is_cut_within_a_character_keeps_the_others() {
    for shift in 0..4 {
        let line = format!("{} Můžeš, café €?\r\n", "x".repeat(50));
        let mail = format!(
            "Content-Type: text/plain; charset=utf-8\r\n\r\n{}{}",
            "x".repeat(shift),
            line.repeat(4_000)
        );
        for end in 2_000..2_010 {
            let text = parse::text(&mail.as_bytes()[..end]).unwrap().text;
            assert!(!text.contains(['Ã', 'Å', 'â']), "{shift} {end}: {text}");
        }
        let text = parse::text(mail.as_bytes()).unwrap();
        assert!(text.truncated && text.text.contains("Můžeš, café €?"), "{shift}");
    }
}

#[test]
fn pages_become_lines() {
    for (page, text) in [
        ("<p>One</p><p>Two</p>", "One\n\nTwo\n"),
        ("One<br>Two", "One\nTwo\n"),
        ("<ul><li>One</li><li>Two</li></ul>", "One\nTwo\n"),
        ("<table><tr><td>One</td><td>Two</td></tr></table>", "One Two\n"),
        (
            "Yes<blockquote>No?<blockquote>Why</blockquote>So</blockquote>End",
            "Yes\n> No?\n> > Why\n> So\nEnd\n",
        ),
        ("a &lt; b &amp; c&nbsp;d", "a < b & c\u{a0}d\n"),
        ("<script>x</script><style>y</style>Words", "Words\n"),
        ("\u{e000}Words", "Words\n"),
        ("<img src=x>", ""),
        ("<div>One</div>\r\n\r\n<div>Two</div>", "One\nTwo\n"),
    ] {
        let mail = format!("Content-Type: text/html; charset=utf-8\r\n\r\n{page}");
        let read = parse::text(mail.as_bytes()).map(|body| body.text).unwrap_or_default();
        assert_eq!(read, text, "{page}");
    }
}

// --- Any bytes ----------------------------------------------------------------------------------

/// What every message must hold, whatever its bytes.
fn is_sound(mail: &Message) {
    let lines = [&mail.subject, &mail.base_subject];
    let named = mail.recipients().chain(&mail.from).chain(&mail.sender).chain(&mail.reply_to);
    for line in lines.into_iter().chain(named.map(|party| &party.name)) {
        assert!(line.chars().count() <= 200 && !line.chars().any(is_hidden), "{line:?}");
    }
    let keys = mail.pointers().chain(std::iter::once(&mail.key));
    for key in keys {
        assert!(!key.0.is_empty() && key.0.len() <= 250, "{key:?}");
        assert!(key.0.chars().all(|c| c.is_ascii_graphic()), "{key:?}");
    }
    assert!(mail.references.len() <= 40 && mail.to.len() <= 100 && mail.cc.len() <= 100);
    assert!(mail.from.is_none() || mail.from_count == 1);
    assert_eq!(subject::split(&mail.base_subject).1, mail.base_subject);
}

fn look_at(bytes: &[u8]) {
    let mut fetched = fetched(bytes);
    is_sound(&parse::message(&fetched));
    fetched.header = fetched.whole.take().unwrap();
    is_sound(&parse::message(&fetched));
    if let Some(body) = parse::text(bytes) {
        assert!(!body.text.chars().any(|c| is_hidden(c) && c != '\n' && c != '\t'));
    }
}

#[test]
fn every_truncation_is_borne() {
    for (_, mail) in every_mail() {
        let step = if mail.len() > 4000 { 97 } else { 1 };
        for end in (0..=mail.len()).step_by(step) {
            look_at(&mail[..end]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_borne(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        look_at(&bytes);
    }

    #[test]
    fn any_header_values_are_borne(
        from in ".{0,60}",
        subject in ".{0,80}",
        id in "[<>@a-c \\\\\"]{0,20}",
        kind in "[a-z/;= \"*%]{0,30}",
    ) {
        look_at(format!(
            "From: {from}\nSubject: {subject}\nMessage-ID: {id}\nReferences: {id}\n\
             Content-Type: {kind}\nDate: {id}\n\n{subject}"
        ).as_bytes());
    }

    #[test]
    fn any_flipped_bytes_are_borne(
        which in any::<prop::sample::Index>(),
        flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mails = every_mail();
        let (_, mut mail) = mails[which.index(mails.len())].clone();
        for (at, byte) in flips {
            if !mail.is_empty() {
                let at = at.index(mail.len());
                mail[at] = byte;
            }
        }
        look_at(&mail);
    }

    #[test]
    fn cleaning_is_thorough_and_done_once(
        text in "\\PC{0,40}|.{0,40}|[\\x00-\\x20\u{200b}-\u{202e}a ]{0,40}",
        most in 0_usize..50,
    ) {
        let clean = clean_text(&text, most);
        prop_assert!(clean.chars().count() <= most);
        prop_assert!(!clean.chars().any(is_hidden));
        prop_assert!(!clean.contains("  ") && clean.trim() == clean);
        prop_assert_eq!(clean_text(&clean, most), clean);
        let lines = clean_lines(&text);
        prop_assert!(!lines.contains('\r'));
        prop_assert_eq!(clean_lines(&lines), lines);
    }

    #[test]
    fn a_base_is_its_own_base(
        text in "(\\[[a-z0-9]{0,4}\\] ?|Re: ?|FW: ?|Bls\\[2\\]: |: ?|.){0,20}( \\(fwd\\))?",
    ) {
        let (_, base) = subject::split(&text);
        prop_assert_eq!(subject::split(&base).1, base.clone());
        prop_assert_eq!(subject::split(&format!("Re: {text}")).1, base);
    }
}

// --- Larger sets --------------------------------------------------------------------------------

pub fn larger_sets() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = ["../shared/data", "../../shared/data"].map(|place| root.join(place));
    let found = places.into_iter().find(|place| place.is_dir());
    if found.is_none() {
        println!("The larger sets of mail are not there: nothing compared.");
    }
    found
}

#[test]
fn no_human_mail_is_taken_for_a_machines() {
    let Some(root) = larger_sets() else { return };
    let Ok(text) = std::fs::read_to_string(root.join("autoreply.jsonl")) else { return };
    for line in text.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let raw = case["raw_b64"].as_str().unwrap();
        let raw = base64::engine::general_purpose::STANDARD.decode(raw).unwrap();
        look_at(&raw);
        let marks = parse::message(&fetched(&raw)).marks;
        let (wanted, scope) = (&case["expected"], &case["scope"]);
        if wanted == "respond" && scope == "detector" {
            assert_eq!(
                (&marks.automatic, &marks.perhaps_automatic),
                (&None, &None),
                "{}",
                case["id"]
            );
        } else if scope == "detector" && marks.automatic.is_none() {
            println!("seen as {:?}: {} {}", marks.perhaps_automatic, case["kind"], case["id"]);
        }
    }
}

#[test]
fn whole_mailboxes_are_borne() {
    let Some(root) = larger_sets() else { return };
    for folder in ["mailboxes", "conversations"] {
        let Ok(listed) = std::fs::read_dir(root.join(folder)) else { continue };
        for path in listed.map(|entry| entry.unwrap().path()) {
            if path.extension().is_none_or(|end| end != "gz") {
                continue;
            }
            let Ok(unpacked) = Command::new("gzip").arg("-dc").arg(&path).output() else { return };
            let mut start = 0;
            let (mut mails, mut machine, mut texts) = (0, 0, 0);
            let box_bytes = unpacked.stdout;
            while start < box_bytes.len() {
                let next = box_bytes[start + 1..].windows(6).position(|w| w == b"\nFrom ");
                let end = next.map_or(box_bytes.len(), |at| start + 2 + at);
                let mail = &box_bytes[start..end];
                is_sound(&parse::message(&fetched(mail)));
                mails += 1;
                machine += usize::from(parse::message(&fetched(mail)).marks.automatic.is_some());
                texts += usize::from(parse::text(mail).is_some());
                start = end;
            }
            println!("{}: {mails} mails, {texts} texts, {machine} by machines", path.display());
        }
    }
}
