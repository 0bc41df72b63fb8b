//! Reports that nobody receives: a usual week, one in which nothing was reached, a quiet one, and
//! those of which little or nothing may be shown. All figures are invented.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::mail::reports::{ReaderView, ReportView, TeamView};
use crate::mail::samples::morning;
use crate::model::policy::Mode;
use crate::model::report::{
    Beside, Change, Curve, Disclosed, Open, Rest, Scope, Span, Spread, Week, Withheld,
};
use crate::model::team::{Frequency, Level, Readers};
use crate::model::threads::{Awaits, Origin, Threads, Waits, With};
use crate::model::verdict::Language;

/// To whom reports go and what they tell, something else for each mode.
pub(crate) fn read_by(mode: Mode) -> Option<(Readers, Level)> {
    match mode {
        Mode::Observe => None,
        Mode::Nudge => Some((Readers::Lead, Level::Threads)),
        Mode::Full => Some((Readers::Everyone, Level::Named { agreement: "1 Juni".to_owned() })),
    }
}

const MONDAY: Date = Date::constant(2026, 11, 16);

/// One of each kind.
pub(crate) fn reports(to: Language) -> Vec<ReportView> {
    let changes = [
        Change::Same,
        Change::TooFew,
        Change::Faster { from: Some(SignedDuration::from_mins(302)) },
        Change::Slower { from: Some(SignedDuration::from_mins(62)) },
        Change::Slower { from: None },
    ];
    let changed = changes.map(|change| Ok(Week { change, ..usual() }));
    let unreached = Week { span: Span { median: None, ..usual().span }, ..usual() };
    let alone = Week { curve_before: None, ..usual() };
    let undecided = Span { in_time: 0, late: 0, median_wait: None, ..usual().span };
    let others = [
        Ok(unreached),
        Ok(alone),
        Ok(Week { span: undecided, ..usual() }),
        Ok(quiet()),
        Err(Withheld::FewRequests),
    ];
    let weeks = changed.into_iter().chain(others);
    let mut all: Vec<Disclosed> = weeks.map(|week| disclosed(week, Some(rest()))).collect();
    let none = Rest {
        beside: Beside { awaited: 1, ..Beside::default() },
        ninth: Some(None),
        open: Open::default(),
        arrivals: [[0; 12]; 7],
        ..rest()
    };
    all.push(disclosed(Ok(unreached), Some(none.clone())));
    all.push(disclosed(Ok(quiet()), Some(Rest { ninth: None, ..none })));
    all.push(disclosed(Err(Withheld::FewPeople), None));
    let told = |threads| Some(Rest { threads: Some(threads), ..rest() });
    for level in [Level::Threads, Level::Named { agreement: "Kesepakatan 1 Juni".to_owned() }] {
        let scope = Scope::Team(level);
        all.push(Disclosed { scope, ..disclosed(Ok(usual()), told(threads())) });
    }
    let scope = || Scope::Own;
    all.push(Disclosed { scope: scope(), ..disclosed(Ok(usual()), told(threads())) });
    all.push(Disclosed { scope: scope(), ..disclosed(Ok(quiet()), told(Threads::default())) });
    let readers = [(true, true, Frequency::Weekly), (true, false, Frequency::Weekly)]
        .into_iter()
        .chain([(false, true, Frequency::Monthly), (false, false, Frequency::Weekly)])
        .map(|(leads, heard, frequency)| ReaderView { leads, heard, offered: !leads, frequency });
    let mut views: Vec<ReportView> = vec![view(to, all.iter().take(2).cloned(), None)];
    let own = Disclosed { scope: scope(), ..usual_one() };
    views.push(view(to, [usual_one(), own], None));
    views.push(view(to, std::iter::repeat_n(disclosed(Ok(usual()), Some(rest())), 20), None));
    let mut readers = readers.cycle();
    views.extend(all.into_iter().map(|shown| view(to, [shown], readers.next())));
    views
}

fn view(
    to: Language,
    teams: impl IntoIterator<Item = Disclosed>,
    reader: Option<ReaderView>,
) -> ReportView {
    let team = |shown| TeamView { now: morning(), team: "Pengadaan".to_owned(), shown };
    ReportView {
        salutation: "Selamat pagi, Ibu Ratna".to_owned(),
        language: to,
        teams: teams.into_iter().map(team).collect(),
        reader,
    }
}

fn disclosed(week: Result<Week, Withheld>, rest: Option<Rest>) -> Disclosed {
    let at = Timestamp::constant(1_795_392_000, 0);
    Disclosed { scope: Scope::Team(Level::Aggregate), monday: MONDAY, at, week, rest }
}

fn usual_one() -> Disclosed {
    disclosed(Ok(usual()), Some(rest()))
}

fn usual() -> Week {
    let spread =
        Spread { hour: 9, four_hours: 29, day: 19, three_days: 12, longer: 1, waiting: 14 };
    let curve = Curve::of(|span| u8::try_from(4 * span.as_hours()).unwrap_or(0));
    let span = span(MONDAY, 84);
    Week { span, change: Change::Same, spread, curve, curve_before: Some(curve) }
}

fn quiet() -> Week {
    let (span, spread, curve) = (span(MONDAY, 0), Spread::default(), Curve::of(|_| 0));
    Week { span, change: Change::TooFew, spread, curve, curve_before: None }
}

fn span(first: Date, received: u32) -> Span {
    let some = (received > 0).then_some(received);
    let minutes = |count: u32| SignedDuration::from_mins(i64::from(count));
    Span {
        first,
        people: 6,
        received,
        answered: received / 2,
        at_the_latest: 0,
        median: some.map(|count| minutes(3 * count)),
        ninth: some.map(|count| minutes(15 * count)),
        median_wait: some.map(|count| minutes(60 * count)),
        in_time: received / 2,
        late: received / 4,
        not_due: received - received / 2 - received / 4,
        no_requests: received / 20,
    }
}

fn rest() -> Rest {
    let week = |weeks: i64| MONDAY.saturating_sub(jiff::Span::new().weeks(weeks));
    let counts = [(7, 61), (6, 110), (5, 0), (4, 101), (3, 77), (2, 90), (1, 4), (0, 84)];
    let trend = counts.map(|(weeks, count)| {
        let span = span(week(weeks), count);
        (week(weeks), (count != 4).then_some(span))
    });
    let mut arrivals = [[0; 12]; 7];
    for (day, slots) in arrivals.iter_mut().take(5).enumerate() {
        for (slot, count) in slots.iter_mut().enumerate().skip(3).take(6) {
            *count = u32::try_from(day * slot * 7 % 19).unwrap_or(0);
        }
    }
    Rest {
        people: 6,
        beside: Beside { unread: 2, away_days: 5, automatic: 19, handed: 7, awaited: 3 },
        ninth: Some(Some(SignedDuration::from_hours(20))),
        open: Open { count: 19, overdue: 13, oldest: Some(SignedDuration::from_hours(150)) },
        trend: trend.to_vec(),
        arrivals,
        threads: None,
    }
}

fn threads() -> Threads {
    let froms =
        [Origin::Named("Hartmann".to_owned()), Origin::Team("Legal".to_owned()), Origin::House];
    let hours = |count: i64| SignedDuration::from_hours(count);
    let with = |stands_in, name: Option<&str>| With { stands_in, name: name.map(str::to_owned) };
    let lies = [
        vec![with(false, None)],
        vec![with(true, None)],
        vec![with(false, None), with(true, None)],
        vec![with(false, Some("Ani Rahma"))],
        vec![
            with(false, Some("Ani")),
            with(false, Some("Budi")),
            with(false, Some("Citra")),
            with(true, Some("Dewi")),
        ],
    ];
    let from = |no: usize| froms.iter().cycle().nth(no).cloned().unwrap_or(Origin::House);
    let waits = |(no, with): (usize, Vec<With>)| Waits {
        subject: if no == 1 { String::new() } else { "Revisi penawaran PO-2291".to_owned() },
        from: from(no),
        wait: hours(150 - 30 * i64::try_from(no).unwrap_or(0)),
        late: no < 3,
        with,
    };
    let awaits = |from| Awaits { subject: "NDA".to_owned(), from, wait: hours(80) };
    Threads {
        waiting: lies.into_iter().enumerate().map(|(no, with)| waits((no, with))).collect(),
        asked_most: froms.iter().cloned().zip([11, 9, 8]).collect(),
        awaited: froms.iter().cloned().map(awaits).collect(),
    }
}
