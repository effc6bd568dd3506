import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

/**
 * Waits until standard input closes, which the system does when the owner is gone, kill -9 included; then ends the servers of the
 * owner's folder ($1) and removes their folders. What the files hold is written by registry.ts.
 */
const script = `
# Ended, but perhaps not yet reaped by whoever adopted it.
alive() { kill -0 "$1" && ! grep -qs '^State:.Z' "/proc/$1/status"; }
while read -r _; do :; done
for entry in "$1"/*/; do
  test -f "$entry/process" && read -r pid start signal < "$entry/process" && kill -s "$signal" "$pid"
done
for entry in "$1"/*/; do
  if test -f "$entry/process" && read -r pid start signal < "$entry/process"; then
    tries=0
    while alive "$pid" && test "$tries" -lt 50; do sleep 0.1; tries=$((tries + 1)); done
    kill -9 "$pid"
  fi
  if test -f "$entry/folder" && IFS= read -r folder < "$entry/folder"; then
    case "\${folder##*/}" in astro-sync-?*) rm -rf -- "$folder" ;; esac
  fi
done
rm -rf -- "$1"
rmdir -- "\${1%/*}"
`;

/** Starts a shell of a session of its own (Ctrl-C does not reach it) that cleans `folder` up once this process is gone. Not on Windows. */
export function startWatchdog(folder: string): void {
  if (process.platform === 'win32') return;
  const shell = spawn('sh', ['-c', script, 'astro-sync-watchdog', folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a shell the next start still cleans up.
  shell.on('error', () => undefined);
  shell.unref();
  (shell.stdin as Writable & { unref(): void }).unref();
}
