/** The first page of help: what the tool is for and every command, a line each. */

export const mainHelp = `maptrail records every change that a program makes to its address space, keeps
it in SQLite, and shows which growths moved, what they cost, and who asked.

  maptrail [-o FILE] -- CMD ...     run CMD, record it, and show a summary
  record [options] -- CMD ...       the same, with every option
  recover DIR                       a recording from what a killed recorder left
look
  tui                               the address space as it lives, step by step
  list                              the recordings of a database
  stats                             what growths did, why, and what to change
  events [FILTER ...]               every call, as strace shows it or as JSON
  maps --at T                       what was mapped where, at any moment
  whowas ADDR                       who ever held an address, and where it went
  flame                             who asked, for a flame graph
  verify                            is the replay equal to the kernel's maps
  report -o FILE                    a page with pictures; Markdown, JSON, text
  diff A B                          what changed between two recordings
  check [RULES] [-- CMD ...]        hold a recording or a program to rules
  sql STATEMENT                     query the tables: text, JSON or CSV
share
  export FORMAT                     for other tools: csv, parquet, perfetto ...
  import FILE ...                   a recording from strace's or perf's log
look after
  rebuild                           make the SQL tables again from the event log
  doctor                            can this machine record, and if not, why
  lab                               what textbooks say of mremap, tried here

  -o, --db FILE      the database: maptrail.db in this folder, or MAPTRAIL_DB
  --recording N      the recording: the newest
  --json             for scripts, with every command that shows something
  maptrail COMMAND --help           options and examples
`;
