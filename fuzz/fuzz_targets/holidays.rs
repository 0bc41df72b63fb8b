//! A calendar of holidays: any text is understood or refused in words.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use sigap::config::holidays::parse;

fuzz_target!(init: sigap_fuzz::only_our_own_panics(), |text: &str| {
    let _either_way = parse(Path::new("holidays.ics"), text);
});
