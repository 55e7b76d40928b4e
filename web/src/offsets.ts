/**
 * From Unicode code points, in which every offset of the corpus is counted, to the UTF-16 units of the browser, and
 * back. Nothing else converts.
 */

/** The text of an article with both ways of counting in it. */
export class Offsets {
  /** For each code point that takes two units its code point offset, in order. */
  private readonly wide: number[] = [];
  /** How many code points the text has. */
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

  /** The code point offset of a UTF-16 offset; within a surrogate pair that of its beginning. */
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

/** How many numbers of a sorted list are smaller than `value`. */
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
