/** Which mutant is switched on in this process, which places were passed, how long loops have run. */

/** Thrown out of a loop that runs many times as long as without the mutant. */
class Runaway extends Error {}

let active = -1;
let ticks = 0;
let tickLimit = Number.POSITIVE_INFINITY;
let passed = new Uint8Array(0);

export const switchboard = {
  /** Called by the mutated code: whether the mutant is on. */
  at(id: number): boolean {
    passed[id] = 1;
    return id === active;
  },
  /** Called by every turn of a loop. */
  tick(): void {
    ticks += 1;
    if (ticks > tickLimit) throw new Runaway(`a loop ran ${ticks} times`);
  },
  install(mutantCount: number): void {
    passed = new Uint8Array(mutantCount);
    (globalThis as { __mutants?: unknown }).__mutants = switchboard;
  },
  turnOn(id: number, limit: number): void {
    active = id;
    ticks = 0;
    tickLimit = limit;
  },
  turnOff(): void {
    active = -1;
    ticks = 0;
    tickLimit = Number.POSITIVE_INFINITY;
  },
  ticks: () => ticks,
  /** Mutants whose place was passed since the last call. */
  takePassed(): number[] {
    const ids: number[] = [];
    passed.forEach((one, id) => {
      if (one === 1) ids.push(id);
    });
    passed.fill(0);
    return ids;
  },
};
