/** Births and deaths of mappings by the site that made them, in columns by site. */
import type { Loss } from "../../space/state/lineage.ts";
import { grown, roomFor } from "../tally/columns.ts";
import { Histogram } from "../tally/histogram.ts";
import type { PassContext, Recorder } from "./recorder.ts";
import { type CurrentEvent, type MappingTrack, traits } from "./track.ts";

/** Lives up to this are short: in 1 ms a program could make about a thousand calls. */
export const shortLifeNanos = 1e6;

export class SiteLives implements Recorder {
  /** The number of rows: the highest site seen plus 1. */
  sites = 0;
  births = new Float64Array(64);
  bornBytes = new Float64Array(64);
  /** Mappings that lost their last range by a call. */
  deaths = new Float64Array(64);
  /** Still mapped when the process or the recording ended. */
  neverUnmapped = new Float64Array(64);
  neverUnmappedBytes = new Float64Array(64);
  /** Born with the size of the mapping of the same site that had died last, after a short life. */
  churned = new Float64Array(64);
  churnedBytes = new Float64Array(64);
  /** Events of the first birth, and of the first churned one. */
  firstSeq = new Float64Array(64);
  churnSeq = new Float64Array(64);
  /** Nanoseconds from birth to death, of all sites. */
  readonly lifetimes = new Histogram();
  readonly #event: CurrentEvent;
  #lastBytes = new Float64Array(64);

  constructor({ event }: PassContext) {
    this.#event = event;
  }

  born(track: MappingTrack, mapping: number, bytes: number): void {
    const site = track.bornSite(mapping);
    if (site >= this.sites) this.#ensureRow(site);
    if (this.births[site] === 0) this.firstSeq[site] = this.#event.seq;
    this.births[site]! += 1;
    this.bornBytes[site]! += bytes;
    if (this.#lastBytes[site] !== bytes) return;
    this.#lastBytes[site] = 0;
    if (this.churned[site] === 0) this.churnSeq[site] = this.#event.seq;
    this.churned[site]! += 1;
    this.churnedBytes[site]! += bytes;
  }

  died(track: MappingTrack, mapping: number, bytes: number, how: Loss): void {
    if (track.traits(mapping) & traits.found) return;
    const site = track.bornSite(mapping);
    if (site >= this.sites) this.#ensureRow(site);
    if (how === "ended") {
      this.neverUnmapped[site]! += 1;
      return;
    }
    const lifeNanos = this.#event.atNanos - track.bornAt(mapping);
    this.deaths[site]! += 1;
    this.lifetimes.add(Math.max(0, lifeNanos));
    this.#lastBytes[site] = how === "unmapped" && lifeNanos <= shortLifeNanos ? bytes : 0;
  }

  lost(track: MappingTrack, mapping: number, start: number, end: number, how: Loss): void {
    if (how === "ended") this.#noteNeverUnmapped(track, mapping, end - start);
  }

  #noteNeverUnmapped(track: MappingTrack, mapping: number, bytes: number): void {
    if (track.traits(mapping) & traits.found) return;
    const site = track.bornSite(mapping);
    if (site >= this.sites) this.#ensureRow(site);
    this.neverUnmappedBytes[site]! += bytes;
  }

  /** What is mapped when the recording ends was never unmapped. */
  finished(track: MappingTrack): void {
    for (let mapping = 1; mapping < track.end; mapping += 1) {
      const bytes = track.liveBytes(mapping);
      if (bytes === 0) continue;
      this.#noteNeverUnmapped(track, mapping, bytes);
      this.died(track, mapping, bytes, "ended");
    }
  }

  #ensureRow(site: number): void {
    this.sites = site + 1;
    if (site < this.births.length) return;
    const room = roomFor(site, this.births.length);
    this.births = grown(this.births, room);
    this.bornBytes = grown(this.bornBytes, room);
    this.deaths = grown(this.deaths, room);
    this.neverUnmapped = grown(this.neverUnmapped, room);
    this.neverUnmappedBytes = grown(this.neverUnmappedBytes, room);
    this.churned = grown(this.churned, room);
    this.churnedBytes = grown(this.churnedBytes, room);
    this.firstSeq = grown(this.firstSeq, room);
    this.churnSeq = grown(this.churnSeq, room);
    this.#lastBytes = grown(this.#lastBytes, room);
  }
}
