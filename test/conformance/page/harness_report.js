// Stands for WPT's testharnessreport.js: passes results on to the runner as they come.

const TEST = ['PASS', 'FAIL', 'TIMEOUT', 'NOTRUN', 'PRECONDITION_FAILED'];
const HARNESS = ['OK', 'ERROR', 'TIMEOUT', 'PRECONDITION_FAILED'];

const describe = test => ({ name: test.name, status: TEST[test.status], message: test.message ?? undefined });

/** @param {{timeoutMultiplier: number, send: (message: object) => void}} runner */
export function createHarnessReport({ timeoutMultiplier, send }) {
  return window => {
    window.setup({ output: false, timeout_multiplier: timeoutMultiplier });
    window.add_test_state_callback(test => send({ type: 'begun', name: test.name }));
    window.add_result_callback(test => send({ type: 'result', test: describe(test) }));
    window.add_completion_callback((tests, { status, message }) => send({
      type: 'complete',
      status: HARNESS[status],
      message: message ?? undefined,
      tests: tests.map(describe),
      megabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    }));
  };
}
