// RGBA pixels that rectangles and pictures are painted on.

export class Surface {
  #width = 0;
  #height = 0;
  #version = 0;
  #isDrawn = false;
  pixels = new Uint8ClampedArray(0);

  constructor(width, height) { this.resize(width, height); }

  get width() { return this.#width; }
  get height() { return this.#height; }
  get isEmpty() { return this.pixels.length === 0; }
  /** Whether anything was ever drawn: a canvas that was only made has no picture to capture. */
  get isDrawn() { return this.#isDrawn; }
  /** Counts every change. */
  get version() { return this.#version; }

  resize(width, height) {
    this.#width = width;
    this.#height = height;
    this.pixels = new Uint8ClampedArray(width * height * 4);
    this.#version++;
  }

  /** Something was drawn whose pixels nobody reads. */
  touch() {
    this.#version++;
    this.#isDrawn = true;
  }

  fill([red, green, blue, alpha = 255], x, y, width, height) {
    const [left, right] = clip(x, width, this.#width);
    const [top, bottom] = clip(y, height, this.#height);
    const words = new Uint32Array(this.pixels.buffer);
    const word = ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
    for (let row = top; row < bottom; row++) if (right > left) words.fill(word, row * this.#width + left, row * this.#width + right);
    this.touch();
  }

  /** Paints a part of a picture into a rectangle, nearest pixel. */
  draw({ width, height, rgba }, from, to) {
    const source = new Uint32Array(rgba.buffer, rgba.byteOffset, width * height);
    const target = new Uint32Array(this.pixels.buffer);
    const [left, right] = clip(to.x, to.width, this.#width);
    const [top, bottom] = clip(to.y, to.height, this.#height);
    for (let y = top; y < bottom; y++) {
      const sourceY = Math.floor(from.y + ((y - to.y) * from.height) / to.height);
      if (sourceY < 0 || sourceY >= height) continue;
      for (let x = left; x < right; x++) {
        const sourceX = Math.floor(from.x + ((x - to.x) * from.width) / to.width);
        if (sourceX >= 0 && sourceX < width) target[y * this.#width + x] = source[sourceY * width + sourceX];
      }
    }
    this.touch();
  }

  read(x, y, width, height) {
    const data = new Uint8ClampedArray(width * height * 4);
    this.#rows(x, y, width, height, (mine, theirs, length) => data.set(this.pixels.subarray(mine, mine + length), theirs));
    return data;
  }

  write(data, x, y, width, height) {
    this.#rows(x, y, width, height, (mine, theirs, length) => this.pixels.set(data.subarray(theirs, theirs + length), mine));
    this.touch();
  }

  // Calls back with the offsets here and there of each row that lies inside.
  #rows(x, y, width, height, copy) {
    const [left, right] = clip(x, width, this.#width);
    const [top, bottom] = clip(y, height, this.#height);
    for (let row = top; row < bottom && right > left; row++) {
      copy((row * this.#width + left) * 4, ((row - y) * width + (left - x)) * 4, (right - left) * 4);
    }
  }
}

function clip(start, length, limit) {
  return [Math.max(0, Math.round(start)), Math.min(limit, Math.round(start + length))];
}
