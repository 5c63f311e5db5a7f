/**
 * Conditions on a diff, as `--fail-on` takes them: a metric, a relation, and a change with its sign.
 *
 *   moved>+10%     more than a tenth more growths moved
 *   moved>+0       any more than before
 *   peak>=+64MiB   64 MiB more at the peak, or still more
 *   moved-share>+5 five percentage points more
 *   in-place<-20%  a fifth fewer stayed in place
 *
 * A condition names what must not be: where it is met, the diff fails.
 */

import { UserError } from "../../base/errors.ts";
import { parseBytes, parseDuration } from "../../base/units.ts";
import {
  type MetricChange,
  metricNamed,
  metrics,
  type SiteMetricName,
  siteMetricNames,
  type Unit,
} from "./metrics.ts";

export type Relation = ">" | ">=" | "<" | "<=";

export interface Condition {
  /** As the user typed it. */
  readonly text: string;
  readonly metric: string;
  readonly unit: Unit;
  readonly relation: Relation;
  /** Signed: percent of A, or in the metric's own unit. */
  readonly amount: number;
  readonly isPercent: boolean;
}

/**
 * met: the diff fails. unknown: a figure is missing; the diff fails too, lest a regression slip by.
 */
export interface ConditionVerdict {
  readonly condition: string;
  readonly metric: string;
  readonly status: "clear" | "met" | "unknown";
  readonly a: number | null;
  readonly b: number | null;
  readonly change: number | null;
  readonly changePercent: number | null;
  readonly unit: Unit;
}

function unitOf(name: string): Unit | undefined {
  if (siteMetricNames.includes(name as SiteMetricName)) return "count";
  return metricNamed(name)?.unit;
}

/** Throws a UserError that quotes the input and shows the correct form. */
export function parseCondition(text: string): Condition {
  const match = /^\s*([\w-]+)\s*(>=|<=|>|<)\s*(.*?)\s*$/s.exec(text);
  const [, metric = "", relation = "", amountText = ""] = match ?? [];
  if (match === null) {
    throw new UserError(`the condition "${text}" has not the form METRIC RELATION CHANGE`, {
      hint: "Write it as in 'moved>+10%': a metric, one of > >= < <=, and a change with its sign.",
    });
  }
  const unit = unitOf(metric);
  if (unit === undefined) {
    throw new UserError(`the condition "${text}" has "${metric}", which is no metric`, {
      hint: `Metrics are ${metricWords()}, and each call by its name, as in 'munmap>+0'.`,
    });
  }
  const { amount, isPercent } = parseAmount(text, amountText, metric, unit);
  return { text: text.trim(), metric, unit, relation: relation as Relation, amount, isPercent };
}

function metricWords(): string {
  return [...metrics.map(({ name }) => name), ...siteMetricNames].join(", ");
}

const amountHints: Readonly<Record<Unit, string>> = {
  count: "+10% or +100",
  bytes: "+10% or +64MiB",
  nanos: "+10% or +2ms",
  share: "+10% (of what it was) or +5 (percentage points)",
};

function parseAmount(
  text: string,
  amountText: string,
  metric: string,
  unit: Unit,
): { amount: number; isPercent: boolean } {
  const hint = `${metric} takes a change with its sign: ${amountHints[unit]}.`;
  const sign = amountText[0];
  if (sign !== "+" && sign !== "-") {
    throw new UserError(`the condition "${text}" has "${amountText}", which has no sign`, { hint });
  }
  const size = amountText.slice(1);
  const isPercent = size.endsWith("%");
  const value = isPercent ? plainNumber(size.slice(0, -1)) : valueIn(unit, size);
  if (value === undefined) {
    throw new UserError(`the condition "${text}" has "${amountText}", which is no change`, {
      hint,
    });
  }
  return { amount: sign === "-" && value !== 0 ? -value : value, isPercent };
}

function plainNumber(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function valueIn(unit: Unit, text: string): number | undefined {
  switch (unit) {
    case "bytes":
      return parseBytes(text);
    case "nanos":
      return parseDuration(text) ?? (Number(text) === 0 && text !== "" ? 0 : undefined);
    case "count":
      return /^\d+$/.test(text) ? Number(text) : undefined;
    case "share":
      return plainNumber(text);
  }
}

/** Compares each condition with the change of its metric, which `changes` returns by name. */
export function judgeConditions(
  conditions: readonly Condition[],
  changes: (metric: string) => MetricChange,
): ConditionVerdict[] {
  return conditions.map((condition) => {
    const { a, b, change, changePercent } = changes(condition.metric);
    const figures = { a, b, change, changePercent, unit: condition.unit };
    const { text, metric } = condition;
    if (change === null) return { condition: text, metric, status: "unknown", ...figures };
    const isMet = holds(excess(condition, a ?? 0, change), condition.relation);
    return { condition: text, metric, status: isMet ? "met" : "clear", ...figures };
  });
}

/** By how much the change exceeds the condition's amount: negative, 0 or positive. */
function excess({ unit, amount, isPercent }: Condition, a: number, change: number): number {
  if (isPercent) {
    // Multiplied out instead of divided, so that whole numbers stay exact. If A is 0, any change
    // exceeds any percentage.
    return a === 0 ? change || -amount : 100 * change - amount * a;
  }
  const difference = change - amount;
  // Shares are quotients, so differences below 1e-9 percentage points are rounding errors.
  return unit === "share" && Math.abs(difference) < 1e-9 ? 0 : difference;
}

function holds(value: number, relation: Relation): boolean {
  switch (relation) {
    case ">":
      return value > 0;
    case ">=":
      return value >= 0;
    case "<":
      return value < 0;
    case "<=":
      return value <= 0;
  }
}
