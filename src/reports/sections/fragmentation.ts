/** The fragmentation section of reports. */
import type { FragmentationData } from "../../analyses/fragmentation.ts";
import { formatBytes, formatCount, formatShare } from "../../base/units.ts";
import { type Section, table } from "./section.ts";

export const fragmentationSection: Section<FragmentationData> = {
  tables: (data, style) => [
    table(
      ["process", "gaps", "free", "largest", "mapped of the span"],
      data.processes.map((one) => [
        one.name,
        formatCount(one.gaps),
        formatBytes(one.gapBytes),
        formatBytes(one.largestGapBytes),
        formatShare(one.mappedBytes, one.mappedBytes + one.gapBytes),
      ]),
      style,
    ),
  ],
  plot: {
    none: "the gaps stand between the rectangles of the address-time picture, which shows them better",
  },
};
