// Near-equal shades become equal where the eye cannot tell: flat colour compresses well, the many shades along the
// edges of letters and lines do not. Pixels are 32 bits each, as they lie in a canvas.
"use strict";

const shades = (() => {
  let ends = new Uint32Array(0); // of each run of one colour, the place after it; kept from picture to picture
  let kinds = new Uint32Array(0); // of each run, which of the colours it has
  let places = new Int32Array(1 << 12); // by a hash of the colour which it is, from one on: quicker than a Map

  /** The runs, left in `ends` and `kinds`, and how many; the colours, and how many pixels have each. */
  function measured(pixels) {
    if (ends.length < pixels.length) [ends, kinds] = [new Uint32Array(pixels.length), new Uint32Array(pixels.length)];
    const colours = [];
    const counts = [];
    let runs = 0;
    places.fill(0);
    for (let at = 0; at < pixels.length; runs += 1) {
      const colour = pixels[at];
      const start = at;
      do at += 1;
      while (at < pixels.length && pixels[at] === colour);
      let place = placeOf(colour, colours);
      if (places[place] === 0) {
        if (2 * colours.length >= places.length) place = widened(colour, colours);
        places[place] = colours.push(colour);
        counts.push(0);
      }
      const kind = places[place] - 1;
      counts[kind] += at - start;
      ends[runs] = at;
      kinds[runs] = kind;
    }
    return { runs, colours, counts };
  }

  /** Where among `places` a colour is, or would be. */
  function placeOf(colour, colours) {
    let place = (Math.imul(colour, 0x9e3779b1) >>> 8) & (places.length - 1);
    while (places[place] > 0 && colours[places[place] - 1] !== colour) place = (place + 1) & (places.length - 1);
    return place;
  }

  /** Twice as many places for the colours there are, and the one for this colour. */
  function widened(colour, colours) {
    places = new Int32Array(2 * places.length);
    for (const [kind, known] of colours.entries()) places[placeOf(known, colours)] = kind + 1;
    return placeOf(colour, colours);
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
      let place = 0;
      while (place < kept.length && !alike(colour, kept[place], near)) place += 1;
      if (place === kept.length) kept.push(colour);
      shown[kind] = kept[place];
    }
    return shown;
  }

  /** Change the pixels so that there are fewer shades, each channel at most `near` of 255 off. */
  function reduce(pixels, near) {
    const { runs, colours, counts } = measured(pixels);
    const shown = chosen(colours, counts, near);
    for (let run = 0, at = 0; run < runs; at = ends[run], run += 1) {
      const colour = shown[kinds[run]];
      if (colour === pixels[at]) continue;
      for (let place = at; place < ends[run]; place += 1) pixels[place] = colour; // most are too short for fill()
    }
  }

  return { reduce };
})();
