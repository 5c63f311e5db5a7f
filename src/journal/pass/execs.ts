/** Execs that are not settled yet. A failed exec is settled by EXEC_RETURNED; a successful one by no record at all. */
import type { Clock } from "../contents/clock.ts";
import type { DamageLog } from "../wire/damage.ts";
import {
  argsWord,
  recordWords,
  resultWord,
  tidWord,
  tscBeginWord,
  tscEndWord,
  unsigned64,
} from "../wire/words.ts";
import { CallRanges } from "./ranges.ts";
import type { WaitingCalls } from "./waiting.ts";

const noRanges = new CallRanges(1);

export class PendingExecs {
  readonly #calls: WaitingCalls;
  /** Ids in `calls`, in slot order. */
  readonly #open: number[] = [];
  /** Slots of EXEC_RETURNED records by the id of their exec, until its row is taken. */
  readonly #answers = new Map<number, number>();
  /** Ids of execs that never came back, until their rows are taken. */
  readonly #unknown = new Set<number>();

  constructor(calls: WaitingCalls) {
    this.#calls = calls;
  }

  hold(u32: Uint32Array, base: number, slot: number): void {
    this.#open.push(this.#calls.hold(u32, base, slot));
  }

  /** Slots of the waiting execs, and of EXEC_RETURNED records whose exec is not taken yet. */
  slots(): number[] {
    return [...this.#open.map((id) => this.#calls.slot[id]!), ...this.#answers.values()];
  }

  /** Slot and thread of each exec that is not settled: it may still fail, or have worked. */
  open(): { readonly slot: number; readonly tid: number }[] {
    const { slot, u32 } = this.#calls;
    return this.#open.map((id) => ({ slot: slot[id]!, tid: u32[id * recordWords + tidWord]! }));
  }

  #take(matches: (id: number) => boolean): number | undefined {
    const index = this.#open.findIndex(matches);
    return index < 0 ? undefined : this.#open.splice(index, 1)[0];
  }

  /** The EXEC_RETURNED record in `slot`: its exec failed, and ends here. */
  answer(u32: Uint32Array, base: number, slot: number, clock: Clock, damage: DamageLog): void {
    const calls = this.#calls;
    const execSlot = unsigned64(u32, base + argsWord);
    const id = this.#take((held) => calls.slot[held] === execSlot);
    if (id === undefined) {
      damage.add(slot, `answers an exec in slot ${execSlot}, where none waits`);
      return;
    }
    const to = id * recordWords;
    for (const half of [0, 1]) {
      calls.u32[to + resultWord + half] = u32[base + resultWord + half]!;
      calls.u32[to + tscEndWord + half] = u32[base + tscBeginWord + half]!;
    }
    this.#answers.set(id, slot);
    calls.enter(id, slot + 1, clock.ticksOf(calls.u32, to + tscEndWord), noRanges);
  }

  /** The vfork child `tid` left this address space, so its exec worked and precedes what follows. */
  childLeft(tid: number): boolean {
    const calls = this.#calls;
    return this.#place((id) => calls.u32[id * recordWords + tidWord] === tid);
  }

  giveUp(slot: number): boolean {
    const calls = this.#calls;
    return this.#place((id) => calls.slot[id] === slot);
  }

  giveUpAll(): void {
    while (this.#place(() => true));
  }

  #place(matches: (id: number) => boolean): boolean {
    const id = this.#take(matches);
    if (id === undefined) return false;
    this.#unknown.add(id);
    this.#calls.placeHeld(id);
    return true;
  }

  /** The row of `id` was taken; returns whether its result is unknown. */
  taken(id: number): boolean {
    if (this.#answers.size > 0) this.#answers.delete(id);
    return this.#unknown.size > 0 && this.#unknown.delete(id);
  }
}
