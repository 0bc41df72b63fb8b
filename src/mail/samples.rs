//! Letters that nobody receives: every kind, in both languages, with every line that can appear.
//!
//! Templates are tried out on them before they are used. All facts in them are invented; the
//! addresses are of the reserved example domains (RFC 2606).

use jiff::civil::Date;
use jiff::tz::{TimeZone, offset};
use jiff::{SignedDuration, Timestamp, Zoned};
use minijinja::{Value, context};

use crate::mail::alarms::{Alarm, AlarmView};
use crate::mail::command::Mistake;
use crate::mail::farewells::{DigestView, HandedView, LeavingView, PresenceView};
use crate::mail::handovers::{HandoverView, Original, PassedView};
use crate::mail::mistakes::{MistakeReason, MistakeView, Whose};
use crate::mail::questions::{EntryView, QuestionView};
use crate::mail::replies::{Form, Holiday, ReplyView, StandIn, Tongue};
use crate::mail::report_samples::{read_by, reports};
use crate::mail::views::{AwaitedView, AwayView, ItemView, NudgeView, SaidView, WelcomeView};
use crate::mail::when::{Reading, Unclear};
use crate::model::away::Reason;
use crate::model::handover::Cause;
use crate::model::policy::Mode;
use crate::model::verdict::{Clue, Language};

/// Language, letter and view of each sample.
pub(crate) fn samples() -> Vec<(Language, &'static str, Value)> {
    let mut samples = Vec::new();
    for to in [Language::Id, Language::En] {
        samples.extend([1, 2, 30].map(|count| (to, "nudge", nudge(to, count).context())));
        samples.extend([1, 2].map(|count| (to, "nudge", follow_ups(to, count).context())));
        samples.extend([1, 2].map(|count| (to, "preview", follow_ups(to, count).context())));
        samples.extend([0, 1, 30].map(|count| (to, "preview", nudge(to, count).context())));
        samples.extend(leavings(to).iter().map(|view| (to, "leaving", view.context())));
        samples.extend(digests(to).iter().map(|view| (to, "digest", view.context())));
        samples.extend(welcomes(to).iter().map(|view| (to, "welcome", view.context())));
        samples.extend(mistakes(to).iter().map(|view| (to, "mistake", view.context())));
        samples.extend([1, 4].map(|count| (to, "question", question(to, count).context())));
        samples.extend(alarms(to).iter().map(|view| (to, "alarm", view.context())));
        samples.extend(handovers(to).iter().map(|view| (to, "handover", view.context())));
        samples.extend(passed(to).iter().map(|view| (to, "passed", view.context(to))));
        samples.extend(reports(to).iter().map(|view| (to, "report", view.context())));
        samples.extend(replies(to).iter().map(|v| (to, v.form.letter(), v.context(to))));
    }
    samples
}

/// What stands around the words of an automatic reply: views of one language and of two.
pub(crate) fn sheets() -> [Value; 2] {
    let part = |to: Language| context! { language => to.word(), text => "a", page => "a" };
    let sheet = |parts: Vec<Value>| context! { subject => "a", parts => parts };
    [sheet(vec![part(Language::En)]), sheet(vec![part(Language::Id), part(Language::En)])]
}

/// A morning of the past; what it is does not matter.
pub(in crate::mail) fn morning() -> Zoned {
    let at = Timestamp::constant(1_795_575_600, 0);
    at.to_zoned(TimeZone::fixed(offset(7)))
}

fn tomorrow() -> Date {
    morning().date().tomorrow().unwrap_or(morning().date())
}

fn nudge(to: Language, count: u32) -> NudgeView {
    NudgeView {
        owner_name: "Ani Lestari".to_owned(),
        greeting: String::new(),
        you: String::new(),
        language: to,
        now: morning(),
        items: (1..=count).map(item).collect(),
        awaited: (1..=count / 2).map(|no| awaited(count + no)).collect(),
        working_day: SignedDuration::from_hours(8),
        away: (count > 1).then(|| AwayView {
            from: morning().date(),
            until: if count == 2 { morning().date() } else { tomorrow() },
            stand_in: if count.is_multiple_of(2) { String::new() } else { "Sari".to_owned() },
        }),
    }
}

fn item(no: u32) -> ItemView {
    let hours = |hours: u32| SignedDuration::from_hours(i64::from(hours));
    ItemView {
        no,
        reference: "S-7K2QM".to_owned(),
        subject: "Revised quotation".to_owned(),
        who: if no.is_multiple_of(3) { String::new() } else { "Budi".to_owned() },
        address: "budi@example.org".to_owned(),
        waited: hours(no),
        requester_wait: hours(2 * no),
        overdue: no.is_multiple_of(2).then(|| hours(no)),
        due_at: morning().timestamp(),
        asks: no,
        snippet: (!no.is_multiple_of(2)).then(|| "Could you confirm the price?".to_owned()),
        clues: vec![Clue::QuestionMark, Clue::OnlyRecipient],
        said: match no % 3 {
            0 => SaidView::Promised(morning().timestamp()),
            1 => SaidView::Nothing,
            _ => SaidView::Perhaps(morning().timestamp()),
        },
    }
}

/// What the owner waits for, and nothing else.
fn follow_ups(to: Language, count: u32) -> NudgeView {
    NudgeView { awaited: (1..=count).map(awaited).collect(), ..nudge(to, 0) }
}

fn awaited(no: u32) -> AwaitedView {
    AwaitedView {
        no,
        reference: "W-7K2QM".to_owned(),
        subject: "Revised quotation".to_owned(),
        who: if no.is_multiple_of(3) { String::new() } else { "Budi".to_owned() },
        address: "budi@example.org".to_owned(),
        more: no.is_multiple_of(4).into(),
        asked_at: morning().timestamp(),
        last_asked_at: morning().timestamp(),
        asks: no,
        promised_until: no.is_multiple_of(2).then(|| morning().timestamp()),
    }
}

/// With nothing, one and several of everything.
fn leavings(to: Language) -> Vec<LeavingView> {
    let person = |name: &str| PresenceView {
        name: name.to_owned(),
        from: morning().date(),
        until: tomorrow(),
    };
    let view = |count: u32, cover: &[&str]| LeavingView {
        nudge: nudge(to, count.min(20)),
        open: count.try_into().unwrap_or(0),
        from: morning().date(),
        until: if count == 1 { morning().date() } else { tomorrow() },
        cover: cover.iter().map(|name| person(name)).collect(),
        absent: cover.iter().skip(1).map(|_| person("Citra")).collect(),
        sample: (count != 1).then(|| "Dear Budi,\n\nThank you.\n".to_owned()),
        may_name: count > 0,
        hands_over: count > 1,
    };
    vec![view(0, &[""]), view(1, &["Sari"]), view(21, &["", "Sari"]), view(30, &["Sari", ""])]
}

/// With nothing, one and several of everything.
fn digests(to: Language) -> Vec<DigestView> {
    let spans: Vec<_> = [40, 190].map(SignedDuration::from_mins).into();
    let handed = |count, answered| HandedView {
        to: "Sari".to_owned(),
        count,
        took: spans.iter().copied().cycle().take(answered).collect(),
    };
    let view = |count: u32| DigestView {
        nudge: nudge(to, count.min(5)),
        from: morning().date(),
        until: if count == 1 { morning().date() } else { tomorrow() },
        answered: count,
        handed: (0..count.min(2))
            .map(|no| handed(3, if no == 0 { 3 } else { 2 }))
            .chain((count == 1).then(|| handed(1, 1)))
            .chain((count == 6).then(|| handed(2, 0)))
            .collect(),
        by_others: count,
        waiting: count.try_into().unwrap_or(0),
        grace_ends: morning().timestamp(),
    };
    [0, 1, 2, 6, 30].map(view).into()
}

fn welcomes(to: Language) -> Vec<WelcomeView> {
    let view = |mode, snippets| WelcomeView {
        owner_name: "Ani Lestari".to_owned(),
        greeting: String::new(),
        you: String::new(),
        language: to,
        now: morning(),
        mode,
        addresses: vec!["ani@example.com".to_owned()],
        mailboxes: vec!["INBOX".to_owned(), "Sent".to_owned()],
        snippets,
        answers: mode == Mode::Full,
        report: read_by(mode),
    };
    vec![view(Mode::Observe, false), view(Mode::Nudge, true), view(Mode::Full, false)]
}

fn mistakes(to: Language) -> Vec<MistakeView> {
    let view = |why| MistakeView {
        owner_name: "Ani Lestari".to_owned(),
        greeting: String::new(),
        you: String::new(),
        language: to,
        now: morning(),
        said: "DONEE 1".to_owned(),
        why,
        whose: Whose::Owner,
    };
    let mistakes = [
        Mistake::Unknown,
        Mistake::Unavailable("DELEGATE".to_owned()),
        Mistake::Extra,
        Mistake::Time(Unclear::Missing),
        Mistake::Time(Unclear::Ambiguous(Reading::Days(2), Reading::Hours(2))),
        Mistake::Time(Unclear::Unknown),
        Mistake::Time(Unclear::Past),
        Mistake::Time(Unclear::TooFar),
        Mistake::NoSuchItem(5),
        Mistake::WhichItem,
        Mistake::NothingToUndo,
        Mistake::CannotUndo,
        Mistake::Days(Unclear::Missing),
        Mistake::Days(Unclear::Unknown),
        Mistake::Days(Unclear::Past),
        Mistake::Days(Unclear::TooFar),
        Mistake::Backwards,
        Mistake::NoSuchDelegate(vec!["Sari (sari@example.com)".to_owned()]),
        Mistake::NoSuchDelegate(Vec::new()),
        Mistake::WhichDelegate(vec!["Sari (sari@example.com)".to_owned()]),
        Mistake::NotHere,
        Mistake::NotYours,
        Mistake::Outdated,
    ];
    let reasons = mistakes.map(MistakeReason::Mistake).into_iter();
    let others = [Whose::StandIn, Whose::Reader]
        .map(|whose| MistakeView { whose, ..view(MistakeReason::Help) });
    reasons.chain([MistakeReason::Help]).map(view).chain(others).collect()
}

/// Whole days and exact times, of one day and of more, for every reason.
fn question(to: Language, count: u32) -> QuestionView {
    let start = morning().start_of_day().unwrap_or(morning());
    let after = |hours| start.saturating_add(SignedDuration::from_hours(hours));
    let entry = |no: u32| EntryView {
        no,
        from: after(if no.is_multiple_of(3) { 9 } else { 0 }),
        until: after(24 * i64::from(no)),
        reason: match no {
            1 => Reason::Leave,
            2 => Reason::Travel,
            _ => Reason::Unsaid,
        },
    };
    QuestionView {
        owner_name: "Ani Lestari".to_owned(),
        greeting: String::new(),
        you: String::new(),
        language: to,
        now: morning(),
        entries: (1..=count).map(entry).collect(),
    }
}

fn alarms(to: Language) -> Vec<AlarmView> {
    let (address, reason) = ("ani@example.com".to_owned(), "no such folder".to_owned());
    let alarms = [
        Alarm::FuseBlown { ceiling: "address_per_day".to_owned(), count: 4 },
        Alarm::Blind { address: address.clone(), reason: reason.clone() },
        Alarm::Unreadable {
            address: address.clone(),
            since: morning().timestamp(),
            reason: reason.clone(),
        },
        Alarm::Deaf {
            address: address.clone(),
            since: morning().timestamp(),
            reason: reason.clone(),
        },
        Alarm::LoginRefused { address, reason: reason.clone() },
        Alarm::SendingRefused { reason },
        Alarm::NobodyThere {
            address: "ani@example.com".to_owned(),
            reference: "S-7K2QM".to_owned(),
        },
        Alarm::Restored,
        Alarm::Uncovered { owner: "Ani".to_owned(), from: morning().date(), until: tomorrow() },
    ];
    alarms.map(|alarm| AlarmView { language: to, now: morning(), alarm }).into()
}

fn handovers(to: Language) -> Vec<HandoverView> {
    let view = |original, heard: bool, late: bool, next: &str| HandoverView {
        delegate_name: "Sari".to_owned(),
        greeting: String::new(),
        you: String::new(),
        language: to,
        now: morning(),
        owner_name: "Ani Lestari".to_owned(),
        until: morning(),
        requester_name: if late { String::new() } else { "Budi".to_owned() },
        requester: "budi@example.org".to_owned(),
        subject: "Revised quotation".to_owned(),
        received_at: morning().timestamp(),
        due_at: heard.then(|| {
            let hour = SignedDuration::from_hours(if late { -1 } else { 1 });
            morning().timestamp().saturating_add(hour).unwrap_or(Timestamp::MAX)
        }),
        cause: if late { Cause::Cover } else { Cause::Called },
        next: next.to_owned(),
        answer_within: SignedDuration::from_hours(2),
        heard,
        copy_to: if late { "ani@example.com".to_owned() } else { String::new() },
        original,
        reference: "S-7K2QM".to_owned(),
    };
    let mut views = Vec::new();
    for original in [Original::Attached, Original::TooLarge, Original::Confidential, Original::Gone]
    {
        for heard in [false, true] {
            views.push(view(original, heard, false, "Dewi"));
            views.push(view(original, heard, true, ""));
        }
    }
    views
}

fn passed(to: Language) -> Vec<PassedView> {
    let view = |tongue, delegate: &StandIn, bare: bool| PassedView {
        tongue,
        requester: if bare { String::new() } else { "Budi".to_owned() },
        owner_name: "Ani Lestari".to_owned(),
        owner_org: if bare { String::new() } else { "Sample".to_owned() },
        until: morning(),
        subject: if bare { String::new() } else { "Revised quotation".to_owned() },
        received_at: morning().timestamp(),
        delegate: delegate.clone(),
        now: morning(),
        due_at: (!bare).then(|| morning().timestamp()),
        reference: "S-7K2QM".to_owned(),
    };
    let tongues = [Tongue::One(to), Tongue::Both];
    let stand_ins: Vec<StandIn> = stand_ins().into_iter().flatten().collect();
    let all = tongues.into_iter().flat_map(|tongue| {
        stand_ins.iter().flat_map(move |one| [view(tongue, one, false), view(tongue, one, true)])
    });
    all.collect()
}

/// Every form, with and without whatever may be missing.
fn replies(to: Language) -> Vec<ReplyView> {
    let holiday = |festive| Holiday { name: "Nyepi".to_owned(), festive };
    let forms = [
        Form::Standard,
        Form::Short,
        Form::Closed(holiday(true)),
        Form::Closed(holiday(false)),
        Form::Neutral,
    ];
    let mut replies = Vec::new();
    for form in forms {
        for tongue in [Tongue::One(to), Tongue::Both] {
            for stand_in in stand_ins() {
                let view = reply(form.clone(), tongue, stand_in);
                let bare = ReplyView {
                    requester: String::new(),
                    subject: None,
                    owner_role: String::new(),
                    owner_org: String::new(),
                    until: morning(),
                    urgent_line: false,
                    ..view.clone()
                };
                replies.extend([view, bare]);
            }
        }
    }
    replies
}

fn reply(form: Form, tongue: Tongue, stand_in: Option<StandIn>) -> ReplyView {
    ReplyView {
        form,
        tongue,
        requester: "Budi".to_owned(),
        you: String::new(),
        subject: Some("Revised quotation".to_owned()),
        owner_name: "Ani Lestari".to_owned(),
        owner_role: "Kepala Bagian".to_owned(),
        owner_org: "Sample".to_owned(),
        reason: Reason::Unsaid,
        until: morning().start_of_day().unwrap_or(morning()),
        back: morning().date(),
        stand_in,
        urgent_line: true,
    }
}

fn stand_ins() -> Vec<Option<StandIn>> {
    let stand_in = |role: &str, phone: &str| StandIn {
        name: "Sari".to_owned(),
        role: role.to_owned(),
        email: "sari@example.com".to_owned(),
        phone: phone.to_owned(),
    };
    let named = [("", ""), ("Staf", ""), ("", "021 555"), ("Staf", "021 555")];
    let named = named.map(|(role, phone)| Some(stand_in(role, phone)));
    [None].into_iter().chain(named).collect()
}
