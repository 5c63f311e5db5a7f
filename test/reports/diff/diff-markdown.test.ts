/** A diff as Markdown, to the letter. */
import { describe, expect, it } from "vitest";
import { diffMarkdown } from "../../../src/reports/diff/diff-markdown.ts";

import { bare, many, result, sentence } from "./diff-sample.ts";

describe("the Markdown", () => {
  it("has the same in tables", () => {
    expect(diffMarkdown(result)).toBe(`\
**${sentence}**

- A: \`recording 3 in a.db   python3 grow.py   exit 0   1.84 s   exact\`
- B: \`recording 4 in b\\x1b.db   python3 grow.py   diverged\`
- caution: B is not fini\\\\x1bshed

|  | fails on | figures |
|---|---|---|
| **met** | \`moved>+10%\` | 12 → 430 (+418, +3,483 %) |
| clear | \`mremap-time>+0\` | 3.1 ms → 3.1 ms (no change) |
| **unknown** | \`peak>+1%\` | cannot be told: a figure is missing in one of the two |

|  | A | B | change |  |
|---|---:|---:|---:|---:|
| growths | 500 | 512 | +12 | +2.4 % |
| moved | 12 | 430 | +418 | +3,483 % |
| moved-share | 2.4 % | 84 % | +82 points | +3,400 % |
| refused | 4 | 1 | −3 | −75 % |
| mremap-time | 3.1 ms | 3.1 ms |  |  |
| peak | not known | 64 MiB |  |  |
| brk | 0 | 9 | +9 | from nothing |
| point | 2 % | 3 % | +1 point | +50 % |

|  | site | calls |
|---|---|---|
| new | \`grow (g.c:1) in sed\` | mremap 7, moved 3 |
| gone | \`unknown program\` | mremap 1,200, failed 8 |
| changed | \`x\\x1b in sed\` | mmap 5 → 6, moved 1, refused 2 → 0 |

1,101 growths paired by site, size and order, 3 with the same outcome; 2 only in A; 4 only in B

| site | size |  |
|---|---|---|
| \`grow (g.c:1) in sed\` | mremap of 64 KiB to 128 KiB | 1,000 + ⇢ → in place, now moved; first @<!-- -->10 in A, @<!-- -->11 in B |
| \`grow (g.c:1) in sed\` | mremap of 64 KiB to 128 KiB | 5 → ⇢ × moved, now refused; first @<!-- -->12 in A, @<!-- -->13 in B |
| \`sed\` | brk | 1 − ⇢ + shrunk, now in place; first @<!-- -->14 in A, @<!-- -->15 in B |
`);
  });

  it("has thirty rows of sites and of growths", () => {
    const rows = (count: number) => diffMarkdown(many(count)).split("\n");
    const more = (count: number) => rows(count).filter((line) => line.startsWith("and "));
    expect(more(30)).toEqual([]);
    expect(more(31)).toEqual(["and 1 more", "and 1 more"]);
    expect(more(1531)).toEqual(["and 1,501 more", "and 1,501 more"]);
    expect(rows(31).filter((line) => line.startsWith("| new |"))).toHaveLength(30);
    expect(rows(31).filter((line) => line.includes("now moved"))).toHaveLength(30);
  });

  it("has no table of what there is nothing of", () => {
    expect(diffMarkdown(bare).split("\n\n")).toHaveLength(2);
    const paired = { ...bare, growths: [{ ...result.growths[0]!, turns: [] }] };
    expect(diffMarkdown(paired)).toMatch(/\n\n1,100 growths paired .*; 4 only in B\n$/);
  });
});
