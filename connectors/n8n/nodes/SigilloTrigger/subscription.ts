// Made by `sigillo connectors build` from the API's document; not edited by hand.
import type { Subscription } from '../../runtime/contract';

export const SUBSCRIPTION: Subscription = {
	collection: '/v1/webhook-endpoints',
	listing: '/v1/webhook-endpoints',
	member: '/v1/webhook-endpoints/{endpoint}',
	removal: '/v1/webhook-endpoints/{endpoint}',
	rotation: '/v1/webhook-endpoints/{endpoint}/rotate-secret',
	idempotency: 'Idempotency-Key',
	items: 'data',
	pages: { next: 'next_cursor', cursor: 'cursor', limit: 'limit', most: 100 },
	url: 'url',
	types: 'event_types',
	note: 'description',
	id: 'id',
	secret: 'secret',
	secretNumber: 'secret_number',
	enabled: 'enabled',
	signature: {
		id: 'webhook-id',
		timestamp: 'webhook-timestamp',
		signature: 'webhook-signature',
		secretPrefix: 'whsec_',
		toleranceS: 300,
	},
	type: 'type',
	files: [
		{
			about: 'data.letter',
			told: 'data.proof',
			path: '/v1/letters/{letter_id}/proofs/{kind}',
			arguments: { letter_id: 'data.letter.id', kind: 'data.proof.kind' },
			format: 'format',
			offered: 'data.proof.formats',
			formats: ['pdf', 'xml', 'tst', 'eml', 'asice'],
		},
		{
			about: 'data.consent',
			told: 'data.proof',
			path: '/v1/consents/{consent_id}/proofs/{kind}',
			arguments: { consent_id: 'data.consent.id', kind: 'data.proof.kind' },
			format: 'format',
			offered: 'data.proof.formats',
			formats: ['pdf', 'xml', 'tst', 'eml', 'asice'],
		},
	],
};
