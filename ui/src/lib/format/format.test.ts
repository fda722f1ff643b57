import { expect, test } from 'vitest';
import { clock, day, distance, duration, height, hours, lastPart, reading, speed, whole, words } from '.';

test('durations read as clocks, long sums as hours', () => {
  expect(duration(59.6)).toBe('1:00');
  expect(duration(3725)).toBe('1:02:05');
  expect(duration(null)).toBe('–');
  expect(hours(12_000)).toBe('3 h 20 min');
  expect(hours(3_600_000)).toBe('1,000 h');
});

test('a speed is a pace on foot and in water', () => {
  expect(speed(10, 'cycling', 'metric')).toBe('36.0 km/h');
  expect(speed(10, 'cycling', 'imperial')).toBe('22.4 mph');
  expect(speed(1000 / 300, 'running', 'metric')).toBe('5:00 /km');
  expect(speed(0.9144, 'swimming', 'imperial')).toBe('1:40 /100 yd');
  expect(speed(0, 'running', 'metric')).toBe('–');
});

test('quantities follow the chosen units', () => {
  expect(distance(1609.344, 'imperial')).toBe('1.00 mi');
  expect(distance(12345, 'metric')).toBe('12.35 km');
  expect(distance(1500, 'metric', 'swimming')).toBe('1,500 m');
  expect(height(100, 'imperial')).toBe('328 ft');
  expect(whole(undefined, 'W')).toBe('–');
  expect(reading('temperature', 20, '°C', 'cycling', 'imperial')).toBe('68');
  expect(reading('power', NaN, 'W', 'cycling', 'metric')).toBe('–');
});

test('a start is told in the local time of its place', () => {
  expect(day('2026-05-01T22:30:00Z', 7200)).toBe('Sat 2 May 2026');
  expect(clock('2026-05-01T22:30:00Z', 7200)).toBe('00:30');
  expect(words('heart_rate')).toBe('Heart rate');
});

test('an item is called by its file, or by its title in a list', () => {
  expect(lastPart('/home/ada/rides/1.fit')).toBe('1.fit');
  expect(lastPart('C:\\rides\\export.zip › activities/1.fit.gz')).toBe('1.fit.gz');
  expect(lastPart('export.zip › activities.csv › 3/4 done (73)')).toBe('3/4 done (73)');
});
