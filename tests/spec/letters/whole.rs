//! Every kind of letter in both languages, from the header to what is seen of the page.

use super::*;

#[test]
fn nudges() {
    for to in BOTH {
        let view = nudge(to, items(3, Snippets::Shown));
        let letter = posted(Kind::Nudge, &wording::nudge(&templates(), &view));
        insta::assert_snapshot!(format!("nudge-three-{}", to.word()), readable(&letter));
        let one = vec![ItemView { no: 1, ..items(3, Snippets::Hidden).remove(1) }];
        let plain = NudgeView { greeting: String::new(), you: String::new(), ..nudge(to, one) };
        let letter = posted(Kind::Nudge, &wording::nudge(&templates(), &plain));
        insta::assert_snapshot!(format!("nudge-one-{}", to.word()), readable(&letter));
    }
}

#[test]
fn nudges_of_what_the_owner_waits_for() {
    for to in BOTH {
        for (name, count, awaits) in [("mixed", 1, 2), ("alone-one", 0, 1), ("alone", 0, 2)] {
            let waiting = items(count, Snippets::Hidden);
            let awaited = awaited(awaits, count.try_into().unwrap());
            let view = NudgeView { awaited, ..nudge(to, waiting) };
            let letter = posted(Kind::Nudge, &wording::nudge(&templates(), &view));
            let name = format!("nudge-awaited-{name}-{}", to.word());
            insta::assert_snapshot!(name, readable(&letter));
        }
    }
}

#[test]
fn previews_of_what_the_owner_waits_for() {
    for to in BOTH {
        for (name, count, awaits) in [("mixed", 1, 2), ("alone", 0, 1)] {
            let waiting = items(count, Snippets::Hidden);
            let awaited = awaited(awaits, count.try_into().unwrap());
            let view = PreviewView { nudge: NudgeView { awaited, ..nudge(to, waiting) } };
            let letter = posted(Kind::Preview, &wording::preview(&templates(), &view));
            let name = format!("preview-awaited-{name}-{}", to.word());
            insta::assert_snapshot!(name, readable(&letter));
        }
    }
}

#[test]
fn what_the_owner_has_said_to_it_is_told() {
    let (day, moment) = (at("2026-11-28T00:00:00+07:00"), at("2026-11-23T10:00:00+07:00"));
    for (said, id, en) in [
        (SaidView::Nothing, "belum ada balasan di folder Terkirim", "no reply found in Sent"),
        (
            SaidView::Promised(day),
            "Ibu menjanjikannya untuk Jumat, 27 November 2026",
            "you promised it for Friday 27 November 2026",
        ),
        (
            SaidView::Perhaps(moment),
            "mungkin sudah dijawab Senin, 23 November 2026 pukul 10.00 WIB",
            "perhaps answered Monday 23 November 2026, 10:00 WIB",
        ),
    ] {
        for (to, wanted) in [(Language::Id, id), (Language::En, en)] {
            let item = ItemView { said, ..items(1, Snippets::Hidden).remove(0) };
            let words = wording::nudge(&templates(), &nudge(to, vec![item]));
            let text = words.text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(text.contains(&format!("· {wanted} ")), "{wanted}: {text}");
            assert!(seen(&words.html).contains(wanted), "{wanted}");
        }
    }
}

#[test]
fn an_absence_that_was_understood_is_noted() {
    let day = |day| jiff::civil::Date::constant(2026, 11, day);
    for (until, stand_in, id, en) in [
        (24, "", "pada Selasa, 24 November 2026.", "on Tuesday 24 November 2026."),
        (
            26,
            "Sari",
            "dari Selasa, 24 November 2026 sampai dengan Kamis, 26 November 2026; \
            digantikan oleh Sari.",
            "from Tuesday 24 November 2026 until Thursday 26 November 2026; Sari stands in.",
        ),
    ] {
        for (to, wanted) in [(Language::Id, id), (Language::En, en)] {
            let away = AwayView { from: day(24), until: day(until), stand_in: stand_in.to_owned() };
            let view = NudgeView { away: Some(away), ..nudge(to, items(1, Snippets::Hidden)) };
            let preview = PreviewView { nudge: view.clone() };
            let letters =
                [wording::nudge(&templates(), &view), wording::preview(&templates(), &preview)];
            for words in letters {
                let text = words.text.split_whitespace().collect::<Vec<_>>().join(" ");
                assert!(text.contains(wanted), "{wanted}: {text}");
                let page = seen(&words.html).to_lowercase();
                assert!(page.contains(&wanted.to_lowercase()), "{wanted}: {page}");
            }
        }
    }
}

#[test]
fn the_days_of_an_example_are_to_come_whenever_it_is_read() {
    for days in 0..800_i64 {
        let now = now().checked_add(jiff::SignedDuration::from_hours(24 * days)).unwrap();
        for to in BOTH {
            let said = format!("AWAY {}", sigap::mail::dates::soon(&now, to));
            let read = command::read(&said, &now);
            assert!(said.len() == 14 && matches!(read, Some(Ok(_))), "{said} at {now}: {read:?}");
        }
    }
}

#[test]
fn the_page_of_a_nudge() {
    let view = nudge(Language::En, items(1, Snippets::Hidden));
    insta::assert_snapshot!("nudge-page-en", wording::nudge(&templates(), &view).html);
}

#[test]
fn previews() {
    for to in BOTH {
        for count in [0, 2] {
            let view = PreviewView { nudge: nudge(to, items(count, Snippets::Hidden)) };
            let letter = posted(Kind::Preview, &wording::preview(&templates(), &view));
            let name = format!("preview-{count}-{}", to.word());
            insta::assert_snapshot!(name, readable(&letter));
        }
    }
}

#[test]
fn welcomes() {
    for to in BOTH {
        for (mode, snippets) in [(Mode::Observe, false), (Mode::Nudge, true), (Mode::Full, false)] {
            let view = welcome(to, mode, snippets);
            let letter = posted(Kind::Welcome, &wording::welcome(&templates(), &view));
            let name = format!("welcome-{}-{}", mode.word(), to.word());
            insta::assert_snapshot!(name, readable(&letter));
        }
    }
}

#[test]
fn questions() {
    let day = |text: &str| at(text).to_zoned(now().time_zone().clone());
    let entry = |no, from: &str, until: &str, reason| EntryView {
        no,
        from: day(from),
        until: day(until),
        reason,
    };
    let entries = vec![
        entry(1, "2026-11-30T17:00:00Z", "2026-12-03T17:00:00Z", Reason::Travel),
        entry(2, "2026-12-06T17:00:00Z", "2026-12-07T17:00:00Z", Reason::Leave),
        entry(3, "2026-12-09T02:00:00Z", "2026-12-09T08:30:00Z", Reason::Unsaid),
    ];
    for to in BOTH {
        for (name, entries) in [("one", entries[1..2].to_vec()), ("three", entries.clone())] {
            let view = QuestionView {
                owner_name: "Andi Prasetyo".to_owned(),
                greeting: String::new(),
                you: String::new(),
                language: to,
                now: now(),
                entries,
            };
            let letter = posted(Kind::Question, &wording::question(&templates(), &view));
            let name = format!("question-{name}-{}", to.word());
            insta::assert_snapshot!(name, readable(&letter));
        }
    }
}

#[test]
fn mistakes() {
    let ambiguous = Unclear::Ambiguous(Reading::Days(2), Reading::Hours(2));
    for to in BOTH {
        let view =
            mistake(to, "tunda 1 2hr", MistakeReason::Mistake(Mistake::Time(ambiguous.clone())));
        let words = wording::mistake(&templates(), &view);
        let letter = LetterHead {
            in_reply_to: Some("answer@example.com".to_owned()),
            references: vec!["first@example.com".to_owned(), "answer@example.com".to_owned()],
            ..head(Kind::Mistake)
        };
        let letter = compose(&letter, &words).unwrap();
        insta::assert_snapshot!(format!("mistake-ambiguous-{}", to.word()), readable(&letter));
        let first = |why: MistakeReason| {
            let view = mistake(to, "Serahkan 3 sari", why);
            let words = wording::mistake(&templates(), &view);
            format!("{}\n{}", words.subject, words.text.split("\n\n").nth(1).unwrap())
        };
        let reasons = [
            Mistake::Unknown,
            Mistake::Unavailable("SERAHKAN".to_owned()),
            Mistake::Extra,
            Mistake::Time(Unclear::Missing),
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
            Mistake::NoSuchDelegate(vec!["Sari Dewi (sari@example.com)".to_owned()]),
            Mistake::NoSuchDelegate(Vec::new()),
            Mistake::WhichDelegate(vec!["Sari Dewi (sari@example.com)".to_owned()]),
        ];
        let reasons = reasons.into_iter().map(MistakeReason::Mistake).chain([MistakeReason::Help]);
        let all: Vec<String> = reasons.map(first).collect();
        insta::assert_snapshot!(format!("mistakes-{}", to.word()), all.join("\n\n"));
        let outside = [MistakeReason::Mistake(Mistake::NotYours), MistakeReason::Help].map(|why| {
            let view = MistakeView { whose: Whose::StandIn, ..mistake(to, "Terima", why) };
            readable(&posted(Kind::Mistake, &wording::mistake(&templates(), &view)))
        });
        insta::assert_snapshot!(format!("mistake-outside-{}", to.word()), outside.join("\n\n"));
    }
}

#[test]
fn alarms() {
    let (address, reason) = ("ani@example.com".to_owned(), "NO [NONEXISTENT]".to_owned());
    let since = now().timestamp() - 5.hours();
    for to in BOTH {
        let alarms = [
            Alarm::FuseBlown { ceiling: "address_per_day".to_owned(), count: 4 },
            Alarm::Blind { address: address.clone(), reason: reason.clone() },
            Alarm::Unreadable { address: address.clone(), since, reason: reason.clone() },
            Alarm::Deaf { address: address.clone(), since, reason: reason.clone() },
            Alarm::LoginRefused { address: address.clone(), reason: reason.clone() },
            Alarm::SendingRefused { reason: reason.clone() },
            Alarm::Restored,
            Alarm::Uncovered {
                owner: "Ani Lestari".to_owned(),
                from: now().date(),
                until: now().date() + 2.days(),
            },
        ];
        let words = alarms.map(|alarm| {
            let view = AlarmView { language: to, now: now(), alarm };
            wording::alarm(&templates(), &view)
        });
        let letter = readable(&posted(Kind::Alarm, &words[0]));
        let texts = words.iter().map(|w| format!("=== {}\n{}", w.subject, w.text));
        let all = texts.collect::<Vec<_>>().join("\n");
        insta::assert_snapshot!(format!("alarms-{}", to.word()), format!("{letter}\n{all}"));
    }
}

#[test]
fn handovers() {
    for to in BOTH {
        let view = handover(to);
        let letter = posted(Kind::Handover, &wording::handover(&templates(), &view));
        insta::assert_snapshot!(format!("handover-{}", to.word()), readable(&letter));
        let copy_to = "ani@example.com".to_owned();
        let outside = [true, false].map(|heard| {
            let view = HandoverView { heard, copy_to: copy_to.clone(), ..view.clone() };
            readable(&posted(Kind::Handover, &wording::handover(&templates(), &view)))
        });
        insta::assert_snapshot!(format!("handover-outside-{}", to.word()), outside.join("\n\n"));
        let bare = HandoverView {
            delegate_name: String::new(),
            requester_name: String::new(),
            subject: String::new(),
            cause: Cause::Cover,
            heard: false,
            next: String::new(),
            original: Original::Confidential,
            ..view
        };
        let letter = posted(Kind::Handover, &wording::handover(&templates(), &bare));
        insta::assert_snapshot!(format!("handover-bare-{}", to.word()), readable(&letter));
    }
}

#[test]
fn word_to_the_requester() {
    for tongue in [Tongue::One(Language::Id), Tongue::One(Language::En), Tongue::Both] {
        let name = match tongue {
            Tongue::One(to) => to.word(),
            Tongue::Both => "both",
        };
        let letter = posted(Kind::Passed, &wording::passed(&templates(), &passed(tongue)));
        insta::assert_snapshot!(format!("passed-{name}"), readable(&letter));
    }
}
