/** Kinds of memory that people distinguish, each with one word and one colour everywhere. No layout. */

/** In the order in which legends show them. */
export const memoryKinds = [
  "heap",
  "anonymous",
  "reserved",
  "file",
  "libraryText",
  "stack",
  "shared",
  "kernel",
  "tool",
] as const;

export type MemoryKind = (typeof memoryKinds)[number];

/** How a kind is shown. Colour is never the only cue: the word is in a legend or a tooltip. */
export interface KindLook {
  readonly word: string;
  /** `#rrggbb`, from Okabe and Ito's set, which the colour-blind can distinguish. */
  readonly colour: string;
  /** The same in the 256-colour palette of terminals. */
  readonly terminalColour: number;
  /** Drawn as a light pattern, because nothing can be stored there. */
  readonly isHollow?: boolean;
}

export const kindLooks: Readonly<Record<MemoryKind, KindLook>> = {
  heap: { word: "heap (brk)", colour: "#e69f00", terminalColour: 214 },
  anonymous: { word: "anonymous", colour: "#0072b2", terminalColour: 25 },
  reserved: {
    word: "reserved (no access)",
    colour: "#8c8c8c",
    terminalColour: 245,
    isHollow: true,
  },
  file: { word: "file", colour: "#56b4e9", terminalColour: 74 },
  libraryText: { word: "library text", colour: "#cc79a7", terminalColour: 175 },
  stack: { word: "stack", colour: "#009e73", terminalColour: 36 },
  shared: { word: "shared", colour: "#f0e442", terminalColour: 227 },
  kernel: { word: "kernel", colour: "#d55e00", terminalColour: 166 },
  tool: { word: "maptrail's own", colour: "#5f5f5f", terminalColour: 240 },
};
