import { commands, type GroupView, type TenantView } from '../../lib/ipc';
import { session } from '../../lib/session.svelte';
import type { Row } from './rows';

/** Everything the desk shows, read together. Groups and tags belong to the profile on screen. */
export class Desk {
  rows = $state.raw<Row[]>([]);
  closed = $state.raw<string[]>([]);
  groups = $state.raw<GroupView[]>([]);
  current = $state.raw<TenantView | null>(null);
  /** Whether the role in the profile on screen lets groups, tags and settings of many be changed. */
  may = $state(false);
  ready = $state(false);
  private question = 0;

  /** Athletes of the profile on screen. */
  readonly own = $derived(this.rows.filter((r) => r.tenantId === this.current?.id));

  async read() {
    const mine = ++this.question;
    await session.guard(async () => {
      const [view, tenants, roles] = await Promise.all([
        commands.coachOverview(),
        commands.tenants(),
        commands.roles(),
      ]);
      const current = tenants.find((t) => t.current) ?? null;
      const may = roles.some((r) => r.role === current?.role && r.allows.includes('coach'));
      const groups = may ? await commands.groups() : [];
      if (mine !== this.question) return;
      [this.rows, this.closed] = [view.athletes, view.closed];
      [this.current, this.may, this.groups] = [current, may, groups];
      this.ready = true;
    });
  }

  /** Puts an athlete on screen; answers whether they are. */
  async enter(row: Row): Promise<boolean> {
    const here = row.tenantId === this.current?.id;
    if (here && row.athleteId === session.status?.profile?.athleteId) return true;
    if (session.live) {
      session.said = {
        title: 'An import is running',
        detail: `Turning to ${row.athlete} would stop it. Wait until it is done, or cancel it first.`,
      };
      return false;
    }
    const done = await session.guard(async () => {
      const profile = here ? null : await commands.switchTenant(row.tenantId);
      if (profile?.athleteId !== row.athleteId) await commands.switchAthlete(row.athleteId);
      return true;
    });
    if (done) await session.refresh();
    return !!done;
  }
}
