import { expect, test } from 'vitest';
import { rank } from './rank';

const entries = [
  { id: 'a', label: 'Ada', hint: 'Club' },
  { id: 'b', label: 'Bob', hint: 'Ada’s riders' },
  { id: 'c', label: 'Lock now', hint: 'Action' },
];
const ids = (query: string) => rank(entries, query).map((e) => e.id);

test('without a query everything stays in its order', () => expect(ids(' ')).toEqual(['a', 'b', 'c']));
test('the name counts more than what stands beside it', () => expect(ids('ada')).toEqual(['a', 'b']));
test('words fit in any order, whatever their case', () => expect(ids('NOW lo')).toEqual(['c']));
test('every word has to fit', () => expect(ids('ada lock')).toEqual([]));
