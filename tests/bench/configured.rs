//! The configuration of what is measured.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// A server on this machine and the root of its certificate.
pub struct Place {
    /// Where it speaks IMAP over TLS, as `localhost`.
    pub port: u16,
    /// The root, in PEM.
    pub ca: PathBuf,
}

/// Writes the configuration of a daemon that watches these mailboxes and sends nothing.
pub fn configure(folder: &Path, place: &Place, owners: &[String], password: &str) -> PathBuf {
    fs::create_dir_all(folder.join("letters")).unwrap();
    crate::place::secret(&folder.join("password"), password);
    let mut text = "mode = \"observe\"\nholidays = []\n[store]\npath = \"sigap.db\"\n\
        [smtp]\nfolder = \"letters\"\nfrom = \"Sigap <sigap@example.com>\"\n\
        [[tier]]\nname = \"everyone\"\nreply_within = \"8h\"\n\
        ladder = [\"nudge 6h\", \"lapse 40h\"]\n"
        .to_owned();
    for owner in owners {
        write!(
            text,
            "[[owner]]\nname = \"Ani\"\naddresses = [\"{owner}\"]\nlanguage = \"en\"\n\
             time_zone = \"Asia/Jakarta\"\nhours = [\"Mon-Sun 00:00-24:00\"]\n\
             imap.url = \"imaps://{}@localhost:{}\"\nimap.password.file = \"password\"\n\
             imap.ca_file = \"{}\"\n",
            owner.replace('@', "%40"),
            place.port,
            place.ca.display(),
        )
        .unwrap();
    }
    let config = folder.join("sigap.toml");
    fs::write(&config, text).unwrap();
    config
}
