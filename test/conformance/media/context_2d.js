// CanvasRenderingContext2D with rectangles, pictures and pixels. Other drawing only marks the canvas as changed. HTML §4.12.5.1.

import { parseColor } from './colors.js';

const UNSEEN = ['arc', 'arcTo', 'beginPath', 'bezierCurveTo', 'clip', 'closePath', 'ellipse', 'fill', 'fillText', 'lineTo', 'moveTo', 'rect',
  'restore', 'rotate', 'save', 'scale', 'setTransform', 'stroke', 'strokeRect', 'strokeText', 'transform', 'translate'];

export class Context2D {
  fillStyle = '#000000';
  strokeStyle = '#000000';
  font = '10px sans-serif';
  lineWidth = 1;

  constructor(canvas) { this.canvas = canvas; }

  fillRect(x, y, width, height) { this.canvas.surface.fill(parseColor(String(this.fillStyle)), x, y, width, height); }
  clearRect(x, y, width, height) { this.canvas.surface.fill([0, 0, 0, 0], x, y, width, height); }

  drawImage(image, ...numbers) {
    const picture = pictureOf(image);
    if (!picture) return;
    const { width, height } = picture;
    const [sx, sy, sw, sh, x, y, w = width, h = height] = numbers.length === 8 ? numbers : [0, 0, width, height, ...numbers];
    this.canvas.surface.draw(picture, { x: sx, y: sy, width: sw, height: sh }, { x, y, width: w, height: h });
  }

  getImageData(x, y, width, height) { return { width, height, data: this.canvas.surface.read(x, y, width, height) }; }
  putImageData({ data, width, height }, x, y) { this.canvas.surface.write(data, x, y, width, height); }
  measureText(text) { return { width: text.length * 10 }; }
}
for (const name of UNSEEN) Context2D.prototype[name] = function () { this.canvas.surface.touch(); };

/** The pixels of a canvas, or those that a video shows now. */
function pictureOf({ surface, picture }) {
  if (surface) return { width: surface.width, height: surface.height, rgba: surface.pixels };
  return picture ? { width: picture.width, height: picture.height, rgba: picture.rgba() } : null;
}
