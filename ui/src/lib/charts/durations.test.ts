import { expect, test } from 'vitest';
import { durationMarks, durationWords, nearest, valueAt } from './durations';

test('marks of durations keep their distance and grow', () => {
  for (const apart of [0.3, 0.6, 1, 2]) {
    const marks = durationMarks(1, 20_000, apart);
    expect(marks).toEqual([...marks].sort((a, b) => a - b));
    for (let i = 1; i < marks.length; i++)
      expect(Math.log(marks[i]! / marks[i - 1]!)).toBeGreaterThanOrEqual(apart);
  }
});

test('second, minute and hour are marked whenever there is room for three', () => {
  expect(durationMarks(1, 10_000, 3)).toEqual([1, 60, 3600]);
  expect(durationMarks(1, 10_000, 0.5)).toEqual([1, 2, 5, 10, 30, 60, 120, 300, 600, 1200, 3600, 7200]);
});

test('no mark lies outside what is shown', () => {
  expect(durationMarks(100, 110, 0.1)).toEqual([]);
  expect(durationMarks(2, 59, 0.5).every((s) => s >= 2 && s <= 59)).toBe(true);
});

test('whole durations are told in words and others as a clock', () => {
  expect([1, 59, 60, 90, 1200, 3600, 5400, 7200, 3723].map(durationWords)).toEqual([
    '1 s',
    '59 s',
    '1 min',
    '1:30',
    '20 min',
    '1 h',
    '1:30:00',
    '2 h',
    '1:02:03',
  ]);
});

test('the nearest duration is nearest by factor, not by difference', () => {
  const points = [1, 10, 100].map((seconds) => ({ seconds }));
  expect(nearest(points, 3)).toBe(0);
  expect(nearest(points, 4)).toBe(1);
  expect(nearest(points, 40)).toBe(2);
  expect(nearest(points, 0.1)).toBe(0);
  expect(nearest(points, 1e6)).toBe(2);
  expect(nearest([], 5)).toBe(-1);
});

test('a curve is read between its points and not beyond them', () => {
  const curve = [
    [1, 500],
    [2, 400],
    [4, 300],
  ] as const;
  expect(valueAt(curve, 2)).toBe(400);
  expect(valueAt(curve, 3)).toBe(350);
  expect(valueAt(curve, 0.5)).toBeNull();
  expect(valueAt(curve, 5)).toBeNull();
  expect(valueAt([], 5)).toBeNull();
});
