/** A diff as a page, to the letter. */
import { describe, expect, it } from "vitest";
import type { DiffResult } from "../../../src/analyses/diff/diff.ts";
import { diffHtml } from "../../../src/reports/diff/diff-html.ts";

import { bare, result, sentence } from "./diff-sample.ts";

describe("the page", () => {
  const page = (one: DiffResult) => diffHtml(one, () => "HASH");

  it("has the same in tables, and runs and loads nothing", () => {
    const html = page(result);
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">\n/);
    expect(html).toContain(
      `content="default-src 'none'; style-src 'sha256-HASH'; base-uri 'none'; form-action 'none'"`,
    );
    expect(html.slice(html.indexOf("<body>"))).toBe(`<body>
<h1>${sentence}</h1>
<p>A: <code>recording 3 in a.db   python3 grow.py   exit 0   1.84 s   exact</code></p>
<p>B: <code>recording 4 in b\\x1b.db   python3 grow.py   diverged</code></p>
<p class="caution">B is not fini\\x1bshed</p>
<h2>Conditions</h2>
<table><thead><tr><th scope="col"></th><th scope="col">fails on</th><th scope="col">figures</th></tr></thead><tbody>
<tr><td class="met">met</td><td><code>moved&gt;+10%</code></td><td>12 → 430 (+418, +3,483 %)</td></tr>
<tr><td>clear</td><td><code>mremap-time&gt;+0</code></td><td>3.1 ms → 3.1 ms (no change)</td></tr>
<tr><td class="met">unknown</td><td><code>peak&gt;+1%</code></td><td>cannot be told: a figure is missing in one of the two</td></tr>
</tbody></table>
<h2>Figures</h2>
<table><thead><tr><th scope="col"></th><th scope="col" class="n">A</th><th scope="col" class="n">B</th><th scope="col" class="n">change</th><th scope="col" class="n"></th></tr></thead><tbody>
<tr><td>growths</td><td class="n">500</td><td class="n">512</td><td class="n">+12</td><td class="n">+2.4 %</td></tr>
<tr><td>moved</td><td class="n">12</td><td class="n">430</td><td class="n">+418</td><td class="n">+3,483 %</td></tr>
<tr><td>moved-share</td><td class="n">2.4 %</td><td class="n">84 %</td><td class="n">+82 points</td><td class="n">+3,400 %</td></tr>
<tr><td>refused</td><td class="n">4</td><td class="n">1</td><td class="n">−3</td><td class="n">−75 %</td></tr>
<tr><td>mremap-time</td><td class="n">3.1 ms</td><td class="n">3.1 ms</td><td class="n"></td><td class="n"></td></tr>
<tr><td>peak</td><td class="n">not known</td><td class="n">64 MiB</td><td class="n"></td><td class="n"></td></tr>
<tr><td>brk</td><td class="n">0</td><td class="n">9</td><td class="n">+9</td><td class="n">from nothing</td></tr>
<tr><td>point</td><td class="n">2 %</td><td class="n">3 %</td><td class="n">+1 point</td><td class="n">+50 %</td></tr>
</tbody></table>
<h2>Sites that differ</h2>
<table><thead><tr><th scope="col"></th><th scope="col">site</th><th scope="col">calls</th></tr></thead><tbody>
<tr><td>new</td><td><code>grow (g.c:1) in sed</code></td><td>mremap 7, moved 3</td></tr>
<tr><td>gone</td><td><code>unknown program</code></td><td>mremap 1,200, failed 8</td></tr>
<tr><td>changed</td><td><code>x\\x1b in sed</code></td><td>mmap 5 → 6, moved 1, refused 2 → 0</td></tr>
</tbody></table>
<h2>1,101 growths paired by site, size and order, 3 with the same outcome; 2 only in A; 4 only in B</h2>
<table><thead><tr><th scope="col">site</th><th scope="col">size</th><th scope="col">outcome</th></tr></thead><tbody>
<tr><td><code>grow (g.c:1) in sed</code></td><td>mremap of 64 KiB to 128 KiB</td><td>1,000 + ⇢ → in place, now moved; first @10 in A, @11 in B</td></tr>
<tr><td><code>grow (g.c:1) in sed</code></td><td>mremap of 64 KiB to 128 KiB</td><td>5 → ⇢ × moved, now refused; first @12 in A, @13 in B</td></tr>
<tr><td><code>sed</code></td><td>brk</td><td>1 − ⇢ + shrunk, now in place; first @14 in A, @15 in B</td></tr>
</tbody></table>

</body>
</html>
`);
  });

  it("has no table of what there is nothing of", () => {
    expect(page(bare)).not.toContain("<table>");
    expect(page(bare)).not.toContain("<h2>");
  });
});
