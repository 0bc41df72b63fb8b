//! The stories, rung by rung.

use super::check;

#[test]
fn an_answer_that_names_the_request() {
    check(
        "
== en: a plain reply
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent re=q refs=q | Here they are.
=> q answered_by_owner reference
== id: balasan biasa
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent re=q subject=Bls:_Data_penjualan_Maret | Terlampir datanya ya, Pak.
=> q answered_by_owner reference
== en: from another of the owner's addresses
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent re=q as=ani@mobile.example.com | Here they are.
=> q answered_by_owner reference
== id: dari alamat dengan tanda plus
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent re=q as=ani+kantor@example.com | Terlampir.
=> q answered_by_owner reference
== en: references alone
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent refs=q | Here they are.
=> q answered_by_owner reference
== id: satu jawaban untuk dua kali bertanya
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
09:40 budi asks id=q2 re=q | Bu, apakah datanya sudah ada? Mohon segera dikirim.
10:00 ani sent re=q2 refs=q,q2 | Sudah saya kirim, Pak.
=> q answered_by_owner reference
== en: a reply to all, the requester in Cc
09:10 budi asks id=q cc=dewi | Could you please send me the March figures?
10:00 ani sent re=q to=dewi cc=budi | Here they are.
=> q answered_by_owner reference
== id: ke alamat balasan yang diminta
09:10 budi asks id=q replyto=kantor.budi | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent re=q to=kantor.budi | Terlampir datanya.
=> q answered_by_owner reference
== en: under another subject, with the request quoted
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent re=q subject=Figures,_as_promised | Here they are.\\n\\nOn Mon, Budi wrote:\\n> Could you please send me the March figures?
=> q answered_by_owner reference
== id: dengan subjek lain, tanpa kutipan
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent re=q refs=q subject=Re:_Berkas | Terlampir.
=> q answered_by_owner reference
== id: jawaban terbaca sebelum pertanyaannya
10:00 ani sent id=a re=q@example.org | Terlampir datanya ya, Pak.
10:10 budi asks id=q at=Mon_09:30 | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
=> q answered_by_owner reference
== en: a later question is a new request
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent id=a re=q | Here they are.
11:00 budi asks id=q2 re=a | Thank you. Could you also send the April figures?
=> q answered_by_owner reference; q2 open
== id: belum dijawab
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
=> q open
",
    );
}

#[test]
fn a_later_mail_in_the_conversation() {
    check(
        "
== en: an answer to a later mail of the requester
09:10 budi asks id=q | Could you please send me the March figures?
09:30 budi writes id=f re=q | For your information, the meeting was moved to room 4.
10:00 ani sent re=f | Here they are.
=> q answered_by_owner conversation
== id: jawaban pada email sebelumnya dalam percakapan itu
09:10 budi writes id=i | Sekadar informasi, rapat pindah ke ruang 4.
09:30 budi asks id=q re=i | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent re=i | Ini datanya, Pak.
=> q answered_by_owner conversation
== en: an answer to the owner's own mail
09:06 ani sent id=own | The figures are ready.
09:10 budi asks id=q re=own | Could you please send them to me?
10:00 ani sent re=own | Attached, sorry.
=> q answered_by_owner conversation
== id: hanya kepada orang lain dalam percakapan
09:10 budi asks id=q cc=dewi | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
09:30 dewi writes id=d re=q | Sekadar informasi, saya sudah punya data Februari.
10:00 ani sent re=d to=dewi | Terima kasih, Bu Dewi.
=> q open
== en: somebody asked later is answered, the first is not
09:10 budi asks id=q | Could you please send me the March figures?
09:30 dewi asks id=d re=q | Could you please send them to me as well?
10:00 ani sent re=d to=dewi | Here they are.
=> d answered_by_owner reference; q open
== id: email keluar sebelum ditanya bukan jawaban
09:06 ani sent id=own | Datanya sedang saya siapkan.
09:10 budi asks id=q re=own | Kapan kira-kira bisa dikirim, Bu?
=> q open
",
    );
}

#[test]
fn a_mark_of_a_mail_program() {
    check(
        "
== en: marked
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani flag q
=> q answered_by_flag mark
== id: ditandai, lalu jawabannya ditemukan
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani flag q
10:30 ani sent re=q | Terlampir.
=> q answered_by_owner reference
== en: marked, and asked anew
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani flag q
11:00 budi asks id=q2 re=q | Could you please send the April figures as well?
=> q answered_by_flag mark; q2 open
== id: ditandai sesudah mungkin dijawab
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent subject=Makan_siang | Sampai nanti siang.
10:30 ani flag q
=> q answered_by_flag mark
",
    );
}

#[test]
fn a_reply_without_ids() {
    check(
        "
== en: a reply prefix and the same subject
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent subject=Re:_Data_penjualan_Maret | Here they are.
=> q answered_by_owner without_ids
== id: awalan balasan dan perihal yang sama
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent subject=Balas:_Data_penjualan_Maret | Terlampir.
=> q answered_by_owner without_ids
== en: no prefix, the request quoted
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent | Here they are.\\n\\nOn Mon, Budi wrote:\\n> Could you please send me the March figures?
=> q answered_by_owner without_ids
== id: id yang ditulis ulang di jalan
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent re=rewritten-1@gateway.example.net | Terlampir datanya.
=> q answered_by_owner without_ids
== en: a rewritten id, and a subject that says nothing
09:10 budi asks id=q subject=Question | Could you please send me the March figures?
10:00 ani sent re=rewritten-1@gateway.example.net subject=Re:_Question | Here they are.
=> q perhaps elsewhere
== id: id yang ditulis ulang, perihal lain
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent re=lain-7@gateway.example.net subject=Re:_Undangan_rapat | Saya hadir.
=> q open
== en: a reply under that subject before it was asked
09:06 ani sent subject=Re:_Data_penjualan_Maret | Nothing new here.
09:10 budi asks id=q | Could you please send me the March figures?
=> q open
== id: permintaan yang sama dengan dua id
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
09:11 budi asks id=q2 | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent re=q2 | Terlampir.
=> q perhaps elsewhere; q2 answered_by_owner reference
",
    );
}

#[test]
fn a_mail_in_another_conversation() {
    check(
        "
== en: a mail of its own to the requester
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent subject=The_numbers | As discussed, here are the numbers.
=> q perhaps elsewhere
== id: email baru kepada yang meminta
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent subject=Berkas_untuk_Bapak | Berikut berkasnya, Pak.
=> q perhaps elsewhere
== en: the requester asks again: they were not answered
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent subject=Lunch | Lunch at noon, see you there.
11:00 budi asks id=q2 re=q | May I ask again: could you please send me the figures?
=> q open
== id: email itu keluar sebelum ditanya
09:06 ani sent subject=Makan_siang | Sampai nanti siang.
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
=> q open
== en: the requester is only in Cc
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent subject=Lunch to=dewi cc=budi | Lunch at noon.
=> q open
== id: edaran kepada banyak orang
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent subject=Jadwal_kantor to=budi,p1,p2,p3,p4,p5,p6,p7,p8,p9,p10 | Berikut jadwal kantor.
=> q open
== en: an answer to another question of theirs
09:10 budi asks id=q | Could you please send me the March figures?
09:20 budi asks id=other subject=Parking | Could you please tell me where to park?
10:00 ani sent re=other subject=Re:_Parking | Behind the house.
=> other answered_by_owner reference; q open
== id: meneruskan hal lain kepadanya
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent subject=Trs:_Undangan | Untuk diketahui.
=> q open
== en: a program writes to them
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent subject=Out_of_office auto | I am out of the office.
=> q open
== id: mungkin, lalu dijawab
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent subject=Makan_siang | Sampai nanti siang.
11:00 ani sent re=q | Ini datanya, Pak.
=> q answered_by_owner reference
== en: perhaps, and then done by hand
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent subject=Lunch | Lunch at noon.
11:00 ani DONE q
=> q done said
== id: mungkin, dan ia berterima kasih di sana
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent id=a subject=Berkas | Berikut berkasnya, Pak.
11:00 budi writes re=a subject=Re:_Berkas | Terima kasih banyak, Bu.
=> q perhaps elsewhere
== en: a colleague's mail of its own says nothing
09:10 budi asks id=q | Could you please send me the March figures?
10:00 citra sent subject=Hello | Nice to meet you.
=> q open
== id: menerima undangan rapat darinya
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent subject=Diterima:_Rapat calendar=REPLY
=> q open
== en: two requests, a mail of its own may be about either
09:10 budi asks id=q | Could you please send me the March figures?
09:20 budi asks id=r subject=Parking | Could you please tell me where to park?
10:00 ani sent subject=The_numbers | Here are the numbers.
=> q perhaps elsewhere; r perhaps elsewhere
== id: kepada orang lain
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent subject=Berkas to=dewi | Berikut berkasnya, Bu.
=> q open
",
    );
}

#[test]
fn what_never_counts() {
    check(
        "
== en: an automatic reply
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent re=q auto | I am out of the office.
=> q open
== id: balasan otomatis
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent re=q auto subject=Balasan_otomatis | Saya sedang cuti.
=> q open
== en: passed on to a colleague
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent re=q to=citra subject=Fwd:_Data_penjualan_Maret | Can you take this?
=> q open
== id: diteruskan, peminta ikut menerima
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent re=q to=citra cc=budi subject=Trs:_Data_penjualan_Maret | Mohon dibantu, Bu Citra.
=> q open
== en: a calendar's acceptance
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent re=q subject=Accepted:_Data_penjualan_Maret calendar=REPLY
=> q open
== id: usul waktu lain dari kalender
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent re=q calendar=COUNTER
=> q open
== en: an invitation is an answer
09:10 budi asks id=q | Could you please find an hour for us next week?
10:00 ani sent re=q calendar=REQUEST
=> q answered_by_owner reference
== id: konsep yang belum dikirim
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent re=q draft | Terlampir
=> q open
== en: a draft, and then what was sent
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent id=a1 re=q draft | Here they
10:30 ani sent id=a2 re=q | Here they are.
=> q answered_by_owner reference
== id: catatan kepada diri sendiri
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent re=q to=ani | Jangan lupa.
=> q open
== en: to somebody else alone
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent re=q to=citra | Do you have them?
=> q open
",
    );
}

#[test]
fn copies_and_folders() {
    check(
        "
== en: in a second Sent folder
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent2 re=q | Here they are.
=> q answered_by_owner reference
== id: folder Terkirim, email baru
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent2 subject=Berkas | Berikut berkasnya.
=> q perhaps elsewhere
== en: in both Sent folders
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent id=a re=q | Here they are.
10:01 ani sent2 id=a re=q | Here they are.
=> q answered_by_owner reference
== id: Bcc kepada diri sendiri, tembusan dibaca lebih dulu
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani writes id=a re=q to=budi | Terlampir.
10:01 ani sent id=a re=q bcc=ani | Terlampir.
=> q answered_by_owner reference
== en: Bcc to oneself, the copy read afterwards
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent id=a re=q bcc=ani | Here they are.
10:01 ani writes id=a re=q to=budi | Here they are.
=> q answered_by_owner reference
== id: hanya tembusan di kotak masuk
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani writes id=a re=q to=budi | Terlampir.
=> q perhaps copy
== en: only a copy in the inbox, and asked again
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani writes id=a re=q to=budi | Here they are.
11:00 budi asks id=q2 re=q | May I ask again: could you please send me the figures?
=> q open
== id: tembusan terusan di kotak masuk
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani writes id=a re=q to=budi subject=Fwd:_Data_penjualan_Maret | Untuk diketahui.
=> q open
== en: a copy to somebody else
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani writes id=a re=q to=dewi | Do you have them?
=> q open
== id: pembaca membalas jawaban yang tidak tersimpan
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
11:00 budi writes id=t re=lost-1@example.com refs=q,lost-1@example.com | Terima kasih banyak, Bu.
=> q perhaps reply_seen
== en: the same, from a machine that may be anybody's
09:10 budi asks id=q | Could you please send me the March figures?
11:00 budi writes id=t re=lost-1@mail.example.net refs=q,lost-1@mail.example.net | Thank you very much.
=> q perhaps reply_seen
== id: ia membalas emailnya sendiri yang hilang
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
11:00 budi writes id=t re=lost-1@example.org refs=q,lost-1@example.org | Sekadar informasi, rapatnya pindah.
=> q open
== en: somebody else was asked too, and may have replied
09:10 budi asks id=q to=ani,dewi | Could you please send me the March figures?
11:00 budi writes id=t re=lost-1@mail.example.net refs=q,lost-1@mail.example.net | Thank you very much.
=> q open
== id: jawaban terlihat, dan ia bertanya lagi
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
11:00 budi asks id=q2 re=lost-1@example.com refs=q,lost-1@example.com | Terima kasih. Bisa tolong kirimkan juga data April?
=> q open
",
    );
}

#[test]
fn colleagues() {
    check(
        "
== en: a colleague of the team
09:10 budi asks id=q | Could you please send me the March figures?
10:00 citra sent re=q | Here they are.
=> q answered_by_colleague colleague
== id: rekan satu tim
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 citra sent re=q | Saya bantu ya, Pak, ini datanya.
=> q answered_by_colleague colleague
== en: a colleague passes it on
09:10 budi asks id=q | Could you please send me the March figures?
10:00 citra sent re=q to=dewi subject=Fwd:_Data_penjualan_Maret | Do you know?
=> q open
== id: rekan hanya menulis kepada pemilik
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 citra sent re=q to=ani | Ini sudah dijawab, Bu?
=> q open
== en: a colleague's automatic reply
09:10 budi asks id=q | Could you please send me the March figures?
10:00 citra sent re=q auto | I am out of the office.
=> q open
",
    );
}

#[test]
fn the_requester_closes() {
    let words = [
        "Never mind, I found it myself.",
        "Hi Ani, please ignore my previous email.",
        "This is no longer needed, thank you.",
        "It's resolved now, thanks!",
        "We got it sorted. Thanks anyway.",
        "I no longer need this.",
        "I figured it out, sorry for the noise.",
        "Problem solved!",
        "That solved it. Thanks a lot.",
        "Sorry, that was a false alarm.",
        "I solved the issue. I had looked at the wrong sheet.",
        "Bu, sudah beres ya. Terima kasih.",
        "Abaikan saja email saya tadi, Bu.",
        "Maaf Bu, tidak jadi.",
        "Sudah tidak diperlukan lagi, terima kasih.",
        "Mohon abaikan email saya sebelumnya.",
        "Udah ketemu mbak, makasih.",
        "Masalahnya sudah teratasi, Bu.",
        "Datanya sudah kami terima dari bagian lain. Terima kasih.",
    ];
    let mut table = String::new();
    for text in words {
        table.push_str(&format!(
            "\n== {text}
            09:10 budi asks id=q | Could you please send me the March figures?
            10:00 budi writes id=w re=q | {text}
            => q withdrawn requester"
        ));
    }
    check(&table);
}

#[test]
fn what_does_not_take_a_request_back() {
    let words = [
        "Is it resolved?",
        "It is not resolved yet.",
        "If it is no longer needed, please tell Dewi.",
        "For your information, the parking problem is still being solved.",
        "All problems are solved by patience.",
        "Good that you figured it out.",
        "I had a similar problem last year, and it was solved by the bank.",
        "I solved it for now with the old figures.",
        "The first problem is solved. However, the totals are wrong.",
        "The name of the server was resolved.",
        "Masih belum beres, Bu.",
        "Pak, laporannya sudah selesai ya",
        "Emailnya sudah kami terima. Mohon data penjualannya segera dikirim.",
        "Email Ibu sudah kami terima, kami tunggu datanya.",
        "Kalau sudah beres, kabari ya.",
        "Apakah sudah selesai, Bu?",
        "Thanks, Budi\\n\\nOn Mon, Dewi wrote:\\n> Never mind, I found it.",
    ];
    let mut table = String::new();
    for text in words {
        table.push_str(&format!(
            "\n== {text}
            09:10 budi asks id=q | Could you please send me the March figures?
            10:00 budi writes id=w re=q | {text}
            => q open"
        ));
    }
    check(&table);
}

#[test]
fn who_takes_back_what() {
    check(
        "
== en: somebody else cannot take it back
09:10 budi asks id=q | Could you please send me the March figures?
10:00 dewi writes id=w re=q | Never mind, I found it.
=> q open
== id: dibatalkan, lalu meminta lagi
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 budi writes id=w re=q | Abaikan saja, Bu.
11:00 budi asks id=q2 re=w | Bu, bisa tolong kirimkan data bulan April?
=> q withdrawn requester; q2 open
== en: taken back, and answered all the same
09:10 budi asks id=q | Could you please send me the March figures?
10:00 budi writes id=w re=q | Never mind, I found it.
11:00 ani sent re=q | Here they are anyway.
=> q withdrawn requester
== id: sudah dijawab sebelum dibatalkan
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent re=q | Terlampir.
11:00 budi writes id=w re=q | Sudah beres, Bu, terima kasih.
=> q answered_by_owner reference
== en: in another conversation it is about something else
09:10 budi asks id=q | Could you please send me the March figures?
10:00 budi writes id=w subject=Parking | Never mind, I found it.
=> q open
== id: mungkin dijawab, lalu dibatalkan
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
09:30 ani sent subject=Makan_siang | Sampai nanti siang.
10:00 budi writes id=w re=q | Tidak jadi ya, Bu.
=> q withdrawn requester
",
    );
}

#[test]
fn by_hand() {
    check(
        "
== en: done
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani DONE q
=> q done said
== id: bukan permintaan
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani NOT q
=> q not_a_request -
== en: done, though it had been answered before
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent re=q | Here they are.
10:30 ani DONE q
=> q answered_by_owner reference
",
    );
}

#[test]
fn an_answer_that_promises() {
    check(
        "
== en: a day is named
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent re=q | Hi Budi, I'll send it Friday.
=> q promised Fri_17:00
== id: besok
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent re=q | Baik Pak, besok saya kirim.
=> q promised Tue_17:00
== en: by a day and an hour
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent re=q | We will get back to you by Wednesday 14:00.
=> q promised Wed_14:00
== id: hari ini juga
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent re=q | Siap Pak, saya kabari sore ini.
=> q promised Mon_17:00
== en: kept
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent re=q | I'll send it Friday.
11:00 ani sent re=q | Here they are already.
=> q answered_by_owner reference
== id: ditepati dengan email baru
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent re=q | Saya kirimkan hari Jumat ya, Pak.
11:00 ani sent subject=Berkas | Berikut berkasnya, Pak.
=> q perhaps elsewhere
== en: a later promise stands
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent re=q | I'll send it tomorrow.
11:00 ani sent re=q | Sorry, I will send it on Thursday.
=> q promised Thu_17:00
== id: diingatkan sebelum hari yang dijanjikan
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent re=q | Akan kami kirimkan hari Kamis.
11:00 budi asks id=q2 re=q | Bu, mohon dikirim secepatnya ya.
=> q promised Thu_17:00
== en: a promise without a day answers
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent re=q | I'll look for them and get back to you.
=> q answered_by_owner reference
== id: meminta balik bukan janji
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent re=q | Mohon kirim formulirnya besok, Pak.
=> q answered_by_owner reference
== en: on a condition it is no promise
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent re=q | If you need more, I can send it on Friday.
=> q answered_by_owner reference
== id: janji hanya di kutipan
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent re=q | Ini datanya, Pak.\\n\\nPada Sen, Budi menulis:\\n> Besok saya kirim formulirnya.
=> q answered_by_owner reference
== en: a promise, and then done by hand
09:10 budi asks id=q | Could you please send me the March figures?
10:00 ani sent re=q | I'll send it Friday.
11:00 ani DONE q
=> q done said
== id: janji, lalu tidak jadi
09:10 budi asks id=q | Bu Ani, bisa tolong kirimkan data penjualan bulan Maret?
10:00 ani sent re=q | Besok saya kirim, Pak.
11:00 budi writes re=q | Tidak jadi, Bu.
=> q withdrawn requester
",
    );
}
