//! TOML into the types of `config/file`, going on after every fault.
//!
//! An ordinary deserializer stops at the first fault and knows no lines further in. This one notes
//! an unknown key or a value of the wrong kind with its line, leaves it out and reads on, so that
//! one run tells everything. What the values mean is not its business: that is `config/check`.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde::de::value::{StrDeserializer, U64Deserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};
use serde::forward_to_deserialize_any;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::fault::{Advice, quoted};
use crate::config::near::nearest;

/// Something noted while reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Line, from 1.
    pub line: usize,
    /// Key as a path; empty for a fault of syntax.
    pub key: String,
    /// What is wrong.
    pub what: String,
    /// What would be right.
    pub right: String,
}

/// A document as far as it could be read.
#[derive(Clone, Debug)]
pub struct Document<T> {
    /// What was understood.
    pub content: T,
    /// What was not.
    pub marks: Vec<Mark>,
    /// Lines with broken syntax: what stands there is half read, what is absent may be unread.
    pub broken: BTreeSet<usize>,
}

/// Reads a whole text; never fails.
pub fn read<T: DeserializeOwned + Default>(text: &str) -> Document<T> {
    let breaks: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
    let paper = Paper { breaks, marks: RefCell::new(Vec::new()) };
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut broken = BTreeSet::new();
    for error in errors {
        let line = paper.line(error.span().map_or(0, |span| span.start));
        // One slip of the pen makes the parser stumble several times; the first is the slip.
        if broken.insert(line) {
            paper.note(line, "", format!("not TOML: {}", error.message()), "");
        }
    }
    let start = table.span().start;
    let root = DeValue::Table(table.into_inner());
    let node = Node { value: &root, start, key: String::new(), paper: &paper };
    let content = T::deserialize(node).unwrap_or_else(|wrong| {
        paper.note(1, "", wrong.what, &wrong.right);
        T::default()
    });
    Document { content, marks: paper.marks.into_inner(), broken }
}

struct Paper {
    breaks: Vec<usize>,
    marks: RefCell<Vec<Mark>>,
}

impl Paper {
    fn line(&self, offset: usize) -> usize {
        self.breaks.partition_point(|at| *at < offset) + 1
    }

    fn note(&self, line: usize, key: &str, what: impl Into<String>, right: &str) {
        let mark = Mark { line, key: key.to_owned(), what: what.into(), right: right.to_owned() };
        self.marks.borrow_mut().push(mark);
    }
}

impl Error for Advice {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self::new(message.to_string(), "")
    }
}

#[derive(Clone)]
struct Node<'a> {
    value: &'a DeValue<'a>,
    start: usize,
    key: String,
    paper: &'a Paper,
}

impl<'a> Node<'a> {
    fn line(&self) -> usize {
        self.paper.line(self.start)
    }

    fn note(&self, what: impl Into<String>, right: &str) {
        self.paper.note(self.line(), &self.key, what, right);
    }

    fn wrong(&self, belongs: &str, example: &str) -> Advice {
        // The value itself is never quoted: it may be a password.
        Advice::new(
            format!("is {}, but {belongs} belongs here", kind(self.value)),
            format!("write {example}"),
        )
    }

    fn path(&self, name: &str) -> String {
        let plain = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
        // A quoted key may hold anything, line breaks included.
        let name = if name.chars().all(plain) { name.to_owned() } else { quoted(name) };
        if self.key.is_empty() { name } else { format!("{}.{name}", self.key) }
    }

    fn entry(&self, name: &str, value: &'a Spanned<DeValue<'a>>, start: usize) -> Self {
        let key = self.path(name);
        Node { value: value.get_ref(), start, key, paper: self.paper }
    }

    fn element(&self, no: usize, value: &'a Spanned<DeValue<'a>>) -> Self {
        let key = format!("{}[{no}]", self.key);
        Node { value: value.get_ref(), start: value.span().start, key, paper: self.paper }
    }

    fn unknown(&self, name: &str, start: usize, fields: &[&'static str]) {
        let line = self.paper.line(start);
        let path = self.path(name);
        if let Some((_, sentence)) = LATER.iter().find(|(later, _)| fits(later, &path)) {
            return self.paper.note(line, &path, *sentence, "leave it out");
        }
        let right = match nearest(name, fields.iter().copied()) {
            Some(near) => format!("did you mean {near:?}?"),
            None => format!("known here: {}", fields.join(", ")),
        };
        self.paper.note(line, &path, "is not a known key", &right);
    }
}

/// Keys that have a meaning, but not in this version; `[]` stands for any number.
const LATER: &[(&str, &str)] = &[
    ("inbox", "an own mailbox for Sigap is not available in this version"),
    ("web", "the web pages are not available in this version"),
    ("owner[].smtp", "an own SMTP account per owner is not available in this version"),
];

fn fits(later: &str, path: &str) -> bool {
    let plain: String = path.chars().filter(|c| !c.is_ascii_digit()).collect();
    later == plain
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a yes or no",
        DeValue::Datetime(_) => "a date or time without quotes",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

impl<'de> Deserializer<'de> for Node<'_> {
    type Error = Advice;

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Advice> {
        // `config/file` always says what it wants.
        Err(Advice::custom("is of a kind that is not expected here"))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Advice> {
        match self.value.as_str() {
            Some(text) => visitor.visit_str(text),
            None => Err(self.wrong("text", "it in \"quotes\"")),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Advice> {
        self.deserialize_string(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Advice> {
        match self.value.as_bool() {
            Some(switch) => visitor.visit_bool(switch),
            None => Err(self.wrong("true or false", "true or false, without quotes")),
        }
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Advice> {
        let digits = self.value.as_integer();
        let whole = digits.and_then(|d| u32::from_str_radix(d.as_str(), d.radix()).ok());
        match whole {
            Some(whole) => visitor.visit_u32(whole),
            None if digits.is_some() => {
                let right = format!("write a whole number from 0 to {}", u32::MAX);
                Err(Advice::new("is out of range", right))
            }
            None => Err(self.wrong("a whole number", "a whole number, without quotes")),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Advice> {
        let digits = match self.value {
            DeValue::Float(float) => Some(float.as_str()),
            DeValue::Integer(whole) => Some(whole.as_str()),
            DeValue::String(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_)
            | DeValue::Table(_) => None,
        };
        match digits.and_then(|digits| digits.parse().ok()) {
            Some(number) => visitor.visit_f64(number),
            None => Err(self.wrong("a number", "a number such as 0.6, without quotes")),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Advice> {
        let nodes = match self.value {
            DeValue::Array(list) => {
                list.iter().enumerate().map(|(no, value)| self.element(no, value)).collect()
            }
            DeValue::Table(_) => {
                self.note(
                    "is a single table where several may stand",
                    &format!("write [[{}]] with two brackets", self.key),
                );
                vec![Node { key: format!("{}[0]", self.key), ..self }]
            }
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_) => {
                let wrong = self.wrong("a list", "it in [brackets], each part in \"quotes\"");
                return Err(wrong);
            }
        };
        visitor.visit_seq(Elements { nodes: nodes.into_iter() })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Advice> {
        let Some(table) = self.value.as_table() else {
            return Err(self.wrong("a table", "it as { \"…\" = \"…\" }"));
        };
        let entries: Vec<_> = table
            .iter()
            .map(|(name, value)| {
                let name = name.get_ref().as_ref();
                (name, self.entry(name, value, value.span().start))
            })
            .collect();
        visitor.visit_map(Entries { entries: entries.into_iter(), value: None })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Advice> {
        let Some(table) = self.value.as_table() else {
            let first = fields.first().copied().unwrap_or_default();
            let short = self.key.rsplit('.').next().unwrap_or_default();
            return Err(self.wrong("a table", &format!("its keys, as in {short}.{first} = …")));
        };
        let mut entries = Vec::new();
        for (name, value) in table {
            let start = name.span().start;
            let name = name.get_ref().as_ref();
            if fields.contains(&name) {
                // The header is the place of a table, the key that of a value.
                entries.push((name, self.entry(name, value, start)));
            } else {
                self.unknown(name, start, fields);
            }
        }
        visitor.visit_map(Entries { entries: entries.into_iter(), value: None })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, Advice> {
        visitor.visit_seq(Parts { node: self, no: 0 })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Advice> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u64 u128 f32 char bytes byte_buf option unit unit_struct tuple
        enum identifier ignored_any
    }
}

/// Line, key and value of a `Set` (config/written), one after the other.
struct Parts<'a> {
    node: Node<'a>,
    no: usize,
}

impl<'de> SeqAccess<'de> for Parts<'_> {
    type Error = Advice;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Advice> {
        self.no += 1;
        let read = match self.no {
            1 => {
                let line = u64::try_from(self.node.line()).unwrap_or(u64::MAX);
                let line: U64Deserializer<Advice> = line.into_deserializer();
                seed.deserialize(line)
            }
            2 => {
                let key: StrDeserializer<'_, Advice> = self.node.key.as_str().into_deserializer();
                seed.deserialize(key)
            }
            _ => seed.deserialize(self.node.clone()).inspect_err(|wrong| {
                self.node.note(wrong.what.as_str(), &wrong.right);
            }),
        };
        read.map(Some)
    }
}

struct Elements<'a> {
    nodes: std::vec::IntoIter<Node<'a>>,
}

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = Advice;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Advice> {
        self.nodes.next().map(|node| seed.deserialize(node)).transpose()
    }
}

struct Entries<'a> {
    entries: std::vec::IntoIter<(&'a str, Node<'a>)>,
    value: Option<Node<'a>>,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Advice;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Advice> {
        let Some((name, node)) = self.entries.next() else { return Ok(None) };
        self.value = Some(node);
        let name: StrDeserializer<'_, Advice> = name.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Advice> {
        let node = self.value.take().ok_or_else(|| Advice::custom("has no value"))?;
        seed.deserialize(node)
    }
}
