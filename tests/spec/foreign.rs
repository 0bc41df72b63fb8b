//! Figures on mail of others, where it lies beside the project: printed, never asserted here. All of
//! them and more: `cargo run --release --example evaluate`.

#[path = "../train/introductions.rs"]
pub mod introductions;
#[path = "../train/rows.rs"]
#[allow(dead_code, reason = "shared with the programs that learn and evaluate")]
mod rows;
#[path = "../train/samples.rs"]
mod samples;
#[path = "../train/threads.rs"]
mod threads;
#[path = "../train/zones.rs"]
mod zones;

#[test]
fn zones_of_labelled_messages() {
    zones::messages();
    zones::words();
}

#[test]
fn zones_of_the_samples_of_other_parsers() {
    zones::samples();
    samples::figures();
}

#[test]
fn introductions_of_quotes() {
    introductions::figures();
}

#[test]
fn trees_of_an_imap_server() {
    threads::of_a_server();
}

#[test]
fn a_list_with_its_thread_headers_hidden() {
    threads::hidden();
}

#[test]
fn prefixes_of_many_languages() {
    threads::prefixes();
}
