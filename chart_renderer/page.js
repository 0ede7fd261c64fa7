// What the page in the browser does with a figure: Plotly draws it as SVG, the SVG becomes pixels, near-equal shades
// become equal where the eye cannot tell, and the pixels become an RGB PNG. Stays loaded from figure to figure.
"use strict";

const monitorposten = (() => {
  /** The figure as SVG text. */
  function drawn(figure) {
    const { width, height } = figure.layout;
    return Plotly.toImage(figure, { format: "svg", width, height, imageDataOnly: true });
  }

  async function painted(svg, width, height) {
    const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
    try {
      const image = new Image();
      image.src = address;
      await image.decode();
      const canvas = document.createElement("canvas");
      canvas.width = width;
      canvas.height = height;
      // Without alpha nothing can be transparent, and the PNG has three channels.
      const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
      context.drawImage(image, 0, 0, width, height);
      return { canvas, context };
    } finally {
      URL.revokeObjectURL(address);
    }
  }

  /** How many pixels have each colour, the most frequent first; colours as the 32 bits of a pixel. */
  function tally(pixels) {
    const counts = new Map();
    let run = 0;
    for (let at = 0; at < pixels.length; at += run) {
      const colour = pixels[at];
      run = 1;
      while (at + run < pixels.length && pixels[at + run] === colour) run += 1;
      counts.set(colour, (counts.get(colour) || 0) + run);
    }
    return [...counts].sort((one, other) => other[1] - one[1] || one[0] - other[0]).map(([colour]) => colour);
  }

  const channels = (colour) => [colour & 255, (colour >> 8) & 255, (colour >> 16) & 255];

  /** Each colour with the one shown in its place: the most frequent of those at most `near` off in every channel. */
  function palette(colours, near) {
    const kept = [];
    const shown = new Map();
    for (const colour of colours) {
      const [red, green, blue] = channels(colour);
      const like = kept.find(
        ([r, g, b]) => Math.abs(red - r) <= near && Math.abs(green - g) <= near && Math.abs(blue - b) <= near,
      );
      if (like === undefined) kept.push([red, green, blue, colour]);
      shown.set(colour, like === undefined ? colour : like[3]);
    }
    return shown;
  }

  function reduced(pixels, near) {
    const shown = palette(tally(pixels), near);
    let last = pixels[0];
    let into = shown.get(last);
    for (let at = 0; at < pixels.length; at += 1) {
      if (pixels[at] !== last) {
        last = pixels[at];
        into = shown.get(last);
      }
      pixels[at] = into;
    }
  }

  function encoded(canvas) {
    return new Promise((resolve, reject) => {
      canvas.toBlob((blob) => {
        const reader = new FileReader();
        reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
        reader.onerror = () => reject(reader.error);
        reader.readAsDataURL(blob);
      }, "image/png");
    });
  }

  /** The PNG as base64, `width` × `height` pixels, each channel at most `near` of 255 off what was drawn. */
  async function picture(figure, width, height, near) {
    const { canvas, context } = await painted(await drawn(figure), width, height);
    const image = context.getImageData(0, 0, width, height);
    reduced(new Uint32Array(image.data.buffer), near);
    context.putImageData(image, 0, 0);
    return encoded(canvas);
  }

  /** Put the SVG alone on a page of its own size, for printing. */
  function lay(svg, width, height) {
    const page = document.createElement("style");
    page.textContent = `@page { size: ${width}px ${height}px; margin: 0 } body { margin: 0 } #kaleido-image { display: none }`;
    const sheet = document.createElement("div");
    sheet.innerHTML = svg;
    sheet.firstElementChild.style.display = "block";
    sheet.append(page);
    sheet.id = "sheet";
    document.body.append(sheet);
    return true;
  }

  function clear() {
    document.getElementById("sheet")?.remove();
    return true;
  }

  return { drawn, picture, lay, clear };
})();
