//! Whole letters as people receive them, and the mark that makes them ours.

mod curve;
mod farewells;
mod hold;
mod phrases;
mod pictures;
mod replies;
mod reports;
mod tokens;
mod whole;

use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};
use mail_parser::{MessageParser, MimeHeaders};
use sigap::mail::alarms::{Alarm, AlarmView};
use sigap::mail::command::{self, Mistake};
use sigap::mail::compose::{ComposeFault, FIELDS, LetterHead, compose};
use sigap::mail::consent;
use sigap::mail::handovers::{HandoverView, Original, PassedView};
use sigap::mail::mistakes::{MistakeReason, MistakeView, Whose};
use sigap::mail::questions::{EntryView, QuestionView};
use sigap::mail::replies::{StandIn, Tongue};
use sigap::mail::templates::Templates;
use sigap::mail::token::{InstanceKey, message_id};
use sigap::mail::views::{
    AwaitedView, AwayView, ItemView, NudgeView, PreviewView, SaidView, WelcomeView,
};
use sigap::mail::when::{Reading, Unclear};
use sigap::mail::wording::{self, Words};
use sigap::model::address::{Address, Party};
use sigap::model::away::Reason;
use sigap::model::handover::Cause;
use sigap::model::letter::Kind;
use sigap::model::policy::Mode;
use sigap::model::team::{Level, Readers};
use sigap::model::verdict::{Clue, Language};

pub fn now() -> Zoned {
    "2026-11-26T08:05:00+07:00[Asia/Jakarta]".parse().unwrap()
}

pub fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn party(name: &str, address: &str) -> Party {
    Party { name: name.to_owned(), address: Address::parse(address).unwrap() }
}

pub fn head(kind: Kind) -> LetterHead {
    LetterHead {
        kind,
        message_id: message_id(&InstanceKey([7; 32]), "nudge:17:0", "example.com"),
        date: now().timestamp(),
        zone: now().time_zone().clone(),
        from: party("Sigap", "sigap@example.com"),
        sender: None,
        to: party("Ani Lestari, S.E.", "ani@example.com"),
        in_reply_to: None,
        references: Vec::new(),
        reply_to: None,
        attached: None,
    }
}

#[derive(Clone, Copy)]
pub enum Snippets {
    Shown,
    Hidden,
}

pub fn items(count: usize, snippets: Snippets) -> Vec<ItemView> {
    let item = |no, subject: &str, who: &str, address: &str, snippet: &str| ItemView {
        no,
        reference: format!("S-7K2Q{no}"),
        subject: subject.to_owned(),
        who: who.to_owned(),
        address: address.to_owned(),
        waited: hours(3),
        requester_wait: hours(20),
        overdue: None,
        due_at: at("2026-11-27T03:00:00Z"),
        asks: 1,
        snippet: matches!(snippets, Snippets::Shown).then(|| snippet.to_owned()),
        clues: vec![Clue::Confirmation, Clue::OnlyRecipient, Clue::InTo],
        said: SaidView::Nothing,
    };
    let price = "Could you confirm the revised unit price before Wednesday noon?";
    let clause = "Please let me know whether clause 4.2 works for you.";
    let late = ItemView {
        waited: hours(10),
        requester_wait: hours(95),
        overdue: Some(hours(2)),
        due_at: at("2026-11-25T09:00:00Z"),
        asks: 3,
        clues: vec![Clue::QuestionMark, Clue::QuestionWords, Clue::OnlyRecipient],
        ..item(
            1,
            "Revised quotation PO-2291",
            "Budi Santoso, S.E., M.M.",
            "budi@example.org",
            price,
        )
    };
    let today = ItemView {
        waited: SignedDuration::from_mins(80),
        due_at: at("2026-11-26T09:30:00Z"),
        clues: vec![Clue::Request, Clue::ThroughGroup],
        ..item(2, "Contract annex C – comments", "Markus Hartmann", "markus@example.test", clause)
    };
    let asset = "Mohon konfirmasi nomor asetnya, ya Pak.";
    let later = item(3, "Klaim garansi pompa #14", "", "dewi@example.org", asset);
    [late, today, later].into_iter().take(count).collect()
}

pub fn nudge(language: Language, items: Vec<ItemView>) -> NudgeView {
    NudgeView {
        owner_name: "Ani Lestari, S.E.".to_owned(),
        greeting: "Bu Ani".to_owned(),
        you: "Ibu".to_owned(),
        language,
        now: now(),
        items,
        awaited: Vec::new(),
        working_day: hours(8),
        away: None,
    }
}

/// What Ani waits for; its numbers follow those of what waits for her.
pub fn awaited(count: usize, after: u32) -> Vec<AwaitedView> {
    let first = AwaitedView {
        no: after + 1,
        reference: "W-7K2Q1".to_owned(),
        subject: "Signed contract, annex C".to_owned(),
        who: "Budi Santoso, S.E., M.M.".to_owned(),
        address: "budi@example.org".to_owned(),
        more: 2,
        asked_at: at("2026-11-20T02:10:00Z"),
        last_asked_at: at("2026-11-23T02:10:00Z"),
        asks: 2,
        promised_until: None,
    };
    let second = AwaitedView {
        no: after + 2,
        reference: "W-7K2Q2".to_owned(),
        subject: "Klaim garansi pompa #14".to_owned(),
        who: String::new(),
        address: "dewi@example.org".to_owned(),
        more: 0,
        asks: 1,
        promised_until: Some(at("2026-11-25T17:00:00Z")),
        ..first.clone()
    };
    [first, second].into_iter().take(count).collect()
}

pub fn handover(language: Language) -> HandoverView {
    HandoverView {
        delegate_name: "Sari Wulandari".to_owned(),
        greeting: "Bu Sari".to_owned(),
        you: "Ibu".to_owned(),
        language,
        now: now(),
        owner_name: "Ani Lestari".to_owned(),
        until: "2026-11-28T00:00:00+07:00[Asia/Jakarta]".parse().unwrap(),
        requester_name: "Budi Santoso".to_owned(),
        requester: "budi@example.org".to_owned(),
        subject: "Revised quotation PO-2291".to_owned(),
        received_at: at("2026-11-25T09:12:00Z"),
        due_at: Some(at("2026-11-26T08:30:00Z")),
        cause: Cause::Called,
        next: "Dewi Kartika".to_owned(),
        answer_within: hours(2),
        heard: true,
        copy_to: String::new(),
        original: Original::Attached,
        reference: "S-7K2QM".to_owned(),
    }
}

pub fn passed(tongue: Tongue) -> PassedView {
    PassedView {
        tongue,
        requester: "Budi Santoso, S.E.".to_owned(),
        owner_name: "Ani Lestari".to_owned(),
        owner_org: "Dinas Perhubungan".to_owned(),
        until: "2026-11-28T00:00:00+07:00[Asia/Jakarta]".parse().unwrap(),
        subject: "Revised quotation PO-2291".to_owned(),
        received_at: at("2026-11-25T09:12:00Z"),
        delegate: StandIn {
            name: "Sari Wulandari".to_owned(),
            role: "Staf Pengadaan".to_owned(),
            email: "sari@example.com".to_owned(),
            phone: "021 555 0101".to_owned(),
        },
        now: now(),
        due_at: Some(at("2026-11-26T08:30:00Z")),
        reference: "S-7K2QM".to_owned(),
    }
}

pub fn welcome(language: Language, mode: Mode, snippets: bool) -> WelcomeView {
    WelcomeView {
        owner_name: "Ani Lestari, S.E.".to_owned(),
        greeting: String::new(),
        you: String::new(),
        language,
        now: now(),
        mode,
        addresses: vec!["ani@example.com".to_owned(), "a.lestari@example.com".to_owned()],
        mailboxes: vec!["INBOX".to_owned(), "Terkirim".to_owned()],
        snippets,
        answers: mode == Mode::Full,
        report: Some(match mode {
            Mode::Observe => (Readers::Lead, Level::Aggregate),
            Mode::Nudge => (Readers::Lead, Level::Threads),
            Mode::Full => {
                (Readers::Everyone, Level::Named { agreement: "Minutes <1 June>".to_owned() })
            }
        }),
    }
}

pub fn mistake(language: Language, said: &str, why: MistakeReason) -> MistakeView {
    MistakeView {
        owner_name: "Ani Lestari".to_owned(),
        greeting: String::new(),
        you: String::new(),
        language,
        now: now(),
        said: said.to_owned(),
        why,
        whose: Whose::Owner,
    }
}

pub fn templates() -> Templates {
    Templates::load(None).unwrap()
}

pub fn posted(kind: Kind, words: &Words) -> Vec<u8> {
    compose(&head(kind), words).unwrap()
}

/// A letter as a person could read it: header, text, and what is to be seen of the HTML.
pub fn readable(bytes: &[u8]) -> String {
    let raw = String::from_utf8(bytes.to_vec()).unwrap();
    let header = raw.split("\r\n\r\n").next().unwrap().replace("\r\n", "\n");
    let message = MessageParser::new().parse(bytes).unwrap();
    let subject = message.subject().unwrap().to_owned();
    let text = message.body_text(0).unwrap().replace("\r\n", "\n").replace(" \n", "·\n");
    let html = message.body_html(0).unwrap();
    format!("{header}\n\n=== {subject}\n{text}\n=== HTML\n{}", seen(&html))
}

/// The visible words of a page, a line for each block.
pub fn seen(html: &str) -> String {
    let body = html.split("<body").nth(1).unwrap();
    let body = ["</p>", "</h1>", "</h2>", "</tr>", "</div>", "<br>"]
        .iter()
        .fold(body.replace('\n', " "), |text, tag| text.replace(tag, "\n"));
    let mut out = String::new();
    let mut depth = 1;
    for c in body.chars() {
        match c {
            '<' => depth += 1,
            '>' => depth -= 1,
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    let lines = out.lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|l| !l.is_empty()).map(|l| l + "\n").collect()
}

pub const BOTH: [Language; 2] = [Language::Id, Language::En];
