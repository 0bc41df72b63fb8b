//! Keeps the obligations in step with their conversations: regroups around an arrival, settles each
//! touched conversation from the whole of it (law 5), and compares with the stored obligations.
//!
//! It never decides what to send; owners whose obligations changed are handed to `rules/decide`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::engine::office::Office;
use crate::engine::{apart, awaiting, learning};
use crate::model::address::Address;
use crate::model::conversation::{Link, group};
use crate::model::ids::{ConversationId, MessageId, ObligationId, OwnerId};
use crate::model::message::{Message, MessageKey, Role};
use crate::model::obligation::{Closed, Ending, Obligation};
use crate::model::owner::Owner;
use crate::model::verdict::Class;
use crate::rules::settle::{Corrected, Debt, Speaker, Spoken, settle};
use crate::store::around;
use crate::store::corrections::{self, Word};
use crate::store::db::{Connection, StoreError};
use crate::store::messages::{self, Stored};
use crate::store::{handovers, obligations, profile};

/// A conversation beyond this is settled by its latest messages, and joined without regrouping.
pub(crate) const LONGEST: u32 = 1_000;
/// How far a message without ids and what it answers are looked for from each other.
const REACH: SignedDuration = SignedDuration::from_hours(24 * 31);

/// Conversations that must be settled again.
pub type Touched = BTreeSet<(OwnerId, ConversationId)>;

/// Where a new message belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Home {
    /// Nothing known has to do with it.
    Own,
    /// It surely belongs to this conversation, and nothing else is near.
    In(ConversationId),
    /// These must be grouped again with it.
    Among(BTreeSet<ConversationId>),
}

/// Finds where a new message belongs. Alone, or surely in one conversation, it adds to the groups
/// and cannot change them; in any other case they must be made anew.
pub fn home(
    c: &Connection,
    owner: &Owner,
    message: &Message,
    arrived_at: Timestamp,
) -> Result<Home, StoreError> {
    let around = around::around(c, owner.id, message, arrived_at, REACH)?;
    Ok(match around.near.first() {
        None => Home::Own,
        Some(only)
            if !around.unsettling && around.near.len() == 1 && around.sure == around.near =>
        {
            Home::In(*only)
        }
        Some(_) => Home::Among(around.near),
    })
}

/// Touches the conversation of a new message, and groups again what it joins or repairs.
pub fn join(
    c: &Connection,
    owner: &Owner,
    id: MessageId,
    home: Home,
    touched: &mut Touched,
) -> Result<(), StoreError> {
    let mut near = match home {
        Home::Own => {
            touched.insert((owner.id, ConversationId(id.0)));
            return Ok(());
        }
        Home::In(conversation) => {
            touched.insert((owner.id, conversation));
            return Ok(());
        }
        Home::Among(near) => near,
    };
    near.insert(ConversationId(id.0));
    let mut around = Vec::new();
    for conversation in &near {
        around.extend(messages::of_conversation(c, *conversation, LONGEST)?);
    }
    around.sort_by_key(|stored| stored.id);
    around.dedup_by_key(|stored| stored.id);
    if around.len() > usize::try_from(LONGEST).unwrap_or(usize::MAX) {
        let first = near.iter().next().copied().unwrap_or(ConversationId(id.0));
        messages::regroup(c, &[(id, first)])?;
        touched.insert((owner.id, first));
        return Ok(());
    }
    let links: Vec<Link> = around.iter().map(|stored| link(owner, stored)).collect();
    let elsewhere = elsewhere(c, owner, &links)?;
    let before: BTreeMap<MessageId, ConversationId> =
        around.iter().map(|stored| (stored.id, stored.conversation)).collect();
    for members in group(&links, &elsewhere) {
        let Some(first) = members.first() else { continue };
        let conversation = ConversationId(first.0);
        let moved: Vec<_> = members
            .iter()
            .filter(|member| before.get(member) != Some(&conversation))
            .map(|member| (*member, conversation))
            .collect();
        messages::regroup(c, &moved)?;
        if !moved.is_empty() || members.contains(&id) {
            touched.insert((owner.id, conversation));
            let left = moved.iter().filter_map(|(member, _)| before.get(member));
            touched.extend(left.map(|old| (owner.id, *old)));
        }
    }
    Ok(())
}

/// Known messages that are pointed to and lie in none of these conversations: they were weighed
/// when they arrived, and do not belong here.
fn elsewhere(
    c: &Connection,
    owner: &Owner,
    links: &[Link],
) -> Result<BTreeSet<MessageKey>, StoreError> {
    let here: BTreeSet<&MessageKey> = links.iter().map(|link| &link.key).collect();
    let pointers = links.iter().flat_map(|link| link.answers.iter().chain(&link.mentions));
    let away: BTreeSet<&MessageKey> = pointers.filter(|key| !here.contains(key)).collect();
    let mut known = BTreeSet::new();
    for key in away {
        if messages::is_known(c, owner.id, key)? {
            known.insert(key.clone());
        }
    }
    Ok(known)
}

/// Conversations of other owners that a sent message may have answered.
pub fn touch_others(
    c: &Connection,
    office: &Office,
    owner: OwnerId,
    message: &Message,
    touched: &mut Touched,
) -> Result<(), StoreError> {
    for key in message.pointers().take(20) {
        for (theirs, conversation) in messages::elsewhere(c, key, owner)? {
            if office.owners.contains_key(&theirs) {
                touched.insert((theirs, conversation));
            }
        }
    }
    Ok(())
}

/// Settles conversations and writes what changed. The owners concerned.
pub fn settle_all(
    c: &Connection,
    office: &Office,
    touched: &Touched,
) -> Result<BTreeSet<OwnerId>, StoreError> {
    let mut owners = BTreeSet::new();
    let taught = learning::applied(c, office, touched)?;
    for (owner, conversation) in &apart::widened(c, office, &taught)? {
        if let Some(owner) = office.owners.get(owner) {
            settle_one(c, office, owner, *conversation)?;
            awaiting::settle_one(c, office, owner, *conversation)?;
            owners.insert(owner.id);
        }
    }
    Ok(owners)
}

fn settle_one(
    c: &Connection,
    office: &Office,
    owner: &Owner,
    conversation: ConversationId,
) -> Result<(), StoreError> {
    let mut spare = obligations::of_conversation(c, conversation)?;
    if spare.is_empty() && !messages::asks(c, conversation)? {
        return Ok(());
    }
    let own = messages::of_conversation(c, conversation, LONGEST)?;
    let holders = handovers::holders(c, &spare)?;
    let mut others = heard_elsewhere(c, office, owner, &own, &holders)?;
    others.extend(apart::sent_elsewhere(c, owner, &own)?);
    let missing = apart::missing(c, owner, &own)?;
    let mut spoken = Vec::new();
    for stored in &own {
        let corrected = corrections::of_message(c, stored.id)?;
        let speaker = match answers_for_owner(stored, &holders, &spare) {
            true => Speaker::Holder,
            false => Speaker::Here,
        };
        let parent = stored.message.in_reply_to.first();
        let parent_missing = parent.is_some_and(|parent| missing.contains(parent));
        let known = knows(c, owner, stored)?;
        spoken.push(Spoken { parent_missing, known, ..said(stored, speaker, corrected) });
    }
    spoken.extend(others.iter().map(|(stored, speaker)| said(stored, *speaker, None)));
    let debts = settle(&spoken, owner, &office.policy, &office.requesters);
    let by_id: BTreeMap<MessageId, &Stored> = own.iter().map(|s| (s.id, s)).collect();
    let mut kept = BTreeSet::new();
    for debt in debts {
        let Some(first) = debt.asks.first().and_then(|id| by_id.get(id)) else { continue };
        let known = known(c, &debt, &kept)?;
        let fresh = as_obligation(owner.id, conversation, &debt, first);
        let id = match known {
            Some(known) => {
                let changed = Obligation { id: known.id, ..fresh };
                if differs(&known, &changed) {
                    obligations::update(c, &changed)?;
                }
                known.id
            }
            None => obligations::insert(c, &fresh)?,
        };
        obligations::set_asks(c, id, &debt.asks)?;
        obligations::answered_by(c, id, debt.closed_by)?;
        kept.insert(id);
        spare.retain(|other| other.id != id);
    }
    for gone in spare {
        withdraw(c, gone, &by_id)?;
    }
    Ok(())
}

/// The stored obligation that a debt continues: the oldest one that shares a message with it.
fn known(
    c: &Connection,
    debt: &Debt,
    kept: &BTreeSet<ObligationId>,
) -> Result<Option<Obligation>, StoreError> {
    let mut ids = BTreeSet::new();
    for ask in &debt.asks {
        ids.extend(obligations::asked_by(c, *ask)?);
    }
    let Some(id) = ids.difference(kept).next() else { return Ok(None) };
    obligations::one(c, *id)
}

/// An obligation whose messages ask nothing any more, or have gone to another one. One whose
/// message was forgotten keeps the end that it had.
fn withdraw(
    c: &Connection,
    gone: Obligation,
    members: &BTreeMap<MessageId, &Stored>,
) -> Result<(), StoreError> {
    let elsewhere = !members.contains_key(&gone.asked_in);
    if elsewhere && messages::one(c, gone.asked_in)?.is_none() {
        return Ok(());
    }
    let still_asks = obligations::asks(c, gone.id)?;
    if elsewhere && still_asks.iter().any(|ask| !members.contains_key(ask)) {
        return Ok(());
    }
    let ended = Closed { at: gone.asked_at, how: Ending::Withdrawn, evidence: None };
    if gone.closed.as_ref().is_none_or(|closed| closed.how != Ending::Withdrawn) {
        obligations::update(c, &Obligation { closed: Some(ended), perhaps: None, ..gone })?;
        obligations::answered_by(c, gone.id, None)?;
    }
    Ok(())
}

/// What colleagues sent that points into this conversation.
fn heard_elsewhere(
    c: &Connection,
    office: &Office,
    owner: &Owner,
    own: &[Stored],
    holders: &[Address],
) -> Result<Vec<(Stored, Speaker)>, StoreError> {
    let mut found: BTreeMap<MessageId, (Stored, Speaker)> = BTreeMap::new();
    for stored in own.iter().filter(|stored| stored.place == Role::Inbox) {
        for answer in messages::sent_pointing_to(c, &stored.message.key, owner.id)? {
            let Some(other) = office.owners.get(&answer.owner) else { continue };
            let team = owner.team.is_some() && other.team == owner.team;
            let addressed = stored.message.recipients().any(|party| other.is(&party.address));
            let proven = answer.message.author().is_some_and(|author| other.is(author));
            let holds = holders.iter().any(|holder| other.is(holder));
            if proven && (holds || team || addressed) {
                let speaker = if holds { Speaker::Holder } else { Speaker::Colleague };
                found.insert(answer.id, (answer, speaker));
            }
        }
    }
    Ok(found.into_values().collect())
}

/// Whether what lies in the owner's inbox is a copy of what somebody who holds or held the
/// obligation wrote to its requester.
fn answers_for_owner(stored: &Stored, holders: &[Address], owed: &[Obligation]) -> bool {
    let message = &stored.message;
    let by_holder = message.author().is_some_and(|author| holders.contains(&author.untagged()));
    let asked = |address: &Address| owed.iter().any(|one| one.requester == *address);
    stored.place == Role::Inbox
        && by_holder
        && message.recipients().any(|party| asked(&party.address))
}

pub(crate) fn said<'a>(
    stored: &'a Stored,
    speaker: Speaker,
    corrected: Option<corrections::Correction>,
) -> Spoken<'a> {
    Spoken {
        id: stored.id,
        message: &stored.message,
        verdict: &stored.verdict,
        arrived_at: stored.arrived_at,
        place: stored.place,
        speaker,
        backlog: stored.backlog,
        parent_missing: false,
        known: false,
        answered_at: stored.answered_at,
        corrected: corrected.and_then(|correction| {
            let how = match correction.word {
                Word::Done => Ending::Done,
                Word::Not => Ending::NotARequest,
                Word::Snooze(_) => return None,
            };
            Some(Corrected { how, at: correction.at, by_mail: correction.by_mail })
        }),
    }
}

/// Whether the owner had written to the author of what might ask; of all else it does not matter.
fn knows(c: &Connection, owner: &Owner, stored: &Stored) -> Result<bool, StoreError> {
    match stored.message.author().filter(|_| stored.verdict.class == Class::Unsure) {
        Some(author) => profile::wrote_before(c, owner.id, author, stored.arrived_at),
        None => Ok(false),
    }
}

fn as_obligation(
    owner: OwnerId,
    conversation: ConversationId,
    debt: &Debt,
    first: &Stored,
) -> Obligation {
    let name = first.message.from.as_ref().map_or(String::new(), |party| party.name.clone());
    Obligation {
        id: ObligationId(0),
        owner,
        conversation,
        requester: debt.requester.clone(),
        requester_name: name,
        asked_in: first.id,
        asked_key: first.message.key.clone(),
        subject: first.message.subject.clone(),
        asked_at: debt.asked_at,
        asks: u32::try_from(debt.asks.len()).unwrap_or(u32::MAX),
        tier: debt.tier.clone(),
        confidence: debt.confidence,
        ladder_from: debt.ladder_from,
        holder: None,
        snoozed_until: None,
        snoozes: 0,
        lapsed_at: None,
        promise: debt.promise,
        perhaps: debt.perhaps,
        closed: debt.closed.clone(),
    }
}

/// Whether settling found something else than what is stored.
fn differs(known: &Obligation, found: &Obligation) -> bool {
    let same = Obligation {
        holder: known.holder.clone(),
        snoozed_until: known.snoozed_until,
        snoozes: known.snoozes,
        lapsed_at: known.lapsed_at,
        ..found.clone()
    };
    *known != same
}

/// What the grouping looks at in a stored message.
pub fn link(owner: &Owner, stored: &Stored) -> Link {
    let message = &stored.message;
    let people = message
        .from
        .iter()
        .chain(message.recipients())
        .map(|party| party.address.untagged())
        .filter(|address| !owner.is(address))
        .collect();
    Link::new(stored.id, message, people, stored.arrived_at)
}
