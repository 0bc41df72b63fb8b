//! What a conversation opens and closes: the debts of its owner, always from the whole of it.
//!
//! A pure function of what was said, so the order in which messages were read cannot matter
//! (law 5): the reply may be read before its question. `engine/ledger` compares the result with
//! the obligations in the store.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::model::address::{Address, Party};
use crate::model::evidence::{Evidence, Perhaps, Promise};
use crate::model::ids::MessageId;
use crate::model::message::{Message, Prefix, Role, Says};
use crate::model::obligation::{Closed, Ending};
use crate::model::owner::Owner;
use crate::model::policy::Policy;
use crate::model::requester::{Requesters, tier_of};
use crate::model::verdict::Verdict;
use crate::rules::answered::{
    Heard, REACH, by_requester, elsewhere, is_answer, is_copy, marks, weigh_mark, within,
};
use crate::rules::order::order;
use crate::rules::triage::{again, familiar};

/// Who wrote a message of the conversation, as proven by where it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// Found in the owner's own folders.
    Here,
    /// Found in the Sent folder of a colleague of the team, or of another addressee of the ask.
    Colleague,
    /// Found in the Sent folder of the holder; or a copy of what they wrote in the owner's inbox.
    Holder,
    /// Found in the owner's Sent folders, as the first of another conversation.
    Apart,
    /// Found there, further on in another conversation.
    Elsewhere,
}

/// A correction by the owner that is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Corrected {
    /// Done, or no request.
    pub how: Ending,
    /// When it was said.
    pub at: Timestamp,
    /// Said by mail, and so dated by the clock that dates arrivals.
    pub by_mail: bool,
}

/// One message as settling sees it.
#[derive(Clone, Copy, Debug)]
pub struct Spoken<'a> {
    /// Row.
    pub id: MessageId,
    /// Header facts.
    pub message: &'a Message,
    /// Triage.
    pub verdict: &'a Verdict,
    /// Arrival.
    pub arrived_at: Timestamp,
    /// Folder.
    pub place: Role,
    /// Whose folder.
    pub speaker: Speaker,
    /// Older than our watch.
    pub backlog: bool,
    /// What it answers is not on record, neither here nor elsewhere.
    pub parent_missing: bool,
    /// The owner had written to its author before it arrived; of what might ask.
    pub known: bool,
    /// When `\Answered` was first seen.
    pub answered_at: Option<Timestamp>,
    /// What the owner said about it.
    pub corrected: Option<Corrected>,
}

/// One reply that is or was owed.
#[derive(Clone, Debug, PartialEq)]
pub struct Debt {
    /// The requester's identity.
    pub requester: Address,
    /// Its messages, oldest first; never empty.
    pub asks: Vec<MessageId>,
    /// Arrival of the first.
    pub asked_at: Timestamp,
    /// Arrival of the first that is not backlog.
    pub ladder_from: Option<Timestamp>,
    /// Name of the tier of the first.
    pub tier: String,
    /// Highest probability.
    pub confidence: f64,
    /// Answered with a promise: it is due then.
    pub promise: Option<Promise>,
    /// What may have been an answer, while it is open.
    pub perhaps: Option<Perhaps>,
    /// How it ended.
    pub closed: Option<Closed>,
    /// The message that ended it, or perhaps did.
    pub closed_by: Option<MessageId>,
}

impl Debt {
    /// A message asks for the first time, so surely.
    fn begins(requester: Address, said: &Spoken<'_>, tier: String, confidence: f64) -> Self {
        Self {
            requester,
            asks: vec![said.id],
            asked_at: said.arrived_at,
            ladder_from: None,
            tier,
            confidence,
            promise: None,
            perhaps: None,
            closed: None,
            closed_by: None,
        }
    }

    /// It ended.
    pub(in crate::rules) fn close(&mut self, closed: Closed, by: Option<MessageId>) {
        (self.perhaps, self.closed, self.closed_by) = (None, Some(closed), by);
    }

    /// It may have been answered; the first sign of it counts.
    fn doubt(&mut self, perhaps: Perhaps, by: MessageId) {
        if self.closed.is_none() && self.perhaps.is_none() && perhaps.at >= self.asked_at {
            (self.perhaps, self.closed_by) = (Some(perhaps), Some(by));
        }
    }
}

/// The debts of one conversation, by requester and time.
pub fn settle(
    spoken: &[Spoken<'_>],
    owner: &Owner,
    policy: &Policy,
    requesters: &Requesters,
) -> Vec<Debt> {
    let marks = marks(spoken, owner, requesters);
    let by_mail = |said: &&Spoken<'_>| said.corrected.is_some_and(|corrected| corrected.by_mail);
    let by_mail = spoken.iter().filter(by_mail).map(|said| said.id);
    let (by_mail, debts, answered_first) = (by_mail.collect(), BTreeMap::new(), BTreeMap::new());
    let mut table =
        Table { spoken, owner, policy, requesters, marks, by_mail, debts, answered_first };
    for (_, index) in order(spoken, Role::Inbox) {
        if let Some(said) = spoken.get(index) {
            table.hear(said);
        }
    }
    let mut debts: Vec<Debt> = table.debts.into_values().flatten().collect();
    debts.iter_mut().for_each(|debt| weigh_mark(debt, &table.marks));
    debts.sort_by_key(|debt| (debt.asked_at, debt.asks.first().copied()));
    debts
}

struct Table<'a> {
    spoken: &'a [Spoken<'a>],
    owner: &'a Owner,
    policy: &'a Policy,
    requesters: &'a Requesters,
    /// Asks that a mail program marked as answered, and when that was first seen.
    marks: BTreeMap<MessageId, Timestamp>,
    /// Asks about which something was said by mail.
    by_mail: BTreeSet<MessageId>,
    debts: BTreeMap<Address, Vec<Debt>>,
    /// Requesters who had been answered before something was said about their latest debt, and how
    /// many debts that were: what they asked afterwards is not meant.
    answered_first: BTreeMap<Address, usize>,
}

impl<'a> Table<'a> {
    fn hear(&mut self, said: &'a Spoken<'a>) {
        match (said.place, said.speaker) {
            (Role::Sent, Speaker::Apart | Speaker::Elsewhere) => self.hear_elsewhere(said),
            (Role::Inbox, Speaker::Holder)
            | (Role::Sent, Speaker::Here | Speaker::Colleague | Speaker::Holder) => {
                self.answer(said);
            }
            (Role::Inbox, _) if is_copy(said, self.owner) => self.doubt_by(said),
            (Role::Inbox, _) => {
                self.hear_requester(said);
                self.ask(said);
            }
            // It is in no conversation.
            (Role::Answers, _) => {}
        }
    }

    fn ask(&mut self, said: &Spoken<'_>) {
        let verdict = said.verdict;
        let known = || familiar(verdict, self.policy).filter(|_| said.known);
        let sure = verdict.asks().then_some(verdict.probability).or_else(known);
        let asks = sure.or_else(|| again(verdict, self.policy));
        let here = said.message.author().filter(|_| said.speaker == Speaker::Here);
        let (Some(author), Some(asks)) = (here, asks) else { return };
        if self.owner.is(author) {
            return;
        }
        let requester = self.requesters.identity(author);
        let tier = tier_of(self.policy, &requester, said.message);
        let tier = tier.map_or_else(String::new, |tier| tier.name.clone());
        let debts = self.debts.entry(requester.clone()).or_default();
        let ended = said.corrected.map(|corrected| (corrected.at, corrected.how));
        let ladder_from = (!said.backlog).then_some(said.arrived_at);
        let marked =
            |debt: &Debt| debt.asks.last().is_some_and(|last| self.marks.contains_key(last));
        // What had arrived when it was said belongs to it, whenever it was read.
        let answered_first = self.answered_first.get(&requester) == Some(&debts.len());
        let reaches =
            |debt: &Debt| !answered_first && debt.asks.iter().any(|ask| self.by_mail.contains(ask));
        let same = |debt: &&mut Debt| match &debt.closed {
            None => !marked(debt),
            Some(closed) => {
                joins(closed, ended.as_ref())
                    || (reaches(debt)
                        && matches!(closed.how, Ending::Done | Ending::NotARequest)
                        && said.arrived_at <= closed.at)
            }
        };
        let last = debts.last_mut().filter(same);
        if sure.is_none() && !last.as_ref().is_some_and(|debt| waits(debt, ended.as_ref())) {
            return;
        }
        match last {
            Some(debt) => {
                debt.asks.push(said.id);
                // Whoever asks again was not answered.
                if debt.perhaps.take().is_some() {
                    debt.closed_by = None;
                }
                debt.confidence = debt.confidence.max(asks);
                debt.ladder_from = debt.ladder_from.or(ladder_from);
            }
            None => debts.push(Debt { ladder_from, ..Debt::begins(requester, said, tier, asks) }),
        }
        if let (Some((at, how)), Some(debt)) = (ended, debts.last_mut()) {
            let evidence = (how == Ending::Done).then_some(Evidence::Said);
            debt.close(Closed { at: at.max(debt.asked_at), how, evidence }, None);
        }
    }

    /// The requester takes back what they asked, or answers what they must have had from the owner.
    fn hear_requester(&mut self, said: &Spoken<'_>) {
        let human = said.speaker == Speaker::Here
            && said.message.marks.automatic.is_none()
            && said.message.prefix != Prefix::Forward;
        let Some(author) = said.message.author().filter(|_| human) else { return };
        let requester = self.requesters.identity(author);
        let debt = self.debts.get(&requester).and_then(|debts| debts.last());
        let Some(debt) = debt.filter(|debt| open_at(debt, said.arrived_at)) else { return };
        let heard = by_requester(said, &self.asks(debt), self.owner);
        let debt = self.debts.get_mut(&requester).and_then(|debts| debts.last_mut());
        match (debt, heard) {
            (Some(debt), Heard::TakesBack) => {
                let (at, how) = (said.arrived_at.max(debt.asked_at), Ending::Withdrawn);
                debt.close(Closed { at, how, evidence: Some(Evidence::Requester) }, Some(said.id));
            }
            (Some(debt), Heard::Perhaps) => {
                let perhaps = Perhaps { at: said.arrived_at, evidence: Evidence::ReplySeen };
                debt.doubt(perhaps, said.id);
            }
            (None, _) | (_, Heard::Nothing) => {}
        }
    }

    /// A copy that says to be the owner's answer, where no Sent folder has it.
    fn doubt_by(&mut self, said: &Spoken<'_>) {
        let perhaps = Perhaps { at: said.arrived_at, evidence: Evidence::Copy };
        for requester in self.reached(said.message) {
            let debt = self.debts.get_mut(&requester).and_then(|debts| debts.last_mut());
            debt.into_iter().for_each(|debt| debt.doubt(perhaps, said.id));
        }
    }

    /// What the owner wrote to a requester in another conversation.
    fn hear_elsewhere(&mut self, said: &Spoken<'_>) {
        if !is_answer(said, self.owner) {
            return;
        }
        let to = |party: &Party| self.requesters.identity(&party.address);
        let addressed: BTreeSet<Address> = said.message.to.iter().map(to).collect();
        for requester in addressed {
            let debt = self.debts.get(&requester).and_then(|debts| debts.last());
            let near = |debt: &&Debt| {
                let asked = self.last_asked(debt);
                asked <= said.arrived_at && said.arrived_at.duration_since(asked) <= REACH
            };
            let Some(debt) = debt.filter(|debt| open_at(debt, said.arrived_at)).filter(near) else {
                continue;
            };
            let evidence = elsewhere(said, &self.asks(debt));
            let debt = self.debts.get_mut(&requester).and_then(|debts| debts.last_mut());
            let (Some(debt), Some(evidence)) = (debt, evidence) else { continue };
            let at = said.arrived_at;
            if evidence == Evidence::WithoutIds {
                let how = Ending::AnsweredByOwner;
                debt.close(Closed { at, how, evidence: Some(evidence) }, Some(said.id));
            } else {
                debt.doubt(Perhaps { at, evidence }, said.id);
            }
        }
    }

    /// The messages that a debt consists of.
    fn asks(&self, debt: &Debt) -> Vec<&'a Message> {
        let asked = self.spoken.iter().filter(|said| debt.asks.contains(&said.id));
        asked.map(|said| said.message).collect()
    }

    /// When it was asked last.
    fn last_asked(&self, debt: &Debt) -> Timestamp {
        let asked = self.spoken.iter().filter(|said| debt.asks.contains(&said.id));
        asked.map(|said| said.arrived_at).max().unwrap_or(debt.asked_at)
    }

    fn answer(&mut self, said: &Spoken<'_>) {
        if !is_answer(said, self.owner) {
            return;
        }
        let how = match said.speaker {
            Speaker::Here | Speaker::Apart | Speaker::Elsewhere => Ending::AnsweredByOwner,
            Speaker::Colleague => Ending::AnsweredByColleague,
            Speaker::Holder => Ending::AnsweredByHolder,
        };
        for requester in self.reached(said.message) {
            let asks = self.debts.get(&requester).and_then(|debts| debts.last());
            let evidence = asks.map(|debt| within(said, &self.asks(debt)));
            let debts = self.debts.get_mut(&requester);
            let count = debts.as_ref().map_or(0, |debts| debts.len());
            let debt = debts.and_then(|debts| debts.last_mut());
            if let Some(debt) = &debt
                && debt.closed.as_ref().is_some_and(|closed| said.arrived_at < closed.at)
            {
                self.answered_first.insert(requester.clone(), count);
            }
            if let Some(debt) = debt.filter(|debt| open_at(debt, said.arrived_at)) {
                // Whatever ends it later: a promise is no end.
                if let (Some(Says::Promises(until)), Speaker::Here) =
                    (said.message.says, said.speaker)
                {
                    debt.promise = Some(Promise { made_at: said.arrived_at, until });
                    continue;
                }
                let at = said.arrived_at.max(debt.asked_at);
                debt.close(Closed { at, how, evidence }, Some(said.id));
            }
        }
    }

    /// Whom an answer reaches.
    fn reached(&self, answer: &Message) -> Vec<Address> {
        let reached =
            self.debts.iter().filter(|(requester, debts)| self.reaches(answer, requester, debts));
        reached.map(|(requester, _)| requester.clone()).collect()
    }

    /// Whether an answer reaches the requester: addressed to them, to where they asked to be
    /// answered, or to the group through which they asked.
    fn reaches(&self, answer: &Message, requester: &Address, debts: &[Debt]) -> bool {
        let to = |address: &Address| self.requesters.identity(address) == *requester;
        if answer.recipients().any(|party| to(&party.address)) {
            return true;
        }
        let asks = debts.last().map(|debt| debt.asks.as_slice()).unwrap_or_default();
        let asked = self.spoken.iter().filter(|said| asks.contains(&said.id));
        asked.map(|said| said.message).any(|ask| {
            let groups = ask.to.iter().chain(&ask.cc).filter(|p| {
                self.policy.groups.contains(&p.address)
                    || (ask.marks.list && !self.owner.is(&p.address))
            });
            ask.reply_to
                .iter()
                .chain(groups)
                .any(|wanted| answer.recipients().any(|party| party.address == wanted.address))
        })
    }
}

/// Whether an answer of that moment can still be what ended a debt: it is open, or was marked done
/// only later.
fn open_at(debt: &Debt, at: Timestamp) -> bool {
    debt.closed.as_ref().is_none_or(|closed| closed.how == Ending::Done && at < closed.at)
}

/// Whether an ask is open, or ended as a message of which only its conversation says that it asks.
fn waits(debt: &Debt, ended: Option<&(Timestamp, Ending)>) -> bool {
    match &debt.closed {
        None => ended.is_none(),
        Some(closed) => joins(closed, ended),
    }
}

/// A further message of an ask that was corrected as a whole belongs to that same debt.
fn joins(closed: &Closed, ended: Option<&(Timestamp, Ending)>) -> bool {
    ended.is_some_and(|(at, how)| closed.how == *how && closed.at == *at)
}
