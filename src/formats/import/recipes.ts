/** How to make the logs that importers read. */

import { tracedCalls } from "./calls-of-interest.ts";

const ids = tracedCalls.map(({ number }) => `args->id == ${number}`).join(" || ");

/**
 * The command whose output this importer reads. `>` is an entry: pid, tid, nanoseconds, number of the
 * call, six arguments in hexadecimal. `<` is a return: pid, tid, nanoseconds, number, result.
 */
export const bpftraceCommand = [
  "bpftrace -c CMD -o FILE -e '",
  "BEGIN { @in[cpid] = 1 }",
  "tracepoint:sched:sched_process_fork /@in[args->parent_pid]/ { @in[args->child_pid] = 1 }",
  `tracepoint:raw_syscalls:sys_enter /@in[tid] && (${ids})/ {`,
  '  printf("> %d %d %llu %ld %lx %lx %lx %lx %lx %lx\\n", pid, tid, nsecs, args->id, args->args[0],',
  "    args->args[1], args->args[2], args->args[3], args->args[4], args->args[5]) }",
  `tracepoint:raw_syscalls:sys_exit /@in[tid] && (${ids})/ {`,
  '  printf("< %d %d %llu %ld %ld\\n", pid, tid, nsecs, args->id, args->ret) }',
  "END { clear(@in) }'",
].join("\n");

const names = tracedCalls.map(({ name }) => name).join(",");

export const straceCommand = "strace -f -ttt -T -o FILE CMD";

export const perfTraceCommand = `perf trace -o FILE -e ${names} CMD`;

export const perfScriptCommands = [
  "perf record -o DATA -e 'syscalls:sys_*_mmap,syscalls:sys_*_munmap,...' CMD",
  "perf script -i DATA -F comm,pid,tid,cpu,time,event,trace > FILE",
].join("\n");
