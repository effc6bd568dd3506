import { useEffect, useRef } from 'react';
import type { RefObject } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export type PlotOptions = Omit<UPlot.Options, 'width' | 'height'>;

/** A colour of tokens.css, as the theme has it now: a plot is drawn anew when the theme changes. */
export function themeColor(name: `--${string}`): () => string {
  return () => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/**
 * Draws into a box, in its size, for as long as it is on screen.
 * @param options the same object as long as they stay the same: others make another plot
 */
export function usePlot(
  options: PlotOptions,
  data: UPlot.AlignedData,
): { readonly box: RefObject<HTMLDivElement | null>; readonly plot: RefObject<UPlot | null> } {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const latest = useRef(data);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const size = (): { width: number; height: number } => ({
      width: Math.max(1, element.clientWidth),
      height: Math.max(1, element.clientHeight),
    });
    const made = new UPlot({ ...options, ...size() }, latest.current, element);
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize(size()));
    resized.observe(element);
    const themed = new MutationObserver(() => made.redraw(false, true));
    themed.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      resized.disconnect();
      themed.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [options]);

  useEffect(() => {
    if (latest.current === data) return;
    latest.current = data;
    plot.current?.setData(data);
  }, [data]);

  return { box, plot };
}
