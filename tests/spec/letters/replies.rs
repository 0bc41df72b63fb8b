//! Automatic replies: every form in both languages and in two at once, who is addressed how, what
//! is repeated and what is not, and that nothing of a hostile message becomes more than words.

use std::fs;

use jiff::civil::Date;
use mail_parser::{Address as Addresses, HeaderName};
use proptest::prelude::*;
use sigap::mail::replies::{Form, Holiday, ReplyView, StandIn, Tongue};
use sigap::model::away::Reason;

use super::*;

fn reply(form: Form, tongue: Tongue) -> ReplyView {
    ReplyView {
        form,
        tongue,
        requester: "Budi Santoso, S.E., M.M.".to_owned(),
        you: String::new(),
        subject: Some("Re: Penawaran revisi PO-2291".to_owned()),
        owner_name: "Ani Lestari, S.E.".to_owned(),
        owner_role: "Kepala Bagian Pengadaan".to_owned(),
        owner_org: "PT Contoh Sejahtera".to_owned(),
        reason: Reason::Unsaid,
        until: "2026-11-28T00:00[Asia/Jakarta]".parse().unwrap(),
        back: Date::constant(2026, 11, 30),
        stand_in: Some(StandIn {
            name: "Sari Wulandari".to_owned(),
            role: "Staf Pengadaan".to_owned(),
            email: "sari@example.com".to_owned(),
            phone: "+62 21 5550 117".to_owned(),
        }),
        urgent_line: true,
    }
}

fn standard(to: Language) -> ReplyView {
    reply(Form::Standard, Tongue::One(to))
}

/// On duty travel, nobody stands in, nothing more is known.
fn bare(to: Language) -> ReplyView {
    ReplyView {
        requester: String::new(),
        you: "Ibu".to_owned(),
        subject: None,
        owner_role: String::new(),
        owner_org: String::new(),
        reason: Reason::Travel,
        until: "2026-11-27T12:00[Asia/Makassar]".parse().unwrap(),
        back: Date::constant(2026, 11, 27),
        stand_in: None,
        ..standard(to)
    }
}

fn closed(festive: bool) -> Form {
    let name = if festive { "Tahun Baru Masehi" } else { "Hari Suci Nyepi" };
    Form::Closed(Holiday { name: name.to_owned(), festive })
}

fn said(view: &ReplyView) -> Words {
    wording::auto_reply(&templates(), view)
}

fn reply_head() -> LetterHead {
    LetterHead {
        from: party("Ani Lestari, S.E.", "ani@example.com"),
        to: party("Budi Santoso, S.E., M.M.", "budi@example.org"),
        in_reply_to: Some("ask.3@example.org".to_owned()),
        references: ["ask.1@example.org", "ask.2@example.com", "ask.3@example.org"]
            .map(str::to_owned)
            .to_vec(),
        ..head(Kind::AutoReply)
    }
}

fn letter(view: &ReplyView) -> Vec<u8> {
    compose(&reply_head(), &said(view)).unwrap()
}

#[test]
fn every_form_in_both_languages() {
    for to in BOTH {
        let named = |name: &str| format!("reply-{name}-{}", to.word());
        insta::assert_snapshot!(named("standard"), readable(&letter(&standard(to))));
        insta::assert_snapshot!(named("bare"), readable(&letter(&bare(to))));
        let one = Tongue::One(to);
        let short = ReplyView { reason: Reason::Leave, ..reply(Form::Short, one) };
        insta::assert_snapshot!(named("short"), readable(&letter(&short)));
        insta::assert_snapshot!(named("closed"), readable(&letter(&reply(closed(true), one))));
        insta::assert_snapshot!(named("neutral"), readable(&letter(&reply(Form::Neutral, one))));
    }
}

#[test]
fn every_form_in_two_languages() {
    for (name, form) in [
        ("standard", Form::Standard),
        ("short", Form::Short),
        ("closed", closed(false)),
        ("neutral", Form::Neutral),
    ] {
        let view = reply(form, Tongue::Both);
        insta::assert_snapshot!(format!("reply-{name}-both"), readable(&letter(&view)));
    }
    insta::assert_snapshot!("reply-page-both", said(&reply(Form::Short, Tongue::Both)).html);
}

#[test]
fn two_languages_are_one_letter() {
    let words = said(&reply(Form::Standard, Tongue::Both));
    let wanted = "Balasan otomatis / Automatic reply: Re: Penawaran revisi PO-2291";
    assert_eq!(words.subject, wanted);
    let (first, second) = words.text.split_once("\n\n----------\n\n").unwrap();
    assert!(first.starts_with("(English version below.)\n\nYth. Bapak/Ibu Budi Santoso,\n"));
    assert!(second.starts_with("Dear Budi Santoso,\n"));
    // Behind a signature mark mail programs grey or drop the rest.
    assert!(!words.text.lines().any(|line| line == "-- "));
    for once in ["<!DOCTYPE", "<html", "<body", "</body>", "</html>", "<hr"] {
        assert_eq!(words.html.matches(once).count(), 1, "{once}");
    }
    assert_eq!(words.html.matches("<div lang=\"id\">").count(), 1);
    assert_eq!(words.html.matches("<div lang=\"en\">").count(), 1);
    let one = said(&standard(Language::En));
    assert!(
        one.text.contains("\n-- \n") && !one.text.contains("below") && !one.text.contains("---")
    );
    assert!(!one.html.contains("<hr") && one.html.contains("<html lang=\"en\""));
}

#[test]
fn how_a_letter_opens() {
    #[rustfmt::skip]
    let table = [
        ("Suharti", "", "Yth. Bapak/Ibu Suharti,", "Dear Suharti,"),
        ("Budi Santoso, S.E., M.M.", "", "Yth. Bapak/Ibu Budi Santoso,", "Dear Budi Santoso,"),
        ("Rina Hapsari M.Si", "", "Yth. Bapak/Ibu Rina Hapsari M.Si,", "Dear Rina Hapsari M.Si,"),
        ("Moh.Yusuf", "", "Yth. Bapak/Ibu Moh.Yusuf,", "Dear Moh.Yusuf,"),
        ("'Rina  Hapsari'", "Ibu", "Yth. Ibu Rina Hapsari,", "Dear Rina Hapsari,"),
        ("Rina Hapsari", "Anda", "Yth. Rina Hapsari,", "Dear Rina Hapsari,"),
        ("Dr. Sudrajad", "Bapak", "Yth. Dr. Sudrajad,", "Dear Dr. Sudrajad,"),
        ("Kepala Dinas Perhubungan", "", "Yth. Kepala Dinas Perhubungan,",
            "Dear Kepala Dinas Perhubungan,"),
        ("PT Maju Jaya", "", "Yth. PT Maju Jaya,", "Dear PT Maju Jaya,"),
        ("Mr. Markus Hartmann", "", "Yth. Mr. Markus Hartmann,", "Dear Mr. Markus Hartmann,"),
        ("", "", "Yth. Bapak/Ibu,", "Hello,"),
        ("", "Ibu", "Yth. Ibu,", "Hello,"),
        ("", "Anda", "Yth. Bapak/Ibu,", "Hello,"),
        (", S.E.", "", "Yth. Bapak/Ibu,", "Hello,"),
        ("budi@example.org", "", "Yth. Bapak/Ibu,", "Hello,"),
        ("'budi@example.org'", "", "Yth. Bapak/Ibu,", "Hello,"),
        ("Win at casino.example.com now", "", "Yth. Bapak/Ibu,", "Hello,"),
        ("Visit https://x", "", "Yth. Bapak/Ibu,", "Hello,"),
        ("+62 812 5550 117", "", "Yth. Bapak/Ibu,", "Hello,"),
        ("\u{202e}\0\r\n", "", "Yth. Bapak/Ibu,", "Hello,"),
        ("{{ 7*7 }}", "", "Yth. Bapak/Ibu,", "Hello,"),
        ("{{ owner_name }}", "", "Yth. Bapak/Ibu {{ owner_name }},", "Dear {{ owner_name }},"),
        ("{% raw %}", "", "Yth. Bapak/Ibu {% raw %},", "Dear {% raw %},"),
    ];
    for (requester, you, id, en) in table {
        for form in [Form::Standard, Form::Short, closed(true)] {
            for (to, wanted) in [(Language::Id, id), (Language::En, en)] {
                let view = ReplyView {
                    requester: requester.to_owned(),
                    you: you.to_owned(),
                    ..reply(form.clone(), Tongue::One(to))
                };
                let words = said(&view);
                assert_eq!(words.text.lines().next(), Some(wanted), "{requester:?}");
                let page = seen(&words.html).replace("&#x2f;", "/");
                assert_eq!(page.lines().next(), Some(wanted), "{requester:?}");
            }
        }
    }
}

#[test]
fn what_is_repeated_of_a_subject() {
    let longest = "x ".repeat(60);
    let too_long = format!("{longest}yy");
    let cut = format!(": {}…", longest.trim_end());
    #[rustfmt::skip]
    let table = [
        ("Penawaran", ": Penawaran"),
        ("Re: Penawaran 2026-11-26", ": Re: Penawaran 2026-11-26"),
        ("Order 1234567", ": Order 1234567"),
        ("confirm 12345678", ""),
        ("Confirm\u{200b}ation 1234\u{200b}5678", ""),
        ("confirm deadBEEF", ""),
        ("[#0b5f9c0e-77aa] Ticket", ""),
        ("kode１２３４５６７８", ""),
        ("a decade of facade", ": a decade of facade"),
        ("x\r\nBcc: y\0", ": x Bcc: y"),
        ("{{ 7*7 }}{% raw %}", ": {{ 7*7 }}{% raw %}"),
        (" \t", ""),
        (too_long.as_str(), cut.as_str()),
    ];
    for (subject, wanted) in table {
        for form in [Form::Standard, Form::Short, closed(false)] {
            let said = |tongue| {
                let view =
                    ReplyView { subject: Some(subject.to_owned()), ..reply(form.clone(), tongue) };
                said(&view).subject
            };
            let (id, en) = (Tongue::One(Language::Id), Tongue::One(Language::En));
            assert_eq!(said(id), format!("Balasan otomatis{wanted}"));
            assert_eq!(said(en), format!("Automatic reply{wanted}"));
            let both = format!("Balasan otomatis / Automatic reply{wanted}");
            assert_eq!(said(Tongue::Both), both);
        }
    }
    let solid = ReplyView { subject: Some("x".repeat(121)), ..standard(Language::En) };
    let repeated = said(&solid).subject.replace("Automatic reply: ", "");
    assert_eq!(repeated.chars().count(), 120);
    let code_at_the_end = format!("{longest} 1234567890");
    let view = ReplyView { subject: Some(code_at_the_end), ..standard(Language::En) };
    assert_eq!(said(&view).subject, "Automatic reply");
}

#[test]
fn until_when() {
    #[rustfmt::skip]
    let table = [
        ("2026-11-28T00:00[Asia/Jakarta]", "Jumat, 27 November 2026", "Friday 27 November 2026"),
        ("2026-01-01T00:00[Asia/Jayapura]", "Rabu, 31 Desember 2025", "Wednesday 31 December 2025"),
        ("2026-11-27T12:30[Asia/Makassar]", "Jumat, 27 November 2026 pukul 12.30 WITA",
            "12:30 WITA on Friday 27 November 2026"),
        ("2026-11-27T00:01[Asia/Jakarta]", "Jumat, 27 November 2026 pukul 00.01 WIB",
            "00:01 WIB on Friday 27 November 2026"),
        // A day that begins at one o'clock, as there is no midnight.
        ("2026-04-24T01:00[Africa/Cairo]", "Kamis, 23 April 2026", "Thursday 23 April 2026"),
    ];
    for (until, id, en) in table {
        for form in [Form::Standard, closed(true)] {
            for (to, wanted) in [(Language::Id, id), (Language::En, en)] {
                let until: Zoned = until.parse().unwrap();
                let view = ReplyView { until, ..reply(form.clone(), Tongue::One(to)) };
                let text = said(&view).text.replace(" \n", " ");
                let (before, after) = match to {
                    Language::Id => ("sampai dengan", " dan b"),
                    Language::En => ("until", " and "),
                };
                assert!(text.contains(&format!("{before} {wanted}{after}")), "{text}");
            }
        }
    }
}

#[test]
fn nothing_dangles() {
    let nobody = StandIn {
        name: "Sari".to_owned(),
        role: String::new(),
        email: "sari@example.com".to_owned(),
        phone: String::new(),
    };
    for form in [Form::Standard, Form::Short, closed(true)] {
        for tongue in [Tongue::One(Language::Id), Tongue::One(Language::En), Tongue::Both] {
            for (role, org) in [("", ""), ("Kepala", ""), ("", "PT Contoh")] {
                for stand_in in [None, Some(nobody.clone())] {
                    let view = ReplyView {
                        owner_role: role.to_owned(),
                        owner_org: org.to_owned(),
                        stand_in,
                        ..reply(form.clone(), tongue)
                    };
                    let words = said(&view);
                    for line in words.text.lines().chain(seen(&words.html).lines()) {
                        let end = line.trim_end();
                        let opens = end.starts_with("Yth.") || end.starts_with("Dear");
                        let bye = end == "Hormat saya," || end == "Kind regards,";
                        assert!(
                            !end.ends_with(',') || opens || bye || line.ends_with(' '),
                            "{end:?}"
                        );
                        assert!(!end.contains(" ,") && !end.contains(", ,") && !end.contains("()"));
                        assert!(!end.starts_with(','), "{end:?}");
                        assert!(!end.contains("none") && !end.contains("| "), "{end:?}");
                        assert!(!end.contains("Telepon") && !end.contains("Phone"), "{end:?}");
                    }
                    assert!(!words.text.contains("\n\n\n"));
                }
            }
        }
    }
}

#[test]
fn the_urgent_word_is_offered_only_where_it_works() {
    for (to, word) in [(Language::Id, "MENDESAK"), (Language::En, "URGENT")] {
        for form in [Form::Standard, Form::Short, closed(true), Form::Neutral] {
            for urgent_line in [true, false] {
                for stand_in in [true, false] {
                    let mut view = reply(form.clone(), Tongue::One(to));
                    view.urgent_line = urgent_line;
                    view.stand_in = view.stand_in.filter(|_| stand_in);
                    let words = said(&view);
                    let wanted = form == Form::Standard && urgent_line && stand_in;
                    assert_eq!(words.text.contains(word), wanted, "{form:?}");
                    assert_eq!(words.html.contains(word), wanted, "{form:?}");
                }
            }
        }
    }
}

#[test]
fn no_pleasant_day_is_wished_on_a_day_of_quiet() {
    for (festive, wanted) in [(true, true), (false, false)] {
        let words = said(&reply(closed(festive), Tongue::One(Language::Id)));
        assert_eq!(words.text.contains("Selamat menikmati hari libur"), wanted);
        assert_eq!(words.html.contains("Selamat menikmati hari libur"), wanted);
    }
}

#[test]
fn the_neutral_form_is_always_the_same() {
    for tongue in [Tongue::One(Language::Id), Tongue::One(Language::En), Tongue::Both] {
        let told = said(&reply(Form::Neutral, tongue));
        let other = ReplyView { form: Form::Neutral, tongue, ..bare(Language::Id) };
        assert_eq!(told, said(&other));
        let all = format!("{}{}{}", told.subject, told.text, told.html);
        for word in
            ["Ani", "Budi", "Sari", "Contoh", "2026", "2291", "Penawaran", "kantor", "office"]
        {
            assert!(!all.contains(word), "{word}");
        }
    }
}

#[test]
fn the_register_is_kept() {
    for tongue in [Tongue::One(Language::Id), Tongue::One(Language::En), Tongue::Both] {
        for form in [Form::Standard, Form::Short, closed(true), closed(false), Form::Neutral] {
            let words = said(&reply(form.clone(), tongue));
            let page = words.html.split("<body").nth(1).unwrap();
            let text = words.text.replace(" \n", " ");
            let all = format!("{}\n{text}\n{page}", words.subject);
            for word in [
                "!",
                "http",
                "href",
                "src=",
                "url(",
                "<img",
                "Sigap",
                "Kepada Yth",
                "Harap",
                "harap",
                "perhatiannya",
                "pengertiannya",
                "sakit",
                "sick",
                "Sir",
            ] {
                assert!(!all.contains(word), "{form:?} says {word}");
            }
            let automatic = ["otomatis", "automatic"].iter().any(|word| text.contains(word));
            let needless = ["tidak perlu", "no answer needed", "no need to reply"];
            assert!(automatic && needless.iter().any(|word| text.contains(word)), "{form:?}");
        }
    }
}

#[test]
fn how_a_reply_declares_itself() {
    let words = said(&standard(Language::En));
    let bytes = compose(&reply_head(), &words).unwrap();
    let raw = String::from_utf8(bytes).unwrap();
    for line in [
        "Auto-Submitted: auto-replied",
        "X-Auto-Response-Suppress: All",
        "Precedence: bulk",
        "X-Loop: ani@example.com",
        "In-Reply-To: <ask.3@example.org>",
        "References: <ask.1@example.org> <ask.2@example.com> <ask.3@example.org>",
    ] {
        let found = raw.replace("\r\n ", " ").split("\r\n").filter(|l| *l == line).count();
        assert_eq!(found, 1, "{line}");
    }
    let from = party("Ani", "ani@bücher.example");
    let raw = compose(&LetterHead { from, ..reply_head() }, &words).unwrap();
    let raw = String::from_utf8(raw).unwrap();
    assert!(raw.contains("\r\nX-Loop: ani@xn--bcher-kva.example\r\n"));
    for kind in [Kind::Nudge, Kind::Preview, Kind::Welcome, Kind::Mistake, Kind::Alarm] {
        let raw = String::from_utf8(compose(&head(kind), &words).unwrap()).unwrap();
        assert!(!raw.contains("\r\nPrecedence:") && !raw.contains("\r\nX-Loop:"), "{kind:?}");
    }
}

#[test]
fn a_sender_is_named_only_where_it_is_somebody_else() {
    let words = said(&standard(Language::En));
    let with = |sender: Option<Party>| {
        let bytes = compose(&LetterHead { sender, ..reply_head() }, &words).unwrap();
        let message = MessageParser::new().parse(&bytes).unwrap();
        let address = message.sender().and_then(Addresses::first).and_then(|a| a.address());
        address.map(str::to_owned)
    };
    assert_eq!(with(None), None);
    assert_eq!(with(Some(party("Ani", "ANI@example.com"))), None);
    let sigap = with(Some(party("Sigap", "sigap@example.com")));
    assert_eq!(sigap.as_deref(), Some("sigap@example.com"));
    let odd = LetterHead { sender: Some(party("", "böb@example.com")), ..reply_head() };
    assert!(matches!(compose(&odd, &words), Err(ComposeFault::Address(_))));
}

#[test]
fn lines_of_a_signature_stay_lines() {
    use sigap::mail::plain::flow;
    let long = "word ".repeat(30);
    let text = flow(&format!("one\n| two\n| {long}\n| \n| three\nfour\nfive"));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines[0], lines[1]), ("one", "two"));
    assert!(lines[2].ends_with("word ") && lines.iter().all(|line| line.len() <= 76));
    assert_eq!(lines[lines.len() - 2..], ["three", "four five"]);
}

#[test]
fn own_words_are_tried_out_in_all_variants() {
    let folder = tempfile::tempdir().unwrap();
    for to in ["id", "en"] {
        fs::create_dir_all(folder.path().join(to)).unwrap();
    }
    #[rustfmt::skip]
    let faulty = [
        // Each works in some variants and fails in another.
        ("en/away.txt", "{{ stand_in.name }}"),
        ("en/away.html", "{% if urgent_line %}{{ stnad_in }}{% endif %}"),
        ("id/away_short.txt", "{% if not stand_in %}{{ nobody }}{% endif %}x"),
        ("id/away.txt", "x{% if stand_in and not stand_in.phone %}{{ no_phone }}{% endif %}"),
        ("en/away.subject", "{% if not subject %}{{ sbj }}{% endif %}x"),
        ("en/away_closed.html", "{% if not festive %}{{ quiet }}{% endif %}x"),
        ("id/away_closed.txt", "{% if same_day %}{{ today }}{% endif %}x"),
        ("id/away.html", "x{% if both %}{{ first }}{% endif %}"),
        ("en/away_closed.txt", "x{% if not salutation %}{{ nobody }}{% endif %}"),
        ("en/away_neutral.txt", "{{ owner_name }} has received this."),
        ("id/away_neutral.subject", "Balasan otomatis: {{ subject }}"),
        ("sheet.txt", "{% for part in parts %}{% if not loop.first %}{{ x }}{% endif %}{% endfor %}x"),
        ("sheet.html", "{{ parts[1].page }}"),
        ("sheet.html", "<p></p>{{ title }}"),
        ("sheet.txt", " "),
    ];
    for (name, text) in faulty {
        fs::write(folder.path().join(name), text).unwrap();
        let faults = Templates::load(Some(folder.path())).map(drop).unwrap_err();
        assert!(faults.iter().all(|fault| fault.file == name), "{faults:?}");
        fs::remove_file(folder.path().join(name)).unwrap();
    }
    let own = "{{ phrase }}, {{ role_and_org }} – {{ salutation }} <b>";
    fs::write(folder.path().join("en/away.html"), own).unwrap();
    fs::write(folder.path().join("sheet.html"), "{% for p in parts %}[{{ p.page }}]{% endfor %}")
        .unwrap();
    let own = Templates::load(Some(folder.path())).unwrap();
    let view = ReplyView { requester: "<i>&".to_owned(), ..standard(Language::En) };
    let page = wording::auto_reply(&own, &view).html;
    let wanted =
        "am out of the office, Kepala Bagian Pengadaan, PT Contoh Sejahtera – &lt;i&gt;&amp;";
    assert_eq!(page, format!("[{wanted} <b>]"));
}

/// What other people might write where a name, a subject, an id is expected.
const HOSTILE: &[&str] = &[
    "\r\nBcc: victim@example.org\r\n\r\n<script>x</script>",
    "\nSubject: y\r",
    "=?utf-8?q?hi=0D=0ABcc:_victim@example.org?=",
    "=?utf-8?B?DQpCY2M6IHZpY3RpbUBleGFtcGxlLm9yZw==?=",
    "\0\u{7f}\u{1b}[31m\u{85}\u{2028}",
    "\u{202e}moc.elpmaxe\u{2066}\u{200f}",
    "</p></div></body><img src=x onerror=alert(1)>\"'&",
    "{{ 7654321*9 }}{% raw %}{{ owner_name }}{# #}{% for x in parts %}",
    "| --\n-- \n----------",
    "--=_sigap_f259b36738e618c847385922--",
    "\u{fffd}\u{fffd}ÿþ\u{80}\u{9f}",
    ".\r\n.\r\n",
    "\"quoted\\\" <a@b>, c@d;",
    "a@b>\r\nBcc: x@y",
    "日本語の件名 ملف עברית",
    "x1@example.org",
];

/// Rubbish, sometimes of more than 998 octets, sometimes nothing at all.
fn rubbish() -> impl Strategy<Value = String> {
    let one = prop_oneof![
        4 => prop::sample::select(HOSTILE).prop_map(str::to_owned),
        2 => "(?s).{0,40}",
        1 => prop::collection::vec(any::<u8>(), 0..60)
            .prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        1 => ("[a-zé<=?]{1,9}", 100..400usize).prop_map(|(text, times)| text.repeat(times)),
    ];
    prop::collection::vec(one, 0..4).prop_map(|parts| parts.concat())
}

fn hostile_view() -> impl Strategy<Value = ReplyView> {
    let form = prop_oneof![
        2 => Just(Form::Standard),
        1 => Just(Form::Short),
        1 => rubbish().prop_map(|name| Form::Closed(Holiday { name, festive: true })),
        1 => Just(Form::Neutral),
    ];
    let tongue = prop::sample::select(vec![
        Tongue::One(Language::Id),
        Tongue::One(Language::En),
        Tongue::Both,
    ]);
    let words = prop::array::uniform7(rubbish());
    let stand_in = prop::option::of(prop::array::uniform4(rubbish()));
    (form, tongue, words, stand_in, any::<bool>()).prop_map(|(form, tongue, words, named, line)| {
        let [requester, you, subject, owner_name, owner_role, owner_org, _] = words;
        let stand_in = named.map(|[name, role, email, phone]| StandIn { name, role, email, phone });
        ReplyView {
            requester,
            you,
            subject: Some(subject),
            owner_name,
            owner_role,
            owner_org,
            stand_in,
            urgent_line: line,
            ..reply(form, tongue)
        }
    })
}

fn hostile_head() -> impl Strategy<Value = LetterHead> {
    let ids = prop::collection::vec(rubbish(), 0..30);
    let sender = prop::option::of(rubbish());
    (rubbish(), rubbish(), rubbish(), sender, prop::option::of(rubbish()), ids).prop_map(
        |(from, to, you, sender, in_reply_to, references)| {
            let hidden = Address::parse(&format!("{}@example.net", you.replace('@', "")));
            let to = Party {
                name: to,
                address: hidden
                    .filter(|address| address.local().is_ascii() && address.local().len() < 60)
                    .unwrap_or(Address::parse("budi@example.org").unwrap()),
            };
            LetterHead {
                from: party(&from, "ani@example.com"),
                sender: sender.map(|name| party(&name, "sigap@example.com")),
                to,
                in_reply_to,
                references,
                ..head(Kind::AutoReply)
            }
        },
    )
}

fn strange(text: &str) -> bool {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().any(|c| c.is_control() || turns(c))
}

/// Which ids may stand in a field.
fn is_id(id: &str) -> bool {
    let sound = |c: char| c.is_ascii_graphic() && c != '<' && c != '>';
    id.contains('@') && id.len() <= 900 && id.chars().all(sound)
}

fn header_names(bytes: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(bytes).unwrap();
    let header = text.split("\r\n\r\n").next().unwrap();
    let lines = header.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    lines.map(|line| line.split_once(':').unwrap().0.to_owned()).collect()
}

fn assert_header(head: &LetterHead, view: &ReplyView, bytes: &[u8]) {
    let mut wanted = vec![
        "Auto-Submitted",
        "Content-Type",
        "Date",
        "From",
        "MIME-Version",
        "Message-ID",
        "Precedence",
        "Subject",
        "To",
        "X-Auto-Response-Suppress",
        "X-Loop",
        "X-Sigap-Id",
    ];
    let references: Vec<&String> = head.references.iter().filter(|id| is_id(id)).collect();
    let parent = head.in_reply_to.as_deref().filter(|id| is_id(id));
    wanted.extend(parent.map(|_| "In-Reply-To"));
    wanted.extend((!references.is_empty()).then_some("References"));
    wanted.extend(head.sender.as_ref().map(|_| "Sender"));
    wanted.sort_unstable();
    let mut found = header_names(bytes);
    found.sort_unstable();
    assert_eq!(found, wanted);
    assert!(bytes.is_ascii());
    assert!(bytes.split(|b| *b == b'\n').all(|line| line.len() <= 999 && !line.contains(&0)));
    let text = std::str::from_utf8(bytes).unwrap().replace("\r\n", "");
    assert!(!text.contains(['\r', '\n']));
    let message = MessageParser::new().parse(bytes).unwrap();
    let parsed: Vec<String> = message.headers().iter().map(|h| h.name().to_owned()).collect();
    assert_eq!(parsed.len(), wanted.len(), "{parsed:?}");
    let to: Vec<&str> = message.to().unwrap().iter().filter_map(|a| a.address()).collect();
    assert_eq!(to, [head.to.address.as_str()]);
    assert_eq!(message.to().unwrap().iter().count(), 1);
    assert_eq!(message.from().unwrap().iter().count(), 1);
    for field in [HeaderName::To, HeaderName::From, HeaderName::Sender] {
        let list = message.header(field).and_then(|value| value.as_address());
        let name = list.and_then(Addresses::first).and_then(|one| one.name());
        assert!(!name.is_some_and(strange), "{name:?}");
    }
    let subject = message.subject().unwrap();
    assert!(!strange(subject) && subject.chars().count() <= 201, "{subject:?}");
    let told = subject.rsplit("Automatic reply").next().unwrap();
    assert!(view.form != Form::Neutral || told.is_empty() || told == "Balasan otomatis");
    let kept = references.len().min(20);
    let ids = message.references().as_text_list().map_or(0, <[_]>::len);
    assert!(ids == kept || kept == 0, "{ids} of {kept}");
}

/// Every tag in a page is one that a page of the same form has without anybody's words.
fn assert_page(view: &ReplyView, words: &Words) {
    let own = said(&ReplyView {
        requester: "Budi".to_owned(),
        subject: None,
        owner_name: "Ani".to_owned(),
        owner_role: "Kepala".to_owned(),
        owner_org: "Contoh".to_owned(),
        stand_in: reply(Form::Short, view.tongue).stand_in,
        urgent_line: true,
        ..view.clone()
    });
    let tags = |page: &str| -> Vec<String> {
        let pieces = page.split('<').skip(1);
        pieces.map(|piece| piece.split('>').next().unwrap().to_owned()).collect()
    };
    let known = tags(&own.html);
    for tag in tags(&words.html) {
        assert!(known.contains(&tag), "<{tag}>");
    }
    for text in [&words.subject, &words.text, &words.html] {
        assert!(!text.contains("68888889"), "a template was made of somebody's words");
        assert!(!text.lines().any(strange));
    }
    let text = &words.text;
    assert!(text.lines().all(|line| line.chars().count() <= 78), "{text}");
    let apart = text.matches("\n\n----------\n\n").count();
    assert_eq!(apart, usize::from(view.tongue == Tongue::Both), "{text}");
}

proptest! {
    #[test]
    fn hostile_words_stay_words(view in hostile_view(), head in hostile_head()) {
        let words = said(&view);
        assert_page(&view, &words);
        let bytes = match compose(&head, &words) {
            Ok(bytes) => bytes,
            Err(fault) => {
                // No dot-atom, or many programs would read it as something else.
                let plain = head.to.address.local().chars().all(char::is_alphanumeric);
                let of_the_address = matches!(fault, ComposeFault::Address(_));
                prop_assert!(of_the_address && !plain, "{}", fault);
                return Ok(());
            }
        };
        assert_header(&head, &view, &bytes);
        let message = MessageParser::new().parse(&bytes).unwrap();
        prop_assert_eq!(message.text_body_count(), 1);
        prop_assert_eq!(message.html_body_count(), 1);
        prop_assert_eq!(message.attachment_count(), 0);
        let text = message.body_text(0).unwrap().replace("\r\n", "\n");
        prop_assert_eq!(text.trim_end(), words.text.trim_end());
        let html = message.body_html(0).unwrap().replace("\r\n", "\n");
        prop_assert_eq!(html.trim_end(), words.html.trim_end());
        prop_assert_eq!(compose(&head, &words).unwrap(), bytes);
    }
}
