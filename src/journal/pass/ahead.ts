/** Looks ahead in the window for what an earlier record depends on: its path, a first clock pair. */
import type { Clock } from "../contents/clock.ts";
import { bytesOf, type Text, TextAssembler } from "../contents/texts.ts";
import { DamageLog } from "../wire/damage.ts";
import type { SlotWindow } from "../wire/slots.ts";
import { enums } from "../wire/wire.gen.ts";
import {
  argsWord,
  exact64,
  key64,
  keyWord,
  kindWord,
  recordWords,
  stateDone,
  topicWord,
} from "../wire/words.ts";

const decoder = new TextDecoder();

export function pathOf(text: Text): string {
  return decoder.decode(bytesOf(text));
}

/** The path with that key, when its text is whole in slots [from, to) of the window. */
export function findPath(
  window: SlotWindow,
  from: number,
  to: number,
  key: string,
): string | undefined {
  const texts = new TextAssembler(new DamageLog());
  for (let slot = Math.max(from, window.first); slot < to; slot++) {
    const base = (slot - window.first) * recordWords;
    if ((window.u32[base + kindWord]! & 0xffff) !== enums.kind.text) continue;
    if ((window.u32[base + topicWord]! & 0xffff) !== enums.topic.path) continue;
    if (Atomics.load(window.i32, base) !== stateDone) continue;
    if (key64(window.u32, base + keyWord) !== key) continue;
    const text = texts.add(window, slot);
    if (text !== undefined) return pathOf(text);
  }
  return undefined;
}

/** The pair in a CLOCK record. */
export function addClockRecord(clock: Clock, window: SlotWindow, base: number): boolean {
  const tsc = BigInt.asUintN(64, exact64(window.u32, base + argsWord));
  const mono = BigInt.asUintN(64, exact64(window.u32, base + argsWord + 2));
  return clock.add({ tsc, mono });
}

/** Feeds the clock with the first records that give it a rate. */
export function findClock(clock: Clock, window: SlotWindow, from: number, to: number): void {
  for (let slot = Math.max(from, window.first); slot < to && !clock.calibrated; slot++) {
    const base = (slot - window.first) * recordWords;
    if ((window.u32[base + kindWord]! & 0xffff) !== enums.kind.clock) continue;
    if (Atomics.load(window.i32, base) === stateDone) addClockRecord(clock, window, base);
  }
}
