//! Where the configuration lies when nobody names it, and what the terminal wishes.
//!
//! Only looks whether a file is there: what is in it is `config/settings`. First the folder one
//! stands in, then the user's own configuration, then the system's.

use std::path::{Path, PathBuf};

/// The file that is used when nothing else is there.
const SYSTEM: &str = "/etc/sigap/sigap.toml";

/// The configuration file: the named one, else the first that is there. Else all places that were
/// looked at.
pub fn find(named: Option<&Path>) -> Result<PathBuf, Vec<PathBuf>> {
    if let Some(named) = named {
        return Ok(named.to_owned());
    }
    let places = places();
    match places.iter().find(|place| place.is_file()) {
        Some(found) => Ok(found.clone()),
        None => Err(places),
    }
}

/// Whether the user wants no colours in any program (the `NO_COLOR` convention).
pub fn colour_unwanted() -> bool {
    variable("NO_COLOR").is_some()
}

/// Where the demo lays out its office when no folder is named.
pub fn temporary() -> PathBuf {
    std::env::temp_dir()
}

fn places() -> Vec<PathBuf> {
    // A relative XDG path is to be ignored, says the XDG base directory specification.
    let named = variable("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let own = named.or_else(|| variable("HOME").map(|home| Path::new(&home).join(".config")));
    let own = own.map(|folder| folder.join("sigap/sigap.toml"));
    let here = Some(PathBuf::from("sigap.toml"));
    [here, own, Some(PathBuf::from(SYSTEM))].into_iter().flatten().collect()
}

fn variable(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "this is config/, where the environment is read")]
    let found = std::env::var(name);
    found.ok().filter(|value| !value.is_empty())
}
