/** The important figures in the golden texts of the rich recording, each counted over its events in another way. */
import { beforeEach, describe, expect, it } from "vitest";
import { formatBytes, formatCount, formatDuration, formatShare } from "../../src/base/units.ts";
import type { RecordingReader } from "../../src/store/reader.ts";
import { richDatabase, richSites } from "../helpers/rich-recording.ts";
import { open } from "../store/helpers.ts";
import { goldenText } from "./golden.ts";
import { SimpleFigures, type SimpleProcess } from "./simple-figures.ts";

const page = 4096;
const texts = {
  stats: goldenText("rich/stats-full.txt"),
  markdown: goldenText("rich/report.md"),
  page: goldenText("rich/page.txt"),
};
// biome-ignore lint/suspicious/noExplicitAny: figures are looked up by name, whatever their type
const json = JSON.parse(goldenText("rich/report.json.txt")) as any;
// biome-ignore lint/suspicious/noExplicitAny: as above
const dataOf = (id: string) => json.analyses.find((one: any) => one.id === id).data;

/** Cells of the rows beneath a table's caption in the page's text. */
function pageRows(caption: string): string[][] {
  const [, rest = ""] = texts.page.split(`\n${caption}\n`);
  const [, ...lines] = rest.split("\n\n")[0]!.split("\n");
  return lines.map((line) => line.split("|").map((cell) => cell.trim()));
}

describe("the golden figures of the rich recording", () => {
  let reader: RecordingReader;
  let simple: SimpleFigures;
  /** Those with a space, by the name that reports give them. */
  let spaces: Map<string, SimpleProcess>;

  beforeEach(() => {
    const store = open(richDatabase(), "read");
    reader = store.reader(store.recording().id);
    simple = new SimpleFigures(reader);
    const names = { 1: "4121 server", 2: "4122 server: worker", 3: "4122 sort", 5: "4125 sh" };
    spaces = new Map(
      Object.entries(names).map(([process, name]) => [
        name,
        simple.processes.get(Number(process))!,
      ]),
    );
  });

  it("calls: how many, how many failed, how long", () => {
    const sorted = [...simple.calls].sort(([, a], [, b]) => b.count - a.count);
    const blank = (count: number) => (count === 0 ? "" : formatCount(count));
    expect(pageRows("Calls by name")).toEqual(
      sorted.map(([name, { count, failed, nanos }]) => [
        ...[name, formatCount(count), blank(failed)],
        ...[formatDuration(nanos), formatDuration(nanos / count)],
      ]),
    );
    for (const [name, { count, failed, nanos }] of sorted) {
      expect(json.stats.calls[name]).toEqual({ count, failed, nanos });
      expect(texts.markdown).toContain(
        `| \`${name}\` | ${count} | ${blank(failed)} | ${formatDuration(nanos)} |`,
      );
    }
    expect(json.stats.recording.eventCount).toBe(simple.events);
    expect([json.stats.dropped, simple.lostCalls]).toEqual([7, 7]);
  });

  it("growths: what became of them, by how much, how long", () => {
    const asked = ["in place", "moved", "relocated", "refused"];
    const all = asked.reduce((sum, one) => sum + simple.growth.get(one)!.count, 0);
    const rows = pageRows("What became of calls that asked for more");
    expect(new Set(rows.map(([outcome]) => outcome))).toEqual(new Set(simple.growth.keys()));
    for (const [outcome, count, by, time, each] of rows) {
      const sum = simple.growth.get(outcome!)!;
      const bytes = formatBytes(sum.pages * page);
      expect([count, by]).toEqual([formatCount(sum.count), sum.pages === 0 ? "" : bytes]);
      expect([time, each]).toEqual(
        [sum.nanos, sum.nanos / sum.count].map((n) => formatDuration(n)),
      );
      const share = asked.includes(outcome!) ? formatShare(sum.count, all) : "";
      expect(texts.markdown).toContain(
        `| ${outcome} | ${sum.count} | ${share} | ${bytes} | ${formatDuration(sum.nanos)} |`,
      );
    }
    const moved = simple.growth.get("moved")!.count;
    const share = formatShare(moved, all);
    const time = formatDuration(simple.calls.get("mremap")!.nanos);
    const sentence = `${moved} of ${all} growths moved (${share}), 2 refused; ${time} in mremap`;
    for (const text of Object.values(texts)) expect(text).toContain(sentence);
    expect(json.sentence).toBe(sentence);
  });

  it("processes: calls, failures, moves", () => {
    for (const { process, calls, failed, moved } of json.stats.processes) {
      const one = simple.processes.get(process)!;
      expect([process, calls, failed, moved]).toEqual([process, one.calls, one.failed, one.moved]);
    }
    expect(json.stats.processes).toHaveLength(5);
  });

  it("peaks, by the pages that are mapped after each call", () => {
    const highest = [...spaces].sort(([, a], [, b]) => b.peakPages - a.peakPages);
    const { processes } = dataOf("timeline");
    // biome-ignore lint/suspicious/noExplicitAny: as above
    expect(processes.map((one: any) => [one.name, one.peakMappedBytes / page])).toEqual(
      highest.map(([name, { peakPages }]) => [name, peakPages]),
    );
    expect(json.stats.peakMappedBytes).toBe(highest[0]![1].peakPages * page);
    expect(texts.stats).toContain(`peak ${formatBytes(highest[0]![1].peakPages * page)}`);
  });

  it("gaps at the end of each process, by the pages that are not mapped", () => {
    for (const [name, one] of spaces) {
      const gaps = one.gaps();
      const free = gaps.reduce((sum, gap) => sum + gap, 0);
      const cells = [
        ...[name, formatCount(gaps.length), formatBytes(free * page)],
        formatBytes(Math.max(...gaps) * page),
        formatShare(one.pages.size, one.pages.size + free),
      ];
      expect(texts.stats.replace(/ {2,}/g, "|")).toContain(`|${cells.join("|")}\n`);
    }
  });

  it("sites: what each mapped", () => {
    const { keepers, churners, born } = dataOf("lives");
    const rows = new Map<string, number>(
      // biome-ignore lint/suspicious/noExplicitAny: as above
      [...keepers.rows, ...churners.rows].map((one: any) => [one.site, one.born]),
    );
    const nameOf = (address: number): string => {
      const batch = { returnAddress: [address] } as never;
      return richSites.name(richSites.siteOf(batch, 0));
    };
    for (const [address, count] of simple.born) {
      expect([nameOf(address), rows.get(nameOf(address))]).toEqual([nameOf(address), count]);
    }
    expect(born).toBe([...simple.born.values()].reduce((sum, count) => sum + count, 0));
  });

  it("ranges that moves and munmaps left", () => {
    const stale = dataOf("stale-ranges");
    // One of the two that were relocated kept its old place.
    expect(stale.moved.ranges).toBe(simple.growth.get("moved")!.count + 1);
    expect(stale.unmapped.ranges).toBe(simple.calls.get("munmap")!.count);
    expect(stale.shrunk.ranges).toBe(simple.growth.get("shrunk")!.count);
  });

  it("the range that no call explains", () => {
    const { processes, diverged } = json.verify;
    // biome-ignore lint/suspicious/noExplicitAny: as above
    const wrong = processes.filter((one: any) => one.status === "diverged");
    expect([diverged, wrong.length, wrong[0].pid]).toEqual([1, 1, 4122]);
    const [range] = wrong[0].divergences;
    // Pages 40 to 42 of the last maps text of sort.
    const start = 0x7f00_0000_0000 + 40 * page;
    expect([range.start, range.end, range.expected]).toEqual([start, start + 2 * page, null]);
  });
});
