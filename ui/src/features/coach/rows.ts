/** What the desk says of its rows, in which order, and which of them. */
import type { CoachRowView_Serialize } from '../../lib/ipc';
import { formZone, RAMP } from '../../lib/form';
import { signed } from '../../lib/format';

export type Row = CoachRowView_Serialize;
export type Column = 'athlete' | 'last' | 'week' | 'ctl' | 'atl' | 'tsb' | 'ramp' | 'unread';
export type Filter = {
  text: string;
  /** `tag:…`, `group:…` or `profile:…` by id; all where empty. */
  label: string;
  only: 'all' | 'alarm' | 'unread';
};

const VALUE: Record<Column, (r: Row) => string | number | null> = {
  athlete: (r) => r.athlete,
  last: (r) => (r.lastActivity ? Date.parse(r.lastActivity.start) : null),
  week: (r) => r.load7,
  ctl: (r) => r.ctl,
  atl: (r) => r.atl,
  tsb: (r) => r.tsb,
  ramp: (r) => r.ramp,
  unread: (r) => r.unreadComments,
};

/** Sorted by a column; who has no value stands last either way, equals by name. */
export function sorted(rows: Row[], column: Column, descending: boolean): Row[] {
  const of = VALUE[column];
  const way = descending ? -1 : 1;
  const byName = (a: Row, b: Row) => a.athlete.localeCompare(b.athlete) || a.tenant.localeCompare(b.tenant);
  return [...rows].sort((a, b) => {
    const [x, y] = [of(a), of(b)];
    if (x === null || y === null) return x === y ? byName(a, b) : x === null ? 1 : -1;
    const order = typeof x === 'string' ? x.localeCompare(String(y)) : x - Number(y);
    return way * order || byName(a, b);
  });
}

export function matching(rows: Row[], filter: Filter): Row[] {
  const words = filter.text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const [kind, ...rest] = filter.label.split(':');
  const label = rest.join(':');
  return rows.filter((r) => {
    if (filter.only === 'alarm' && !r.rampAlarm) return false;
    if (filter.only === 'unread' && !r.unreadComments) return false;
    if (kind === 'tag' && !r.tags.includes(label)) return false;
    if (kind === 'group' && !r.groups.includes(label)) return false;
    if (kind === 'profile' && r.tenantId !== label) return false;
    const text = [r.athlete, r.tenant, ...r.groups, ...r.tags, r.lastActivity?.name ?? '']
      .join(' ')
      .toLocaleLowerCase();
    return words.every((w) => text.includes(w));
  });
}

/** What rows may be narrowed to, each once, by name. */
export function labels(rows: Row[]) {
  const once = (all: string[]) => [...new Set(all)].sort((a, b) => a.localeCompare(b));
  const profiles = new Map(rows.map((r) => [r.tenantId, r.tenant]));
  return {
    groups: once(rows.flatMap((r) => r.groups)),
    tags: once(rows.flatMap((r) => r.tags)),
    profiles: [...profiles].sort((a, b) => a[1].localeCompare(b[1])),
  };
}

/** Ends of the form bar; what lies beyond is drawn at its end. */
const FORM_SPAN = { low: -40, high: 30 };

/** The bar of form from zero, in per cent of the track's width. */
export function formBar(tsb: number): { left: number; width: number; zero: number; token: string } {
  const { low, high } = FORM_SPAN;
  const at = (v: number) => (100 * (Math.min(high, Math.max(low, v)) - low)) / (high - low);
  const [zero, end] = [at(0), at(tsb)];
  return { left: Math.min(zero, end), width: Math.abs(end - zero), zero, token: formZone(tsb).token };
}

/** Why a ramp is alarming, as a sentence. */
export function alarmReason(r: Row): string {
  return `Fitness rose by ${signed(r.ramp ?? 0, 1).replace('+', '')} in seven days. More than ${RAMP.alarm} a week is seldom borne for long: ease off, or make sure it is a return after a break.`;
}

/** How long ago, in the days of this computer's calendar. */
export function ago(day: number, today: number): string {
  const days = today - day;
  if (days <= 0) return 'today';
  if (days === 1) return 'yesterday';
  if (days < 14) return `${days} days ago`;
  if (days < 70) return `${Math.round(days / 7)} weeks ago`;
  return days < 730 ? `${Math.round(days / 30.4)} months ago` : `${Math.round(days / 365.25)} years ago`;
}

/** Tags as typed between commas, each once. */
export function tagsOf(text: string): string[] {
  const all = new Map<string, string>();
  for (const tag of text.split(',').map((t) => t.trim().replace(/\s+/g, ' ')))
    if (tag && !all.has(tag.toLocaleLowerCase())) all.set(tag.toLocaleLowerCase(), tag);
  return [...all.values()];
}
