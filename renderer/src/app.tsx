import { CSPProvider } from '@base-ui/react/csp-provider';
import { Tooltip } from '@base-ui/react/tooltip';
import { Shell } from './shell/shell';
import { ViewBoundary } from './shell/view-boundary';

/** The console's page. No component may bring style elements: the content security policy refuses them. */
export function App() {
  return (
    <CSPProvider disableStyleElements>
      <Tooltip.Provider delay={400}>
        <ViewBoundary title="This page could not be shown">
          <Shell />
        </ViewBoundary>
      </Tooltip.Provider>
    </CSPProvider>
  );
}
