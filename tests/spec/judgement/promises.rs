//! What counts as a promise with a time, sentence by sentence, in both languages; written on a
//! Wednesday morning.

use jiff::Zoned;
use sigap::mail::promise_times::named;
use sigap::mail::promises::promise;
use sigap::mail::when::When;

/// `2026-11-20` or `2026-11-20_14:00`; `-`: nothing is promised for a time.
fn until(text: &str) -> String {
    let now: Zoned = "2026-11-18T10:00[Asia/Jakarta]".parse().unwrap();
    match promise(text).and_then(|words| named(&words, &now)) {
        Some(When::Day(day)) => day.to_string(),
        Some(When::At(at)) => at.to_zoned(now.time_zone().clone()).strftime("%F_%H:%M").to_string(),
        None => "-".to_owned(),
    }
}

fn check(table: &str) {
    let rows = table.lines().map(str::trim).filter(|line| !line.is_empty());
    let wrong = rows.filter_map(|line| {
        let (wanted, text) = line.split_once(' ').unwrap();
        let told = until(text);
        (told != wanted).then(|| format!("{text}: {told}, not {wanted}"))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn promises_in_english() {
    check(
        "2026-11-20 I'll send it Friday.
         2026-11-19 I will get you an answer tomorrow morning.
         2026-11-24 I will look over the drafts on Tuesday and get back to you.
         2026-11-23 You will have my comments by Monday lunch.
         2026-11-20 We'll be sure to get the list to you by Friday of this week.
         2026-11-27 I should be able to get back to you next week.
         2026-11-19 will do tomorrow
         2026-11-18 I'll check and let you know by close of business.
         2026-11-20_10:00 We will reply by Friday 10:00.
         2026-11-20 We will reply in two days.
         2026-12-08 I will send the contract on Tuesday, December 8.
         2026-11-19 Tomorrow morning I'll forward the minutes.
         2026-11-19 I'll look at it tonight-ish and will send you the rest tomorrow.
         2026-11-23 I already sent the first part and I will send the rest on Monday.
         2026-11-20 I'll ask around. I'll have it ready for you by Friday.
         2026-11-19 I'll see if I can get to it tomorrow.",
    );
}

#[test]
fn no_promises_in_english() {
    check(
        "- We will have lunch on Friday.
         - I will be in the office on Thursday.
         - I will have limited access to mail tomorrow.
         - Let me know by Thursday.
         - Let me know what you think of it tomorrow.
         - I'll call them tomorrow.
         - She will send a new list on Thursday.
         - The officer will send you the form tomorrow.
         - We will meet on Monday to discuss it.
         - I'll see you Friday.
         - If you like, I can send it on Friday.
         - Please send me the list by Friday.
         - I sent it to you this morning.
         - I will not have time to review it today.
         - Call me tonight and I'll give you the details.
         - I'll send you the figures for Friday.
         - I will send you the notes from today.
         - I'll update the page, which is run three times a day.
         - I'll see if we can set up a meeting on Thursday.
         - I will check messages several times tomorrow.
         - We can review this on Friday.
         - Could I send it on Friday?",
    );
}

#[test]
fn promises_in_indonesian() {
    check(
        "2026-11-19 besok saya kirim
         2026-11-19 bsk pagi sy kirim filenya pak
         2026-11-20 Revisi akan saya sampaikan paling lambat hari Jumat, Bu.
         2026-11-18 Saya kabari sore ini.
         2026-11-19 Akan kami kirimkan besok.
         2026-11-25 Perkembangannya akan kami informasikan kembali pada hari Rabu.
         2026-11-20 Saya akan mengirimkan datanya dalam dua hari.
         2026-11-20 Laporan Bapak telah kami terima dan akan kami jawab dalam 2 hari.
         2026-11-19 Hasil rapat akan disampaikan kepada Ibu besok.
         2026-11-27 Hasilnya kami sampaikan pekan depan.
         2026-11-18 gampang, sy beresin malam ini
         2026-11-19 Jadwal untuk pekan depan saya kirim besok.",
    );
}

#[test]
fn no_promises_in_indonesian() {
    check(
        "- Mohon kirim formulirnya besok, Pak.
         - Saya minta tanggal 5 Maret.
         - Besok saya mau cek cuaca.
         - Pak Budi akan mengirim laporannya besok.
         - Petugas kami akan datang besok.
         - Datanya sudah saya kirim tadi pagi.
         - Kalau sempat, besok saya kirim.
         - Besok kita kumpul di kantor.
         - Saya tunggu balasannya besok.
         - Saya belum kirim, besok rapat dulu.
         - Apakah bisa dikirim besok?
         - Besok saya cuti.",
    );
}
