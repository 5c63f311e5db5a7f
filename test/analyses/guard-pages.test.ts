/** Guard pages: recordings by hand, and random ones against a count of every space on the way. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { randomFrom } from "../../bench/random.ts";
import { analyse } from "../../src/app/passes/analyse.ts";
import { memoryCalls } from "../../src/events/kinds.ts";
import { Seeker } from "../../src/replay/seek.ts";
import { accessMask } from "../../src/space/regions/modes.ts";
import { analysed, at, maps, page, type Script, scripted } from "../app/replay-sample.ts";
import { meta, open } from "../store/helpers.ts";

const none = 0;
const readWrite = 3;

function protect(script: Script, process: number, from: number, pages: number, prot: number): void {
  script.rows({ kind: memoryCalls.mprotect, process, args: [at(from), pages * page, prot] });
}

function reserve(script: Script, process: number, from: number, pages: number): void {
  script.map(process, from, pages, { args: [0, pages * page, none, 0x22, -1, 0] });
}

/** As glibc makes a thread's stack: reserved whole, then all but the guard made accessible. */
function threadStack(script: Script, process: number, from: number): void {
  reserve(script, process, from, 40);
  protect(script, process, from + 1, 39, readWrite);
}

describe("guard pages", () => {
  it("are counted by maker, by process, at once and at the end", () => {
    const folder = scripted((script) => {
      script.start(1).maps(1, "start", maps("heap", "---p 900-901"));
      script.from(0x1000);
      threadStack(script, 1, 0); // @4: a guard at page 0
      threadStack(script, 1, 100); // @6: and at page 100
      script.from(0x2000);
      reserve(script, 1, 200, 2); // @7: a mapping of its own, of two pages
      reserve(script, 1, 300, 17); // @8: one page more than a guard has
      script.from(0x3000).unmap(1, 0, 40); // @9: the first stack goes, with its guard
      protect(script, 1, 201, 1, readWrite); // @10: one page of @7 is no guard any more
      script.start(2).maps(2, "start", maps("heap"));
      reserve(script, 2, 0, 1); // @13, by 0x3000
    });
    const { data, findings } = analysed(folder).of("guard-pages")!;
    expect(data).toEqual({
      mostPages: 16,
      made: 4,
      found: 1,
      processes: {
        rows: [
          {
            process: 1,
            name: "4121 grow",
            // The found one, two of stacks, and that of @7.
            mostAtOnce: 4,
            mostSeq: 7,
            // The heap, the found one, two stacks in two regions each, and @7.
            regionsThen: 7,
            atEnd: 3,
          },
          {
            process: 2,
            name: "4122 grow",
            mostAtOnce: 1,
            mostSeq: 13,
            regionsThen: 2,
            atEnd: 1,
          },
        ],
        more: 0,
      },
      makers: {
        rows: [
          { site: "0x1000", made: 2, bytes: 2 * page, atEnd: 1, firstSeq: 4 },
          // What is left of @7 begins where it did: the same guard, now of one page.
          { site: "0x2000", made: 1, bytes: page, atEnd: 1, firstSeq: 7 },
          { site: "0x3000", made: 1, bytes: page, atEnd: 1, firstSeq: 13 },
        ],
        more: 0,
      },
    });
    expect(findings).toEqual([]);
  });

  it("that munmap leaves of a reservation are those of who reserved", () => {
    const folder = scripted((script) => {
      script.start(1).maps(1, "start", maps("heap")).from(0x1000);
      reserve(script, 1, 0, 64);
      script.from(0x2000).map(1, 100, 1).from(0x3000).unmap(1, 2, 62);
    });
    expect(analysed(folder).of("guard-pages")?.data).toMatchObject({
      makers: { rows: [{ site: "0x1000", made: 1, bytes: 2 * page, atEnd: 1, firstSeq: 5 }] },
      processes: { rows: [{ mostAtOnce: 1, mostSeq: 5, regionsThen: 3, atEnd: 1 }] },
    });
  });

  it("that are cut by munmap stay the same guards, smaller", () => {
    const folder = scripted((script) => {
      script.start(1).maps(1, "start", maps("heap")).from(0x1000);
      for (const from of [0, 10, 20]) reserve(script, 1, from, 5);
      // Its first page, its last two, and the middle of the third, whose upper part is new.
      script.unmap(1, 0, 1).unmap(1, 13, 2).unmap(1, 22, 1);
    });
    expect(analysed(folder).of("guard-pages")?.data).toMatchObject({
      made: 4,
      makers: { rows: [{ made: 4, bytes: (4 + 3 + 2 + 2) * page, atEnd: 4 }] },
      processes: { rows: [{ mostAtOnce: 4, mostSeq: 8, atEnd: 4 }] },
    });
  });

  it("are held against regions as the kernel merges them", () => {
    const folder = scripted((script) => {
      script.start(1).maps(1, "start", maps("heap")).map(1, 100, 1).map(1, 101, 1);
      reserve(script, 1, 0, 1);
    });
    // The heap, the two that are one to the kernel, and the guard.
    expect(analysed(folder).of("guard-pages")?.data.processes.rows[0]?.regionsThen).toBe(3);
  });

  it("are worth a finding from a hundred at once on, and a warning from a tenth of the limit on", () => {
    const withGuards = (guards: number, maxMapCount: number) =>
      analysed(
        scripted(
          (script) => {
            script.start(1).maps(1, "start", maps("heap")).from(0x1000);
            for (let i = 0; i < guards; i += 1) reserve(script, 1, 2 * i, 1);
          },
          { ...meta.host, maxMapCount },
        ),
      ).of("guard-pages")!;
    expect(withGuards(99, 1000).findings).toEqual([]);
    const [warned] = withGuards(100, 1000).findings;
    expect(warned).toEqual({
      // The heap beside them: 101 regions.
      sentence:
        "100 guard page regions stood at once in 4121 grow, 99.0 % of its 101 regions, 100 made by 0x1000",
      advice:
        "Where they use up vm.max_map_count, guard with madvise(MADV_GUARD_INSTALL) from Linux 6.13 on, which splits no region",
      severity: "attention",
      numbers: { mostAtOnce: 100, regionsThen: 101, limit: 1000, made: 100, bytes: 100 * page },
      // Its start, its maps, and the hundredth.
      events: [102],
      process: 1,
    });
    expect(withGuards(100, 1001).findings[0]?.severity).toBe("note");
  });

  it.each([1, 2, 3, 4])("equal a count of every space on the way, seed %i", (seed) => {
    const pick = randomFrom(seed);
    const folder = scripted((script) => {
      script.start(1).maps(1, "start", maps("heap"));
      for (let i = 0; i < 300; i += 1) {
        const from = pick(80);
        const pages = 1 + pick(pick(10) < 3 ? 40 : 6);
        const prot = pick(2) === 0 ? none : readWrite;
        const what = pick(4);
        // MAP_FIXED, so that what stands there is replaced.
        if (what === 0)
          script.map(1, from, pages, { args: [at(from), pages * page, prot, 0x32, -1, 0] });
        else if (what === 1) script.unmap(1, from, pages);
        else protect(script, 1, from, pages, prot);
      }
    });
    const store = open(join(folder, "maptrail.db"), "read");
    const row = store.recording();
    const reader = store.reader(row.id);
    const seeker = new Seeker(reader, row);
    const counts = Array.from({ length: 303 }, (_, seq) => {
      const regions = seeker.spaceAt(1, seq)?.regionsIn(0, Number.POSITIVE_INFINITY) ?? [];
      return [...regions].filter(
        ({ mode, start, end }) => (mode & accessMask) === 0 && end - start <= 16 * page,
      ).length;
    });
    const { data } = analyse(row, reader).of("guard-pages")!;
    const [one] = data.processes.rows;
    const most = Math.max(...counts);
    expect(most).toBeGreaterThan(3);
    expect(one).toMatchObject({
      mostAtOnce: most,
      mostSeq: counts.indexOf(most),
      atEnd: counts.at(-1),
    });
  });
});
