/** Who ever held an address in a process, up to an event: `whowas` in slices. */

import type { SiteNames } from "../../analyses/recorders/sites.ts";
import type { Style } from "../../base/style.ts";
import { kernelFeaturesOf } from "../../replay/kernel-features.ts";
import { OwnerWatch } from "../../replay/owner-watch.ts";
import { Replay } from "../../replay/replay.ts";
import { whowasText } from "../../reports/whowas.ts";
import type { Io } from "../io/io.ts";
import { AnswerBuilder, ancestors } from "../passes/whowas-answer.ts";
import type { Tape } from "./tape.ts";

/** Yields after each chunk; returns the lines that `maptrail whowas` would print, with its colours. */
export function* ownersOf(
  tape: Tape,
  process: number,
  address: number,
  seq: number,
  style: Style,
  sites: SiteNames,
): Generator<void, readonly string[]> {
  const { landmarks, reader } = tape;
  const marks = landmarks.get(process);
  if (marks === undefined) return ["nothing is known of this process"];
  const wanted = new Set([process, ...ancestors(landmarks, marks)]);
  const watches = new Map<number, OwnerWatch>();
  const replay = new Replay(reader, {
    features: kernelFeaturesOf(tape.row),
    landmarks,
    ...(wanted.size === 1 && { only: process }),
    lineage: (owner) => {
      if (!wanted.has(owner)) return undefined;
      const watch = new OwnerWatch(address);
      watches.set(owner, watch);
      return watch;
    },
  });
  const only = replay.only === undefined ? {} : { process };
  // The row of its end would take the space away, and with it who lies near the address.
  const toSeq = Math.min(seq, (marks.endSeq ?? Number.POSITIVE_INFINITY) - 1);
  for (const batch of reader.chunks({ toSeq, ...only })) {
    replay.feed(batch);
    yield;
  }
  const builder = new AnswerBuilder(tape.open, landmarks, replay, watches, ioWith(style), sites);
  const holds = watches.get(process)?.holds ?? [];
  const instant = { text: `@${seq}`, seq };
  const answer = builder.answer(
    { marks, seq: toSeq },
    address,
    holds,
    replay.spaceOf(process),
    instant,
  );
  return whowasText([answer], style).split("\n");
}

/** The builder needs only a style. */
function ioWith(style: Style): Io {
  const output = { style, isTTY: false, write: () => Promise.resolve() };
  return { out: output, err: output, env: {}, cwd: "/" };
}
