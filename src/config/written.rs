//! A written value together with the place where it stands, so that a fault can name its line.
//!
//! Only `config/reader` knows the place and hands it over as the first parts of a small tuple; with
//! any other deserializer these types do not work. The tables made of them are in `config/file`.

use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};

/// A value with the place where it was written; absent, wrong or read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set<T> {
    /// Where it stands; `None`: it was not written.
    pub at: Option<Spot>,
    /// What was written; `None` with a place: it was of the wrong kind, and that has been noted.
    pub value: Option<T>,
}

/// A place in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Line, from 1.
    pub line: usize,
    /// Key as a path, e.g. `owner[0].hours[1]`.
    pub key: String,
}

/// A text.
pub type Text = Set<String>;
/// A list of texts.
pub type Texts = Set<Vec<Text>>;
/// Tables under `[[…]]`.
pub type Tables<T> = Set<Vec<Set<T>>>;

impl<T> Set<Vec<Set<T>>> {
    /// The elements that could be read, each with its place.
    pub fn items(&self) -> impl Iterator<Item = (&Spot, &T)> {
        let written = self.value.as_deref().unwrap_or_default();
        written.iter().filter_map(|one| one.written())
    }
}

impl<T> Set<T> {
    /// The value and its place, if it could be read.
    pub fn written(&self) -> Option<(&Spot, &T)> {
        Some((self.at.as_ref()?, self.value.as_ref()?))
    }

    /// Whether nothing was written here, be it right or wrong.
    pub fn absent(&self) -> bool {
        self.at.is_none()
    }
}

impl<T> Default for Set<T> {
    fn default() -> Self {
        Self { at: None, value: None }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Set<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_tuple_struct("Set", 3, SetVisitor(PhantomData))
    }
}

struct SetVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for SetVisitor<T> {
    type Value = Set<T>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value with its place")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Set<T>, A::Error> {
        let line = parts.next_element()?.unwrap_or_default();
        let key = parts.next_element()?.unwrap_or_default();
        // A wrong value has been noted by the reader; here it is merely absent.
        let value = parts.next_element().unwrap_or_default();
        Ok(Set { at: Some(Spot { line, key }), value })
    }
}
