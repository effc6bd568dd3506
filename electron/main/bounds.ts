import { z } from 'zod';

const boundsSchema = z.strictObject({ x: z.int(), y: z.int(), width: z.int(), height: z.int() });
export type Bounds = z.infer<typeof boundsSchema>;

export const smallest = { width: 1024, height: 640 } as const;
const usual = { width: 1360, height: 860 } as const;

/** What is kept of the window when it is closed. */
export const leftSchema = z.object({ bounds: boundsSchema, maximized: z.boolean() });

/** How much of a window must be seen for it to be taken hold of: part of its title bar. */
const grip = { width: 120, height: 32 } as const;

/**
 * Where a window is to be opened: as it was left, unless its title bar would lie on no display (one was unplugged), and never
 * larger than the display it lies on.
 * @param left as it was left; null: never opened before
 * @param areas work areas of the displays, the primary one first
 * @returns without x and y: in the middle
 */
export function visibleBounds(
  left: Bounds | null,
  areas: readonly Bounds[],
): { readonly x?: number; readonly y?: number; readonly width: number; readonly height: number } {
  const [primary] = areas;
  if (left === null) return primary === undefined ? usual : fitted(usual, primary);
  const area = areas.find((display) => canBeGripped(left, display));
  if (area === undefined) return primary === undefined ? usual : fitted(left, primary);
  return { x: left.x, y: left.y, ...fitted(left, area) };
}

function fitted({ width, height }: { readonly width: number; readonly height: number }, area: Bounds) {
  return {
    width: Math.max(smallest.width, Math.min(width, area.width)),
    height: Math.max(smallest.height, Math.min(height, area.height)),
  };
}

function canBeGripped(window: Bounds, area: Bounds): boolean {
  const seen = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x);
  const top = window.y >= area.y && window.y + grip.height <= area.y + area.height;
  return top && seen >= grip.width;
}
