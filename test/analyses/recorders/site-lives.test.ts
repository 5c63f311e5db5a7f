/** Lives by site, in columns that grow with the sites. */
import { describe, expect, it } from "vitest";
import { SiteLives } from "../../../src/analyses/recorders/site-lives.ts";
import { page } from "../../space/helpers.ts";
import { PassByHand } from "./pass-by-hand.ts";

const byAddress = {
  siteOf: (batch: { returnAddress: Float64Array }, row: number) => batch.returnAddress[row]!,
  name: String,
};

describe("lives by site", () => {
  it("are kept for sites of any number", () => {
    const run = new PassByHand(byAddress);
    const lives = run.pass.recorderOf(SiteLives);
    run.begin();
    for (const site of [63, 64, 200]) {
      run.map(10 * site, 2, { returnAddress: site }).unmap(10 * site, 2);
      run.map(10 * site, 2, { returnAddress: site });
    }
    run.finish();
    expect(lives.sites).toBe(201);
    const rows = (column: Float64Array) => [62, 63, 64, 199, 200].map((site) => column[site]);
    expect(rows(lives.births)).toEqual([0, 2, 2, 0, 2]);
    expect(rows(lives.bornBytes)).toEqual([0, 4, 4, 0, 4].map((pages) => pages * page));
    expect(rows(lives.deaths)).toEqual([0, 1, 1, 0, 1]);
    expect(rows(lives.neverUnmapped)).toEqual([0, 1, 1, 0, 1]);
    expect(rows(lives.neverUnmappedBytes)).toEqual([0, 2, 2, 0, 2].map((pages) => pages * page));
    expect(rows(lives.churned)).toEqual([0, 1, 1, 0, 1]);
    expect(rows(lives.churnedBytes)).toEqual([0, 2, 2, 0, 2].map((pages) => pages * page));
    // Event 1 is the maps text; three events a site.
    expect(rows(lives.firstSeq)).toEqual([0, 2, 5, 0, 8]);
    expect(rows(lives.churnSeq)).toEqual([0, 4, 7, 0, 10]);
  });

  it("take in what happens to a mapping after its birth by the site that made it", () => {
    const run = new PassByHand(byAddress);
    const lives = run.pass.recorderOf(SiteLives);
    run.begin().map(0, 2, { returnAddress: 1 }).move(0, 2, 4, 10, { returnAddress: 2 });
    // Unmapped in two pieces: it dies with the second, after 3,000 ns.
    run.unmap(10, 2).unmap(12, 2).finish();
    expect([...lives.births.slice(0, 3)]).toEqual([0, 1, 0]);
    expect([...lives.deaths.slice(0, 3)]).toEqual([0, 1, 0]);
    expect([lives.lifetimes.count, lives.lifetimes.sum]).toEqual([1, 3000]);
  });

  it("last no time where the clock went back, and are short then", () => {
    const run = new PassByHand(byAddress);
    const lives = run.pass.recorderOf(SiteLives);
    const more = { at: 9000, returnAddress: 1 };
    run.begin().map(0, 2, more).unmap(0, 2, { at: 5000 }).map(0, 2, more);
    const { lifetimes } = lives;
    expect([lifetimes.count, lifetimes.least, lifetimes.most]).toEqual([1, 0, 0]);
    expect(lives.churned[1]).toBe(1);
  });

  it("are not of what was found", () => {
    const run = new PassByHand(byAddress);
    const lives = run.pass.recorderOf(SiteLives);
    const found = (from: string, to: string) => `${from}-${to} rw-p 00000000 00:00 0 \n`;
    run.begin(1, found("7f0000000000", "7f0000001000") + found("7f0000002000", "7f0000003000"));
    run.unmap(0, 1).end();
    expect([lives.sites, lives.lifetimes.count]).toEqual([0, 0]);
    expect([...lives.deaths, ...lives.neverUnmapped, ...lives.neverUnmappedBytes]).toEqual(
      new Array(192).fill(0),
    );
  });
});
