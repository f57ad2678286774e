/** The command path: from a decided command to its place in the log. */

export { type Engine, engine } from './engine.ts';
