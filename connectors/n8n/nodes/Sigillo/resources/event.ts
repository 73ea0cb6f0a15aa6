// Made by `sigillo connectors build` from the API's document; not edited by hand.
import type { INodeProperties } from 'n8n-workflow';

export const eventProperties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['event'] } },
		options: [
			{
				name: 'Get History of Consent',
				value: 'getOfConsent',
				action: 'Get the history of a consent',
				description: 'Lists what happened to one consent',
			},
			{
				name: 'Get History of Letter',
				value: 'getOfLetter',
				action: 'Get the history of a letter',
				description: 'Lists what happened to one letter or PEC message',
			},
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many events',
				description: 'Finds events of letters and consents, newest first',
			},
		],
		default: 'getAll',
	},
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		options: [
			{
				displayName: 'After Event',
				name: 'after',
				type: 'string',
				placeholder: 'e.g. evt_0123456789abcdefghjk_01',
				default: '',
				description:
					'The ID of an event: only what was written after it, oldest first. <code>start</code> begins with the first.',
			},
			{
				displayName: 'Event Types',
				name: 'type',
				type: 'string',
				placeholder: 'e.g. letter.accepted',
				default: '',
				description: 'Only events of these types',
			},
		],
		displayOptions: { show: { resource: ['event'], operation: ['getAll'] } },
	},
	{
		displayName: 'Consent',
		name: 'consentId',
		type: 'resourceLocator',
		required: true,
		default: { mode: 'list', value: '' },
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: { searchListMethod: 'listConsents', searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. con_0123456789abcdefghjk',
				validation: [
					{
						type: 'regex',
						properties: {
							regex: '^con_[0-9abcdefghjkmnpqrstvwxyz]{20}$',
							errorMessage: 'Not a valid Consent ID',
						},
					},
				],
			},
		],
		description: 'The consent, chosen from the newest or given by its ID',
		displayOptions: { show: { resource: ['event'], operation: ['getOfConsent'] } },
	},
	{
		displayName: 'Letter',
		name: 'letterId',
		type: 'resourceLocator',
		required: true,
		default: { mode: 'list', value: '' },
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: { searchListMethod: 'listLetters', searchable: true },
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. ltr_0123456789abcdefghjk',
				validation: [
					{
						type: 'regex',
						properties: {
							regex: '^ltr_[0-9abcdefghjkmnpqrstvwxyz]{20}$',
							errorMessage: 'Not a valid Letter ID',
						},
					},
				],
			},
		],
		description: 'The letter, or the PEC message, chosen from the newest or given by its ID',
		displayOptions: { show: { resource: ['event'], operation: ['getOfLetter'] } },
	},
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
		displayOptions: {
			show: { resource: ['event'], operation: ['getAll', 'getOfConsent', 'getOfLetter'] },
		},
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		default: 50,
		description: 'Max number of results to return',
		typeOptions: { minValue: 1 },
		displayOptions: {
			show: {
				resource: ['event'],
				operation: ['getAll', 'getOfConsent', 'getOfLetter'],
				returnAll: [false],
			},
		},
	},
];
