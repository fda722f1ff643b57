/** What the figures of a season mean, and sums over it. */
import { dayOf, isoOf, mondayOf, weekday } from '../../lib/charts/days';
import { type Tone } from '../../lib/form';
import { signed } from '../../lib/format';
import type { FitnessView, Planned, Preset, TaperPlan, Week } from './wire';

export { FORM_ZONES, formZone, rampWord } from '../../lib/form';
export type { Tone };

/** Foster's mark is about 2. */
export function monotonyWord(monotony: number | null): [string, Tone] {
  if (monotony === null) return ['no value', ''];
  if (monotony >= 2) return ['too much alike', 'bad'];
  return monotony >= 1.5 ? ['rather alike', 'warn'] : ['varied', 'good'];
}

export function median(values: number[]): number | null {
  if (!values.length) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Strain has no bounds that hold for everyone: it is told against one's own weeks. */
export function strainWord(strain: number | null, weeks: Week[]): [string, Tone] {
  if (strain === null) return ['no value', ''];
  const own = weeks.slice(-13, -1).flatMap((w) => (w.strain === null ? [] : [w.strain]));
  const usual = own.length >= 4 ? median(own) : null;
  if (!usual) return ['load × monotony', ''];
  const share = strain / usual;
  if (share >= 2) return ['twice your usual', 'bad'];
  if (share >= 1.5) return ['high for you', 'warn'];
  return [share < 0.67 ? 'low for you' : 'usual for you', ''];
}

export { signed };

/** Share of each of the three intensities; null where no zone is known. */
export function intensity(week: Week): [easy: number, moderate: number, hard: number] | null {
  const sum = week.easyS + week.moderateS + week.hardS;
  return sum > 0 ? [week.easyS / sum, week.moderateS / sum, week.hardS / sum] : null;
}

/** The sum of each block of `days` days between two entries, aligned so that weeks begin on Mondays. */
export function blocks(
  first: number,
  from: number,
  to: number,
  days: number,
): [start: number, end: number][] {
  const begin = days === 1 ? from : mondayOf(first + from) - first;
  const all: [number, number][] = [];
  for (let i = begin; i <= to; i += days) all.push([Math.max(0, i), Math.min(to, i + days - 1)]);
  return all;
}

/** Days one bar stands for, so that it can be told from its neighbour. */
export function barDays(days: number, pixels: number): 1 | 7 | 28 {
  const wide = pixels / Math.max(1, days);
  return wide >= 3 ? 1 : wide * 7 >= 3 ? 7 : 28;
}

export function sum(values: number[], from = 0, to = values.length - 1): number {
  let total = 0;
  for (let i = Math.max(0, from); i <= to && i < values.length; i++) total += values[i]!;
  return total;
}

export type Metric = 'load' | 'time' | 'distance';
/** A season's running total; `days` count from its first day. */
export type Course = { days: number[]; sums: number[] };

/**
 * Load day by day, time and distance by the end of each week. Nothing after `last`, the day of the
 * newest entry that counts.
 */
export function course(view: FitnessView, metric: Metric, last: number): Course {
  const first = dayOf(view.first);
  const out: Course = { days: [0], sums: [0] };
  let total = 0;
  if (metric === 'load') {
    view.load.forEach((load, i) => {
      if (first + i > last) return;
      total += load;
      out.days.push(i + 1);
      out.sums.push(total);
    });
    return out;
  }
  const end = Math.min(last, first + view.load.length - 1);
  for (const week of view.weeks) {
    const monday = dayOf(week.monday);
    if (monday > last) break;
    total += metric === 'time' ? week.movingS : week.distanceM;
    out.days.push(Math.min(monday + 6, end) - first + 1);
    out.sums.push(total);
  }
  return out;
}

/** What a course came to by a day of the season, on the line between its points. */
export function reachedBy(c: Course, day: number): number | null {
  const last = c.days.length - 1;
  if (day > c.days[last]!) return null;
  let i = 0;
  while (i < last && c.days[i]! < day) i++;
  if (i === 0 || c.days[i] === day) return c.sums[i]!;
  const [a, b] = [c.days[i - 1]!, c.days[i]!];
  const along = b > a ? (day - a) / (b - a) : 1;
  return c.sums[i - 1]! + along * (c.sums[i]! - c.sums[i - 1]!);
}

/** The first and last day of the season that begins in `month` (1 to 12) of `year`. */
export function seasonSpan(year: number, month: number): [string, string] {
  const two = (n: number) => String(n).padStart(2, '0');
  const from = `${year}-${two(month)}-01`;
  return [from, isoOf(dayOf(`${year + 1}-${two(month)}-01`) - 1)];
}

/** The year in which the season of `iso` began. */
export const seasonOf = (iso: string, month: number) =>
  Number(iso.slice(0, 4)) - (Number(iso.slice(5, 7)) < month ? 1 : 0);

/** The plans of a week's pattern from one day to another; days without load have none. */
export function repeated(from: number, to: number, week: (number | null)[], title: string): Planned[] {
  const plans: Planned[] = [];
  for (let day = from; day <= to; day++) {
    const load = week[weekday(day)];
    if (load) plans.push({ day: isoOf(day), load, title });
  }
  return plans;
}

/** The plans that take `plans` back: what stood on their days before. */
export function undone(plans: Planned[], before: Planned[]): Planned[] {
  const known = new Map(before.map((p) => [p.day, p]));
  return plans.map(({ day }) => known.get(day) ?? { day, load: 0, title: '' });
}

/** Plans of both; where both speak of a day, the later ones hold. */
export function merged(earlier: Planned[], later: Planned[]): Planned[] {
  return [...new Map([...earlier, ...later].map((p) => [p.day, p])).values()];
}

/** A taper's loads as plans, whole loads: the days of the taper say so, others keep their title. */
export function taperPlans(plan: TaperPlan, before: Planned[]): Planned[] {
  const known = new Map(before.map((p) => [p.day, p.title]));
  const first = plan.race - plan.loads.length;
  const begin = plan.loads.length - plan.taper.days;
  return plan.loads.map((load, i) => {
    const day = isoOf(first + i);
    return { day, load: Math.round(load), title: known.get(day) || (i >= begin ? 'Taper' : '') };
  });
}

/** A load as typed: a whole or broken number from 0 to 2000, null where it is none. */
export function typedLoad(text: string): number | null {
  if (!text.trim()) return 0;
  const v = Number(text.trim().replace(',', '.'));
  return Number.isFinite(v) && v >= 0 && v <= 2000 ? Math.round(v * 10) / 10 : null;
}

export type ModelWords = { preset: Preset; label: string; means: string };
export const MODELS: ModelWords[] = [
  {
    preset: 'paceline',
    label: 'Paceline',
    means: 'True time constants, 1 − e^(−1/N) of each new day; form is fitness − fatigue of yesterday.',
  },
  {
    preset: 'golden_cheetah',
    label: 'GoldenCheetah',
    means: 'The same rule as Paceline’s: figures agree with its performance manager.',
  },
  {
    preset: 'golden_cheetah_same_day',
    label: 'GoldenCheetah, same-day balance',
    means: 'Form is of the same day: a hard session shows in the evening, not the morning after.',
  },
  {
    preset: 'training_peaks',
    label: 'TrainingPeaks',
    means: '1/N of each new day, a little quicker; form is of yesterday.',
  },
  {
    preset: 'runalyze',
    label: 'Runalyze',
    means: '2/(N + 1) of each new day, about twice as quick; form is of the same day.',
  },
  {
    preset: 'statistics_for_strava',
    label: 'Statistics for Strava',
    means: 'True time constants, form of the same day, and fitness begins at the first day’s load.',
  },
];
export const modelLabel = (preset: Preset) => MODELS.find((m) => m.preset === preset)?.label ?? preset;
