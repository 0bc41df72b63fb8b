//! Conversations and debts as stories: who wrote what to whom, and what is owed after it.
//!
//! A line of a story is `time  from > to  words`. Words: `id=x`, `re=x` (In-Reply-To), `refs=x,y`,
//! `subject=…`, `fwd`, `ask` (triage says it asks), `unsure=45` (in per cent), `known` (ani had
//! written to them before), `machine`, `learned` (why it is unsure), `sent` (found in ani's Sent), `colleague` (found
//! in a colleague's Sent), `holder` (found in the holder's Sent), `backlog`, `done@time`, `not@time` (by mail; with `typed` on the command
//! line), `flag@time`, `auto`, `quotes=yes|no`, `quoting=who@time` (above its quote), `thread=…`,
//! `provided=…`. The same facts in any order give the same debts (law 5).

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use sigap::model::address::{Address, Party};
use sigap::model::conversation::{Link, group};
use sigap::model::ids::MessageId;
use sigap::model::message::{Introduced, Marks, Message, MessageKey, Prefix, Role};
use sigap::model::obligation::Ending;
use sigap::model::owner::Owner;
use sigap::model::requester::Requesters;
use sigap::model::verdict::{Class, Clue, Verdict};
use sigap::rules::settle::{Corrected, Debt, Speaker, Spoken, settle};

mod quoting;
mod reading;

use crate::office::{facts, instant, office, spoken as shown};

#[derive(Clone, Debug)]
struct Told {
    id: i64,
    message: Message,
    verdict: Verdict,
    arrived_at: Timestamp,
    place: Role,
    speaker: Speaker,
    backlog: bool,
    flag: Option<Timestamp>,
    corrected: Option<Corrected>,
    known: bool,
}

fn address(name: &str) -> Address {
    if name.contains('@') {
        return Address::parse(name).unwrap();
    }
    let domain =
        if ["ani", "dewi", "support"].contains(&name) { "example.com" } else { "example.org" };
    Address::parse(&format!("{name}@{domain}")).unwrap()
}

/// `budi@Mon_09:00`, or `budi` where the time is missing.
fn introduced(word: &str) -> Introduced {
    let (who, at) = word.split_once('@').map_or((word, None), |(who, at)| (who, Some(at)));
    let at = at.map(|at| instant(&at.replace('_', " ")).to_zoned(TimeZone::UTC).datetime());
    Introduced { at, by: format!("on mon {} wrote", address(who)) }
}

fn tell(id: i64, line: &str) -> Told {
    let words: Vec<&str> = line.split_whitespace().collect();
    let arrived_at = instant(&format!("{} {}", words[0], words[1]));
    let value = |name: &str| words.iter().find_map(|w| w.strip_prefix(name));
    let has = |name: &str| words.contains(&name);
    let key = |name: &str| MessageKey(format!("{name}@example.org"));
    let party = |name: &str| Party { name: String::new(), address: address(name) };
    let time = |text: &str| instant(&text.replace('_', " "));
    let asks = has("ask");
    let place =
        if ["sent", "colleague", "holder"].into_iter().any(has) { Role::Sent } else { Role::Inbox };
    let message = Message {
        key: value("id=").map_or_else(|| key(&format!("m{id}")), key),
        fingerprint: id.to_string(),
        in_reply_to: value("re=").map(key).into_iter().collect(),
        references: value("refs=").map(|r| r.split(',').map(key).collect()).unwrap_or_default(),
        thread_index: value("thread=").map(str::to_owned),
        provider_thread: value("provided=").map(str::to_owned),
        from: Some(party(words[2])),
        from_count: 1,
        sender: None,
        reply_to: value("replyto=").map(party).into_iter().collect(),
        to: words[4].split(',').map(party).collect(),
        cc: value("cc=").map(|c| c.split(',').map(party).collect()).unwrap_or_default(),
        bcc: Vec::new(),
        subject: value("subject=").unwrap_or("permintaan").to_owned(),
        base_subject: value("subject=").unwrap_or("permintaan").to_owned(),
        prefix: match (has("fwd"), value("re=").is_some() || has("reply")) {
            (true, _) => Prefix::Forward,
            (false, true) => Prefix::Reply,
            (false, false) => Prefix::None,
        },
        dated: Some(arrived_at),
        marks: Marks { automatic: has("auto").then(|| "H1".to_owned()), ..Marks::default() },
        quotes: value("quotes=").map(|word| word == "yes"),
        introduced: value("quoting=").map(introduced),
        says: None,
    };
    let unsure: Option<f64> = value("unsure=").map(|percent| percent.parse().unwrap());
    let class = match (asks, unsure) {
        (true, _) => Class::Ask,
        (false, Some(_)) => Class::Unsure,
        (false, None) => Class::Information,
    };
    let clue = match (has("machine"), has("learned")) {
        (true, _) => Clue::PerhapsMachine("B".to_owned()),
        (false, true) => Clue::Learned,
        (false, false) => Clue::Request,
    };
    let probability = unsure.map_or(0.9, |percent| percent / 100.0);
    let verdict = Verdict { class, probability, clues: vec![clue] };
    let said = [("done@", Ending::Done), ("not@", Ending::NotARequest)];
    let corrected = said.into_iter().find_map(|(word, how)| {
        let at = time(value(word)?);
        Some(Corrected { how, at, by_mail: !has("typed") })
    });
    let speaker = match (has("colleague"), has("holder")) {
        (true, _) => Speaker::Colleague,
        (false, true) => Speaker::Holder,
        (false, false) => Speaker::Here,
    };
    let (backlog, flag) = (has("backlog"), value("flag@").map(time));
    let known = has("known");
    Told { id, message, verdict, arrived_at, place, speaker, backlog, flag, corrected, known }
}

fn read(story: &str) -> Vec<Told> {
    let lines = story.lines().map(str::trim).filter(|line| !line.is_empty());
    (1..).zip(lines).map(|(id, line)| tell(id, line)).collect()
}

fn ani() -> Owner {
    let mut owner = (*facts(office()).owner).clone();
    owner.addresses = vec![address("ani"), Address::parse("ani@mobile.example.com").unwrap()];
    owner
}

fn debts(told: &[Told]) -> Vec<Debt> {
    let spoken: Vec<Spoken<'_>> = told
        .iter()
        .map(|one| Spoken {
            id: MessageId(one.id),
            message: &one.message,
            verdict: &one.verdict,
            arrived_at: one.arrived_at,
            place: one.place,
            speaker: one.speaker,
            backlog: one.backlog,
            parent_missing: false,
            known: one.known,
            answered_at: one.flag,
            corrected: one.corrected,
        })
        .collect();
    let mut policy = (*facts(office()).policy).clone();
    policy.groups = vec![address("support")];
    // Budi writes from his telephone too.
    let requesters = Requesters::new(&[vec![address("budi"), address("budi.hp")]]);
    settle(&spoken, &ani(), &policy, &requesters)
}

fn said(debts: &[Debt]) -> Vec<String> {
    let end = |debt: &Debt| match &debt.closed {
        None => "open".to_owned(),
        Some(closed) => format!("{} {}", closed.how.word(), shown(closed.at)),
    };
    debts
        .iter()
        .map(|debt| {
            let from = match debt.ladder_from {
                Some(at) if at == debt.asked_at => String::new(),
                Some(at) => format!(" ladder {}", shown(at)),
                None => " backlog".to_owned(),
            };
            let who = debt.requester.local();
            format!("{who} {} asks {}{from}: {}", shown(debt.asked_at), debt.asks.len(), end(debt))
        })
        .collect()
}

fn check(story: &str, expected: &[&str]) {
    let mut told = read(story);
    assert_eq!(said(&debts(&told)), expected, "{story}");
    told.reverse();
    assert_eq!(said(&debts(&told)), expected, "read backwards: {story}");
}

#[test]
fn a_question_is_owed_until_it_is_answered() {
    check("Mon 09:00 budi > ani ask", &["budi Mon 09:00 asks 1: open"]);
    check("Mon 09:00 budi > ani", &[]);
    check(
        "Mon 09:00 budi > ani id=q ask
         Mon 10:00 ani > budi re=q sent",
        &["budi Mon 09:00 asks 1: answered_by_owner Mon 10:00"],
    );
    check(
        "Mon 09:00 budi > ani ask
         Mon 09:30 budi > ani ask
         Mon 10:00 ani > budi sent",
        &["budi Mon 09:00 asks 2: answered_by_owner Mon 10:00"],
    );
    check(
        "Mon 09:00 budi > ani ask
         Mon 10:00 ani > budi sent
         Mon 11:00 budi > ani ask",
        &["budi Mon 09:00 asks 1: answered_by_owner Mon 10:00", "budi Mon 11:00 asks 1: open"],
    );
}

#[test]
fn who_still_waits_asks_again() {
    let owed = "budi Mon 09:00 asks";
    for (line, asks) in [
        ("Mon 09:30 budi > ani unsure=45", 2),
        ("Mon 09:30 budi.hp > ani unsure=45", 2),
        // Too little, even so.
        ("Mon 09:30 budi > ani unsure=35", 1),
        // Perhaps a machine's, somebody else's, or nothing said about it but that it is none.
        ("Mon 09:30 budi > ani unsure=45 machine", 1),
        // Made unsure by what the owner corrected.
        ("Mon 09:30 budi > ani unsure=45 learned", 1),
        ("Mon 09:30 citra > ani unsure=45", 1),
        ("Mon 09:30 budi > ani unsure=45 not@Mon_11:00", 1),
        // Before it was asked.
        ("Mon 08:30 budi > ani unsure=45", 1),
    ] {
        check(&format!("Mon 09:00 budi > ani ask\n{line}"), &[&format!("{owed} {asks}: open")]);
    }
    // Alone, and after the answer, it stays unsure.
    check("Mon 09:00 budi > ani unsure=45", &[]);
    check(
        "Mon 09:00 budi > ani ask
         Mon 10:00 ani > budi sent
         Mon 11:00 budi > ani unsure=45",
        &["budi Mon 09:00 asks 1: answered_by_owner Mon 10:00"],
    );
    // What the owner says of the request is said of it too.
    check(
        "Mon 09:00 budi > ani ask done@Mon_11:00
         Mon 09:30 budi > ani unsure=45 done@Mon_11:00",
        &["budi Mon 09:00 asks 2: done Mon 11:00"],
    );
}

#[test]
fn whom_the_owner_writes_to_is_a_little_surer() {
    for (line, owed) in [
        ("Mon 09:00 budi > ani unsure=48 known", true),
        ("Mon 09:00 budi > ani unsure=48", false),
        ("Mon 09:00 budi > ani unsure=45 known", false),
        ("Mon 09:00 budi > ani unsure=48 known machine", false),
        ("Mon 09:00 budi > ani unsure=48 known learned", false),
        ("Mon 09:00 budi > ani known", false),
    ] {
        let debt: &[&str] = if owed { &["budi Mon 09:00 asks 1: open"] } else { &[] };
        check(line, debt);
    }
    check(
        "Mon 09:00 budi > ani unsure=48 known
         Mon 10:00 ani > budi sent",
        &["budi Mon 09:00 asks 1: answered_by_owner Mon 10:00"],
    );
}

#[test]
fn clocks_differ_between_folders() {
    // The reply is dated before its question, but it points to it.
    check(
        "Mon 09:00 budi > ani id=q ask
         Mon 08:58 ani > budi re=q sent",
        &["budi Mon 09:00 asks 1: answered_by_owner Mon 09:00"],
    );
    // Without pointing to it, what was said before a question is no answer to it.
    check(
        "Mon 09:00 budi > ani id=q ask
         Mon 08:58 ani > budi sent",
        &["budi Mon 09:00 asks 1: open"],
    );
}

#[test]
fn only_an_answer_to_the_requester_counts() {
    for line in [
        "Mon 10:00 ani > citra fwd re=q sent",
        "Mon 10:00 ani > budi fwd sent",
        "Mon 10:00 ani > citra re=q sent",
        "Mon 10:00 ani > budi re=q sent auto",
        // Found only in the inbox it proves nothing, whatever its From says.
        "Mon 10:00 ani > budi re=q",
        // In Sent, but written by somebody else: a mail that was moved there.
        "Mon 10:00 citra > budi re=q sent",
    ] {
        let story = format!("Mon 09:00 budi > ani id=q ask\n{line}");
        check(&story, &["budi Mon 09:00 asks 1: open"]);
    }
}

#[test]
fn an_answer_reaches_who_asked_through_a_group_or_wants_it_elsewhere() {
    check(
        "Mon 09:00 budi > support id=q ask
         Mon 10:00 ani > support re=q sent",
        &["budi Mon 09:00 asks 1: answered_by_owner Mon 10:00"],
    );
    check(
        "Mon 09:00 budi > ani id=q ask replyto=citra
         Mon 10:00 ani > citra re=q sent",
        &["budi Mon 09:00 asks 1: answered_by_owner Mon 10:00"],
    );
    check(
        "Mon 09:00 budi > ani id=q ask
         Mon 09:10 citra > ani re=q ask
         Mon 10:00 ani > budi re=q sent",
        &["budi Mon 09:00 asks 1: answered_by_owner Mon 10:00", "citra Mon 09:10 asks 1: open"],
    );
}

#[test]
fn what_the_owner_said_ends_it() {
    check(
        "Mon 09:00 budi > ani ask done@Mon_11:00
         Mon 12:00 budi > ani ask",
        &["budi Mon 09:00 asks 1: done Mon 11:00", "budi Mon 12:00 asks 1: open"],
    );
    check(
        "Mon 09:00 budi > ani ask done@Mon_11:00
         Mon 09:30 budi > ani ask done@Mon_11:00",
        &["budi Mon 09:00 asks 2: done Mon 11:00"],
    );
    check(
        "Mon 09:00 budi > ani ask not@Mon_11:00",
        &["budi Mon 09:00 asks 1: not_a_request Mon 11:00"],
    );
    // Said by mail, it is about what had arrived by then, whenever it was read …
    check(
        "Mon 09:00 budi > ani ask done@Mon_11:00
         Mon 09:30 budi > ani ask",
        &["budi Mon 09:00 asks 2: done Mon 11:00"],
    );
    // … and typed, about what was known: the machine's clock may have been wrong.
    check(
        "Mon 09:00 budi > ani ask done@Mon_11:00 typed
         Mon 09:30 budi > ani ask",
        &["budi Mon 09:00 asks 1: done Mon 11:00", "budi Mon 09:30 asks 1: open"],
    );
    // An answer that was there before the owner marked it done is what ended it.
    check(
        "Mon 09:00 budi > ani ask done@Mon_11:00
         Mon 10:00 ani > budi sent",
        &["budi Mon 09:00 asks 1: answered_by_owner Mon 10:00"],
    );
}

#[test]
fn weaker_evidence_counts_where_nothing_stronger_is() {
    check(
        "Mon 09:00 budi > ani ask flag@Mon_10:30",
        &["budi Mon 09:00 asks 1: answered_by_flag Mon 10:30"],
    );
    check(
        "Mon 09:00 budi > ani id=q ask flag@Mon_10:30
         Mon 10:00 ani > budi re=q sent",
        &["budi Mon 09:00 asks 1: answered_by_owner Mon 10:00"],
    );
    check(
        "Mon 09:00 budi > ani id=q ask
         Mon 10:00 dewi > budi re=q colleague",
        &["budi Mon 09:00 asks 1: answered_by_colleague Mon 10:00"],
    );
}

#[test]
fn a_requester_with_several_addresses_is_one_person() {
    check(
        "Mon 09:00 budi > ani id=q ask
         Mon 09:30 budi.hp > ani ask
         Mon 09:40 budi.hp+kerja > ani ask",
        &["budi Mon 09:00 asks 3: open"],
    );
    check(
        "Mon 09:00 budi > ani id=q ask
         Mon 10:00 ani > budi.hp re=q sent",
        &["budi Mon 09:00 asks 1: answered_by_owner Mon 10:00"],
    );
    check(
        "Mon 09:00 budi.hp > ani id=q ask
         Mon 10:00 ani > budi+arsip re=q sent",
        &["budi Mon 09:00 asks 1: answered_by_owner Mon 10:00"],
    );
    // A namesake is somebody else.
    check(
        "Mon 09:00 budi > ani id=q ask
         Mon 10:00 ani > budi.hpx re=q sent",
        &["budi Mon 09:00 asks 1: open"],
    );
}

#[test]
fn an_owner_answers_from_any_of_their_addresses() {
    check(
        "Mon 09:00 budi > ani id=q ask
         Mon 10:00 ani@mobile.example.com > budi re=q sent",
        &["budi Mon 09:00 asks 1: answered_by_owner Mon 10:00"],
    );
    check("Mon 09:00 ani@mobile.example.com > ani ask", &[]);
}

#[test]
fn a_holder_answers_for_the_owner() {
    check(
        "Mon 09:00 budi > ani id=q ask
         Mon 10:00 dewi > budi re=q holder",
        &["budi Mon 09:00 asks 1: answered_by_holder Mon 10:00"],
    );
    // Whoever answers first has answered.
    check(
        "Mon 09:00 budi > ani id=q ask
         Mon 10:00 dewi > budi re=q holder
         Mon 11:00 ani > budi re=q sent",
        &["budi Mon 09:00 asks 1: answered_by_holder Mon 10:00"],
    );
    check(
        "Mon 09:00 budi > ani id=q ask
         Mon 09:50 ani > budi re=q sent
         Mon 10:00 dewi > budi re=q holder",
        &["budi Mon 09:00 asks 1: answered_by_owner Mon 09:50"],
    );
    for line in [
        // To somebody else, passed on, or by a machine: no answer from a holder either.
        "Mon 10:00 dewi > citra re=q holder",
        "Mon 10:00 dewi > budi fwd re=q holder",
        "Mon 10:00 dewi > budi re=q holder auto",
    ] {
        let story = format!("Mon 09:00 budi > ani id=q ask\n{line}");
        check(&story, &["budi Mon 09:00 asks 1: open"]);
    }
    // What is asked after it is owed anew.
    check(
        "Mon 09:00 budi > ani id=q ask
         Mon 10:00 dewi > budi re=q holder
         Mon 11:00 budi > ani re=q ask",
        &["budi Mon 09:00 asks 1: answered_by_holder Mon 10:00", "budi Mon 11:00 asks 1: open"],
    );
}

#[test]
fn what_is_asked_after_an_answer_is_not_meant_by_a_word_about_what_was_before() {
    check(
        "Mon 09:00 budi > ani id=q ask not@Tue_08:00
         Mon 10:00 ani > budi re=q sent
         Mon 11:00 budi > ani ask",
        &["budi Mon 09:00 asks 1: not_a_request Tue 08:00", "budi Mon 11:00 asks 1: open"],
    );
    check(
        "Mon 09:00 budi > ani id=q ask done@Tue_08:00
         Mon 10:00 ani > budi re=q sent
         Mon 11:00 budi > ani ask",
        &["budi Mon 09:00 asks 1: answered_by_owner Mon 10:00", "budi Mon 11:00 asks 1: open"],
    );
    // Without an answer both are the same thing.
    check(
        "Mon 09:00 budi > ani id=q ask not@Tue_08:00
         Mon 11:00 budi > ani ask",
        &["budi Mon 09:00 asks 2: not_a_request Tue 08:00"],
    );
}

#[test]
fn backlog_is_listed_but_its_ladder_begins_with_the_first_live_ask() {
    check("Mon 09:00 budi > ani ask backlog", &["budi Mon 09:00 asks 1 backlog: open"]);
    check(
        "Mon 09:00 budi > ani ask backlog
         Tue 09:00 budi > ani ask",
        &["budi Mon 09:00 asks 2 ladder Tue 09:00: open"],
    );
}

fn links(story: &str) -> Vec<Link> {
    read(story)
        .into_iter()
        .map(|one| {
            let people = one.message.from.iter().chain(one.message.recipients());
            let people = people.map(|p| p.address.clone()).filter(|a| *a != address("ani"));
            Link::new(MessageId(one.id), &one.message, people.collect(), one.arrived_at)
        })
        .collect()
}

fn grouped(story: &str) -> Vec<Vec<i64>> {
    let groups = group(&links(story), &BTreeSet::new()).into_iter();
    groups.map(|members| members.into_iter().map(|id| id.0).collect()).collect()
}

#[test]
fn messages_find_their_conversation() {
    let cases: &[(&str, &[&[i64]])] = &[
        // An In-Reply-To is trusted even if the subject changed.
        (
            "Mon 09:00 budi > ani id=a subject=satu\nMon 10:00 ani > budi re=a subject=dua",
            &[&[1, 2]],
        ),
        // A bare References is not, ...
        (
            "Mon 09:00 budi > ani id=a subject=satu\nMon 10:00 ani > budi refs=a subject=dua",
            &[&[1], &[2]],
        ),
        // ... but joins with the same subject.
        ("Mon 09:00 budi > ani id=a\nMon 10:00 ani > budi refs=a", &[&[1, 2]]),
        // Two that point to the same unknown message meet there, ...
        ("Mon 09:00 budi > ani re=ghost\nMon 10:00 citra > ani re=ghost", &[&[1, 2]]),
        ("Mon 09:00 budi > ani refs=ghost\nMon 10:00 citra > ani refs=ghost", &[&[1, 2]]),
        ("Mon 09:00 budi > ani refs=ghost\nMon 10:00 citra > ani re=ghost", &[&[1, 2]]),
        // ... and when it comes, all three are one.
        (
            "Mon 09:00 budi > ani re=g\nMon 10:00 citra > ani re=g\nMon 08:00 ani > budi id=g",
            &[&[1, 2, 3]],
        ),
        ("Mon 09:00 budi > ani thread=ab\nMon 10:00 budi > ani thread=ab", &[&[1, 2]]),
        // A reply without ids joins by subject and people, never by subject alone.
        ("Mon 09:00 budi > ani\nMon 10:00 ani > budi reply", &[&[1, 2]]),
        ("Mon 09:00 budi > ani\nMon 10:00 ani > citra reply", &[&[1], &[2]]),
        (
            "Mon 09:00 budi > ani subject=halo\nMon 10:00 ani > budi reply subject=halo",
            &[&[1], &[2]],
        ),
        ("Mon 09:00 budi > ani\nMon 10:00 budi > ani", &[&[1], &[2]]),
        ("Mon 09:00 budi > ani\nWed 09:00 ani > budi reply", &[&[1, 2]]),
        // What is quoted shows a reply as well as a prefix does; what is passed on is none.
        ("Mon 09:00 budi > ani\nMon 10:00 budi > ani quotes=yes", &[&[1, 2]]),
        ("Mon 09:00 budi > ani\nMon 10:00 budi > ani quotes=no", &[&[1], &[2]]),
        ("Mon 09:00 budi > ani\nMon 10:00 ani > budi fwd quotes=yes", &[&[1], &[2]]),
        ("Mon 09:00 budi > ani fwd\nMon 10:00 ani > budi fwd quotes=yes", &[&[1, 2]]),
        ("Mon 09:00 budi > ani re=g\nMon 10:00 budi > ani refs=h quotes=yes", &[&[1], &[2]]),
        // Author and minute above the quote tell which of several it is from, ...
        (
            "Mon 09:00 budi > ani
             Mon 09:40 budi > ani
             Mon 10:00 ani > budi reply quoting=budi@Mon_09:00",
            &[&[1, 3], &[2]],
        ),
        // ... under a subject that everybody writes and under another one.
        (
            "Mon 09:00 budi > ani subject=rapat
             Mon 10:00 ani > budi reply subject=rapat quoting=budi@Mon_09:00",
            &[&[1, 2]],
        ),
        (
            "Mon 09:00 budi > ani
             Mon 10:00 ani > budi quotes=yes subject=undangan-baru quoting=budi@Mon_09:00",
            &[&[1, 2]],
        ),
        // Another minute or another author is another mail.
        (
            "Mon 09:00 budi > ani subject=rapat
             Mon 10:00 ani > budi reply subject=rapat quoting=budi@Mon_09:01",
            &[&[1], &[2]],
        ),
        (
            "Mon 09:00 budi > ani subject=rapat
             Mon 10:00 ani > budi reply subject=rapat quoting=citra@Mon_09:00",
            &[&[1], &[2]],
        ),
        // Half an hour apart may be two zones: then the subject tells.
        (
            "Mon 09:00 budi > ani
             Mon 09:30 budi > ani subject=undangan-baru
             Mon 10:00 ani > budi reply quoting=budi@Mon_09:00",
            &[&[1, 3], &[2]],
        ),
        // Without the minute, the author tells among those of the subject.
        (
            "Mon 09:00 budi > ani,citra
             Mon 09:30 citra > ani,budi
             Mon 10:00 ani > budi,citra reply quoting=budi",
            &[&[1, 3], &[2]],
        ),
        (
            "Mon 09:00 budi > ani subject=rapat
             Mon 10:00 ani > budi reply subject=rapat quoting=budi",
            &[&[1], &[2]],
        ),
        // What is passed on is no reply, whatever it quotes.
        (
            "Mon 09:00 budi > ani
             Mon 10:00 ani > budi fwd quotes=yes quoting=budi@Mon_09:00",
            &[&[1], &[2]],
        ),
        // Subjects that everybody writes join nothing.
        (
            "Mon 09:00 budi > ani subject=rapat\nMon 10:00 ani > budi reply subject=rapat",
            &[&[1], &[2]],
        ),
        (
            "Mon 09:00 budi > ani subject=urgent!\nMon 10:00 ani > budi reply subject=urgent!",
            &[&[1], &[2]],
        ),
        // An old mail answered to begin a new topic quotes nothing of it ...
        (
            "Mon 09:00 budi > ani id=a subject=satu
             Mon 10:00 budi > ani re=a subject=dua quotes=no",
            &[&[1], &[2]],
        ),
        (
            "Mon 09:00 budi > ani id=a subject=satu
             Mon 10:00 ani > budi re=a subject=dua quotes=yes",
            &[&[1, 2]],
        ),
        // ... and has a subject of its own: a word more is none.
        (
            "Mon 09:00 budi > ani id=a\nMon 10:00 budi > ani re=a subject=permintaan-(2) quotes=no",
            &[&[1, 2]],
        ),
        (
            "Mon 09:00 budi > ani id=a\nMon 10:00 budi > ani refs=a subject=fwd-permintaan",
            &[&[1, 2]],
        ),
        (
            "Mon 09:00 budi > ani id=a subject=ya\nMon 10:00 ani > budi refs=a subject=yang-lain",
            &[&[1], &[2]],
        ),
        ("Mon 09:00 budi > ani id=a\nMon 10:00 ani > budi re=a quotes=no", &[&[1, 2]]),
        // A new topic does not meet others at the old mail before that is there.
        (
            "Mon 09:00 budi > ani re=g subject=satu
             Mon 10:00 budi > ani re=g subject=dua quotes=no",
            &[&[1], &[2]],
        ),
        // The server's name of a conversation joins what has the same subject.
        ("Mon 09:00 budi > ani provided=7\nMon 10:00 citra > ani provided=7", &[&[1, 2]]),
        ("Mon 09:00 budi > ani provided=7\nMon 10:00 budi > ani thread=7", &[&[1], &[2]]),
        (
            "Mon 09:00 budi > ani provided=7\nMon 10:00 budi > ani provided=7 subject=dua",
            &[&[1], &[2]],
        ),
    ];
    for (story, expected) in cases {
        assert_eq!(grouped(story), *expected, "{story}");
    }
}

fn any_story() -> impl Strategy<Value = Vec<String>> {
    let person = prop_oneof![Just("budi"), Just("citra")];
    let line = (0..40_i64, person, 0..5_usize, any::<[bool; 4]>());
    proptest::collection::vec(line, 1..8).prop_map(|lines| {
        let mut told = Vec::new();
        for (no, (minutes, person, parent, [ours, reply, ask, reference])) in (0..).zip(lines) {
            let at = instant("Mon 09:00") + SignedDuration::from_mins(minutes);
            let time = shown(at);
            let people = if ours { format!("ani > {person}") } else { format!("{person} > ani") };
            let kind = if reference { "refs" } else { "re" };
            let points =
                if reply { format!("{kind}=n{}", parent % (no + 1)) } else { String::new() };
            let place = if ours { "sent" } else { "" };
            let asks = if ask && !ours { "ask" } else { "" };
            told.push(format!("{time} {people} id=n{no} {points} {place} {asks}"));
        }
        told
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_order_of_reading_does_not_matter(
        (story, shuffled) in any_story().prop_flat_map(|story| {
            let indices: Vec<usize> = (0..story.len()).collect();
            (Just(story), Just(indices).prop_shuffle())
        })
    ) {
        let told: Vec<Told> =
            (1..).zip(&story).map(|(id, line)| tell(id, line)).collect();
        let other: Vec<Told> = shuffled.iter().map(|index| told[*index].clone()).collect();
        prop_assert_eq!(debts(&told), debts(&other));
        let links = links(&story.join("\n"));
        let moved: Vec<Link> = shuffled.iter().map(|index| links[*index].clone()).collect();
        let nowhere = BTreeSet::new();
        prop_assert_eq!(group(&links, &nowhere), group(&moved, &nowhere));
    }
}
