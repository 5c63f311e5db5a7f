/** A pane's ready lines. */
import { Text, Transform } from "ink";
import { memo, useMemo } from "react";

interface Props {
  readonly lines: readonly string[];
  readonly width: number;
}

/**
 * Ink measures and remembers every text that it is given, for ever. It is given blanks of the right
 * size, and the lines are put in their place when the frame is written.
 */
export const Lines = memo(function Lines({ lines, width }: Props) {
  const height = lines.length;
  const blank = useMemo(() => blanks(width, height), [width, height]);
  if (height === 0) return null;
  return (
    <Transform transform={(_, row) => lines[row] ?? ""}>
      <Text>{blank}</Text>
    </Transform>
  );
});

function blanks(width: number, height: number): string {
  return Array.from({ length: height }, () => " ".repeat(width)).join("\n");
}
