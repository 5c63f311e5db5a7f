/** Figures as an aligned table. */
import { alignColumns } from "../src/base/columns.ts";
import { type Figure, goalText, isMet, type Spread } from "./figures.ts";

const head = ["", "", "median", "min .. max", "unit", "ratio", "added", "goal", ""];
const columns = head.map((_, i) => ({ align: i < 2 || i === 4 ? "left" : "right" }) as const);

function number(value: number, decimals: number): string {
  const [whole = "", fraction] = value.toFixed(decimals).split(".");
  const marked = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? marked : `${marked}.${fraction}`;
}

function signed(value: number, decimals: number): string {
  return `${value < 0 ? "" : "+"}${number(value, decimals)}`;
}

function cell(spread: Spread | undefined, write: (value: number) => string): string {
  return spread === undefined ? "" : write(spread.median);
}

function verdict(figure: Figure): string {
  const met = isMet(figure);
  return met === undefined ? "" : met ? "met" : "MISSED";
}

function rowOf(figure: Figure, name: string): string[] {
  const { value, decimals, ratio, added, goal } = figure;
  if (value === undefined) return [name, figure.way, "", `(${figure.missing ?? "not measured"})`];
  const range =
    value.count < 2 ? "" : `${number(value.min, decimals)} .. ${number(value.max, decimals)}`;
  return [
    name,
    figure.way,
    number(value.median, decimals),
    range,
    figure.unit,
    cell(ratio, (x) => `x${x.toFixed(2)}`),
    cell(added, (x) => signed(x, decimals)),
    goal === undefined ? "" : goalText(goal),
    verdict(figure),
  ];
}

/** Lines of the table; a figure's name appears once, above the ways in which it was measured. */
export function tableLines(figures: readonly Figure[]): string[] {
  const present = figures.filter(({ value }) => value !== undefined);
  let before = "";
  const rows = present.map((figure) => {
    const name = figure.name === before ? "" : figure.name;
    before = figure.name;
    return rowOf(figure, name);
  });
  return [...alignColumns([head, ...rows], columns), ...missingLines(figures)];
}

/** States once for each way and reason what could not be measured. */
function missingLines(figures: readonly Figure[]): string[] {
  const lines = figures
    .filter(({ value }) => value === undefined)
    .map(({ way, missing }) => `not available: ${way} (${missing ?? "not measured"})`);
  return [...new Set(lines)];
}
