//! What a Dovecot is told, in the words of its versions 2.3 and 2.4.

/// What one Dovecot can and what it keeps its mail in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kind {
    /// Mail lies in sdbox, not in a Maildir.
    pub sdbox: bool,
    /// All that it says it can; `None`: everything it knows.
    pub capabilities: Option<&'static str>,
    /// Whoever idles is handed to a process that holds many at once.
    pub hibernates: bool,
    /// It holds thousands of connections.
    pub crowded: bool,
    /// Sieve scripts run at the delivery; what they send goes to this port of loopback.
    pub sieve: Option<u16>,
}

/// The whole configuration; facts stand between `@`.
pub fn text(kind: &Kind, old: bool) -> String {
    let mut text = format!("{}{BOTH}", if old { SINCE_2_2 } else { SINCE_2_4 });
    if let Some(words) = kind.capabilities {
        text += &format!("imap_capability = {words}\n");
    }
    if kind.hibernates {
        text += HIBERNATION;
    }
    if kind.crowded {
        text += CROWDED;
    }
    if let Some(port) = kind.sieve {
        text += if old { SIEVE_SINCE_2_2 } else { SIEVE_SINCE_2_4 };
        text += &format!("submission_host = 127.0.0.1:{port}\n");
    }
    let format = if kind.sdbox { "sdbox" } else { "maildir" };
    text.replace("@format@", format)
}

/// Settings that Dovecot 2.4 has renamed, as 2.3 knows them.
const SINCE_2_2: &str = r#"
ssl_cert = <@certificate@
ssl_key = <@key@
disable_plaintext_auth = no
mail_location = @format@:~/Maildir
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u @folder@/passwd
}
userdb {
  driver = passwd-file
  args = username_format=%u @folder@/passwd
}
"#;

/// The same for 2.4.
const SINCE_2_4: &str = r#"
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
ssl_server_cert_file = @certificate@
ssl_server_key_file = @key@
auth_allow_cleartext = yes
mail_driver = @format@
mail_path = ~/Maildir
passdb passwd-file {
  passwd_file_path = @folder@/passwd
  default_password_scheme = plain
}
userdb passwd-file {
  passwd_file_path = @folder@/passwd
}
"#;

/// Settings of every version. No penalty and no delay after a refused login: tests refuse
/// many. No fsync: the machine of a test does not lose its power.
const BOTH: &str = r#"
base_dir = @folder@/run
state_dir = @folder@/state
instance_name = sigap-test
log_path = @folder@/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
auth_mechanisms = plain login
auth_failure_delay = 0
mail_fsync = never
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 200
default_process_limit = 2500
default_client_limit = 8000
postmaster_address = postmaster@example.test
hostname = mail.example.test
namespace inbox {
  inbox = yes
  separator = /
  mailbox Drafts {
    auto = subscribe
    special_use = \Drafts
  }
  mailbox Sent {
    special_use = \Sent
  }
  mailbox Junk {
    auto = subscribe
    special_use = \Junk
  }
}
service imap-login {
  @chroot@
  inet_listener imap {
    port = @imap@
  }
  inet_listener imaps {
    port = @imaps@
    ssl = yes
  }
}
service imap-urlauth-login {
  @chroot@
}
service lmtp {
  inet_listener lmtp {
    port = @lmtp@
  }
}
service stats {
  @chroot@
  unix_listener stats-writer {
    mode = 0666
  }
}
service auth {
  inet_listener postfix {
    port = @auth@
  }
}
service anvil {
  @chroot@
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
"#;

pub const WITHOUT_ROOT: &str = r#"
default_internal_user = @me@
default_internal_group = @group@
default_login_user = @me@
"#;

/// The hibernating process and the one that wakes hand a connection to each other.
const HIBERNATION: &str = r#"
imap_hibernate_timeout = 1s
service imap {
  unix_listener imap-master {
    user = @internal@
    mode = 0660
  }
  extra_groups = @internal@
}
service imap-hibernate {
  unix_listener imap-hibernate {
    mode = 0666
  }
}
"#;

/// Processes that hold a thousand connections each.
const CROWDED: &str = r#"
default_client_limit = 20000
default_process_limit = 10000
service imap-login {
  service_count = 0
  process_min_avail = 2
}
service imap {
  process_limit = 10000
}
"#;

/// Pigeonhole at the delivery.
const SIEVE_SINCE_2_2: &str = r#"
protocol lmtp {
  mail_plugins = sieve
}
plugin {
  sieve = file:~/sieve;active=~/.dovecot.sieve
}
"#;

/// The same for 2.4.
const SIEVE_SINCE_2_4: &str = r#"
protocol lmtp {
  mail_plugins {
    sieve = yes
  }
}
sieve_script personal {
  driver = file
  path = ~/sieve
  active_path = ~/.dovecot.sieve
}
"#;
