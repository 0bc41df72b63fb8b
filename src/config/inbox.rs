//! Sigap's own mailbox: where people are heard who are no owners.
//!
//! It must be a mailbox of its own: in an owner's folder nobody could tell whose the mail is.
//! Whether it can be read is for `cli/doctor`.

use crate::config::calendars::Timetable;
use crate::config::check::Check;
use crate::config::fault::Advice;
use crate::config::file;
use crate::config::owners::source;
use crate::config::settings::{Inbox, Source, Watched};
use crate::config::written::Set;
use crate::model::address::Party;

/// The inbox of a server, where no other folder is named (RFC 3501 §5.1).
const USUAL: &str = "INBOX";

/// `[inbox]`; `from` is the sender of all letters, to whom people answer.
pub fn inbox(
    check: &mut Check,
    written: &Set<file::Inbox>,
    from: Option<&Party>,
    owners: &[(Watched, Timetable)],
) -> Option<Inbox> {
    let (at, table) = written.written()?;
    let imap = table.imap.value.clone().unwrap_or_default();
    if let Some(spot) = &imap.sent.at {
        let what = "is not read here: this mailbox is read for answers alone";
        check.fault(spot, Advice::new(what, "leave it out"));
    }
    let folder = check.text(&imap.inbox).map(|(_, name)| name.to_owned());
    let address = check.address(&table.address).map(|(_, address)| address);
    let source = source(check, at, (&table.imap, &table.maildir))?;
    let address = address.or_else(|| from.map(|from| from.address.clone()))?;
    let inbox = Inbox { source, folder, address };
    let same = |watched: &&Watched| is_same(&inbox, watched);
    if let Some(watched) = owners.iter().map(|(watched, _)| watched).find(same) {
        let what = format!("is the mailbox of the owner {:?}", watched.owner.name);
        let right = "give Sigap a mailbox or a folder of its own";
        check.fault(at, Advice::new(what, right));
    }
    Some(inbox)
}

/// Whether it is a folder of an owner's mail.
fn is_same(inbox: &Inbox, watched: &Watched) -> bool {
    match (&inbox.source, &watched.source) {
        (Source::Maildir(own), Source::Maildir(theirs)) => own == theirs,
        (Source::Imap(own), Source::Imap(theirs)) => {
            let folder = |name: &Option<String>| match name.as_deref() {
                Some(name) if !name.eq_ignore_ascii_case(USUAL) => name.to_owned(),
                Some(_) | None => USUAL.to_owned(),
            };
            let folder_of_own = folder(&inbox.folder);
            own.host.eq_ignore_ascii_case(&theirs.host)
                && own.user == theirs.user
                && (folder(&watched.inbox) == folder_of_own
                    || watched.sent.contains(&folder_of_own))
        }
        (Source::Imap(_), Source::Maildir(_)) | (Source::Maildir(_), Source::Imap(_)) => false,
    }
}
