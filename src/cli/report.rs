//! `report`: how well a team answered in one week, or one owner, as text, page, JSON or CSV.
//!
//! It shows what may be shown (`rules/privacy`) and sends nothing. The JSON is in `report_json`.

use jiff::Timestamp;
use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::cli::args::ReportForm;
use crate::cli::exit::Exit;
use crate::cli::ground::Ground;
use crate::cli::ground::owner;
use crate::cli::page::{Page, Trouble, cell, moment, span, working};
use crate::cli::report_json::{document, figures};
use crate::engine::office::Office;
use crate::engine::report_words::team;
use crate::engine::reporting::{Report, Reporter, own};
use crate::mail::reports::{ReportView, iso, share};
use crate::mail::wording;
use crate::model::address::Address;
use crate::model::report::{Beside, Change, Rest, Scope, Week, Withheld, known_at, last_week};
use crate::model::threads::{Origin, Threads, With};
use crate::model::verdict::Language;
use crate::store::db::open_to_read;

/// Whose report is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose<'a> {
    /// Every team's, one after the other.
    Teams,
    /// One team's.
    Team(&'a str),
    /// An owner's own.
    Owner(&'a str),
}

/// Shows it.
pub fn report(
    ground: &Ground,
    page: &mut Page<'_>,
    whose: Whose<'_>,
    week: Option<&str>,
    (form, language): (ReportForm, Language),
) -> Result<Exit, Trouble> {
    let week = week.map(named).transpose()?;
    let teams = match whose {
        Whose::Teams => teams(ground, None)?,
        Whose::Team(team) => teams(ground, Some(team))?,
        Whose::Owner(_) => Vec::new(),
    };
    let c = open_to_read(ground.store()?)?;
    let office = Office::known(&c, ground.charter.clone())?;
    // No zone is a day behind.
    let yesterday = page.now.to_zoned(TimeZone::UTC).date().yesterday().unwrap_or(Date::MIN);
    let first = week.unwrap_or_else(|| last_week(yesterday));
    let reporter = Reporter::new(&c, &office, &teams, first)?;
    let mut found = Vec::new();
    for name in teams {
        found.extend(of_team((&reporter, &office), name, week, page.now)?);
    }
    if let Whose::Owner(text) = whose {
        let owner = owner(&office, text)?;
        let (monday, at) = reported(owner.calendar.zone(), week, page.now)?;
        found.push(own(&c, &office, owner, monday, at)?);
    }
    if found.is_empty() && whose != Whose::Teams {
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

fn of_team(
    (reporter, office): (&Reporter<'_>, &Office),
    team: &str,
    week: Option<Date>,
    now: Timestamp,
) -> Result<Option<Report>, Trouble> {
    let Some(zone) = Reporter::zone(office, team) else { return Ok(None) };
    let (monday, at) = reported(&zone, week, now)?;
    Ok(reporter.report(team, monday, at)?)
}

/// The Monday of a week, else of the last one that is over, and when it is known.
fn reported(
    zone: &TimeZone,
    week: Option<Date>,
    now: Timestamp,
) -> Result<(Date, Timestamp), Trouble> {
    let today = zone.to_datetime(now).date();
    let monday = week.unwrap_or_else(|| last_week(today));
    if monday > today {
        let week = iso(monday);
        return Err(Trouble::usage(format!("{week} has not begun yet")));
    }
    Ok((monday, known_at(monday, zone).min(now)))
}

/// By its IANA name.
pub fn zone_name(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("UTC")
}

fn text(page: &mut Page<'_>, report: &Report) -> Result<(), Trouble> {
    let shown = report.shown();
    let sunday = shown.monday.saturating_add(jiff::Span::new().days(6));
    page.heading(&format!("{}, {} – {}", report.name, day(shown.monday), day(sunday)))?;
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
    let Some(rest) = &shown.rest else { return Ok(()) };
    rest_lines(page, rest, shown.scope == Scope::Own)?;
    rest.threads.as_ref().map_or(Ok(()), |threads| thread_lines(page, threads))
}

fn thread_lines(page: &mut Page<'_>, threads: &Threads) -> Result<(), Trouble> {
    if !threads.waiting.is_empty() {
        page.line(&format!("\n  {:<10}{:<32}{:<18}WITH", "WAITING", "WHAT", "FROM"))?;
    }
    for one in &threads.waiting {
        let with: Vec<&str> = one.with.iter().map(with).collect();
        let (waited, with) = (span(one.wait.as_secs()), with.join(", "));
        thread(page, &waited, &one.subject, &format!("{} {with}", cell(&origin(&one.from), 17)))?;
    }
    if !threads.awaited.is_empty() {
        page.line(&format!("\n  {:<10}{:<32}FROM WHOM", "AWAITED", "WHAT"))?;
    }
    for one in &threads.awaited {
        thread(page, &span(one.wait.as_secs()), &one.subject, &origin(&one.from))?;
    }
    if !threads.asked_most.is_empty() {
        page.line(&format!("\n  {:<10}MOST REQUESTS FROM", "REQUESTS"))?;
    }
    for (from, count) in &threads.asked_most {
        page.line(&format!("  {count:<10}{}", origin(from)))?;
    }
    Ok(())
}

fn thread(page: &mut Page<'_>, waited: &str, subject: &str, more: &str) -> Result<(), Trouble> {
    let subject = if subject.is_empty() { "(no subject)" } else { subject };
    page.line(&format!("  {waited:<10}{} {more}", cell(subject, 31)))
}

fn with(one: &With) -> &str {
    match (&one.name, one.stands_in) {
        (Some(name), _) => name,
        (None, true) => "the delegate",
        (None, false) => "a colleague",
    }
}

/// Where somebody belongs, in words.
pub fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Team(team) => format!("{team} (internal)"),
        Origin::House => "internal".to_owned(),
        Origin::Named(name) => name.clone(),
    }
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

fn rest_lines(page: &mut Page<'_>, rest: &Rest, own: bool) -> Result<(), Trouble> {
    let ninth = match rest.ninth {
        Some(Some(ninth)) => format!("{} of working time, over four weeks", within(ninth)),
        Some(None) => "not reached over four weeks".to_owned(),
        None => "fewer than ten requests in four weeks".to_owned(),
    };
    fact(page, "9 of 10 answered within", &ninth)?;
    let Beside { unread, away_days, automatic, handed, awaited } = rest.beside;
    if unread > 0 {
        let whose = format!("that of {unread} of {} people; ", rest.people);
        let whose = if own { "" } else { whose.as_str() };
        fact(page, "mail not read", &format!("{whose}what waits there is not counted"))?;
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
        let name = report.owner.as_ref().map_or(report.name.as_str(), Address::as_str);
        let team = quoted(name);
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
