import { commands, type Item, type Progress, type Report, type Status, progress } from './ipc';
import { describe, type Said } from './ipc/errors';

export type Screen =
  { name: 'activities' | 'import' | 'settings' } | { name: 'activity'; id: string; clicked: number };

/** What all screens share: who is here, where we are, what runs, what went wrong. */
class Session {
  status = $state<Status | null>(null);
  screen = $state<Screen>({ name: 'activities' });
  said = $state<Said | null>(null);
  live = $state<Progress | null>(null);
  items = $state<Item[]>([]);
  report = $state<Report | null>(null);
  /** Raised when stored activities change. */
  version = $state(0);

  units = $derived(this.status?.profile?.units ?? 'metric');

  async refresh() {
    await this.guard(async () => {
      this.status = await commands.appStatus();
    });
  }

  /** Runs `work`; an error becomes the banner. */
  async guard<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.said = describe(error);
      return undefined;
    }
  }

  private async run(start: (channel: ReturnType<typeof progress>) => Promise<Report>) {
    this.items = [];
    this.report = null;
    this.said = null;
    const listen = (p: Progress) => {
      this.live = p;
      // What was merely known before is not news.
      this.items.push(...p.items.filter((i) => i.outcome !== 'known'));
    };
    const report = await this.guard(() => start(progress(listen)));
    this.live = null;
    this.report = report ?? null;
    this.version += 1;
    await this.refresh();
  }

  importPaths(paths: string[]) {
    if (paths.length === 0) return Promise.resolve();
    this.screen = { name: 'import' };
    return this.run((channel) => commands.importPaths(paths, channel));
  }

  async loadSample() {
    if (!this.status?.profile) {
      await this.guard(() => commands.createProfile({ name: 'Sample Athlete', units: 'metric' }));
      await this.refresh();
    }
    this.screen = { name: 'import' };
    await this.run((channel) => commands.loadSample(channel));
    if (this.report) this.screen = { name: 'activities' };
  }
}

export const session = new Session();
