import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export type Picture = {
  readonly width: number;
  readonly height: number;
  /** 0xRRGGBB, the same everywhere. */
  readonly color: number;
};

/** A PNG of one colour; `text` becomes `tEXt` chunks, which is where ComfyUI keeps the prompt of an image. */
export function encodePng({ width, height, color }: Picture, text: Readonly<Record<string, string>>): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits, red green blue; compression, filter and interlacing have one value each.
  header.set([8, 2, 0, 0, 0], 8);
  const pixel = Buffer.from([(color >> 16) & 255, (color >> 8) & 255, color & 255]);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, pixel)]);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    ...Object.entries(text).map(([key, value]) => chunk('tEXt', Buffer.from(`${key}\0${value}`, 'latin1'))),
    chunk('IDAT', deflateSync(Buffer.alloc(row.length * height, row))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The size in the header of a PNG; nothing for other files. */
export function sizeOfPng(file: Buffer): { readonly width: number; readonly height: number } | undefined {
  if (file.length < 24 || !file.subarray(0, 8).equals(SIGNATURE)) return undefined;
  return { width: file.readUInt32BE(16), height: file.readUInt32BE(20) };
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
