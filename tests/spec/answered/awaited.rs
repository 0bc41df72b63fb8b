//! Whose answers an owner waits for: a table of stories in both languages, each with what is waited
//! for at its end, and when it is to be followed up.

use sigap::engine::acting::{Deed, undo};
use sigap::engine::awaited::{Status, awaited};
use sigap::engine::awaiting;
use sigap::engine::ledger::{Touched, settle_all};
use sigap::engine::listing::Reach;
use sigap::model::awaited::dereference;

use super::{Stage, played, shown};
use crate::engine::day::at;

/// `id status follow-up` of everything that Ani waits for, by id.
fn state(stage: &Stage) -> Vec<String> {
    let (day, all) = (&stage.day, Reach::All);
    let found = awaited(day.c(), day.engine().office(), None, all, day.now).unwrap();
    let mut told: Vec<String> = found
        .awaiting
        .iter()
        .map(|row| {
            let id = row.message_id.split('@').next().unwrap();
            match (row.ended, row.status) {
                (Some(ended), _) => format!("{id} {}", ended.how.word()),
                (None, Status::FollowUp) => format!("{id} follow-up"),
                (None, _) => format!("{id} waits {}", shown(row.follow_up_at.unwrap())),
            }
        })
        .collect();
    told.sort();
    told
}

fn check(table: &str) {
    let wrong = played(table, |stage, expected| {
        let found = state(stage);
        (found != expected).then(|| format!("{found:?}, not {expected:?}"))
    });
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_an_owner_asks_is_awaited() {
    check(
        "
== en: a question to somebody
09:10 ani sent id=q | Hi Budi, could you please send me the signed contract?
=> q waits Thu_09:10
== id: pertanyaan kepada seseorang
09:10 ani sent id=q | Pak Budi, mohon dikirimkan kontrak yang sudah ditandatangani ya.
=> q waits Thu_09:10
== en: nothing is asked
09:10 ani sent id=q | Hi Budi, the contract is attached. It was signed this morning.
=>
== id: hanya pemberitahuan
09:10 ani sent id=q | Pak Budi, kontraknya sudah kami kirim tadi pagi.
=>
== en: thanks
09:10 ani sent id=q | Thank you very much, Budi!
=>
== id: ditanyakan dua kali, dihitung dari yang terakhir
09:10 ani sent id=q | Pak Budi, mohon dikirimkan kontrak yang sudah ditandatangani ya.
11:00 ani sent id=q2 re=q | Pak Budi, apakah kontraknya sudah ada?
=> q waits Thu_11:00
== en: asking back answers, and waits in turn
09:10 budi asks id=q | Could you please send me the figures?
09:30 ani sent id=a re=q | Which month do you need, March or April?
=> a waits Thu_09:30
== en: to oneself
09:10 ani sent id=q to=ani@mobile.example.com | Could you please send me the signed contract?
=>
== en: passed on with a question
09:10 ani sent id=q subject=Fwd:_Offer | Budi, can you check whether we can accept this?
=> q waits Thu_09:10
== id: undangan kalender
09:10 ani sent id=q calendar=REQUEST |
=>
== en: by a program in the owner's name
09:10 ani sent id=q auto | I am away. Could you please write to Citra?
=>
== id: lewat waktunya
09:10 ani sent id=q | Pak Budi, mohon dikirimkan kontrak yang sudah ditandatangani ya.
Thu_09:30 citra sent id=x to=dewi | Halo.
=> q follow-up
",
    );
}

#[test]
fn any_persons_answer_ends_the_waiting() {
    check(
        "
== en: an answer
09:10 ani sent id=q | Hi Budi, could you please send me the signed contract?
10:00 budi writes re=q | Here it is.
=> q answered
== id: dijawab dengan pertanyaan
09:10 ani sent id=q | Pak Budi, mohon dikirimkan kontrak yang sudah ditandatangani ya.
10:00 budi asks id=b re=q | Bu Ani, kontrak yang mana ya, yang Januari atau Maret?
=> q answered
== en: by somebody else who answers that mail
09:10 ani sent id=q | Hi Budi, could you please send me the signed contract?
10:00 dewi writes re=q | Budi asked me to send it. Here it is.
=> q answered
== id: orang lain menulis hal lain
09:10 ani sent id=q | Pak Budi, mohon dikirimkan kontrak yang sudah ditandatangani ya.
10:00 dewi writes subject=Makan_siang | Bu, saya ikut makan siang.
=> q waits Thu_09:10
== id: orang lain dalam percakapan yang sama menjawab surat lain
09:00 dewi writes id=d | Bu, laporan Maret sudah saya taruh di folder bersama.
09:10 ani sent id=q re=d to=budi | Pak Budi, mohon dikirimkan kontrak yang sudah ditandatangani ya.
10:00 dewi writes id=d2 re=d | Tadi lampirannya kurang satu, sudah saya tambahkan.
=> q waits Thu_09:10
== en: without any ids
09:10 ani sent id=q | Hi Budi, could you please send me the signed contract?
10:00 budi writes subject=Re:_Data_penjualan_Maret | Here it is.
=> q answered
== en: one of several
09:10 ani sent id=q to=budi,dewi | Could one of you please send me the signed contract?
10:00 dewi writes re=q | Here it is.
=> q answered
== id: jawaban terbaca lebih dulu
10:00 budi writes id=b re=q@example.com | Terlampir, Bu.
10:10 ani sent id=q | Pak Budi, mohon dikirimkan kontrak yang sudah ditandatangani ya.
=> q answered
== en: passed on is no answer
09:10 ani sent id=q | Hi Budi, could you please send me the signed contract?
10:00 budi writes re=q subject=Fwd:_Data_penjualan_Maret | Please see below.
=> q waits Thu_09:10
== id: balasan otomatis bukan jawaban
09:10 ani sent id=q | Pak Budi, mohon dikirimkan kontrak yang sudah ditandatangani ya.
09:11 budi writes re=q auto | Email Anda telah kami terima.
=> q waits Thu_09:10
== en: taken back
09:10 ani sent id=q | Hi Budi, could you please send me the signed contract?
10:00 ani sent id=q2 re=q | Never mind, I found it.
=> q withdrawn
== id: dibatalkan sendiri
09:10 ani sent id=q | Pak Budi, mohon dikirimkan kontrak yang sudah ditandatangani ya.
10:00 ani sent id=q2 re=q | Pak Budi, tidak jadi, sudah saya temukan.
=> q withdrawn
== en: another question after the answer
09:10 ani sent id=q | Hi Budi, could you please send me the signed contract?
10:00 budi writes id=b re=q | Here it is.
11:00 ani sent id=q2 re=b | Thanks. Could you also send the annex?
=> q answered; q2 waits Thu_11:00
",
    );
}

#[test]
fn an_absence_and_a_promise_move_the_day() {
    check(
        "
== en: back on a day
09:10 ani sent id=q | Hi Budi, could you please send me the signed contract?
09:11 budi writes re=q auto subject=Automatic_reply:_Data | I am out of the office and will be back on Friday.
=> q waits Tue_17:00
== id: cuti sampai dengan
09:10 ani sent id=q | Pak Budi, mohon dikirimkan kontrak yang sudah ditandatangani ya.
09:11 budi writes re=q auto | Saya sedang cuti sampai dengan Kamis.
=> q waits Tue_17:00
== en: no day is named
09:10 ani sent id=q | Hi Budi, could you please send me the signed contract?
09:11 budi writes re=q auto | I am out of the office and will return soon.
=> q waits Thu_09:10
== en: an answer after the absence
09:10 ani sent id=q | Hi Budi, could you please send me the signed contract?
09:11 budi writes re=q auto | I am out of the office until Tuesday.
15:00 budi writes re=q | Here it is.
=> q answered
== en: a promise for a day
09:10 ani sent id=q | Hi Budi, could you please send me the signed contract?
10:00 budi writes re=q | I'll send it on Tuesday.
=> q waits Wed_09:00
== id: janji
09:10 ani sent id=q | Pak Budi, mohon dikirimkan kontrak yang sudah ditandatangani ya.
10:00 budi writes re=q | Baik Bu, besok saya kirim.
=> q waits Wed_09:00
== id: janji yang ditepati
09:10 ani sent id=q | Pak Budi, mohon dikirimkan kontrak yang sudah ditandatangani ya.
10:00 budi writes id=b re=q | Baik Bu, besok saya kirim.
15:00 budi writes re=q | Terlampir kontraknya, Bu.
=> q answered
",
    );
}

#[test]
fn an_owner_says_what_became_of_it() {
    let says = |stage: &mut Stage, deed: Deed| {
        let now = stage.day.now;
        let rows = awaited(stage.day.c(), stage.day.engine().office(), None, Reach::All, now);
        let reference = rows.unwrap().awaiting[0].reference.clone();
        let engine = stage.day.engine.as_mut().unwrap();
        let office = engine.office().clone();
        let step = engine.db_mut().transaction().unwrap();
        let id = dereference(&reference.to_lowercase()).unwrap();
        let one = sigap::store::awaiting::one(&step, id).unwrap().unwrap();
        let mut touched = Touched::new();
        let owner = &office.owners[&one.owner];
        awaiting::act(&step, &office, owner, (&one, deed), "cli", now, &mut touched).unwrap();
        settle_all(&step, &office, &touched).unwrap();
        step.commit().unwrap();
    };
    let takes_back = |stage: &mut Stage| {
        let (now, owner) = (stage.day.now, stage.day.id_of("ani"));
        let engine = stage.day.engine.as_mut().unwrap();
        let office = engine.office().clone();
        let step = engine.db_mut().transaction().unwrap();
        let mut touched = Touched::new();
        undo(&step, (owner, None), now, &mut touched).unwrap();
        settle_all(&step, &office, &touched).unwrap();
        step.commit().unwrap();
    };
    for (deed, expected) in [
        (Deed::Done, "q done"),
        (Deed::Not, "q not_asked"),
        (Deed::Snooze(at("Fri 09:00")), "q waits Fri_09:00"),
    ] {
        let mut stage = Stage::opens();
        stage.plays("09:10 ani sent id=q | Hi Budi, could you please send me the contract?");
        stage.plays("09:30 ani sent id=q2 re=q | Budi, have you found the contract?");
        says(&mut stage, deed);
        assert_eq!(state(&stage), [expected]);
        takes_back(&mut stage);
        assert_eq!(state(&stage), ["q waits Thu_09:30"], "{deed:?}");
    }
}

#[test]
fn what_is_said_to_sigap_asks_nobody() {
    let please = "Could you please send me the list once more?";
    let unknown = format!("s1.{}@example.com", "a".repeat(26));
    let mut day = Stage::opens().day;
    day.asks("eka", "ani", "e1");
    day.until("Mon 15:30");
    let known = day.last_letter_to("ani").message_id;
    for answered in [known, unknown, "elsewhere@example.org".to_owned()] {
        let raw = day.answer_to_letter("ani", &answered, please);
        day.sent_holds("ani", &raw);
    }
    let (office, all) = (day.engine().office(), Reach::All);
    let found = awaited(day.c(), office, None, all, day.now).unwrap();
    assert_eq!(found.awaiting.len(), 0);
}
