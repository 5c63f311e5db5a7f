/** The kinds of events, each with its number in stored chunks. A number is never reused. */

/** Calls that change a mapping, by their system call's name. */
export const memoryCalls = {
  mmap: 1,
  munmap: 2,
  mremap: 3,
  mprotect: 4,
  pkey_mprotect: 5,
  brk: 6,
  madvise: 7,
  shmat: 8,
  shmdt: 9,
  remap_file_pages: 10,
  io_setup: 11,
  io_destroy: 12,
  prctl: 13,
} as const;

/** Calls that make, replace or end an address space. */
export const processCalls = {
  clone: 32,
  vfork: 33,
  execve: 34,
  execveat: 35,
  exit_group: 37,
} as const;

/** Observations: what the recorder saw rather than what the program called. */
export const observations = {
  /** args[0]: blob of ProcessStart as JSON. */
  processStarted: 64,
  /** args[0]: blob of the maps text, args[1]: Moment, args[2]: 1 when no call ran while it was read. */
  mapsObserved: 65,
  /** args[0]: blob of ProcessEnd as JSON. */
  processEnded: 66,
  /** args[0]: how many calls are missing from here on, args[1]: blob with the reason as text. */
  callsLost: 67,
} as const;

export type MemoryCall = keyof typeof memoryCalls;
export type ProcessCall = keyof typeof processCalls;
export type CallName = MemoryCall | ProcessCall;
export type Observation = keyof typeof observations;
export type EventKind = CallName | Observation;

export const kindCodes: Readonly<Record<EventKind, number>> = {
  ...memoryCalls,
  ...processCalls,
  ...observations,
};

const names: (EventKind | undefined)[] = [];
for (const [name, code] of Object.entries(kindCodes)) names[code] = name as EventKind;

/** The kind with that number, or undefined for one that this version does not know. */
export function kindOf(code: number): EventKind | undefined {
  return names[code];
}

export function isCallCode(code: number): boolean {
  return code < observations.processStarted;
}

export function isMemoryCallCode(code: number): boolean {
  return code >= memoryCalls.mmap && code <= memoryCalls.prctl;
}

/** How many arguments each call has; the other argument registers hold noise and are not stored. */
export const argumentCounts: Readonly<Record<CallName, number>> = {
  mmap: 6,
  munmap: 2,
  mremap: 5,
  mprotect: 3,
  pkey_mprotect: 4,
  brk: 1,
  madvise: 3,
  shmat: 3,
  shmdt: 1,
  remap_file_pages: 5,
  io_setup: 2,
  io_destroy: 1,
  prctl: 5,
  clone: 5,
  vfork: 0,
  execve: 3,
  execveat: 5,
  exit_group: 1,
};

/** When a maps text was taken. */
export const moments = { start: 1, fork: 2, exec: 3, exit: 4, demand: 5 } as const;
export type Moment = keyof typeof moments;

/** The moment with that number, or undefined for one that this version does not know. */
export function momentOf(code: number): Moment | undefined {
  return (Object.keys(moments) as Moment[]).find((name) => moments[name] === code);
}
