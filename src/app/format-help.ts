/** What the help of `import` and `export` says of formats. A test holds it to what there is. */

import {
  bpftraceCommand,
  perfScriptCommands,
  perfTraceCommand,
  straceCommand,
} from "../formats/import/recipes.ts";

const indented = (text: string): string => text.replace(/^/gm, "    ");

export const importHelp = `
Formats, each with a command that writes it; it is recognised by its first lines.

  strace       also with -ff, -t, -tt, -r, -i, -y, -X raw, --seccomp-bpf
${indented(straceCommand)}
  perf-trace
${indented(perfTraceCommand)}
  perf-script
${indented(perfScriptCommands)}
  bpftrace
${indented(bpftraceCommand)}
  maps         copies of /proc/PID/maps, in the order of their names
    cp /proc/PID/maps maps.PID

A log does not tell what was mapped when a program began. For a process that was there before,
copy its maps first, then attach; a second copy at the end lets \`maptrail verify\` compare:

  cp /proc/PID/maps before; strace -f -ttt -T -o log -p PID; cp /proc/PID/maps after
  maptrail import --maps before --end-maps after log`;

export const exportHelp = `
Formats:
  perfetto         Chrome trace JSON for ui.perfetto.dev: calls as slices, mapped bytes as a counter
  speedscope       call stacks for speedscope.app, where stacks were recorded
  csv              a row an event, RFC 4180
  jsonl            an object an event, as maptrail events --json writes them
  parquet          the columns of the SQL table event, for DuckDB, pandas and their kin
  mappings-csv     a row for each range that a mapping ever lived in
  mappings-jsonl   the same as JSON
  strace           text as strace -f -ttt -T writes it; maptrail import reads it back
  openmetrics      the totals, for Prometheus

A CSV cell that begins like a formula (= + - @, a tab, an apostrophe) has an apostrophe before it,
so that no spreadsheet runs it: take one apostrophe away from the beginning of a cell to have it back.

  maptrail export parquet -o run.parquet
  maptrail export csv | head
  maptrail export perfetto --db other.db -o trace.json`;
