import type { Units } from '../ipc';

type N = number | null | undefined;
const gone = (v: N): v is null | undefined => v === null || v === undefined || !Number.isFinite(v);
export const DASH = '–';

const KM_PER_MILE = 1.609344;
const FEET_PER_M = 1 / 0.3048;

export function duration(seconds: N): string {
  if (gone(seconds)) return DASH;
  const s = Math.round(Math.max(0, seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const h = Math.floor(s / 3600);
  return h
    ? `${h}:${two(Math.floor((s % 3600) / 60))}:${two(s % 60)}`
    : `${Math.floor(s / 60)}:${two(s % 60)}`;
}

/** Long sums of time, where seconds are noise: "741 h", "3 h 20 min". */
export function hours(seconds: N): string {
  if (gone(seconds)) return DASH;
  const minutes = Math.round(seconds / 60);
  const h = Math.floor(minutes / 60);
  if (h >= 100) return `${h.toLocaleString('en')} h`;
  return h ? `${h} h ${minutes % 60} min` : `${minutes} min`;
}

export function whole(v: N, unit = ''): string {
  return gone(v) ? DASH : `${Math.round(v).toLocaleString('en')}${unit && ' ' + unit}`;
}

export function fixed(v: N, digits: number, unit = ''): string {
  return gone(v) ? DASH : `${v.toFixed(digits)}${unit && ' ' + unit}`;
}

/** A change with its sign; a rounded nothing has none. */
export function signed(v: number, digits = 0): string {
  const text = Math.abs(v).toFixed(digits);
  return Number(text) === 0 ? text : `${v < 0 ? '−' : '+'}${text}`;
}

export function distance(m: N, units: Units, sport = ''): string {
  if (gone(m)) return DASH;
  if (sport === 'swimming') return units === 'metric' ? whole(m, 'm') : whole(m / 0.9144, 'yd');
  const d = inDistance(m, units);
  return `${d >= 1000 ? Math.round(d).toLocaleString('en') : d.toFixed(2)} ${distanceUnit(units)}`;
}

/** Metres as kilometres or miles. */
export const inDistance = (m: number, units: Units) =>
  units === 'metric' ? m / 1000 : m / 1000 / KM_PER_MILE;
export const distanceUnit = (units: Units) => (units === 'metric' ? 'km' : 'mi');

export function height(m: N, units: Units): string {
  return units === 'metric' ? whole(m, 'm') : whole(gone(m) ? m : m * FEET_PER_M, 'ft');
}

/** Kilograms as kilograms or pounds. */
export const inMass = (kg: number, units: Units) => (units === 'metric' ? kg : kg / 0.45359237);
export const massUnit = (units: Units) => (units === 'metric' ? 'kg' : 'lb');

export function temperature(c: N, units: Units): string {
  return units === 'metric' ? whole(c, '°C') : whole(gone(c) ? c : c * 1.8 + 32, '°F');
}

export function bytes(n: number): string {
  return n < 1e6 ? `${Math.max(1, Math.round(n / 1000))} kB` : `${(n / 1e6).toFixed(1)} MB`;
}

export const onFoot = (sport: string) => ['running', 'walking', 'hiking'].includes(sport);
/** Whether the sport speaks of pace instead of speed. */
export const paced = (sport: string) => sport === 'swimming' || onFoot(sport);

/** Speed as the sport speaks of it: a pace on foot and in water, else km/h or mph. */
export function speed(mps: N, sport: string, units: Units): string {
  if (gone(mps)) return DASH;
  const unit = speedUnit(sport, units);
  if (sport === 'swimming') {
    const length = units === 'metric' ? 100 : 91.44;
    return mps > 0.05 ? `${duration(length / mps)} ${unit}` : DASH;
  }
  if (onFoot(sport)) {
    if (mps < 0.3) return DASH;
    return `${duration((units === 'metric' ? 1000 : 1000 * KM_PER_MILE) / mps)} ${unit}`;
  }
  return `${(mps * 3.6 * (units === 'metric' ? 1 : 1 / KM_PER_MILE)).toFixed(1)} ${unit}`;
}

export function speedUnit(sport: string, units: Units): string {
  if (sport === 'swimming') return units === 'metric' ? '/100 m' : '/100 yd';
  if (onFoot(sport)) return units === 'metric' ? '/km' : '/mi';
  return units === 'metric' ? 'km/h' : 'mph';
}

/** Both feet count on foot: recorders store strides, runners speak of steps. */
const stepsOf = (sport: string) => (onFoot(sport) ? 2 : 1);
const cadenceUnit = (sport: string) => (onFoot(sport) ? 'spm' : sport === 'cycling' ? 'rpm' : '/min');

export function cadence(perMinute: N, sport: string): string {
  return whole(gone(perMinute) ? perMinute : perMinute * stepsOf(sport), cadenceUnit(sport));
}

/** A value of a channel as it is read, without its unit. */
export function reading(key: string, v: N, unit: string, sport: string, units: Units): string {
  if (gone(v)) return DASH;
  if (key === 'speed') return speed(v, sport, units).split(' ')[0]!;
  if (key === 'cadence') return String(Math.round(v * stepsOf(sport)));
  if (key === 'altitude') return String(Math.round(units === 'metric' ? v : v * FEET_PER_M));
  if (key === 'temperature' || key === 'core_temperature') {
    const t = units === 'metric' ? v : v * 1.8 + 32;
    return key === 'temperature' ? String(Math.round(t)) : t.toFixed(1);
  }
  return unit === '' || Math.abs(v) >= 20 || Number.isInteger(v) ? String(Math.round(v)) : v.toFixed(1);
}

/** The unit that belongs to [`reading`]. */
export function readingUnit(key: string, unit: string, sport: string, units: Units): string {
  if (key === 'speed') return speedUnit(sport, units);
  if (key === 'cadence') return cadenceUnit(sport);
  if (units === 'imperial' && key === 'altitude') return 'ft';
  if (units === 'imperial' && key.endsWith('temperature')) return '°F';
  return unit;
}

const local = (iso: string, offsetS: N) => new Date(Date.parse(iso) + (offsetS ?? 0) * 1000);
const said = (date: Date, options: Intl.DateTimeFormatOptions) =>
  date.toLocaleDateString('en-GB', { ...options, timeZone: 'UTC' });

/** The local day where it was recorded: "Sat 21 Nov 2026". */
export function day(iso: string, offsetS: N): string {
  return said(local(iso, offsetS), {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  }).replace(',', '');
}

/** The local hour where it was recorded: "17:40". */
export function clock(iso: string, offsetS: N): string {
  return local(iso, offsetS).toISOString().slice(11, 16);
}

/** A day without the weekday, for dates that are no rides. */
export function date(iso: string, offsetS: N = 0): string {
  return said(local(iso, offsetS), { day: 'numeric', month: 'short', year: 'numeric' });
}

/** How this computer's clock would say an instant, for things that happen here. */
export function here(iso: string): string {
  const at = new Date(Date.parse(iso));
  return `${at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })}, ${String(at.getHours()).padStart(2, '0')}:${String(at.getMinutes()).padStart(2, '0')}`;
}

const SPOKEN: Record<string, string> = {
  cross_country_skiing: 'Cross-country skiing',
  heart_rate: 'Heart rate',
  mtb: 'Mountain bike',
};
export function words(key: string): string {
  const known = SPOKEN[key];
  if (known) return known;
  const text = key.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The last part of an import item's path: a file, or an entry of an account's list. */
export function lastPart(path: string): string {
  const parts = path.split(' › ');
  const last = parts.at(-1) ?? path;
  // Titles of entries may hold slashes.
  if (/\.(csv|json)$/i.test(parts.at(-2) ?? '')) return last;
  return last.split(/[\\/]/).at(-1) ?? last;
}
