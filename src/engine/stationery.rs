//! From a claimed letter to its bytes: gathers what it speaks of as it stands now, lets
//! `mail/wording` say it, and `mail/compose` write it down.
//!
//! Nothing is decided here. What it speaks of is read in the transaction of the claim, so a letter
//! cannot be older than its claim.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};

use crate::engine::asking;
use crate::engine::handing_words::Original;
use crate::engine::office::Office;
use crate::engine::reporting::Report;
use crate::engine::{awaited, away_words, farewells, handing_words, report_words};
use crate::mail::alarms::{Alarm, AlarmView};
use crate::mail::compose::{LetterHead, compose};
use crate::mail::mistakes::{MistakeReason, MistakeView, Whose};
use crate::mail::views::{AwayView, ItemView, NudgeView, PreviewView, SaidView, WelcomeView};
use crate::mail::wording::{self, Words};
use crate::model::address::{Address, Party};
use crate::model::away::{Away, Phase};
use crate::model::facts::Facts;
use crate::model::ids::OwnerId;
use crate::model::letter::{Audience, Draft, Item, Kind, Letter};
use crate::model::obligation::{Obligation, reference};
use crate::model::owner::Owner;
use crate::model::policy::{Mode, Policy};
use crate::model::verdict::{Clue, Language};
use crate::rules::deadlines;
use crate::store::db::{Connection, StoreError};
use crate::store::{away, letters, messages, obligations};

/// What a letter about a command that was not understood keeps until it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slip {
    /// The line that was read.
    pub said: String,
    /// What is to be said about it.
    pub why: MistakeReason,
    /// The answer in which it stood.
    pub answer: String,
}

impl Slip {
    /// The letter about it to whoever said it, once for an answer; `whose` is unlike for everybody
    /// who could have written the same answer.
    pub(crate) fn letter(
        &self,
        (audience, to): (Audience, &Address),
        owner: Option<OwnerId>,
        whose: &str,
        now: Timestamp,
    ) -> Option<Draft> {
        Some(Draft {
            kind: Kind::Mistake,
            audience,
            to: to.clone(),
            owner,
            items: vec![Item::bare(format!("mistake:{whose}:{}", self.answer))],
            about: serde_json::to_string(self).ok()?,
            not_before: now,
        })
    }
}

/// The bytes of a letter, or why it cannot be written. `original` is the email that a hand-over is
/// about, as the door brought it; `reports` is what a report tells.
pub fn render(
    c: &Connection,
    office: &Office,
    letter: &Letter,
    (world, original, reports): (Option<&Facts>, Option<&Original>, &[Report]),
    now: Timestamp,
) -> Result<Result<Vec<u8>, String>, StoreError> {
    if letter.draft.audience == Audience::Lead {
        return match letter.draft.kind == Kind::Report {
            true => report_words::report(c, office, letter, reports, now),
            false => report_words::mistake(c, office, letter, now),
        };
    }
    if let Some(facts) = world {
        let owner = &facts.owner;
        match letter.draft.kind {
            Kind::AutoReply => return away_words::render(c, office, letter, owner, now),
            Kind::Passed => return handing_words::passed(c, office, letter, owner, now),
            Kind::Handover => {
                return handing_words::handover(c, office, letter, facts, original, now);
            }
            Kind::Mistake if letter.draft.audience == Audience::Delegate => {
                return Ok(handing_words::mistake(office, letter, owner, now));
            }
            Kind::Nudge | Kind::Preview | Kind::Welcome | Kind::Mistake => {}
            Kind::List | Kind::Alarm | Kind::Escalation | Kind::Question => {}
            Kind::Leaving | Kind::Digest | Kind::Report => {}
        }
    }
    of_ours(c, office, letter, world, now)
}

/// The bytes of a letter in which Sigap speaks for itself.
fn of_ours(
    c: &Connection,
    office: &Office,
    letter: &Letter,
    world: Option<&Facts>,
    now: Timestamp,
) -> Result<Result<Vec<u8>, String>, StoreError> {
    let owner = world.map(|facts| facts.owner.as_ref());
    let local = now.to_zoned(zone(owner));
    let templates = &office.templates;
    let without = |why: &str| Ok(Err(why.to_owned()));
    let mut answered = None;
    let words: Words = match (letter.draft.kind, world) {
        (kind @ (Kind::Nudge | Kind::List), Some(facts)) => {
            answered = (kind == Kind::List).then(|| letter.draft.about.clone());
            wording::nudge(templates, &nudge(c, office, letter, facts, local, now)?)
        }
        (Kind::Preview, Some(facts)) => {
            let view = PreviewView { nudge: nudge(c, office, letter, facts, local, now)? };
            wording::preview(templates, &view)
        }
        (Kind::Leaving | Kind::Digest, Some(facts)) => {
            let nudge = nudge(c, office, letter, facts, local, now)?;
            let Some(words) = farewells::words(c, office, letter, facts, (nudge, now))? else {
                return without("the absence is not on record any more");
            };
            words
        }
        (Kind::Welcome, Some(facts)) => wording::welcome(templates, &welcome(office, facts, local)),
        (Kind::Mistake, Some(facts)) => {
            let Ok(slip) = serde_json::from_str::<Slip>(&letter.draft.about) else {
                return without("what was said is not on record any more");
            };
            answered = Some(slip.answer.clone());
            wording::mistake(templates, &mistake(&facts.owner, slip, local))
        }
        (Kind::Question, Some(facts)) => {
            let view = asking::view(c, &facts.owner, letter, local)?;
            if view.entries.is_empty() {
                return without("what it asks about is not in the calendar any more");
            }
            wording::question(templates, &view)
        }
        (Kind::Alarm, _) => {
            let Ok(alarm) = serde_json::from_str::<Alarm>(&letter.draft.about) else {
                return without("what happened is not on record any more");
            };
            let view = AlarmView { language: Language::En, now: local, alarm };
            wording::alarm(templates, &view)
        }
        (Kind::AutoReply | Kind::Handover | Kind::Passed, Some(_)) | (Kind::Report, _) => {
            return without("it is written elsewhere");
        }
        (Kind::Escalation, _) => return without("this version does not write such letters"),
        (_, None) => return without("its owner is not watched any more"),
    };
    let head = head(office, letter, owner, answered, now);
    Ok(compose(&head, &words).map_err(|fault| fault.to_string()))
}

/// What stands above the words; `answered` is the message that the letter answers.
fn head(
    office: &Office,
    letter: &Letter,
    owner: Option<&Owner>,
    answered: Option<String>,
    now: Timestamp,
) -> LetterHead {
    LetterHead {
        kind: letter.draft.kind,
        message_id: letter.message_id.clone(),
        date: letter.claimed_at.unwrap_or(now),
        zone: zone(owner),
        from: office.from.clone(),
        sender: None,
        to: receiver(letter, owner),
        references: answered.iter().cloned().collect(),
        in_reply_to: answered,
        reply_to: None,
        attached: None,
    }
}

fn zone(owner: Option<&Owner>) -> TimeZone {
    owner.map_or(TimeZone::UTC, |owner| owner.calendar.zone().clone())
}

fn receiver(letter: &Letter, owner: Option<&Owner>) -> Party {
    let name = owner.map_or(String::new(), |owner| owner.name.clone());
    Party { name, address: letter.draft.to.clone() }
}

fn nudge(
    c: &Connection,
    office: &Office,
    letter: &Letter,
    facts: &Facts,
    local: Zoned,
    now: Timestamp,
) -> Result<NudgeView, StoreError> {
    let owner = &facts.owner;
    let mut items = Vec::new();
    for (no, id) in letters::numbered(c, letter.id)? {
        if let Some(obligation) = obligations::one(c, id)? {
            items.push(item(c, owner, &facts.policy, no, &obligation, now)?);
        }
    }
    Ok(NudgeView {
        owner_name: owner.name.clone(),
        greeting: owner.greeting.clone(),
        you: owner.you.clone(),
        language: owner.language,
        now: local,
        items,
        awaited: awaited::views(c, owner, letter.id)?,
        working_day: owner.calendar.usual_day(),
        away: absence(c, office, owner, now)?,
    })
}

/// The absence that comes next, or is under way.
fn absence(
    c: &Connection,
    office: &Office,
    owner: &Owner,
    now: Timestamp,
) -> Result<Option<AwayView>, StoreError> {
    let stands = |away: &Away| matches!(away.phase(now), Phase::Planned | Phase::Active);
    let Some(away) = away::of_owner(c, owner.id)?.into_iter().find(stands) else {
        return Ok(None);
    };
    let zone = owner.calendar.zone();
    let last = away.until.saturating_sub(jiff::SignedDuration::from_secs(1)).unwrap_or(away.until);
    let stand_in = away_words::stand_in(office, owner, &away, now.max(away.from));
    Ok(Some(AwayView {
        from: away.from.to_zoned(zone.clone()).date(),
        until: last.to_zoned(zone.clone()).date(),
        stand_in: stand_in.map_or(String::new(), |person| person.name),
    }))
}

fn item(
    c: &Connection,
    owner: &Owner,
    policy: &Policy,
    no: u32,
    obligation: &Obligation,
    now: Timestamp,
) -> Result<ItemView, StoreError> {
    let clocks = deadlines::clocks(policy, &owner.calendar, obligation, now);
    let asked = messages::one(c, obligation.asked_in)?;
    let clues: Vec<Clue> = asked.as_ref().map_or_else(Vec::new, |m| m.verdict.clues.clone());
    let snippet = asked.and_then(|m| m.wording).map(|wording| wording.snippet);
    Ok(ItemView {
        no,
        reference: reference(obligation.id),
        subject: obligation.subject.clone(),
        who: obligation.requester_name.clone(),
        address: obligation.requester.to_string(),
        waited: clocks.owner_time,
        requester_wait: clocks.requester_wait,
        overdue: (clocks.overdue > jiff::SignedDuration::ZERO).then_some(clocks.overdue),
        due_at: clocks.due_at,
        asks: obligation.asks,
        snippet: snippet.filter(|text| owner.snippets && !text.is_empty()),
        clues,
        said: match (obligation.promise, obligation.perhaps) {
            (Some(promise), _) => SaidView::Promised(promise.until),
            (None, Some(perhaps)) => SaidView::Perhaps(perhaps.at),
            (None, None) => SaidView::Nothing,
        },
    })
}

fn welcome(office: &Office, facts: &Facts, local: Zoned) -> WelcomeView {
    let owner = &facts.owner;
    let team = owner.team.as_ref().and_then(|team| office.teams.get(team));
    WelcomeView {
        owner_name: owner.name.clone(),
        greeting: owner.greeting.clone(),
        you: owner.you.clone(),
        language: owner.language,
        now: local,
        mode: facts.mode,
        addresses: owner.addresses.iter().map(ToString::to_string).collect(),
        mailboxes: facts.mailboxes.iter().map(|mailbox| mailbox.name.clone()).collect(),
        snippets: owner.snippets,
        answers: facts.mode == Mode::Full && owner.answers,
        report: team.filter(|team| team.is_read()).map(|team| (team.readers, team.level.clone())),
    }
}

fn mistake(owner: &Owner, slip: Slip, local: Zoned) -> MistakeView {
    MistakeView {
        owner_name: owner.name.clone(),
        greeting: owner.greeting.clone(),
        you: owner.you.clone(),
        language: owner.language,
        now: local,
        said: slip.said,
        why: slip.why,
        whose: Whose::Owner,
    }
}
