//! What comes when a calendar on the web is asked for, and its state, to be told or compared when
//! it is asked for again.

use hyper::header::HeaderValue;
use url::Url;

/// What is known of the state of a calendar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// Nothing.
    #[default]
    Unknown,
    /// What the server said of a file (RFC 9110 §8.8).
    File {
        /// Its mark.
        etag: Option<HeaderValue>,
        /// When it was changed.
        modified: Option<HeaderValue>,
    },
    /// What the server said of collections.
    Collections(Shelf),
}

impl Version {
    /// How many calendars were read, where that is not one file.
    pub fn calendars(&self) -> Option<usize> {
        match self {
            Self::Unknown | Self::File { .. } => None,
            Self::Collections(shelf) => Some(shelf.collections.len()),
        }
    }
}

/// Calendar collections (RFC 4791 §4.2) that are read together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shelf {
    /// The homes in which they were found; none where one was named itself.
    pub(in crate::ical) homes: Vec<Url>,
    /// All of them, in order.
    pub(in crate::ical) collections: Vec<Collection>,
}

/// One calendar collection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Collection {
    /// Its address.
    pub(in crate::ical) url: Url,
    /// A word that changes when anything in it does; none where its server has no such word.
    pub(in crate::ical) tag: Option<String>,
}

impl Shelf {
    /// Whether nothing has changed; what cannot be known counts as changed.
    pub(in crate::ical) fn is_as(&self, other: &Self) -> bool {
        let known = self.collections.iter().all(|collection| collection.tag.is_some());
        known && self.collections == other.collections
    }
}

/// What came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is as it was.
    Unchanged,
    /// All of it, in parts that are iCalendar files each, and its state.
    Whole(Vec<Vec<u8>>, Version),
}
