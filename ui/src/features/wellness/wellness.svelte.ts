import { isoOf, localDay } from '../../lib/charts/days';
import { commands, type MeasurementInput, type Readiness, type Wellness as View } from '../../lib/ipc';
import { session } from '../../lib/session.svelte';
import { type Span, spanDays } from './days';

/** Older than any watch that measures nights. */
const LONG_AGO = '2000-01-01';

/** What the page shows; lives on while other screens are shown. */
class Wellness {
  span = $state<Span>('3m');
  /** First and last day of the own span. */
  own = $state.raw<[number, number]>(spanDays('3m', localDay()));
  view = $state.raw<View | null>(null);
  /** Of today, whatever span is shown. */
  readiness = $state.raw<Readiness | null>(null);
  /** Whether anything was ever measured. */
  any = $state(true);
  today = $state(localDay());
  /** Raised when measurements are written. */
  changes = $state(0);
  private question = 0;

  readonly key = $derived(`${this.span}|${this.own.join()}|${this.changes}`);

  /** Shows the days from one to another, both included. */
  choose(from: number, to: number) {
    this.own = [from, to];
    this.span = 'own';
  }

  async read() {
    const mine = ++this.question;
    const today = localDay();
    const [from, to] = this.span === 'own' ? this.own : spanDays(this.span, today);
    await session.guard(async () => {
      const view = await commands.wellness(isoOf(from), isoOf(to));
      const now = to === today ? view : await commands.wellness(isoOf(today), isoOf(today));
      const any = !!view.tracks.length || !!(await commands.wellness(LONG_AGO, isoOf(today))).tracks.length;
      // An answer to an older question is stale.
      if (mine !== this.question) return;
      this.today = today;
      this.view = view;
      this.readiness = now.readiness;
      this.any = any;
    });
  }

  /** Writes measurements; answers whether they are kept. */
  async write(all: MeasurementInput[]): Promise<boolean> {
    if (!all.length) return true;
    const done = await session.guard(async () => {
      await commands.saveMeasurements(all);
      return true;
    });
    if (done) this.changes += 1;
    return !!done;
  }
}

export let wellness = new Wellness();
// Late answers go to the one that nobody shows any more.
session.onLeave(() => (wellness = new Wellness()));
