/** One activity under study: what the core says of it, and what the athlete changes in it. */
import {
  type Activity,
  type ActivityCurve,
  type CurveChannel,
  type Analysis,
  type Change,
  commands,
  type IntervalChange,
  type IntervalEdit,
  type Repair,
  type Similar,
} from '../../lib/ipc';
import { decodeFrame, type Frame } from '../../lib/ipc/frame';
import { indexAt } from '../../lib/charts/samples';
import { session } from '../../lib/session.svelte';

export type Tab = 'overview' | 'intervals' | 'curve' | 'figures' | 'data';
/** Indices of samples, both inclusive. */
export type Stretch = readonly [number, number];

/** The tab that the next activity opens with, where one was come to from another. */
let carried: Tab = 'overview';

export class Study {
  activity = $state.raw<Activity | null>(null);
  frame = $state.raw<Frame | null>(null);
  analysis = $state.raw<Analysis | null>(null);
  similar = $state.raw<Similar[] | null>(null);
  curves = $state.raw<Partial<Record<CurveChannel, ActivityCurve>>>({});
  tab = $state<Tab>(carried);
  /** The sample under the pointer, on charts or map. */
  at = $state<number | null>(null);
  /** The chosen stretch. */
  range = $state.raw<[number, number] | null>(null);
  /** What the charts show of the activity. */
  shown = $state.raw<[number, number] | null>(null);
  /** A channel that a finding is about, to be looked at. */
  suspect = $state<string | null>(null);
  /** While a change is on its way no other is begun. */
  busy = $state(false);
  repairsBefore = $state.raw<Repair[][]>([]);
  intervalsBefore = $state.raw<IntervalEdit[][]>([]);
  /** When the samples came, to measure the drawing of them. */
  received = 0;
  private asked: string[] = [];

  constructor(readonly id: string) {
    carried = 'overview';
  }

  /** Reads activity and samples; the analysis follows when the charts are drawn. */
  async open() {
    this.activity = (await session.guard(() => commands.activity(this.id))) ?? null;
    if (!this.activity) return;
    if (this.activity.sampleCount === 0) await this.analyse();
    else await this.readFrame(this.activity);
  }

  private async readFrame(a: Activity) {
    const buffer = await session.guard(() => commands.activitySeries(this.id, []));
    if (!buffer) return;
    this.received = performance.now();
    const decoded = decodeFrame(buffer);
    // Samples of a session that has ended meanwhile are not shown.
    if (decoded.epoch !== a.epoch) return;
    if (decoded.count !== this.frame?.count) this.at = this.range = this.shown = null;
    this.frame = decoded;
  }

  async analyse() {
    this.analysis = (await session.guard(() => commands.analysis(this.id))) ?? this.analysis;
  }

  /** Reads once what only one tab shows. */
  once(what: 'similar' | CurveChannel) {
    if (this.asked.includes(what)) return;
    this.asked.push(what);
    void session.guard(async () => {
      if (what === 'similar') this.similar = await commands.similarSessions(this.id);
      else {
        const read = await commands.activityCurve(this.id, what);
        this.curves = { ...this.curves, [what]: read };
      }
    });
  }

  /** Chooses what lies between two times of the recording and shows it large. */
  pick(fromMs: number, toMs: number) {
    const f = this.frame;
    if (!f || f.count === 0) return;
    const from = Math.min(f.count - 1, indexAt(f.timeMs, fromMs));
    const to = Math.max(from, indexAt(f.timeMs, toMs + 1) - 1);
    this.range = this.shown = [from, to];
  }

  /** As `pick`, by seconds from the first sample; the last one is not part of it. */
  pickSeconds(startS: number, endS: number) {
    this.pick(this.atMs(startS), this.atMs(endS) - 1);
  }

  /** Milliseconds of the recording at a second of the analysis, which counts from the first sample. */
  atMs(seconds: number) {
    return (this.frame?.timeMs[0] ?? 0) + seconds * 1000;
  }
  /** The second of the analysis at a sample. */
  secondOf(index: number) {
    const f = this.frame;
    return f ? Math.round((f.timeMs[index]! - f.timeMs[0]!) / 1000) : 0;
  }
  indexOf(ms: number) {
    const f = this.frame;
    return f ? Math.min(f.count - 1, indexAt(f.timeMs, ms)) : 0;
  }

  private async alone(work: () => Promise<void>) {
    if (this.busy) return false;
    this.busy = true;
    const done = await session.guard(async () => {
      await work();
      return true;
    });
    this.busy = false;
    return !!done;
  }

  private saveRepairs(edits: Repair[]) {
    return this.alone(async () => {
      await commands.setRepairs(this.id, edits);
      const now = await commands.activity(this.id);
      await this.readFrame(now);
      this.activity = now;
      await this.analyse();
      this.asked = [];
      this.curves = {};
      this.similar = null;
    });
  }
  async repair(edits: Repair[]) {
    const before = this.analysis?.repairs ?? [];
    if (await this.saveRepairs(edits)) this.repairsBefore = [...this.repairsBefore, before];
  }
  addRepairs(changes: Change[]) {
    const added = changes.map((c) => ({ id: crypto.randomUUID(), enabled: true, ...c }));
    return this.repair([...(this.analysis?.repairs ?? []), ...added]);
  }
  async undoRepair() {
    const last = this.repairsBefore.at(-1);
    if (last && (await this.saveRepairs(last))) this.repairsBefore = this.repairsBefore.slice(0, -1);
  }

  private saveIntervals(edits: IntervalEdit[]) {
    return this.alone(async () => {
      await commands.setIntervalEdits(this.id, edits);
      await this.analyse();
      this.asked = this.asked.filter((what) => what !== 'similar');
      this.similar = null;
    });
  }
  async editIntervals(edits: IntervalEdit[]) {
    const before = this.analysis?.intervalEdits ?? [];
    if (await this.saveIntervals(edits)) this.intervalsBefore = [...this.intervalsBefore, before];
  }
  addIntervalEdits(changes: IntervalChange[]) {
    const added = changes.map((c) => ({ id: crypto.randomUUID(), enabled: true, ...c }));
    return this.editIntervals([...(this.analysis?.intervalEdits ?? []), ...added]);
  }
  async undoIntervals() {
    const last = this.intervalsBefore.at(-1);
    if (last && (await this.saveIntervals(last))) this.intervalsBefore = this.intervalsBefore.slice(0, -1);
  }

  /** Opens another activity at the tab that is open here. */
  visit(id: string) {
    carried = this.tab;
    session.go({ name: 'activity', id, clicked: performance.now() });
  }
}
