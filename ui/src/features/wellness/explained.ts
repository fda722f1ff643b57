import type { MAIN } from './kinds';

/** What each large chart shows and how to read it. */
export const ABOUT: Record<(typeof MAIN)[number], string[]> = {
  hrv_rmssd: [
    'How much the time from beat to beat varies at rest (rMSSD). High and steady is rested; a week below your normal is strain of any kind: training, illness, travel, alcohol, worry.',
    'It is averaged as a logarithm, as its spread grows with its level. Far above normal for days is no good sign either.',
  ],
  resting_heart_rate: [
    'Beats a minute at complete rest, over the night or on waking. Fitness lowers it over months; a week above your normal is strain, heat or illness.',
  ],
  sleep_total: [
    'Time asleep, by stages where the watch tells them. Watches know well how long you slept and less well in which stage: take those as a trend of one watch alone.',
  ],
  weight: [
    'Weight swings by a kilogram from day to day with water and food; the seven days are what changes. Proposals in Settings keep the weight of your figures up to date.',
  ],
};
