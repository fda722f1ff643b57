import { dayOf, isoOf, localDay } from '../../lib/charts/days';
import { commands } from '../../lib/ipc';
import { session } from '../../lib/session.svelte';
import { undone } from './season';
import { type FitnessModel, type FitnessView, type Planned, readFitness } from './wire';

export type Range = '6w' | '3m' | '1y' | 'all';
/** Days back and, at least, ahead. */
const SPANS: Record<Range, [number, number]> = {
  '6w': [42, 14],
  '3m': [91, 28],
  '1y': [365, 42],
  all: [0, 42],
};
/** As far as load can be planned. */
export const FARTHEST = 400;

/** What the page shows; lives on while other screens are shown. */
class Fitness {
  range = $state<Range>('3m');
  sport = $state('');
  /** Entries the chart was zoomed to, counted as days. */
  zoom = $state<[number, number] | null>(null);
  view = $state.raw<FitnessView | null>(null);
  /** Sports to choose from: those of the view of all sports. */
  sports = $state.raw<string[]>([]);
  /** How to take the last change of the plan back. */
  undo = $state.raw<{ label: string; plans: Planned[] } | null>(null);
  /** Raised when plans or the model change. */
  changes = $state(0);
  private question = 0;

  readonly key = $derived(`${this.sport}|${this.range === 'all'}|${this.changes}`);

  /** The day of the first entry. */
  readonly first = $derived(this.view ? dayOf(this.view.first) : 0);
  readonly today = $derived(this.view?.today == null ? localDay() : this.first + this.view.today);
  readonly planned = $derived(new Map((this.view?.planned ?? []).map((p) => [dayOf(p.day), p])));

  /** First and last day of the chosen range; ahead as far as plans reach, but no farther than back. */
  readonly span = $derived.by((): [number, number] => {
    const [back, ahead] = SPANS[this.range];
    const since = this.view?.since ? dayOf(this.view.since) : this.first;
    const all = Math.min(since, this.today - SPANS['6w'][0]);
    const from = Math.max(this.first, this.range === 'all' ? all : this.today - back);
    // Plans are of all sports together.
    if (this.sport) return [from, this.today];
    const plan = Math.max(0, ...[...this.planned.keys()].map((day) => day - this.today + 3));
    const most = this.range === 'all' ? FARTHEST : Math.min(FARTHEST, back);
    return [from, this.today + Math.min(most, Math.max(ahead, plan))];
  });
  readonly shown = $derived(this.zoom ?? this.span);

  choose(range: Range) {
    this.zoom = null;
    this.range = range;
  }

  async read() {
    const mine = ++this.question;
    const [sport, all] = [this.sport, this.range === 'all'];
    const view = await session.guard(async () => {
      const ask = (from: string | null) => readFitness(from, isoOf(localDay() + FARTHEST), sport);
      const year = await ask(null);
      return all && year.since && year.since < year.first ? ask(year.since) : year;
    });
    // An answer to an older question is stale.
    if (!view || mine !== this.question) return;
    this.view = view;
    if (!sport) this.sports = view.sports.map((s) => s.sport);
  }

  /** Writes plans and remembers what stood there. */
  async plan(plans: Planned[], label: string) {
    if (!plans.length) return true;
    const back = undone(plans, this.view?.planned ?? []);
    const done = await session.guard(async () => {
      await commands.planLoads(plans);
      return true;
    });
    if (!done) return false;
    this.undo = { label, plans: back };
    this.changes += 1;
    return true;
  }

  async takeBack() {
    const undo = this.undo;
    if (undo && (await this.plan(undo.plans, ''))) this.undo = null;
  }

  async useModel(model: FitnessModel) {
    const done = await session.guard(async () => {
      await commands.setFitnessModel(model);
      return true;
    });
    if (done) this.changes += 1;
    return !!done;
  }
}

export let fitness = new Fitness();
// Late answers go to the one that nobody shows any more.
session.onLeave(() => (fitness = new Fitness()));
