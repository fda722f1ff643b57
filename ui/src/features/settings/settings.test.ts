import { expect, test } from 'vitest';
import type { Proposal } from '../../lib/ipc';
import { KINDS } from '../../lib/settings/kinds';
import { amount, asShown, change, reason } from './proposals';

const kind = (key: string) => KINDS.find((k) => k.key === key)!;

test('every value is read back as it is shown, in both systems of units', () => {
  const values = { ftp: 250, weight: 70.3, threshold_speed: 3.9, critical_swim_speed: 1.1, w_prime: 20_500 };
  for (const [key, value] of Object.entries(values))
    for (const units of ['metric', 'imperial'] as const) {
      const k = kind(key);
      const back = k.parse(k.show(value, units), units)!;
      expect(Math.abs(back - value) / value).toBeLessThan(0.005);
    }
});

test('a threshold pace is typed as a runner says it', () => {
  expect(kind('threshold_speed').parse('4:10', 'metric')).toBeCloseTo(4);
  expect(kind('threshold_speed').parse('4:70', 'metric')).toBeNull();
  expect(kind('ftp').parse('two hundred', 'metric')).toBeNull();
  expect(kind('weight').parse('70,5', 'metric')).toBe(70.5);
});

const proposal = (over: Partial<Proposal['proposal']>, evidence: object): Proposal['proposal'] => ({
  kind: 'ftp',
  value: 285,
  current: 270,
  confidence: 'high',
  reason: '',
  evidence: {
    method: 'best_power',
    activity: null,
    day: 20_000,
    observed: 300,
    durationS: 1200,
    support: 0,
    ...evidence,
  },
  ...over,
});

test('a proposal says what it rests on in the units of the athlete', () => {
  expect(reason(proposal({}, {}), 'metric')).toBe(
    'Your best 20:00 were 300 W, of which 95 % count. No other activity comes near it.',
  );
  const hour = proposal({}, { observed: 285, durationS: 3600, support: 2 });
  expect(reason(hour, 'metric')).toBe('Your best 1:00:00 were 285 W. 2 other activities come near it.');
  const pace = proposal(
    { kind: 'threshold_speed', value: 4 },
    { method: 'riegel_hour', observed: 4.2, support: 1 },
  );
  expect(reason(pace, 'metric')).toContain('3:58 /km for 20:00, worth 4:10 /km');
  expect(reason(pace, 'imperial')).toContain('6:42 /mi over an hour');
  const weight = proposal({ kind: 'weight', value: 70 }, { method: 'median', observed: 70, support: 5 });
  expect(reason(weight, 'imperial')).toContain('5 weighings');
  expect(amount('weight', 70, 'imperial')).toBe('154.3 lb');
});

test('a proposal tells how far it lies from what holds', () => {
  expect(change(proposal({}, {}))).toBe('+5.6 %');
  expect(change(proposal({ kind: 'max_heart_rate', value: 191, current: 188 }, {}))).toBe('+3 bpm');
  expect(change(proposal({ current: null }, {}))).toBe('not set yet');
});

test('what is kept of a proposal is what was read', () => {
  expect(asShown('ftp', 260.70375, 'metric')).toBe(261);
  expect(asShown('threshold_speed', 3.9273, 'metric')).toBeCloseTo(1000 / 255, 6);
});
