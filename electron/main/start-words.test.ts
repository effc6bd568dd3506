import { expect, test } from 'vitest';
import { filesOfArguments } from './start-words';

test('an environment file and its definitions are named as in the terminal', () => {
  expect(filesOfArguments(['.', '--no-sandbox', '-e', 'eu.yaml', '-d', '../defs'], '/home/olga/work')).toEqual({
    environment: '/home/olga/work/eu.yaml',
    datasets: '/home/olga/defs',
  });
  expect(filesOfArguments(['--environment', '/etc/eu.yaml'], '/home/olga')).toEqual({
    environment: '/etc/eu.yaml',
    datasets: '/home/olga/datasets',
  });
});

test('a start without them opens none', () => {
  expect(filesOfArguments(['.', '--inspect=0'], '/')).toBeNull();
  expect(filesOfArguments(['.', '-e'], '/')).toBeNull();
});

test('a start by a link opens none, whatever else stands there', () => {
  expect(filesOfArguments(['astro-sync://run/1', '-e', 'evil.yaml'], '/')).toBeNull();
  expect(filesOfArguments(['-e', 'evil.yaml', 'astro-sync://x'], '/')).toBeNull();
});
