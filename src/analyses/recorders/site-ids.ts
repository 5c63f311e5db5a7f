/**
 * Sites of calls as small numbers, at a few nanoseconds an event: each stack, or each return
 * address if there is no stack, is looked up once.
 */
import { formatAddress } from "../../base/units.ts";
import type { EventBatch } from "../../events/batch.ts";
import { grown, roomFor } from "../tally/columns.ts";
import type { SiteNames } from "./sites.ts";

/** Site 0 is unknown. */
export class SiteIds {
  readonly #names: SiteNames | undefined;
  /** By stack id: the site plus 1; 0 if not looked up yet. */
  #byStack = new Uint32Array(1024);
  /** Open addressing by process and return address: the slot's row plus 1. */
  #slots = new Uint32Array(1024);
  #addresses = new Float64Array(256);
  #processes = new Uint32Array(256);
  #sites = new Uint32Array(256);
  #rows = 0;
  /** Without names, a site is an address: the row plus 1. */
  #count = 0;

  constructor(names?: SiteNames) {
    this.#names = names;
  }

  of(batch: EventBatch, row: number): number {
    const stack = batch.stack[row]!;
    if (stack === 0 || this.#names === undefined) return this.#ofAddress(batch, row);
    if (stack >= this.#byStack.length) {
      this.#byStack = grown(this.#byStack, roomFor(stack, this.#byStack.length));
    }
    const known = this.#byStack[stack]!;
    if (known !== 0) return known - 1;
    const site = this.#names.siteOf(batch, row);
    this.#byStack[stack] = site + 1;
    return site;
  }

  /** Whether sites have names, rather than only addresses. */
  get areNamed(): boolean {
    return this.#names !== undefined;
  }

  /** The site's name, as shown to users; its address if it has no name. */
  name(site: number): string {
    if (site === 0) return "unknown";
    if (this.#names !== undefined) return this.#names.name(site);
    return formatAddress(this.#addresses[site - 1] ?? 0);
  }

  #ofAddress(batch: EventBatch, row: number): number {
    const address = batch.returnAddress[row]!;
    if (address === 0) return 0;
    // Without names an address is a site in any process: forked children share addresses.
    const process = this.#names === undefined ? 0 : batch.process[row]!;
    const mask = this.#slots.length - 1;
    for (let slot = hash(address, process) & mask; ; slot = (slot + 1) & mask) {
      const held = this.#slots[slot]!;
      if (held === 0) return this.#add(batch, row, address, process, slot);
      if (this.#addresses[held - 1] === address && this.#processes[held - 1] === process) {
        return this.#sites[held - 1]!;
      }
    }
  }

  #add(batch: EventBatch, row: number, address: number, process: number, slot: number): number {
    const at = this.#rows;
    if (at === this.#addresses.length) {
      this.#addresses = grown(this.#addresses, at * 2);
      this.#processes = grown(this.#processes, at * 2);
      this.#sites = grown(this.#sites, at * 2);
    }
    this.#count += 1;
    const site = this.#names === undefined ? this.#count : this.#names.siteOf(batch, row);
    this.#addresses[at] = address;
    this.#processes[at] = process;
    this.#sites[at] = site;
    this.#rows += 1;
    this.#slots[slot] = this.#rows;
    if (this.#rows * 2 > this.#slots.length) this.#rehash();
    return site;
  }

  #rehash(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let row = 0; row < this.#rows; row += 1) {
      let slot = hash(this.#addresses[row]!, this.#processes[row]!) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = row + 1;
    }
    this.#slots = slots;
  }
}

/** The low 32 bits are enough to tell sites apart; `%` on a double would dominate the cost. */
function hash(address: number, process: number): number {
  const low = address | 0;
  return (Math.imul(low ^ (low >>> 15), 0x85eb_ca6b) ^ Math.imul(process, 0xc2b2_ae35)) >>> 7;
}
