import { expect, test } from 'vitest';
import { typedTargets } from './typed-targets';

const datasets = ['flights', 'flights-old', 'customers'];
const texts = (typed: string) => typedTargets(typed, datasets).map(({ text }) => text);

test('a dataset and a key name an entity, whether the queue knows it or not', () => {
  expect(texts('customers 105')).toEqual(['customers 105']);
  expect(texts('Flights  {"a": "1", "b": "2"}')).toEqual(['flights {"a": "1", "b": "2"}']);
  expect(texts('flights-old 7')).toEqual(['flights-old 7']);
  expect(texts('customers ')).toEqual([]);
  expect(texts('nobody 7')).toEqual([]);
});

test('six letters of an id name a run', () => {
  expect(texts('018f3c1e')).toEqual(['Run 018f3c1e']);
  expect(texts('018f3')).toEqual([]);
  expect(texts('facade')).toEqual(['Run facade']);
});
