//! One consistent reading of all that a decision about one owner looks at, by index: its cost does
//! not grow with the number of owners. Also the few facts about the installation as a whole.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, ToSql, params};

use crate::model::away::{Away, Phase};
use crate::model::facts::Facts;
use crate::model::handover::{Cause, Plea};
use crate::model::ids::{LetterId, MessageId, ObligationId, OwnerId};
use crate::model::letter::{Kind, State};
use crate::model::obligation::Obligation;
use crate::model::owner::Owner;
use crate::model::policy::{Mode, Policy};
use crate::store::db::{StoreError, instant};
use crate::store::{
    awaiting, away, farewells, handovers, letters, mailboxes, messages, obligations,
};

/// How far back the day's letters are looked for: two days hold every local day.
const RECENT: SignedDuration = SignedDuration::from_hours(48);

/// All that a decision about this owner may look at, but for those who may stand in: whoever knows
/// them adds them.
pub fn of_owner(
    c: &Connection,
    owner: Arc<Owner>,
    policy: Arc<Policy>,
    mode: Mode,
    now: Timestamp,
) -> Result<Facts, StoreError> {
    let id = owner.id;
    let (climbed, previewed) = steps(c, &owner)?;
    let absences = absences(c, id, now)?;
    let reminds = if mode == Mode::Observe { Kind::Preview } else { Kind::Nudge };
    Ok(Facts {
        mode,
        mailboxes: mailboxes::of_owner(c, id)?,
        pleas: pleas(c, &owner, &absences, now)?,
        handed: handovers::of_open(c, id)?,
        stand_ins: BTreeMap::new(),
        open: open(c, &owner)?,
        climbed,
        previewed,
        awaited: awaiting::open(c, id)?,
        followed_up: awaiting::followed_up(c, id, reminds)?,
        queued: letters::of_owner(c, id, State::Queued)?,
        recent: recent(c, id.0, now)?,
        welcomed: letters::has_item(c, &format!("welcome:{id}"))?,
        paused_until: mailboxes::paused_until(c, id)?,
        farewells: farewells::about(c, &absences)?,
        absences,
        owner,
        policy,
    })
}

/// What an absence led to is over so long after its end.
const OVER: SignedDuration = SignedDuration::from_hours(24 * 31);

fn absences(c: &Connection, owner: OwnerId, now: Timestamp) -> Result<Vec<Away>, StoreError> {
    let since = now.saturating_sub(OVER).unwrap_or(Timestamp::MIN);
    let mut all = away::of_owner(c, owner)?;
    all.retain(|away| away.span().is_some_and(|(_, until)| until > since));
    Ok(all)
}

type Steps = BTreeMap<ObligationId, BTreeSet<u32>>;

/// Steps of open obligations that have an item in a nudge, and in a preview.
fn steps(c: &Connection, owner: &Owner) -> Result<(Steps, Steps), StoreError> {
    let (mut climbed, mut previewed) = (Steps::new(), Steps::new());
    let mut note = |of: &str, args: &[&dyn ToSql]| -> Result<(), StoreError> {
        let sql = format!(
            "SELECT i.obligation_id, i.step, substr(i.key, 1, 8) FROM obligation o \
             JOIN letter_item i ON i.obligation_id = o.id \
             WHERE o.{of} = ?1 AND o.closed_at IS NULL AND i.recalled_why IS NULL \
             AND i.step IS NOT NULL"
        );
        let mut statement = c.prepare_cached(&sql)?;
        let mut rows = statement.query(args)?;
        while let Some(row) = rows.next()? {
            let (obligation, step) = (ObligationId(row.get(0)?), row.get(1)?);
            let key: String = row.get(2)?;
            if key.starts_with("nudge:") {
                climbed.entry(obligation).or_default().insert(step);
            } else if key == "preview:" {
                previewed.entry(obligation).or_default().insert(step);
            }
        }
        Ok(())
    };
    note("owner_id", &[&owner.id.0])?;
    for address in &owner.addresses {
        note("holder", &[&address.as_str()])?;
    }
    Ok((climbed, previewed))
}

/// What the owner owes, and what the owner holds for others.
fn open(c: &Connection, owner: &Owner) -> Result<Vec<Obligation>, StoreError> {
    let mut open = obligations::open(c, owner.id)?;
    for address in &owner.addresses {
        open.extend(obligations::held_by(c, address)?);
    }
    Ok(open)
}

/// How urgent it is what the owner owes; only asked for while the owner is away.
fn pleas(
    c: &Connection,
    owner: &Owner,
    absences: &[Away],
    now: Timestamp,
) -> Result<BTreeMap<ObligationId, Plea>, StoreError> {
    let mut pleas: BTreeMap<ObligationId, Plea> = BTreeMap::new();
    if !absences.iter().any(|away| away.phase(now) == Phase::Active) {
        return Ok(pleas);
    }
    let mut statement = c.prepare_cached(
        "SELECT a.obligation_id, m.arrived_at, instr(m.verdict, '\"called\"') > 0, \
         instr(m.verdict, '\"urgent\"') > 0, m.id, o.asked_in FROM obligation o \
         JOIN ask a ON a.obligation_id = o.id JOIN message m ON m.id = a.message_id \
         WHERE o.owner_id = ?1 AND o.closed_at IS NULL",
    )?;
    let mut rows = statement.query([owner.id.0])?;
    let by_recipient = owner.topics.iter().any(|topic| !topic.recipients.is_empty());
    while let Some(row) = rows.next()? {
        let plea = pleas.entry(ObligationId(row.get(0)?)).or_default();
        plea.latest_at = plea.latest_at.max(Some(instant(row.get(1)?)));
        let causes: [(bool, Cause); 2] =
            [(row.get(2)?, Cause::Called), (row.get(3)?, Cause::Words)];
        let causes = causes.into_iter().filter_map(|(holds, cause)| holds.then_some(cause));
        plea.urgent = plea.urgent.into_iter().chain(causes).min();
        let (message, first): (i64, i64) = (row.get(4)?, row.get(5)?);
        if by_recipient && message == first {
            let stored = messages::one(c, MessageId(message))?;
            let recipients = stored.iter().flat_map(|stored| stored.message.recipients());
            plea.recipients = recipients.map(|party| party.address.clone()).collect();
        }
    }
    Ok(pleas)
}

fn recent(
    c: &Connection,
    owner: i64,
    now: Timestamp,
) -> Result<Vec<(Kind, Timestamp, LetterId)>, StoreError> {
    let since = now.saturating_sub(RECENT).unwrap_or(Timestamp::MIN);
    let mut statement = c.prepare_cached(
        "SELECT kind, coalesce(claimed_at, queued_at), id FROM letter WHERE owner_id = ?1 \
         AND queued_at > ?2 AND coalesce(claimed_at, queued_at) > ?3 \
         AND state NOT IN ('recalled', 'expired') ORDER BY id",
    )?;
    // No letter waits longer for its claim than its lifetime.
    let queued = since.saturating_sub(RECENT).unwrap_or(Timestamp::MIN);
    let rows = statement
        .query_map(params![owner, queued.as_second(), since.as_second()], |row| {
            Ok((row.get::<_, String>(0)?, instant(row.get(1)?), LetterId(row.get(2)?)))
        })?;
    let mut recent = Vec::new();
    for row in rows {
        let (kind, at, id) = row?;
        let kind = Kind::parse(&kind).ok_or_else(|| StoreError::Odd(format!("kind {kind:?}")))?;
        recent.push((kind, at, id));
    }
    Ok(recent)
}

/// The installation as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// Key of our Message-IDs.
    pub secret: [u8; 32],
    /// Mode set by a person; `None`: the file's alone.
    pub mode: Option<Mode>,
    /// Nothing leaves until a person releases; why.
    pub held: Option<String>,
    /// The sending account rests until then.
    pub account_at: Timestamp,
    /// The highest time ever seen.
    pub noticed_at: Timestamp,
    /// When a person took over an older state of the database; long ago: never.
    pub anew_at: Timestamp,
}

/// Reads the installation's row.
pub fn instance(c: &Connection) -> Result<Instance, StoreError> {
    let (secret, mode, held, account_at, noticed_at, anew_at) = c
        .prepare_cached(
            "SELECT secret, mode, held_why, account_at, noticed_at, anew_at FROM instance",
        )?
        .query_row([], |row| {
            Ok((
                row.get(0)?,
                row.get::<_, Option<String>>(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
                row.get(5)?,
            ))
        })?;
    let secret: Vec<u8> = secret;
    let secret = <[u8; 32]>::try_from(secret.as_slice())
        .map_err(|_| StoreError::Odd("instance.secret is not 32 bytes".to_owned()))?;
    Ok(Instance {
        secret,
        mode: mode.as_deref().and_then(Mode::parse),
        held,
        account_at: instant(account_at),
        noticed_at: instant(noticed_at),
        anew_at: instant(anew_at),
    })
}

/// Sets the mode of the store; the effective one is the lower of this and the file's.
pub fn set_mode(c: &Connection, mode: Option<Mode>) -> Result<(), StoreError> {
    c.execute("UPDATE instance SET mode = ?1", [mode.map(Mode::word)])?;
    Ok(())
}

/// Stops everything that leaves until a person releases. The first reason stays, but every other
/// one outweighs a blown fuse, under which the alarm about it may still leave.
pub fn hold(c: &Connection, why: &str, now: Timestamp) -> Result<bool, StoreError> {
    let held = c.execute(
        "UPDATE instance SET held_why = ?1, held_at = ?2 WHERE held_why IS NULL \
         OR (held_why LIKE 'fuse:%' AND ?1 NOT LIKE 'fuse:%')",
        params![why, now.as_second()],
    )?;
    Ok(held > 0)
}

/// A person releases; what was held for.
pub fn release(c: &Connection) -> Result<Option<String>, StoreError> {
    let why = instance(c)?.held;
    c.execute("UPDATE instance SET held_why = NULL, held_at = NULL", [])?;
    Ok(why)
}

/// The sending account rests: login refused, throttled, unreachable.
pub fn rest_account(c: &Connection, until: Timestamp) -> Result<(), StoreError> {
    c.prepare_cached("UPDATE instance SET account_at = ?1")?.execute([until.as_second()])?;
    Ok(())
}

/// Notes the time; it never goes back.
pub fn notice(c: &Connection, now: Timestamp) -> Result<(), StoreError> {
    c.prepare_cached("UPDATE instance SET noticed_at = ?1 WHERE noticed_at < ?1")?
        .execute([now.as_second()])?;
    Ok(())
}

/// The machine's start as it was last known: its name, and when it was by the wall clock.
pub fn boot(c: &Connection) -> Result<(String, Timestamp), StoreError> {
    let row = c.query_row("SELECT boot, boot_at FROM instance", [], |row| {
        Ok((row.get(0)?, instant(row.get(1)?)))
    })?;
    Ok(row)
}

/// Notes the machine's start.
pub fn keep_boot(c: &Connection, name: &str, at: Timestamp) -> Result<(), StoreError> {
    c.execute("UPDATE instance SET boot = ?1, boot_at = ?2", params![name, at.as_second()])?;
    Ok(())
}

/// The wall clock was moved and everybody knows: so has the start, as it reckons.
pub fn move_boot(c: &Connection, by: SignedDuration) -> Result<(), StoreError> {
    c.execute("UPDATE instance SET boot_at = boot_at + ?1 WHERE boot <> ''", [by.as_secs()])?;
    Ok(())
}

/// Keeps a policy as a version if it differs from the last one.
pub fn keep_policy(c: &Connection, text: &str, now: Timestamp) -> Result<(), StoreError> {
    c.execute(
        "INSERT INTO policy_version (in_force_at, text) SELECT ?2, ?1 \
         WHERE ?1 IS NOT (SELECT text FROM policy_version ORDER BY id DESC LIMIT 1)",
        params![text, now.as_second()],
    )?;
    Ok(())
}
