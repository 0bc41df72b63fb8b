//! The proofs about Sigap's own mailbox, and who is not heard without one. Nothing is changed.

use std::path::Path;

use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use tokio::time::timeout;

use crate::cli::lacks;
use crate::cli::proofs::{Cause, Proof, WITHIN, failed, password, protection};
use crate::config::fault::Fault;
use crate::config::settings::{Account, Inbox, Settings, Source};
use crate::imap::folders;
use crate::imap::session::{self, Proof as Login};
use crate::maildir::Maildir;
use crate::model::address::Address;
use crate::model::away::Away;
use crate::model::message::Role;
use crate::store::away;
use crate::store::db::{StoreError, open_to_read};

const ABOUT: &str = "inbox";

/// What must be so elsewhere, in one sentence.
pub fn needs(address: &Address) -> String {
    format!(
        "delegates who are no owners answer to {address}: mail to that address must be delivered \
         into this mailbox"
    )
}

/// Whether it can be read; `poll_every`: how often it is where nothing is reported.
pub async fn proofs(inbox: &Inbox, poll_every: SignedDuration) -> Vec<Proof> {
    let mut proofs = Vec::new();
    match &inbox.source {
        Source::Maildir(root) => proofs.push(maildir(root)),
        Source::Imap(account) => {
            let name = inbox.folder.as_deref().unwrap_or("INBOX");
            let chain = imap(account, name, poll_every, &mut proofs);
            if timeout(WITHIN, chain).await.is_err() {
                let words = "the server did not come to an end within two minutes";
                let right = "try again; see whether the server is well";
                proofs.push(Proof::problem(ABOUT, "connect", Cause::Network, words, right));
            }
        }
    }
    proofs.push(Proof::ok(ABOUT, "answers", needs(&inbox.address)));
    proofs
}

async fn imap(account: &Account, name: &str, poll_every: SignedDuration, proofs: &mut Vec<Proof>) {
    let Some(password) = password(ABOUT, account.password.clone(), proofs).await else { return };
    let password = password.unwrap_or_default();
    let mut session = match session::connect(account, Login::Password(&password)).await {
        Ok(session) => session,
        Err(fault) => return proofs.push(failed(ABOUT, "login", &fault)),
    };
    let how = protection(account.tls);
    let words = format!("{}:{} over {how}, logged in", account.host, account.port);
    let lacks = lacks::of_server(&session, poll_every);
    proofs.push(Proof::ok(ABOUT, "login", words).lacking(lacks));
    let shown = folders::shown(name);
    proofs.push(match session.examine(name).await {
        Ok(found) => {
            let words = format!("{shown}: opens read-only, {} messages", found.exists);
            Proof::ok(ABOUT, "folder", words).lacking(lacks::of_folder(&found))
        }
        Err(fault) => failed(ABOUT, "folder", &fault),
    });
    session.logout().await;
}

fn maildir(root: &Path) -> Proof {
    let problem = |words: String| {
        let right = "write the right path, or let the daemon's user read it";
        Proof::problem(ABOUT, "Maildir", Cause::Other, words, right)
    };
    let found = match Maildir::open(root, None, &[]) {
        Ok(found) => found,
        Err(fault) => return problem(fault.to_string()),
    };
    let folder = found.folders(Role::Answers).first().map_or(root, |folder| folder.as_path());
    match std::fs::read_dir(folder.join("cur")) {
        Ok(entries) => {
            let words = format!("{}: {} messages in cur", folder.display(), entries.count());
            Proof::ok(ABOUT, "Maildir", words)
        }
        Err(error) => problem(format!("{}: {error}", folder.display())),
    }
}

/// Whoever stands in during an absence that is not over, is no owner, and is heard nowhere.
pub fn unheard(config: &Path, settings: &Settings, today: Date) -> Vec<Fault> {
    if settings.inbox.is_some() || !settings.store.exists() {
        return Vec::new();
    }
    let start = today.to_zoned(TimeZone::UTC).map(|start| start.timestamp());
    let planned: Result<Vec<Away>, StoreError> =
        open_to_read(&settings.store).and_then(|c| away::all(&c));
    // What is wrong with the database is for `sigap doctor` to say.
    let (Ok(planned), Ok(start)) = (planned, start) else { return Vec::new() };
    let to_come = planned.iter().filter(|away| away.span().is_some_and(|(_, end)| end > start));
    let named = to_come.filter_map(|away| Some((away.id, away.delegate.as_ref()?)));
    let is_owner = |who: &Address| settings.owners.iter().any(|watched| watched.owner.is(who));
    let outside = named.filter(|(_, who)| !is_owner(who));
    outside
        .map(|(id, who)| Fault {
            file: config.to_owned(),
            line: None,
            key: "inbox".to_owned(),
            what: format!(
                "is not set, and {who}, who stands in during absence {id}, is no owner, so no \
                 answer of theirs is heard"
            ),
            right: "add [inbox], or name somebody else".to_owned(),
        })
        .collect()
}
