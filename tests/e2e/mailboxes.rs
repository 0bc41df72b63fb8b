//! What a mail program does in a user's mailboxes, over plain IMAP on loopback.

use crate::wire::Wire;

/// A server whose users' mailboxes can be worked in.
pub trait Mailboxes {
    /// Where it speaks plain IMAP on 127.0.0.1.
    fn imap_port(&self) -> u16;

    /// A user's password.
    fn password(&self, user: &str) -> &str;

    /// A session of a user.
    fn login(&self, user: &str) -> Wire {
        Wire::imap(self.imap_port(), user, self.password(user))
    }

    /// Puts a message into a folder; makes the folder if needed.
    fn append(&self, user: &str, folder: &str, bytes: &[u8]) {
        self.append_with(user, folder, "", bytes);
    }

    /// Like `append`, with flags and a date: `(\Seen) "24-Nov-2026 09:00:00 +0700" `.
    fn append_with(&self, user: &str, folder: &str, options: &str, bytes: &[u8]) {
        let mut wire = self.login(user);
        let (found, _) = wire.imap_command(&format!("LIST \"\" \"{folder}\""));
        if found.is_empty() {
            wire.imap_command(&format!("CREATE \"{folder}\""));
        }
        wire.imap_append(folder, options, bytes);
    }

    /// All messages of the inbox, by UID.
    fn inbox(&self, user: &str) -> Vec<Vec<u8>> {
        self.messages(user, "INBOX")
    }

    /// All messages of a folder, by UID.
    fn messages(&self, user: &str, folder: &str) -> Vec<Vec<u8>> {
        let mut wire = self.login(user);
        let (lines, _) = wire.imap_command(&format!("EXAMINE \"{folder}\""));
        if lines.iter().any(|line| line == "* 0 EXISTS") {
            return Vec::new();
        }
        wire.imap_command("UID FETCH 1:* (BODY.PEEK[])").1
    }

    /// The flags of all messages of a folder as the server writes them.
    fn flags(&self, user: &str, folder: &str) -> Vec<String> {
        let mut wire = self.login(user);
        wire.imap_command(&format!("EXAMINE \"{folder}\""));
        wire.imap_command("UID FETCH 1:* (FLAGS)").0
    }

    /// The number by which a folder's numbering is told from any other.
    fn uid_validity(&self, user: &str, folder: &str) -> u64 {
        let (lines, _) = self.login(user).imap_command(&format!("EXAMINE \"{folder}\""));
        let told = lines.iter().find_map(|line| line.split_once("[UIDVALIDITY "));
        told.unwrap().1.split(']').next().unwrap().parse().unwrap()
    }
}
