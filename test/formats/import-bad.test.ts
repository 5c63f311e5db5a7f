/** Damaged and foreign texts: what is said of them, what is kept, and that nothing is kept half. */
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importFiles } from "../../src/app/import.ts";
import { openStore } from "../../src/store/open.ts";
import { eventsOf, importTexts, keptIo } from "../helpers/formats.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "maptrail-bad-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const start = '10 execve("/bin/a", ["a"], 0x7ffd /* 3 vars */) = 0\n';
const call = "10 munmap(0x1000, 4096) = 0\n";

async function refusal(
  text: string,
  format?: string,
): Promise<{ message: string; isThere: boolean }> {
  const file = join(folder, "refused.log");
  const database = join(folder, "refused.db");
  await writeFile(file, text);
  const job = importFiles({ files: [file], db: database, quiet: true, format }, keptIo(folder));
  const message = await job.then(
    () => "it was imported",
    (error: Error) => error.message.replace(file, "FILE"),
  );
  return { message, isThere: existsSync(database) };
}

describe("nothing is kept of", () => {
  it.each([
    ["no bytes", "", undefined, "FILE is empty: there is nothing to import"],
    [
      "another program's text",
      "#include <stdio.h>\nint main(void) { return 0; }\n",
      undefined,
      'FILE is in no format that can be imported: it begins with "#include <stdio.h>"',
    ],
    [
      "another program's text that is said to be strace's",
      "total 12\ndrwxr-xr-x 2 root root\n",
      "strace",
      'nothing in FILE could be imported: line 1, "total 12": it is no line of strace',
    ],
    [
      "a log without a call that maps memory",
      '10 write(1, "a", 1) = 1\n10 +++ exited with 0 +++\n',
      undefined,
      "nothing in FILE could be imported: it has no call that maps memory",
    ],
    [
      "zeros",
      "\0".repeat(100_000),
      undefined,
      `FILE is in no format that can be imported: it begins with "${"\\x00".repeat(80)}"`,
    ],
  ])("%s", async (_, text, format, expected) => {
    expect(await refusal(text, format)).toEqual({ message: expected, isThere: false });
  });

  it("a file that fails half way, though rows were written, and what was there stays", async () => {
    const kept = await importTexts({ log: start + call });
    const file = join(kept.folder, "fails");
    await writeFile(file, start + call.repeat(300_000));
    const io = keptIo(kept.folder);
    const job = importFiles(
      { files: [file], maps: [join(kept.folder, "missing")], db: kept.database },
      io,
    );
    await expect(job).rejects.toThrow("there is no file");
    const store = openStore(kept.database, { mode: "write" });
    const failing = store.atomically(async () => {
      const id = store.createRecording({
        command: [],
        cwd: "/",
        startedAtUnixNanos: 0n,
        source: "strace",
        toolVersion: "0",
        host: {},
      });
      const writer = store.writer(id);
      writer.blob(new Uint8Array(10));
      writer.flush("");
      throw new Error("the disk is gone");
    });
    await expect(failing).rejects.toThrow("the disk is gone");
    expect(store.recordings().length).toBe(1);
    expect(store.integrity()).toEqual([]);
    store.close();
    await rm(kept.folder, { recursive: true });
  });
});

describe("the rest is kept, and the line is told, of", () => {
  it.each<[what: string, text: string, line: number, reason: string, calls: number]>([
    [
      "half a log, its end",
      `${start}${call}10 munmap(0x1000, 40`,
      3,
      "argument 2 cannot be read",
      1,
    ],
    [
      "half a log, its end behind the arguments",
      `${start}${call}10 munmap(0x1000, 4096)`,
      3,
      "it has no result",
      1,
    ],
    [
      "half a log, its beginning",
      `10 <... mmap resumed>) = 0x1000\n${call}${call}`,
      1,
      "the beginning of its mmap is not in the log",
      2,
    ],
    [
      "garbage between lines",
      `${start}${call}\u0001\u0002 garbage\n${call}`,
      3,
      "it is no line of strace",
      2,
    ],
    [
      "an unknown flag",
      `${start}${call}10 madvise(0x1000, 4096, MADV_SING) = 0\n`,
      3,
      "argument 3 cannot be read",
      1,
    ],
    [
      "an unknown error",
      `${start}${call}10 munmap(0x1000, 4096) = -1 ENONSENSE (What)\n`,
      3,
      'the error "ENONSENSE" is not known',
      1,
    ],
  ])("%s", async (_, text, line, reason, calls) => {
    const imported = await importTexts({ log: text });
    expect(imported.exitCode).toBe(3);
    expect(imported.told).toContain(`log, line ${line}: ${reason}: "`);
    expect(imported.told).toContain(`${calls} call${calls === 1 ? "" : "s"} kept`);
    const events = eventsOf(imported.database);
    expect(events.filter((one) => one.call !== null).length).toBe(calls);
    const store = openStore(imported.database);
    expect(store.recording().status).toBe("damaged");
    store.close();
    await rm(imported.folder, { recursive: true });
  });

  it("a call that cannot be read: its process knows that one is missing", async () => {
    const imported = await importTexts({ log: `${start}${call}10 munmap(0x1000, 40` });
    const lost = eventsOf(imported.database).filter((one) => one.observation === "callsLost");
    expect(lost).toMatchObject([
      { lost: 1, reason: "line 3 of the log: argument 2 cannot be read" },
    ]);
    await rm(imported.folder, { recursive: true });
  });

  it("a log in which every second line is garbage: the first lines are told, the others counted", async () => {
    const imported = await importTexts(
      { log: start + `${call}%%%\n`.repeat(1000) },
      { format: "strace" },
    );
    expect(imported.told.split("\n").length).toBe(8);
    expect(imported.told).toContain("and 995 more lines that could not be read");
    expect(imported.told).toContain("1,001 of 2,001 lines were read, 1,000 calls kept");
    await rm(imported.folder, { recursive: true });
  });
});
