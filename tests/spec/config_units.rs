//! The small readers of the configuration: spans, steps, server addresses, patterns, near words.

use jiff::SignedDuration;
use proptest::prelude::*;
use sigap::config::file::File;
use sigap::config::include::fits;
use sigap::config::near::nearest;
use sigap::config::reader::read;
use sigap::config::servers::{Protocol, parse_url};
use sigap::config::settings::Tls;
use sigap::config::units::{Days, parse_span, parse_step, show_span, show_step};
use sigap::model::policy::{Rung, Step};

#[test]
fn addresses_of_servers_are_taken_apart() {
    type Apart<'a> = Option<(Tls, Option<&'a str>, &'a str, u16)>;
    let cases: &[(&str, Protocol, Apart<'_>)] = &[
        (
            "imaps://dwi@h.example",
            Protocol::Imap,
            Some((Tls::Implicit, Some("dwi"), "h.example", 993)),
        ),
        (
            "imap://dwi%40x.org@H.example:1/",
            Protocol::Imap,
            Some((Tls::StartTls, Some("dwi@x.org"), "h.example", 1)),
        ),
        (
            "imap://a@b@h.example",
            Protocol::Imap,
            Some((Tls::StartTls, Some("a@b"), "h.example", 143)),
        ),
        ("smtp://[::1]:25", Protocol::Smtp, Some((Tls::StartTls, None, "::1", 25))),
        (
            "smtps://b\u{fc}cher.example",
            Protocol::Smtp,
            Some((Tls::Implicit, None, "xn--bcher-kva.example", 465)),
        ),
        ("imaps://h.example", Protocol::Smtp, None),
        ("smtp://", Protocol::Smtp, None),
        ("smtp://h.example:0", Protocol::Smtp, None),
        ("smtp://h.example:65536", Protocol::Smtp, None),
        ("smtp://[::1", Protocol::Smtp, None),
        ("smtp://h.example/path", Protocol::Smtp, None),
        ("smtp://h.example?x", Protocol::Smtp, None),
        ("smtp://a%0d@h.example", Protocol::Smtp, None),
        ("smtp://a%4@h.example", Protocol::Smtp, None),
        ("smtp://a%+1@h.example", Protocol::Smtp, None),
        ("smtp://a%ff@h.example", Protocol::Smtp, None),
        ("smtp://a:b@h.example", Protocol::Smtp, None),
    ];
    for (url, protocol, expected) in cases {
        let found = parse_url(url, *protocol).ok();
        let found = found.as_ref().map(|s| (s.tls, s.user.as_deref(), s.host.as_str(), s.port));
        assert_eq!(found, *expected, "{url}");
    }
}

#[test]
fn file_names_fit_patterns() {
    let cases = [
        ("a.toml", "*.toml", true),
        (".toml", "*.toml", true),
        ("a.toml", "*", true),
        ("a.toml.bak", "*.toml", false),
        ("abc", "a*c", true),
        ("ac", "a*c", true),
        ("a", "a*a", false),
        ("axbxc", "a*b*c", true),
        ("abcabc", "*abc*abc", true),
        ("abc", "*abc*abc", false),
        ("abc", "abc", true),
        ("abc", "ab", false),
    ];
    for (name, pattern, expected) in cases {
        assert_eq!(fits(name, pattern), expected, "{name} {pattern}");
    }
}

#[test]
fn near_words_are_suggested() {
    let known = ["ladder", "name", "reply_within", "hours"];
    let cases = [
        ("lader", Some("ladder")),
        ("nmae", Some("name")),
        ("reply_witin", Some("reply_within")),
        ("hour", Some("hours")),
        ("colour", None),
        ("", None),
    ];
    for (word, expected) in cases {
        assert_eq!(nearest(word, known), expected, "{word}");
    }
}

#[test]
fn spans_and_steps_are_read_strictly() {
    let cases = [
        ("8h", Some(8 * 3600)),
        ("1h 30m", Some(5400)),
        ("1h30m", Some(5400)),
        (" 4s ", Some(4)),
        ("2w", Some(14 * 86400)),
        ("730d", Some(730 * 86400)),
        ("0s", Some(0)),
        ("", None),
        ("8", None),
        ("h", None),
        ("8 h", None),
        ("30m 1h", None),
        ("1h 1h", None),
        ("-1h", None),
        ("1.5h", None),
        ("8H", None),
        ("1h 5", None),
        ("99999999999w", None),
        ("9999999999999999999999s", None),
        ("\u{0661}h", None),
    ];
    for (text, expected) in cases {
        let found = parse_span(text, Days::Allowed).ok().map(|span| span.as_secs());
        assert_eq!(found, expected, "{text}");
    }
    assert!(parse_span("1d", Days::Refused).is_err());
    for text in ["nudge", "nudge 0h", "Nudge 6h", "nudge6h", "lapse 1d", ""] {
        assert!(parse_step(text).is_err(), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn random_text_never_panics(
        text in "\\PC{0,200}",
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let _document = read::<File>(&text);
        let _document = read::<File>(&String::from_utf8_lossy(&bytes));
        let _ = parse_span(&text, Days::Allowed);
        let _ = parse_step(&text);
        let _ = parse_url(&text, Protocol::Imap);
        let _ = fits(&text, &text);
        let _ = nearest(&text, [text.as_str(), "hours"]);
    }

    #[test]
    fn spans_survive_writing_and_reading(seconds in 0i64..3_000_000_000) {
        let span = SignedDuration::from_secs(seconds);
        for days in [Days::Allowed, Days::Refused] {
            prop_assert_eq!(parse_span(&show_span(span, days), days).unwrap(), span);
        }
    }

    #[test]
    fn steps_survive_writing_and_reading(seconds in 1i64..3_000_000, lapse in any::<bool>()) {
        let rung = if lapse { Rung::Lapse } else { Rung::Nudge };
        let step = Step { rung, after: SignedDuration::from_secs(seconds) };
        prop_assert_eq!(parse_step(&show_step(step)).unwrap(), step);
    }
}
