import { describe, expect, it } from "vitest";
import { createBatch, type EventBatch } from "../../src/events/batch.ts";
import type { JournalReader } from "../../src/journal/reader.ts";
import type { ResumeState } from "../../src/journal/resume.ts";
import {
  argsWord,
  endWord,
  kindWord,
  recordWords,
  resultWord,
  signed64,
  tscEndWord,
} from "../../src/journal/wire/words.ts";
import { JournalBuilder } from "../helpers/journal-builder.ts";
import { KernelModel, randomFrom } from "./kernel-model.ts";
import { countImpossible, Pages, type Step } from "./page-oracle.ts";
import { headerOf, openReader, takeAll } from "./read-journal.ts";

const header = headerOf(new JournalBuilder().bytes());

function readAll(model: KernelModel): EventBatch {
  const reader = openReader(header);
  reader.feed(model.window(), model.drawn);
  reader.finish(model.drawn);
  const batch = createBatch(model.drawn + 1);
  expect(reader.take(batch)).toBeUndefined();
  expect(reader.isClosed).toBe(true);
  expect(reader.damage.entries).toEqual([]);
  return batch;
}

function* stepsOf(batch: EventBatch): Generator<Step> {
  const args = [0, 0, 0, 0, 0, 0];
  const step = { kind: 0, args, result: 0 };
  for (let row = 0; row < batch.length; row++) {
    for (let k = 0; k < 6; k++) args[k] = batch.args[k]![row]!;
    step.kind = batch.kind[row]!;
    step.result = batch.result[row]!;
    yield step;
  }
}

/** The records themselves, in another order. */
function stepsInOrder(model: KernelModel, compare: (a: number, b: number) => number): Step[] {
  const slots = Array.from({ length: model.drawn }, (_, slot) => slot).sort(compare);
  return slots.map((slot) => {
    const base = slot * recordWords;
    const value = (word: number): number => signed64(model.u32, model.i32, base + word);
    const args = [0, 1, 2, 3, 4, 5].map((k) => value(argsWord + k * 2));
    return { kind: model.u32[base + kindWord]!, args, result: value(resultWord) };
  });
}

function byEnd(model: KernelModel): (a: number, b: number) => number {
  const value = (slot: number, word: number): number =>
    signed64(model.u32, model.i32, slot * recordWords + word);
  return (a, b) =>
    value(a, endWord) - value(b, endWord) || value(a, tscEndWord) - value(b, tscEndWord) || a - b;
}

const pages = 48;

describe("the history of random schedules", () => {
  it.each([1, 2, 3, 8, 64])("has no impossible step with %d threads", (threads) => {
    let calls = 0;
    let impossible = 0;
    const pages = 48 + threads * 4;
    for (let seed = 1; calls < 220_000; seed++) {
      const model = new KernelModel({
        seed: seed * 100 + threads,
        threads,
        calls: 20_000,
        pages,
      }).run();
      const batch = readAll(model);
      expect(batch.length).toBe(model.drawn);
      const after = new Pages(pages);
      impossible += countImpossible(stepsOf(batch), after);
      expect(after.mapped).toEqual(model.truth.mapped);
      calls += batch.length;
    }
    expect(impossible).toBe(0);
  });

  it("would have some in begin order and in end order", () => {
    let byBegin = 0;
    let byEndOnly = 0;
    for (let seed = 1; seed <= 3; seed++) {
      const model = new KernelModel({
        seed: seed * 100 + 8,
        threads: 8,
        calls: 20_000,
        pages,
      }).run();
      byBegin += countImpossible(
        stepsInOrder(model, (a, b) => a - b),
        new Pages(pages),
      );
      byEndOnly += countImpossible(stepsInOrder(model, byEnd(model)), new Pages(pages));
    }
    expect(byBegin).toBeGreaterThan(20);
    expect(byEndOnly).toBeGreaterThan(20);
  });

  it("keeps the order of calls that did not overlap in time", () => {
    const model = new KernelModel({ seed: 5, threads: 8, calls: 20_000, pages }).run();
    const batch = readAll(model);
    let earliestEnd = Number.POSITIVE_INFINITY;
    for (let row = batch.length - 1; row >= 0; row--) {
      const base = batch.slot[row]! * recordWords;
      // Nothing that stands later had ended before this one began.
      expect(earliestEnd).toBeGreaterThan(batch.slot[row]!);
      earliestEnd = Math.min(earliestEnd, signed64(model.u32, model.i32, base + endWord));
    }
  });
});

describe("reading while the program runs", () => {
  const options = { threads: 6, calls: 3000, pages };

  it.each([1, 2, 3, 4, 5])("gives the same history, seed %d", (seed) => {
    const expected = [
      ...readAll(new KernelModel({ ...options, seed }).run()).slot.subarray(0, 3000),
    ];
    const model = new KernelModel({ ...options, seed });
    const random = randomFrom(seed + 50);
    const reader = openReader(header);
    const slots: number[] = [];
    const poll = (live: JournalReader): void => {
      const from = Math.max(0, live.lowWater - random(3));
      live.feed(model.window(from, Math.min(3000, from + 200)), model.drawn);
      for (const row of takeAll(live)) slots.push(row.slot);
    };
    while (model.step()) if (random(40) === 0) poll(reader);
    reader.finish(model.drawn);
    while (!reader.isClosed) poll(reader);
    expect(slots).toEqual(expected);
  });

  it.each([1, 2, 3, 4, 5])("goes on after a kill, each row once, seed %d", (seed) => {
    const expected = [
      ...readAll(new KernelModel({ ...options, seed }).run()).slot.subarray(0, 3000),
    ];
    const model = new KernelModel({ ...options, seed });
    const random = randomFrom(seed + 70);
    const slots: number[] = [];
    let saved: string | undefined;
    let resumed = 0;
    let reader = openReader(header);
    const poll = (): void => {
      if (random(4) === 0 && saved !== undefined) {
        reader = openReader(header, { resume: JSON.parse(saved) as ResumeState });
        resumed += 1;
      }
      reader.feed(model.window(reader.wanted), model.drawn);
      const batch = createBatch(1 + random(20));
      expect(reader.take(batch)).not.toBeTypeOf("object");
      for (let row = 0; row < batch.length; row++) slots.push(batch.slot[row]!);
      saved = JSON.stringify(reader.resumeState());
    };
    while (model.step()) if (random(20) === 0) poll();
    for (let i = 0; i < 1000 && slots.length < 3000; i++) poll();
    expect(slots).toEqual(expected);
    expect(resumed).toBeGreaterThan(100);
  });
});
