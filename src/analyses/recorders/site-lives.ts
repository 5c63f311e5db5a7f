/** Births and deaths of mappings by the site that made them, in columns by site. */
import type { Loss } from "../../space/state/lineage.ts";
import { grown, roomFor } from "../tally/columns.ts";
import { Histogram } from "../tally/histogram.ts";
import { type CurrentEvent, type MappingTrack, traits } from "./track.ts";

/** A mapping that lived no longer than this was not worth a call: 1 ms is some thousand calls. */
export const shortLifeNanos = 1e6;

export class SiteLives {
  /** Sites up to this one have rows. */
  sites = 0;
  born = new Float64Array(64);
  bornBytes = new Float64Array(64);
  /** Lost their last range by a call. */
  died = new Float64Array(64);
  /** Mapped until the process or the recording ended. */
  stayed = new Float64Array(64);
  stayedBytes = new Float64Array(64);
  /** Born with the size of the mapping of the same site that had died just before, after a short life. */
  churned = new Float64Array(64);
  churnedBytes = new Float64Array(64);
  /** Event of the first birth, and of the first churned one. */
  firstSeq = new Float64Array(64);
  churnSeq = new Float64Array(64);
  /** Nanoseconds from birth to death, of all sites. */
  readonly lifetimes = new Histogram();
  readonly #event: CurrentEvent;
  #lastBytes = new Float64Array(64);

  constructor(event: CurrentEvent) {
    this.#event = event;
  }

  noteBorn(site: number, bytes: number): void {
    if (site >= this.sites) this.#reach(site);
    if (this.born[site] === 0) this.firstSeq[site] = this.#event.seq;
    this.born[site]! += 1;
    this.bornBytes[site]! += bytes;
    if (this.#lastBytes[site] !== bytes) return;
    this.#lastBytes[site] = 0;
    if (this.churned[site] === 0) this.churnSeq[site] = this.#event.seq;
    this.churned[site]! += 1;
    this.churnedBytes[site]! += bytes;
  }

  noteDied(track: MappingTrack, mapping: number, bytes: number, how: Loss): void {
    if (track.traits(mapping) & traits.found) return;
    const site = track.bornSite(mapping);
    if (site >= this.sites) this.#reach(site);
    if (how === "ended") {
      this.stayed[site]! += 1;
      return;
    }
    const lifeNanos = this.#event.atNanos - track.bornAt(mapping);
    this.died[site]! += 1;
    this.lifetimes.add(Math.max(0, lifeNanos));
    this.#lastBytes[site] = how === "unmapped" && lifeNanos <= shortLifeNanos ? bytes : 0;
  }

  /** Bytes that a mapping had when its process ended. */
  noteEnded(track: MappingTrack, mapping: number, bytes: number): void {
    if (track.traits(mapping) & traits.found) return;
    const site = track.bornSite(mapping);
    if (site >= this.sites) this.#reach(site);
    this.stayedBytes[site]! += bytes;
  }

  /** The recording ends: what still lives has stayed. */
  noteAlive(track: MappingTrack): void {
    for (let mapping = 1; mapping < track.end; mapping += 1) {
      const bytes = track.liveBytes(mapping);
      if (bytes === 0) continue;
      this.noteEnded(track, mapping, bytes);
      this.noteDied(track, mapping, bytes, "ended");
    }
  }

  #reach(site: number): void {
    this.sites = site + 1;
    if (site < this.born.length) return;
    const room = roomFor(site, this.born.length);
    this.born = grown(this.born, room);
    this.bornBytes = grown(this.bornBytes, room);
    this.died = grown(this.died, room);
    this.stayed = grown(this.stayed, room);
    this.stayedBytes = grown(this.stayedBytes, room);
    this.churned = grown(this.churned, room);
    this.churnedBytes = grown(this.churnedBytes, room);
    this.firstSeq = grown(this.firstSeq, room);
    this.churnSeq = grown(this.churnSeq, room);
    this.#lastBytes = grown(this.#lastBytes, room);
  }
}
