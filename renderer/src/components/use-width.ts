import { useLayoutEffect, useState } from 'react';
import type { RefObject } from 'react';

/** The inner width of a box in pixels, as it is now; 0 as long as it is not known. */
export function useWidth(box: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = (): void => setWidth(element.clientWidth);
    const resized = new ResizeObserver(measure);
    resized.observe(element);
    measure();
    return () => resized.disconnect();
  }, [box]);
  return width;
}
