/** How an athlete speaks of each measurement of the body. */
import { type BiometricKind, type Units } from '../../lib/ipc';
import { DASH, fixed, inMass, massUnit, whole } from '../../lib/format';

export type Kind = {
  label: string;
  /** Beside the number; empty where the number says it. */
  unit: (u: Units) => string;
  digits: number;
  /** Its colour. */
  token: string;
  /** On which side of normal an athlete had better look. */
  worse?: 'low' | 'high';
  draw: 'dots' | 'line' | 'bars' | 'stages' | 'range';
  /** Ends of the axis where the scale has some. */
  ends?: [number, number];
};

const kind = (
  label: string,
  unit: string,
  digits: number,
  token: string,
  more: Partial<Kind> = {},
): Kind => ({
  label,
  unit: () => unit,
  digits,
  token,
  draw: 'dots',
  ...more,
});
const mass = (label: string, token: string): Kind =>
  kind(label, '', 1, token, { unit: massUnit, draw: 'line' });
const felt = (label: string, worse: Kind['worse'] = 'high') =>
  kind(label, '/ 10', 0, worse === 'high' ? '--amber' : '--good', { worse, ends: [0, 10], draw: 'bars' });
const asleep = (label: string) => kind(label, 'h', 0, '--water', { draw: 'bars' });

export const KINDS: Record<BiometricKind, Kind> = {
  hrv_rmssd: kind('Heart-rate variability', 'ms', 0, '--accent', { worse: 'low' }),
  resting_heart_rate: kind('Resting heart rate', 'bpm', 0, '--heart_rate', { worse: 'high' }),
  sleep_total: kind('Sleep', 'h', 0, '--water', { worse: 'low', draw: 'stages' }),
  weight: mass('Weight', '--amber'),
  sleep_deep: asleep('Deep sleep'),
  sleep_light: asleep('Light sleep'),
  sleep_rem: asleep('REM sleep'),
  sleep_awake: asleep('Awake in bed'),
  sleep_score: kind('Sleep score', '/ 100', 0, '--water', { worse: 'low' }),
  stress: kind('Stress, by the watch', '/ 100', 0, '--power', { worse: 'high' }),
  oxygen_saturation: kind('Oxygen saturation', '%', 0, '--snow', { worse: 'low' }),
  respiration_rate: kind('Respiration', '/min', 1, '--foot', { worse: 'high' }),
  steps: kind('Steps', '', 0, '--running', { draw: 'bars' }),
  blood_pressure_systolic: kind('Blood pressure', 'mmHg', 0, '--heart_rate', { draw: 'range' }),
  blood_pressure_diastolic: kind('Diastolic pressure', 'mmHg', 0, '--heart_rate'),
  body_fat: kind('Body fat', '%', 1, '--amber', { draw: 'line' }),
  muscle_mass: mass('Muscle', '--gym'),
  body_water: kind('Body water', '%', 1, '--speed', { draw: 'line' }),
  bone_mass: mass('Bone', '--other'),
  body_mass_index: kind('Body mass index', 'kg/m²', 1, '--amber', { draw: 'line' }),
  soreness: felt('Soreness'),
  fatigue: felt('Fatigue'),
  perceived_stress: felt('Stress, as felt'),
  mood: felt('Mood', 'low'),
  illness: kind('Ill or injured', '', 0, '--bad', { draw: 'bars', ends: [0, 1] }),
};

/** The large charts, from above. */
export const MAIN = ['hrv_rmssd', 'resting_heart_rate', 'sleep_total', 'weight'] as const;
/** The small ones; days of illness are marked in all of them instead. */
export const SMALL = [
  'sleep_score',
  'stress',
  'respiration_rate',
  'oxygen_saturation',
  'steps',
  'soreness',
  'fatigue',
  'perceived_stress',
  'mood',
  'body_fat',
  'muscle_mass',
  'body_water',
  'bone_mass',
  'body_mass_index',
  'blood_pressure_systolic',
] as const satisfies BiometricKind[];
/** Of a night, from its deepest. */
export const STAGES = [
  { key: 'sleep_deep', label: 'Deep', token: '--water', alpha: 1 },
  { key: 'sleep_light', label: 'Light', token: '--water', alpha: 0.42 },
  { key: 'sleep_rem', label: 'REM', token: '--snow', alpha: 0.85 },
  { key: 'sleep_awake', label: 'Awake', token: '--amber', alpha: 0.75 },
] as const;

const MASSES: BiometricKind[] = ['weight', 'muscle_mass', 'bone_mass'];
const TIMES: BiometricKind[] = ['sleep_total', ...STAGES.map((s) => s.key)];

/** A stored value in the unit it is drawn and typed in; nights in hours. */
export function inUnit(key: BiometricKind, v: number, u: Units): number {
  if (MASSES.includes(key)) return inMass(v, u);
  return TIMES.includes(key) ? v / 3600 : v;
}
/** A typed value as it is stored. */
export function fromUnit(key: BiometricKind, v: number, u: Units): number {
  if (MASSES.includes(key)) return v / inMass(1, u);
  return TIMES.includes(key) ? v * 3600 : v;
}

/** "7:24" of seconds. */
export function nightText(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}

/** "58", "7:24": a stored value without its unit. */
export function told(key: BiometricKind, v: number | null | undefined, u: Units): string {
  if (v === null || v === undefined) return DASH;
  if (TIMES.includes(key)) return nightText(v);
  if (key === 'steps') return whole(v);
  return fixed(inUnit(key, v, u), KINDS[key].digits);
}
/** "58 ms", "7:24 h". */
export function toldWithUnit(key: BiometricKind, v: number | null | undefined, u: Units): string {
  const text = told(key, v, u);
  const unit = KINDS[key].unit(u);
  return text === DASH || !unit ? text : `${text} ${unit}`;
}
/** "58–66 ms": what is normal. */
export function toldRange(
  key: BiometricKind,
  low: number | null | undefined,
  high: number | null | undefined,
  u: Units,
): string {
  if (low === null || low === undefined || high === null || high === undefined) return DASH;
  return `${told(key, low, u)}–${toldWithUnit(key, high, u)}`;
}
/** The words at a mark of the upright axis, of a value as drawn. */
export function mark(key: BiometricKind, v: number): string {
  if (TIMES.includes(key)) return `${v} h`;
  return Math.abs(v) >= 10_000 ? `${v / 1000}k` : String(v);
}

/** The last entry up to one, at most two weeks back. */
export function lastKnown(values: (number | null)[], at: number): { value: number; before: number } | null {
  for (let before = 0; before <= 14 && before <= at; before += 1) {
    const value = values[at - before];
    if (value != null) return { value, before };
  }
  return null;
}
