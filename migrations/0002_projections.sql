-- Tables made from the event log for people and their SQL. `maptrail rebuild` makes them again.
-- Registers are signed 64-bit as the kernel gave them; the views show them as hexadecimal text.

CREATE TABLE process (
  recording INTEGER NOT NULL,
  process INTEGER NOT NULL,             -- an address space, numbered in the recording from 1
  pid INTEGER NOT NULL,
  ppid INTEGER NOT NULL,
  parent INTEGER,                       -- the process that forked it, or that it was before its exec
  how TEXT NOT NULL,                    -- launch, exec or fork
  exe TEXT NOT NULL,
  argv TEXT NOT NULL,                   -- JSON array
  started_at_nanos INTEGER NOT NULL,    -- since the start of the recording
  page_bytes INTEGER NOT NULL,
  coverage TEXT NOT NULL,               -- full, partial or none
  coverage_reasons TEXT NOT NULL,       -- JSON array of sentences
  end_how TEXT,                         -- exit, exec, killed, running, unknown; NULL: its end was not seen
  end_status INTEGER,
  end_signal INTEGER,
  ended_at_nanos INTEGER,
  PRIMARY KEY (recording, process)
) STRICT;

CREATE TABLE event (
  recording INTEGER NOT NULL,
  seq INTEGER NOT NULL,                 -- place in history, from 1
  process INTEGER NOT NULL,
  tid INTEGER NOT NULL,
  call TEXT NOT NULL,                   -- name of the system call or of the observation
  at_nanos INTEGER NOT NULL,            -- begin of the call, since the start of the recording
  duration_nanos INTEGER,               -- NULL when the call never came back
  arg0 INTEGER, arg1 INTEGER, arg2 INTEGER, arg3 INTEGER, arg4 INTEGER, arg5 INTEGER,
  result INTEGER,                       -- -errno when the call failed; NULL when it is not known
  errno INTEGER,                        -- NULL when the call worked
  return_address INTEGER NOT NULL,      -- 0 unknown
  file INTEGER NOT NULL,                -- 0 none
  stack INTEGER NOT NULL,               -- 0 none
  flags INTEGER NOT NULL,               -- 1 result unknown, 2 result assumed, 4 exact beyond 2^53, 8 shm size
  slot INTEGER NOT NULL,                -- order in which the process began its calls
  PRIMARY KEY (recording, seq)
) STRICT;

CREATE TABLE errno_name (
  errno INTEGER PRIMARY KEY,
  name TEXT NOT NULL
) STRICT;

INSERT INTO errno_name (errno, name) VALUES
  (1, 'EPERM'), (2, 'ENOENT'), (3, 'ESRCH'), (4, 'EINTR'), (5, 'EIO'), (6, 'ENXIO'), (7, 'E2BIG'),
  (8, 'ENOEXEC'), (9, 'EBADF'), (10, 'ECHILD'), (11, 'EAGAIN'), (12, 'ENOMEM'), (13, 'EACCES'),
  (14, 'EFAULT'), (16, 'EBUSY'), (17, 'EEXIST'), (19, 'ENODEV'), (20, 'ENOTDIR'), (21, 'EISDIR'),
  (22, 'EINVAL'), (23, 'ENFILE'), (24, 'EMFILE'), (26, 'ETXTBSY'), (27, 'EFBIG'), (28, 'ENOSPC'),
  (30, 'EROFS'), (33, 'EDOM'), (34, 'ERANGE'), (36, 'ENAMETOOLONG'), (38, 'ENOSYS'), (40, 'ELOOP'),
  (43, 'EIDRM'), (75, 'EOVERFLOW'), (80, 'ELIBBAD'), (95, 'EOPNOTSUPP'), (133, 'EHWPOISON');

-- One line an event as people read it: addresses in hexadecimal, errors and files by name.
CREATE VIEW event_text AS
SELECT
  e.recording, e.seq, e.process, p.pid, e.tid, e.call,
  e.at_nanos / 1e9 AS at_seconds, e.duration_nanos,
  CASE WHEN e.arg0 IS NOT NULL THEN printf('0x%x', e.arg0) END AS arg0,
  CASE WHEN e.arg1 IS NOT NULL THEN printf('0x%x', e.arg1) END AS arg1,
  CASE WHEN e.arg2 IS NOT NULL THEN printf('0x%x', e.arg2) END AS arg2,
  CASE WHEN e.arg3 IS NOT NULL THEN printf('0x%x', e.arg3) END AS arg3,
  CASE WHEN e.arg4 IS NOT NULL THEN printf('0x%x', e.arg4) END AS arg4,
  CASE WHEN e.arg5 IS NOT NULL THEN printf('0x%x', e.arg5) END AS arg5,
  CASE WHEN e.result IS NULL THEN NULL WHEN e.errno IS NULL THEN printf('0x%x', e.result)
    ELSE coalesce(n.name, 'errno ' || e.errno) END AS result,
  printf('0x%x', e.return_address) AS return_address,
  f.path
FROM event e
LEFT JOIN process p ON p.recording = e.recording AND p.process = e.process
LEFT JOIN errno_name n ON n.errno = e.errno
LEFT JOIN file f ON f.recording = e.recording AND f.id = e.file;
