/** Something that the palette can do or open. */
export type Entry = { id: string; label: string; hint: string };

/** How well a word of the query fits: the start of a word counts most, then any place in it; 0 is not at all. */
function fit(words: string[], part: string): number {
  if (words.includes(part)) return 4;
  if (words.some((w) => w.startsWith(part))) return 3;
  return words.some((w) => w.includes(part)) ? 1 : 0;
}

/** Entries that fit every word of the query in any order, best first; all of them in their order without one. */
export function rank<T extends Entry>(entries: T[], query: string): T[] {
  const split = (text: string) =>
    text
      .toLocaleLowerCase()
      .split(/[\s·,()-]+/)
      .filter(Boolean);
  const parts = split(query);
  return entries
    .map((entry) => {
      const label = split(entry.label);
      const hint = split(entry.hint);
      const fits = parts.map((p) => Math.max(2 * fit(label, p), fit(hint, p)));
      return { entry, score: fits.includes(0) ? -1 : fits.reduce((a, b) => a + b, 0) };
    })
    .filter((e) => e.score >= 0)
    .sort((a, b) => b.score - a.score)
    .map((e) => e.entry);
}
