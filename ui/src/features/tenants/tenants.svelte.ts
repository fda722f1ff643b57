import { commands, type TenantView } from '../../lib/ipc';
import { session } from '../../lib/session.svelte';

/** The profiles that the signed-in user reaches, for the switcher, the palette and the desk. */
class Tenants {
  all = $state.raw<TenantView[]>([]);
  current = $derived(this.all.find((t) => t.current));
  /** Whether there is anybody to look after but oneself. */
  several = $derived(this.all.reduce((n, t) => n + t.athletes.length, 0) > 1);

  async read() {
    this.all = (await session.guard(() => commands.tenants())) ?? [];
  }

  /** Shows another athlete; with the new epoch the screen is built anew. */
  async open(tenant: TenantView, athleteId: string) {
    await session.guard(async () => {
      if (!tenant.current) await commands.switchTenant(tenant.id);
      await commands.switchAthlete(athleteId);
    });
    await session.refresh();
  }
}

export const tenants = new Tenants();
session.onLeave((locked) => {
  if (locked) tenants.all = [];
});
