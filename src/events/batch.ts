/** Events in columns: how they are passed from the journal to the log, the replay and the analyses. */

/** Bits of EventBatch.flags. */
export const eventFlags = {
  /** The call never came back (a jump out of a signal handler, a killed program, an exec that worked). */
  resultUnknown: 1,
  /** The result was not seen; the column has that of a successful call. */
  resultAssumed: 2,
  /** An argument or the result does not fit a double exactly: EventBatch.wide has the exact values. */
  wide: 4,
  /** shmat: args[3] is the segment's size in bytes, args[4] its id. */
  shmSize: 8,
} as const;

/**
 * `length` events in history order; row i of every column is event `firstSeq + i`.
 *
 * Register values are signed 64-bit. One that a double cannot hold exactly is rounded in its column,
 * the row is flagged `wide`, and `wide` holds the row's exact six arguments and result.
 */
export interface EventBatch {
  length: number;
  firstSeq: number;
  /** kindCodes. */
  readonly kind: Uint8Array;
  /** The process's number in the recording, from 1. */
  readonly process: Uint32Array;
  readonly tid: Uint32Array;
  /** Nanoseconds since the start of the recording at which the call began. */
  readonly at: Float64Array;
  /** Nanoseconds that the call took; -1 when it never came back. */
  readonly duration: Float64Array;
  /** Six columns. */
  readonly args: readonly Float64Array[];
  /** As the kernel gave it: -errno when the call failed. */
  readonly result: Float64Array;
  /** Return address into the caller of the function with the `syscall` instruction; 0 when the hook could not find it. */
  readonly returnAddress: Float64Array;
  /** Id of the file behind the mapping, or of the program that an exec runs; 0 is none. */
  readonly file: Uint32Array;
  readonly flags: Uint8Array;
  /** Begin stamp in the process's journal: the order in which calls began. */
  readonly slot: Float64Array;
  /** Id of the call's stack in the recording; 0 is none. */
  readonly stack: Uint32Array;
  readonly wide: Map<number, readonly bigint[]>;
}

export function createBatch(capacity: number): EventBatch {
  return {
    length: 0,
    firstSeq: 0,
    kind: new Uint8Array(capacity),
    process: new Uint32Array(capacity),
    tid: new Uint32Array(capacity),
    at: new Float64Array(capacity),
    duration: new Float64Array(capacity),
    args: Array.from({ length: 6 }, () => new Float64Array(capacity)),
    result: new Float64Array(capacity),
    returnAddress: new Float64Array(capacity),
    file: new Uint32Array(capacity),
    flags: new Uint8Array(capacity),
    slot: new Float64Array(capacity),
    stack: new Uint32Array(capacity),
    wide: new Map(),
  };
}

export function batchCapacity(batch: EventBatch): number {
  return batch.kind.length;
}
