//! `sigap judge`: JSON lines, mailboxes, single letters; bad input is told and passed over.
use base64::Engine;
use serde_json::{Value, json};
use sigap::cli::judge::{Bench, Form, Tally, judge_files, judge_lines, judge_mail};
use sigap::model::address::Address;

use super::people::policy;

const ASKING: &str = "From: Budi <budi@example.org>\r\nTo: ani@example.com\r\n\
    Subject: Laporan\r\n\r\nApakah laporannya sudah selesai?\r\n";
const TELLING: &str = "From: Budi <budi@example.org>\r\nTo: ani@example.com\r\n\
    Subject: Report\r\n\r\nThe report is in the shared folder.\r\n";
const ROBOT: &str = "From: Robi <robi@example.net>\r\nTo: ani@example.com\r\n\
    Auto-Submitted: auto-replied\r\nSubject: Away\r\n\r\nCan you wait?\r\n";

fn line(n: &Value, raw: &str) -> String {
    let raw = base64::engine::general_purpose::STANDARD.encode(raw);
    json!({ "n": n, "raw_b64": raw, "owner_addresses": ["ani@example.com"] }).to_string()
}

fn ask(input: &str) -> (Tally, Vec<Value>) {
    let mut out = Vec::new();
    let tally = judge_lines(input.as_bytes(), &policy(), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    (tally, text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn json_lines_in_json_lines_out() {
    let input = [line(&json!(1), ASKING), line(&json!("b"), TELLING), line(&json!(3), ROBOT)];
    let (tally, answers) = ask(&input.join("\n"));
    assert_eq!(tally, Tally { judged: 3, faults: 0 });
    let picked: Vec<_> = answers.iter().map(|a| (&a["n"], &a["class"], &a["language"])).collect();
    assert_eq!(
        picked,
        [
            (&json!(1), &json!("ask"), &json!("id")),
            (&json!("b"), &json!("information"), &json!("en")),
            (&json!(3), &json!("automatic"), &json!("en")),
        ]
    );
    assert_eq!(answers[0]["asks_reason"], "question_mark");
    assert_eq!(answers[0]["automatic"], false);
    assert_eq!(answers[0]["automatic_rule"], Value::Null);
    assert_eq!(answers[2]["automatic_rule"], "H1");
    assert_eq!(answers[2]["asks"], 0.0);
    for key in [
        "n",
        "automatic",
        "automatic_rule",
        "asks",
        "asks_reason",
        "closer",
        "language",
        "class",
        "words_class",
        "reasons",
        "stamped_by",
        "stamped",
    ] {
        assert!(answers.iter().all(|answer| answer.get(key).is_some()), "{key}");
    }
}

#[test]
fn what_the_receiving_server_says_of_the_sender_is_shown_and_changes_nothing() {
    let stamped = format!(
        "Authentication-Results: mx.example.com; dmarc=fail header.from=\"\u{202e}x\"\r\n{ASKING}"
    );
    let (_, answers) = ask(&[line(&json!(1), ASKING), line(&json!(1), &stamped)].join("\n"));
    assert_eq!(answers[1]["stamped_by"], "mx.example.com");
    assert_eq!(answers[1]["stamped"], json!(["dmarc=fail header.from=x"]));
    for key in ["class", "asks", "reasons", "decision"] {
        assert_eq!(answers[0][key], answers[1][key], "{key}");
    }
}

#[test]
fn the_shape_of_an_answer_is_kept() {
    let (_, answers) = ask(&[line(&json!(1), ASKING), line(&json!(2), ROBOT)].join("\n"));
    insta::assert_snapshot!("judge", serde_json::to_string_pretty(&answers).unwrap());
}

#[test]
fn a_bad_line_is_told_and_the_next_is_judged() {
    let input = format!(
        "no json\n{}\n\n{}\n{}\n{}",
        json!({ "n": 2 }),
        json!({ "n": 3, "raw_b64": "%%%" }),
        line(&json!(4), ASKING),
        json!([]),
    );
    let (tally, answers) = ask(&input);
    assert_eq!(tally, Tally { judged: 1, faults: 4 });
    let numbers: Vec<_> = answers.iter().map(|answer| answer["n"].clone()).collect();
    assert_eq!(numbers, [Value::Null, json!(2), json!(3), json!(4), Value::Null]);
    assert_eq!(answers[0]["line"], 1);
    assert!(answers[1]["error"].as_str().unwrap().contains("raw_b64"));
    assert_eq!(answers[3]["class"], "ask");
}

#[test]
fn the_envelope_and_the_addressee_count() {
    let raw = base64::engine::general_purpose::STANDARD.encode(ASKING);
    let lines = [
        json!({ "n": 1, "raw_b64": raw, "owner_addresses": ["ani@example.com"],
            "envelope_from": "" }),
        json!({ "n": 2, "raw_b64": raw, "owner_addresses": ["other@example.com"] }),
        json!({ "n": 3, "raw_b64": raw, "owner_addresses": ["other@example.com"],
            "options": { "check_recipient": false } }),
        json!({ "n": 4, "raw_b64": raw }),
        json!({ "n": 5, "raw_b64": raw, "envelope_from": "x@y.test>\r\nSubject: forged" }),
    ];
    let (_, answers) = ask(&lines.map(|line| line.to_string()).join("\n"));
    let classes: Vec<_> = answers.iter().map(|a| a["class"].as_str().unwrap()).collect();
    assert_eq!(classes, ["automatic", "bystander", "ask", "ask", "ask"]);
    assert_eq!(answers[0]["automatic_rule"], "E2");
}

#[test]
fn mailboxes_and_single_letters() {
    let addresses = [Address::parse("ani@example.com").unwrap()];
    let policy = policy();
    let mbox = format!(
        "From budi@example.org Mon Nov 23 09:12:00 2026\n{}\n>From here on?\n\nFrom x Mon \
            Nov 23\n{}",
        TELLING.replace("\r\n", "\n"),
        ROBOT.replace("\r\n", "\n"),
    );
    for (input, form, wanted) in [
        (mbox.as_str(), Form::Json, vec!["\"class\":\"ask\"", "\"class\":\"automatic\""]),
        (ASKING, Form::Json, vec!["\"class\":\"ask\""]),
        (
            ASKING,
            Form::Human,
            vec![
                "Budi: Laporan",
                "  ask, asks ",
                "  listed from 45 %, nudged about from 60 %",
                "  because: question_mark",
                "  automatic answer: may go to budi@example.org (unknown)",
                "",
            ],
        ),
        ("", Form::Json, vec![]),
    ] {
        let bench = Bench { policy: &policy, addresses: &addresses, form };
        let mut tally = Tally::default();
        let mut out = Vec::new();
        judge_mail(input.as_bytes(), "stdin", bench, &mut out, &mut tally).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), wanted.len(), "{text}");
        assert!(lines.iter().zip(&wanted).all(|(line, part)| line.contains(part)), "{text}");
        assert_eq!(tally.faults, 0);
    }
}

#[test]
fn files_are_read_and_missing_ones_told() {
    let folder = tempfile::tempdir().unwrap();
    let there = folder.path().join("a.eml");
    std::fs::write(&there, ASKING).unwrap();
    let policy = policy();
    let bench = Bench { policy: &policy, addresses: &[], form: Form::Json };
    let mut out = Vec::new();
    let files = [folder.path().join("missing.eml"), there];
    let tally = judge_files(&files, bench, &mut out).unwrap();
    assert_eq!(tally, Tally { judged: 1, faults: 1 });
    assert!(String::from_utf8(out).unwrap().contains("missing.eml"));
}

#[test]
fn hostile_letters_are_bounded() {
    let huge = format!("From: a@example.org\nTo: ani@example.com\n\n{}", "> x\n".repeat(700_000));
    let control = "From: \u{202e}evil\u{7}@x.test <e@x.test>\nTo: ani@example.com\n\
        Subject: a\u{1b}[2Jb\n\nhi?";
    let policy = policy();
    for raw in [huge.as_str(), control, "\n", "\0\0\0", "From ", "From \nFrom \n"] {
        let bench = Bench { policy: &policy, addresses: &[], form: Form::Human };
        let mut out = Vec::new();
        let mut tally = Tally::default();
        judge_mail(raw.as_bytes(), "x", bench, &mut out, &mut tally).unwrap();
        assert!(!out.contains(&0x1b) && !out.contains(&0));
    }
}
