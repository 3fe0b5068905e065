/** How much of everything: each quantity with its unit and its reason. */

/** A request to ComfyUI may take this long unless configured; validating a large workflow takes seconds. */
export const REQUEST_TIMEOUT_MS = 30_000;
/** A JSON answer of ComfyUI; a full history of large workflows stays below it. */
export const MAX_JSON_BYTES = 64 * 1024 * 1024;
/** A workflow as JSON: far above what editors export, below what an MCP message may hold. */
export const MAX_WORKFLOW_BYTES = 4 * 1024 * 1024;
export const MAX_WORKFLOW_NODES = 5_000;
/** A message to this server over HTTP: a workflow and room around it, so that its own limit is what an agent reads. */
export const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;
/** ComfyUI's own default for uploads. */
export const MAX_UPLOAD_BYTES = 100 * 1024 * 1024;

/** Images in a result: what a model can look at without filling its context. */
export const MAX_INLINE_IMAGES = 4;
export const MAX_INLINE_IMAGE_BYTES = 1024 * 1024;

/** A frame of ComfyUI's WebSocket; previews of images are the largest. */
export const MAX_FRAME_BYTES = 32 * 1024 * 1024;
/** A closed WebSocket is opened again after this long, while somebody waits. */
export const RECONNECT_MS = 2_000;
/** How long a cancel looks whether ComfyUI has stopped; it notices an interrupt between two nodes. */
export const CANCEL_CHECK_MS = 5_000;
export const CANCEL_POLL_MS = 100;

/** Files that a listing looks at before it gives up: a folder beyond this is no use to a model. */
export const MAX_LISTED_FILES = 20_000;
export const MAX_FOLDER_DEPTH = 8;
/** Entries of ComfyUI's history that are searched for images when its output folder is elsewhere. */
export const MAX_HISTORY_ITEMS = 200;
/** Node errors told to an agent; more of them say nothing new. */
export const MAX_TOLD_ERRORS = 20;
export const MAX_TOLD_CHARACTERS = 500;

/** Sessions of older MCP clients over HTTP; beyond it the one that was quiet longest ends. */
export const MAX_SESSIONS = 100;

/** Seeds that are drawn: short enough to be read aloud. */
export const MAX_RANDOM_SEED = 1_000_000_000_000;
