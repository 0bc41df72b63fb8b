//! The commands that change what is known or wanted: `done`, `not`, `snooze`, `undo`, `person
//! erase`, `report --send`.
//!
//! Each is one short transaction, so that it can be made while the daemon runs; the owner is woken,
//! and the daemon decides anew within a minute. Nothing is sent from here. A command that concerns
//! several references does all of it or nothing.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::cli::exit::Exit;
use crate::cli::ground::{Ground, owner};
use crate::cli::page::{Page, Trouble, moment};
use crate::cli::report::teams;
use crate::cli::reports::parsed;
use crate::engine::acting::{self, Deed};
use crate::engine::awaiting;
use crate::engine::ledger::{self, Touched};
use crate::engine::office::Office;
use crate::engine::readers::{self, readers};
use crate::engine::record::{mode, queue};
use crate::mail::reports::iso;
use crate::mail::token::InstanceKey;
use crate::mail::when::{self, Reading, Unclear};
use crate::model::awaited;
use crate::model::ids::{AwaitedId, OwnerId};
use crate::model::obligation::{Obligation, dereference, reference};
use crate::model::owner::Owner;
use crate::model::policy::Mode;
use crate::model::report::last_week;
use crate::model::team::Frequency;
use crate::store::awaiting as awaiting_rows;
use crate::store::corrections::Undone;
use crate::store::db::{Access, Db, Step, StoreError};
use crate::store::erasing::{Erasure, erase as erase_all};
use crate::store::{facts, mailboxes, obligations, wishes};

/// Who said it, in the record.
const VIA: &str = "cli";

/// What is to be done to obligations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish<'a> {
    /// Nothing more to do.
    Done,
    /// No request.
    Not,
    /// Remind again then, in words.
    Snooze(&'a [String]),
}

/// `done`, `not`, `snooze`.
pub fn act(
    ground: &Ground,
    page: &mut Page<'_>,
    refs: &[String],
    wish: Wish<'_>,
) -> Result<Exit, Trouble> {
    let mut db = Db::open(ground.store()?, Access::Command, page.now)?;
    let step = db.transaction()?;
    let office = Office::known(&step, ground.charter.clone())?;
    let (mut touched, mut lines) = (Touched::new(), Vec::new());
    for text in refs {
        if let Some(id) = awaited::dereference(text) {
            let line = act_awaited((&step, &office), page, id, wish, &mut touched)?;
            lines.push(line);
            continue;
        }
        let wrong = || Trouble::usage(format!("{text:?} is not a reference like S-7K2QM"));
        let id = dereference(text).ok_or_else(wrong)?;
        let unknown = || Trouble::failure(format!("{} is not on record", reference(id)));
        let obligation = obligations::one(&step, id)?.ok_or_else(unknown)?;
        let owner = office.owners.get(&obligation.owner).ok_or_else(unknown)?;
        let deed = deed(owner, wish, page.now)?;
        acting::act(&step, id, deed, VIA, page.now, &mut touched)?;
        lines.push(told(owner, &obligation, deed, page.now));
    }
    let mut owners = ledger::settle_all(&step, &office, &touched)?;
    owners.extend(touched.iter().map(|(owner, _)| *owner));
    for id in owners {
        mailboxes::wake(&step, id, Some(page.now))?;
    }
    step.commit().map_err(StoreError::from)?;
    for line in lines {
        page.text(0, &line)?;
    }
    Ok(Exit::Ok)
}

/// The same about an answer that an owner waits for.
fn act_awaited(
    (step, office): (&Step<'_>, &Office),
    page: &Page<'_>,
    id: AwaitedId,
    wish: Wish<'_>,
    touched: &mut Touched,
) -> Result<String, Trouble> {
    let name = awaited::reference(id);
    let unknown = || Trouble::failure(format!("{name} is not on record"));
    let one = awaiting_rows::one(step, id)?.ok_or_else(unknown)?;
    let owner = office.owners.get(&one.owner).ok_or_else(unknown)?;
    let deed = deed(owner, wish, page.now)?;
    awaiting::act(step, office, owner, (&one, deed), VIA, page.now, touched)?;
    Ok(match (deed, one.ended) {
        (Deed::Done | Deed::Snooze(_), Some(ended)) => {
            format!("{name} had ended already: {}.", ended.how.word())
        }
        (Deed::Done, None) => format!("{name}: nothing more is awaited."),
        (Deed::Not, _) => format!("{name} asked for no answer."),
        (Deed::Snooze(until), None) => {
            let zone = owner.calendar.zone();
            let until = moment(until, zone, page.now);
            format!("{name} is snoozed until {until} ({}).", zone.iana_name().unwrap_or("UTC"))
        }
    })
}

/// `snooze`: references first, then the time. After the first word only what begins with `S-` or
/// `W-` is a reference, because days look like some (`besok`, `senin`).
pub fn snooze(ground: &Ground, page: &mut Page<'_>, words: &[String]) -> Result<Exit, Trouble> {
    let words: Vec<String> =
        words.iter().flat_map(|word| word.split_whitespace()).map(str::to_lowercase).collect();
    let is_ref = |(place, word): (usize, &String)| {
        place == 0 || word.starts_with("s-") || word.starts_with("w-")
    };
    let count = words.iter().enumerate().take_while(|(place, word)| is_ref((*place, word))).count();
    let (refs, time) = words.split_at_checked(count).unwrap_or((&words, &[]));
    act(ground, page, refs, Wish::Snooze(time))
}

/// `undo`: takes back what an owner said last.
pub fn undo(ground: &Ground, page: &mut Page<'_>, whose: &str) -> Result<Exit, Trouble> {
    let mut db = Db::open(ground.store()?, Access::Command, page.now)?;
    let step = db.transaction()?;
    let office = Office::known(&step, ground.charter.clone())?;
    let found = owner(&office, whose)?;
    let mut touched = Touched::new();
    let count = match acting::undo(&step, (found.id, None), page.now, &mut touched)? {
        Undone::Taken(messages) => messages.len(),
        Undone::Nothing => {
            let words = format!("there is nothing that {} said to take back", found.name);
            return Err(Trouble::failure(words));
        }
        Undone::Changed => {
            let words = format!(
                "what {} said last was about an absence that has changed since; see `sigap away \
                 list`",
                found.name
            );
            return Err(Trouble::failure(words));
        }
    };
    let mut owners: BTreeSet<OwnerId> = ledger::settle_all(&step, &office, &touched)?;
    owners.insert(found.id);
    for id in owners {
        mailboxes::wake(&step, id, Some(page.now))?;
    }
    let what = match count {
        0 => "what was said about pausing or being away".to_owned(),
        1 => "what was said about 1 message".to_owned(),
        _ => format!("what was said about {count} messages"),
    };
    let line = format!("Taken back for {}: {what}.", found.name);
    step.commit().map_err(StoreError::from)?;
    page.text(0, &line)?;
    Ok(Exit::Ok)
}

/// `person erase`.
pub fn erase(ground: &Ground, page: &mut Page<'_>, address: &str) -> Result<Exit, Trouble> {
    let address = parsed(address)?;
    let charter = &ground.charter;
    if charter.owners.iter().any(|owner| owner.is(&address))
        || charter.admin == Some(address.clone())
    {
        let words = format!(
            "{address} is an owner's or the admin's address in the configuration, and would be \
             written down again; take it out of the configuration first"
        );
        return Err(Trouble::failure(words));
    }
    let mut db = Db::open(ground.store()?, Access::Command, page.now)?;
    let secret = facts::instance(db.connection())?.secret;
    let (removed, cleaned) = match erase_all(db.connection_mut(), &address, &secret, page.now)? {
        Erasure::Done { removed, cleaned } => (removed, cleaned),
        Erasure::Busy => {
            let words = format!(
                "a letter to {address} or about them is on its way at this moment; nothing was \
                 erased. Say it again in a minute (if the daemon does not run, start it first: it \
                 finds out what became of the letter)"
            );
            return Err(Trouble::failure(words));
        }
    };
    let mut words = format!(
        "{address} was erased. Messages removed: {removed}; messages of others that name them no \
         more: {cleaned}. A keyed hash stays, so that they are not written to again. Mail that \
         lies in a watched mailbox, and backups made before, keep what they hold."
    );
    if charter.fingerprint.contains(address.as_str()) {
        words += " The configuration still names them: what stands there stays.";
    }
    page.text(0, &words)?;
    Ok(Exit::Ok)
}

fn deed(owner: &Owner, wish: Wish<'_>, now: Timestamp) -> Result<Deed, Trouble> {
    let words = match wish {
        Wish::Done => return Ok(Deed::Done),
        Wish::Not => return Ok(Deed::Not),
        Wish::Snooze(words) => words,
    };
    let plain: Vec<String> =
        words.iter().map(|word| word.trim_matches([',', '.', ';']).to_owned()).collect();
    let local = now.to_zoned(owner.calendar.zone().clone());
    let when = when::read(&plain, &local).map_err(|why| Trouble::usage(unclear(&why, words)))?;
    Ok(Deed::Snooze(acting::moment(owner, &when, now)))
}

fn told(owner: &Owner, obligation: &Obligation, deed: Deed, now: Timestamp) -> String {
    let (who, reference) = (obligation.party(), reference(obligation.id));
    let about = format!("{reference} ({}: {})", who.shown(), obligation.subject);
    match (deed, &obligation.closed) {
        (Deed::Done, Some(closed)) => {
            format!("{about} was closed already: {}.", closed.how.word())
        }
        (Deed::Done, None) => format!("{about} is done."),
        (Deed::Not, _) => format!("{about} was no request; it is taken out of the figures."),
        (Deed::Snooze(_), Some(closed)) => {
            format!("{about} is closed ({}); nothing would be reminded.", closed.how.word())
        }
        (Deed::Snooze(until), None) => {
            let zone = owner.calendar.zone();
            let until = moment(until, zone, now);
            let zone = zone.iana_name().unwrap_or("UTC");
            format!("{about} is snoozed until {until} ({zone}). Its clock and due time stay.")
        }
    }
}

fn unclear(why: &Unclear, words: &[String]) -> String {
    let said = words.join(" ");
    match why {
        Unclear::Missing => "say until when, for example: sigap snooze S-7K2QM 2d".to_owned(),
        Unclear::Ambiguous(a, b) => {
            format!("{said:?} could mean {} or {}; write one of the two", meant(a), meant(b))
        }
        Unclear::Unknown => format!(
            "the time in {said:?} could not be read; write it like this: 2h, 2d, tomorrow, \
             monday, 26 november, 14:30"
        ),
        Unclear::Past => format!("{said:?} has gone by already"),
        Unclear::TooFar => format!("{said:?} is more than a year away"),
    }
}

fn meant(reading: &Reading) -> String {
    match reading {
        Reading::Hours(count) => format!("{count} hours"),
        Reading::Days(count) => format!("{count} days"),
        Reading::On(date) => date.to_string(),
        Reading::Hour(hour) => format!("{hour:02}:00"),
    }
}

/// `report --send`: queues what readers have not got yet, for a week that is over; the daemon sends
/// it. Whoever wants no reports gets none.
pub fn send_reports(
    ground: &Ground,
    page: &mut Page<'_>,
    team: Option<&str>,
    week: Option<Date>,
) -> Result<Exit, Trouble> {
    let wanted = team.map(|team| teams(ground, Some(team))).transpose()?;
    let mut db = Db::open(ground.store()?, Access::Command, page.now)?;
    let step = db.transaction()?;
    let office = Office::known(&step, ground.charter.clone())?;
    let mode = mode(&step, &office)?;
    if mode != Mode::Full {
        let words = format!("the mode is {}; reports leave in full only", mode.word());
        return Err(Trouble::failure(words));
    }
    let mut readers = readers(&step, &office)?;
    if let Some(teams) = wanted {
        readers.retain(|reader| reader.teams.iter().any(|team| teams.contains(&team.as_str())));
    }
    if readers.is_empty() {
        return Err(Trouble::failure("nobody reads such a report; a [[team]] names its lead"));
    }
    let key = InstanceKey(facts::instance(&step)?.secret);
    let mut lines = Vec::new();
    for reader in readers {
        let latest = last_week(reader.calendar.local_date(page.now));
        let week = week.unwrap_or(latest);
        if week > latest {
            return Err(Trouble::usage(format!("{} is not over yet", iso(week))));
        }
        let (to, name) = (reader.address.clone(), iso(week));
        if wishes::wish(&step, &to)? == Some(Frequency::Never) {
            lines.push(format!("{to} wants no reports."));
            continue;
        }
        let Some(draft) = readers::draft(&reader, week, true, page.now) else { continue };
        lines.push(match queue(&step, &office, &key, &draft, page.now)? {
            Some(_) => format!("The report of {name} to {to} is queued."),
            None => format!("The report of {name} to {to} was written already."),
        });
    }
    step.commit().map_err(StoreError::from)?;
    for line in lines {
        page.text(0, &line)?;
    }
    Ok(Exit::Ok)
}
