/** What the data suggest, in the words and units of the athlete. */
import type { Proposal, Units } from '../../lib/ipc';
import { duration, fixed, signed, whole } from '../../lib/format';
import { KINDS } from '../../lib/settings/kinds';

type Suggested = Proposal['proposal'];

/** "285 W", "4:05 /km": a value of a setting as the athlete says it. */
export function amount(kind: Suggested['kind'], value: number, u: Units): string {
  const k = KINDS.find((k) => k.key === kind);
  return k ? `${k.show(value, u)} ${k.unit(u)}` : String(value);
}

/** What is kept of a proposal: the value as it is shown, not digits nobody saw. */
export function asShown(kind: Suggested['kind'], value: number, u: Units): number {
  const k = KINDS.find((k) => k.key === kind);
  return k?.parse(k.show(value, u), u) ?? value;
}

/** How far the proposal lies from what holds: a share of it, or beats. */
export function change(p: Suggested): string {
  if (p.current === null || !p.current || p.value === null) return 'not set yet';
  const by = p.value - p.current;
  return p.kind.endsWith('heart_rate') ? `${signed(by)} bpm` : `${signed((100 * by) / p.current, 1)} %`;
}

const others = (n: number) =>
  n === 0
    ? 'No other activity comes near it.'
    : n === 1
      ? 'Another activity comes near it.'
      : `${whole(n)} other activities come near it.`;

/** Why, from the evidence, so that paces and pounds are said as the athlete says them. */
export function reason(p: Suggested, u: Units): string {
  const { method, observed, durationS, support } = p.evidence;
  const seen = amount(p.kind, observed ?? 0, u);
  const time = durationS === null ? '' : durationS < 60 ? `${whole(durationS)} s` : duration(durationS);
  const share = p.value !== null && observed ? (100 * p.value) / observed : 100;
  switch (method) {
    case 'best_power':
    case 'best_heart_rate':
      return Math.abs(share - 100) < 0.05
        ? `Your best ${time} were ${seen}. ${others(support)}`
        : `Your best ${time} were ${seen}, of which ${fixed(share, 0)} % count. ${others(support)}`;
    case 'sustained_maximum':
      return `You held ${seen} for ${time}, and the minute around it bears it out. ${others(support)}`;
    case 'riegel_hour':
      return `You ran ${seen} for ${time}, worth ${amount(p.kind, p.value ?? 0, u)} over an hour by Riegel’s law. ${others(support)}`;
    case 'estimated_ftp':
      return `One effort of ${time} is estimated to be worth ${seen}. ${others(support)}`;
    case 'critical_power':
      return `Your critical power of these ninety days is ${seen}. It lies a little above FTP, and no single effort says more.`;
    case 'critical_swim_speed':
      return `A test gave ${seen}. ${others(support)}`;
    case 'low_percentile':
      return `It is the lowest tenth of ${whole(support)} mornings of the last thirty days.`;
    case 'median':
      return `It is the middle of ${whole(support)} weighings of the last fourteen days.`;
  }
}

export const CONFIDENCE = {
  high: { label: 'High confidence', bars: 3 },
  medium: { label: 'Medium confidence', bars: 2 },
  low: { label: 'Low confidence', bars: 1 },
} as const;
