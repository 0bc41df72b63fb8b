-- The memory of one installation. Instants are integer seconds since 1970 UTC and end in _at;
-- enums are words, so that a person can read the file. Bodies of received mail are never here.

-- Exactly one row: who we are, and whether we may send.
CREATE TABLE instance (
  id            INTEGER PRIMARY KEY CHECK (id = 1),
  uuid          TEXT    NOT NULL,
  secret        BLOB    NOT NULL,                       -- key of Message-IDs
  nonce         TEXT    NOT NULL,                       -- must agree with epoch.json
  created_at    INTEGER NOT NULL,
  mode          TEXT    CHECK (mode IN ('observe', 'nudge', 'full')),
  held_why      TEXT,                                   -- set: nothing leaves until a person releases
  held_at       INTEGER,
  account_at    INTEGER NOT NULL DEFAULT 0,             -- the sending account rests until then
  noticed_at    INTEGER NOT NULL DEFAULT 0,             -- highest time ever seen
  anew_at       INTEGER NOT NULL DEFAULT 0,             -- an older state was taken over then
  boot          TEXT    NOT NULL DEFAULT '',            -- the machine's start, by name
  boot_at       INTEGER NOT NULL DEFAULT 0              -- and by the wall clock
) STRICT;

-- People (and shared mailboxes) whose mail is watched; the configuration says the rest.
CREATE TABLE owner (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  address       TEXT    NOT NULL UNIQUE,
  paused_until  INTEGER,
  wake_at       INTEGER,                                -- when to decide again without new facts
  taught_at     INTEGER                                 -- what arrived since is to be weighed again
) STRICT;
CREATE INDEX owner_wake ON owner (wake_at) WHERE wake_at IS NOT NULL;

CREATE TABLE mailbox (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  owner_id      INTEGER REFERENCES owner (id),          -- null: Sigap's own
  role          TEXT    NOT NULL CHECK (role IN ('inbox', 'sent', 'answers')),
  name          TEXT    NOT NULL,
  uid_validity  INTEGER NOT NULL DEFAULT 0,
  uid_next      INTEGER NOT NULL DEFAULT 0,            -- 0: never read
  mod_seq       INTEGER NOT NULL DEFAULT 0,
  activated_at  INTEGER,                                -- first reading began, older mail is backlog
  quiet_until   INTEGER NOT NULL DEFAULT 0,             -- unknown mail that arrived before: backlog
  last_read_at  INTEGER,
  reconciled_at INTEGER NOT NULL DEFAULT 0,             -- every UID was compared
  health        TEXT    NOT NULL DEFAULT 'stale'
                CHECK (health IN ('live', 'stale', 'blind', 'failed')),
  fault         TEXT    NOT NULL DEFAULT '',
  customs       TEXT    NOT NULL DEFAULT '',            -- Sigap's own: as custom.seen
  UNIQUE (owner_id, role, name),
  CHECK ((owner_id IS NULL) = (role = 'answers'))
) STRICT;
CREATE UNIQUE INDEX mailbox_own ON mailbox (role) WHERE role = 'answers';

-- One row per owner and message, in however many folders it lies.
CREATE TABLE message (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  owner_id        INTEGER NOT NULL REFERENCES owner (id),
  key             TEXT    NOT NULL,                     -- Message-ID, else a hash
  key_hash        INTEGER NOT NULL,                     -- of the words above and in facts: by these
  subject_hash    INTEGER NOT NULL,                     -- (base subject) messages are looked up
  thread_hash     INTEGER,                              -- (Thread-Index)
  provided_hash   INTEGER,                              -- (what the server calls the conversation)
  fingerprint     TEXT    NOT NULL,
  conversation_id INTEGER NOT NULL DEFAULT 0,           -- the smallest message id of the group
  place           TEXT    NOT NULL CHECK (place IN ('inbox', 'sent')),
  arrived_at      INTEGER NOT NULL,
  seen_at         INTEGER NOT NULL,                     -- when we first read it
  backlog         INTEGER NOT NULL CHECK (backlog IN (0, 1)),
  answered_at     INTEGER,                              -- \Answered first seen
  author          TEXT    NOT NULL,
  class           TEXT    NOT NULL,
  lost            INTEGER NOT NULL CHECK (lost IN (0, 1)),  -- a reply that points to nothing
  quoted_at       INTEGER,                              -- the clock above what it quotes, as UTC
  facts           TEXT    NOT NULL,                     -- header facts as JSON
  verdict         TEXT    NOT NULL,                     -- triage as JSON
  untaught        TEXT,                                 -- triage alone, where lessons changed it
  wording         TEXT,                                 -- judgement of the words as JSON
  UNIQUE (key_hash, owner_id, fingerprint)
) STRICT;
CREATE INDEX message_conversation ON message (conversation_id, arrived_at);
CREATE INDEX message_subject ON message (owner_id, subject_hash, arrived_at);
CREATE INDEX message_lost ON message (owner_id, subject_hash, arrived_at) WHERE lost = 1;
CREATE INDEX message_quoted ON message (owner_id, quoted_at) WHERE quoted_at IS NOT NULL;
CREATE INDEX message_arrived ON message (arrived_at);
CREATE INDEX message_unsure ON message (owner_id, arrived_at) WHERE class = 'unsure';
CREATE INDEX message_thread ON message (thread_hash, owner_id) WHERE thread_hash IS NOT NULL;
CREATE INDEX message_provided ON message (provided_hash, owner_id)
  WHERE provided_hash IS NOT NULL;

-- What a message points to; also to messages that never arrived.
CREATE TABLE reference (
  key_hash      INTEGER NOT NULL,
  message_id    INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
  owner_id      INTEGER NOT NULL REFERENCES owner (id),
  PRIMARY KEY (key_hash, message_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX reference_message ON reference (message_id);

-- To whom the owner has sent what: addresses as hashes, as of messages above.
CREATE TABLE addressee (
  owner_id      INTEGER NOT NULL REFERENCES owner (id),
  address_hash  INTEGER NOT NULL,
  arrived_at    INTEGER NOT NULL,
  message_id    INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
  PRIMARY KEY (owner_id, address_hash, arrived_at, message_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX addressee_message ON addressee (message_id);

CREATE TABLE location (
  mailbox_id    INTEGER NOT NULL REFERENCES mailbox (id),
  uid           INTEGER NOT NULL,
  message_id    INTEGER REFERENCES message (id) ON DELETE SET NULL,  -- null: seen, forgotten
  PRIMARY KEY (mailbox_id, uid)
) STRICT, WITHOUT ROWID;
CREATE INDEX location_message ON location (message_id);

-- Messages during whose reading the process ended, and how often it did.
CREATE TABLE poison (
  mailbox_id    INTEGER NOT NULL REFERENCES mailbox (id),
  uid           INTEGER NOT NULL,
  ends          INTEGER NOT NULL,
  ended_at      INTEGER NOT NULL,
  PRIMARY KEY (mailbox_id, uid)
) STRICT, WITHOUT ROWID;

CREATE TABLE obligation (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  owner_id        INTEGER NOT NULL REFERENCES owner (id),
  conversation_id INTEGER NOT NULL,
  requester       TEXT    NOT NULL,
  requester_name  TEXT    NOT NULL,
  asked_in        INTEGER NOT NULL,
  asked_key       TEXT    NOT NULL,
  subject         TEXT    NOT NULL,
  asked_at        INTEGER NOT NULL,
  asks            INTEGER NOT NULL,
  tier            TEXT    NOT NULL,
  confidence      REAL    NOT NULL,
  ladder_from     INTEGER,                              -- null: backlog, never nudged about
  holder          TEXT,                                 -- null: the owner
  held_at         INTEGER,                              -- from then on the holder's hours count
  held_used_s     INTEGER,                              -- owner time until then
  held_due_at     INTEGER,                              -- null: not within ten years
  accepted_at     INTEGER,                              -- the holder said so
  snoozed_until   INTEGER,
  snoozes         INTEGER NOT NULL DEFAULT 0,
  lapsed_at       INTEGER,
  closed_at       INTEGER,
  closed_how      TEXT CHECK (closed_how IN ('answered_by_owner', 'answered_by_holder',
                    'answered_by_colleague', 'answered_by_flag', 'done', 'not_a_request',
                    'withdrawn')),
  closed_by       INTEGER,                              -- the message that answered, or perhaps did
  evidence        TEXT CHECK (evidence IN ('reference', 'conversation', 'mark', 'without_ids',
                    'reply_seen', 'elsewhere', 'copy', 'colleague', 'requester', 'said')),
  perhaps_at      INTEGER,                              -- open, and perhaps answered then
  promise_made_at INTEGER,                              -- the owner said that it will come
  promised_at     INTEGER,                              -- until then: it is due then
  CHECK ((closed_at IS NULL) = (closed_how IS NULL)),
  CHECK ((promise_made_at IS NULL) = (promised_at IS NULL)),
  CHECK (perhaps_at IS NULL OR (closed_at IS NULL AND evidence IS NOT NULL)),
  CHECK ((holder IS NULL) = (held_at IS NULL))
) STRICT;
CREATE INDEX obligation_owner ON obligation (owner_id, asked_at);
CREATE INDEX obligation_open ON obligation (owner_id) WHERE closed_at IS NULL;
CREATE INDEX obligation_conversation ON obligation (conversation_id);
CREATE INDEX obligation_requester ON obligation (requester);
CREATE INDEX obligation_holder ON obligation (holder) WHERE holder IS NOT NULL;

-- Which messages an obligation consists of.
CREATE TABLE ask (
  message_id    INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
  obligation_id INTEGER NOT NULL REFERENCES obligation (id)
) STRICT;
CREATE INDEX ask_obligation ON ask (obligation_id);

-- Answers that owners wait for; whom they asked stands in the message.
CREATE TABLE awaited (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  owner_id        INTEGER NOT NULL REFERENCES owner (id),
  conversation_id INTEGER NOT NULL,
  asked_in        INTEGER NOT NULL UNIQUE REFERENCES message (id) ON DELETE CASCADE,
  asked_at        INTEGER NOT NULL,
  last_asked_at   INTEGER NOT NULL,
  asks            INTEGER NOT NULL,
  confidence      REAL    NOT NULL,
  backlog         INTEGER NOT NULL CHECK (backlog IN (0, 1)),  -- listed, never reminded of
  away_until      INTEGER,                              -- whoever was asked is away
  promised_until  INTEGER,                              -- whoever was asked wants to do it
  snoozed_until   INTEGER,
  snoozes         INTEGER NOT NULL,                     -- how often it was put off
  ended_at        INTEGER,
  ended_how       TEXT CHECK (ended_how IN ('answered', 'done', 'not_asked', 'withdrawn')),
  ended_by        INTEGER,                              -- the message that ended it
  CHECK ((ended_at IS NULL) = (ended_how IS NULL))
) STRICT;
CREATE INDEX awaited_open ON awaited (owner_id, asked_at) WHERE ended_at IS NULL;
CREATE INDEX awaited_owner ON awaited (owner_id, asked_at);
CREATE INDEX awaited_conversation ON awaited (conversation_id);

-- All that owners and delegates say, so that the last of it can be taken back; undone words stay on
-- record.
CREATE TABLE correction (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  owner_id      INTEGER NOT NULL REFERENCES owner (id),
  delegate      TEXT,                                   -- no owner, who stood in for this one and said it
  message_id    INTEGER REFERENCES message (id) ON DELETE CASCADE,  -- null: about no message
  said          TEXT    NOT NULL CHECK (said IN ('done', 'not', 'snooze', 'pause', 'away',
                                                         'report')),
  said_at       INTEGER NOT NULL,
  via           TEXT    NOT NULL,                       -- 'cli' or the Message-ID of the answer
  until_at      INTEGER,                                -- snooze, pause (null: the pause is over)
  changes       TEXT,                                   -- away: rows before and after, as JSON
  undone_at     INTEGER,
  CHECK ((message_id IS NULL) = (said IN ('pause', 'away', 'report')))
) STRICT;
CREATE INDEX correction_message ON correction (message_id);
CREATE INDEX correction_owner ON correction (owner_id, said_at);
CREATE INDEX correction_report ON correction (said, owner_id)
  WHERE said = 'report' AND undone_at IS NULL;

-- What owners taught by saying that a message was no request, as long as that is in force.
CREATE TABLE lesson (
  owner_id      INTEGER NOT NULL REFERENCES owner (id),
  message_id    INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
  said_at       INTEGER NOT NULL,
  sender        TEXT    NOT NULL,                       -- untagged, empty: nobody
  list          TEXT    NOT NULL,                       -- List-Id, empty: none
  words         TEXT,                                   -- at most 64 numbers below 1024 as JSON, of
                                                        -- which no text can be made (empty: gone,
                                                        -- null: its text is still to be read)
  PRIMARY KEY (owner_id, message_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX lesson_message ON lesson (message_id);
CREATE INDEX lesson_awaited ON lesson (owner_id, message_id) WHERE words IS NULL;

-- How much the words of what arrived had in common with those of a corrected message.
CREATE TABLE likeness (
  owner_id      INTEGER NOT NULL REFERENCES owner (id),
  message_id    INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
  lesson_id     INTEGER NOT NULL REFERENCES message (id) ON DELETE CASCADE,
  percent       INTEGER NOT NULL,
  PRIMARY KEY (owner_id, message_id, lesson_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX likeness_message ON likeness (message_id);
CREATE INDEX likeness_lesson ON likeness (lesson_id);

-- Absences. Nothing is deleted: time that was taken out then stays out of the clocks.
CREATE TABLE away (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  owner_id      INTEGER NOT NULL REFERENCES owner (id),
  from_at       INTEGER NOT NULL,
  until_at      INTEGER NOT NULL,
  said_at       INTEGER NOT NULL,
  reason        TEXT    NOT NULL DEFAULT 'unsaid' CHECK (reason IN ('unsaid', 'travel', 'leave')),
  delegate      TEXT,                                   -- stands in first (null: as always)
  cancelled_at  INTEGER,                                -- taken back: it never was
  ended_at      INTEGER,                                -- before its time, by a person
  joined_to     INTEGER REFERENCES away (id),           -- an older one that it overlapped
  said          TEXT,                                   -- what people said of it as JSON (null: all)
  CHECK (from_at < until_at),
  CHECK (cancelled_at IS NULL OR ended_at IS NULL)
) STRICT;
CREATE INDEX away_owner ON away (owner_id, from_at);

-- Absences in owners' calendars: no title, and the name of an entry only as a hash.
CREATE TABLE agenda (
  owner_id      INTEGER NOT NULL REFERENCES owner (id),
  key           TEXT    NOT NULL,
  from_at       INTEGER NOT NULL,
  until_at      INTEGER NOT NULL,
  reason        TEXT    NOT NULL CHECK (reason IN ('unsaid', 'travel', 'leave')),
  certain       INTEGER NOT NULL CHECK (certain IN (0, 1)),
  answer        TEXT    CHECK (answer IN ('yes', 'no')),  -- the owner's, where it is not certain
  asked_at      INTEGER,
  away_id       INTEGER REFERENCES away (id),           -- the absence that it is part of
  PRIMARY KEY (owner_id, key)
) STRICT, WITHOUT ROWID;

-- Every message that came while its owner was away, and whether it was answered automatically.
CREATE TABLE auto_reply (
  message_id    INTEGER PRIMARY KEY REFERENCES message (id) ON DELETE CASCADE,
  owner_id      INTEGER NOT NULL REFERENCES owner (id),
  away_id       INTEGER NOT NULL REFERENCES away (id),
  decided_at    INTEGER NOT NULL,
  sender        TEXT    NOT NULL,                       -- canonical, empty where nobody is answered
  audience      TEXT    NOT NULL,                       -- who they are to the owner, or empty
  rule          TEXT,                                   -- why not (null: a letter answers)
  about         TEXT    NOT NULL,                       -- the field that the rule is about
  letter_id     INTEGER REFERENCES letter (id)
) STRICT;
CREATE INDEX auto_reply_sender ON auto_reply (sender, owner_id, decided_at) WHERE rule IS NULL;
CREATE INDEX auto_reply_letter ON auto_reply (letter_id) WHERE letter_id IS NOT NULL;
CREATE INDEX auto_reply_away ON auto_reply (away_id);

-- To whom an obligation was given while its owner was away, one after the other; to each of them
-- once.
CREATE TABLE handover (
  obligation_id INTEGER NOT NULL REFERENCES obligation (id),
  no            INTEGER NOT NULL,
  delegate      TEXT,                                   -- null: nobody was there
  away_id       INTEGER NOT NULL REFERENCES away (id),
  cause         TEXT    NOT NULL
                CHECK (cause IN ('called', 'tier', 'words', 'chased', 'cover')),
  offered_at    INTEGER NOT NULL,
  due_at        INTEGER,                                -- null: not within ten years
  letter_id     INTEGER REFERENCES letter (id),
  accepted_at   INTEGER,
  ended_at      INTEGER,
  ended_how     TEXT CHECK (ended_how IN ('declined', 'not_urgent', 'silent', 'away', 'over',
                  'nobody')),
  heard_in      TEXT CHECK (heard_in IN ('sent', 'inbox')),  -- where they said so
  PRIMARY KEY (obligation_id, no),
  UNIQUE (obligation_id, delegate),
  CHECK ((ended_at IS NULL) = (ended_how IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX handover_letter ON handover (letter_id) WHERE letter_id IS NOT NULL;
CREATE INDEX handover_delegate ON handover (delegate) WHERE delegate IS NOT NULL;
CREATE INDEX handover_away ON handover (away_id);

-- To whom was written in an owner's name: by the owner (they are known), by a program.
CREATE TABLE correspondent (
  owner_id      INTEGER NOT NULL REFERENCES owner (id),
  address       TEXT    NOT NULL,
  wrote_at      INTEGER,                                -- when the owner wrote to them first
  responded_at  INTEGER,                                -- when a program answered them last
  PRIMARY KEY (owner_id, address)
) STRICT, WITHOUT ROWID;
CREATE INDEX correspondent_responded ON correspondent (owner_id, responded_at)
  WHERE responded_at IS NOT NULL;

-- What the server before a mailbox writes into mail, counted (model/customs).
CREATE TABLE custom (
  owner_id      INTEGER PRIMARY KEY REFERENCES owner (id),
  seen          TEXT    NOT NULL                        -- counts as JSON
) STRICT;

-- Answers to our letters that were read, each once.
CREATE TABLE heard (
  owner_id      INTEGER NOT NULL REFERENCES owner (id),
  key           TEXT    NOT NULL,
  heard_at      INTEGER NOT NULL,
  words         TEXT    NOT NULL,                       -- the command line understood, or the mistake
  PRIMARY KEY (owner_id, key)
) STRICT, WITHOUT ROWID;

-- How often somebody wants reports, as they said it by answering one; what was said last counts.
CREATE TABLE wish (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  reader        TEXT    NOT NULL,
  wanted        TEXT    NOT NULL CHECK (wanted IN ('weekly', 'monthly', 'never')),
  said_at       INTEGER NOT NULL,
  via           TEXT    NOT NULL,                       -- the Message-ID of the answer
  UNIQUE (reader, via)
) STRICT;

-- The outbox. A row is committed before the first byte leaves.
CREATE TABLE letter (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  kind          TEXT    NOT NULL,
  audience      TEXT    NOT NULL
                CHECK (audience IN ('owner', 'delegate', 'lead', 'admin', 'requester')),
  to_address    TEXT    NOT NULL,
  owner_id      INTEGER REFERENCES owner (id),
  about         TEXT    NOT NULL,
  state         TEXT    NOT NULL CHECK (state IN ('queued', 'sending', 'committing', 'sent',
                  'failed', 'unknown', 'recalled', 'expired')),
  message_id    TEXT    NOT NULL UNIQUE,
  queued_at     INTEGER NOT NULL,
  not_before_at INTEGER NOT NULL,
  expires_at    INTEGER NOT NULL,
  next_at       INTEGER NOT NULL,
  attempts      INTEGER NOT NULL DEFAULT 0,
  repeats       INTEGER NOT NULL DEFAULT 0,
  claimed_at    INTEGER,
  absent_at     INTEGER,                                -- unknown: first reading without it
  changed_at    INTEGER NOT NULL,
  answer        TEXT    NOT NULL DEFAULT '',
  bytes         BLOB                                    -- fixed at the claim, wiped by retention
) STRICT;
CREATE INDEX letter_state ON letter (state, next_at);
CREATE INDEX letter_owner ON letter (owner_id, queued_at);
CREATE INDEX letter_owner_state ON letter (owner_id, state);
CREATE INDEX letter_claimed ON letter (claimed_at);
CREATE INDEX letter_address ON letter (to_address, claimed_at);

CREATE TABLE letter_item (
  letter_id     INTEGER NOT NULL REFERENCES letter (id),
  no            INTEGER NOT NULL,
  key           TEXT    NOT NULL UNIQUE,                -- for ever, renamed only when surely unsent
  obligation_id INTEGER REFERENCES obligation (id),
  step          INTEGER,
  recalled_why  TEXT,
  asked_in      INTEGER,                                -- set at the claim: what its number means
                                                        -- (of an awaited answer from the begin)
  PRIMARY KEY (letter_id, no)
) STRICT, WITHOUT ROWID;
CREATE INDEX letter_item_obligation ON letter_item (obligation_id) WHERE obligation_id IS NOT NULL;
CREATE INDEX letter_item_awaited ON letter_item (asked_in)
  WHERE obligation_id IS NULL AND asked_in IS NOT NULL;

-- Every try, counted before it was made.
CREATE TABLE attempt (
  letter_id     INTEGER NOT NULL REFERENCES letter (id),
  no            INTEGER NOT NULL,
  began_at      INTEGER NOT NULL,
  ended_at      INTEGER,
  outcome       TEXT    NOT NULL DEFAULT '',
  PRIMARY KEY (letter_id, no)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempt_began ON attempt (began_at);

-- What was promised when: figures are recomputed under the policy then in force.
CREATE TABLE policy_version (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  in_force_at   INTEGER NOT NULL,
  text          TEXT    NOT NULL
) STRICT;

-- People who asked to be forgotten: a keyed hash, so that they are not written to again.
CREATE TABLE erased (
  hash          TEXT    PRIMARY KEY,
  erased_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
