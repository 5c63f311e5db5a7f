/** Kinds on the wire, mapped by name to the kinds of events, as tables for the hot path. */
import { argumentCounts, type CallName, kindCodes } from "../../events/kinds.ts";
import { enums } from "./wire.gen.ts";

/** Journals have no kinds from here on. */
const kindLimit = 128;

/** Code of the event, by the wire's kind; 0 where the kind is no call. */
export const codeOfKind = new Uint8Array(kindLimit);
/** Arguments of the call, by the wire's kind. */
export const argumentsOfKind = new Uint8Array(kindLimit);
/** What the reader does with a record, by the wire's kind. */
export const classOfKind = new Uint8Array(kindLimit);

export const recordClass = {
  unknown: 0,
  /** Changes mappings; others wait for it. */
  memory: 1,
  /** fork: waited for like a memory call. */
  fork: 2,
  /** May run for as long as a child wants; nothing waits for it. */
  vfork: 3,
  /** EXEC_RETURNED follows when it failed; nothing does when it worked. */
  exec: 4,
  execReturned: 5,
  /** Never returns. */
  exit: 6,
  text: 7,
  clock: 8,
  sealed: 9,
  stack: 10,
} as const;

const special: Readonly<Partial<Record<keyof typeof enums.kind, number>>> = {
  clone: recordClass.fork,
  vfork: recordClass.vfork,
  execve: recordClass.exec,
  execveat: recordClass.exec,
  exec_returned: recordClass.execReturned,
  exit_group: recordClass.exit,
  text: recordClass.text,
  clock: recordClass.clock,
  sealed: recordClass.sealed,
  stack: recordClass.stack,
};

for (const [name, kind] of Object.entries(enums.kind)) {
  const kindClass = special[name as keyof typeof enums.kind];
  if (kindClass !== undefined) classOfKind[kind] = kindClass;
  if (!(name in argumentCounts)) continue;
  const call = name as CallName;
  codeOfKind[kind] = kindCodes[call];
  argumentsOfKind[kind] = argumentCounts[call];
  if (kindClass === undefined) classOfKind[kind] = recordClass.memory;
}

export function classOf(kind: number): number {
  return kind < kindLimit ? classOfKind[kind]! : recordClass.unknown;
}
