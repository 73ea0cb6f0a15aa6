// Made by `sigillo connectors build` from the API's document; not edited by hand.
import type { Choices } from '../../runtime/contract';

export const CHOICES: Record<string, Choices> = {
	listConsents: {
		path: '/v1/consents',
		items: 'data',
		pages: { next: 'next_cursor', cursor: 'cursor', limit: 'limit', most: 100 },
		value: 'id',
		label: ['recipient.name', 'recipient.email'],
		description: ['number', 'status'],
	},
	listFaults: {
		path: '/v1/faults',
		items: 'data',
		pages: { next: 'next_cursor', cursor: 'cursor', limit: 'limit', most: 100 },
		value: 'id',
		label: ['preset', 'match.route', 'id'],
	},
	listLetters: {
		path: '/v1/letters',
		items: 'data',
		pages: { next: 'next_cursor', cursor: 'cursor', limit: 'limit', most: 100 },
		value: 'id',
		label: ['subject', 'recipient.email'],
		description: ['number', 'status'],
	},
	listMailboxMessages: {
		path: '/v1/mailboxes/{address}/messages',
		items: 'data',
		pages: { next: 'next_cursor', cursor: 'cursor', limit: 'limit', most: 100 },
		value: 'id',
		label: ['subject', 'sender'],
		description: ['kind', 'received_at'],
		search: 'subject',
		arguments: { address: 'address' },
	},
	listMailboxes: {
		path: '/v1/mailboxes',
		items: 'data',
		pages: { next: 'next_cursor', cursor: 'cursor', limit: 'limit', most: 100 },
		value: 'address',
		label: ['address'],
		description: ['dialect'],
	},
	listOutgoingMail: {
		path: '/v1/outgoing-mail',
		items: 'data',
		pages: { next: 'next_cursor', cursor: 'cursor', limit: 'limit', most: 100 },
		value: 'id',
		label: ['subject', 'to.email'],
		description: ['kind', 'sent_at'],
	},
	listPecMessages: {
		path: '/v1/letters',
		items: 'data',
		pages: { next: 'next_cursor', cursor: 'cursor', limit: 'limit', most: 100 },
		value: 'id',
		label: ['subject', 'recipient.email'],
		description: ['number', 'status'],
		query: { service: 'pec' },
	},
	listScenarios: { path: '/v1/scenarios', items: 'data', value: 'name', label: ['name'] },
};
