/** Instants as people write them after --at: an event, a time, a share of the recording, its start or its end. */

import { UserError } from "../base/errors.ts";
import { parseDuration } from "../base/units.ts";

/** Either the place of an event in history, from 1, or nanoseconds since the start. */
export type InstantSpec =
  | { readonly kind: "event"; readonly seq: number }
  | { readonly kind: "time"; readonly atNanos: number }
  | { readonly kind: "share"; readonly share: number }
  | { readonly kind: "start" }
  | { readonly kind: "end" };

/** Parses `#1234`, `@1234`, `1.25s` (any unit of time), `50%`, `start`, `end`. */
export function parseInstant(text: string): InstantSpec {
  const trimmed = text.trim();
  if (trimmed === "start" || trimmed === "end") return { kind: trimmed };
  const event = /^[#@](\d+)$/.exec(trimmed);
  if (event !== null) return { kind: "event", seq: Number(event[1]) };
  const share = /^(\d+(?:\.\d+)?)\s*%$/.exec(trimmed);
  if (share !== null && Number(share[1]) <= 100) {
    return { kind: "share", share: Number(share[1]) / 100 };
  }
  const atNanos = parseDuration(trimmed);
  if (atNanos !== undefined) return { kind: "time", atNanos };
  throw new UserError(`"${text}" is no moment of a recording`, {
    hint: "Write an event (#1234), a time since the start (1.25s), a share (50%), start or end.",
  });
}

export interface Extent {
  readonly eventCount: number;
  readonly durationNanos: number;
}

/** The same instant as an event's place or as a time. A share is one of time, not of events. */
export function resolveInstant(
  spec: InstantSpec,
  extent: Extent,
): { readonly seq: number } | { readonly atNanos: number } {
  switch (spec.kind) {
    case "event":
      return { seq: spec.seq };
    case "time":
      return { atNanos: spec.atNanos };
    case "share":
      return { atNanos: Math.round(spec.share * extent.durationNanos) };
    case "start":
      return { seq: Math.min(1, extent.eventCount) };
    case "end":
      return { seq: extent.eventCount };
  }
}
