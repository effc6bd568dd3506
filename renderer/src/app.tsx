import { CSPProvider } from '@base-ui/react/csp-provider';
import { Tooltip } from '@base-ui/react/tooltip';
import { Shell } from './shell/shell';

/** The console's page. No component may bring style elements: the content security policy refuses them. */
export function App() {
  return (
    <CSPProvider disableStyleElements>
      <Tooltip.Provider delay={400}>
        <Shell />
      </Tooltip.Provider>
    </CSPProvider>
  );
}
