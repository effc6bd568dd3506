import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { loadAhead } from './shell/views';
import { listen } from './store/listen';
import './styles/tokens.css';
import './styles/base.css';
import './styles/lists.css';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element #root');
listen();
loadAhead(window.location.hash);
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
