import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { domain } from "../src/bounds.ts";
import { address, asked, plain, wanted } from "../src/filters.ts";

test("an address says what is asked for", () => {
  const words = fc.stringMatching(/^[a-z0-9-]{0,12}$/);
  fc.assert(
    fc.property(words, words, fc.option(fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { maxLength: 4 })), (source, article, statuses) => {
      assert.deepEqual(asked(address({ source, article, statuses })), { source, article, statuses });
    }),
  );
});

test("a telling is wanted where all that is asked for holds", () => {
  const told = { sources: ["cnn", "the-article"], article: "001", status: "claimed" };
  assert.ok(wanted(told, { source: "", article: "", statuses: null }));
  assert.ok(wanted(told, { source: "cnn", article: "001", statuses: ["claimed"] }));
  assert.ok(!wanted(told, { source: "bbc", article: "", statuses: null }));
  assert.ok(!wanted(told, { source: "", article: "002", statuses: null }));
  assert.ok(!wanted(told, { source: "", article: "", statuses: [] }));
});

test("letters are found without their marks", () => {
  assert.equal(plain("Nicolás MUÑOZ"), "nicolas munoz");
});

test("an axis holds every end, and room for arrows", () => {
  const bounds = fc.record({ lower: fc.option(fc.double({ min: -1e9, max: 1e9, noNaN: true })), upper: fc.option(fc.double({ min: -1e9, max: 1e9, noNaN: true })) });
  fc.assert(
    fc.property(fc.array(bounds, { maxLength: 6 }), (told) => {
      const held = domain(told.map((one) => ({ ...one, lower_closed: true, upper_closed: true, approximate: false })));
      const ends = told.flatMap(({ lower, upper }) => [lower, upper]).filter((end) => end !== null);
      if (!held) return assert.equal(ends.length, 0);
      assert.ok(held[0] < held[1]);
      for (const end of ends) assert.ok(held[0] <= end && end < held[1]);
      if (ends.every((end) => end >= 0)) assert.ok(held[0] >= 0);
      return undefined;
    }),
  );
});
