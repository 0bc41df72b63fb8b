//! A configuration file: any text is understood or refused in words, and a refusal is one line for
//! each fault.
#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sigap::config::settings::load;

static FILE: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = std::env::temp_dir().join(format!("sigap-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder.join("sigap.toml")
});

fuzz_target!(|text: &[u8]| {
    // Files elsewhere on this machine are not what is looked at here.
    let leads_away =
        |part: &[u8]| matches!(part, b"\"/" | b"'/" | b"\n/" | b".." | b"\\u" | b"\\U");
    if text.windows(2).any(leads_away) {
        return;
    }
    std::fs::write(&*FILE, text).expect("the file is written");
    if let Err(faults) = load(&FILE) {
        for fault in &faults.0 {
            let line = fault.to_string();
            assert!(!line.contains(['\n', '\r', '\0', '\u{1b}']), "{line:?}");
        }
    }
});
