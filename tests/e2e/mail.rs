//! Mail as people write it, for stories; and looking for it again.

/// Budi asks; `id` is the Message-ID's left half.
pub fn ask(owner: &str, id: &str, from: &str, subject: &str) -> Vec<u8> {
    format!(
        "From: Budi <{from}>\r\nTo: Ani <{owner}>\r\nMessage-ID: <{id}@example.org>\r\n\
         Date: Tue, 24 Nov 2026 09:00:00 +0700\r\nSubject: {subject}\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
         Hi Ani,\r\n\r\nCould you please send me the budget report by tomorrow?\r\n\r\nBudi\r\n"
    )
    .into_bytes()
}

/// The owner answers a message, named by its whole Message-ID.
pub fn reply(owner: &str, id: &str, to: &str, parent: &str, words: &str) -> Vec<u8> {
    format!(
        "From: Ani <{owner}>\r\nTo: <{to}>\r\nMessage-ID: <{id}@example.test>\r\n\
         Date: Tue, 24 Nov 2026 09:05:00 +0700\r\nSubject: Re: it\r\nIn-Reply-To: <{parent}>\r\n\
         References: <{parent}>\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n"
    )
    .into_bytes()
}

/// Mail that asks nothing; a server announces it all the same.
pub fn newsletter(owner: &str, id: &str) -> Vec<u8> {
    format!(
        "From: News <news@example.org>\r\nTo: {owner}\r\nMessage-ID: <{id}@news.example.org>\r\n\
         Subject: This week\r\nList-Unsubscribe: <mailto:off@example.org>\r\n\
         Precedence: bulk\r\n\r\nNothing happened.\r\n"
    )
    .into_bytes()
}

/// The messages with that Message-ID.
pub fn with_id(messages: &[Vec<u8>], id: &str) -> Vec<String> {
    let line = format!("message-id: <{id}>");
    let texts = messages.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    texts.filter(|text| text.to_lowercase().contains(&line)).collect()
}

/// How many of the messages have that Message-ID.
pub fn copies(messages: &[Vec<u8>], id: &str) -> usize {
    with_id(messages, id).len()
}
