//! Bytes to facts: bounded, the same when read twice, and the same people and ids from the header
//! alone.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sigap::engine::intake::read;
use sigap::model::message::{Fetched, Role};

fuzz_target!(init: sigap_fuzz::only_our_own_panics(), |bytes: &[u8]| {
    let whole = Fetched { uid: 1, whole: Some(bytes.to_vec()), ..Fetched::default() };
    let header = Fetched { uid: 1, header: bytes.to_vec(), ..Fetched::default() };
    for role in [Role::Inbox, Role::Sent] {
        let (first, again, alone) = (read(&whole, role), read(&whole, role), read(&header, role));
        assert_eq!(first, again);
        let (mail, part) = (&first.message, &alone.message);
        assert_eq!((&mail.key, &mail.from, &mail.to), (&part.key, &part.from, &part.to));
        assert!(mail.subject.chars().count() <= 200 && mail.key.0.len() <= 250);
        assert!(!mail.subject.contains(char::is_control));
        assert!(mail.to.len() <= 100 && mail.references.len() <= 40);
    }
});
