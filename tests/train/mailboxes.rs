//! Whole mailboxes that lie beside the project, message by message.

use std::process::Command;

use sigap::mail::parse;
use sigap::mail::zones::own_words;
use sigap::model::message::{Fetched, Message};

use super::rows::there;

/// The owners' mailboxes among the public ones.
pub const MAILBOXES: [&str; 3] = ["enron_buy-r", "enron_grigsby-m", "enron_keavey-p"];

/// A message of a mailbox: its bytes, its facts and the sender's own words.
pub struct Mail {
    pub whole: Vec<u8>,
    pub message: Message,
    pub own: String,
}

/// The messages of a packed mailbox (mboxo), in its order; empty, said aloud: it is not there.
pub fn mailbox(name: &str) -> Vec<Mail> {
    let Some(place) = there(&format!("mailboxes/{name}.mbox.gz")) else { return Vec::new() };
    let bytes = match Command::new("gzip").arg("-dc").arg(&place).output() {
        Ok(unpacked) if unpacked.status.success() => unpacked.stdout,
        _ => {
            println!("# {}: cannot be unpacked", place.display());
            return Vec::new();
        }
    };
    messages(&bytes)
}

/// The messages of an mbox, in its order.
pub fn messages(bytes: &[u8]) -> Vec<Mail> {
    let mut mails = Vec::new();
    let mut whole: Vec<u8> = Vec::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b"From ") {
            mails.extend(mail(&whole));
            whole.clear();
        } else {
            whole.extend_from_slice(line);
        }
    }
    mails.extend(mail(&whole));
    mails
}

fn mail(whole: &[u8]) -> Option<Mail> {
    let fetched = Fetched { whole: Some(whole.to_vec()), ..Fetched::default() };
    let (message, text) = parse::read(&fetched);
    let own = own_words(&text?.text).own;
    Some(Mail { whole: whole.to_vec(), message, own })
}
