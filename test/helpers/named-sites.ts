/** Names for the places that calls come from, told apart by their return addresses alone. */
import type { SiteNames } from "../../src/analyses/recorders/sites.ts";

/** `{ 0x10: "main (a.c:1)" }`: sites are numbered as they are written; an address that is not there is 0, unknown. */
export function namedSites(names: Readonly<Record<number, string>>): SiteNames {
  const addresses = Object.keys(names).map(Number);
  return {
    siteOf: (batch, row) => addresses.indexOf(batch.returnAddress[row]!) + 1,
    name: (site) => (site === 0 ? "unknown" : (names[addresses[site - 1]!] ?? "unknown")),
  };
}
