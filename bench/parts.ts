/**
 * The two halves of the drain separately: journal records to rows, and rows to the log and back.
 */
import { type Figure, spreadOf } from "./figures.ts";
import type { Group } from "./group.ts";
import { benchJournal } from "./journal.ts";
import { benchStore } from "./store.ts";

export const parts: Group = {
  name: "parts",
  title: "Parts of the drain, on made-up calls",
  run: async ({ places, quick }) => {
    const journal = await benchJournal(quick ? 200_000 : 1_000_000);
    const store = await benchStore(places.scratch);
    const rows = journal.map(({ name, recordsPerSecond }): Figure => {
      const value = spreadOf([recordsPerSecond / 1e6]);
      return { name, way: "", unit: "M events/s", decimals: 2, value };
    });
    const log = store.map(({ name, value, unit, goal }): Figure => {
      const [sign, limit] = (goal ?? "").split(" ");
      const is = sign === ">=" ? "at least" : "at most";
      const figure = { name, way: "", unit, decimals: 2, value: spreadOf([value]) };
      if (goal === undefined) return figure;
      return { ...figure, goal: { of: "value", is, limit: Number(limit) } };
    });
    return { figures: [...rows, ...log], notes: [] };
  },
};
