/** What form and ramp mean, wherever they are shown. */

export type Tone = 'good' | 'warn' | 'bad' | '';

/** Bounds of form, after Friel; they presume loads on the scale of TSS. */
export const FORM_ZONES = [
  {
    key: 'fresh',
    label: 'Fresh',
    from: 5,
    token: '--z2',
    means: 'rested enough to race; kept for weeks it costs fitness',
  },
  { key: 'neutral', label: 'Neutral', from: -10, token: '--z1', means: 'neither rested nor building much' },
  {
    key: 'optimal',
    label: 'Optimal',
    from: -30,
    token: '--z3',
    means: 'tired enough to gain, fresh enough to go on',
  },
  {
    key: 'overload',
    label: 'Overload',
    from: -Infinity,
    token: '--z6',
    means: 'a few days at most, then rest',
  },
] as const;

export const formZone = (tsb: number) => FORM_ZONES.find((z) => tsb >= z.from) ?? FORM_ZONES[3];

/** Change of fitness a week from which one says so; 5 to 8 is what most bear for a few weeks. */
export const RAMP = { fast: 5, alarm: 8 };

export function rampWord(ramp: number | null): [string, Tone] {
  if (ramp === null) return ['needs 7 days', ''];
  if (ramp > RAMP.alarm) return ['too fast to last', 'bad'];
  if (ramp > RAMP.fast) return ['fast', 'warn'];
  if (ramp > 0.5) return ['building', 'good'];
  return ramp < -0.5 ? ['falling', ''] : ['holding', ''];
}
