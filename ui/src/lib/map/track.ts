/** A track as plane metres, and where it is on a picture. No canvas here. */
import type { Frame } from '../ipc/frame';

/** Metres east and north of the middle, one pair a sample; NaN where there was no position. */
export type Track = { x: Float64Array; y: Float64Array; box: [number, number, number, number] };

const METRES_PER_DEGREE = 111_195;

/** Equirectangular around the middle latitude: true to shape at the size of a ride. */
export function track(frame: Frame): Track | null {
  const lat = frame.columns.find((c) => c.key === 'latitude')?.values;
  const lon = frame.columns.find((c) => c.key === 'longitude')?.values;
  if (!lat || !lon) return null;
  // Plain loops: ten hours of samples pass here before the first chart is seen.
  let south = 90;
  let north = -90;
  let west = 540;
  let east = -540;
  let first = NaN;
  let seen = 0;
  const x = new Float64Array(lat.length);
  const y = new Float64Array(lat.length);
  for (let i = 0; i < lat.length; i++) {
    const a = lat[i]!;
    let l = lon[i]!;
    if (!(a === a && l === l)) {
      x[i] = y[i] = NaN;
      continue;
    }
    if (seen++ === 0) first = l;
    // Across the date line longitudes go on counting.
    if (l - first > 180) l -= 360;
    else if (l - first < -180) l += 360;
    x[i] = l;
    y[i] = a;
    if (a < south) south = a;
    if (a > north) north = a;
    if (l < west) west = l;
    if (l > east) east = l;
  }
  if (seen < 2) return null;
  const midLat = (south + north) / 2;
  const midLon = (west + east) / 2;
  const wide = METRES_PER_DEGREE * Math.cos((midLat * Math.PI) / 180);
  for (let i = 0; i < x.length; i++) {
    x[i] = (x[i]! - midLon) * wide;
    y[i] = (y[i]! - midLat) * METRES_PER_DEGREE;
  }
  return {
    x,
    y,
    box: [
      (west - midLon) * wide,
      (south - midLat) * METRES_PER_DEGREE,
      (east - midLon) * wide,
      (north - midLat) * METRES_PER_DEGREE,
    ],
  };
}

/** Metres in the middle of the picture, and pixels a metre. */
export type View = { x: number; y: number; k: number };

/** The view in which a part of the track fills the picture, with a margin. */
export function fit(t: Track, range: [number, number] | null, width: number, height: number): View {
  let [x0, y0, x1, y1] = t.box;
  if (range) {
    [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = range[0]; i <= range[1]; i++) {
      if (Number.isNaN(t.x[i]!)) continue;
      [x0, x1] = [Math.min(x0, t.x[i]!), Math.max(x1, t.x[i]!)];
      [y0, y1] = [Math.min(y0, t.y[i]!), Math.max(y1, t.y[i]!)];
    }
    if (x0 > x1) return fit(t, null, width, height);
  }
  const margin = 30;
  const k = Math.min(
    (width - 2 * margin) / Math.max(60, x1 - x0),
    (height - 2 * margin) / Math.max(60, y1 - y0),
  );
  return { x: (x0 + x1) / 2, y: (y0 + y1) / 2, k };
}

/** The sample nearest to a place on the picture, if one is near. */
export function nearest(
  t: Track,
  view: View,
  px: number,
  py: number,
  width: number,
  height: number,
): number | null {
  const x = view.x + (px - width / 2) / view.k;
  const y = view.y - (py - height / 2) / view.k;
  let best = (24 / view.k) ** 2;
  let found: number | null = null;
  for (let i = 0; i < t.x.length; i++) {
    const d = (t.x[i]! - x) ** 2 + (t.y[i]! - y) ** 2;
    if (d < best) [best, found] = [d, i];
  }
  return found;
}

/** A round length that takes at most `most` pixels, in metres. */
export function scaleBar(view: View, most: number, metresPerUnit: number): number {
  const units = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500];
  return (units.filter((u) => u * metresPerUnit * view.k <= most).at(-1) ?? 0.01) * metresPerUnit;
}

/** Each value's place among seven classes of equal share; -1 where there is none. */
export function classes(values: ArrayLike<number>): Int8Array {
  const finite = Array.from(values)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const limits = [1, 2, 3, 4, 5, 6].map((i) => finite[Math.floor((i * finite.length) / 7)] ?? Infinity);
  return Int8Array.from(values, (v) => (Number.isFinite(v) ? limits.filter((l) => v >= l).length : -1));
}
