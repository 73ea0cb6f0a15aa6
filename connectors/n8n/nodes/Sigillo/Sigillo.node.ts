// Made by `sigillo connectors build` from the API's document; not edited by hand.
import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { options, search } from '../../runtime/choices';
import { execute } from '../../runtime/execute';
import { CHOICES } from './choices';
import { OPERATIONS, SERVICE } from './operations';
import { letterProperties } from './resources/letter';
import { pecMessageProperties } from './resources/pecMessage';
import { mailboxProperties } from './resources/mailbox';
import { proofProperties } from './resources/proof';
import { consentProperties } from './resources/consent';
import { eventProperties } from './resources/event';
import { sandboxProperties } from './resources/sandbox';

export class Sigillo implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Sigillo',
		name: 'sigillo',
		icon: { light: 'file:../../icons/sigillo.svg', dark: 'file:../../icons/sigillo.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{$parameter["operation"] + ": " + $parameter["resource"]}}',
		description:
			'Send French registered e-mail (LRE) and Italian certified e-mail (PEC), follow it and file the proofs',
		defaults: { name: 'Sigillo' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'sigilloApi', required: true }],
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [
					{
						name: 'Consent',
						value: 'consent',
						description: "An individual's consent to registered e-mail, which French law asks for",
					},
					{
						name: 'Event',
						value: 'event',
						description: 'Something that happened, as the journal has it',
					},
					{
						name: 'Letter',
						value: 'letter',
						description:
							'A French registered e-mail (LRE), or a simple registered one (ERE), to one recipient',
					},
					{
						name: 'Mailbox',
						value: 'mailbox',
						description: 'A PEC mailbox and what is in it, receipts and messages from others',
					},
					{
						name: 'PEC Message',
						value: 'pecMessage',
						description:
							'An Italian certified e-mail, with a receipt of acceptance and one of delivery for each recipient',
					},
					{
						name: 'Proof',
						value: 'proof',
						description:
							'A sealed document that attests what happened to a letter or a PEC message',
					},
					{
						name: 'Sandbox',
						value: 'sandbox',
						description:
							'What only a sandbox can do, such as moving time and playing the recipient',
					},
				],
				default: 'letter',
			},
			...letterProperties,
			...pecMessageProperties,
			...mailboxProperties,
			...proofProperties,
			...consentProperties,
			...eventProperties,
			...sandboxProperties,
		],
	};

	methods = {
		listSearch: {
			listConsents: search(SERVICE, CHOICES.listConsents),
			listFaults: search(SERVICE, CHOICES.listFaults),
			listLetters: search(SERVICE, CHOICES.listLetters),
			listMailboxMessages: search(SERVICE, CHOICES.listMailboxMessages),
			listMailboxes: search(SERVICE, CHOICES.listMailboxes),
			listOutgoingMail: search(SERVICE, CHOICES.listOutgoingMail),
			listPecMessages: search(SERVICE, CHOICES.listPecMessages),
		},
		loadOptions: { listScenarios: options(SERVICE, CHOICES.listScenarios) },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await execute.call(this, SERVICE, OPERATIONS);
	}
}
