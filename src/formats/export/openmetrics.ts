/** The totals of a recording in the text format of OpenMetrics 1.0, for Prometheus and its kin. */

import type { Exporter, ExportSource } from "./exporter.ts";

interface Family {
  readonly name: string;
  readonly type: "counter" | "gauge" | "info";
  readonly unit?: "bytes" | "seconds";
  readonly help: string;
  readonly samples: readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[];
}

export const openmetrics: Exporter = {
  name: "openmetrics",
  writes: "the totals: calls, growths, time, peaks",
  isBinary: false,
  run: (source, out) => out.text(`${families(source).map(familyText).join("")}# EOF\n`),
};

function families(source: ExportSource): Family[] {
  const { recording } = source;
  const totals = source.totals();
  const { calls, growths } = totals;
  const perCall = (value: (call: (typeof calls)[number]) => number): Family["samples"] =>
    calls.map((one) => [{ call: one.call }, value(one)]);
  const perOutcome = (value: (growth: (typeof growths)[number]) => number): Family["samples"] =>
    growths.map((one) => [{ outcome: one.outcome }, value(one)]);
  const gauge = (value: number | undefined): Family["samples"] =>
    value === undefined ? [] : [[{}, value]];
  const about = { id: String(recording.id), source: recording.source };
  return [
    {
      name: "maptrail_recording",
      type: "info",
      help: "The recording that the figures are of.",
      samples: [[{ ...about, command: recording.command.join(" ") }, 1]],
    },
    {
      name: "maptrail_recording_duration_seconds",
      type: "gauge",
      unit: "seconds",
      help: "Time from the first event to the last.",
      samples: gauge(recording.durationNanos / 1e9),
    },
    {
      name: "maptrail_processes",
      type: "gauge",
      help: "Address spaces, from exec or fork to their end.",
      samples: gauge(source.processes.length),
    },
    {
      name: "maptrail_calls",
      type: "counter",
      help: "Calls by name.",
      samples: perCall(({ count }) => count),
    },
    {
      name: "maptrail_failed_calls",
      type: "counter",
      help: "Calls that failed, by name.",
      samples: perCall(({ failed }) => failed),
    },
    {
      name: "maptrail_call_seconds",
      type: "counter",
      unit: "seconds",
      help: "Time in the kernel, by call.",
      samples: perCall(({ nanos }) => nanos / 1e9),
    },
    {
      name: "maptrail_growths",
      type: "counter",
      help: "What became of calls that asked for another size.",
      samples: perOutcome(({ count }) => count),
    },
    {
      name: "maptrail_growth_bytes",
      type: "counter",
      unit: "bytes",
      help: "By how much mappings changed their size.",
      samples: perOutcome(({ bytes }) => bytes),
    },
    {
      name: "maptrail_growth_seconds",
      type: "counter",
      unit: "seconds",
      help: "Time in such calls.",
      samples: perOutcome(({ nanos }) => nanos / 1e9),
    },
    {
      name: "maptrail_lost_calls",
      type: "counter",
      help: "Calls that are known to be missing.",
      samples: gauge(totals.lostCalls),
    },
    {
      name: "maptrail_peak_mapped_bytes",
      type: "gauge",
      unit: "bytes",
      help: "The most that one process had mapped.",
      samples: gauge(totals.peakMappedBytes),
    },
    {
      name: "maptrail_peak_regions",
      type: "gauge",
      help: "The most regions that one process had.",
      samples: gauge(totals.peakRegions),
    },
  ];
}

function familyText({ name, type, unit, help, samples }: Family): string {
  const suffix = type === "counter" ? "_total" : type === "info" ? "_info" : "";
  const lines = [
    `# TYPE ${name} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${escaped(help)}`,
    ...samples.map(([labels, value]) => `${name}${suffix}${labelText(labels)} ${value}`),
  ];
  return `${lines.join("\n")}\n`;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}
