//! By what an answer is recognised: the rungs of the ladder, one message at a time.
//!
//! Only a person's own words count, of somebody who may answer: no automatic reply, no forward, no
//! answer of a calendar, and no draft (`engine/intake` leaves those where they are). What goes
//! together and in which order is `rules/settle`.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::model::address::Address;
use crate::model::conversation::is_telling;
use crate::model::evidence::Evidence;
use crate::model::ids::MessageId;
use crate::model::message::{Message, MessageKey, Prefix, Role, Says};
use crate::model::obligation::{Closed, Ending};
use crate::model::owner::Owner;
use crate::model::requester::Requesters;
use crate::rules::settle::{Debt, Speaker, Spoken};

/// In a mail to more people nobody in particular is answered.
const CROWD: usize = 10;
/// What the owner writes to a requester later has nothing to do with what they had asked.
pub const REACH: SignedDuration = SignedDuration::from_hours(24 * 30);

/// A person's own words, proven to be of somebody who may answer; no forward, no word of a calendar
/// about an invitation.
pub(in crate::rules) fn is_answer(said: &Spoken<'_>, owner: &Owner) -> bool {
    is_human(said.message)
        && match said.speaker {
            Speaker::Here | Speaker::Apart | Speaker::Elsewhere => {
                said.message.author().is_some_and(|author| owner.is(author))
            }
            Speaker::Colleague | Speaker::Holder => true,
        }
}

pub(in crate::rules) fn is_human(message: &Message) -> bool {
    let marks = &message.marks;
    let invites = |method: &str| matches!(method, "REQUEST" | "PUBLISH");
    marks.automatic.is_none()
        && marks.perhaps_automatic.is_none()
        && marks.calendar.as_deref().is_none_or(invites)
        && message.prefix != Prefix::Forward
}

/// The rung of an answer within the conversation.
pub(in crate::rules) fn within(said: &Spoken<'_>, asks: &[&Message]) -> Evidence {
    let message = said.message;
    match said.speaker {
        Speaker::Colleague | Speaker::Holder => Evidence::Colleague,
        Speaker::Here | Speaker::Apart | Speaker::Elsewhere => {
            if message.pointers().any(|key| asks.iter().any(|ask| ask.key == *key)) {
                Evidence::Reference
            } else if message.is_lost_reply() {
                Evidence::WithoutIds
            } else {
                Evidence::Conversation
            }
        }
    }
}

/// The rung of a mail of the owner to the requester in another conversation; `None`: it is about
/// something else. A reply under the request's subject whose ids lead nowhere answers the request,
/// whose id was rewritten on the way; what answers another mail of that subject, or begins a
/// conversation, may do so.
pub(in crate::rules) fn elsewhere(said: &Spoken<'_>, asks: &[&Message]) -> Option<Evidence> {
    let message = said.message;
    if message.recipients().count() > CROWD {
        return None;
    }
    // Many begin a new topic by answering any old mail: under a subject of its own.
    let points = message.pointers().next().is_some() && !message.may_be_recycled();
    let replies = message.prefix == Prefix::Reply || points;
    let same = asks.iter().any(|ask| ask.base_subject == message.base_subject);
    let begins = said.speaker == Speaker::Apart;
    match (replies, same, begins) {
        (true, true, true) if is_telling(&message.base_subject) => Some(Evidence::WithoutIds),
        (true, true, _) | (false, _, true) => Some(Evidence::Elsewhere),
        (true, false, _) | (false, _, false) => None,
    }
}

/// A copy of what says to be the owner's answer, in the inbox.
pub(in crate::rules) fn is_copy(said: &Spoken<'_>, owner: &Owner) -> bool {
    let by_owner = said.message.author().is_some_and(|author| owner.is(author));
    said.place == Role::Inbox && said.speaker == Speaker::Here && by_owner && is_human(said.message)
}

/// What a later mail of the requester says about their request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rules) enum Heard {
    /// They take it back.
    TakesBack,
    /// It may have been answered.
    Perhaps,
    /// Nothing.
    Nothing,
}

/// The requester takes back what they asked, or answers a reply which is not on record. Where only
/// the owner was asked, that may be theirs, unless the requester answers a further mail of their
/// own: the machine that named it tells. Whether a person or a program wrote it nobody knows.
pub(in crate::rules) fn by_requester(said: &Spoken<'_>, asks: &[&Message], owner: &Owner) -> Heard {
    let message = said.message;
    if message.says == Some(Says::Withdraws) {
        return Heard::TakesBack;
    }
    let parent = message.in_reply_to.first().filter(|_| said.parent_missing);
    let named = |ask: &&&Message| message.references.contains(&ask.key);
    let (Some(parent), Some(asked)) = (parent, asks.iter().find(named)) else {
        return Heard::Nothing;
    };
    let alone = asked.recipients().all(|party| owner.is(&party.address));
    let requester = asks.iter().any(|ask| machine(&ask.key) == machine(parent));
    if !alone || requester || machine(parent).is_none() {
        return Heard::Nothing;
    }
    Heard::Perhaps
}

fn machine(key: &MessageKey) -> Option<&str> {
    key.0.rsplit_once('@').map(|(_, machine)| machine)
}

/// Asks with `\Answered`, and when it was first seen; without those whose answer was found: it
/// tells better when that was. What is asked after a mark is a new debt. Not by when the mark was
/// seen, because a store that is built anew sees all of them at once.
pub(in crate::rules) fn marks(
    spoken: &[Spoken<'_>],
    owner: &Owner,
    requesters: &Requesters,
) -> BTreeMap<MessageId, Timestamp> {
    let answers = || spoken.iter().filter(|said| said.place == Role::Sent);
    let explained = |ask: &Spoken<'_>| {
        let wanted = |address: &Address| {
            let back = ask.message.reply_to.iter().map(|party| &party.address);
            let identity = requesters.identity(address);
            ask.message.author().into_iter().chain(back).any(|a| requesters.identity(a) == identity)
        };
        answers().filter(|said| is_answer(said, owner)).any(|answer| {
            answer.message.pointers().any(|key| *key == ask.message.key)
                && answer.message.recipients().any(|party| wanted(&party.address))
        })
    };
    let asks = spoken.iter().filter(|said| said.place == Role::Inbox && !explained(said));
    asks.filter_map(|said| Some((said.id, said.answered_at?))).collect()
}

/// `\Answered` closes what nothing stronger closed; its first-seen time is an upper bound.
pub(in crate::rules) fn weigh_mark(debt: &mut Debt, marks: &BTreeMap<MessageId, Timestamp>) {
    let seen = debt.asks.last().and_then(|last| marks.get(last));
    if let (None, Some(at)) = (&debt.closed, seen) {
        let (at, how) = ((*at).max(debt.asked_at), Ending::AnsweredByFlag);
        debt.close(Closed { at, how, evidence: Some(Evidence::Mark) }, None);
    }
}
