import { expect, test } from 'vitest';
import { visibleBounds } from './bounds';

const primary = { x: 0, y: 0, width: 1920, height: 1050 };
const right = { x: 1920, y: 0, width: 1280, height: 1024 };

test('opens a window where it was left', () => {
  const left = { x: 2000, y: 40, width: 1200, height: 700 };
  expect(visibleBounds(left, [primary, right])).toEqual(left);
});

test('brings a window back whose display is gone', () => {
  const left = { x: 2000, y: 40, width: 1200, height: 700 };
  expect(visibleBounds(left, [primary])).toEqual({ width: 1200, height: 700 });
});

test('brings a window back whose title bar is out of reach', () => {
  expect(visibleBounds({ x: 100, y: -50, width: 1200, height: 700 }, [primary])).toEqual({ width: 1200, height: 700 });
  expect(visibleBounds({ x: 1850, y: 40, width: 1200, height: 700 }, [primary])).toEqual({ width: 1200, height: 700 });
});

test('makes a window no larger than its display and no smaller than its page', () => {
  expect(visibleBounds({ x: 1920, y: 0, width: 4000, height: 3000 }, [primary, right])).toEqual(right);
  expect(visibleBounds({ x: 0, y: 0, width: 10, height: 10 }, [primary])).toMatchObject({ width: 1024, height: 640 });
});

test('opens a first window in the middle', () => {
  expect(visibleBounds(null, [primary])).toEqual({ width: 1360, height: 860 });
  expect(visibleBounds(null, [])).toEqual({ width: 1360, height: 860 });
});
