import { expect, test } from 'vitest';
import { dayOf, isoOf } from '../../lib/charts/days';
import {
  barDays,
  blocks,
  course,
  formZone,
  intensity,
  median,
  merged,
  monotonyWord,
  rampWord,
  reachedBy,
  repeated,
  seasonOf,
  seasonSpan,
  signed,
  strainWord,
  taperPlans,
  typedLoad,
  undone,
} from './season';
import type { FitnessView, Week } from './wire';

const week = (monday: string, over: Partial<Week> = {}): Week => ({
  monday,
  count: 3,
  load: 200,
  movingS: 3600,
  distanceM: 10_000,
  ascentM: 100,
  monotony: 1,
  strain: 200,
  easyS: 0,
  moderateS: 0,
  hardS: 0,
  distribution: null,
  polarisation: null,
  ...over,
});

test('each form lies in one zone and the bounds belong to the fresher one', () => {
  expect([30, 5, 4.9, -10, -10.1, -30, -30.1].map((v) => formZone(v).key)).toEqual([
    'fresh',
    'fresh',
    'neutral',
    'neutral',
    'optimal',
    'optimal',
    'overload',
  ]);
});

test('alarm is raised beyond the stated bounds and not on them', () => {
  expect(rampWord(8.1)[1]).toBe('bad');
  expect(rampWord(8)[1]).toBe('warn');
  expect(rampWord(5)[1]).toBe('good');
  expect(rampWord(-3)[0]).toBe('falling');
  expect(rampWord(null)[1]).toBe('');
  expect([1.49, 1.5, 2].map((m) => monotonyWord(m)[1])).toEqual(['good', 'warn', 'bad']);
});

test('strain is told against one’s own weeks, of which the running one is none', () => {
  const weeks = Array.from({ length: 8 }, () => week('2026-01-05'));
  expect(strainWord(300, weeks)[1]).toBe('warn');
  expect(strainWord(400, weeks)[1]).toBe('bad');
  expect(strainWord(100, weeks)[0]).toBe('low for you');
  expect(strainWord(400, weeks.slice(0, 3))[1]).toBe('');
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});

test('a change has its sign and a rounded nothing has none', () => {
  expect([3.2, -3.2, -0.2, 0].map((v) => signed(v))).toEqual(['+3', '−3', '0', '0']);
});

test('intensity is shares, or nothing where no zone is known', () => {
  expect(intensity(week('2026-01-05'))).toBeNull();
  expect(intensity(week('2026-01-05', { easyS: 6, moderateS: 3, hardS: 1 }))).toEqual([0.6, 0.3, 0.1]);
});

test('blocks of a week begin on Mondays and cover each entry once', () => {
  const first = dayOf('2026-11-18');
  const found = blocks(first, 0, 20, 7);
  expect(found[0]).toEqual([0, 4]);
  expect(isoOf(first + found[1]![0])).toBe('2026-11-23');
  expect(found.reduce((n, [a, b]) => n + b - a + 1, 0)).toBe(21);
  expect(blocks(first, 3, 6, 1)).toEqual([3, 4, 5, 6].map((i) => [i, i]));
});

test('bars that could not be told apart stand for more days', () => {
  expect(barDays(120, 1000)).toBe(1);
  expect(barDays(334, 1000)).toBe(7);
  expect(barDays(1000, 1000)).toBe(7);
  expect(barDays(7300, 1000)).toBe(28);
});

const view = (first: string, load: number[], weeks: Week[]) =>
  ({ first, load, weeks }) as unknown as FitnessView;

test('a season adds up by day for load and by week for time, up to today', () => {
  const v = view(
    '2026-01-01',
    [10, 0, 20, 5, 5, 0, 0, 0, 30, 0],
    [week('2025-12-29', { movingS: 100 }), week('2026-01-05', { movingS: 200 })],
  );
  const load = course(v, 'load', dayOf('2026-01-04'));
  expect(load.days).toEqual([0, 1, 2, 3, 4]);
  expect(load.sums).toEqual([0, 10, 10, 30, 35]);
  const time = course(v, 'time', dayOf('2026-12-31'));
  // The second week ends with the season's last entry.
  expect(time.days).toEqual([0, 4, 10]);
  expect(time.sums).toEqual([0, 100, 300]);
  expect(reachedBy(time, 2)).toBe(50);
  expect(reachedBy(time, 10)).toBe(300);
  expect(reachedBy(time, 11)).toBeNull();
});

test('a season may begin in any month', () => {
  expect(seasonSpan(2024, 1)).toEqual(['2024-01-01', '2024-12-31']);
  expect(seasonSpan(2025, 11)).toEqual(['2025-11-01', '2026-10-31']);
  expect(seasonOf('2026-10-31', 11)).toBe(2025);
  expect(seasonOf('2026-11-01', 11)).toBe(2026);
});

test('a week is repeated on its weekdays and rest plans nothing', () => {
  const plans = repeated(dayOf('2026-11-25'), dayOf('2026-12-03'), [null, 60, 0, 0, 0, 120, 0], 'Base');
  expect(plans.map((p) => [p.day, p.load])).toEqual([
    ['2026-11-28', 120],
    ['2026-12-01', 60],
  ]);
  expect(plans.every((p) => p.title === 'Base')).toBe(true);
});

test('taking plans back puts what stood there and frees the other days', () => {
  const before = [{ day: '2026-12-01', load: 80, title: 'Ride' }];
  const wrote = ['2026-12-01', '2026-12-02'].map((day) => ({ day, load: 50, title: '' }));
  expect(undone(wrote, before)).toEqual([before[0], { day: '2026-12-02', load: 0, title: '' }]);
});

test('a taper becomes plans from the day after the start to the eve of the race', () => {
  const race = dayOf('2026-12-10');
  const taper = { shape: 'step' as const, days: 2, reduction: 0.5 };
  const outcome = { taper, loads: [80, 80.4, 40.2, 40.2], totalReduction: 0.5, race, ctl: 0, atl: 0, tsb: 0 };
  const plans = taperPlans(outcome, [{ day: '2026-12-09', load: 80, title: 'Openers' }]);
  expect(plans.map((p) => [p.day, p.load, p.title])).toEqual([
    ['2026-12-06', 80, ''],
    ['2026-12-07', 80, ''],
    ['2026-12-08', 40, 'Taper'],
    ['2026-12-09', 40, 'Openers'],
  ]);
});

test('a load is typed with comma or point, nothing is rest, and nonsense is none', () => {
  expect(['', '80', '80,5', ' 0 '].map(typedLoad)).toEqual([0, 80, 80.5, 0]);
  expect(['abc', '-5', '2001', '1e9'].map(typedLoad)).toEqual([null, null, null, null]);
});

test('where two lists of plans speak of one day the later holds', () => {
  const plan = (day: string, load: number) => ({ day, load, title: '' });
  expect(
    merged(
      [plan('2026-12-01', 1), plan('2026-12-02', 2)],
      [plan('2026-12-02', 5), plan('2026-12-03', 3)],
    ).map((p) => p.load),
  ).toEqual([1, 5, 3]);
});
