/** The order of overlapping calls against a model of the pages: every step of it must have been possible. */
import { describe, expect, it } from "vitest";
import { randomFrom } from "../../bench/random.ts";
import { kindCodes } from "../../src/events/kinds.ts";
import { CallOrder } from "../../src/formats/import/call-order.ts";
import { type CallRow, emptyRow } from "../../src/formats/import/call-row.ts";

const pageBytes = 4096;

interface Call {
  readonly tid: number;
  readonly page: number;
  readonly isMap: boolean;
  begin: number;
  end: number;
}

/**
 * Threads that map and unmap few pages at once. A call has a begin, a moment at which it takes effect
 * on the pages, and an end, each a step of its own, interleaved at random.
 */
function history(seed: number): Call[] {
  const random = randomFrom(seed);
  const mapped = new Set<number>();
  const running = new Map<number, { call: Call; isDone: boolean }>();
  const calls: Call[] = [];
  for (let step = 1; step < 400 || running.size > 0; step++) {
    // In the end those that run come to their ends, and no more begin.
    const tid = step < 400 ? 1 + random(4) : [...running.keys()][0]!;
    const now = running.get(tid);
    if (now === undefined) {
      const page = [...mapped].filter(
        (one) => ![...running.values()].some(({ call }) => call.page === one),
      )[0];
      const isMap = page === undefined || random(2) === 0;
      running.set(tid, {
        call: { tid, page: isMap ? -1 : page, isMap, begin: step, end: 0 },
        isDone: false,
      });
    } else if (!now.isDone) {
      now.isDone = true;
      if (now.call.isMap) {
        // The kernel gives the lowest page that is free at that moment.
        let page = 1;
        while (mapped.has(page)) page += 1;
        mapped.add(page);
        now.call = { ...now.call, page };
      } else mapped.delete(now.call.page);
    } else {
      calls.push({ ...now.call, end: step });
      running.delete(tid);
    }
  }
  return calls;
}

function rowOf(row: CallRow, { tid, page, isMap, begin, end }: Call): CallRow {
  const address = page * pageBytes;
  row.kind = isMap ? kindCodes.mmap : kindCodes.munmap;
  row.tid = tid;
  row.begin = begin;
  row.end = end;
  row.args.fill(0);
  row.args.set(isMap ? [0, pageBytes, 3, 0x22] : [address, pageBytes]);
  row.result = isMap ? address : 0;
  return row;
}

/** The calls as a log tells them: each begin and each end at its step. */
function ordered(calls: readonly Call[], isByBegin: boolean): CallRow[] {
  const written: CallRow[] = [];
  const order = new CallOrder((row) => written.push({ ...row, args: row.args.slice() }));
  order.isByBegin = isByBegin;
  const row = emptyRow();
  if (isByBegin) {
    for (const call of [...calls].sort((a, b) => a.begin - b.begin)) {
      order.advance(call.begin);
      order.add(rowOf(row, call));
    }
  } else {
    const steps = calls.flatMap((call) => [
      { at: call.begin, call, isEnd: false },
      { at: call.end, call, isEnd: true },
    ]);
    for (const { call, isEnd } of steps.sort((a, b) => a.at - b.at)) {
      if (!isEnd) order.opened(call.tid, call.begin);
      else {
        order.closed(call.tid);
        order.add(rowOf(row, call));
        order.settle();
      }
    }
  }
  order.placeAll();
  return written;
}

/** Steps that map what is mapped, or unmap what is not. */
function impossible(rows: readonly CallRow[]): number {
  const mapped = new Set<number>();
  let wrong = 0;
  for (const { kind, args, result } of rows) {
    if (kind === kindCodes.mmap) {
      if (mapped.has(result)) wrong += 1;
      mapped.add(result);
    } else if (!mapped.delete(args[0]!)) wrong += 1;
  }
  return wrong;
}

describe.each([
  ["as a log shows them begin and end", false],
  ["by their begins and durations", true],
])("calls %s", (_, isByBegin) => {
  it("have an order in which every step was possible", () => {
    let overlapping = 0;
    let wrongByEnd = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const calls = history(seed);
      const rows = ordered(calls, isByBegin);
      expect(rows.length).toBe(calls.length);
      expect(impossible(rows)).toBe(0);
      overlapping += calls.filter((one) =>
        calls.some((other) => other.begin > one.begin && other.begin < one.end),
      ).length;
      const byEnd = [...calls].sort((a, b) => a.end - b.end).map((call) => rowOf(emptyRow(), call));
      wrongByEnd += impossible(byEnd);
    }
    expect(overlapping).toBeGreaterThan(1000);
    // The order of the ends alone is not good enough, or this would prove nothing.
    expect(wrongByEnd).toBeGreaterThan(100);
  });
});
