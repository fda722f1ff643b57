/** A curve of bests over durations on a logarithmic axis, another span's beside it, a fitted one over it. */
import uPlot from 'uplot';
import { faint, resolved } from '../../lib/charts/stack';
import { durationMarks, durationWords, nearest } from '../../lib/charts/durations';
import type { Fitted } from './curves.svelte';
import { axisBounds, isPace, markWords, onAxis, pacesOf, type Quantity, told, tokenOf } from './quantity';
import type { Point } from './wire';

export type Drawing = {
  quantity: Quantity;
  /** Never empty. */
  points: Point[];
  other: Point[];
  otherQuantity: Quantity;
  fitted: Fitted | null;
};

const FONT = `12px 'Inter Variable', sans-serif`;
const INKS = ['--line', '--muted', '--text', '--panel', '--amber'] as const;
/** Pixels between marks of durations. */
const APART = 50;

export class CurvePlot {
  private plot: uPlot;
  private ink: Record<(typeof INKS)[number], string>;
  private color: string;
  private bounds: [number, number];
  private span: [number, number];
  private quiet = false;
  private at: number | null = null;
  private down = 0;

  constructor(
    private drawing: Drawing,
    host: HTMLElement,
    height: number,
    private told: { hover: (seconds: number | null) => void; pick: (seconds: number) => void },
  ) {
    const { quantity, otherQuantity, points, other, fitted } = drawing;
    const colors = resolved([...INKS, tokenOf(quantity.channel)], host);
    this.ink = Object.fromEntries(INKS.map((k, i) => [k, colors[i]!])) as Record<
      (typeof INKS)[number],
      string
    >;
    this.color = colors[INKS.length]!;
    const values = [
      ...points.map((p) => onAxis(quantity, p.value)),
      ...other.map((p) => onAxis(otherQuantity, p.value)),
    ];
    this.bounds = axisBounds(quantity, Math.min(...values), Math.max(...values));
    const longest = Math.max(points.at(-1)!.seconds, other.at(-1)?.seconds ?? 1, 2);
    const shortest = Math.min(points[0]!.seconds, other[0]?.seconds ?? Infinity);
    this.span = [Math.log(shortest), Math.log(longest)];
    const lines = [
      points.map((p) => [p.seconds, onAxis(quantity, p.value)] as const),
      other.map((p) => [p.seconds, onAxis(otherQuantity, p.value)] as const),
      (fitted?.curve ?? []).map(([s, v]) => [s, onAxis(quantity, v)] as const),
    ];
    const seconds = [...new Set(lines.flatMap((l) => l.map(([s]) => s)))].sort((a, b) => a - b);
    const column = (line: (readonly [number, number])[]) => {
      const known = new Map(line);
      return seconds.map((s) => known.get(s) ?? null);
    };
    const [grid, ink] = [this.ink['--line'], this.ink['--muted']];
    const axis = {
      stroke: ink,
      grid: { stroke: grid, width: 1 },
      ticks: { show: false },
      font: FONT,
    };
    const line = { spanGaps: true, points: { show: false } };
    const u = new uPlot(
      {
        width: Math.max(300, host.clientWidth),
        height,
        padding: [10, 12, 0, 0],
        legend: { show: false },
        cursor: {
          drag: { x: false, y: false },
          points: { show: false },
          move: (u, left, top) => {
            const point = left < 0 ? undefined : this.pointAt(u, left);
            return [point ? u.valToPos(Math.log(point.seconds), 'x') : left, top];
          },
        },
        scales: {
          x: { time: false, range: () => this.span },
          y: { range: () => this.bounds },
        },
        series: [
          {},
          { ...line, stroke: this.color, width: 2.2, fill: (u) => this.ground(u) },
          { ...line, stroke: this.ink['--amber'], width: 1.4 },
          { ...line, stroke: this.ink['--text'], width: 1.4, dash: [6, 5] },
        ],
        axes: [
          {
            ...axis,
            size: 28,
            splits: (u) =>
              durationMarks(
                Math.exp(this.span[0]) - 1e-6,
                Math.exp(this.span[1]) + 1e-6,
                (APART * (this.span[1] - this.span[0])) / Math.max(1, u.bbox.width / devicePixelRatio),
              ).map(Math.log),
            values: (_, marks) => marks.map((m) => durationWords(Math.exp(m))),
          },
          {
            ...axis,
            size: 54,
            gap: 8,
            space: 40,
            ...(isPace(quantity)
              ? { splits: (_u: uPlot, _a: number, low: number, high: number) => pacesOf(quantity, low, high) }
              : {}),
            values: (_, marks) => marks.map((m) => markWords(quantity, m)),
          },
        ],
        hooks: {
          draw: [(u) => this.critical(u), (u) => this.efforts(u), (u) => this.reader(u)],
          setCursor: [
            (u) => {
              if (this.quiet) return;
              const left = u.cursor.left ?? -1;
              const point = left < 0 ? undefined : this.pointAt(u, left);
              this.told.hover(point ? point.seconds : null);
            },
          ],
        },
      },
      [seconds.map(Math.log), ...lines.map(column)] as uPlot.AlignedData,
      host,
    );
    u.over.addEventListener('mousedown', (e) => (this.down = e.clientX));
    // No `click`: the chart library takes it for the end of a drag, as the cursor stands on points.
    u.over.addEventListener('mouseup', (e) => {
      if (e.button !== 0 || Math.abs(e.clientX - this.down) >= 4) return;
      const point = this.pointAt(u, e.clientX - u.over.getBoundingClientRect().left);
      // The library still ends its own gesture.
      if (point) setTimeout(() => this.told.pick(point.seconds));
    });
    this.plot = u;
  }

  private pointAt(u: uPlot, left: number) {
    const { points } = this.drawing;
    return points[nearest(points, Math.exp(u.posToVal(left, 'x')))];
  }

  /** The ground under the curve, fading towards the axis. */
  private ground(u: uPlot) {
    const { top, height } = u.bbox;
    if (!Number.isFinite(height) || height <= 0) return faint(this.color, 0.1);
    const shade = u.ctx.createLinearGradient(0, top, 0, top + height);
    shade.addColorStop(0, faint(this.color, 0.26));
    shade.addColorStop(1, faint(this.color, 0.03));
    return shade;
  }

  private inside(u: uPlot, draw: (ctx: CanvasRenderingContext2D, scale: number) => void) {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    draw(ctx, devicePixelRatio);
    ctx.restore();
  }

  /** What the fitted curve falls to. */
  private critical(u: uPlot) {
    const { fitted, quantity } = this.drawing;
    if (!fitted) return;
    this.inside(u, (ctx, scale) => {
      const y = u.valToPos(onAxis(quantity, fitted.critical.value), 'y', true);
      const { left, width } = u.bbox;
      ctx.strokeStyle = faint(this.ink['--text'], 0.45);
      ctx.lineWidth = scale;
      ctx.setLineDash([2 * scale, 4 * scale]);
      ctx.beginPath();
      ctx.moveTo(left, y);
      ctx.lineTo(left + width, y);
      ctx.stroke();
      ctx.fillStyle = this.ink['--text'];
      ctx.font = `${12 * scale}px 'Inter Variable', sans-serif`;
      ctx.textBaseline = 'bottom';
      ctx.textAlign = 'left';
      ctx.fillText(
        `${fitted.critical.name} ${told(quantity, fitted.critical.value)}`,
        left + 8 * scale,
        y - 3 * scale,
      );
    });
  }

  /** The efforts that carried the fit, each with its way to the curve. */
  private efforts(u: uPlot) {
    const { fitted, quantity } = this.drawing;
    if (!fitted) return;
    this.inside(u, (ctx, scale) => {
      ctx.lineWidth = 1.5 * scale;
      // The library leaves the dashes of its last line.
      ctx.setLineDash([]);
      for (const e of fitted.efforts) {
        const x = u.valToPos(Math.log(e.seconds), 'x', true);
        const y = u.valToPos(onAxis(quantity, e.value), 'y', true);
        ctx.strokeStyle = this.ink['--text'];
        ctx.beginPath();
        ctx.moveTo(x, y);
        ctx.lineTo(x, u.valToPos(onAxis(quantity, e.value - e.residual), 'y', true));
        ctx.stroke();
        ctx.fillStyle = this.ink['--panel'];
        ctx.beginPath();
        ctx.arc(x, y, 3.6 * scale, 0, 2 * Math.PI);
        ctx.fill();
        ctx.stroke();
      }
    });
  }

  /** Where the curve is read. */
  private reader(u: uPlot) {
    const point = this.at === null ? undefined : this.drawing.points.find((p) => p.seconds === this.at);
    if (!point) return;
    const { ctx } = u;
    const scale = devicePixelRatio;
    const x = u.valToPos(Math.log(point.seconds), 'x', true);
    const y = u.valToPos(onAxis(this.drawing.quantity, point.value), 'y', true);
    ctx.save();
    ctx.strokeStyle = faint(this.ink['--muted'], 0.7);
    ctx.lineWidth = scale;
    ctx.setLineDash([3 * scale, 3 * scale]);
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(x, u.bbox.top + u.bbox.height);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.fillStyle = this.color;
    ctx.strokeStyle = this.ink['--panel'];
    ctx.lineWidth = 2 * scale;
    ctx.beginPath();
    ctx.arc(x, y, 5.5 * scale, 0, 2 * Math.PI);
    ctx.fill();
    ctx.stroke();
    ctx.restore();
  }

  /** Puts the mark on the point of a duration. */
  point(seconds: number | null) {
    if (this.at === seconds) return;
    this.at = seconds;
    this.plot.redraw(false, false);
  }

  resize(width: number) {
    this.plot.setSize({ width: Math.max(300, width), height: this.plot.height });
  }

  destroy() {
    this.quiet = true;
    this.plot.destroy();
  }
}
