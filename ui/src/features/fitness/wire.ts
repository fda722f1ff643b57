/**
 * The wire has `null` beside every number, because JSON has no word for one that is none. The engine
 * gives none of those, so here the numbers that are always there are numbers.
 */
import {
  commands,
  type Fitness as View,
  type FitnessModel as Model,
  type FitnessSport,
  type FitnessStanding,
  type FitnessWeek,
  type PlannedLoad,
  type TaperOutcome,
  type TaperSearch as Search,
} from '../../lib/ipc';

type Sure<T, K extends keyof T> = Omit<T, K> & {
  [P in K]: T[P] extends (number | null)[] ? number[] : number;
};

export type FitnessModel = Sure<Model, 'ctlDays' | 'atlDays'>;
export type Preset = Model['preset'];
export type SportLoad = Sure<FitnessSport, 'load' | 'ctl'>;
export type Week = Sure<
  FitnessWeek,
  'load' | 'movingS' | 'distanceM' | 'ascentM' | 'easyS' | 'moderateS' | 'hardS'
>;
export type Standing = Sure<FitnessStanding, 'ctl' | 'atl' | 'tsb' | 'weekLoad'>;
export type Planned = Sure<PlannedLoad, 'load'>;
export type FitnessView = Sure<
  Omit<View, 'model' | 'sports' | 'weeks' | 'now' | 'planned'>,
  'load' | 'ctl' | 'atl' | 'tsb'
> & {
  model: FitnessModel;
  sports: SportLoad[];
  weeks: Week[];
  now: Standing | null;
  planned: Planned[];
};
export type TaperPlan = Sure<TaperOutcome, 'loads' | 'totalReduction' | 'ctl' | 'atl' | 'tsb'>;
export type TaperSearch = Sure<Omit<Search, 'plans' | 'withinReach'>, 'targetTsb'> & {
  withinReach: [number, number];
  plans: TaperPlan[];
};
export type TaperQuery = { race: string; targetTsb: number; dailyLoad: number | null };

export const readFitness = async (from: string | null, to: string | null, sport: string) =>
  (await commands.fitness({ from, to, sport: sport || null })) as FitnessView;
export const searchTaper = async (query: TaperQuery) => (await commands.taper(query)) as TaperSearch | null;
