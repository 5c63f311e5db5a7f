/** The region that stood above a growth is the one that the program placed there. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Block } from "../../src/analyses/blockers.ts";
import { Life } from "../../src/app/explore/life.ts";
import { Tape } from "../../src/app/explore/tape.ts";
import { analyse } from "../../src/app/passes/analyse.ts";
import { callSites } from "../../src/sites/call-sites.ts";
import { readAnalyses } from "../helpers/analysed.ts";
import { type EventLine, readEvents, record } from "../helpers/maptrail.ts";
import { buildProgram } from "../helpers/programs.ts";
import { missingReason, titled } from "../helpers/tools.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "maptrail-blockers-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const page = 4096;

interface Case {
  readonly what: string;
  readonly outcome: Block["outcome"];
  readonly kind: Block["kind"];
  readonly gapPages: number;
  /** Of the mapping call that made the blocker. */
  readonly mappedPages: number | "stack";
}

const cases: readonly Case[] = [
  { what: "above", outcome: "moved", kind: "buffer of the same site", gapPages: 0, mappedPages: 5 },
  { what: "gap", outcome: "moved", kind: "buffer of the same site", gapPages: 3, mappedPages: 5 },
  { what: "guard", outcome: "moved", kind: "guard", gapPages: 0, mappedPages: 1 },
  { what: "thread", outcome: "moved", kind: "thread stack", gapPages: 0, mappedPages: "stack" },
  {
    what: "refused",
    outcome: "refused",
    kind: "buffer of the same site",
    gapPages: 0,
    mappedPages: 5,
  },
];

const mapStack = 0x2_0000;

/** The call that made the blocker, found by what the program is known to have asked for. */
function isMaker({ mappedPages }: Case, { call, args }: EventLine): boolean {
  if (call !== "mmap") return false;
  if (mappedPages === "stack") return (Number(args[3]) & mapStack) !== 0;
  return Number(args[1]) === mappedPages * page;
}

describe("blockers", () => {
  it.each(cases)("$what", async (one) => {
    const database = join(folder, `${one.what}.db`);
    await record(database, [await buildProgram("blocker-cases"), one.what]);
    const events = await readEvents(database);
    const growth = events.find(({ call }) => call === "mremap")!;
    const maker = events.findLast((event) => event.seq < growth.seq - 1 && isMaker(one, event))!;
    const { data, findings } = readAnalyses(database).of("blockers")!;
    const oldEnd = Number(growth.args[0]) + 8 * page;
    expect(data.blocks).toMatchObject([
      {
        seq: growth.seq,
        outcome: one.outcome,
        kind: one.kind,
        gapBytes: one.gapPages * page,
        needBytes: 8 * page,
        start: oldEnd + one.gapPages * page,
        ownerSeq: maker.seq,
        ownerTid: maker.tid,
        ownerCall: "mmap",
      },
    ]);
    expect(Number(maker.result)).toBe(data.blocks[0]?.start);
    expect(findings[0]?.events).toEqual([growth.seq]);
    const verb = one.outcome === "moved" ? "move" : "refused growth";
    expect(findings[0]?.sentence).toMatch(new RegExp(`^the one ${verb} was blocked by `));
  });
});

/** Buffers of one place that stand in each other's way, and in the way of others. */
const buffers = `
rows = [bytearray() for _ in range(20)]
for i in range(8000):
    rows[i * 7919 % 20] += b"x" * (i * 6151 % 50000)
`;

/** What the life of the mapping that was to grow says stood in its way, as the TUI shows it. */
function toldByLife(tape: Tape, lives: Map<string, Life>, block: Block): unknown {
  const { process, seq, start, gapBytes } = block;
  const space = tape.seeker.spaceAt(process, seq - 1)!;
  const { mapping, born } = space.regionAt(start - gapBytes - 1)!;
  const key = `${process} ${mapping}`;
  let life = lives.get(key);
  if (life === undefined) {
    life = new Life(tape, process, mapping, born);
    for (const _ of life.advance());
    lives.set(key, life);
  }
  const blocker = life.moments.find((moment) => moment.seq === seq)?.blocker;
  return { seq, kind: blocker?.kind, mapping: blocker?.mapping };
}

const python = missingReason(["python3"]);
describe.skipIf(python)(titled("blockers of a real program", python), () => {
  it("are of the same kind in the life of each mapping", async () => {
    const database = join(folder, "python.db");
    await record(database, ["python3", "-c", buffers]);
    const tape = new Tape({ db: database }, { env: {}, cwd: folder });
    try {
      const sites = callSites(tape.reader, tape.row);
      const { blocks } = analyse(tape.row, tape.reader, { sites }).of("blockers")!.data;
      expect(blocks.length).toBeGreaterThan(50);
      const lives = new Map<string, Life>();
      expect(blocks.map((block) => toldByLife(tape, lives, block))).toEqual(
        blocks.map(({ seq, kind, mapping }) => ({ seq, kind, mapping })),
      );
    } finally {
      tape.close();
    }
  });
});
