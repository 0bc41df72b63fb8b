-- All that an owner says stands in one place, so that the last of it can be taken back; a number in
-- a letter means the ask that stood there; the machine's start tells whether its clock was set.

CREATE TABLE correction_whole (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  owner_id      INTEGER NOT NULL REFERENCES owner (id),
  message_id    INTEGER REFERENCES message (id) ON DELETE CASCADE,  -- null: about no message
  said          TEXT    NOT NULL CHECK (said IN ('done', 'not', 'snooze', 'pause')),
  said_at       INTEGER NOT NULL,
  via           TEXT    NOT NULL,                       -- 'cli' or the Message-ID of the answer
  until_at      INTEGER,                                -- snooze, pause; null: the pause is over
  undone_at     INTEGER,
  CHECK ((message_id IS NULL) = (said = 'pause'))
) STRICT;
INSERT INTO correction_whole (id, owner_id, message_id, said, said_at, via, undone_at)
  SELECT id, owner_id, message_id, said, said_at, via, undone_at FROM correction;
DROP TABLE correction;
ALTER TABLE correction_whole RENAME TO correction;
CREATE INDEX correction_message ON correction (message_id);
CREATE INDEX correction_owner ON correction (owner_id);

ALTER TABLE letter_item ADD COLUMN asked_in INTEGER;    -- set at the claim: what its number means

ALTER TABLE instance ADD COLUMN boot TEXT NOT NULL DEFAULT '';     -- the machine's start, by name
ALTER TABLE instance ADD COLUMN boot_at INTEGER NOT NULL DEFAULT 0;  -- and by the wall clock
