//! What a command stands on: the checked configuration and the database that it names.
//!
//! A command makes no database: where there is none it says so. Reading commands take a connection
//! that cannot write; the others make short transactions beside a running daemon.

use std::path::Path;
use std::sync::Arc;

use crate::cli::exit::Exit;
use crate::cli::page::Trouble;
use crate::config::places;
use crate::config::settings::{Settings, load};
use crate::daemon::charter::charter;
use crate::engine::listing::Folder;
use crate::engine::office::{Charter, Office};
use crate::model::address::Address;
use crate::model::owner::Owner;

/// Settings, ready to be used.
#[derive(Clone, Debug)]
pub struct Ground {
    /// All settings.
    pub settings: Settings,
    /// What the engine needs of them.
    pub charter: Charter,
}

impl Ground {
    /// Loads the named configuration, or the one that lies where one is looked for.
    pub fn load(named: Option<&Path>) -> Result<Self, Trouble> {
        let path = find(named)?;
        let bad = |words: String| Trouble::Said(Exit::BadConfiguration, words);
        let settings = load(&path).map_err(|faults| bad(faults.to_string()))?.settings;
        let charter = charter(&settings).map_err(bad)?;
        Ok(Self { settings, charter })
    }

    /// The database's file, which must be there.
    pub fn store(&self) -> Result<&Path, Trouble> {
        let path = self.settings.store.as_path();
        if path.exists() {
            return Ok(path);
        }
        let words = format!("there is no database at {} yet: `sigap run` makes it", path.display());
        Err(Trouble::failure(words))
    }

    /// The mailboxes of owners who are configured, but were not met by the daemon yet: unknown, not
    /// "all answered".
    pub fn unmet<'a>(&'a self, office: &'a Office) -> impl Iterator<Item = Folder> + 'a {
        let all = self.charter.owners.iter().filter_map(|owner| owner.main_address());
        let unmet = all.filter(|address| office.owner_of(address).is_none());
        unmet.map(|address| Folder::unseen(address.clone()))
    }
}

/// The configuration file.
pub fn find(named: Option<&Path>) -> Result<std::path::PathBuf, Trouble> {
    places::find(named).map_err(|looked| {
        let looked: Vec<String> = looked.iter().map(|path| path.display().to_string()).collect();
        let words =
            format!("no configuration was found ({}); name one with --config", looked.join(", "));
        Trouble::Said(Exit::BadConfiguration, words)
    })
}

/// An owner by one of their addresses, by name, or by what begins only one name or address.
pub fn owner<'a>(office: &'a Office, text: &str) -> Result<&'a Arc<Owner>, Trouble> {
    let by_address = Address::parse(text).and_then(|address| office.owner_of(&address));
    let wanted = text.trim().to_lowercase();
    let by_name = || office.owners.values().find(|owner| owner.name.to_lowercase() == wanted);
    let short = || {
        let first = |words: &str| words.split([' ', '@']).next() == Some(wanted.as_str());
        let called = |owner: &&Arc<Owner>| {
            let address = owner.main_address().is_some_and(|address| first(address.as_str()));
            address || first(&owner.name.to_lowercase())
        };
        let mut found = office.owners.values().filter(called);
        found.next().filter(|_| found.next().is_none())
    };
    by_address.or_else(by_name).or_else(short).ok_or_else(|| {
        let known = office.owners.values().filter_map(|owner| owner.main_address());
        let known: Vec<String> = known.map(ToString::to_string).collect();
        let known = if known.is_empty() { "nobody".to_owned() } else { known.join(", ") };
        Trouble::failure(format!("nobody watched is called {text:?} (watched so far: {known})"))
    })
}
