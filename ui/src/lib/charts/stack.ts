import uPlot from 'uplot';
import type { Column, Frame } from '../ipc/frame';

export const ORDER = ['power', 'heart_rate', 'speed', 'cadence', 'altitude', 'temperature'];

/** The columns to draw, the usual ones first, a recorder's own after them. */
export function drawn(frame: Frame): Column[] {
  const place = (c: Column) => (ORDER.includes(c.key) ? ORDER.indexOf(c.key) : ORDER.length);
  return frame.columns
    .filter((c) => !['latitude', 'longitude', 'distance'].includes(c.key))
    .filter((c) => c.values.some((v) => Number.isFinite(v)))
    .sort((a, b) => place(a) - place(b))
    .slice(0, 9);
}

/**
 * At most two points a bucket, lowest and highest in their order, so that no
 * peak is lost; a hole longer than ten seconds stays a hole.
 */
export function thin(
  timeMs: Int32Array,
  values: ArrayLike<number>,
  from: number,
  to: number,
  buckets: number,
) {
  const xs: number[] = [];
  const ys: (number | null)[] = [];
  const size = Math.max(1, Math.ceil((to - from) / buckets));
  for (let start = from; start < to; start += size) {
    const end = Math.min(to, start + size);
    let low = -1;
    let high = -1;
    for (let i = start; i < end; i++) {
      const v = values[i]!;
      if (Number.isNaN(v)) continue;
      if (low < 0 || v < values[low]!) low = i;
      if (high < 0 || v > values[high]!) high = i;
    }
    if (start > from && timeMs[start]! - timeMs[start - 1]! > 10_000) {
      xs.push(timeMs[start - 1]! / 1000 + 0.5);
      ys.push(null);
    }
    if (low < 0) {
      xs.push(timeMs[start]! / 1000);
      ys.push(null);
      continue;
    }
    for (const i of low === high ? [low] : [Math.min(low, high), Math.max(low, high)]) {
      xs.push(timeMs[i]! / 1000);
      ys.push(values[i]!);
    }
  }
  return [xs, ys] as [number[], (number | null)[]];
}

/** The first index whose time is not before `ms`. */
export function indexAt(timeMs: Int32Array, ms: number): number {
  let low = 0;
  let high = timeMs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timeMs[middle]! < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

export type Chart = { column: Column; plot: uPlot };

const color = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
/** Canvas knows no light-dark(): the browser resolves it on an element. */
function resolved(name: string, probe: HTMLElement): string {
  probe.style.color = `var(${name}, var(--accent))`;
  return getComputedStyle(probe).color;
}

export function draw(
  frame: Frame,
  column: Column,
  host: HTMLElement,
  last: boolean,
  label: (v: number) => string,
  clock: (s: number) => string,
  hover: (ms: number | null) => void,
  select: (fromMs: number, toMs: number) => void,
): Chart {
  void color;
  const stroke = resolved(`--${column.key}`, host);
  const grid = resolved('--line', host);
  const ink = resolved('--muted', host);
  host.style.color = '';
  const plot = new uPlot(
    {
      width: Math.max(200, host.clientWidth),
      height: last ? 128 : 104,
      legend: { show: false },
      cursor: {
        sync: { key: 'activity' },
        drag: { x: true, y: false, setScale: false },
        points: { size: 6 },
      },
      scales: { x: { time: false } },
      series: [
        {},
        {
          stroke,
          width: 1.2,
          points: { show: false },
          spanGaps: false,
          ...(column.key === 'altitude'
            ? { fill: stroke.replace('rgb(', 'rgba(').replace(')', ', 0.18)') }
            : {}),
        },
      ],
      axes: [
        {
          show: last,
          stroke: ink,
          grid: { stroke: grid, width: 1 },
          ticks: { show: false },
          size: 26,
          values: (_, v) => v.map(clock),
        },
        {
          stroke: ink,
          grid: { stroke: grid, width: 1 },
          ticks: { show: false },
          size: 58,
          space: 28,
          values: (_, v) => v.map(label),
        },
      ],
      hooks: {
        setCursor: [
          (u) =>
            hover(
              u.cursor.left === undefined || u.cursor.left < 0 ? null : u.posToVal(u.cursor.left, 'x') * 1000,
            ),
        ],
        setSelect: [
          (u) => {
            if (u.select.width > 3)
              select(
                u.posToVal(u.select.left, 'x') * 1000,
                u.posToVal(u.select.left + u.select.width, 'x') * 1000,
              );
          },
        ],
      },
    },
    thin(frame.timeMs, column.values, 0, frame.count, 1200),
    host,
  );
  return { column, plot };
}
