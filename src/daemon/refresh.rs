//! What the desk asks of the watches: to read an owner's folders now, and to fetch one email whole.
//!
//! Told through one channel that keeps the latest state: whoever was busy sees it afterwards.

use std::collections::BTreeMap;

use tokio::sync::watch::{Receiver, Sender};

use crate::engine::pending::{Sought, Wanted};
use crate::engine::turn::{Input, Output};
use crate::model::ids::OwnerId;

/// Which owners' folders must be read now.
pub type Refresh = BTreeMap<OwnerId, Asked>;

/// What is asked about one owner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Each request has a higher number.
    pub number: u64,
    /// An email to be fetched whole.
    pub fetch: Option<Wanted>,
    /// A corrected message whose text is to be read once more.
    pub sought: Option<Sought>,
}

/// Asks for what a turn needs.
pub(crate) fn ask(watches: &Sender<Refresh>, output: &Output) {
    if output.owners().is_empty() {
        return;
    }
    watches.send_modify(|refresh| {
        for owner in &output.read_first {
            refresh.entry(*owner).or_default().number += 1;
        }
        if let Some(wanted) = output.fetch {
            let asked = refresh.entry(wanted.owner).or_default();
            asked.number += 1;
            asked.fetch = Some(wanted);
        }
        if let Some(sought) = output.sought {
            let asked = refresh.entry(sought.owner).or_default();
            asked.number += 1;
            asked.sought = Some(sought);
        }
    });
}

/// What is there, or is known to be gone, need not be fetched again.
pub(crate) fn done(watches: &Sender<Refresh>, input: &Input) {
    match input {
        Input::Original(letter, _) => watches.send_modify(|refresh| {
            for asked in refresh.values_mut() {
                asked.fetch = asked.fetch.filter(|wanted| wanted.letter != *letter);
            }
        }),
        Input::Text(message, _) => watches.send_modify(|refresh| {
            for asked in refresh.values_mut() {
                asked.sought = asked.sought.filter(|sought| sought.message != *message);
            }
        }),
        Input::Arrived(_) | Input::Unreadable(..) | Input::Unreachable(..) | Input::Deaf(..) => {}
        Input::Agenda(..) | Input::Settled(..) | Input::ClockJumped(_) | Input::Tick => {}
    }
}

/// Which email of an owner is to be fetched.
pub(crate) fn wanted(refresh: &Receiver<Refresh>, owner: Option<OwnerId>) -> Option<Wanted> {
    refresh.borrow().get(&owner?)?.fetch
}

/// Of which message of an owner the text is to be read once more.
pub(crate) fn sought(refresh: &Receiver<Refresh>, owner: Option<OwnerId>) -> Option<Sought> {
    refresh.borrow().get(&owner?)?.sought
}

/// Comes to its end when this owner's folders are asked for after this call: to be called before a
/// reading, so that what is asked for during it is not lost. Sigap's own mailbox never is.
pub(crate) fn asked(
    refresh: &mut Receiver<Refresh>,
    owner: Option<OwnerId>,
) -> impl Future<Output = ()> + Send {
    let number =
        move |asked: &Refresh| owner.and_then(|owner| asked.get(&owner)).map(|asked| asked.number);
    let before = number(&refresh.borrow_and_update());
    async move {
        if refresh.wait_for(|asked| number(asked) != before).await.is_err() {
            // The desk has closed; the watch is about to be stopped.
            std::future::pending::<()>().await;
        }
    }
}
