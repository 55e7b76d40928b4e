import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Offsets } from "../src/offsets.ts";

// emoji, joiners, flags, wide letters, combining marks, no-break spaces, quotation marks
const pieces = fc.array(fc.constantFrom("a", " ", "\u00a0", "“", "’", "e\u0301", "🚢", "👩‍👩‍👧", "🇻🇪", "海", "𝒳", "\u200d", "\n"), { maxLength: 60 });
const texts = fc.oneof(pieces.map((held) => held.join("")), fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }));

test("a code point offset becomes a UTF-16 offset and comes back", () => {
  fc.assert(
    fc.property(texts, (text) => {
      const offsets = new Offsets(text);
      const points = [...text];
      assert.equal(offsets.length, points.length);
      for (let point = 0; point <= points.length; point++) {
        const unit = offsets.unit(point);
        assert.equal(unit, points.slice(0, point).join("").length);
        assert.equal(offsets.point(unit), point);
      }
    }),
  );
});

test("within a surrogate pair is at its beginning", () => {
  assert.deepEqual([0, 1, 2, 3].map((unit) => new Offsets("🚢a").point(unit)), [0, 0, 1, 2]);
});

test("words are those of the code points", () => {
  fc.assert(
    fc.property(texts, fc.nat(), fc.nat(), (text, a, b) => {
      const points = [...text];
      const [start, end] = [a % (points.length + 1), b % (points.length + 1)].sort((x, y) => x - y) as [number, number];
      assert.equal(new Offsets(text).slice(start, end), points.slice(start, end).join(""));
    }),
  );
});
