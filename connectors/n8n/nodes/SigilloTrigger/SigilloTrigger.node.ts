// Made by `sigillo connectors build` from the API's document; not edited by hand.
import {
	NodeConnectionTypes,
	type IHookFunctions,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';
import { checkExists, create, receive, remove } from '../../runtime/trigger';
import { SERVICE } from '../Sigillo/operations';
import { SUBSCRIPTION } from './subscription';

export class SigilloTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Sigillo Trigger',
		name: 'sigilloTrigger',
		icon: { light: 'file:../../icons/sigillo.svg', dark: 'file:../../icons/sigillo.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{$parameter["events"].join(", ")}}',
		description:
			'Starts the workflow when something happens to a letter, a PEC message or a consent',
		defaults: { name: 'Sigillo Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'sigilloApi', required: true }],
		webhooks: [
			{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook' },
		],
		properties: [
			{
				displayName: 'Events',
				name: 'events',
				type: 'multiOptions',
				required: true,
				options: [
					{ name: '*', value: '*', description: 'Every event, those to come included' },
					{
						name: 'Alert Cleared',
						value: 'alert.cleared',
						description: 'The measure is within its limit again',
					},
					{
						name: 'Alert Raised',
						value: 'alert.raised',
						description: 'A measure is beyond its limit',
					},
					{
						name: 'Consent Did Not Come',
						value: 'consent.expired',
						description: 'Nobody answered; the request is over',
					},
					{
						name: 'Consent Did Not Come for a Letter',
						value: 'letter.consent_expired',
						description: 'Nobody answered within fifteen days; it is over',
					},
					{
						name: 'Consent Given',
						value: 'consent.given',
						description: 'It holds for letters to come',
					},
					{
						name: 'Consent Given for a Letter',
						value: 'letter.consent_given',
						description: 'The letter is deposited next',
					},
					{
						name: 'Consent Refused',
						value: 'consent.refused',
						description: 'No registered e-mail may be sent to this individual',
					},
					{
						name: 'Consent Refused for a Letter',
						value: 'letter.consent_refused',
						description: 'The letter will not be sent; it is over',
					},
					{
						name: 'Consent Requested',
						value: 'consent.requested',
						description: 'An individual was asked to consent to registered e-mail',
					},
					{
						name: 'Consent Requested for a Letter',
						value: 'letter.consent_requested',
						description: 'An individual must consent before the deposit',
					},
					{
						name: 'Consent Revoked',
						value: 'consent.revoked',
						description: 'It holds for no letter any more',
					},
					{
						name: 'Identity Check Failed',
						value: 'letter.identity_failed',
						description: 'The recipient may try again until the end',
					},
					{
						name: 'Letter Accepted',
						value: 'letter.accepted',
						description: 'The recipient has it; the proof of reception follows',
					},
					{
						name: 'Letter Cancelled',
						value: 'letter.cancelled',
						description: 'Its sender withdrew it before the notice; it is over',
					},
					{
						name: 'Letter Deposited',
						value: 'letter.deposited',
						description: 'It was taken in; the proof of deposit follows',
					},
					{
						name: 'Letter Failed',
						value: 'letter.failed',
						description: 'A technical failure, and which is told; it is over',
					},
					{
						name: 'Letter Neglected',
						value: 'letter.neglected',
						description: 'Nobody claimed it in time; the proof of negligence follows',
					},
					{
						name: 'Letter Opened',
						value: 'letter.opened',
						description: 'The recipient looked at it and has not decided',
					},
					{
						name: 'Letter Refused',
						value: 'letter.refused',
						description: 'The recipient does not want it; the proof of refusal follows',
					},
					{
						name: 'Letter Rejected',
						value: 'letter.rejected',
						description: 'Its deposit was refused, and why is told; it is over',
					},
					{
						name: 'Notice Bounced',
						value: 'letter.bounced',
						description: 'The notice came back; <code>permanent</code> says whether it is over',
					},
					{
						name: 'PEC Delayed',
						value: 'letter.delayed',
						description: 'Nothing was heard of it for twelve hours; it may still be delivered',
					},
					{
						name: 'PEC Delivered',
						value: 'letter.delivered',
						description: "It is in the recipient's mailbox; the receipt of delivery follows",
					},
					{
						name: 'PEC Not Delivered',
						value: 'letter.undelivered',
						description: 'It did not reach the mailbox, and why is told; it is over',
					},
					{
						name: 'PEC Relayed to an Ordinary Mailbox',
						value: 'letter.relayed',
						description: 'The address is no PEC, so nobody certifies what comes of it',
					},
					{
						name: 'PEC Taken in Charge',
						value: 'letter.taken_in_charge',
						description: "The recipient's provider has it",
					},
					{
						name: 'Proof Available',
						value: 'proof.available',
						description: 'A sealed proof can be downloaded',
					},
					{
						name: 'Recipient Notified',
						value: 'letter.notified',
						description: 'The fifteen days begin; the proof of dispatch follows',
					},
					{
						name: 'Recipient Reminded',
						value: 'letter.reminded',
						description: 'The letter still waits for its recipient',
					},
				],
				default: [],
				description: 'What starts the workflow',
			},
			{
				displayName: 'Attach Proof',
				name: 'attachProof',
				type: 'boolean',
				default: false,
				description:
					'Whether to download the proof that an event tells of, and attach it to the item',
			},
			{
				displayName: 'Proof Format',
				name: 'proofFormat',
				type: 'options',
				displayOptions: { show: { attachProof: [true] } },
				options: [
					{ name: 'Container with Everything (ASiC-E)', value: 'asice' },
					{ name: 'PDF, Signed', value: 'pdf' },
					{ name: 'Receipt as Mail (EML)', value: 'eml' },
					{ name: 'Timestamp Token', value: 'tst' },
					{ name: 'XML Evidence', value: 'xml' },
				],
				default: 'pdf',
				description:
					'A proof that does not exist in this format comes in another one: a PEC receipt as an e-mail file, for instance',
			},
			{
				displayName: 'Put Output File in Field',
				name: 'outputField',
				type: 'string',
				required: true,
				default: 'data',
				hint: 'The name of the output field to put the file in',
				displayOptions: { show: { attachProof: [true] } },
			},
		],
	};

	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return await checkExists.call(this, SERVICE, SUBSCRIPTION);
			},
			async create(this: IHookFunctions): Promise<boolean> {
				return await create.call(this, SERVICE, SUBSCRIPTION);
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return await remove.call(this, SERVICE, SUBSCRIPTION);
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receive.call(this, SERVICE, SUBSCRIPTION);
	}
}
