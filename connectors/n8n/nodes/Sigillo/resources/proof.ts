// Made by `sigillo connectors build` from the API's document; not edited by hand.
import type { INodeProperties } from 'n8n-workflow';

export const proofProperties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['proof'] } },
		options: [
			{
				name: 'Download',
				value: 'download',
				action: 'Download a proof',
				description: 'Downloads a sealed proof, with its file name',
			},
			{
				name: 'Download All',
				value: 'downloadAll',
				action: 'Download all proofs',
				description:
					'Downloads one sealed container with the content, the journal and every proof so far',
			},
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many proofs',
				description: 'Lists the proofs of a letter or a PEC message, newest first',
			},
			{
				name: 'Verify',
				value: 'verify',
				action: 'Verify proofs',
				description:
					'Judges signatures, certificates, timestamps and hashes of proofs; nothing is kept',
			},
		],
		default: 'download',
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
		displayOptions: {
			show: { resource: ['proof'], operation: ['download', 'getAll', 'downloadAll'] },
		},
	},
	{
		displayName: 'Input Data Field Name(s)',
		name: 'inputFields',
		type: 'string',
		required: true,
		default: 'data',
		placeholder: 'e.g. data',
		hint: 'The names of the input fields containing the files, separated by commas',
		description:
			'Proofs of any kind (PDF, XML, ASiC-E, EML, P7M, TST), also of a real provider, and the content they attest',
		displayOptions: { show: { resource: ['proof'], operation: ['verify'] } },
	},
	{
		displayName: 'Kind',
		name: 'kind',
		type: 'options',
		required: true,
		options: [
			{ name: 'Bounce', value: 'bounce' },
			{ name: 'Consent', value: 'consent' },
			{ name: 'Deposit', value: 'deposit' },
			{ name: 'Dispatch (Notice Sent)', value: 'dispatch' },
			{ name: 'Negligence (Unclaimed)', value: 'negligence' },
			{ name: 'PEC: Acceptance', value: 'acceptance' },
			{ name: 'PEC: Delay Notice (12 H)', value: 'delay_notice' },
			{ name: 'PEC: Delivery', value: 'delivery' },
			{ name: 'PEC: Final Delay Notice (24 H)', value: 'final_delay_notice' },
			{ name: 'PEC: Non-Acceptance', value: 'non_acceptance' },
			{ name: 'PEC: Non-Delivery', value: 'non_delivery' },
			{ name: 'PEC: Taking in Charge', value: 'taking_charge' },
			{ name: 'PEC: Transport Envelope', value: 'transport' },
			{ name: 'PEC: Virus Detection', value: 'virus_detection' },
			{ name: 'Reception (Accepted)', value: 'reception' },
			{ name: 'Refusal', value: 'refusal' },
		],
		default: 'deposit',
		description: 'What the proof attests',
		displayOptions: { show: { resource: ['proof'], operation: ['download'] } },
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'Format',
				name: 'format',
				type: 'options',
				options: [
					{ name: 'Container with Everything (ASiC-E)', value: 'asice' },
					{ name: 'PDF, Signed', value: 'pdf' },
					{ name: 'Receipt as Mail (EML)', value: 'eml' },
					{ name: 'Timestamp Token', value: 'tst' },
					{ name: 'XML Evidence', value: 'xml' },
				],
				default: 'pdf',
				description: 'PDF is for reading; the others are for machines and archives',
			},
		],
		displayOptions: { show: { resource: ['proof'], operation: ['download'] } },
	},
	{
		displayName: 'Additional Fields',
		name: 'additionalFields',
		type: 'collection',
		placeholder: 'Add Field',
		default: {},
		options: [
			{
				displayName: 'Trusted Certificates',
				name: 'trust',
				type: 'string',
				typeOptions: { rows: 4 },
				default: '',
				description: "Roots in PEM; nothing given: the sandbox's own",
			},
		],
		displayOptions: { show: { resource: ['proof'], operation: ['verify'] } },
	},
	{
		displayName: 'Put Output File in Field',
		name: 'outputField',
		type: 'string',
		required: true,
		default: 'data',
		hint: 'The name of the output field to put the file in',
		displayOptions: { show: { resource: ['proof'], operation: ['download', 'downloadAll'] } },
	},
];
