//! One message judged by itself: parsed, its words weighed, its place considered.
//!
//! The way from bytes to a verdict without store, clock or history; `sigap judge` walks it. What
//! arrives for real goes through `engine/intake`, which knows the conversation too.

use crate::mail::intents::intent;
use crate::mail::original::header;
use crate::mail::parse::{arrived, message};
use crate::mail::withdrawals::wording;
use crate::mail::zones::own_words;
use crate::model::answering::{Answering, Decision, History, Profile};
use crate::model::message::{Fetched, Flags, Message, Role};
use crate::model::owner::Owner;
use crate::model::policy::Policy;
use crate::model::verdict::{Intent, Verdict, Wording};
use crate::rules::auto_replies::{Case, may_answer};
use crate::rules::triage::{Answers, triage};

/// As much of a message as a door brings.
const WHOLE: usize = 256 * 1024;

/// A message with what is thought of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// Its facts.
    pub message: Message,
    /// Its words, where there is a readable text.
    pub wording: Option<Wording>,
    /// The sender's own lines, where there is a readable text.
    pub own: Option<String>,
    /// The verdict.
    pub verdict: Verdict,
    /// What it says for and against an automatic answer.
    pub answering: Answering,
}

impl Judged {
    /// What the words are for, where there is a readable text.
    pub fn intent(&self) -> Option<Intent> {
        Some(intent(&self.message, self.own.as_ref()?, self.wording.as_ref()?))
    }

    /// Whether it may be answered automatically.
    pub fn may_answer(
        &self,
        owner: &Owner,
        policy: &Policy,
        profile: &Profile,
        history: &History,
    ) -> Decision {
        let Self { message, answering, .. } = self;
        may_answer(&Case { message, answering, owner, policy, profile, history })
    }
}

/// The facts of a message given as bytes.
pub fn facts(whole: &[u8]) -> Message {
    message(&fetched(whole))
}

/// The verdict on a message that arrived for an owner.
pub fn judge(whole: &[u8], owner: &Owner, policy: &Policy) -> Judged {
    let fetched = fetched(whole);
    let (message, answering, body) = arrived(&fetched);
    let body = body.filter(|_| !message.marks.encrypted);
    let own = body.map(|body| own_words(&body.text).own);
    let wording = own.as_ref().map(|own| wording(&message.subject, own).0);
    let verdict = triage(&message, wording.as_ref(), Role::Inbox, owner, policy, Answers::Other);
    Judged { message, wording, own, verdict, answering }
}

fn fetched(whole: &[u8]) -> Fetched {
    Fetched {
        uid: 1,
        flags: Flags::default(),
        arrived_at: None,
        size: u64::try_from(whole.len()).unwrap_or(u64::MAX),
        provider_id: None,
        provider_thread: None,
        header: header(whole).to_vec(),
        whole: Some(clipped(whole, WHOLE).to_vec()),
    }
}

fn clipped(bytes: &[u8], most: usize) -> &[u8] {
    bytes.get(..most).unwrap_or(bytes)
}
