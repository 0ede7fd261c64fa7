// Near-equal shades become equal where the eye cannot tell: flat colour compresses well, the many shades along the
// edges of letters and lines do not. Pixels are 32 bits each, as they lie in a canvas.
"use strict";

const shades = (() => {
  let ends = new Uint32Array(0); // of each run of one colour, the place after it; kept from picture to picture
  let kinds = new Uint32Array(0); // of each run, which of the colours it has

  /** The runs, left in `ends` and `kinds`, and how many; the colours, and how many pixels have each. */
  function measured(pixels) {
    if (ends.length < pixels.length) [ends, kinds] = [new Uint32Array(pixels.length), new Uint32Array(pixels.length)];
    const known = new Map();
    const colours = [];
    const counts = [];
    let runs = 0;
    for (let at = 0; at < pixels.length; runs += 1) {
      const colour = pixels[at];
      const start = at;
      do at += 1;
      while (at < pixels.length && pixels[at] === colour);
      let kind = known.get(colour);
      if (kind === undefined) {
        kind = colours.push(colour) - 1;
        counts.push(0);
        known.set(colour, kind);
      }
      counts[kind] += at - start;
      ends[runs] = at;
      kinds[runs] = kind;
    }
    return { runs, colours, counts };
  }

  const alike = (one, other, near) =>
    Math.abs((one & 255) - (other & 255)) <= near &&
    Math.abs(((one >> 8) & 255) - ((other >> 8) & 255)) <= near &&
    Math.abs(((one >> 16) & 255) - ((other >> 16) & 255)) <= near;

  /** The colour shown for each: the most frequent of those at most `near` off in every channel. */
  function chosen(colours, counts, near) {
    const kept = [];
    const shown = new Uint32Array(colours.length);
    const often = [...colours.keys()].sort((one, other) => counts[other] - counts[one] || colours[one] - colours[other]);
    for (const kind of often) {
      const colour = colours[kind];
      const like = kept.find((other) => alike(colour, other, near));
      if (like === undefined) kept.push(colour);
      shown[kind] = like ?? colour;
    }
    return shown;
  }

  /** Change the pixels so that there are fewer shades, each channel at most `near` of 255 off. */
  function reduce(pixels, near) {
    const { runs, colours, counts } = measured(pixels);
    const shown = chosen(colours, counts, near);
    for (let run = 0, at = 0; run < runs; at = ends[run], run += 1) {
      const colour = shown[kinds[run]];
      if (colour !== pixels[at]) pixels.fill(colour, at, ends[run]);
    }
  }

  return { reduce };
})();
