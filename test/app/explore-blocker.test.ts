/** What the TUI says stood in the way of a growth, against the analyses. */
import { describe, expect, it } from "vitest";
import { Life } from "../../src/app/explore/life.ts";
import type { EventRow } from "../store/batches.ts";
import { tapeOf, whole } from "./explore-sample.ts";
import { analysed, at, maps, page, type Script, scripted } from "./replay-sample.ts";

const mapped = (protection: number, flags: number, pages = 2): Partial<EventRow> => ({
  args: [0, pages * page, protection, flags, -1, 0],
  returnAddress: 0x1000,
});
const [readWrite, none] = [3, 0];
const [anonymous, shared] = [0x22, 0x21];
const [stack, noReserve] = [0x2_0000, 0x4000];
const arenaPages = 64 * 256;

interface Case {
  readonly kind: string;
  /** Its kind when absent. */
  readonly what?: string;
  /** The blocker begins here, in pages; the mapping that is to grow ends here. */
  readonly above: number;
  readonly maps?: readonly string[];
  readonly made?: Partial<EventRow>;
}

const cases: readonly Case[] = [
  { kind: "library", what: "/lib/x.so", above: 256, maps: ["lib"] },
  { kind: "anonymous", above: 256, maps: ["rw-p 256-260"] },
  { kind: "guard", above: 256, maps: ["---p 256-257"] },
  { kind: "anonymous", above: 256, made: mapped(readWrite, anonymous) },
  {
    kind: "buffer of the same site",
    above: 256,
    made: { ...mapped(readWrite, anonymous), returnAddress: 0x2000 },
  },
  { kind: "guard", above: 256, made: mapped(none, anonymous) },
  { kind: "reservation", above: 256, made: mapped(none, anonymous, 1024) },
  {
    kind: "thread stack",
    above: 256,
    made: mapped(readWrite, anonymous | stack),
  },
  {
    kind: "malloc arena",
    above: arenaPages,
    made: mapped(none, anonymous | noReserve, arenaPages),
  },
  { kind: "shared memory", above: 256, made: mapped(readWrite, shared) },
];

function write(script: Script, { above, maps: found = [], made }: Case): void {
  script.start(1).maps(1, "start", maps(...found, "stack"));
  if (made !== undefined) script.map(1, above, 0, made);
  script.map(1, above - 4, 4, { returnAddress: 0x2000 });
  script.move(1, above - 4, 4, 8, 2 * arenaPages);
}

describe("what blocked a growth is told as", () => {
  it.each(cases)("$kind, as the analyses have it", (one) => {
    const folder = scripted((script) => write(script, one));
    const tape = tapeOf(folder);
    const last = tape.reader.eventCount;
    const { mapping, born } = tape.seeker.spaceAt(1, last - 1)!.regionAt(at(one.above - 4))!;
    const life = new Life(tape, 1, mapping, born);
    whole(life.advance());
    const { kind, what = kind } = one;
    const [block] = analysed(folder).of("blockers")!.data.blocks;
    expect(block).toMatchObject({ kind });
    expect(life.moments.at(-1)?.blocker).toMatchObject({ kind, what, mapping: block!.mapping });
  });
});
