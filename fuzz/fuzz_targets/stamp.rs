//! Authentication-Results: what is read is read again from what is written, and shows no controls.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sigap::mail::authentication::{read, topmost};
use sigap::mail::headers::split;

fuzz_target!(|bytes: &[u8]| {
    if let Some(stamp) = topmost(&split(bytes)) {
        assert!(!stamp.findings.iter().any(|one| one.to_string().contains(char::is_control)));
    }
    let Ok(value) = std::str::from_utf8(bytes) else { return };
    let Some((_, findings)) = read(value) else { return };
    let words: Vec<String> = findings.iter().map(ToString::to_string).collect();
    let written = format!("mx.example.com; {}", words.join("; "));
    assert!(!written.contains(char::is_control));
    assert_eq!(read(&written), Some(("mx.example.com".to_owned(), findings)));
});
