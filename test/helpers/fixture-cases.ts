/** Each fixture program as a test runs it: arguments, needs, and how it must end when nobody watches. */
import type { TieredCase } from "./tiers.ts";
import type { Need } from "./tools.ts";

export interface FixtureCase extends TieredCase {
  /** Unique among the cases. */
  readonly name: string;
  readonly program: string;
  /** `folder` is an empty folder of the run's own. */
  readonly args?: (folder: string) => readonly string[];
  readonly needs?: readonly Need[];
  /** Standard output, whole; absent where it differs between machines. */
  readonly output?: string;
  readonly status?: number;
  readonly signal?: NodeJS.Signals;
  /** Also builds and behaves alike with musl. */
  readonly musl?: true;
  /**
   * Its calls can be compared with strace's in full. Absent where strace changes what the program does
   * or where calls are left half done on purpose.
   */
  readonly exact?: true;
}

function end(how: string, rest: Partial<FixtureCase>, said = ""): FixtureCase {
  const output = `ending by ${how}\n${said}`;
  return {
    name: `end-by-${how}`,
    program: "end-by",
    args: () => [how],
    output,
    musl: true,
    ...rest,
  };
}

/** test/e2e/growth-fixtures-tests.ts knows the ledger of each. */
function growth(what: string, said: string): FixtureCase {
  const name = `growth-${what}`;
  return { name, program: name, output: `${said}\n`, musl: true, exact: true };
}

export const fixtureCases: readonly FixtureCase[] = [
  {
    name: "realloc-growth",
    program: "realloc-growth",
    quick: true,
    output: "sum 130788\n",
    musl: true,
    exact: true,
  },
  {
    name: "malloc-threads",
    program: "malloc-threads",
    output: "total 5120\n",
    musl: true,
    exact: true,
  },
  {
    name: "fork-threads",
    program: "fork-threads",
    quick: true,
    output: "children that ended well: 25\n",
    musl: true,
    exact: true,
  },
  { name: "dlopen-loop", program: "dlopen-loop", output: "opened 30, refused 10\n", exact: true },
  { name: "vfork-exec", program: "vfork-exec", output: "sum 15\n", musl: true, exact: true },
  {
    name: "spawn",
    program: "spawn",
    output: `${"spawned blue\nstatus 4\n".repeat(3)}missing: No such file or directory\n`,
    musl: true,
    exact: true,
  },
  { name: "clone-vm", program: "clone-vm", output: "child's status 5\n", musl: true, exact: true },
  {
    name: "clone-raw",
    program: "clone-raw",
    output: "status 10\nstatus 11\nstatus 12\nstatus 13\n",
    musl: true,
    exact: true,
  },
  { name: "clone-raw-stack", program: "clone-raw-stack", output: "status 6\n", exact: true },
  {
    name: "syscall-numbers",
    program: "syscall-numbers",
    output: "written by syscall\n",
    musl: true,
    exact: true,
  },
  {
    name: "mremap-variants",
    program: "mremap-variants",
    quick: true,
    output: "all as the kernel promises\n",
    musl: true,
    exact: true,
  },
  growth("fallback", "fell back once"),
  growth("fixed", "three at their places"),
  growth("realloc", "doubled 5 times"),
  growth("shrink", "the tail came back empty"),
  growth("buffer", "1024 pages in 10 steps"),
  growth("stale", "it reads 99, not 42"),
  growth("refused", "refused 6 times"),
  { name: "map-shapes", program: "map-shapes", output: "all shapes\n", musl: true, exact: true },
  {
    name: "far-hints",
    program: "far-hints",
    output: "placed where asked: 15 of 15\n",
    musl: true,
    exact: true,
  },
  { name: "brk-steps", program: "brk-steps", output: "grew by 1010000\n", exact: true },
  {
    name: "shm-attach",
    program: "shm-attach",
    output: "attached three times\n",
    musl: true,
    exact: true,
  },
  {
    name: "remap-file-pages",
    program: "remap-file-pages",
    output: "dcba\n",
    musl: true,
    exact: true,
  },
  { name: "aio-setup", program: "aio-setup", output: "five rings\n", musl: true, exact: true },
  { name: "pkey-protect", program: "pkey-protect", exact: true },
  { name: "name-anonymous", program: "name-anonymous", exact: true, musl: true },
  {
    name: "file-maps",
    program: "file-maps",
    args: (folder) => [folder],
    output: "touched 3 times\n",
    musl: true,
    exact: true,
  },
  { name: "inline-syscall", program: "inline-syscall", output: "mapped by itself\n", musl: true },
  { name: "siglongjmp", program: "siglongjmp", output: "jumps 200\n", musl: true },
  { name: "signal-maps", program: "signal-maps", output: "failed 0\n", musl: true },
  {
    name: "timer-storm",
    program: "timer-storm",
    output: "failures 0, signals: yes\n",
    musl: true,
    exact: true,
  },
  { name: "small-sigaltstack", program: "small-sigaltstack", output: "handled 11\n", exact: true },
  { name: "close-all", program: "close-all", exact: true },
  {
    name: "daemon",
    program: "daemon",
    output: "parent ends\ndaemon ends\n",
    musl: true,
    exact: true,
  },
  {
    name: "exec-empty-env",
    program: "exec-empty-env",
    output: "stage 2: 0 variables\nstage 3: 0 variables\n",
    musl: true,
    exact: true,
  },
  {
    name: "exec-huge-env",
    program: "exec-huge-env",
    output: "40000 variables, checksum 219db572acb9ced8\n".repeat(2),
    musl: true,
    exact: true,
  },
  { name: "exec-fails", program: "exec-fails", exact: true },
  {
    name: "exec-from-thread",
    program: "exec-from-thread",
    output: "second program: pid is tid 1\n",
    exact: true,
  },
  {
    name: "exec-script",
    program: "exec-script",
    output: "script got 2 arguments, first one\n",
    status: 9,
    musl: true,
    exact: true,
  },
  {
    name: "limit-file-size",
    program: "limit-file-size",
    output: "signals after mapping 0\nsignals after writing 1\n".repeat(2),
  },
  {
    name: "limit-address-space",
    program: "limit-address-space",
    output: "15 blocks, then Cannot allocate memory\nin a child 15\n".repeat(2),
  },
  { name: "limit-open-files", program: "limit-open-files", output: "last 63, child 7\n" },
  {
    name: "chroot",
    program: "chroot",
    args: (folder) => [folder],
    needs: ["root"],
    output: "proc -1, child 8\n",
  },
  { name: "deny-write-exec", program: "deny-write-exec", exact: true },
  { name: "seccomp-kill", program: "seccomp-kill", output: "lived under the filter\n" },
  {
    name: "seccomp-kill-prctl",
    program: "seccomp-kill",
    args: () => ["prctl"],
    output: "lived under the filter\n",
  },
  {
    name: "drop-user",
    program: "drop-user",
    needs: ["root"],
    output: "user 65534, child 6\nshell of user 65534\n",
  },
  { name: "grows-down", program: "grows-down", output: "grew 255 pages\n", exact: true },
  { name: "lock-all", program: "lock-all", needs: ["root"], output: "child 2\n" },
  {
    name: "detached-threads",
    program: "detached-threads",
    output: "forty threads\n",
    musl: true,
    exact: true,
  },
  ...["above", "gap", "guard", "thread", "refused"].map(
    (what): FixtureCase => ({
      name: `blocker-cases-${what}`,
      program: "blocker-cases",
      args: () => [what],
      output: `blocked: ${what}\n`,
      exact: true,
    }),
  ),
  ...["exact", "factor-1.5", "factor-2", "reserve"].map(
    (policy): FixtureCase => ({
      name: `what-if-buffer-${policy}`,
      program: "what-if-buffer",
      args: () => [policy],
      output: "both hold 15728640 bytes\n",
      exact: true,
    }),
  ),
  end("return", { status: 20, exact: true }),
  end("exit", { status: 21, exact: true }),
  end("_exit", { status: 22, exact: true }),
  end("thread", { status: 0, exact: true }, "the last thread ends\n"),
  end("abort", { signal: "SIGABRT" }),
  end("segv", { signal: "SIGSEGV" }),
  end("kill", { signal: "SIGKILL" }),
  end("term", { signal: "SIGTERM" }),
  { name: "print-env", program: "print-env", musl: true, exact: true },
  { name: "print-state", program: "print-state", exact: true },
  {
    name: "map-loop",
    program: "map-loop",
    args: () => ["4", "400", "-"],
    output: "started\ndone\n",
    exact: true,
  },
];
