/** What the page computes of days, without drawing anything. */
import type {
  BiometricKind,
  MeasurementInput,
  MissingPart,
  ReadinessPart,
  Track,
  Units,
} from '../../lib/ipc';
import { fixed, signed, whole } from '../../lib/format';
import { dayOf, isoOf } from '../../lib/charts/days';
import { fromUnit, inUnit, KINDS, nightText } from './kinds';

export type Column = (number | null)[];
export type Span = '4w' | '3m' | '1y' | 'own';
/** Days of the spans that have a name. */
export const SPANS = { '4w': 28, '3m': 91, '1y': 365 } as const;
/** As much as an own span may hold. */
export const LONGEST = 3660;

/** The first and last day of a span that ends today. */
export const spanDays = (span: keyof typeof SPANS, today: number): [number, number] => [
  today - SPANS[span] + 1,
  today,
];

/** An own span, or what is wrong with it. */
export function ownSpan(from: string, to: string): [number, number] | string {
  if (!from || !to) return 'Choose both days.';
  const [a, b] = [dayOf(from), dayOf(to)];
  if (b < a) return 'The last day lies before the first.';
  if (b - a < 6) return 'Choose seven days or more.';
  return b - a < LONGEST ? [a, b] : 'Choose ten years at most.';
}

/** Runs of entries that both columns have, from and to included. */
export function runs(a: Column, b: Column): [number, number][] {
  const found: [number, number][] = [];
  let from = -1;
  for (let i = 0; i <= a.length; i += 1) {
    const here = i < a.length && a[i] != null && b[i] != null;
    if (here && from < 0) from = i;
    if (!here && from >= 0) {
      found.push([from, i - 1]);
      from = -1;
    }
  }
  return found;
}

/** The ends of an upright axis: everything drawn with some air, or the ends of the scale. */
export function reach(columns: Column[], fromZero: boolean, air: number): [number, number] {
  const all = columns.flat().filter((v): v is number => v !== null);
  if (!all.length) return [0, 1];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const more = Math.max(air, (high - low) * 0.12);
  return fromZero ? [0, (high || 1) * 1.08] : [low - more, high + more];
}

export type Standing = 'below' | 'within' | 'above';
/** Where a week's mean lies against what is normal. */
export function standing(
  recent: number | null | undefined,
  low: number | null | undefined,
  high: number | null | undefined,
): Standing | null {
  if (recent == null || low == null || high == null) return null;
  // A normal without any width has no sides.
  if (high - low < 1e-9) return 'within';
  return recent < low ? 'below' : recent > high ? 'above' : 'within';
}
/** Whether that is the side to look at. */
export const worrying = (kind: BiometricKind, where: Standing | null) =>
  (where === 'below' && KINDS[kind].worse === 'low') || (where === 'above' && KINDS[kind].worse === 'high');

const number = (text: string): number | null => {
  const v = Number(text.trim().replace(',', '.'));
  return text.trim() && Number.isFinite(v) ? v : null;
};
/** Hours of "7:24", "7 h 24 min", "7h24", "7.4". */
export function nightHours(text: string): number | null {
  const parts = text.trim().match(/^(\d{1,2})\s*(?::|h)\s*([0-5]?\d)?\s*(?:m|min)?$/i);
  return parts ? Number(parts[1]) + Number(parts[2] ?? 0) / 60 : number(text);
}
export type Field = {
  key: BiometricKind;
  /** Least and most that is believed, as stored. */
  bounds: [number, number];
  example: (u: Units) => string;
};
/** What the diary takes as numbers. */
export const FIELDS: Field[] = [
  { key: 'weight', bounds: [25, 250], example: (u) => (u === 'metric' ? '70.5' : '155') },
  { key: 'resting_heart_rate', bounds: [20, 140], example: () => '48' },
  { key: 'hrv_rmssd', bounds: [1, 400], example: () => '62' },
  { key: 'sleep_total', bounds: [0, 86_400], example: () => '7:30' },
];
/** What the diary takes from 0 to 10, with words for both ends. */
export const SCALES = [
  { key: 'soreness', label: 'Soreness', ends: ['none', 'worst'] },
  { key: 'fatigue', label: 'Fatigue', ends: ['none', 'worst'] },
  { key: 'perceived_stress', label: 'Stress', ends: ['none', 'worst'] },
  { key: 'mood', label: 'Mood', ends: ['worst', 'best'] },
] as const;

/** How a stored value stands in its field. */
export function fieldText(key: BiometricKind, v: number | undefined, u: Units): string {
  if (v === undefined) return '';
  return key === 'sleep_total' ? nightText(v) : String(Number(inUnit(key, v, u).toFixed(KINDS[key].digits)));
}
/** The value of a field as it is stored; nothing where it is empty; else what to write. */
export function fieldValue(field: Field, text: string, u: Units): number | null | string {
  if (!text.trim()) return null;
  const typed = field.key === 'sleep_total' ? nightHours(text) : number(text);
  const { label } = KINDS[field.key];
  if (typed === null) return `${label}: write a value such as ${field.example(u)}.`;
  const value = fromUnit(field.key, typed, u);
  const [low, high] = field.bounds;
  if (value >= low && value <= high) return value;
  const bound = (v: number) =>
    field.key === 'sleep_total' ? nightText(v) : Math.round(inUnit(field.key, v, u));
  return `${label}: write a value from ${bound(low)} to ${bound(high)}.`;
}

export type Kept = Partial<Record<BiometricKind, number>>;
/** The one day of tracks that were asked for it. */
export const keptOf = (tracks: Track[]): Kept =>
  Object.fromEntries(tracks.flatMap((t) => (t.values[0] == null ? [] : [[t.kind, t.values[0]]])));

/** What a day should hold; null where nothing. */
export type Written = Partial<Record<BiometricKind, number | null>>;
/** What has to be written so that a day holds other values: only what differs. */
export function changes(day: number, before: Kept, after: Written): MeasurementInput[] {
  return (Object.entries(after) as [BiometricKind, number | null][])
    .filter(([kind, value]) => value !== (before[kind] ?? null))
    .map(([kind, value]) => ({ kind, day: isoOf(day), value }));
}
/** What puts back how a day was. */
export const undone = (wrote: MeasurementInput[], before: Kept): MeasurementInput[] =>
  wrote.map((m) => ({ ...m, value: before[m.kind] ?? null }));

type Remedy = 'body' | 'felt' | 'load';
export const PARTS: Record<ReadinessPart, { label: string; against: string; remedy: Remedy }> = {
  hrv: { label: 'Heart-rate variability', against: 'normal', remedy: 'body' },
  resting_heart_rate: { label: 'Resting heart rate', against: 'usual', remedy: 'body' },
  sleep: { label: 'Sleep', against: 'need', remedy: 'body' },
  form: { label: 'Form', against: '', remedy: 'load' },
  ramp: { label: 'Ramp of fitness', against: '', remedy: 'load' },
  acute_chronic: { label: 'Week against four', against: 'level', remedy: 'load' },
  soreness: { label: 'Soreness', against: '', remedy: 'felt' },
  fatigue: { label: 'Fatigue', against: '', remedy: 'felt' },
  stress: { label: 'Stress', against: '', remedy: 'felt' },
};
/** What a part measured, with its unit. */
export function partValue(part: ReadinessPart, v: number | null): string {
  if (v === null) return '';
  if (part === 'hrv') return whole(v, 'ms');
  if (part === 'resting_heart_rate') return whole(v, 'bpm');
  if (part === 'sleep') return `${nightText(v * 3600)} h`;
  if (part === 'acute_chronic') return fixed(v, 2);
  return part === 'form' || part === 'ramp' ? `${signed(v)} %` : `${whole(v)} / 10`;
}
/** A score's colour, by the bounds of the light. */
export const scoreToken = (score: number) => (score >= 70 ? '--good' : score >= 40 ? '--amber' : '--bad');

/** What is missing, by what helps. */
export function missingBy(missing: MissingPart[]): { remedy: Remedy; parts: MissingPart[] }[] {
  return (['body', 'felt', 'load'] as const)
    .map((remedy) => ({ remedy, parts: missing.filter((m) => PARTS[m.part].remedy === remedy) }))
    .filter((group) => group.parts.length);
}
