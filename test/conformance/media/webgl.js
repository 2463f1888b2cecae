// The one thing that the tests do with WebGL: fill a canvas with a colour.

export class ClearingContext {
  COLOR_BUFFER_BIT = 0x4000;
  #color = [0, 0, 0, 0];

  constructor(canvas) { this.canvas = canvas; }

  clearColor(...color) { this.#color = color.map(value => Math.round(value * 255)); }
  clear() { this.canvas.surface.fill(this.#color, 0, 0, this.canvas.width, this.canvas.height); }
}
