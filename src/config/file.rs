//! The TOML exactly as a person writes it: one struct per table, one field per key.
//!
//! Nothing is checked or defaulted here and no unit is understood; the field names are the only
//! list of known keys (`config/reader` refuses others, a test looks for each in the sample).
//! What a key means stands in `config/sigap.toml`; `config/settings` makes settings of it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::config::written::{Set, Tables, Text, Texts};

macro_rules! table {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name { $($(#[$field_doc])* pub $field: $kind,)* }
    )*

        /// Every table with its keys, for the test that looks for them in the sample.
        pub const KEYS: &[(&str, &[&str])] =
            &[$((stringify!($name), &[$(stringify!($field)),*])),*];
    };
}

table! {
    /// The whole main file.
    File {
        /// `observe`, `nudge` or `full`.
        mode: Text,
        /// Further files with owners, teams and requesters.
        include: Texts,
        /// Folder of own templates.
        templates: Text,
        /// Holiday files of every owner that names none.
        holidays: Texts,
        /// Poll beside IDLE.
        poll_every: Text,
        /// `[store]`.
        store: Set<Store>,
        /// `[smtp]`.
        smtp: Set<Smtp>,
        /// `[inbox]`.
        inbox: Set<Inbox>,
        /// `[[tier]]`.
        tier: Tables<Tier>,
        /// `[[owner]]`.
        owner: Tables<Owner>,
        /// `[[team]]`.
        team: Tables<Team>,
        /// `[[requester]]`.
        requester: Tables<Requester>,
        /// `[colleagues]`.
        colleagues: Set<Colleagues>,
        /// `[admin]`.
        admin: Set<Admin>,
        /// `[fuse]`.
        fuse: Set<Fuse>,
        /// `[judgement]`.
        judgement: Set<Judgement>,
        /// `[nudges]`.
        nudges: Set<Nudges>,
        /// `[reading]`.
        reading: Set<Reading>,
        /// `[retention]`.
        retention: Set<Retention>,
        /// `[away]`.
        away: Set<Away>,
        /// `[[contact]]`.
        contact: Tables<Contact>,
    }

    /// An included file.
    Part {
        /// `[[owner]]`.
        owner: Tables<Owner>,
        /// `[[team]]`.
        team: Tables<Team>,
        /// `[[requester]]`.
        requester: Tables<Requester>,
    }

    /// Where facts are kept.
    Store {
        /// Database file.
        path: Text,
        /// Megabytes of it that may be kept in memory.
        cache_mb: Set<u32>,
    }

    /// How letters leave.
    Smtp {
        /// Server.
        url: Text,
        /// Folder instead of a server.
        folder: Text,
        /// Protection of the line.
        tls: Text,
        /// Password source.
        password: Set<Password>,
        /// Sender of all letters.
        from: Text,
        /// Extra roots.
        ca_file: Text,
    }

    /// Sigap's own mailbox.
    Inbox {
        /// Mailbox on a server.
        imap: Set<Imap>,
        /// Mailbox on this machine.
        maildir: Set<Maildir>,
        /// Address from which mail comes into it.
        address: Text,
    }

    /// Where a password comes from: exactly one of these.
    Password {
        /// First line of a file.
        file: Text,
        /// First line that a command prints.
        command: Text,
        /// Environment variable.
        env: Text,
        /// systemd credential.
        credential: Text,
    }

    /// A kind of requester.
    Tier {
        /// Unique name.
        name: Text,
        /// Which messages fall in it.
        r#match: Set<Match>,
        /// The promise.
        reply_within: Text,
        /// Steps of a late reply.
        ladder: Texts,
        /// Words that make a message urgent.
        priority_words: Texts,
        /// What becomes of it while the owner is away.
        away: Text,
    }

    /// Conditions of a tier; any of them suffices.
    Match {
        /// Requesters' addresses.
        senders: Texts,
        /// Requesters' domains.
        domains: Texts,
        /// Addresses the mail was written to.
        recipients: Texts,
        /// Words in the subject.
        subjects: Texts,
    }

    /// Matters in which others stand in first.
    Topic {
        /// Tiers by name.
        tiers: Texts,
        /// Addresses the mail was written to.
        recipients: Texts,
        /// Words in the subject.
        subjects: Texts,
        /// Who stands in.
        delegates: Texts,
    }

    /// A person or shared mailbox.
    Owner {
        /// Full name.
        name: Text,
        /// All own addresses, the main one first.
        addresses: Texts,
        /// Team name.
        team: Text,
        /// `id` or `en`.
        language: Text,
        /// IANA name.
        time_zone: Text,
        /// Working hours of a week.
        hours: Texts,
        /// Holiday files.
        holidays: Texts,
        /// Hours of single days.
        exceptions: Set<BTreeMap<String, Text>>,
        /// Hours of a range of days.
        profile: Tables<Profile>,
        /// How the owner is greeted.
        greeting: Text,
        /// How the owner is addressed in Indonesian.
        you: Text,
        /// Whether a line of the mail may be quoted.
        snippets: Set<bool>,
        /// Whether they have their own report.
        own_report: Set<bool>,
        /// Mailbox on a server.
        imap: Set<Imap>,
        /// Mailbox on this machine.
        maildir: Set<Maildir>,
        /// Who stands in.
        delegates: Texts,
        /// Who stands in for some matters.
        topic: Tables<Topic>,
        /// What the owner does.
        role: Text,
        /// For whom.
        organisation: Text,
        /// Telephone.
        phone: Text,
        /// Whether senders are answered while the owner is away.
        auto_reply: Set<bool>,
        /// Where the owner's absences stand.
        calendar: Set<Calendar>,
    }

    /// An owner's own calendar.
    Calendar {
        /// iCalendar file.
        file: Text,
        /// Web address of one.
        url: Text,
        /// Web address of a CalDAV collection, or of a place that leads to some.
        caldav: Text,
        /// Login name.
        user: Text,
        /// Password source.
        password: Set<Password>,
        /// Extra roots.
        ca_file: Text,
        /// Whether it may lie within the house.
        private: Set<bool>,
        /// What looks like an absence.
        words: Texts,
        /// How often it is read.
        every: Text,
    }

    /// Hours that hold from one day to another.
    Profile {
        /// First day.
        from: Text,
        /// Last day.
        to: Text,
        /// Working hours of a week.
        hours: Texts,
    }

    /// An IMAP account.
    Imap {
        /// Server.
        url: Text,
        /// Login name in place of the one in `url`.
        user: Text,
        /// Password source.
        password: Set<Password>,
        /// Protection of the line.
        tls: Text,
        /// Extra roots.
        ca_file: Text,
        /// Inbox by name.
        inbox: Text,
        /// Sent folders by name.
        sent: Texts,
    }

    /// A Maildir.
    Maildir {
        /// Its root.
        path: Text,
    }

    /// A team.
    Team {
        /// Unique name.
        name: Text,
        /// Who leads it.
        lead: Text,
        /// Who reads its report.
        report_to: Text,
        /// What that tells.
        report_level: Text,
        /// Where it is written that those who are named have agreed.
        agreement: Text,
    }

    /// One person with several addresses.
    Requester {
        /// All addresses; the first is the identity.
        addresses: Texts,
    }

    /// Who is of the own house.
    Colleagues {
        /// Domains.
        domains: Texts,
        /// Group addresses.
        groups: Texts,
    }

    /// Somebody who is no owner.
    Contact {
        /// Address.
        address: Text,
        /// Full name.
        name: Text,
        /// What they do.
        role: Text,
        /// For whom.
        organisation: Text,
        /// Telephone.
        phone: Text,
        /// `id` or `en`.
        language: Text,
    }

    /// How the absent are stood in for.
    Away {
        /// When the same sender is answered again.
        repeat_after: Text,
        /// How long a delegate may say nothing.
        accept_within: Text,
        /// What strangers get where nothing can be proven.
        unknown_senders: Text,
        /// Server whose results are believed.
        authserv_id: Text,
    }

    /// Who hears of trouble.
    Admin {
        /// Address.
        address: Text,
    }

    /// Ceilings on what leaves.
    Fuse {
        /// Letters an hour.
        per_hour: Set<u32>,
        /// Letters a day to one address.
        per_address_per_day: Set<u32>,
        /// Automatic replies an hour to one domain.
        per_domain_per_hour: Set<u32>,
        /// Automatic replies an hour for one owner.
        per_owner_per_hour: Set<u32>,
    }

    /// How sure a verdict must be.
    Judgement {
        /// Opens an obligation.
        asks_from: Set<f64>,
        /// Is listed as unsure.
        unsure_from: Set<f64>,
    }

    /// How nudges are bundled.
    Nudges {
        /// Extra letters a day.
        urgent_extra: Set<u32>,
        /// When a reply is due soon.
        due_soon: Text,
        /// When an awaited answer is followed up.
        follow_up_within: Text,
    }

    /// How fresh knowledge must be.
    Reading {
        /// Age of the last reading.
        fresh_within: Text,
        /// Wait between two readings.
        settle: Text,
        /// Poll beside IDLE.
        poll_every: Text,
        /// How far back texts are read.
        history: Text,
        /// What a server may send of one mailbox.
        megabytes_per_day: Set<u32>,
    }

    /// How long things are kept.
    Retention {
        /// Facts.
        facts: Text,
        /// Letters' bytes.
        letters: Text,
    }
}
