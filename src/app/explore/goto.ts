/** What a person types to get somewhere: an event, a time, a share of the recording, an address, a mapping. */

import { UserError } from "../../base/errors.ts";
import { instantOf, seqAt } from "../../replay/lifetimes.ts";
import { parseAddress } from "../io/address.ts";
import type { Tape } from "./tape.ts";

export type Goal =
  | { readonly kind: "event"; readonly seq: number }
  | { readonly kind: "address"; readonly address: number };

/** Throws a UserError that quotes what was received. `process` is whose time is meant. */
export function parseGoal(tape: Tape, text: string, process: number): Goal {
  const word = text.trim();
  if (/^0x[0-9a-f_]+$/i.test(word)) return { kind: "address", address: parseAddress(word) };
  if (/^\d[\d,]*$/.test(word)) return goalAt(tape, `@${word.replaceAll(",", "")}`, process);
  try {
    return goalAt(tape, word, process);
  } catch (error) {
    if (!(error instanceof UserError) || !/is no moment/.test(error.message)) throw error;
    throw new UserError(`"${text}" is no place of this recording`, {
      hint: "An event (@1234), a time (1.25s), a share (50%), start, end, or an address (0x7f..).",
      cause: error,
    });
  }
}

function goalAt(tape: Tape, text: string, process: number): Goal {
  const instant = instantOf(text, tape.reader);
  if (instant.seq !== undefined) return { kind: "event", seq: instant.seq };
  if (instant.isEnd === true) return { kind: "event", seq: tape.reader.eventCount };
  const marks = tape.landmarks.get(process);
  if (marks === undefined) return { kind: "event", seq: 1 };
  return { kind: "event", seq: Math.max(1, seqAt(tape.reader, marks, instant)) };
}
