//! Authentication-Results: what is read is read again from what is written, and a pass stands
//! nowhere but in a finding of its own.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sigap::mail::authentication::{read, topmost};
use sigap::mail::headers::split;

fuzz_target!(|bytes: &[u8]| {
    let header = split(bytes);
    if let Some(stamp) = topmost(&header) {
        for finding in &stamp.findings {
            let agrees = stamp.agrees(&finding.method, &finding.result);
            let mut of = stamp.findings.iter().filter(|one| one.method == finding.method);
            assert_eq!(agrees, of.all(|one| one.result == finding.result));
        }
    }
    let Ok(value) = std::str::from_utf8(bytes) else { return };
    let Some((_, findings)) = read(value) else { return };
    let words: Vec<String> = findings.iter().map(ToString::to_string).collect();
    let written = format!("mx.example.com; {}", words.join("; "));
    assert!(!written.contains(char::is_control));
    assert_eq!(read(&written), Some(("mx.example.com".to_owned(), findings)));
});
