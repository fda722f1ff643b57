import type { Units } from '../ipc';

type N = number | null | undefined;
const gone = (v: N): v is null | undefined => v === null || v === undefined || !Number.isFinite(v);
export const DASH = '–';

export function duration(seconds: N): string {
  if (gone(seconds)) return DASH;
  const s = Math.round(Math.max(0, seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const h = Math.floor(s / 3600);
  return h
    ? `${h}:${two(Math.floor((s % 3600) / 60))}:${two(s % 60)}`
    : `${Math.floor(s / 60)}:${two(s % 60)}`;
}

export function whole(v: N, unit = ''): string {
  return gone(v) ? DASH : `${Math.round(v).toLocaleString('en')}${unit && ' ' + unit}`;
}

export function distance(m: N, units: Units): string {
  if (gone(m)) return DASH;
  return units === 'metric' ? `${(m / 1000).toFixed(2)} km` : `${(m / 1609.344).toFixed(2)} mi`;
}

export function height(m: N, units: Units): string {
  return units === 'metric' ? whole(m, 'm') : whole(gone(m) ? m : m / 0.3048, 'ft');
}

export function temperature(c: N, units: Units): string {
  return units === 'metric' ? whole(c, '°C') : whole(gone(c) ? c : c * 1.8 + 32, '°F');
}

/** Speed as the sport speaks of it: a pace on foot and in water, else km/h or mph. */
export function speed(mps: N, sport: string, units: Units): string {
  if (gone(mps)) return DASH;
  if (sport === 'swimming') return mps > 0 ? `${duration(100 / mps)} /100 m` : DASH;
  if (['running', 'walking', 'hiking'].includes(sport)) {
    if (mps < 0.3) return DASH;
    return units === 'metric' ? `${duration(1000 / mps)} /km` : `${duration(1609.344 / mps)} /mi`;
  }
  return units === 'metric' ? `${(mps * 3.6).toFixed(1)} km/h` : `${(mps * 2.236936).toFixed(1)} mph`;
}

/** The local day and time where it was recorded. */
export function moment(iso: string, offsetS: N, time = true): string {
  const local = new Date(Date.parse(iso) + (offsetS ?? 0) * 1000);
  const day = local.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  });
  return time ? `${day}, ${local.toISOString().slice(11, 16)}` : day;
}

export function words(key: string): string {
  const text = key.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
