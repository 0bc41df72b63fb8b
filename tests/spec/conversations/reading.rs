//! Rows are numbered as they were read: the same stories, read in any order, come to the same end.

use super::{Told, check, debts, grouped, read, said};
use sigap::model::ids::MessageId;

/// The stories with their lines in this order, so that rows are numbered anew.
fn turned(story: &str, first: usize) -> String {
    let mut lines: Vec<&str> = story.lines().map(str::trim).collect();
    lines.rotate_left(first);
    lines.join("\n")
}

fn in_any_order(story: &str, expected: &[&str]) {
    for first in 0..story.lines().count() {
        let turned = turned(story, first);
        check(&turned, expected);
    }
}

#[test]
fn an_answer_that_only_refers_to_its_question_is_not_before_it() {
    in_any_order(
        "Mon 09:00 budi > ani id=q ask
         Mon 08:58 ani > budi refs=q reply sent",
        &["budi Mon 09:00 asks 1: answered_by_owner Mon 09:00"],
    );
}

#[test]
fn a_message_id_used_again_does_not_move_the_answer() {
    in_any_order(
        "Mon 09:00 budi > ani id=q ask
         Mon 10:00 ani > budi re=q sent
         Mon 11:30 budi > ani ask
         Mon 12:00 budi > ani id=q",
        &["budi Mon 09:00 asks 1: answered_by_owner Mon 10:00", "budi Mon 11:30 asks 1: open"],
    );
}

#[test]
fn two_asks_of_one_second_have_the_same_first() {
    let story = "Mon 09:00 budi > ani id=x ask\nMon 09:00 budi > ani id=y ask";
    let first_of = |story: &str| {
        let told: Vec<Told> = read(story);
        assert_eq!(said(&debts(&told)), ["budi Mon 09:00 asks 2: open"]);
        let first: MessageId = debts(&told)[0].asks[0];
        told.iter().find(|one| one.id == first.0).unwrap().message.key.clone()
    };
    assert_eq!(first_of(story), first_of(&turned(story, 1)));
}

#[test]
fn two_parents_of_one_second_are_told_apart_by_identity() {
    let story = "Mon 09:00 budi > ani id=x\nMon 09:00 budi > ani id=y\nMon 10:00 ani > budi reply";
    assert_eq!(grouped(story), [vec![1], vec![2, 3]]);
    // Read as y, reply, x.
    assert_eq!(grouped(&turned(story, 1)), [vec![1, 2], vec![3]]);
}

#[test]
fn a_missing_mail_repairs_what_was_joined_or_split_without_it() {
    for (story, expected) in [
        // The reply to the second round was taken for one to the first.
        (
            "Mon 09:00 budi > ani\nMon 11:00 ani > budi reply\nMon 10:00 budi > ani",
            vec![vec![1], vec![2, 3]],
        ),
        // A new topic whose old mail was unknown shows itself to be a round of it.
        (
            "Mon 09:00 ani > budi re=g subject=anggaran-2027 quotes=no
             Mon 10:00 citra > ani re=g subject=anggaran
             Mon 08:00 budi > ani id=g subject=anggaran",
            vec![vec![1, 2, 3]],
        ),
    ] {
        let without: Vec<&str> = story.lines().take(2).collect();
        assert_ne!(grouped(&without.join("\n")), expected, "{story}");
        for first in 0..3 {
            let turned = turned(story, first);
            let shift = |id: i64| (id - 1 + first as i64) % 3 + 1;
            let mut found: Vec<Vec<i64>> = grouped(&turned)
                .into_iter()
                .map(|group| {
                    let mut group: Vec<i64> = group.into_iter().map(shift).collect();
                    group.sort_unstable();
                    group
                })
                .collect();
            found.sort();
            assert_eq!(found, expected, "{turned}");
        }
    }
}

#[test]
fn a_ghost_answered_under_two_subjects_takes_references_of_both() {
    let story = "Mon 09:00 budi > ani re=g subject=satu
                 Mon 10:00 citra > ani re=g subject=rapat
                 Mon 11:00 robi > ani refs=g subject=rapat";
    for first in 0..3 {
        assert_eq!(grouped(&turned(story, first)), [vec![1, 2, 3]], "from {first}");
    }
}
