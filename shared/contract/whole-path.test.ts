import { expect, it } from 'vitest';
import { isWholePath } from './whole-path';

it.each([
  [true, '/srv/datasets'],
  [true, '~/datasets'],
  [true, 'C:\\datasets'],
  [true, 'C:/datasets'],
  [false, 'datasets'],
  [false, '../datasets'],
  [false, '~other/datasets'],
  [false, '\\\\server\\share\\x.yaml'],
  [false, '//server/share/x.yaml'],
  [false, '/\\server\\share'],
  [false, '\\\\?\\C:\\datasets'],
])('it is %s that %s can be named by a page', (whole, path) => {
  expect(isWholePath(path)).toBe(whole);
});
