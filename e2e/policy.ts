import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';

/** What a browser names of a policy that refused something, for each thing that is tried. */
const refused = [
  'base-uri',
  'connect-src',
  'form-action',
  'frame-src',
  'object-src',
  'script-src',
  'script-src-attr',
  'script-src-elem',
  'style-src-attr',
  'style-src-elem',
  'worker-src',
];

interface Seen {
  readonly violations: string[];
  inlineRan?: boolean;
}

/** Tries all that the policy of the page refuses, on whatever host; a page must be loaded anew after it. */
export async function expectPolicyHolds(page: Page): Promise<void> {
  const answers = await page.evaluate(async () => {
    const seen: Seen = Object.assign(window, { violations: new Array<string>() });
    document.addEventListener('securitypolicyviolation', (event) => seen.violations.push(event.effectiveDirective));
    const put = (name: string, attributes: Readonly<Record<string, string>>, text = ''): HTMLElement => {
      const element = document.createElement(name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      element.textContent = text;
      document.body.append(element);
      return element;
    };
    put('script', {}, 'window.inlineRan = true');
    put('img', { src: 'data:image/png,broken', onerror: 'window.inlineRan = true' });
    put('style', {}, 'body { outline: 3px solid red }');
    const styled = put('p', { style: 'outline: 3px solid red' });
    put('iframe', { src: 'https://example.org/' });
    put('object', { data: 'https://example.org/' });
    put('base', { href: 'https://example.org/' });
    (put('form', { action: 'https://example.org/', method: 'post' }) as HTMLFormElement).submit();
    put('a', { href: 'javascript:window.inlineRan = true' }).click();
    new Worker(URL.createObjectURL(new Blob(['self.close()']))).addEventListener('error', () => undefined);
    // Later: what a test itself evaluates is exempt while it runs.
    const attempt = (what: () => unknown): Promise<string> =>
      new Promise((settle) => {
        setTimeout(() => {
          try {
            what();
            settle('done');
          } catch (error) {
            settle((error as Error).name);
          }
        });
      });
    const maker = window as unknown as { readonly Function: new (text: string) => unknown };
    return {
      evaluated: await attempt(() => (Reflect.get(window, 'eval') as (text: string) => unknown)('1')),
      made: await attempt(() => new maker.Function('return 1')),
      fetched: await fetch('https://example.org/').then(
        () => 'answered',
        () => 'refused',
      ),
      outlined: [styled, document.body].map((element) => getComputedStyle(element).outlineStyle === 'solid'),
    };
  });
  expect(answers).toEqual({
    evaluated: 'EvalError',
    made: 'EvalError',
    fetched: 'refused',
    outlined: [false, false],
  });
  await expect
    .poll(() => page.evaluate(() => [...new Set((window as unknown as Seen).violations)].sort()))
    .toEqual(refused);
  expect(await page.evaluate(() => (window as unknown as Seen).inlineRan ?? false)).toBe(false);
}
