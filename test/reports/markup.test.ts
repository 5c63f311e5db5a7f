/** Text put into HTML, XML and script elements: every character that could end or begin something. */
import { describe, expect, it } from "vitest";
import { escaped, html, jsonBlock, Markup, unbroken } from "../../src/reports/markup.ts";
import { table } from "../../src/reports/page/table.ts";
import { xmlText } from "../../src/reports/xml-text.ts";

describe("HTML", () => {
  it("has text as entities and escapes, and markup as it is", () => {
    expect(escaped(`&<>"'\u001b`)).toBe("&amp;&lt;&gt;&quot;&#39;\\x1b");
    const list = [html`<i>${"&"}</i>`, new Markup("<b>")];
    expect(html`<p title="${'"'}">${3}${undefined}${list}</p>`.text).toBe(
      '<p title="&quot;">3<i>&amp;</i><b></p>',
    );
  });

  it("keeps a number and its unit on one line", () => {
    const space = "\u00a0";
    expect(unbroken("84 % of 12 KiB and 3 B in 9 ns, 2 ms, 4 s and 5 µs of 6 moves")).toBe(
      `84${space}% of 12${space}KiB and 3${space}B in 9${space}ns, 2${space}ms, 4${space}s and 5${space}µs of 6 moves`,
    );
  });

  it("has JSON that cannot end its script element", () => {
    const value = { a: "</script>&\u2028\u2029", b: [1] };
    const { text } = jsonBlock(value);
    expect(text).toBe('{"a":"\\u003c/script\\u003e\\u0026\\u2028\\u2029","b":[1]}');
    expect(JSON.parse(text)).toEqual(value);
  });

  it("has tables whose columns of numbers say what they sort by", () => {
    const columns = [{ name: "a<" }, { name: "n", isNumber: true }];
    const rows = [
      [{ text: "x&" }, { text: "1,234", value: 1234 }],
      [{ text: "y" }, { text: "" }],
    ];
    expect(table("cap>", columns, rows).text).toBe(
      `<div class="scroll"><table class="sortable"><caption class="unseen">cap&gt;</caption>
<thead><tr><th scope="col">a&lt;</th><th scope="col" class="number">n</th></tr></thead><tbody>\
<tr><td class="name">x&amp;</td><td class="number" data-value="1234">1,234</td></tr>\
<tr><td class="name">y</td><td class="number" data-value="0"></td></tr></tbody></table></div>`,
    );
  });
});

describe("XML", () => {
  it("has entities, and nothing that it may not hold", () => {
    expect(xmlText(`&<>"'`)).toBe("&amp;&lt;&gt;&quot;&#39;");
    expect(xmlText("a\ud800b\udfffc")).not.toMatch(/[\ud800-\udfff]/);
    expect(xmlText("\ufffe\uffff")).not.toMatch(/[\ufffe\uffff]/);
    expect(xmlText("😀")).toBe("😀");
  });
});
