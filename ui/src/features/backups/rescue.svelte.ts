import type { RestoreReport } from '../../lib/ipc';

/** What became of damaged data, until it was read: the data open by themselves as soon as they are back. */
export const rescue = $state<{ report: RestoreReport | null }>({ report: null });
