//! What an owner taught by saying that something was no request: whose mail it was, through which
//! list it came, and which words stood in it, as numbers of which no text can be made.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::address::Address;
use crate::model::ids::MessageId;

/// Words are told apart by so many numbers: many words share each of them.
const NUMBERS: u64 = 1024;
/// So many of a text's numbers are kept, the smallest ones.
const MOST: usize = 64;
/// A text of fewer different words is like no other.
const FEWEST: usize = 3;

/// The words of a text as a small set of numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Gist(BTreeSet<u16>);

impl Gist {
    /// From the hashes of its words.
    pub fn of(hashes: impl IntoIterator<Item = u64>) -> Self {
        let number = |hash: u64| u16::try_from(hash % NUMBERS).unwrap_or_default();
        let all: BTreeSet<u16> = hashes.into_iter().map(number).collect();
        Self(all.into_iter().take(MOST).collect())
    }

    /// How many numbers there are.
    pub fn size(&self) -> usize {
        self.0.len()
    }

    /// How much two texts have in common, in per cent of what stands in either. The smallest
    /// numbers of both together are a fair sample of them (Broder, On the resemblance and
    /// containment of documents, 1997).
    pub fn likeness(&self, other: &Self) -> u8 {
        if self.size() < FEWEST || other.size() < FEWEST {
            return 0;
        }
        let (mut both, mut all) = (0_usize, 0_usize);
        for number in self.0.union(&other.0).take(MOST) {
            all += 1;
            both += usize::from(self.0.contains(number) && other.0.contains(number));
        }
        u8::try_from(both * 100 / all.max(1)).unwrap_or(100)
    }
}

/// What is known of a corrected message's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Words {
    /// Its text is still to be read.
    Awaited,
    /// Its text was no longer there, or not readable.
    Gone,
    /// They were read.
    Read(Gist),
}

/// One message of which its owner says that it was no request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// The message.
    pub of: MessageId,
    /// Who wrote it, without tag.
    pub sender: Option<Address>,
    /// The mailing list through which it came.
    pub list: Option<String>,
    /// When it was said: what arrived later is judged by it. What was said at once counts as one.
    pub said_at: Timestamp,
    /// Its words.
    pub words: Words,
}
