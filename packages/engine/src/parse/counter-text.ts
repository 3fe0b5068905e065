/** How the name of a tool stands in a counter's: what a counter may not have is written as its code, so that two tools hardly ever share one. */
export function counterText(tool: string): string {
  return tool.replaceAll(/[^A-Za-z0-9 _.-]/g, (unit) => `.${unit.charCodeAt(0).toString(16)}.`);
}
