import type {
	IDataObject,
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
	INodePropertyOptions,
} from 'n8n-workflow';
import type { Choices, Service } from './contract';
import { at } from './paths';
import { send } from './transport';

/** A person waits for a list to open: one repetition, and no long page. */
const ATTEMPTS = 2;
const PAGE = 50;

/** A page of rows, and where the next one begins. */
interface Page {
	rows: INodeListSearchItems[];
	cursor?: string;
}

/** The method of a resource locator: a page of things to choose from, searched by what was typed. */
export function search(service: Service, choices: Choices) {
	return async function (
		this: ILoadOptionsFunctions,
		filter?: string,
		paginationToken?: string,
	): Promise<INodeListSearchResult> {
		const { rows, cursor } = await page.call(this, service, choices, filter, paginationToken);
		return {
			results: rows.filter((row) => matches(row, choices, filter)),
			paginationToken: cursor,
		};
	};
}

/** The method of an options field: everything there is to choose from. */
export function options(service: Service, choices: Choices) {
	return async function (this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
		const found: INodePropertyOptions[] = [];
		let cursor: string | undefined;
		do {
			const next = await page.call(this, service, choices, undefined, cursor);
			found.push(...next.rows);
			cursor = next.cursor;
		} while (cursor);
		return found;
	};
}

async function page(
	this: ILoadOptionsFunctions,
	service: Service,
	choices: Choices,
	filter?: string,
	cursor?: string,
): Promise<Page> {
	const { pages } = choices;
	const query: IDataObject = { ...choices.query };
	if (pages) query[pages.limit] = Math.min(PAGE, pages.most);
	if (pages && cursor) query[pages.cursor] = cursor;
	if (filter && choices.search) query[choices.search] = filter;
	const path = fill.call(this, choices, query);
	const request = { method: 'GET', path, query, repeatable: true, attempts: ATTEMPTS } as const;
	const { body } = await send.call(this, service, request);
	const rows = (at(body, choices.items) as IDataObject[]).map((row) => shown(row, choices));
	const next = pages ? at(body, pages.next) : undefined;
	return { rows, cursor: next ? String(next) : undefined };
}

/** The path with the present values of the parameters that the list depends on; those of the query go there. */
function fill(this: ILoadOptionsFunctions, choices: Choices, query: IDataObject): string {
	let { path } = choices;
	for (const [name, parameter] of Object.entries(choices.arguments ?? {})) {
		const value = this.getCurrentNodeParameter(parameter, { extractValue: true }) as string;
		if (path.includes(`{${name}}`)) path = path.replace(`{${name}}`, encodeURIComponent(value));
		else if (value) query[name] = value;
	}
	return path;
}

function shown(row: IDataObject, choices: Choices): INodeListSearchItems {
	const value = String(at(row, choices.value));
	const name = joined(row, choices.label) || value;
	const description = joined(row, choices.description ?? []);
	return { name, value, ...(description ? { description } : {}) };
}

function joined(row: IDataObject, paths: string[]): string {
	const parts = paths.map((path) => at(row, path));
	return parts.filter((part) => part !== undefined && part !== null && part !== '').join(' · ');
}

function matches(row: INodeListSearchItems, choices: Choices, filter?: string): boolean {
	if (!filter || choices.search) return true;
	return `${row.name} ${row.value}`.toLowerCase().includes(filter.toLowerCase());
}
