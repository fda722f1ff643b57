import type { Quantity, Units } from '../ipc';
import { DASH, distance, duration, fixed, height, speed, temperature, whole } from '.';

/** A length of less than a kilometre, or of a pool's stroke: centimetres count. */
const short = (m: number, units: Units) =>
  units === 'metric' ? fixed(m, 2, 'm') : fixed(m / 0.3048, 2, 'ft');

/** A figure in the athlete's units; `key` tells a height from a way, both in metres. */
export function figure(key: string, v: number | null, unit: Quantity, sport: string, units: Units): string {
  if (v === null || !Number.isFinite(v)) return DASH;
  switch (unit) {
    case 'watts':
      return whole(v, 'W');
    case 'watts_per_kg':
      return fixed(v, 2, 'W/kg');
    case 'kilojoules':
      return whole(v, 'kJ');
    case 'kilojoules_per_kg':
      return fixed(v, 1, 'kJ/kg');
    case 'kcal':
      return whole(v, 'kcal');
    case 'beats_per_minute':
      return whole(v, 'bpm');
    case 'watts_per_beat':
      return fixed(v, 2, 'W/bpm');
    case 'metres_per_beat':
      return fixed(v, 2, 'm/beat');
    case 'seconds':
      return duration(v);
    case 'metres':
      if (key === 'distance') return distance(v, units, sport);
      return ['step_length', 'distance_per_stroke'].includes(key) ? short(v, units) : height(v, units);
    case 'millimetres':
      return fixed(v, 1, 'mm');
    case 'milliseconds':
      return whole(v, 'ms');
    case 'metres_per_second':
      return speed(v, sport, units);
    case 'pace':
      return speed(v, 'running', units);
    case 'swim_pace':
      return speed(v, 'swimming', units);
    case 'metres_per_hour':
      return units === 'metric' ? whole(v, 'm/h') : whole(v / 0.3048, 'ft/h');
    case 'per_minute':
      return whole(v, '/min');
    case 'percent':
      return fixed(v, 1, '%');
    case 'points':
      return v >= 20 ? whole(v) : fixed(v, 1);
    case 'ratio':
      return fixed(v, 2);
    case 'celsius':
      return temperature(v, units);
    case 'count':
      return Number.isInteger(v) ? whole(v) : fixed(v, 1);
  }
}

/** A difference with its sign: "+5", "−0.4"; nothing to tell is "0". */
export function signed(v: number | null | undefined, digits: number, unit = ''): string {
  if (v === null || v === undefined || !Number.isFinite(v)) return DASH;
  const text = Math.abs(v).toFixed(digits);
  const sign = Number(text) === 0 ? '±' : v > 0 ? '+' : '−';
  return `${sign}${text}${unit && ' ' + unit}`;
}
