/** Browsers count UTF-16 units, VouchBank counts code points: this is the only place where one becomes the other. */

/** How many code points the first `units` UTF-16 units of a text have; one cut in half counts as not there. */
export function points(text: string, units: number): number {
  let count = 0;
  for (let at = 0; at < units; count++) {
    const pair = text.codePointAt(at)! > 0xffff;
    if (pair && at + 2 > units) break;
    at += pair ? 2 : 1;
  }
  return count;
}

/** A text by code points, so that a range of it can be taken. */
export class Points {
  private readonly held: string[];
  constructor(readonly text: string) {
    this.held = Array.from(text);
  }
  get length(): number {
    return this.held.length;
  }
  of(start: number, end: number): string {
    return this.held.slice(start, end).join("");
  }
}
