//! Newsletters, lists and machines: of what bears the fields of mail to many, nothing may be
//! reminded of.

use sigap::engine::judging::judge;
use sigap::model::address::Address;
use sigap::model::owner::Owner;
use sigap::model::verdict::Class;

use super::mailboxes::mailbox;
use super::people;
use super::rows::{Row, public};

/// The public mailboxes with complete headers.
const MAILBOXES: [&str; 3] = ["easy-ham-1", "easy-ham-2", "hard-ham-1"];

/// Prints for each mailbox of how many messages its owner would be reminded: of those with such
/// fields, and of the rest. With `SIGAP_SHOW=NAME` which ones.
pub fn figures() {
    let Some(index) = public("mailboxes/index.jsonl") else { return };
    let fields = |row: &&Row| !row.0["bulk_headers"].as_array().is_none_or(Vec::is_empty);
    let many: Vec<&str> = index.iter().filter(fields).map(|row| row.word("message_id")).collect();
    let (owner, policy) = (subscriber(), people::policy());
    for name in MAILBOXES {
        let mut figures = [[0_usize; 3]; 2];
        for mail in mailbox(name) {
            let id = format!("<{}>", mail.message.key.0);
            let to_many = many.contains(&id.as_str());
            let judged = judge(&mail.whole, &owner, &policy);
            let [all, alarms, unsure] = &mut figures[usize::from(to_many)];
            *all += 1;
            *unsure += usize::from(judged.verdict.class == Class::Unsure);
            if judged.verdict.class == Class::Ask {
                *alarms += 1;
                if std::env::var("SIGAP_SHOW").is_ok_and(|shown| shown == name) {
                    println!("  {to_many} {id} {}", judged.message.subject);
                }
            }
        }
        let [[all, alarms, unsure], [of_many, many_alarms, many_unsure]] = figures;
        println!(
            "{name:32} {of_many:5} with fields of mail to many: {many_alarms} reminded of, \
             {many_unsure} unsure; {all:4} without: {alarms}, {unsure}"
        );
    }
}

/// Whoever received them all, under the names that stand in place of theirs.
fn subscriber() -> Owner {
    let hosts = ["spamassassin.taint.org", "netnoteinc.com"];
    let places = hosts.iter().flat_map(|host| [(*host).to_owned(), format!("localhost.{host}")]);
    let addresses = places.flat_map(|place| {
        ["yyyy", "zzzz", "zzz"].map(|name| Address::parse(&format!("{name}@{place}")).unwrap())
    });
    Owner { name: "Yyyy".to_owned(), addresses: addresses.collect(), ..people::owner() }
}
