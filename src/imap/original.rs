//! One message whole, to be attached to a letter: the only time that more of a message is fetched
//! than is needed to judge it. It is not marked as read. Next station: `engine/handing_words`.

use imap_proto::{AttributeValue, Response};

use crate::imap::command::Command;
use crate::imap::fault::Fault;
use crate::imap::fetch::{FETCH_WITHIN, HEADER_BYTES};
use crate::imap::guard::Stream;
use crate::imap::session::Session;

/// One byte more than is attached, so that what is larger is known.
const ITEMS: &str = "(UID BODY.PEEK[]<0.20971521>)";
const MOST: usize = 20 * 1024 * 1024 + 1;
/// What else may stand in the answer.
const SLACK: usize = 64 * 1024;

impl<S: Stream> Session<S> {
    /// The message of that number in the open folder, at most one byte more than 20 MiB of it;
    /// `None`: it is gone.
    pub async fn original(&mut self, uid: u64) -> Result<Option<Vec<u8>>, Fault> {
        let command = Command::new("UID FETCH").with_word(&uid.to_string())?.with(ITEMS);
        self.wire.allow_literal(MOST + SLACK);
        let mut found = None;
        let note = |response: &Response<'_>| {
            if let Some(whole) = whole(response, uid) {
                found.get_or_insert_with(|| whole.to_vec());
            }
        };
        let fetched = self.wire.cmd(command, FETCH_WITHIN, note).await;
        self.wire.allow_literal(HEADER_BYTES);
        fetched?;
        Ok(found)
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the parser's enum is open")]
fn whole<'a>(response: &'a Response<'_>, wanted: u64) -> Option<&'a [u8]> {
    let Response::Fetch(_, attributes) = response else { return None };
    let (mut uid, mut whole) = (None, None);
    for attribute in attributes {
        match attribute {
            AttributeValue::Uid(number) => uid = Some(u64::from(*number)),
            AttributeValue::BodySection { section: None, index: None | Some(0), data } => {
                whole = data.as_deref();
            }
            _ => {}
        }
    }
    whole.filter(|_| uid == Some(wanted)).map(|bytes| bytes.get(..MOST).unwrap_or(bytes))
}
