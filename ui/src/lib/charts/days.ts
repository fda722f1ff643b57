/** Axes that count days. A day is a whole number: days since 1970-01-01, without a time zone. */

import type uPlot from 'uplot';

const DAY_MS = 86_400_000;

/** The day of a date such as 2026-05-31. */
export const dayOf = (iso: string) => Math.floor(Date.parse(iso.slice(0, 10)) / DAY_MS);
/** The date of a day, such as 2026-05-31. */
export const isoOf = (day: number) => new Date(day * DAY_MS).toISOString().slice(0, 10);
/** The day on this computer's calendar. */
export function localDay(now = new Date()): number {
  return Math.floor(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) / DAY_MS);
}
/** 0 for a Monday to 6 for a Sunday. Day 0 was a Thursday. */
export const weekday = (day: number) => (((day + 3) % 7) + 7) % 7;
/** The Monday on or before a day. */
export const mondayOf = (day: number) => day - weekday(day);

const said = (day: number, options: Intl.DateTimeFormatOptions) =>
  new Date(day * DAY_MS).toLocaleDateString('en-GB', { ...options, timeZone: 'UTC' }).replace(',', '');

/** "21 Nov". */
export const shortDay = (day: number) => said(day, { day: 'numeric', month: 'short' });
/** "Sat 21 Nov 2026". */
export const longDay = (day: number) =>
  said(day, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
/** "Sat 21 Nov". */
export const plainDay = (day: number) => said(day, { weekday: 'short', day: 'numeric', month: 'short' });

/** Months between the marks of an axis, after the steps of one and two weeks. */
const MONTHS = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600];

/** Places for at most `most` marks where a calendar has them: Mondays, firsts of months, years. */
export function calendarMarks(from: number, to: number, most: number): number[] {
  const room = Math.max(1, most);
  for (const step of [7, 14]) {
    const marks: number[] = [];
    // Every second Monday stays the same whatever is shown.
    const begin = Math.ceil((from + 3) / step) * step - 3;
    for (let day = begin; day <= to; day += step) marks.push(day);
    if (marks.length <= room) return marks;
  }
  const [first, last] = [new Date(from * DAY_MS), new Date(to * DAY_MS)];
  const month = (d: Date) => d.getUTCFullYear() * 12 + d.getUTCMonth();
  for (const step of MONTHS) {
    const marks: number[] = [];
    for (let m = Math.floor(month(first) / step) * step; m <= month(last); m += step) {
      const day = Math.round(Date.UTC(Math.floor(m / 12), m % 12, 1) / DAY_MS);
      if (day >= from && day <= to) marks.push(day);
    }
    if (marks.length <= room) return marks;
  }
  return [];
}

/** What stands at each of `calendarMarks`: a year names its January. */
export function markWords(marks: number[]): string[] {
  const apart = marks.length > 1 ? marks[1]! - marks[0]! : 28;
  return marks.map((day) => {
    if (apart < 20) return shortDay(day);
    const iso = isoOf(day);
    return apart > 300 || iso.slice(5, 7) === '01' ? iso.slice(0, 4) : said(day, { month: 'short' });
  });
}

/** Lets charts hand on the day that is clicked, unless the pointer was dragged. */
export function dayClicks(dayAt: (u: uPlot, left: number) => number, picked: (day: number) => void) {
  let down = 0;
  return (u: uPlot) => {
    u.over.addEventListener('mousedown', (e) => (down = e.clientX));
    // No `click`: the chart library takes it for the end of a drag, as the cursor stands on whole days.
    u.over.addEventListener('mouseup', (e) => {
      if (e.button !== 0 || Math.abs(e.clientX - down) >= 4) return;
      const day = dayAt(u, e.clientX - u.over.getBoundingClientRect().left);
      // The library still ends its own gesture.
      setTimeout(() => picked(day));
    });
  };
}
