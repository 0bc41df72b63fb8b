//! What the letters around an absence speak of, gathered as it stands when they are written.
//!
//! Nothing is decided here: when they are written is `rules/farewells`. Next stations:
//! `mail/farewells`, `mail/wording`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::engine::office::Office;
use crate::engine::{away_words, covering, leaving};
use crate::mail::alarms::Alarm;
use crate::mail::farewells::{DigestView, HandedView, LeavingView, PresenceView};
use crate::mail::views::NudgeView;
use crate::mail::wording::{self, Words};
use crate::model::address::Address;
use crate::model::away::Away;
use crate::model::calendar::Calendar;
use crate::model::facts::Facts;
use crate::model::farewell::Occasion;
use crate::model::ids::ObligationId;
use crate::model::letter::{Draft, Kind, Letter};
use crate::model::obligation::Ending;
use crate::model::owner::Owner;
use crate::model::policy::Mode;
use crate::rules::farewells::waiting;
use crate::rules::returns::{Stretch, grace_ends, stretches};
use crate::store::db::{Connection, StoreError};
use crate::store::{farewells, handovers, obligations};

/// A letter around an absence in words, unless that is not on record any more; `nudge` tells to
/// whom, and what it lists.
pub(crate) fn words(
    c: &Connection,
    office: &Office,
    letter: &Letter,
    facts: &Facts,
    (nudge, now): (NudgeView, Timestamp),
) -> Result<Option<Words>, StoreError> {
    if letter.draft.kind == Kind::Digest {
        let view = digest(c, office, letter, facts, nudge)?;
        return Ok(view.map(|view| wording::digest(&office.templates, &view)));
    }
    let view = leaving(office, letter, facts, nudge, now);
    Ok(view.map(|view| wording::leaving(&office.templates, &view)))
}

/// What a letter before an absence says; `nudge` tells to whom, and what is open.
fn leaving(
    office: &Office,
    letter: &Letter,
    facts: &Facts,
    nudge: NudgeView,
    now: Timestamp,
) -> Option<LeavingView> {
    let stretch = stretch(&letter.draft, facts)?;
    let owner = &facts.owner;
    let (from, until) = days(owner, stretch.from, stretch.until);
    let first = facts.absences.iter().find(|away| stretch.aways.contains(&away.id))?;
    let answers = facts.mode == Mode::Full && owner.answers;
    let sample =
        answers.then(|| away_words::preview(office, owner, first, Some(owner.language), now));
    let sample = sample.and_then(|samples| samples.into_iter().next()).map(|sample| sample.text);
    let cover = cover(office, facts, &stretch);
    Some(LeavingView {
        open: waiting(facts).len(),
        from,
        until,
        hands_over: facts.mode == Mode::Full && cover.iter().any(|one| !one.name.is_empty()),
        cover,
        absent: absent(office, facts, &stretch),
        sample,
        may_name: leaving::may_name_somebody(office, owner),
        nudge,
    })
}

/// The alarm that nobody stands in for some of the time that a letter is about.
pub(crate) fn uncovered(office: &Office, facts: &Facts, draft: &Draft) -> Option<(String, Alarm)> {
    let stretch = stretch(draft, facts)?;
    let cover = cover(office, facts, &stretch);
    let mut nobody = cover.iter().filter(|one| one.name.is_empty());
    let first = nobody.next()?;
    let last = nobody.next_back().unwrap_or(first);
    let owner = facts.owner.name.clone();
    let alarm = Alarm::Uncovered { owner, from: first.from, until: last.until };
    Some((format!("uncovered:{}", stretch.aways.first()?), alarm))
}

/// Who stands in when, as far as the owner would have worked; an empty name is nobody.
fn cover(office: &Office, facts: &Facts, stretch: &Stretch) -> Vec<PresenceView> {
    let owner = &facts.owner;
    let hours = Calendar::clone(&owner.calendar).away_only([]);
    let aways: Vec<&Away> =
        facts.absences.iter().filter(|away| stretch.aways.contains(&away.id)).collect();
    let mut borders = BTreeSet::from([stretch.from, stretch.until]);
    borders.extend(aways.iter().filter_map(|away| away.span()).flat_map(|(from, to)| [from, to]));
    for (_, (from, until)) in absences(office, facts, stretch) {
        borders.extend([from, until]);
    }
    let mut cover: Vec<(String, Timestamp, Timestamp)> = Vec::new();
    for (from, until) in borders.iter().zip(borders.iter().skip(1)) {
        let within = |away: &&&Away| away.span().is_some_and(|(a, b)| a <= *from && *from < b);
        let Some(away) = aways.iter().find(within) else { continue };
        if hours.working_time_between(*from, *until).is_zero() {
            continue;
        }
        let stand_in = away_words::stand_in(office, owner, away, *from);
        let name = stand_in.map_or(String::new(), |person| person.name);
        match cover.last_mut().filter(|last| last.0 == name) {
            Some(last) => last.2 = *until,
            None => cover.push((name, *from, *until)),
        }
    }
    let told = |(name, from, until)| {
        let (from, until) = days(owner, from, until);
        PresenceView { name, from, until }
    };
    cover.into_iter().map(told).collect()
}

/// Who would stand in and is away too, on which days.
fn absent(office: &Office, facts: &Facts, stretch: &Stretch) -> Vec<PresenceView> {
    let told = |(name, (from, until))| {
        let (from, until) = days(&facts.owner, from, until);
        PresenceView { name, from, until }
    };
    absences(office, facts, stretch).into_iter().map(told).collect()
}

/// The times within a stretch in which somebody who would stand in is away too.
fn absences(
    office: &Office,
    facts: &Facts,
    stretch: &Stretch,
) -> Vec<(String, (Timestamp, Timestamp))> {
    let aways = facts.absences.iter().filter(|away| stretch.aways.contains(&away.id));
    let all = aways.flat_map(|away| facts.owner.stand_ins(away.delegate.as_ref()));
    let mut people: Vec<&Owner> = Vec::new();
    for other in all.filter_map(|to| office.owner_of(to)) {
        if !people.iter().any(|known| known.id == other.id) {
            people.push(other);
        }
    }
    let mut found = Vec::new();
    for other in people {
        for (from, until) in other.calendar.absences() {
            let (from, until) = (*from.max(&stretch.from), *until.min(&stretch.until));
            if from < until {
                found.push((other.name.clone(), (from, until)));
            }
        }
    }
    found
}

/// What a digest says; `nudge` tells to whom, and what it lists.
fn digest(
    c: &Connection,
    office: &Office,
    letter: &Letter,
    facts: &Facts,
    nudge: NudgeView,
) -> Result<Option<DigestView>, StoreError> {
    let Some(stretch) = stretch(&letter.draft, facts) else { return Ok(None) };
    let mut answered = 0;
    for away in &stretch.aways {
        answered += farewells::answered_automatically(c, *away)?;
    }
    let owner = &facts.owner;
    let time = (stretch.from, stretch.back);
    let (from, until) = days(owner, stretch.from, stretch.until);
    Ok(Some(DigestView {
        nudge,
        from,
        until,
        answered,
        handed: handed(c, office, owner, &stretch)?,
        by_others: farewells::answered_by_colleagues(c, owner.id, time)?,
        waiting: waiting(facts).len(),
        grace_ends: grace_ends(facts, &stretch),
    }))
}

/// What others have taken over meanwhile, by who did, each thing once; and on their hours, how soon
/// each was answered.
fn handed(
    c: &Connection,
    office: &Office,
    owner: &Owner,
    stretch: &Stretch,
) -> Result<Vec<HandedView>, StoreError> {
    let mut taken: BTreeMap<Address, BTreeMap<ObligationId, Timestamp>> = BTreeMap::new();
    for away in &stretch.aways {
        for one in handovers::during(c, *away)? {
            let closed = obligations::one(c, one.obligation)?.and_then(|one| one.closed);
            let answered = closed.is_some_and(|closed| closed.how == Ending::AnsweredByHolder);
            let took = one.accepted_at.is_some() || (answered && one.ended.is_none());
            if let Some(delegate) = one.delegate.filter(|_| took) {
                taken.entry(delegate).or_default().insert(one.obligation, one.offered_at);
            }
        }
    }
    let mut handed = Vec::new();
    for (address, things) in taken {
        let hours = covering::stand_in(office, owner, &address).calendar;
        let mut took = Vec::new();
        for (id, offered_at) in &things {
            let answered_at = obligations::one(c, *id)?.and_then(|one| one.answered_at());
            let meanwhile = answered_at.filter(|at| offered_at <= at && *at < stretch.back);
            took.extend(meanwhile.map(|at| hours.working_time_between(*offered_at, at)));
        }
        let known = office.owner_of(&address).map(|owner| owner.name.clone());
        let contact = || office.contacts.get(&address).map(|contact| contact.name.clone());
        let name = known.or_else(contact).filter(|name| !name.is_empty());
        let count = u32::try_from(things.len()).unwrap_or(u32::MAX);
        handed.push(HandedView { to: name.unwrap_or_else(|| address.to_string()), count, took });
    }
    Ok(handed)
}

/// The time away that a letter is about, as it stands now.
fn stretch(draft: &Draft, facts: &Facts) -> Option<Stretch> {
    let occasion: Occasion = serde_json::from_str(&draft.about).ok()?;
    let ours = |one: &Stretch| one.aways.iter().any(|away| occasion.aways.contains(away));
    stretches(facts).into_iter().find(ours)
}

/// The first and the last day of a time, on its owner's calendar.
fn days(owner: &Owner, from: Timestamp, until: Timestamp) -> (Date, Date) {
    let last = until.saturating_sub(SignedDuration::from_secs(1)).unwrap_or(until);
    (owner.calendar.local_date(from), owner.calendar.local_date(last))
}
