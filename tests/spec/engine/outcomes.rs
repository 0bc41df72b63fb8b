//! What becomes of a letter, whatever the post office answers and wherever the process dies (laws 2
//! and 3).

use sigap::engine::turn::Input;
use sigap::model::letter::{Kind, State};
use sigap::model::message::{Batch, Role};
use sigap::model::policy::Mode;
use sigap::store::{mailboxes, poison};

use super::away::is_away;
use super::day::{Arrives, At, Day, Post, charter, hours, minutes};
use super::replies::{PATH, silent};
use crate::office::address;

/// A reminder to Ani meets a post office of this kind; then all is well again.
fn reminder_meets(post: Post) -> Day {
    let mut day = Day::opens();
    day.asks("budi", "ani", "b1");
    day.until("Mon 15:04");
    day.post = post;
    day.passes(minutes(2));
    day.post = Post::Accepts;
    day
}

/// Ani is away, and Budi has written to her: an automatic reply.
fn to_requester(day: &mut Day, id: &str) {
    day.writes("budi", "ani", id, "Figures", PATH, "Could you please send me the figures?");
}

fn requester_meets(post: Post) -> Day {
    let mut day = Day::with(charter(Mode::Full));
    is_away(&day, "Mon 09:00", "Thu 00:00");
    day.post = post;
    to_requester(&mut day, "b1");
    day.passes(minutes(2));
    day.post = Post::Accepts;
    day
}

fn state_of(day: &Day, kind: Kind) -> State {
    day.letters().into_iter().rfind(|one| one.draft.kind == kind).unwrap().state
}

#[test]
fn accepted_is_sent_once() {
    let mut day = reminder_meets(Post::Accepts);
    day.until("Mon 16:59");
    assert_eq!((day.tried.len(), day.fate("ani")), (1, State::Sent));
}

#[test]
fn refused_for_good_is_not_tried_again_and_the_next_step_still_comes() {
    let mut day = reminder_meets(Post::Refuses);
    day.until("Tue 12:00");
    assert_eq!((day.tried.len(), day.fate("ani")), (1, State::Failed));
    day.until("Tue 13:30");
    assert_eq!((day.tried.len(), day.fate("ani")), (2, State::Sent));
    assert_ne!(day.tried[0].bytes, day.tried[1].bytes);
}

#[test]
fn refused_for_now_goes_again_with_the_same_bytes_after_a_growing_pause() {
    let mut day = Day::opens();
    day.asks("budi", "ani", "b1");
    day.post = Post::DefersLetter;
    day.until("Mon 15:06");
    assert_eq!(day.tried.len(), 1);
    day.passes(minutes(7));
    assert_eq!(day.tried.len(), 2);
    day.passes(minutes(6));
    assert_eq!(day.tried.len(), 2);
    day.post = Post::Accepts;
    day.passes(minutes(8));
    assert_eq!(day.post(), ["nudge to ani@example.com"]);
    assert!(day.tried.iter().all(|parcel| parcel.bytes == day.tried[0].bytes));
}

#[test]
fn a_lost_answer_is_cleared_up_by_the_letter_in_the_inbox() {
    let mut day = reminder_meets(Post::LosesAnswer(Arrives::Yes));
    day.until("Mon 16:59");
    assert_eq!((day.tried.len(), day.fate("ani")), (1, State::Sent));
    let letter = day.last_letter_to("ani");
    assert_eq!(letter.answer, "found in the receiver's inbox");
}

#[test]
fn a_lost_letter_goes_once_more_with_the_same_bytes_after_it_was_missing_twice() {
    let mut day = reminder_meets(Post::LosesAnswer(Arrives::No));
    assert_eq!(day.fate("ani"), State::Unknown);
    day.passes(minutes(14));
    assert_eq!(day.tried.len(), 1);
    day.passes(minutes(17));
    assert_eq!((day.tried.len(), day.fate("ani")), (2, State::Sent));
    assert_eq!(day.tried[0].bytes, day.tried[1].bytes);
    day.until("Tue 12:00");
    assert_eq!(day.tried.len(), 2);
}

#[test]
fn a_letter_lost_twice_is_left_alone() {
    let mut day = Day::opens();
    day.asks("budi", "ani", "b1");
    day.post = Post::LosesAnswer(Arrives::No);
    day.until("Tue 12:00");
    assert_eq!((day.tried.len(), day.fate("ani")), (2, State::Unknown));
}

#[test]
fn a_repeat_that_waited_too_long_leaves_its_first_copy_unknown() {
    let mut day = reminder_meets(Post::LosesAnswer(Arrives::No));
    day.holds();
    day.until("Mon 16:30");
    assert_eq!((day.tried.len(), day.fate("ani")), (1, State::Queued));
    day.until("Wed 12:00");
    day.releases();
    day.until("Wed 12:30");
    let first = day.letters().into_iter().find(|one| one.id == day.tried[0].id).unwrap();
    assert_eq!((first.state, first.repeats), (State::Unknown, 1));
    assert!(day.tried[1..].iter().all(|parcel| parcel.id != first.id));
}

#[test]
fn a_lost_letter_is_not_repeated_while_the_inbox_cannot_be_read() {
    let mut day = reminder_meets(Post::LosesAnswer(Arrives::No));
    day.goes_deaf("ani", Role::Inbox);
    day.until("Mon 16:59");
    assert_eq!((day.tried.len(), day.fate("ani")), (1, State::Unknown));
}

#[test]
fn a_lost_letter_is_not_repeated_when_what_it_says_is_over() {
    let mut day = reminder_meets(Post::LosesAnswer(Arrives::No));
    day.answers("ani", "budi", "b1");
    day.until("Tue 12:00");
    assert_eq!((day.tried.len(), day.fate("ani")), (1, State::Unknown));
}

#[test]
fn a_missing_letter_proves_nothing_while_a_message_of_that_inbox_is_set_aside() {
    let mut day = reminder_meets(Post::LosesAnswer(Arrives::No));
    // The process died each time a message was read: perhaps it was the letter.
    let (inbox, uid) = (day.mailbox("ani", Role::Inbox), 99);
    assert!(!day.dies_while_reading(inbox, uid));
    assert!(day.dies_while_reading(inbox, uid));
    day.reads_everything();
    assert_eq!(poison::set_aside(day.c(), inbox).unwrap(), [uid].into());
    day.until("Tue 12:00");
    assert_eq!((day.tried.len(), day.fate("ani")), (1, State::Unknown));
}

#[test]
fn what_is_read_well_is_no_longer_suspected() {
    let mut day = Day::opens();
    let inbox = day.mailbox("ani", Role::Inbox);
    day.goes_deaf("ani", Role::Inbox);
    day.asks("budi", "ani", "b1");
    let arrived = day.batch(day.place("ani", Role::Inbox));
    let uid = arrived.messages[0].uid;
    assert!(!day.dies_while_reading(inbox, uid));
    day.turns(Input::Arrived(vec![arrived]));
    assert!(!day.dies_while_reading(inbox, uid), "the first time has been made good");
}

#[test]
fn what_was_read_around_a_suspected_message_does_not_acquit_it() {
    let mut day = Day::opens();
    let inbox = day.mailbox("ani", Role::Inbox);
    day.goes_deaf("ani", Role::Inbox);
    for id in ["b1", "b2", "b3"] {
        day.asks("budi", "ani", id);
    }
    let mut arrived = day.batch(day.place("ani", Role::Inbox));
    let between = arrived.messages.remove(1).uid;
    assert!(!day.dies_while_reading(inbox, between));
    day.turns(Input::Arrived(vec![arrived]));
    assert!(day.dies_while_reading(inbox, between), "it was not among them");
}

#[test]
fn a_set_aside_message_that_leaves_its_folder_is_forgotten() {
    let mut day = Day::opens();
    let inbox = day.mailbox("ani", Role::Inbox);
    day.dies_while_reading(inbox, 99);
    day.dies_while_reading(inbox, 99);
    assert!(mailboxes::known(day.c(), inbox).unwrap().contains(&99), "it is not read again");
    assert!(mailboxes::latest(day.c(), inbox, 10).unwrap().contains(&99), "its leaving is noticed");
    let nothing = day.batch(day.place("ani", Role::Inbox));
    day.turns(Input::Arrived(vec![Batch { vanished: vec![99], ..nothing }]));
    assert!(poison::set_aside(day.c(), inbox).unwrap().is_empty());
}

#[test]
fn what_is_set_aside_is_forgotten_when_the_folder_is_numbered_anew() {
    let mut day = Day::opens();
    let inbox = day.mailbox("ani", Role::Inbox);
    day.dies_while_reading(inbox, 9);
    day.dies_while_reading(inbox, 9);
    day.reads_everything();
    assert_eq!(poison::set_aside(day.c(), inbox).unwrap(), [9].into());
    day.is_numbered_anew("ani", Role::Inbox);
    assert!(poison::set_aside(day.c(), inbox).unwrap().is_empty());
}

#[test]
fn an_alarm_goes_once_more_to_an_admin_whose_inbox_nobody_watches() {
    let mut day = Day::opens();
    day.post = Post::LosesAnswer(Arrives::No);
    day.blows_the_fuse();
    day.releases();
    day.passes(minutes(14));
    assert_eq!(day.tried.len(), 1);
    day.passes(hours(2));
    assert_eq!((day.tried.len(), state_of(&day, Kind::Alarm)), (2, State::Unknown));
    assert_eq!(day.tried[0].bytes, day.tried[1].bytes);
}

#[test]
fn wherever_the_process_dies_the_owner_has_the_letter_once() {
    for (post, tries) in [
        (Post::Dies(At::Dialogue, Arrives::No), 2),
        (Post::Dies(At::Dot, Arrives::Yes), 1),
        (Post::Dies(At::Dot, Arrives::No), 2),
    ] {
        let mut day = reminder_meets(post.clone());
        day.restarts();
        day.until("Mon 16:30");
        assert_eq!((day.tried.len(), day.fate("ani")), (tries, State::Sent), "{post:?}");
        assert_eq!(day.posted.len(), 1, "{post:?}");
        assert!(day.tried.iter().all(|parcel| parcel.bytes == day.tried[0].bytes));
    }
}

#[test]
fn a_requester_gets_nothing_twice_whatever_happens() {
    for (post, tries, end) in [
        (Post::Accepts, 1, State::Sent),
        (Post::Refuses, 1, State::Failed),
        (Post::LosesAnswer(Arrives::Yes), 1, State::Unknown),
        (Post::LosesAnswer(Arrives::No), 1, State::Unknown),
        (Post::Dies(At::Dialogue, Arrives::No), 2, State::Sent),
        (Post::Dies(At::Dot, Arrives::Yes), 1, State::Unknown),
        (Post::Dies(At::Dot, Arrives::No), 1, State::Unknown),
    ] {
        let mut day = requester_meets(post.clone());
        if day.engine.is_none() {
            day.restarts();
        }
        day.until("Wed 12:00");
        assert_eq!(day.tried.len(), tries, "{post:?}");
        assert_eq!(state_of(&day, Kind::AutoReply), end, "{post:?}");
    }
}

#[test]
fn after_a_restore_nothing_that_was_queued_for_a_requester_leaves() {
    let mut day = Day::with(charter(Mode::Full));
    is_away(&day, "Mon 09:00", "Thu 00:00");
    day.holds();
    to_requester(&mut day, "b1");
    day.is_copied();
    day.releases();
    day.passes(minutes(5));
    assert_eq!(day.post(), ["auto_reply to budi@example.org"]);
    day.is_restored();
    day.reads_everything();
    day.passes(minutes(5));
    assert!(day.post().is_empty());
    day.releases_a_restored_one();
    day.passes(minutes(5));
    let letter = day.letters().into_iter().rfind(|one| one.draft.kind == Kind::AutoReply).unwrap();
    assert_eq!(letter.state, State::Expired);
    assert!(letter.answer.contains("restored"), "{}", letter.answer);
    // Whom this absence was told to is not known any more.
    to_requester(&mut day, "b2");
    day.passes(hours(5));
    assert!(day.post().is_empty());
    assert_eq!(silent(&day, "b2"), "S3");
}

#[test]
fn one_bad_recipient_does_not_hold_up_the_others() {
    let mut day = Day::opens();
    day.asks("budi", "ani", "b1");
    day.asks("eka", "citra", "e1");
    day.until("Mon 15:04");
    day.only_refuses = Some("ani@example.com");
    day.passes(minutes(3));
    assert_eq!(day.post(), ["nudge to citra@example.com"]);
}

#[test]
fn several_recipients_refused_for_now_in_a_row_rest_the_account() {
    let mut charter = charter(Mode::Nudge);
    for name in ["dewi", "eko", "fajar"] {
        let mut owner = charter.owners[0].clone();
        owner.addresses = vec![address(&format!("{name}@example.com"))];
        charter.owners.push(owner);
    }
    let mut day = Day::with(charter);
    for name in ["ani", "citra", "dewi", "eko", "fajar"] {
        day.asks("budi", name, &format!("b-{name}"));
    }
    day.until("Mon 15:04");
    day.post = Post::DefersLetter;
    day.passes(minutes(3));
    assert_eq!(day.tried.len(), 3, "{:?}", day.tried.iter().map(|p| &p.to).collect::<Vec<_>>());
    day.post = Post::Accepts;
    day.passes(minutes(30));
    assert_eq!(day.post().len(), 5);
}
