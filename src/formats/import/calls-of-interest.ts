/** The calls that logs other than strace's are read for: names, numbers on x86-64, names of arguments. */

import { kindCodes } from "../../events/kinds.ts";

export interface TracedCall {
  readonly name: string;
  readonly kind: number;
  /** asm/unistd_64.h. */
  readonly number: number;
  /** As the kernel's tracepoints name them (/sys/kernel/tracing/events/syscalls/). */
  readonly args: readonly string[];
}

function call(
  name: string,
  number: number,
  args: string,
  kind: number = kindCodes[name as keyof typeof kindCodes],
): TracedCall {
  return { name, kind, number, args: args === "" ? [] : args.split(" ") };
}

const { clone } = kindCodes;

export const tracedCalls: readonly TracedCall[] = [
  call("mmap", 9, "addr len prot flags fd off"),
  call("mprotect", 10, "start len prot"),
  call("munmap", 11, "addr len"),
  call("brk", 12, "brk"),
  call("mremap", 25, "addr old_len new_len flags new_addr"),
  call("madvise", 28, "start len_in behavior"),
  call("shmat", 30, "shmid shmaddr shmflg"),
  call("clone", 56, "clone_flags newsp parent_tidptr child_tidptr tls"),
  call("fork", 57, "", clone),
  call("vfork", 58, ""),
  call("execve", 59, "filename argv envp"),
  call("shmdt", 67, "shmaddr"),
  call("io_setup", 206, "nr_reqs ctxp"),
  call("io_destroy", 207, "ctx"),
  call("remap_file_pages", 216, "start size prot pgoff flags"),
  call("exit_group", 231, "error_code"),
  call("execveat", 322, "fd filename argv envp flags"),
  call("pkey_mprotect", 329, "start len prot pkey"),
  call("clone3", 435, "uargs size", clone),
];

export const tracedByName: ReadonlyMap<string, TracedCall> = new Map(
  tracedCalls.map((one) => [one.name, one]),
);

export const tracedByNumber: ReadonlyMap<number, TracedCall> = new Map(
  tracedCalls.map((one) => [one.number, one]),
);
