import { expect, test } from 'vitest';
import { initials } from './comments';

test('a name stands by the first letters of its first and last word', () => {
  expect(initials('Ada Maria Lovelace')).toBe('AL');
  expect(initials('  eve ')).toBe('E');
  expect(initials('Émile 王')).toBe('É王');
  expect(initials('')).toBe('');
});
