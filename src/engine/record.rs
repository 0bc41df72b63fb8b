//! What one turn writes: an input becomes rows, and everybody whom it concerns is decided about, in
//! one transaction.
//!
//! Nothing leaves from here: letters are only queued or recalled. Next station: `engine/delivery`.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use crate::engine::acting::{self, Heard};
use crate::engine::agenda::{self, Changes};
use crate::engine::asking;
use crate::engine::farewells;
use crate::engine::intake::{self, Answer, Read, Taken};
use crate::engine::ledger::{self, Touched};
use crate::engine::office::Office;
use crate::engine::{covering, handing, outside, replying, unclear};
use crate::mail::alarms::Alarm;
use crate::mail::token::{self, InstanceKey};
use crate::model::action::{Action, Decision};
use crate::model::agenda::Found;
use crate::model::facts::{Facts, Health};
use crate::model::ids::{LetterId, MailboxId, OwnerId};
use crate::model::letter::{Audience, Draft, Item, Kind, Letter};
use crate::model::message::{Batch, Role};
use crate::model::obligation::reference;
use crate::model::owner::Owner;
use crate::model::policy::Mode;
use crate::rules::decide::decide;
use crate::store::db::{Connection, Step, StoreError};
use crate::store::mailboxes::Mailbox;
use crate::store::{away, facts, handovers, letters, mailboxes, obligations, outbox, person};

/// So often a decision is repeated within one turn.
const DECISIONS: usize = 4;

/// So many letters of one name within a second are told apart when one is answered.
const MOST_ALIKE: usize = 8;

/// What one transaction works with.
pub(crate) struct Round<'a> {
    office: Cow<'a, Office>,
    key: &'a InstanceKey,
    now: Timestamp,
    /// Somebody said that they are away, or back: the calendars here know of it.
    pub(crate) absences: bool,
    pub(crate) journal: Vec<String>,
}

impl<'a> Round<'a> {
    pub(crate) fn new(office: &'a Office, key: &'a InstanceKey, now: Timestamp) -> Self {
        let office = Cow::Borrowed(office);
        Self { office, key, now, absences: false, journal: Vec::new() }
    }

    /// A batch goes into the store; answers to our letters are heard. Whom it concerns.
    pub(crate) fn arrived(
        &mut self,
        step: &Step<'_>,
        batch: &Batch<Read>,
    ) -> Result<BTreeSet<OwnerId>, StoreError> {
        let Some(mailbox) = mailboxes::one(step, batch.mailbox)? else {
            return Ok(BTreeSet::new());
        };
        let Some(owner) = mailbox.owner else { return self.answered(step, &mailbox, batch) };
        let Some(owner) = self.office.owners.get(&owner).cloned() else {
            return Ok(BTreeSet::new());
        };
        let Taken { mut touched, answers, arrived, fresh, .. } =
            intake::take(step, &self.office, &owner, &mailbox, batch, self.now)?;
        unclear::confirm_arrivals(step, &arrived, self.now)?;
        for answer in &answers {
            self.hear(step, &owner, answer, &mut touched)?;
        }
        let office: &Office = &self.office;
        let mut owners = ledger::settle_all(step, office, &touched)?;
        let desk = self.desk(step);
        let owner = office.owners.get(&owner.id).unwrap_or(&owner);
        self.journal.extend(replying::consider(&desk, owner, &fresh)?);
        if batch.caught_up || !answers.is_empty() {
            owners.insert(owner.id);
        } else if mailbox.state.last_read_at.is_none() {
            // Nothing was decided about this owner yet, and nothing leaves before the end of it.
            owners.remove(&owner.id);
        }
        Ok(owners)
    }

    /// What came into Sigap's own mailbox; whom it concerns.
    fn answered(
        &mut self,
        step: &Step<'_>,
        mailbox: &Mailbox,
        batch: &Batch<Read>,
    ) -> Result<BTreeSet<OwnerId>, StoreError> {
        let mut touched = Touched::new();
        for answer in outside::take(step, mailbox, batch, self.now)? {
            let heard = outside::hear(&self.desk(step), &answer, &mut touched)?;
            self.note(step, &heard)?;
        }
        let concerned: Vec<OwnerId> = touched.iter().map(|(owner, _)| *owner).collect();
        let mut owners = ledger::settle_all(step, &self.office, &touched)?;
        owners.extend(concerned);
        Ok(owners)
    }

    fn desk<'b>(&'b self, step: &'b Step<'_>) -> replying::Desk<'b> {
        replying::Desk { c: step, office: &self.office, key: self.key, now: self.now }
    }

    /// Who is away at this moment.
    pub(crate) fn away_now(&self) -> Vec<OwnerId> {
        let away = |owner: &&Arc<Owner>| owner.calendar.is_away(self.now);
        self.office.owners.values().filter(away).map(|owner| owner.id).collect()
    }

    /// What an owner said is done; what was not understood is answered.
    fn hear(
        &mut self,
        step: &Step<'_>,
        owner: &Owner,
        answer: &Answer,
        touched: &mut Touched,
    ) -> Result<(), StoreError> {
        let heard = acting::hear(step, &self.office, owner, answer, self.now, touched)?;
        self.note(step, &heard)?;
        if heard.absences {
            self.absences = true;
            self.office.to_mut().note_absences(&away::all(step)?);
        }
        Ok(())
    }

    fn note(&mut self, step: &Step<'_>, heard: &Heard) -> Result<(), StoreError> {
        if !heard.words.is_empty() {
            self.journal.push(heard.words.clone());
        }
        for draft in &heard.drafts {
            queue(step, &self.office, self.key, draft, self.now)?;
        }
        Ok(())
    }

    /// An owner's calendar says who is away when.
    pub(crate) fn agenda(
        &mut self,
        step: &Step<'_>,
        owner: OwnerId,
        found: &Found,
    ) -> Result<(), StoreError> {
        let Some(whose) = self.office.owners.get(&owner).cloned() else { return Ok(()) };
        let changes = agenda::take(step, owner, found, self.now)?;
        if changes.any() {
            let Changes { new, moved, gone } = changes;
            let line = format!("{new} new entries, {moved} changed, {gone} gone");
            self.journal.push(format!("the calendar of {}: {line}", whose.name));
            self.absences = true;
            self.office.to_mut().note_absences(&away::all(step)?);
        }
        let mode = mode(step, &self.office)?;
        if let Some(draft) = asking::ask(step, &whose, mode, self.now)? {
            self.carry_out(step, Action::Queue(draft))?;
        }
        Ok(())
    }

    /// An account cannot be reached, or shows no Sent folder. A person hears of it once a day.
    pub(crate) fn unreachable(
        &mut self,
        step: &Step<'_>,
        owner: OwnerId,
        health: Health,
        why: &str,
    ) -> Result<(), StoreError> {
        match health {
            // Its inbox can be read; that answers cannot be seen shows in the missing Sent folder.
            Health::Blind | Health::Live => {}
            Health::Stale | Health::Failed => {
                if mailboxes::of_owner(step, owner)?.is_empty() {
                    // Never seen, but surely there (RFC 3501 §5.1): that it cannot be read is kept.
                    mailboxes::mailbox(step, owner, Role::Inbox, "INBOX")?;
                }
                for state in mailboxes::of_owner(step, owner)? {
                    self.unreadable(step, state.id, health, why)?;
                }
            }
        }
        self.alarm_owner(step, owner, health, why)
    }

    /// A folder cannot be read. Whose it is.
    pub(crate) fn unreadable(
        &mut self,
        step: &Step<'_>,
        mailbox: MailboxId,
        health: Health,
        why: &str,
    ) -> Result<Option<OwnerId>, StoreError> {
        let Some(found) = mailboxes::one(step, mailbox)? else { return Ok(None) };
        if found.fault != why {
            self.journal.push(format!("{} cannot be read: {why}", found.state.name));
        }
        mailboxes::unreadable(step, mailbox, health, why)?;
        Ok(found.owner)
    }

    /// Sigap's own mailbox cannot be read. A person hears of it once a day.
    pub(crate) fn deaf(
        &mut self,
        step: &Step<'_>,
        health: Health,
        why: &str,
    ) -> Result<(), StoreError> {
        let known = mailboxes::own(step)?.map_or_else(|| mailboxes::answers(step, "INBOX"), Ok)?;
        self.unreadable(step, known.state.id, health, why)?;
        if health != Health::Failed {
            return Ok(());
        }
        let address = self.office.inbox.as_ref().map_or(String::new(), ToString::to_string);
        let since = known.state.last_read_at.unwrap_or(self.now);
        let about = Alarm::Deaf { address, since, reason: why.to_owned() };
        let what = format!("mailbox:own:{}", self.now.strftime("%F"));
        if alarm(step, &self.office, self.key, &what, &about, self.now)? {
            self.journal.push(format!("Sigap's own mailbox cannot be watched: {why}"));
        }
        Ok(())
    }

    /// A person must look: once a day and owner.
    fn alarm_owner(
        &mut self,
        step: &Step<'_>,
        owner: OwnerId,
        health: Health,
        why: &str,
    ) -> Result<(), StoreError> {
        let Some(found) = self.office.owners.get(&owner) else { return Ok(()) };
        let address = found.main_address().map_or(String::new(), ToString::to_string);
        let reason = why.to_owned();
        let read = mailboxes::of_owner(step, owner)?.into_iter().filter_map(|m| m.last_read_at);
        let since = read.min().unwrap_or(self.now);
        let about = match health {
            Health::Live | Health::Stale => return Ok(()),
            Health::Blind => Alarm::Blind { address, reason },
            Health::Failed => Alarm::Unreadable { address, since, reason },
        };
        let day = found.calendar.local_date(self.now);
        let what = format!("mailbox:{owner}:{day}");
        if alarm(step, &self.office, self.key, &what, &about, self.now)? {
            self.journal.push(format!("the mail of {} cannot be watched: {why}", found.name));
        }
        Ok(())
    }

    /// Decides about an owner until nothing more follows at this moment.
    pub(crate) fn decide_about(
        &mut self,
        step: &Step<'_>,
        owner: OwnerId,
    ) -> Result<(), StoreError> {
        let Some(found) = self.office.owners.get(&owner).cloned() else {
            return mailboxes::wake(step, owner, None);
        };
        let mode = mode(step, &self.office)?;
        // What was queued or recalled may change what follows; it settles at once or never.
        for _ in 0..DECISIONS {
            let world = covering::world(step, &self.office, &found, mode, self.now)?;
            let Decision { actions, wake_at } = decide(&world, self.now);
            mailboxes::wake(step, owner, wake_at)?;
            if actions.is_empty() {
                break;
            }
            for action in actions {
                if let Action::Queue(draft) = &action {
                    self.alarm_uncovered(step, &world, draft)?;
                }
                self.carry_out(step, action)?;
            }
        }
        Ok(())
    }

    fn carry_out(&mut self, step: &Step<'_>, action: Action) -> Result<(), StoreError> {
        match action {
            Action::Queue(draft) => {
                if queue(step, &self.office, self.key, &draft, self.now)?.is_some() {
                    let count = draft.items.len();
                    let kind = draft.kind.word();
                    self.journal.push(format!("queued {kind} to {} with {count} items", draft.to));
                }
            }
            Action::Recall { letter, key, why } => {
                outbox::recall(step, letter, &key, &why, self.now)?;
                self.journal.push(format!("recalled {key}: {why}"));
            }
            Action::Lapse(obligation) => obligations::lapse(step, obligation, self.now)?,
            Action::HandOver { obligation, holder, away, cause } => {
                let desk = self.desk(step);
                let line = handing::hand_over(&desk, obligation, holder, (away, cause))?;
                self.journal.extend(line);
            }
            Action::GiveBack { obligation, how } => {
                handovers::end(step, obligation, how, self.now)?;
                let back = reference(obligation);
                self.journal.push(format!("{back} is with its owner again: {}", how.word()));
            }
        }
        Ok(())
    }

    /// Somebody leaves, and nobody stands in: a person must look, once for each absence.
    fn alarm_uncovered(
        &mut self,
        step: &Step<'_>,
        world: &Facts,
        draft: &Draft,
    ) -> Result<(), StoreError> {
        if draft.kind != Kind::Leaving {
            return Ok(());
        }
        if let Some((what, about)) = farewells::uncovered(&self.office, world, draft)
            && alarm(step, &self.office, self.key, &what, &about, self.now)?
        {
            self.journal.push(format!("nobody stands in for {}", world.owner.name));
        }
        Ok(())
    }
}

/// The effective mode: the lower of the file's and the one set by a person.
pub fn mode(c: &Connection, office: &Office) -> Result<Mode, StoreError> {
    Ok(facts::instance(c)?.mode.map_or(office.mode, |set| set.min(office.mode)))
}

/// What a Message-ID is made of; of several like it within a second each has one `+` more.
fn id_of(first: Option<&Item>, at: Timestamp) -> String {
    format!("{}@{}", first.map_or("", |item| item.key.as_str()), at.as_second())
}

/// Whether a Message-ID is the one that was made for this letter, here and nowhere else.
pub fn is_of(key: &InstanceKey, id: &str, letter: &Letter) -> bool {
    let mut record = id_of(letter.draft.items.first(), letter.queued_at);
    (0..MOST_ALIKE).any(|_| {
        let same = token::recognise(key, id, &record);
        record.push('+');
        same
    })
}

/// Queues a letter under a Message-ID that follows from its record, if it is new; a requester or a
/// reader of reports who was erased is not written to again.
pub fn queue(
    c: &Connection,
    office: &Office,
    key: &InstanceKey,
    draft: &Draft,
    now: Timestamp,
) -> Result<Option<LetterId>, StoreError> {
    let outside = matches!(draft.audience, Audience::Requester | Audience::Lead);
    if outside && person::is_erased(c, &draft.to, &key.0)? {
        return Ok(None);
    }
    let mut record = id_of(draft.items.first(), now);
    let message_id = |record: &str| token::message_id(key, record, office.from.address.domain());
    let mut id = message_id(&record);
    // Recalled and wanted again within a second: a letter of its own.
    while letters::with_message_id(c, &id)?.is_some() {
        record.push('+');
        id = message_id(&record);
    }
    letters::queue(c, draft, &id, now)
}

/// Queues one alarm to the admin, once per key. True if it was new.
pub fn alarm(
    c: &Connection,
    office: &Office,
    key: &InstanceKey,
    what: &str,
    about: &Alarm,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(admin) = &office.admin else { return Ok(false) };
    let draft = Draft {
        kind: Kind::Alarm,
        audience: Audience::Admin,
        to: admin.clone(),
        owner: None,
        items: vec![Item::bare(format!("alarm:{what}"))],
        about: serde_json::to_string(about).unwrap_or_default(),
        not_before: now,
    };
    Ok(queue(c, office, key, &draft, now)?.is_some())
}
