//! Safeguards removed on purpose: the oracle must notice each of them within a few seeds, else the
//! simulation is decoration. Mutations of the source itself are in the script `tests/mutants`.

use sigap::store::db::Db;
use sigap::store::{epoch, facts};

use crate::world::{World, live};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutant {
    /// As it is.
    None,
    /// Readings say "known" and bring nothing: decisions rest on stale knowledge (law 4).
    ReadNothing,
    /// The outcome of an accepted letter never comes back (law 3).
    ForgetOutcome,
    /// After a crash, letters that were committing are queued again (law 3).
    CommittingIsQueued,
    /// Letters whose fate is unknown are sent again (law 3).
    UnknownIsQueued,
    /// Old mail is treated as new (law 7).
    BacklogIsNew,
    /// Keys of letters are forgotten: the same intention is queued twice (law 2).
    ForgetKeys,
    /// The epoch file agrees with whatever database is found (law 7).
    AnyEpoch,
    /// What was held or blown is released by itself (law 8).
    ForgetHold,
    /// Jumps of the clock are not told (law 4).
    HideJumps,
    /// Whom an absence was told to is forgotten (R1 and R4 of auto-reply.md).
    ForgetReplies,
    /// What was followed up is forgotten.
    ForgetFollowUps,
    /// What was asked before the watch is followed up (law 7).
    FollowUpOld,
}

/// What is removed, and within how many seeds that must be noticed.
const MUTANTS: &[(Mutant, &str, u64)] = &[
    (Mutant::ReadNothing, "reading before a letter", 20),
    (Mutant::ForgetOutcome, "the outcome of an accepted letter", 20),
    (Mutant::CommittingIsQueued, "the durable mark", 40),
    (Mutant::UnknownIsQueued, "not repeating what is unknown", 40),
    (Mutant::BacklogIsNew, "leaving the backlog alone", 40),
    (Mutant::ForgetKeys, "the unique key of a letter", 40),
    (Mutant::AnyEpoch, "the epoch file", 60),
    (Mutant::ForgetHold, "the hold", 60),
    (Mutant::HideJumps, "distrust after a jump of the clock", 60),
    (Mutant::ForgetReplies, "whom an absence was told to", 60),
    (Mutant::ForgetFollowUps, "following up once for every ask", 40),
    (Mutant::FollowUpOld, "not following up the backlog", 40),
];

#[test]
fn every_missing_safeguard_is_noticed() {
    let next = std::sync::Mutex::new(MUTANTS.iter());
    let rows = std::sync::Mutex::new(Vec::new());
    let work = || {
        loop {
            let Some((mutant, removed, seeds)) = next.lock().unwrap().next() else { return };
            let caught = (1..=*seeds).find_map(|seed| {
                let (result, _) = live(seed, *mutant);
                result.err().map(|why| (seed, why))
            });
            rows.lock().unwrap().push((format!("{mutant:?}"), *removed, caught));
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    let rows = rows.into_inner().unwrap();
    for (name, removed, caught) in &rows {
        match caught {
            Some((seed, why)) => println!("{name:20} {removed:36} seed {seed:3}: {why}"),
            None => println!("{name:20} {removed:36} NOT NOTICED"),
        }
    }
    assert!(rows.iter().all(|(_, _, caught)| caught.is_some()), "a mutant survived; see above");
}

impl World {
    /// Between opening the database and the engine's own recovery.
    pub fn tamper_at_start(&mut self, db: &mut Db) {
        let sql = match self.mutant {
            Mutant::CommittingIsQueued => {
                "UPDATE letter SET state = 'queued' WHERE state = 'committing'"
            }
            Mutant::AnyEpoch => {
                epoch::adopt(db).unwrap();
                return;
            }
            _ => return,
        };
        db.connection().execute(sql, []).unwrap();
    }

    pub fn tamper_after_turn(&mut self) {
        let c = self.engine.as_ref().unwrap().db().connection();
        let sql = match self.mutant {
            Mutant::UnknownIsQueued => {
                "UPDATE letter SET state = 'queued', expires_at = expires_at + 3600 \
                 WHERE state = 'unknown'"
            }
            Mutant::BacklogIsNew => {
                "UPDATE obligation SET ladder_from = asked_at WHERE ladder_from IS NULL"
            }
            Mutant::ForgetKeys => {
                "UPDATE letter_item SET key = key || '/x' || letter_id \
                 WHERE instr(key, '/x') = 0"
            }
            Mutant::ForgetReplies => {
                "UPDATE letter_item SET key = key || '/x' || letter_id \
                 WHERE instr(key, '/x') = 0 AND instr(key, 'auto-reply') = 1"
            }
            Mutant::ForgetFollowUps => {
                "UPDATE letter_item SET key = key || '/x' || letter_id, step = 0 \
                 WHERE instr(key, '/x') = 0 AND instr(key, 'follow-up') > 0"
            }
            Mutant::FollowUpOld => "UPDATE awaited SET backlog = 0 WHERE backlog = 1",
            Mutant::ForgetHold => {
                facts::release(c).unwrap();
                return;
            }
            _ => return,
        };
        c.execute(sql, []).unwrap();
        if self.mutant == Mutant::ForgetReplies {
            let sql = "UPDATE auto_reply SET sender = '', decided_at = 0";
            c.execute(sql, []).unwrap();
        }
    }
}
