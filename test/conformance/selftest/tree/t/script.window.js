// META: title=From meta
// META: script=resources/helper.js
// META: variant=?one
// META: variant=?two
const shared = 0;
test(() => assert(fromHelper() === 2, 'shared is 0'));
test(() => assert(location.search === '?one'), 'variant');
