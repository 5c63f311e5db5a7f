/** The report's page in Debian's chromium: nothing asked for, nothing complained of, and a picture that answers. */
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StatsResult } from "../../src/analyses/stats.ts";
import { makeReport, reportText } from "../../src/app/report.ts";
import { at, maps, page as pageBytes, type Script, scripted } from "../app/replay-sample.ts";
import { Chromium, type Page, type PageOptions } from "../helpers/chromium.ts";
import { hostile, hostileReport } from "../helpers/hostile.ts";
import { maptrailCommand, record } from "../helpers/maptrail.ts";
import { run } from "../helpers/run.ts";
import { findTool, missingReason, titled } from "../helpers/tools.ts";
import { open } from "../store/helpers.ts";

const MiB = 1024 ** 2 / pageBytes;

/** A buffer of 1 MiB that moves and grows among 60 small mappings; a microsecond an event. */
function write(script: Script): void {
  script.start(1).maps(1, "start", maps("heap", "rw-p 0-4", "lib", "stack"));
  script
    .from(0x7f00_0010_0123)
    .map(1, 1000, MiB)
    .move(1, 1000, MiB, 2 * MiB, 3000);
  for (let i = 0; i < 60; i++) script.map(1, 2000 + 4 * i, 1 + (i % 3));
  script.move(1, 3000, 2 * MiB, 4 * MiB, 3000).move(1, 3000, 4 * MiB, 8 * MiB, 6000);
  script.unmap(1, 6000, 8 * MiB).end(1);
}

const size = { width: 1200, height: 900 };
const missing = missingReason(["chromium"]);

describe.skipIf(missing)(titled("the report's page", missing), () => {
  let browser: Chromium;
  let folder = "";
  let file = "";
  let hostileFile = "";
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "maptrail-page-"));
    const store = open(join(scripted(write), "maptrail.db"), "read");
    const row = store.recording();
    const report = makeReport(row, store.reader(row.id), {
      sites: { siteOf: () => 1, name: () => "grow_buffer (buffer.c:12)" },
    });
    file = join(folder, "report.html");
    writeFileSync(file, await reportText(report, "html"));
    hostileFile = join(folder, "hostile.html");
    writeFileSync(hostileFile, await reportText(hostileReport(), "html"));
    browser = new Chromium();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  /** A page whose script has drawn its picture. */
  async function live(path: string, options: PageOptions = size): Promise<Page> {
    const page = await browser.open(path, options);
    await page.evaluate(`new Promise((resolve) => {
      const look = () => {
        const { dataset } = document.documentElement;
        const { frames } = document.getElementById("picture-canvas").dataset;
        if (dataset.failed || (dataset.ready && frames)) resolve();
        else requestAnimationFrame(look);
      };
      look();
    })`);
    return page;
  }

  /** Times and heights in sight, once what was asked for is drawn. */
  async function viewOf(page: Page): Promise<number[]> {
    const view = await page.evaluate<string>(
      `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() =>
        resolve(document.getElementById("picture-canvas").dataset.view))))`,
    );
    return view.split(" ").map(Number);
  }

  /** Where on the screen a share of the picture lies, from its left and its top. */
  async function spot(page: Page, x: number, y: number): Promise<[number, number]> {
    const [left, top, width, height] = await page.evaluate<number[]>(
      `(({ left, top, width, height }) => [left, top, width, height])(
        document.getElementById("picture-canvas").getBoundingClientRect())`,
    );
    return [left! + 132 + (width! - 132) * x, top! + (height! - 24) * y];
  }

  async function click(page: Page, x: number, y: number): Promise<void> {
    const button = { button: "left", clickCount: 1 };
    await page.mouse("mousePressed", x, y, button);
    await page.mouse("mouseReleased", x, y, button);
  }

  it("asks for nothing but itself and has nothing to complain of", async () => {
    for (const dark of [false, true]) {
      for (const width of [1200, 390]) {
        const page = await live(file, { width, height: 800, dark });
        expect(page.requests).toHaveLength(1);
        expect(page.complaints).toEqual([]);
        expect(await page.evaluate("document.documentElement.dataset.failed ?? ''")).toBe("");
        const overflow = "document.documentElement.scrollWidth - innerWidth";
        expect(await page.evaluate<number>(overflow)).toBeLessThanOrEqual(0);
        await page.close();
      }
    }
  });

  it("zooms around the pointer once it was clicked, and only then", async () => {
    const page = await live(file);
    const whole = await viewOf(page);
    const [x, y] = await spot(page, 0.25, 0.5);
    await page.mouse("mouseWheel", x, y, { deltaX: 0, deltaY: -120 });
    expect(await viewOf(page)).toEqual(whole);
    await page.evaluate("scrollTo(0, 0)");
    await click(page, x, y);
    await page.mouse("mouseWheel", x, y, { deltaX: 0, deltaY: -120 });
    const [from = 0, to = 0, low = 0, high = 0] = await viewOf(page);
    const [wholeFrom = 0, wholeTo = 0] = whole;
    expect(to - from).toBeCloseTo((wholeTo - wholeFrom) * Math.exp(-0.24), 0);
    expect(high - low).toBeCloseTo(Math.exp(-0.24), 3);
    // What was under the pointer still is.
    const before = wholeFrom + (wholeTo - wholeFrom) * 0.25;
    expect(Math.abs(from + (to - from) * 0.25 - before)).toBeLessThan((to - from) * 0.005);
    await page.close();
  });

  it("pans by dragging and by keys, and shows all again at 0", async () => {
    const page = await live(file);
    const whole = await viewOf(page);
    const [x, y] = await spot(page, 0.5, 0.5);
    await click(page, x, y);
    for (let i = 0; i < 4; i++) await page.key("+");
    const near = await viewOf(page);
    await page.mouse("mousePressed", x, y, { button: "left", clickCount: 1 });
    await page.mouse("mouseMoved", x + 53.4, y, { button: "left", buttons: 1 });
    await page.mouse("mouseReleased", x + 53.4, y, { button: "left", clickCount: 1 });
    const dragged = await viewOf(page);
    const seen = near[1]! - near[0]!;
    const width = (await spot(page, 1, 0))[0] - (await spot(page, 0, 0))[0];
    expect(dragged[0]! - near[0]!).toBeCloseTo((-53.4 / width) * seen, -2);
    expect(dragged.slice(2)).toEqual(near.slice(2));
    await page.key("ArrowRight");
    expect((await viewOf(page))[0]! - dragged[0]!).toBeCloseTo(seen * 0.1, 0);
    await page.key("0");
    expect(await viewOf(page)).toEqual(whole);
    await page.close();
  });

  it("tells of the range under the pointer: kind, size, place, call and site", async () => {
    const page = await live(file);
    await click(page, ...(await spot(page, 0.5, 0.5)));
    // The buffer's last place is the largest of all: it fills the end of the time, high up.
    const [x, y] = await spot(page, 0.985, 0.3);
    await page.mouse("mouseMoved", x, y);
    await viewOf(page);
    const text = await page.evaluate<string>(
      "document.getElementById('picture-tooltip').innerText",
    );
    const mapping = /#(\d+)/.exec(text)?.[1];
    expect(text.split("\n").map((line) => line.trim())).toEqual([
      "8 MiB anonymous",
      "0x7f00_0177_0000 to 0x7f00_01f7_0000",
      `#${mapping} moved by mremap @66`,
      "0.000066 s, for 1 µs, then unmapped",
      "grow_buffer (buffer.c:12)",
    ]);
    expect(at(6000)).toBe(0x7f00_0177_0000);
    await page.key("Escape");
    await viewOf(page);
    expect(await page.evaluate("document.getElementById('picture-tooltip').hidden")).toBe(true);
    await page.close();
  });

  it("goes from move to move by a key, and says them to those who do not see", async () => {
    const page = await live(file);
    await click(page, ...(await spot(page, 0.5, 0.5)));
    const spoken = "document.getElementById('picture-spoken').textContent";
    await page.key("m");
    expect(await page.evaluate(spoken)).toMatch(/^→ moved: 1 MiB to 2 MiB, .*, @4 /);
    await page.key("m");
    expect(await page.evaluate(spoken)).toMatch(/^→ moved: 4 MiB to 8 MiB, /);
    await page.key("M");
    expect(await page.evaluate(spoken)).toMatch(/^→ moved: 1 MiB to 2 MiB, /);
    await page.close();
  });

  it("sorts its tables by number and by name", async () => {
    const page = await live(file);
    const names = `[...[...document.querySelectorAll("table")].find((table) =>
      table.caption.textContent === "Calls by name").tBodies[0].rows].map((row) => row.cells[0].textContent)`;
    const press = (column: number) => `[...document.querySelectorAll("table")].find((table) =>
      table.caption.textContent === "Calls by name").querySelectorAll("th button")[${column}].click()`;
    expect(await page.evaluate(names)).toEqual(["mmap", "mremap", "munmap"]);
    await page.evaluate(press(1));
    await page.evaluate(press(1));
    expect(await page.evaluate(names)).toEqual(["munmap", "mremap", "mmap"]);
    await page.evaluate(press(0));
    expect(await page.evaluate(names)).toEqual(["mmap", "mremap", "munmap"]);
    await page.close();
  });

  it("can be read without its script: the sentence, a still picture, the tables", async () => {
    const page = await browser.open(file, { ...size, scripts: false });
    expect(page.requests).toHaveLength(1);
    const { root } = (await page.send("DOM.getDocument")) as { root: { nodeId: number } };
    const boxOf = async (selector: string): Promise<unknown> => {
      const { nodeId } = await page.send("DOM.querySelector", { nodeId: root.nodeId, selector });
      return page.send("DOM.getBoxModel", { nodeId });
    };
    expect(await boxOf(".still svg path.kind-anonymous")).toBeDefined();
    expect(await boxOf("h1")).toBeDefined();
    await expect(boxOf("#picture-canvas")).rejects.toThrow(/box model/);
    await expect(boxOf("#picture-buttons")).rejects.toThrow(/box model/);
    await page.close();
  });

  it("shows hostile names as text and runs none of them", async () => {
    const page = await live(hostileFile);
    await click(page, ...(await spot(page, 0.5, 0.5)));
    await page.key("m");
    await viewOf(page);
    expect(await page.evaluate("typeof window.hacked")).toBe("undefined");
    expect(page.complaints).toEqual([]);
    expect(page.requests).toHaveLength(1);
    expect(
      await page.evaluate("document.querySelectorAll('img, iframe, a, [onload]').length"),
    ).toBe(0);
    const text = await page.evaluate<string>("document.body.innerText");
    for (const part of ["<img src=x onerror='window.hacked = 1'>", "\\x1b[31m\\x07", "=cmd()|"]) {
      expect(text).toContain(part);
      expect(hostile.replace("\u001b", "\\x1b").replace("\u0007", "\\x07")).toContain(part);
    }
    const tooltip = "document.getElementById('picture-tooltip').textContent";
    expect(await page.evaluate<string>(tooltip)).toContain("</title></script><script>");
    await page.close();
  });

  it("shows a program and a file whose names are hostile and no UTF-8, recorded for real", async () => {
    const place = join(folder, "real");
    mkdirSync(place);
    const bytes = Buffer.from(
      "<script>window.hacked='path'<\x2fscript>\"'\n\x1b[31m=cmd()|\xff",
      "latin1",
    );
    // A name cannot hold a slash: the end tag is left open, which is as bad where it is not escaped.
    const name = Buffer.from(bytes.filter((byte) => byte !== 0x2f));
    const path = Buffer.concat([Buffer.from(`${place}/`), name]);
    copyFileSync(findTool("sed") ?? "", path);
    chmodSync(path, 0o755);
    const database = join(place, "r.db");
    // Node hands on text alone, so the shell finds the program by a pattern.
    const start = 'exec "$1"/*script* -n "=cmd()<img src=x onerror=hacked>" /dev/null';
    const done = await record(database, ["sh", "-c", start, "sh", place]);
    expect(done.status).toBe(1);
    const texts: string[] = [];
    for (const format of ["html", "md", "json", "text"]) {
      const out = join(place, `r.${format}`);
      const made = await run(
        maptrailCommand("report", "--db", database, "--format", format, "-o", out),
      );
      expect(made.stderr).toMatch(/^wrote /m);
      texts.push(readFileSync(out, "utf8"));
    }
    const [html = "", md = "", json = "", text = ""] = texts;
    for (const shown of [html, md, text]) {
      expect(shown).toContain("\ufffd");
      expect(shown).not.toContain("\u001b");
    }
    expect(html).not.toMatch(/<img|<script>window/);
    expect(md).toContain("| `<script>window.hacked=");
    const { stats } = JSON.parse(json) as { stats: StatsResult };
    expect(stats.processes.at(-1)?.exe).toBe(path.toString());
    const page = await live(join(place, "r.html"));
    expect(page.complaints).toEqual([]);
    expect(page.requests).toHaveLength(1);
    expect(await page.evaluate("typeof window.hacked")).toBe("undefined");
    expect(await page.evaluate<string>("document.body.innerText")).toContain(
      "<script>window.hacked='path'<script>\"'\\n\\x1b[31m=cmd()|\ufffd",
    );
    await page.close();
  });

  it("has a policy that lets in no other script, style or address", async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const attack = (page: Page): Promise<string[]> =>
      page.evaluate<string[]>(`(async () => {
        const said = [];
        document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => said.push(effectiveDirective));
        const add = (tag, more) => document.body.append(Object.assign(document.createElement(tag), more));
        const from = "http://127.0.0.1:${port}/";
        add("script", { textContent: "window.hacked = 1" });
        add("style", { textContent: "body { display: none }" });
        add("script", { src: from + "script" });
        add("img", { src: from + "picture" });
        add("iframe", { src: from + "frame" });
        await fetch(from + "fetch", { mode: "no-cors" }).catch(() => undefined);
        try { new Function("return 1")(); } catch { said.push("eval"); }
        await new Promise((resolve) => setTimeout(resolve, 300));
        return said;
      })()`);
    const bare = join(folder, "bare.html");
    writeFileSync(bare, "<!doctype html><title>a page without a policy</title><body>");
    const open = await browser.open(bare, size);
    expect(await attack(open)).toEqual([]);
    expect([...asked].sort()).toEqual(["/fetch", "/frame", "/picture", "/script"]);
    expect(await open.evaluate("window.hacked")).toBe(1);

    asked.length = 0;
    const page = await live(file);
    const directives = ["connect-src", "frame-src", "img-src", "script-src-elem", "style-src-elem"];
    const said = await attack(page);
    expect(said).toEqual(expect.arrayContaining([...directives, "eval"]));
    expect(asked).toEqual([]);
    expect(await page.evaluate("typeof window.hacked")).toBe("undefined");
    await page.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
