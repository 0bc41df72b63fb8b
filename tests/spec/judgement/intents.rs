//! What a message is for, in both languages: words first, header fields before them.

use sigap::engine::judging::judge;
use sigap::mail::asks::wording;
use sigap::mail::intents::of_own_words;
use sigap::model::verdict::Intent;

use super::people::{owner, policy};

fn check(table: &[(Intent, &str)]) {
    let wrong = table.iter().filter_map(|(wanted, text)| {
        let told = of_own_words(text, &wording("", text));
        (told != *wanted).then(|| format!("{text}: {told:?}, not {wanted:?}"))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn in_english() {
    check(&[
        (Intent::Ask, "Could you send me the March figures?"),
        (Intent::Ask, "Please let me know whether the room is free on Tuesday."),
        (Intent::Ask, "Have you had time to look at the draft?"),
        (Intent::Promise, "I will send you the contract on Friday."),
        (Intent::Promise, "We'll get back to you tomorrow."),
        (Intent::Promise, "I'll check and let you know."),
        (Intent::Closer, "Thank you very much, that helped."),
        (Intent::Closer, "Great, thanks!"),
        (Intent::Closer, "Noted, thank you."),
        (Intent::Information, "The delivery arrived at the warehouse this morning."),
        (Intent::Information, "Attached is the report for March."),
        (Intent::Information, "The office is closed on Monday because of the holiday."),
        (Intent::Approval, "Your leave request LR-2041 has been approved by your manager."),
        (Intent::Approval, "Ticket #4410 has been closed automatically."),
        (Intent::Approval, "Purchase order PO-7731 was declined by the approver."),
        (Intent::Invitation, "We cordially invite you to the opening of our new hall on 3 May."),
        (Intent::Invitation, "All colleagues are invited to the seminar on Friday at 10:00."),
    ]);
}

#[test]
fn in_indonesian() {
    check(&[
        (Intent::Ask, "Mohon kirimkan data penjualan bulan Maret."),
        (Intent::Ask, "Apakah ruang rapat kosong hari Selasa?"),
        (Intent::Ask, "Bu, sudah sempat dilihat drafnya?"),
        (Intent::Promise, "Besok saya kirim filenya, Pak."),
        (Intent::Promise, "Hasilnya akan kami sampaikan hari Jumat."),
        (Intent::Promise, "Saya cek dulu, nanti saya kabari."),
        (Intent::Closer, "Terima kasih banyak, Bu."),
        (Intent::Closer, "Siap, terima kasih."),
        (Intent::Information, "Barang sudah tiba di gudang pagi ini."),
        (Intent::Information, "Terlampir laporan bulan Maret."),
        (Intent::Approval, "Pengajuan cuti CT-2041 telah disetujui atasan Anda."),
        (Intent::Approval, "Tiket #4410 telah ditutup otomatis oleh sistem."),
        (Intent::Invitation, "Kami mengundang Bapak/Ibu menghadiri rapat tahunan pada 3 Mei."),
        (Intent::Invitation, "Undangan rapat koordinasi, Senin pukul 09.00 di aula."),
    ]);
}

#[test]
fn header_fields_are_surer_than_words() {
    let told = |fields: &str, text: &str| {
        let raw = format!(
            "From: a@example.org\r\nTo: ani@example.com\r\nSubject: x\r\n{fields}\r\n{text}\r\n"
        );
        judge(raw.as_bytes(), &owner(), &policy()).intent()
    };
    let machine = "Auto-Submitted: auto-generated\r\n";
    let asked = "Pengajuan cuti menunggu persetujuan Anda. Mohon setujui di portal.";
    assert_eq!(told(machine, asked), Some(Intent::Approval));
    let later = told(machine, "I will reply when I am back on Monday.");
    assert_ne!(later, Some(Intent::Promise), "a machine promises nothing");
    let calendar = "Content-Type: text/calendar; method=REQUEST\r\n";
    let event = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR";
    assert!([None, Some(Intent::Invitation)].contains(&told(calendar, event)));
}
