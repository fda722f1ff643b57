import { expect, test } from 'vitest';
import { figure, signed } from './quantity';

test('a figure is told in the unit of what it counts', () => {
  expect(figure('average_power', 203.4, 'watts', 'cycling', 'metric')).toBe('203 W');
  expect(figure('intensity_factor', 0.876, 'ratio', 'cycling', 'metric')).toBe('0.88');
  expect(figure('moving_time', 3725, 'seconds', 'cycling', 'metric')).toBe('1:02:05');
  expect(figure('power_decoupling', -2.34, 'percent', 'cycling', 'metric')).toBe('-2.3 %');
  expect(figure('average_power', null, 'watts', 'cycling', 'metric')).toBe('–');
});

test('a figure follows the units of the athlete', () => {
  expect(figure('distance', 1609.344, 'metres', 'cycling', 'imperial')).toBe('1.00 mi');
  expect(figure('ascent', 100, 'metres', 'cycling', 'imperial')).toBe('328 ft');
  expect(figure('step_length', 1.234, 'metres', 'running', 'metric')).toBe('1.23 m');
  expect(figure('vam', 1000, 'metres_per_hour', 'cycling', 'imperial')).toBe('3,281 ft/h');
  expect(figure('grade_adjusted_speed', 1000 / 300, 'pace', 'running', 'metric')).toBe('5:00 /km');
  expect(figure('swim_pace', 1, 'swim_pace', 'swimming', 'metric')).toBe('1:40 /100 m');
});

test('a difference carries its sign, and none where it rounds to nothing', () => {
  expect(signed(4.6, 0, 'W')).toBe('+5 W');
  expect(signed(-0.42, 1)).toBe('−0.4');
  expect(signed(-0.04, 1)).toBe('±0.0');
  expect(signed(null, 1)).toBe('–');
});
