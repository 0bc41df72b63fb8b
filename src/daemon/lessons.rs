//! Reads the text of corrected messages once more, for their words: one after the other as the desk
//! asks for them, parsed where a crash is survived. Next station: `engine/learning`.

use std::sync::Arc;

use crate::daemon::reading::{Scope, Trouble};
use crate::daemon::refresh;
use crate::engine::learning::fetched;
use crate::engine::pending::Sought;
use crate::engine::turn::Input;
use crate::imap::fault::Fault;
use crate::imap::guard::Stream;
use crate::imap::session::Session;
use crate::maildir::Maildir;
use crate::model::message::Role;
use crate::store::mailboxes::Mailbox;
use crate::store::poison::LINE_ENDS;

/// From folders of an account, as long as something is asked for.
pub(crate) async fn imap<S: Stream>(
    scope: &Scope,
    session: &mut Session<S>,
    folders: &[Mailbox],
) -> Result<(), Trouble> {
    while let Some(sought) = next(scope) {
        let folder = folders.iter().find(|folder| folder.state.id == sought.mailbox);
        let whole = match folder {
            None => None,
            Some(folder) => match text(session, &folder.state.name, sought.uid).await {
                Ok(whole) => whole,
                Err(fault) if fault.passes() => return Err(fault.into()),
                Err(fault) => {
                    // The next time nobody asks for it.
                    let place = (sought.mailbox, sought.uid);
                    let suspected = scope.desk.suspect(place, LINE_ENDS).await;
                    suspected.ok_or(Trouble::Stopping)?;
                    return Err(fault.into());
                }
            },
        };
        hand_over(scope, sought, whole).await?;
    }
    Ok(())
}

async fn text<S: Stream>(
    session: &mut Session<S>,
    folder: &str,
    uid: u64,
) -> Result<Option<Vec<u8>>, Fault> {
    if !session.has_open(folder) {
        session.examine(folder).await?;
    }
    let texts = session.texts(&[uid]).await?;
    Ok(texts.into_iter().find_map(|(number, whole)| (number == uid).then_some(whole)))
}

/// From a Maildir, as long as something is asked for.
pub(crate) async fn maildir(scope: &Scope, maildir: &Maildir) -> Result<(), Trouble> {
    while let Some(sought) = next(scope) {
        let whole = maildir.whole(Role::Inbox, sought.uid)?;
        hand_over(scope, sought, whole).await?;
    }
    Ok(())
}

fn next(scope: &Scope) -> Option<Sought> {
    refresh::sought(&scope.desk.refresh(), scope.whose())
}

async fn hand_over(scope: &Scope, sought: Sought, whole: Option<Vec<u8>>) -> Result<(), Trouble> {
    let read = match whole {
        None => None,
        Some(whole) => {
            let fetched = Arc::new(vec![fetched(sought.uid, whole)]);
            let parsed = scope.reader.parse(sought.mailbox, fetched, Role::Inbox).await?;
            parsed.read.into_iter().next()
        }
    };
    let input = Input::Text(sought.message, read.map(Box::new));
    if scope.desk.turn(input).await { Ok(()) } else { Err(Trouble::Stopping) }
}
