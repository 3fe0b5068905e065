/** What is inside a file, by its first bytes: its name may say anything. */

type Format = {
  readonly mimeType: string;
  readonly extensions: readonly string[];
  readonly starts: (bytes: Buffer) => boolean;
};

const FORMATS: readonly Format[] = [
  {
    mimeType: 'image/png',
    extensions: ['png'],
    starts: (bytes) =>
      bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])),
  },
  {
    mimeType: 'image/jpeg',
    extensions: ['jpg', 'jpeg'],
    starts: (bytes) => bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])),
  },
  {
    mimeType: 'image/webp',
    extensions: ['webp'],
    starts: (bytes) => ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP',
  },
  { mimeType: 'image/gif', extensions: ['gif'], starts: (bytes) => /^GIF8[79]a/.test(ascii(bytes, 0, 6)) },
  {
    mimeType: 'image/bmp',
    extensions: ['bmp'],
    starts: (bytes) => ascii(bytes, 0, 2) === 'BM' && bytes.length > 26,
  },
];

/** Formats that ComfyUI loads and that may be uploaded. */
export const UPLOADABLE = ['png', 'jpg', 'jpeg', 'webp', 'bmp'] as const;

/** The MIME type of an image, or nothing when the bytes are none. */
export function imageType(bytes: Buffer): string | undefined {
  return FORMATS.find(({ starts }) => starts(bytes))?.mimeType;
}

/** Whether a name claims to be an image that models can look at. */
export function isImageName(name: string): boolean {
  const extension = extensionOf(name);
  return FORMATS.some(({ extensions }) => extensions.includes(extension));
}

export function extensionOf(name: string): string {
  return /\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

function ascii(bytes: Buffer, from: number, to: number): string {
  return bytes.toString('latin1', from, to);
}
