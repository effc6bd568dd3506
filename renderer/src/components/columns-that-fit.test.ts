import { expect, test } from 'vitest';
import { columnsThatFit } from './columns-that-fit';

const columns = [
  { name: 'status', width: '100px' },
  { name: 'actor', width: 'minmax(90px, 1fr)', yields: 2 },
  { name: 'entity', width: 'minmax(90px, 1.2fr)' },
  { name: 'tries', width: '40px', yields: 3 },
];
const namesAt = (width: number) => columnsThatFit(columns, width).map(({ name }) => name);

test('shows all columns where there is room, or where the room is not known yet', () => {
  expect(namesAt(0)).toEqual(['status', 'actor', 'entity', 'tries']);
  expect(namesAt(320 + 36 + 32)).toEqual(['status', 'actor', 'entity', 'tries']);
});

test('leaves out those that yield first, and never one that does not', () => {
  expect(namesAt(320 + 36 + 31)).toEqual(['status', 'actor', 'entity']);
  expect(namesAt(280)).toEqual(['status', 'entity']);
  expect(namesAt(10)).toEqual(['status', 'entity']);
});
