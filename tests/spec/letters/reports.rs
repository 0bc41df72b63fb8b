//! Weekly reports as they are read: usual, quiet, nothing reached, and what may not be shown.
//!
//! `SIGAP_PAGES=folder cargo test --test spec letters::reports` writes the pages there, to look at.

use insta::assert_snapshot;
use jiff::civil::{Date, date};
use jiff::{SignedDuration, ToSpan};
use mail_parser::{MessageParser, MimeHeaders};
use sigap::mail::curve::draw;
use sigap::mail::reports::{ReaderView, ReportView, TeamView};
use sigap::mail::templates::Templates;
use sigap::mail::wording::{self, Words};
use sigap::model::letter::Kind;
use sigap::model::report::{
    Beside, Change, Curve, Disclosed, Open, Rest, Scope, Span, Spread, Week, Withheld,
};
use sigap::model::team::{Frequency, Level};
use sigap::model::threads::{Awaits, Origin, Threads, Waits, With};
use sigap::model::verdict::Language;

use super::{BOTH, at, hours, posted, seen, templates};

const MONDAY: Date = date(2026, 11, 16);

fn span(first: Date, received: u32, median: Option<i64>) -> Span {
    Span {
        first,
        people: 6,
        received,
        answered: received * 4 / 5,
        at_the_latest: 2,
        median: median.map(SignedDuration::from_mins),
        ninth: median.map(|minutes| SignedDuration::from_mins(minutes * 5)),
        median_wait: median.map(|minutes| SignedDuration::from_mins(minutes * 4)),
        in_time: received * 2 / 3,
        late: received / 4,
        not_due: received - received * 2 / 3 - received / 4,
        no_requests: 3,
    }
}

fn week() -> Week {
    Week {
        span: span(MONDAY, 84, Some(249)),
        change: Change::Faster { from: Some(SignedDuration::from_mins(302)) },
        spread: Spread { hour: 9, four_hours: 29, day: 19, three_days: 12, longer: 1, waiting: 14 },
        curve: rising(&[10, 45, 67, 67, 80, 82]),
        curve_before: Some(rising(&[4, 40, 61, 70, 76, 79])),
    }
}

/// A curve through the percent at 1, 4, 8, 12, 16 and 24 hours.
fn rising(marks: &[u8; 6]) -> Curve {
    let hours = [0, 1, 4, 8, 12, 16, 24];
    Curve::of(|span| {
        let now = span.as_mins();
        let no = hours.iter().rposition(|hour| hour * 60 <= now).unwrap();
        let from = if no == 0 { 0 } else { i64::from(marks[no - 1]) };
        let Some((to, end)) = marks.get(no).zip(hours.get(no + 1)) else { return marks[5] };
        let part = (now - hours[no] * 60) * (i64::from(*to) - from);
        u8::try_from(from + part / (end * 60 - hours[no] * 60)).unwrap()
    })
}

fn rest() -> Rest {
    let medians = [259, 391, 228, 386, 312, 342, 264, 249];
    let weeks = medians.into_iter().enumerate().map(|(no, median)| {
        let monday = MONDAY.checked_sub((7 - i64::try_from(no).unwrap()).weeks()).unwrap();
        let shown = match no {
            2 => None,
            4 => Some(span(monday, 0, None)),
            5 => Some(span(monday, 40, None)),
            _ => Some(span(monday, 60, Some(median))),
        };
        (monday, shown)
    });
    let mut arrivals = [[0; 12]; 7];
    let counts = [[3, 9, 7, 2, 6, 18, 1], [1, 9, 13, 8, 12, 5, 1], [1, 4, 7, 6, 16, 4, 0]];
    for (day, row) in counts.iter().chain(&counts[..2]).enumerate() {
        arrivals[day][3..10].copy_from_slice(row);
    }
    arrivals[6][5] = 2;
    Rest {
        people: 6,
        beside: Beside { unread: 0, away_days: 5, automatic: 19, handed: 7, awaited: 3 },
        ninth: Some(Some(hours(20))),
        open: Open { count: 19, overdue: 13, oldest: Some(hours(146)) },
        trend: weeks.collect(),
        arrivals,
        threads: None,
    }
}

fn view(to: Language, week: Result<Week, Withheld>, rest: Option<Rest>) -> ReportView {
    let now = "2026-11-23T07:00:00+07:00[Asia/Jakarta]".parse().unwrap();
    let scope = Scope::Team(Level::Aggregate);
    let at = at("2026-11-23T07:00:00+07:00");
    let shown = Disclosed { scope, monday: MONDAY, at, week, rest };
    let (salutation, team) = match to {
        Language::Id => ("Selamat pagi, Ibu Ratna", "Tim Pengadaan"),
        Language::En => ("Good morning, Ibu Ratna", "Procurement <team>"),
    };
    let (salutation, team) = (salutation.to_owned(), team.to_owned());
    let teams = vec![TeamView { now, team, shown }];
    let reader =
        Some(ReaderView { leads: true, heard: true, offered: false, frequency: Frequency::Weekly });
    ReportView { salutation, language: to, teams, reader }
}

fn kinds() -> [(&'static str, Result<Week, Withheld>, Option<Rest>); 5] {
    let nothing = Span { median: None, ninth: None, median_wait: None, in_time: 0, ..week().span };
    let nothing = Week {
        span: Span { answered: 4, late: 84, not_due: 0, ..nothing },
        change: Change::Slower { from: Some(SignedDuration::from_mins(302)) },
        spread: Spread { hour: 4, waiting: 80, ..Spread::default() },
        curve: Curve::of(|span| if span.is_zero() { 0 } else { 4 }),
        curve_before: None,
    };
    let unreached = Rest {
        beside: Beside { unread: 2, awaited: 1, away_days: 1, ..Beside::default() },
        ninth: Some(None),
        ..rest()
    };
    let quiet = Week {
        span: Span { received: 0, ..span(MONDAY, 0, None) },
        change: Change::TooFew,
        spread: Spread::default(),
        curve: Curve::of(|_| 0),
        curve_before: None,
    };
    let still = Rest { open: Open::default(), ..rest() };
    [
        ("usual", Ok(week()), Some(rest())),
        ("nothing-reached", Ok(nothing), Some(unreached)),
        ("quiet", Ok(quiet), Some(still)),
        ("few-requests", Err(Withheld::FewRequests), Some(Rest { ninth: None, ..rest() })),
        ("few-people", Err(Withheld::FewPeople), None),
    ]
}

/// What waits, as a lead sees it or by name.
fn threads(named: bool) -> Threads {
    let rows = [
        ("Revised quotation PO-2291", "PT Samudra Logistik", 144, &[(false, "Ani Rahma")][..]),
        ("", "karya.example", 96, &[(false, "Budi <b>"), (true, "Citra Dewi")]),
        (
            "Annex C: comments on a contract whose subject is as long as subjects now and then are",
            "Hartmann",
            73,
            &[(true, "Dewi")],
        ),
        (
            "<script>alert(1)</script>",
            "sums.example",
            50,
            &[(false, "A"), (false, "B"), (false, "C"), (false, "D")],
        ),
        ("Warranty claim pump #14", "", 30, &[(false, "Eka")]),
    ];
    let from = |name: &str| match name {
        "" => Origin::Team("Finance".to_owned()),
        name => Origin::Named(name.to_owned()),
    };
    let waits = |(subject, who, wait, with): (&str, &str, i64, &[(bool, &str)])| Waits {
        subject: subject.to_owned(),
        from: from(who),
        wait: hours(wait),
        late: wait > 40,
        with: with
            .iter()
            .map(|(stands_in, name)| With {
                stands_in: *stands_in,
                name: named.then(|| (*name).to_owned()),
            })
            .collect(),
    };
    let awaits = |(subject, whom, wait): (&str, &str, i64)| Awaits {
        subject: subject.to_owned(),
        from: from(whom),
        wait: hours(wait),
    };
    Threads {
        waiting: rows.into_iter().map(waits).collect(),
        asked_most: vec![(from("PT Samudra Logistik"), 11), (from(""), 9), (Origin::House, 8)],
        awaited: [("Signed NDA", "Hartmann", 120), ("Price list", "", 72)].map(awaits).to_vec(),
    }
}

/// What waits for one person: it lies with them, or with whoever stands in.
fn own() -> Threads {
    let mut own = threads(true);
    for one in &mut own.waiting {
        one.with.truncate(1);
        one.from = Origin::Named("Budi Santoso".to_owned());
    }
    own
}

/// The same week at the other levels, and as a person's own.
fn levels() -> [(&'static str, Scope, Threads); 3] {
    let agreement = "Works agreement 7/2026 <4>".to_owned();
    [
        ("threads", Scope::Team(Level::Threads), threads(false)),
        ("named", Scope::Team(Level::Named { agreement }), threads(true)),
        ("own", Scope::Own, own()),
    ]
}

fn told(to: Language, scope: Scope, threads: Threads) -> ReportView {
    let mut view = view(to, Ok(week()), Some(Rest { threads: Some(threads), ..rest() }));
    view.teams[0].shown.scope = scope;
    view
}

#[test]
fn what_each_level_tells() {
    for to in BOTH {
        for (name, scope, threads) in levels() {
            let words = wording::report(&templates(), &told(to, scope, threads));
            let name = format!("report-{name}-{}", to.word());
            page(&name, &words);
            assert!(!words.html.contains("<script") && !words.html.contains("Budi <b>"), "{name}");
            assert!(words.html.len() <= 60 * 1024, "{name}: {} bytes", words.html.len());
            as_it_is_read(&name, &words);
        }
    }
}

/// A lead who is an owner has both in one letter, the own part last, and it says so.
#[test]
fn a_report_of_ones_own_stands_behind_those_of_teams() {
    for to in BOTH {
        let own = told(to, Scope::Own, own()).teams.remove(0);
        for teams in [1, 2, 3, 20] {
            let one = told(to, Scope::Team(Level::Threads), threads(false));
            let named = |no| TeamView { team: format!("Team {no}"), ..one.teams[0].clone() };
            let all = [own.clone()].into_iter().chain((0..teams).map(named)).collect();
            let words = wording::report(&templates(), &ReportView { teams: all, ..one });
            page(&format!("report-own-beside-{teams}-{}", to.word()), &words);
            assert!(words.html.len() <= 60 * 1024, "{teams}: {} bytes", words.html.len());
            let title = match to {
                Language::Id => "PEKAN ANDA SENDIRI – bagian ini hanya ada di surat untuk Anda",
                Language::En => "YOUR OWN WEEK – this part stands in your copy only",
            };
            assert_eq!(words.text.matches(title).count(), 1, "{}", words.text);
            let behind = words.text.split_once(title).unwrap().1;
            assert!(behind.contains("Budi Santoso"), "{behind}");
            assert!(!behind.contains("– Team"), "it is the last one: {behind}");
            let before = words.text.split_once(title).unwrap().0;
            assert!(!before.contains("Budi Santoso"), "{before}");
            assert!(words.subject.contains("Team 0"), "{}", words.subject);
        }
    }
}

/// The text part, and what is seen of the page.
fn as_it_is_read(name: &str, words: &Words) {
    let text = words.text.replace(" \n", "·\n");
    let told = format!("=== {}\n{text}\n=== HTML\n{}", words.subject, seen(&words.html));
    assert_snapshot!(name, told);
}

fn page(name: &str, words: &Words) {
    if let Some(folder) = std::env::var_os("SIGAP_PAGES") {
        std::fs::write(std::path::Path::new(&folder).join(format!("{name}.html")), words.page())
            .unwrap();
    }
}

#[test]
fn whole_reports() {
    for to in BOTH {
        for (name, week, rest) in kinds() {
            let words = wording::report(&templates(), &view(to, week, rest));
            let name = format!("report-{name}-{}", to.word());
            page(&name, &words);
            as_it_is_read(&name, &words);
        }
    }
}

/// No script, nothing from elsewhere, and small enough that no mail program cuts it.
#[test]
fn a_page_stands_alone() {
    for to in BOTH {
        for (name, week, rest) in kinds() {
            let html = wording::report(&templates(), &view(to, week, rest)).html;
            assert!(html.len() <= 60 * 1024, "{name}: {} bytes", html.len());
            for foreign in ["<script", "http:", "https:", "<link", "url("] {
                assert!(!html.contains(foreign), "{name}: {foreign}");
            }
            let places = html.split("<img src=\"").skip(1).map(|rest| rest.split('"').next());
            let places: Vec<&str> = places.map(Option::unwrap).collect();
            assert!(places.iter().all(|place| *place == "cid:curve-1"), "{name}: {places:?}");
            assert_eq!(places.len(), html.matches("<img").count(), "{name}");
            assert!(!html.contains("<team>"), "{name}: a name is no markup");
        }
    }
}

/// What stands where the curve is not seen.
fn alternative(words: &Words) -> &str {
    words.html.split("alt=\"").nth(1).unwrap().split('"').next().unwrap()
}

#[test]
fn the_curve_is_shown_in_the_letter_and_told_where_it_is_not_seen() {
    for (to, both, alone) in [
        (
            Language::En,
            "45% of the requests were answered within 4 working hours, 67% within 8, 80% within 16 \
             and 82% within 24; in the eight weeks before it was 40%, 61%, 76% and 79%.",
            "45% of the requests were answered within 4 working hours, 67% within 8, 80% within 16 \
             and 82% within 24.",
        ),
        (
            Language::Id,
            "45% permintaan dibalas dalam 4 jam kerja, 67% dalam 8 jam, 80% dalam 16 jam, dan 82% \
             dalam 24 jam; pada delapan pekan sebelumnya 40%, 61%, 76%, dan 79%.",
            "45% permintaan dibalas dalam 4 jam kerja, 67% dalam 8 jam, 80% dalam 16 jam, dan 82% \
             dalam 24 jam.",
        ),
    ] {
        let said = |week| wording::report(&templates(), &view(to, Ok(week), Some(rest())));
        let words = said(week());
        assert_eq!(alternative(&words), both);
        let bytes = posted(Kind::Nudge, &words);
        let letter = MessageParser::new().parse(&bytes).unwrap();
        let picture = letter.parts.iter().find(|part| part.is_content_type("image", "png"));
        let picture = picture.unwrap();
        assert_eq!(picture.contents(), draw(&week().curve, week().curve_before.as_ref()));
        assert!(picture.contents().len() <= 16 * 1024, "{}", picture.contents().len());
        let html = letter.body_html(0).unwrap();
        let place = format!("<img src=\"cid:{}\"", picture.content_id().unwrap());
        assert!(html.contains(&place), "{place}");
        let words = said(Week { curve_before: None, ..week() });
        assert_eq!(alternative(&words), alone);
        assert_eq!(words.pictures[0].png, draw(&week().curve, None));
    }
}

/// Nothing is drawn of what is not shown, and no file lies in a letter whose page does without it.
#[test]
fn a_letter_without_a_curve_carries_none() {
    for to in BOTH {
        for (name, week, rest) in kinds() {
            let words = wording::report(&templates(), &view(to, week, rest));
            let shown = ["usual", "nothing-reached"].contains(&name);
            assert_eq!(words.pictures.len(), usize::from(shown), "{name}");
            assert_eq!(words.html.contains("<img"), shown, "{name}");
        }
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("en")).unwrap();
    std::fs::write(folder.path().join("en/report.html"), "<p>{{ names }}</p>").unwrap();
    let own = Templates::load(Some(folder.path())).unwrap();
    let words = wording::report(&own, &view(Language::En, Ok(week()), Some(rest())));
    assert_eq!(words.pictures, []);
}

/// One letter tells of all teams of its reader, and mail programs do not cut it off.
#[test]
fn several_teams_stand_in_one_letter() {
    for to in BOTH {
        for count in [2, 3, 20] {
            let one = view(to, Ok(week()), Some(rest()));
            let named = |no| TeamView { team: format!("Team {no}"), ..one.teams[0].clone() };
            let teams = (0..count).map(named).collect();
            let words = wording::report(&templates(), &ReportView { teams, ..one });
            page(&format!("report-{count}-teams-{}", to.word()), &words);
            assert!(words.html.len() <= 60 * 1024, "{count}: {} bytes", words.html.len());
            assert_eq!(words.pictures.len(), if count == 2 { 2 } else { 0 });
            for no in 0..count.min(15) {
                assert!(words.text.contains(&format!("– Team {no}\n")), "{}", words.text);
                assert!(words.html.contains(&format!(">Team {no}</h2>")));
            }
            assert_eq!(
                words.text.contains("5 more teams") || words.text.contains("5 tim"),
                count == 20
            );
            assert_eq!(words.text.matches("Team 0").count(), 2, "its part, and why it is read");
            assert!(words.subject.contains("Team 0, Team 1"), "{}", words.subject);
            let counting = ["HOW WE COUNT", "CARA KAMI MENGHITUNG"];
            let told =
                counting.iter().map(|title| words.text.matches(title).count()).sum::<usize>();
            assert_eq!(told, 1, "once");
        }
    }
}
