//! What must hold when something is handed over: it goes to somebody who is there, while its owner is
//! not; each open request has one holder; and nobody hears twice who has it.

use sigap::engine::handing_words::Original;
use sigap::engine::pending::Wanted;
use sigap::engine::turn::Input;
use sigap::model::letter::{Kind, Letter};
use sigap::store::{away, handovers, messages, obligations};

use crate::world::{Failure, World};

impl World {
    /// The door brings an email whole; a folder that cannot be read brings nothing.
    pub fn fetch(&mut self, wanted: Wanted) -> Result<(), Failure> {
        let folder = self.folders.iter().find(|folder| folder.id == wanted.mailbox).unwrap();
        if folder.broken_until > self.now {
            return Ok(());
        }
        let mail = folder.mails.iter().find(|mail| mail.uid == wanted.uid);
        let original = Original::of(mail.map(|mail| mail.bytes.to_vec()));
        self.turn(Input::Original(wanted.letter, original)).map(|_| ())
    }

    /// Somebody who was asked says something, or nothing.
    pub fn answer_handover(&mut self, owner: usize, message_id: &str) {
        let words = match self.rng.below(10) {
            0..4 => "ACCEPT",
            4..6 => "TOLAK",
            6..7 => "NOT URGENT",
            _ => return,
        };
        self.tell(format!("owner {owner} answers when asked to take over: {words}"));
        self.say_in_answer(owner, message_id, words);
        // The answer itself arrives as well; or somebody else has sent one.
        let from = self.owners[owner].addresses[0].to_string();
        let words = self.rng.one_of(&[words, "ACCEPT", "TOLAK", "SELESAI"]);
        self.mail_from_outside(&from, message_id, "", words);
    }

    /// May this letter about a hand-over leave?
    pub fn check_handover(&self, letter: &Letter, owner: usize) -> Result<(), Failure> {
        self.check_fresh(letter, owner)?;
        let wrong = |why: &str| Err(format!("letter {} {why}", letter.id));
        if !self.is_away(owner) {
            return wrong("left though its owner is not away");
        }
        let is = |who: &usize| self.owners[*who].addresses[0] == letter.draft.to;
        if letter.draft.kind == Kind::Handover {
            match (0..self.owners.len()).find(is) {
                Some(who) if who == owner => return wrong("asks the owner themself"),
                Some(who) if self.is_away(who) => return wrong("asks somebody who is away"),
                Some(_) | None => {}
            }
        }
        let c = self.engine.as_ref().unwrap().db().connection();
        let id = letter.draft.items[0].obligation.unwrap();
        let asked = obligations::one(c, id).unwrap().unwrap().asked_in;
        let key = messages::one(c, asked).unwrap().unwrap().message.key.0;
        let old = |key: &String| self.oracle.mirror.backlog.contains(&(owner, key.clone()));
        let mut asks = self.items_of(letter.id).into_iter().flat_map(|(_, keys)| keys);
        if asks.all(|key| old(&key)) {
            return wrong("is about backlog");
        }
        let thread = self.threads.iter().find(|thread| thread.keys.contains(&key));
        let requester = thread.map(|thread| thread.requester.as_str());
        if letter.draft.kind == Kind::Passed && requester != Some(letter.draft.to.as_str()) {
            return wrong("tells somebody who has not asked");
        }
        Ok(())
    }

    fn is_away(&self, owner: usize) -> bool {
        let c = self.engine.as_ref().unwrap().db().connection();
        let wall = self.wall();
        let spans = away::of_owner(c, self.owners[owner].id).unwrap();
        let mut spans = spans.iter().filter_map(|away| away.span());
        spans.any(|(from, until)| from <= wall && wall < until)
    }

    /// Whoever holds a request was given it, alone, and its owner is away.
    pub fn check_holders(&self) -> Result<(), Failure> {
        let c = self.engine.as_ref().unwrap().db().connection();
        let odd = |sql: &str| -> Vec<i64> {
            let mut statement = c.prepare_cached(sql).unwrap();
            let rows = statement.query_map([], |row| row.get(0)).unwrap();
            rows.map(Result::unwrap).collect()
        };
        let torn =
            odd("SELECT o.id FROM obligation o WHERE (o.holder IS NULL AND EXISTS (SELECT 1 FROM \
             handover h WHERE h.obligation_id = o.id AND h.ended_at IS NULL)) OR (o.holder IS NOT \
             NULL AND 1 <> (SELECT count(*) FROM handover h WHERE h.obligation_id = o.id AND \
             h.ended_at IS NULL AND h.delegate = o.holder))");
        if !torn.is_empty() {
            return Err(format!("who holds {torn:?} is not whom it was given to"));
        }
        let held = odd("SELECT id FROM obligation WHERE holder IS NOT NULL AND closed_at IS NULL");
        for id in held {
            let id = sigap::model::ids::ObligationId(id);
            let obligation = obligations::one(c, id).unwrap().unwrap();
            let owner = self.owners.iter().position(|owner| owner.id == obligation.owner).unwrap();
            let holder = obligation.holder.unwrap().address;
            // Where the clock was set back over the begin of an absence, it stays as it is.
            let given_at = handovers::of(c, id).unwrap().last().unwrap().offered_at;
            let there = !self.is_away(owner) && given_at <= self.wall();
            if self.owners[owner].is(&holder) || there {
                return Err(format!("{id} is held by {holder} though its owner is there"));
            }
        }
        Ok(())
    }
}
