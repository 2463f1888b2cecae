// CSS selectors of one element without combinators: `tag`, `#id`, `.class`, `[name]`, `[name=value]`, and lists of them.

const SIMPLE = /([\w-]+|\*)|#([\w-]+)|\.([\w-]+)|\[\s*([\w-]+)\s*(?:=\s*["']?([^\]"']*)["']?\s*)?\]/gy;

/** @param {string} selector @returns {(element: import('./node.js').Element) => boolean} */
export function matcher(selector) {
  const alternatives = selector.split(',').map(compound => conditions(compound.trim()));
  return element => alternatives.some(all => all.every(holds => holds(element)));
}

function conditions(compound) {
  const found = [];
  SIMPLE.lastIndex = 0;
  while (SIMPLE.lastIndex < compound.length) {
    const match = SIMPLE.exec(compound);
    if (!match) throw new DOMException(`the runner's DOM has no selector ${JSON.stringify(compound)}`, 'SyntaxError');
    found.push(condition(match));
  }
  return found;
}

function condition([, tag, id, name, attribute, value]) {
  if (tag !== undefined) return element => tag === '*' || element.localName === tag.toLowerCase();
  if (id !== undefined) return element => element.getAttribute('id') === id;
  if (name !== undefined) return element => (element.getAttribute('class') ?? '').split(/\s+/).includes(name);
  return element => (value === undefined ? element.hasAttribute(attribute) : element.getAttribute(attribute) === value);
}
