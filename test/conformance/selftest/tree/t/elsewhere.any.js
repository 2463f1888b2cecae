// META: global=window,serviceworker
test(() => {}, "never here");
