import { expect, it } from 'vitest';
import { chosenSamples, roomFor } from './choose-samples';

const many = (operation: 'insert' | 'update' | 'delete', count: number) =>
  Array.from({ length: count }, (_, index) => ({ operation, key: { id: String(index) } }));

it('shows some of every operation, deletes first, however many inserts were found before', () => {
  const shown = chosenSamples([...many('insert', 500), ...many('update', 3), ...many('delete', 2)]);
  expect(shown).toHaveLength(20);
  expect(shown.slice(0, 3).map(({ operation }) => operation)).toEqual(['delete', 'update', 'insert']);
  const count = (wanted: string): number => shown.filter(({ operation }) => operation === wanted).length;
  expect([count('delete'), count('update'), count('insert')]).toEqual([2, 3, 15]);
});

it('fills up with what there is, first found first', () => {
  expect(chosenSamples(many('delete', 30)).map(({ key }) => key.id)).toEqual(
    Array.from({ length: 20 }, (_, index) => String(index)),
  );
  expect(chosenSamples([])).toEqual([]);
});

it('keeps no more of an operation than could ever be shown', () => {
  expect(roomFor('insert', many('insert', 25))).toBeLessThanOrEqual(0);
  expect(roomFor('delete', many('insert', 25))).toBe(20);
});
