/** The whole page: its policy, its data blocks, its foot. */
import { describe, expect, it } from "vitest";
import { packPicture } from "../../../src/reports/page/pack.ts";
import { reportPage } from "../../../src/reports/page/page.ts";
import { processLabel } from "../../../src/reports/page/picture-section.ts";
import { processOf, statsOf } from "../figures.ts";
import { picture, reportOf } from "../report-sample.ts";

describe("the page", () => {
  const tools = {
    sha256: (text: string) => `hash of ${text.length}`,
    gzip: (bytes: Uint8Array) => bytes,
  };
  const page = (more: Parameters<typeof reportOf>[0] = {}) => reportPage(reportOf(more), tools);

  it("allows its one script and its one style sheet by their hashes", () => {
    const text = page();
    const between = (from: string, to: string) => text.split(from).at(-1)!.split(to)[0]!;
    const style = text.split("<style>")[1]!.split("</style>")[0]!;
    const script = between("<script>", "</script>");
    expect(text).toContain(
      `content="default-src 'none'; script-src 'sha256-hash of ${script.length}'; style-src 'sha256-hash of ${style.length}'; base-uri 'none'; form-action 'none'">`,
    );
    expect(text).toContain(
      "<title>python3 grow.py: 430 of 512 growths moved (84 %), 2 refused; 3.1 ms in mremap</title>",
    );
    expect(text).toContain(
      "<footer>maptrail 9.8.7, recording 3, in <code>/home/ada</code>. Moved pages are not copied",
    );
  });

  it("carries the picture's columns, and none where there is no picture", () => {
    const { facts, bytes } = packPicture(picture, processLabel);
    const text = page();
    const block = (id: string) => text.split(`id="${id}">`)[1]?.split("</script>")[0];
    expect(JSON.parse(block("picture-facts")!)).toEqual(JSON.parse(JSON.stringify(facts)));
    expect([...Buffer.from(block("picture-data")!, "base64")]).toEqual([...bytes]);
    const none = page({ picture: { ...picture, processes: [] } });
    expect(none).not.toContain('picture-data">');
  });

  it("says of an import what it was made from", () => {
    const { recording } = statsOf();
    const stats = statsOf({
      recording: { ...recording, source: "strace" },
      processes: [processOf(1)],
    });
    expect(page({ stats })).toContain("recording 3, imported from strace, in <code>");
  });
});
