//! Forgetting a person on their wish (GDPR Art. 17), and everybody after some time.
//!
//! Gone are the messages that they wrote, their names, addresses and subjects, wherever they stand.
//! What others wrote stays and names them no more. Left are numbers, instants, states and keys
//! such as `nudge:81:0`, by which nothing is sent twice, and a keyed hash of the address, so that
//! they are not written to again.
//!
//! A letter that is just being handed over is never touched: then nothing is erased at all, and it
//! is tried again later. A queued one is recalled first, an unknown one is never repeated, so that
//! no letter is sent again whose bytes are gone.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::model::address::Address;
use crate::model::ids::{LetterId, MessageId, OwnerId};
use crate::model::letter::{Item, State};
use crate::model::message::{MessageKey, Role};
use crate::store::db::StoreError;
use crate::store::messages::{self, Stored};
use crate::store::person::{Traces, hash};
use crate::store::{letters, mailboxes, outbox};

const WHY: &str = "a person was erased";

/// What became of the wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erasure {
    /// Nothing is left. How many of their messages went, and in how many of others' their name.
    Done {
        /// Messages that were removed.
        removed: usize,
        /// Messages of others that named them.
        cleaned: usize,
    },
    /// A letter to them or about them is on its way at this moment; nothing was changed.
    Busy,
}

/// Erases a person who is no owner any more.
///
/// # Errors
/// Besides those of the store: somebody else reads an old state, so that the log could not be
/// emptied. The rows are gone then; saying it again empties the log.
pub fn erase(
    c: &mut Connection,
    address: &Address,
    secret: &[u8],
    now: Timestamp,
) -> Result<Erasure, StoreError> {
    let step = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let traces = Traces::of(&step, address)?;
    if !take_out_of_letters(&step, address, &traces, now)? {
        return Ok(Erasure::Busy);
    }
    let (removed, cleaned) = take_out_of_messages(&step, address, &traces)?;
    take_out_of_obligations(&step, address, &traces, now)?;
    take_out_of_the_rest(&step, address, &traces)?;
    step.execute(
        "INSERT INTO erased (hash, erased_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        params![hash(address, secret), now.as_second()],
    )?;
    step.commit()?;
    // What was deleted must not linger in free pages or in the write-ahead log.
    c.execute_batch("VACUUM")?;
    let busy: i64 = c.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy != 0 {
        let why = "they were erased, but somebody still reads an older state; say it again in a \
                   minute, so that the log is emptied too";
        return Err(StoreError::Odd(why.to_owned()));
    }
    Ok(Erasure::Done { removed, cleaned })
}

/// False: one of them is on its way.
fn take_out_of_letters(
    c: &Connection,
    address: &Address,
    traces: &Traces,
    now: Timestamp,
) -> Result<bool, StoreError> {
    for id in traces.letters.union(&reports(c)?) {
        let Some(letter) = letters::one(c, *id)? else { continue };
        match letter.state {
            State::Sending | State::Committing => return Ok(false),
            State::Unknown => outbox::look_again(c, *id, outbox::never())?,
            State::Queued => {
                let named = |asked_in: &MessageId| {
                    traces.theirs.contains(asked_in) || traces.naming.contains(asked_in)
                };
                let theirs = |item: &Item| {
                    item.obligation.is_some_and(|o| traces.obligations.contains(&o))
                        || item.awaited.as_ref().is_some_and(named)
                };
                let some = letter.draft.items.iter().any(theirs);
                for item in letter.draft.items.iter().filter(|item| !some || theirs(item)) {
                    outbox::recall(c, *id, &item.key, WHY, now)?;
                }
            }
            State::Sent | State::Failed | State::Recalled | State::Expired => {}
        }
        c.prepare_cached("UPDATE attempt SET outcome = '' WHERE letter_id = ?1")?
            .execute([id.0])?;
        wipe(c, *id, address)?;
    }
    Ok(true)
}

/// Those that are written: of whom each tells, nothing but its bytes knows.
fn reports(c: &Connection) -> Result<BTreeSet<LetterId>, StoreError> {
    let sql = "SELECT id FROM letter WHERE kind = 'report' AND bytes IS NOT NULL";
    let mut statement = c.prepare_cached(sql)?;
    let found = statement.query_map([], |row| row.get(0).map(LetterId))?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn wipe(c: &Connection, id: LetterId, address: &Address) -> Result<(), StoreError> {
    c.prepare_cached(
        "UPDATE letter SET bytes = NULL, about = '', answer = '', to_address = \
         CASE to_address WHEN ?2 THEN 'erased@invalid' ELSE to_address END WHERE id = ?1",
    )?
    .execute(params![id.0, address.as_str()])?;
    c.prepare_cached(
        "UPDATE letter_item SET key = 'erased:' || letter_id || ':' || no \
         WHERE letter_id = ?1 AND instr(lower(key), ?2) > 0",
    )?
    .execute(params![id.0, address.as_str()])?;
    c.prepare_cached(
        "UPDATE letter_item SET recalled_why = ?3 \
         WHERE letter_id = ?1 AND instr(lower(recalled_why), ?2) > 0",
    )?
    .execute(params![id.0, address.as_str(), WHY])?;
    Ok(())
}

/// Removes what they wrote; takes their name, and the subjects they wrote, out of what others did.
fn take_out_of_messages(
    c: &Connection,
    address: &Address,
    traces: &Traces,
) -> Result<(usize, usize), StoreError> {
    let (mut subjects, mut around) = (BTreeSet::new(), traces.naming.clone());
    for id in &traces.theirs {
        let Some(stored) = messages::one(c, *id)? else { continue };
        if stored.message.author() == Some(address) {
            subjects.insert((stored.conversation, stored.message.base_subject));
        }
        let others = messages::of_conversation(c, stored.conversation, u32::MAX)?;
        around.extend(others.into_iter().map(|other| other.id));
    }
    let (mut removed, mut cleaned) = (0, 0);
    for id in around.difference(&traces.theirs) {
        let Some(mut stored) = messages::one(c, *id)? else { continue };
        let before = stored.clone();
        take_out(&mut stored, address, &traces.names);
        let subject = (stored.conversation, stored.message.base_subject.clone());
        if subjects.contains(&subject) {
            stored.message.subject.clear();
            stored.message.base_subject.clear();
            unquote(c, *id)?;
        }
        let alone = stored.message.recipients().next().is_none();
        if stored.place == Role::Sent && alone && before.message.recipients().next().is_some() {
            removed += remove(c, *id)?;
        } else if stored != before {
            messages::rewrite(c, &stored)?;
            cleaned += 1;
        }
    }
    for id in &traces.theirs {
        unquote(c, *id)?;
        removed += remove(c, *id)?;
    }
    Ok((removed, cleaned))
}

/// An obligation quotes the subject of its oldest ask.
fn unquote(c: &Connection, asked_in: MessageId) -> Result<(), StoreError> {
    let sql = "UPDATE obligation SET subject = '' WHERE asked_in = ?1 AND id IN \
               (SELECT obligation_id FROM ask WHERE message_id = ?1)";
    c.prepare_cached(sql)?.execute([asked_in.0])?;
    Ok(())
}

/// What hangs on a message goes with it: its references, places, corrections.
fn remove(c: &Connection, id: MessageId) -> Result<usize, StoreError> {
    Ok(c.prepare_cached("DELETE FROM message WHERE id = ?1")?.execute([id.0])?)
}

fn take_out(stored: &mut Stored, address: &Address, names: &BTreeSet<String>) {
    let message = &mut stored.message;
    message.sender.take_if(|party| party.address == *address);
    for people in [&mut message.reply_to, &mut message.to, &mut message.cc, &mut message.bcc] {
        people.retain(|party| party.address != *address);
    }
    let names_them = |key: &MessageKey| key.0.to_lowercase().contains(address.as_str());
    message.in_reply_to.retain(|key| !names_them(key));
    message.references.retain(|key| !names_them(key));
    let theirs = |word: &str| names.iter().any(|name| name.to_lowercase().contains(word));
    message
        .introduced
        .take_if(|told| told.by.split(' ').any(|word| word == address.as_str() || theirs(word)));
    if let Some(wording) = &mut stored.wording {
        wording.greets.retain(|word| !theirs(word));
        wording.snippet.clear();
    }
}

fn take_out_of_obligations(
    c: &Connection,
    address: &Address,
    traces: &Traces,
    now: Timestamp,
) -> Result<(), StoreError> {
    c.execute(
        "UPDATE obligation SET holder = NULL, held_at = NULL, held_used_s = NULL, \
         held_due_at = NULL, accepted_at = NULL WHERE holder = ?1",
        [address.as_str()],
    )?;
    c.execute(
        "UPDATE handover SET delegate = NULL, ended_at = coalesce(ended_at, ?2), \
         ended_how = coalesce(ended_how, 'over') WHERE delegate = ?1",
        params![address.as_str(), now.as_second()],
    )?;
    let owner = traces.owner.map(|owner| owner.0);
    for id in &traces.obligations {
        let sql = "SELECT owner_id FROM obligation WHERE id = ?1 AND (requester = ?2 \
                   OR owner_id = ?3 OR NOT EXISTS (SELECT 1 FROM ask WHERE obligation_id = ?1))";
        let args = params![id.0, address.as_str(), owner];
        let concerned = c.prepare_cached(sql)?.query_row(args, |row| row.get(0)).optional()?;
        let Some(concerned) = concerned else { continue };
        c.prepare_cached(
            "UPDATE obligation SET requester = 'erased@invalid', requester_name = '', \
             subject = '', asked_key = '', closed_at = coalesce(closed_at, ?2), \
             closed_how = coalesce(closed_how, 'withdrawn'), perhaps_at = NULL WHERE id = ?1",
        )?
        .execute([id.0, now.as_second()])?;
        // What was queued about it is decided about again.
        mailboxes::wake(c, OwnerId(concerned), Some(now))?;
    }
    Ok(())
}

fn take_out_of_the_rest(
    c: &Connection,
    address: &Address,
    traces: &Traces,
) -> Result<(), StoreError> {
    let text = address.as_str();
    if let Some(owner) = traces.owner {
        mailboxes::forget_all(c, owner)?;
        c.execute("DELETE FROM heard WHERE owner_id = ?1", [owner.0])?;
        c.execute("UPDATE correction SET changes = NULL WHERE owner_id = ?1", [owner.0])?;
        for table in ["auto_reply", "correspondent", "custom", "agenda", "away", "lesson"] {
            c.execute(&format!("DELETE FROM {table} WHERE owner_id = ?1"), [owner.0])?;
        }
        c.execute(
            "UPDATE owner SET address = 'erased-' || id || '@invalid', paused_until = NULL, \
             wake_at = NULL WHERE id = ?1",
            [owner.0],
        )?;
    }
    c.execute("DELETE FROM correspondent WHERE address = ?1", [text])?;
    c.execute("DELETE FROM wish WHERE reader = ?1", [text])?;
    c.execute("DELETE FROM lesson WHERE sender = ?1 OR instr(list, ?1) > 0", [text])?;
    c.execute("UPDATE auto_reply SET sender = '' WHERE instr(sender, ?1) > 0", [text])?;
    c.execute("UPDATE auto_reply SET about = '' WHERE instr(lower(about), ?1) > 0", [text])?;
    c.execute("UPDATE away SET delegate = NULL WHERE lower(delegate) = ?1", [text])?;
    c.execute("UPDATE away SET said = NULL WHERE instr(lower(said), ?1) > 0", [text])?;
    let changes = "UPDATE correction SET changes = NULL WHERE instr(lower(changes), ?1) > 0";
    c.execute(changes, [text])?;
    c.execute("UPDATE correction SET delegate = 'erased@invalid' WHERE delegate = ?1", [text])?;
    c.execute("UPDATE mailbox SET fault = '' WHERE instr(lower(fault), ?1) > 0", [text])?;
    // What it begins with decides how it is released.
    c.execute(
        "UPDATE instance SET held_why = substr(held_why, 1, instr(held_why, ':')) || ' (erased)' \
         WHERE instr(lower(held_why), ?1) > 0",
        [text],
    )?;
    for words in traces.names.iter().map(String::as_str).chain([text]) {
        let policies = "UPDATE policy_version SET text = replace(text, ?1, 'erased@invalid')";
        c.execute(policies, [words])?;
        c.execute("UPDATE heard SET words = '' WHERE instr(lower(words), lower(?1)) > 0", [words])?;
    }
    Ok(())
}

/// Removes facts that are older than their time: settled messages, and of closed obligations and
/// settled letters everything but numbers, instants and keys. How many messages went.
///
/// Asks that still wait stay, however old, and so does what protects against doubles: the keys of
/// letters, and which answers were heard.
pub fn forget_old(c: &Connection, before: Timestamp) -> Result<usize, StoreError> {
    let second = before.as_second();
    c.execute(
        "UPDATE obligation SET requester = 'forgotten@invalid', requester_name = '', \
         subject = '', asked_key = '' WHERE closed_at < ?1 AND requester <> 'forgotten@invalid'",
        [second],
    )?;
    c.execute(
        "UPDATE letter SET about = '', answer = '' WHERE changed_at < ?1 \
         AND state IN ('sent', 'failed', 'recalled', 'expired') AND (about <> '' OR answer <> '')",
        [second],
    )?;
    c.execute(
        "UPDATE attempt SET outcome = '' WHERE began_at < ?1 AND outcome <> '' AND letter_id IN \
         (SELECT id FROM letter WHERE state IN ('sent', 'failed', 'recalled', 'expired'))",
        [second],
    )?;
    c.execute("UPDATE heard SET words = '' WHERE heard_at < ?1 AND words <> ''", [second])?;
    Ok(c.execute(
        "DELETE FROM message WHERE arrived_at < ?1 AND NOT EXISTS (\
         SELECT 1 FROM ask a JOIN obligation o ON o.id = a.obligation_id \
         WHERE a.message_id = message.id AND coalesce(o.closed_at, ?1) >= ?1)",
        [second],
    )?)
}
