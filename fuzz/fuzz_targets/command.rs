//! An owner's answer to a letter: any words give a command, a mistake or nothing, always the same.
#![no_main]

use jiff::civil::date;
use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;
use sigap::mail::command::{Command, Numbers, read};

fuzz_target!(|words: &str| {
    let now = date(2026, 11, 24).at(9, 0, 0, 0).to_zoned(TimeZone::UTC).expect("a moment");
    let found = read(words, &now);
    assert_eq!(found, read(words, &now));
    match found {
        Some(Ok(Command::Done(Numbers::These(items)) | Command::Not(Numbers::These(items)))) => {
            assert!(items.is_sorted() && (1..=50).contains(&items.len()));
        }
        Some(Err(misread)) => {
            assert!(misread.said.chars().count() <= 80);
            assert!(!misread.said.contains(char::is_control));
        }
        Some(Ok(_)) | None => {}
    }
});
