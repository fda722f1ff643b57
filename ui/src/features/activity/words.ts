/** What the engine found and the athlete changed, in words and as edits. No component here. */
import type {
  Analysis,
  Change,
  Climb,
  Finding,
  Interval,
  IntervalChange,
  IntervalKind,
  SampleChannel,
} from '../../lib/ipc';
import { duration, fixed, words } from '../../lib/format';
import { workedOut } from '../../lib/charts/samples';

export const KINDS: Record<IntervalKind, { label: string; color: string }> = {
  warm_up: { label: 'Warm-up', color: '--z3' },
  work: { label: 'Work', color: '--z6' },
  recovery: { label: 'Recovery', color: '--z2' },
  cool_down: { label: 'Cool-down', color: '--z1' },
};
export const kindOrder = Object.keys(KINDS) as IntervalKind[];

export const CATEGORIES: Record<Climb['category'], string> = {
  uncategorised: '–',
  fourth: '4',
  third: '3',
  second: '2',
  first: '1',
  hors_categorie: 'HC',
};

type Load = NonNullable<Analysis['load']>;
export const METHODS: Record<Load['method'], string> = {
  power: 'from power',
  pace: 'from pace',
  heart_rate: 'from heart rate',
  rpe: 'from exertion',
  duration: 'from duration',
};

export const FOUND: Record<Finding['kind'], string> = {
  spike: 'Spike',
  cadence_lock: 'Heart rate follows cadence',
  dropout: 'Dropout',
  gap: 'Gap',
  zero_offset: 'Zero offset',
  stuck: 'Stuck sensor',
  gps_jump: 'Jump of the position',
  barometric_drift: 'Drift of the altitude',
  altitude_step: 'Step of the altitude',
  time_backwards: 'Clock ran backwards',
  duplicate_time: 'Samples of one time',
};
export const SEVERITY: Record<Finding['severity'], string> = {
  note: 'Note',
  warning: 'Warning',
  fault: 'Fault',
};

/** The stable name of a channel, as in the frame. */
export const channelKey = (c: SampleChannel) => (typeof c === 'string' ? c : `x:${c.other}`);
/** The channel of a stable name. */
export const channelOf = (key: string): SampleChannel =>
  key.startsWith('x:') ? { other: key.slice(2) } : (key as SampleChannel);
export const channelWords = (key: string) =>
  workedOut(key) ?? words(key.startsWith('x:') ? key.slice(2).replace(/ \[.*\]$/, '') : key);

/** Seconds of "1:02:03", "4:05" or "90"; null where it is no time. */
export function seconds(text: string): number | null {
  const parts = text.trim().split(':');
  if (parts.length > 3 || !parts.every((p) => /^\d{1,6}$/.test(p))) return null;
  const numbers = parts.map(Number);
  // Behind a colon sixty is a mistake.
  if (numbers.slice(1).some((n) => n >= 60)) return null;
  return numbers.reduce((sum, n) => sum * 60 + n, 0);
}

const span = (from: number, to: number) => `${duration(from)} – ${duration(to)}`;

export function intervalEditWords(e: IntervalChange): string {
  const where = span(e.startS, e.endS);
  switch (e.change) {
    case 'add':
      return `Added ${KINDS[e.kind].label.toLowerCase()} at ${where}`;
    case 'remove':
      return `Removed ${where}`;
    case 'move':
      return `Moved ${where} to ${span(e.newStartS, e.newEndS)}`;
    case 'rename':
      return `Named ${where} “${e.name}”`;
    case 'set_kind':
      return `Made ${where} ${KINDS[e.kind].label.toLowerCase()}`;
  }
}

export type IntervalForm = { name: string; kind: IntervalKind; startS: number; endS: number };

/** The changes that turn an interval into what a form says; the move comes last, as it is named by its span. */
export function intervalChanges(i: Interval, form: IntervalForm): IntervalChange[] {
  const { startS, endS } = i;
  const changes: IntervalChange[] = [];
  const name = form.name.trim();
  if (name !== (i.name ?? '')) changes.push({ change: 'rename', startS, endS, name });
  if (form.kind !== i.kind) changes.push({ change: 'set_kind', startS, endS, kind: form.kind });
  if (form.startS !== startS || form.endS !== endS)
    changes.push({ change: 'move', startS, endS, newStartS: form.startS, newEndS: form.endS });
  return changes;
}

/** What a repair does and where, in a line. */
export function repairWords(c: Change): string {
  if (c.change === 'order_time') return 'Put the samples in the order of their times';
  const where = span(c.fromMs / 1000, c.toMs / 1000);
  const of = 'channel' in c ? channelWords(channelKey(c.channel)) : '';
  switch (c.change) {
    case 'set_missing':
      return `${of} not recorded, ${where}`;
    case 'interpolate':
      return `${of} on a straight line, ${where}`;
    case 'clamp':
      return `${of} ${[c.min === null ? '' : `at least ${fixed(c.min, 0)}`, c.max === null ? '' : `at most ${fixed(c.max, 0)}`].filter(Boolean).join(' and ')}, ${where}`;
    case 'scale':
      return `${of} × ${fixed(c.factor, 3)}, ${where}`;
    case 'offset':
      return `${of} ${(c.add ?? 0) < 0 ? '−' : '+'} ${fixed(Math.abs(c.add ?? 0), 1)}, ${where}`;
    case 'replace_with_constant':
      return `${of} ${fixed(c.value, 0)} throughout, ${where}`;
    case 'drift_correct':
      return `Altitude tilted by ${fixed((c.endM ?? 0) - (c.startM ?? 0), 0)} m, ${where}`;
    case 'remove_position':
      return `No position, ${where}`;
    case 'trim':
      return `Only ${where} kept`;
    case 'crop_out':
      return `${where} cut out`;
  }
}

const plain = (value: unknown): string =>
  JSON.stringify(value, (_, v: unknown) =>
    v && typeof v === 'object' && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );

/** Whether a list of repairs holds a change that takes effect. */
export function holds(
  repairs: readonly ({ id: string; enabled: boolean } & Change)[],
  change: Change,
): boolean {
  const wanted = plain(change);
  return repairs.some(({ id, enabled, ...rest }) => !!id && enabled && plain(rest) === wanted);
}

/** The difference in pace between two speeds, in seconds over `metres`; negative is quicker. */
export function paceLess(mps: number, other: number, metres: number): number | null {
  return mps > 0.05 && other > 0.05 ? metres / mps - metres / other : null;
}
