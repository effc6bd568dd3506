import type { Command } from 'commander';
import type { ExitCode } from './exit-code';
import type { Look, Terminal } from './terminal';

/** Options that every command takes, before or after its name. */
export interface GlobalOptions {
  readonly environment?: string;
  readonly datasets?: string;
  readonly json?: boolean;
  readonly color: boolean;
}

/** One command at work: what it was told, and where it may speak. */
export interface Invocation {
  readonly terminal: Terminal;
  readonly options: GlobalOptions;
  readonly json: boolean;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Look of stdout. */
  readonly look: () => Look;
}

/** What a command comes to: the document of --json, the same as text for a person, and the exit code. */
export interface Outcome {
  readonly document: unknown;
  readonly text: (look: Look) => string;
  /** For people, on stderr. */
  readonly problem?: (look: Look) => string;
  readonly exitCode: ExitCode;
}

/**
 * Carries out a command's work once its words were understood, prints the outcome, keeps the exit code.
 * @param onCancel what a person is told at Ctrl-C, where that is something else than that a target is left consistent
 */
export type Perform = (
  command: Command,
  work: (invocation: Invocation) => Promise<Outcome>,
  onCancel?: () => string,
) => Promise<void>;

/** Adds one command to the program. */
export type AddCommand = (program: Command, perform: Perform) => void;
