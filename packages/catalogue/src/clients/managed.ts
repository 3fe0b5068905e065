import type { Managed, SignInTarget } from './client.ts';

/** Either file alone binds Claude Code to the gateway (code.claude.com/docs/en/managed-mcp). */
export function managedClaudeCode({ endpoint, name, url }: SignInTarget): Managed {
  return {
    folders: {
      linux: '/etc/claude-code',
      darwin: '/Library/Application Support/ClaudeCode',
      win32: 'C:\\Program Files\\ClaudeCode',
    },
    files: [
      {
        name: 'managed-mcp.json',
        effect: 'Everybody gets these servers, and no others',
        content: { mcpServers: { [name]: { type: 'http', url: endpoint } } },
      },
      {
        name: 'managed-settings.json',
        effect: 'Everybody may add servers of the gateway, and no others',
        content: { allowManagedMcpServersOnly: true, allowedMcpServers: [{ serverUrl: `${url}/*` }] },
      },
    ],
  };
}
