// What the page in the browser does with a figure: Plotly draws it as SVG, the SVG becomes pixels, near-equal shades
// become equal (shades.js), and the pixels are compressed (squeeze.js). Stays loaded from figure to figure.
"use strict";

const monitorposten = (() => {
  /** The figure as SVG text, as Plotly.toImage gives it, without its timers and its place in the document. */
  async function drawn({ data, layout }) {
    const { width, height } = layout;
    const host = document.createElement("div");
    try {
      await Plotly.newPlot(host, data, { ...layout, width, height }, { staticPlot: true });
      return Plotly.Snapshot.toSVG(host, "svg", 1);
    } finally {
      Plotly.purge(host);
    }
  }

  // One canvas for all: fresh memory for each costs as much as drawing into it. Without alpha nothing can be
  // transparent.
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });

  // What means something in an address, or is left out of it; to write all else in codes takes longer.
  const ADDRESS_CODES = { "%": "%25", "#": "%23", "\t": "%09", "\n": "%0A", "\r": "%0D" };

  async function loaded(svg) {
    const image = new Image();
    const content = svg.replace(/[%#\t\n\r]/g, (letter) => ADDRESS_CODES[letter]);
    image.src = `data:image/svg+xml;charset=utf-8,${content}`; // quicker than the address of a Blob
    await image.decode(); // heard of sooner than its event
    return image;
  }

  /** The SVG as pixels on the canvas. */
  async function paint(svg, width, height) {
    const image = await loaded(svg);
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    context.fillStyle = "#fff"; // nothing of the figure before shows through
    context.fillRect(0, 0, width, height);
    context.drawImage(image, 0, 0, width, height);
  }

  function base64(bytes) {
    const parts = [];
    for (let at = 0; at < bytes.length; at += 0x8000) {
      parts.push(String.fromCharCode.apply(null, bytes.subarray(at, at + 0x8000)));
    }
    return btoa(parts.join(""));
  }

  /** A figure of `width` × `height` pixels, each channel at most `near` of 255 off what was drawn. */
  async function pixels(figure, width, height, near) {
    await paint(await drawn(figure), width, height);
    const image = context.getImageData(0, 0, width, height);
    if (near > 0) shades.reduce(new Uint32Array(image.data.buffer), near);
    return image;
  }

  /** Its pixels as the stream of a PNG. */
  async function picture(figure, width, height, near) {
    const image = await pixels(figure, width, height, near);
    return base64(squeeze(new Uint32Array(image.data.buffer), width, height));
  }

  /** The same as a PNG of the browser's own making, for when that stream is not whole. */
  async function encoded(figure, width, height, near) {
    context.putImageData(await pixels(figure, width, height, near), 0, 0);
    return canvas.toDataURL("image/png").split(",")[1];
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

  return { drawn, picture, encoded, lay, clear };
})();
