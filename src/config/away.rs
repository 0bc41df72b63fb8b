//! How the absent are stood in for, and how people are presented who are no owners.
//!
//! Every default of these keys stands here or in `model/policy`; their meaning stands in the
//! annotated sample. Absences themselves are no configuration: `sigap away`.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::config::check::{Check, Place};
use crate::config::fault::{Advice, quoted};
use crate::config::file;
use crate::config::owners::language;
use crate::config::units::Days;
use crate::config::written::{Set, Spot, Tables, Text, Texts};
use crate::model::address::Address;
use crate::model::contact::{Card, Contact};
use crate::model::handover::Topic;
use crate::model::policy::Replies;

/// Nobody is answered twice a day.
const SHORTEST: SignedDuration = SignedDuration::from_hours(24);
/// Then the next one is asked.
const ACCEPT_WITHIN: SignedDuration = SignedDuration::from_hours(2);

/// `[away]`.
pub fn replies(check: &mut Check, written: &Set<file::Away>) -> Replies {
    let away = written.value.clone().unwrap_or_default();
    let usual = Replies::default();
    Replies {
        repeat_after: repeat_after(check, &away.repeat_after).unwrap_or(usual.repeat_after),
        answers_strangers: strangers(check, &away.unknown_senders)
            .unwrap_or(usual.answers_strangers),
        authserv: check.text(&away.authserv_id).map(|(_, id)| id.trim().to_lowercase()),
    }
}

/// How long a delegate may say nothing, in their working time.
pub fn accept_within(check: &mut Check, written: &Set<file::Away>) -> SignedDuration {
    let away = written.value.clone().unwrap_or_default();
    check.span(&away.accept_within, Days::Refused).unwrap_or(ACCEPT_WITHIN)
}

/// `[[owner.topic]]`, in the order of the file.
pub fn topics(
    check: &mut Check,
    written: &Tables<file::Topic>,
    own: &[Address],
    all: &mut BTreeMap<Address, Place>,
) -> Vec<Topic> {
    let mut topics = Vec::new();
    for (at, table) in written.items() {
        let tiers = check.texts(&table.tiers).into_iter().map(|(_, name)| name.to_owned());
        let recipients = |check: &mut Check| {
            check.addresses(&table.recipients).into_iter().map(|(_, address)| address).collect()
        };
        let topic = Topic {
            tiers: tiers.collect(),
            recipients: recipients(check),
            subjects: check.words(&table.subjects),
            delegates: delegates(check, &table.delegates, own, all),
        };
        if table.delegates.absent() {
            check.missing(Some(at), "delegates", "write delegates = [\"budi@example.com\"]");
        }
        if topic.tiers.is_empty() && topic.recipients.is_empty() && topic.subjects.is_empty() {
            let what = "says of no matter that it belongs to it";
            let right = "add tiers, recipients or subjects, or write the owner's delegates alone";
            check.fault(at, Advice::new(what, right));
        }
        topics.push(topic);
    }
    topics
}

/// Who stands in, in order; nobody for themselves. They are noted in `all`.
pub fn delegates(
    check: &mut Check,
    written: &Texts,
    own: &[Address],
    all: &mut BTreeMap<Address, Place>,
) -> Vec<Address> {
    let mut delegates = Vec::new();
    for (spot, delegate) in check.addresses(written) {
        if own.iter().any(|own| own.untagged() == delegate.untagged()) {
            let what = format!("{delegate} is an own address: nobody can stand in for themselves");
            check.fault(&spot, Advice::new(what, "write the address of somebody else"));
        } else if !delegates.contains(&delegate) {
            all.entry(delegate.clone()).or_insert_with(|| check.place(&spot));
            delegates.push(delegate);
        }
    }
    delegates
}

fn repeat_after(check: &mut Check, text: &Text) -> Option<SignedDuration> {
    let span = check.span(text, Days::Allowed)?;
    if let Some(spot) = text.at.as_ref().filter(|_| span < SHORTEST) {
        let what = "is less than a day: the same sender would be answered again and again";
        check.fault(spot, Advice::new(what, "write \"1d\" or more; usual is \"7d\""));
    }
    Some(span)
}

fn strangers(check: &mut Check, text: &Text) -> Option<bool> {
    let (spot, word) = check.text(text)?;
    match word {
        "answer" => Some(true),
        "silent" => Some(false),
        other => {
            let what = format!("{} is neither of the two words", quoted(other));
            check.fault(spot, Advice::new(what, "write \"answer\" or \"silent\""));
            None
        }
    }
}

/// `[[contact]]`, by address.
pub fn contacts(check: &mut Check, written: &Tables<file::Contact>) -> BTreeMap<Address, Contact> {
    let mut contacts = BTreeMap::new();
    for (at, table) in written.items() {
        let Some((address, contact)) = contact(check, at, table) else { continue };
        if contacts.contains_key(&address) {
            let what = format!("{address} stands in another [[contact]] as well");
            check.fault(at, Advice::new(what, "name each address once"));
        }
        contacts.insert(address, contact);
    }
    contacts
}

fn contact(check: &mut Check, at: &Spot, table: &file::Contact) -> Option<(Address, Contact)> {
    let right = "write address = \"budi@example.org\"";
    if table.address.absent() {
        check.missing(Some(at), "address", right);
    }
    let address = check.recipient(&table.address).map(|(_, address)| address);
    let name = check.text(&table.name).map_or("", |(_, name)| name).to_owned();
    let card = card(check, &table.role, &table.organisation, &table.phone);
    let language = match table.language.absent() {
        true => None,
        false => language(check, &table.language),
    };
    Some((address?, Contact { name, card, language }))
}

/// What stands below a name.
pub fn card(check: &mut Check, role: &Text, organisation: &Text, phone: &Text) -> Card {
    let mut words = |text: &Text| check.text(text).map_or("", |(_, words)| words).to_owned();
    Card { role: words(role), organisation: words(organisation), phone: words(phone) }
}
