//! Answers of CalDAV servers (RFC 4918 §13) to rows: one for each resource, with what is said of
//! it.
//!
//! Pure and bounded. Names are known by their namespaces, whatever the prefixes; what nobody asked
//! for is passed over. A document type, entities of its own, another encoding than UTF-8, too deep
//! a nesting or an end that is missing make the whole answer unsound: half of it is none.

use quick_xml::NsReader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};

/// No answer lists more resources.
pub(in crate::ical) const MOST_ROWS: usize = 10_000;
const DEEPEST: usize = 40;
/// Places that one property may name.
const MOST_PLACES: usize = 4;

const DAV: &str = "DAV:";
const CALDAV: &str = "urn:ietf:params:xml:ns:caldav";
/// Older than the standards, and spoken by all.
const CALENDAR_SERVER: &str = "http://calendarserver.org/ns/";

/// Why an answer says nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsound {
    /// Another encoding.
    #[error("it is not written in UTF-8")]
    Encoding,
    /// A document type, or an entity that XML itself does not know.
    #[error("it declares a document type or entities of its own")]
    Doctype,
    /// Too deep.
    #[error("its XML is nested too deeply")]
    Deep,
    /// Too many rows.
    #[error("it lists more than 10,000 resources")]
    Many,
    /// The end is missing.
    #[error("its XML is cut off")]
    CutOff,
    /// No XML.
    #[error("its XML is not sound")]
    Xml,
    /// Another document.
    #[error("it is no list of resources (multistatus, RFC 4918)")]
    Other,
}

/// What is said of one resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Its place, as it is written.
    pub href: String,
    /// The status of all of it, where there is one instead of properties.
    pub status: Option<u16>,
    /// Properties that it has.
    pub found: Properties,
    /// The status with which its events were kept back; 0 where that cannot be read.
    pub withheld: Option<u16>,
}

/// Properties that were asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Properties {
    /// What it is was told (RFC 4918 §15.9).
    pub typed: bool,
    /// It holds others.
    pub collection: bool,
    /// It is a calendar (RFC 4791 §4.2).
    pub calendar: bool,
    /// Somebody else shares it with this login.
    pub shared: bool,
    /// Whether it may hold events; `None`: nothing is said.
    pub events: Option<bool>,
    /// A word that changes with what it holds (getctag).
    pub ctag: Option<String>,
    /// Another such word (RFC 6578).
    pub sync_token: Option<String>,
    /// A word that changes with it (RFC 4918 §15.6).
    pub etag: Option<String>,
    /// Whose login this is (RFC 5397).
    pub principal: Option<String>,
    /// Where calendars are (RFC 4791 §6.2.1).
    pub homes: Vec<String>,
    /// To whom it belongs (RFC 3744 §5.1).
    pub owner: Option<String>,
    /// Events (RFC 4791 §9.6).
    pub data: Option<String>,
}

impl Row {
    /// Whether what is said of it is said of a resource that is there.
    pub fn is_there(&self) -> bool {
        self.status.is_none_or(is_success)
    }
}

impl Properties {
    /// Takes over what another part of the same row says.
    fn add(&mut self, other: Self) {
        self.typed |= other.typed;
        self.collection |= other.collection;
        self.calendar |= other.calendar;
        self.shared |= other.shared;
        self.events = self.events.or(other.events);
        let texts = [
            (&mut self.ctag, other.ctag),
            (&mut self.sync_token, other.sync_token),
            (&mut self.etag, other.etag),
            (&mut self.principal, other.principal),
            (&mut self.owner, other.owner),
            (&mut self.data, other.data),
        ];
        for (mine, others) in texts {
            *mine = mine.take().or(others);
        }
        self.homes.extend(other.homes);
        self.homes.truncate(MOST_PLACES);
    }
}

/// Elements that are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    Multistatus,
    Response,
    Href,
    Status,
    Propstat,
    Prop,
    ResourceType,
    Collection,
    Calendar,
    Shared,
    Components,
    Component,
    Ctag,
    SyncToken,
    Etag,
    Principal,
    Homes,
    Owner,
    Data,
    Other,
}

/// All rows of an answer, in order.
///
/// # Errors
/// What makes it unsound as a whole.
pub fn rows(bytes: &[u8]) -> Result<Vec<Row>, Unsound> {
    let text = std::str::from_utf8(bytes).map_err(|_| Unsound::Encoding)?;
    let mut reader = NsReader::from_str(text.strip_prefix('\u{feff}').unwrap_or(text));
    let mut reading = Reading::default();
    loop {
        match reader.read_event().map_err(|_| Unsound::Xml)? {
            Event::Start(start) => reading.open(tag(&reader, &start), &start)?,
            Event::Empty(start) => {
                reading.open(tag(&reader, &start), &start)?;
                reading.close();
            }
            Event::End(_) => reading.close(),
            Event::Text(text) => reading.text.push_str(&text.xml10_content()),
            Event::CData(text) => reading.text.push_str(&text.xml10_content()),
            Event::GeneralRef(name) => reading.text.push_str(&meant(&name)?),
            Event::Decl(declaration) => check_encoding(&declaration)?,
            Event::DocType(_) => return Err(Unsound::Doctype),
            Event::Comment(_) | Event::PI(_) => {}
            Event::Eof => return reading.end(),
        }
    }
}

fn tag(reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Tag {
    let (ResolveResult::Bound(Namespace(space)), name) =
        reader.resolver().resolve_element(start.name())
    else {
        return Tag::Other;
    };
    match (space, name.as_ref()) {
        (DAV, "multistatus") => Tag::Multistatus,
        (DAV, "response") => Tag::Response,
        (DAV, "href") => Tag::Href,
        (DAV, "status") => Tag::Status,
        (DAV, "propstat") => Tag::Propstat,
        (DAV, "prop") => Tag::Prop,
        (DAV, "resourcetype") => Tag::ResourceType,
        (DAV, "collection") => Tag::Collection,
        (DAV, "sync-token") => Tag::SyncToken,
        (DAV, "getetag") => Tag::Etag,
        (DAV, "current-user-principal") => Tag::Principal,
        (DAV, "owner") => Tag::Owner,
        (CALDAV, "calendar") => Tag::Calendar,
        (CALDAV, "supported-calendar-component-set") => Tag::Components,
        (CALDAV, "comp") => Tag::Component,
        (CALDAV, "calendar-home-set") => Tag::Homes,
        (CALDAV, "calendar-data") => Tag::Data,
        (CALENDAR_SERVER, "shared") => Tag::Shared,
        (CALENDAR_SERVER, "getctag") => Tag::Ctag,
        _ => Tag::Other,
    }
}

/// What a reference stands for.
fn meant(name: &BytesRef<'_>) -> Result<String, Unsound> {
    match name.resolve_char_ref() {
        Ok(Some(character)) => Ok(character.to_string()),
        Ok(None) => resolve_xml_entity(name).map(str::to_owned).ok_or(Unsound::Doctype),
        Err(_) => Err(Unsound::Xml),
    }
}

fn check_encoding(declaration: &BytesDecl<'_>) -> Result<(), Unsound> {
    let known =
        |name: &str| ["utf-8", "utf8", "us-ascii"].iter().any(|it| it.eq_ignore_ascii_case(name));
    match declaration.encoding() {
        None => Ok(()),
        Some(Ok(name)) if known(&name) => Ok(()),
        Some(Ok(_)) => Err(Unsound::Encoding),
        Some(Err(_)) => Err(Unsound::Xml),
    }
}

/// An answer that is being read.
#[derive(Debug, Default)]
struct Reading {
    rows: Vec<Row>,
    ended: bool,
    open: Vec<Tag>,
    /// Of the innermost element, since it began or another one in it ended.
    text: String,
    /// The part of a row that has one status, and the status.
    part: Properties,
    status: u16,
}

impl Reading {
    fn open(&mut self, tag: Tag, start: &BytesStart<'_>) -> Result<(), Unsound> {
        let parent = self.open.last().copied();
        if parent.is_none() && (self.ended || tag != Tag::Multistatus) {
            return Err(Unsound::Other);
        }
        if self.open.len() >= DEEPEST {
            return Err(Unsound::Deep);
        }
        match (parent, tag) {
            (Some(Tag::Multistatus), Tag::Response) => {
                if self.rows.len() >= MOST_ROWS {
                    return Err(Unsound::Many);
                }
                self.rows.push(Row::default());
            }
            (Some(Tag::Response), Tag::Propstat) => {
                self.part = Properties::default();
                self.status = 0;
            }
            (Some(Tag::Prop), Tag::ResourceType) => self.part.typed = true,
            (Some(Tag::ResourceType), Tag::Collection) => self.part.collection = true,
            (Some(Tag::ResourceType), Tag::Calendar) => self.part.calendar = true,
            (Some(Tag::ResourceType), Tag::Shared) => self.part.shared = true,
            (Some(Tag::Prop), Tag::Components) => self.part.events = Some(false),
            (Some(Tag::Components), Tag::Component) if is_of_events(start) => {
                self.part.events = Some(true);
            }
            _ => {}
        }
        self.open.push(tag);
        self.text.clear();
        Ok(())
    }

    fn close(&mut self) {
        let text = std::mem::take(&mut self.text);
        let Some(tag) = self.open.pop() else { return };
        let Some(parent) = self.open.last() else {
            self.ended = true;
            return;
        };
        let said = || Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        match (parent, tag) {
            (Tag::Response, _) => self.close_in_row(tag, &text),
            (Tag::Propstat, Tag::Status) => self.status = status(&text),
            (Tag::Prop, Tag::Ctag) => self.part.ctag = said(),
            (Tag::Prop, Tag::SyncToken) => self.part.sync_token = said(),
            (Tag::Prop, Tag::Etag) => self.part.etag = said(),
            (Tag::Prop, Tag::Data) => self.part.data = Some(text),
            (Tag::Principal, Tag::Href) => self.part.principal = said(),
            (Tag::Owner, Tag::Href) => self.part.owner = said(),
            (Tag::Homes, Tag::Href) => self.part.homes.extend(said()),
            _ => {}
        }
    }

    fn close_in_row(&mut self, tag: Tag, text: &str) {
        let Some(row) = self.rows.last_mut() else { return };
        if tag == Tag::Href && row.href.is_empty() {
            row.href = text.trim().to_owned();
        } else if tag == Tag::Status {
            row.status = Some(status(text));
        } else if tag == Tag::Propstat {
            let part = std::mem::take(&mut self.part);
            if is_success(self.status) {
                row.found.add(part);
            } else if part.data.is_some() {
                row.withheld = Some(self.status);
            }
        }
    }

    fn end(self) -> Result<Vec<Row>, Unsound> {
        match (self.ended, self.open.is_empty()) {
            (true, true) => Ok(self.rows),
            (_, false) => Err(Unsound::CutOff),
            (false, true) => Err(Unsound::Other),
        }
    }
}

fn is_of_events(start: &BytesStart<'_>) -> bool {
    let mut attributes = start.attributes();
    let mut named = attributes.with_checks(false).flatten().filter(|it| it.key.as_ref() == "name");
    named.any(|name| name.value.eq_ignore_ascii_case("VEVENT"))
}

/// `HTTP/1.1 200 OK`; 0 where it is no such line.
fn status(line: &str) -> u16 {
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}
