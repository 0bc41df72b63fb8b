//! `report`: how well a team answered in one week, as text, JSON or CSV.
//!
//! It shows what may be shown (`rules/privacy`) and sends nothing.

use jiff::Timestamp;
use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::{Value, json};

use crate::cli::args::ReportForm;
use crate::cli::exit::Exit;
use crate::cli::ground::Ground;
use crate::cli::page::{Page, Trouble, moment, span, working};
use crate::engine::office::Office;
use crate::engine::report_words::team;
use crate::engine::reporting::{Report, Reporter};
use crate::mail::reports::{ReportView, iso, share};
use crate::mail::wording;
use crate::model::report::{Beside, Change, Rest, Span, Week, Withheld, known_at, last_week};
use crate::model::verdict::Language;
use crate::store::db::open_to_read;

/// The report of one team, or of all of them one after the other.
pub fn report(
    ground: &Ground,
    page: &mut Page<'_>,
    team: Option<&str>,
    week: Option<&str>,
    (form, language): (ReportForm, Language),
) -> Result<Exit, Trouble> {
    let week = week.map(named).transpose()?;
    let teams = teams(ground, team)?;
    let c = open_to_read(ground.store()?)?;
    let office = Office::known(&c, ground.charter.clone())?;
    // No zone is a day behind.
    let yesterday = page.now.to_zoned(TimeZone::UTC).date().yesterday().unwrap_or(Date::MIN);
    let reporter = Reporter::new(&c, &office, week.unwrap_or_else(|| last_week(yesterday)))?;
    let mut found = Vec::new();
    for name in teams {
        found.extend(one((&reporter, &office), name, week, page.now)?);
    }
    if found.is_empty() && team.is_some() {
        return Err(Trouble::failure("nobody whose mail is watched is in that team"));
    }
    match form {
        ReportForm::Text => found.iter().try_for_each(|report| text(page, report)),
        ReportForm::Json => {
            let reports: Vec<Value> = found.iter().map(document).collect();
            page.json(&json!({ "v": 1, "now": page.now, "reports": reports }))
        }
        ReportForm::Csv => csv(page, &found),
        ReportForm::Html => match found.as_slice() {
            [report] => html(page, &office, report, language),
            _ => Err(Trouble::usage("a page is of one team; name it with --team")),
        },
    }?;
    Ok(Exit::Ok)
}

/// The one team that was typed, or all of the configuration.
pub fn teams<'a>(ground: &'a Ground, team: Option<&str>) -> Result<Vec<&'a str>, Trouble> {
    let all: Vec<&str> = ground.settings.teams.keys().map(String::as_str).collect();
    let Some(wanted) = team else {
        let none = "the configuration has no [[team]], so there is nothing to report";
        return if all.is_empty() { Err(Trouble::failure(none)) } else { Ok(all) };
    };
    let found = all.iter().find(|name| name.to_lowercase() == wanted.trim().to_lowercase());
    let found = found.map(|name| vec![*name]);
    found.ok_or_else(|| {
        let known = if all.is_empty() { "none".to_owned() } else { all.join(", ") };
        Trouble::failure(format!("there is no team {wanted:?} (teams: {known})"))
    })
}

/// The Monday of a week that was typed, `2026-W47`.
pub fn named(text: &str) -> Result<Date, Trouble> {
    let parts = text.trim().split_once("-W").or_else(|| text.trim().split_once("-w"));
    let week = parts.and_then(|(year, week)| {
        ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, Weekday::Monday).ok()
    });
    let words = || format!("{text:?} is no week; write for example 2026-W47 (ISO 8601)");
    Ok(week.ok_or_else(|| Trouble::usage(words()))?.date())
}

fn one(
    (reporter, office): (&Reporter<'_>, &Office),
    team: &str,
    week: Option<Date>,
    now: Timestamp,
) -> Result<Option<Report>, Trouble> {
    let Some(zone) = Reporter::zone(office, team) else { return Ok(None) };
    let today = zone.to_datetime(now).date();
    let monday = week.unwrap_or_else(|| last_week(today));
    if monday > today {
        let week = iso(monday);
        return Err(Trouble::usage(format!("{week} has not begun yet")));
    }
    let reported = known_at(monday, &zone).min(now);
    Ok(reporter.report(team, monday, reported)?)
}

fn zone_name(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("UTC")
}

fn document(report: &Report) -> Value {
    let shown = report.shown();
    let week = shown.week.as_ref();
    let rest = shown.rest.as_ref();
    let trend = rest.map(|rest| {
        let week = |(monday, span): &(Date, Option<Span>)| match span {
            Some(span) => json!({ "week": iso(*monday), "figures": figures(span) }),
            None => json!({ "week": iso(*monday), "figures": null }),
        };
        rest.trend.iter().map(week).collect::<Vec<Value>>()
    });
    json!({
        "team": report.team,
        "week": iso(shown.monday),
        "zone": zone_name(&report.zone),
        "at": shown.at,
        "level": "aggregate",
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
        "trend": trend,
        "arrivals": rest.map(|rest| rest.arrivals),
    })
}

fn withheld(why: Withheld) -> &'static str {
    match why {
        Withheld::FewPeople => "few_people",
        Withheld::FewRequests => "few_requests",
    }
}

#[derive(Serialize)]
struct Counts {
    received: u32,
    answered: u32,
    at_the_latest: u32,
    median_s: Option<i64>,
    median_wait_s: Option<i64>,
    in_time: u32,
    late: u32,
    not_due: u32,
    no_requests: u32,
}

fn figures(span: &Span) -> Counts {
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

fn text(page: &mut Page<'_>, report: &Report) -> Result<(), Trouble> {
    let shown = report.shown();
    let sunday = shown.monday.saturating_add(jiff::Span::new().days(6));
    page.heading(&format!("{}, {} – {}", report.team, day(shown.monday), day(sunday)))?;
    page.line(&format!(
        "{}, as known on {}, {}",
        iso(shown.monday),
        moment(shown.at, &report.zone, page.now),
        zone_name(&report.zone),
    ))?;
    match &shown.week {
        Ok(week) => week_lines(page, week)?,
        Err(Withheld::FewPeople) => {
            page.text(2, "Nothing is shown of a team of fewer than five people.")?;
        }
        Err(Withheld::FewRequests) => {
            page.text(2, "Fewer than ten requests came in: their figures are not shown.")?;
        }
    }
    shown.rest.as_ref().map_or(Ok(()), |rest| rest_lines(page, rest))
}

fn day(date: Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}

fn fact(page: &mut Page<'_>, name: &str, words: &str) -> Result<(), Trouble> {
    page.line(&format!("  {name:<24}{words}"))
}

fn week_lines(page: &mut Page<'_>, week: &Week) -> Result<(), Trouble> {
    let counts = &week.span;
    if counts.received == 0 {
        return page.text(2, "No requests came in.");
    }
    fact(page, "requests", &counts.received.to_string())?;
    let median = match (counts.median, counts.median_wait) {
        (Some(median), Some(wait)) => {
            format!("{} of working time, {} in all", within(median), span(wait.as_secs()))
        }
        (Some(median), None) => format!("{} of working time", within(median)),
        (None, _) => "not reached: more than half are still open".to_owned(),
    };
    fact(page, "half answered within", &median)?;
    let target = match share(counts.in_time, counts.decided()) {
        Some(share) => format!("{} of {} ({share}%)", counts.in_time, counts.decided()),
        None => "nothing is decided yet".to_owned(),
    };
    fact(page, "in target", &format!("{target}, {} not due yet", counts.not_due))?;
    let from = |from: Option<jiff::SignedDuration>| {
        from.map_or("not reached".to_owned(), within) //
    };
    let change = match week.change {
        Change::TooFew => "not enough requests to compare".to_owned(),
        Change::Same => "about the same (within normal variation)".to_owned(),
        Change::Faster { from: before } => format!("faster (median before: {})", from(before)),
        Change::Slower { from: before } => format!("slower (median before: {})", from(before)),
    };
    fact(page, "against 8 weeks before", &change)?;
    let spread = &week.spread;
    let counts = [
        ("1h", spread.hour),
        ("4h", spread.four_hours),
        ("8h", spread.day),
        ("24h", spread.three_days),
        ("later", spread.longer),
        ("open", spread.waiting),
    ];
    let counts: Vec<String> =
        counts.iter().map(|(words, count)| format!("{words}: {count}")).collect();
    fact(page, "answered within", &counts.join(" · "))?;
    if week.span.no_requests > 0 {
        fact(page, "said to be no request", &format!("{}, not counted", week.span.no_requests))?;
    }
    Ok(())
}

fn rest_lines(page: &mut Page<'_>, rest: &Rest) -> Result<(), Trouble> {
    let ninth = match rest.ninth {
        Some(Some(ninth)) => format!("{} of working time, over four weeks", within(ninth)),
        Some(None) => "not reached over four weeks".to_owned(),
        None => "fewer than ten requests in four weeks".to_owned(),
    };
    fact(page, "9 of 10 answered within", &ninth)?;
    let Beside { unread, away_days, automatic, handed, awaited } = rest.beside;
    if unread > 0 {
        let words = format!("that of {unread} of {} people; what waits there is", rest.people);
        fact(page, "mail not read", &format!("{words} not counted"))?;
    }
    let open = &rest.open;
    let oldest = open.oldest.map(|oldest| format!(", oldest {}", span(oldest.as_secs())));
    let open =
        format!("{} ({} past target{})", open.count, open.overdue, oldest.unwrap_or_default());
    fact(page, "still waiting", &open)?;
    fact(page, "awaited from others", &format!("{awaited}, asked for in eight weeks"))?;
    if away_days + automatic + handed > 0 {
        let away = format!("{away_days} working days, {automatic} automatic replies");
        fact(page, "away", &format!("{away}, {handed} handed over"))?;
    }
    page.line("")?;
    page.line(&format!("  {:<14}{:>8}{:>14}{:>12}", "WEEK OF", "REQUESTS", "MEDIAN", "IN TARGET"))?;
    for (monday, counts) in &rest.trend {
        let line = match counts {
            Some(counts) if counts.received > 0 => format!(
                "{:>8}{:>14}{:>12}",
                counts.received,
                counts.median.map_or("not reached".to_owned(), within),
                share(counts.in_time, counts.decided())
                    .map_or("–".to_owned(), |share| format!("{share}%")),
            ),
            Some(_) => format!("{:>8}{:>14}{:>12}", 0, "–", "–"),
            None => format!("{:>8}{:>14}{:>12}", "<10", "–", "–"),
        };
        page.line(&format!("  {:<14}{line}", day(*monday)))?;
    }
    Ok(())
}

fn within(span: jiff::SignedDuration) -> String {
    working(span.as_secs())
}

/// The letter's page, to nobody in particular.
fn html(
    page: &mut Page<'_>,
    office: &Office,
    report: &Report,
    language: Language,
) -> Result<(), Trouble> {
    let teams = vec![team(report, page.now)];
    let view = ReportView { salutation: String::new(), language, teams, reader: None };
    page.line(&wording::report(&office.templates, &view).page())
}

const COLUMNS: &str = "team,week,received,answered,at_the_latest,median_s,median_wait_s,in_time,\
                       late,not_due,no_requests";

/// A line for every week of the trend that may be shown (RFC 4180).
fn csv(page: &mut Page<'_>, reports: &[Report]) -> Result<(), Trouble> {
    write!(page.out, "{COLUMNS}\r\n")?;
    for report in reports {
        let team = quoted(&report.team);
        for (monday, counts) in report.shown().rest.iter().flat_map(|rest| &rest.trend) {
            let Some(counts) = counts.as_ref().map(figures) else { continue };
            let seconds = |span: Option<i64>| span.map(|span| span.to_string()).unwrap_or_default();
            let cells = [
                counts.received.to_string(),
                counts.answered.to_string(),
                counts.at_the_latest.to_string(),
                seconds(counts.median_s),
                seconds(counts.median_wait_s),
                counts.in_time.to_string(),
                counts.late.to_string(),
                counts.not_due.to_string(),
                counts.no_requests.to_string(),
            ];
            write!(page.out, "{team},{},{}\r\n", iso(*monday), cells.join(","))?;
        }
    }
    Ok(())
}

/// A text that no spreadsheet takes for a formula.
fn quoted(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let safe = if formula { format!("'{text}") } else { text.to_owned() };
    format!("\"{}\"", safe.replace('"', "\"\""))
}
