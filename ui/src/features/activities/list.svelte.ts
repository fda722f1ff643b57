import { commands, type Facets, type Page, type Query, type Row, type SortKey } from '../../lib/ipc';
import { session } from '../../lib/session.svelte';

const CHUNK = 100;
const DAY = 86_400_000;

export type Period = 'all' | 'year' | 'last-year' | '90' | '30' | 'own';

/** The list and where one is in it; lives on while other screens are shown. */
class ActivityList {
  text = $state('');
  sport = $state('');
  period = $state<Period>('all');
  from = $state('');
  to = $state('');
  sort = $state<SortKey>('start');
  descending = $state(true);
  facets = $state.raw<Facets | null>(null);
  page = $state.raw<Pick<Page, 'total' | 'totals'> | null>(null);
  /** The row with the keyboard. */
  focus = $state(0);
  /** Pixels scrolled; kept for the way back. */
  top = 0;
  private rows = new Map<number, Row>();
  private stamp = $state(0);
  private asked = new Set<number>();
  private question = 0;
  private measured = false;

  private get query(): Query {
    const [from, to] = this.bounds();
    return {
      sports: this.sport ? [this.sport] : [],
      from,
      to,
      text: this.text,
      sort: this.sort,
      descending: this.descending,
      offset: 0,
      limit: CHUNK,
    };
  }

  /** Changes whenever the rows asked for would be others. */
  readonly key = $derived(JSON.stringify(this.query));

  private bounds(): [string | null, string | null] {
    const now = new Date();
    const iso = (ms: number) => new Date(ms).toISOString().slice(0, 10);
    const year = now.getFullYear();
    switch (this.period) {
      case 'all':
        return [null, null];
      case 'year':
        return [`${year}-01-01`, null];
      case 'last-year':
        return [`${year - 1}-01-01`, `${year}-01-01`];
      case '90':
      case '30':
        return [iso(now.getTime() - Number(this.period) * DAY), null];
      case 'own':
        // The last day belongs to the period.
        return [this.from || null, this.to ? iso(Date.parse(this.to) + DAY) : null];
    }
  }

  get filtered() {
    return !!(this.text || this.sport || this.period !== 'all');
  }

  clear() {
    [this.text, this.sport, this.period, this.from, this.to] = ['', '', 'all', '', ''];
  }

  /** Everything of the days from one to another, both included. */
  only(from: string, to: string, sport: string) {
    [this.text, this.sport, this.period, this.from, this.to] = ['', sport, 'own', from, to];
    this.focus = this.top = 0;
  }

  order(key: SortKey) {
    this.descending = this.sort === key ? !this.descending : key !== 'name';
    this.sort = key;
  }

  at(index: number): Row | undefined {
    void this.stamp;
    return this.rows.get(index);
  }

  /** Asks anew for what is in sight; the old rows stay until the new ones are here. */
  async reload(first: number) {
    const mine = ++this.question;
    this.asked.clear();
    const chunk = Math.floor(first / CHUNK);
    const began = performance.now();
    const answer = await this.ask(chunk);
    if (!answer || mine !== this.question) return;
    this.rows.clear();
    this.take(chunk, answer);
    this.note(began, answer);
  }

  /** Fetches the chunks between two rows that are not here yet. */
  async fill(first: number, last: number) {
    const mine = this.question;
    for (
      let chunk = Math.floor(first / CHUNK);
      chunk <= Math.floor(Math.max(first, last - 1) / CHUNK);
      chunk++
    ) {
      if (this.asked.has(chunk) || !this.page) continue;
      const answer = await this.ask(chunk);
      // An answer to an older question is stale.
      if (!answer || mine !== this.question) return;
      this.take(chunk, answer);
    }
  }

  async readFacets() {
    this.facets = (await session.guard(() => commands.activityFacets())) ?? null;
  }

  private ask(chunk: number) {
    this.asked.add(chunk);
    return session.guard(() => commands.activityPage({ ...this.query, offset: chunk * CHUNK }));
  }

  private take(chunk: number, answer: Page) {
    answer.rows.forEach((row, i) => this.rows.set(chunk * CHUNK + i, row));
    this.page = { total: answer.total, totals: answer.totals };
    this.focus = Math.min(this.focus, Math.max(0, answer.total - 1));
    this.stamp += 1;
  }

  /** Tells the page's first rows, for whoever measures the app from outside. */
  private note(began: number, answer: Page) {
    if (this.measured || !answer.rows.length) return;
    this.measured = true;
    requestAnimationFrame(() => {
      document.documentElement.dataset.listFirstRowsMs = (performance.now() - began).toFixed(1);
    });
  }
}

export let list = new ActivityList();
// Late answers go to the one that nobody shows any more.
session.onLeave(() => (list = new ActivityList()));
