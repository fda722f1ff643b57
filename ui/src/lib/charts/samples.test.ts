import { expect, test } from 'vitest';
import {
  BALANCE,
  bounds,
  drawn,
  GAP,
  inAxisUnit,
  indexAt,
  isUsual,
  paceMarks,
  places,
  smooth,
  thin,
  token,
  workedOut,
} from './samples';

const clock = (n: number) => Int32Array.from({ length: n }, (_, i) => i * 1000);
const frame = (columns: Record<string, number[]>) => ({
  epoch: 1,
  count: Object.values(columns)[0]!.length,
  start: '',
  timeMs: clock(Object.values(columns)[0]!.length),
  columns: Object.entries(columns).map(([key, v]) => ({ key, unit: '', values: Float32Array.from(v) })),
});

test('thinning keeps every peak', () => {
  const time = clock(36_000);
  const values = new Float32Array(36_000).fill(150);
  values[20_001] = 900;
  values[7] = 0;
  const [xs, ys] = thin(time, time, values, 0, 36_000, 1000);
  expect(xs.length).toBeLessThan(2100);
  expect(Math.max(...ys.map((y) => y ?? 0))).toBe(900);
  expect(Math.min(...ys.map((y) => y ?? 1))).toBe(0);
});

test('a pause stays a hole', () => {
  const time = Int32Array.from([0, 1000, 600_000, 601_000]);
  const [, ys] = thin(time, time, [1, 2, 3, 4], 0, 4, 100);
  expect(ys).toEqual([1, 2, null, 3, 4]);
});

test('smoothing keeps a constant, spreads a peak and does not cross a pause', () => {
  const constant = smooth(clock(60), new Float32Array(60).fill(200), 30);
  expect(constant.every((v) => v === 200)).toBe(true);
  const peak = new Float32Array(60);
  peak[30] = 100;
  const spread = smooth(clock(60), peak, 10);
  expect(spread[30]).toBeCloseTo(10, 0);
  expect(spread[20]).toBe(0);
  const time = Int32Array.from([0, 1000, 60_000, 61_000]);
  expect([...smooth(time, Float32Array.from([1, 1, 9, 9]), 300)]).toEqual([1, 1, 9, 9]);
  expect(smooth(clock(3), Float32Array.from([1, NaN, 3]), 10)[1]).toBeNaN();
});

test('power is drawn above heart rate, empty channels and positions not at all', () => {
  const shown = drawn(frame({ heart_rate: [1], power: [2], cadence: [NaN], latitude: [4], distance: [5] }));
  expect(shown.map((c) => c.key)).toEqual(['power', 'heart_rate']);
  expect(indexAt(Int32Array.from([0, 10, 20]), 11)).toBe(2);
});

test('a distance axis never runs back and fills holes', () => {
  const xs = places(frame({ distance: [0, 100, NaN, 90, 300] }), 'distance', 'metric')!;
  expect([...xs].map((x) => Math.round(x * 1000))).toEqual([0, 100, 100, 100, 300]);
  expect(places(frame({ power: [1] }), 'distance', 'metric')).toBeNull();
});

test('samples stand in the unit of their axis', () => {
  const column = (key: string) => ({ key, unit: '', values: Float32Array.from([10]) });
  expect(inAxisUnit(column('speed'), 'cycling', 'metric')[0]).toBe(36);
  expect(inAxisUnit(column('speed'), 'running', 'metric')[0]).toBe(10);
  expect(inAxisUnit(column('temperature'), 'cycling', 'imperial')[0]).toBe(50);
});

test('a flat road is no alp and power begins at nought', () => {
  const [low, high] = bounds('altitude', false, 400, 402);
  expect(high - low).toBeGreaterThanOrEqual(40);
  expect(bounds('power', false, 120, 300)[0]).toBe(0);
});

test('paces are marked in round minutes from slow to quick', () => {
  const marks = paceMarks(2, 5, 1000).map((v) => Math.round(1000 / v));
  expect(marks.every((s) => s % 30 === 0)).toBe(true);
  expect(marks).toEqual([...marks].sort((a, b) => b - a));
  expect(marks.length).toBeGreaterThan(1);
});

test('what the engine works out stands beside what it comes from, with a name and a colour of its own', () => {
  const shown = drawn(
    frame({ grade: [1], altitude: [2], [BALANCE]: [3], speed: [4], [GAP]: [5], power: [6] }),
  );
  expect(shown.map((c) => c.key)).toEqual(['power', BALANCE, 'speed', GAP, 'altitude', 'grade']);
  for (const key of [GAP, BALANCE, 'grade']) {
    expect(workedOut(key)).toBeTruthy();
    expect(isUsual(key)).toBe(false);
    expect(token(key)).toMatch(/^--[a-z]+$/);
  }
  expect(token('x:Core Temp [°C]')).toBe('--accent');
  expect(inAxisUnit({ key: GAP, unit: 'm/s', values: Float32Array.from([3]) }, 'running', 'metric')[0]).toBe(
    3,
  );
  expect(bounds(BALANCE, false, 12, 20)[0]).toBe(0);
});
