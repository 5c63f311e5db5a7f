/** Input and result of each part of the benchmark. */
import type { NativeFiles } from "../src/recorder/native-build.ts";
import type { Figure } from "./figures.ts";
import type { Places } from "./places.ts";
import type { Ways } from "./ways.ts";

export interface Bench {
  readonly native: NativeFiles;
  readonly places: Places;
  readonly ways: Ways;
  readonly rounds: number;
  /** Fewer calls and shorter programs: shows that the benchmark works; not for quoting figures. */
  readonly quick: boolean;
}

export interface Outcome {
  readonly figures: readonly Figure[];
  /** Lines below the table. */
  readonly notes: readonly string[];
}

export interface Group {
  /** The name that --only takes. */
  readonly name: string;
  readonly title: string;
  readonly run: (bench: Bench) => Promise<Outcome>;
}
