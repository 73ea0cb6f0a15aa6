import type {
	IDataObject,
	IExecuteFunctions,
	IHookFunctions,
	IHttpRequestMethods,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
	INode,
	IWebhookFunctions,
	JsonObject,
} from 'n8n-workflow';
import { NodeApiError, sleep } from 'n8n-workflow';
import type { Input, Service } from './contract';
import { StreamedForm } from './form';
import { refusal } from './problems';
import { readText } from './streams';

/** Whoever may ask the API on behalf of the credential: an execution, a list, a trigger. */
export type Caller = IExecuteFunctions | ILoadOptionsFunctions | IHookFunctions | IWebhookFunctions;

export interface Request {
	method: IHttpRequestMethods;
	path: string;
	query?: IDataObject;
	headers?: IDataObject;
	body?: IDataObject | StreamedForm;
	/** Whether the body of the answer is wanted as a stream of bytes in place of JSON. */
	file?: boolean;
	/** Whether sending it twice does what sending it once does. */
	repeatable: boolean;
	/** How often it is tried; five times unless a person waits for the answer. */
	attempts?: number;
	itemIndex?: number;
	/** What people call the fields that the API may complain of. */
	inputs?: Input[];
}

export interface Reply {
	status: number;
	headers: IDataObject;
	/** JSON, or a stream for `file`. */
	body: unknown;
}

const ATTEMPTS = 5;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 60_000;
const TIMEOUT_MS = 300_000;
const TOO_MANY = 429;

/** What one attempt came to: an answer, or no (readable) answer at all and why. */
type Outcome = { reply: Reply } | { failure: Error };

/**
 * Send one request and give its answer, whose status is 2xx.
 *
 * 1. 429 is waited out as long as the service says; its other passing failures, a broken connection and an answer that cannot
 *    be read are tried again after growing waits, where doing so cannot do the work twice.
 * 2. Whatever else is no 2xx, or is still none at the last attempt, is a NodeApiError that names the fields.
 */
export async function send(this: Caller, service: Service, request: Request): Promise<Reply> {
	const attempts = request.attempts ?? ATTEMPTS;
	for (let attempt = 1; ; attempt++) {
		const outcome = await attemptOnce.call(this, service, request);
		const wait = attempt < attempts ? waitMs(service, request, outcome, attempt) : undefined;
		if (wait === undefined) return verdict(this.getNode(), service, request, outcome);
		await sleep(wait);
	}
}

/** The address of the API by a credential: a known environment's, else the one that was typed. */
export function addressOf(service: Service, credentials: IDataObject): string {
	const known = service.servers[String(credentials.environment)];
	return String(known ?? credentials.url ?? '').replace(/\/+$/, '');
}

async function attemptOnce(this: Caller, service: Service, request: Request): Promise<Outcome> {
	try {
		const answer = (await this.helpers.httpRequestWithAuthentication.call(
			this,
			service.credential,
			options(request, addressOf(service, await this.getCredentials(service.credential))),
		)) as IN8nHttpFullResponse;
		return await read(answer, request.file ?? false);
	} catch (error) {
		return { failure: error as Error };
	} finally {
		if (request.body instanceof StreamedForm) request.body.release();
	}
}

function options(request: Request, baseURL: string): IHttpRequestOptions {
	const { body } = request;
	const isJson = body !== undefined && !(body instanceof StreamedForm);
	return {
		method: request.method,
		baseURL,
		url: request.path,
		qs: request.query,
		arrayFormat: 'repeat',
		headers: {
			Accept: request.file ? '*/*' : 'application/json',
			...(isJson ? { 'Content-Type': 'application/json' } : {}),
			...request.headers,
		},
		// As text, for n8n drops an empty object.
		body: isJson ? JSON.stringify(body) : body,
		encoding: request.file ? 'stream' : 'text',
		timeout: TIMEOUT_MS,
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
	};
}

async function read(answer: IN8nHttpFullResponse, file: boolean): Promise<Outcome> {
	const reply: Reply = { status: answer.statusCode, headers: answer.headers, body: answer.body };
	if (file && isFine(reply)) return { reply };
	const body = parsed(file ? await readText(answer.body) : String(answer.body ?? ''));
	if (body === undefined && isFine(reply)) return { failure: new Error('The answer is cut short') };
	return { reply: { ...reply, body: body ?? {} } };
}

function parsed(text: string): unknown {
	try {
		return text === '' ? {} : (JSON.parse(text) as unknown);
	} catch {
		return undefined;
	}
}

function isFine(reply: { status: number }): boolean {
	return reply.status >= 200 && reply.status < 300;
}

/** How long to wait before the next attempt; undefined when there shall be none. */
function waitMs(
	service: Service,
	{ repeatable }: Request,
	outcome: Outcome,
	attempt: number,
): number | undefined {
	const { retry, retryAfter } = service.failures;
	const backoff = FIRST_WAIT_MS * 2 ** (attempt - 1);
	if ('failure' in outcome) return repeatable ? backoff : undefined;
	const { status, headers } = outcome.reply;
	// What was refused for its rate was not done, so it may go again whatever it is.
	if (!retry.includes(status) || !(repeatable || status === TOO_MANY)) return undefined;
	const asked = retryAfterMs(headers[retryAfter.toLowerCase()]) ?? backoff;
	return asked <= LONGEST_WAIT_MS ? asked : undefined;
}

/** What `Retry-After` (RFC 9110, 10.2.3) says: seconds, or the date of an end. */
function retryAfterMs(header: unknown): number | undefined {
	if (header === undefined) return undefined;
	const seconds = Number(header);
	const wait = Number.isNaN(seconds) ? Date.parse(String(header)) - Date.now() : seconds * 1000;
	return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

function verdict(node: INode, service: Service, request: Request, outcome: Outcome): Reply {
	if ('failure' in outcome) throw unreachable(node, service, request, outcome.failure);
	if (isFine(outcome.reply)) return outcome.reply;
	throw refusal(node, service, outcome.reply, request);
}

function unreachable(node: INode, service: Service, request: Request, failure: Error) {
	const message = `${service.name} did not answer ${request.method} ${request.path}`;
	const description = `${failure.message}. Check the address in the credential and that the server runs.`;
	// What n8n threw stays as it is when it is wrapped once more, so its words are passed on and not the thing itself.
	const cause: JsonObject = { message: failure.message };
	return new NodeApiError(node, cause, { message, description, itemIndex: request.itemIndex });
}

/** Whether something thrown by {@link send} is an answer with this status. */
export function isStatus(error: unknown, status: number): boolean {
	return error instanceof NodeApiError && error.httpCode === String(status);
}
