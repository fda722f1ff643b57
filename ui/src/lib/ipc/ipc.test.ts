import { expect, test } from 'vitest';
import { describe as say } from './errors';
import { decodeFrame } from './frame';

function frame(): ArrayBuffer {
  const header = JSON.stringify({
    epoch: 3,
    count: 2,
    start: '2026-01-01T00:00:00Z',
    timeOffset: 256,
    channels: [{ key: 'power', unit: 'W', type: 'f32', offset: 264 }],
  });
  const buffer = new ArrayBuffer(272);
  const view = new DataView(buffer);
  view.setUint32(0, 0x504c5346, false);
  view.setUint32(4, 1, true);
  view.setUint32(8, header.length, true);
  new Uint8Array(buffer, 12).set(new TextEncoder().encode(header));
  view.setInt32(260, 1000, true);
  view.setFloat32(264, 201.5, true);
  view.setFloat32(268, NaN, true);
  return buffer;
}

test('a frame gives its samples', () => {
  const f = decodeFrame(frame());
  expect([...f.timeMs]).toEqual([0, 1000]);
  expect(f.columns[0]?.key).toBe('power');
  expect(f.columns[0]?.values[0]).toBe(201.5);
  expect(f.columns[0]?.values[1]).toBeNaN();
});

test('a broken frame is refused with a reason', () => {
  expect(() => decodeFrame(new ArrayBuffer(4))).toThrow('do not begin');
  expect(() => decodeFrame(frame().slice(0, 266))).toThrow('cut short');
  const other = frame();
  new DataView(other).setUint32(4, 9, true);
  expect(() => decodeFrame(other)).toThrow('another version');
});

test('every error says something to read', () => {
  expect(say({ code: 'storage', reason: 'The disk is full.' }).detail).toBe('The disk is full.');
  expect(say({ code: 'internal', reportId: 'abc' }).detail).toContain('abc');
  expect(say(new Error('odd')).title).toBe('Something went wrong');
});
