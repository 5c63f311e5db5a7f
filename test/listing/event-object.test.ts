import { join } from "node:path";
import { expect, it } from "vitest";
import { kindCodes } from "../../src/events/kinds.ts";
import { eventTexts } from "../../src/listing/event-json.ts";
import { eventObjects } from "../../src/listing/event-object.ts";
import { callSites } from "../../src/sites/call-sites.ts";
import { eventContext } from "../../src/store/event-context.ts";
import { sampleDatabase } from "../app/sample.ts";
import { batchOf } from "../store/batches.ts";
import { open } from "../store/helpers.ts";

const text = (value: string) => new TextEncoder().encode(value);

/** Every kind of event of the sample, and what it has not: a gap, maps, an unknown kind, a number past 2^53. */
function sample() {
  const folder = sampleDatabase((writer) => {
    const why = writer.blob(text('the "disk" was\nfull'));
    const maps = writer.blob(text(""));
    writer.append(
      batchOf([
        { kind: kindCodes.callsLost, args: [3, why] },
        { kind: kindCodes.mapsObserved, args: [maps, 1, 1] },
        { kind: 120, args: [1] },
        { kind: kindCodes.munmap, args: [4096, -1], result: -22 },
        { kind: kindCodes.mmap, args: [0, 2 ** 60, 3, 0x22, -1, 0], result: -12 },
      ]),
    );
  });
  const store = open(join(folder, "maptrail.db"));
  const row = store.recording();
  const reader = store.reader(row.id);
  return { row, reader, context: eventContext(reader) };
}

it.each([true, false])("an event is the same as text and as object, stacks: %s", (stacks) => {
  const { row, reader, context } = sample();
  const wanted = { sites: callSites(reader, row), stacks };
  const textOf = eventTexts(context, wanted);
  const objectOf = eventObjects(context, wanted);
  let events = 0;
  for (const batch of reader.chunks()) {
    for (let i = 0; i < batch.length; i += 1) {
      expect(objectOf(batch, i)).toStrictEqual(JSON.parse(textOf(batch, i)));
      expect(JSON.stringify(objectOf(batch, i))).toBe(textOf(batch, i));
      events += 1;
    }
  }
  expect(events).toBe(18);
});

it("gives objects that stay as they are when the next one is made", () => {
  const { reader, context } = sample();
  const objectOf = eventObjects(context);
  const [batch] = reader.chunks();
  const first = objectOf(batch!, 1);
  objectOf(batch!, 2);
  expect(first).toStrictEqual({
    ...{ seq: 2, process: 1, pid: 4121, tid: 4121, atNanos: 1_000_000, durationNanos: 300 },
    ...{ call: "brk", args: ["0x0"], result: "0x555500000000", errno: null },
    addr: "0x555500000000",
  });
});
