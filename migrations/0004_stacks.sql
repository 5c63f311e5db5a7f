-- Call stacks, and the files with code that they pass through: part of the event log, each kept once
-- in a recording. The column `stack` of an event names one by its id; recordings that were made
-- without stacks have none here.

CREATE TABLE stack_module (
  recording INTEGER NOT NULL REFERENCES recording (id),
  id INTEGER NOT NULL,
  path TEXT NOT NULL,                   -- as the process saw it when the call was made
  build_id TEXT NOT NULL,               -- hexadecimal; empty where the file has none
  PRIMARY KEY (recording, id)
) STRICT;

CREATE TABLE stack (
  recording INTEGER NOT NULL REFERENCES recording (id),
  id INTEGER NOT NULL,
  -- why the outermost frame is the last: start is the only whole end (src/events/stack.ts)
  end TEXT NOT NULL CHECK (end IN ('start', 'caller', 'no-table', 'bad-table', 'no-memory', 'depth')),
  -- JSON array of [module, offset], the innermost first; an offset is the ELF virtual address in its
  -- module, or the address itself where module is 0
  frames TEXT NOT NULL,
  PRIMARY KEY (recording, id)
) STRICT;

CREATE TRIGGER stack_module_no_update BEFORE UPDATE ON stack_module
BEGIN SELECT RAISE(ABORT, 'the event log is append-only: a module of stacks cannot be changed'); END;
CREATE TRIGGER stack_module_no_delete BEFORE DELETE ON stack_module
BEGIN SELECT RAISE(ABORT, 'the event log is append-only: a module of stacks cannot be deleted'); END;
CREATE TRIGGER stack_module_no_replace BEFORE INSERT ON stack_module
WHEN EXISTS (SELECT 1 FROM stack_module WHERE recording = NEW.recording AND id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the event log is append-only: a module of stacks cannot be replaced'); END;
CREATE TRIGGER stack_no_update BEFORE UPDATE ON stack
BEGIN SELECT RAISE(ABORT, 'the event log is append-only: a stack cannot be changed'); END;
CREATE TRIGGER stack_no_delete BEFORE DELETE ON stack
BEGIN SELECT RAISE(ABORT, 'the event log is append-only: a stack cannot be deleted'); END;
CREATE TRIGGER stack_no_replace BEFORE INSERT ON stack
WHEN EXISTS (SELECT 1 FROM stack WHERE recording = NEW.recording AND id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the event log is append-only: a stack cannot be replaced'); END;

-- One row a frame, as people and their SQL read it.
CREATE VIEW stack_frame AS
SELECT
  s.recording, s.id AS stack, f.key AS depth,   -- depth 0 is the innermost
  json_extract(f.value, '$[0]') AS module,
  json_extract(f.value, '$[1]') AS offset,
  printf('0x%x', json_extract(f.value, '$[1]')) AS offset_hex,
  m.path, m.build_id
FROM stack s, json_each(s.frames) f
LEFT JOIN stack_module m
  ON m.recording = s.recording AND m.id = json_extract(f.value, '$[0]');
