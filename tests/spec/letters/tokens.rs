//! The mark on a letter: only the whole id of that letter is recognised.

use sigap::mail::token::{InstanceKey, looks_ours, message_id, recognise};

const KEY: InstanceKey = InstanceKey([7; 32]);
const OTHER: InstanceKey = InstanceKey([8; 32]);

#[test]
fn one_key_one_id() {
    let id = message_id(&KEY, "nudge:17:0", "example.com");
    assert_eq!(id, "s1.aamvbwmf3ojlcengvn56botkhi@example.com");
    assert_eq!(id, message_id(&KEY, "nudge:17:0", "example.com"));
    assert_ne!(id, message_id(&KEY, "nudge:17:1", "example.com"));
    assert_ne!(id, message_id(&OTHER, "nudge:17:0", "example.com"));
}

#[test]
fn only_the_whole_id_is_recognised() {
    let id = message_id(&KEY, "nudge:17:0", "example.com");
    let local = id.split('@').next().unwrap().to_owned();
    #[rustfmt::skip]
    let table = [
        (id.clone(), true),
        (format!("<{id}>"), true),
        (format!(" <{id}> "), true),
        (format!("{local}@relay.test"), true), // the domain proves nothing
        (format!("s1.{}@example.com", local[3..].to_uppercase()), true),
        (local.clone(), false),
        (format!("{local}@"), false),
        (format!("{}@example.com", &local[..local.len() - 1]), false),
        (format!("{local}a@example.com"), false),
        (format!("x{id}"), false),
        (id.replace("s1.", "s2."), false),
        (format!("{local}@a@b"), false),
        (message_id(&OTHER, "nudge:17:0", "example.com"), false),
        (message_id(&KEY, "nudge:17:1", "example.com"), false),
        (String::new(), false),
        ("@".to_owned(), false),
        ("s1.@example.com".to_owned(), false),
        (format!("s1.{}@example.com", "é".repeat(13)), false),
    ];
    for (candidate, wanted) in table {
        assert_eq!(recognise(&KEY, &candidate, "nudge:17:0"), wanted, "{candidate}");
    }
}

#[test]
fn every_flipped_bit_is_noticed() {
    let id = message_id(&KEY, "nudge:17:0", "example.com");
    for place in 3..29 {
        for bit in 0..8 {
            let mut bytes = id.clone().into_bytes();
            bytes[place] ^= 1 << bit;
            let Ok(flipped) = String::from_utf8(bytes) else { continue };
            let same = flipped.eq_ignore_ascii_case(&id);
            assert_eq!(recognise(&KEY, &flipped, "nudge:17:0"), same, "{flipped}");
        }
    }
}

#[test]
fn the_shape_is_told_without_the_key() {
    assert!(looks_ours(&message_id(&OTHER, "welcome:1", "example.org")));
    assert!(!looks_ours("CAF1234@mail.example.org"));
    // One text per tag: the unused bits of the last letter are zero.
    assert!(looks_ours(&format!("s1.{}a@example.com", "a".repeat(25))));
    assert!(!looks_ours(&format!("s1.{}b@example.com", "a".repeat(25))));
}

#[test]
fn a_domain_cannot_break_out_of_the_id() {
    let id = message_id(&KEY, "k", "exa mple.com>\r\nBcc: x@y");
    assert!(id.ends_with("@example.comBccxy"), "{id}");
    assert!(message_id(&KEY, "k", "").ends_with("@sigap.invalid"));
}

#[test]
fn the_key_is_not_printed() {
    assert_eq!(format!("{KEY:?}"), "InstanceKey(…)");
}
