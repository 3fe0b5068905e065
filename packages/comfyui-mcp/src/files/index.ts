/** This machine's disk, as far as ComfyUI's folders go. Nothing outside the folders that are configured is read or written. */
export { extensionOf, imageType, isImageName } from './images.ts';
export { contains, diskError, readImageInside } from './inside.ts';
export { type ListedFile, listFiles } from './listing.ts';
export { placeFile } from './place.ts';
export { readUpload, safeName, type UploadSource, writeInput } from './upload.ts';
