/** What each figure is, in plain words, by which formula and whose. */
export type Explained = { label: string; plain: string; formula?: string; bounds?: string; source: string };

const explained = {
  curve: {
    label: 'Mean-maximal curve',
    plain:
      'For every duration the highest mean you held without a break, over all activities of the span. Where a longer effort was stronger, it stands in for the shorter ones: the curve never rises.',
    formula: 'best(t) = max over every start of the mean of t seconds',
    bounds:
      'Of power and speed a second without a sample (a pause, a gap) counts as 0; a heart does not stop, so there a gap ends the effort.',
    source:
      'Exact for every whole second. More than 3,000 W, 250 bpm or the speed of a sprinter counts as an error of the recorder.',
  },
  perKg: {
    label: 'Watts per kilogram',
    plain:
      'Power over the body weight that holds on the last day of the span, from Settings. For a span to compare with, the weight of its own last day.',
    formula: 'W ÷ kg',
    source: 'The bike’s weight is not counted.',
  },
  models: {
    label: 'Critical power models',
    plain:
      'A curve through your best efforts. Critical power (CP) is what it falls to: the border above which you empty a store of work, W′, until you must slow down. Pmax is the power of an instant.',
    bounds:
      'Only maximal efforts carry a fit: those that do at least 97 % of the work a straight line between stronger ones would give. An easy season gives low values.',
    source:
      'Intervals are of 95 % and hold approximately; your efforts are no independent draws, so read them as the least uncertainty there is.',
  },
  cp2_work_time: {
    label: '2 parameters, work over time',
    plain: 'A straight line through work done against time. Long efforts weigh most.',
    formula: 'W = W′ + CP · t, 2 to 20 min',
    bounds: 'Says nothing of sprints and too much beyond half an hour.',
    source: 'Moritani 1981 after Monod & Scherrer 1965.',
  },
  cp2_inverse_time: {
    label: '2 parameters, power over 1/time',
    plain:
      'A straight line through power against one over time: the error of power is the least. Short efforts weigh most.',
    formula: 'P = CP + W′ ÷ t, 2 to 20 min',
    bounds: 'Says nothing of sprints and too much beyond half an hour.',
    source: 'Moritani 1981 after Monod & Scherrer 1965.',
  },
  cp2_nonlinear: {
    label: '2 parameters, hyperbola',
    plain:
      'The error of the time to exhaustion is the least, as in trials at a set power. Long efforts weigh most by far.',
    formula: 't = W′ ÷ (P − CP), 2 to 20 min',
    bounds: 'Says nothing of sprints and too much beyond half an hour.',
    source: 'Monod & Scherrer 1965; Hill 1993.',
  },
  cp3_morton: {
    label: '3 parameters (Morton)',
    plain: 'Adds a highest power, so that the curve stays finite in a sprint.',
    formula: 'P = CP + W′ ÷ (t + W′ ÷ (Pmax − CP)), 5 s to 20 min',
    bounds: 'Needs four efforts.',
    source: 'Morton 1996. GoldenCheetah writes the same curve in another way.',
  },
  ward_smith: {
    label: 'Ward-Smith',
    plain: 'The store above CP empties ever more slowly, from Pmax in the first instant.',
    formula: 'P = CP + W′ ÷ t · (1 − e^(−t · (Pmax − CP) ÷ W′)), 5 s to 30 min',
    bounds: 'Needs four efforts, one of 30 s or shorter.',
    source: 'After Ward-Smith 1985.',
  },
  omni_domain: {
    label: 'Omni-domain',
    plain: 'Ward-Smith’s curve that falls on beyond half an hour, as legs do: from a sprint to four hours.',
    formula: 'beyond 30 min less by A · ln(t ÷ 30 min) watts, 5 s to 4 h',
    bounds: 'Needs five efforts, one of 30 s or shorter and one beyond 30 min.',
    source: 'Puchowicz, Baker & Clarke 2020.',
  },
  fit: {
    label: 'How well it fits',
    plain:
      'R² is the share of the differences between your efforts that the curve explains, 1 at most; of power in every model, so that they can be compared. RMSE is the usual distance of an effort from the curve.',
    formula: 'RMSE = √ mean of (effort − curve)²',
    source: 'A good fit through few efforts proves little: look at the intervals.',
  },
  eftp: {
    label: 'Estimated FTP',
    plain:
      'What your efforts say of the power you can hold for about an hour. Each takes them for maximal: an easy span gives too low a value, never one too high.',
    source: 'Nothing is changed by an estimate: your FTP is what you write in Settings.',
  },
  critical_power: {
    label: 'FTP as critical power',
    plain: 'Critical power of the two-parameter model. Usually some per cent above the power of an hour.',
    formula: 'CP of P = CP + W′ ÷ t, efforts of 2 to 20 min',
    source: 'Monod & Scherrer 1965.',
  },
  twenty_minutes: {
    label: 'FTP from 20 minutes',
    plain: 'The test most riders know, read from your best 20 min or longer.',
    formula: '0.95 × best power of 20 min',
    source: 'Allen & Coggan, Training and Racing with a Power Meter.',
  },
  one_effort: {
    label: 'FTP from one effort',
    plain:
      'The strongest single effort of 3 to 30 min, carried to an hour along a curve of fixed shape: 5 min count for 82 %, 20 min for 96 % of their power.',
    formula: 'Morton’s curve with W′ ÷ CP = 80 s, Pmax ÷ CP = 4',
    source: 'Intervals.icu does likewise with a family of curves of its own, which is not published.',
  },
  model_hour: {
    label: 'FTP from a model',
    plain: 'The power of 60 min on the fitted omni-domain curve.',
    source: 'WKO’s mFTP is of this kind, by another model.',
  },
  profile: {
    label: 'Power profile',
    plain:
      'Your best watts per kilogram in four abilities against Coggan’s table, from untrained to world class. Threshold is your FTP where set, else the best hour.',
    formula: 'place = where W/kg lies between the table’s lowest (0) and highest row (100)',
    bounds:
      'The table has its categories overlap; here each ends in the middle of what it shares with the next.',
    source:
      'Allen & Coggan, Training and Racing with a Power Meter, second edition. Women and men have their own.',
  },
  vo2max: {
    label: 'VO₂max',
    plain:
      'Millilitres of oxygen per kilogram and minute you can take up at most. These are estimates: ± is the standard error of the method in one person, where it is known; two in three lie within it.',
    source: 'Only a test with a mask measures it.',
  },
  five_minute_power: {
    label: 'VO₂max from 5 min power',
    plain: 'A line through 46 road cyclists. Your best 5 min must have been all you had.',
    formula: '16.6 + 8.87 × W/kg of 5 min',
    source: 'Sitko et al. 2021, IJSPP 17:9. The error follows from its R² of 0.69.',
  },
  acsm_cycling: {
    label: 'VO₂max by the cost of cycling',
    plain: 'What cycling costs, with 5 min taken for the power of maximal uptake. GoldenCheetah’s estimate.',
    formula: '7 + 10.8 × W/kg of 5 min',
    source: 'American College of Sports Medicine. No error is published.',
  },
  pace_and_heart_rate: {
    label: 'VO₂max from pace and heart rate',
    plain: 'The cost of your steady running over the share of the maximum your heart rate stands for.',
    formula: 'cost(v) ÷ share, %HRmax = 0.64 · %VO₂max + 37',
    source: 'Daniels & Gilbert 1979; Swain et al. 1994; error after Loe et al. 2016.',
  },
  pace_and_heart_rate_reserve: {
    label: 'VO₂max from pace and heart-rate reserve',
    plain: 'The cost of your steady running over the share of your heart-rate reserve.',
    source: 'Daniels & Gilbert 1979; Swain & Leutholtz 1997; error after Loe et al. 2016.',
  },
  cooper: {
    label: 'Cooper’s 12 minutes',
    plain: 'From the metres of your best 12 min.',
    formula: '(metres − 504.9) ÷ 44.73',
    source: 'Cooper 1968, JAMA 203:201, 115 men. No standard error is published.',
  },
  heart_rate_ratio: {
    label: 'VO₂max from heart rates',
    plain: 'Maximal over resting heart rate of your Settings; no effort is looked at.',
    formula: '15.3 × HRmax ÷ HRrest',
    source:
      'Uth et al. 2004, Eur J Appl Physiol 91:111, well-trained men; error 2.7 with a measured maximum.',
  },
  predictions: {
    label: 'Race predictions',
    plain:
      'Times on the flat that your best efforts over standard distances in this span foresee, with the training for the distance taken for done: a marathon from a mile is a wish.',
    source: 'Best efforts in training are rarely all out, so races are usually faster.',
  },
  vdot: {
    label: 'VDOT',
    plain:
      'The oxygen cost of your best effort’s speed over the share of the maximum that can be held for its time: one number for a runner, near VO₂max but with economy in it.',
    formula: '(−4.60 + 0.182258 v + 0.000104 v²) ÷ share(t), v in m/min',
    source: 'Daniels & Gilbert, Oxygen Power, 1979; for 3.5 min to some hours.',
  },
  daniels: {
    label: 'Daniels',
    plain: 'The time of the same VDOT.',
    source: 'Daniels & Gilbert 1979.',
  },
  riegel: {
    label: 'Riegel',
    plain: 'Time grows a little more than distance, for everyone alike.',
    formula: 'T₂ = T₁ · (D₂ ÷ D₁)^1.06',
    source: 'Riegel 1981, American Scientist 69:285, for 3.5 to 230 min.',
  },
  personal: {
    label: 'Personal',
    plain:
      'Riegel’s rule with your own exponent, drawn through your best efforts, from the nearest of them. A high one tells that your long efforts were not all out, or that endurance is what you lack.',
    formula: 'exponent = slope of ln(time) over ln(distance)',
    source: 'Needs two distances, one half as long again as the other; 1 to 1.5.',
  },
  cameron: {
    label: 'Cameron',
    plain: 'Along the curve of the world’s best times.',
    formula: 'T₂ = T₁ · (D₂ ÷ D₁) · f(D₁) ÷ f(D₂)',
    source: 'D. Cameron 1998, for 400 m to 50 miles.',
  },
  critical_speed: {
    label: 'Critical speed',
    plain:
      'To a runner what critical power is to a cyclist: the pace above which a store of metres, D′, empties until you must slow down.',
    formula: 'speed = CS + D′ ÷ t, efforts of 2 to 20 min',
    bounds: 'Efforts over standard distances in this span carry it; they should have been all out.',
    source: 'Hughson et al. 1984. Intervals are of 95 % and hold approximately.',
  },
  training: {
    label: 'Training paces',
    plain: 'The paces Daniels has a runner of your VDOT train at.',
    formula: 'easy 62–70 %, threshold 88 %, intervals 97.5 %, repetitions 107 % of VDOT',
    source: 'Daniels’ Running Formula, third edition; shares read back from its tables.',
  },
  records: {
    label: 'Records',
    plain:
      'Your best over each duration, and over each distance the fastest way within any activity, pauses included. “New” was set in the last 90 days and has not been beaten.',
    bounds: 'Per cents say how near this year and the last 90 days come to your best ever.',
    source: 'From the same curves as above, of all your activities of the sport.',
  },
} satisfies Record<string, Explained>;

export type Figure = keyof typeof explained;
export const EXPLAINED: Record<Figure, Explained> = explained;
