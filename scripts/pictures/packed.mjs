// A PNG as it is, with its pixels compressed as far as they go: browsers compress for speed.
import { constants, crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE_BYTES = 8;
/** Length, type and checksum around the data of a chunk. */
const AROUND = 12;

/** The same picture in fewer bytes; what is not pixels, size or colour is left out. */
export function packed(png) {
  const chunks = chunksOf(png);
  const pixels = inflateSync(Buffer.concat(chunks.filter(isData).map(({ data }) => data)));
  const options = { level: 9, memLevel: 9, strategy: constants.Z_FILTERED };
  const best = [deflateSync(pixels, options), deflateSync(pixels, { level: 9, memLevel: 9 })].toSorted(
    (one, other) => one.length - other.length,
  )[0];
  const head = chunks.filter(({ type }) => type === 'IHDR');
  const parts = [...head, { type: 'IDAT', data: best }, { type: 'IEND', data: Buffer.alloc(0) }];
  return Buffer.concat([png.subarray(0, SIGNATURE_BYTES), ...parts.map(written)]);
}

const isData = ({ type }) => type === 'IDAT';

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

function written({ data, type }) {
  const chunk = Buffer.alloc(AROUND + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}
