/** This machine's disk, as far as ComfyUI's folders go. Nothing outside the folders that are configured is read or written. */
export { imageType, isImageName } from './images.ts';
export { diskError, readImageInside } from './inside.ts';
export { listFiles } from './listing.ts';
export { placeFile } from './place.ts';
export { readUpload, safeName, writeInput } from './upload.ts';
