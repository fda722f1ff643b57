/** Spans of days to choose from, and those to compare them with. */
import { dayOf, isoOf } from '../../lib/charts/days';
import { date } from '../../lib/format';

export type Span = '42' | '90' | 'year' | 'last-year' | 'all' | 'own';
export type Against = 'none' | 'before' | 'year-ago' | 'last-year' | 'all' | 'own';
/** First and last day, both included. */
export type Days = readonly [from: string, to: string];

export const SPANS: readonly (readonly [Span, string])[] = [
  ['42', 'Last 42 days'],
  ['90', 'Last 90 days'],
  ['year', 'This year'],
  ['last-year', 'Last year'],
  ['all', 'All time'],
  ['own', 'From – to …'],
];
export const AGAINST: readonly (readonly [Against, string])[] = [
  ['none', 'Compare with …'],
  ['before', 'The days before'],
  ['year-ago', 'A year earlier'],
  ['last-year', 'Last year'],
  ['all', 'All time'],
  ['own', 'From – to …'],
];

/** The dates as typed, where they are two days in order. */
function typed([from, to]: Days): Days | null {
  return from && to && from <= to ? [from, to] : null;
}

function chosen(span: Span, today: string, first: string, own: Days): Days | null {
  const year = Number(today.slice(0, 4));
  switch (span) {
    case '42':
    case '90':
      return [isoOf(dayOf(today) - Number(span) + 1), today];
    case 'year':
      return [`${year}-01-01`, today];
    case 'last-year':
      return [`${year - 1}-01-01`, `${year - 1}-12-31`];
    case 'all':
      return [first < today ? first : today, today];
    case 'own':
      return typed(own);
  }
}

/** The days of a span; null while dates of one's own are not complete. `first` is the first there is. */
export const daysOf = chosen;

/** The same date of the year before; the 28th where that year has no 29 February. */
export function yearBefore(iso: string): string {
  const rest = iso.slice(4) === '-02-29' ? '-02-28' : iso.slice(4);
  return `${String(Number(iso.slice(0, 4)) - 1).padStart(4, '0')}${rest}`;
}

/** The days to compare with; null where nothing is compared. */
export function otherDays(
  against: Against,
  days: Days,
  today: string,
  first: string,
  own: Days,
): Days | null {
  switch (against) {
    case 'none':
      return null;
    case 'before': {
      const [from, to] = days.map(dayOf) as [number, number];
      return [isoOf(from - (to - from) - 1), isoOf(from - 1)];
    }
    case 'year-ago':
      return [yearBefore(days[0]), yearBefore(days[1])];
    default:
      return chosen(against, today, first, own);
  }
}

/** What a span is called: by its name where it has one, else by its days. */
export function spanName(of: Span | Against, days: Days): string {
  if (of === 'own' || of === 'none') return spanWords(days);
  if (of === 'last-year') return days[0].slice(0, 4);
  return [...SPANS, ...AGAINST].find(([key]) => key === of)?.[1] ?? spanWords(days);
}

/** "2025", "26 Aug – 24 Nov 2026", "3 Oct 2025 – 4 Feb 2026". */
export function spanWords([from, to]: Days): string {
  const year = from.slice(0, 4);
  if (from === `${year}-01-01` && to === `${year}-12-31`) return year;
  if (from === to) return date(from);
  const begin = year === to.slice(0, 4) ? date(from).slice(0, -5) : date(from);
  return `${begin} – ${date(to)}`;
}
