//! Whole messages to an owner who owes an answer or does not, judged with their place in To and Cc.

use sigap::mail::asks::wording;
use sigap::mail::zones::own_words;
use sigap::model::message::Role;
use sigap::model::verdict::{Class, Verdict, Wording};
use sigap::rules::triage::{Answers, triage};

use crate::alarms::{policy, reader};
use crate::mailboxes::{MAILBOXES, mailbox};
use crate::people;
use crate::rows::{Row, held, pairs, public};
use crate::score::Told;

/// Rows of the public set of whole messages, from these sources.
pub fn gold(sources: &[&str]) -> Vec<Told> {
    let rows = public("requests/messages_gold.jsonl").unwrap_or_default();
    let rows = rows
        .iter()
        .filter(|row| sources.contains(&row.word("src")) && row.word("needs_reply") != "U");
    let told = rows.map(|row| Told {
        held: held(row.word("id")),
        wanted: row.word("needs_reply") == "Y",
        told: owed(row),
        text: row.word("text").to_owned(),
    });
    told.collect()
}

fn owed(row: &Row) -> f64 {
    // This set has lost its reply prefixes and the names of recipients.
    let again = if row.word("addressed") == "REPLY" { "Re: " } else { "" };
    let subject = &format!("{again}{}", row.word("subject"));
    let words = wording(subject, &own_words(row.word("text")).own);
    let mut message = people::letter("budi@example.org", subject);
    let others = row.0["n_rcpt"].as_u64().unwrap_or(1).saturating_sub(1).min(60);
    message.to = vec![people::party("", "ani@example.com")];
    message.to.extend((0..others).map(|n| people::party("", &format!("p{n}@example.org"))));
    if row.word("addressed") == "CC" {
        message.to.rotate_left(1);
        message.cc = message.to.pop().into_iter().collect();
    }
    let words = Wording { greets: Vec::new(), ..words };
    let (owner, policy) = (people::owner(), people::policy());
    probable(&triage(&message, Some(&words), Role::Inbox, &owner, &policy, Answers::Other))
}

/// Mails of the public mailboxes that bear a label of ours (`own/enron.tsv`).
pub fn mails() -> Vec<Told> {
    let labels = pairs("enron.tsv");
    let mut told = Vec::new();
    for name in MAILBOXES {
        let (owner, policy) = (reader(name), policy());
        for mail in mailbox(name) {
            let id = format!("<{}>", mail.message.key.0);
            let Some((_, label)) = labels.iter().find(|(labelled, _)| *labelled == id) else {
                continue;
            };
            let owes = label.split('\t').nth(1).unwrap_or_default();
            if owes == "U" {
                continue;
            }
            let words = wording(&mail.message.subject, &mail.own);
            let verdict =
                triage(&mail.message, Some(&words), Role::Inbox, &owner, &policy, Answers::Other);
            told.push(Told {
                held: held(&id),
                wanted: owes == "Y",
                told: probable(&verdict),
                text: format!("{:?} {}", verdict.clues, mail.own),
            });
        }
    }
    told
}

fn probable(verdict: &Verdict) -> f64 {
    if verdict.class == Class::Closer { 0.0 } else { verdict.probability }
}
