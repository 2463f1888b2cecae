// Runs a script in a process of its own and tells how that ended.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const directory = fileURLToPath(new URL('.', import.meta.url));

/**
 * Runs the source as a module; `import` finds the helpers beside this file. After `patience` milliseconds it gets SIGTERM.
 * Resolves with `{ code, signal, stdout, stderr }`.
 */
export function run(source, { patience = 20_000, flags = [] } = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...flags, '--input-type=module', '--eval', source], { cwd: directory });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (data) => (output.stdout += data));
    child.stderr.on('data', (data) => (output.stderr += data));
    const timer = setTimeout(() => child.kill('SIGTERM'), patience);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, ...output });
    });
  });
}
