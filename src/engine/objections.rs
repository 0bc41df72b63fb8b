//! What speaks against a letter at its claim: that it would go to the wrong person, that the mode
//! forbids it, that what it speaks of is not so any more (law 6).
//!
//! Asked anew each time, because the command line may have written since. How many may leave is
//! `rules/outbox`.

use jiff::Timestamp;

use crate::engine::office::Office;
use crate::engine::readers;
use crate::model::action::Action;
use crate::model::facts::Facts;
use crate::model::letter::{Audience, Kind, Letter};
use crate::model::policy::Mode;
use crate::rules::decide::actions;
use crate::rules::outbox;
use crate::store::db::{Connection, StoreError};
use crate::store::handovers;

/// Why a letter must not go where it says: only to an owner's own address, somebody else who stands
/// in, a reader of reports, the admin in force, or a requester who is not the owner. Whoever stood
/// in is still told what became of their answer.
pub(crate) fn misdirected(
    c: &Connection,
    office: &Office,
    world: Option<&Facts>,
    letter: &Letter,
) -> Result<Option<String>, StoreError> {
    let to = &letter.draft.to;
    let whose = office.owner_of(to).map(|owner| owner.id);
    let right = match letter.draft.audience {
        Audience::Owner => whose.is_some() && whose == letter.draft.owner,
        Audience::Admin => office.admin.as_ref() == Some(to),
        Audience::Requester => {
            let own = whose.is_some() && whose == letter.draft.owner;
            !own && office.from.address != *to
        }
        Audience::Delegate => {
            let stands_in = world.is_some_and(|facts| facts.stand_ins.contains_key(to));
            let stood_in = letter.draft.kind == Kind::Mistake
                && match letter.draft.owner {
                    Some(owner) => handovers::was_asked(c, owner, to)?,
                    None => false,
                };
            (stands_in || stood_in) && (whose.is_none() || whose != letter.draft.owner)
        }
        Audience::Lead => readers::reader(c, office, to)?.is_some(),
    };
    Ok((!right).then(|| format!("{to} is not an address to which such a letter may go")))
}

/// Why a letter is not wanted any more: its mode, or what it speaks of (law 6). Decided anew,
/// because the command line may have written since.
pub(crate) fn unwanted(
    letter: &Letter,
    world: Option<&Facts>,
    mode: Mode,
    now: Timestamp,
) -> Option<String> {
    if !outbox::allowed(&letter.draft, mode) {
        return Some(format!("the mode is {}", mode.word()));
    }
    if letter.draft.owner.is_some() && world.is_none() {
        return Some("its owner is not watched any more".to_owned());
    }
    if letter.draft.items.is_empty() {
        return Some("nothing is left in it".to_owned());
    }
    if letter.draft.kind == Kind::AutoReply {
        // No rule of an owner's work recalls it: `replying` has looked at what it answers.
        return None;
    }
    let world = world?;
    actions(world, now).into_iter().find_map(|action| match action {
        Action::Recall { letter: id, why, .. } if id == letter.id => Some(why),
        Action::Recall { .. } | Action::Queue(_) | Action::Lapse(_) => None,
        Action::HandOver { .. } | Action::GiveBack { .. } => None,
    })
}
