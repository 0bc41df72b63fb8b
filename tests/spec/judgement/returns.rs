//! Until when somebody is away, as their automatic reply says: on the Monday 23 November 2026.

use jiff::Zoned;
use sigap::mail::returns::{absence, back_on};

#[test]
fn the_first_day_back_is_read_in_both_languages() {
    let now: Zoned = "2026-11-23T09:10[Asia/Jakarta]".parse().unwrap();
    for (text, expected) in [
        ("I am out of the office and will be back on Friday.", "2026-11-27"),
        ("Out until November 30th, 2026. For urgent matters call Citra.", "2026-12-01"),
        ("I am away from 24-30 November 2026.", "2026-12-01"),
        ("I will be out starting 11/24/2026 and will not return until 11/30/2026.", "2026-11-30"),
        ("I'm on leave, returning Dec 1st.", "2026-12-01"),
        ("I am travelling and will be back in 2 weeks.", "2026-12-07"),
        ("Ich bin abwesend.\nI am out of the office through 27.11.2026.", "2026-11-28"),
        ("Saya sedang cuti sampai dengan Kamis.", "2026-11-27"),
        ("Saya cuti tanggal 24 s.d. 30 November 2026, kembali 1 Desember 2026.", "2026-12-01"),
        ("Mohon maaf, saya dinas luar hingga 25 November.", "2026-11-26"),
        ("Saya akan kembali masuk kantor hari Senin.", "2026-11-30"),
        ("Saya libur dan masuk lagi besok.", "2026-11-24"),
        // No day, a day that is over, or nothing about an absence.
        ("I am out of the office and will return soon.", ""),
        ("I am away until 20 November 2026.", ""),
        ("Saya sedang cuti selama dua minggu.", "2026-12-08"),
        ("Your request was received on 23 November and has number 4711.", ""),
        ("Thank you. I'll get back to you.", ""),
        ("", ""),
    ] {
        let back = absence(text).and_then(|told| back_on(&told, &now));
        assert_eq!(back.map_or(String::new(), |day| day.to_string()), expected, "{text}");
    }
}
