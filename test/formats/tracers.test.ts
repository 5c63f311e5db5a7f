/** Four tracers watched the same script: their logs become the same calls. */
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { importerFor, importerNamed } from "../../src/formats/import/importers.ts";
import { openStore } from "../../src/store/open.ts";
import { rangesOf, replayedAt } from "../helpers/both-replays.ts";
import { callsIn, type EventObject, eventsOf, importTexts } from "../helpers/formats.ts";
import { projectRoot } from "../helpers/programs.ts";
import { readVerdict } from "../helpers/verified.ts";

const tracers = ["strace", "perf-trace", "perf-script", "bpftrace"];

function logOf(tracer: string): string {
  return readFileSync(join(projectRoot, "fixtures/logs", `${tracer}.log`), "latin1");
}

/** A call without what differs between two runs. */
function shapeOf(event: EventObject): unknown[] {
  const { call, errno } = event;
  const { length, newLength, prot, flags } = event as Record<string, unknown>;
  const offset = call === "mmap" ? event.args[5] : undefined;
  return [call, errno, length, newLength, prot, call === "clone" ? undefined : flags, offset];
}

/** The calls of each process of more than one call, the longest first. */
function programs(events: readonly EventObject[]): unknown[][][] {
  const byProcess = new Map<number, unknown[][]>();
  for (const event of events) {
    const calls = byProcess.get(event.process) ?? [];
    byProcess.set(event.process, calls);
    calls.push(shapeOf(event));
  }
  return [...byProcess.values()]
    .filter(({ length }) => length > 1)
    .sort((a, b) => b.length - a.length);
}

describe("logs of one script", () => {
  it.each(tracers)("%s is recognised by its lines", (tracer) => {
    expect(importerFor("log", logOf(tracer)).name).toBe(tracer);
    for (const other of tracers) {
      const share = importerNamed(other).detect(logOf(tracer));
      if (other === tracer) expect(share).toBeGreaterThan(0.95);
      else expect(share).toBeLessThan(0.1);
    }
  });

  it.each(tracers.slice(1))("%s saw what strace saw", async (tracer) => {
    const expected = programs(await callsIn(logOf("strace")));
    expect(expected.map(({ length }) => length)).toEqual([40, 31, 18]);
    expect(programs(await callsIn(logOf(tracer)))).toEqual(expected);
  });

  it.each(["perf-trace", "perf-script"])("%s names the programs", async (tracer) => {
    const imported = await importTexts({ log: logOf(tracer) });
    expect(imported.told).toBe("");
    const store = openStore(imported.database);
    const rows = store.reader(store.recording().id).processes();
    store.close();
    await rm(imported.folder, { recursive: true });
    const ran = rows.filter(({ how }) => how !== "fork");
    expect(ran.map(({ exe }) => exe).sort()).toEqual(["ls", "sh", "sort"]);
  });

  it.each([
    ["vfork", 58],
    ["clone3, which does not say so", 435],
  ])("a child that only borrows its parent's space is no thread of it: %s", async (_, fork) => {
    const enter = (pid: number, tid: number, at: number, id: number, ...args: number[]) =>
      `> ${pid} ${tid} ${at} ${id} ${[...args, 0, 0, 0, 0, 0, 0]
        .slice(0, 6)
        .map((n) => n.toString(16))
        .join(" ")}\n`;
    const exit = (pid: number, tid: number, at: number, id: number, result: number) =>
      `< ${pid} ${tid} ${at} ${id} ${result}\n`;
    const calls = await callsIn(
      enter(10, 10, 100, 12, 0) +
        exit(10, 10, 101, 12, 0x5000) +
        enter(10, 10, 110, fork) +
        enter(11, 11, 120, 11, 0x1000, 4096) +
        exit(11, 11, 121, 11, 0) +
        enter(11, 11, 130, 59, 1, 2, 3) +
        exit(10, 10, 140, fork, 11) +
        exit(11, 11, 150, 59, 0) +
        enter(11, 11, 160, 12, 0) +
        exit(11, 11, 161, 12, 0x6000) +
        enter(10, 10, 170, 12, 0) +
        exit(10, 10, 171, 12, 0x5000),
    );
    expect(calls.map(({ call, tid }) => `${tid} ${call}`)).toEqual([
      "10 brk",
      "11 munmap",
      // What clone3 made is known too late for an event of it.
      ...(fork === 58 ? ["10 vfork"] : []),
      "11 execve",
      "11 brk",
      "10 brk",
    ]);
    expect(calls.at(-1)?.process).toBe(calls[0]?.process);
    expect(calls.at(-2)?.process).not.toBe(calls[0]?.process);
  });
});

describe("maps texts", () => {
  const first = "1000-3000 rw-p 00000000 00:00 0 \n";
  const second = "1000-2000 rw-p 00000000 00:00 0 \n";

  it("are moments of the process that their names tell of", async () => {
    const imported = await importTexts({
      "a.12.maps": first,
      "b.12.maps": second,
      "c.13.maps": first,
    });
    const events = eventsOf(imported.database);
    await rm(imported.folder, { recursive: true });
    expect(events.map(({ pid, observation }) => `${pid} ${observation}`)).toEqual([
      ...["12 processStarted", "12 mapsObserved", "12 callsLost", "12 mapsObserved"],
      ...["13 processStarted", "13 mapsObserved", "12 processEnded", "13 processEnded"],
    ]);
  });

  it("beside a log begin and end the replay", async () => {
    const folder = await mkdtemp(join(tmpdir(), "maptrail-maps-"));
    await writeFile(join(folder, "before"), first);
    await writeFile(join(folder, "after"), second);
    const given = { maps: [join(folder, "before")], endMaps: [`10=${join(folder, "after")}`] };
    const statuses = async (log: string): Promise<string[]> => {
      const imported = await importTexts({ log }, given);
      const verdict = readVerdict(imported.database);
      await rm(imported.folder, { recursive: true });
      return verdict.processes.map(({ status }) => status);
    };
    expect(await statuses("10 munmap(0x2000, 4096) = 0\n10 +++ exited with 0 +++\n")).toEqual([
      "exact",
    ]);
    expect(await statuses("10 munmap(0x1000, 4096) = 0\n10 +++ exited with 0 +++\n")).toEqual([
      "diverged",
    ]);
    // Without the maps at its start there is nothing to compare those at its end with.
    const late = await importTexts(
      { log: "10 munmap(0x1000, 4096) = 0\n10 +++ exited with 0 +++\n" },
      { endMaps: given.endMaps },
    );
    expect(readVerdict(late.database).processes).toMatchObject([
      { status: "unverifiable", reason: "imported, and its maps are known at one moment alone" },
    ]);
    await rm(late.folder, { recursive: true });
    const forked =
      "10 clone(child_stack=NULL, flags=SIGCHLD) = 11\n11 munmap(0x2000, 4096) = 0\n" +
      "11 +++ exited with 0 +++\n10 munmap(0x2000, 4096) = 0\n10 +++ exited with 0 +++\n";
    expect(await statuses(forked)).toEqual(["exact", "unverifiable"]);
    // A forked child begins with what its parent had then.
    const family = await importTexts({ log: forked }, given);
    const unmapped = eventsOf(family.database).find(
      ({ call, pid }) => call === "munmap" && pid === 11,
    );
    const [lines] = replayedAt(family.database, 2, [unmapped!.seq]);
    expect(rangesOf(lines!, [])).toEqual(["1000-2000 rw-p"]);
    await rm(family.folder, { recursive: true });
    await rm(folder, { recursive: true });
  });
});
