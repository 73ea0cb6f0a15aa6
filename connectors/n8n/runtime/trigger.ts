import type {
	IDataObject,
	IHookFunctions,
	INodeExecutionData,
	IWebhookFunctions,
	IWebhookResponseData,
	JsonObject,
} from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import { randomUUID } from 'crypto';
import { fileItem } from './answers';
import type { EventFile, Service, Subscription } from './contract';
import { at, set } from './paths';
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
	secretNumber?: number;
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
		if (endpoint) await drop.call(this, service, pathOf(subscription.removal, endpoint.id));
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
	const body: IDataObject = {};
	set(body, subscription.url, url);
	set(body, subscription.note, `Made by n8n for the workflow ${this.getWorkflow().id}`);
	if (!events.includes(EVERYTHING)) set(body, subscription.types, events);
	const { collection: path, idempotency } = subscription;
	const headers = idempotency ? { [idempotency]: randomUUID() } : undefined;
	const request = { method: 'POST', path, body, headers, repeatable: Boolean(headers) } as const;
	const made = endpointOf(subscription, (await ask.call(this, service, request)).body);
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
	if (kept.endpointId)
		await drop.call(this, service, pathOf(subscription.removal, kept.endpointId));
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
	const headers = this.getHeaderData() as IDataObject;
	const reason = secret
		? disbelief(subscription.signature, headers, rawBody, secret, Date.now())
		: 'This workflow has no subscription';
	if (reason) {
		if (reason === WRONG_SIGNATURE) await askForSecret.call(this, service, subscription);
		this.getResponseObject().status(UNAUTHORIZED).json({ message: reason });
		return { noWebhookResponse: true };
	}
	const event = this.getBodyData();
	const events = this.getNodeParameter('events') as string[];
	const type = String(at(event, subscription.type));
	if (!events.includes(EVERYTHING) && !events.includes(type)) return {};
	return { workflowData: [[await itemOf.call(this, service, subscription, event)]] };
}

async function itemOf(
	this: IWebhookFunctions,
	service: Service,
	subscription: Subscription,
	event: IDataObject,
): Promise<INodeExecutionData> {
	const file = subscription.files.find(({ about, told }) => at(event, about) && at(event, told));
	if (!file || this.getNodeParameter('attachProof', false) !== true) return { json: event };
	const field = this.getNodeParameter('outputField', 'data') as string;
	const wish = this.getNodeParameter('proofFormat', file.formats[0]) as string;
	const request = {
		path: filled(file, event),
		method: 'GET',
		query: { [file.format]: formatOf(file, event, wish) },
		file: true,
		repeatable: true,
	} as const;
	const reply = await ask.call(this, service, request);
	const { binary } = await fileItem.call(this, reply, field);
	return { json: event, binary };
}

/** The format that was asked for where the file is to be had in it; else the usual one, else the first that there is. */
function formatOf(file: EventFile, event: IDataObject, wish: string): string {
	const offered = at(event, file.offered) as string[];
	return [wish, file.formats[0]].find((format) => offered.includes(format)) ?? offered[0];
}

function filled(file: EventFile, event: IDataObject): string {
	const fill = (path: string, [name, place]: [string, string]) =>
		path.replace(`{${name}}`, encodeURIComponent(String(at(event, place))));
	return Object.entries(file.arguments).reduce(fill, file.path);
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

function keep(kept: Kept, { id, secret, secretNumber }: Endpoint): void {
	Object.assign(kept, { endpointId: id, secret, secretNumber });
}

function endpointOf(subscription: Subscription, body: unknown): Endpoint {
	const said = (path: string) => at(body, path);
	return {
		id: said(subscription.id),
		url: said(subscription.url),
		secret: said(subscription.secret),
		secretNumber: said(subscription.secretNumber),
		enabled: said(subscription.enabled),
	} as Endpoint;
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
	const { listing: path, items, pages } = subscription;
	let cursor: unknown;
	do {
		const query: IDataObject = cursor ? { [pages.cursor]: String(cursor) } : {};
		const request = { method: 'GET', path, query, repeatable: true } as const;
		const { body } = await ask.call(this, service, request);
		const listed = (at(body, items) as IDataObject[]).map((one) => endpointOf(subscription, one));
		const ours = listed.filter((endpoint) => endpoint.url === url);
		for (const { id } of ours) await drop.call(this, service, pathOf(subscription.removal, id));
		cursor = at(body, pages.next);
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
		return endpointOf(subscription, reply.body);
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
	if (endpoint.secretNumber === kept.secretNumber) return;
	const path = pathOf(subscription.rotation, endpoint.id);
	const reply = await ask.call(this, service, { method: 'POST', path, repeatable: false });
	keep(kept, endpointOf(subscription, reply.body));
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
	try {
		const endpoint = await found.call(this, service, subscription, kept.endpointId, 1);
		if (endpoint) await keepUp.call(this, service, subscription, endpoint);
	} catch (error) {
		// The message is refused in any case, and another one will lead here again.
		this.logger.warn(`Whether its secret was changed is not known: ${(error as Error).message}`);
	}
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
