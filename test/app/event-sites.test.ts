/** Who asked, in events and whowas. */
import { describe, expect, it } from "vitest";
import { type EventsOptions, listEvents } from "../../src/app/events.ts";
import { showWhowas } from "../../src/app/whowas.ts";
import { createStyle } from "../../src/base/style.ts";
import { kindCodes } from "../../src/events/kinds.ts";
import { parseFilter } from "../../src/listing/event-filter.ts";
import { captureIo } from "./sample.ts";
import { growingRows, places, stackedDatabase } from "./stacked.ts";

function sample(): string {
  return stackedDatabase(({ append, stack, writer }) => {
    const text =
      "7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0                          [stack]\n";
    const blob = writer.blob(new TextEncoder().encode(text));
    append([{ kind: kindCodes.mapsObserved, args: [blob, 1, 1] }]);
    append(growingRows(stack(["libc", "grow", "main"], "depth"), stack(["libc", "main", "libc"])));
  });
}

async function events(filter: string, options: Partial<EventsOptions> = {}, width?: number) {
  const io = captureIo(sample());
  const style = createStyle({ colour: false, unicode: true, ...(width && { width }) });
  const terms = parseFilter(filter);
  await listEvents({ terms, ...options }, { ...io, out: { ...io.out, style } });
  return io.outText();
}

const first =
  "@3  0.001000  4121  ● mmap(NULL, 1 MiB, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f12_3400_0000  1 µs";

describe("events", () => {
  it("end in the site", async () => {
    expect(await events("@3")).toBe(`${first}  main (chain.c:37)\n`);
  });

  it.each([
    [200, "  main (chain.c:37)"],
    [first.length + 16, "  main (chain.c…"],
    [first.length + 13, ""],
    [40, ""],
  ])("have as much of it as fits %d columns", async (width, text) => {
    expect(await events("@3", {}, width)).toBe(`${first}${text}\n`);
  });

  it("have the stack under them", async () => {
    expect(await events("@3..4", { stacks: true })).toBe(`\
${first}
        main (chain.c:37)  chain
@4  0.002000  4121  + mremap(0x7f12_3400_0000, 1 MiB, 2 MiB, MREMAP_MAYMOVE) = 0x7f12_3400_0000  900 ns
        resize (chain.c:11)  inlined
        grow (chain.c:17)  chain
        main (chain.c:37)  chain
        … partial: deeper than is kept
`);
  });

  it("name it in JSON, with the stack on request", async () => {
    const { grow, main, program } = places();
    const [plain] = (await events("@4", { json: true })).split("\n");
    expect(JSON.parse(plain ?? "")).toMatchObject({ seq: 4, site: "resize (chain.c:11)" });
    expect(JSON.parse(plain ?? "")).not.toHaveProperty("stack");
    const [full] = (await events("@4", { json: true, stacks: true })).split("\n");
    const file = expect.stringMatching(/fixtures\/symbols\/chain\.c$/);
    const offset = `0x${grow.toString(16)}`;
    expect(JSON.parse(full ?? "").stack).toEqual({
      end: "depth",
      frames: [
        { function: "resize", file, line: 11, module: program, offset, inlined: true },
        { function: "grow", file, line: 17, module: program, offset },
        { function: "main", file, line: 37, module: program, offset: `0x${main.toString(16)}` },
      ],
    });
  });
});

describe("whowas", () => {
  it("tells who put it there, and who took it away", async () => {
    const io = captureIo(sample());
    await showWhowas({ address: "0x7f1234000000", at: "#5" }, io);
    const text = io.outText();
    expect(text).toContain("moved to 0x7f12_3800_0000 by mremap @5 in resize (chain.c:11)");
    expect(text).toMatch(/mapped +@3 .* thread 4121 {2}main \(chain\.c:37\)/);
  });

  it("has it in JSON", async () => {
    const io = captureIo(sample());
    await showWhowas({ address: "0x7f1234000000", json: true }, io);
    const owners = JSON.parse(io.outText()).answers[0].owners;
    expect(owners.map((owner: { from: { site: string } }) => owner.from.site)).toEqual([
      "main (chain.c:37)",
      "resize (chain.c:11)",
    ]);
  });
});
