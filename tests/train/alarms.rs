//! Whole mailboxes as files: what an owner received, message by message, as `sigap judge` judges it.
//! Neither what was asked before nor what was answered is known here; a mailbox on a server is read
//! with both (`tests/e2e/grown.rs`).

use std::collections::BTreeMap;
use std::fmt;

use sigap::engine::judging::{Judged, judge};
use sigap::model::address::Address;
use sigap::model::owner::Owner;
use sigap::model::policy::Policy;
use sigap::model::verdict::Class;

use super::mailboxes::{Mail, mailbox};
use super::people;
use super::rows::pairs;

/// A message that somebody else wrote, and what is thought of it.
pub struct Received {
    /// Which one of its mailbox, from 1.
    pub number: usize,
    pub mail: Mail,
    pub judged: Judged,
}

/// What an owner received of these, in their order.
pub fn received(mails: Vec<Mail>, owner: &Owner, policy: &Policy) -> Vec<Received> {
    let mut received = Vec::new();
    for (mail, number) in mails.into_iter().zip(1..) {
        if mail.message.author().is_some_and(|author| !owner.is(author)) {
            let judged = judge(&mail.whole, owner, policy);
            received.push(Received { number, mail, judged });
        }
    }
    received
}

/// What a reader found who went through such mails (`own/enron.tsv`).
#[derive(Clone, Copy, Debug, Default)]
pub struct Labelled {
    pub owed: usize,
    pub not_owed: usize,
    /// The text does not tell, or nobody looked.
    pub unknown: usize,
}

impl Labelled {
    /// By Message-ID.
    pub fn of<'a>(keys: impl Iterator<Item = &'a str>) -> Self {
        let labels: BTreeMap<String, String> = pairs("enron.tsv").into_iter().collect();
        let mut found = Self::default();
        for key in keys {
            let label = labels.get(&format!("<{key}>"));
            match label.and_then(|label| label.split('\t').nth(1)) {
                Some("Y") => found.owed += 1,
                Some("N") => found.not_owed += 1,
                Some(_) | None => found.unknown += 1,
            }
        }
        found
    }
}

impl fmt::Display for Labelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { owed, not_owed, unknown } = self;
        let precision = *owed as f64 / (owed + not_owed).max(1) as f64;
        write!(f, "{owed} owed, {not_owed} not ({precision:.2}), {unknown} not labelled")
    }
}

/// Prints of how many the owner would be reminded, how many of those are labelled as owed, and how
/// many are listed as unsure; with `SIGAP_SHOW=NAME` the alarms one by one.
pub fn figures(name: &str) {
    let all = received(mailbox(name), &reader(name), &policy());
    if all.is_empty() {
        return;
    }
    let share = |count: usize| 100.0 * count as f64 / all.len() as f64;
    let of = |class: Class| all.iter().filter(move |one| one.judged.verdict.class == class);
    let shown = std::env::var("SIGAP_SHOW").is_ok_and(|shown| shown == name);
    for one in of(Class::Ask).filter(|_| shown) {
        let text: String = one.mail.own.chars().take(300).collect();
        let (number, subject) = (one.number, &one.judged.message.subject);
        let told = one.judged.verdict.probability;
        println!("  {number:5} {told:.2} {subject} | {}", text.replace('\n', " / "));
    }
    println!(
        "{name:32} {:5} received  {:.1} of 100 ask: {}  {:.1} of 100 unsure",
        all.len(),
        share(of(Class::Ask).count()),
        Labelled::of(of(Class::Ask).map(|one| one.judged.message.key.0.as_str())),
        share(of(Class::Unsure).count())
    );
}

/// The policy as it is where nothing is configured, among colleagues of that firm.
pub fn policy() -> Policy {
    Policy { own_domains: vec!["enron.com".to_owned()], ..people::policy() }
}

/// Whose mailbox it is.
pub fn reader(mailbox: &str) -> Owner {
    let (name, addresses): (&str, &[&str]) = match mailbox {
        "enron_buy-r" => ("Rick Buy", &["rick.buy@enron.com", "rbuy@ect.enron.com"]),
        "enron_grigsby-m" => ("Mike Grigsby", &["mike.grigsby@enron.com", "mgrigsb@ect.enron.com"]),
        _ => (
            "Peter Keavey",
            &[
                "peter.keavey@enron.com",
                "f..keavey@enron.com",
                "pkeavey@ect.enron.com",
                "pkeavey@enron.com",
                "peter.f.keavey@enron.com",
            ],
        ),
    };
    let addresses = addresses.iter().filter_map(|address| Address::parse(address)).collect();
    Owner { name: name.to_owned(), addresses, greeting: name.to_owned(), ..people::owner() }
}
