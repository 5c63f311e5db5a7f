/** Signals of Linux on x86-64 and their names: signal(7). */

const names = `HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT
CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS`.split(/\s+/);

/** `SIGKILL` for 9; `signal 40` for one that has no name. */
export function signalName(signal: number): string {
  const name = names[signal - 1];
  return name === undefined ? `signal ${signal}` : `SIG${name}`;
}

/** 9 for `SIGKILL`, and 35 for strace's `SIGRT_3`; undefined for anything else. */
export function signalNumber(name: string): number | undefined {
  const realTime = /^SIGRT_(\d+)$/.exec(name)?.[1];
  if (realTime !== undefined) return 32 + Number(realTime);
  const index = names.indexOf(name.replace(/^SIG/, ""));
  return index < 0 ? undefined : index + 1;
}
