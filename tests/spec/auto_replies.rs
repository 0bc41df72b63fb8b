//! May we answer automatically? Every rule of the table with a message that breaks it, one that does
//! not, and one that nearly does.

use jiff::SignedDuration;
use proptest::prelude::*;
use sigap::cli::judge::judge_lines;
use sigap::engine::judging::judge;
use sigap::model::address::Address;
use sigap::model::answering::{
    Audience, Away, Decision, Earlier, Envelope, History, Profile, Standing,
};
use sigap::model::owner::Owner;
use sigap::model::policy::Policy;

use crate::judgement::people;

/// A letter from Budi to Ani, as her server stores it.
const LETTER: &str = "Return-Path: <budi@example.org>\r\n\
    From: Budi <budi@example.org>\r\n\
    To: Ani <ani@example.com>\r\n\
    Subject: Figures\r\n\
    Message-ID: <1@example.org>\r\n\
    \r\n\
    Could you please send me the figures?\r\n";

/// Ani's mailbox, and what happened before.
struct World {
    owner: Owner,
    policy: Policy,
    profile: Profile,
    history: History,
}

impl World {
    fn new() -> Self {
        Self {
            owner: people::owner(),
            policy: people::policy(),
            profile: Profile {
                envelope: Envelope::Stamped,
                authserv: None,
                answers_strangers: true,
                addressed: true,
                hosts: Vec::new(),
                loop_mark: None,
            },
            history: History {
                standing: Standing::default(),
                away: Away::Yes,
                known: false,
                earlier: Vec::new(),
            },
        }
    }

    fn with(change: impl FnOnce(&mut Self)) -> Self {
        let mut world = Self::new();
        change(&mut world);
        world
    }

    fn decides(&self, mail: &[u8]) -> Decision {
        let Self { owner, policy, profile, history } = self;
        judge(mail, owner, policy).may_answer(owner, policy, profile, history)
    }

    /// The rule that forbids it, or the audience in words.
    fn says(&self, mail: &str) -> String {
        match self.decides(mail.as_bytes()) {
            Decision::Respond(_, audience) => audience.word().to_owned(),
            Decision::Suppress(bar) => bar.rule.to_owned(),
        }
    }
}

/// The letter with more lines on top.
fn letter(lines: &str) -> String {
    LETTER.replacen("From:", &format!("{lines}From:"), 1)
}

/// The letter with a field written otherwise.
fn otherwise(name: &str, value: &str) -> String {
    let lines = LETTER.split_inclusive("\r\n");
    lines
        .map(|line| match line.starts_with(&format!("{name}:")) {
            true => format!("{name}: {value}\r\n"),
            false => line.to_owned(),
        })
        .collect()
}

fn without(name: &str) -> String {
    let kept = |line: &&str| !line.starts_with(&format!("{name}:"));
    LETTER.split_inclusive("\r\n").filter(kept).collect()
}

#[test]
fn a_person_is_answered_at_the_envelope_sender() {
    let decided = World::new().decides(LETTER.as_bytes());
    assert_eq!(decided, Decision::Respond("budi@example.org".to_owned(), Audience::Unknown));
    let mail = otherwise("Return-Path", "<Budi.Santoso@Mail.example.org>\r\nReply-To: x@y.example");
    let decided = World::new().decides(mail.as_bytes());
    let exactly = "Budi.Santoso@Mail.example.org".to_owned();
    assert_eq!(decided, Decision::Respond(exactly, Audience::Unknown), "as the server wrote it");
}

#[test]
fn one_field_more() {
    for (line, rule) in [
        // H1: RFC 3834 §5
        ("Auto-Submitted: auto-replied", "H1"),
        ("Auto-Submitted: auto-generated", "H1"),
        ("auto-submitted: AUTO-NOTIFIED; owner-email=\"x@y.example\"", "H1"),
        ("Auto-Submitted: (a comment) auto-replied (vacation)", "H1"),
        ("Auto-Submitted:", "H1"),
        ("Auto-Submitted: no\r\nAuto-Submitted: auto-replied", "H1"),
        ("Auto-Submitted: no", ""),
        ("Auto-Submitted: No (a person)", ""),
        ("Auto-Submitted: no; x=y", ""),
        ("X-Auto-Submitted-By: a person", ""),
        // H2: RFC 2369, RFC 2919, RFC 8058
        ("List-Id: <staff.example.org>", "H2"),
        ("List-Unsubscribe: <mailto:x@example.org>", "H2"),
        ("LIST-FUTURE: x", "H2"),
        ("Listing: of prices", ""),
        ("X-Shopping-List-Id: 7", ""),
        // H3
        ("X-Mailman-Version: 2.1", "H3"),
        ("Mailing-List: contact x", "H3"),
        ("X-BeenThere: x@example.org", "H3"),
        ("Archived-At: <https://example.org/1>", "H3"),
        ("X-Been-There-Too: x", ""),
        // H4
        ("Precedence: bulk", "H4"),
        ("Precedence:  LIST ", "H4"),
        ("X-Precedence: junk", "H4"),
        ("Precedence: auto_reply", "H4"),
        ("Precedence: normal", ""),
        ("Precedence: first-class", ""),
        // H5: MS-OXCMAIL §2.1.3.2.20
        ("X-Auto-Response-Suppress: All", "H5"),
        ("X-Auto-Response-Suppress: DR, OOF; AutoReply", "H5"),
        ("X-Auto-Response-Suppress: RN", "H5"),
        ("X-Auto-Response-Suppress: 0xFFFFFFFF", "H5"),
        ("X-Auto-Response-Suppress: None", ""),
        ("X-Auto-Response-Suppress:", ""),
        // H6
        ("X-Autoreply: yes", "H6"),
        ("X-Vacation: 1", "H6"),
        ("X-Failed-Recipients: x@example.org", "H6"),
        ("Delivered-To: autoresponder", "H6"),
        ("X-Autoreply: no", ""),
        ("Delivered-To: ani@example.com", ""),
        ("X-Vacations-Planned: 3", ""),
        // H7
        ("Feedback-ID: 1:2:3", "H7"),
        ("X-Mailgun-Sid: 1", "H7"),
        ("X-Campaign: spring", "H7"),
        ("X-Campaigner: Budi", ""),
        // H8
        ("X-Loop: ani@example.com", "H8"),
        ("X-Sigap-Hop: 1", "H8"),
        ("X-GitHub-Reason: mention", "H8"),
        ("X-Looping: none", ""),
        // H9
        ("X-Ack: no", "H9"),
        ("X-No-Ack: yes", "H9"),
        ("X-Ack: yes", ""),
        ("X-No-Ack: no", ""),
        // H10
        ("X-Spam-Flag: YES", "H10"),
        ("X-Spam-Status: Yes, score=9.1", "H10"),
        ("X-Rspamd-Action: add header", "H10"),
        ("X-SES-Spam-Verdict: GRAY", "H10"),
        ("X-MS-Exchange-Organization-SCL: 5", "H10"),
        ("X-Forefront-Antispam-Report: CIP:1.2.3.4;SCL:9;SFV:NSPM", "H10"),
        ("X-Forefront-Antispam-Report: CIP:1.2.3.4;SCL:1;SFV:SPM;", "H10"),
        ("X-Microsoft-Antispam: BCL:7;", "H10"),
        ("X-Spam-Flag: NO", ""),
        ("X-Spam-Status: No, score=-1.2 required=5", ""),
        ("X-Rspamd-Action: no action", ""),
        ("X-SES-Spam-Verdict: PASS", ""),
        ("X-MS-Exchange-Organization-SCL: -1", ""),
        ("X-Forefront-Antispam-Report: CIP:1.2.3.4;SCL:1;SFV:NSPM", ""),
        ("X-Microsoft-Antispam: BCL:0;", ""),
        ("X-Spam-Level: *", ""),
        // H11, E5: who else is named
        ("Sender: no-reply@example.org", "E5"),
        ("Reply-To: noreply@example.org", "E5"),
        ("Sender: Citra <citra@example.org>", ""),
        ("Reply-To: norbert@example.org", ""),
        // H14
        ("Sensitivity: company-confidential", ""),
    ] {
        let wanted = if rule.is_empty() { "unknown" } else { rule };
        assert_eq!(World::new().says(&letter(&format!("{line}\r\n"))), wanted, "{line}");
    }
}

#[test]
fn envelope_senders() {
    for (path, rule) in [
        ("<>", "E2"),
        (" < > ", "E2"),
        ("<budi@example.org>", ""),
        // E3
        ("<budi>", "E3"),
        ("<MAILER-DAEMON>", "E3"),
        ("<#@[]>", "E3"),
        ("<budi@[192.0.2.1]>", "E3"),
        ("<budi@@example.org>", "E3"),
        ("<@relay.example:budi@example.org>", "E3"),
        ("<mailto:budi@example.org>", "E3"),
        ("<bud\u{ef}@example.org>", "E3"),
        ("<budi@exampl\u{e9}.org>", "E3"),
        ("<budi@office.local>", "E3"),
        ("<budi@OFFICE.Local>", "E3"),
        ("<budi@localhost>", "E3"),
        ("<budi@192.0.2.1>", "E3"),
        ("<\"budi santoso\"@example.org>", ""),
        ("<budi@local.example.org>", ""),
        // E4
        ("<ani@example.com>", "E4"),
        ("<ANI+trip@example.com>", "E4"),
        ("<prvs=123456=ani@example.com>", "E4"),
        ("<anita@example.com>", ""),
        // E5
        ("<no-reply@example.org>", "E5"),
        ("<bounce-77@example.org>", "E5"),
        ("<staff-bounces+ani=example.com@example.org>", "E5"),
        ("<norepinephrine.lab@example.org>", ""),
        ("<info@example.org>", ""),
        // E6
        ("<news-ani=example.com@example.org>", "E6"),
        ("<SRS0=ab=cd=evil.example=budi@relay.example.net>", "E6"),
        ("<prvs=123456=budi@other.example.net>", "E6"),
        ("<SRS0=ab=cd=example.org=budi@relay.example.net>", ""),
        ("<prvs=123456=budi@example.org>", ""),
        ("<budi=santoso@example.org>", ""),
    ] {
        let wanted = if rule.is_empty() { "unknown" } else { rule };
        let said = World::new().says(&otherwise("Return-Path", path));
        let said = if said == "colleague" { "unknown".to_owned() } else { said };
        assert_eq!(said, wanted, "{path}");
    }
    let long = otherwise("Return-Path", &format!("<{}@example.org>", "x".repeat(250)));
    assert_eq!(World::new().says(&long), "E3");
    // The office's own names are reached, whatever they are.
    let office = World::with(|world| world.policy.own_domains.push("office.local".to_owned()));
    assert_eq!(office.says(&otherwise("Return-Path", "<budi@Office.LOCAL>")), "unknown");
}

#[test]
fn where_the_envelope_sender_is_not_known() {
    let mail = without("Return-Path");
    assert_eq!(World::new().says(&mail), "E1");
    let unstamped = |change: fn(&mut World)| {
        World::with(|world| {
            world.profile.envelope = Envelope::Missing;
            change(world);
        })
    };
    assert_eq!(unstamped(|_| {}).says(&mail), "E1", "a stranger");
    assert_eq!(unstamped(|world| world.history.known = true).says(&mail), "known");
    let colleague = mail.replace("budi@example.org", "budi@example.com");
    assert_eq!(unstamped(|_| {}).says(&colleague), "colleague");
    let unknown = World::with(|world| world.profile.envelope = Envelope::Unknown);
    assert_eq!(unknown.says(&mail), "unknown");
    assert_eq!(unknown.says(&mail.replace("From: Budi <budi@example.org>\r\n", "")), "E1");
}

#[test]
fn what_the_receiving_server_proves() {
    let strict = |known: bool| {
        World::with(|world| {
            world.profile.authserv = Some("mx.example.com".to_owned());
            world.history.known = known;
        })
    };
    for (stamp, stranger, acquaintance) in [
        ("mx.example.com; spf=pass smtp.mailfrom=budi@example.org", "authenticated", "known"),
        ("mx.example.com; spf=pass smtp.mailfrom=example.org", "authenticated", "known"),
        ("mx.example.com; dmarc=pass header.from=example.org", "authenticated", "known"),
        ("mx.example.com; spf=pass smtp.mailfrom=other.example", "E8", "known"),
        ("mx.example.com; spf=none smtp.mailfrom=budi@example.org", "E8", "known"),
        ("mx.example.com; spf=softfail smtp.mailfrom=budi@example.org", "E8", "E8"),
        ("mx.example.com; spf=fail smtp.mailfrom=budi@example.org", "E8", "E8"),
        ("mx.example.com; dmarc=fail header.from=example.org", "E8", "E8"),
        (
            "mx.example.com; spf=pass smtp.mailfrom=budi@example.org; dmarc=fail header.from=example.org",
            "E8",
            "E8",
        ),
        ("evil.example; spf=pass smtp.mailfrom=budi@example.org", "E8", "known"),
        ("mx.example.com; none", "E8", "known"),
    ] {
        let mail = letter(&format!("Authentication-Results: {stamp}\r\n"));
        assert_eq!(strict(false).says(&mail), stranger, "{stamp}");
        assert_eq!(strict(true).says(&mail), acquaintance, "{stamp}");
    }
    assert_eq!(strict(false).says(LETTER), "E8");
    assert_eq!(strict(true).says(LETTER), "known");
    // Only the topmost block is the server's own.
    let forged = letter(
        "Authentication-Results: mx.example.com; spf=none smtp.mailfrom=budi@example.org\r\n\
         Received: from evil.example\r\n\
         Authentication-Results: mx.example.com; spf=pass smtp.mailfrom=budi@example.org\r\n",
    );
    assert_eq!(strict(false).says(&forged), "E8");
    // E7: the envelope is another's. A forwarder that proves the author is none.
    let passes = "Authentication-Results: mx.example.com; spf=pass smtp.mailfrom=evil.example\r\n";
    let other = letter(passes).replace("<budi@example.org>\r\nAuth", "<x@evil.example>\r\nAuth");
    assert_eq!(strict(false).says(&other), "E7");
    let vouched =
        other.replace("evil.example\r\n", "evil.example; dmarc=pass header.from=example.org\r\n");
    assert_eq!(strict(false).says(&vouched), "unknown", "the author let it be sent from there");
    let unstamped = World::with(|world| world.history.known = true);
    assert_eq!(unstamped.says(&other), "unknown", "a stranger's envelope learns nothing");
    let below = passes.replace("evil.example", "mail.example.org");
    let same = letter(&below).replace("<budi@example.org>\r\nAuth", "<x@mail.example.org>\r\nAuth");
    assert_eq!(strict(false).says(&same), "authenticated", "one organisation");
}

#[test]
fn strangers_are_answered_only_where_that_is_wanted() {
    let silent = |known: bool| {
        World::with(|world| {
            world.profile.answers_strangers = false;
            world.history.known = known;
        })
    };
    assert_eq!(silent(false).says(LETTER), "E8");
    assert_eq!(silent(true).says(LETTER), "known");
    let colleague = LETTER.replace("budi@example.org", "budi@example.com");
    assert_eq!(silent(false).says(&colleague), "colleague");
}

#[test]
fn who_wrote_and_to_whom() {
    let world = World::new();
    for (name, value, wanted) in [
        // H11
        ("From", "", "H11"),
        ("From", "undisclosed:;", "H11"),
        ("From", "somebody", "H11"),
        ("From", "Budi <budi@example.org>, Citra <citra@example.org>", "H11"),
        ("From", "Ani <ani@example.com>", "H11"),
        ("From", "Mail Delivery Subsystem <mds@example.org>", "H11"),
        ("From", "Postmaster <pm@example.org>", "H11"),
        ("From", "\"Santoso, Budi\" <budi@example.org>", "unknown"),
        ("From", "Budi, post master builder <budi@example.org>", "unknown"),
        // H12
        ("To", "staff@example.com", "H12"),
        ("To", "ani@example.com.evil.example", "H12"),
        ("To", "\"ani@example.com\" <staff@example.com>", "H12"),
        ("To", "undisclosed-recipients:;", "H12"),
        ("To", "ANI.Lestari@Example.COM", "unknown"),
        ("To", "Team: citra@example.com, ani@example.com;", "unknown"),
        ("To", "ani+trip@example.com", "unknown"),
    ] {
        assert_eq!(world.says(&otherwise(name, value)), wanted, "{name}: {value}");
    }
    let two =
        "From: Budi <budi@example.org>, Citra <citra@example.org>\r\nSender: budi@example.org";
    assert_eq!(world.says(&LETTER.replace("From: Budi <budi@example.org>", two)), "unknown");
    for name in ["Cc", "Bcc", "Resent-To", "Resent-Cc", "Resent-Bcc"] {
        let mail = otherwise("To", &format!("staff@example.com\r\n{name}: ani@example.com"));
        assert_eq!(world.says(&mail), "unknown", "{name}");
    }
    for name in ["Delivered-To", "X-Original-To", "Envelope-To", "Apparently-To"] {
        let mail = otherwise("To", &format!("staff@example.com\r\n{name}: ani@example.com"));
        assert_eq!(world.says(&mail), "H12", "{name}");
    }
    let anyone = World::with(|world| world.profile.addressed = false);
    assert_eq!(anyone.says(&otherwise("To", "staff@example.com")), "unknown");
    // H13
    let crowd = |others: usize| {
        let all: Vec<String> = (0..others).map(|n| format!("p{n}@example.com")).collect();
        otherwise("To", &format!("ani@example.com, {}", all.join(", ")))
    };
    assert_eq!(world.says(&crowd(19)), "unknown");
    assert_eq!(world.says(&crowd(20)), "H13");
}

#[test]
fn what_came_around_in_a_circle() {
    let hops = |count: usize| letter(&"Received: from a by b\r\n".repeat(count));
    assert_eq!(World::new().says(&hops(25)), "unknown");
    assert_eq!(World::new().says(&hops(26)), "H8");
    let marked = World::with(|world| {
        world.profile.hosts = vec!["sigap.example.com".to_owned()];
        world.profile.loop_mark = Some("ani@loop.example.com".to_owned());
    });
    for (line, wanted) in [
        ("In-Reply-To: <7@sigap.example.com>", "H8"),
        ("References: <6@example.org> <7@Sigap.Example.com> <8@example.org>", "H8"),
        ("In-Reply-To: <7@not.sigap.example.com>", "unknown"),
        ("Delivered-To: Ani@loop.example.com", "H8"),
        ("Delivered-To: ani@example.com", "unknown"),
    ] {
        assert_eq!(marked.says(&letter(&format!("{line}\r\n"))), wanted, "{line}");
    }
}

/// The letter with this structure.
fn built(kind: &str, body: &str) -> String {
    let head = LETTER.split_once("\r\n\r\n").unwrap().0;
    format!("{head}\r\nContent-Type: {kind}\r\n\r\n{body}")
}

fn mixed(part: &str) -> String {
    built(
        "multipart/mixed; boundary=b",
        &format!("--b\r\n\r\nPlease see.\r\n--b\r\n{part}\r\n--b--\r\n"),
    )
}

#[test]
fn structures() {
    let status = "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n";
    let invitation = "Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\n";
    let file = "Content-Type: application/octet-stream; name=\"plan.ics\"\r\n\r\n\
        BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\n";
    let forwarded = "Content-Type: message/rfc822\r\n\r\nAuto-Submitted: auto-replied\r\n\
        List-Id: <x.example>\r\nX-Loop: x\r\n\r\nGone.\r\n";
    let words = "Reporting-MTA: dns; mx.example.org\r\nFinal-Recipient: rfc822; x@example.org\r\n\
        Action: failed\r\nStatus: 5.1.1\r\n";
    for (what, mail, wanted) in [
        ("a report", built("multipart/report; boundary=b", "--b\r\n\r\nx\r\n--b--\r\n"), "M1"),
        ("a status inside", mixed(status), "M1"),
        ("a receipt", built("message/disposition-notification", "x"), "M1"),
        ("a picture", mixed("Content-Type: image/png\r\n\r\nx"), "unknown"),
        ("a report in words", built("text/plain", words), "M2"),
        ("talk of a report", built("text/plain", "What does Action: failed mean?\r\n"), "unknown"),
        ("an invitation", mixed(invitation), "M3"),
        ("a calendar as a file", mixed(file), "M3"),
        ("a note about a calendar", mixed("Content-Type: text/calendars\r\n\r\nx"), "unknown"),
        ("a piece", built("message/partial; id=x; number=1", "x"), "M4"),
        ("elsewhere", mixed("Content-Type: message/external-body\r\n\r\nx"), "M4"),
        ("no parts", built("multipart/mixed; boundary=c", "--b\r\n\r\nx\r\n--b--\r\n"), "M4"),
        ("nested too deep", deep(), "M4"),
        ("something forwarded", mixed(forwarded), "unknown"),
    ] {
        assert_eq!(World::new().says(&mail), wanted, "{what}");
    }
}

fn deep() -> String {
    let mut body = String::from("x");
    for level in 0..40 {
        let inner = format!("--n{level}\r\n{body}\r\n--n{level}--\r\n");
        body = format!("Content-Type: multipart/mixed; boundary=n{level}\r\n\r\n{inner}");
    }
    mixed(&body)
}

#[test]
fn subjects() {
    for (subject, wanted) in [
        ("Automatic reply: Figures", "1.8"),
        ("Re: Out of office", "1.8"),
        ("Balasan otomatis: Laporan", "1.8"),
        ("=?utf-8?Q?R=C3=A9ponse_automatique?=", "1.8"),
        ("Undelivered Mail Returned to Sender", "1.9"),
        ("Delivery Status Notification (Failure)", "1.9"),
        ("The automatic reply of our shop", "unknown"),
        ("Auto: insurance quote", "unknown"),
        ("Delivery of chairs", "unknown"),
    ] {
        assert_eq!(World::new().says(&otherwise("Subject", subject)), wanted, "{subject}");
    }
    let answer = otherwise("Subject", "Auto: Figures\r\nIn-Reply-To: <7@example.com>");
    assert_eq!(World::new().says(&answer), "1.8");
}

#[test]
fn absences_and_what_was_sent_before() {
    for (away, wanted) in [(Away::Yes, "unknown"), (Away::Off, "S1"), (Away::Outside, "S1")] {
        assert_eq!(World::with(|world| world.history.away = away).says(LETTER), wanted);
    }
    let week = SignedDuration::from_hours(7 * 24);
    for (to, hours, wanted) in [
        ("budi@example.org", 1, "R1"),
        ("BUDI@Example.ORG", 7 * 24 - 1, "R1"),
        ("budi+tag@example.org", 1, "R1"),
        ("SRS0=ab=cd=example.org=budi@relay.example.net", 1, "R1"),
        ("budi@example.org", 7 * 24, "unknown"),
        ("citra@example.org", 1, "unknown"),
    ] {
        let ago = SignedDuration::from_hours(hours);
        let earlier = vec![Earlier { to: to.to_owned(), ago, period: week }];
        let world = World::with(|world| world.history.earlier = earlier);
        assert_eq!(world.says(LETTER), wanted, "{to} {hours} hours ago");
    }
}

#[test]
fn the_first_rule_of_the_table_is_named() {
    let many =
        letter("List-Id: <x.example>\r\nPrecedence: bulk\r\nAuto-Submitted: auto-replied\r\n");
    assert_eq!(World::new().says(&many), "H1");
    assert_eq!(World::new().says(&many.replace("<budi@example.org>\r\nL", "<>\r\nL")), "E2");
    assert_eq!(World::with(|world| world.history.away = Away::Off).says(&many), "S1");
    let Decision::Suppress(bar) = World::new().decides(many.as_bytes()) else { panic!() };
    assert_eq!((bar.about.as_str(), bar.words()), ("Auto-Submitted", "sent by a program"));
}

/// Labelled messages from the test suites of many mail projects: none is answered wrongly, and none
/// is met with silence wrongly but where the label itself is disputed.
#[test]
fn the_larger_set() {
    let Some(root) = crate::shapes::larger_sets() else { return };
    let Ok(text) = std::fs::read_to_string(root.join("autoreply.jsonl")) else { return };
    for line in text.lines() {
        let mut case: serde_json::Value = serde_json::from_str(line).unwrap();
        if case["scope"] == "detector" {
            case["options"]["check_recipient"] = false.into();
        }
        let mut out = Vec::new();
        judge_lines(format!("{case}\n").as_bytes(), &people::policy(), &mut out).unwrap();
        let answer: serde_json::Value = serde_json::from_slice(&out).unwrap();
        let disputed = case["contested"].is_string() && answer["decision"] == "suppress";
        assert!(answer["decision"] == case["expected"] || disputed, "{}: {answer}", case["id"]);
    }
}

/// Lines that forbid an answer, and lines that say nothing about it.
const LINES: &[&str] = &[
    "Auto-Submitted: auto-replied",
    "List-Post: x",
    "X-Spam-Flag: YES",
    "X-Loop: x",
    "Auto-Submitted: no",
    "X-Spam-Flag: NO",
    "X-Ack: yes",
    "Precedence: normal",
    "X-Priority: 1",
];

proptest! {
    /// Whatever else a message says: nothing that forbids an answer is ever made good.
    #[test]
    fn no_line_takes_back_what_another_forbids(
        lines in prop::collection::vec(prop::sample::select(LINES), 0..6),
        forbids in 0..4_usize,
        at in 0..6_usize,
    ) {
        let mut lines = lines;
        lines.insert(at.min(lines.len()), LINES[forbids]);
        let mail = letter(&lines.iter().map(|line| format!("{line}\r\n")).collect::<String>());
        prop_assert!(matches!(World::new().decides(mail.as_bytes()), Decision::Suppress(_)));
    }

    /// Bytes of any kind have a decision, and an answer only ever goes to the Return-Path.
    #[test]
    fn any_bytes_are_decided_on(
        path in "[ -~]{0,40}",
        rest in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let mut mail = format!("Return-Path: <{path}>\r\nTo: ani@example.com\r\n").into_bytes();
        mail.extend(rest);
        if let Decision::Respond(to, _) = World::new().decides(&mail) {
            prop_assert!(path.contains(&to), "{to}");
            prop_assert!(Address::parse(&to).is_some() || to.starts_with('"'), "{to}");
        }
    }
}
