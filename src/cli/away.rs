//! `away add|list|preview|cancel`: when owners are absent, and what senders hear of it.
//!
//! Each change is one short transaction, so that it can be made while the daemon runs; the owner is
//! woken, and the daemon decides anew within a minute. Nothing is sent from here.

use std::sync::Arc;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::cli::args::AwayDeed;
use crate::cli::exit::Exit;
use crate::cli::ground::{Ground, owner};
use crate::cli::judge::Form;
use crate::cli::page::{Page, Trouble, moment};
use crate::engine::away_words::{self, Sample};
use crate::engine::office::Office;
use crate::mail::when::{self, When};
use crate::model::address::Address;
use crate::model::away::{Away, Phase, Plan, Reason, begin_of, end_of};
use crate::model::ids::AwayId;
use crate::model::owner::Owner;
use crate::model::verdict::Language;
use crate::store::db::{Access, Db, StoreError, open_to_read};
use crate::store::{away, mailboxes};

/// Nobody is away for longer.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 366);

/// `away`: what to do about absences.
pub fn away(ground: &Ground, page: &mut Page<'_>, deed: &AwayDeed) -> Result<Exit, Trouble> {
    match deed {
        AwayDeed::Add { owner, from, until, reason, delegate } => {
            let said =
                Said { from, until, reason: reason.as_deref(), delegate: delegate.as_deref() };
            add(ground, page, owner, &said)
        }
        AwayDeed::List { owner, all } => list(ground, page, owner.as_deref(), *all),
        AwayDeed::Cancel { number } => cancel(ground, page, *number),
        AwayDeed::Preview { owner, language } => preview(ground, page, owner, language.as_deref()),
    }
}

/// What was typed about an absence.
struct Said<'a> {
    from: &'a str,
    until: &'a str,
    reason: Option<&'a str>,
    delegate: Option<&'a str>,
}

/// `away add`: somebody is absent. Whole days are days where the owner is, the last one included.
fn add(
    ground: &Ground,
    page: &mut Page<'_>,
    whose: &str,
    said: &Said<'_>,
) -> Result<Exit, Trouble> {
    let mut db = Db::open(ground.store()?, Access::Command, page.now)?;
    let step = db.transaction()?;
    let office = Office::known(&step, ground.charter.clone())?;
    let owner = owner(&office, whose)?;
    let (from, until) = span(owner, said.from, said.until, page.now)?;
    let (reason, delegate) = (reason(said.reason)?, delegate(owner, said.delegate)?);
    let plan = Plan { from, until, reason, delegate };
    let id = away::add(&step, owner.id, &plan, page.now)?;
    mailboxes::wake(&step, owner.id, Some(page.now))?;
    let noted = away::one(&step, id)?;
    step.commit().map_err(StoreError::from)?;
    let Some(noted) = noted else { return Ok(Exit::Ok) };
    let zone = owner.calendar.zone();
    let mut words = format!("{} is away {}.", owner.name, told(&noted, zone, page.now));
    if (noted.from, noted.until) != (from, until) {
        words += " It is one with an absence that was known.";
    }
    let outside = noted.delegate.filter(|who| office.owner_of(who).is_none());
    if let (Some(who), None) = (outside, &office.inbox) {
        words += &format!(
            " {who} is no owner: without [inbox] no answer of theirs is heard, and they are passed \
             over after some time."
        );
    }
    words += " Meanwhile their own clock rests and nobody reminds them; those who wait are listed \
              as before.";
    page.text(0, &words)?;
    Ok(Exit::Ok)
}

fn reason(word: Option<&str>) -> Result<Reason, Trouble> {
    match word.map(|word| (word, Reason::named(word))) {
        None => Ok(Reason::Unsaid),
        Some((_, Some(reason @ (Reason::Travel | Reason::Leave)))) => Ok(reason),
        Some((word, Some(Reason::Unsaid) | None)) => {
            Err(Trouble::usage(format!("{word:?} is neither travel nor leave")))
        }
    }
}

fn delegate(owner: &Owner, text: Option<&str>) -> Result<Option<Address>, Trouble> {
    let Some(text) = text else { return Ok(None) };
    match Address::parse(text) {
        Some(address) if owner.is(&address) => {
            Err(Trouble::usage(format!("{address} is {}'s own address", owner.name)))
        }
        Some(address) => Ok(Some(address)),
        None => Err(Trouble::usage(format!("{text:?} is no address of a delegate"))),
    }
}

/// `away cancel`: it is taken back; one that has begun ends now.
fn cancel(ground: &Ground, page: &mut Page<'_>, number: i64) -> Result<Exit, Trouble> {
    let mut db = Db::open(ground.store()?, Access::Command, page.now)?;
    let step = db.transaction()?;
    let office = Office::known(&step, ground.charter.clone())?;
    let unknown = || Trouble::failure(format!("no absence has the number {number}"));
    let found = away::one(&step, AwayId(number))?.ok_or_else(unknown)?;
    let owner = office.owners.get(&found.owner).ok_or_else(unknown)?;
    let words = match found.phase(page.now) {
        Phase::Planned => format!("Absence {number} of {} is taken back.", owner.name),
        Phase::Active => format!("{} is back: absence {number} ends now.", owner.name),
        gone @ (Phase::Ended | Phase::Cancelled) => {
            let words = format!("absence {number} of {} is {} already", owner.name, gone.word());
            return Err(Trouble::failure(words));
        }
    };
    away::cancel(&step, found.id, page.now)?;
    mailboxes::wake(&step, owner.id, Some(page.now))?;
    step.commit().map_err(StoreError::from)?;
    page.text(0, &words)?;
    Ok(Exit::Ok)
}

/// `away list`: absences that are planned or under way; with `all`, those that are over too.
fn list(
    ground: &Ground,
    page: &mut Page<'_>,
    whose: Option<&str>,
    all: bool,
) -> Result<Exit, Trouble> {
    let c = open_to_read(ground.store()?)?;
    let office = Office::known(&c, ground.charter.clone())?;
    let one = whose.map(|text| owner(&office, text)).transpose()?.map(|owner| owner.id);
    let shown = |away: &Away| {
        let stands = matches!(away.phase(page.now), Phase::Planned | Phase::Active);
        (all || stands) && one.is_none_or(|one| one == away.owner)
    };
    let absences = away::all(&c)?.into_iter().filter(shown);
    let absences: Vec<_> =
        absences.filter_map(|away| office.owners.get(&away.owner).map(|it| (it, away))).collect();
    if page.form == Form::Json {
        let object = |(owner, away): &(&Arc<Owner>, Away)| {
            json!({ "id": away.id, "owner": owner.main_address(), "from": away.from,
                "until": away.end(), "state": away.phase(page.now).word(),
                "reason": away.reason.word(), "delegate": away.delegate })
        };
        let absences: Vec<_> = absences.iter().map(object).collect();
        page.json(&json!({ "v": 1, "now": page.now, "absences": absences }))?;
        return Ok(Exit::Ok);
    }
    if absences.is_empty() {
        page.text(0, "Nobody is away.")?;
    }
    for (owner, away) in absences {
        let zone = owner.calendar.zone();
        let (number, phase) = (away.id, away.phase(page.now).word());
        let words = format!("{number}  {phase}: {}, {}", owner.name, told(&away, zone, page.now));
        page.text(0, &words)?;
    }
    Ok(Exit::Ok)
}

/// `away preview`: what each kind of sender will receive during the absence that comes next, or is
/// under way.
fn preview(
    ground: &Ground,
    page: &mut Page<'_>,
    whose: &str,
    language: Option<&str>,
) -> Result<Exit, Trouble> {
    let language = match language {
        None => None,
        Some("id") => Some(Language::Id),
        Some("en") => Some(Language::En),
        Some(other) => return Err(Trouble::usage(format!("{other:?} is neither id nor en"))),
    };
    let c = open_to_read(ground.store()?)?;
    let office = Office::known(&c, ground.charter.clone())?;
    let owner = owner(&office, whose)?;
    let stands = |away: &Away| matches!(away.phase(page.now), Phase::Planned | Phase::Active);
    let Some(absence) = away::of_owner(&c, owner.id)?.into_iter().find(stands) else {
        let words = format!("{} is not away; plan it first: sigap away add", owner.name);
        return Err(Trouble::failure(words));
    };
    let samples = away_words::preview(&office, owner, &absence, language, page.now);
    if page.form == Form::Json {
        let object = |sample: &Sample| {
            json!({ "receivers": sample.receivers, "audiences": sample.audiences,
                "subject": sample.subject, "text": sample.text })
        };
        let samples: Vec<_> = samples.iter().map(object).collect();
        page.json(&json!({ "v": 1, "now": page.now, "away": absence.id, "replies": samples }))?;
        return Ok(Exit::Ok);
    }
    let told = told(&absence, owner.calendar.zone(), page.now);
    page.text(0, &format!("{} is away {told}.", owner.name))?;
    if !owner.answers {
        page.text(0, "Nobody is answered automatically: auto_reply is off for this owner.")?;
    }
    for sample in samples {
        page.heading(sample.receivers)?;
        page.line(&format!("  Subject: {}", sample.subject))?;
        page.line("")?;
        for line in sample.text.lines() {
            page.line(&format!("  {line}"))?;
        }
    }
    Ok(Exit::Ok)
}

/// From when until when, in the owner's zone; why, and who stands in.
fn told(away: &Away, zone: &TimeZone, now: Timestamp) -> String {
    let (from, until) = (moment(away.from, zone, now), moment(away.end(), zone, now));
    let mut words = format!("from {from} until {until} ({})", zone.iana_name().unwrap_or("UTC"));
    words += match away.reason {
        Reason::Unsaid => "",
        Reason::Travel => ", travelling on duty",
        Reason::Leave => ", on leave",
    };
    if let Some(delegate) = &away.delegate {
        words += &format!("; {delegate} stands in");
    }
    words
}

fn span(
    owner: &Owner,
    from: &str,
    until: &str,
    now: Timestamp,
) -> Result<(Timestamp, Timestamp), Trouble> {
    let (begin, end) = (named(owner, from, now)?, named(owner, until, now)?);
    let zone = owner.calendar.zone();
    let far = || Trouble::usage("an absence is at most a year long".to_owned());
    let from_at = match begin {
        When::At(at) => at,
        When::Day(day) => begin_of(day, zone).ok_or_else(far)?,
    };
    let until_at = match end {
        When::At(at) => at,
        When::Day(day) => end_of(day, zone).ok_or_else(far)?,
    };
    if until_at <= from_at {
        let words = format!("the absence would end ({until}) before it begins ({from})");
        return Err(Trouble::usage(words));
    }
    if until_at <= now {
        return Err(Trouble::usage(format!("{until:?} has gone by already")));
    }
    if until_at.duration_since(from_at) > LONGEST {
        return Err(far());
    }
    Ok((from_at, until_at))
}

/// `2026-11-24`, `2026-11-24T13:00`, `today`, or whatever a reminder may be put off to.
fn named(owner: &Owner, text: &str, now: Timestamp) -> Result<When, Trouble> {
    let zone = owner.calendar.zone();
    let local = now.to_zoned(zone.clone());
    let text = text.trim();
    if let Ok(day) = text.parse::<Date>()
        && !text.contains(':')
    {
        return Ok(When::Day(day));
    }
    if ["today", "hari ini"].contains(&text.to_lowercase().as_str()) {
        return Ok(When::Day(local.date()));
    }
    if let Ok(clock) = text.parse::<DateTime>()
        && let Ok(at) = clock.to_zoned(zone.clone())
    {
        return Ok(When::At(at.timestamp()));
    }
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    when::read(&words, &local).map_err(|_| {
        Trouble::usage(format!(
            "the time in {text:?} could not be read; write it like this: 2026-11-24, \
             2026-11-24T13:00, today, tomorrow, monday, \"26 november\""
        ))
    })
}
