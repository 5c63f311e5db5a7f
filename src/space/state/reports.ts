/** Contradictions and gaps that a replay met, as data. The replay goes on. */

export type ReportKind =
  /** The event cannot be true of this space: the recording is damaged, or calls are missing. */
  | "contradiction"
  /** The event may have changed the space in an unknown way. */
  | "unknown";

export interface SpaceReport {
  readonly seq: number;
  readonly kind: ReportKind;
  readonly call: string;
  readonly reason: string;
  /** The range in question. */
  readonly start: number;
  readonly end: number;
}

/** Keeps the first reports and counts all of them. */
export class ReportList {
  readonly items: SpaceReport[] = [];
  contradictions = 0;
  unknowns = 0;
  private readonly capacity: number;

  constructor(capacity = 1000) {
    this.capacity = capacity;
  }

  add(report: SpaceReport): void {
    if (report.kind === "contradiction") this.contradictions += 1;
    else this.unknowns += 1;
    if (this.items.length < this.capacity) this.items.push(report);
  }
}
