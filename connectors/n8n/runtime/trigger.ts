import type {
	IDataObject,
	IHookFunctions,
	INodeExecutionData,
	IWebhookFunctions,
	IWebhookResponseData,
	JsonObject,
} from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import { fileItem } from './answers';
import type { Service, Subscription } from './contract';
import { disbelief, WRONG_SIGNATURE } from './signature';
import type { Reply, Request } from './transport';
import { isStatus, send } from './transport';

const EVERYTHING = '*';
const NOT_FOUND = 404;
const UNAUTHORIZED = 401;
const ASK_EVERY_MS = 60_000;

/** What the service says of a subscription; ours to rely on are these. */
interface Endpoint {
	id: string;
	url: string;
	secret?: string;
	/** Another one for each secret that replaced the first. */
	secret_number?: number;
	enabled?: boolean;
}

/** What the node keeps from its activation to its deactivation, also over a restart of n8n. */
interface Kept {
	endpointId?: string;
	secret?: string;
	secretNumber?: number;
	events?: string[];
	/** When the service was last asked why a signature is wrong, in milliseconds. */
	askedAt?: number;
}

/**
 * Whether the subscription that this node made is still there, is switched on and asks for the same events. One that does
 * not is removed, for another to be made; one whose secret was changed gets a secret that the node knows.
 */
export async function checkExists(
	this: IHookFunctions,
	service: Service,
	subscription: Subscription,
): Promise<boolean> {
	const kept = keptBy(this);
	if (!kept.endpointId || !kept.secret) return false;
	// Patiently: nobody waits where n8n starts, and when this fails it gives up the subscription and what is on its way.
	const endpoint = await found.call(this, service, subscription, kept.endpointId, 5);
	const same =
		endpoint !== undefined &&
		endpoint.url === this.getNodeWebhookUrl('default') &&
		endpoint.enabled !== false &&
		String(kept.events) === String(wanted(this));
	if (same) {
		await keepUp.call(this, service, subscription, endpoint);
	} else {
		if (endpoint) await drop.call(this, service, pathOf(subscription.member, endpoint.id));
		forget(kept);
	}
	return same;
}

/** Subscribe, and keep the secret that signs what will come. */
export async function create(
	this: IHookFunctions,
	service: Service,
	subscription: Subscription,
): Promise<boolean> {
	const url = this.getNodeWebhookUrl('default') as string;
	await dropLeftovers.call(this, service, subscription, url);
	const events = wanted(this);
	const types = events.includes(EVERYTHING) ? {} : { [subscription.types]: events };
	const description = `Made by n8n for the workflow ${this.getWorkflow().id}`;
	const body = { url, description, ...types };
	const path = subscription.collection;
	const reply = await ask.call(this, service, { method: 'POST', path, body, repeatable: false });
	const made = reply.body as Endpoint;
	if (!made.id || !made.secret) {
		const message = `${service.name} made no subscription: its answer has no id or no secret`;
		throw new NodeOperationError(this.getNode(), message);
	}
	keep(keptBy(this), made);
	keptBy(this).events = events;
	return true;
}

/** Unsubscribe; what is already gone is as good. */
export async function remove(
	this: IHookFunctions,
	service: Service,
	subscription: Subscription,
): Promise<boolean> {
	const kept = keptBy(this);
	if (kept.endpointId) await drop.call(this, service, pathOf(subscription.member, kept.endpointId));
	forget(kept);
	return true;
}

/**
 * Take a message of the service and start the workflow with its event.
 *
 * Whoever did not sign it gets 401 and nothing runs. An event that nobody asked for (a ping) is taken and dropped. A proof
 * that cannot be had fails the request, so that the service brings the event again.
 */
export async function receive(
	this: IWebhookFunctions,
	service: Service,
	subscription: Subscription,
): Promise<IWebhookResponseData> {
	const secret = keptBy(this).secret;
	const { rawBody } = this.getRequestObject();
	const reason = secret
		? disbelief(this.getHeaderData() as IDataObject, rawBody, secret, Date.now())
		: 'This workflow has no subscription';
	if (reason) {
		if (reason === WRONG_SIGNATURE) await askForSecret.call(this, service, subscription);
		this.getResponseObject().status(UNAUTHORIZED).json({ message: reason });
		return { noWebhookResponse: true };
	}
	const event = this.getBodyData();
	const events = this.getNodeParameter('events') as string[];
	if (!events.includes(EVERYTHING) && !events.includes(String(event.type))) return {};
	return { workflowData: [[await itemOf.call(this, service, subscription, event)]] };
}

async function itemOf(
	this: IWebhookFunctions,
	service: Service,
	subscription: Subscription,
	event: IDataObject,
): Promise<INodeExecutionData> {
	const format = this.getNodeParameter('proofFormat', 'pdf') as string;
	const path = proofOf(subscription, event, format);
	if (!path || this.getNodeParameter('attachProof', false) !== true) return { json: event };
	const field = this.getNodeParameter('outputField', 'data') as string;
	const request = { path, method: 'GET', query: { format }, file: true, repeatable: true } as const;
	const reply = await ask.call(this, service, request);
	const { binary } = await fileItem.call(this, reply, field);
	return { json: event, binary };
}

/** The path of the proof that an event announces; undefined when it announces none, or none in this format. */
function proofOf(
	subscription: Subscription,
	event: IDataObject,
	format: string,
): string | undefined {
	const data = (event.data ?? {}) as Record<string, IDataObject | null | undefined>;
	const { proof } = data;
	if (!proof || !(proof.formats as string[]).includes(format)) return undefined;
	const about = Object.keys(subscription.proofs).find((name) => data[name]);
	if (!about) return undefined;
	const filled = subscription.proofs[about].replace(
		'{id}',
		encodeURIComponent(String(data[about]?.id)),
	);
	return filled.replace('{kind}', encodeURIComponent(String(proof.kind)));
}

function wanted(context: IHookFunctions): string[] {
	return context.getNodeParameter('events') as string[];
}

function keptBy(context: IHookFunctions | IWebhookFunctions): Kept {
	return context.getWorkflowStaticData('node') as Kept;
}

function forget(kept: Kept): void {
	delete kept.endpointId;
	delete kept.secret;
	delete kept.secretNumber;
	delete kept.events;
	delete kept.askedAt;
}

function keep(kept: Kept, { id, secret, secret_number }: Endpoint): void {
	Object.assign(kept, { endpointId: id, secret, secretNumber: secret_number });
}

function pathOf(template: string, id: string): string {
	return template.replace('{endpoint}', encodeURIComponent(id));
}

/** Endpoints of an earlier life at our address: their secrets are lost, so what they bring would be refused for ever. */
async function dropLeftovers(
	this: IHookFunctions,
	service: Service,
	subscription: Subscription,
	url: string,
): Promise<void> {
	let cursor: unknown;
	do {
		const query: IDataObject = cursor ? { cursor: String(cursor) } : {};
		const request = {
			method: 'GET',
			path: subscription.collection,
			query,
			repeatable: true,
		} as const;
		const page = (await ask.call(this, service, request)).body as IDataObject;
		const ours = (page.data as unknown as Endpoint[]).filter((endpoint) => endpoint.url === url);
		for (const { id } of ours) await drop.call(this, service, pathOf(subscription.member, id));
		cursor = page.next_cursor;
	} while (cursor);
}

async function found(
	this: IHookFunctions | IWebhookFunctions,
	service: Service,
	subscription: Subscription,
	id: string,
	attempts: number,
): Promise<Endpoint | undefined> {
	const path = pathOf(subscription.member, id);
	try {
		const reply = await ask.call(this, service, {
			method: 'GET',
			path,
			repeatable: true,
			attempts,
		});
		return reply.body as Endpoint;
	} catch (error) {
		if (isStatus(error, NOT_FOUND)) return undefined;
		throw new NodeApiError(this.getNode(), error as JsonObject);
	}
}

/**
 * Somebody changed the secret, and we cannot be told what it is: have it changed once more and keep that. The subscription
 * stays, with what waits in it.
 */
async function keepUp(
	this: IHookFunctions | IWebhookFunctions,
	service: Service,
	subscription: Subscription,
	endpoint: Endpoint,
): Promise<void> {
	const kept = keptBy(this);
	if (endpoint.secret_number === kept.secretNumber) return;
	const path = pathOf(subscription.rotation, endpoint.id);
	const reply = await ask.call(this, service, { method: 'POST', path, repeatable: false });
	keep(kept, reply.body as Endpoint);
}

/**
 * A signature is wrong: a stranger's, or the secret was changed while nobody asked n8n, which looks after its subscriptions
 * at activation only. The message stays refused; the service brings it again, signed anew. Asked once a minute at the most.
 */
async function askForSecret(
	this: IWebhookFunctions,
	service: Service,
	subscription: Subscription,
): Promise<void> {
	const kept = keptBy(this);
	const now = Date.now();
	if (!kept.endpointId || now - (kept.askedAt ?? 0) < ASK_EVERY_MS) return;
	kept.askedAt = now;
	const endpoint = await found.call(this, service, subscription, kept.endpointId, 1);
	if (endpoint) await keepUp.call(this, service, subscription, endpoint);
}

async function drop(this: IHookFunctions, service: Service, path: string): Promise<void> {
	try {
		await ask.call(this, service, { method: 'DELETE', path, repeatable: true });
	} catch (error) {
		if (isStatus(error, NOT_FOUND)) return;
		throw new NodeApiError(this.getNode(), error as JsonObject);
	}
}

async function ask(
	this: IHookFunctions | IWebhookFunctions,
	service: Service,
	request: Request,
): Promise<Reply> {
	return await send.call(this, service, { attempts: 3, ...request });
}
