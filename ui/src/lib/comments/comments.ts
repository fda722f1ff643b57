import { commands } from '../ipc';

/** Whether the user's role in the profile on screen lets them write comments. */
export async function mayComment(): Promise<boolean> {
  const [tenants, roles] = await Promise.all([commands.tenants(), commands.roles()]);
  const role = tenants.find((t) => t.current)?.role;
  return roles.some((r) => r.role === role && r.allows.includes('comment'));
}

/** One or two letters that stand for a name. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  const [first, last] = [words[0], words.length > 1 ? words.at(-1) : ''];
  return [first, last].map((w) => [...(w ?? '')][0]?.toLocaleUpperCase() ?? '').join('');
}
