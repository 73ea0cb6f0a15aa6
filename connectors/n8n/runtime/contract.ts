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
	/** `{ <items>: […], next_cursor }`, an item each; parameters `returnAll` and `limit` where it is paged. */
	| { kind: 'list'; items: string; paged: boolean }
	/** A file, put into the binary field that the parameter `outputField` names. */
	| { kind: 'file' }
	/** Nothing; the item says `{ deleted: true }`. */
	| { kind: 'nothing' };

/** One operation of the node. */
export interface Operation {
	method: IHttpRequestMethods;
	/** With `{name}` where inputs of the kind `path` go. */
	path: string;
	/** Whether the API keeps the first answer by `Idempotency-Key`; without it a POST or PATCH is never sent twice. */
	idempotent: boolean;
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
	paged: boolean;
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

/** How the trigger subscribes, and how it fetches the proof of an event. */
export interface Subscription {
	/** `POST` makes, `GET` lists, `{endpoint}` below is one. */
	collection: string;
	/** With `{endpoint}`: `GET` and `DELETE`. */
	member: string;
	/** With `{endpoint}`: `POST` makes another secret and tells it. */
	rotation: string;
	/** The name of the member of the request and of the answer that holds the event types. */
	types: string;
	/** Objects of an event that proofs hang on: member of `data` → path with `{id}` and `{kind}`. */
	proofs: Record<string, string>;
}
