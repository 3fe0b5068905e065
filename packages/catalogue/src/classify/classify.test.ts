import { describe, expect, it } from 'vitest';
import type { ToolClass } from '../classes/index.ts';
import { classify } from './index.ts';

const string = { type: 'string' };
const listed = (description: string) => ({ type: 'string', description });
const schema = (properties: Readonly<Record<string, object>>) => ({ type: 'object', properties }) as never; // a schema is plain JSON

describe('a class follows from the name', () => {
  it.each([
    ['get_payment', 'Read'],
    ['accounts_list', 'Read'],
    ['run_status', 'Read'],
    ['whoami', 'Read'],
    ['createIssue', 'Write'],
    ['kv-namespace-create', 'Write'],
    ['transfer_ownership', 'Write'],
    ['create_topic_subscription', 'Write'],
    ['kill_process', 'Execute'],
    ['bash', 'Execute'],
    ['submit_workflow', 'Execute'],
    ['users.delete', 'Destructive'],
    ['deleteHTTPRoute', 'Destructive'],
    ['terminate_instance', 'Destructive'],
    ['reset_database', 'Destructive'],
    ['read_and_delete', 'Destructive'],
    ['cancel_booking', 'Destructive'],
    ['place_order', 'Financial'],
    ['send_funds', 'Financial'],
    ['sign_transaction', 'Financial'],
    ['transfer', 'Financial'],
    ['deleteuser', 'Destructive'],
    ['bulkdelete', 'Destructive'],
    ['flushall', 'Destructive'],
    ['listusers', 'Read'],
    ['walletbalance', 'Read'],
    ['format_disk', 'Destructive'],
    ['format_code', 'Read'],
    ['unlink_file', 'Destructive'],
    ['unlink_account', 'Write'],
    ['wire_money', 'Financial'],
    ['wire_up', 'Write'],
    ['decommission_node', 'Destructive'],
    ['grant_team_access', 'Write'],
    ['request_return', 'Write'],
    ['user_access', 'Read'],
    ['git_log', 'Read'],
    ['log', 'Write'],
    ['work_log', 'Write'],
    ['acknowledge_alert', 'Write'],
    ['revert_timesheet', 'Write'],
    ['forward_email', 'Write'],
    ['port_forward', 'Execute'],
    ['promote_user', 'Write'],
    ['promote_release', 'Execute'],
    ['make_http_request', 'Execute'],
    ['make_request', 'Write'],
    ['modify_order', 'Financial'],
    ['retry_payment', 'Financial'],
    ['handle_payments', 'Financial'],
    ['execute_swap', 'Financial'],
    ['spend_from_account', 'Financial'],
    ['ai_spend', 'Read'],
    ['rent_machine', 'Financial'],
    ['median_rent', 'Read'],
    ['token_supply', 'Read'],
    ['supply_assets', 'Financial'],
    ['respond_to_event', 'Write'],
    ['wrap_eth', 'Financial'],
    ['wrap_text', 'Read'],
    ['bridge_token', 'Financial'],
    ['bridge_status', 'Read'],
    ['claim_rewards', 'Financial'],
    ['claim_task', 'Write'],
    ['schedule_key_deletion', 'Destructive'],
    ['request_deletion_status', 'Write'],
    ['enable_deletion_protection', 'Write'],
    ['send_delete_request', 'Destructive'],
    ['send_command', 'Execute'],
    ['send_keys', 'Execute'],
    ['send_message', 'Write'],
    ['move_mouse', 'Execute'],
    ['move_file', 'Write'],
    ['close_browser', 'Execute'],
    ['close_issue', 'Write'],
    ['mark_as_read', 'Write'],
    ['set_active_view', 'Write'],
    ['order_list', 'Read'],
    ['rate_movie', 'Write'],
    ['funding_rate', 'Read'],
    ['rate_limit_status', 'Read'],
    ['content_type', 'Read'],
    ['browser_type', 'Execute'],
    ['order_book', 'Read'],
    ['book_order', 'Financial'],
    ['withdraw_history', 'Read'],
    ['binance_get_pay_trade_history', 'Read'],
    ['delete_history', 'Destructive'],
    ['pay_history_fee', 'Financial'],
    ['create_payroll_timesheet', 'Write'],
    ['approve_payroll_timesheet', 'Write'],
    ['run_payroll', 'Financial'],
    ['create_invoice_reminder', 'Write'],
    ['create_gift_card', 'Financial'],
    ['create_permit_signature', 'Financial'],
    ['sign_typed_data', 'Financial'],
    ['add_liquidity', 'Financial'],
    ['add_liquidity_alert', 'Write'],
    ['subscribe_eth_staking', 'Financial'],
    ['unwrap_wsteth', 'Financial'],
    ['remove_ban', 'Write'],
    ['remove_user_block', 'Write'],
    ['remove_blocked_user', 'Destructive'],
    ['remove_ban_list', 'Destructive'],
    ['clear_selection', 'Write'],
    ['clear_cache', 'Destructive'],
    ['expire', 'Write'],
    ['expire_sessions', 'Destructive'],
    ['scale_layer', 'Write'],
    ['scale_service', 'Execute'],
    ['terraform_apply', 'Execute'],
    ['rebalance_queues', 'Execute'],
    ['recover_signer', 'Read'],
    ['paste_from_clipboard', 'Write'],
    ['multicall', 'Read'],
    ['perform_delete_all', 'Destructive'],
    ['snapshot_delete_old', 'Destructive'],
    ['set_clear_color', 'Write'],
    ['publish_ros_topic', 'Execute'],
    ['publish_article', 'Write'],
    ['ipad_unlock', 'Execute'],
    ['unlock_door', 'Execute'],
    ['unlock_record', 'Write'],
    ['write_contract', 'Financial'],
    ['write_contract_draft', 'Write'],
    ['run_payroll_preflight', 'Read'],
    ['payroll_preflight', 'Read'],
  ] satisfies [string, ToolClass][])('%s is %s', (name, expected) => {
    expect(classify({ name }).class).toBe(expected);
  });
});

describe('a description raises the class', () => {
  it.each([
    ['Permanently deletes a record', 'Destructive'],
    ['Use this tool to remove a user', 'Destructive'],
    ['Read, create, update or delete items', 'Destructive'],
    ['Gets the entries. Also deletes those that expired.', 'Destructive'],
    ['Updates an entry. This cannot be undone.', 'Destructive'],
    ['Run a shell command', 'Execute'],
    ['Allows deleting users', 'Destructive'],
    ['Supports creating and deleting users', 'Destructive'],
    ['Performs deletion of users', 'Destructive'],
    ['Schedules deletion of the key', 'Destructive'],
    ['Sends a DELETE request to the API', 'Destructive'],
    ['[DANGEROUS] Delete a user', 'Destructive'],
    ['Stripe: delete a customer', 'Destructive'],
    ['WhatsApp - delete a chat', 'Destructive'],
    ['Soft-delete a user', 'Destructive'],
    ['Attempts to delete a user', 'Destructive'],
    ['Given an id, deletes the user', 'Destructive'],
    ['Completely removes the app', 'Destructive'],
    ['Instantly transfers funds to the payee', 'Financial'],
    ['Uses a permission to transfer tokens', 'Financial'],
    ['Mint an NFT to an address', 'Financial'],
    ['Supply assets to the protocol as collateral', 'Financial'],
    ['Approve a spender to transfer tokens from the wallet', 'Financial'],
    ['删除所有记录', 'Destructive'],
    ['Elimina un usuario', 'Destructive'],
    ['Supprime un utilisateur', 'Destructive'],
    ['Löscht einen Benutzer', 'Destructive'],
    ['Удаляет пользователя', 'Destructive'],
    ['Exclui um usuário', 'Destructive'],
    ['يحذف المستخدم', 'Destructive'],
    ['Überweist einen Betrag', 'Financial'],
    ['Crée un utilisateur', 'Write'],
    ['Manages items. Actions: list, get, purge.', 'Destructive'],
    ['Deprecated. Delete a user', 'Destructive'],
    ['# Users\n\nDelete a user', 'Destructive'],
    ['Gets a user. deletes it afterwards', 'Destructive'],
    ['Updates an entry. This cannot  be undone.', 'Destructive'],
    ['Removes a ban from a user', 'Write'],
    ['Places a limit order to convert between two coins', 'Financial'],
    ['Allows VIP users to transfer funds', 'Financial'],
    ['The new order API allows users to place an order', 'Financial'],
    ['Wrapper for crud', 'Destructive'],
  ] satisfies [string, ToolClass][])('%s', (description, expected) => {
    expect(classify({ name: 'thing', description }).class).toBe(expected);
  });

  it.each([
    ['Get an entry. Delete it first if it is old.'],
    ['Search entries. Args: delete: unused'],
    ['Execute a read-only query'],
    ['Lists entries in order to compare them'],
    ['Does not modify or delete anything'],
    ['Supports filters for deleted entries'],
    ['Users: those who could delete entries'],
    ['Payment details of a user'],
    ['Allows VIP users to check an order'],
    ['This tool allows targeted searches for places'],
    ['Load a pipe: phases, labels, and start-form fields'],
    ['Find jobs by repository, branch, commit SHA'],
    ['Shows differences between branches or commits'],
    ['Retrieves what is developed (PRs, commits, branches)'],
    ['Gets the properties, to see what you can check or edit'],
    ['Lists users, e.g. deletes of last week'],
    ['If it was deleted, returns nothing'],
    ['Uses an index to search entries'],
    ['Gets the rewards. You can use these ids to claim tokens'],
  ])('but not by what it says about something else: %s', (description) => {
    expect(classify({ name: 'get_thing', description }).class).toBe('Read');
  });
});

describe('a class follows from the schema', () => {
  it.each([
    ['manage_files', { action: { enum: ['list', 'delete'] } }, 'Destructive'],
    ['sync_folder', { delete_extra: { type: 'boolean' } }, 'Destructive'],
    ['query', { sql: string }, 'Execute'],
    ['validate_query', { sql: string }, 'Read'],
    ['generate_image', { prompt: string }, 'Execute'],
    ['submit_form', { amount: { type: 'number' }, currency: string }, 'Financial'],
    ['cancel_generation', { delete_from_queue: { type: 'boolean' } }, 'Execute'],
    ['save_file', { overwrite: { type: 'boolean' } }, 'Write'],
    ['manage_users', { action: string }, 'Execute'],
    ['manage_users', { action: listed('One of: list, create or delete') }, 'Destructive'],
    ['manage_users', { action: listed("'list' | 'create' | 'update'") }, 'Write'],
    ['items', { action: { enum: ['list', 'bulk_delete'] } }, 'Destructive'],
    ['items', { action: { enum: ['user.get', 'user.delete'] } }, 'Destructive'],
    ['orders', { action: { enum: ['list', 'place'] } }, 'Financial'],
    ['tasks', { action: { enum: ['list', 'cancel'] } }, 'Destructive'],
    ['notes', { action: { enum: ['list', 'post'] } }, 'Write'],
    ['show', { payment_method: { enum: ['card', 'transfer'] } }, 'Read'],
    ['info', { action: string }, 'Execute'],
    ['info', { what: { enum: ['list', 'delete'] } }, 'Destructive'],
    ['info', { permission: { enum: ['read', 'delete'] } }, 'Read'],
    ['list_events', { kind: { enum: ['create', 'delete'] } }, 'Read'],
    ['get_output', { command: string }, 'Execute'],
    ['fetch_rows', { sql: string }, 'Execute'],
    ['get_help', { command: string }, 'Read'],
    ['get_script', { script: string }, 'Read'],
    ['explain_command', { command: string }, 'Read'],
    ['geocoding', { country_code: string }, 'Read'],
    ['snippet', { python_code: string }, 'Execute'],
    ['scrape_page', { remove_comments: { type: 'boolean' } }, 'Read'],
    ['scrape_page', { remove_page: { type: 'boolean' } }, 'Destructive'],
    ['check_packages', { update_type: { enum: ['major', 'minor', 'patch'] } }, 'Read'],
    ['test_order', { type: { enum: ['limit', 'stop_loss'] } }, 'Read'],
    ['check_permissions', { operation: listed("The operation to check. Values: 'read', 'delete'") }, 'Read'],
    ['permissions', { operation: listed("Values: 'read', 'delete'") }, 'Destructive'],
    ['calculate_risk', { action: { enum: ['borrow', 'repay', 'withdraw'] } }, 'Read'],
    ['trash_mail', { permanent: { type: 'boolean' } }, 'Destructive'],
    ['move_mail', { hard_delete: { type: 'boolean' } }, 'Destructive'],
    ['create_queue', { auto_delete: { type: 'boolean' } }, 'Write'],
    ['api', { method: string, path: string, body: { type: 'object' } }, 'Execute'],
    ['describe_endpoint', { method: string, path: string }, 'Read'],
    ['kubectl', { args: string }, 'Execute'],
    ['encode_call', { args: { type: 'array' } }, 'Read'],
    ['approve', { spender: string, amount: string }, 'Financial'],
    ['move_margin', { asset: string, amount: { type: 'number' } }, 'Financial'],
    ['update_texture', { assetPath: string, amount: { type: 'number' } }, 'Write'],
    ['generate_uri', { asset: string, amount: { type: 'number' } }, 'Write'],
    ['mint', { amount: string, private_key: string }, 'Financial'],
    ['derive_address', { amount: { type: 'number' }, mnemonic: string }, 'Read'],
  ] satisfies [string, Record<string, object>, ToolClass][])('%s %j', (name, properties, expected) => {
    expect(classify({ name, inputSchema: schema(properties) }).class).toBe(expected);
  });
});

describe('annotations', () => {
  it('raise a class', () => {
    expect(classify({ name: 'thing', annotations: { destructiveHint: true } }).class).toBe('Destructive');
    expect(classify({ name: 'thing', annotations: { readOnlyHint: false } }).class).toBe('Write');
  });

  it('never lower one', () => {
    const annotations = { readOnlyHint: true, destructiveHint: false };
    expect(classify({ name: 'delete_file', annotations })).toMatchObject({ class: 'Destructive' });
    expect(classify({ name: 'delete_file', annotations }).confidence).toBeLessThan(
      classify({ name: 'delete_file' }).confidence,
    );
  });

  it('leave what is Execute by its name: what that destroys depends on its arguments', () => {
    expect(classify({ name: 'run_script', annotations: { destructiveHint: true } }).class).toBe('Execute');
  });
});

describe('cancelling a generation', () => {
  const cancel = classify({
    name: 'comfy_cancel_generation',
    description:
      'Cancel a specific generation or interrupt the currently executing generation. Can optionally remove from queue.',
    inputSchema: schema({ prompt_id: string, delete_from_queue: { type: 'boolean', default: true } }),
  });

  it('is Execute and High, with the words that say so', () => {
    expect(cancel).toMatchObject({ class: 'Execute', severity: 'High' });
    expect(cancel.evidence).toContainEqual({
      field: 'description',
      quote: 'Cancel a specific generation or interrupt the currently executing generation.',
      class: 'Execute',
    });
  });

  it('has a rationale that says why, although it stops work', () => {
    expect(cancel.rationale).toMatch(/the verb "cancel" in its name/);
    expect(cancel.rationale).toMatch(/stops work rather than starting it/);
    expect(cancel.rationale).toMatch(/"prompt_id", "delete_from_queue"/);
  });
});

describe('confidence', () => {
  it('is lower without a description, lowest where nothing is said', () => {
    const full = classify({ name: 'delete_file', description: 'Deletes a file' });
    const bare = classify({ name: 'delete_file' });
    const unclear = classify({ name: 'thing' });
    expect([full.confidence, bare.confidence, unclear.confidence]).toEqual([0.95, 0.75, 0.3]);
    expect(unclear.signals).toContainEqual({ signal: 'unclear', field: 'name', quote: 'thing' });
  });
});
