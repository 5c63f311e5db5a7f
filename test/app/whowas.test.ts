/** `whowas`: the sentence that answers, and everyone who ever held the address. */
import { describe, expect, it } from "vitest";
import { showWhowas, type WhowasOptions } from "../../src/app/whowas.ts";
import { at, maps, type Script, scripted } from "./replay-sample.ts";
import { captureIo } from "./sample.ts";

const before = maps("heap", "rw-p 0-4", "lib", "stack");

function story(script: Script): void {
  script.start(1).maps(1, "start", before);
  script.map(1, 8, 2).move(1, 8, 2, 6, 100).map(1, 8, 1).unmap(1, 8, 1).unmap(1, 0, 1);
  script.map(1, 0, 1).end(1);
}

async function ask(
  write: (script: Script) => void,
  address: number,
  options: Omit<WhowasOptions, "address"> = {},
) {
  const io = captureIo(scripted(write));
  await showWhowas({ address: address.toString(16), ...options }, io);
  return io.outText();
}

const sentence = async (...args: Parameters<typeof ask>) => (await ask(...args)).split("\n")[0];

describe("whowas", () => {
  it("answers for an address that was unmapped", async () => {
    expect(await ask(story, at(8) + 0x123)).toBe(
      `0x7f00_0000_8123 was unmapped by munmap @6, 3 µs before its end; nobody has owned it since
#2 anonymous ends 16.3 KiB below it, #5 anonymous begins 368 KiB above it

  #5  0x7f00_0000_8000 + 8 KiB  rw-p anonymous
      mapped                     @3  0.000003 s  mmap(NULL, 8 KiB, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)  thread 4121
    → moved to 0x7f00_0006_4123  @4  0.000004 s  mremap(0x7f00_0000_8000, 8 KiB, 24 KiB, MREMAP_MAYMOVE)                    thread 4121
  #6  0x7f00_0000_8000 + 4 KiB  rw-p anonymous
      mapped                     @5  0.000005 s  mmap(NULL, 4 KiB, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)  thread 4121
    ○ unmapped                   @6  0.000006 s  munmap(0x7f00_0000_8000, 4 KiB)                                            thread 4121
`,
    );
  });
  it.each([
    [
      "moved",
      at(9),
      {},
      "0x7f00_0000_9000 moved to 0x7f00_0006_5000 by mremap @4, 5 µs before its end; nobody has owned it since",
    ],
    [
      "moved, at a time",
      at(8),
      { at: "4500ns" },
      "0x7f00_0000_8000 moved to 0x7f00_0006_4000 by mremap @4, 500 ns before 4500ns; nobody has owned it since",
    ],
    [
      "is there",
      at(101),
      {},
      "0x7f00_0006_5000 belongs to #5, rw-p anonymous, since mremap @4, 5 µs before its end",
    ],
    [
      "was always there",
      at(256),
      {},
      "0x7f00_0010_0000 belongs to #3, r-xp /lib/x.so, from before the recording",
    ],
    [
      "was taken again",
      at(0),
      {},
      "0x7f00_0000_0000 belongs to #7, rw-p anonymous, since mmap @8, 1 µs before its end",
    ],
    [
      "never was",
      at(50),
      {},
      "nobody ever owned 0x7f00_0003_2000; #2 anonymous ends 184 KiB below it, #5 anonymous begins 200 KiB above it",
    ],
    [
      "just beyond the end",
      at(106),
      {},
      "nobody ever owned 0x7f00_0006_a000; #5 anonymous ends right below it, #3 /lib/x.so begins 600 KiB above it",
    ],
  ] as const)("answers for an address that %s", async (_, address, options, expected) => {
    expect(await sentence(story, address, options)).toBe(expected);
  });

  it("does not call it the end when nobody saw that", async () => {
    const killed = (script: Script): void => {
      script.start(1).maps(1, "start", before).unmap(1, 0, 4).map(1, 20, 1);
      script.end(1, { how: "killed", signal: 11 });
    };
    expect(await sentence(killed, at(0))).toBe(
      "0x7f00_0000_0000 was unmapped by munmap @3, 2 µs before its last event; nobody has owned it since",
    );
  });

  it("follows a forked child back to its parents", async () => {
    const forked = (script: Script): void => {
      script.start(1).maps(1, "start", before).map(1, 8, 1).unmap(1, 8, 1).map(1, 8, 2);
      script.start(2, { how: "fork", parent: 1 });
      script.maps(2, "fork", maps("heap", "rw-p 0-4", "rw-p 8-10", "lib", "stack"));
      script.unmap(2, 8, 1).end(2).end(1);
    };
    const text = await ask(forked, at(8), { pid: 4122, json: true });
    const { owners } = JSON.parse(text).answers[0];
    expect(owners).toMatchObject([
      { pid: 4121, gain: "mapped", from: { seq: 3 }, to: { seq: 4 }, loss: "unmapped" },
      { pid: 4122, gain: "inherited", from: null, to: { seq: 8, name: "munmap" } },
    ]);
  });

  it("answers for each process that ever held it, where none is named", async () => {
    const both = (script: Script): void => {
      script.start(1).maps(1, "start", before).start(2).maps(2, "start", before);
      script
        .start(3)
        .maps(3, "start", before)
        .map(1, 8, 1)
        .unmap(2, 0, 4)
        .map(2, 8, 1)
        .unmap(2, 8, 1);
      script.end(1).end(2).end(3);
    };
    const lines = (await ask(both, at(8))).split("\n");
    expect(lines.filter((line) => /^(pid|0x)/.test(line))).toEqual([
      "pid 4121 grow",
      "0x7f00_0000_8000 belongs to #5, rw-p anonymous, since mmap @7, 4 µs before its end",
      "pid 4122 grow",
      "0x7f00_0000_8000 was unmapped by munmap @10, 2 µs before its end; nobody has owned it since",
    ]);
  });

  it.each(["7f00_0000_8000", "0x7F0000008000"])("reads the address %s", async (address) => {
    const io = captureIo(scripted(story));
    expect(await showWhowas({ address }, io)).toBe(0);
    expect(io.outText()).toContain("0x7f00_0000_8000 was unmapped");
  });

  it.each(["", "xyz", "0x1234567890abcdef12", "-8"])("refuses the address %j", async (address) => {
    const io = captureIo(scripted(story));
    await expect(showWhowas({ address }, io)).rejects.toThrow(`"${address}" is no address`);
  });
});
