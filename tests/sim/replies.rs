//! What must hold of automatic replies: whom they may answer and when, and that nobody hears of one
//! absence twice.

use sigap::model::ids::AwayId;
use sigap::model::letter::Letter;
use sigap::store::{away, messages, replies};

use crate::oracle::KNOWN_AFTER;
use crate::people::Sort;
use crate::world::{DAY, Failure, World};

/// An automatic reply that was accepted.
pub struct Told {
    /// When it was decided on, by the wall clock.
    at: i64,
    id: String,
    away: AwayId,
    era: u32,
}

impl World {
    /// May this automatic reply leave? Only to a person who has just written, while the owner is
    /// away and has not answered.
    pub fn check_reply(&self, letter: &Letter, owner: usize) -> Result<(), Failure> {
        self.check_fresh(letter, owner)?;
        let wrong = |why: String| Err(format!("letter {} {why}", letter.id));
        let wall = self.wall();
        let c = self.engine.as_ref().unwrap().db().connection();
        let reply = replies::by_letter(c, letter.id).unwrap().unwrap();
        let key = messages::one(c, reply.message).unwrap().unwrap().message.key.0;
        let Some(thread) = self.threads.iter().find(|thread| thread.keys.contains(&key)) else {
            return wrong(format!("answers what nobody wrote: {key}"));
        };
        if thread.sort != Sort::Person || thread.requester != letter.draft.to.as_str() {
            return wrong(format!("answers {key} of {:?} {}", thread.sort, thread.requester));
        }
        if thread.asks_silence {
            return wrong(format!("answers {key}, which asks for silence"));
        }
        if self.oracle.mirror.backlog.contains(&(owner, key.clone())) {
            return wrong(format!("answers {key}, which is backlog"));
        }
        let inbox = self.folders[owner * 2].mails.iter();
        let Some(arrived) = inbox.filter(|mail| mail.key == key).map(|mail| mail.arrived).min()
        else {
            return wrong(format!("answers {key}, which lies in the inbox no more"));
        };
        if letter.queued_at.as_second() - arrived > DAY {
            return wrong(format!("answers {key}, which arrived long before"));
        }
        let spans = away::of_owner(c, self.owners[owner].id).unwrap();
        let mut spans = spans.iter().filter_map(|away| away.span());
        let Some((from, _)) = spans.find(|(from, until)| *from <= wall && wall < *until) else {
            return wrong("left though its owner is not away".to_owned());
        };
        if arrived < from.as_second() || from.as_second() < self.oracle.anew_at {
            return wrong(format!("answers {key}, which no absence covers that is known wholly"));
        }
        let debts = thread.debts.get(&owner).map(Vec::as_slice).unwrap_or_default();
        let answered = debts.iter().filter(|debt| debt.asks.contains(&key)).any(|debt| {
            debt.closed.as_ref().is_some_and(|closed| {
                let own = closed.elsewhere.is_none() && !closed.told;
                own && closed.readable_at + KNOWN_AFTER <= self.now
            })
        });
        if answered && !thread.unsure {
            return wrong(format!("answers {key}, which the owner has answered"));
        }
        Ok(())
    }

    /// One requester hears of one absence once a week, and of whatever absence once a day.
    pub fn check_not_again(&mut self, letter: &Letter) -> Result<(), Failure> {
        let c = self.engine.as_ref().unwrap().db().connection();
        let Some(reply) = replies::by_letter(c, letter.id).unwrap() else { return Ok(()) };
        let at = letter.queued_at.as_second();
        let whom = (reply.owner.0, letter.draft.to.to_string());
        let era = self.oracle.era;
        let told = self.oracle.told.entry(whom).or_default();
        for before in told.iter().filter(|one| one.era == era && one.id != letter.message_id) {
            let same = away::is_part_of(c, before.away, reply.away).unwrap();
            let least = if same { 7 * DAY } else { DAY };
            if (at - before.at).abs() < least {
                return Err(format!("letter {} answers {} again", letter.id, letter.draft.to));
            }
        }
        told.push(Told { at, id: letter.message_id.clone(), away: reply.away, era });
        Ok(())
    }
}
