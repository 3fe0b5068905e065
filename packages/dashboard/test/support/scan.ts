import type { BrowserContext } from 'playwright-core';
import { decodeQR } from 'qr/decode.js';

type Pixels = { readonly width: number; readonly height: number; readonly data: readonly number[] };

/** Runs in an empty page, where no Content-Security-Policy keeps a picture from being read. */
const READ = `async (base64) => {
  const bytes = await (await fetch('data:image/png;base64,' + base64)).blob();
  const bitmap = await createImageBitmap(bytes);
  const { height, width } = bitmap;
  const canvas = new OffscreenCanvas(width, height).getContext('2d');
  canvas.drawImage(bitmap, 0, 0);
  return { height, width, data: [...canvas.getImageData(0, 0, width, height).data] };
}`;

/** The text of the QR code on a screenshot, as a camera reads it; throws when it finds none. */
export async function scanned(context: BrowserContext, png: Buffer): Promise<string> {
  const page = await context.newPage();
  const { data, height, width } = await page.evaluate<Pixels>(`(${READ})('${png.toString('base64')}')`);
  await page.close();
  return decodeQR({ height, width, data: Uint8Array.from(data) });
}
