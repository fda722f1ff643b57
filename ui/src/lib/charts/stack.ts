/** Charts one below the other on one axis, with one cursor and one selection. */
import uPlot from 'uplot';
import { bounds, indexAt, paceMarks, thin, token } from './samples';

/** One chart. */
export type Line = {
  key: string;
  /** In the unit of the axis. */
  values: Float32Array;
  /** Metres a pace is told for, where the channel is one. */
  paceMetres: number | null;
  /** The words at a mark of the upright axis. */
  mark: (v: number) => string;
  host: HTMLElement;
};

export type Course = {
  timeMs: Int32Array;
  /** Place of each sample on the shared axis. */
  xs: Float64Array;
  /** Whether the axis counts seconds. */
  seconds: boolean;
  /** Places where a lap ends. */
  laps: number[];
};

/** A stretch set off by colour behind the lines, by indices of samples, both inclusive. */
export type Band = { from: number; to: number; color: string; strength: number };

const HEIGHT = 92;
const AXIS = 24;
/** Marks of a clock fall on round minutes. */
const CLOCK = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10800, 14400, 21600, 43200,
];

/** Canvas knows no light-dark(): the browser resolves the tokens, all at once, on elements of their own. */
export function resolved(tokens: string[], host: HTMLElement): string[] {
  const probes = tokens.map((token) => {
    const probe = document.createElement('i');
    probe.style.color = `var(${token}, var(--accent))`;
    host.append(probe);
    return probe;
  });
  const colors = probes.map((probe) => getComputedStyle(probe).color);
  probes.forEach((probe) => probe.remove());
  return colors;
}
export const faint = (rgb: string, alpha: number) => rgb.replace('rgb(', 'rgba(').replace(')', `, ${alpha})`);

export class Stack {
  private plots: uPlot[];
  /** While the cursor is put somewhere from outside, nobody is told. */
  private quiet = false;
  /** A lowest and a highest sample for each pixel column: more cannot be seen. */
  private buckets: number;
  private bands: Band[] = [];

  constructor(
    private course: Course,
    private lines: Line[],
    private clock: (x: number) => string,
    private hover: (index: number | null) => void,
    private select: (from: number, to: number) => void,
  ) {
    const host = lines[0]?.host;
    const [grid, ink, ...strokes] = host
      ? resolved(['--line', '--muted', ...lines.map((l) => token(l.key))], host)
      : [];
    const width = Math.max(200, host?.clientWidth ?? 0);
    this.buckets = Math.min(1600, width);
    this.plots = lines.map((line, i) =>
      this.plot(line, i === lines.length - 1, width, { grid: grid!, ink: ink!, stroke: strokes[i]! }),
    );
  }

  static height(last: boolean) {
    return HEIGHT + (last ? AXIS : 0);
  }

  private data(line: Line, from: number, to: number): uPlot.AlignedData {
    return thin(this.course.xs, this.course.timeMs, line.values, from, to, this.buckets) as uPlot.AlignedData;
  }

  private plot(
    line: Line,
    last: boolean,
    width: number,
    colors: Record<'grid' | 'ink' | 'stroke', string>,
  ): uPlot {
    const { xs } = this.course;
    const { grid, ink, stroke } = colors;
    const axis = {
      stroke: ink,
      grid: { stroke: grid, width: 1 },
      ticks: { show: false },
      font: `11px 'Inter Variable', sans-serif`,
    };
    return new uPlot(
      {
        width,
        height: Stack.height(last),
        padding: [6, 8, last ? 0 : 7, 0],
        legend: { show: false },
        cursor: {
          sync: { key: 'activity', setSeries: false },
          drag: { x: true, y: false, setScale: false },
          points: { size: 7, width: 2, fill: stroke },
        },
        scales: {
          x: { time: false, range: (_, low, high) => [low, high] },
          y: { range: (_, low, high) => bounds(line.key, line.paceMetres !== null, low ?? 0, high ?? 1) },
        },
        series: [
          {},
          {
            stroke,
            width: 1.3,
            fill: faint(stroke, line.key === 'altitude' ? 0.2 : 0.07),
            points: { show: false },
          },
        ],
        axes: [
          {
            ...axis,
            size: last ? AXIS : 0,
            space: 70,
            ...(this.course.seconds ? { incrs: CLOCK } : {}),
            values: (_, marks) => marks.map((m) => (last ? this.clock(m) : '')),
          },
          {
            ...axis,
            size: 46,
            gap: 6,
            space: 26,
            ...(line.paceMetres
              ? {
                  splits: (_u: uPlot, _a: number, low: number, high: number) =>
                    paceMarks(low, high, line.paceMetres!),
                }
              : {}),
            values: (_, marks) => marks.map(line.mark),
          },
        ],
        hooks: {
          drawClear: [(u) => this.shade(u)],
          drawAxes: [(u) => this.laps(u, ink)],
          setCursor: [
            (u) => {
              if (this.quiet) return;
              const left = u.cursor.left ?? -1;
              this.hover(left < 0 ? null : this.indexOf(u, left));
            },
          ],
          setSelect: [
            (u) => {
              const { left, width } = u.select;
              if (width > 3) this.select(this.indexOf(u, left), this.indexOf(u, left + width));
            },
          ],
        },
      },
      this.data(line, 0, xs.length),
      line.host,
    );
  }

  private indexOf(u: uPlot, left: number) {
    return Math.min(this.course.xs.length - 1, indexAt(this.course.xs, u.posToVal(left, 'x')));
  }

  private laps(u: uPlot, ink: string) {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.strokeStyle = faint(ink, 0.4);
    ctx.setLineDash([3, 4]);
    for (const lap of this.course.laps) {
      const x = u.valToPos(lap, 'x', true);
      if (x <= bbox.left + 1 || x >= bbox.left + bbox.width - 1) continue;
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  }

  private shade(u: uPlot) {
    const { ctx, bbox } = u;
    const at = (i: number) => u.valToPos(this.course.xs[Math.min(i, this.course.xs.length - 1)]!, 'x', true);
    for (const band of this.bands) {
      const left = Math.max(bbox.left, at(band.from));
      const right = Math.min(bbox.left + bbox.width, at(band.to));
      if (right < bbox.left || left > bbox.left + bbox.width) continue;
      ctx.fillStyle = faint(band.color, band.strength);
      // A single sample is still to be seen.
      ctx.fillRect(left, bbox.top, Math.max(right - left, 2), bbox.height);
    }
  }

  /** Sets stretches off behind the lines, in colours of the canvas. */
  band(bands: Band[]) {
    if (!bands.length && !this.bands.length) return;
    this.bands = bands;
    for (const u of this.plots) u.redraw(false);
  }

  /** Shows the samples from one index to another, both inclusive. */
  show(from: number, to: number) {
    const { xs } = this.course;
    const end = Math.min(xs.length, Math.max(to, from + 1) + 1);
    this.lines.forEach((line, i) => this.plots[i]!.setData(this.data(line, from, end)));
  }

  /** Marks a stretch, or nothing. */
  mark(range: [number, number] | null) {
    for (const u of this.plots) {
      const height = u.over.clientHeight;
      const at = (i: number) =>
        Math.min(Math.max(u.valToPos(this.course.xs[i]!, 'x'), 0), u.over.clientWidth);
      const [left, right] = range ? [at(range[0]), at(range[1])] : [0, 0];
      u.setSelect({ left, top: 0, width: right - left, height: range ? height : 0 }, false);
    }
  }

  /** Puts the cursor on a sample, or takes it away. */
  point(index: number | null) {
    this.quiet = true;
    for (const u of this.plots) {
      const left = index === null ? -10 : u.valToPos(this.course.xs[index]!, 'x');
      u.setCursor({ left, top: index === null ? -10 : 1 }, false);
    }
    this.quiet = false;
  }

  resize(width: number) {
    this.plots.forEach((u) => u.setSize({ width: Math.max(200, width), height: u.height }));
  }

  destroy() {
    this.plots.forEach((u) => u.destroy());
  }
}

/**
 * Draws and throws away a chart out of sight, so that code and fonts are ready when the first
 * activity is opened: a third of that wait is theirs.
 */
export function warm() {
  const host = document.createElement('div');
  host.style.cssText = 'position: fixed; left: -2000px; width: 800px';
  document.body.append(host);
  const n = 20_000;
  const timeMs = Int32Array.from({ length: n }, (_, i) => i * 1000);
  const values = Float32Array.from({ length: n }, (_, i) => i % 300);
  const xs = Float64Array.from({ length: n }, (_, i) => i);
  const course = { timeMs, xs, seconds: true, laps: [] };
  const line = { key: 'power', values, paceMetres: null, mark: String, host };
  const nobody = () => undefined;
  const stack = new Stack(course, [line, { ...line, key: 'altitude' }], String, nobody, nobody);
  requestAnimationFrame(() => {
    stack.destroy();
    host.remove();
  });
}
