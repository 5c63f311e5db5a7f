/** Unwind rules against the rows that readelf makes of the same tables; and damaged tables under the sanitizers. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, realpathSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildDriver } from "../helpers/native-driver.ts";
import { missingReason, titled } from "../helpers/tools.ts";

const folder = mkdtempSync(join(tmpdir(), "maptrail-cfi-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const parts = ["cfi.c", "cfi-entry.c", "cfi-row.c"].map((name) => `stack/tables/${name}`);
/** enum mt_step */
const steps = { bad: 3, start: 4, signal: 5, rsp: 6, rbp: 7, rbx: 8, deref: 9 };

interface Row {
  readonly pc: string;
  /** What the rule must be, or undefined where readelf does not say enough. */
  readonly rule: readonly [step: number, cfa: number, rbp: number, rbx: number] | undefined;
}

/** Words below the CFA of `c-16`; 0 where the register is unchanged; undefined for anything else. */
function words(cell: string | undefined): number | undefined {
  if (cell === undefined || cell === "u" || cell === "s") return 0;
  const below = /^c-(\d+)$/.exec(cell);
  return below === null ? undefined : Number(below[1]) / 8;
}

function ruleOf(cells: ReadonlyMap<string, string>, isSignal: boolean): Row["rule"] {
  if (isSignal) return [steps.signal, 0, 0, 0];
  if (cells.get("ra") === "u") return [steps.start, 0, 0, 0];
  const cfa = /^(r[a-z0-9]+)\+(\d+)$/.exec(cells.get("CFA") ?? "");
  const rbp = words(cells.get("rbp"));
  const rbx = words(cells.get("rbx"));
  if (cfa === null || rbp === undefined || rbx === undefined || cells.get("ra") !== "c-8") {
    return undefined;
  }
  const step = { rsp: steps.rsp, rbp: steps.rbp, rbx: steps.rbx }[cfa[1]!];
  return step === undefined ? [steps.bad, 0, 0, 0] : [step, Number(cfa[2]), rbp, rbx];
}

/** The rows of every entry of .eh_frame; the last one where several have the same address. */
function rowsOf(library: string): Row[] {
  const text = execFileSync("readelf", ["--debug-dump=frames-interp", "-wN", library], {
    encoding: "utf8",
    maxBuffer: 2 ** 30,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const signalCies = new Set<string>();
  const rows = new Map<string, Row>();
  let isSignal = false;
  let names: string[] = [];
  for (const line of text.split("\n")) {
    const cie = /^([0-9a-f]+) .* CIE "(\w+)"/.exec(line);
    if (cie?.[2]?.includes("S")) signalCies.add(cie[1]!);
    const fde = /FDE cie=([0-9a-f]+) /.exec(line);
    if (cie || fde) names = [];
    if (fde) isSignal = signalCies.has(fde[1]!);
    const cells = line
      .replaceAll(/ \(\w+\)/g, "")
      .trim()
      .split(/ +/);
    if (cells[0] === "LOC") names = fde || cie ? [] : cells.slice(1);
    else if (/^[0-9a-f]{16}$/.test(cells[0] ?? "") && names.length > 0) {
      const pc = cells[0]!.replace(/^0+(?=.)/, "");
      const values = new Map(names.map((name, i) => [name, cells[i + 1] ?? ""]));
      rows.set(pc, { pc, rule: ruleOf(values, isSignal) });
    }
  }
  rows.delete("0"); // of a CIE
  return [...rows.values()];
}

const libc = "/lib/x86_64-linux-gnu/libc.so.6";
const libraries = ["libc.so.6", "ld-linux-x86-64.so.2", "libstdc++.so.6", "libm.so.6"].flatMap(
  (name) => {
    const place = dirname(libc);
    return readdirSync(place).includes(name) ? [realpathSync(join(place, name))] : [];
  },
);

const reason = missingReason(["readelf", "cc"]);
describe.skipIf(reason)(titled("the rule at every row that readelf shows", reason), () => {
  let driver = "";
  beforeAll(() => {
    driver = buildDriver(folder, "cfi", parts);
  });

  it.each(libraries.map((path) => [basename(path), path] as const))("%s", (_, library) => {
    const rows = rowsOf(library);
    const input = rows.map(({ pc }) => pc).join("\n");
    const output = execFileSync(driver, [library], {
      input,
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    const answers = output.trim().split("\n");
    expect(answers.length).toBe(rows.length);
    let compared = 0;
    let known = 0;
    for (const [i, { pc, rule }] of rows.entries()) {
      const [asked, ...answer] = answers[i]!.split(" ");
      expect(asked).toBe(pc);
      if (Number(answer[0]) > steps.bad) known += 1;
      if (rule === undefined) continue;
      compared += 1;
      const isBare = rule[0] < steps.rsp;
      expect([pc, ...answer.map(Number).slice(0, isBare ? 1 : 4)]).toEqual(
        [pc, ...rule].slice(0, isBare ? 2 : 5),
      );
    }
    console.log(
      `${basename(library)}: ${compared} of ${rows.length} rows compared, ${known} have a rule`,
    );
    expect(compared).toBeGreaterThan(rows.length * 0.95);
    expect(known).toBeGreaterThan(rows.length * 0.98);
  });
});

describe("damaged tables", () => {
  const rounds = Number(process.env["MAPTRAIL_CFI_ROUNDS"] ?? 3000);
  it(`are read within their bounds and to an end, ${rounds} times under address and undefined-behaviour sanitizers`, () => {
    const flags = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
    const driver = buildDriver(folder, "cfi", parts, flags);
    const env = { ...process.env, ASAN_OPTIONS: "detect_leaks=0" };
    const answers = execFileSync(driver, [libc, "1", String(rounds)], { env, encoding: "utf8" });
    const counts = answers
      .trim()
      .split("\n")
      .map((line) => Number(line.split(" ")[1]));
    // It must have met both: tables that it refused, and such that it went on to follow.
    expect(counts[steps.bad]).toBeGreaterThan(rounds);
    expect(counts[steps.rsp]).toBeGreaterThan(rounds);
  });
});
