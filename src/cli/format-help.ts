/** What the help of `import` and `export` says of formats. A test holds it to what there is. */

/** The calls that importers read: their names, and their numbers on x86-64. */
const names =
  "mmap,mprotect,munmap,brk,mremap,madvise,shmat,clone,fork,vfork,execve,shmdt,io_setup," +
  "io_destroy,remap_file_pages,exit_group,execveat,pkey_mprotect,clone3";
const numbers = [
  ...[9, 10, 11, 12, 25, 28, 30, 56, 57, 58, 59, 67, 206, 207, 216, 231, 322, 329, 435],
];

const isWanted = `@in[tid] && (${numbers.map((number) => `args->id == ${number}`).join(" || ")})`;

/**
 * The command whose output the importer reads. `>` is an entry: pid, tid, nanoseconds, number of the
 * call, six arguments in hexadecimal. `<` is a return: pid, tid, nanoseconds, number, result.
 */
const bpftraceCommand = `    bpftrace -c CMD -o FILE -e '
    BEGIN { @in[cpid] = 1 }
    tracepoint:sched:sched_process_fork /@in[args->parent_pid]/ { @in[args->child_pid] = 1 }
    tracepoint:raw_syscalls:sys_enter /${isWanted}/ {
      printf("> %d %d %llu %ld %lx %lx %lx %lx %lx %lx\\n", pid, tid, nsecs, args->id, args->args[0],
        args->args[1], args->args[2], args->args[3], args->args[4], args->args[5]) }
    tracepoint:raw_syscalls:sys_exit /${isWanted}/ {
      printf("< %d %d %llu %ld %ld\\n", pid, tid, nsecs, args->id, args->ret) }
    END { clear(@in) }'`;

export const importHelp = `
Formats, each with a command that writes it; it is recognised by its first lines.

  strace       also with -ff, -t, -tt, -r, -i, -y, -X raw, --seccomp-bpf
    strace -f -ttt -T -o FILE CMD
  perf-trace
    perf trace -o FILE -e ${names} CMD
  perf-script
    perf record -o DATA -e 'syscalls:sys_*_mmap,syscalls:sys_*_munmap,...' CMD
    perf script -i DATA -F comm,pid,tid,cpu,time,event,trace > FILE
  bpftrace
${bpftraceCommand}
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
  parquet          the columns of the SQL table event, registers as signed numbers
  mappings-csv     a row for each range that a mapping ever lived in
  mappings-jsonl   the same as JSON
  strace           text as strace -f -ttt -T writes it; maptrail import reads it back (maps texts,
                   gaps and who asked have no form there)
  openmetrics      the totals, for Prometheus

A CSV cell that begins like a formula (= + - @, a tab, an apostrophe) has an apostrophe before it,
so that no spreadsheet runs it: take one apostrophe away from the beginning of a cell to have it back.

  maptrail export parquet -o run.parquet
  maptrail export csv | head
  maptrail export perfetto --db other.db -o trace.json`;
