-- Address spaces as they were at some events, so that any moment is near one: made from the event
-- log by the pass that ends a recording, and again by `maptrail rebuild`.

CREATE TABLE checkpoint (
  recording INTEGER NOT NULL,
  process INTEGER NOT NULL,
  seq INTEGER NOT NULL,                 -- the last event that it contains
  maker TEXT NOT NULL,                  -- what made it: another model's checkpoints are not used
  checksum INTEGER NOT NULL,            -- CRC-32 of `bytes`
  bytes BLOB NOT NULL,                  -- laid out in src/space/checkpoint.ts
  PRIMARY KEY (recording, process, seq)
) STRICT;
