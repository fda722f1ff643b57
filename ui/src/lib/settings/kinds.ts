import type { SettingKind, Units } from '../ipc';
import { duration, inMass, massUnit, speedUnit } from '../format';

/** How an athlete speaks of a quantity that is stored in SI units. */
export type Kind = {
  key: SettingKind;
  label: string;
  why: string;
  unit: (u: Units) => string;
  show: (v: number, u: Units) => string;
  /** The value in SI units, or null where the text is none. */
  parse: (text: string, u: Units) => number | null;
  example: (u: Units) => string;
};

function number(text: string): number | null {
  const v = Number(text.trim().replace(',', '.'));
  return text.trim() && Number.isFinite(v) ? v : null;
}

/** Seconds of "4:15" or "4.25". */
function minutes(text: string): number | null {
  const parts = text.trim().match(/^(\d{1,2}):([0-5]\d)$/);
  if (parts) return Number(parts[1]) * 60 + Number(parts[2]);
  const v = number(text);
  return v === null ? null : v * 60;
}

const plain = (key: SettingKind, label: string, unit: string, example: string, why: string): Kind => ({
  key,
  label,
  why,
  unit: () => unit,
  show: (v) => String(Math.round(v)),
  parse: number,
  example: () => example,
});

/** A speed told as the time for a distance. */
const pace = (
  key: SettingKind,
  label: string,
  sport: string,
  metres: (u: Units) => number,
  example: (u: Units) => string,
  why: string,
): Kind => ({
  key,
  label,
  why,
  unit: (u) => speedUnit(sport, u),
  show: (v, u) => duration(metres(u) / v),
  parse: (text, u) => {
    const s = minutes(text);
    return s ? metres(u) / s : null;
  },
  example,
});

export const KINDS: Kind[] = [
  plain('ftp', 'Functional threshold power', 'W', '250', 'Power zones, Intensity Factor and load of rides'),
  plain(
    'critical_power',
    'Critical power',
    'W',
    '240',
    'W′bal and work above it; FTP stands in where it is not known',
  ),
  plain('peak_power', 'Peak power', 'W', '1050', 'Highest of one second (Pmax), the top of the power model'),
  plain('threshold_heart_rate', 'Threshold heart rate', 'bpm', '168', 'Heart-rate zones'),
  plain('max_heart_rate', 'Maximum heart rate', 'bpm', '188', 'Heart-rate zones where no threshold is known'),
  plain(
    'aerobic_threshold_heart_rate',
    'Aerobic threshold heart rate',
    'bpm',
    '148',
    'First ventilatory threshold (VT1), the border of easy and moderate in three zones',
  ),
  plain('resting_heart_rate', 'Resting heart rate', 'bpm', '48', 'Heart-rate reserve'),
  pace(
    'threshold_speed',
    'Running threshold pace',
    'running',
    (u) => (u === 'metric' ? 1000 : 1609.344),
    (u) => (u === 'metric' ? '4:15' : '6:50'),
    'Pace zones of runs',
  ),
  pace(
    'critical_swim_speed',
    'Critical swim speed',
    'swimming',
    (u) => (u === 'metric' ? 100 : 91.44),
    () => '1:32',
    'Intensity of swims',
  ),
  {
    key: 'weight',
    label: 'Weight',
    why: 'Watts per kilogram',
    unit: massUnit,
    show: (v, u) => inMass(v, u).toFixed(1),
    parse: (text, u) => {
      const v = number(text);
      return v === null ? null : v / inMass(1, u);
    },
    example: (u) => (u === 'metric' ? '70.5' : '155'),
  },
  {
    key: 'w_prime',
    label: 'W′',
    why: 'Work above critical power until exhaustion',
    unit: () => 'kJ',
    show: (v) => (v / 1000).toFixed(1),
    parse: (text) => {
      const v = number(text);
      return v === null ? null : v * 1000;
    },
    example: () => '20',
  },
  {
    key: 'height',
    label: 'Height',
    why: 'Body surface and stride length against height',
    unit: () => 'cm',
    show: (v) => String(Math.round(v * 100)),
    parse: (text) => {
      const v = number(text);
      return v === null ? null : v / 100;
    },
    example: () => '178',
  },
];
