import type { Page } from '@playwright/test';

/**
 * What a reader of the page cannot see or reach: text that is cut with no ellipsis and title, text below something else or squeezed to
 * a column of letters, controls that lie outside or below something else, and views that scroll sideways. Where something is opened
 * above the page, of that alone.
 */
export async function whatIsBroken(page: Page): Promise<readonly string[]> {
  // Tables and charts follow the size of the window a moment later.
  const found = await page.evaluate(measure);
  if (found.length === 0) return found;
  return page.evaluate(measure);
}

/** Runs in the page, and so holds all that it needs. */
async function measure(): Promise<readonly string[]> {
  const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
  for (let drawn = 0; drawn < 3; drawn += 1) await frame();

  interface Box {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  }
  type Axis = 'x' | 'y';
  /** How an element deals with what is larger than it is. */
  interface Edge {
    readonly x: 'open' | 'cuts' | 'scrolls';
    readonly y: 'open' | 'cuts' | 'scrolls';
    readonly ellipsis: boolean;
    readonly clamp: boolean;
    readonly inline: boolean;
    readonly fixed: boolean;
    readonly sticky: boolean;
    readonly box: Box;
  }
  const edges = new Map<Element, Edge>();
  const edgeOf = (element: Element): Edge => {
    const known = edges.get(element);
    if (known !== undefined) return known;
    const style = getComputedStyle(element);
    const inline = style.display === 'inline' || style.display === 'contents';
    const paints = /paint|strict|content/.test(style.contain);
    const way = (overflow: string): Edge['x'] =>
      inline ? 'open' : /auto|scroll/.test(overflow) ? 'scrolls' : overflow !== 'visible' || paints ? 'cuts' : 'open';
    const { left, top } = element.getBoundingClientRect();
    const x = left + element.clientLeft;
    const y = top + element.clientTop;
    const edge = {
      x: way(style.overflowX),
      y: way(style.overflowY),
      // It is not drawn for what is laid out in a flex box or a grid.
      ellipsis: style.textOverflow === 'ellipsis' && !/flex|grid/.test(style.display),
      clamp: style.webkitLineClamp !== 'none' && style.webkitLineClamp !== '',
      inline: style.display.startsWith('inline') || style.display === 'contents',
      fixed: style.position === 'fixed',
      sticky: style.position === 'sticky',
      box: { left: x, top: y, right: x + element.clientWidth, bottom: y + element.clientHeight },
    };
    edges.set(element, edge);
    return edge;
  };
  const screen: Box = { left: 0, top: 0, right: window.innerWidth, bottom: window.innerHeight };
  const meet = (a: Box, b: Box): Box => ({
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  });
  const clamp = (a: Box, b: Box, axis: Axis): Box => {
    const [from, to] = axis === 'x' ? (['left', 'right'] as const) : (['top', 'bottom'] as const);
    const size = Math.min(a[to] - a[from], b[to] - b[from]);
    const start = Math.min(Math.max(a[from], b[from]), b[to] - size);
    return { ...a, [from]: start, [to]: start + size };
  };
  const beyond = (a: Box, b: Box, axis: Axis): boolean =>
    axis === 'x' ? a.left < b.left - 1.5 || a.right > b.right + 1.5 : a.top < b.top - 1.5 || a.bottom > b.bottom + 1.5;

  interface Reach {
    /** what of it is in view now */
    readonly seen: Box;
    /** what keeps some of it out of reach, however one scrolls */
    readonly cut: { readonly by: Element; readonly axis: Axis } | null;
  }
  const reach = (start: Element, whole: Box): Reach => {
    let box = whole;
    let seen = meet(whole, screen);
    let cut: Reach['cut'] = null;
    for (let at: Element | null = start; at !== null; at = at.parentElement) {
      const edge = edgeOf(at);
      for (const axis of ['x', 'y'] as const) {
        if (edge[axis] === 'open') continue;
        const { left, top, right, bottom } = edge.box;
        seen = meet(seen, axis === 'x' ? { ...seen, left, right } : { ...seen, top, bottom });
        const before = axis === 'x' ? left - at.scrollLeft - box.left : top - at.scrollTop - box.top;
        if (edge[axis] === 'scrolls' ? before > 1.5 : beyond(box, edge.box, axis)) cut ??= { by: at, axis };
        if (cut === null) box = clamp(box, edge.box, axis);
      }
      if (edge.fixed) break;
    }
    for (const axis of ['x', 'y'] as const) {
      if (beyond(box, screen, axis)) cut ??= { by: document.documentElement, axis };
    }
    return { seen, cut };
  };
  const area = ({ left, top, right, bottom }: Box): boolean => right - left > 3 && bottom - top > 3;
  const shows = (element: Element): boolean =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    element.closest('svg, .only-read, .shell__skip, .toasts, [aria-hidden=true] input') === null;

  const named = (element: Element): string =>
    `${element.tagName.toLowerCase()}${[...element.classList].map((name) => `.${name}`).join('')}`;
  const say = (element: Element): string => `${named(element)} "${element.textContent.trim().slice(0, 40)}"`;
  const found = new Map<string, string>();
  const tell = (what: string, element: Element, more = ''): void => {
    const place = `${what} ${named(element)} ${named(element.parentElement ?? element)} ${more}`;
    if (!found.has(place))
      found.set(
        place,
        `${what}: ${say(element)} in ${named(element.parentElement ?? element)}${more === '' ? '' : ` ${more}`}`,
      );
  };
  const above = (hit: Element | null, element: Element): boolean =>
    hit !== null &&
    !hit.contains(element) &&
    !element.contains(hit) &&
    hit.closest('.toasts, .tooltip') === null &&
    hit.closest('label')?.contains(element) !== true;
  const under = (element: Element, { left, top, right, bottom }: Box): Element | null => {
    const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return above(hit, element) ? hit : null;
  };
  const isSticky = (element: Element | null): boolean => {
    for (let at = element; at !== null; at = at.parentElement) if (edgeOf(at).sticky) return true;
    return false;
  };

  const sampled = new Map<string, number>();
  /** A few of each kind in each place: of a list of hundreds not each line. */
  const isEnough = (element: Element): boolean => {
    const place = element.closest('tr, li, [role=row], .panel');
    const kind = `${named(element)} ${named(element.parentElement ?? element)} ${place === null ? '' : named(place)}`;
    const before = sampled.get(kind) ?? 0;
    sampled.set(kind, before + 1);
    return before >= 6;
  };
  const opened = [...document.querySelectorAll('.dialog, .palette, .menu')].filter((element) =>
    element.checkVisibility(),
  );
  const root = opened.at(-1) ?? document.body;

  for (const element of [document.documentElement, ...root.querySelectorAll('*:not(tbody *)'), root]) {
    const { x, box } = edgeOf(element);
    const wide = element.scrollWidth - element.clientWidth > 1;
    if (
      element === document.documentElement
        ? element.scrollWidth > window.innerWidth
        : x === 'scrolls' && wide && area(box)
    ) {
      const [inside] = element.children;
      const byItself =
        element.matches('pre, code, textarea, .diff__value, .definition') ||
        (inside?.matches('table, pre, ul.definition') ?? false);
      if (!byItself) tell('scrolls sideways', element);
    }
  }

  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const parent = node.parentElement;
    if (parent === null || node.textContent?.trim() === '' || parent.matches('style, script, option') || !shows(parent))
      continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const whole = range.getBoundingClientRect();
    if (!area(whole) || isEnough(parent)) continue;
    const lines = range.getClientRects();
    if (whole.width < 26 && lines.length > 5 && (node.textContent ?? '').trim().length > 12)
      tell('is a column of letters', parent);
    const { seen, cut } = reach(parent, whole);
    if (cut !== null) {
      const { by: cutBy, axis } = cut;
      // For those alone who do not see it.
      if (cutBy.clientWidth <= 1) continue;
      const edge = edgeOf(cutBy);
      let block: Element = parent;
      while (block !== cutBy && edgeOf(block).inline && block.parentElement !== null) block = block.parentElement;
      const marked = axis === 'x' ? edge.ellipsis && block === cutBy : edge.clamp;
      const told = parent.closest('[title]') !== null || cutBy.querySelector('[title]') !== null;
      if (!marked || !told) tell(marked ? 'is cut, with no title' : 'is cut', parent, `by ${named(cutBy)} (${axis})`);
    }
    const [line] = lines;
    const first = line === undefined ? seen : meet(line, seen);
    if (!area(first) || getComputedStyle(parent).pointerEvents === 'none') continue;
    const hit = under(parent, first);
    if (hit !== null && !isSticky(hit)) tell('is below something', parent, `: ${say(hit)}`);
  }

  sampled.clear();
  const controls =
    'a[href], button, input, textarea, select, summary, [role=checkbox], [role=tab], [role=combobox], [role=option], [role=menuitem]';
  for (const element of root.querySelectorAll<HTMLElement>(controls)) {
    if (
      !shows(element) ||
      !area(element.getBoundingClientRect()) ||
      element.matches(':disabled') ||
      getComputedStyle(element).pointerEvents === 'none'
    )
      continue;
    if (isEnough(element)) continue;
    for (const block of ['nearest', 'center'] as const) {
      element.scrollIntoView({ block, inline: block });
      edges.clear();
      const { seen, cut } = reach(element.parentElement ?? element, element.getBoundingClientRect());
      const inline = getComputedStyle(element).display === 'inline';
      if (cut !== null && !inline) {
        tell('lies outside', element, `of ${named(cut.by)} (${cut.axis})`);
        break;
      }
      const [line] = element.getClientRects();
      const first = line === undefined ? seen : meet(line, seen);
      const hit = area(first) ? under(element, first) : element.ownerDocument.body;
      if (hit === null) break;
      if (block === 'center') tell('cannot be clicked', element, `: ${say(hit)}`);
    }
  }
  for (const element of document.querySelectorAll('*')) if (element.scrollTop > 0) element.scrollTop = 0;
  for (const element of document.querySelectorAll('*')) if (element.scrollLeft > 0) element.scrollLeft = 0;
  return [...found.values()];
}
