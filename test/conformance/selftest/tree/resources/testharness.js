// A harness of a few lines with the part of testharness.js's interface that the runner relies on, so that its own tests need no checkout.
(() => {
  const tests = [];
  const callbacks = { state: [], result: [], completion: [] };
  let waiting = 0;
  let loaded = false;
  let status = 0;
  let message = null;
  let multiplier = 1;
  let over = false;

  const begin = name => {
    const test = { name: name || document.title, status: 3, message: null };
    tests.push(test);
    for (const callback of callbacks.state) callback(test);
    return test;
  };
  const end = (test, result, text = null) => {
    Object.assign(test, { status: result, message: text });
    for (const callback of callbacks.result) callback(test);
  };
  const finish = () => {
    if (over || !loaded || waiting) return;
    over = true;
    for (const callback of callbacks.completion) callback(tests, { status, message });
  };
  let chain = Promise.resolve();

  Object.assign(self, {
    setup({ timeout_multiplier }) {
      multiplier = timeout_multiplier ?? 1;
      setTimeout(() => {
        for (const test of tests) if (test.status === 3 && test.running) end(test, 2);
        status = 2;
        waiting = 0;
        loaded = true;
        finish();
      }, (document.querySelector('meta[name=timeout]') ? 60_000 : 10_000) * multiplier);
    },
    add_test_state_callback: callback => callbacks.state.push(callback),
    add_result_callback: callback => callbacks.result.push(callback),
    add_completion_callback: callback => callbacks.completion.push(callback),
    assert(condition, text = 'it does not hold') { if (!condition) throw new Error(text); },
    test(body, name) {
      const test = begin(name);
      try {
        body();
        end(test, 0);
      } catch (error) {
        end(test, 1, String(error.message));
      }
    },
    promise_test(body, name) {
      const test = begin(name);
      waiting++;
      chain = chain.then(() => {
        test.running = true;
        return body();
      }).then(() => end(test, 0), error => end(test, 1, String(error.message))).finally(() => {
        waiting--;
        finish();
      });
    },
  });
  const trouble = event => {
    status = 1;
    message = String(event.message ?? event.reason);
  };
  addEventListener('error', trouble);
  addEventListener('unhandledrejection', trouble);
  addEventListener('load', () => {
    loaded = true;
    finish();
  });
})();
