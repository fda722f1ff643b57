/** What is drawn of the samples: which columns, in which units, thinned and smoothed. No canvas here. */
import type { Units } from '../ipc';
import type { Column, Frame } from '../ipc/frame';
import { onFoot, paced } from '../format';

/** What the engine works out at each sample; the names stand in the frame. */
export const GAP = 'x:Grade-adjusted speed [m/s]';
export const BALANCE = 'x:W′ balance [kJ]';

const USUAL = ['power', 'heart_rate', 'speed', 'cadence', 'altitude', 'temperature'];
const ORDER = ['power', BALANCE, 'heart_rate', 'speed', GAP, 'cadence', 'altitude', 'grade', 'temperature'];
const NAMES: Record<string, string> = {
  [GAP]: 'Grade-adjusted pace',
  [BALANCE]: 'W′ balance',
  grade: 'Grade',
};
const TOKENS: Record<string, string> = { [GAP]: '--running', [BALANCE]: '--accent', grade: '--foot' };

/** The name of a column that the engine worked out. */
export const workedOut = (key: string): string | undefined => NAMES[key];
/** The token of a column's colour; a recorder's own share one. */
export const token = (key: string) => TOKENS[key] ?? (USUAL.includes(key) ? `--${key}` : '--accent');
/** Whether a column counts metres per second. */
export const isSpeed = (key: string) => key === 'speed' || key === GAP;
/** Recorded along the way, and no curve to look at. */
const UNDRAWN = ['latitude', 'longitude', 'distance'];

/** The columns to draw, the usual ones first, a recorder's own after them. */
export function drawn(frame: Frame): Column[] {
  const place = (c: Column) => (ORDER.includes(c.key) ? ORDER.indexOf(c.key) : ORDER.length);
  return frame.columns
    .filter((c) => !UNDRAWN.includes(c.key) && c.values.some((v) => Number.isFinite(v)))
    .sort((a, b) => place(a) - place(b));
}

/** Whether a column is shown before the reader asks for more. */
export const isUsual = (key: string) => USUAL.includes(key);

/** The samples in the unit of their axis, so that its marks fall on round numbers; a pace stays a speed. */
export function inAxisUnit(column: Column, sport: string, units: Units): Float32Array {
  const metric = units === 'metric';
  let [factor, offset] = [1, 0];
  if (column.key === 'cadence' && onFoot(sport)) factor = 2;
  else if (isSpeed(column.key) && !paced(sport)) factor = metric ? 3.6 : 2.2369363;
  else if (column.key === 'altitude' && !metric) factor = 3.28084;
  else if (column.key.endsWith('temperature') && !metric) [factor, offset] = [1.8, 32];
  if (factor === 1 && offset === 0 && column.values instanceof Float32Array) return column.values;
  const out = new Float32Array(column.values.length);
  for (let i = 0; i < out.length; i++) out[i] = column.values[i]! * factor + offset;
  return out;
}

/**
 * The mean of the samples within half of `seconds` on both sides, each sample counting once; a hole
 * longer than ten seconds is not smoothed over.
 */
export function smooth(timeMs: Int32Array, values: Float32Array, seconds: number): Float32Array {
  if (seconds <= 1) return values;
  const half = (seconds * 1000) / 2;
  const out = new Float32Array(values.length);
  let [from, to, sum, count] = [0, 0, 0, 0];
  const take = (i: number, sign: number) => {
    const v = values[i]!;
    if (Number.isNaN(v)) return;
    sum += sign * v;
    count += sign;
  };
  for (let i = 0; i < values.length; i++) {
    if (i > 0 && timeMs[i]! - timeMs[i - 1]! > 10_000) {
      while (from < i) take(from++, -1);
      to = Math.max(to, i);
    }
    while (to < values.length && timeMs[to]! < timeMs[i]! + half) {
      if (to > i && timeMs[to]! - timeMs[to - 1]! > 10_000) break;
      take(to++, 1);
    }
    while (timeMs[from]! < timeMs[i]! - half) take(from++, -1);
    out[i] = Number.isNaN(values[i]!) || count === 0 ? NaN : sum / count;
  }
  return out;
}

/** What the shared axis counts: seconds, kilometres (miles) that never run back, or samples. */
export type Axis = 'time' | 'distance' | 'sample';

/** The place of each sample on the axis; null where the recording cannot say. */
export function places(frame: Frame, axis: Axis, units: Units): Float64Array | null {
  const xs = new Float64Array(frame.count);
  if (axis === 'time') {
    for (let i = 0; i < xs.length; i++) xs[i] = frame.timeMs[i]! / 1000;
    return xs;
  }
  if (axis === 'sample') {
    for (let i = 0; i < xs.length; i++) xs[i] = i;
    return xs;
  }
  const metres = frame.columns.find((c) => c.key === 'distance')?.values;
  if (!metres) return null;
  const factor = units === 'metric' ? 0.001 : 0.001 / 1.609344;
  let last = 0;
  for (let i = 0; i < xs.length; i++) {
    const x = metres[i]! * factor;
    // A hole compares false and keeps the last place.
    if (x > last) last = x;
    xs[i] = last;
  }
  return xs;
}

/**
 * At most two points a bucket, lowest and highest in their order, so that no peak is lost; a hole
 * longer than ten seconds stays a hole.
 */
export function thin(
  xs: ArrayLike<number>,
  timeMs: Int32Array,
  values: ArrayLike<number>,
  from: number,
  to: number,
  buckets: number,
): [number[], (number | null)[]] {
  const x: number[] = [];
  const y: (number | null)[] = [];
  const size = Math.max(1, Math.ceil((to - from) / buckets));
  for (let start = from; start < to; start += size) {
    const end = Math.min(to, start + size);
    let low = -1;
    let high = -1;
    for (let i = start; i < end; i++) {
      const v = values[i]!;
      if (Number.isNaN(v)) continue;
      if (low < 0 || v < values[low]!) low = i;
      if (high < 0 || v > values[high]!) high = i;
    }
    if (start > from && timeMs[start]! - timeMs[start - 1]! > 10_000) {
      x.push((xs[start - 1]! + xs[start]!) / 2);
      y.push(null);
    }
    if (low < 0) {
      x.push(xs[start]!);
      y.push(null);
      continue;
    }
    for (const i of low === high ? [low] : [Math.min(low, high), Math.max(low, high)]) {
      x.push(xs[i]!);
      y.push(values[i]!);
    }
  }
  return [x, y];
}

/** The first index whose value is not below `v`; `sorted` never decreases. */
export function indexAt(sorted: ArrayLike<number>, v: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < v) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Bounds of the upright axis that do not make hills of noise. */
export function bounds(key: string, pace: boolean, low: number, high: number): [number, number] {
  const widened = (span: number): [number, number] => {
    const pad = Math.max((span - (high - low)) / 2, (high - low) * 0.06);
    return [low - pad, high + pad];
  };
  if (isSpeed(key) && pace) return [Math.max(0, low), high * 1.04 + 0.01];
  if (isSpeed(key) || ['power', 'cadence', BALANCE].includes(key))
    return [Math.min(0, low), high * 1.06 + 0.01];
  if (key === 'altitude') return widened(40);
  if (key.endsWith('temperature') || key === 'grade') return widened(6);
  if (key === 'heart_rate') return widened(30);
  return widened(1e-6);
}

const PACES = [120, 150, 180, 210, 240, 270, 300, 330, 360, 420, 480, 600, 720, 900, 1200, 1800];
/** Round paces between two speeds, in metres per second, no closer than a part of the span. */
export function paceMarks(low: number, high: number, metres: number): number[] {
  const marks: number[] = [];
  for (const pace of metres < 500 ? PACES.map((p) => p / 2) : PACES) {
    const v = metres / pace;
    if (v < low || v > high) continue;
    if (marks.length && marks.at(-1)! - v < (high - low) / 4) continue;
    marks.push(v);
  }
  return marks.reverse();
}
