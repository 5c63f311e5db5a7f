/** What stands around the picture on the page: legend, choice of processes, note. */
import { describe, expect, it } from "vitest";
import type { Picture } from "../../../src/analyses/picture/picture.ts";
import { pictureSection, processLabel } from "../../../src/reports/page/picture-section.ts";
import { picture, processPicture, reportOf } from "../report-sample.ts";

describe("the picture's section", () => {
  const section = (more: Partial<Picture> = {}) =>
    pictureSection(reportOf({ picture: { ...picture, ...more } })).text;

  it("has the kinds that are drawn, moves and how many ranges there are", () => {
    const text = section();
    const legend = [...text.matchAll(/<li>.*?<\/svg>([^<]*)<\/li>/g)].map(([, words]) => words);
    expect(legend).toEqual(["heap (brk)", "anonymous", "moved to another address"]);
    expect(text).toContain('<rect class="kind-heap" width="14" height="14"/>');
    expect(text).toContain("previous move");
    expect(text).not.toContain("<select");
    expect(text).toContain(
      '<p class="note" id="picture-note">Each rectangle is a range that a mapping lived in: time across, addresses up, empty spans folded. <span',
    );
    const still = section({ moveCount: 0 });
    expect(still).not.toContain("previous move");
    expect(still).not.toContain("moved to another address");
  });

  it("says how many are drawn, down to which size", () => {
    expect(section({ rangeCount: 12_345 })).toContain(
      '<p class="note" id="picture-note">Of 12,345 ranges the 3 largest are drawn, down to 1 B. Each rectangle',
    );
  });

  it("has a choice of processes where there are several", () => {
    const other = { ...processPicture, pid: 9, program: "<sh>", rangeCount: 1, moveCount: 0 };
    const text = section({ processes: [processPicture, other] });
    expect(text).toContain(
      "<option>4121 grow: 3 ranges, 2 moves</option><option>9 &lt;sh&gt;: 1 range</option></select>",
    );
    expect(text).toContain(">It begins with 4121 grow. Each rectangle");
    expect(processLabel({ ...other, moveCount: 1 })).toBe("9 <sh>: 1 range, 1 move");
  });

  it("says that there is none where nothing could be replayed", () => {
    const text = section({ processes: [] });
    expect(text).toContain("No address space could be replayed");
    expect(text).not.toContain("<svg");
  });
});
