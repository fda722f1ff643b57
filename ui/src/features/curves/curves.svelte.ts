import { dayOf, isoOf, localDay } from '../../lib/charts/days';
import { valueAt } from '../../lib/charts/durations';
import { commands, type CurveChannel, type Facets, type Setting, type SettingKind } from '../../lib/ipc';
import { session } from '../../lib/session.svelte';
import { channelsOf, modelName, type Quantity } from './quantity';
import { inForce } from './settings';
import { type Against, daysOf, otherDays, type Span } from './spans';
import { type Abilities, type CurveView, type Point, readAbilities, readCurve } from './wire';

/** A curve fitted to efforts, as the chart shows it. */
export type Fitted = {
  name: string;
  curve: [seconds: number, value: number][];
  efforts: { seconds: number; value: number; residual: number }[];
  /** What the curve falls to, and its name. */
  critical: { name: string; value: number };
};

/** Seconds the fitted curve of critical speed is drawn from and to. */
const RUNS: [number, number] = [120, 3600];

/** What the page shows; lives on while other screens are shown. */
class Curves {
  facets = $state.raw<Facets | null>(null);
  sport = $state('');
  private channels = $state<Record<string, CurveChannel>>({});
  span = $state<Span>('90');
  from = $state('');
  to = $state('');
  against = $state<Against>('none');
  otherFrom = $state('');
  otherTo = $state('');
  perKg = $state(false);
  model = $state('cp2_inverse_time');
  modelShown = $state(true);
  /** The duration that is read, seconds. */
  picked = $state(300);

  view = $state.raw<CurveView | null>(null);
  other = $state.raw<CurveView | null>(null);
  abilities = $state.raw<Abilities | null>(null);
  settings = $state.raw<Setting[]>([]);
  /** What the view answers. */
  shown = $state.raw<{ sport: string; channel: CurveChannel }>({ sport: '', channel: 'power' });
  busy = $state(false);
  names = $state<Record<string, string>>({});
  private question = 0;
  private asked = new Set<string>();

  readonly sports = $derived(
    [...(this.facets?.sports ?? [])].sort((a, b) => b.count - a.count).map((s) => s.sport),
  );
  readonly channel = $derived<CurveChannel>(this.channels[this.sport] ?? channelsOf(this.sport)[0]!);
  readonly today = $derived.by(() => {
    void this.view;
    return isoOf(localDay());
  });
  private readonly first = $derived(
    this.facets?.firstStart ? isoOf(dayOf(this.facets.firstStart) - 1) : this.today,
  );
  readonly days = $derived(daysOf(this.span, this.today, this.first, [this.from, this.to]));
  readonly otherDays = $derived(
    this.days && otherDays(this.against, this.days, this.today, this.first, [this.otherFrom, this.otherTo]),
  );
  readonly key = $derived(JSON.stringify([this.sport, this.channel, this.days, this.otherDays]));

  /** Kilograms on the last day of the span, and of the one beside it. */
  readonly kg = $derived(this.view ? inForce(this.settings, 'weight', this.view.to) : null);
  private readonly otherKg = $derived(this.other ? inForce(this.settings, 'weight', this.other.to) : null);
  readonly quantity = $derived<Quantity>({
    ...this.shown,
    units: session.units,
    kg: this.perKg && this.shown.channel === 'power' ? this.kg : null,
  });
  /** The quantity of the span beside it: the weight may have been another. */
  readonly otherQuantity = $derived<Quantity>({
    ...this.quantity,
    kg: this.quantity.kg ? (this.otherKg ?? this.quantity.kg) : null,
  });
  readonly fitted = $derived.by((): Fitted | null => {
    const a = this.abilities;
    if (!a || !this.modelShown) return null;
    if (this.shown.channel === 'power') {
      const model = a.models.find((m) => m.key === this.model);
      if (!model?.fit) return null;
      const efforts = model.fit.efforts.map((e) => ({
        seconds: e.seconds,
        value: e.watts,
        residual: e.residual,
      }));
      return {
        name: modelName(model),
        curve: model.curve,
        efforts,
        critical: { name: 'CP', value: model.fit.cp.value },
      };
    }
    const cs = this.shown.channel === 'speed' ? a.criticalSpeed : null;
    if (!cs) return null;
    const curve: [number, number][] = [];
    for (let s = RUNS[0]; s <= RUNS[1]; s *= 1.02) curve.push([s, cs.speed.value + cs.dPrime.value / s]);
    return {
      name: 'Critical speed',
      curve,
      efforts: cs.efforts.map((e, i) => ({
        seconds: e.seconds,
        value: e.metres / e.seconds,
        residual: cs.residuals[i]!,
      })),
      critical: { name: 'Critical speed', value: cs.speed.value },
    };
  });

  fittedAt(seconds: number): number | null {
    return this.fitted ? valueAt(this.fitted.curve, seconds) : null;
  }

  chooseChannel(channel: CurveChannel) {
    this.channels[this.sport] = channel;
  }

  setting(kind: SettingKind, day = this.today) {
    return inForce(this.settings, kind, day);
  }

  async readFacets() {
    const facets = await session.guard(() => commands.activityFacets());
    if (!facets) return;
    this.facets = facets;
    if (!this.sports.includes(this.sport)) this.sport = this.sports[0] ?? '';
  }

  async readSettings() {
    this.settings = (await session.guard(() => commands.athleteSettings())) ?? [];
  }

  async read() {
    const mine = ++this.question;
    const [sport, channel, days, other] = [this.sport, this.channel, this.days, this.otherDays];
    if (!sport || !days) return;
    this.busy = true;
    await session.guard(async () => {
      // One after the other: what the first finds in the store's curves the next need not make again.
      const view = await readCurve(sport, channel, days);
      // An answer to an older question is stale.
      if (mine !== this.question) return;
      const beside = other && (await readCurve(sport, channel, other));
      if (mine !== this.question) return;
      const another = sport !== this.shown.sport || channel !== this.shown.channel;
      if (another) this.abilities = null;
      this.shown = { sport, channel };
      this.view = view;
      this.other = beside;
      const abilities = await readAbilities(sport, channel, days);
      if (mine === this.question) this.abilities = abilities;
    });
    if (mine === this.question) this.busy = false;
  }

  /** Finds out what the activities of a day are called. */
  async name(day: string) {
    if (this.asked.has(day)) return;
    this.asked.add(day);
    const [from, to] = [isoOf(dayOf(day) - 1), isoOf(dayOf(day) + 2)];
    const page = await session.guard(() =>
      commands.activityPage({
        sports: [this.shown.sport],
        from,
        to,
        text: '',
        sort: 'start',
        descending: false,
        offset: 0,
        limit: 100,
      }),
    );
    if (page) Object.assign(this.names, Object.fromEntries(page.rows.map((r) => [r.id, r.name])));
  }

  /** Names may have changed while other screens were shown. */
  forget() {
    this.asked.clear();
  }

  open(point: Point) {
    const holder = this.view?.activities[point.activity];
    if (holder) this.go(holder.id, point.startS, point.windowS);
  }

  /** Opens an activity at an effort. */
  go(id: string, startS: number, seconds: number) {
    session.go({ name: 'activity', id, clicked: performance.now(), effort: [startS, seconds] });
  }
}

export let curves = new Curves();
// Late answers go to the one that nobody shows any more.
session.onLeave(() => (curves = new Curves()));
