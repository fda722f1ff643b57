import { expect, test } from 'vitest';
import { distance, duration, height, moment, speed, whole, words } from '.';

test('durations read as clocks', () => {
  expect(duration(59.6)).toBe('1:00');
  expect(duration(3725)).toBe('1:02:05');
  expect(duration(null)).toBe('–');
});

test('a speed is a pace on foot and in water', () => {
  expect(speed(10, 'cycling', 'metric')).toBe('36.0 km/h');
  expect(speed(10, 'cycling', 'imperial')).toBe('22.4 mph');
  expect(speed(1000 / 300, 'running', 'metric')).toBe('5:00 /km');
  expect(speed(1, 'swimming', 'imperial')).toBe('1:40 /100 m');
  expect(speed(0, 'running', 'metric')).toBe('–');
});

test('quantities follow the chosen units', () => {
  expect(distance(1609.344, 'imperial')).toBe('1.00 mi');
  expect(distance(12345, 'metric')).toBe('12.35 km');
  expect(height(100, 'imperial')).toBe('328 ft');
  expect(whole(undefined, 'W')).toBe('–');
});

test('a start is told in the local time of its place', () => {
  expect(moment('2026-05-01T22:30:00Z', 7200)).toBe('2 May 2026, 00:30');
  expect(words('heart_rate')).toBe('Heart rate');
});
