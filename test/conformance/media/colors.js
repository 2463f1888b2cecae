// CSS colours, as far as test pages use them.

const NAMED = {
  black: '000000', white: 'ffffff', red: 'ff0000', green: '008000', lime: '00ff00', blue: '0000ff', gray: '808080', grey: '808080', yellow: 'ffff00',
  transparent: '00000000',
};

/** @param {string} text @returns {number[]} red, green, blue, alpha, each of 255 */
export function parseColor(text) {
  const color = text.trim().toLowerCase();
  const [, list] = /^rgba?\(([^)]*)\)$/.exec(color) ?? [];
  if (list) {
    const [red, green, blue, alpha = 1] = list.split(/[\s,/]+/).filter(Boolean).map(parseFloat);
    return [red, green, blue, alpha * 255].map(value => Math.min(255, Math.max(0, Math.round(value))));
  }
  const digits = NAMED[color] ?? (/^#([\da-f]{3,8})$/.exec(color)?.[1] ?? '000000');
  const pairs = digits.length < 6 ? [...digits].map(digit => digit + digit) : digits.match(/../g);
  const values = pairs.map(pair => parseInt(pair, 16));
  return values.length === 4 ? values : [...values, 255];
}
