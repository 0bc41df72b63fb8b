//! Strings that want to be more than strings, in every field of a mail: none of them breaks out of
//! the database, a letter, a list, an explanation or the journal.
//!
//! `SIGAP_STRINGS=n` for every n-th of the generated ones; 1 for all.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail_parser::MessageParser;
use rusqlite::Connection;
use rusqlite::types::Value;
use sigap::mail::compose::FIELDS;
use sigap::model::message::Role;

use crate::cli::world::{CONFIG, Past, World, at};

/// What no string of ours ever holds, whoever wrote it: controls, and what turns or hides text.
fn breaks_out(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

fn strings() -> Vec<(&'static str, Vec<u8>)> {
    let marks = format!("Zoe{}", "\u{301}".repeat(500));
    let table: [(&str, &[u8]); 22] = [
        ("plain", b"Budi Santoso"),
        ("a line break", b"x\r\nBcc: dewi@example.net\r\nX-Sigap-Id: y"),
        ("half a line break", b"x\rBcc: dewi@example.net\rY: z"),
        ("the end of the header", b"x\r\n\r\nDONE 1\r\n.\r\n"),
        ("directions", "\u{202e}moc.live\u{2066}\u{200f}x\u{061c}".as_bytes()),
        ("nul", b"a\0b\0"),
        ("a tag", b"<script>alert(1)</script><img src=x onerror=y>\"'><b onclick=z>"),
        ("an open tag", b"--></style></td></table><iframe src=//x><!--"),
        ("entities", b"&lt;script&gt;&#x3c;b&#62;&amp;"),
        (
            "a template",
            b"{{ 7654321*9 }}{% for i in items %}{{ i }}{% endfor %}{# x #}${7654321*9}",
        ),
        ("an escape", b"\x1b[2J\x1b]0;title\x07\x9b31m\x1b[8mhidden"),
        ("one-byte controls", "\u{9b}2J\u{85}\u{9d}x\u{7f}\u{8}\u{8}".as_bytes()),
        ("json", br#""},{"a":"\u0000\"]}\"#),
        ("sql", b"'); DROP TABLE message;--"),
        ("a formula", b"=cmd|' /C calc'!A0"),
        ("a format", b"%s%n%99999999d{0}{}"),
        ("half a pair", b"a\xed\xa0\x80b\xed\xbf\xbf"),
        ("no UTF-8", b"\xff\xfe\xc0\xaf\xf8\x88\x80\x80\x80"),
        ("right to left", "محمد علي שלום".as_bytes()),
        ("line separators", "a\u{2028}b\u{2029}c\u{b}d\u{c}e".as_bytes()),
        ("invisible", "a\u{200b}\u{feff}\u{e0041}\u{e0001}\u{3164}b\u{ad}".as_bytes()),
        ("heaped marks", marks.as_bytes()),
    ];
    let mut all: Vec<_> = table.into_iter().map(|(name, bytes)| (name, bytes.to_vec())).collect();
    all.push(("length", b"long words of somebody ".repeat(500)));
    all.push(("one long word", "\u{1f600}".repeat(10_000).into_bytes()));
    let every = std::env::var("SIGAP_STRINGS").ok().and_then(|text| text.parse().ok());
    let generated = generated();
    assert!(all.len() + generated.len() >= 500, "{} strings", all.len() + generated.len());
    all.extend(generated.into_iter().step_by(every.unwrap_or(26)));
    all
}

/// Families of strings that mean something to somebody.
fn generated() -> Vec<(&'static str, Vec<u8>)> {
    let mut all: Vec<(&'static str, Vec<u8>)> = Vec::new();
    let mut add = |name, bytes: &[u8]| all.push((name, bytes.to_vec()));
    for byte in (0..=0x1f).chain(0x7f..=0x9f) {
        add("a raw control", &[b'a', byte, b'b', byte]);
        add("a control", format!("a{}b", char::from(byte)).as_bytes());
    }
    for code in HIDDEN.iter().copied().chain(0xe0000..0xe0010).chain(0xfe00..0xfe08) {
        let c = char::from_u32(code).unwrap();
        add("a hidden sign", format!("invoice{c}gpj.exe{c}{c}").as_bytes());
    }
    for name in NAMES {
        add("a field", format!("x\r\n{name}: dewi@example.net").as_bytes());
        add("a folded field", format!("x\r\n \r\n{name}: y\r\n\tz").as_bytes());
        add("an encoded field", format!("=?utf-8?q?x=0D=0A{name}:_y?=").as_bytes());
        let inside = STANDARD.encode(format!("x\n{name}: y\n\n<b>z</b>"));
        add("a wrapped field", format!("=?utf-8?b?{inside}?=").as_bytes());
    }
    for inside in SEQUENCES {
        for start in ["\x1b", "\x1b\x1b", "\u{9b}", "\\x1b", "\\033"] {
            add("a sequence", format!("{start}{inside}").as_bytes());
        }
    }
    for words in WORDS {
        add("words", words.as_bytes());
        add("words in quotes", format!("\"{words}\"").as_bytes());
        add("words after a break", format!("x\n{words}\r").as_bytes());
    }
    all
}

/// What turns, joins, hides or stands for nothing.
const HIDDEN: [u32; 41] = [
    0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x180b, 0x180e, 0x200b, 0x200c, 0x200d, 0x200e,
    0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2060, 0x2061, 0x2062, 0x2063,
    0x2066, 0x2067, 0x2068, 0x2069, 0x206a, 0x206f, 0x3164, 0xfeff, 0xffa0, 0xfff9, 0xfffa, 0xfffb,
    0xfffd, 0xffff, 0x1d173, 0xe0041, 0xe007f,
];

const NAMES: [&str; 24] = [
    "From",
    "To",
    "Cc",
    "Bcc",
    "Sender",
    "Reply-To",
    "Return-Path",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Auto-Submitted",
    "Precedence",
    "List-Id",
    "List-Unsubscribe",
    "DKIM-Signature",
    "Received",
    "X-Sigap-Id",
    "X-Auto-Response-Suppress",
    "Errors-To",
];

/// What follows an escape.
const SEQUENCES: [&str; 16] = [
    "[2J",
    "[31m",
    "[8m",
    "[H",
    "[6n",
    "[?1049h",
    "]0;title\x07",
    "]2;title\x1b\\",
    "]52;c;eA==\x07",
    "]8;;https://evil.example\x07here",
    "P+q544e\x1b\\",
    "c",
    "(0",
    "[1;1H",
    "_x\x1b\\",
    "^x\x1b\\",
];

/// What a page, a template, a script, a shell, a sheet, a server would like to hear.
const WORDS: [&str; 64] = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<b>'>",
    "</td></tr></table><h1>x",
    "<a href=javascript:alert(1)>x</a>",
    "<style>*{display:none}</style>",
    "<!--",
    "-->",
    "<![CDATA[x]]>",
    "<b",
    "&lt;b&gt;",
    "&#60;b&#62;",
    "&#x202e;",
    "&NewLine;",
    "<plaintext>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh>",
    "<form action=//evil.example>",
    "<input autofocus onfocus=x>",
    "' onmouseover='x",
    "\" style=\"x",
    "{{ 7654321*9 }}",
    "{% include 'nudge.txt' %}",
    "{# x #}",
    "${7654321*9}",
    "#{7654321*9}",
    "<%= 7654321*9 %>",
    "{{ self }}",
    "{{ ''|attr('x') }}",
    "{% raw %}",
    "{%- endfor -%}",
    "%(x)s",
    "%s%n%x",
    "{0}{}",
    "\\u003cb\\u003e",
    "\",\"v\":99,\"x\":\"",
    "]}",
    "'); DROP TABLE message;--",
    "' OR 1=1 --",
    "x' UNION SELECT secret FROM instance--",
    "ATTACH DATABASE '/tmp/x' AS x",
    "\\'; PRAGMA x; --",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    "$(reboot)",
    "`reboot`",
    "; rm -rf /",
    "| cat",
    "../../../etc/passwd",
    "file:///etc/passwd",
    ".\r\nMAIL FROM:<a@example.net>",
    "\r\n.\r\n",
    "a1 LOGOUT",
    "* BYE",
    "{500000000}",
    "[SIGAP S-AAAAA]",
    "DONE 1",
    "DONE ALL",
    "S-00000",
    "NOT 1",
];

const PLACES: [&str; 9] =
    ["name", "to", "cc", "subject", "id", "references", "list", "date", "words"];

/// A request with a string in one place: as it is, or wrapped so that it arrives whole.
fn mail(place: &str, number: usize, string: &[u8]) -> Vec<u8> {
    let mut mail = Vec::new();
    let mut field = |name: &str, before: &str, usual: &str, after: &str| {
        mail.extend(format!("{name}: {before}").bytes());
        mail.extend_from_slice(if name_of(name) == place { string } else { usual.as_bytes() });
        mail.extend(format!("{after}\r\n").bytes());
    };
    field("From", "", "Budi", &format!(" <budi{number}@example.org>"));
    field("To", "", "Ani", " <ani@example.com>");
    field("Cc", "", "Eka", " <eka@example.org>");
    field("Subject", "", &format!("Invoice {number}"), "");
    field("Message-ID", "<", "", &format!("m{number}@example.org>"));
    field("References", "<", "", &format!("r{number}@example.org>"));
    if place == "list" {
        field("List-Id", "", "", "");
    }
    field("Date", "", "Mon, 23 Nov 2026 10:00:00 +0700", "");
    mail.extend(b"\r\nDear Ani,\r\n\r\nCould you please send us the invoice ");
    mail.extend_from_slice(if place == "words" { string } else { b"today" });
    mail.extend(b"?\r\n\r\nBudi\r\n");
    mail
}

fn name_of(field: &str) -> &'static str {
    match field {
        "From" => "name",
        "To" => "to",
        "Cc" => "cc",
        "Subject" => "subject",
        "Message-ID" => "id",
        "References" => "references",
        "List-Id" => "list",
        _ => "date",
    }
}

fn wrapped(string: &[u8]) -> Vec<u8> {
    let words = string.chunks(45).map(|part| format!("=?utf-8?b?{}?=", STANDARD.encode(part)));
    words.collect::<Vec<_>>().join("\r\n ").into_bytes()
}

/// A world in which the string was written everywhere, and the owner has answered with it too.
fn world_of(string: &[u8]) -> (World, Past) {
    let config = CONFIG.replace("[[owner]]", "[[owner]]\nsnippets = true");
    let (world, mut past) = World::beginning(&config);
    past.hear(at("2026-11-23 09:00"), Role::Inbox, b"");
    for (number, place) in PLACES.into_iter().enumerate() {
        past.hear(at("2026-11-23 10:00"), Role::Inbox, &mail(place, number, string));
        let whole = wrapped(string);
        past.hear(at("2026-11-23 10:00"), Role::Inbox, &mail(place, number + 10, &whole));
    }
    for time in ["2026-11-23 12:05", "2026-11-23 16:05"] {
        past.hear(at(time), Role::Inbox, b"");
    }
    let letter = past.posted.last().unwrap();
    let id = MessageParser::default().parse(letter).unwrap().message_id().unwrap().to_owned();
    let mut answer = format!(
        "From: ani@example.com\r\nTo: sigap@example.com\r\nMessage-ID: <a1@example.com>\r\n\
         In-Reply-To: <{id}>\r\nSubject: Re: it\r\n\r\nDONE "
    )
    .into_bytes();
    answer.extend_from_slice(string);
    answer.extend(b" and more\r\n");
    past.hear(at("2026-11-23 16:10"), Role::Sent, &answer);
    past.hear(at("2026-11-24 09:10"), Role::Inbox, b"");
    (world, past)
}

/// Tags as they are written, without what stands between them.
fn tags(html: &str) -> BTreeSet<String> {
    html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap().to_owned()).collect()
}

/// The parts of a letter, and that it is one: our fields, each once, and plain lines.
fn parts_of(letter: &[u8]) -> (String, String) {
    let text = std::str::from_utf8(letter).unwrap();
    assert!(text.is_ascii() && !text.replace("\r\n", "").contains(|c: char| c.is_control()));
    let (header, _) = text.split_once("\r\n\r\n").unwrap();
    let lines = header.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    let mut names: Vec<&str> = lines.map(|line| line.split(':').next().unwrap()).collect();
    names.retain(|name| !["In-Reply-To", "References"].contains(name));
    names.sort_unstable();
    let mut wanted = FIELDS.to_vec();
    wanted.sort_unstable();
    assert_eq!(names, wanted, "{header}");
    let parsed = MessageParser::default().parse(letter).unwrap();
    assert!(!parsed.subject().unwrap().contains(breaks_out), "{:?}", parsed.subject());
    assert_eq!((parsed.text_body_count(), parsed.html_body_count()), (1, 1), "{text}");
    let plain = parsed.body_text(0).unwrap().replace("\r\n", "");
    let html = parsed.body_html(0).unwrap().replace("\r\n", "");
    (plain.replace('\n', ""), html.replace('\n', ""))
}

/// Every string in a document of JSON, keys included.
fn strings_in(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) => found.push(text.clone()),
        serde_json::Value::Array(list) => list.iter().for_each(|one| strings_in(one, found)),
        serde_json::Value::Object(map) => map.iter().for_each(|(key, one)| {
            found.push(key.clone());
            strings_in(one, found);
        }),
        _ => {}
    }
}

/// Every text in the database, with its place.
fn texts_in(world: &World) -> Vec<(String, String)> {
    let c = Connection::open(world.store()).unwrap();
    let mut names = c.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().flatten().collect();
    let mut found = Vec::new();
    // What the configuration says has lines of its own and nothing of a mail in it.
    for table in names.iter().filter(|name| *name != "policy_version") {
        let mut all = c.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns: Vec<String> = all.column_names().into_iter().map(str::to_owned).collect();
        let mut rows = all.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for (place, column) in columns.iter().enumerate() {
                if let Value::Text(text) = row.get(place).unwrap() {
                    found.push((format!("{table}.{column}"), text));
                }
            }
        }
    }
    found
}

/// What people, machines and the database are told.
fn told(world: &World) -> Vec<(String, String)> {
    let mut all = texts_in(world);
    let now = at("2026-11-24 09:30");
    let list = world.sigap_at(&["--json", "list", "--all"], now).json();
    let mut asked: Vec<Vec<String>> = [&["list"][..], &["list", "--all"], &["outbox"]]
        .into_iter()
        .map(|words| words.iter().map(|word| (*word).to_owned()).collect())
        .collect();
    for row in list["obligations"].as_array().unwrap() {
        asked.push(vec!["why".to_owned(), row["ref"].as_str().unwrap().to_owned()]);
    }
    for number in [0, 3, 10, 13] {
        let address = format!("budi{number}@example.org");
        asked.push(["person", "export", &address].map(str::to_owned).to_vec());
    }
    for words in asked {
        let call = words.join(" ");
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let said = world.sigap_at(&words, now);
        all.push((call.clone(), said.out.replace('\n', "") + &said.err.replace('\n', "")));
        let said = world.sigap_at(&[&["--json"][..], &words].concat(), now);
        if said.code == 0 {
            let mut found = Vec::new();
            strings_in(&said.json(), &mut found);
            assert!(!said.out.trim_end().contains(|c: char| c.is_control()), "{call}");
            // Letters are given out as they are, with the ends of their lines.
            let export = call.starts_with("person export");
            let plain = |text: String| if export { text.replace("\r\n", "") } else { text };
            all.extend(found.into_iter().map(|text| (format!("--json {call}"), plain(text))));
        }
    }
    all
}

#[test]
fn no_string_breaks_out() {
    let (mut usual, mut bad, mut count) = (None, Vec::new(), 0);
    for (name, string) in strings() {
        count += 1;
        let (world, past) = world_of(&string);
        let letters: Vec<_> = past.posted.iter().map(|letter| parts_of(letter)).collect();
        let written: BTreeSet<String> = letters.iter().flat_map(|(_, html)| tags(html)).collect();
        let usual = usual.get_or_insert_with(|| written.clone());
        assert!(letters.len() >= 3, "{name}: a welcome, a reminder, an answer: {}", letters.len());
        let arrived = |words: &str| letters.iter().any(|(_, html)| html.contains(words));
        match name {
            "a tag" => assert!(arrived("&lt;script&gt;alert(1)"), "the string is not there"),
            "a template" => assert!(arrived("{{ 7654321*9 }}"), "the string is not there"),
            _ => {}
        }
        let others: Vec<_> = written.difference(usual).collect();
        assert!(others.is_empty(), "{name}: {others:?}");
        let mut all = told(&world);
        all.extend(past.journal.iter().map(|line| ("the journal".to_owned(), line.clone())));
        for (plain, html) in letters {
            all.extend([("a letter".to_owned(), plain), ("a page".to_owned(), html)]);
        }
        for (place, text) in all {
            let longest = if place.starts_with("a ") { 100_000 } else { 4_000 };
            let why = match () {
                () if text.contains(breaks_out) => "breaks out of",
                () if text.contains("68888889") => "was reckoned in",
                () if text.len() > longest && !place.contains("export") => "fills",
                () => continue,
            };
            bad.push(format!(
                "{name} {why} {place}: {:?}",
                text.get(..text.floor_char_boundary(300))
            ));
        }
    }
    println!("{count} strings in {} places, wrapped and as they are: 0 broke out", PLACES.len());
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}
