import { commands as bound } from '../../lib/ipc';

export type Preset =
  | 'paceline'
  | 'golden_cheetah'
  | 'golden_cheetah_same_day'
  | 'training_peaks'
  | 'runalyze'
  | 'statistics_for_strava';
export type FitnessModel = { preset: Preset; ctlDays: number; atlDays: number };
export type FitnessQuery = { from: string | null; to: string | null; sport: string | null };
export type SportLoad = { sport: string; load: number[]; ctl: number[] };
export type Week = {
  monday: string;
  count: number;
  load: number;
  movingS: number;
  distanceM: number;
  ascentM: number;
  monotony: number | null;
  strain: number | null;
  easyS: number;
  moderateS: number;
  hardS: number;
  distribution: string | null;
  polarisation: number | null;
};
export type Standing = {
  ctl: number;
  atl: number;
  tsb: number;
  ramp: number | null;
  weekLoad: number;
  monotony: number | null;
  strain: number | null;
  acuteChronicCoupled: number | null;
  acuteChronicUncoupled: number | null;
  acuteChronicEwma: number | null;
};
export type Planned = { day: string; load: number; title: string };
export type FitnessView = {
  epoch: number;
  first: string;
  today: number | null;
  model: FitnessModel;
  load: number[];
  ctl: number[];
  atl: number[];
  tsb: number[];
  ramp: (number | null)[];
  sports: SportLoad[];
  weeks: Week[];
  now: Standing | null;
  planned: Planned[];
  withoutLoad: number;
  since: string | null;
};
export type TaperQuery = { race: string; targetTsb: number; dailyLoad: number | null };
export type TaperPlan = {
  taper: { shape: 'step' | 'linear' | 'exponential'; days: number; reduction: number };
  loads: number[];
  totalReduction: number;
  race: number;
  ctl: number;
  atl: number;
  tsb: number;
};
export type TaperSearch = {
  targetTsb: number;
  reached: boolean;
  withinReach: [number, number];
  plans: TaperPlan[];
};

export const commands = bound as unknown as {
  fitness(query: FitnessQuery): Promise<FitnessView>;
  setFitnessModel(model: FitnessModel): Promise<null>;
  planLoads(plans: Planned[]): Promise<null>;
  taper(query: TaperQuery): Promise<TaperSearch | null>;
};
