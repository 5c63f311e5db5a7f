/** The visible part of a picture, and how zooming and panning change it. No drawing. */

/** Times in nanoseconds across, heights from 0 to 1 upwards. */
export interface View {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
}

/** The smallest visible share of the whole. */
const closest = 1e-9;

/** [start, end) of `length`, but at least a little of `whole`, moved to lie within it. */
function inside(
  start: number,
  length: number,
  least: number,
  most: number,
): readonly [number, number] {
  const whole = most - least;
  const kept = Math.min(whole, Math.max(length, whole * closest));
  const first = Math.min(Math.max(start, least), most - kept);
  return [first, first + kept];
}

/** A `factor` below 1 zooms in. The point at the shares `x` and `y` of the view keeps its place. */
export function zoomed(
  view: View,
  whole: View,
  factor: { readonly time: number; readonly height: number },
  x: number,
  y: number,
): View {
  const time = (view.to - view.from) * factor.time;
  const height = (view.high - view.low) * factor.height;
  const atTime = view.from + (view.to - view.from) * x;
  const atHeight = view.low + (view.high - view.low) * y;
  const [from, to] = inside(atTime - time * x, time, whole.from, whole.to);
  const [low, high] = inside(atHeight - height * y, height, whole.low, whole.high);
  return { from, to, low, high };
}

/** Moves by shares of the view; stops at the borders of `whole`. */
export function panned(view: View, whole: View, x: number, y: number): View {
  const time = view.to - view.from;
  const height = view.high - view.low;
  const [from, to] = inside(view.from + time * x, time, whole.from, whole.to);
  const [low, high] = inside(view.low + height * y, height, whole.low, whole.high);
  return { from, to, low, high };
}

export function isWhole(view: View, whole: View): boolean {
  return view.to - view.from >= whole.to - whole.from && view.high - view.low >= 1;
}
