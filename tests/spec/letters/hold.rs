//! What holds for every letter, whatever other people write: our fields and no others, 7-bit lines
//! in CRLF, escaped pages, nothing offered that does not work, the same bytes again.

use std::fs;

use proptest::prelude::*;

use super::*;

/// Every kind of letter with every reason, in one language.
fn all_letters(to: Language) -> Vec<(Kind, Words)> {
    let templates = templates();
    let mut letters = Vec::new();
    for count in 1..=3 {
        let view = nudge(to, items(count, Snippets::Shown));
        letters.push((Kind::Nudge, wording::nudge(&templates, &view)));
        let view = PreviewView { nudge: view };
        letters.push((Kind::Preview, wording::preview(&templates, &view)));
    }
    for mode in [Mode::Observe, Mode::Nudge] {
        letters.push((Kind::Welcome, wording::welcome(&templates, &welcome(to, mode, true))));
    }
    for view in farewells::leavings(to) {
        letters.push((Kind::Leaving, wording::leaving(&templates, &view)));
    }
    for view in farewells::digests(to).into_iter().filter(|view| view.waiting > 0) {
        letters.push((Kind::Digest, wording::digest(&templates, &view)));
    }
    let view = mistake(to, "HELP", MistakeReason::Help);
    letters.push((Kind::Mistake, wording::mistake(&templates, &view)));
    letters
}

#[test]
fn every_command_that_is_shown_is_understood() {
    for to in BOTH {
        for (kind, words) in all_letters(to) {
            let lines = words.text.lines().filter_map(|line| line.strip_prefix("   "));
            let shown: Vec<&str> = lines
                .filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()))
                .map(|line| line.split("  ").next().unwrap_or(line).trim())
                .collect();
            assert!(!shown.is_empty() || kind == Kind::Preview);
            for said in shown {
                let read = command::read(said, &now()).or_else(|| consent::read(said));
                assert!(matches!(read, Some(Ok(_))), "{kind:?} offers {said:?}: {read:?}");
            }
        }
    }
}

#[test]
fn both_meanings_of_an_ambiguous_time_can_be_typed_back() {
    for said in ["2hr", "minggu depan", "jam 3", "next friday"] {
        let Some(Err(misread)) = command::read(&format!("snooze 1 {said}"), &now()) else {
            continue; // not ambiguous on this weekday
        };
        for to in BOTH {
            let view = mistake(to, said, MistakeReason::Mistake(misread.why.clone()));
            let text = wording::mistake(&templates(), &view).text.replace(" \n", " ");
            let quoted: Vec<&str> = text.split(['“', '”']).skip(1).step_by(2).take(3).collect();
            for meaning in quoted.iter().skip(1) {
                let read = command::read(&format!("snooze 1 {meaning}"), &now());
                assert!(matches!(read, Some(Ok(_))), "{meaning:?}: {read:?}");
            }
        }
    }
}

#[test]
fn the_register_is_kept() {
    for to in BOTH {
        for (kind, words) in all_letters(to) {
            let all = format!(
                "{}\n{}\n{}",
                words.subject,
                words.text,
                words.html.split("<body").nth(1).unwrap()
            );
            let all = all.replace("<!--", "").replace("<![", "");
            assert!(!all.contains('!'), "{kind:?} shouts");
            for word in [
                "http",
                "href",
                "Kepada Yth",
                "Harap",
                "belum Anda balas",
                "failed to",
                "DELEGATE",
                "ALIHKAN",
            ] {
                assert!(!all.contains(word), "{kind:?} says {word}");
            }
        }
    }
}

#[test]
fn the_same_letter_is_the_same_bytes() {
    for (kind, words) in all_letters(Language::Id) {
        assert_eq!(posted(kind, &words), posted(kind, &words));
    }
    let words = &all_letters(Language::En)[0].1;
    let other = LetterHead {
        message_id: message_id(&InstanceKey([7; 32]), "nudge:17:1", "example.com"),
        ..head(Kind::Nudge)
    };
    assert_ne!(posted(Kind::Nudge, words), compose(&other, words).unwrap());
}

#[test]
fn a_long_list_stays_small() {
    for to in BOTH {
        let mut many = Vec::new();
        for no in 1..=200 {
            let subject = "<script>".repeat(200_000);
            many.push(ItemView { no, subject, ..items(1, Snippets::Shown).remove(0) });
        }
        let words = wording::nudge(&templates(), &nudge(to, many));
        assert!(words.html.len() <= 60 * 1024, "{}", words.html.len());
        assert!(words.text.contains("180"));
        assert!(!words.html.contains("<script"));
        posted(Kind::Nudge, &words);
    }
}

const HOSTILE: &[&str] = &[
    "x\r\nBcc: victim@example.org\r\n\r\nbody",
    "x\nSubject: y",
    "=?utf-8?q?=0D=0ABcc:_victim@example.org?=",
    "\u{202e}moc.elpmaxe\u{2066}",
    "</td></table><img src=x onerror=alert(1)>\"'&",
    "{{ 7*7 }}{% raw %}",
    "\0\u{7f}\u{1b}[31m",
    "--=_sigap_f259b36738e618c847385922--",
    ".\r\n.",
    "\"quoted\\\" <a@b>, c@d",
    "日本語の件名 ملف עברית",
];

/// Field names of a letter, and that header and body are apart exactly once.
fn field_names(bytes: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(bytes).unwrap();
    assert!(text.is_ascii());
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
    let header = text.split("\r\n\r\n").next().unwrap();
    let lines = header.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    let mut names: Vec<String> =
        lines.map(|line| line.split_once(':').unwrap().0.to_owned()).collect();
    names.sort();
    names
}

fn assert_ours(bytes: &[u8]) {
    let mut wanted = FIELDS.map(str::to_owned).to_vec();
    wanted.sort();
    assert_eq!(field_names(bytes), wanted);
    let message = MessageParser::new().parse(bytes).unwrap();
    assert_eq!(message.text_body_count(), 1);
    assert_eq!(message.html_body_count(), 1);
    assert_eq!(message.attachment_count(), 0);
    let text = message.text_part(0).unwrap();
    assert_eq!(text.content_type().unwrap().attribute("format"), Some("flowed"));
}

#[test]
fn hostile_words_stay_words() {
    let huge = "A\r\n<b>\u{202e}é".repeat(100_000);
    for hostile in HOSTILE.iter().copied().chain([huge.as_str()]) {
        for to in BOTH {
            let item = ItemView {
                subject: hostile.to_owned(),
                who: hostile.to_owned(),
                address: hostile.to_owned(),
                snippet: Some(hostile.to_owned()),
                reference: hostile.to_owned(),
                clues: vec![Clue::Machine(hostile.to_owned())],
                ..items(1, Snippets::Shown).remove(0)
            };
            let view = NudgeView { owner_name: hostile.to_owned(), ..nudge(to, vec![item]) };
            let words = wording::nudge(&templates(), &view);
            assert!(!words.html.contains("<img") && !words.html.contains("<b>\u{202e}"));
            assert!(!words.html.contains('\u{202e}') && !words.text.contains('\u{202e}'));
            assert!(!words.html.contains("49") || hostile.contains("f259"), "not a template");
            let to_hostile = LetterHead {
                from: party(&clean_enough(hostile), "sigap@example.com"),
                to: party(hostile, "ani@example.com"),
                ..head(Kind::Nudge)
            };
            assert_ours(&compose(&to_hostile, &words).unwrap());
            let words = Words {
                subject: hostile.to_owned(),
                text: hostile.to_owned(),
                html: hostile.to_owned(),
                pictures: Vec::new(),
            };
            assert_ours(&compose(&to_hostile, &words).unwrap());
            let view = mistake(to, hostile, MistakeReason::Mistake(Mistake::Unknown));
            assert_ours(&posted(Kind::Mistake, &wording::mistake(&templates(), &view)));
            let alarm = Alarm::Blind { address: hostile.to_owned(), reason: hostile.to_owned() };
            let view = AlarmView { language: to, now: now(), alarm };
            assert_ours(&posted(Kind::Alarm, &wording::alarm(&templates(), &view)));
        }
    }
}

fn clean_enough(text: &str) -> String {
    text.chars().take(40).collect()
}

#[test]
fn ids_and_addresses_are_looked_at() {
    let words = &all_letters(Language::En)[0].1;
    let with_id = |id: &str| LetterHead { message_id: id.to_owned(), ..head(Kind::Nudge) };
    for id in ["", "no-at", "a@b\r\nBcc: x", "a b@c", "<a@b>", &format!("{}@b", "a".repeat(999))] {
        let found = compose(&with_id(id), words);
        assert!(matches!(found, Err(ComposeFault::MessageId(_))), "{id:?}");
    }
    let letter = LetterHead {
        in_reply_to: Some("a@b>\r\nBcc: x".to_owned()),
        references: vec!["x\r\ny@z".to_owned()],
        ..head(Kind::Mistake)
    };
    assert_ours(&compose(&letter, words).unwrap());
    let ids: Vec<String> = (0..90).map(|n| format!("{n}@example.org")).collect();
    let letter = LetterHead { references: ids, ..head(Kind::Mistake) };
    let bytes = String::from_utf8(compose(&letter, words).unwrap()).unwrap();
    assert_eq!(bytes.matches("@example.org>").count(), 20);
    assert!(bytes.contains("References: <0@example.org> <71@example.org>"));
    let to = party("Böb", "bob@bücher.example");
    let bytes = compose(&LetterHead { to, ..head(Kind::Nudge) }, words).unwrap();
    assert!(String::from_utf8(bytes).unwrap().contains("<bob@xn--bcher-kva.example>"));
    let to = party("", "böb@example.org");
    let found = compose(&LetterHead { to, ..head(Kind::Nudge) }, words);
    assert!(matches!(found, Err(ComposeFault::Address(_))));
}

proptest! {
    #[test]
    fn no_words_break_a_letter(
        subject in ".{0,300}", name in ".{0,200}", text in "(.|\n|\r){0,300}",
    ) {
        let words = Words { subject, text: text.clone(), html: text, pictures: Vec::new() };
        let letter = LetterHead { to: party(&name, "ani@example.com"), ..head(Kind::Nudge) };
        assert_ours(&compose(&letter, &words).unwrap());
    }
}

#[test]
fn overrides_are_tried_out() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        fs::create_dir_all(folder.path().join(name).parent().unwrap()).unwrap();
        fs::write(folder.path().join(name), text).unwrap();
    };
    let faults = || Templates::load(Some(folder.path())).unwrap_err();
    put("en/nudge.subject", "Hello {{ n }}\r\nBcc: x");
    let own = Templates::load(Some(folder.path())).unwrap();
    let words = wording::nudge(&own, &nudge(Language::En, items(2, Snippets::Hidden)));
    assert_eq!(words.subject, "Hello 2 Bcc: x");
    put("en/nudge.txt", "Good morning\n{{ salutatoin }}\n");
    let found = faults();
    assert_eq!((found[0].file.as_str(), found[0].line), ("en/nudge.txt", Some(2)), "{found:?}");
    put("en/nudge.txt", "{% if n %}");
    assert_eq!(faults()[0].file, "en/nudge.txt");
    put("en/nudge.txt", " \n");
    assert_eq!(faults()[0].what, "is empty");
    put("en/nudge.txt", "{{ salutation }}");
    put("id/nugde.txt", "x");
    assert_eq!(faults()[0].file, "id/nugde.txt");
    assert!(Templates::load(Some(&folder.path().join("none"))).is_err());
}
