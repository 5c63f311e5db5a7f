import { describe, expect, it } from "vitest";
import type { LivesData, SiteLife } from "../../../src/analyses/lives.ts";
import { plainStyle } from "../../../src/base/style.ts";
import { livesSection } from "../../../src/reports/sections/lives.ts";
import { drawn } from "../drawn.ts";

const row = (site: string, from: number): SiteLife => ({
  site,
  firstSeq: from,
  born: from + 1000,
  bornBytes: from + 1,
  died: from + 2,
  neverUnmapped: from + 3,
  neverUnmappedBytes: (from + 4) * 1024,
  churned: from + 5,
  churnedBytes: from + 6,
  churnSeq: from + 7,
});

const dataOf = (more: Partial<LivesData>): LivesData => ({
  ...{ born: 1, died: 2, neverUnmapped: 3, neverUnmappedBytes: 4, churned: 5 },
  keepers: { rows: [], more: 0 },
  churners: { rows: [], more: 0 },
  medianLifeNanos: 6,
  lifetimes: [],
  ...more,
});

describe("the tables of lives", () => {
  it("are of what is kept and of what is mapped again", () => {
    const keepers = { rows: [row("main (a.c:1)", 10), row("x", 20)], more: 0 };
    const churners = { rows: [row("churn\u001b[1m (b.c:2)", 30)], more: 0 };
    expect(livesSection.tables(dataOf({ keepers, churners }), plainStyle)).toEqual([
      [
        "  never unmapped  mapped  unmapped  again  never unmapped   bytes",
        "  main (a.c:1)     1,010        12     15              13  14 KiB",
        "  x                1,020        22     25              23  24 KiB",
      ],
      [
        "  mapped again          mapped  unmapped  again  never unmapped   bytes",
        "  churn\\x1b[1m (b.c:2)   1,030        32     35              33  34 KiB",
      ],
    ]);
  });

  it("have five rows at the most, and none where there are none", () => {
    const rows = Array.from({ length: 6 }, (_, i) => row(`site ${i}`, i));
    const [keepers, churners] = livesSection.tables(
      dataOf({ keepers: { rows, more: 0 } }),
      plainStyle,
    );
    expect(keepers).toHaveLength(6);
    expect(keepers![5]).toMatch(/^ {2}site 4 /);
    expect(churners).toEqual([]);
  });
});

describe("the picture of lives", () => {
  const { plot } = livesSection;
  const facts = { growthPoints: { points: [], oneIn: 1 }, durationNanos: 5000 };
  const draw = (data: LivesData) => ("draw" in plot ? plot.draw(data, facts) : undefined);

  it("has a bar for each length of life", () => {
    const lifetimes = [
      { fromNanos: 2048, count: 1 },
      { fromNanos: 4096, count: 2 },
    ];
    expect(drawn(draw(dataOf({ lifetimes })))).toMatchObject({
      title: "Lifetimes of mappings",
      caption:
        "Mappings by how long they lived, of those that were unmapped; each bar reaches twice as far as the one before.",
      words: ["0", "1", "2", "2.05 µs", "4.1 µs"],
      shapes: { bar: "M68.8 174V92H278.3V174zM279.8 174V10H489.3V174z" },
    });
  });

  it("is not drawn of one length alone", () => {
    expect(draw(dataOf({ lifetimes: [{ fromNanos: 512, count: 3 }] }))).toBeUndefined();
    expect(draw(dataOf({}))).toBeUndefined();
  });
});
