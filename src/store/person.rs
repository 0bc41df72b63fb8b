//! What is kept about one person: where it lies, and all of it as JSON (GDPR Art. 15, 20).
//!
//! One search serves giving out and erasing (`store/erasing`), so that the one cannot know of
//! something that the other forgets. It reads whole tables: a person asks once, not every minute.

use std::collections::BTreeSet;

use ring::hmac;
use rusqlite::{Connection, OptionalExtension, Params, params};
use serde_json::{Value, json};

use crate::model::address::Address;
use crate::model::ids::{LetterId, MessageId, ObligationId, OwnerId};
use crate::model::message::Message;
use crate::store::db::StoreError;

/// The rows that are about a person.
#[derive(Clone, Debug, Default)]
pub struct Traces {
    /// Their row, if their own mail is or was watched.
    pub owner: Option<OwnerId>,
    /// Messages that they wrote, or that lie in their own folders.
    pub theirs: BTreeSet<MessageId>,
    /// Messages of others that name them.
    pub naming: BTreeSet<MessageId>,
    /// Replies that are owed to them, or by them.
    pub obligations: BTreeSet<ObligationId>,
    /// Letters to them or about them.
    pub letters: BTreeSet<LetterId>,
    /// How they were called beside their address.
    pub names: BTreeSet<String>,
}

impl Traces {
    /// Looks everywhere for an address.
    pub fn of(c: &Connection, address: &Address) -> Result<Self, StoreError> {
        let text = address.as_str();
        let owner = c
            .query_row("SELECT id FROM owner WHERE address = ?1", [text], |row| row.get(0))
            .optional()?;
        let mut found = Self { owner: owner.map(OwnerId), ..Self::default() };
        found.look_at_messages(c, address)?;
        found.look_at_obligations(c, address)?;
        found.look_at_letters(c, address)?;
        Ok(found)
    }

    fn look_at_messages(&mut self, c: &Connection, address: &Address) -> Result<(), StoreError> {
        let sql = "SELECT id, facts, author = ?1 OR coalesce(owner_id = ?2, 0) FROM message \
                   WHERE author = ?1 OR owner_id = ?2 OR instr(lower(facts), ?1) > 0";
        let mut statement = c.prepare(sql)?;
        let owner = self.owner.map(|owner| owner.0);
        let mut rows = statement.query(params![address.as_str(), owner])?;
        while let Some(row) = rows.next()? {
            let (id, facts, own) = (MessageId(row.get(0)?), row.get::<_, String>(1)?, row.get(2)?);
            let message: Message =
                serde_json::from_str(&facts).map_err(|error| StoreError::Odd(error.to_string()))?;
            let people = message.from.iter().chain(&message.sender).chain(&message.reply_to);
            let called = people.chain(message.recipients()).filter(|one| one.address == *address);
            self.names.extend(called.map(|party| party.name.clone()));
            if own {
                self.theirs.insert(id)
            } else {
                self.naming.insert(id)
            };
        }
        self.names.remove("");
        // Above a quote there may stand no more than the name.
        let quoting = "SELECT id FROM message WHERE instr(facts, '\"introduced\"') > 0 \
                       AND instr(lower(facts), lower(?1)) > 0";
        for name in &self.names {
            let found = ids(c, quoting, [name])?.into_iter().map(MessageId);
            self.naming.extend(found.filter(|id| !self.theirs.contains(id)));
        }
        Ok(())
    }

    fn look_at_obligations(&mut self, c: &Connection, address: &Address) -> Result<(), StoreError> {
        let sql = "SELECT id, requester_name, requester = ?1 FROM obligation \
                   WHERE requester = ?1 OR holder = ?1 OR owner_id = ?2 \
                   OR id IN (SELECT obligation_id FROM handover WHERE delegate = ?1)";
        let mut statement = c.prepare(sql)?;
        let owner = self.owner.map(|owner| owner.0);
        let mut rows = statement.query(params![address.as_str(), owner])?;
        while let Some(row) = rows.next()? {
            self.obligations.insert(ObligationId(row.get(0)?));
            let name: String = row.get(1)?;
            if row.get(2)? && !name.is_empty() {
                self.names.insert(name);
            }
        }
        // Somebody with several addresses is asked for by one of them and writes from another.
        let asked = "SELECT obligation_id FROM ask WHERE message_id = ?1";
        for message in &self.theirs {
            let found = c.prepare_cached(asked)?.query_row([message.0], |row| row.get(0));
            self.obligations.extend(found.optional()?.map(ObligationId));
        }
        Ok(())
    }

    fn look_at_letters(&mut self, c: &Connection, address: &Address) -> Result<(), StoreError> {
        let about = "SELECT letter_id FROM letter_item WHERE obligation_id = ?1";
        for obligation in &self.obligations {
            self.letters.extend(ids(c, about, [obligation.0])?.into_iter().map(LetterId));
        }
        let awaited = "SELECT letter_id FROM letter_item WHERE asked_in = ?1 \
                       AND obligation_id IS NULL";
        for message in self.theirs.iter().chain(&self.naming) {
            self.letters.extend(ids(c, awaited, [message.0])?.into_iter().map(LetterId));
        }
        let naming = "SELECT id FROM letter WHERE to_address = ?1 OR owner_id = ?2 \
                      OR instr(lower(about), ?1) > 0 OR instr(lower(answer), ?1) > 0 \
                      OR instr(lower(CAST(bytes AS TEXT)), ?1) > 0 \
                      OR id IN (SELECT letter_id FROM attempt WHERE instr(lower(outcome), ?1) > 0) \
                      OR id IN (SELECT letter_id FROM letter_item WHERE instr(lower(key), ?1) > 0 \
                      OR instr(lower(recalled_why), ?1) > 0)";
        let owner = self.owner.map(|owner| owner.0);
        let found = ids(c, naming, params![address.as_str(), owner])?;
        self.letters.extend(found.into_iter().map(LetterId));
        for name in &self.names {
            let found = ids(c, "SELECT id FROM letter WHERE instr(about, ?1) > 0", [name])?;
            self.letters.extend(found.into_iter().map(LetterId));
        }
        Ok(())
    }
}

/// Everything that is kept about an address, as JSON.
pub fn export(c: &Connection, address: &Address) -> Result<Value, StoreError> {
    let traces = Traces::of(c, address)?;
    let (mut messages, mut obligations, mut letters) = (Vec::new(), Vec::new(), Vec::new());
    for id in traces.theirs.iter().chain(&traces.naming) {
        messages.extend(rows(c, MESSAGE, [id.0])?);
    }
    for id in &traces.obligations {
        obligations.extend(rows(c, OBLIGATION, [id.0])?);
    }
    for id in &traces.letters {
        letters.extend(rows(c, LETTER, [id.0])?);
    }
    let owner = traces.owner.map(|owner| owner.0);
    Ok(json!({
        "v": 1,
        "address": address.as_str(),
        "names": traces.names,
        "messages": messages,
        "obligations": obligations,
        "letters": letters,
        "absences": rows(c, ABSENCE, [owner])?,
        "calendar": rows(c, CALENDAR, [owner])?,
        "written_to": rows(c, WRITTEN_TO, [owner])?,
        "automatic_replies": rows(c, REPLY, params![owner, address.as_str()])?,
        "reports_wanted": rows(c, WISH, [address.as_str()])?,
        "elsewhere": rows(c, ELSEWHERE, [address.as_str()])?,
    }))
}

const MESSAGE: &str = "SELECT json_object('message_id', m.key, 'owner', o.address, \
    'arrived_at', m.arrived_at, 'seen_at', m.seen_at, 'answered_at', m.answered_at, \
    'place', m.place, 'class', m.class, 'facts', json(m.facts), 'verdict', json(m.verdict), \
    'wording', json(coalesce(m.wording, 'null')), 'said', (SELECT json_group_array(json_object(\
    'said', said, 'said_at', said_at, 'until_at', until_at, 'via', via, \
    'delegate', delegate, 'undone_at', undone_at)) FROM correction WHERE message_id = m.id), \
    'awaited', (SELECT json_group_array(json_object('asks', asks, 'last_asked_at', last_asked_at, \
    'confidence', confidence, 'away_until', away_until, 'promised_until', promised_until, \
    'snoozed_until', snoozed_until, 'snoozes', snoozes, 'ended_at', ended_at, \
    'ended_how', ended_how)) FROM awaited \
    WHERE asked_in = m.id)) FROM message m JOIN owner o ON o.id = m.owner_id WHERE m.id = ?1";

const OBLIGATION: &str = "SELECT json_object('owner', w.address, 'subject', o.subject, \
    'requester', o.requester, 'requester_name', o.requester_name, 'message_id', o.asked_key, \
    'asked_at', o.asked_at, 'asks', o.asks, 'tier', o.tier, 'confidence', o.confidence, \
    'holder', o.holder, 'handed_over', (SELECT json_group_array(json_object('to', delegate, \
    'because', cause, 'at', offered_at, 'accepted_at', accepted_at, 'ended_at', ended_at, \
    'ended', ended_how, 'heard_in', heard_in)) FROM handover WHERE obligation_id = o.id), \
    'snoozed_until', o.snoozed_until, 'lapsed_at', o.lapsed_at, \
    'closed_at', o.closed_at, 'closed_how', o.closed_how, 'evidence', o.evidence, \
    'perhaps_at', o.perhaps_at, 'promised_at', o.promised_at) \
    FROM obligation o JOIN owner w ON w.id = o.owner_id WHERE o.id = ?1";

const LETTER: &str = "SELECT json_object('kind', kind, 'to', to_address, 'state', state, \
    'message_id', message_id, 'queued_at', queued_at, 'about', about, 'answer', answer, \
    'text', CAST(bytes AS TEXT), 'tries', (SELECT json_group_array(outcome) FROM attempt \
    WHERE letter_id = letter.id), 'items', (SELECT json_group_array(json_object('key', key, \
    'recalled_why', recalled_why)) FROM letter_item WHERE letter_id = letter.id)) \
    FROM letter WHERE id = ?1";

const ABSENCE: &str = "SELECT json_object('from_at', from_at, 'until_at', until_at, \
    'said_at', said_at, 'reason', reason, 'delegate', delegate, \
    'cancelled_at', cancelled_at, 'ended_at', ended_at) \
    FROM away WHERE owner_id = ?1 ORDER BY id";

const CALENDAR: &str = "SELECT json_object('key', key, 'from_at', from_at, 'until_at', until_at, \
    'reason', reason, 'certain', certain, 'answer', answer, 'asked_at', asked_at) \
    FROM agenda WHERE owner_id = ?1 ORDER BY from_at, key";

const WRITTEN_TO: &str = "SELECT json_object('address', address, 'wrote_at', wrote_at, \
    'responded_at', responded_at) FROM correspondent \
    WHERE owner_id = ?1 ORDER BY address";

const REPLY: &str = "SELECT json_object('message_id', m.key, 'decided_at', r.decided_at, \
    'sender', r.sender, 'audience', r.audience, 'rule', r.rule, 'about', r.about) \
    FROM auto_reply r JOIN message m ON m.id = r.message_id \
    WHERE r.owner_id = ?1 OR instr(r.sender, ?2) > 0 OR m.author = ?2 ORDER BY r.message_id";

const WISH: &str = "SELECT told FROM (\
    SELECT said_at, json_object('wanted', wanted, 'said_at', said_at, 'via', via) AS told \
    FROM wish WHERE reader = ?1 \
    UNION ALL SELECT said_at, json_object('wanted', 'own', 'said_at', said_at, 'via', via, \
        'undone_at', undone_at) \
    FROM correction JOIN owner ON owner.id = owner_id \
    WHERE address = ?1 AND said = 'report') ORDER BY said_at";

/// Where an address may stand besides: what is said there.
const ELSEWHERE: &str = "SELECT json_object('where', place, 'words', words) FROM (\
    SELECT 'owner' AS place, address AS words FROM owner \
    UNION ALL SELECT 'mailbox.fault', fault FROM mailbox \
    UNION ALL SELECT 'instance.held_why', held_why FROM instance \
    UNION ALL SELECT 'heard.words', words FROM heard \
    UNION ALL SELECT 'correspondent', address FROM correspondent \
    UNION ALL SELECT 'auto_reply.about', about FROM auto_reply \
    UNION ALL SELECT 'away.delegate', delegate FROM away \
    UNION ALL SELECT 'away.said', said FROM away \
    UNION ALL SELECT 'correction.delegate', delegate FROM correction \
    UNION ALL SELECT 'correction.changes', changes FROM correction \
    UNION ALL SELECT 'policy_version', text FROM policy_version) WHERE instr(lower(words), ?1) > 0";

/// Whether a person was erased: they are not written to again.
pub fn is_erased(c: &Connection, address: &Address, secret: &[u8]) -> Result<bool, StoreError> {
    let found = c
        .prepare_cached("SELECT 1 FROM erased WHERE hash = ?1")?
        .query_row([hash(address, secret)], |_| Ok(()))
        .optional()?;
    Ok(found.is_some())
}

/// The keyed hash by which an erased address is known: without the key nobody can try addresses.
pub fn hash(address: &Address, secret: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let tag = hmac::sign(&key, address.as_str().as_bytes());
    tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn ids(c: &Connection, sql: &str, args: impl Params) -> Result<Vec<i64>, StoreError> {
    let mut statement = c.prepare_cached(sql)?;
    Ok(statement.query_map(args, |row| row.get(0))?.collect::<Result<_, _>>()?)
}

fn rows(c: &Connection, sql: &str, args: impl Params) -> Result<Vec<Value>, StoreError> {
    let mut statement = c.prepare_cached(sql)?;
    let found = statement.query_map(args, |row| row.get::<_, String>(0))?;
    found.map(|row| unjson(&row?)).collect()
}

fn unjson(text: &str) -> Result<Value, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Odd(error.to_string()))
}
