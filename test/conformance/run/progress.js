// Says where the run is: one line that is rewritten on a terminal, or one line a file.

const WIDTH = 100;

export class Progress {
  #total;
  #done = 0;
  #passed = 0;
  #failed = 0;
  #begun = Date.now();
  #out;
  #perFile;

  /** @param {number} total @param {{out?: NodeJS.WriteStream, perFile: boolean}} options */
  constructor(total, { out = process.stderr, perFile }) {
    this.#total = total;
    this.#out = out;
    this.#perFile = perFile;
  }

  /** @param {import('./child.js').Outcome} outcome */
  add({ id, status, subtests, duration, badEnd }) {
    const passed = subtests.filter(test => test.status === 'PASS').length;
    this.#done++;
    this.#passed += passed;
    this.#failed += subtests.length - passed;
    const seconds = (duration / 1000).toFixed(1);
    const where = `[${this.#done}/${this.#total}, ${this.#clock()}]`;
    if (this.#perFile) this.#out.write(`${where} ${status.padEnd(7)} ${passed}/${subtests.length} ${id} (${seconds} s)${badEnd ? ` ENDED BADLY: ${badEnd}` : ''}\n`);
    else if (this.#out.isTTY) this.#out.write(`\r${`${where} ${this.#passed} passed, ${this.#failed} not: ${id}`.slice(0, WIDTH).padEnd(WIDTH)}`);
    else if (this.#done % 10 === 0 || this.#done === this.#total) this.#out.write(`${where} ${this.#passed} subtests passed, ${this.#failed} not\n`);
  }

  end() {
    if (this.#out.isTTY && !this.#perFile) this.#out.write('\n');
  }

  #clock() {
    const seconds = Math.round((Date.now() - this.#begun) / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  }
}
