//! What is known when an automatic answer is decided about: of the mailbox, of its sender, of the
//! conversation, and what was answered before.
//!
//! Nothing is decided here: `rules/auto_replies` does. Next station: `engine/replying`.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::engine::noting::Fresh;
use crate::engine::replying::Desk;
use crate::model::address::Address;
use crate::model::answering::{Answering, Away as Cover, Earlier, History, Profile, Standing};
use crate::model::away::Away;
use crate::model::ids::OwnerId;
use crate::model::message::{Flags, Role};
use crate::model::owner::Owner;
use crate::model::sender::canonical;
use crate::store::db::{Connection, StoreError};
use crate::store::messages::{self, Stored};
use crate::store::{away, facts, profile, replies};

/// Whatever absence it is, nobody is answered twice a day.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Messages of one author within so long are counted (S8).
const AT_ONCE: SignedDuration = SignedDuration::from_mins(10);
/// So many messages of a conversation are looked at.
const LOOKED_AT: u32 = 200;

/// What is known of the mailbox.
pub(crate) fn mailbox(desk: &Desk<'_>, owner: &Owner) -> Result<Profile, StoreError> {
    let customs = profile::of_owner(desk.c, owner.id)?;
    let replies = &desk.office.policy.replies;
    let authserv = replies.authserv.clone().or_else(|| customs.authserv().1.map(str::to_owned));
    Ok(Profile {
        envelope: customs.sender_stands(),
        authserv,
        answers_strangers: replies.answers_strangers,
        addressed: true,
        hosts: Vec::new(),
        loop_mark: None,
    })
}

/// What is known of the sender, the conversation and the absence.
pub(crate) fn history(
    desk: &Desk<'_>,
    owner: &Owner,
    away: &Away,
    stored: &Stored,
    (fresh, answering): (&Fresh, &Answering),
) -> Result<History, StoreError> {
    let (c, now) = (desk.c, desk.now);
    let within = away.span().is_some_and(|(from, _)| from <= stored.arrived_at);
    let cover = match (owner.answers, within) {
        (false, _) => Cover::Off,
        (true, false) => Cover::Outside,
        (true, true) => Cover::Yes,
    };
    let author = stored.message.author();
    let known = match author {
        Some(author) => profile::has_written_to(c, owner.id, author)?,
        None => false,
    };
    let since = |span| now.saturating_sub(span).unwrap_or(Timestamp::MIN);
    let mut burst = 0;
    let (mut earlier, mut answers) = (Vec::new(), 0);
    if let Some(author) = author {
        burst = messages::from_author(c, owner.id, author, since(AT_ONCE))?;
    }
    // Which of the two an answer would go to is the rules' to say.
    let path = answering.return_path.as_deref();
    let senders = path.into_iter().chain(author.map(Address::as_str)).map(canonical);
    let senders: BTreeSet<String> = senders.collect();
    let period = desk.office.policy.replies.repeat_after;
    for sender in &senders {
        answers = answers.max(replies::to_sender(c, sender, since(DAY))?);
        for reply in replies::answered(c, owner.id, sender, since(period.max(DAY)))? {
            let same = away::is_part_of(c, reply.away, away.id)?;
            earlier.push(Earlier {
                to: reply.sender,
                ago: now.duration_since(reply.decided_at),
                period: if same { period } else { DAY },
            });
        }
    }
    let written = written_since(c, stored)?;
    let standing = Standing {
        age: now.duration_since(stored.arrived_at),
        backlog: stored.backlog || away.from < facts::instance(c)?.anew_at,
        put_aside: put_aside(fresh.flags),
        answered: written.by_owner,
        responder: responder(desk, away, &written, &senders)?,
        conversation: replies::in_conversation(c, stored.conversation, away.id)?,
        burst,
        answers,
    };
    Ok(History { standing, away: cover, known, earlier })
}

/// Who has written in a conversation since a message arrived.
pub(crate) struct Written {
    owner: OwnerId,
    /// Its owner.
    pub(crate) by_owner: bool,
    /// A program in their name.
    by_program: bool,
}

/// Where another responder has answered in the owner's name (S7): in the conversation since a
/// message arrived, or one of its senders during the absence or as long as one answer stands.
pub(crate) fn responder(
    desk: &Desk<'_>,
    away: &Away,
    written: &Written,
    senders: &BTreeSet<String>,
) -> Result<Option<&'static str>, StoreError> {
    if written.by_program {
        return Ok(Some("its conversation"));
    }
    let period = desk.office.policy.replies.repeat_after;
    let since = desk.now.saturating_sub(period).unwrap_or(Timestamp::MIN).min(away.from);
    let answered = profile::responded_to(desk.c, written.owner, since)?;
    let told = answered.iter().any(|address| senders.contains(&canonical(address)));
    Ok(told.then_some("its sender"))
}

/// Looks through the conversation of a message.
pub(crate) fn written_since(c: &Connection, stored: &Stored) -> Result<Written, StoreError> {
    let all = messages::of_conversation(c, stored.conversation, LOOKED_AT)?;
    let own = all.iter().filter(|one| one.place == Role::Sent && one.owner == stored.owner);
    let later = own.filter(|one| {
        let answers = one.message.pointers().any(|key| *key == stored.message.key);
        answers || one.arrived_at >= stored.arrived_at
    });
    let mut written = Written { owner: stored.owner, by_owner: false, by_program: false };
    for one in later {
        match one.message.marks.automatic {
            Some(_) => written.by_program = true,
            None => written.by_owner = true,
        }
    }
    Ok(written)
}

fn put_aside(flags: Flags) -> Option<&'static str> {
    let set = [
        (flags.draft, "\\Draft"),
        (flags.deleted, "\\Deleted"),
        (flags.junk, "$Junk"),
        (flags.answered, "\\Answered"),
    ];
    set.into_iter().find_map(|(is_set, name)| is_set.then_some(name))
}
