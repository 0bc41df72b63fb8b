//! One Dovecot and one Postfix for many stories at the same time: they are mostly waits.
//!
//! Each story has a mailbox of its own, named after it, and an instance of Sigap of its own.

use sigap::config::settings::Tls;

use crate::daemon::Setup;
use crate::dovecot::Dovecot;
use crate::postfix::Postfix;

/// Who hears of what needs a hand.
pub const ADMIN: &str = "admin@example.test";

/// The servers of all stories.
pub struct Stage {
    /// The mailboxes.
    pub dovecot: Dovecot,
    /// The way to them.
    pub postfix: Postfix,
}

/// A story: what its name says is true. It is told whose mailbox is its own.
pub type Story = (&'static str, fn(&Stage, &str));

impl Stage {
    /// Tells all stories at the same time, or the one that `SIGAP_STORY` names; fails with the
    /// names of those that are not true.
    pub fn tell(stories: &[Story]) {
        let wanted = std::env::var("SIGAP_STORY").unwrap_or_default();
        let chosen = stories.iter().enumerate().filter(|(_, (name, _))| name.contains(&wanted));
        let cast: Vec<(String, &Story)> =
            chosen.map(|(number, story)| (format!("ani{number}@example.test"), story)).collect();
        let mut users: Vec<(&str, &str)> =
            cast.iter().map(|(owner, _)| (owner.as_str(), "rahasia")).collect();
        users.push((ADMIN, "rahasia"));
        let Some(dovecot) = Dovecot::start(&users) else { return };
        let Some(postfix) = Postfix::start(&dovecot) else { return };
        let stage = Self { dovecot, postfix };
        let untrue = std::thread::scope(|scope| {
            let told: Vec<_> = cast
                .iter()
                .map(|(owner, (name, story))| {
                    let stage = &stage;
                    let tell = move || story(stage, owner);
                    let thread = std::thread::Builder::new().name((*name).to_owned());
                    (*name, thread.spawn_scoped(scope, tell).unwrap())
                })
                .collect();
            let ended = told.into_iter().map(|(name, thread)| (name, thread.join()));
            ended.filter_map(|(name, end)| end.err().map(|_| name)).collect::<Vec<_>>()
        });
        assert!(untrue.is_empty(), "not true: {untrue:#?}");
    }

    /// The usual instance for an owner: both servers, and an admin.
    pub fn setup(&self, owner: &str) -> Setup {
        let smtp = self.postfix.account(&self.dovecot, owner, Tls::Implicit);
        let setup = Setup::new(owner, self.dovecot.account(owner, Tls::Implicit), smtp);
        Setup { admin: Some(ADMIN.to_owned()), ..setup }
    }
}
