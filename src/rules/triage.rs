//! Does a message ask its owner for a reply? One table of reasons over header, structure, position
//! and the wording's verdict.
//!
//! Structure first (machines, newsletters, bystanders), then the words weighed by who is addressed.
//! Classes A and B of auto-reply.md stay apart: only class A marks make a message `Automatic` here;
//! whether it may be answered automatically is another function's question. No text is read: the
//! words were judged by `mail/asks`, or not at all. `rules/settle` goes on with the verdict.

use std::collections::BTreeSet;

use crate::model::address::Party;
use crate::model::message::{Message, Prefix, Role};
use crate::model::owner::Owner;
use crate::model::policy::Policy;
use crate::model::verdict::{Class, Clue, Verdict, Wording};
use crate::rules::awaiting;

/// Whether a message answers something the owner wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answers {
    /// It points to a message of the owner.
    Owner,
    /// It stands alone or answers somebody else.
    Other,
    /// It answers a letter that we wrote for the owner, and calls itself urgent there.
    Called,
}

/// From so many recipients on, nobody in particular is asked.
pub(in crate::rules) const CROWD: usize = 10;
/// Nothing is surer than this.
const CEILING: f64 = 0.97;
/// Whoever waits for an answer mostly asks for it when they write again: a factor on the odds.
const AGAIN: f64 = 1.5;
/// So do people to whom the owner has written before, a little.
const FAMILIAR: f64 = 1.15;

/// Whether the text is worth fetching: nothing in the header has decided yet.
pub fn could_ask(message: &Message, role: Role, owner: &Owner, policy: &Policy) -> bool {
    structural(message, role, owner, policy).is_none()
        && Position::of(message, owner, policy) != Position::Nowhere
}

/// The verdict on one message of one owner. `wording` is `None` where no text could be judged.
pub fn triage(
    message: &Message,
    wording: Option<&Wording>,
    role: Role,
    owner: &Owner,
    policy: &Policy,
    answers: Answers,
) -> Verdict {
    if role == Role::Sent {
        return awaiting::verdict(message, wording, owner, policy);
    }
    if let Some(verdict) = structural(message, role, owner, policy) {
        return verdict;
    }
    if answers == Answers::Called {
        return verdict(Class::Ask, CEILING, vec![Clue::Called]);
    }
    let position = Position::of(message, owner, policy);
    let greeted = Greeted::of(message, wording, owner);
    let aside = matches!(position, Position::Copied | Position::Nowhere);
    if aside && greeted != Greeted::Owner {
        let clue = if position == Position::Copied { Clue::InCc } else { Clue::NotNamed };
        return verdict(Class::Bystander, 0.05, vec![clue]);
    }
    match wording {
        Some(words) if words.closer => verdict(Class::Closer, words.asks, vec![Clue::Courtesy]),
        Some(_) | None => weigh(message, wording, position, greeted, policy, answers),
    }
}

/// How surely somebody asks again who still waits for an answer in the same conversation, where the
/// message alone was not sure; `None`: it stays so.
pub(in crate::rules) fn again(verdict: &Verdict, policy: &Policy) -> Option<f64> {
    raised(verdict, AGAIN, policy)
}

/// How surely somebody asks to whom the owner has written before, where the message alone was not
/// sure; `None`: it stays so. Who is new to the owner is not lowered: every customer was.
pub(in crate::rules) fn familiar(verdict: &Verdict, policy: &Policy) -> Option<f64> {
    raised(verdict, FAMILIAR, policy)
}

/// By so much, across the threshold. What a machine may have written is not raised, nor what its
/// owner's corrections have made unsure: they know better.
fn raised(verdict: &Verdict, by: f64, policy: &Policy) -> Option<f64> {
    let stays = |clue: &Clue| matches!(clue, Clue::PerhapsMachine(_) | Clue::Learned);
    let odds = by * verdict.probability / (1.0 - verdict.probability.min(CEILING));
    let probability = odds / (1.0 + odds);
    let listed = verdict.class == Class::Unsure && !verdict.clues.iter().any(stays);
    (listed && probability >= policy.asks_from).then_some(probability)
}

/// What header and structure decide without any words; `None`: the words decide.
fn structural(message: &Message, role: Role, owner: &Owner, policy: &Policy) -> Option<Verdict> {
    let marks = &message.marks;
    let rule = |or: &str| Clue::Machine(marks.automatic.clone().unwrap_or_else(|| or.to_string()));
    let bulk = is_bulk(message, owner, policy);
    let method = marks.calendar.as_deref();
    let ours = message.author().is_some_and(|author| owner.is(author));
    let (class, probability, clue) = if role == Role::Sent {
        (Class::Own, 0.0, Clue::FromOwner)
    } else if marks.bounce {
        (Class::Bounce, 0.0, rule("M1"))
    } else if let Some(method) = method.filter(|method| *method != "REQUEST") {
        (Class::Calendar, 0.0, Clue::CalendarMethod(method.to_string()))
    } else if marks.automatic.is_some() {
        (Class::Automatic, 0.0, rule("A"))
    } else if message.from_count > 1 {
        (Class::Information, 0.05, Clue::SeveralFrom)
    } else if message.from.is_none() {
        (Class::Information, 0.02, Clue::PerhapsMachine("H11".to_string()))
    } else if ours {
        (Class::Information, 0.02, Clue::ClaimsOwner)
    } else if let Some(method) = method {
        (Class::Information, 0.2, Clue::CalendarMethod(method.to_string()))
    } else if let Some(clue) = bulk {
        (Class::Bulk, 0.01, clue)
    } else {
        return None;
    };
    Some(verdict(class, probability, vec![clue]))
}

/// Newsletters, and lists on which the owner is not addressed (product.md §3.2).
///
/// A list's post carries the same fields as a newsletter. It is judged by its words when a
/// configured group is its addressee, or a colleague wrote to the owner among others.
fn is_bulk(message: &Message, owner: &Owner, policy: &Policy) -> Option<Clue> {
    let marks = &message.marks;
    let named = message.to.iter().chain(&message.cc).any(|party| owner.is(&party.address));
    let colleague = message.author().is_some_and(|author| {
        policy.own_domains.iter().any(|domain| domain.eq_ignore_ascii_case(author.domain()))
    });
    let among_others = named && message.to.len() + message.cc.len() > 1;
    if through_group(message, policy) || (colleague && among_others) {
        return None;
    }
    if marks.unsubscribe && (marks.bulk || marks.list) {
        return Some(Clue::Unsubscribe);
    }
    (marks.list && !named).then_some(Clue::ListFields)
}

fn through_group(message: &Message, policy: &Policy) -> bool {
    let group = |party: &Party| {
        let bare = party.address.untagged();
        policy.groups.iter().any(|group| *group == party.address || *group == bare)
    };
    message.to.iter().any(group)
}

/// Where the owner stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Position {
    Alone,
    Among,
    Group,
    Copied,
    Nowhere,
}

impl Position {
    fn of(message: &Message, owner: &Owner, policy: &Policy) -> Self {
        let own = |party: &Party| owner.is(&party.address);
        if message.to.iter().any(own) {
            let others = message.to.iter().chain(&message.cc).any(|party| !own(party));
            return if others { Self::Among } else { Self::Alone };
        }
        if through_group(message, policy) {
            return Self::Group;
        }
        if message.cc.iter().any(own) { Self::Copied } else { Self::Nowhere }
    }
}

/// Who is greeted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Greeted {
    Owner,
    /// Another recipient.
    Other,
    /// A name that fits no recipient: a nickname, or somebody to whom it is forwarded.
    Unknown,
    Nobody,
}

impl Greeted {
    fn of(message: &Message, wording: Option<&Wording>, owner: &Owner) -> Self {
        let Some(words) = wording.filter(|words| !words.greets.is_empty()) else {
            return Self::Nobody;
        };
        let greets =
            |names: &BTreeSet<String>| words.greets.iter().any(|name| names.contains(name));
        let mut names = owner.first_names();
        names.extend(parts(&owner.greeting));
        names.extend(owner.addresses.iter().flat_map(|address| parts(address.local())));
        let in_to = message.recipients().filter(|party| owner.is(&party.address));
        names.extend(in_to.flat_map(|party| parts(&party.name)));
        if greets(&names) {
            return Self::Owner;
        }
        let other = message.recipients().filter(|party| !owner.is(&party.address)).any(|party| {
            let mut names = parts(&party.name);
            names.extend(parts(party.address.local()));
            greets(&names)
        });
        if other { Self::Other } else { Self::Unknown }
    }
}

fn parts(name: &str) -> BTreeSet<String> {
    let words = name.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).filter(|word| word.chars().count() >= 2).collect()
}

/// The words' probability, moved by position; each reason is a factor on the odds.
fn weigh(
    message: &Message,
    wording: Option<&Wording>,
    position: Position,
    greeted: Greeted,
    policy: &Policy,
    answers: Answers,
) -> Verdict {
    let (start, clues) = from_words(message, wording, position);
    let mut odds = start / (1.0 - start.min(CEILING));
    let mut moved: Vec<(f64, Clue)> = Vec::new();
    let recipients = message.recipients().count();
    let crowd = recipients > CROWD && greeted != Greeted::Owner;
    let (alone, among) = (position == Position::Alone, position == Position::Among && !crowd);
    let reasons = [
        (alone, 1.15, Clue::OnlyRecipient),
        (among, one_of(recipients), Clue::InTo),
        (position == Position::Group, 1.0, Clue::ThroughGroup),
        (position == Position::Copied, 0.7, Clue::InCc),
        (position == Position::Nowhere, 0.6, Clue::NotNamed),
        (greeted == Greeted::Owner, 1.5, Clue::GreetsOwner),
        (greeted == Greeted::Other, 0.12, Clue::GreetsOther),
        (greeted == Greeted::Unknown && !alone, 0.3, Clue::GreetsOther),
        (crowd, 0.3, Clue::ManyRecipients),
        (answers == Answers::Owner, 1.1, Clue::AnswersOwner),
        (message.marks.list, 0.9, Clue::ListFields),
    ];
    for (holds, factor, clue) in reasons {
        if holds {
            odds *= factor;
            moved.push((f64::ln(factor).abs(), clue));
        }
    }
    moved.sort_by(|a, b| b.0.total_cmp(&a.0));
    let probability = (odds / (1.0 + odds)).clamp(0.0, CEILING);
    let machine = message.marks.perhaps_automatic.clone().map(Clue::PerhapsMachine);
    let class = class_of(probability, machine.is_some(), policy);
    // Never surer than its class: a probable machine is shown, not nudged about.
    let unsure = class == Class::Unsure;
    let probability = if unsure { probability.min(policy.asks_from) } else { probability };
    let strong = |moved: &(f64, Clue)| moved.0 > 0.6;
    let lowered = class != Class::Ask && start >= policy.unsure_from;
    let (first, last): (Vec<_>, Vec<_>) = moved.into_iter().partition(|m| lowered && strong(m));
    let order = first.into_iter().map(|moved| moved.1).chain(clues);
    let all = machine.into_iter().chain(order).chain(last.into_iter().map(|moved| moved.1));
    verdict(class, probability, all.collect())
}

/// Asking two, a sender mostly asks both; asking many, one of them.
fn one_of(recipients: usize) -> f64 {
    match recipients {
        0..=2 => 0.95,
        3..=5 => 0.75,
        _ => 0.55,
    }
}

fn class_of(probability: f64, perhaps_machine: bool, policy: &Policy) -> Class {
    if probability >= policy.asks_from && !perhaps_machine {
        Class::Ask
    } else if probability >= policy.unsure_from {
        Class::Unsure
    } else {
        Class::Information
    }
}

/// What the words say; without any text the subject is judged, and never surely.
fn from_words(message: &Message, wording: Option<&Wording>, place: Position) -> (f64, Vec<Clue>) {
    if let Some(words) = wording {
        let mut clues = vec![words.clue.clone()];
        if words.urgent {
            clues.push(Clue::Urgent);
        }
        return (words.asks.clamp(0.0, CEILING), clues);
    }
    let asking = message.subject.contains('?') && message.prefix == Prefix::None;
    match (asking, place == Position::Alone) {
        (true, true) => (0.66, vec![Clue::SubjectAsks, Clue::HeaderOnly]),
        (true, false) => (0.5, vec![Clue::SubjectAsks, Clue::HeaderOnly]),
        (false, true) => (0.45, vec![Clue::HeaderOnly]),
        (false, false) => (0.2, vec![Clue::HeaderOnly]),
    }
}

fn verdict(class: Class, probability: f64, clues: Vec<Clue>) -> Verdict {
    Verdict { class, probability, clues }
}
