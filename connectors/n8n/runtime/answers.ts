import type { IBinaryData, IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Operation } from './contract';
import { at } from './paths';
import type { Caller, Reply } from './transport';

/** What a caller needs to keep a file: executions and triggers can. */
type Keeper = Extract<Caller, { helpers: { prepareBinaryData: unknown } }>;

/** The rows of an answer to give as items: one object, many of a list, or what is said when nothing came. */
export function rowsOf(operation: Operation, reply: Reply): IDataObject[] {
	const { answer } = operation;
	const body = (reply.body ?? {}) as IDataObject;
	if (answer.kind === 'nothing') return [{ deleted: true }];
	return answer.kind === 'list' ? (at(body, answer.items) as IDataObject[]) : [body];
}

/** At most ten flat fields in place of a whole object, when the node's `simplify` is on. */
export function simplified(
	this: IExecuteFunctions,
	operation: Operation,
	row: IDataObject,
	itemIndex: number,
): IDataObject {
	const fields = operation.simplified;
	if (!fields || this.getNodeParameter('simplify', itemIndex, false) !== true) return row;
	const entries = Object.entries(fields).map(([name, path]) => [name, at(row, path) ?? null]);
	return Object.fromEntries(entries) as IDataObject;
}

/** A file as an item: its bytes in a binary field, its name and kind as JSON beside it. */
export async function fileItem(
	this: Keeper,
	reply: Reply,
	field: string,
	json: IDataObject = {},
): Promise<INodeExecutionData> {
	const binary = await keep.call(this, reply);
	const { fileName, mimeType, fileSize } = binary;
	return { json: { ...json, fileName, mimeType, fileSize }, binary: { [field]: binary } };
}

/** Write the bytes of an answer to n8n's store while they come. */
export async function keep(this: Keeper, reply: Reply): Promise<IBinaryData> {
	const { headers } = reply;
	const type = String(headers['content-type'] ?? 'application/octet-stream')
		.split(';')[0]
		.trim();
	const name = fileName(String(headers['content-disposition'] ?? ''));
	type Kept = Parameters<Keeper['helpers']['prepareBinaryData']>[0];
	return await this.helpers.prepareBinaryData(reply.body as Kept, name, type);
}

/** The file name of RFC 6266: `filename*` in UTF-8 before `filename`. */
function fileName(disposition: string): string | undefined {
	const extended = /filename\*=utf-8''([^;]+)/i.exec(disposition);
	if (extended) return decodeURIComponent(extended[1]);
	const plain = /filename=(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(disposition);
	return plain?.[1]?.replace(/\\(.)/g, '$1') ?? plain?.[2];
}
