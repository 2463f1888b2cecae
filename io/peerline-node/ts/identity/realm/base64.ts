/** `btoa` and `atob` (HTML, section 8.3). Its text runs in the realm of an identity provider's script; see `realm.ts`. */
import type { Tools } from './tools';

export function base64({ expose }: Tools): void {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

  expose('btoa', function btoa(data: unknown): string {
    const text = `${data}`;
    let out = '';
    for (let at = 0; at < text.length; at += 3) {
      const [first, second, third] = [text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2)];
      if (first > 255 || second > 255 || third > 255) throw new TypeError('a character is not a byte');
      const bits = (first << 16) | (second << 8) | third;
      out += alphabet[bits >> 18]! + alphabet[(bits >> 12) & 63]!;
      out += at + 1 < text.length ? alphabet[(bits >> 6) & 63]! : '=';
      out += at + 2 < text.length ? alphabet[bits & 63]! : '=';
    }
    return out;
  });

  expose('atob', function atob(data: unknown): string {
    let text = `${data}`.replace(/[\t\n\f\r ]/g, '');
    if (text.length % 4 === 0) text = text.replace(/==?$/, '');
    if (text.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(text)) throw new TypeError('not base64');
    let out = '';
    let bits = 0;
    let count = 0;
    for (const digit of text) {
      bits = ((bits << 6) | alphabet.indexOf(digit)) & 0xffffff;
      count += 6;
      if (count >= 8) {
        count -= 8;
        out += String.fromCharCode((bits >> count) & 255);
      }
    }
    return out;
  });
}
