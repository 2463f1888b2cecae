// What a test says about itself: `<meta>` elements of a page, `// META:` lines of a script.

/** @typedef {{title?: string, timeout?: string, scripts: string[], variants: string[], scopes: string[]}} Metadata */

/** @param {string} text of a `.window.js` or `.any.js` file @returns {Metadata} */
export function metadataOfScript(text) {
  const found = { title: undefined, timeout: undefined, scripts: [], variants: [], scopes: ['window', 'dedicatedworker'] };
  for (const [, key, raw] of text.matchAll(/^\/\/ META: *(\w+)=(.*)$/gm)) {
    const value = raw.trim();
    if (key === 'title') found.title = value;
    if (key === 'timeout') found.timeout = value;
    if (key === 'script') found.scripts.push(value);
    if (key === 'variant') found.variants.push(value);
    if (key === 'global') found.scopes = value.split(',').map(scope => scope.trim());
  }
  return found;
}

/** @param {string} text of a page @returns {Metadata} */
export function metadataOfPage(text) {
  const found = { title: undefined, timeout: undefined, scripts: [], variants: [], scopes: ['window'] };
  for (const [tag] of text.matchAll(/<meta\b[^>]*>/gi)) {
    const attribute = name => new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(tag)?.slice(1).find(v => v !== undefined);
    const content = attribute('content') ?? '';
    if (attribute('name') === 'timeout') found.timeout = content;
    if (attribute('name') === 'variant') found.variants.push(content.replaceAll('&amp;', '&'));
  }
  return found;
}
