import { expect, test } from 'vitest';
import {
  calendarMarks,
  dayOf,
  isoOf,
  localDay,
  longDay,
  markWords,
  mondayOf,
  shortDay,
  weekday,
} from './days';

test('a day is counted from the first of 1970 and said back as the same date', () => {
  expect(dayOf('1970-01-01')).toBe(0);
  expect(dayOf('2024-01-01')).toBe(19_723);
  for (const iso of ['1969-12-31', '2024-02-29', '2026-11-25']) expect(isoOf(dayOf(iso))).toBe(iso);
});

test('weeks begin on Monday, before 1970 too', () => {
  expect(weekday(dayOf('2026-11-23'))).toBe(0);
  expect(weekday(dayOf('2026-11-29'))).toBe(6);
  expect(isoOf(mondayOf(dayOf('2026-11-29')))).toBe('2026-11-23');
  expect(weekday(dayOf('1969-12-29'))).toBe(0);
});

test('today is the day on the wall, also late in the evening', () => {
  expect(isoOf(localDay(new Date(2026, 10, 25, 23, 59)))).toBe('2026-11-25');
  expect(isoOf(localDay(new Date(2026, 10, 25, 0, 1)))).toBe('2026-11-25');
});

test('days are said in words', () => {
  const day = dayOf('2026-11-21');
  expect(shortDay(day)).toBe('21 Nov');
  expect(longDay(day)).toBe('Sat 21 Nov 2026');
});

test('an axis has at most as many marks as there is room for, on round places of the calendar', () => {
  const from = dayOf('2021-03-10');
  for (const days of [20, 60, 120, 400, 1200, 5000, 20_000])
    for (const room of [3, 6, 13]) {
      const marks = calendarMarks(from, from + days, room);
      expect(marks.length).toBeGreaterThan(0);
      expect(marks.length).toBeLessThanOrEqual(room);
      expect(marks.every((m) => m >= from && m <= from + days)).toBe(true);
      expect(marks.every((m) => weekday(m) === 0 || isoOf(m).endsWith('-01'))).toBe(true);
    }
});

test('marks of weeks stay where they are while the axis moves', () => {
  const from = dayOf('2026-09-01');
  const [a, b] = [calendarMarks(from, from + 100, 10), calendarMarks(from + 3, from + 103, 10)];
  expect(b.filter((m) => m <= from + 100)).toEqual(a.filter((m) => m >= from + 3));
});

test('a January is named by its year, a year by itself', () => {
  const months = ['2025-11-01', '2025-12-01', '2026-01-01', '2026-02-01'].map(dayOf);
  expect(markWords(months)).toEqual(['Nov', 'Dec', '2026', 'Feb']);
  expect(markWords(['2025-01-01', '2026-01-01'].map(dayOf))).toEqual(['2025', '2026']);
  expect(markWords(['2026-11-02', '2026-11-09'].map(dayOf))).toEqual(['2 Nov', '9 Nov']);
});
