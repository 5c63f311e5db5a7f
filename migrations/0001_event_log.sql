-- The event log: recordings, their events in chunks, and the files and texts that events name.
-- All of it is append-only but for the state of a recording that is still being made.
-- Names, ids and numbers count from 1; 0 in an event means none.

PRAGMA application_id = 0x4d50544c;

CREATE TABLE recording (
  id INTEGER PRIMARY KEY,
  -- recording: being made, or left behind by a recorder that was killed; recovered: made whole
  -- from its journal afterwards; damaged: finished, and something is known to be missing
  status TEXT NOT NULL CHECK (status IN ('recording', 'complete', 'recovered', 'damaged')),
  command TEXT NOT NULL,                -- JSON array of the program and its arguments
  cwd TEXT NOT NULL,
  started_at_unix_nanos INTEGER NOT NULL,
  duration_nanos INTEGER,               -- NULL while it is being made
  event_count INTEGER NOT NULL DEFAULT 0,
  exit_code INTEGER,                    -- of the program; NULL when a signal ended it, or unknown
  exit_signal INTEGER,
  source TEXT NOT NULL,                 -- 'native', or the name of the importer
  tool_version TEXT NOT NULL,
  host TEXT NOT NULL,                   -- JSON object: kernel, processor, libc
  totals TEXT,                          -- JSON object: what the recorder counted, NULL until finished
  projected INTEGER NOT NULL DEFAULT 0  -- 1 when the tables made from the log hold this recording
) STRICT;

-- 4096 events each but for a recording's last. The layout of `bytes` is drawn in
-- src/store/chunk-encoder.ts; it carries its own length and checksum. The other columns tell what
-- is in it without decoding it, and stand before it so that reading them does not read it.
CREATE TABLE chunk (
  recording INTEGER NOT NULL REFERENCES recording (id),
  chunk INTEGER NOT NULL,               -- from 1, without gaps
  first_seq INTEGER NOT NULL,           -- number of its first event in the recording, from 1
  event_count INTEGER NOT NULL,
  first_at_nanos INTEGER NOT NULL,      -- the smallest and the largest begin time in it
  last_at_nanos INTEGER NOT NULL,
  observation_count INTEGER NOT NULL,   -- events that are not calls
  processes TEXT NOT NULL,              -- JSON array of the processes in it, ascending
  bytes BLOB NOT NULL,
  PRIMARY KEY (recording, chunk)
) STRICT;

-- Texts and other long values, each kept once in a recording.
CREATE TABLE blob (
  recording INTEGER NOT NULL REFERENCES recording (id),
  id INTEGER NOT NULL,
  sha256 BLOB NOT NULL,                 -- of the value itself
  byte_count INTEGER NOT NULL,          -- of the value itself
  encoding TEXT NOT NULL CHECK (encoding IN ('plain', 'deflate')),
  bytes BLOB NOT NULL,
  PRIMARY KEY (recording, id),
  UNIQUE (recording, sha256)
) STRICT;

-- Files behind mappings, and programs that were run.
CREATE TABLE file (
  recording INTEGER NOT NULL REFERENCES recording (id),
  id INTEGER NOT NULL,
  dev INTEGER NOT NULL,                 -- major << 20 | minor
  inode TEXT NOT NULL,                  -- decimal; 64 bits without a sign do not fit an INTEGER
  path TEXT NOT NULL,
  PRIMARY KEY (recording, id)
) STRICT;

-- What an unfinished recording has beyond its full chunks. Rewritten at every flush, gone at the end.
CREATE TABLE tail (
  recording INTEGER PRIMARY KEY REFERENCES recording (id),
  drain_state TEXT NOT NULL,            -- the recorder's own, to go on from here
  event_count INTEGER NOT NULL,         -- events in `bytes`
  bytes BLOB                            -- like chunk.bytes; NULL when there is no event
) STRICT;

CREATE TRIGGER chunk_no_update BEFORE UPDATE ON chunk
BEGIN SELECT RAISE(ABORT, 'the event log is append-only: a chunk cannot be changed'); END;
CREATE TRIGGER chunk_no_delete BEFORE DELETE ON chunk
BEGIN SELECT RAISE(ABORT, 'the event log is append-only: a chunk cannot be deleted'); END;
CREATE TRIGGER chunk_not_after_finish BEFORE INSERT ON chunk
WHEN (SELECT status FROM recording WHERE id = NEW.recording) IS NOT 'recording'
BEGIN SELECT RAISE(ABORT, 'the recording is finished: it takes no more events'); END;
CREATE TRIGGER blob_no_update BEFORE UPDATE ON blob
BEGIN SELECT RAISE(ABORT, 'the event log is append-only: a blob cannot be changed'); END;
CREATE TRIGGER blob_no_delete BEFORE DELETE ON blob
BEGIN SELECT RAISE(ABORT, 'the event log is append-only: a blob cannot be deleted'); END;
CREATE TRIGGER file_no_update BEFORE UPDATE ON file
BEGIN SELECT RAISE(ABORT, 'the event log is append-only: a file cannot be changed'); END;
CREATE TRIGGER file_no_delete BEFORE DELETE ON file
BEGIN SELECT RAISE(ABORT, 'the event log is append-only: a file cannot be deleted'); END;
-- Only one in which nothing was ever recorded may go: its program could not be started.
CREATE TRIGGER recording_no_delete BEFORE DELETE ON recording
WHEN OLD.status <> 'recording' OR EXISTS (SELECT 1 FROM chunk WHERE recording = OLD.id)
  OR EXISTS (SELECT 1 FROM tail WHERE recording = OLD.id)
  OR EXISTS (SELECT 1 FROM blob WHERE recording = OLD.id)
BEGIN SELECT RAISE(ABORT, 'the event log is append-only: a recording cannot be deleted'); END;
CREATE TRIGGER recording_no_reopen BEFORE UPDATE OF status ON recording
WHEN OLD.status <> 'recording' AND NEW.status = 'recording'
BEGIN SELECT RAISE(ABORT, 'the recording is finished: it cannot be opened again'); END;
CREATE TRIGGER recording_no_change BEFORE UPDATE OF
  id, command, cwd, started_at_unix_nanos, source, tool_version, host ON recording
BEGIN SELECT RAISE(ABORT, 'the event log is append-only: a recording keeps its origin'); END;

-- REPLACE deletes without asking the triggers above, so an insert that would replace is refused.
CREATE TRIGGER chunk_in_sequence BEFORE INSERT ON chunk
WHEN (NEW.chunk, NEW.first_seq) IS NOT (
  SELECT coalesce(max(chunk), 0) + 1, coalesce(max(first_seq + event_count), 1) FROM (
    SELECT chunk, first_seq, event_count FROM chunk
    WHERE recording = NEW.recording ORDER BY chunk DESC LIMIT 1))
BEGIN SELECT RAISE(ABORT, 'the event log is append-only: a chunk must follow the last one'); END;
CREATE TRIGGER blob_no_replace BEFORE INSERT ON blob
WHEN EXISTS (SELECT 1 FROM blob WHERE recording = NEW.recording AND id = NEW.id)
  OR EXISTS (SELECT 1 FROM blob WHERE recording = NEW.recording AND sha256 = NEW.sha256)
BEGIN SELECT RAISE(ABORT, 'the event log is append-only: a blob cannot be replaced'); END;
CREATE TRIGGER file_no_replace BEFORE INSERT ON file
WHEN EXISTS (SELECT 1 FROM file WHERE recording = NEW.recording AND id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the event log is append-only: a file cannot be replaced'); END;
CREATE TRIGGER recording_no_replace BEFORE INSERT ON recording
WHEN EXISTS (SELECT 1 FROM recording WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the event log is append-only: a recording cannot be replaced'); END;
