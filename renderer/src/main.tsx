import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { loadAhead } from './shell/views';
import { listen } from './store/listen';
import { reportError, watchErrors } from './store/report-errors';
import './styles/tokens.css';
import './styles/base.css';
import './styles/lists.css';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element #root');
watchErrors();
listen();
loadAhead(window.location.hash);
createRoot(root, {
  // Shown where the view was; the log of the host has it as well.
  onCaughtError(error, { componentStack }) {
    console.error(error);
    reportError('view', error, componentStack);
  },
}).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
