//! What all targets share.

/// Panics of a parser that is guarded are no findings: they are caught where they happen. Those that
/// are not caught still end the process; the place is told for panics in our own code only.
pub fn only_our_own_panics() {
    std::panic::set_hook(Box::new(|info| {
        let theirs = |file: &str| file.contains("/registry/src/") || file.contains("/rustc/");
        if let Some(place) = info.location().filter(|place| !theirs(place.file())) {
            eprintln!("{place}: {info}");
        }
    }));
}
