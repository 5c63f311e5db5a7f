/** `maptrail maps`: what was mapped where at a moment, as /proc/PID/maps would have shown it. */

import { exitCodes } from "../base/errors.ts";
import { formatHex } from "../base/units.ts";
import { lookUpEvents } from "../listing/event-lookup.ts";
import { knownSpaceAt } from "../replay/known-space.ts";
import type { ProcessLandmarks } from "../replay/landmarks.ts";
import { chooseProcess, instantOf, seqAt } from "../replay/lifetimes.ts";
import { livesOf } from "../replay/mapping-lives.ts";
import { Seeker } from "../replay/seek.ts";
import { agedText, diffText, type RegionStory } from "../reports/maps.ts";
import { permissionText } from "../space/regions/modes.ts";
import { formatMapsLine, type MapsLine } from "../space/regions/proc-maps.ts";
import { nameOf as backingName } from "../space/snapshot.ts";
import type { AddressSpace } from "../space/space.ts";
import { eventContext } from "../store/event-context.ts";
import type { RecordingReader } from "../store/reader.ts";
import type { Io } from "./io/io.ts";
import {
  type OpenRecording,
  type RecordingChoice,
  reportDamage,
  withRecording,
} from "./open/database.ts";

export interface MapsOptions extends RecordingChoice {
  /** An instant as replay/instant.ts parses it; the end when absent. */
  readonly at?: string | undefined;
  readonly pid?: number | undefined;
  /** The moment to compare with. */
  readonly diff?: string | undefined;
  readonly age?: boolean | undefined;
  readonly lineage?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** Returns the exit code: 3 when events could not be read. Throws UserErrors. */
export function showMaps(options: MapsOptions, io: Io): Promise<number> {
  return withRecording(options, io, async (open) => {
    const text = new MapsView(open, options, io).text();
    await io.out.write(text);
    return (await reportDamage(open.reader, io)) ? exitCodes.damagedInput : exitCodes.ok;
  });
}

class MapsView {
  readonly #open: OpenRecording;
  readonly #reader: RecordingReader;
  readonly #options: MapsOptions;
  readonly #io: Io;
  readonly #seeker: Seeker;
  readonly #process: ProcessLandmarks;
  readonly #seq: number;

  constructor(open: OpenRecording, options: MapsOptions, io: Io) {
    this.#open = open;
    this.#reader = open.reader;
    this.#options = options;
    this.#io = io;
    this.#seeker = new Seeker(open.reader, open.row);
    const instant = instantOf(options.at ?? "end", open.reader);
    const { landmarks } = this.#seeker;
    const chosen = chooseProcess(landmarks, instant, options.pid);
    this.#process = chosen.process;
    this.#seq = seqAt(open.reader, chosen.process, instant);
  }

  text(): string {
    const { diff, age, lineage, json } = this.#options;
    if (diff !== undefined) return this.#diff(diff);
    if (age === true || lineage === true) return this.#stories();
    const lines = this.#spaceAt(this.#seq).snapshot();
    if (json === true) return `${JSON.stringify(this.#object({ lines: lines.map(lineObject) }))}\n`;
    return lines.map((line) => `${formatMapsLine(line)}\n`).join("");
  }

  #spaceAt(seq: number): AddressSpace {
    return knownSpaceAt(this.#seeker, this.#process, seq);
  }

  #object(more: object): object {
    const { process, row } = this.#process;
    return { recording: this.#open.row.id, process, pid: row?.pid ?? 0, seq: this.#seq, ...more };
  }

  #diff(text: string): string {
    const instant = instantOf(text, this.#reader);
    const other = seqAt(this.#reader, this.#process, instant);
    const before = this.#spaceAt(this.#seq).snapshot();
    const after = this.#spaceAt(other).snapshot();
    const kept = new Set(after.map(formatMapsLine));
    const known = new Set(before.map(formatMapsLine));
    const gone = before.filter((line) => !kept.has(formatMapsLine(line)));
    const come = after.filter((line) => !known.has(formatMapsLine(line)));
    if (this.#options.json === true) {
      const changes = { gone: gone.map(lineObject), come: come.map(lineObject) };
      return `${JSON.stringify(this.#object({ toSeq: other, ...changes }))}\n`;
    }
    const changes = [
      ...gone.map((line) => ({
        start: line.start,
        sign: "-" as const,
        line: formatMapsLine(line),
      })),
      ...come.map((line) => ({
        start: line.start,
        sign: "+" as const,
        line: formatMapsLine(line),
      })),
    ].sort((a, b) => a.start - b.start || (a.sign < b.sign ? 1 : -1));
    return `${diffText({ from: this.#seq, to: other, changes }, this.#io.out.style)}\n`;
  }

  /** Region by region, never joined: each is a piece of one mapping. */
  #stories(): string {
    const { lineage, json } = this.#options;
    const style = this.#io.out.style;
    const space = this.#spaceAt(this.#seq);
    const regions = space.regionsIn(0, Number.POSITIVE_INFINITY);
    const wanted = new Set(regions.map(({ mapping }) => mapping));
    const lines = regions.map((region): MapsLine => {
      const { start, end, mode, offset } = region;
      return {
        start,
        end,
        permissions: permissionText(mode),
        offset,
        ...backingName(space, region),
      };
    });
    const lives =
      lineage === true
        ? livesOf(this.#open, this.#seeker, this.#process.process, this.#seq, wanted)
        : new Map<number, never>();
    const context = eventContext(this.#reader);
    const seqs = [this.#seq];
    for (const { born, since } of regions) seqs.push(born, since);
    for (const held of lives.values()) for (const { from } of held) seqs.push(from);
    const events = lookUpEvents(this.#reader, context, seqs, style);
    const now = events.get(this.#seq)?.atNanos ?? 0;
    const stories = regions.map((region, i): RegionStory => {
      const { mapping, born, start, end } = region;
      const at = events.get(born);
      return {
        line: formatMapsLine(lines[i]!),
        mapping,
        bornSeq: born,
        // Found after the start: it grew without a call, or by a call that was missed.
        foundSeq: born === 0 && region.since !== this.#process.maps[0]?.seq ? region.since : null,
        bornBy: at?.name ?? null,
        ageNanos: at === undefined ? null : Math.max(0, now - at.atNanos),
        ranges: (
          lives.get(mapping) ?? [{ start, end, from: region.since, gain: "found" as const }]
        ).map((range) => ({ ...range, by: events.get(range.from)?.name ?? null })),
      };
    });
    if (json === true) {
      const list = stories.map(({ line, ranges, ...story }, i) => ({
        ...lineObject(lines[i]!),
        ...story,
        ...(lineage === true && {
          lineage: ranges.map((range) => ({
            ...range,
            start: formatHex(range.start),
            end: formatHex(range.end),
          })),
        }),
      }));
      return `${JSON.stringify(this.#object({ regions: list }))}\n`;
    }
    return `${agedText(stories, { lineage: lineage === true }, style)}\n`;
  }
}

function lineObject(line: MapsLine): object {
  return {
    ...line,
    start: formatHex(line.start),
    end: formatHex(line.end),
    offset: formatHex(line.offset),
  };
}
