//! Introductions of quotes in many languages: own examples always, and every introduction that
//! mail programs are known to write when the list of them lies beside the project.
use sigap::mail::clean::clean_lines;
use sigap::mail::zones::own_words;

use crate::foreign::introductions::{Tried, headers, introductions, left};

/// As programs write them; each is tried above a quote with marks and above one without.
const DATED: &[&str] = &[
    "On 23 Nov 2026, at 09:12, Ani <ani@example.com> wrote:",
    "On Monday, 23 November 2026 at 09:12:45 WIB, Ani Lestari <ani@example.com> wrote:",
    "Pada tanggal Sen, 23 Nov 2026 09.12, Ani Lestari <ani@example.com> menulis:",
    "Dalam 23/11/2026 09:12, Ani menulis:",
    "Am Montag, 23. November 2026 um 09:12 schrieb Ani <ani@example.com>:",
    "Le lun. 23 nov. 2026 à 09:12, Ani <ani@example.com> a écrit\u{a0}:",
    "El lun, 23 nov 2026 a la(s) 09:12, Ani (ani@example.com) escribió:",
    "Em seg., 23 de nov. de 2026 às 09:12, Ani <ani@example.com> escreveu:",
    "Il giorno lun 23 nov 2026 alle ore 09:12 Ani <ani@example.com> ha scritto:",
    "Op ma 23 nov 2026 om 09:12 schreef Ani <ani@example.com>:",
    "Den mån 23 nov. 2026 kl 09:12 skrev Ani <ani@example.com>:",
    "man. 23. nov. 2026 kl. 09.12 skrev Ani <ani@example.com>:",
    "Þann 23.11.2026, skrifaði Ani:",
    "ma 23. marrask. 2026 klo 9.12 Ani (ani@example.com) kirjoitti:",
    "Kuupäeval 23.11.2026 09:12 kirjutas Ani <ani@example.com>:",
    "2026-11-23, pr, 09:12 Ani <ani@example.com> rašė:",
    "Ani <ani@example.com> @ 23.11.2026 09:12 rakstīja:",
    "pon., 23 lis 2026 o 09:12 Ani <ani@example.com> napisał(a):",
    "po 23. 11. 2026 v 9:12 odesílatel Ani <ani@example.com> napsal:",
    "po 23. 11. 2026 o 9:12 Ani <ani@example.com> napísal(a):",
    "V V pon., 23. nov. 2026 ob 09:12 je oseba Ani <ani@example.com> napisala:",
    "Dana 23.11.2026 09:12, Ani je napisao/la:",
    "Ani <ani@example.com> ezt írta (időpont: 2026. nov. 23., H, 9:12):",
    "Pe lun., 23 nov. 2026 la 09:12, Ani <ani@example.com> a scris:",
    "Në 23.11.2026 09:12, Ani shkroi:",
    "Στις Δευ 23 Νοε 2026 στις 9:12 π.μ., ο χρήστης Ani <ani@example.com> έγραψε:",
    "пн, 23 нояб. 2026 г. в 09:12, Ani <ani@example.com>:",
    "23.11.2026 09:12, Ani пишет:",
    "пн, 23 лист. 2026 р. о 09:12 Ani <ani@example.com> пише:",
    "На 23.11.2026 г. в 09:12, Ani <ani@example.com> написа:",
    "Ani <ani@example.com>, 23 Kas 2026 Pzt, 09:12 tarihinde şunu yazdı:",
    "Vào Th 2, 23 thg 11, 2026 vào lúc 09:12 Ani <ani@example.com> đã viết:",
    "ในวันที่ จ. 23 พ.ย. 2026 เวลา 09:12 Ani <ani@example.com> เขียนว่า:",
    "2026年11月23日(月) 9:12 Ani <ani@example.com>:",
    "Ani <ani@example.com> 于2026年11月23日周一 09:12写道：",
    "Ani <ani@example.com> 於 2026年11月23日 週一 上午9:12寫道：",
    "2026년 11월 23일 (월) 오전 9:12, Ani <ani@example.com>님이 작성:",
    "\u{200f}בתאריך ב׳, 23 בנוב׳ 2026 ב-9:12 מאת \u{202a}Ani\u{202c} <ani@example.com>\u{200f}:",
    "في الاثنين، 23 نوفمبر 2026، 9:12 كتب Ani <ani@example.com>:",
    "در دوشنبه ۲۳ نوامبر ۲۰۲۶، ۹:۱۲ Ani نوشت:",
    "सोम, 23 नव॰ 2026 को 9:12 बजे Ani <ani@example.com> ने लिखा:",
    "23/11/2026 09:12-ში, Ani დაწერა:",
    "Monday, 23 November 2026, 9:12 AM +0700 from Ani <ani@example.com>:",
    "09:12, 23 November 2026, \"Ani\" <ani@example.com>:",
    "---- On Mon, 23 Nov 2026 09:12:00 +0700 Ani <ani@example.com> wrote ----",
    "On Mon, 23 Nov 2026 09:12:00 +0700 Ani <ani@example.com> wrote",
    "Ani <ani@example.com> schrieb am Mo., 23.\nNov. 2026 um 09:12 Uhr:",
    "On Mon, 23 Nov 2026 at 09:12, Ani Lestari via Warehouse <\nani@example.com> wrote:",
    "tir. 24. nov. 2026 kl. 09:12 skrev Ani Lestari <ani@example.com\n>:",
    "On 23 Nov 2026,\nat 09:12,\nAni <ani@example.com> wrote:",
];

/// These tell too little to end the sender's words without a mark below.
const UNDATED: &[&str] = &[
    "Ani Lestari wrote:",
    "Ani Lestari menulis:",
    "Ani schrieb:",
    "Ani Lestari a écrit :",
    "Użytkownik Ani napisał:",
    "Ysgrifennodd Ani:",
    "Ani ने लिखा:",
    "Ani 写道：",
    "Ani より:",
    "Ani Lestari:",
    "Ani <ani@example.com>:",
    "On Monday, Ani said:",
    "2026/11/23 Ani Lestari <ani@example.com>",
];

/// What the sender wrote; these only look like introductions.
const OWN: &[&str] = &[
    "On Monday we meet at 9:12:",
    "Pada Senin, 23 November 2026 pukul 09.12 kami rapat:",
    "Ani wrote me a long letter.",
    "Pak Budi menulis begini:",
    "Am 23.11. um 9:12 Uhr treffen wir uns:",
    "The meeting of 23 November 2026 is at 09:12:",
    "2026年11月23日の会議より:",
    "Please ask ani@example.com:",
    "On 23/11 he said:",
];

#[test]
fn introductions_are_cut_with_what_they_introduce() {
    for introduction in DATED {
        for below in ["> Jadi besok?\n> Salam", "Jadi besok?\nSalam"] {
            let own = left(introduction, below);
            assert_eq!(own, "Baik, saya kirim.", "{introduction} above {below:?}");
        }
    }
    for introduction in UNDATED {
        let own = left(introduction, "> Jadi besok?\n> Salam");
        assert_eq!(own, "Baik, saya kirim.", "{introduction}");
    }
}

#[test]
fn what_looks_like_an_introduction_stays() {
    for own in UNDATED.iter().filter(|line| !line.contains('@')).chain(OWN) {
        let wanted = format!("Baik, saya kirim.\n\n{own}\n\nJadi besok?");
        assert_eq!(left(own, "Jadi besok?"), wanted);
    }
}

#[test]
fn what_stands_between_quotes_is_kept_below_any_introduction() {
    for introduction in DATED.iter().chain(UNDATED) {
        let text = format!("{introduction}\n> one?\n\nSatu.\n\n> two?\nDua.\n\n> three?\n\nTiga.");
        let own = own_words(&clean_lines(&text)).own;
        assert_eq!(own, "Satu.\n\nDua.\n\nTiga.", "{introduction}");
    }
}

fn all_are_cut(tried: Option<Tried>) {
    let Some(Tried { wrong, .. }) = tried else { return };
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_known_introduction_is_cut() {
    all_are_cut(introductions());
}

#[test]
fn every_known_block_of_headers_is_cut() {
    all_are_cut(headers());
}
