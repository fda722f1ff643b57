import type { RestoreReport } from '../../lib/ipc';

export const rescue = $state<{
  /** What became of damaged data, until it was read: they open by themselves as soon as they are back. */
  report: RestoreReport | null;
  /** While the data are closed for a restore or a salvage, which is no locking. */
  closed: boolean;
}>({ report: null, closed: false });
