import type { IDataObject, IHttpRequestMethods } from 'n8n-workflow';

/**
 * What the generated literals say and the hand-written runtime does: the only meeting point of the two.
 * Everything here is data. Names of parameters are n8n's, with full stops into collections
 * (`additionalFields.reference`); names on the wire are the API's, with full stops into objects (`recipient.email`).
 */

/** What the package talks to. */
export interface Service {
	/** The name of the credential type, as `credentials/*.credentials.ts` declares it. */
	credential: string;
	/** Addresses by the credential's `environment`; an environment that is not here reads the credential's `url`. */
	servers: Record<string, string>;
	/** How people call the service, in messages. */
	name: string;
	failures: Failures;
}

/** How the API says no: where its problem documents have what, and after what the same request may succeed. */
export interface Failures {
	/** What went wrong, in a sentence. */
	detail: string;
	code: string;
	/** The wrong fields, each with a JSON pointer and a text at the two places below. */
	fields: string;
	pointer: string;
	fieldDetail: string;
	requestId: string;
	/** Statuses after which to try again, and the header that says how long to wait before. */
	retry: number[];
	retryAfter: string;
}

/** How a list goes on: what stands at `next` is sent as the parameter `cursor`; `most` rows a page, asked by `limit`. */
export interface Pages {
	next: string;
	cursor: string;
	limit: string;
	most: number;
}

/** How a parameter's value becomes the value on the wire. */
export type Conversion =
	/** As it is; empty strings, null and undefined are left out. */
	| 'plain'
	/** A list of words: an array, or text divided by commas; in a query they go out in one parameter, with commas. */
	| 'list'
	/** JSON: text that is parsed, or a value that an expression gave. */
	| 'json'
	/** An object from `{ <any>: [{ key, value }] }`, as a fixed collection gives it. */
	| 'pairs'
	/** A list of objects from `{ <any>: [{ … }] }`, as a fixed collection gives it. */
	| 'rows'
	/** Names on the wire of what is taken away: null for each. */
	| 'cleared'
	/** An instant: what n8n's date picker or an expression gives, as RFC 3339 in UTC. */
	| 'instant';

/** One parameter of the node and where its value goes. */
export interface Input {
	parameter: string;
	in: 'path' | 'query' | 'header' | 'body' | 'files';
	/** The name on the wire; for `files` the form field that takes them. */
	name: string;
	/** What people see beside the field; messages name it. */
	label: string;
	as?: Conversion;
	/** Sent only when these parameters have one of these values: the switch "Using Fields" / "Using JSON". */
	when?: Record<string, Array<string | boolean>>;
}

export type Answer =
	/** One object, one item. */
	| { kind: 'object' }
	/** What stands at `items`, an item each; parameters `returnAll` and `limit` where it has pages. */
	| { kind: 'list'; items: string; pages?: Pages }
	/** A file, put into the binary field that the parameter `outputField` names. */
	| { kind: 'file' }
	/** Nothing; the item says `{ deleted: true }`. */
	| { kind: 'nothing' };

/** One operation of the node. */
export interface Operation {
	method: IHttpRequestMethods;
	/** With `{name}` where inputs of the kind `path` go. */
	path: string;
	/** The header by which the API keeps the first answer; without it a POST or PATCH is never sent twice. */
	idempotency?: string;
	/** What goes out when no file does; a `form` sends its fields as multipart in any case. */
	body?: 'json' | 'form';
	inputs: Input[];
	answer: Answer;
	/** With the parameter `simplify`: output field → where it is in the answer. At most ten, flat. */
	simplified?: Record<string, string>;
	/** Fixed members of the body, and fixed parameters of the query. */
	constants?: IDataObject;
	query?: IDataObject;
}

/** resource → operation → what to do. */
export type Operations = Record<string, Record<string, Operation>>;

/** Where a list for people to choose from comes from: resource locators and loaded options. */
export interface Choices {
	path: string;
	/** The member that holds the rows. */
	items: string;
	pages?: Pages;
	/** The member of a row that is the value. */
	value: string;
	/** Members of a row, joined by ` · `, that people read. */
	label: string[];
	/** Members of a row shown below the name. */
	description?: string[];
	/** The query parameter that searches; without it the rows of a page are searched here. */
	search?: string;
	query?: IDataObject;
	/** Parameters in the path or the query → the node's parameters whose present values they get. */
	arguments?: Record<string, string>;
}

/** How the trigger subscribes, what its messages are signed with, and the files that they tell of. */
export interface Subscription {
	/** `POST` makes one, … */
	collection: string;
	/** … `GET` lists them. */
	listing: string;
	/** With `{endpoint}`: `GET` reads it, … */
	member: string;
	/** … `DELETE` ends it. */
	removal: string;
	/** With `{endpoint}`: `POST` makes another secret and tells it. */
	rotation: string;
	/** The header by which the API keeps the first answer of `POST`, where it does. */
	idempotency?: string;
	/** Where a list has its rows, and how it goes on. */
	items: string;
	pages: Pages;
	/** Where requests and answers have the address, the event types, a note for people, … */
	url: string;
	types: string;
	note: string;
	id: string;
	secret: string;
	/** Another one for each secret that replaced the first. */
	secretNumber: string;
	enabled: string;
	signature: Signature;
	/** Where a message has the type of its event. */
	type: string;
	files: EventFile[];
}

/** The headers that sign a message as Standard Webhooks 1.0.0 says, and how far from now its time may be. */
export interface Signature {
	id: string;
	timestamp: string;
	signature: string;
	secretPrefix: string;
	toleranceS: number;
}

/** A file that an event may tell of: there is one where the event has something at `about` and at `told`. */
export interface EventFile {
	about: string;
	told: string;
	/** With `{name}` where `arguments` have what to fill in from the event. */
	path: string;
	arguments: Record<string, string>;
	/** The query parameter that asks for a format, and where the event lists those that there are. */
	format: string;
	offered: string;
	/** All formats, the API's default first. */
	formats: string[];
}
