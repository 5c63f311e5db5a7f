/** The one leaf of the tree: a box whose content is lines with colours, ready for the terminal. */
import { Box, type DOMElement } from "ink";
import { createContext, memo, useContext, useLayoutEffect, useRef } from "react";
import type { PaneSize } from "../draw/layout.ts";
import type { Mouse } from "../terminal/keys.ts";
import type { Surface } from "./surface.ts";

export const SurfaceContext = createContext<Surface | undefined>(undefined);

export function useSurface(): Surface {
  const surface = useContext(SurfaceContext);
  if (surface === undefined) throw new Error("there is no SurfaceContext above this component");
  return surface;
}

interface Props {
  readonly lines: readonly string[];
  /** As wide as the parent and as high as the lines when not given. */
  readonly size?: PaneSize | undefined;
  readonly onMouse?: (mouse: Mouse) => void;
}

export const Lines = memo(function Lines({ lines, size, onMouse }: Props) {
  const surface = useSurface();
  const box = useRef<DOMElement>(null);
  useLayoutEffect(() => surface.place(box.current!, { lines, onMouse }), [surface, lines, onMouse]);
  const { width, height } = size ?? { width: undefined, height: lines.length };
  return <Box ref={box} width={width} height={height} flexShrink={0} />;
});
