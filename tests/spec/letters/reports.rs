//! Weekly reports as they are read: usual, quiet, nothing reached, and what may not be shown.
//!
//! `SIGAP_PAGES=folder cargo test --test spec letters::reports` writes the pages there, to look at.

use insta::assert_snapshot;
use jiff::civil::{Date, date};
use jiff::{SignedDuration, ToSpan};
use sigap::mail::reports::{ReaderView, ReportView, TeamView};
use sigap::mail::wording::{self, Words};
use sigap::model::report::{Change, Curve, Disclosed, Open, Rest, Span, Spread, Week, Withheld};
use sigap::model::team::Frequency;
use sigap::model::verdict::Language;

use super::{BOTH, at, hours, seen, templates};

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
        unread: 0,
        ninth: Some(Some(hours(20))),
        open: Open { count: 19, overdue: 13, oldest: Some(hours(146)) },
        trend: weeks.collect(),
        arrivals,
    }
}

fn view(to: Language, week: Result<Week, Withheld>, rest: Option<Rest>) -> ReportView {
    let now = "2026-11-23T07:00:00+07:00[Asia/Jakarta]".parse().unwrap();
    let shown = Disclosed { monday: MONDAY, at: at("2026-11-23T07:00:00+07:00"), week, rest };
    let (salutation, team) = match to {
        Language::Id => ("Selamat pagi, Ibu Ratna", "Tim Pengadaan"),
        Language::En => ("Good morning, Ibu Ratna", "Procurement <team>"),
    };
    let (salutation, team) = (salutation.to_owned(), team.to_owned());
    let teams = vec![TeamView { now, team, shown }];
    let reader = Some(ReaderView { leads: true, heard: true, frequency: Frequency::Weekly });
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
    let unreached = Rest { unread: 2, ninth: Some(None), ..rest() };
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

fn page(name: &str, words: &Words) {
    if let Some(folder) = std::env::var_os("SIGAP_PAGES") {
        std::fs::write(std::path::Path::new(&folder).join(format!("{name}.html")), &words.html)
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
            let text = words.text.replace(" \n", "·\n");
            assert_snapshot!(
                name,
                format!("=== {}\n{text}\n=== HTML\n{}", words.subject, seen(&words.html))
            );
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
            for foreign in ["<script", "http:", "https:", "<img", "<link", "url("] {
                assert!(!html.contains(foreign), "{name}: {foreign}");
            }
            assert!(!html.contains("<team>"), "{name}: a name is no markup");
        }
    }
}
