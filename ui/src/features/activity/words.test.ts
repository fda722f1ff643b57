import { expect, test } from 'vitest';
import type { Change, Interval } from '../../lib/ipc';
import {
  channelKey,
  channelOf,
  channelWords,
  holds,
  intervalChanges,
  intervalEditWords,
  paceLess,
  repairWords,
  seconds,
} from './words';

const work: Interval = {
  startS: 600,
  endS: 840,
  kind: 'work',
  source: 'detected',
  name: null,
  confidence: 0.9,
  group: 0,
  figures: { avgPower: 290, avgHr: null, avgSpeed: null, efficiency: null, decoupling: null },
};

test('a time is read as a clock or as seconds, and nothing else is', () => {
  expect(seconds('1:02:03')).toBe(3723);
  expect(seconds(' 4:05 ')).toBe(245);
  expect(seconds('90')).toBe(90);
  for (const no of ['', '4:60', 'ten', '1:2:3:4', '-5', '4:', '1.5']) expect(seconds(no)).toBeNull();
});

test('a form becomes as many changes as differ, each named by the span it meets', () => {
  const form = { name: '', kind: work.kind, startS: 600, endS: 840 };
  expect(intervalChanges(work, form)).toEqual([]);
  const all = intervalChanges(work, { name: ' Hill ', kind: 'recovery', startS: 610, endS: 840 });
  expect(all.map((c) => c.change)).toEqual(['rename', 'set_kind', 'move']);
  expect(all.every((c) => c.startS === 600 && c.endS === 840)).toBe(true);
  expect(all[0]).toMatchObject({ name: 'Hill' });
  expect(intervalEditWords(all[2]!)).toBe('Moved 10:00 – 14:00 to 10:10 – 14:00');
});

test('a repair says what, how and where', () => {
  const scale: Change = { change: 'scale', channel: 'power', fromMs: 0, toMs: 60_000, factor: 0.97 };
  expect(repairWords(scale)).toBe('Power × 0.970, 0:00 – 1:00');
  expect(repairWords({ change: 'trim', fromMs: 60_000, toMs: 120_000 })).toBe('Only 1:00 – 2:00 kept');
  expect(
    repairWords({ change: 'clamp', channel: 'heart_rate', fromMs: 0, toMs: 1000, min: null, max: 190 }),
  ).toBe('Heart rate at most 190, 0:00 – 0:01');
});

test('a repair in the list is known again unless it is switched off', () => {
  const change: Change = { change: 'interpolate', channel: 'power', fromMs: 5, toMs: 9 };
  const other = { toMs: 9, fromMs: 5, channel: 'power', change: 'interpolate' } as const;
  expect(holds([{ id: 'a', enabled: true, ...other }], change)).toBe(true);
  expect(holds([{ id: 'a', enabled: false, ...other }], change)).toBe(false);
  expect(holds([{ id: 'a', enabled: true, ...other, toMs: 10 }], change)).toBe(false);
});

test('a channel keeps its name on the way to the engine and back', () => {
  for (const key of ['power', 'heart_rate', 'x:Core Temp [°C]']) expect(channelKey(channelOf(key))).toBe(key);
  expect(channelWords('x:Core Temp [°C]')).toBe('Core Temp');
  expect(channelWords('x:accumulated_power')).toBe('Accumulated power');
  expect(channelWords('heart_rate')).toBe('Heart rate');
});

test('a quicker pace is less', () => {
  expect(paceLess(4, 1000 / 260, 1000)).toBeCloseTo(-10);
  expect(paceLess(0, 4, 1000)).toBeNull();
});
