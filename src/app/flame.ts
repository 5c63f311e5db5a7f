/** `maptrail flame`: stacks in one line each with a weight, as flamegraph.pl, speedscope and inferno read them. */

import { resolve } from "node:path";
import { exitCodes, UserError } from "../base/errors.ts";
import { programName } from "../base/program.ts";
import type { EventBatch } from "../events/batch.ts";
import { type CallSites, callSites } from "../sites/call-sites.ts";
import { foldedText, StackFolds } from "../sites/folded-stacks.ts";
import { eventContext } from "../store/event-context.ts";
import type { RecordingReader } from "../store/reader.ts";
import type { Io } from "./io/io.ts";
import { writeWhole } from "./io/write-whole.ts";
import {
  type OpenRecording,
  type RecordingChoice,
  reportDamage,
  withRecording,
} from "./open/database.ts";
import { reportNotes, type SiteChoice, siteOptions } from "./open/site-choice.ts";
import { type LiveBytes, liveBytes } from "./passes/live-bytes.ts";
import { type EventWeight, eachWeight } from "./passes/weights.ts";

/** calls; bytes that growths were given; growths that were moved; bytes mapped at a moment; time in calls. */
export const flameWeights = ["calls", "grown", "moves", "live", "time"] as const;
export type FlameWeight = (typeof flameWeights)[number];

export interface FlameOptions extends RecordingChoice, SiteChoice {
  /** calls when absent. */
  readonly weight?: FlameWeight | undefined;
  /** For live: an instant as replay/instant.ts parses it; the end when absent. */
  readonly at?: string | undefined;
  /** For live: the only process that counts. */
  readonly pid?: number | undefined;
  /** Stdout when absent. */
  readonly output?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Returns the exit code: 3 when events could not be read. Throws UserErrors. */
export function showFlame(options: FlameOptions, io: Io): Promise<number> {
  return withRecording(options, io, async (open) => {
    const { weight = "calls", at, pid } = options;
    if (weight !== "live" && (at !== undefined || pid !== undefined)) {
      const given = at !== undefined ? `--at ${at}` : `--pid ${pid}`;
      throw new UserError(`${given} goes with --weight live, and the weight is ${weight}`);
    }
    const sites = callSites(open.reader, open.row, siteOptions(options, io));
    const folds = fold(open, weight, sites, options);
    const text = options.json === true ? `${JSON.stringify(folds.list())}\n` : foldedText(folds);
    await write(text, options, io);
    if (folds.list().length === 0) {
      await io.err.write(`${io.err.style.paint("quiet", emptyReason(weight))}\n`);
    }
    await reportNotes(sites, io);
    return (await reportDamage(open.reader, io)) ? exitCodes.damagedInput : exitCodes.ok;
  });
}

function emptyReason(weight: FlameWeight): string {
  const reasons: Readonly<Record<FlameWeight, string>> = {
    calls: "no call was recorded",
    time: "no call was recorded",
    grown: "nothing grew",
    moves: "no growth was moved",
    live: "nothing was mapped then",
  };
  return `${reasons[weight]}: the flame graph is empty`;
}

function fold(
  open: OpenRecording,
  weight: FlameWeight,
  sites: CallSites,
  options: FlameOptions,
): StackFolds {
  const { reader } = open;
  const programs = programNames(reader);
  const folds = new StackFolds(sites, (process) => programs.get(process) ?? "unknown program");
  if (weight !== "live") {
    const pick = pickOf(weight);
    eachWeight(reader, eventContext(reader).pageBytes, (batch, row, weights) => {
      folds.add(batch, row, pick(weights));
    });
    return folds;
  }
  const live = liveBytes(open, options.at ?? "end", options.pid);
  addLive(reader, live, folds);
  return folds;
}

function pickOf(weight: Exclude<FlameWeight, "live">): (weights: EventWeight) => number {
  switch (weight) {
    case "calls":
      return ({ calls }) => calls;
    case "grown":
      return ({ grownBytes }) => grownBytes;
    case "moves":
      return ({ moves }) => moves;
    case "time":
      return ({ nanos }) => Math.round(nanos);
  }
}

/** Bytes by the event that mapped them; event 0 is for those that no call mapped. */
function addLive(reader: RecordingReader, live: LiveBytes, folds: StackFolds): void {
  for (const [process, bytesBySeq] of live) {
    const seqs = [...bytesBySeq.keys()].sort((a, b) => a - b);
    for (const seq of seqs.filter((one) => one === 0)) {
      folds.addFound(process, bytesBySeq.get(seq) ?? 0);
    }
    let next = seqs.findIndex((seq) => seq > 0);
    if (next === -1) continue;
    const visit = (batch: EventBatch): void => {
      for (; next < seqs.length && seqs[next]! < batch.firstSeq + batch.length; next += 1) {
        const seq = seqs[next]!;
        folds.add(batch, seq - batch.firstSeq, bytesBySeq.get(seq) ?? 0, process);
      }
    };
    for (const batch of reader.chunks({ fromSeq: seqs[next]!, toSeq: seqs.at(-1)! })) visit(batch);
  }
}

function programNames(reader: RecordingReader): Map<number, string> {
  return new Map(reader.processes().map((row) => [row.process, programName(row)]));
}

async function write(text: string, { output }: FlameOptions, io: Io): Promise<void> {
  if (output === undefined) await io.out.write(text);
  else await writeWhole(resolve(io.cwd, output), output, text);
}
