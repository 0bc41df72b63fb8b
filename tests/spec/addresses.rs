//! Addresses as identities: what is one, its normal form, which ones are robots'.

use proptest::prelude::*;
use sigap::mail::people;
use sigap::model::address::{Address, Party};

#[test]
fn what_is_an_address() {
    for (written, normal) in [
        ("ani@example.com", "ani@example.com"),
        ("  Ani@Example.COM ", "ani@example.com"),
        ("ani+bills@example.com", "ani+bills@example.com"),
        ("ani.b.@example.com", "ani.b.@example.com"),
        ("o'neil@example.com", "o'neil@example.com"),
        ("ani/unit=a@example.com", "ani/unit=a@example.com"),
        ("ani@kantor.local", "ani@kantor.local"),
        ("ani@localhost", "ani@localhost"),
        ("dwi@bücher.example", "dwi@bücher.example"),
    ] {
        assert_eq!(Address::parse(written).unwrap().as_str(), normal, "{written}");
    }
}

#[test]
fn what_is_none() {
    for written in [
        "",
        "@",
        "ani",
        "ani@",
        "@example.com",
        "ani@@example.com",
        "ani@b@example.com",
        "ani@.example.com",
        "ani@example.com.",
        "ani@example..com",
        "ani b@example.com",
        "ani@exam ple.com",
        "<ani@example.com>",
        "ani@[192.0.2.1]",
        "#@[]",
        "\"ani\"@example.com",
        "ani,budi@example.com",
        "ani@example.com;",
        "ani\r\n@example.com",
        "ani\0@example.com",
        "ani\u{200b}@example.com",
        "\u{202e}ani@example.com",
        "ani@example\u{ad}.com",
        "a(b)@example.com",
        "MAILER-DAEMON",
    ] {
        assert_eq!(Address::parse(written), None, "{written:?}");
    }
    assert_eq!(Address::parse(&format!("{}@example.com", "a".repeat(250))), None);
    assert!(serde_json::from_str::<Address>("\"ani\"").is_err());
}

#[test]
fn parts_of_an_address() {
    let address = Address::parse("Ani+Bills+x@Example.com").unwrap();
    assert_eq!((address.local(), address.domain()), ("ani+bills+x", "example.com"));
    assert_eq!(address.untagged().as_str(), "ani@example.com");
    let stemless = Address::parse("+x@example.com").unwrap();
    assert_eq!(stemless.untagged(), stemless);
    let named = Party { name: "Ani".to_owned(), address: address.clone() };
    let nameless = Party { name: String::new(), address };
    assert_eq!((named.shown(), nameless.shown()), ("Ani", "ani+bills+x@example.com"));
}

#[test]
fn written_addresses_become_identities() {
    for (written, normal) in [
        ("ani@example.com", "ani@example.com"),
        ("<ani@example.com>", "ani@example.com"),
        ("mailto:ani@example.com", "ani@example.com"),
        ("@a.example,@b.example:ani@example.com", "ani@example.com"),
        ("ani@example.com.", "ani@example.com"),
        ("\"ani\"@example.com", "ani@example.com"),
        ("ani@Bücher.example", "ani@xn--bcher-kva.example"),
        ("ani@bu\u{308}cher.example", "ani@xn--bcher-kva.example"),
        ("ani@例え.テスト", "ani@xn--r8jz45g.xn--zckzah"),
        ("ani@еxample.com", "ani@xn--xample-2of.com"),
        ("ani", ""),
        ("ani@", ""),
        ("@example.com", ""),
        ("mailto:", ""),
        ("ä", ""),
    ] {
        let read = people::identity(written).map(|address| address.to_string());
        assert_eq!(read.unwrap_or_default(), normal, "{written}");
    }
}

#[test]
fn robots() {
    for local in [
        "mailer-daemon",
        "MAILER-DAEMON",
        "mailerdaemon",
        "mailer-daemon+x",
        "mdaemon",
        "postmaster",
        "post-master",
        "mail-delivery",
        "mailer-delivery",
        "mailsystem",
        "mailersystem",
        "mail-admin",
        "mailer",
        "majordomo",
        "listserv",
        "listproc",
        "mailman",
        "sympa",
        "smartlist",
        "ecartis",
        "lyris",
        "root",
        "daemon",
        "nobody",
        "uucp",
        "www-data",
        "apache",
        "cron",
        "bounce",
        "bounces",
        "bounce-12",
        "bounce+x",
        "bounce_x",
        "bounce.x",
        "tim-bounces",
        "tim-bounces+ani=example.com",
        "tim+bounces",
        "tim_bounces",
        "owner-tim",
        "tim-owner",
        "request-tim",
        "tim-request",
        "tim-errors",
        "tim-relay",
        "tim-confirm",
        "tim-admin",
        "tim-return",
        "noreply",
        "no-reply",
        "no_reply",
        "no.reply",
        "noreply-ids",
        "no-reply+x",
        "do-not-reply",
        "donotreply",
        "dont-reply",
        "non-reply",
        "ne-pas-repondre",
        "nerepondezpas",
        "noreplies",
        "auto-reply",
        "autoreply",
        "auto_response",
        "autoresponder",
        "auto-confirm",
        "notification",
        "notifications",
        "notification-x",
        "notification+x",
        "toko-noreply",
    ] {
        assert!(Address::parse(&format!("{local}@example.com")).unwrap().is_robot(), "{local}");
    }
}

#[test]
fn people_and_shared_mailboxes_are_no_robots() {
    for local in [
        "ani",
        "budi.santoso",
        "mail",
        "info",
        "abuse",
        "support",
        "admin",
        "webmaster",
        "sales",
        "keuangan",
        "noré",
        "norman",
        "nora.reply",
        "bounceback",
        "rootbeer",
        "cronin",
        "owner",
        "request",
        "daemonic",
        "postman",
        "autumn",
        "notify.me",
        "marilyn",
        "reply",
        "mailman.joe",
    ] {
        assert!(!Address::parse(&format!("{local}@example.com")).unwrap().is_robot(), "{local}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_normal_form_is_its_own(
        text in ".{0,20}@.{0,20}|[a-zA-ZİßΣ.+]{1,10}@[a-zA-Zé.]{1,12}",
    ) {
        if let Some(address) = Address::parse(&text) {
            let again = Address::parse(address.as_str()).unwrap();
            prop_assert_eq!(again.as_str(), address.as_str());
            prop_assert_eq!(address.untagged().untagged(), address.untagged());
            let json = serde_json::to_string(&address).unwrap();
            prop_assert_eq!(serde_json::from_str::<Address>(&json).unwrap(), address);
        }
        let _ = people::identity(&text);
    }
}

#[test]
fn senders_in_one_form() {
    for (written, canonical) in [
        ("Budi@Example.ORG", "budi@example.org"),
        ("budi+news@example.org", "budi@example.org"),
        ("+budi@example.org", "+budi@example.org"),
        ("SRS0=hash=tt=example.org=Budi@relay.example.net", "budi@example.org"),
        ("srs0+hash=tt=example.org=budi@relay.example.net", "budi@example.org"),
        ("SRS1=h=one.example==hash=tt=example.org=budi@two.example", "budi@example.org"),
        ("SRS0=nothing@example.org", "srs0=nothing@example.org"),
        ("prvs=0123abcdef=budi@example.org", "budi@example.org"),
        ("prvs=budi@example.org", "prvs=budi@example.org"),
        ("btv1==0123==budi@example.org", "budi@example.org"),
        ("\"SRS0=h=t=example.org=budi s\"@relay.example.net", "\"budi s\"@example.org"),
        ("ticket-12345@example.org", "ticket-#@example.org"),
        ("ticket-99999999@example.org", "ticket-#@example.org"),
        ("r.4f97315cc828096c9cb34c6f1a0d6fe8@example.org", "r.#@example.org"),
        ("budi1987@example.org", "budi1987@example.org"),
        ("no address", "no address"),
        ("", ""),
    ] {
        assert_eq!(sigap::model::sender::canonical(written), canonical, "{written}");
    }
}

#[test]
fn organisations_and_places_that_mail_reaches() {
    use sigap::model::sender::{is_public, organisation};
    for (domain, of) in [
        ("mail.example.org", "example.org"),
        ("example.org", "example.org"),
        ("a.b.example.co.id", "example.co.id"),
        ("Mail.Example.CO.ID", "example.co.id"),
        ("co.id", "co.id"),
        ("localhost", "localhost"),
    ] {
        assert_eq!(organisation(domain), of, "{domain}");
    }
    for domain in ["localhost", "office.local", "local", "host.home.arpa", "10.0.0.1", "", "x.lan"]
    {
        assert!(!is_public(domain), "{domain}");
    }
    for domain in ["example.org", "local.example.org", "lan.example", "1and1.example"] {
        assert!(is_public(domain), "{domain}");
    }
}

#[test]
fn senders_of_the_larger_set() {
    let Some(root) = crate::shapes::larger_sets() else { return };
    let Ok(text) = std::fs::read_to_string(root.join("canonical_senders.jsonl")) else { return };
    for line in text.lines() {
        let pair: serde_json::Value = serde_json::from_str(line).unwrap();
        let (input, wanted) =
            (pair["input"].as_str().unwrap(), pair["canonical"].as_str().unwrap());
        let found = sigap::model::sender::canonical(input);
        assert!(found.eq_ignore_ascii_case(wanted), "{input}: {found}");
    }
}
