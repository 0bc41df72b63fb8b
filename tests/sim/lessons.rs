//! What must hold of what is learned from `NOT`: every verdict is what triage said, moved by the
//! corrections in force and by nothing else; whatever crashed meanwhile, each text is read once more.

use std::collections::BTreeSet;

use sigap::engine::intake;
use sigap::engine::learning;
use sigap::engine::pending::Sought;
use sigap::engine::turn::Input;
use sigap::model::address::Address;
use sigap::model::message::Role;
use sigap::model::verdict::Class;
use sigap::rules::learning::{Arrived, adjusted, shift};
use sigap::store::{lessons, messages};

use crate::world::{Failure, World};

impl World {
    /// The door brings the text of a corrected message.
    pub fn read_once_more(&mut self, sought: Sought) -> Result<(), Failure> {
        let folder = self.folders.iter().find(|folder| folder.id == sought.mailbox).unwrap();
        if folder.broken_until > self.now {
            return Ok(());
        }
        let mail = folder.mails.iter().find(|mail| mail.uid == sought.uid);
        let read = mail.map(|mail| {
            let fetched = learning::fetched(sought.uid, mail.bytes.to_vec());
            Box::new(intake::read(&fetched, Role::Inbox))
        });
        self.turn(Input::Text(sought.message, read)).map(|_| ())
    }

    /// All verdicts reckoned once more. What a correction has taken out of the list is not asserted
    /// about any further: the events do not say how sure triage was.
    pub fn check_lessons(&mut self) -> Result<(), Failure> {
        let c = self.engine.as_ref().unwrap().db().connection();
        let mut lowered = BTreeSet::new();
        for owner in &self.owners {
            let known = lessons::of_owner(c, owner.id).unwrap();
            for stored in lessons::listed_since(c, owner.id, jiff::Timestamp::MIN).unwrap() {
                let alike = lessons::likeness(c, owner.id, stored.id).unwrap();
                let sender = stored.message.author().map(Address::untagged);
                let arrived = Arrived {
                    sender: sender.as_ref(),
                    list: stored.message.marks.list_id.as_deref(),
                    at: stored.arrived_at,
                    alike: &alike,
                };
                let untaught = lessons::untaught(c, stored.id).unwrap();
                let untaught = untaught.unwrap_or_else(|| stored.verdict.clone());
                let moved = shift(&known, &arrived);
                if adjusted(&untaught, &moved, &self.charter.policy) != stored.verdict {
                    let key = &stored.message.key;
                    return Err(format!("{key} is {:?} after {moved:?}", stored.verdict));
                }
                if stored.verdict.class != Class::Ask {
                    lowered.insert((owner.id, stored.message.key.0.clone()));
                }
            }
        }
        let awaited = lessons::awaited(c).unwrap();
        if !awaited.is_empty() {
            let of = |(_, id): &(_, _)| messages::one(c, *id).unwrap().map(|m| m.message.key.0);
            let keys: Vec<_> = awaited.iter().map(of).collect();
            return Err(format!("the texts of {keys:?} were never read once more"));
        }
        for thread in &mut self.threads {
            let lost = |(_, key): &(_, String)| thread.keys.contains(key);
            thread.unsure |= lowered.iter().any(lost);
        }
        Ok(())
    }
}
