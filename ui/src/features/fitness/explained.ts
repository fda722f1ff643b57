/** What each figure is, in plain words, by which formula and whose. */
export type Figure =
  'fitness' | 'fatigue' | 'form' | 'ramp' | 'weekLoad' | 'monotony' | 'strain' | 'ratio' | 'distribution';

export type Explained = {
  label: string;
  short: string;
  plain: string;
  formula: string;
  bounds?: string;
  source: string;
};

export const EXPLAINED: Record<Figure, Explained> = {
  fitness: {
    label: 'Fitness (CTL, chronic training load)',
    short: 'Fitness',
    plain:
      'Load a day over about the last six weeks, recent days counting more. It tells what you are used to, not how fast you are.',
    formula: 'today = yesterday + (load − yesterday) × share of one day in 42',
    source: 'Coggan 2003 after Banister 1975. Constants and rule: see Model.',
  },
  fatigue: {
    label: 'Fatigue (ATL, acute training load)',
    short: 'Fatigue',
    plain: 'The same mean over about one week: it rises and falls quickly.',
    formula: 'today = yesterday + (load − yesterday) × share of one day in 7',
    source: 'Coggan 2003 after Banister 1975.',
  },
  form: {
    label: 'Form (TSB, training stress balance)',
    short: 'Form',
    plain:
      'What you are used to minus what you have just done: below zero you carry more than usual, above zero you are rested.',
    formula: 'fitness − fatigue, by most models of yesterday: how you wake up',
    bounds: 'Fresh from +5, neutral down to −10, optimal for building down to −30, overload below.',
    source: 'Coggan 2003; bounds after Friel, rules of thumb for loads on the scale of TSS.',
  },
  ramp: {
    label: 'Ramp rate',
    short: 'Ramp',
    plain: 'How much fitness changed in seven days. Building too fast for weeks ends in illness or fatigue.',
    formula: 'fitness today − fitness seven days ago',
    bounds: 'Above 5 is fast, above 8 too fast to last for most. After a break higher values are usual.',
    source: 'Allen & Coggan, Training and Racing with a Power Meter.',
  },
  weekLoad: {
    label: 'Load of the last seven days',
    short: 'Week',
    plain:
      'The sum of all training loads, today included, set against the mean of the four weeks before. An hour as hard as you could hold it is 100.',
    formula: 'sum of the daily loads of 7 days',
    bounds:
      'Each load comes from power, else pace, else heart rate, against your thresholds in Settings; where they cannot tell, from how hard it felt, else from duration alone.',
    source: 'TSS after Coggan 2003 and its kin for pace and heart rate; ratings by Friel’s table.',
  },
  monotony: {
    label: 'Monotony',
    short: 'Monotony',
    plain:
      'How much alike your seven days were. Hard and easy days keep it low; the same every day makes it high and wears you down.',
    formula: 'mean daily load ÷ its standard deviation, rest days as 0',
    bounds: 'From 1.5 rather alike, from 2 is Foster’s mark for alarm. Seven equal days have no value.',
    source: 'Foster 1998, Med Sci Sports Exerc 30:1164; deviation of the population.',
  },
  strain: {
    label: 'Strain',
    short: 'Strain',
    plain:
      'Much load and little change together. It is told against the median of your own last twelve weeks.',
    formula: 'load of seven days × monotony',
    bounds: 'High for you from 1.5 times your usual. No bound holds for everyone.',
    source: 'Foster 1998, Med Sci Sports Exerc 30:1164.',
  },
  ratio: {
    label: 'Acute : chronic workload ratio',
    short: 'Acute : chronic',
    plain:
      'The last week against the last four: above 1 you do more than before, below 1 less. It is a trend of your load and no predictor of injury.',
    formula:
      'EWMA: weighted means of 7 and 28 days. Coupled: mean of 7 days ÷ mean of the 28 with them. Uncoupled: ÷ mean of the 21 before them',
    source:
      'Williams 2017 (EWMA), Lolli 2017 (coupling). Impellizzeri 2020, Int J Sports Physiol Perform 15:907, finds no ground for bounds of risk: none are drawn here.',
  },
  distribution: {
    label: 'Intensity of a week',
    short: 'Intensity',
    plain:
      'Time below, between and above your two thresholds. Polarised: mostly easy, then hard, least between, index above 2. Pyramidal: the harder, the less. Threshold: most between. Base: 95 % easy.',
    formula: 'index = log₁₀(easy ÷ moderate × hard × 100), shares from 0 to 1',
    bounds: 'The index says something only where easy outweighs hard; elsewhere there is none.',
    source: 'Treff and others 2019, Front Physiol 10:707; labels of other weeks are ours.',
  },
};
