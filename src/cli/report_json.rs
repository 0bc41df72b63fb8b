//! A weekly report as JSON; its fields are described in the README.

use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};

use crate::cli::report::{origin, zone_name};
use crate::engine::reporting::Report;
use crate::mail::reports::iso;
use crate::model::report::{Change, Curve, Span, Week, Withheld};
use crate::model::threads::{Awaits, Origin, Waits, With};

/// A report as others may rely on it.
pub fn document(report: &Report) -> Value {
    let shown = report.shown();
    let week = shown.week.as_ref();
    let rest = shown.rest.as_ref();
    let threads = rest.and_then(|rest| rest.threads.as_ref());
    let team = report.owner.is_none().then_some(&report.name);
    let trend = rest.map(|rest| {
        let week = |(monday, span): &(Date, Option<Span>)| match span {
            Some(span) => json!({ "week": iso(*monday), "figures": figures(span) }),
            None => json!({ "week": iso(*monday), "figures": null }),
        };
        rest.trend.iter().map(week).collect::<Vec<Value>>()
    });
    json!({
        "team": team,
        "owner": report.owner,
        "week": iso(shown.monday),
        "zone": zone_name(&report.zone),
        "at": shown.at,
        "level": shown.scope.word(),
        "withheld": week.err().map(|why| withheld(*why)),
        "people": rest.map(|rest| rest.people),
        "unread": rest.map(|rest| rest.beside.unread),
        "away": rest.map(|rest| json!({
            "days": rest.beside.away_days,
            "automatic_replies": rest.beside.automatic,
            "handed_over": rest.beside.handed,
        })),
        "awaited": rest.map(|rest| rest.beside.awaited),
        "figures": week.ok().map(|week| figures(&week.span)),
        "ninth": rest.map(|rest| json!({
            "weeks": 4,
            "shown": rest.ninth.is_some(),
            "owner_time_s": rest.ninth.flatten().map(|span| span.as_secs()),
        })),
        "open": rest.map(|rest| json!({
            "count": rest.open.count,
            "overdue": rest.open.overdue,
            "oldest_s": rest.open.oldest.map(|span| span.as_secs()),
        })),
        "change": week.ok().map(change),
        "spread": week.ok().map(|week| json!({
            "1h": week.spread.hour,
            "4h": week.spread.four_hours,
            "8h": week.spread.day,
            "24h": week.spread.three_days,
            "longer": week.spread.longer,
            "waiting": week.spread.waiting,
        })),
        "curve": week.ok().map(curve),
        "trend": trend,
        "arrivals": rest.map(|rest| rest.arrivals),
        "waiting_longest": threads.map(|told| array(&told.waiting, waits)),
        "asked_most": threads.map(|told| array(&told.asked_most, asks)),
        "awaited_longest": threads.map(|told| array(&told.awaited, awaits)),
    })
}

fn curve(week: &Week) -> Value {
    json!({
        "step_s": Curve::STEP.as_secs(),
        "shares": week.curve.shares(),
        "before": week.curve_before.as_ref().map(Curve::shares),
    })
}

fn array<T>(all: &[T], one: impl Fn(&T) -> Value) -> Vec<Value> {
    all.iter().map(one).collect()
}

fn asks((from, count): &(Origin, u32)) -> Value {
    json!({ "from": origin(from), "requests": count })
}

fn waits(one: &Waits) -> Value {
    let with = |with: &With| json!({ "stands_in": with.stands_in, "name": with.name });
    json!({
        "subject": one.subject,
        "from": origin(&one.from),
        "requester_wait_s": one.wait.as_secs(),
        "late": one.late,
        "with": array(&one.with, with),
    })
}

fn awaits(one: &Awaits) -> Value {
    json!({ "subject": one.subject, "from": origin(&one.from), "wait_s": one.wait.as_secs() })
}

fn withheld(why: Withheld) -> &'static str {
    match why {
        Withheld::FewPeople => "few_people",
        Withheld::FewRequests => "few_requests",
    }
}

/// The counts of one span of time, as they stand in JSON and CSV; spans in seconds.
#[derive(Clone, Copy, Debug, Serialize)]
pub(in crate::cli) struct Counts {
    pub(in crate::cli) received: u32,
    pub(in crate::cli) answered: u32,
    pub(in crate::cli) at_the_latest: u32,
    pub(in crate::cli) median_s: Option<i64>,
    pub(in crate::cli) median_wait_s: Option<i64>,
    pub(in crate::cli) in_time: u32,
    pub(in crate::cli) late: u32,
    pub(in crate::cli) not_due: u32,
    pub(in crate::cli) no_requests: u32,
}

/// Those of a span.
pub(in crate::cli) fn figures(span: &Span) -> Counts {
    Counts {
        received: span.received,
        answered: span.answered,
        at_the_latest: span.at_the_latest,
        median_s: span.median.map(|median| median.as_secs()),
        median_wait_s: span.median_wait.map(|median| median.as_secs()),
        in_time: span.in_time,
        late: span.late,
        not_due: span.not_due,
        no_requests: span.no_requests,
    }
}

fn change(week: &Week) -> Value {
    let (word, from) = match week.change {
        Change::TooFew => ("too_few", None),
        Change::Same => ("same", None),
        Change::Faster { from } => ("faster", from),
        Change::Slower { from } => ("slower", from),
    };
    json!({ "word": word, "from_s": from.map(|span| span.as_secs()) })
}
