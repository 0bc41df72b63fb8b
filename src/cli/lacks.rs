//! What a server cannot do and what follows from it, in one sentence for each lack.
//!
//! No lack is a problem: everything is read all the same, only later or with more effort.

use jiff::SignedDuration;

use crate::cli::page::span;
use crate::imap::folders::{Listed, shown};
use crate::imap::guard::Stream;
use crate::imap::session::Session;
use crate::imap::sync::Examined;
use crate::model::customs::{Customs, Habit};

/// Of a server as a whole; `poll_every`: when it is read without a report.
pub fn of_server<S: Stream>(session: &Session<S>, poll_every: SignedDuration) -> Vec<String> {
    let mut lacks = Vec::new();
    match (session.has_condstore(), session.has_qresync()) {
        (_, true) => {}
        (true, false) => lacks.push(
            "no QRESYNC: at each reading the latest 2,000 messages of a folder are looked for; \
             that others were deleted or moved is noticed within a day"
                .to_owned(),
        ),
        (false, false) => lacks.push(
            "no CONDSTORE and no QRESYNC: at each reading the latest 2,000 messages of a folder \
             are looked through; that others were deleted or moved is noticed within a day, that \
             they were marked as answered is not"
                .to_owned(),
        ),
    }
    if !session.offers("IDLE") {
        let every = span(poll_every.as_secs());
        lacks.push(format!("no IDLE: what is new is noticed when it is polled, every {every}"));
    }
    lacks
}

/// Of a folder of sent mail that no person has named: whether the server marks it.
pub fn of_sent(listed: &[Listed], name: &str) -> Option<String> {
    let marked = listed.iter().any(|one| one.name == name && one.is_marked_sent());
    (!marked).then(|| {
        format!(
            "no SPECIAL-USE: the folder of sent mail was found by its name, {}; were it renamed to \
             one that is not known, answers would not be seen",
            shown(name)
        )
    })
}

/// Of a folder that was opened.
pub fn of_folder(examined: &Examined) -> Option<String> {
    let lasting = examined.uid_validity.is_some_and(|number| number > 0);
    (!lasting).then(|| {
        "no UIDVALIDITY: the folder is read from its beginning on every new connection".to_owned()
    })
}

/// What the server before a mailbox writes into the mail that it takes in.
pub fn customs_in_words(customs: &Customs) -> String {
    let Customs { seen, envelopes, .. } = customs;
    if !customs.are_known() {
        return format!("{seen} of the latest messages came over the net: too few to learn from");
    }
    let results = match customs.authserv() {
        (Habit::Always, Some(by)) => format!("what {by} found out about who sent them"),
        (Habit::Never, _) => "no server's results about who sent them".to_owned(),
        (_, _) => "no one server's results about who sent them".to_owned(),
    };
    format!(
        "of the latest {seen} that came over the net {envelopes} bear their envelope sender \
         (Return-Path), and {results} (Authentication-Results)"
    )
}

/// What follows where it does not write it.
pub fn of_customs(customs: &Customs) -> Vec<String> {
    if !customs.are_known() {
        return Vec::new();
    }
    let mut lacks = Vec::new();
    if customs.envelope() != Habit::Always {
        lacks.push(
            "no Return-Path: where a message really came from is not known; only colleagues and \
             people whom the owner has written to may be answered automatically"
                .to_owned(),
        );
    }
    if customs.authserv().1.is_none() {
        lacks.push(
            "no Authentication-Results: whether a sender is who they say is not known; let the \
             server that takes mail in check SPF, DKIM and DMARC and write it down (RFC 8601)"
                .to_owned(),
        );
    }
    lacks
}
