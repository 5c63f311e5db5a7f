/** Imports as a user runs them: strace in all its styles on one program, and an import that is killed. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importFiles } from "../../src/app/import.ts";
import { openStore } from "../../src/store/open.ts";
import { type EventObject, eventsOf, keptIo } from "../helpers/formats.ts";
import { maptrailCommand } from "../helpers/maptrail.ts";
import { buildProgram } from "../helpers/programs.ts";
import { run } from "../helpers/run.ts";
import { missingReason, titled } from "../helpers/tools.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "maptrail-imports-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/**
 * The calls of each thread in each process, without addresses and times, which differ between runs.
 * strace -y shows a path without the links in it, so only the name counts.
 */
function shapes(events: readonly EventObject[]): string[] {
  const threads = new Map<string, string[]>();
  for (const event of events) {
    if (event.call === null) continue;
    const { call, errno } = event;
    const { length, newLength, prot, path } = event as Record<string, unknown>;
    const thread = `${event.process} ${event.tid}`;
    const list = threads.get(thread) ?? [];
    threads.set(thread, list);
    list.push([call, errno, length, newLength, prot, basename(String(path ?? ""))].join(" "));
  }
  return [...threads.values()].map((list) => list.join("\n")).sort();
}

const reason = missingReason(["strace"]);
describe.skipIf(reason !== undefined)(titled("strace", reason), () => {
  const styles = [
    "-f -t",
    "-f -tt -T",
    "-f -ttt -T -i",
    "-f -r",
    "-f -n -y",
    "-f -X raw",
    "-f -X verbose",
    "-f --seccomp-bpf -ttt",
    "-f -x",
    "-ff -ttt -T",
    "-ff -tt",
  ];
  let expected: string[] = [];

  async function traced(style: string): Promise<EventObject[]> {
    const name = style.replaceAll(/\W/g, "");
    const log = join(folder, `${name}.log`);
    const program = await buildProgram("spawn");
    const result = await run(["strace", ...style.split(" "), "-o", log, program]);
    expect(result.status).toBe(0);
    const files = (await readdir(folder)).filter((file) => file.startsWith(`${name}.log`));
    const database = join(folder, `${name}.db`);
    const io = keptIo(folder);
    expect(await importFiles({ files, db: database, quiet: true }, io)).toBe(0);
    expect(io.told()).toBe("");
    return eventsOf(database);
  }

  beforeAll(async () => {
    expected = shapes(await traced("-f"));
    expect(expected.length).toBeGreaterThan(3);
  });

  it.each(styles)("%s: the same calls of the same processes", async (style) => {
    expect(shapes(await traced(style))).toEqual(expected);
  });
});

it("leaves nothing of an import that is killed", async () => {
  const database = join(folder, "killed.db");
  const [program, ...args] = maptrailCommand("import", "-o", database, "-");
  const child = spawn(program!, args, { stdio: ["pipe", "ignore", "ignore"] });
  const line = "10 munmap(0x1000, 4096) = 0\n";
  // More than is written to the database at once.
  for (let i = 0; i < 300; i++) {
    if (!child.stdin.write(line.repeat(1000))) await once(child.stdin, "drain");
  }
  child.kill("SIGKILL");
  child.stdin.on("error", () => undefined);
  await once(child, "exit");
  const store = openStore(database, { mode: "write" });
  expect(store.recordings()).toEqual([]);
  expect(store.integrity()).toEqual([]);
  store.close();
});
