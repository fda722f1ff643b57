import { expect, test } from 'vitest';
import { classes, fit, nearest, scaleBar, track } from './track';

const frame = (lat: number[], lon: number[]) => ({
  epoch: 1,
  count: lat.length,
  start: '',
  timeMs: Int32Array.from(lat, (_, i) => i * 1000),
  columns: [
    { key: 'latitude', unit: '', values: Float64Array.from(lat) },
    { key: 'longitude', unit: '', values: Float64Array.from(lon) },
  ],
});

test('a degree of longitude is shorter in the north', () => {
  const t = track(frame([60, 60, 61], [10, 11, 10]))!;
  const east = t.x[1]! - t.x[0]!;
  const north = t.y[2]! - t.y[0]!;
  expect(east / north).toBeCloseTo(Math.cos((60.5 * Math.PI) / 180), 3);
});

test('a track over the date line stays in one piece', () => {
  const t = track(frame([0, 0, 0], [179.9, -179.9, -179.8]))!;
  expect(t.x[2]! - t.x[0]!).toBeLessThan(40_000);
});

test('without two positions there is no track', () => {
  expect(track(frame([NaN, 47], [NaN, 8]))).toBeNull();
  expect(track({ ...frame([], []), columns: [] })).toBeNull();
});

test('the whole track fits the picture and its points are found again', () => {
  const t = track(frame([47, 47.1, NaN, 47.05], [8, 8.1, NaN, 8.2]))!;
  const view = fit(t, null, 300, 300);
  const px = 150 + (t.x[3]! - view.x) * view.k;
  const py = 150 - (t.y[3]! - view.y) * view.k;
  expect(px).toBeGreaterThan(0);
  expect(px).toBeLessThan(300);
  expect(nearest(t, view, px + 2, py, 300, 300)).toBe(3);
  expect(nearest(t, view, -500, -500, 300, 300)).toBeNull();
  expect(scaleBar(view, 100, 1000) * view.k).toBeLessThanOrEqual(100);
});

test('classes hold equal shares', () => {
  const c = classes(Array.from({ length: 70 }, (_, i) => i));
  for (let k = 0; k < 7; k++) expect(c.filter((v) => v === k).length).toBe(10);
  expect(classes([NaN])[0]).toBe(-1);
});
