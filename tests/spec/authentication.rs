//! Authentication-Results: real fields are read, forged and broken ones say nothing.

use proptest::prelude::*;
use sigap::mail::authentication::{read, topmost};
use sigap::mail::headers::split;
use sigap::model::stamp::{Finding, Stamp};

const GOOGLE: &str = "mx.google.com; dkim=pass header.i=@example.org header.s=2023 \
     header.b=\"abc/d+=\"; spf=pass (google.com: domain of budi@example.org designates 192.0.2.1 \
     as permitted sender) smtp.mailfrom=budi@example.org; dmarc=pass (p=NONE sp=NONE dis=NONE) \
     header.from=example.org";

fn stamp(header: &str) -> Option<Stamp> {
    topmost(&split(header.as_bytes()))
}

/// One field as it stands on one line, its findings as they are shown.
fn shown(value: &str) -> Option<(String, Vec<String>)> {
    let (by, findings) = read(value)?;
    Some((by, findings.iter().map(ToString::to_string).collect()))
}

#[test]
fn fields_of_real_servers_are_read() {
    let table: [(&str, &str, &[&str]); 9] = [
        (
            GOOGLE,
            "mx.google.com",
            &[
                "dkim=pass header.i=@example.org header.s=2023 header.b=abc/d+=",
                "spf=pass smtp.mailfrom=budi@example.org",
                "dmarc=pass header.from=example.org",
            ],
        ),
        (
            "MX.example.com; dkim=pass (2048-bit key; unprotected) header.d=example.org \
             header.a=rsa-sha256 header.b=AbC=; dkim-atps=neutral",
            "mx.example.com",
            &[
                "dkim=pass header.d=example.org header.a=rsa-sha256 header.b=AbC=",
                "dkim-atps=neutral",
            ],
        ),
        (
            "mx.example.com 1; spf=fail reason=\"dmarc=pass\" smtp.mailfrom=\"a b\"@x; dmarc=none",
            "",
            &[],
        ),
        (
            "mx.example.com 1 ; SPF = Fail reason = \"dmarc=pass; x\" smtp.mailfrom = \"a b\"",
            "mx.example.com",
            &["spf=fail smtp.mailfrom=\"a b\""],
        ),
        ("mx.example.com; none", "mx.example.com", &[]),
        ("mx.example.com (a (nested \\) one)) ; spf=pass;", "mx.example.com", &["spf=pass"]),
        ("\"mx example\"; dkim/1 = pass", "mx example", &["dkim=pass"]),
        (
            "mx.example.com; dmarc=pass action=none header.from=example.org;compauth=pass reason=100",
            "mx.example.com",
            &["dmarc=pass action=none header.from=example.org", "compauth=pass"],
        ),
        ("mx.example.com", "mx.example.com", &[]),
    ];
    for (value, by, findings) in table {
        let expected = (!by.is_empty())
            .then(|| (by.to_owned(), findings.iter().map(ToString::to_string).collect()));
        assert_eq!(shown(value), expected, "{value}");
    }
}

#[test]
fn what_breaks_the_grammar_says_nothing() {
    for value in [
        "",
        ";",
        "spf=pass (no name) smtp.mailfrom=x; dkim=pass",
        "spf=pass; dkim=pass",
        "mx.example.com 2; spf=pass",
        "mx.example.com 1x; spf=pass",
        "mx.example.com; spf",
        "mx.example.com; spf=",
        "mx.example.com; =pass",
        "mx.example.com; spf=pass smtp.mailfrom",
        "mx.example.com; spf=pass smtp.mailfrom=",
        "mx.example.com; spf=pass (never closed",
        "mx.example.com; spf=pass reason=\"never closed; dmarc=pass",
        "mx.example.com; none; dmarc=pass",
        "mx.example.com spf=pass",
        "mx.example.com; spf=pass\u{1b}[2J",
    ] {
        assert_eq!(read(value), None, "{value:?}");
    }
}

#[test]
fn only_the_topmost_block_of_one_server_counts() {
    let ours = "Authentication-Results: mx.example.com; spf=fail\r\n";
    let more = "authentication-results: MX.example.com;\r\n\tdkim=none\r\n";
    let forged = "Authentication-Results: mx.example.com; dmarc=pass\r\n";
    let passed = "Received: from a by b; Tue, 24 Nov 2026 10:00:00 +0700\r\n";
    let broken = "Authentication-Results: mx.example.com; dmarc=pass (\r\n";
    let other = "Authentication-Results: evil.example; dmarc=pass\r\n";
    let found = |parts: &[&str]| {
        let stamp = stamp(&[&parts.concat(), "From: budi@example.org\r\n\r\nHello\r\n"].concat());
        stamp.map(|stamp| {
            let findings: Vec<String> = stamp.findings.iter().map(ToString::to_string).collect();
            format!("{}: {}", stamp.by, findings.join(" "))
        })
    };
    let table: [(&[&str], Option<&str>); 9] = [
        (&[passed, ours, more], Some("mx.example.com: spf=fail dkim=none")),
        (&[ours, passed, forged], Some("mx.example.com: spf=fail")),
        (&[ours, "X-Other: y\r\n", forged], Some("mx.example.com: spf=fail")),
        (&[ours, other, forged], Some("mx.example.com: spf=fail")),
        (&[ours, broken, forged], Some("mx.example.com: spf=fail")),
        (&[broken, ours], None),
        (&[passed, passed, forged], Some("mx.example.com: dmarc=pass")),
        (&["X-Authentication-Results: mx.example.com; dmarc=pass\r\n"], None),
        (&[passed], None),
    ];
    for (parts, expected) in table {
        assert_eq!(found(parts).as_deref(), expected, "{parts:?}");
    }
}

#[test]
fn a_pass_that_is_hidden_elsewhere_is_no_finding() {
    let table: [(&str, &[&str]); 6] = [
        ("mx.example.com; spf=fail reason=\"dmarc=pass header.from=example.org\"", &["spf=fail"]),
        ("mx.example.com; spf=fail (dmarc=pass header.from=example.org)", &["spf=fail"]),
        (
            "mx.example.com; spf=fail (x\\) ; dmarc=pass) smtp.mailfrom=x",
            &["spf=fail smtp.mailfrom=x"],
        ),
        (
            "mx.example.com; spf=fail smtp.mailfrom=\"; dmarc=pass\"",
            &["spf=fail smtp.mailfrom=\"; dmarc=pass\""],
        ),
        (
            "mx.example.com; dmarc=fail; dmarc=pass header.from=example.org",
            &["dmarc=fail", "dmarc=pass header.from=example.org"],
        ),
        (
            "mx.example.com; x-dmarc=pass header.from=example.org",
            &["x-dmarc=pass header.from=example.org"],
        ),
    ];
    for (value, findings) in table {
        let stamp = stamp(&format!("Authentication-Results: {value}\r\n\r\n")).expect(value);
        let shown: Vec<String> = stamp.findings.iter().map(ToString::to_string).collect();
        assert_eq!(shown, findings, "{value}");
    }
}

fn keyword() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9_.-]{0,12}".prop_filter("a word of its own", |word| word != "reason")
}

fn finding() -> impl Strategy<Value = Finding> {
    let value = "[^\\p{C}]{0,20}";
    let about = prop::collection::vec((keyword(), value), 0..4);
    (keyword(), keyword(), about).prop_map(|(method, result, about)| Finding {
        method,
        result,
        about,
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(findings in prop::collection::vec(finding(), 0..5)) {
        let words: Vec<String> = findings.iter().map(ToString::to_string).collect();
        let value = format!("mx.example.com; {}", words.join("; "));
        prop_assert_eq!(read(&value), Some(("mx.example.com".to_owned(), findings)));
    }

    #[test]
    fn no_value_is_too_odd(value in ".{0,200}") {
        if let Some((_, findings)) = read(&value) {
            prop_assert!(findings.iter().all(|one| !one.to_string().contains(char::is_control)));
        }
    }
}
