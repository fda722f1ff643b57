import { expect, test, vi } from 'vitest';

vi.mock('uplot', () => ({ default: class {} }));
const { drawn, indexAt, thin } = await import('./stack');

test('thinning keeps every peak', () => {
  const time = Int32Array.from({ length: 36_000 }, (_, i) => i * 1000);
  const values = new Float32Array(36_000).fill(150);
  values[20_001] = 900;
  values[7] = 0;
  const [xs, ys] = thin(time, values, 0, 36_000, 1000);
  expect(xs.length).toBeLessThan(2100);
  expect(Math.max(...ys.map((y) => y ?? 0))).toBe(900);
  expect(Math.min(...ys.map((y) => y ?? 1))).toBe(0);
});

test('a pause stays a hole', () => {
  const time = Int32Array.from([0, 1000, 600_000, 601_000]);
  const [, ys] = thin(time, [1, 2, 3, 4], 0, 4, 100);
  expect(ys).toContain(null);
});

test('power is drawn above heart rate and empty channels not at all', () => {
  const column = (key: string, v: number) => ({ key, unit: '', values: Float32Array.from([v]) });
  const frame = {
    epoch: 1,
    count: 1,
    start: '',
    timeMs: Int32Array.from([0]),
    columns: [column('heart_rate', 1), column('power', 2), column('cadence', NaN), column('latitude', 4)],
  };
  expect(drawn(frame).map((c) => c.key)).toEqual(['power', 'heart_rate']);
  expect(indexAt(Int32Array.from([0, 10, 20]), 11)).toBe(2);
});
