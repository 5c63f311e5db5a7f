/** Residency intervals: the ranges that a mapping was in, each from one event to another. */

/** One range of addresses that a mapping had from one event to another. */
export interface ResidencyInterval {
  readonly process: number;
  readonly pid: number;
  /** Number of the mapping in its process. */
  readonly mapping: number;
  /** The mapping that it came from; 0 is none. */
  readonly parent: number;
  readonly start: number;
  readonly end: number;
  /** As it was at the mapping's birth: `rw-p`. */
  readonly permissions: string;
  /** Empty for memory without a name. */
  readonly path: string;
  /** The event that brought it here and how; 0 is before the recording. */
  readonly fromSeq: number;
  readonly fromNanos: number;
  readonly gain: string;
  /** The event that took it away and how; undefined while it lives. */
  readonly toSeq: number | undefined;
  readonly toNanos: number | undefined;
  readonly loss: string | undefined;
}
