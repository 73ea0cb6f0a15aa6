// Made by `sigillo connectors build` from the API's document; not edited by hand.
import type { Subscription } from '../../runtime/contract';

export const SUBSCRIPTION: Subscription = {
	collection: '/v1/webhook-endpoints',
	member: '/v1/webhook-endpoints/{endpoint}',
	rotation: '/v1/webhook-endpoints/{endpoint}/rotate-secret',
	types: 'event_types',
	proofs: { letter: '/v1/letters/{id}/proofs/{kind}', consent: '/v1/consents/{id}/proofs/{kind}' },
};
