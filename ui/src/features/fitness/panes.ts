/** Fitness and fatigue, form, and load, one below the other on one axis of days. */
import uPlot from 'uplot';
import { faint, resolved } from '../../lib/charts/stack';
import { calendarMarks, dayClicks, markWords } from '../../lib/charts/days';
import { barDays, blocks, FORM_ZONES, signed, sum } from './season';

export type Course = {
  /** The day of the first entries. */
  first: number;
  /** The entry of today. */
  today: number;
  load: number[];
  ctl: number[];
  atl: number[];
  tsb: number[];
  /** Loads of the sports, the first at the foot. */
  sports: { token: string; load: number[] }[];
};

const HEIGHTS = [216, 116, 104] as const;
const AXIS = 26;
/** Room on the right for the names of what is drawn. */
const GUTTER = 66;
const FONT = `12px 'Inter Variable', sans-serif`;
const INKS = ['--line', '--muted', '--text', '--panel', '--accent', '--power', '--amber'] as const;
type Ink = (typeof INKS)[number];
/** CSS pixels of the field; the element that lies over it is laid out later. */
const wideOf = (u: uPlot) => u.bbox.width / devicePixelRatio;

export class Panes {
  private plots: uPlot[];
  private xs: number[];
  private ink: Record<Ink, string>;
  private tints: string[];
  private zones: string[];
  private quiet = false;
  private shown: [number, number];
  private clicks = dayClicks(
    (u, left) => this.dayAt(u, left),
    (day) => {
      this.unselect();
      this.told.pick(day);
    },
  );

  constructor(
    private course: Course,
    private hosts: HTMLElement[],
    private told: {
      hover: (day: number | null) => void;
      zoom: (from: number, to: number) => void;
      pick: (day: number) => void;
    },
  ) {
    const host = hosts[0]!;
    const tokens = [...INKS, ...FORM_ZONES.map((z) => z.token), ...course.sports.map((s) => s.token)];
    const colors = resolved(tokens, host);
    this.ink = Object.fromEntries(INKS.map((k, i) => [k, colors[i]!])) as Record<Ink, string>;
    this.zones = colors.slice(INKS.length, INKS.length + FORM_ZONES.length);
    this.tints = colors.slice(INKS.length + FORM_ZONES.length);
    this.xs = course.load.map((_, i) => course.first + i);
    this.shown = [course.first, course.first + course.load.length - 1];
    const { ctl, atl, tsb, load } = course;
    const [fit, tired, form] = [this.ink['--accent'], this.ink['--power'], this.ink['--amber']];
    this.plots = [
      this.plot(
        0,
        [...this.halves(ctl), ...this.halves(atl)],
        [...this.strokes(fit, 2.2, 0.16), ...this.strokes(tired, 1.3)],
        (low, high) => [0, Math.max(20, high + (high - Math.min(0, low)) * 0.12)],
      ),
      this.plot(1, this.halves(tsb), this.strokes(form, 1.8), (low, high) => [
        Math.min(-36, low - 4),
        Math.max(18, high + 4),
      ]),
      this.plot(2, [load], [{ stroke: 'transparent', points: { show: false } }], () => [
        0,
        this.highest() * 1.08,
      ]),
    ];
  }

  static height = (pane: number) => HEIGHTS[pane]! + (pane === 2 ? AXIS : 0);

  /** Days one bar stands for as drawn now. */
  get bar() {
    return barDays(this.shown[1] - this.shown[0] + 1, this.plots?.[2] ? wideOf(this.plots[2]) : 800);
  }

  /** What was, and what is to come from today on. */
  private halves(values: number[]): (number | null)[][] {
    const { today } = this.course;
    return [values.map((v, i) => (i <= today ? v : null)), values.map((v, i) => (i >= today ? v : null))];
  }

  private strokes(stroke: string, width: number, fill = 0): uPlot.Series[] {
    const points = { show: false };
    return [
      { stroke, width, points, fill: fill ? faint(stroke, fill) : undefined },
      {
        stroke: faint(stroke, 0.75),
        width,
        points,
        dash: [5, 4],
        fill: fill ? faint(stroke, fill * 0.4) : undefined,
      },
    ];
  }

  private plot(
    pane: number,
    columns: (number | null)[][],
    series: uPlot.Series[],
    range: (low: number, high: number) => [number, number],
  ): uPlot {
    const last = pane === 2;
    const host = this.hosts[pane]!;
    const axis = {
      stroke: this.ink['--muted'],
      grid: { stroke: this.ink['--line'], width: 1 },
      ticks: { show: false },
      font: FONT,
    };
    const u = new uPlot(
      {
        width: Math.max(300, host.clientWidth),
        height: Panes.height(pane),
        padding: [8, GUTTER, last ? 0 : 8, 0],
        legend: { show: false },
        cursor: {
          sync: { key: 'fitness', setSeries: false },
          drag: { x: true, y: false, setScale: false },
          points: { show: !last, size: 8, width: 2, fill: this.ink['--panel'] },
          move: (u, left, top) => [left < 0 ? left : u.valToPos(this.dayAt(u, left), 'x'), top],
        },
        scales: {
          x: { time: false, range: () => [this.shown[0] - 0.5, this.shown[1] + 0.5] },
          y: { range: (_, low, high) => range(low ?? 0, high ?? 0) },
        },
        series: [{}, ...series],
        axes: [
          {
            ...axis,
            size: last ? AXIS : 0,
            splits: (u) => calendarMarks(...this.shown, Math.max(3, Math.floor(wideOf(u) / 84))),
            values: (_, marks) => (last ? markWords(marks) : marks.map(() => '')),
          },
          {
            ...axis,
            size: 46,
            gap: 6,
            space: 28,
            ...(pane === 1
              ? { splits: () => FORM_ZONES.slice(0, 3).map((z) => z.from), filter: (_, s) => s }
              : {}),
            values: (_, marks) => marks.map((m) => (pane === 1 ? signed(m) : String(m))),
          },
        ],
        hooks: {
          drawClear: [(u) => this.behind(u, pane)],
          draw: [(u) => (last ? this.bars(u) : this.names(u, pane)), (u) => this.now(u, pane)],
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
              const days: [number, number] = [this.dayAt(u, left), this.dayAt(u, left + width)];
              this.unselect();
              if (days[1] - days[0] >= 3) this.told.zoom(...days);
            },
          ],
        },
      },
      [this.xs, ...columns] as uPlot.AlignedData,
      host,
    );
    this.clicks(u);
    return u;
  }

  private unselect() {
    this.plots.forEach((p) => p.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false));
  }

  private dayAt(u: uPlot, left: number) {
    return Math.min(this.shown[1], Math.max(this.shown[0], Math.round(u.posToVal(left, 'x'))));
  }

  /** The blocks of days in sight, as entries. */
  private blocks() {
    const { first } = this.course;
    return blocks(first, this.shown[0] - first, this.shown[1] - first, this.bar);
  }

  private highest() {
    return Math.max(20, ...this.blocks().map(([a, b]) => sum(this.course.load, a, b)));
  }

  private behind(u: uPlot, pane: number) {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    if (pane === 1) {
      let above = bbox.top;
      FORM_ZONES.forEach((zone, i) => {
        const below = Number.isFinite(zone.from) ? u.valToPos(zone.from, 'y', true) : bbox.top + bbox.height;
        ctx.fillStyle = faint(this.zones[i]!, 0.11);
        ctx.fillRect(bbox.left, above, bbox.width, below - above);
        above = below;
      });
    }
    const x = u.valToPos(this.course.first + this.course.today, 'x', true);
    ctx.fillStyle = faint(this.ink['--muted'], 0.07);
    ctx.fillRect(x, bbox.top, Math.max(0, bbox.left + bbox.width - x), bbox.height);
    ctx.restore();
  }

  private now(u: uPlot, pane: number) {
    const { ctx, bbox } = u;
    const x = Math.round(u.valToPos(this.course.first + this.course.today, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) return;
    ctx.save();
    ctx.strokeStyle = faint(this.ink['--text'], 0.55);
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    if (pane === 0 && this.shown[1] > this.course.first + this.course.today + 3) {
      ctx.font = FONT.replace('12px', `${12 * devicePixelRatio}px`);
      ctx.fillStyle = this.ink['--muted'];
      // Where little lies ahead it stands on the other side.
      const ahead = bbox.left + bbox.width - x > 48 * devicePixelRatio;
      ctx.textAlign = ahead ? 'left' : 'right';
      const aside = (ahead ? 5 : -5) * devicePixelRatio;
      ctx.fillText('today', x + aside, bbox.top + 11 * devicePixelRatio);
    }
    ctx.restore();
  }

  /** Names at the right, in the colour of what they name. */
  private names(u: uPlot, pane: number) {
    const { ctx, bbox } = u;
    const dpr = devicePixelRatio;
    const left = bbox.left + bbox.width + 8 * dpr;
    ctx.save();
    ctx.font = `550 ${12 * dpr}px 'Inter Variable', sans-serif`;
    ctx.textBaseline = 'middle';
    ctx.textAlign = 'left';
    if (pane === 1) {
      let above = bbox.top;
      ctx.font = FONT.replace('12px', `${12 * dpr}px`);
      FORM_ZONES.forEach((zone) => {
        const below = Number.isFinite(zone.from) ? u.valToPos(zone.from, 'y', true) : bbox.top + bbox.height;
        ctx.fillStyle = this.ink['--muted'];
        if (below - above > 13 * dpr) ctx.fillText(zone.label, left, (above + below) / 2);
        above = below;
      });
    } else {
      const at = Math.min(this.course.load.length - 1, this.shown[1] - this.course.first);
      const y = (v: number) => u.valToPos(v, 'y', true);
      let [fit, tired] = [y(this.course.ctl[at] ?? 0), y(this.course.atl[at] ?? 0)];
      const apart = 16 * dpr;
      if (Math.abs(fit - tired) < apart) {
        const middle = (fit + tired) / 2;
        [fit, tired] =
          fit <= tired ? [middle - apart / 2, middle + apart / 2] : [middle + apart / 2, middle - apart / 2];
      }
      const lowest = bbox.top + bbox.height - 6 * dpr;
      const over = Math.max(fit, tired) - lowest;
      if (over > 0) [fit, tired] = [fit - over, tired - over];
      ctx.fillStyle = this.ink['--accent'];
      ctx.fillText('Fitness', left, fit);
      ctx.fillStyle = this.ink['--power'];
      ctx.fillText('Fatigue', left, tired);
    }
    ctx.restore();
  }

  private bars(u: uPlot) {
    const { ctx, bbox } = u;
    const { first, today, load, sports } = this.course;
    const size = this.bar;
    const pixel = bbox.width / (this.shown[1] - this.shown[0] + 1);
    const gap = Math.min(pixel * size * 0.3, 6 * devicePixelRatio);
    const foot = u.valToPos(0, 'y', true);
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const [a, b] of this.blocks()) {
      const x = u.valToPos(first + a - 0.5, 'x', true) + gap / 2;
      const wide = Math.max(1, pixel * (b - a + 1) - gap);
      let top = foot;
      sports.forEach((sport, i) => {
        const value = sum(sport.load, a, Math.min(b, today));
        if (!value) return;
        const y = u.valToPos(
          sum(sports.slice(0, i + 1).map((s) => sum(s.load, a, Math.min(b, today)))),
          'y',
          true,
        );
        ctx.fillStyle = this.tints[i]!;
        ctx.fillRect(x, y, wide, top - y);
        top = y;
      });
      const planned = sum(load, Math.max(a, today + 1), b);
      if (!planned) continue;
      const y = u.valToPos(sum(load, a, b), 'y', true);
      ctx.fillStyle = faint(this.ink['--muted'], 0.28);
      ctx.fillRect(x, y, wide, top - y);
      ctx.fillStyle = this.ink['--muted'];
      ctx.fillRect(x, y, wide, Math.min(2 * devicePixelRatio, top - y));
    }
    ctx.restore();
  }

  /** Shows the days from one to another, both included. */
  show(from: number, to: number) {
    this.shown = [from, to];
    for (const u of this.plots) u.setScale('x', { min: from - 0.5, max: to + 0.5 });
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

  resize(width: number) {
    this.plots.forEach((u) => u.setSize({ width: Math.max(300, width), height: u.height }));
  }

  destroy() {
    this.plots.forEach((u) => u.destroy());
  }
}
