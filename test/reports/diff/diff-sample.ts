import type { DiffResult } from "../../../src/analyses/diff/diff.ts";
import type { SiteChange } from "../../../src/analyses/diff/diff-sites.ts";
import type { MetricChange } from "../../../src/analyses/diff/metrics.ts";
import { statsOf } from "../figures.ts";

const { recording, coverage } = statsOf();
const side = { recording, coverage, dropped: 0, damage: [] };

export const metric = (
  name: string,
  unit: MetricChange["unit"],
  a: number | null,
  b: number | null,
  changePercent: number | null,
): MetricChange => {
  return { name, unit, a, b, change: a === null || b === null ? null : b - a, changePercent };
};

export const figures = {
  count: 0,
  failed: 0,
  nanos: 1,
  growths: 0,
  moved: 0,
  refused: 0,
  firstSeq: 1,
};
export const site = (more: Partial<SiteChange>): SiteChange => {
  return {
    program: "sed",
    call: "mremap",
    site: "unknown",
    status: "changed",
    a: null,
    b: null,
    ...more,
  };
};

export const result: DiffResult = {
  a: { ...side, database: "a.db", verify: "exact" },
  b: {
    ...side,
    database: "b\u001b.db",
    verify: "diverged",
    recording: { ...recording, id: 4, exit: null, durationNanos: null },
  },
  metrics: [
    metric("growths", "count", 500, 512, 2.4),
    metric("moved", "count", 12, 430, 3483.3),
    metric("moved-share", "share", 2.4, 84, 3400),
    metric("refused", "count", 4, 1, -75),
    metric("mremap-time", "nanos", 3_100_000, 3_100_000, 0),
    metric("peak", "bytes", null, 64 * 1024 ** 2, null),
    metric("brk", "count", 0, 9, null),
    metric("nothing", "count", 0, 0, 0),
    metric("point", "share", 2, 3, 50),
  ],
  matchedBy: "name",
  sites: [
    site({ site: "grow (g.c:1)", status: "new", b: { ...figures, count: 7, moved: 3 } }),
    site({ status: "gone", a: { ...figures, count: 1200, failed: 8 }, program: "" }),
    site({
      site: "x\u001b",
      call: "mmap",
      a: { ...figures, count: 5, moved: 1, refused: 2, failed: 2 },
      b: { ...figures, count: 6, moved: 1, refused: 0, failed: 0 },
    }),
    site({ status: "same", a: figures, b: figures }),
  ],
  growths: [
    {
      ...{ program: "sed", call: "mremap", site: "grow (g.c:1)", sizeClassBytes: 65_536 },
      ...{ pairs: 1100, same: 3, onlyA: 2, onlyB: 4 },
      turns: [
        { from: "inPlace", to: "moved", count: 1000, firstSeqA: 10, firstSeqB: 11 },
        { from: "moved", to: "refused", count: 5, firstSeqA: 12, firstSeqB: 13 },
      ],
    },
    {
      ...{ program: "sed", call: "brk", site: "unknown", sizeClassBytes: 0 },
      ...{ pairs: 1, same: 0, onlyA: 0, onlyB: 0 },
      turns: [{ from: "shrunk", to: "inPlace", count: 1, firstSeqA: 14, firstSeqB: 15 }],
    },
  ],
  conditions: [
    {
      condition: "moved>+10%",
      metric: "moved",
      status: "met",
      a: 12,
      b: 430,
      change: 418,
      changePercent: 3483.3,
      unit: "count",
    },
    {
      condition: "mremap-time>+0",
      metric: "mremap-time",
      status: "clear",
      a: 3_100_000,
      b: 3_100_000,
      change: 0,
      changePercent: 0,
      unit: "nanos",
    },
    {
      condition: "peak>+1%",
      metric: "peak",
      status: "unknown",
      a: null,
      b: 1,
      change: null,
      changePercent: null,
      unit: "bytes",
    },
  ],
  cautions: ["B is not fini\u001bshed"],
};

export const sentence =
  "moved growths 12 → 430 (of 500 → 512); mremap 3.1 ms in both; peak not known → 64 MiB";

/** As many sites that differ, and as many turns, as are asked for. */
export const many = (count: number): DiffResult => ({
  ...result,
  sites: Array.from({ length: count }, (_, i) =>
    site({ site: `s${i}`, status: "new", b: { ...figures, count: 1 } }),
  ),
  growths: [
    {
      ...result.growths[0]!,
      turns: Array.from({ length: count }, () => result.growths[0]!.turns[0]!),
    },
  ],
});
export const bare: DiffResult = {
  ...result,
  sites: [],
  growths: [],
  conditions: [],
  cautions: [],
  metrics: result.metrics.map((one) => ({ ...one, a: 0, b: 0 })),
};
