import { createHash } from 'crypto';
import type { IDataObject, IExecuteFunctions, INodeExecutionData, JsonObject } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import { fileItem, rowsOf, simplified } from './answers';
import type { Operation, Operations, Service } from './contract';
import { formOf } from './form';
import type { Reply, Request } from './transport';
import { send } from './transport';
import { collect } from './values';

const LARGEST_PAGE = 100;
const SAFE = ['GET', 'HEAD', 'PUT', 'DELETE'];

/**
 * Run the node: the items one after another, in their order.
 *
 * Never at once: these are registered letters, and when the third of five is refused the fourth must not be on its way. Each
 * item has an idempotency key that a repetition of the same execution makes again, so what was sent is not sent twice.
 */
export async function execute(
	this: IExecuteFunctions,
	service: Service,
	operations: Operations,
): Promise<INodeExecutionData[][]> {
	const output: INodeExecutionData[] = [];
	const count = this.getInputData().length;
	for (let itemIndex = 0; itemIndex < count; itemIndex++) {
		try {
			const operation = chosen.call(this, operations, itemIndex);
			const items = await perform.call(this, service, operation, itemIndex);
			output.push(...items.map((item) => ({ ...item, pairedItem: { item: itemIndex } })));
		} catch (error) {
			if (this.continueOnFail()) {
				output.push(failed(error as NodeApiError, itemIndex));
				continue;
			}
			if (error instanceof NodeOperationError) throw new NodeOperationError(this.getNode(), error);
			throw new NodeApiError(this.getNode(), error as JsonObject, { itemIndex });
		}
	}
	return [output];
}

function chosen(this: IExecuteFunctions, operations: Operations, itemIndex: number): Operation {
	const resource = this.getNodeParameter('resource', itemIndex) as string;
	const name = this.getNodeParameter('operation', itemIndex) as string;
	const operation = operations[resource]?.[name];
	if (operation) return operation;
	const message = `The operation ${name} is not known for ${resource}`;
	throw new NodeOperationError(this.getNode(), message, { itemIndex });
}

function failed(error: NodeApiError, itemIndex: number): INodeExecutionData {
	const { message, description, httpCode } = error;
	const json: IDataObject = { error: message, description, httpCode };
	return { json, error, pairedItem: { item: itemIndex } };
}

/** Send the request of one item and give the items of its answer. */
async function perform(
	this: IExecuteFunctions,
	service: Service,
	operation: Operation,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const request = await prepare.call(this, operation, itemIndex);
	if (operation.answer.kind === 'file') {
		const field = this.getNodeParameter('outputField', itemIndex, 'data') as string;
		return [await fileItem.call(this, await send.call(this, service, request), field)];
	}
	const rows =
		operation.answer.kind === 'list' && operation.answer.paged
			? await pages.call(this, service, operation, request)
			: rowsOf(operation, await send.call(this, service, request));
	return rows.map((row) => ({ json: simplified.call(this, operation, row, itemIndex) }));
}

async function prepare(
	this: IExecuteFunctions,
	operation: Operation,
	itemIndex: number,
): Promise<Request> {
	const { path, query, headers, body, files } = collect.call(this, operation, itemIndex);
	if (operation.idempotent) headers['Idempotency-Key'] ??= keyOf.call(this, itemIndex);
	const asForm = operation.body === 'form' || files.properties.length > 0;
	const content = asForm ? await formOf.call(this, body, files, itemIndex) : body;
	return {
		method: operation.method,
		path,
		query,
		headers,
		body: operation.body ? content : undefined,
		file: operation.answer.kind === 'file',
		repeatable: operation.idempotent || SAFE.includes(operation.method),
		itemIndex,
		inputs: operation.inputs,
	};
}

/** The same for the same item of the same run of the same execution, also when n8n repeats the node; else another. */
function keyOf(this: IExecuteFunctions, itemIndex: number): string {
	const { $runIndex } = this.getWorkflowDataProxy(itemIndex);
	const parts = [
		this.getInstanceId(),
		this.getWorkflow().id,
		this.getExecutionId(),
		this.getNode().id,
		$runIndex,
		itemIndex,
	];
	return `n8n-${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`;
}

/** All rows, or as many as `limit` says, a page after another. */
async function pages(
	this: IExecuteFunctions,
	service: Service,
	operation: Operation,
	request: Request,
): Promise<IDataObject[]> {
	const itemIndex = request.itemIndex ?? 0;
	const all = this.getNodeParameter('returnAll', itemIndex, false) as boolean;
	const wanted = all ? Infinity : (this.getNodeParameter('limit', itemIndex, 50) as number);
	const rows: IDataObject[] = [];
	let cursor: unknown;
	do {
		const limit = Math.min(LARGEST_PAGE, wanted - rows.length);
		const query = { ...request.query, limit, ...(cursor ? { cursor: String(cursor) } : {}) };
		const reply: Reply = await send.call(this, service, { ...request, query });
		rows.push(...rowsOf(operation, reply));
		cursor = (reply.body as IDataObject).next_cursor;
	} while (cursor && rows.length < wanted);
	return rows.slice(0, wanted);
}
