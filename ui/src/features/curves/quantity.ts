/** How a curve's values are read and drawn: a power, a heart rate, a speed or a pace. */
import type { CurveChannel, Units } from '../../lib/ipc';
import { DASH, duration, onFoot, paced, speedUnit } from '../../lib/format';
import { paceMarks } from '../../lib/charts/samples';

export type Quantity = {
  channel: CurveChannel;
  sport: string;
  units: Units;
  /** Kilograms to divide a power by; null for watts. */
  kg: number | null;
};

const isSpeed = (q: Quantity) => q.channel === 'speed' || q.channel === 'gradeAdjustedSpeed';
/** Whether values are told as the time for a distance. */
export const isPace = (q: Quantity) => isSpeed(q) && paced(q.sport);
const metresOf = (q: Quantity) => {
  if (q.sport === 'swimming') return q.units === 'metric' ? 100 : 91.44;
  return q.units === 'metric' ? 1000 : 1609.344;
};

/** What one can look at in a sport, the usual first. */
export function channelsOf(sport: string): CurveChannel[] {
  if (sport === 'running') return ['speed', 'gradeAdjustedSpeed', 'heartRate', 'power'];
  if (sport === 'swimming' || onFoot(sport)) return ['speed', 'heartRate'];
  if (['strength', 'yoga', 'other', 'multisport', 'transition'].includes(sport)) return ['heartRate'];
  return ['power', 'heartRate', 'speed'];
}

export function channelLabel(channel: CurveChannel, sport: string): string {
  switch (channel) {
    case 'power':
      return 'Power';
    case 'heartRate':
      return 'Heart rate';
    case 'speed':
      return paced(sport) ? 'Pace' : 'Speed';
    case 'gradeAdjustedSpeed':
      return 'Grade-adjusted';
  }
}

/** The colour of a channel, as a token. */
export const tokenOf = (channel: CurveChannel) =>
  ({ power: '--power', heartRate: '--heart_rate', speed: '--speed', gradeAdjustedSpeed: '--foot' })[channel];

/** A value in the unit of the upright axis; a pace stays a speed there, so that quicker is higher. */
export function onAxis(q: Quantity, v: number): number {
  if (q.channel === 'power') return q.kg ? v / q.kg : v;
  if (isSpeed(q) && !isPace(q)) return v * (q.units === 'metric' ? 3.6 : 2.2369363);
  return v;
}

/** The words at a mark of the upright axis. */
export function markWords(q: Quantity, v: number): string {
  if (isPace(q)) return v > 0 ? duration(metresOf(q) / v) : '';
  return String(Math.round(v * 100) / 100);
}

export function unitOf(q: Quantity): string {
  if (q.channel === 'power') return q.kg ? 'W/kg' : 'W';
  return q.channel === 'heartRate' ? 'bpm' : speedUnit(q.sport, q.units);
}

/** A value as it is read, without its unit. */
export function reading(q: Quantity, v: number | null | undefined): string {
  if (v === null || v === undefined || !Number.isFinite(v)) return DASH;
  if (isPace(q)) return v > 0.05 ? duration(metresOf(q) / v) : DASH;
  const drawn = onAxis(q, v);
  if (q.channel === 'power') return q.kg ? drawn.toFixed(2) : Math.round(drawn).toLocaleString('en');
  return q.channel === 'heartRate' ? String(Math.round(drawn)) : drawn.toFixed(1);
}

export const told = (q: Quantity, v: number | null | undefined) => {
  const text = reading(q, v);
  return text === DASH ? text : `${text} ${unitOf(q)}`;
};

/** How a value stands against another: "+12 W", and of paces "0:04 quicker". */
export function against(q: Quantity, v: number, other: number): string {
  if (isPace(q)) {
    if (v <= 0.05 || other <= 0.05) return '';
    const s = Math.round(metresOf(q) / other) - Math.round(metresOf(q) / v);
    return s === 0 ? 'the same' : `${duration(Math.abs(s))} ${s > 0 ? 'quicker' : 'slower'}`;
  }
  const digits = q.channel === 'power' && q.kg ? 2 : isSpeed(q) ? 1 : 0;
  const by = (onAxis(q, v) - onAxis(q, other)).toFixed(digits);
  if (Number(by) === 0) return 'the same';
  return `${Number(by) < 0 ? '−' : '+'}${by.replace('-', '')} ${unitOf(q)}`;
}

/** Where the upright axis begins and ends for values between two others. */
export function axisBounds(q: Quantity, low: number, high: number): [number, number] {
  if (q.channel === 'heartRate') return [Math.max(0, Math.floor((low - 8) / 10) * 10), high + 5];
  if (isPace(q)) {
    const pad = Math.max((high - low) * 0.1, high * 0.02);
    return [Math.max(0, low - pad), high + pad];
  }
  return [0, high * 1.07 + 0.01];
}

/** Marks of the upright axis where it tells paces. */
export const pacesOf = (q: Quantity, low: number, high: number) => paceMarks(low, high, metresOf(q));

const MODELS: Record<string, string> = {
  cp2_work_time: 'CP2, work over time',
  cp2_inverse_time: 'CP2, power over 1/t',
  cp2_nonlinear: 'CP2, hyperbola',
  cp3_morton: 'CP3, Morton',
};
/** What a model is called where there is little room. */
export const modelName = (model: { key: string; name: string }) => MODELS[model.key] ?? model.name;

/** "5 km", "Half marathon", "1,500 m", "1 mile". */
export function distanceWords(metres: number): string {
  const miles = metres / 1609.344;
  if (Math.abs(metres - 21_097.5) < 1) return 'Half marathon';
  if (Math.abs(metres - 42_195) < 1) return 'Marathon';
  if (Math.abs(miles - Math.round(miles)) < 1e-4)
    return miles < 1.5 ? '1 mile' : `${Math.round(miles)} miles`;
  if (metres < 3000) return `${Math.round(metres).toLocaleString('en')} m`;
  return `${Math.round(metres / 10) / 100} km`;
}
