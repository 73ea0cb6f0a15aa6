import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { DateTime } from 'luxon';
import type { Conversion, Input, Operation } from './contract';
import { set } from './paths';

/** What one item gives to a request, on the wire's side. */
export interface Collected {
	path: string;
	query: IDataObject;
	headers: IDataObject;
	body: IDataObject;
	/** The form field for files and the binary fields of the item that hold them. */
	files: { field: string; properties: string[] };
}

/** Read the parameters of one item; raises NodeOperationError, which names the parameter, for what cannot be read. */
export function collect(
	this: IExecuteFunctions,
	operation: Operation,
	itemIndex: number,
): Collected {
	const collected: Collected = {
		path: operation.path,
		query: { ...operation.query },
		headers: {},
		body: {},
		files: { field: '', properties: [] },
	};
	assign(collected.body, operation.constants ?? {});
	for (const input of operation.inputs) {
		if (!applies.call(this, input, itemIndex)) continue;
		const value = convert.call(this, input, itemIndex);
		if (value !== undefined) place(collected, input, value);
	}
	const missing = /\{(\w+)\}/.exec(collected.path);
	if (missing)
		throw complaint.call(this, labelled(operation, missing[1]), 'is required', itemIndex);
	return collected;
}

function labelled(operation: Operation, name: string): Input {
	const fallback: Input = { parameter: name, in: 'path', name, label: name };
	return operation.inputs.find((input) => input.in === 'path' && input.name === name) ?? fallback;
}

function applies(this: IExecuteFunctions, input: Input, itemIndex: number): boolean {
	return Object.entries(input.when ?? {}).every(([parameter, values]) =>
		values.includes(this.getNodeParameter(parameter, itemIndex, '') as string | boolean),
	);
}

function place(collected: Collected, input: Input, value: unknown): void {
	const text = () => (Array.isArray(value) ? value.join(',') : value) as string;
	switch (input.in) {
		case 'path':
			collected.path = collected.path.replace(`{${input.name}}`, encodeURIComponent(text()));
			break;
		case 'query':
			collected.query[input.name] = text();
			break;
		case 'header':
			collected.headers[input.name] = text();
			break;
		case 'files':
			collected.files = { field: input.name, properties: value as string[] };
			break;
		case 'body':
			if (input.as === 'cleared')
				for (const name of value as string[]) set(collected.body, name, null);
			else set(collected.body, input.name, value);
	}
}

function assign(body: IDataObject, constants: IDataObject): void {
	Object.entries(constants).forEach(([name, value]) => set(body, name, value));
}

/** The value of a parameter for the wire; undefined when there is nothing to say. */
function convert(this: IExecuteFunctions, input: Input, itemIndex: number): unknown {
	const raw = parameter.call(this, input.parameter, itemIndex);
	const conversion = input.in === 'files' ? 'list' : (input.as ?? 'plain');
	// Rows are asked for only where somebody chose to give them. There are none where an expression stands in place of them
	// all: n8n drops it, and what was meant must not be left out in silence.
	const none = conversion === 'pairs' || conversion === 'rows' ? UNREADABLE : undefined;
	const value = isEmpty(raw) ? none : CONVERSIONS[conversion](raw, this.getTimezone());
	if (value === UNREADABLE) throw complaint.call(this, input, EXPECTED[conversion], itemIndex);
	return isEmpty(value) ? undefined : value;
}

function parameter(this: IExecuteFunctions, name: string, itemIndex: number): unknown {
	const value = this.getNodeParameter(name, itemIndex, null) as unknown;
	const locator = typeof value === 'object' && value !== null && '__rl' in value;
	return locator ? this.getNodeParameter(name, itemIndex, null, { extractValue: true }) : value;
}

function isEmpty(value: unknown): boolean {
	if (value === null || value === undefined || value === '') return true;
	if (Array.isArray(value)) return value.length === 0;
	return isPlain(value) && Object.keys(value).length === 0;
}

function isPlain(value: unknown): value is IDataObject {
	return typeof value === 'object' && value !== null && value.constructor === Object;
}

/** What a conversion gives for a value that it cannot read. */
const UNREADABLE = Symbol('unreadable');

const EXPECTED: Record<Conversion, string> = {
	plain: 'cannot be read',
	list: 'must be a list, or text divided by commas',
	json: 'must be valid JSON',
	pairs: 'has no keys; to fill it with an expression, switch to JSON',
	cleared: 'must be a list of fields',
	rows: 'has only empty rows; to fill it with an expression, switch to JSON',
	instant: 'must be a date and time, such as 2026-03-01T09:00:00Z',
};

const CONVERSIONS: Record<Conversion, (value: unknown, zone: string) => unknown> = {
	plain: (value) => value,
	list: listOf,
	json: jsonOf,
	pairs: pairsOf,
	cleared: listOf,
	rows: rowsOf,
	instant: instantOf,
};

function jsonOf(value: unknown): unknown {
	if (typeof value !== 'string') return value;
	try {
		return JSON.parse(value) as unknown;
	} catch {
		return UNREADABLE;
	}
}

function listOf(value: unknown): unknown {
	if (Array.isArray(value)) return value;
	if (typeof value !== 'string') return isPlain(value) ? UNREADABLE : [value];
	if (value.trimStart().startsWith('[')) return jsonOf(value);
	const words = value.split(',').map((word) => word.trim());
	return words.filter((word) => word !== '');
}

/**
 * The rows of a fixed collection, whatever it calls them; also a list or JSON that an expression gave.
 *
 * n8n makes an empty row of each character of an expression that stands in place of the rows, so empty rows are none.
 */
function rowsOf(value: unknown): unknown {
	const given = jsonOf(value);
	if (isPlain(given)) {
		const lists = Object.values(given).filter(Array.isArray);
		return lists.length === 1 ? rowsOf(lists[0]) : UNREADABLE;
	}
	if (!Array.isArray(given) || !given.every(isPlain)) return UNREADABLE;
	const filled = given.filter((row) => !Object.values(row).every(isEmpty));
	return filled.length === 0 ? UNREADABLE : filled;
}

/** An object from rows of a key and a value; also an object or JSON that an expression gave. */
function pairsOf(value: unknown): unknown {
	const rows = rowsOf(value);
	if (rows === UNREADABLE) {
		const given = jsonOf(value);
		const isObject = isPlain(given) && !Object.values(given).some(Array.isArray);
		return isObject ? given : UNREADABLE;
	}
	const pairs = (rows as IDataObject[]).map(({ key, value: one }) => [key, one]);
	return pairs.some(([key]) => isEmpty(key)) ? UNREADABLE : Object.fromEntries(pairs);
}

/** A date picker says no zone and means the workflow's; an expression may give a DateTime or a Date. */
function instantOf(value: unknown, zone: string): unknown {
	const text = value instanceof Date ? value.toISOString() : String(value);
	const at = DateTime.fromISO(text.trim().replace(' ', 'T'), { zone });
	return at.isValid ? at.toUTC().toISO({ suppressMilliseconds: true }) : UNREADABLE;
}

function complaint(
	this: IExecuteFunctions,
	input: Input,
	expected: string,
	itemIndex: number,
): NodeOperationError {
	const message = `${input.label} ${expected}`;
	const description = `See the field “${input.label}”, or the expression that fills it.`;
	return new NodeOperationError(this.getNode(), message, { description, itemIndex });
}
