/** Axes of durations on which equal steps are equal factors. */
import { duration } from '../format';

/** Marks worth their room, those that say most first. */
const MARKS = [
  1, 60, 3600, 300, 10, 1200, 18_000, 30, 5, 600, 7200, 120, 36_000, 1800, 2, 20, 10_800, 180, 86_400, 15,
  900, 5400, 3, 14_400,
];

/** Durations in seconds to mark between two others, where neighbours differ by `apart` or more in logarithm. */
export function durationMarks(low: number, high: number, apart: number): number[] {
  const marks: number[] = [];
  for (const s of MARKS) {
    if (s < low || s > high) continue;
    if (marks.every((m) => Math.abs(Math.log(m / s)) >= apart)) marks.push(s);
  }
  return marks.sort((a, b) => a - b);
}

/** "30 s", "5 min", "2 h", and what is not whole as a clock: "5:23". */
export function durationWords(seconds: number): string {
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  if (s % 3600 === 0) return `${s / 3600} h`;
  if (s % 60 === 0 && s < 3600) return `${s / 60} min`;
  return duration(s);
}

/** The index of the point whose duration is nearest by factor; `points` grow, -1 where there are none. */
export function nearest(points: readonly { seconds: number }[], seconds: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle]!.seconds < seconds) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [points[low - 1], points[low]];
  if (!before || !after) return before ? low - 1 : after ? low : -1;
  return seconds / before.seconds < after.seconds / seconds ? low - 1 : low;
}

/** The value at a duration on straight lines between points that grow; null outside them. */
export function valueAt(points: readonly (readonly [number, number])[], seconds: number): number | null {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle]![0] < seconds) low = middle + 1;
    else high = middle;
  }
  const [a, b] = [points[low - 1], points[low]];
  if (b && b[0] === seconds) return b[1];
  if (!a || !b) return null;
  return a[1] + ((b[1] - a[1]) * (seconds - a[0])) / (b[0] - a[0]);
}
