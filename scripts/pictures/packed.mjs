// Pictures of a browser as small as they go: with a palette of their own instead of three bytes for each pixel. A page of text
// has some hundred colours that matter; what is left are the edges of letters, which take the colour that is nearest.
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE_BYTES = 8;
/** Length, type and checksum around the data of a chunk. */
const AROUND = 12;
/** As many as a byte can name. */
const COLOURS = 256;
/** Squared distance of two colours that nobody tells apart below: some three steps of each channel. */
const APART = 24;
/** Bytes of a pixel by the colour type of a picture: with and without transparency. */
const PIXEL_BYTES = { 2: 3, 6: 4 };

/** The same picture as a PNG with a palette. Takes what browsers write: 8 bits a channel, not interlaced. */
export function packed(png) {
  const chunks = chunksOf(png);
  const head = Buffer.from(chunks.find(({ type }) => type === 'IHDR').data);
  const [width, height, pixelBytes] = [head.readUInt32BE(0), head.readUInt32BE(4), PIXEL_BYTES[head[9]]];
  if (head[8] !== 8 || pixelBytes === undefined || head[12] !== 0)
    throw new Error('expected a picture with 8 bits a channel, found another kind of PNG');
  const data = chunks.filter(({ type }) => type === 'IDAT').map((chunk) => chunk.data);
  const lines = unfiltered(inflateSync(Buffer.concat(data)), {
    height,
    lineBytes: width * pixelBytes,
    pixelBytes,
  });
  const { indexes, palette } = withPalette(lines, { width, height, pixelBytes });
  head[9] = 3;
  const parts = [
    { type: 'IHDR', data: head },
    { type: 'PLTE', data: palette },
    { type: 'IDAT', data: deflateSync(indexes, { level: 9, memLevel: 9 }) },
    { type: 'IEND', data: Buffer.alloc(0) },
  ];
  return Buffer.concat([png.subarray(0, SIGNATURE_BYTES), ...parts.map(written)]);
}

function chunksOf(png) {
  const chunks = [];
  for (let at = SIGNATURE_BYTES; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const data = png.subarray(at + 8, at + 8 + length);
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data });
    at += AROUND + length;
  }
  return chunks;
}

/** The bytes of all lines, without the filters by which each was written (PNG, 9.2). */
function unfiltered(bytes, { height, lineBytes, pixelBytes }) {
  const lines = Buffer.alloc(height * lineBytes);
  for (let line = 0; line < height; line += 1) {
    const from = line * (lineBytes + 1);
    const to = line * lineBytes;
    const guess = GUESSES[bytes[from]];
    for (let at = 0; at < lineBytes; at += 1) {
      const left = at < pixelBytes ? 0 : lines[to + at - pixelBytes];
      const up = line === 0 ? 0 : lines[to + at - lineBytes];
      const corner = line === 0 || at < pixelBytes ? 0 : lines[to + at - lineBytes - pixelBytes];
      lines[to + at] = bytes[from + 1 + at] + guess(left, up, corner);
    }
  }
  return lines;
}

/** By the number of the filter. */
const GUESSES = [
  () => 0,
  (left) => left,
  (_, up) => up,
  (left, up) => (left + up) >> 1,
  (left, up, corner) => {
    const [fromLeft, fromUp] = [Math.abs(up - corner), Math.abs(left - corner)];
    const fromCorner = Math.abs(left + up - 2 * corner);
    if (fromLeft <= fromUp && fromLeft <= fromCorner) return left;
    return fromUp <= fromCorner ? up : corner;
  },
];

/** The most frequent colours, and for each pixel which of them it is, after a zero for each line: no filter. */
function withPalette(lines, { height, pixelBytes, width }) {
  const colourAt = (pixel) => lines.readUIntBE(pixel * pixelBytes, 3);
  const counts = new Map();
  for (let pixel = 0; pixel < width * height; pixel += 1)
    counts.set(colourAt(pixel), (counts.get(colourAt(pixel)) ?? 0) + 1);
  const frequent = [...counts].toSorted(([, one], [, other]) => other - one).map(([colour]) => colour);
  const kept = apart(frequent);
  const places = new Map(kept.map((colour, at) => [colour, at]));
  for (const colour of counts.keys()) if (!places.has(colour)) places.set(colour, nearest(kept, colour));
  const indexes = Buffer.alloc(height * (width + 1));
  for (let pixel = 0; pixel < width * height; pixel += 1)
    indexes[pixel + Math.floor(pixel / width) + 1] = places.get(colourAt(pixel));
  return { indexes, palette: Buffer.from(kept.flatMap(channelsOf)) };
}

/** The first of them that are no shades of one before: edges of black letters would leave no room for a red word. */
function apart(colours) {
  const kept = [];
  for (const colour of colours) {
    if (kept.length === COLOURS) break;
    if (kept.length === 0 || distance(kept[nearest(kept, colour)], colour) >= APART) kept.push(colour);
  }
  return kept;
}

const channelsOf = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];

function distance(one, other) {
  const [[r1, g1, b1], [r2, g2, b2]] = [channelsOf(one), channelsOf(other)];
  return (r1 - r2) ** 2 + (g1 - g2) ** 2 + (b1 - b2) ** 2;
}

function nearest(colours, wanted) {
  const distances = colours.map((colour) => distance(colour, wanted));
  return distances.indexOf(Math.min(...distances));
}

function written({ data, type }) {
  const chunk = Buffer.alloc(AROUND + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}
