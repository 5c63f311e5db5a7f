import { describe, expect, it } from "vitest";
import { type EventsOptions, listEvents } from "../../src/app/events.ts";
import { kindCodes } from "../../src/events/kinds.ts";
import { parseFilter } from "../../src/listing/event-filter.ts";
import { batchOf } from "../store/batches.ts";
import { mmaps } from "../store/helpers.ts";
import { captureIo, sampleDatabase } from "./sample.ts";

async function list(folder: string, filter = "", options: Partial<EventsOptions> = {}) {
  const io = captureIo(folder);
  const exitCode = await listEvents({ terms: parseFilter(filter), ...options }, io);
  return { exitCode, out: io.outText(), err: io.errText() };
}

async function seqs(folder: string, filter: string): Promise<number[]> {
  const { out } = await list(folder, filter, { json: true });
  return out
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line).seq as number);
}

describe("events for people", () => {
  it("shows each call as strace would, with a sign for what became of it", async () => {
    const { out, exitCode } = await list(sampleDatabase());
    expect(exitCode).toBe(0);
    expect(out).toBe(`\
 @1  0.000000     1  --- 4121 started: sort -k 2 ---
 @2  0.001000  4121    brk(NULL) = 0x5555_0000_0000  300 ns
 @3  0.002000  4121  + brk(0x5555_0002_1000) = 0x5555_0002_1000  700 ns
 @4  0.003000  4121  ● mmap(NULL, 1 MiB, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f12_3400_0000  1.2 µs
 @5  0.004000  4121  ● mmap(NULL, 4.88 KiB, PROT_READ, MAP_PRIVATE, 3<…/locale/very/long/path/LC_CTYPE.dat>, 0x2000) = 0x7f12_3480_0000  2 µs
 @6  0.005000  4121  + mremap(0x7f12_3400_0000, 1 MiB, 2 MiB, MREMAP_MAYMOVE) = 0x7f12_3400_0000  900 ns
 @7  0.006000  4121  → mremap(0x7f12_3400_0000, 2 MiB, 64 MiB, MREMAP_MAYMOVE) = 0x7f12_2000_0000  14 µs
 @8  0.007000  4121  × mremap(0x7f12_3480_0000, 8 KiB, 16 KiB, 0) = -1 ENOMEM  400 ns
 @9  0.008000  4130    madvise(0x7f12_2000_0000, 1 MiB, MADV_DONTNEED) = 0  5 µs
@10  0.009000  4121  ○ munmap(0x7f12_2000_0000, 64 MiB) = 0  3 µs
@11  0.010000  4121  × mprotect(0x7f12_3480_0000, 8 KiB, PROT_NONE) = -1 EACCES  350 ns
@12  0.011000  4121    exit_group(0) = ?
@13  0.000000     1  +++ 4121 exited with 0 +++
`);
  });

  it("writes exact numbers on request", async () => {
    const { out } = await list(sampleDatabase(), "@7", { exact: true });
    expect(out).toContain(
      "mremap(0x7f1234000000, 2097152, 67108864, MREMAP_MAYMOVE) = 0x7f1220000000",
    );
  });

  it("says so when nothing matches", async () => {
    const { out, err, exitCode } = await list(sampleDatabase(), "pid:1");
    expect([out, err, exitCode]).toEqual(["", "no event matches\n", 0]);
  });
});

describe("events --json", () => {
  it("gives raw arguments, the result, and what the call means", async () => {
    const { out } = await list(sampleDatabase(), "@5..8 !call:observation", { json: true });
    const lines = out
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    expect(lines[0]).toEqual({
      seq: 5,
      process: 1,
      pid: 4121,
      tid: 4121,
      atNanos: 4_000_000,
      durationNanos: 2000,
      call: "mmap",
      args: ["0x0", "0x1388", "0x1", "0x2", "0x3", "0x2000"],
      result: "0x7f1234800000",
      errno: null,
      addr: "0x7f1234800000",
      length: 8192,
      prot: "PROT_READ",
      flags: "MAP_PRIVATE",
      path: "/usr/share/locale/very/long/path/LC_CTYPE.dat",
      site: null,
    });
    expect(lines[2]).toMatchObject({
      call: "mremap",
      addr: "0x7f1234000000",
      length: 2 * 1024 ** 2,
      newAddr: "0x7f1220000000",
      newLength: 64 * 1024 ** 2,
      flags: "MREMAP_MAYMOVE",
    });
    expect(lines[3]).toMatchObject({ result: "0xfffffffffffffff4", errno: "ENOMEM" });
    expect(lines[3]).not.toHaveProperty("newAddr");
  });

  it("gives 0x0 for a munmap that worked and null for a call that never came back", async () => {
    const { out } = await list(sampleDatabase(), "call:munmap,exit_group", { json: true });
    const [munmap, exit] = out
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    expect(munmap).toMatchObject({ result: "0x0", errno: null });
    expect(exit).toMatchObject({ args: ["0x0"], result: null, errno: null, durationNanos: null });
  });

  it("writes all 64 bits of a register, however large", async () => {
    const wide = [2n ** 63n - 1n, 1n, 0n, 0n, -1n, 0n, -(2n ** 63n)];
    const row = { kind: kindCodes.mmap, flags: 4, args: wide.slice(0, 6).map(Number), wide };
    const folder = sampleDatabase((writer) => writer.append(batchOf([row])));
    const { out } = await list(folder, "@13", { json: true });
    const event = JSON.parse(out);
    expect(event.args).toEqual([
      "0x7fffffffffffffff",
      "0x1",
      "0x0",
      "0x0",
      "0xffffffffffffffff",
      "0x0",
    ]);
    expect(event.result).toBe("0x8000000000000000");
  });

  it("marks observations by a call that is null", async () => {
    const { out } = await list(sampleDatabase(), "call:observation", { json: true });
    const [start, end] = out
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    expect(start).toMatchObject({ seq: 1, call: null, args: [], observation: "processStarted" });
    expect(start.start.argv).toEqual(["sort", "-k", "2"]);
    expect(end).toMatchObject({ call: null, observation: "processEnded", end: { status: 0 } });
  });
});

describe("filters", () => {
  const cases: readonly (readonly [filter: string, found: readonly number[]])[] = [
    ["mremap", [6, 7, 8]],
    ["mremap moved", [7]],
    ["call:mremap,munmap !failed", [6, 7, 10]],
    ["growth", [3, 6, 7, 8]],
    ["outcome:in-place,refused", [3, 6, 8]],
    [">1M", [6, 7, 10]],
    ["mremap size:16K", [8]],
    ["<8K mmap", []],
    ["<=8K mmap", [5]],
    ["size:8K..2M mmap", [4, 5]],
    ["errno:ENOMEM", [8]],
    ["EACCES", [11]],
    ["errno:12,13", [8, 11]],
    ["failed", [8, 11]],
    ["unfinished", [12]],
    ["tid:4130", [9]],
    ["pid:4121 tid:4130..5000", [9]],
    ["process:2", []],
    ["took:>4us", [7, 9]],
    ["took:300ns..350ns", [2, 11]],
    ["path:LC_CTYPE", [5]],
    ["addr:0x7f12_3410_0000", [6, 7]],
    ["0x7f1220000000", [7, 9, 10]],
    ["addr:0x7f1234801000-0x7f1234802000", [5, 8, 11]],
    ["addr:0x555500000000+4K", [2, 3]],
    ["addr:0x555500020fff", [3]],
    ["from:#9 to:@10", [9, 10]],
    ["from:8ms to:0.009s", [9, 10]],
    ["call:observation", [1, 13]],
    ["call:process", [12]],
    ["seq:>11", [12, 13]],
  ];
  for (const [filter, found] of cases) {
    it(`${filter} finds ${found.length === 0 ? "nothing" : found.join(", ")}`, async () => {
      expect(await seqs(sampleDatabase(), filter)).toEqual(found);
    });
  }

  it("takes shares of the time that the recording took", async () => {
    // The last call begins at 11 ms, so half is 5.5 ms.
    expect(await seqs(sampleDatabase(), "from:50% call:mremap")).toEqual([7, 8]);
  });

  it("stops at the limit", async () => {
    const { out } = await list(sampleDatabase(), "", { limit: 3 });
    expect(out.split("\n").filter(Boolean)).toHaveLength(3);
    expect((await list(sampleDatabase(), "", { limit: 0 })).out).toBe("");
  });

  it("reads only the chunks that can match", async () => {
    const folder = sampleDatabase((writer) => {
      for (let i = 0; i < 5; i += 1) writer.append(batchOf(mmaps(4096, 100_000 + i * 4096)));
    });
    const last = 12 + 5 * 4096;
    expect(await seqs(folder, `from:#${last} to:#${last}`)).toEqual([last]);
    expect(await seqs(folder, "from:0.120479s")).toEqual([last]);
  });
});
