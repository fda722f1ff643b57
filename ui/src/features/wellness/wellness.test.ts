import { expect, test } from 'vitest';
import { dayOf } from '../../lib/charts/days';
import type { Track } from '../../lib/ipc';
import {
  changes,
  FIELDS,
  fieldText,
  fieldValue,
  keptOf,
  missingBy,
  nightHours,
  ownSpan,
  partValue,
  reach,
  runs,
  scoreToken,
  spanDays,
  standing,
  undone,
  worrying,
} from './days';
import { lastKnown, told, toldRange, toldWithUnit } from './kinds';

const field = (key: string) => FIELDS.find((f) => f.key === key)!;

test('a span that ends today counts today among its days', () => {
  expect(spanDays('4w', 100)).toEqual([73, 100]);
});

test('an own span needs a week in the right order and not more than ten years', () => {
  const day = dayOf('2026-05-01');
  expect(ownSpan('2026-05-01', '2026-05-07')).toEqual([day, day + 6]);
  expect(ownSpan('2026-05-01', '2026-05-06')).toContain('seven days');
  expect(ownSpan('2026-05-09', '2026-05-01')).toContain('before the first');
  expect(ownSpan('2001-05-09', '2026-05-01')).toContain('ten years');
  expect(ownSpan('', '2026-05-01')).toContain('both');
});

test('a band is drawn only where both of its edges are known', () => {
  expect(runs([1, 2, null, 4, 5], [1, 2, 3, 4, null])).toEqual([
    [0, 1],
    [3, 3],
  ]);
  expect(runs([], [])).toEqual([]);
});

test('an axis holds all that is drawn, and bars stand on zero', () => {
  const [low, high] = reach([[50, null, 70], [40]], false, 2);
  expect(low).toBeLessThan(40);
  expect(high).toBeGreaterThan(70);
  expect(reach([[5, 9]], true, 2)[0]).toBe(0);
  expect(reach([[null]], false, 2)).toEqual([0, 1]);
  expect(reach([[48, 48]], false, 2)).toEqual([46, 50]);
});

test('a week is judged against the band and warns on its worse side alone', () => {
  expect(standing(55, 58, 66)).toBe('below');
  expect(standing(58, 58, 66)).toBe('within');
  expect(standing(67, 58, 66)).toBe('above');
  expect(standing(null, 58, 66)).toBeNull();
  expect(standing(50, 50, 50)).toBe('within');
  expect(worrying('hrv_rmssd', 'below')).toBe(true);
  expect(worrying('hrv_rmssd', 'above')).toBe(false);
  expect(worrying('resting_heart_rate', 'above')).toBe(true);
  expect(worrying('weight', 'above')).toBe(false);
});

test('a night is typed as hours and minutes or as hours', () => {
  expect(['7:24', '7h24', '7 h 24 min', '7.4', '7,4', '8h'].map(nightHours)).toEqual([
    7.4, 7.4, 7.4, 7.4, 7.4, 8,
  ]);
  expect(['', 'long', '7:75'].map(nightHours)).toEqual([null, null, null]);
});

test('a field is kept in the unit of the store and said in the athlete’s', () => {
  expect(fieldValue(field('weight'), '154', 'imperial')).toBeCloseTo(69.85, 2);
  expect(fieldText('weight', 69.853, 'imperial')).toBe('154');
  expect(fieldText('weight', 70.25, 'metric')).toBe('70.3');
  expect(fieldText('sleep_total', 26_640, 'metric')).toBe('7:24');
  expect(fieldValue(field('sleep_total'), '7:24', 'metric')).toBeCloseTo(26_640, 6);
  expect(fieldValue(field('hrv_rmssd'), '  ', 'metric')).toBeNull();
  expect(fieldText('hrv_rmssd', undefined, 'metric')).toBe('');
});

test('a slip of the finger is told with the bounds in the athlete’s unit', () => {
  expect(fieldValue(field('weight'), '7000', 'imperial')).toBe('Weight: write a value from 55 to 551.');
  expect(fieldValue(field('sleep_total'), '25:00', 'metric')).toBe(
    'Sleep: write a value from 0:00 to 24:00.',
  );
  expect(fieldValue(field('resting_heart_rate'), 'low', 'metric')).toContain('such as 48');
});

test('only what differs is written, and taking it back restores the day', () => {
  const before = { weight: 70, soreness: 0 };
  const wrote = changes(dayOf('2026-05-01'), before, { weight: 71, soreness: 0, mood: null, fatigue: 3 });
  expect(wrote).toEqual([
    { kind: 'weight', day: '2026-05-01', value: 71 },
    { kind: 'fatigue', day: '2026-05-01', value: 3 },
  ]);
  expect(undone(wrote, before).map((m) => m.value)).toEqual([70, null]);
});

test('a day holds what its tracks have, a zero too', () => {
  const track = (kind: Track['kind'], value: number | null) => ({ kind, values: [value] }) as Track;
  expect(keptOf([track('soreness', 0), track('weight', null), track('mood', 7)])).toEqual({
    soreness: 0,
    mood: 7,
  });
});

test('measurements are told in the units of the athlete', () => {
  expect(toldWithUnit('weight', 70, 'imperial')).toBe('154.3 lb');
  expect(toldWithUnit('sleep_total', 26_640, 'metric')).toBe('7:24 h');
  expect(told('steps', 12_345, 'metric')).toBe('12,345');
  expect(toldWithUnit('hrv_rmssd', null, 'metric')).toBe('–');
  expect(toldRange('hrv_rmssd', 58.2, 66.4, 'metric')).toBe('58–66 ms');
  expect(toldRange('sleep_total', 25_920, 28_260, 'metric')).toBe('7:12–7:51 h');
  expect(toldRange('weight', null, 70, 'metric')).toBe('–');
});

test('each reason is told in the unit of what it measured', () => {
  expect(partValue('hrv', 61.4)).toBe('61 ms');
  expect(partValue('sleep', 7.4)).toBe('7:24 h');
  expect(partValue('form', -12.4)).toBe('−12 %');
  expect(partValue('acute_chronic', 1.052)).toBe('1.05');
  expect(partValue('soreness', 3)).toBe('3 / 10');
});

test('a score is coloured by the bounds of the light', () => {
  expect([70, 69.9, 40, 39.9].map(scoreToken)).toEqual(['--good', '--amber', '--amber', '--bad']);
});

test('what is missing is gathered by what helps', () => {
  const missing = (['sleep', 'ramp', 'fatigue', 'hrv'] as const).map((part) => ({
    part,
    weight: 5,
    statement: '',
  }));
  expect(missingBy(missing).map((g) => [g.remedy, g.parts.map((p) => p.part)])).toEqual([
    ['body', ['sleep', 'hrv']],
    ['felt', ['fatigue']],
    ['load', ['ramp']],
  ]);
});

test('a scale that is stood on twice a week still tells the last weight, but none of a month ago', () => {
  const values = [70, null, null, 71, null];
  expect(lastKnown(values, 4)).toEqual({ value: 71, before: 1 });
  expect(lastKnown(values, 2)).toEqual({ value: 70, before: 2 });
  expect(lastKnown([70, ...Array.from({ length: 20 }, () => null)], 20)).toBeNull();
});
