import { render, screen } from '@testing-library/svelte';
import { beforeEach, expect, test, vi } from 'vitest';
import { session } from '../../lib/session.svelte';
import Import from './Import.svelte';

vi.mock('@tauri-apps/api/core', () => ({
  invoke: vi.fn(async () => []),
  Channel: class {
    onmessage = () => undefined;
  },
}));

beforeEach(() => {
  session.items = session.failed = [];
  session.report = null;
});

test('a failed file stands with its reason, apart from the others', () => {
  const item = { activityIds: [], warnings: [] };
  session.items = [{ ...item, path: '/rides/sound.fit', outcome: 'added', reason: null }];
  session.failed = [{ ...item, path: '/rides/broken.fit', outcome: 'failed', reason: 'The file is empty.' }];
  render(Import);
  const failed = screen.getAllByTestId('import-item-failed');
  expect(failed).toHaveLength(1);
  expect(failed[0]?.textContent).toContain('broken.fit');
  expect(failed[0]?.textContent).toContain('The file is empty.');
});

test('a finished import says what came of it', () => {
  session.report = {
    importId: 'x',
    found: 3,
    done: 3,
    newActivities: 4,
    added: 2,
    merged: 0,
    known: 1,
    failed: 0,
    skipped: 0,
    biometrics: 1,
    cancelled: false,
    elapsedS: 2,
  };
  render(Import);
  expect(screen.getByTestId('import-done').textContent).toMatch(/New activities ?4/);
});
