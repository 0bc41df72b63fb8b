//! Triage: structure, position and words together, one case per line.
use sigap::model::message::{Message, Prefix, Role};
use sigap::model::verdict::{Class, Clue, Wording};
use sigap::rules::triage::{Answers, could_ask, triage};

use super::people::{letter, owner, party, policy};

fn words(asks: f64) -> Wording {
    Wording {
        asks,
        clue: if asks >= 0.5 { Clue::Request } else { Clue::Statement },
        closer: false,
        urgent: false,
        greets: Vec::new(),
        language: None,
        model: "asks-1".to_string(),
        snippet: String::new(),
    }
}

fn greeting(asks: f64, name: &str) -> Wording {
    Wording { greets: vec![name.to_string()], ..words(asks) }
}

/// A letter to Ani alone, changed.
fn with(change: impl FnOnce(&mut Message)) -> Message {
    let mut message = letter("budi@example.org", "Laporan");
    change(&mut message);
    message
}

fn in_cc(message: &mut Message) {
    message.cc = std::mem::replace(&mut message.to, vec![party("Citra", "citra@example.com")]);
}

fn to_group(message: &mut Message) {
    message.to = vec![party("", "bantuan@example.com")];
    message.marks.list = true;
}

fn to_list(message: &mut Message) {
    message.to = vec![party("", "staff@lists.example.org")];
    message.marks.list = true;
}

fn verdict(message: &Message, wording: &Wording) -> (Class, Clue) {
    let (owner, policy) = (owner(), policy());
    let found = triage(message, Some(wording), Role::Inbox, &owner, &policy, Answers::Other);
    assert!((0.0..=1.0).contains(&found.probability), "{found:?}");
    assert_eq!(found.asks(), found.class == Class::Ask);
    (found.class, found.clues[0].clone())
}

#[test]
fn structure_comes_first() {
    let asking = words(0.95);
    let rule = |id: &str| Some(id.to_string());
    for (name, message, class, clue) in [
        ("plain", with(|_| ()), Class::Ask, Clue::Request),
        (
            "machine",
            with(|m| m.marks.automatic = rule("H1")),
            Class::Automatic,
            Clue::Machine("H1".to_string()),
        ),
        (
            "bounce",
            with(|m| {
                m.marks.automatic = rule("M1");
                m.marks.bounce = true;
            }),
            Class::Bounce,
            Clue::Machine("M1".to_string()),
        ),
        (
            "calendar answer",
            with(|m| {
                m.marks.automatic = rule("M3");
                m.marks.calendar = rule("REPLY");
            }),
            Class::Calendar,
            Clue::CalendarMethod("REPLY".to_string()),
        ),
        (
            "invitation",
            with(|m| m.marks.calendar = rule("REQUEST")),
            Class::Information,
            Clue::CalendarMethod("REQUEST".to_string()),
        ),
        (
            "invitation by a machine",
            with(|m| {
                m.marks.calendar = rule("REQUEST");
                m.marks.automatic = rule("H1");
            }),
            Class::Automatic,
            Clue::Machine("H1".to_string()),
        ),
        (
            "perhaps a machine",
            with(|m| m.marks.perhaps_automatic = rule("E5")),
            Class::Unsure,
            Clue::PerhapsMachine("E5".to_string()),
        ),
        (
            "own address in the inbox",
            with(|m| m.from = Some(party("Ani", "ani+x@example.com"))),
            Class::Information,
            Clue::ClaimsOwner,
        ),
        (
            "several authors",
            with(|m| {
                m.from = None;
                m.from_count = 2;
            }),
            Class::Information,
            Clue::SeveralFrom,
        ),
        (
            "no author",
            with(|m| {
                m.from = None;
                m.from_count = 0;
            }),
            Class::Information,
            Clue::PerhapsMachine("H11".to_string()),
        ),
        (
            "newsletter",
            with(|m| {
                m.marks.unsubscribe = true;
                m.marks.bulk = true;
            }),
            Class::Bulk,
            Clue::Unsubscribe,
        ),
        ("unsubscribe alone", with(|m| m.marks.unsubscribe = true), Class::Ask, Clue::Request),
        ("class B alone", with(|m| m.marks.bulk = true), Class::Ask, Clue::Request),
        ("list", with(to_list), Class::Bulk, Clue::ListFields),
        (
            "list, owner in To too",
            with(|m| {
                to_list(m);
                m.to.push(party("", "ani@example.com"));
            }),
            Class::Ask,
            Clue::Request,
        ),
        ("configured group", with(to_group), Class::Ask, Clue::Request),
        (
            "group with every field of a list",
            with(|m| {
                to_group(m);
                m.marks.unsubscribe = true;
                m.marks.bulk = true;
            }),
            Class::Ask,
            Clue::Request,
        ),
        ("copy", with(in_cc), Class::Bystander, Clue::InCc),
        ("nowhere", with(|m| m.to.clear()), Class::Bystander, Clue::NotNamed),
    ] {
        assert_eq!(verdict(&message, &asking), (class, clue), "{name}");
    }
}

#[test]
fn position_moves_the_words() {
    let mut crowd = letter("budi@example.org", "Laporan");
    crowd.to.extend((0..14).map(|n| party("", &format!("p{n}@example.org"))));
    let mut pair = letter("budi@example.org", "Laporan");
    pair.to.push(party("Citra Dewi", "citra@example.com"));
    let alone = letter("budi@example.org", "Laporan");
    let copied = with(in_cc);
    for (name, message, wording, class) in [
        ("alone, clear", &alone, words(0.9), Class::Ask),
        ("alone, soft", &alone, words(0.5), Class::Unsure),
        ("alone, nothing", &alone, words(0.06), Class::Information),
        ("among two, clear", &pair, words(0.8), Class::Ask),
        ("crowd, clear", &crowd, words(0.8), Class::Unsure),
        ("crowd, soft", &crowd, words(0.6), Class::Information),
        ("crowd, but named", &crowd, greeting(0.8, "ani"), Class::Ask),
        ("somebody else is asked", &pair, greeting(0.9, "citra"), Class::Unsure),
        ("somebody else is asked softly", &pair, greeting(0.75, "dewi"), Class::Information),
        (
            "both are asked",
            &pair,
            Wording { greets: vec!["citra".into(), "ani".into()], ..words(0.8) },
            Class::Ask,
        ),
        ("a nickname, alone", &alone, greeting(0.9, "nini"), Class::Ask),
        ("an unknown name among two", &pair, greeting(0.8, "eko"), Class::Information),
        ("named raises", &alone, greeting(0.52, "lestari"), Class::Ask),
        ("copied and named", &copied, greeting(0.85, "ani"), Class::Ask),
        ("copied, another is named", &copied, greeting(0.95, "citra"), Class::Bystander),
        ("closer", &alone, Wording { closer: true, ..words(0.02) }, Class::Closer),
    ] {
        let found = verdict(message, &wording);
        // A soft "unknown name" may stay unsure; it never asks.
        let unsure = name.starts_with("an unknown") && found.0 == Class::Unsure;
        assert!(found.0 == class || unsure, "{name}: {found:?}");
    }
    assert_eq!(verdict(&pair, &greeting(0.9, "citra")).1, Clue::GreetsOther);
    assert_eq!(verdict(&crowd, &words(0.8)).1, Clue::ManyRecipients);
}

#[test]
fn without_a_text_the_subject_is_judged() {
    let (owner, policy) = (owner(), policy());
    for (subject, prefix, class) in [
        ("Rapat besok?", Prefix::None, Class::Ask),
        ("Re: Rapat besok?", Prefix::Reply, Class::Unsure),
        ("Laporan", Prefix::None, Class::Unsure),
    ] {
        let message = with(|m| {
            m.subject = subject.to_string();
            m.prefix = prefix;
        });
        let found = triage(&message, None, Role::Inbox, &owner, &policy, Answers::Other);
        assert_eq!(found.class, class, "{subject}");
        assert!(found.clues.contains(&Clue::HeaderOnly));
    }
}

#[test]
fn the_owners_own_letters_never_ask() {
    let (owner, policy) = (owner(), policy());
    let message = with(|_| ());
    let found = triage(&message, Some(&words(0.9)), Role::Sent, &owner, &policy, Answers::Other);
    assert_eq!((found.class, found.clues), (Class::Own, vec![Clue::FromOwner]));
    assert!(!could_ask(&message, Role::Sent, &owner, &policy));
}

#[test]
fn texts_are_fetched_only_where_words_decide() {
    let (owner, policy) = (owner(), policy());
    let machine = |m: &mut Message| m.marks.automatic = Some("H1".to_string());
    let news = |m: &mut Message| {
        m.marks.unsubscribe = true;
        m.marks.bulk = true;
    };
    for (name, message, wanted) in [
        ("alone", with(|_| ()), true),
        ("copied: a greeting may name the owner", with(in_cc), true),
        ("group", with(to_group), true),
        ("list", with(to_list), false),
        ("machine", with(machine), false),
        ("newsletter", with(news), false),
        ("nowhere", with(|m| m.to.clear()), false),
        ("alias with a tag", with(|m| m.to = vec![party("", "ani+tax@example.com")]), true),
    ] {
        assert_eq!(could_ask(&message, Role::Inbox, &owner, &policy), wanted, "{name}");
    }
}

#[test]
fn an_answer_to_the_owner_weighs_a_little_more() {
    let (owner, policy) = (owner(), policy());
    let message = with(|_| ());
    let told = |answers| {
        triage(&message, Some(&words(0.5)), Role::Inbox, &owner, &policy, answers).probability
    };
    assert!(told(Answers::Owner) > told(Answers::Other));
}
