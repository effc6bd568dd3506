import { parentPort } from 'node:worker_threads';
import { serveEngine } from './serve-engine';

if (parentPort !== null) serveEngine(parentPort);
