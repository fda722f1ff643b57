import {
  commands,
  type Item,
  type Progress,
  type Report,
  type Status,
  type WireError,
  type Work,
  progress,
} from './ipc';
import { describe, type Said } from './ipc/errors';

/** The parts of the settings by key, as they are called. */
export const SETTINGS_TABS = [
  ['athlete', 'Athlete'],
  ['security', 'Security'],
  ['profiles', 'Profiles and members'],
  ['backups', 'Data and backups'],
  ['audit', 'Audit log'],
] as const;
export type SettingsTab = (typeof SETTINGS_TABS)[number][0];

export type Screen =
  | { name: 'fitness' | 'curves' | 'wellness' | 'import' | 'coach' }
  | { name: 'settings'; tab?: SettingsTab }
  /** The list as it was left, or of the days from one to another, both included. */
  | { name: 'activities'; days?: readonly [string, string]; sport?: string }
  /** At an effort where seconds from its start and a length are given. */
  | { name: 'activity'; id: string; clicked: number; effort?: readonly [startS: number, seconds: number] };

/** What became of files that the reader may want to look at; more than this is kept in the store alone. */
const KEPT = 500;

/** What all screens share: who is here, where we are, what runs, what went wrong. */
class Session {
  status = $state<Status | null>(null);
  screen = $state<Screen>({ name: 'activities' });
  said = $state<Said | null>(null);
  live = $state.raw<Progress | null>(null);
  report = $state.raw<Report | null>(null);
  /** How far the making of stale figures is, while it runs. */
  work = $state.raw<Work | null>(null);
  /** Of the last import: what failed, and the newest of the rest. */
  failed = $state.raw<Item[]>([]);
  items = $state.raw<Item[]>([]);
  /** Raised when stored activities change. */
  version = $state(0);

  units = $derived(this.status?.profile?.units ?? 'metric');

  go(screen: Screen) {
    this.said = null;
    this.screen = screen;
  }

  async refresh() {
    await this.guard(async () => {
      const epoch = this.status?.profile?.epoch;
      const status = await commands.appStatus();
      if (epoch !== undefined && epoch !== status.profile?.epoch) this.forget(!status.profile);
      this.status = status;
    });
  }

  private leaving: ((locked: boolean) => void)[] = [];

  /** What a screen keeps beyond its own life goes when the athlete on screen does. */
  onLeave(forget: (locked: boolean) => void) {
    this.leaving.push(forget);
  }

  /** Nothing of one athlete stays for another, nor for whoever comes after locking. */
  private forget(locked: boolean) {
    this.leaving.forEach((forget) => forget(locked));
    if (this.screen.name === 'activity' || this.screen.name === 'activities')
      this.screen = { name: 'activities' };
    this.said = this.live = this.report = this.work = null;
    this.failed = this.items = [];
  }

  /** Runs `work`; an error becomes the banner, unless another athlete is on screen by then. */
  async guard<T>(work: () => Promise<T>): Promise<T | undefined> {
    const epoch = this.status?.profile?.epoch;
    try {
      return await work();
    } catch (error) {
      const gone = epoch !== undefined && epoch !== this.status?.profile?.epoch;
      if (gone && (error as WireError)?.code !== 'damaged') return undefined;
      this.said = describe(error);
      // The core has kept what it found out, and there is a screen for it.
      if ((error as WireError)?.code === 'damaged' && !this.status?.damage) void this.refresh();
      return undefined;
    }
  }

  private async run(start: (channel: ReturnType<typeof progress>) => Promise<Report>) {
    this.items = [];
    this.failed = [];
    this.report = null;
    this.said = null;
    const listen = (p: Progress) => {
      this.live = p;
      if (!p.items.length) return;
      const failed = p.items.filter((i) => i.outcome === 'failed');
      if (failed.length && this.failed.length < KEPT)
        this.failed = [...this.failed, ...failed].slice(0, KEPT);
      // What was here before is no news.
      const news = p.items.filter((i) => i.outcome !== 'failed' && i.outcome !== 'known');
      if (news.length) this.items = [...news.reverse(), ...this.items].slice(0, KEPT);
    };
    const report = await this.guard(() => start(progress(listen)));
    this.live = null;
    this.report = report ?? null;
    await this.refresh();
  }

  importPaths(paths: string[]) {
    if (paths.length === 0) return Promise.resolve();
    if (this.live) {
      this.said = describe({
        code: 'conflict',
        reason: 'An import is running. Drop the files again when it is done.',
      });
      return Promise.resolve();
    }
    this.go({ name: 'import' });
    return this.run((channel) => commands.importPaths(paths, channel));
  }

  async loadSample() {
    if (!this.status?.profile) {
      await this.guard(() => commands.createProfile({ name: 'Sample Athlete', units: 'metric', sex: null }));
      await this.refresh();
    }
    if (!this.status?.profile) return;
    this.go({ name: 'import' });
    await this.run((channel) => commands.loadSample(channel));
    if (this.report && !this.said && this.screen.name === 'import') this.go({ name: 'activities' });
  }
}

export const session = new Session();
