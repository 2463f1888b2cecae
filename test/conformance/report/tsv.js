// Tab-separated values with a header line; tabs, line breaks and backslashes in a value are escaped.

const ESCAPES = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\' };
const escape = value => String(value).replace(/[\t\n\r\\]/g, character => ESCAPES[character]);
const unescape = value => value.replace(/\\(.)/g, (_, letter) => ({ t: '\t', n: '\n', r: '\r' })[letter] ?? letter);

/** @param {string} text @returns {Record<string, string>[]} */
export function parseTsv(text) {
  const [header, ...lines] = text.split('\n').filter(Boolean);
  const names = header.split('\t');
  return lines.map(line => Object.fromEntries(line.split('\t').map((value, at) => [names[at], unescape(value)])));
}

/** @param {string[]} names @param {Record<string, string>[]} rows */
export function formatTsv(names, rows) {
  return [names.join('\t'), ...rows.map(row => names.map(name => escape(row[name] ?? '')).join('\t'))].map(line => `${line}\n`).join('');
}
