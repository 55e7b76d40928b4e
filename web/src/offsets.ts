/**
 * Convert offsets in Unicode code points, as the corpus has them, to UTF-16 units, as the browser has them, and back. All
 * conversion is here.
 */

/** The text of an article, with offsets in code points and in UTF-16 units. */
export class Offsets {
  /** The offsets of the code points that take two units, in order. */
  private readonly wide: number[] = [];
  /** The length of the text in code points. */
  readonly length: number;

  constructor(readonly text: string) {
    let point = 0;
    for (let unit = 0; unit < text.length; point++) {
      const size = (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1;
      if (size === 2) this.wide.push(point);
      unit += size;
    }
    this.length = point;
  }

  /** The UTF-16 offset of a code point offset. */
  unit(point: number): number {
    return point + below(this.wide, point);
  }

  /** The code point offset of a UTF-16 offset; inside a surrogate pair, the offset of its start. */
  point(unit: number): number {
    // the n-th wide code point (from 0) begins at unit wide[n] + n
    let low = 0;
    let high = this.wide.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.wide[middle] ?? 0) + middle < unit) low = middle + 1;
      else high = middle;
    }
    return unit - low;
  }

  /** The words of a half-open range of code points. */
  slice(start: number, end: number): string {
    return this.text.slice(this.unit(start), this.unit(end));
  }
}

/** The number of values of a sorted list that are smaller than `value`. */
function below(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
