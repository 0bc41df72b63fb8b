//! An owner's calendar: any bytes are understood or refused in words, and what is found lasts.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sigap::ical::read::{Whose, read};

fuzz_target!(init: sigap_fuzz::only_our_own_panics(), |bytes: &[u8]| {
    let (zone, words) = (jiff::tz::TimeZone::UTC, ["cuti".to_owned()]);
    let whose = Whose { zone: &zone, addresses: &[], words: &words };
    let now = jiff::Timestamp::constant(1_795_575_600, 0);
    if let Ok(found) = read(&[bytes.to_vec()], &whose, now) {
        assert!(found.entries.iter().all(|entry| entry.from < entry.until));
    }
});
