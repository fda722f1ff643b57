/** Charts of measurements, large ones one below the other and small ones beside, on one axis of days. */
import uPlot from 'uplot';
import { faint, resolved } from '../../lib/charts/stack';
import { calendarMarks, dayClicks, markWords } from '../../lib/charts/days';
import type { Kind } from './kinds';
import { type Column, reach, runs } from './days';

/** One chart; columns have one entry a day, in the unit of the axis. */
export type Pane = {
  key: string;
  token: string;
  draw: Kind['draw'];
  values: Column;
  /** Means of seven days. */
  recent: Column;
  /** What is normal. */
  low: Column;
  high: Column;
  /** What the values are made of, from the foot. */
  parts: { token: string; alpha: number; values: Column }[];
  /** The other ends of ranges. */
  feet: Column;
  ends?: [number, number];
  /** Least air around what is drawn. */
  air: number;
  mark: (v: number) => string;
  height: number;
  /** Whether it is one of the small ones, each with days of its own below. */
  small: boolean;
  /** Whether the axis of days stands below. */
  foot: boolean;
  host: HTMLElement;
};
export type Course = { first: number; days: number; today: number; ill: number[] };

const AXIS = 24;
/** Room on the right for the names of what is drawn. */
const GUTTER = 62;
const font = (weight: number, dpr = 1) => `${weight} ${12 * dpr}px 'Inter Variable', sans-serif`;
const INKS = ['--line', '--muted', '--text', '--panel', '--bad'] as const;
type Ink = (typeof INKS)[number];

export class Panes {
  private plots: uPlot[];
  private ink: Record<Ink, string>;
  private colors: Map<string, string>;
  private quiet = false;
  private clicks = dayClicks(
    (u, left) => this.dayAt(u, left),
    (day) => {
      this.unselect();
      this.told.pick(day);
    },
  );

  constructor(
    private course: Course,
    private panes: Pane[],
    private told: {
      hover: (day: number | null) => void;
      zoom: (from: number, to: number) => void;
      pick: (day: number) => void;
    },
  ) {
    const tokens = [
      ...new Set([...INKS, ...panes.flatMap((p) => [p.token, ...p.parts.map((s) => s.token)])]),
    ];
    const colors = panes[0] ? resolved(tokens, panes[0].host) : [];
    this.colors = new Map(tokens.map((t, i) => [t, colors[i]!]));
    this.ink = Object.fromEntries(INKS.map((t) => [t, this.color(t)])) as Record<Ink, string>;
    this.plots = panes.map((pane) => this.plot(pane));
  }

  static height = (pane: Pick<Pane, 'height' | 'foot'>) => pane.height + (pane.foot ? AXIS : 0);

  private color(token: string) {
    return this.colors.get(token) ?? 'rgb(128, 128, 128)';
  }

  /** The colour of the line of seven days; among the colours of stages it has one of its own. */
  private trend(pane: Pane) {
    return pane.draw === 'stages' ? this.ink['--text'] : this.color(pane.token);
  }

  private get last() {
    return this.course.first + this.course.days - 1;
  }

  private plot(pane: Pane): uPlot {
    const { first, days } = this.course;
    const stroke = this.color(pane.token);
    const columns = [pane.values, pane.recent, pane.low, pane.high, pane.feet, this.tops(pane)];
    const bars = pane.draw === 'bars' || pane.draw === 'stages';
    const [low, high] = pane.ends ? [pane.ends[0], pane.ends[1] * 1.04] : reach(columns, bars, pane.air);
    const axis = {
      stroke: this.ink['--muted'],
      grid: { stroke: this.ink['--line'], width: 1 },
      ticks: { show: false },
      font: font(400),
    };
    const sparse = pane.draw === 'line';
    const dotted = pane.draw === 'dots' || sparse;
    const size = (days <= 45 ? 7 : days <= 130 ? 5 : days <= 500 ? 3.4 : 2.4) - (pane.small ? 1 : 0);
    const u = new uPlot(
      {
        width: Math.max(160, pane.host.clientWidth),
        height: Panes.height(pane),
        padding: [8, pane.small ? 8 : GUTTER, pane.foot ? 0 : 8, 0],
        legend: { show: false },
        cursor: {
          sync: { key: 'wellness', setSeries: false },
          drag: { x: true, y: false, setScale: false },
          points: { show: dotted, size: 9, width: 2, fill: this.ink['--panel'], stroke },
          move: (u, left, top) => [left < 0 ? left : u.valToPos(this.dayAt(u, left), 'x'), top],
        },
        scales: {
          x: { time: false, range: () => [first - 0.6, this.last + 0.6] },
          y: { range: () => [low, high] },
        },
        series: [
          {},
          {
            stroke: sparse ? faint(stroke, 0.55) : 'transparent',
            width: sparse ? 1.2 : 0,
            spanGaps: sparse,
            points: { show: dotted, size, width: 0, fill: faint(stroke, sparse ? 0.9 : 0.5) },
          },
          { stroke: this.trend(pane), width: pane.small ? 1.6 : 2.2, points: { show: false } },
        ],
        axes: [
          {
            ...axis,
            size: pane.foot ? AXIS : 0,
            splits: (u) =>
              calendarMarks(first, this.last, Math.max(2, Math.floor(u.bbox.width / devicePixelRatio / 84))),
            values: (_, marks) => (pane.foot ? markWords(marks) : marks.map(() => '')),
          },
          {
            ...axis,
            size: pane.small ? 40 : 46,
            gap: 6,
            space: pane.small ? 24 : 30,
            ...(pane.draw === 'stages' ? { incrs: [1, 2, 3, 4, 6] } : {}),
            values: (_, marks) => marks.map(pane.mark),
          },
        ],
        hooks: {
          drawClear: [(u) => this.behind(u, pane)],
          drawAxes: [
            (u) => this.bars(u, pane),
            // Bars would hide it.
            (u) => pane.draw === 'stages' && this.band(u, pane, faint(this.ink['--text'], 0.2)),
          ],
          draw: [(u) => this.now(u, pane), (u) => this.names(u, pane)],
          setCursor: [
            (u) => {
              if (this.quiet) return;
              const left = u.cursor.left ?? -1;
              this.told.hover(left < 0 ? null : this.dayAt(u, left));
            },
          ],
          setSelect: [
            (u) => {
              const { left, width } = u.select;
              if (width < 4) return;
              const chosen: [number, number] = [this.dayAt(u, left), this.dayAt(u, left + width)];
              this.unselect();
              if (chosen[1] - chosen[0] >= 6) this.told.zoom(...chosen);
            },
          ],
        },
      },
      [Array.from({ length: days }, (_, i) => first + i), pane.values, pane.recent] as uPlot.AlignedData,
      pane.host,
    );
    this.clicks(u);
    return u;
  }

  /** The upper ends of what is stacked. */
  private tops(pane: Pane): Column {
    return pane.values.map((_, i) => {
      const parts = pane.parts.map((p) => p.values[i] ?? 0);
      return parts.some((v) => v > 0) ? parts.reduce((a, b) => a + b, 0) : null;
    });
  }

  private unselect() {
    this.plots.forEach((p) => p.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false));
  }

  private dayAt(u: uPlot, left: number) {
    return Math.min(this.last, Math.max(this.course.first, Math.round(u.posToVal(left, 'x'))));
  }

  /** Draws within the field alone. */
  private inside(u: uPlot, draw: (ctx: CanvasRenderingContext2D) => void) {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    draw(ctx);
    ctx.restore();
  }

  /** Days of illness, and what is normal. */
  private behind(u: uPlot, pane: Pane) {
    const { first, ill, days } = this.course;
    const { bbox } = u;
    const half = bbox.width / (days + 0.2) / 2;
    this.inside(u, (ctx) => {
      ctx.fillStyle = faint(this.ink['--bad'], 0.16);
      for (const i of ill)
        ctx.fillRect(u.valToPos(first + i, 'x', true) - half, bbox.top, 2 * half, bbox.height);
    });
    if (pane.draw !== 'stages') this.band(u, pane, faint(this.color(pane.token), 0.15));
  }

  private band(u: uPlot, pane: Pane, fill: string) {
    const x = (i: number) => u.valToPos(this.course.first + i, 'x', true);
    const y = (v: number) => u.valToPos(v, 'y', true);
    const half = u.bbox.width / (this.course.days + 0.2) / 2;
    this.inside(u, (ctx) => {
      ctx.fillStyle = fill;
      for (const [from, to] of runs(pane.low, pane.high)) {
        ctx.beginPath();
        ctx.moveTo(x(from) - half, y(pane.high[from]!));
        for (let i = from; i <= to; i += 1) ctx.lineTo(x(i), y(pane.high[i]!));
        ctx.lineTo(x(to) + half, y(pane.high[to]!));
        ctx.lineTo(x(to) + half, y(pane.low[to]!));
        for (let i = to; i >= from; i -= 1) ctx.lineTo(x(i), y(pane.low[i]!));
        ctx.lineTo(x(from) - half, y(pane.low[from]!));
        ctx.fill();
      }
    });
  }

  private bars(u: uPlot, pane: Pane) {
    if (pane.draw === 'dots' || pane.draw === 'line') return;
    const pixel = u.bbox.width / (this.course.days + 0.2);
    const wide = Math.max(1, Math.min(pixel * 0.72, 26 * devicePixelRatio, pixel - devicePixelRatio));
    const y = (v: number) => u.valToPos(v, 'y', true);
    this.inside(u, (ctx) => {
      pane.values.forEach((value, i) => {
        const x = u.valToPos(this.course.first + i, 'x', true) - wide / 2;
        let foot = 0;
        for (const part of pane.parts) {
          const v = part.values[i];
          if (!v) continue;
          ctx.fillStyle = faint(this.color(part.token), part.alpha);
          ctx.fillRect(x, y(foot + v), wide, y(foot) - y(foot + v));
          foot += v;
        }
        if (foot > 0 || value === null) return;
        const from = pane.draw === 'range' ? (pane.feet[i] ?? value) : 0;
        ctx.fillStyle = faint(this.color(pane.token), 0.5);
        ctx.fillRect(x, y(value), wide, Math.max(2 * devicePixelRatio, y(from) - y(value)));
      });
    });
  }

  private now(u: uPlot, pane: Pane) {
    const { ctx, bbox } = u;
    const { today, first } = this.course;
    if (today < first || today > this.last) return;
    const dpr = devicePixelRatio;
    const x = Math.round(u.valToPos(today, 'x', true));
    ctx.save();
    ctx.strokeStyle = faint(this.ink['--text'], 0.55);
    ctx.lineWidth = dpr;
    ctx.setLineDash([2 * dpr, 3 * dpr]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const value = pane.values[today - first];
    if (value != null && (pane.draw === 'dots' || pane.draw === 'line')) {
      ctx.setLineDash([]);
      ctx.beginPath();
      ctx.arc(x, u.valToPos(value, 'y', true), (pane.small ? 3.6 : 4.6) * dpr, 0, 2 * Math.PI);
      ctx.fillStyle = this.color(pane.token);
      ctx.fill();
      ctx.lineWidth = 2 * dpr;
      ctx.strokeStyle = this.ink['--panel'];
      ctx.stroke();
    }
    ctx.restore();
  }

  /** Names at the right, in the colour of what they name. */
  private names(u: uPlot, pane: Pane) {
    if (pane.small) return;
    const { ctx, bbox } = u;
    const dpr = devicePixelRatio;
    const end = this.course.days - 1;
    const y = (v: number) => u.valToPos(v, 'y', true);
    const words: { text: string; at: number; color: string; weight: number }[] = [];
    const say = (text: string, v: number | null | undefined, color: string, weight: number) => {
      if (v != null) words.push({ text, at: y(v), color, weight });
    };
    const [low, high] = [pane.low[end], pane.high[end]];
    say('7 days', pane.recent[end], this.trend(pane), 550);
    say('normal', low != null && high != null ? (low + high) / 2 : null, this.ink['--muted'], 400);
    if (this.course.today === this.last && pane === this.panes[0])
      words.push({ text: 'today', at: bbox.top + 6 * dpr, color: this.ink['--muted'], weight: 400 });
    words.sort((a, b) => a.at - b.at);
    const apart = 15 * dpr;
    // Downwards until they are apart, then up again from the foot.
    words.forEach((w, i) => (w.at = Math.max(w.at, i ? words[i - 1]!.at + apart : bbox.top + 6 * dpr)));
    let lowest = bbox.top + bbox.height - 5 * dpr;
    for (const w of [...words].reverse()) {
      w.at = Math.min(w.at, lowest);
      lowest = w.at - apart;
    }
    ctx.save();
    ctx.textBaseline = 'middle';
    ctx.textAlign = 'left';
    for (const w of words) {
      ctx.font = font(w.weight, dpr);
      ctx.fillStyle = w.color;
      ctx.fillText(w.text, bbox.left + bbox.width + 8 * dpr, w.at);
    }
    ctx.restore();
  }

  /** Puts the cursor on a day, or takes it away. */
  point(day: number | null) {
    this.quiet = true;
    for (const u of this.plots) {
      const left = day === null ? -10 : u.valToPos(day, 'x');
      u.setCursor({ left, top: day === null ? -10 : 1 }, false);
    }
    this.quiet = false;
  }

  resize() {
    this.plots.forEach((u, i) => {
      const width = Math.max(160, this.panes[i]!.host.clientWidth);
      if (width !== u.width) u.setSize({ width, height: u.height });
    });
  }

  destroy() {
    this.plots.forEach((u) => u.destroy());
  }
}
