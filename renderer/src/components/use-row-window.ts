import { useEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';

/** Rows drawn beyond the edge, so that a quick scroll shows no gap. */
const beyond = 8;

/**
 * Which rows of equal height are in view.
 * @param onView told whenever that changes: first and last index
 */
export function useRowWindow(
  rowHeight: number,
  count: number,
  onView: (first: number, last: number) => void,
): {
  readonly frame: RefObject<HTMLDivElement | null>;
  readonly onScroll: () => void;
  readonly from: number;
  readonly to: number;
  readonly reveal: (index: number) => void;
} {
  const frame = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ first: 0, visible: 30 });

  const measure = (): void => {
    const element = frame.current;
    if (element === null) return;
    const first = Math.max(0, Math.floor(element.scrollTop / rowHeight));
    const visible = Math.ceil(element.clientHeight / rowHeight) + 1;
    // The same view again must not draw again: most scroll events stay within a row.
    setView((now) => (now.first === first && now.visible === visible ? now : { first, visible }));
  };

  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      const visible = Math.ceil(element.clientHeight / rowHeight) + 1;
      setView((now) => (now.visible === visible ? now : { ...now, visible }));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [rowHeight]);

  useEffect(() => {
    onView(view.first, view.first + view.visible);
    // What is told depends on the view and on how many rows there are, not on who listens.
  }, [view, count, onView]);

  const reveal = (index: number): void => {
    const element = frame.current;
    if (element === null) return;
    const top = index * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + 2 * rowHeight > element.scrollTop + element.clientHeight) {
      // The head, as high as a row, covers the top of the frame.
      element.scrollTop = top + 2 * rowHeight - element.clientHeight;
    }
  };

  const from = Math.max(0, Math.min(view.first, count) - beyond);
  return { frame, onScroll: measure, from, to: Math.min(count, view.first + view.visible + beyond), reveal };
}
