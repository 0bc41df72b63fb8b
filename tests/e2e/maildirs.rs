//! Owners with empty Maildirs, as folders and as the part of a configuration that names them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The address of an owner.
pub fn owner(index: usize) -> String {
    format!("o{index}@example.com")
}

/// Where an owner's mail lies.
pub fn maildir(folder: &Path, index: usize) -> PathBuf {
    folder.join(format!("o{index}"))
}

/// Makes the Maildirs of so many owners, each with a folder of sent mail; what the configuration
/// says about them: no hour is closed.
pub fn lay_out(folder: &Path, owners: usize) -> String {
    let mut text = String::new();
    for index in 0..owners {
        for part in ["new", "cur", "tmp", ".Sent/new", ".Sent/cur", ".Sent/tmp"] {
            fs::create_dir_all(maildir(folder, index).join(part)).unwrap();
        }
        write!(
            text,
            "[[owner]]\nname = \"Owner {index}\"\naddresses = [\"{}\"]\nlanguage = \"en\"\n\
             time_zone = \"Asia/Jakarta\"\nhours = [\"Mon-Sun 00:00-24:00\"]\n\
             maildir.path = \"o{index}\"\n",
            owner(index)
        )
        .unwrap();
    }
    text
}
