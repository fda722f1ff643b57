import { expect, test } from 'vitest';
import { KINDS } from './kinds';

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
