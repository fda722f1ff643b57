import type { Setting, SettingKind } from '../../lib/ipc';

/**
 * The value that holds on a day: of the entries of its kind the last that began by then; before the
 * first, that one. Null where there is none.
 */
export function inForce(settings: readonly Setting[], kind: SettingKind, day: string): number | null {
  const all = settings
    .filter((s) => s.kind === kind && s.value !== null)
    .sort((a, b) => a.validFrom.localeCompare(b.validFrom));
  const holds = all.filter((s) => s.validFrom.slice(0, 10) <= day).at(-1) ?? all[0];
  return holds?.value ?? null;
}
