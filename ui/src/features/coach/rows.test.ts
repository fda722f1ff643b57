import { expect, test } from 'vitest';
import { ago, alarmReason, formBar, labels, matching, type Row, sorted, tagsOf } from './rows';

const row = (athlete: string, of: Partial<Row> = {}): Row => ({
  tenantId: 't1',
  tenant: 'Home',
  role: 'owner',
  athleteId: athlete,
  athlete,
  groups: [],
  tags: [],
  lastActivity: null,
  load7: 0,
  load28: 0,
  withoutLoad: 0,
  ctl: null,
  atl: null,
  tsb: null,
  ramp: null,
  rampAlarm: false,
  compliance: null,
  unreadComments: 0,
  ...of,
});
const names = (rows: Row[]) => rows.map((r) => r.athlete).join(' ');
const rows = [
  row('Eve', { ctl: 60, tags: ['injured'], ramp: 9.24, rampAlarm: true }),
  row('Ada', { ctl: 80, groups: ['Racers'], unreadComments: 2 }),
  row('Max'),
  row('Bob', { ctl: 60, tenantId: 't2', tenant: 'Club' }),
];

test('who has no value stands last whichever way a column is sorted', () => {
  expect(names(sorted(rows, 'ctl', true))).toBe('Ada Bob Eve Max');
  expect(names(sorted(rows, 'ctl', false))).toBe('Bob Eve Ada Max');
  expect(names(sorted(rows, 'athlete', false))).toBe('Ada Bob Eve Max');
});

test('text, label and state narrow the desk together', () => {
  const all = { text: '', label: '', only: 'all' } as const;
  expect(names(matching(rows, { ...all, text: 'RACE ada' }))).toBe('Ada');
  expect(names(matching(rows, { ...all, label: 'tag:injured' }))).toBe('Eve');
  expect(names(matching(rows, { ...all, label: 'group:Racers', text: 'eve' }))).toBe('');
  expect(names(matching(rows, { ...all, label: 'profile:t2' }))).toBe('Bob');
  expect(names(matching(rows, { ...all, only: 'alarm' }))).toBe('Eve');
  expect(names(matching(rows, { ...all, only: 'unread' }))).toBe('Ada');
  expect(labels(rows).profiles).toEqual([
    ['t2', 'Club'],
    ['t1', 'Home'],
  ]);
});

test('the form bar begins at zero and stays on its track', () => {
  const [tired, fresh, beyond] = [formBar(-20), formBar(15), formBar(-90)];
  expect(tired.left + tired.width).toBeCloseTo(tired.zero);
  expect(fresh.left).toBeCloseTo(fresh.zero);
  expect(beyond.left).toBe(0);
  expect(new Set([tired.token, fresh.token, beyond.token]).size).toBe(3);
});

test('an alarm says by how much and against what', () => {
  expect(alarmReason(rows[0]!)).toContain('9.2');
  expect(alarmReason(rows[0]!)).toContain('More than 8');
});

test('days ago are said as one says them', () => {
  expect([0, 1, 5, 20, 100, 800].map((d) => ago(1000 - d, 1000))).toEqual([
    'today',
    'yesterday',
    '5 days ago',
    '3 weeks ago',
    '3 months ago',
    '2 years ago',
  ]);
});

test('a tag typed twice is one tag', () => {
  expect(tagsOf(' injured, Base  phase,Injured,, ')).toEqual(['injured', 'Base phase']);
});
