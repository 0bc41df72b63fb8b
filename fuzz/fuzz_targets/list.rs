//! What a CalDAV server answers: any bytes are understood or refused in words, and bounded.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sigap::ical::multistatus::rows;

fuzz_target!(init: sigap_fuzz::only_our_own_panics(), |bytes: &[u8]| {
    if let Ok(rows) = rows(bytes) {
        let texts = rows.iter().filter_map(|row| row.found.data.as_deref());
        // References are written longer than what they stand for.
        assert!(texts.map(str::len).sum::<usize>() <= bytes.len());
    }
});
