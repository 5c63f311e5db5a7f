/** The formats of reports and diffs, and which one is meant. */

import { UserError } from "../../base/errors.ts";

export const reportFormats = ["html", "md", "json", "text"] as const;
export type ReportFormat = (typeof reportFormats)[number];

export interface FormatChoice {
  /** By the end of the file's name when not given. */
  readonly format?: string | undefined;
  /** Standard output when not given. */
  readonly output?: string | undefined;
}

/** `otherwise` when nothing says another. Throws a UserError for a format that there is not. */
export function formatOf(
  { format, output = "" }: FormatChoice,
  otherwise: ReportFormat,
): ReportFormat {
  const asked = format ?? formatsByEnd[output.slice(output.lastIndexOf(".") + 1)] ?? otherwise;
  const known = reportFormats.find((one) => one === asked);
  if (known !== undefined) return known;
  throw new UserError(`--format takes ${reportFormats.join(", ")}, not "${asked}"`);
}

const formatsByEnd: Readonly<Record<string, ReportFormat>> = {
  html: "html",
  htm: "html",
  md: "md",
  markdown: "md",
  json: "json",
  txt: "text",
};
