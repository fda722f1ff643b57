/**
 * The wire has `null` beside every number, because JSON has no word for one that is none. The engine
 * gives none of those, so here the numbers that are always there are numbers.
 */
import {
  commands,
  type Abilities as View,
  type BestPoint,
  type Curve,
  type CurveChannel,
  type CurveEstimate,
  type CurveFit,
  type CurveModel,
  type EftpEstimate,
  type FittedEffort,
  type PowerProfile as Profile,
  type PowerProfileEntry,
  type RacePrediction,
  type RunnerSpeeds,
  type Vo2maxEstimate,
} from '../../lib/ipc';
import type { Days } from './spans';

type Sure<T, K extends keyof T> = Omit<T, K> & { [P in K]: number };

export type Point = Sure<BestPoint, 'value'>;
export type CurveView = Omit<Curve, 'points'> & { points: Point[] };
export type Estimate = Omit<CurveEstimate, 'value' | 'interval'> & {
  value: number;
  interval: [number, number] | null;
};
export type Effort = Sure<FittedEffort, 'watts' | 'residual'>;
export type Fit = Omit<CurveFit, 'cp' | 'wPrime' | 'pMax' | 'decline' | 'rSquared' | 'rmse' | 'efforts'> & {
  cp: Estimate;
  wPrime: Estimate;
  pMax: Estimate | null;
  decline: Estimate | null;
  rSquared: number;
  rmse: number;
  efforts: Effort[];
};
export type Model = Omit<CurveModel, 'fit' | 'curve'> & { fit: Fit | null; curve: [number, number][] };
export type Eftp = Omit<EftpEstimate, 'watts' | 'effort'> & {
  watts: number;
  effort: { seconds: number; watts: number };
};
export type ProfileEntry = Sure<PowerProfileEntry, 'watts' | 'wattsPerKg' | 'position'>;
export type PowerProfile = Omit<Profile, 'entries'> & { entries: ProfileEntry[] };
export type Vo2max = Sure<Vo2maxEstimate, 'value'>;
export type Race = { metres: number; seconds: number };
export type Prediction = Sure<RacePrediction, 'metres'>;
export type Predictions = { from: Race; vdot: number; exponent: number | null; races: Prediction[] };
export type CriticalSpeed = {
  speed: Estimate;
  dPrime: Estimate;
  rSquared: number;
  rmse: number;
  efforts: Race[];
  residuals: number[];
};
export type TrainingSpeeds = Sure<RunnerSpeeds, keyof RunnerSpeeds>;
export type Holder = { value: number; day: string; activityId: string; startS: number };
export type RecordRow = {
  seconds: number | null;
  distanceM: number | null;
  allTime: Holder | null;
  thisYear: Holder | null;
  last90Days: Holder | null;
};
export type Abilities = {
  models: Model[];
  eftp: Eftp[];
  profile: PowerProfile | null;
  profileWords: string;
  vo2max: Vo2max[];
  predictions: Predictions | null;
  criticalSpeed: CriticalSpeed | null;
  /** m/s. */
  criticalSwimSpeed: number | null;
  trainingSpeeds: TrainingSpeeds | null;
  records: RecordRow[];
  weightKg: number | null;
};

const question = (sport: string, channel: CurveChannel, [from, to]: Days) => ({
  sport,
  channel,
  from,
  to,
  everySecond: false,
});
export const readCurve = async (sport: string, channel: CurveChannel, days: Days) =>
  (await commands.curve(question(sport, channel, days))) as CurveView;
export const readAbilities = async (sport: string, channel: CurveChannel, days: Days) => {
  const view: View = await commands.abilities(question(sport, channel, days));
  return view as Abilities;
};
