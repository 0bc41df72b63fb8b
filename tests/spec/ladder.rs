//! The ladder as stories: what happens, and which letters follow (`=>`).
//!
//! Unless a story says otherwise: reply within 8h · nudge 6h 12h · lapse 80h · Mon-Fri 09-17
//! Asia/Jakarta; tier vip: reply within 2h · nudge 1h; tier slow: 40h · nudge 2h.
//! A step of an obligation is `obligation:step`, a follow-up `w<question>:step`; three working days
//! after a question that nobody answered.

use std::sync::Arc;

use sigap::model::action::Action;
use sigap::model::letter::Kind;
use sigap::model::policy::{Mode, Policy};
use sigap::rules::escalation::ladder;

use crate::office::{
    calendar, check, check_with, facts, instant, letter, obligation, office, policy,
};

#[test]
fn a_question_answered_late() {
    check(
        "Mon 09:00  ask 1
         Mon 15:00  => nudge 1:0
         Mon 16:10  answer 1",
    );
    check("Mon 09:00  ask 1\nMon 14:59  answer 1");
    check(
        "Mon 09:00  ask 1
         Mon 15:00  => nudge 1:0
         Tue 13:00  => nudge 1:1
         Fri2 17:00 => lapse 1",
    );
}

#[test]
fn a_step_at_closing_time_waits_for_the_morning() {
    check(
        "Mon 11:00  ask 1
         Tue 09:00  => nudge 1:0
         Tue 10:00  answer 1",
    );
    check(
        "Sat 11:00  ask 1
         Mon2 15:00 => nudge 1:0
         Mon2 16:00 answer 1",
    );
}

#[test]
fn an_answer_that_does_not_come_is_followed_up_once() {
    check("Mon 09:10  await 5\nThu 09:10  => nudge w5:1\nFri2 09:00 end");
    check("Mon 09:10  await 5\nThu 09:09  received 5");
    check(
        "Mon 09:10  await 5
         Thu 09:10  => nudge w5:1
         Thu 10:00  again 5
         Tue2 10:00 => nudge w5:2
         Tue2 11:00 later 5 Wed2 14:00
         Wed2 14:00 => nudge w5:3",
    );
    check(
        "Mon 09:10  await 5
         Mon 11:00  promised 5 Wed 00:00
         Wed 09:00  => nudge w5:1",
    );
}

#[test]
fn a_follow_up_goes_along_and_makes_no_second_letter() {
    check(
        "Mon 09:10  await 5
         Mon 16:50  await 6
         Wed 12:00  ask 1
         Thu 09:10  => nudge 1:0 w5:1 w6:1
         Thu 10:30  answer 1",
    );
    check(
        "Mon 09:00  ask 1
         Mon 09:10  await 5
         Mon 09:20  later 5 Mon 16:00
         Mon 15:00  => nudge 1:0
         Mon 16:30  answer 1
         Thu 09:10  => nudge w5:2",
    );
    // The letter of the day was written when the other one put it off to noon.
    check(
        "Mon 09:10  await 5
         Wed 09:00  later 5 Thu 12:00
         Wed 11:00  ask 1
         Thu 09:00  => nudge 1:0
         Thu 10:00  answer 1
         Fri 09:00  => nudge w5:2",
    );
    // What is urgent makes one, and takes it along.
    check(
        "Mon 09:10  await 5
         Wed 09:00  later 5 Thu 12:00
         Wed 11:00  ask 1
         Thu 09:00  => nudge 1:0
         Thu 10:00  answer 1
         Thu 11:30  ask 2 vip
         Thu 12:30  => nudge 2:0 w5:2
         Thu 13:00  answer 2",
    );
}

#[test]
fn so_many_follow_ups_in_a_letter_and_the_rest_in_the_next() {
    let story = (11..23).map(|id| format!("Mon 09:10 await {id}\n")).collect::<String>();
    let first = (11..21).map(|id| format!(" w{id}:1")).collect::<String>();
    check(&format!("{story}Thu 09:10 => nudge{first}\nFri 09:00 => nudge w21:1 w22:1"));
}

#[test]
fn a_follow_up_waits_for_the_morning_and_for_its_owner() {
    check("Sat 11:00  await 5\nWed2 17:00 end\nThu2 09:00 => nudge w5:1");
    check(
        "Mon 09:10  await 5
         Wed 18:00  silence Fri 12:00
         Fri 12:00  => nudge w5:1",
    );
    check(
        "Mon 09:10  await 5
         Wed 18:00  mailbox blind
         Fri 12:00  mailbox live
         Fri 12:00  => nudge w5:1",
    );
    // Nothing leaves, and it is answered.
    check(
        "Mon 09:10  await 5
         Mon 09:10  post down
         Thu 09:10  => nudge w5:1
         Thu 09:30  received 5
         Thu 09:30  => recall follow-up:5:1",
    );
    check(
        "Mon 09:10  await 5
         Mon 09:10  post down
         Thu 09:10  => nudge w5:1
         Thu 09:30  again 5
         Thu 09:30  => recall follow-up:5:1
         Tue2 09:30 => nudge w5:2",
    );
}

#[test]
fn one_letter_takes_along_what_is_soon() {
    check(
        "Mon 09:00  ask 1
         Mon 09:30  ask 2
         Mon 10:59  ask 3
         Mon 11:00  ask 4
         Mon 15:00  => nudge 1:0 2:0 3:0 4:0
         Mon 16:00  answer 1
         Mon 16:00  answer 2
         Mon 16:00  answer 3
         Mon 16:00  answer 4",
    );
    // Six hours after Monday 11:01 it is Tuesday 09:01.
    check(
        "Mon 09:00  ask 1
         Mon 11:01  ask 2
         Mon 15:00  => nudge 1:0
         Mon 16:00  answer 1
         Tue 09:01  => nudge 2:0
         Tue 09:30  answer 2",
    );
}

#[test]
fn sorted_by_the_end_of_the_promise() {
    check(
        "Mon 09:00  ask 1
         Mon 14:00  ask 2 vip
         Mon 15:00  => nudge 2:0 1:0
         Mon 16:00  answer 1
         Mon 16:00  answer 2",
    );
}

#[test]
fn a_second_letter_only_where_a_promise_would_break() {
    // Due before the morning: one extra letter, the third waits.
    check(
        "Mon 09:00  ask 1 vip
         Mon 10:00  => nudge 1:0
         Mon 11:00  ask 2 vip
         Mon 12:00  => nudge 2:0
         Mon 12:30  ask 3 vip
         Tue 09:00  => nudge 3:0",
    );
    // Due after the morning: no extra letter.
    check(
        "Mon 09:00  ask 1 vip
         Mon 10:00  => nudge 1:0
         Mon 10:30  ask 2
         Tue 09:00  => nudge 2:0
         Tue 09:10  answer 2",
    );
    // Nudged already: its later steps are no reason for an extra letter.
    check(
        "Mon 09:00  ask 1 steep
         Mon 10:00  => nudge 1:0
         Tue 09:00  => nudge 1:2
         Tue 13:00  => lapse 1",
    );
    let mut strict = facts(office());
    strict.policy = Arc::new(Policy { urgent_extra: 0, ..policy() });
    check_with(
        strict,
        "Mon 09:00  ask 1 vip
         Mon 10:00  => nudge 1:0
         Mon 11:00  ask 2 vip
         Tue 09:00  => nudge 2:0",
    );
}

#[test]
fn a_letter_that_waits_for_days_holds_the_next_one_up() {
    // Until a promise would break: 40 hours after Tuesday 10:00 it is Tuesday 10:00.
    check(
        "Mon 14:10  ask 1 slow
         Mon 14:20  post down
         Mon 16:10  => nudge 1:0
         Tue 10:00  ask 2 slow
         Tue2 09:00 => nudge 2:0
         Tue2 10:00 post up",
    );
}

#[test]
fn the_morning_itself_is_not_before_the_morning() {
    let always = || facts(calendar("Asia/Jakarta", &["Mon-Sun 00:00-24:00"]));
    check_with(
        always(),
        "Mon 17:00  ask 1
         Mon 18:00  ask 2
         Mon 23:00  => nudge 1:0
         Mon 23:01  answer 1
         Tue 00:00  => nudge 2:0
         Tue 00:01  answer 2",
    );
    check_with(
        always(),
        "Mon 20:00  ask 1 vip
         Mon 21:00  => nudge 1:0
         Mon 22:00  ask 2 vip
         Tue 00:00  => nudge 2:0",
    );
}

#[test]
fn a_recalled_letter_leaves_the_day_to_another_one() {
    let mut facts = facts(office());
    let now = instant("Mon 16:00");
    facts.open.push(obligation(1, "all", instant("Mon 09:00")));
    let first = ladder(&facts, instant("Mon 15:00"));
    let [Action::Queue(draft)] = first.actions.as_slice() else { panic!("{first:?}") };
    let queued = letter(1, draft.clone(), instant("Mon 15:00"));
    facts.recent.push((Kind::Nudge, queued.queued_at, queued.id));
    facts.queued.push(queued);
    facts.open = vec![obligation(2, "all", instant("Mon 10:00"))];
    let then = ladder(&facts, now).actions;
    assert!(matches!(then.as_slice(), [Action::Recall { .. }, Action::Queue(_)]), "{then:?}");
}

#[test]
fn after_an_outage_one_nudge() {
    check(
        "Mon 09:00  ask 1
         Mon 10:00  sigap down
         Wed 11:00  sigap up
         Wed 11:00  => nudge 1:1
         Wed 12:00  answer 1",
    );
    check(
        "Mon 09:00  ask 1
         Mon 10:00  mailbox failed
         Wed 08:00  mailbox live
         Wed 09:00  => nudge 1:1
         Wed 12:00  answer 1",
    );
    check(
        "Mon 09:00  ask 1
         Mon 10:00  mailbox blind
         Mon2 08:00 answer 1",
    );
}

#[test]
fn snooze_and_silence_move_the_nudge_only() {
    check(
        "Mon 09:00  ask 1
         Mon 10:00  snooze 1 Tue 11:00
         Tue 11:00  => nudge 1:1001
         Tue 12:00  answer 1",
    );
    // Not taken along while it is snoozed.
    check(
        "Mon 09:00  ask 1
         Mon 09:30  ask 2
         Mon 10:00  snooze 2 Mon 15:10
         Mon 15:00  => nudge 1:0
         Mon 15:20  answer 1
         Tue 09:00  => nudge 2:0
         Tue 10:00  answer 2",
    );
    check(
        "Mon 09:00  ask 1
         Mon 10:00  silence Wed 14:00
         Wed 14:00  => nudge 1:1
         Wed 15:00  answer 1",
    );
}

#[test]
fn a_snooze_ends_with_a_reminder_even_behind_the_ladder() {
    check(
        "Mon 09:00  ask 1
         Mon 15:00  => nudge 1:0
         Tue 13:00  => nudge 1:1
         Tue 14:00  snooze 1 Thu 10:00
         Thu 10:00  => nudge 1:1001
         Thu 11:00  snooze 1 Fri 10:00
         Fri 10:00  => nudge 1:1002
         Fri 11:00  answer 1",
    );
}

#[test]
fn what_waits_to_leave_is_recalled() {
    check(
        "Mon 09:00  ask 1
         Mon 09:10  ask 2
         Mon 10:00  post down
         Mon 15:00  => nudge 1:0 2:0
         Mon 16:00  answer 1
         Mon 16:00  => recall nudge:1:0
         Mon 16:10  snooze 2 Tue 11:00
         Mon 16:10  => recall nudge:2:0
         Mon 16:20  post up
         Tue 11:00  => nudge 2:1001
         Tue 14:00  answer 2",
    );
    check(
        "Mon 09:00  ask 1
         Mon 10:00  post down
         Mon 15:00  => nudge 1:0
         Mon 15:30  mode observe
         Mon 15:30  => recall nudge:1:0
         Mon 15:30  => preview 1:0
         Mon 16:00  post up
         Mon 16:00  mode full
         Mon 16:30  answer 1",
    );
    // Yesterday's letter, while it waits, is the letter of today too.
    check(
        "Mon 09:00  ask 1
         Mon 10:00  post down
         Mon 15:00  => nudge 1:0
         Tue 14:00  post up
         Tue 14:00  => nudge 1:1
         Tue 14:30  answer 1",
    );
    check(
        "Mon 09:00  ask 1
         Mon 10:00  post down
         Mon 15:00  => nudge 1:0
         Mon 15:10  handover 1
         Mon 15:10  => recall nudge:1:0
         Mon 15:30  silence Tue 09:00",
    );
}

#[test]
fn the_backlog_and_what_others_hold_is_left_alone() {
    check("Mon 09:00  ask 1\nMon 09:00  backlog 1");
    check("Mon 09:00  ask 1\nMon 09:10  handover 1");
}

#[test]
fn observing_shows_each_step_once_in_a_preview() {
    let mut observing = facts(office());
    observing.mode = Mode::Observe;
    observing.welcomed = false;
    check_with(
        observing,
        "Mon 09:00  ask 1
         Mon 15:00  => preview 1:0
         Mon 16:00  mode nudge
         Mon 16:00  => welcome
         Mon 16:00  => nudge 1:0
         Tue 13:00  => nudge 1:1
         Tue 14:00  answer 1",
    );
}

#[test]
fn welcome_comes_once_in_the_hours() {
    let mut new = facts(office());
    new.welcomed = false;
    check_with(
        new.clone(),
        "Sun 12:00  mailbox failed
         Mon2 08:00 mailbox live
         Mon2 09:00 => welcome
         Tue2 09:00 end",
    );
    new.mailboxes[1].activated_at = None;
    check_with(new.clone(), "Mon 09:00  end");
    new.mailboxes.pop();
    check_with(new, "Mon 09:00  end");
}
