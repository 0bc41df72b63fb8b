//! Why a calendar on the web could not be had, in words for whoever wrote its address.

use hyper::StatusCode;

use crate::net;

/// Why a calendar could not be had.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Name, route, TLS.
    #[error("{0}")]
    Line(#[from] net::Fault),
    /// It lies where nobody outside the house should be able to make us look.
    #[error("{0} is a private address; if that is meant, write calendar.private = true")]
    Private(String),
    /// It would be read unprotected.
    #[error("{0} is not protected: only https:// is read, or http:// on this machine")]
    Unprotected(String),
    /// It took too long.
    #[error("{0}")]
    Slow(&'static str),
    /// More bytes than are read.
    #[error("the calendar is larger than 5 MB; share one that holds absences only")]
    Large,
    /// More of something than is read.
    #[error("{0} holds more than {1}; share a calendar that holds absences only")]
    Many(String, &'static str),
    /// A login is needed, and none is configured.
    #[error("{0} asks for a login (HTTP {1}); write calendar.user and calendar.password")]
    Closed(String, u16),
    /// The login was not accepted.
    #[error("{0} does not accept the login (HTTP {1})")]
    Refused(String, u16),
    /// Any other answer than the calendar.
    #[error("{0} answers with HTTP {1}")]
    Status(String, u16),
    /// It leads from one place to the next.
    #[error("{0} leads on more than three times, or to nowhere")]
    Redirects(String),
    /// It leads to another server, to which the login does not go.
    #[error("the calendars are at another place: write calendar.caldav = {0:?} if you trust it")]
    Elsewhere(String),
    /// The line broke, or what came was no HTTP, or no XML.
    #[error("the answer of {0} cannot be read: {1}")]
    Broken(String, String),
    /// There is something, and it is no CalDAV.
    #[error(
        "{0} has no CalDAV at this address (PROPFIND: HTTP {1}); the address of an iCalendar file \
         is written as calendar.url"
    )]
    NoDav(String, u16),
    /// There is CalDAV, and no calendar.
    #[error(
        "{0} shows no calendar of this login that holds events; write the address of one as \
         calendar.caldav"
    )]
    NoCalendar(String),
    /// Some of it is missing, so that nothing follows from what is there.
    #[error("{0} gives only a part of the calendar: {1}")]
    Partial(String, String),
}

impl Fault {
    /// An answer of several, one of which is bad.
    pub(in crate::ical) fn among(host: String, status: u16) -> Self {
        Self::Partial(host, format!("there is HTTP {status} among its answers"))
    }

    /// What an answer says that is not the one hoped for.
    pub(in crate::ical) fn of(host: String, status: StatusCode, login: bool) -> Self {
        let number = status.as_u16();
        match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if login => {
                Self::Refused(host, number)
            }
            StatusCode::UNAUTHORIZED => Self::Closed(host, number),
            _ => Self::Status(host, number),
        }
    }
}
