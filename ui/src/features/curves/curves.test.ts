import { expect, test } from 'vitest';
import type { Setting } from '../../lib/ipc';
import { dayOf } from '../../lib/charts/days';
import { EXPLAINED } from './explained';
import { against, axisBounds, channelsOf, distanceWords, markWords, pacesOf, told } from './quantity';
import type { Quantity } from './quantity';
import { inForce } from './settings';
import { daysOf, otherDays, spanName, spanWords, yearBefore } from './spans';

const q = (channel: Quantity['channel'], sport: string, more: Partial<Quantity> = {}): Quantity => ({
  channel,
  sport,
  units: 'metric',
  kg: null,
  ...more,
});
const TODAY = '2026-11-25';
const FIRST = '2023-01-02';
const NONE = ['', ''] as const;

test('a speed is a pace on foot and in the water, and a speed on a bicycle', () => {
  expect(told(q('speed', 'running'), 4)).toBe('4:10 /km');
  expect(told(q('gradeAdjustedSpeed', 'running', { units: 'imperial' }), 4)).toBe('6:42 /mi');
  expect(told(q('speed', 'swimming'), 1.25)).toBe('1:20 /100 m');
  expect(told(q('speed', 'cycling'), 10)).toBe('36.0 km/h');
  expect(told(q('heartRate', 'running'), 171.4)).toBe('171 bpm');
  expect(told(q('speed', 'running'), 0)).toBe('–');
  expect(told(q('power', 'cycling'), null)).toBe('–');
});

test('power is divided by the weight where one asks for it', () => {
  expect(told(q('power', 'cycling'), 1234.4)).toBe('1,234 W');
  expect(told(q('power', 'cycling', { kg: 70 }), 280)).toBe('4.00 W/kg');
  expect(against(q('power', 'cycling', { kg: 70 }), 280, 287)).toBe('−0.10 W/kg');
});

test('a difference of paces says who is quicker, in whole seconds as they are read', () => {
  expect(against(q('speed', 'running'), 4, 3.9)).toBe('0:06 quicker');
  expect(against(q('speed', 'running'), 3.9, 4)).toBe('0:06 slower');
  expect(against(q('speed', 'running'), 4, 4.001)).toBe('the same');
  expect(against(q('power', 'cycling'), 300, 288)).toBe('+12 W');
  expect(against(q('power', 'cycling'), 300.2, 300.4)).toBe('the same');
});

test('marks of paces are round, within bounds, and quicker is higher', () => {
  const run = q('speed', 'running');
  const [low, high] = axisBounds(run, 2.9, 4.7);
  expect(low).toBeLessThan(2.9);
  expect(high).toBeGreaterThan(4.7);
  const marks = pacesOf(run, low, high);
  expect(marks.length).toBeGreaterThan(1);
  expect(marks).toEqual([...marks].sort((a, b) => a - b));
  for (const m of marks) expect(markWords(run, m)).toMatch(/^\d+:(00|30)$/);
});

test('power begins at nought and a heart rate does not', () => {
  expect(axisBounds(q('power', 'cycling'), 160, 900)[0]).toBe(0);
  expect(axisBounds(q('heartRate', 'cycling'), 131, 178)[0]).toBe(120);
});

test('only runs are grade-adjusted, and every sport has something to look at', () => {
  expect(channelsOf('running')).toContain('gradeAdjustedSpeed');
  for (const sport of ['cycling', 'swimming', 'rowing', 'strength', 'hiking', ''])
    expect(channelsOf(sport)).not.toContain('gradeAdjustedSpeed');
  for (const sport of ['cycling', 'swimming', 'strength', 'unheard_of'])
    expect(channelsOf(sport).length).toBeGreaterThan(0);
});

test('distances are called as racers call them', () => {
  expect([400, 1500, 1609.344, 3000, 5000, 16_093.44, 21_097.5, 42_195, 50_000].map(distanceWords)).toEqual([
    '400 m',
    '1,500 m',
    '1 mile',
    '3 km',
    '5 km',
    '10 miles',
    'Half marathon',
    'Marathon',
    '50 km',
  ]);
});

test('a span of so many days has as many, today included', () => {
  for (const span of ['42', '90'] as const) {
    const [from, to] = daysOf(span, TODAY, FIRST, NONE)!;
    expect(to).toBe(TODAY);
    expect(dayOf(to) - dayOf(from) + 1).toBe(Number(span));
  }
  expect(daysOf('year', TODAY, FIRST, NONE)).toEqual(['2026-01-01', TODAY]);
  expect(daysOf('last-year', TODAY, FIRST, NONE)).toEqual(['2025-01-01', '2025-12-31']);
  expect(daysOf('all', TODAY, FIRST, NONE)).toEqual([FIRST, TODAY]);
});

test('dates of one’s own count only when both are there and in order', () => {
  expect(daysOf('own', TODAY, FIRST, ['2026-05-01', ''])).toBeNull();
  expect(daysOf('own', TODAY, FIRST, ['2026-05-02', '2026-05-01'])).toBeNull();
  expect(daysOf('own', TODAY, FIRST, ['2026-05-01', '2026-05-01'])).toEqual(['2026-05-01', '2026-05-01']);
});

test('the days before are as many and end where the span begins', () => {
  const days = ['2026-10-15', '2026-11-25'] as const;
  const [from, to] = otherDays('before', days, TODAY, FIRST, NONE)!;
  expect(dayOf(to)).toBe(dayOf(days[0]) - 1);
  expect(dayOf(to) - dayOf(from)).toBe(dayOf(days[1]) - dayOf(days[0]));
  expect(otherDays('none', days, TODAY, FIRST, NONE)).toBeNull();
  expect(otherDays('last-year', days, TODAY, FIRST, NONE)).toEqual(['2025-01-01', '2025-12-31']);
});

test('a year earlier is the same date, also from a leap day', () => {
  expect(otherDays('year-ago', ['2026-01-01', TODAY], TODAY, FIRST, NONE)).toEqual([
    '2025-01-01',
    '2025-11-25',
  ]);
  expect(yearBefore('2024-02-29')).toBe('2023-02-28');
  expect(yearBefore('2025-02-28')).toBe('2024-02-28');
});

test('a span is told as short as it can be', () => {
  expect(spanWords(['2025-01-01', '2025-12-31'])).toBe('2025');
  expect(spanWords(['2026-08-28', '2026-11-25'])).toBe('28 Aug – 25 Nov 2026');
  expect(spanWords(['2025-11-26', '2026-11-25'])).toBe('26 Nov 2025 – 25 Nov 2026');
  expect(spanWords(['2026-11-25', '2026-11-25'])).toBe('25 Nov 2026');
  expect(spanName('42', ['2026-10-15', '2026-11-25'])).toBe('Last 42 days');
  expect(spanName('year-ago', ['2025-01-01', '2025-11-25'])).toBe('A year earlier');
  expect(spanName('last-year', ['2025-01-01', '2025-12-31'])).toBe('2025');
  expect(spanName('own', ['2025-01-01', '2025-01-02'])).toBe('1 Jan – 2 Jan 2025');
});

test('the value of a day is the last that began by then, the first also before itself', () => {
  const settings = [
    { kind: 'weight', value: 71, validFrom: '2026-03-01T00:00:00Z' },
    { kind: 'weight', value: 73, validFrom: '2026-01-01T00:00:00Z' },
    { kind: 'ftp', value: 250, validFrom: '2026-02-01T00:00:00Z' },
  ] as Setting[];
  expect(inForce(settings, 'weight', '2025-06-01')).toBe(73);
  expect(inForce(settings, 'weight', '2026-02-28')).toBe(73);
  expect(inForce(settings, 'weight', '2026-03-01')).toBe(71);
  expect(inForce(settings, 'w_prime', '2026-03-01')).toBeNull();
});

test('every explanation says what it is and where it comes from', () => {
  for (const [key, e] of Object.entries(EXPLAINED)) {
    expect(e.plain.length, key).toBeGreaterThan(20);
    expect(e.source.length, key).toBeGreaterThan(8);
  }
});
